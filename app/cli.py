"""The command `siloscope`. Bad input ends with status 2 and a sentence that says what to do."""

import csv
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from io import StringIO
from pathlib import Path
from random import SystemRandom
from typing import Annotated

import typer
from rich.console import Console

from app.main import create_app, utc_now
from app.questionnaires.loader import load_instrument
from app.reports.pdf import ReportFailed
from app.scoring.rules import K_FLOOR
from app.settings import Settings
from app.storage.store import Store
from app.usecases.access import grant_access
from app.usecases.errors import SiloscopeError
from app.usecases.results import write_report
from app.usecases.roster_rows import FaultyRoster
from app.usecases.rosters import Roster, read_roster
from app.usecases.waves import Invitation, close_wave, launch_assessment

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Shows where each IT group stands culturally, and which Lean project it can carry.",
)
say = Console(highlight=False, soft_wrap=True)
complain = Console(stderr=True, highlight=False, soft_wrap=True)


class BadInput(SiloscopeError):
    """Something on the command line cannot be used."""


def run() -> None:
    """Run the command; errors of the domain become one sentence and status 2."""
    try:
        app()
    except (SiloscopeError, ReportFailed) as error:
        complain.print(str(error), markup=False)
        sys.exit(2)


@contextmanager
def _open_store() -> Iterator[Store]:
    settings = Settings()
    store = Store.open(settings.database_url, settings.keys)
    try:
        yield store
    finally:
        store.close()


@app.command()
def launch(
    roster: Annotated[Path, typer.Argument(help="CSV with unit, parent, kind, name, email.")],
    name: Annotated[str, typer.Option(help="The organisation, as respondents will read it.")] = "",
    links: Annotated[
        Path | None, typer.Option(help="Where to write one personal link per person (CSV).")
    ] = None,
    closes: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day for answers (UTC).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the roster and write nothing.")
    ] = False,
) -> None:
    """Create an assessment with its groups from a roster, and open its first wave."""
    instrument = load_instrument()
    known = _read(roster, {q.kind: q.title for q in instrument.questionnaires})
    _describe(known)
    if dry_run:
        say.print("Nothing was written. Without --dry-run the wave would open now.")
        return
    if not name.strip():
        raise BadInput("Give the organisation's name with --name.")
    if links is None:
        raise BadInput("Say where the personal links go with --links FILE.csv.")
    last_moment = closes and datetime.combine(closes.date(), time.max, UTC)
    with _reserved(links) as write, _open_store() as store:
        wave = launch_assessment(
            store, known, name.strip(), instrument, utc_now(), SystemRandom(), last_moment
        )
        write(links_csv(wave.invitations, Settings().public_url))
        key = grant_access(store, SystemRandom(), wave.wave_id)
    say.print(f"Wave {wave.wave_id} is open for {known.people} people.")
    say.print(f"Personal links: {links}. Send each person their own; the file is secret.")
    say.print(f"Results after the close: {Settings().public_url}/enter#{key}")


def _read(file: Path, kinds: dict[str, str]) -> Roster:
    try:
        return read_roster(file.read_bytes(), kinds)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    except FaultyRoster as error:
        for fault in error.faults:
            complain.print(f"{file.name}, {fault}", markup=False)
        count = len(error.faults)
        raise BadInput(
            f"{count} fault{'s' * (count > 1)} in {file}; nothing was written."
        ) from error


def _describe(roster: Roster) -> None:
    groups = [unit for unit in roster.units if unit.people]
    say.print(f"{roster.people} people in {len(groups)} groups.")
    for unit in roster.too_small(K_FLOOR):
        say.print(
            f"{unit.name} has {len(unit.people)} people, fewer than {K_FLOOR}: it is never shown "
            "alone; its answers count only in a larger unit.",
            markup=False,
        )


@contextmanager
def _reserved(file: Path):  # type: ignore[no-untyped-def]
    """Take the file before anything happens, so that no wave opens whose links are lost."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BadInput(f"{file} exists already; choose another name.") from error
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as opened:
            yield opened.write
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def links_csv(invitations: Sequence[Invitation], public_url: str) -> str:
    """Return the links as CSV; cells that a spreadsheet would run start with an apostrophe."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["unit", "name", "email", "link", "code"])
    for invited in invitations:
        link = f"{public_url}/s#{invited.code}"
        cells = (invited.unit, invited.name, invited.email, link, invited.code)
        writer.writerow([_harmless(cell) for cell in cells])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in "=+-@\t\r\0" else cell


@app.command()
def close(wave: Annotated[str, typer.Argument(help="The id printed at its launch.")]) -> None:
    """Close a wave for ever: destroy its key and freeze its release."""
    with _open_store() as store:
        release = close_wave(store, wave, utc_now(), SystemRandom())
    shown = sum(1 for unit in release.units if unit.profiles and not unit.is_parent)
    say.print(
        f"Wave {wave} is closed: {release.answered} of {release.invited} answered, "
        f"{shown} groups can be shown. Its key is destroyed; the answers are anonymous now."
    )


@app.command()
def report(
    wave: Annotated[str, typer.Argument(help="The id of a closed wave.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the PDF.")],
) -> None:
    """Write the CIO's report of a closed wave as a PDF."""
    with _open_store() as store:
        content = write_report(store, wave, Settings().reports).read_bytes()
    try:
        output.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {error.strerror}.") from error
    say.print(f"{output.resolve()}", markup=False)


@app.command()
def access(
    wave: Annotated[str | None, typer.Argument(help="One wave's results; else all pages.")] = None,
) -> None:
    """Make a new key that opens one wave's results, or all pages."""
    with _open_store() as store:
        key = grant_access(store, SystemRandom(), wave)
    say.print(f"{Settings().public_url}/enter#{key}")


@app.command()
def serve() -> None:
    """Serve the survey, the results and the reports."""
    settings = Settings()
    _check_port(settings)
    serve_settings(settings)


def _check_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BadInput(
                f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). "
                "Choose another one with SILOSCOPE_PORT (for make: PORT=8001)."
            ) from error


def serve_settings(settings: Settings) -> None:
    """Serve until interrupted. No access log: it would print addresses and times."""
    import uvicorn

    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path("demo"),
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the PDF goes.")] = Path(
        "telecom-report.pdf"
    ),
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve afterwards.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over, dropping its data.")] = False,
) -> None:
    """Do the main job on an example: ask simulated staff, close, write the report, serve."""
    from app.demo.story import tell_story

    settings = Settings(data=folder, database="")
    if serving:
        _check_port(settings)
    tell_story(settings, output, fresh=fresh, say=lambda line: say.print(line, markup=False))
    if serving:
        serve_settings(settings)
