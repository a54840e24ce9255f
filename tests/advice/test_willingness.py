"""Whether a group would take part, from the band of its answers, by one rule for all sizes."""

import pytest

from app.advice.willingness import Willingness, willingness_in_words, willingness_of
from app.maturity import ACCEPTANCE
from tests.advice.builders import Band, result, suppressed
from tests.scoring.builders import release, sheet, unit


@pytest.mark.parametrize(
    ("band", "state"),
    [
        ((3, 3), Willingness.WOULD),
        ((3, 5), Willingness.WOULD),
        ((5, 5), Willingness.WOULD),
        ((2, 3), Willingness.OPEN),
        ((1, 5), Willingness.OPEN),
        ((2, 2), Willingness.NOT_YET),
        ((1, 2), Willingness.NOT_YET),
        ("split", Willingness.TWO_CAMPS),
        (None, Willingness.NOT_KNOWN),
    ],
)
def test_the_band_decides(band: Band | str, state: Willingness) -> None:
    assert willingness_of(result(willing=band)) is state


def test_nothing_is_known_of_a_group_that_is_hidden_or_hardly_answered() -> None:
    assert willingness_of(suppressed()) is Willingness.NOT_KNOWN
    assert willingness_of(result(answered=3, willing=(3, 4))) is Willingness.NOT_KNOWN
    assert willingness_in_words(suppressed()) == "not known"


@pytest.mark.parametrize("people", [8, 40])
def test_small_and_large_groups_follow_one_rule(people: int) -> None:
    would = unit("a", [sheet("333333", heart="333"), sheet("333333", heart="334")] * (people // 2))
    never = unit("b", [sheet("333333", heart="111"), sheet("333333", heart="112")] * (people // 2))
    made = release(would, never)
    assert willingness_of(made.unit("a")) is Willingness.WOULD
    assert willingness_of(made.unit("b")) is Willingness.NOT_YET


# Where three in four would try it and nobody would lead, the mean is under 3.
@pytest.mark.parametrize(
    ("would", "state"), [(16, Willingness.WOULD), (14, Willingness.OPEN), (6, Willingness.NOT_YET)]
)
def test_a_group_that_would_come_is_not_told_that_it_would_not(
    would: int, state: Willingness
) -> None:
    never = 20 - would
    people = [sheet("333333", heart="333")] * would + [sheet("333333", heart="222")] * never
    group = release(unit("a", people)).unit("a")
    mean = group.profiles[ACCEPTANCE].mean
    assert mean
    assert mean.value < 3
    assert willingness_of(group) is state


@pytest.mark.parametrize(
    ("band", "words"),
    [
        ((3, 3), "would take part (8 answers)"),
        ((2, 3), "open (8 answers): ask what it would lose before inviting it"),
        ((1, 2), "would not share a process yet (8 answers)"),
        ("split", "two camps (8 answers): talk about it first"),
        (None, "not known"),
    ],
)
def test_every_state_has_its_words(band: Band | str, words: str) -> None:
    assert willingness_in_words(result(willing=band)) == words
