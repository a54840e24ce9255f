"""Commands on data that somebody holds already: analyse, audit."""

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError
from rich.table import Table

from app.cli.console import BadInput, faults_named, read_file, say
from app.reports.analysis import AnalysisTable, tables_of
from app.scoring.analysis import analyse as analyse_table
from app.scoring.audit import UnknownCell, smallest_support
from app.scoring.rules import K_FLOOR
from app.scoring.suppression import ThresholdTooLow
from app.usecases.analysis import read_answers_table, read_groups

app = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def analyse(
    answers: Annotated[
        Path, typer.Argument(help="CSV: group, one or more of VS1... CU1... ME1..., AC1...")
    ],
    roster: Annotated[Path, typer.Option(help="CSV: group, parent, roster (people in it).")],
    k: Annotated[int, typer.Option(help="Fewest people behind a figure.")] = K_FLOOR,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Every group whatever its size, unrounded: your own data."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Score answers that you hold already, from paper or another tool; nothing is stored."""
    with faults_named(roster, "computed"):
        groups = read_groups(read_file(roster))
    with faults_named(answers, "computed"):
        table = read_answers_table(read_file(answers), groups)
    try:
        analysis = analyse_table(table, k, everything=everything)
    except ThresholdTooLow as error:
        raise BadInput(f"--k {k} cannot be used: {error}") from error
    if as_json:
        typer.echo(analysis.model_dump_json())
        return
    for part in tables_of(analysis, k, everything=everything):
        _print(part)


def _print(part: AnalysisTable) -> None:
    if part.rows:
        table = Table(*part.columns, title=part.title, title_justify="left", box=None)
        for row in part.rows:
            table.add_row(*row)
        say.print(table)
    for note in part.notes:
        say.print(note)
    if part.rows:
        say.print()


class _NamedTwice(ValueError):
    """A name stands twice in one JSON object; the second would hide the first."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _NamedTwice(name)
        found[name] = value
    return found


class _Releases(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    cells: dict[str, NonNegativeInt]
    sets: dict[str, list[str]]


@app.command()
def audit(
    releases: Annotated[Path, typer.Argument(help='JSON: {"cells": {...}, "sets": {...}}.')],
    as_json: AsJson = False,
) -> None:
    """Find the fewest people that published figures can single out, whoever published them."""
    try:
        text = json.loads(read_file(releases), object_pairs_hook=_once)
        known = _Releases.model_validate(text)
        found = smallest_support(known.cells, known.sets.values())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise BadInput(f"{releases}, {place}: {first['msg'].rstrip('.')}.") from error
    except _NamedTwice as error:
        raise BadInput(f"{releases}: “{error}” stands there twice; rename one of them.") from error
    except UnknownCell as error:
        sets = ", ".join(name for name, cells in known.sets.items() if str(error) in cells)
        raise BadInput(
            f"{releases}, sets.{sets}: “{error}” is no cell; add it to cells with its people."
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{releases}, the file: it is no JSON ({error}).") from error
    if as_json:
        typer.echo(json.dumps({"min_support": found.people, "witness": list(found.cells)}))
    elif found.people is None:
        say.print("Nothing was published, so nobody can be singled out.")
    else:
        say.print(
            f"Adding and subtracting these figures singles out {found.people} people at the "
            f"fewest: {', '.join(found.cells)}."
        )
