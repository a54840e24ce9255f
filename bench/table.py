"""A table for people: name, figure, goal. It passes no verdict; machines differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """One line. A goal is only there where the project has set one."""

    name: str
    figure: str
    goal: str = ""


def show(title: str, rows: Sequence[Row], notes: str = "") -> None:
    """Print a table under its title."""
    name, figure = (max(len(getattr(row, column)) for row in rows) for column in ("name", "figure"))
    print(f"\n{title}\n{'-' * len(title)}")
    for row in rows:
        goal = f"goal {row.goal}" if row.goal else ""
        print(f"  {row.name:<{name}}  {row.figure:<{figure}}  {goal}".rstrip())
    if notes:
        print(f"  ({notes})")


def say(line: str) -> None:
    """Tell somebody who waits what happens."""
    print(f"... {line}", flush=True)


def middle(values: Sequence[float]) -> float:
    """Return the median; a machine that is busy elsewhere disturbs it least."""
    return median(values)


def spread(values: Sequence[float], digits: int = 0) -> str:
    """Return the median and, in brackets, the lowest and highest run."""
    low, high = min(values), max(values)
    return f"{middle(values):,.{digits}f} ({low:,.{digits}f}-{high:,.{digits}f})"
