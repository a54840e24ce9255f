"""When a level may be named at all, and what stands out in a unit's figures."""

import pytest

from app.advice.findings import Finding, findings_of
from app.advice.levels import FindingId
from app.advice.response import is_headline, is_unsettled, response_of
from app.maturity import Level, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.figure import Figure, ItemFigure, Mean, Views
from app.scoring.mirror import Mirror, View
from app.scoring.release import UnitResult
from app.scoring.response import ResponseClass
from app.scoring.rounding import OVER, UNDER
from tests.advice.builders import (
    CUSTOMER,
    MEASUREMENT,
    VALUE_STREAM,
    Band,
    profile,
    result,
    settled,
    suppressed,
)


@pytest.mark.parametrize(("answered", "named"), [(4, True), (3, False), (None, False)])
def test_a_level_is_named_from_40_percent_on(answered: int | None, named: bool) -> None:
    assert is_headline(result(answered=answered)) is named


def test_no_level_is_named_without_an_overall_figure() -> None:
    assert not is_headline(suppressed())


@pytest.mark.parametrize(
    ("band", "unsettled"),
    [((3, 3), False), ((2, 3), False), ((2, 4), True), ((1, 5), True), (None, True)],
)
def test_three_possible_levels_or_no_band_are_not_settled(band: Band, unsettled: bool) -> None:
    assert is_unsettled(band) is unsettled


@pytest.mark.parametrize(
    ("unit", "findings"),
    [
        (result(), []),
        (suppressed(), []),
        (result(customer=profile(split=True)), [Finding("split", CUSTOMER)]),
        (result(answered=6), []),
        (result(answered=5), [Finding("low_response")]),
        (result(answered=3), [Finding("low_response")]),
        (result(band=(2, 4)), [Finding("not_settled")]),
        (result(band=None), []),
        (result(value_stream=settled(2)), [Finding("lags", VALUE_STREAM)]),
        (result(value_stream=settled(4)), []),
        (result(willing=(1, 2)), [Finding("knows_not_willing")]),
        (result(willing=(2, 3)), []),
        (result(level=2, willing=(1, 1)), [Finding("knows_not_willing")]),
        (result(level=1, willing=(1, 1)), []),
        (
            result(measurement=profile(views=Views.DIFFER)),
            [Finding("mixed_views", MEASUREMENT)],
        ),
        (result(measurement=profile(views=Views.CLOSE)), []),
        (result(measurement=profile(views=None)), []),
        (
            result(measurement=profile(views=Views.DIFFER, split=True)),
            [Finding("split", MEASUREMENT)],
        ),
        (
            result(customer=profile(split=True), answered=5),
            [Finding("split", CUSTOMER), Finding("low_response")],
        ),
    ],
    ids=[
        "nothing",
        "suppressed",
        "two camps",
        "60 % answered",
        "under 60 %",
        "under 40 %",
        "three levels possible",
        "no band",
        "an orientation lower than the overall level",
        "an orientation higher",
        "level 3 and not yet willing",
        "level 3 and open",
        "level 2 and not yet willing",
        "level 1 and not yet willing",
        "views differ",
        "views close",
        "nothing told of the views",
        "two camps are not also mixed views",
        "two camps of few",
    ],
)
def test_what_stands_out_in_a_unit(unit: UnitResult, findings: list[Finding]) -> None:
    assert list(findings_of(unit)) == findings


@pytest.mark.parametrize(
    ("split", "order"),
    [
        (False, ["low_response", "lags", "knows_not_willing", "mixed_views"]),
        # No level describes a group that is split, so none lags behind it, and none is hollow.
        (True, ["split", "low_response", "mixed_views"]),
    ],
)
def test_the_weightiest_finding_comes_first(split: bool, order: list[FindingId]) -> None:
    found = findings_of(
        result(
            level=3,
            band=(2, 3),
            answered=5,
            willing=(1, 2),
            value_stream=settled(2),
            customer=profile(views=Views.DIFFER),
            measurement=profile(split=split),
        )
    )
    assert [finding.id for finding in found] == order


def test_findings_name_orientations_in_their_order() -> None:
    low = settled(1)
    found = findings_of(result(value_stream=low, customer=low, measurement=low))
    assert [finding.orientation for finding in found] == list(Orientation)


