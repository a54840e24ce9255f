"""Questions beside the levels: of groups the weakest and strongest, where all of them are known."""

import pytest

from app.maturity import Level
from app.questionnaires.questionnaire import Scale
from app.reports.modules import module_tables
from app.scoring.figure import Bound, Figure, ItemFigure, Mean
from app.scoring.release import Release
from tests.advice.builders import result
from tests.scoring.builders import group, release

SCALE = "conditions"
FACETS = ("time", "trust", "tools")


def item(value: float | None, bound: Bound = Bound.ABOUT) -> ItemFigure:
    mean = None if value is None else Mean(value=value, bound=bound)
    return ItemFigure(n=12, mean=mean, level=Level(3))


def asked(*items: ItemFigure | None) -> Release:
    """Make a wave in which one group answered a module of three questions."""
    figure = Figure(n=12, coarse=False, mean=Mean(value=3.4), items=items)
    profiles: dict[Scale, Figure] = {SCALE: figure}
    made = result("ERP", answered=12).model_copy(update={"profiles": profiles})
    facets: dict[Scale, tuple[str, ...]] = {SCALE: FACETS}
    update = {"facets": facets, "modules": {SCALE: "Conditions"}, "questions": {SCALE: items}}
    return release(group("a", 9)).model_copy(update=update | {"units": (made,)})


@pytest.mark.parametrize(
    ("items", "weakest", "strongest"),
    [
        ((item(2.1), item(3.0), item(4.2)), "time (2.1)", "tools (4.2)"),
        (
            (item(1.2), item(1.2, Bound.OR_LESS), item(4.8, Bound.OR_MORE)),
            "trust (1.2 or less)",
            "tools (4.8 or more)",
        ),
        ((item(3.0), item(3.0), item(3.0)), "–", "–"),
        # Of one to which nearly all gave the same answer no mean is told: it may be the weakest.
        ((item(2.1), item(None), item(4.2)), "–", "–"),
        ((None, None, None), "–", "–"),
    ],
    ids=["told", "bounds", "alike", "one without a mean", "none shown"],
)
def test_the_weakest_and_strongest_are_named_only_where_they_are_known(
    items: tuple[ItemFigure | None, ...], weakest: str, strongest: str
) -> None:
    by_group = module_tables(asked(*items))[0]
    assert by_group.rows == (("ERP", "12", "3.4", weakest, strongest),)


def test_a_question_to_which_nearly_all_gave_the_same_answer_has_a_dash() -> None:
    by_question = module_tables(asked(item(2.1), item(None), item(4.8, Bound.OR_MORE)))[1]
    assert by_question.rows == (
        ("time", "12", "2.1"),
        ("trust", "12", "–"),
        ("tools", "12", "4.8 or more"),
    )
    assert "all but fewer than 5 chose the same statement" in by_question.note
