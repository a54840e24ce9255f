"""What changed between two waves: what is said of whom, and who is compared."""

from dataclasses import replace

import numpy as np
import pytest

from app.scoring.change import (
    Change,
    Changes,
    Moved,
    Reason,
    asks_the_same,
    changes_between,
    smallest_visible,
)
from app.scoring.figure import Bound, Mean
from app.scoring.scales import UnitAnswers
from tests.scoring.builders import release, unit
from tests.scoring.change_simulation import sheets_near

#: How far the people of a group lie from its mean; spread enough not to be of one mind.
NEAR, FAR = 0.35, 1.0


def asked(
    name: str,
    mean: float = 3.0,
    n: int = 20,
    invited: int | None = None,
    *,
    apart: float = NEAR,
    parent: str | None = None,
    overlap: float | None = 1.0,
) -> UnitAnswers:
    """Make a group whose people lie evenly around a mean."""
    sheets = sheets_near(mean + apart * np.linspace(-1, 1, n))
    made = unit(name, [sheets], parent, n if invited is None else invited)
    return replace(made, overlap=overlap)


def two_waves(before: list[UnitAnswers], after: list[UnitAnswers]) -> Changes:
    return changes_between(release(*after), release(*before))


def only(changes: Changes) -> Change:
    (change,) = changes.groups
    return change


def test_surest_comes_first_and_falls_before_gains() -> None:
    still = [asked(f"still{n}", apart=FAR) for n in range(20)]
    before = [asked("rose", 2.5), asked("fell", 3.5), asked("fell far", 4.0), *still]
    after = [asked("rose", 3.6), asked("fell", 2.9), asked("fell far", 2.6), *still]
    perhaps = [asked("perhaps rose", 2.8, apart=FAR), asked("perhaps fell", 3.2, apart=FAR)]
    later = [
        asked("perhaps rose", 3.2, apart=FAR, overlap=0.5),
        asked("perhaps fell", 2.8, apart=FAR, overlap=0.5),
    ]
    groups = two_waves([*perhaps, *before], [*later, *after]).groups
    assert [(c.unit.id, c.value, c.said) for c in groups[:5]] == [
        ("fell far", -1.4, Moved.MOVED),
        ("fell", -0.6, Moved.MOVED),
        ("rose", 1.1, Moved.MOVED),
        ("perhaps fell", -0.4, Moved.PERHAPS),
        ("perhaps rose", 0.4, Moved.PERHAPS),
    ]
    assert {c.said for c in groups[5:]} == {Moved.NOT_SEEN}


def test_among_few_groups_the_same_move_has_moved() -> None:
    before, after = asked("a", 2.8, apart=FAR), asked("a", 3.2, apart=FAR, overlap=0.5)
    assert only(two_waves([before], [after])).said is Moved.MOVED


def test_chance_alone_makes_one_perhaps_of_twenty_groups() -> None:
    groups = [asked(f"g{n}") for n in range(20)]
    assert two_waves(groups, groups).by_chance == pytest.approx(1)


def test_every_group_is_named_compared_or_with_its_reason() -> None:
    camps = asked("camps", apart=0)
    camps = replace(camps, sheets=sheets_near(np.repeat([1.5, 4.5], 10)))
    few = asked("few", n=7, invited=20)
    before = [
        asked("same"),
        asked("other kind"),
        asked("gone"),
        asked("camps"),
        asked("few", n=15, invited=20),
        asked("small", n=4),
        asked("divided"),
    ]
    after = [
        asked("same"),
        replace(asked("other kind"), kind="security"),
        camps,
        few,
        asked("small", n=6),
        asked("new"),
        unit("divided"),
        asked("part", parent="divided"),
    ]
    changes = two_waves(before, after)
    assert [change.unit.id for change in changes.groups] == ["same"]
    assert {unit.id: reason for unit, reason in changes.not_compared} == {
        "other kind": Reason.OTHER_KIND,
        "gone": Reason.ENDED,
        "camps": Reason.TWO_CAMPS,
        "few": Reason.NO_LEVEL,
        "small": Reason.NOT_ALONE,
        "new": Reason.NEW,
        "part": Reason.NEW,
        "divided": Reason.ENDED,
    }


