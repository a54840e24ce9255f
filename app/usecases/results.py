"""What a consultant or a CIO looks at: the field phase, the results, the report."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from app.advice.levels import advice_in
from app.reports.fonts import letters_without_glyph
from app.reports.lines import Edit
from app.reports.pdf import is_whole, render_into, report_html
from app.reports.report import Report, build_report
from app.resources import fingerprint
from app.scoring.ledger import sets_of
from app.scoring.release import Release, UnitResult
from app.storage.store import Store
from app.storage.tables import AdviceEdit, Unit, Wave
from app.storage.unit_of_work import UnitOfWork
from app.usecases.errors import NoReleaseYet, UnknownWave
from app.usecases.ledger import Channel, admit
from app.usecases.plans import Plan, in_zone, plan_of


@dataclass(frozen=True)
class WaveDates:
    """Which wave it is, and when. Moments are in its own zone."""

    id: str
    number: int
    opened_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class WaveState(WaveDates):
    """A wave as the consultant sees it while it runs. Counts only, and none below k.

    `answered` adds up the groups' counts that are given, so that none can be worked out; while
    the wave is open they are in steps of five.
    """

    k: int
    invited: int
    answered: int
    groups: tuple["GroupState", ...]


@dataclass(frozen=True)
class GroupState:
    """Invited and answered in one group, or pool; `answered` is None where it is not told.

    `partners`: these are the business partners who answer about the group, not its people.
    """

    name: str
    invited: int
    answered: int | None
    partners: bool = False


@dataclass(frozen=True)
class AssessmentState:
    """An assessment with its waves."""

    id: str
    name: str
    waves: tuple[WaveDates, ...]


@dataclass(frozen=True)
class Results:
    """The frozen release of a wave with what its title page says."""

    wave_id: str
    wave_number: int
    organisation: str
    closed_at: datetime
    release: Release
    earlier: Release | None = None
    edits: Mapping[str, Edit] = field(default_factory=dict)


_RESULTS = TypeAdapter(Results)


def list_assessments(store: Store, organisation_id: str) -> tuple[AssessmentState, ...]:
    """Return the assessments of an organisation with their waves."""
    with store.reading() as work:
        return tuple(
            AssessmentState(assessment.id, assessment.name, waves_of(work, assessment.id))
            for assessment in work.assessments.of(organisation_id)
        )


def waves_of(work: UnitOfWork, assessment_id: str) -> tuple[WaveDates, ...]:
    """Return an assessment's waves with their dates, the first one first.

    How many answered is in none of them: it is counted over all people of a wave.
    """
    waves = work.waves.of(assessment_id)
    return tuple(WaveDates(*_dates(wave, plan_of(work, wave.id))) for wave in waves)


def state_of(work: UnitOfWork, wave: Wave) -> WaveState:
    """Return the state of a wave."""
    groups = _groups(work, wave, work.units.ever_of(wave.assessment_id))
    inside = [group for group in groups if not group.partners]
    return WaveState(
        *_dates(wave, plan_of(work, wave.id)),
        k=wave.k,
        invited=sum(group.invited for group in inside),
        answered=sum(group.answered or 0 for group in inside),
        groups=groups,
    )


def _dates(
    wave: Wave, plan: Plan | None
) -> tuple[str, int, datetime, datetime | None, datetime | None]:
    return (
        wave.id,
        wave.number,
        in_zone(plan, wave.opened_at),
        wave.closes_at and in_zone(plan, wave.closes_at),
        wave.closed_at and in_zone(plan, wave.closed_at),
    )


#: How the business partners of a group are told from the group itself.
_Line = tuple[str, bool]


def _groups(work: UnitOfWork, wave: Wave, units: Sequence[Unit]) -> tuple[GroupState, ...]:
    """Every group with how many answered: in steps, or after the close as released.

    Groups that are only told together are one line.
    """
    lines = _by_line(units, work.ballots.invited(wave.id))
    names = {unit.id: unit.name for unit in units}
    release = work.releases.get(wave.id)
    if release is None:
        answered = _by_line(units, work.answered(wave.id))
        known = {line: n for line, n in answered.items() if n >= wave.k}
        pools: Sequence[UnitResult] = ()
    else:
        told = {(unit.id, False): unit.answered for unit in release.units}
        told |= {(mirror.about, True): mirror.answered for mirror in release.mirrors}
        known = {line: count for line, count in told.items() if count is not None}
        pools = [unit for unit in release.units if unit.is_pool]
    inside = {(member, False) for pool in pools for member in pool.members}
    groups = [
        GroupState(names[unit], count, known.get((unit, partners)), partners=partners)
        for (unit, partners), count in lines.items()
        if (unit, partners) not in inside
    ]
    groups += [GroupState(pool.name, pool.invited, pool.answered) for pool in pools]
    return tuple(sorted(groups, key=lambda group: group.partners))


def _by_line(units: Sequence[Unit], counts: Mapping[str, int]) -> dict[_Line, int]:
    """Add up counts: partners of one group together, as their figures are."""
    lines: dict[_Line, int] = {}
    for unit in units:
        if unit.id in counts:
            line = (unit.about_id or unit.id, unit.about_id is not None)
            lines[line] = lines.get(line, 0) + counts[unit.id]
    return lines


def view_results(store: Store, wave_id: str, channel: Channel = Channel.SCREEN) -> Results:
    """Return the results of a closed wave, and note in the ledger by which way they leave.

    Raises UnknownWave or NoReleaseYet.
    """
    with store.reading() as work:
        results = results_within(work, wave_id)
    admit(store, wave_id, sets_of(results.release), channel)
    return results


def results_within(work: UnitOfWork, wave_id: str) -> Results:
    """Return the results of a closed wave inside the house: nothing leaves with them.

    Raises UnknownWave or NoReleaseYet.
    """
    wave = work.waves.get(wave_id)
    if wave is None:
        raise UnknownWave(wave_id)
    organisation = work.assessments.organisation_of(wave.assessment_id)
    release, plan = work.releases.get(wave_id), plan_of(work, wave_id)
    if release is None or wave.closed_at is None or organisation is None:
        raise NoReleaseYet(wave_id)
    before = [w for w in work.waves.of(wave.assessment_id) if w.number < wave.number]
    releases = (work.releases.get(w.id) for w in reversed(before))
    earlier = next((found for found in releases if found), None)
    edits = {row.key: _edit(row) for row in work.advice.of(wave_id)}
    closed_at = in_zone(plan, wave.closed_at)
    return Results(wave_id, wave.number, organisation.name, closed_at, release, earlier, edits)


def _edit(row: AdviceEdit) -> Edit:
    return Edit(row.key, row.content, row.original, row.author, row.edited_at)


def report_of(results: Results) -> Report:
    """Return the report's content: the same release gives the same report."""
    return build_report(
        organisation=results.organisation,
        wave_number=results.wave_number,
        closed_at=results.closed_at,
        release=results.release,
        advice=advice_in(results.release.language),
        earlier=results.earlier,
        edits=results.edits,
    )


def unprintable_letters(results: Results) -> str:
    """Return the letters in the names of a wave that its PDF cannot show."""
    names = [results.organisation, *(unit.name for unit in results.release.units)]
    return letters_without_glyph("".join(names))


def is_report_written(results: Results, folder: Path) -> bool:
    """Return whether the PDF of a wave, as it is now, is there already."""
    return is_whole(_report_file(results, folder))


def write_report(store: Store, results: Results, folder: Path) -> Path:
    """Return the PDF of a wave's results, made once and then kept in `folder`.

    Raises UnknownWave or ReportFailed.
    """
    file = _report_file(results, folder)
    if not is_whole(file):
        render_into(file, report_html(report_of(results)))
        with store.reading() as work:
            if not work.releases.has(results.wave_id):
                # It was erased while this was made, and nothing of it may be left.
                file.unlink(missing_ok=True)
                raise UnknownWave(results.wave_id)
    return file


def _report_file(results: Results, folder: Path) -> Path:
    """Where the report is, by all that it is made of: laying it out to look costs seconds."""
    made_of = hashlib.sha256(fingerprint().encode())
    made_of.update(_RESULTS.dump_json(results))
    return folder / f"{made_of.hexdigest()}.pdf"