def with_items(level: int, *items: ItemFigure | None) -> Figure:
    return settled(level).model_copy(update={"items": items})


def item(level: int) -> ItemFigure:
    return ItemFigure(n=12, mean=Mean(value=level), level=Level(level))


def test_a_level_with_an_item_two_below_it_is_hollow() -> None:
    facets: dict[Scale, tuple[str, ...]] = {
        MEASUREMENT: ("dashboard", "targets and rewards", "hidden")
    }
    unit = result(measurement=with_items(3, item(2), item(1), None))
    (found,) = findings_of(unit, facets)
    assert found == Finding("hollow", MEASUREMENT)
    assert [(cell.what, cell.level, cell.n) for cell in found.evidence] == [
        ("Measurement", 3, 8),
        ("targets and rewards", 1, 12),
    ]
    # One level lower is no gap, and at level 2 there is nothing to hollow out.
    assert findings_of(result(measurement=with_items(3, item(2)))) == ()
    low = with_items(2, item(1))
    assert findings_of(result(level=2, value_stream=low, customer=low, measurement=low)) == ()


def test_orientations_two_levels_apart_hollow_out_the_higher_one() -> None:
    found = findings_of(result(level=3, customer=settled(4), measurement=settled(2)))
    assert Finding("hollow", CUSTOMER) in found
    (hollow,) = (finding for finding in found if finding.id == "hollow")
    assert [cell.what for cell in hollow.evidence] == ["Customer", "Measurement"]


def test_a_level_that_hangs_on_the_silent_is_found_unless_few_answered_at_all() -> None:
    # 70 % of eight of ten: the level turns where 53 % of the silent people's answers reach it.
    few = settled().model_copy(update={"reached": (OVER, 70, UNDER, UNDER)})
    (found,) = findings_of(result(value_stream=few))
    assert found == Finding("sensitive", VALUE_STREAM)
    assert "turns at 53 % of" in found.evidence[0].note
    assert [f.id for f in findings_of(result(answered=5, value_stream=few))] == ["low_response"]


def test_a_share_that_is_only_told_as_a_bound_hangs_on_nobody() -> None:
    assert findings_of(result(value_stream=settled())) == ()


@pytest.mark.parametrize(
    ("gap", "clear", "said"),
    [(1.0, True, "1.0 higher"), (-0.5, True, "0.5 lower"), (1.0, False, ""), (None, None, "")],
)
def test_a_clear_gap_to_what_partners_see_is_a_finding(
    gap: float | None, clear: bool | None, said: str
) -> None:
    view = View(partners=settled(), gap=gap, clear=clear)
    mirror = Mirror(about="a", invited=9, answered=8, views={CUSTOMER: view})
    found = findings_of(result(), None, mirror)
    assert found == ((Finding("gap", CUSTOMER),) if said else ())
    assert all(said in finding.evidence[0].note for finding in found)


def test_every_finding_shows_what_it_rests_on() -> None:
    found = findings_of(
        result(
            level=3,
            band=(1, 4),
            answered=5,
            willing=(1, 2),
            value_stream=settled(2),
            customer=profile(views=Views.DIFFER),
            measurement=profile(split=True),
        )
    )
    assert all(finding.evidence for finding in found)


@pytest.mark.parametrize(
    ("share", "said"), [(25, "about 25 %"), (20, ""), (UNDER, ""), (OVER, "over 90 %")]
)
def test_what_a_quarter_cannot_say_is_out_of_sight(share: int, said: str) -> None:
    unseen = settled().model_copy(update={"unsure": share})
    findings = findings_of(result(measurement=unseen))
    assert (Finding("unsure", MEASUREMENT) in findings) is bool(said)
    assert all(said in finding.evidence[0].note for finding in findings)


def test_the_response_is_that_of_the_orientation_with_fewest_usable_answers() -> None:
    # Eight sent a sheet, and three of them without care: five of twenty are a quarter.
    five = settled().model_copy(update={"n": 5})
    unit = result(customer=five).model_copy(update={"invited": 20, "answered": 8})
    assert response_of(unit) is ResponseClass.LOW
    assert not is_headline(unit)