def test_a_group_that_only_has_another_name_is_compared() -> None:
    renamed = replace(asked("a", 3.6), name="Data and reports")
    change = only(two_waves([asked("a", 3.0)], [renamed]))
    assert (change.unit.name, change.value) == ("Data and reports", 0.6)


def test_a_pool_of_the_same_groups_is_compared_in_their_place() -> None:
    before = [asked("a"), asked("b", 2.6, 4), asked("c", 2.6, 4)]
    after = [asked("a"), asked("b", 3.6, 4), asked("c", 3.6, 4)]
    changes = two_waves(before, after)
    pool = next(change for change in changes.groups if change.unit.is_pool)
    assert (pool.unit.members, pool.value) == (("b", "c"), 1.0)
    assert changes.not_compared == ()


def test_a_pool_of_other_groups_is_not_compared_and_its_groups_are_named() -> None:
    before = [asked("a"), asked("b", 2.6, 4), asked("c", 2.6, 4)]
    after = [*before, asked("d", 2.6, 4)]
    changes = two_waves(before, after)
    assert [change.unit.id for change in changes.groups] == ["a"]
    assert {unit.id: reason for unit, reason in changes.not_compared} == {
        "b": Reason.NOT_ALONE,
        "c": Reason.NOT_ALONE,
        "d": Reason.NEW,
    }


def test_a_pool_of_two_camps_is_named_with_its_reason() -> None:
    before = [asked("b", 3.0, 4), asked("c", 3.0, 4)]
    after = [asked("b", 1.5, 4, apart=0), asked("c", 4.5, 4, apart=0)]
    ((pool, reason),) = two_waves(before, after).not_compared
    assert (pool.members, reason) == (("b", "c"), Reason.TWO_CAMPS)


@pytest.mark.parametrize(
    ("before", "after", "value", "or_more"),
    [
        (5.0, 4.0, -0.7, True),
        (4.0, 5.0, 0.7, True),
        (1.0, 2.0, 0.7, True),
        (1.0, 5.0, 3.4, True),
        (3.0, 4.0, 1.0, False),
    ],
)
def test_a_mean_that_is_told_as_a_bound_makes_the_move_a_bound(
    before: float, after: float, value: float, *, or_more: bool
) -> None:
    others = [asked(f"g{n}") for n in range(2)]
    changes = two_waves(
        [asked("a", before, apart=0.1), *others], [asked("a", after, apart=0.1), *others]
    )
    change = next(one for one in changes.groups if one.unit.id == "a")
    assert (change.value, change.or_more) == (value, or_more)
    # What is only told as "or more" is not counted in the move of all.
    assert changes.together
    assert (changes.together.value == 0) is or_more


def test_a_group_at_one_end_in_both_waves_is_not_compared() -> None:
    ends = two_waves([asked("a", 5.0, apart=0.1)], [asked("a", 5.0, apart=0.1)])
    assert [reason for _unit, reason in ends.not_compared] == [Reason.BOUND]
    assert (ends.groups, ends.together) == ((), None)


def test_a_rise_from_a_mean_that_may_be_higher_is_not_told() -> None:
    before, after = release(asked("a", 4.0)), release(asked("a", 4.5))
    told = before.unit("a")
    assert told.overall is not None
    open_above = told.overall.model_copy(update={"mean": Mean(value=4.0, bound=Bound.OR_MORE)})
    capped = told.model_copy(update={"overall": open_above})
    units = tuple(capped if one.id == "a" else one for one in before.units)
    changes = changes_between(after, before.model_copy(update={"units": units}))
    assert [reason for _unit, reason in changes.not_compared] == [Reason.BOUND]


