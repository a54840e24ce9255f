"""When a level may be named at all, and what stands out in a unit's figures."""

import pytest

from app.advice.levels import FindingId
from app.advice.scope import Finding, findings_of, is_headline, is_unsettled
from app.maturity import Orientation
from app.scoring.release import UnitResult
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
    assert not is_headline(result(level=None))
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
        (result(band=None), [Finding("not_settled")]),
        (result(value_stream=settled(2)), [Finding("lags", VALUE_STREAM)]),
        (result(value_stream=settled(4)), []),
        (result(acceptance=2.9), [Finding("knows_not_willing")]),
        (result(acceptance=3.0), []),
        (result(level=2, acceptance=1.0), []),
        (result(measurement=profile(deviation=0.81)), [Finding("mixed_views", MEASUREMENT)]),
        (result(measurement=profile(deviation=0.80)), []),
        (result(measurement=profile(deviation=None)), []),
        (
            result(measurement=profile(deviation=1.0, split=True)),
            [Finding("split", MEASUREMENT)],
        ),
        (
            result(level=None, customer=profile(split=True), answered=5),
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
        "level 3 and unwilling",
        "level 3 and neutral",
        "level 2 and unwilling",
        "AD above 0.80",
        "AD of 0.80",
        "no AD",
        "two camps are not also mixed views",
        "no overall level",
    ],
)
def test_what_stands_out_in_a_unit(unit: UnitResult, findings: list[Finding]) -> None:
    assert list(findings_of(unit)) == findings


def test_the_weightiest_finding_comes_first() -> None:
    found = findings_of(
        result(
            level=3,
            band=(1, 4),
            answered=5,
            acceptance=2.0,
            value_stream=settled(2),
            customer=profile(deviation=0.9),
            measurement=profile(split=True),
        )
    )
    order: list[FindingId] = [
        "split",
        "low_response",
        "not_settled",
        "lags",
        "knows_not_willing",
        "mixed_views",
    ]
    assert [finding.id for finding in found] == order


def test_findings_name_orientations_in_their_order() -> None:
    low = settled(1)
    found = findings_of(result(value_stream=low, customer=low, measurement=low))
    assert [finding.orientation for finding in found] == list(Orientation)
