"""Commands of a wave: launch, close, report, access."""

import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Annotated

import typer

from app.cli.console import (
    BadInput,
    check_output,
    complain,
    count,
    faults_named,
    open_store,
    read_file,
    read_settings,
    say,
    wave_id,
)
from app.cli.questionnaire import (
    Folder,
    Language,
    Modules,
    read_instrument,
    warn_of_wording,
)
from app.language import say_date
from app.main import utc_now
from app.questionnaires.questionnaire import Instrument
from app.questionnaires.timing import expected_minutes
from app.scoring.rules import K_FLOOR
from app.storage.store import Store
from app.usecases.access import LONGEST_DAYS, grant_access
from app.usecases.errors import UnknownWave
from app.usecases.launches import check_closing_date, launch_assessment
from app.usecases.ledger import Channel
from app.usecases.links import links_csv, reserved, write_links
from app.usecases.members import adopt_for_operators
from app.usecases.plans import in_zone, last_day, plan_of
from app.usecases.results import unprintable_letters, view_results, write_report
from app.usecases.roster_units import LONGEST_TEXT
from app.usecases.rosters import Roster, read_roster
from app.usecases.schedule import close_and_settle

app = typer.Typer()


@app.command()
def launch(
    roster: Annotated[Path, typer.Argument(help="CSV with unit, parent, kind, name, email.")],
    name: Annotated[str, typer.Option(help="The organisation, as respondents will read it.")] = "",
    links: Annotated[
        Path | None, typer.Option(help="Where to write one personal link per person (CSV).")
    ] = None,
    closes: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Last day (UTC).")] = "",
    module: Modules = None,
    questionnaires: Folder = None,
    language: Language = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the roster and write nothing.")
    ] = False,
) -> None:
    """Create an assessment with its groups from a roster, and open its first wave."""
    instrument = read_instrument(questionnaires, module, language)
    if questionnaires:
        warn_of_wording(questionnaires)
    known = _read(roster, instrument)
    called, end = _name(name) if name or not dry_run else "", _last_moment(closes)
    _describe(known, instrument)
    if dry_run:
        say.print("Nothing was written. Without --dry-run the wave would open now.")
        return
    if links is None:
        raise BadInput("Say where the personal links go with --links FILE.csv.")
    settings = read_settings()
    with reserved(links), open_store(settings) as store:
        wave = launch_assessment(store, known, called, instrument, utc_now(), SystemRandom(), end)
        rows = links_csv(wave.invitations, wave.codes, settings.public_url)
        write_links(links, rows, wave.wave_id)
        say.print(f"Wave {wave.wave_id} is open for {count(known.invited, 'person', 'people')}.")
        say.print(f"Personal links: {links}. Send each person their own; the file is secret.")
        if wave.codes:
            codes = count(len(wave.codes), "code", "codes")
            say.print(f"At its end {codes} for whole groups: each works as often as it has seats.")
        ends = utc_now() + timedelta(days=LONGEST_DAYS)
        key = grant_access(store, SystemRandom(), wave.wave_id, "printed at the launch", ends)
        adopt_for_operators(store)
    day = say_date(ends.date())
    say.print(f"Results after the close, until {day}: {settings.public_url}/enter#{key}")


def _name(name: str) -> str:
    name = name.strip()
    if not name:
        raise BadInput("Give the organisation's name with --name.")
    if len(name) > LONGEST_TEXT or not name.isprintable():
        raise BadInput(f"--name must be one line of at most {LONGEST_TEXT} characters.")
    return name


def _last_moment(closes: str) -> datetime | None:
    try:
        end = datetime.combine(date.fromisoformat(closes), time.max, UTC) if closes else None
    except ValueError as error:
        raise BadInput(f"--closes {closes} is no date; write it as 2026-12-31.") from error
    check_closing_date(end, utc_now())
    return end


