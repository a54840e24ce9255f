"""What an analysis tells of a table of answers: everything exact, or what a release would."""

import csv
from fractions import Fraction
from math import sqrt
from pathlib import Path
from statistics import variance

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from app.scoring.analysis import analyse
from app.scoring.analysis_figures import Figures
from app.scoring.rules import RHO
from app.scoring.suppression import ThresholdTooLow
from tests.scoring.answer_tables import CODES, MIXED, People, alike, figures, table
from tests.scoring.builders import CAMPS

ANSWERS = Path(__file__).parent / "reference" / "answers.csv"
#: What tells how far the people of a group lie apart, or follows from it.
OF_SPREAD = {
    *("median", "sd", "se", "se_textbook", "ci95", "p_se", "progress", "tipping_point"),
    *("worst_case_mean", "ad_mean", "ad_median", "rwg_uniform", "rwg_slight_skew", "lindell"),
}


#: Sixteen people: neither few nor of one mind or two.
FINE = (*MIXED, "222334", "233334", "223344", "123344")


def told(people: People, roster: int | None = None) -> Figures:
    rosters = {"g": len(people) if roster is None else roster}
    return figures(analyse(table({"g": {"VS": people}}, rosters), 5))


def absent(found: Figures) -> set[str]:
    return {name for name, value in found.model_dump().items() if value is None}


def test_a_group_needs_k_people_on_every_orientation() -> None:
    few = ["333333"] * 4 + ["??????"] * 2
    groups = alike(a=MIXED, b=MIXED) | {
        "c": {"VS": ["333333"] * 6, "CU": few, "ME": ["333333"] * 6}
    }
    found = analyse(table(groups), 5)
    assert set(found.groups[2].orientations.values()) == {None}
    assert found.groups[2].overall is None
    # Rows of answers: counted by orientation they would tell where somebody could not say.
    assert found.left_out == {"VS": 6, "CU": 6, "ME": 6}
    # The control: on the two others alone it stands by itself.
    two = {
        name: {code: rows for code, rows in g.items() if code != "CU"} for name, g in groups.items()
    }
    assert figures(analyse(table(two), 5), "c").n == 6


def test_acceptance_is_shown_where_k_gave_it_and_decides_about_nothing_else() -> None:
    groups = alike(a=MIXED, b=MIXED)
    groups["a"]["AC"] = ["3334?4"] * 8 + ["??????"] * 4
    groups["b"]["AC"] = ["333444"] * 4 + ["??????"] * 8
    found = analyse(table(groups), 5)
    assert figures(found, "a", "AC").n == 8
    assert found.groups[1].orientations["AC"] is None
    assert found.groups[1].overall is not None
    assert found.left_out["AC"] == 0
    assert [one.unit for one in found.released if one.orientation == "AC"] == ["a"]


def test_a_pool_of_many_groups_is_named_by_their_number() -> None:
    found = analyse(table(alike(**{f"g{n}": ["333444", "222333"] for n in range(6)})), 5)
    # Three of them already make a cell at the root, but all that wait there go into it.
    assert [one.unit for one in found.released] == [
        "6 small groups of the organisation together"
    ] * 3
    assert found.groups[-1].group == "6 small groups of the organisation together"


def test_a_coarse_group_tells_nothing_of_its_spread() -> None:
    found = told(FINE[:14])
    assert absent(found) == OF_SPREAD
    assert found.p is not None
    assert all(
        Fraction(share) % Fraction(1, 20) == 0 for share in found.p.values() if share[0] not in "<>"
    )
    # The control: one person more, and it is there.
    spread = {"sd", "se", "se_textbook", "ci95", "p_se"}
    assert not absent(told(FINE[:15])) & spread


def test_one_who_deviates_does_not_give_the_others_away() -> None:
    found = told(["555555"] * 59 + ["111111"])
    assert absent(found) == OF_SPREAD
    assert (found.mean, found.p) == (4.8, dict.fromkeys("2345", ">9/10"))


def test_of_a_coarse_group_in_two_camps_only_that_is_told() -> None:
    found = told(["222222"] * 4 + ["444444"] * 4)
    assert found.split
    assert {name for name, value in found.model_dump().items() if value is not None} == {
        *("n", "n_invalid", "response_rate", "split")
    }


def test_a_group_in_two_camps_has_no_level() -> None:
    found = told(CAMPS)
    assert found.split
    assert (found.level, found.mean) == (None, 3.1)


