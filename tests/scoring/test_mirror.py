"""Business partners' view: of k people or none, on the items both answer, and never in a level."""

import pytest

from app.maturity import ORIENTATIONS, Orientation
from app.reports.shown import shown_mean
from app.scoring.mirror import Mirror, View, mirrors_of
from app.scoring.scales import UnitAnswers
from tests.builders import instrument, marked
from tests.scoring.builders import SCALES, group, release, unit

ASKED = {"VS4", "VS5", "VS6", "CU2", "CU4", "CU5", "ME1", "ME3", "ME5"}
WHICH = [item in ASKED for item in instrument().item_ids]
ERP = group("erp", 12, level=4)


def seen(levels: str, count: int, name: str = "sales", marks: str = "-0") -> UnitAnswers:
    """Partners who give the same three answers in each orientation."""
    answers = iter(levels * 3)
    sheet = "".join(next(answers) if asked else "-" for asked in WHICH)
    return UnitAnswers(
        name, name, None, "business-partners", 12, marked(sheet, marks) * count, "erp"
    )


def mirror(*partners: UnitAnswers, own: UnitAnswers = ERP, k: int = 5) -> Mirror:
    shown = {o: [u.id for u in release(own).units if o in u.profiles] for o in ORIENTATIONS}
    (found,) = mirrors_of([own, *partners], SCALES, WHICH, shown, k)
    return found


def test_partners_are_scored_on_their_own_items() -> None:
    found = mirror(seen("233", 8))
    assert (found.about, found.invited, found.answered) == ("erp", 12, 8)
    assert set(found.views) == set(ORIENTATIONS)
    assert {view.partners.n for view in found.views.values()} == {8}
    assert found.views[Orientation.CUSTOMER].partners.mean == pytest.approx(8 / 3)


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


def test_what_partners_cannot_see_is_a_share_of_all_that_was_asked() -> None:
    found = mirror(seen("233", 6), seen("???", 2, "finance"))
    unsure = found.views[Orientation.MEASUREMENT].partners.unsure
    assert unsure is not None
    assert float(unsure) == 0.25


def test_partners_of_one_mind_are_shown_in_steps() -> None:
    view = mirror(seen("555", 12)).views[Orientation.CUSTOMER]
    assert view.partners.coarse
    assert shown_mean(view.partners) == "4.8"


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
