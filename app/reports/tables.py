"""A table with its explanation, for screen and paper alike."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FigureTable:
    """Every cell is text, the first of a row is its head.

    `shape` names what the columns hold, for tables whose columns need widths of their own.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shape: str = ""
