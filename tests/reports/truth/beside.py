"""Tables on modules and business partners; and which columns each table of a release has."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import PLACE, Scale
from app.reports.tables import FigureTable
from app.scoring.rules import K_FINE
from tests.reports.truth.certainty import GROUP_TABLES
from tests.reports.truth.exact import Exact, item_mean, of_one_mind
from tests.reports.truth.figures import own_mean_holds, question_holds
from tests.reports.truth.mirrors import Narrow, Sides, gap_holds
from tests.reports.truth.page import Cell, Column, Page, check_table, is_name
from tests.reports.truth.statistics import questions
from tests.reports.truth.tables import GENERAL_TABLES, names_of
from tests.reports.truth.words import DASH, mean_holds, share_holds

STEPS = ("demand", "plan", "build", "run", "several steps")


def _exact(cell: Cell, scale: Scale) -> Exact:
    return cell.row.scales[scale]


def _n(scale: Scale, cell: Cell) -> None:
    exact = _exact(cell, scale)
    cell.check("n", exact.n, true=cell.text == str(exact.n))


def _mean(scale: Scale, cell: Cell) -> None:
    exact = _exact(cell, scale)
    cell.check("mean", exact.mean, true=own_mean_holds(cell.text, exact))


def _end(scale: Scale, cell: Cell, *, lowest: bool) -> None:
    """The weakest or strongest question: none lies a tenth beyond it, and its mean is so.

    Of several with one shown mean the first is named, also where that is a bound. A dash stands
    where questions are not told, one has no mean, or all have one.
    """
    exact, k = _exact(cell, scale), cell.page.truth.k
    means = [item_mean(item) for item in exact.counts]
    if cell.text == DASH:
        alike = max(means) - min(means) < 0.1 or max(means) <= 1.2 or min(means) >= 4.8
        told = exact.shows_questions(k) and not any(of_one_mind(c, k) for c in exact.counts)
        cell.check("weakest, strongest", means, true=alike or not told)
        return
    name, _bracket, mean = cell.text.removesuffix(")").rpartition(" (")
    own = means[names_of(cell.page, scale).index(name)]
    reach = 0.2 if "or" in mean else 0.1
    beyond = own - min(means) if lowest else max(means) - own
    true = mean_holds(mean, own) and beyond <= reach and min(means) < max(means)
    cell.check("weakest, strongest", means, true=true)


def _question(scale: Scale, cell: Cell, *, mean: bool) -> None:
    place = names_of(cell.page, scale).index(cell.head)
    counts, told = questions(cell.page.truth, scale)[place]
    n = sum(counts.values())
    true = question_holds(cell.text, counts, has_mean=told) if mean else cell.text == str(n)
    cell.check("module question", n, true=true)


def _step(cell: Cell) -> None:
    counts = _exact(cell, PLACE).counts[0]
    n = sum(counts.values())
    if cell.text == "no step named by half of them":
        true = all(2 * times < n for times in counts.values())
    else:
        true = n >= K_FINE and 2 * counts[1 + STEPS.index(cell.text)] >= n
    cell.check("step", counts, true=true)


def _module_columns(title: str, page: Page) -> Sequence[Column] | None:
    """The columns of a module's table, by its title."""
    for scale, module in page.truth.raw.asked.titles.items():
        if scale == PLACE and title == f"{module}: where on the path from demand to run":
            return is_name, partial(_n, PLACE), _step
        if scale != PLACE and title == f"{module}, by group":
            ends = partial(_end, scale, lowest=True), partial(_end, scale, lowest=False)
            return is_name, partial(_n, scale), partial(_mean, scale), *ends
        if title == f"{module}, question by question, all groups together" and scale != PLACE:
            head = _is_question(scale)
            return head, *(partial(_question, scale, mean=mean) for mean in (False, True))
    return None


def _is_question(scale: Scale) -> Column:
    return lambda cell: cell.check("question", "", true=cell.head in names_of(cell.page, scale))


def _partners(cell: Cell, sides: Sides) -> Narrow:
    return sides.partners[cell.page.results[cell.head].id]


def _who_answered(sides: Sides, cell: Cell) -> None:
    row, k = _partners(cell, sides), sides.truth.k
    careful = len(row.sheets.careful)
    small = (
        f"under {k} ({row.invited} invited)" if row.invited < k else f"under {k} of {row.invited}"
    )
    told = f"{careful} of {row.invited}" if careful >= k else small
    cell.check("partners answered", careful, true=cell.text == told)


def _view(sides: Sides, orientation: Orientation, cell: Cell) -> None:
    row, group = _partners(cell, sides), cell.page.results[cell.head].id
    exact = row.scales.get(orientation)
    if exact is None or cell.text in (DASH, "two camps"):
        camps = exact is not None and exact.is_split and row.is_coarse(orientation)
        cell.check("partners' view", exact, true=cell.text == ("two camps" if camps else DASH))
        return
    mean, _comma, gap = cell.text.partition(", ")
    view = next(m for m in cell.page.release.mirrors if m.about == group).views[orientation]
    found = re.fullmatch(r"group (\d\.\d) (higher|lower)", gap)
    if found:
        signed = float(found[1]) * (1 if found[2] == "higher" else -1)
        said = view.clear is True and view.gap == signed
    else:
        said = gap == ("no gap told" if view.gap is None else "no clear gap") and not view.clear
    true = said and own_mean_holds(mean, exact) and gap_holds(view, sides, group, orientation)
    cell.check("partners' view", sides.gap(group, orientation), true=true)


def _unseen(sides: Sides, cell: Cell) -> None:
    """The largest share of "cannot say" over the orientations."""
    row = _partners(cell, sides)
    shares = list(row.unsure.values())
    true = share_holds(cell.text, max(shares)) if shares else cell.text == DASH
    cell.check("cannot say", shares, true=true)


def _mirror_columns(page: Page) -> Sequence[Column]:
    sides = Sides(page.truth)
    views = (partial(_view, sides, orientation) for orientation in ORIENTATIONS)
    head: Column = lambda cell: cell.check(  # noqa: E731 - as short as the others
        "partners about", "", true=cell.page.results[cell.head].id in sides.partners
    )
    return head, partial(_who_answered, sides), *views, partial(_unseen, sides)


def columns_of(title: str, page: Page) -> Mapping[str, Column] | Sequence[Column] | None:
    """Return what each column of a table has to be; None for a table that nobody knows."""
    if title == "How business partners see a group":
        return _mirror_columns(page)
    known = {**GROUP_TABLES, **GENERAL_TABLES}
    return known.get(title) or _module_columns(title, page)


def check_tables(page: Page, tables: Iterable[FigureTable]) -> None:
    """Check every cell of every table."""
    for table in tables:
        columns = columns_of(table.title, page)
        if columns is None:
            page.told.unchecked(table.title)
        else:
            check_table(page, table, columns)