def _read(file: Path, instrument: Instrument) -> Roster:
    kinds = {q.kind: q.title for q in instrument.questionnaires}
    mirrors = {q.kind for q in instrument.questionnaires if q.mirror}
    with faults_named(file):
        return read_roster(read_file(file), kinds, mirrors)


def _describe(roster: Roster, instrument: Instrument) -> None:
    groups = count(sum(1 for unit in roster.units if unit.invited), "group", "groups")
    say.print(f"{count(roster.invited, 'person', 'people')} in {groups}.")
    asked = {unit.kind for unit in roster.units if unit.kind}
    minutes = max(expected_minutes(instrument.for_kind(kind)) for kind in asked)
    say.print(f"Answering takes up to {count(minutes, 'minute', 'minutes')}.")
    for unit in roster.too_small(K_FLOOR):
        say.print(
            f"{unit.name} has {count(unit.invited, 'person', 'people')}, fewer than "
            f"{K_FLOOR}: it is never shown alone; its answers count only in a larger unit. Where "
            f"they make no {K_FLOOR} with others there, they are removed at the close."
        )


@app.command()
def close(
    wave: Annotated[str, typer.Argument(help="The id printed at its launch.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask at a terminal.")] = False,
    leave_out: Annotated[
        int, typer.Option(min=0, help="Close without so many answers that cannot be read.")
    ] = 0,
) -> None:
    """Close a wave for ever: destroy its keys and freeze its release."""
    with open_store(read_settings()) as store:
        if not yes and sys.stdin.isatty():
            question = f"{_said_of(store, wave_id(wave))} Close it for ever?"
            typer.confirm(question, abort=True)
        release = close_and_settle(
            store, wave_id(wave), "command line", utc_now(), leave_out=leave_out
        )
    shown = sum(1 for unit in release.units if unit.profiles and not unit.is_parent)
    least = "at least " if release.is_part else ""
    say.print(
        f"Wave {wave_id(wave)} is closed: {least}{release.answered} of {release.invited} answered, "
        f"{count(shown, 'group', 'groups')} can be shown. Its keys are destroyed; the "
        "answers are anonymous now."
    )


def _said_of(store: Store, wave: str) -> str:
    """Which wave it is, so that a mistyped id is seen. Raises UnknownWave."""
    with store.reading() as work:
        found = work.waves.get(wave)
        organisation = work.assessments.organisation_of(found.assessment_id) if found else None
        invited = sum(work.ballots.invited(wave).values())
        plan = plan_of(work, wave)
    if found is None or organisation is None:
        raise UnknownWave(wave)
    last = say_date(last_day(in_zone(plan, found.closes_at))) if found.closes_at else ""
    until = f"open until {last}" if last else "no last day"
    state = "closed already" if found.closed_at else until
    return f"Wave {found.number} of {organisation.name}, {invited} invited, {state}."


@app.command()
def report(
    wave: Annotated[str, typer.Argument(help="The id of a closed wave.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the PDF.")],
) -> None:
    """Write the CIO's report of a closed wave as a PDF."""
    check_output(output)
    settings = read_settings()
    with open_store(settings) as store:
        results = view_results(store, wave_id(wave), Channel.PDF)
        content = write_report(store, results, settings.reports).read_bytes()
        blank = unprintable_letters(results)
    try:
        output.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{output} cannot be written: {error.strerror}.") from error
    if blank:
        complain.print(f"Letters without a glyph in the typeface are blank in the PDF: {blank}")
    say.print(output.resolve())


@app.command()
def access(
    wave: Annotated[str, typer.Argument(help="The id of the wave.")],
    reader: Annotated[str, typer.Option(help="Who reads it.")] = "",
    days: Annotated[int, typer.Option(min=1, max=LONGEST_DAYS, help="It ends after them.")] = 90,
) -> None:
    """Make a link that opens the results of one wave."""
    settings = read_settings()
    with open_store(settings) as store:
        ends = utc_now() + timedelta(days=days)
        key = grant_access(store, SystemRandom(), wave_id(wave), reader, ends)
    say.print(f"{settings.public_url}/enter#{key}")