def test_under_two_fifths_no_level_is_named() -> None:
    assert (told(MIXED, 30).level, told(MIXED, 30).band) == (2, (2, 3))
    assert (told(MIXED, 31).level, told(MIXED, 31).band) == (None, None)


def test_what_follows_from_a_figure_follows_from_what_is_shown() -> None:
    found = told(FINE, 20)
    n, f = 16, 16 / 20
    assert found.mean is not None
    assert found.se is not None
    assert (round(found.mean, 1), round(found.se, 2)) == (found.mean, found.se)
    margin = t.ppf(0.975, n - 1) * found.se
    assert found.ci95 == pytest.approx((found.mean - margin, found.mean + margin), abs=0.005)
    sd = found.se * sqrt(n / (1 - RHO * f))
    assert found.sd == pytest.approx(sd, abs=0.005)
    assert found.se_textbook == pytest.approx(sd * sqrt((1 - f) / n), abs=0.005)
    silent = (1 - f) * np.array([1, 5])
    assert found.worst_case_mean == pytest.approx(f * found.mean + silent, abs=0.005)
    assert found.p is not None
    assert (found.level, found.p["2"]) == (2, ">9/10")
    # From a share that is only told to be beyond a bound nothing follows.
    assert found.tipping_point is None
    assert found.progress == pytest.approx(float(Fraction(found.p["3"]) * 3 / 2), abs=0.0051)


def test_nothing_follows_from_a_figure_that_is_only_told_as_a_bound() -> None:
    low = ["111111"] * 10 + ["111112"] * 3 + ["111122"] * 2 + ["111113"] * 2 + ["111222", "111223"]
    found = told(low, 20)
    assert found.se is not None
    assert found.p is not None
    assert (found.mean, found.bound, found.level) == (1.2, "or less", 1)
    assert {"ci95", "worst_case_mean"} <= absent(found)


def test_over_all_orientations_stand_only_groups_that_have_figures_on_each() -> None:
    groups = alike(a=MIXED, b=["333333", "??????"])
    groups["b"]["CU"] = ["??????", "??????"]
    found = analyse(table(groups), 5, everything=True)
    assert figures(found, "b").n == 1
    assert figures(found, "b").p_se is None
    assert [group.overall is None for group in found.groups] == [False, True]


ONES_MIND = st.sampled_from(["111111", "555555", "333333", "122222", "555554"])


@settings(max_examples=60)
@given(
    st.lists(ONES_MIND | st.text("12345", min_size=6, max_size=6), min_size=5, max_size=25),
    st.integers(0, 10),
)
def test_every_figure_that_is_told_is_true_of_the_exact_one(people: list[str], silent: int) -> None:
    answers = table({"g": {"VS": people}}, {"g": len(people) + silent})
    exact = figures(analyse(answers, 5, everything=True))
    shown = figures(analyse(answers, 5))
    assert exact.mean is not None
    assert exact.p is not None
    if shown.mean is not None:
        within = {"": abs(exact.mean - shown.mean) <= 0.05 + 1e-9}
        within |= {"or less": exact.mean <= shown.mean, "or more": exact.mean >= shown.mean}
        # Of few answers in fifths.
        within[""] |= shown.n < 5 or (abs(exact.mean - shown.mean) <= 0.1 and shown.se is None)
        assert within[shown.bound]
    assert shown.median is None, "it is one or two persons' score, and no page tells it"
    step = Fraction(1, 20)
    for level, share in (shown.p or {}).items():
        true = Fraction(exact.p[level])
        if share[0] in "<>":
            assert true < Fraction(share[1:]) if share[0] == "<" else true > Fraction(share[1:])
        else:
            assert abs(true - Fraction(share)) <= step / 2
    if shown.se is not None:
        assert exact.se == pytest.approx(shown.se, abs=0.0051)
    if shown.level is not None:
        assert shown.level == exact.level
    if shown.se is not None:
        assert shown.split == exact.split
        assert shown.level is None or shown.band == exact.band
    assert shown.n == exact.n


