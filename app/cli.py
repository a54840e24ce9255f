"""The command `siloscope`. Bad input ends with status 2 and a sentence that says what to do."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from io import TextIOWrapper
from pathlib import Path
from random import SystemRandom
from typing import Annotated

import typer
from alembic.util import CommandError
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from app.main import create_app, utc_now
from app.questionnaires.loader import load_instrument
from app.reports.pdf import ReportFailed
from app.scoring.rules import K_FLOOR
from app.serving import check_address, serve_site
from app.settings import Settings
from app.storage.store import Store
from app.usecases.access import grant_access
from app.usecases.errors import SiloscopeError, UnknownWave
from app.usecases.links import links_csv, reserved, write_links
from app.usecases.results import write_report
from app.usecases.roster_rows import FaultyRoster
from app.usecases.rosters import LONGEST_TEXT, Roster, read_roster
from app.usecases.waves import close_wave, launch_assessment

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Shows where each IT group stands culturally, and which Lean project it can carry.",
)
# Names of groups and files are printed as they are, whatever Rich would make of brackets.
say = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
complain = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

DATABASES = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


class BadInput(SiloscopeError):
    """Something on the command line, or in the environment, cannot be used."""


def run() -> None:
    """Run the command; what its user can mend becomes one sentence and status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal without our quotation marks shows "?" instead of a traceback.
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="siloscope")
    except (SiloscopeError, ReportFailed) as error:
        complain.print(str(error))
    except SQLAlchemyError as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        first = reason.partition("\n")[0].rstrip(". ")
        complain.print(f"The database cannot be used ({first}). Check SILOSCOPE_DATABASE.")
    except CommandError as error:
        complain.print(f"The database belongs to another version of Siloscope ({error}).")
    except OSError as error:
        why = "it is no folder" if isinstance(error, FileExistsError) else error.strerror or error
        complain.print(f"{error.filename or 'A file'} cannot be used: {why}.")
    sys.exit(2)


def _settings() -> Settings:
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"SILOSCOPE_{first['loc'][0]}".upper()
        raise BadInput(f"{name}={first['input']} cannot be used: {first['msg']}.") from error
    _check_database(settings.database_url)
    if not 0 < settings.port < 65536:
        raise BadInput(f"SILOSCOPE_PORT={settings.port} is no port; choose one up to 65535.")
    return settings


def _check_database(address: str) -> None:
    try:
        url = make_url(address)
        lasts = url.drivername in DATABASES and url.database not in (None, "", ":memory:")
    except (ArgumentError, ValueError):
        lasts = False
    if not lasts:
        # Without its value, which may hold a password.
        raise BadInput(
            "SILOSCOPE_DATABASE is no address of a lasting database; write "
            "sqlite:////path/to/file or postgresql://user:password@host/database."
        )


@contextmanager
def _open_store(settings: Settings) -> Iterator[Store]:
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
    closes: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Last day (UTC).")] = "",
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
    if links is None:
        raise BadInput("Say where the personal links go with --links FILE.csv.")
    settings, called, end = _settings(), _name(name), _last_moment(closes)
    with reserved(links), _open_store(settings) as store:
        wave = launch_assessment(store, known, called, instrument, utc_now(), SystemRandom(), end)
        write_links(links, links_csv(wave.invitations, settings.public_url), wave.wave_id)
        say.print(f"Wave {wave.wave_id} is open for {_count(known.people, 'person', 'people')}.")
        say.print(f"Personal links: {links}. Send each person their own; the file is secret.")
        key = grant_access(store, SystemRandom(), wave.wave_id)
    say.print(f"Results after the close: {settings.public_url}/enter#{key}")


def _name(name: str) -> str:
    name = name.strip()
    if not name:
        raise BadInput("Give the organisation's name with --name.")
    if len(name) > LONGEST_TEXT or not name.isprintable():
        raise BadInput(f"--name must be one line of at most {LONGEST_TEXT} characters.")
    return name


def _last_moment(closes: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(closes), time.max, UTC) if closes else None
    except ValueError as error:
        raise BadInput(f"--closes {closes} is no date; write it as 2026-12-31.") from error


def _read(file: Path, kinds: dict[str, str]) -> Roster:
    try:
        return read_roster(file.read_bytes(), kinds)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    except FaultyRoster as error:
        for fault in error.faults:
            complain.print(f"{file.name}, {fault}")
        faults = _count(len(error.faults), "fault", "faults")
        raise BadInput(f"{faults} in {file}; nothing was written.") from error


def _describe(roster: Roster) -> None:
    groups = _count(sum(1 for unit in roster.units if unit.people), "group", "groups")
    say.print(f"{_count(roster.people, 'person', 'people')} in {groups}.")
    for unit in roster.too_small(K_FLOOR):
        say.print(
            f"{unit.name} has {_count(len(unit.people), 'person', 'people')}, fewer than "
            f"{K_FLOOR}: it is never shown alone; its answers count only in a larger unit."
        )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


@app.command()
def close(wave: Annotated[str, typer.Argument(help="The id printed at its launch.")]) -> None:
    """Close a wave for ever: destroy its key and freeze its release."""
    with _open_store(_settings()) as store:
        release = close_wave(store, _wave_id(wave), utc_now(), SystemRandom())
    shown = sum(1 for unit in release.units if unit.profiles and not unit.is_parent)
    say.print(
        f"Wave {_wave_id(wave)} is closed: {release.answered} of {release.invited} answered, "
        f"{_count(shown, 'group', 'groups')} can be shown. Its key is destroyed; the answers "
        "are anonymous now."
    )


def _wave_id(text: str) -> str:
    # Ids are hexadecimal; not every database takes what a terminal can send.
    if not (text.isascii() and text.isprintable()):
        raise UnknownWave(text)
    return text.strip().lower()


@app.command()
def report(
    wave: Annotated[str, typer.Argument(help="The id of a closed wave.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the PDF.")],
) -> None:
    """Write the CIO's report of a closed wave as a PDF."""
    _check_output(output)
    settings = _settings()
    with _open_store(settings) as store:
        content = write_report(store, _wave_id(wave), settings.reports).read_bytes()
    try:
        output.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {error.strerror}.") from error
    say.print(output.resolve())


def _check_output(output: Path) -> None:
    """Find before the work, not after it, that a report has no place to go."""
    if output.is_dir():
        raise BadInput(f"{output} is a folder; name a file in it.")
    if not output.parent.is_dir():
        raise BadInput(f"{output} cannot be written: there is no folder {output.parent}.")


@app.command()
def access(
    wave: Annotated[str | None, typer.Argument(help="One wave's results; else all pages.")] = None,
) -> None:
    """Make a new key that opens one wave's results, or all pages."""
    settings = _settings()
    with _open_store(settings) as store:
        key = grant_access(store, SystemRandom(), None if wave is None else _wave_id(wave))
    say.print(f"{settings.public_url}/enter#{key}")


@app.command()
def serve() -> None:
    """Serve the survey, the results and the reports."""
    settings = _settings()
    check_address(settings)
    serve_site(create_app(settings), settings)


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

    _check_output(output)
    settings = _settings().model_copy(update={"data": folder, "database": ""})
    if serving:
        check_address(settings)
    tell_story(settings, output, fresh=fresh, say=say.print)
    if serving:
        serve_site(create_app(settings), settings)


if __name__ == "__main__":
    run()
