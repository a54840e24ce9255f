"""Lines of advice as they are shown: with a consultant's words where there are any."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.advice.findings import Evidence
from app.advice.lines import AdviceLine
from app.language import gettext as _
from app.language import say_date
from app.reports.shown import shown_band

#: Lines that a consultant added have keys that begin so.
ADDED = "added."


@dataclass(frozen=True)
class Edit:
    """What somebody made of a line; `text` is None where it was dropped."""

    key: str
    text: str | None
    original: str
    author: str
    edited_at: datetime


@dataclass(frozen=True)
class LineView:
    """A line with what it opens to. `original` and `author` are empty where nobody changed it."""

    key: str
    text: str
    why: str
    cells: str
    basis: str
    original: str = ""
    author: str = ""
    changed: str = ""
    is_dropped: bool = False


Edits = Mapping[str, Edit]


def line_view(line: AdviceLine, edits: Edits) -> LineView:
    """Return a line as it is shown, with the edit that was made to it."""
    edit = edits.get(line.key)
    text = line.text if edit is None or edit.text is None else edit.text
    return LineView(
        key=line.key,
        text=text,
        why=_("Siloscope’s own line rests on this rule: %(rule)s", rule=line.why)
        if edit and edit.text is not None
        else line.why,
        cells="; ".join(cell_in_words(cell) for cell in line.evidence),
        basis=line.basis,
        original=edit.original if edit and edit.text is not None else "",
        author=edit.author if edit else "",
        changed=say_date(edit.edited_at.date()) if edit else "",
        is_dropped=edit is not None and edit.text is None,
    )


def line_views(lines: Iterable[AdviceLine], edits: Edits) -> tuple[LineView, ...]:
    """Return several lines, dropped ones too."""
    return tuple(line_view(line, edits) for line in lines)


def added_lines(edits: Edits) -> tuple[LineView, ...]:
    """Return what consultants added of their own."""
    why = _("Added by a consultant; it rests on no rule of Siloscope.")
    return tuple(
        LineView(
            edit.key,
            edit.text,
            why,
            "",
            "",
            author=edit.author,
            changed=say_date(edit.edited_at.date()),
        )
        for edit in edits.values()
        if edit.key.startswith(ADDED) and edit.text
    )


def cell_in_words(cell: Evidence) -> str:
    """Return a cell as one reads it: "Measurement level 2, band 2, n 13"."""
    if cell.of is not None:
        return _("%(n)s of %(invited)s answered", n=cell.n, invited=cell.of)
    named = _("%(what)s level %(level)s", what=cell.what, level=cell.level)
    parts = [named if cell.level else cell.what]
    if cell.band:
        parts.append(_("band %(level)s", level=shown_band(cell.band)))
    parts.append(f"n {cell.n}")
    return ", ".join([*parts, cell.note] if cell.note else parts)
