"""Each group against the rest of its parent, from released sets only."""

import pytest

from app.maturity import ORIENTATIONS
from app.scoring.contrast import Contrast
from app.scoring.difference import difference
from app.scoring.profile import profile_of
from app.scoring.release import Release
from app.scoring.suppression import ORGANISATION
from tests.scoring.builders import group, moments_of, release, sheet, unit

LOW = ["111111", "111112", "111121", "112111", "111111", "121111"]
HIGH = ["444444", "444443", "434444", "444444", "444445", "344444"]
MIDDLE = ["333333", "333332", "323333", "333334", "333333", "233333"]


def three(*, small: int = 0) -> Release:
    groups = [
        unit(name, [sheet(answers) for answers in people])
        for name, people in (("low", LOW), ("high", HIGH), ("middle", MIDDLE))
    ]
    return release(*groups, *([group("small", small)] if small else []))


def overall(result: Release) -> dict[str, Contrast]:
    return {c.unit: c for c in result.contrasts if c.orientation is None}


def test_a_group_far_from_the_rest_is_clearly_lower() -> None:
    found = overall(three())
    assert set(found) == {"low", "high", "middle"}
    assert found["low"].difference.value < -2
    assert found["low"].clear
    assert {c.against for c in found.values()} == {ORGANISATION}


def test_the_rest_is_everybody_else_pooled() -> None:
    rest = profile_of([moments_of(HIGH), moments_of(MIDDLE)])
    expected = difference(profile_of([moments_of(LOW)]), rest)
    by_orientation = [c for c in three().contrasts if c.unit == "low" and c.orientation]
    assert {c.orientation for c in by_orientation} == set(ORIENTATIONS)
    for contrast in by_orientation:
        assert contrast.difference.value == pytest.approx(expected.value)
        assert contrast.difference.p_value == pytest.approx(expected.p_value)
        # Orientations are exploratory: a discovery, never the word "clearly".
        assert not contrast.clear


def test_a_small_group_is_contrasted_with_nobody_and_in_nobodys_rest() -> None:
    with_small, without = overall(three(small=3)), overall(three())
    assert with_small == without


def test_the_only_child_has_no_rest() -> None:
    alone = release(unit("only", [sheet(answers) for answers in LOW]))
    assert alone.contrasts == ()
    assert alone.welch is None


def test_groups_of_one_mind_are_told_apart_without_a_test() -> None:
    found = overall(release(group("a", 6, level=2), group("b", 6, level=4)))
    assert found["a"].difference.value == -2
    assert (found["a"].adjusted_p, found["a"].clear) == (None, False)