def test_the_organisation_pools_respondents_and_takes_the_spread_within_groups() -> None:
    groups = {"a": MIXED, "b": ["445555", "345444", "333444", "455555"]}
    rosters = {"a": 20, "b": 4}
    found = analyse(table(alike(**groups), rosters), 5, everything=True).organisation["VS"]
    scores = {name: [sum(map(int, row)) / 6 for row in rows] for name, rows in groups.items()}
    assert found is not None
    assert found.n == 16
    assert found.mean == pytest.approx(sum(map(sum, scores.values())) / 16)
    within = sum(variance(own) * (len(own) - 1) for own in scores.values()) / (16 - 2)
    covered = (12 * (12 / 20) + 4 * 1) / 16
    assert found.se == pytest.approx(sqrt(within / 16 * (1 - RHO * covered)))
    answers = "".join("".join(rows) for rows in groups.values())
    assert Fraction(found.p["3"]) == Fraction(sum(c >= "3" for c in answers), len(answers))


def test_the_organisation_is_a_frame_where_figures_are_suppressed() -> None:
    found = analyse(table(alike(a=MIXED, b=MIXED)), 5)
    assert found.organisation == dict.fromkeys(CODES)


def test_one_orientation_alone_gives_the_figures_of_r() -> None:
    with ANSWERS.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    names = sorted({row[0] for row in rows})
    groups: dict[str, dict[str, People]] = {
        name: {"VS": ["".join(row[1:]) for row in rows if row[0] == name]} for name in names
    }
    found = analyse(table(groups), 5, everything=True)
    own = found.reliability["VS"]
    assert (own.n, own.groups) == (60, 6)
    assert own.f == pytest.approx(32.6330799413, rel=1e-9)
    assert own.icc1_mean_n == pytest.approx(0.759806384392, rel=1e-9)
    assert own.alpha == pytest.approx(0.922314550771, rel=1e-9)
    assert own.alpha_within == pytest.approx(0.737592608839, rel=1e-9)
    assert own.item_total["VS6"] == pytest.approx(0.850632648733, rel=1e-9)
    assert figures(found, "g1").rwg_uniform == pytest.approx(0.965034965035, abs=1e-11)
    assert figures(found, "g6").ad_median == pytest.approx(0.545454545455, abs=1e-11)
    assert [group.overall for group in found.groups] == [None] * 6


def test_reliability_rests_on_groups_that_are_not_coarse_to_printed_digits() -> None:
    low, high = (list(FINE), ["455555", "345444", "333444", "445555", "544444", "554433"] * 3)
    both = analyse(table(alike(a=low, b=high)), 5)
    three = analyse(table(alike(a=low, b=high, c=["123451"] * 3 + ["222222"] * 5)), 5)
    assert (both.reliability["VS"].n, three.reliability["VS"].n) == (34, 34)
    assert three.reliability["VS"].f == both.reliability["VS"].f
    exact = analyse(table(alike(a=low, b=high)), 5, everything=True).reliability["VS"]
    assert exact.f is not None
    assert both.reliability["VS"].f == round(exact.f, 2) != exact.f
    assert (exact.msw is None, both.reliability["VS"].msw) == (False, None)


REVERSED = ["".join(map(str, (v, v, 6 - v, v, v, v))) for v in range(1, 6)]


@pytest.mark.parametrize(
    ("times", "everything", "warns"), [(12, False, 1), (11, False, 0), (1, True, 1)]
)
def test_items_that_run_against_the_others_are_named(
    times: int, everything: bool, warns: int
) -> None:
    found = analyse(table({"g": {"VS": REVERSED * times}}), 5, everything=everything)
    said = [text for text in found.warnings if "runs against the other items of VS" in text]
    assert len(said) == warns
    assert all(text.startswith("VS3 ") for text in said)
    known = found.reliability["VS"].item_total
    assert (None in known.values()) is not everything


def test_a_negative_alpha_is_a_warning() -> None:
    people = ["151", "511", "115", "155", "515", "551", "333"] * 9
    found = analyse(table({"g": {"VS": people}}), 5)
    assert found.reliability["VS"].alpha is not None
    assert found.reliability["VS"].alpha < 0
    assert any(text.startswith("VS: alpha is below 0") for text in found.warnings)
    # The control: items that go together.
    same = analyse(table({"g": {"VS": ["111", "223", "344", "555", "212"] * 13}}), 5)
    assert same.warnings == ()


def test_k_below_five_is_refused_even_where_everything_is_given() -> None:
    with pytest.raises(ThresholdTooLow):
        analyse(table(alike(g=MIXED)), 4, everything=True)
