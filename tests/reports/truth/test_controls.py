"""Each rule that is broken on purpose is found out: what is printed then is not so."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.advice.verdicts import Verdict
from app.reports.tables import FigureTable
from app.scoring import figure, rounding
from app.scoring.agreement import splits
from app.scoring.moments import Floats
from app.scoring.profile import Profiles
from app.scoring.respondent import Integers
from app.scoring.rules import K_FINE
from tests.reports.truth.beside import check_tables
from tests.reports.truth.everything import check_everything, released
from tests.reports.truth.organisations import drawn
from tests.reports.truth.page import Page
from tests.reports.truth.waves import Truth
from tests.reports.truth.words import Told

PERCENTS, MEANS_OF = rounding.percents, figure.means_of
COARSE = [f"app.scoring.{module}.is_coarse" for module in ("figure", "scales", "release", "mirror")]
NAMES = ["app.advice.scope_fit.name_in_list", "app.reports.changes.name_in_list"]


def share_capped_as_rounded(
    part: Integers, whole: Integers, step: int = 1, least: Integers | int = rounding.LEAST
) -> Integers:
    shown = PERCENTS(part, whole, step, least)
    capped: Integers = np.where(shown == least, rounding.UNDER, shown)
    return capped


def mean_capped_as_rounded(total: Integers, whole: Integers) -> list[figure.Mean]:
    tenths = rounding.tenths(total, whole)
    return MEANS_OF(tenths, np.full_like(tenths, 10))


def bound_without_what_others_hide(
    means: Sequence[figure.Mean], exact: float
) -> figure.Mean | None:
    bounds = {mean.bound for mean in means} - {figure.Bound.ABOUT}
    if len(bounds) != 1:
        return None if bounds else figure.Mean(value=int(exact * 10 + 0.5 + 1e-9) / 10)
    tenths = sum(round(10 * mean.value) for mean in means) / len(means)
    bound = bounds.pop()
    told = np.ceil(tenths) if bound is figure.Bound.OR_LESS else np.floor(tenths)
    return figure.Mean(value=float(told) / 10, bound=bound)


def level_by_rounded_mean(three: tuple[Profiles, ...], _share: Floats) -> Integers:
    mean = np.mean([profiles.mean for profiles in three], axis=0)
    rounded: Integers = np.rint(mean).astype(np.int64)
    return rounded


def nobody_of_one_mind(counts: Integers, _k: int) -> NDArray[np.bool_]:
    return np.zeros(counts.shape[:2], dtype=np.bool_)


def unwilling_with_facilitation(_unit: object, _willing: object) -> tuple[Verdict, str, str]:
    said = (
        "it is open whether its people would take part; ask what they would lose before inviting "
        "them."
    )
    return Verdict.FACILITATED, "unwilling", f"Fits with facilitation: {said}"


def never(*_given: object) -> bool:
    return False


#: By what is broken: where, the rule instead, an organisation, and where it is found out.
CONTROLS: dict[str, tuple[Sequence[str], Callable[..., object] | int, int, str]] = {
    "a share capped after rounding": (
        ["app.scoring.rounding.percents", "app.scoring.coarse.percents"],
        share_capped_as_rounded, 0, "figure.mix; archive; chart; share",
    ),
    "a mean capped after rounding": (
        ["app.scoring.figure.means_of"], mean_capped_as_rounded, 48, "figure.mean; mean; extremes",
    ),
    "a bound that forgets what the other means hide": (
        ["app.scoring.overall_figure._overall_mean"],
        bound_without_what_others_hide, 168, "overall.mean; archive",
    ),
    "a level by the rounded mean": (
        ["app.scoring.profile._levels"], level_by_rounded_mean, 0, "headline; cell; overall.level",
    ),
    "errors of groups of few minds": (
        COARSE, lambda profiles: profiles.moments.n < K_FINE, 0, "se; agreement; figure.items",
    ),
    "errors of groups of under fifteen": (
        COARSE, lambda profiles: profiles.few_minds | (profiles.moments.n < 10), 0,
        "se; share; spread",
    ),
    "small shares of small groups": (
        ["app.scoring.coarse._least"], lambda moments: np.full(len(moments), 10), 0,
        "share; figure.mix; chart",
    ),
    "low means of small groups": (
        ["app.scoring.coarse._least_mean"], lambda moments: np.full(len(moments), 12), 0,
        "mean; figure.mean; overall.mean",
    ),
    "camps of small groups by exact scores": (
        ["app.scoring.figure.coarse_splits"], splits, 2, "figure.split; willing; mean",
    ),
    "agreement where nearly all answer alike": (
        ["app.scoring.figure.questions_of_one_mind"], nobody_of_one_mind, 0,
        "agreement; figure.alike; by chance",
    ),
    "a question of all that gives a group's away": (
        ["app.scoring.items._kept_back"], nobody_of_one_mind, 0, "single question",
    ),
    "questions that undo a group's bound": (
        ["app.scoring.items.PARTS"], 0, 0, "release.questions; unreadable text",
    ),
    "a pool that tells who took part": (
        ["app.scoring.suppression._tells"], never, 17, "unit.is_cell; name; only together",
    ),
    "a move that may be smaller": (
        ["app.scoring.change._may_be_less"], never, 40, "not compared; move of all",
    ),
    "a move told plain of a bound": (
        ["app.scoring.change._open_end"], lambda unit: 0, 0, "move; interval of a move",
    ),
    "a contrast of a bound": (
        ["app.scoring.contrast._has_mean"], lambda overall: bool(overall and overall.mean), 0,
        "contrast, difference",
    ),
    "a gap that may be smaller": (
        ["app.scoring.mirror._may_be_nearer"], never, 19, "partners' view; release.mirrors",
    ),
    "camps that are called unwilling": (
        ["app.advice.willingness._may_be_camps"], never, 0, "willing; to be won first",
    ),
    "the unwilling in a shared project": (
        ["app.advice.verdicts._unwilling"], unwilling_with_facilitation, 0, "fit; verdict",
    ),
    "a pool that reads as several groups": (NAMES, lambda unit: unit.name, 9, "under 40 %"),
    "a part of the answers counted as all": (
        ["app.reports.heatmap.lacks_some"], never, 4, "answered",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", CONTROLS)
def test_a_broken_rule_is_found_out(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    places, rule, seed, kinds = CONTROLS[broken]
    for place in places:
        monkeypatch.setattr(place, rule)
    faults = check_everything(range(seed, seed + 1)).faults
    for kind in kinds.split("; "):
        assert any(f": {kind}: " in fault for fault in faults), kind


def test_a_text_that_nobody_reads_is_found() -> None:
    wave = drawn(1)
    page = Page(Told(), released(wave), Truth(wave))
    known = "How far people of one group lie apart"
    check_tables(page, [FigureTable(known, "", ("", "median"), (("Customer", "0.5"),))])
    check_tables(page, [FigureTable("A new table", "", ("Group",), (("Amber",),))])
    assert [fault.split("unchecked text: ")[1] for fault in page.told.faults] == [
        f"'{known}: 0.5'",
        "'A new table'",
    ]
