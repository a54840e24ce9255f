"""Which groups can join a stream, what limits them all, and the telecommunications example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.advice.levels import load_advice
from app.advice.lines import RULES
from app.advice.scope_fit import scope_fit, widest_reach
from app.advice.topics import Topic, load_topics
from app.advice.verdicts import JOINS, Verdict, fit_of
from app.maturity import LEVELS, Level
from app.scoring.release import UnitResult
from tests.advice.builders import Band, profile, result, settled, suppressed

TOPICS = {topic.id: topic for topic in load_topics()}
PROVISIONING = TOPICS["provisioning"]
RESTORATION = TOPICS["incident-restoration"]
DEMAND = TOPICS["demand-delivery"]


def of_kind(name: str, kind: str, level: int) -> UnitResult:
    return result(name, level, willing=(3, 4)).model_copy(update={"kind": kind})


NETWORK = of_kind("network", "network", 5)
ERP = of_kind("erp", "enterprise-applications", 4)
DEVELOPMENT = of_kind("development", "applications", 3)
DATA_CENTRE = of_kind("data centre", "data-centre", 1)
TELECOM = (NETWORK, ERP, DEVELOPMENT, DATA_CENTRE)


def verdict(unit: UnitResult, topic: Topic, reach: int) -> Verdict:
    return fit_of(unit, topic, Level(reach)).verdict


def test_the_data_centre_is_too_early_for_a_business_process_and_fits_server_provisioning() -> None:
    for topic in TOPICS.values():
        assert verdict(DATA_CENTRE, topic, 4) is Verdict.EARLY
    assert "server" in PROVISIONING.at(1).stream
    assert verdict(DATA_CENTRE, PROVISIONING, 1) is Verdict.FITS
    said = fit_of(DATA_CENTRE, RESTORATION, Level(4)).line
    assert "Too early: it stands at level 1" in said.text
    assert "needs 4" in said.text
    assert "value stream at 1" in said.text


def test_the_other_groups_of_the_example_fit_where_the_chapter_sees_them() -> None:
    assert verdict(NETWORK, DEMAND, 5) is Verdict.FITS
    assert verdict(ERP, DEMAND, 4) is Verdict.FITS
    assert verdict(ERP, DEMAND, 5) is Verdict.EARLY
    assert verdict(DEVELOPMENT, DEMAND, 3) is Verdict.FITS
    assert verdict(DEVELOPMENT, DEMAND, 4) is Verdict.EARLY


def test_one_service_desk_fits_groups_that_see_systems_and_services() -> None:
    assert "One service desk" in RESTORATION.at(2).stream
    desk = of_kind("desk", "service-desk", 2)
    servers = of_kind("servers", "data-centre", 2)
    assert {verdict(unit, RESTORATION, 2) for unit in (desk, servers)} == {Verdict.FITS}
    assert widest_reach([desk, servers], RESTORATION) == Level.SYSTEM_SERVICE


def test_all_together_have_a_common_stream_and_the_limit_is_named() -> None:
    fit = scope_fit(TELECOM, DEMAND, Level(4), load_advice())
    assert fit.widest == Level.TECHNOLOGY
    assert [unit.name for unit in fit.limiting] == ["data centre"]
    assert fit.common
    assert "The limit is set by data centre" in fit.common.text
    without = scope_fit(TELECOM[:3], DEMAND, Level(4), load_advice())
    assert without.widest == Level.BUSINESS_CUSTOMER
    assert [unit.name for unit in without.limiting] == ["development"]


def test_the_alternatives_are_ranked_by_how_many_groups_can_join() -> None:
    fit = scope_fit(TELECOM[:3], DEMAND, Level(4), load_advice())
    assert [(int(one.reach), len(one.units)) for one in fit.alternatives] == [
        (3, 3),
        (4, 2),
        (1, 1),
    ]
    assert "A departmental kaizen first" in fit.alternatives[2].line.text


def split() -> UnitResult:
    return result("split", 3, value_stream=profile(3, (2, 4), split=True))


CASES = [
    (result(level=3), 3, Verdict.FITS, "fits"),
    (result(level=3, willing=(3, 3)), 3, Verdict.FITS, "fits"),
    (result(level=3, willing=(2, 3)), 3, Verdict.FACILITATED, "unwilling"),
    (result(level=3, willing=(1, 2)), 3, Verdict.WIN_FIRST, "unwilling"),
    (result(level=3, willing="split"), 3, Verdict.WIN_FIRST, "unwilling"),
    (result(level=3, willing=(1, 2)), 1, Verdict.FITS, "fits"),
    (
        result(level=2, band=(2, 3), willing=(3, 4), value_stream=profile(2, (2, 3))),
        3,
        Verdict.FACILITATED,
        "band",
    ),
    (
        result(level=2, band=(2, 3), willing=(2, 4), value_stream=profile(2, (2, 3))),
        3,
        Verdict.EARLY,
        "early",
    ),
    (result(level=3, value_stream=settled(2)), 3, Verdict.EARLY, "early"),
    (split(), 1, Verdict.WORKSHOP, "split"),
    (result(level=3, band=(1, 4)), 1, Verdict.WORKSHOP, "unsettled"),
    (suppressed(), 1, Verdict.UNKNOWN, "hidden"),
    (result(level=3, answered=3), 1, Verdict.UNKNOWN, "response"),
]


@pytest.mark.parametrize(("unit", "reach", "expected", "rule"), CASES)
def test_every_verdict_has_its_reason(
    unit: UnitResult, reach: int, expected: Verdict, rule: str
) -> None:
    fit = fit_of(unit, DEMAND, Level(reach))
    assert (fit.verdict, fit.line.rule) == (expected, rule)
    assert fit.line.text
    assert fit.line.why
    assert fit.line.basis == DEMAND.basis
    shown = fit.verdict is not Verdict.UNKNOWN
    assert bool(fit.line.evidence) is shown, "advice never rests on a suppressed cell"


def test_every_rule_of_a_verdict_is_tested() -> None:
    assert {rule for _, _, _, rule in CASES} <= set(RULES)


def test_without_a_settled_group_there_are_no_grounds() -> None:
    fit = scope_fit([split(), suppressed()], DEMAND, Level(3), load_advice())
    assert (fit.widest, fit.limiting, fit.alternatives) == (None, (), ())
    assert "No grounds" in fit.no_grounds
    assert "at least one group" in scope_fit([], DEMAND, Level(3), load_advice()).no_grounds


@pytest.mark.parametrize(
    ("unit", "rule", "said"),
    [
        (result(level=3, value_stream=settled(4), measurement=settled(2)), "measures", "measured"),
        (result(level=3, willing=(1, 2)), "acceptance", "Put change management"),
        (result(level=1, willing=(2, 3)), "neighbour", "neighbouring group"),
        (result(level=2, willing=(2, 3)), "widen", ""),
    ],
)
def test_the_step_that_widens_names_the_weightiest_obstacle(
    unit: UnitResult, rule: str, said: str
) -> None:
    (step,) = scope_fit([unit], DEMAND, Level(5), load_advice()).steps
    assert step.rule == rule
    assert said in step.text
    assert step.basis


def test_a_kind_that_usually_has_no_part_needs_the_level_of_the_reach() -> None:
    desk = of_kind("desk", "service-desk", 3)
    fit = fit_of(desk, DEMAND, Level(4))
    assert (fit.need, fit.verdict) == (Level(4), Verdict.EARLY)
    assert "names no part for its kind" in fit.line.text


@st.composite
def groups(draw: st.DrawFn) -> UnitResult:
    """Draw a group of any kind and level with a band around it, willing or not."""
    level = draw(st.integers(1, 5))
    # At most two levels wide: a wider band is not settled, and joins nothing.
    low, high = draw(st.sampled_from([(0, 0), (-1, 0), (0, 1)]))
    band = (max(1, level + low), min(5, level + high))
    made = result(
        draw(st.text("abc", min_size=1, max_size=4)),
        level,
        band,
        willing=draw(st.none() | st.sampled_from([(1, 2), (2, 3), (3, 4)])),
        value_stream=profile(level, band),
    )
    kinds = sorted(DEMAND.at(1).needs)
    return made.model_copy(update={"kind": draw(st.sampled_from(kinds))})


def raised(unit: UnitResult) -> UnitResult:
    """The same group, one level up in all that is known of it."""
    assert unit.overall
    level, band = unit.overall.level, unit.overall.band or (1, 5)
    assert level
    if level == 5:
        return unit
    higher = result(
        unit.name,
        level + 1,
        (band[0] + 1, min(5, band[1] + 1)),
        value_stream=profile(level + 1, (band[0] + 1, min(5, band[1] + 1))),
    )
    profiles = {**unit.profiles, **higher.profiles}
    return unit.model_copy(update={"overall": higher.overall, "profiles": profiles})


TOPIC = st.sampled_from(sorted(TOPICS.values(), key=lambda topic: topic.id))


@given(st.lists(groups(), min_size=1, max_size=5), TOPIC, st.data())
def test_raising_a_level_never_narrows_the_widest_common_reach(
    units: list[UnitResult], topic: Topic, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(units) - 1))
    higher = [raised(unit) if n == place else unit for n, unit in enumerate(units)]
    before, after = widest_reach(units, topic), widest_reach(higher, topic)
    assert after is not None
    assert before is None or after >= before


@given(st.lists(groups(), min_size=1, max_size=5), groups(), TOPIC)
def test_adding_a_group_never_widens_it(
    units: list[UnitResult], added: UnitResult, topic: Topic
) -> None:
    before, after = widest_reach(units, topic), widest_reach([*units, added], topic)
    assert before is not None
    assert after is not None
    assert after <= before


@given(st.lists(groups(), min_size=1, max_size=4), TOPIC, st.sampled_from(LEVELS))
def test_all_settled_groups_join_at_the_common_reach(
    units: list[UnitResult], topic: Topic, reach: Level
) -> None:
    fit = scope_fit(units, topic, reach, load_advice())
    assert fit.widest is not None
    assert all(fit_of(unit, topic, fit.widest).verdict in JOINS for unit in units)


def test_one_group_alone_is_not_all_of_them() -> None:
    fit = scope_fit([DEVELOPMENT], RESTORATION, Level(3), load_advice())
    assert fit.common
    assert "development can see itself in a stream of this width" in fit.common.text
    assert "All of them" not in fit.common.text


def test_fewer_groups_at_a_wider_reach_are_an_alternative() -> None:
    units = (of_kind("app", "applications", 2), of_kind("net", "network", 2), DATA_CENTRE)
    fit = scope_fit(units, DEMAND, Level(3), load_advice())
    assert [(one.reach, len(one.units)) for one in fit.alternatives] == [(1, 3), (2, 2)]


def test_where_everybody_can_join_nobody_is_sent_back() -> None:
    fit = scope_fit((ERP, DEVELOPMENT), DEMAND, Level(3), load_advice())
    assert [(one.reach, len(one.units)) for one in fit.alternatives] == [(2, 2)]
    assert "A smaller first step" in fit.alternatives[0].line.text


def test_a_divided_group_shows_no_level_among_its_figures() -> None:
    for unit in (split(), result(level=3, band=(1, 4))):
        fit = fit_of(unit, DEMAND, Level(1))
        assert {cell.level for cell in fit.line.evidence} == {None}


def test_unknown_and_missing_willingness_are_said() -> None:
    assert "is not known" in fit_of(result(level=3), DEMAND, Level(3)).line.text
    shy = result(level=2, band=(2, 3), willing=(2, 3), value_stream=profile(2, (2, 3)))
    assert "willingness" in fit_of(shy, DEMAND, Level(3)).line.text


@pytest.mark.parametrize(
    ("willing", "said"),
    [
        ((2, 3), "ask what they would lose before inviting them"),
        ((1, 2), "would not share a process yet (8 answers)"),
        ("split", "of two camps about taking part"),
    ],
)
def test_who_is_not_sure_to_take_part_is_told_how(willing: Band | str, said: str) -> None:
    assert said in fit_of(result(level=3, willing=willing), DEMAND, Level(3)).line.text
