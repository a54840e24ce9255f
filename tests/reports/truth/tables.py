"""Tables on all groups together, modules, partners and quality: what every column claims."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from app.maturity import ACCEPTANCE, ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import PLACE, Scale
from tests.reports.truth.contrasts import CLEAR, SIGNIFICANT, Expected, differ_reliably
from tests.reports.truth.figures import question_holds
from tests.reports.truth.page import Cell, Column, Page, is_name
from tests.reports.truth.statistics import (
    Between,
    alpha,
    between,
    careless_shift,
    complete,
    direction,
    fine,
    questions,
    spread,
    within,
)
from tests.reports.truth.words import DASH, near, number_of

LABELS: Mapping[str, Scale] = {**{o.label: o for o in ORIENTATIONS}, "Acceptance": ACCEPTANCE}
LEFT_OUT = "Sheets left out"


def _scale(cell: Cell) -> Scale:
    """The scale that a row is about: of a module by its title, without its one-item scale."""
    titles = cell.page.truth.raw.asked.titles.items()
    return {**{title: scale for scale, title in titles if scale != PLACE}, **LABELS}[cell.head]


def p_holds(text: str, exact: float) -> bool:
    """A p-value to three decimals, or under .001."""
    return exact < 0.001 + 5e-4 if text == "< .001" else near(text, exact, 0.0005)


def _between(get: Callable[[Between], float | None], digits: int = 2) -> Column:
    def check(cell: Cell) -> None:
        exact = get(between(cell.page.truth, _scale(cell)))
        if exact is None:
            true = cell.text == DASH
        else:
            within = 0.5 / 10**digits
            true = p_holds(cell.text, exact) if digits == 3 else near(cell.text, exact, within)
        cell.check("reliability", exact, true=true)

    return check


def _icc1(cell: Cell) -> None:
    exact = between(cell.page.truth, _scale(cell))
    found = re.fullmatch(r"(\S+) \((\S+) to (\S+)\)", cell.text)
    three = (exact.icc1, *(exact.ends or ()))
    told = found.groups() if found else ()
    true = len(told) == len(three) and all(
        so is not None and near(text, so, 0.005) for text, so in zip(told, three, strict=True)
    )
    cell.check("reliability", three, true=true)


def _icc2(cell: Cell) -> None:
    """Only where F, as shown, is 1 or more: below, it has no lower end."""
    exact = between(cell.page.truth, _scale(cell))
    if cell.text == DASH:
        true = exact.icc2 is None or exact.f is None or exact.f < 1
    else:
        true = exact.icc2 is not None and near(cell.text, exact.icc2, 0.005)
        true = true and (exact.f or 0) >= 0.995
    cell.check("reliability", exact, true=true)


def _alpha(cell: Cell, *, inside: bool) -> None:
    answers, owner = complete(cell.page.truth, _scale(cell))
    exact = float("nan")
    if len(answers) >= 60:
        exact = alpha(within(answers, owner) if inside else answers)
    dash = cell.text == DASH
    cell.check("alpha", exact, true=exact != exact if dash else near(cell.text, exact, 0.005))  # noqa: PLR0124


def _omega(cell: Cell) -> None:
    """The released one, which is looked at now and then: a factor takes long to find."""
    found = cell.page.release.reliability[_scale(cell)].items
    told = DASH if found is None or found.omega is None else f"{found.omega:.2f}"
    cell.check("omega", told, true=cell.text == told)


RELIABILITY: Mapping[str, Column] = {
    "Scale": lambda cell: cell.check("scale", "", true=_scale(cell) in cell.page.truth.places),
    "n": _between(lambda b: b.n, 0),
    "F": _between(lambda b: b.f),
    "p": _between(lambda b: b.p, 3),
    "ICC(1)": _icc1,
    "mean n": _between(lambda b: b.icc1_mean_n),
    "ICC(2)": _icc2,
    "alpha": lambda cell: _alpha(cell, inside=False),
    "within": lambda cell: _alpha(cell, inside=True),
    "omega": _omega,
}


def _spread(cell: Cell, *, df: bool) -> None:
    exact = spread(fine(cell.page.truth, _scale(cell)))
    told = DASH if exact[1] is None else str(exact[1])
    true = cell.text == told if df else near(cell.text, exact[0], 0.005)
    cell.check("spread", exact, true=true)


def _contrast(cell: Cell, column: str) -> None:
    """As shown to the last digit, and so within what rounding may do."""
    want = cell.page.contrasts[cell.head]
    if column == "rest of":
        true = cell.text == want.against
    elif column == "difference":
        true = near(cell.text, want.value, 0.005) and near(
            cell.text, want.exact, want.loose + 0.005
        )
    elif column == "p":
        true = p_holds(cell.text, want.p)
    elif column == "reading":
        true = _reading(cell.text, want, cell.page)
    else:
        low, _to, high = cell.text.partition(" to ")
        true = near(low, want.ends[0], 0.005) and near(high, want.ends[1], 0.005)
    cell.check(f"contrast, {column}", want, true=true)


def _reading(text: str, want: Expected, page: Page) -> bool:
    """Nothing is clear where groups do not differ reliably; what is clear has the exact sign."""
    clear = want.p < SIGNIFICANT and abs(want.value) >= CLEAR
    if text == "no clear difference":
        return not (clear and differ_reliably(page.truth, -0.005))
    way = 1 if text == "clearly higher" else -1
    reliably = bool(differ_reliably(page.truth, 0.005))
    return clear and reliably and way * want.exact > max(0.0, CLEAR - want.loose)


def names_of(page: Page, scale: Scale) -> list[str]:
    """Return the names of the questions of a scale, in their order."""
    asked = page.truth.raw.asked
    return [name for name, on in zip(asked.facets, asked.scales, strict=True) if on == scale]


def _of_question(cell: Cell) -> tuple[Scale, int]:
    """The scale of a question in the head of a row, and its place there."""
    label, _colon, facet = cell.head.partition(": ")
    return LABELS[label], names_of(cell.page, LABELS[label]).index(facet)


def _question(cell: Cell, *, mean: bool) -> None:
    """Over all rows that show the scale."""
    scale, place = _of_question(cell)
    counts, told = questions(cell.page.truth, scale)[place]
    n = sum(counts.values())
    true = question_holds(cell.text, counts, has_mean=told) if mean else cell.text == str(n)
    cell.check("single question", n, true=true)


def _careless(cell: Cell) -> None:
    truth = cell.page.truth
    if cell.head == LEFT_OUT:
        count = sum(len(row.sheets.careless) for row in truth.rows)
        true = (
            0 < count < truth.k if cell.text == f"fewer than {truth.k}" else cell.text == str(count)
        )
        cell.check("careless", count, true=true)
        return
    exact = careless_shift(truth, Orientation(LABELS[cell.head]))
    shift = cell.text.removeprefix("mean of all groups: ")
    cell.check("careless shift", exact, true=near(shift, exact, 0.05))


def _direction(cell: Cell) -> None:
    scale, place = _of_question(cell)
    exact = direction(cell.page.truth, Orientation(scale), place)
    if number_of(cell.text) is not None:
        true = near(cell.text, exact, 0.005)
    elif cell.text == "look at it again":
        true = abs(exact) > 0.25 - 0.005
    else:
        true = cell.text == DASH and abs(exact) <= 0.25 + 0.005
    cell.check("direction", exact, true=true)


def _is_known(cell: Cell) -> None:
    cell.check("question", "", true=_of_question(cell)[1] >= 0)


#: By title and column: what each cell has to be.
GENERAL_TABLES: Mapping[str, Mapping[str, Column]] = {
    "How well the questions tell groups apart": RELIABILITY,
    "How far people of one group lie apart": {
        "": lambda cell: cell.check("scale", "", true=cell.head in LABELS),
        "spread": lambda cell: _spread(cell, df=False),
        "degrees of freedom": lambda cell: _spread(cell, df=True),
    },
    "Each group against the rest of its parent": {
        "Group": is_name,
        **{
            name: partial(_contrast, column=name)
            for name in ("rest of", "difference", "95 % interval", "p", "reading")
        },
    },
    "Single questions, all groups together": {
        "Question": _is_known,
        "n": lambda cell: _question(cell, mean=False),
        "mean": lambda cell: _question(cell, mean=True),
    },
    "Sheets filled in without care": {
        "": lambda cell: cell.check("careless", "", true=cell.head in (LEFT_OUT, *LABELS)),
        "what became of them": _careless,
    },
    "Whether it mattered which way the statements ran": {
        "Question": _is_known,
        "difference": _direction,
        "reading": _direction,
    },
}
