"""Business partners' view: of k people or none, on the items both answer, and never in a level."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.maturity import ORIENTATIONS, Orientation
from app.scoring.figure import Bound, Mean
from app.scoring.mirror import Mirror, View, mirrors_of
from app.scoring.rounding import OVER, UNDER
from app.scoring.scales import UnitAnswers, score_wave
from tests.builders import instrument, marked
from tests.scoring.builders import SCALES, SPLIT_IN_HALF, VARIED, group, sheet, unit

ASKED = {"VS4", "VS5", "VS6", "CU2", "CU4", "CU5", "ME1", "ME3", "ME5"}
WHICH = [item in ASKED for item in instrument().item_ids]
ERP = group("erp", 12, level=4)


def seen(
    levels: str, count: int, name: str = "sales", marks: str = "-0", about: str = "erp"
) -> UnitAnswers:
    """Partners who give the same three answers in each orientation."""
    answers = iter(levels * 3)
    sheet = "".join(next(answers) if asked else "-" for asked in WHICH)
    return UnitAnswers(
        name, name, None, "business-partners", 12, marked(sheet, marks) * count, about
    )


def mirror(
    *partners: UnitAnswers, own: UnitAnswers = ERP, others: Sequence[UnitAnswers] = (), k: int = 5
) -> Mirror:
    wave = score_wave([own, *others], SCALES, k)
    found = mirrors_of([own, *others, *partners], SCALES, WHICH, wave, k)
    return next(one for one in found if one.about == own.id)


def test_partners_are_scored_on_their_own_items() -> None:
    found = mirror(seen("233", 8))
    assert (found.about, found.invited, found.answered) == ("erp", 12, 8)
    assert set(found.views) == set(ORIENTATIONS)
    assert {view.partners.n for view in found.views.values()} == {8}
    # Eight thirds, in fifths.
    assert found.views[Orientation.CUSTOMER].partners.mean == Mean(value=2.6)


def test_a_gap_is_told_in_halves_of_a_level_and_own_figures_are_not() -> None:
    varied = unit("erp", [marked(str(3 + n % 2) * 18 + "333") for n in range(12)])
    view = mirror(seen("122", 4), seen("223", 4, "finance"), own=varied).views[
        Orientation.VALUE_STREAM
    ]
    assert (view.gap, view.clear) == (1.5, True)
    assert "3.5" not in view.model_dump_json()


def test_views_within_the_noise_are_no_gap() -> None:
    view = mirror(seen("434", 6), seen("345", 6, "finance")).views[Orientation.CUSTOMER]
    assert view.clear is False


@pytest.mark.parametrize("count", range(5))
def test_fewer_than_k_partners_are_not_shown(count: int) -> None:
    found = mirror(seen("233", count))
    assert (found.views, found.answered) == ({}, None)


def test_all_who_answer_about_a_group_count_together() -> None:
    found = mirror(seen("233", 3), seen("233", 3, "finance"))
    assert (found.answered, found.invited) == (6, 24)
    assert found.views


def test_where_the_groups_own_figures_are_hidden_there_is_no_gap() -> None:
    view = mirror(seen("233", 8), own=group("erp", 4)).views[Orientation.CUSTOMER]
    assert (view.gap, view.clear) == (None, None)


def test_careless_partners_stay_out() -> None:
    found = mirror(seen("233", 6), seen("555", 2, "finance", "03"))
    assert found.answered == 6
    assert {view.partners.n for view in found.views.values()} == {6}


def test_what_partners_cannot_see_is_a_share_of_all_that_was_asked() -> None:
    found = mirror(seen("233", 6), seen("???", 2, "finance"))
    assert found.views[Orientation.MEASUREMENT].partners.unsure == 25


def test_partners_of_one_mind_are_shown_in_steps() -> None:
    view = mirror(seen("555", 12)).views[Orientation.CUSTOMER]
    assert view.partners.coarse
    assert view.partners.mean == Mean(value=4.5, bound=Bound.OR_MORE)
    assert set(view.partners.mix or ()) == {UNDER, OVER}
    assert (view.partners.se, view.partners.alike, view.partners.items) == (None, None, ())


# Both sides are of one mind: their own spread would call any difference a gap.
@pytest.mark.parametrize(
    ("levels", "gap", "clear"), [("445", -0.5, False), ("344", 0.5, False), ("333", 1.0, True)]
)
def test_a_side_that_is_coarse_takes_the_pooled_spread(
    levels: str, gap: float, clear: bool
) -> None:
    view = mirror(seen(levels, 8)).views[Orientation.CUSTOMER]
    assert (view.gap, view.clear) == (gap, clear)


def answered(name: str, people: Sequence[str]) -> UnitAnswers:
    return unit(name, [sheet(answers) for answers in people])


#: Sixteen people who lie close together, and sixteen who lie far apart; none of them coarse.
CLOSE = answered("close", VARIED)
WIDE = ("111112", "111222", "222333", "333444", "444555", "555554")
APART = answered("apart", (*WIDE, *WIDE, *WIDE[:4]))


def spread_out(each: int, about: str = "erp") -> list[UnitAnswers]:
    """Partners around 3.5 of whom no more than `each` are alike."""
    levels = ("333", "334", "344", "444")
    return [seen(one, each, f"{about} {one}", about=about) for one in levels]


@pytest.mark.parametrize(
    ("others", "clear"),
    [((), False), ((CLOSE,), False), ((CLOSE,) * 2, True), ((APART,) * 2, False)],
)
def test_staff_take_the_pooled_spread_of_staff_or_one_level_below_thirty(
    others: Sequence[UnitAnswers], clear: bool
) -> None:
    named = [replace(other, id=f"{other.id}{n}") for n, other in enumerate(others)]
    own = group("erp", 6, 4)
    view = mirror(*spread_out(4), own=own, others=named).views[Orientation.CUSTOMER]
    assert (view.partners.coarse, view.gap, view.clear) == (False, 0.5, clear)


@pytest.mark.parametrize(("fine", "clear"), [(7, False), (8, True)])
def test_partners_take_the_pooled_spread_of_partners_or_one_level_below_thirty(
    fine: int, clear: bool
) -> None:
    own = unit("erp", [marked(code * 18 + "333") for code in "34" * 6])
    others = [replace(CLOSE, id="close1"), replace(CLOSE, id="close2")]
    found = mirror(seen("333", 6), *spread_out(fine, "close1"), own=own, others=others)
    view = found.views[Orientation.CUSTOMER]
    # 3.5 less 3.0.
    assert (view.partners.coarse, view.gap, view.clear) == (True, 0.5, clear)


def test_the_gap_is_that_of_the_means_as_shown() -> None:
    # 3.75 exactly is told as 3.8: with 3.0 from partners a gap of 1.0, with 3.1 of 0.5.
    own = unit("erp", [own_sheets("444", "4", 9), own_sheets("333", "3", 3)], invited=12)
    level = mirror(seen("333", 12), own=own).views[Orientation.CUSTOMER]
    higher = mirror(seen("333", 18), seen("334", 6, "it"), own=own).views[Orientation.CUSTOMER]
    assert (level.partners.mean, level.gap) == (Mean(value=3.0), 1.0)
    assert (higher.partners.mean, higher.gap) == (Mean(value=3.1), 0.5)


@pytest.mark.parametrize(("level", "shift"), [("4", 0.5), ("3", -0.5)])
def test_less_than_half_a_level_is_never_called_a_gap(level: str, shift: float) -> None:
    # A hundred people at 3.9 or 3.1 who lie close together, and partners at 3.5.
    near = str(7 - int(level))
    varied = [level * 6, level * 4 + near * 2, level * 5 + near, near + level * 5]
    own = answered("erp", varied * 25)
    view = mirror(*spread_out(25), own=own).views[Orientation.CUSTOMER]
    assert (view.partners.coarse, view.partners.mean) == (False, Mean(value=3.5))
    assert (view.gap, view.clear) == (shift, False)


# A mean that is only told as a bound may lie beyond it, nearer to the other side's or further.
@pytest.mark.parametrize(
    ("own", "partners", "gap"),
    [
        (group("erp", 12, 4), "555", -0.5),
        (group("erp", 12, 5), "444", 0.5),
        (answered("erp", ["445555", "455555", "555554", "555545", "555455"] * 6), "555", None),
        (group("erp", 12, 5), "555", None),
        # 4.5, and 4.5 or more.
        (answered("erp", ["444444", "444454", "444554", "454554"] * 4), "555", None),
        (group("erp", 12, 1), "111", None),
        (group("erp", 12, 1), "222", -0.5),
        (answered("erp", ["111112", "111122", "111222", "121211", "211111"] * 6), "111", None),
    ],
)
def test_where_a_bound_may_lie_nearer_than_it_is_told_there_is_no_gap(
    own: UnitAnswers, partners: str, gap: float | None
) -> None:
    view = mirror(seen(partners, 12), own=own).views[Orientation.CUSTOMER]
    assert view.gap == gap
    assert (view.clear is None) is (gap is None)


def test_a_side_in_two_camps_has_no_mean_and_no_gap() -> None:
    asked = [True] * 18 + [False] * 3
    partners = replace(group("sales", 8), about="erp", sheets="".join(map(sheet, SPLIT_IN_HALF)))
    (found,) = mirrors_of([ERP, partners], SCALES, asked, score_wave([ERP], SCALES))
    view = found.views[Orientation.CUSTOMER]
    assert (view.partners.split, view.partners.mean) == (True, None)
    assert (view.gap, view.clear) == (None, None)


def test_a_group_that_is_only_shown_in_a_pool_has_no_gap() -> None:
    found = mirror(seen("222", 8), own=group("erp", 4), others=[group("b", 4)])
    view = found.views[Orientation.CUSTOMER]
    assert view.partners.n == 8
    assert (view.gap, view.clear) == (None, None)


def own_sheets(shared: str, others: str, count: int, marks: str = "-0") -> str:
    """Sheets of the group: three answers to what partners are asked too, another to the rest."""
    answers = iter(shared * 3)
    sheet = "".join(next(answers) if asked else others for asked in WHICH)
    return marked(sheet, marks) * count


def test_a_gap_needs_enough_of_the_group_on_the_shared_questions() -> None:
    # All twelve are usable on each orientation; only four on the questions that are shared.
    few = unit("erp", [own_sheets("444", "4", 4), own_sheets("4--", "4", 8)], invited=12)
    some = unit("erp", [own_sheets("444", "4", 5), own_sheets("4--", "4", 7)], invited=12)
    levels = [customer_view(one) for one in (few, some)]
    assert levels[0].gap is None
    assert levels[1].gap == 2


def customer_view(own: UnitAnswers) -> View:
    return mirror(seen("222", 6), seen("232", 2, "finance"), own=own).views[Orientation.CUSTOMER]


def test_careless_sheets_of_the_group_move_no_gap() -> None:
    careful = unit("erp", [own_sheets("444", "4", 12)])
    mixed = unit("erp", [own_sheets("444", "4", 12), own_sheets("111", "1", 6, "03")], invited=18)
    assert customer_view(careful).gap == customer_view(mixed).gap
