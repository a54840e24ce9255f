"""The scope of Lean work that a unit can carry, and the scope that several can share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.advice.response import is_headline
from app.advice.scope import (
    Scope,
    common_scope,
    groups_of,
    level_counts,
    rows_below,
    rows_of,
    scope_of,
)
from app.maturity import Level
from app.scoring.release import UnitResult
from app.scoring.suppression import ORGANISATION
from tests.advice.builders import (
    VALUE_STREAM,
    Band,
    profile,
    result,
    settled,
    suppressed,
)
from tests.scoring.builders import group, release, sheet, unit

LEVEL = st.integers(1, 5)


@st.composite
def results(draw: st.DrawFn, name: str = "a") -> UnitResult:
    """Draw a unit with any levels, with bands around them, and any willingness."""

    def banded(level: int) -> Band:
        return draw(st.none() | st.tuples(st.integers(1, level), st.integers(level, 5)))

    level, own = draw(LEVEL), draw(LEVEL)
    return result(
        name,
        level,
        banded(level),
        answered=draw(st.integers(0, 10)),
        willing=draw(st.none() | st.sampled_from([(1, 2), (2, 3), (3, 4)])),
        value_stream=profile(own, banded(own), split=draw(st.booleans())),
    )


def ids(units: tuple[UnitResult, ...]) -> list[str]:
    return [unit.id for unit in units]


@pytest.mark.parametrize(
    ("unit", "scope"),
    [
        (result(level=3), Scope(Level(3), Level(3), Level(3), workshop_first=False)),
        (
            result(level=4, value_stream=settled(2)),
            Scope(Level(2), Level(2), Level(2), workshop_first=False),
        ),
        (
            result(level=3, value_stream=settled(5)),
            Scope(Level(3), Level(3), Level(3), workshop_first=False),
        ),
        (
            result(level=3, band=(2, 3), value_stream=profile(3, (1, 3))),
            Scope(Level(3), Level(1), Level(3), workshop_first=False),
        ),
        (
            result(level=3, band=None),
            Scope(Level(3), Level(3), Level(3), workshop_first=True, has_band=False),
        ),
        (
            result(level=3, value_stream=profile(3, None)),
            Scope(Level(3), Level(3), Level(3), workshop_first=False),
        ),
        (
            result(level=3, customer=profile(split=True)),
            Scope(Level(3), Level(3), Level(3), workshop_first=True, has_band=False),
        ),
        (
            result(level=3, band=(2, 4)),
            Scope(Level(2), Level(2), Level(2), workshop_first=True),
        ),
    ],
    ids=[
        "settled",
        "the value stream holds it back",
        "the value stream is ahead",
        "the low ends of both bands are safe",
        "no band",
        "no band of the value stream",
        "split in any orientation",
        "three levels possible",
    ],
)
def test_the_scope_a_unit_can_carry(unit: UnitResult, scope: Scope) -> None:
    assert scope_of(unit) == scope


@pytest.mark.parametrize(
    ("willing", "facilitated"),
    [((3, 3), 4), ((4, 5), 4), ((2, 3), 3), ((1, 2), 3), ("split", 3), (None, 3)],
)
def test_facilitation_opens_the_upper_end_only_where_people_would_take_part(
    willing: Band | str, facilitated: int
) -> None:
    unit = result(level=3, band=(3, 4), willing=willing, value_stream=profile(3, (3, 5)))
    scope = scope_of(unit)
    assert scope is not None
    assert (scope.level, scope.facilitated) == (3, facilitated)


@pytest.mark.parametrize("unit", [result(answered=3), suppressed()])
def test_no_scope_without_a_headline_level(unit: UnitResult) -> None:
    assert scope_of(unit) is None


@given(results())
def test_a_scope_is_safe_up_to_its_level_and_facilitated_beyond(unit: UnitResult) -> None:
    scope = scope_of(unit)
    assert (scope is None) == (not is_headline(unit))
    if scope and unit.overall:
        assert 1 <= scope.safe <= scope.level <= scope.facilitated <= 5
        assert scope.workshop_first == (unit.overall.level is None)
        if unit.overall.level is not None:
            assert scope.level == min(unit.overall.level, unit.profiles[VALUE_STREAM].level or 5)


# DuMoulin's telecommunications company: four groups, all asked into a stream they can see.
def test_the_mixed_groups_of_the_chapter_share_the_scope_of_the_narrowest() -> None:
    levels = {"network": 5, "erp": 4, "development": 3, "data centre": 1}
    common = common_scope(result(name, level) for name, level in levels.items())
    assert common is not None
    assert (common.level, ids(common.limiting)) == (1, ["data centre"])


def test_all_groups_at_the_lowest_level_limit_the_scope() -> None:
    common = common_scope([result("a", 2), result("b", 4), result("c", 5, value_stream=settled(2))])
    assert common is not None
    assert (common.level, ids(common.limiting)) == (2, ["a", "c"])


def test_a_group_that_needs_a_workshop_or_has_no_level_is_named_but_limits_nothing() -> None:
    split = result("split", 1, customer=profile(split=True))
    common = common_scope([result("a", 4), split, suppressed("few"), result("low", answered=2)])
    assert common is not None
    assert (common.level, ids(common.limiting)) == (4, ["a"])
    assert ids(common.workshop_first) == ["split"]
    assert ids(common.unknown) == ["few", "low"]


@pytest.mark.parametrize(
    "units",
    [[], [suppressed()], [result(band=None)], [result(customer=profile(split=True)), suppressed()]],
)
def test_without_a_settled_group_there_are_no_grounds_for_a_common_scope(
    units: list[UnitResult],
) -> None:
    assert common_scope(units) is None


@given(st.lists(st.tuples(LEVEL, LEVEL), min_size=1, max_size=6), st.data())
def test_raising_a_units_level_never_lowers_the_common_scope(
    levels: list[tuple[int, int]], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(levels) - 1))
    overall, own = levels[index]
    higher = data.draw(st.tuples(st.integers(overall, 5), st.integers(own, 5)))
    raised = [*levels[:index], higher, *levels[index + 1 :]]
    before, after = (
        common_scope(result(level=level, value_stream=settled(own)) for level, own in these)
        for these in (levels, raised)
    )
    assert before is not None
    assert after is not None
    assert after.level >= before.level


@given(st.lists(results(), max_size=5), results("new"))
def test_adding_a_unit_never_widens_the_common_scope(
    units: list[UnitResult], new: UnitResult
) -> None:
    before, after = common_scope(units), common_scope([*units, new])
    assert before is None or (after is not None and after.level <= before.level)


@given(st.lists(results(), max_size=6))
def test_every_unit_is_settled_or_needs_a_workshop_or_is_unknown(units: list[UnitResult]) -> None:
    common = common_scope(units)
    settled_units = [u for u in units if (s := scope_of(u)) and not s.workshop_first]
    assert (common is None) == (not settled_units)
    if common:
        named = len(common.workshop_first) + len(common.unknown)
        assert named + len(settled_units) == len(units)
        assert set(ids(common.limiting)) <= set(ids(tuple(settled_units)))


TREE = release(
    unit("division"),
    unit("team", parent="division"),
    group("a", 8, 2, parent="team"),
    group("b", 3, 4, parent="team"),
    group("c", 8, 4, parent="division"),
    unit("d", [sheet("222222")] * 5, invited=20),
)


def test_groups_are_the_units_that_answer_themselves() -> None:
    assert ids(groups_of(TREE)) == ["a", "b", "c", "d"]


POOLED = release(
    unit("division"),
    group("a", 8, 2, parent="division"),
    group("b", 3, 4, parent="division"),
    group("c", 4, 4, parent="division"),
    group("d", 2, 4),
)


def test_rows_are_groups_that_count_in_no_pool_and_pools() -> None:
    pool = POOLED.pool_of("b")
    assert pool
    assert pool.members == ("b", "c")
    assert ids(rows_of(POOLED)) == ["a", pool.id, "d"]
    assert ids(groups_of(POOLED)) == ["a", "b", "c", "d"]
    assert ids(rows_below(POOLED.unit("division"), POOLED)) == ["a", pool.id]


@pytest.mark.parametrize(
    ("name", "below"),
    [
        (ORGANISATION, ["a", "b", "c", "d"]),
        ("division", ["a", "b", "c"]),
        ("team", ["a", "b"]),
        ("c", ["c"]),
    ],
)
def test_the_rows_below_a_unit_are_found_at_any_depth(name: str, below: list[str]) -> None:
    assert ids(rows_below(TREE.unit(name), TREE)) == below


def test_a_parent_counts_its_groups_and_pools_by_level_and_only_those_with_one() -> None:
    assert level_counts(TREE.unit("division"), TREE) == {2: 1, 4: 1}
    assert level_counts(TREE.organisation, TREE) == {2: 1, 4: 1}
    assert level_counts(TREE.unit("d"), TREE) == {}
    assert level_counts(POOLED.organisation, POOLED) == {2: 1, 4: 1}