def test_a_level_has_moved_only_if_the_bands_do_not_overlap() -> None:
    far = only(two_waves([asked("a", 2.0)], [asked("a", 4.0)]))
    near = only(two_waves([asked("a", 2.9)], [asked("a", 3.3)]))
    assert (far.said, far.is_of_level) == (Moved.MOVED, True)
    assert (near.said, near.is_of_level) == (Moved.MOVED, False)


def test_a_move_of_exactly_three_tenths_counts() -> None:
    change = only(two_waves([asked("a", 3.0, 60)], [asked("a", 3.3, 60)]))
    assert change.difference.value < 0.3
    assert (change.value, change.said) == (0.3, Moved.MOVED)


def test_a_move_of_two_tenths_is_not_seen_however_sure_it_is() -> None:
    change = only(two_waves([asked("a", 3.0, 60)], [asked("a", 3.2, 60)]))
    assert change.difference.excludes_zero
    assert (change.said, change.visible) == (Moved.NOT_SEEN, 0.3)


def test_groups_count_by_the_people_asked_in_the_move_of_all() -> None:
    before = [asked("a", 3.0, 20, 30), asked("b", 3.0, 10, 10)]
    after = [asked("a", 3.4, 20, 30), asked("b", 2.8, 10, 10)]
    together = two_waves(before, after).together
    assert together is not None
    assert together.value == pytest.approx((30 * 0.4 - 10 * 0.2) / 40)


def test_where_no_group_is_compared_nothing_is_said_of_all() -> None:
    changes = two_waves([asked("a")], [asked("b")])
    assert (changes.together, changes.groups) == (None, ())


@pytest.mark.parametrize("overlap", [None, 0.0])
def test_people_who_were_not_asked_before_count_as_chance(overlap: float | None) -> None:
    before = [asked("a", apart=FAR)]
    kept = only(two_waves(before, [asked("a", apart=FAR, overlap=1.0)]))
    fresh = only(two_waves(before, [asked("a", apart=FAR, overlap=overlap)]))
    assert fresh.visible > 1.3 * kept.visible


@pytest.mark.parametrize(("others", "told"), [(0.7, 0.8), (None, None)])
def test_the_people_of_a_pool_count_together(others: float | None, told: float | None) -> None:
    groups = [asked("b", n=4, overlap=1.0), asked("c", n=8, overlap=others)]
    (pool,) = release(*groups, k=9).cells
    assert (pool.is_pool, pool.overlap) == (True, told)


def test_waves_that_asked_something_else_are_told_apart() -> None:
    made = release(asked("a"))
    other = made.model_copy(update={"facets": made.facets | {next(iter(made.facets)): ("x",)}})
    assert asks_the_same(made, made)
    assert not asks_the_same(other, made)


@pytest.mark.parametrize(
    ("n", "invited", "visible"), [(8, 12, 0.57), (12, 15, 0.47), (25, 30, 0.31), (90, 100, 0.3)]
)
def test_the_smallest_visible_move_shrinks_with_the_answers(
    n: int, invited: int, visible: float
) -> None:
    df = 200 if n < 10 else n - 1
    assert round(smallest_visible(0.69, n, invited, 0.8, df), 2) == visible


def test_the_smallest_visible_move_is_the_one_of_the_report() -> None:
    wave = [asked("a", n=16, invited=20, apart=FAR, overlap=0.8)]
    spread = FAR * float(np.std(np.linspace(-1, 1, 16), ddof=1))
    assert only(two_waves(wave, wave)).visible == pytest.approx(
        smallest_visible(spread, 16, 20, 0.8, 15), abs=0.03
    )


def test_where_all_groups_are_small_people_are_taken_to_lie_a_level_apart() -> None:
    wave = [asked("a", n=12, invited=15, apart=FAR, overlap=0.8)]
    assert only(two_waves(wave, wave)).visible == pytest.approx(
        smallest_visible(1.0, 12, 15, 0.8, np.inf)
    )
