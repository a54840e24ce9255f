"""Taking a client over: everything in its file under new ids, and nothing else touched."""

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random, SystemRandom

from pydantic import ValidationError

from app.scoring.ledger import ReleasedSets, sets_of
from app.scoring.pools import pool_id
from app.scoring.release import Release
from app.scoring.suppression import ORGANISATION
from app.storage.store import Store
from app.storage.tables import (
    AdviceEdit,
    AskedUnit,
    Assessment,
    Organisation,
    Person,
    Unit,
    UnitCode,
    Wave,
    WavePlan,
)
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Certificate
from app.usecases.addresses import account_address
from app.usecases.audit_log import Deed, Who, record
from app.usecases.client_file import AssessmentInFile, ClientFile, WaveInFile
from app.usecases.handover import NotHandedOver, read_client
from app.usecases.ids import long_id, short_id
from app.usecases.ledger import Channel, admit_within
from app.usecases.members import Role
from app.usecases.plans import Plan
from app.usecases.results import report_of, results_within
from app.usecases.schedule import erasing_job

#: A wave whose day of erasure is over is not erased before somebody could see it here.
_SEEN_FOR = timedelta(days=1)

_ID = r"(?:pool-[0-9a-f]{12}|[0-9A-Za-z]{1,40})"
_JOINED = re.compile(f"{_ID}(?:-{_ID})*")

Ids = Mapping[str, str]


def take_over_client(store: Store, content: bytes, owner: str, now: datetime) -> str:
    """Put an exported client in, owned by an account of this installation; return its name.

    Everything gets new ids, so that nothing that is here already is touched; wordings are known
    by a digest that is computed anew. Nothing is launched or erased. Raises NotHandedOver.
    """
    client, chance = read_client(content), SystemRandom()
    with store.writing() as work:
        account = work.accounts.with_email(account_address(owner))
        if account is None:
            raise NotHandedOver(f"Nobody here has the address {owner}; name an account.")
        name = _free_name(client.name, {one.name for one in work.organisations.all()})
        organisation = Organisation(id=short_id(chance), name=name)
        work.organisations.add(organisation)
        try:
            for assessment in client.assessments:
                _take_assessment(work, organisation.id, assessment, now, chance)
        except (KeyError, ValueError, ValidationError) as error:
            raise NotHandedOver("Parts of the file contradict each other.") from error
        _take_certificates(work, organisation.id, client, chance)
        work.memberships.set(account.id, organisation.id, Role.OWNER)
        who = Who(account.email, organisation.id)
        record(store, work, who, Deed.CLIENT_TAKEN_OVER, name, now)
        work.commit()
    return name


def _free_name(name: str, taken: Iterable[str]) -> str:
    known, number = set(taken), 1
    while (found := name if number == 1 else f"{name} ({number})") in known:
        number += 1
    return found


def _take_certificates(
    work: UnitOfWork, organisation_id: str, client: ClientFile, chance: Random
) -> None:
    for one in client.certificates:
        work.certificates.add(
            Certificate(
                id=short_id(chance), organisation_id=organisation_id, content=one.model_dump_json()
            )
        )


def _take_assessment(
    work: UnitOfWork, organisation_id: str, given: AssessmentInFile, now: datetime, chance: Random
) -> None:
    assessment = Assessment(id=short_id(chance), organisation_id=organisation_id, name=given.name)
    work.assessments.add(assessment)
    ids = _new_ids((one.label for one in given.units), short_id, chance)
    people = _new_ids((one.label for one in given.people), long_id, chance)
    work.units.add_all(_parents_first(_units(given, assessment.id, ids)))
    work.people.add_all(
        Person(id=people[one.label], unit_id=ids[one.unit], name=one.name, email=one.email)
        for one in given.people
    )
    if len({wave.number for wave in given.waves}) < len(given.waves):
        raise ValueError("two waves have one number")
    for wave in sorted(given.waves, key=lambda one: one.number):
        _take_wave(work, assessment.id, wave, ids, people, now, chance)
    for plan in given.plans:
        # Whoever launched it did so elsewhere; here it is a plan.
        _keep_plan(work, short_id(chance), assessment.id, plan, launched_by="")


def _new_ids(labels: Iterable[str], make, chance: Random) -> dict[str, str]:  # type: ignore[no-untyped-def]
    found: dict[str, str] = {}
    for label in labels:
        if label in found:
            raise ValueError(f"{label} is there twice")
        found[label] = make(chance)
    return found


def _units(given: AssessmentInFile, assessment_id: str, ids: Ids) -> list[Unit]:
    return [
        Unit(
            id=ids[one.label],
            assessment_id=assessment_id,
            parent_id=ids[one.parent] if one.parent else None,
            position=position,
            name=one.name,
            kind=one.kind,
            about_id=ids[one.about] if one.about else None,
            places=one.places,
            head_name=one.head_name,
            head_email=one.head_email,
            expected=one.expected,
            seats=one.seats,
            route=one.route,
            is_retired=one.is_retired,
        )
        for position, one in enumerate(given.units)
    ]


def _parents_first(units: list[Unit]) -> list[Unit]:
    """Raises ValueError for a unit that stands below itself."""
    waiting, found, placed = units, list[Unit](), set[str | None]([None])
    while waiting:
        ready = [unit for unit in waiting if unit.parent_id in placed]
        if not ready:
            raise ValueError("a unit stands below itself")
        found += ready
        placed |= {unit.id for unit in ready}
        waiting = [unit for unit in waiting if unit.id not in placed]
    return found


def _take_wave(
    work: UnitOfWork,
    assessment_id: str,
    given: WaveInFile,
    ids: Ids,
    people: Ids,
    now: datetime,
    chance: Random,
) -> None:
    wave = Wave(
        id=short_id(chance),
        assessment_id=assessment_id,
        number=given.number,
        instrument_digest=work.instruments.keep(given.instrument),
        k=given.k,
        opened_at=given.opened_at,
        closes_at=given.closes_at,
        closed_at=given.closed_at,
    )
    work.waves.add(wave)
    asked = [AskedUnit(wave_id=wave.id, unit_id=ids[u], invited=n) for u, n in given.asked.items()]
    work.ballots.ask(asked)
    work.invitees.add_all(wave.id, ((people[p], ids[u]) for p, u in given.invitees.items()))
    work.unit_codes.add_all(
        UnitCode(code_hash=secrets.token_bytes(32), wave_id=wave.id, unit_id=ids[u], seats=n)
        for u, n in given.shared.items()
    )
    _take_figures(work, wave.id, given, ids)
    if given.plan is not None:
        by = given.plan.launched_by or "elsewhere"
        _keep_plan(work, wave.id, assessment_id, given.plan, launched_by=by)
        if given.plan.retention_days is not None:
            day = given.closed_at + timedelta(days=given.plan.retention_days)
            work.jobs.replace(erasing_job(wave.id, max(day, now + _SEEN_FOR)))
    _try_pages(work, wave.id)


def _take_figures(work: UnitOfWork, wave_id: str, given: WaveInFile, ids: Ids) -> None:
    """Keep the release, what left of it, and what consultants made of its advice."""
    work.releases.freeze(wave_id, _with_ids(given.release, ids))
    for entry in given.ledger:
        sets = {
            scale: frozenset(tuple(sorted(ids[one] for one in cells)) for cells in found)
            for scale, found in entry.sets.items()
        }
        for channel in entry.channels:
            work.ledger.add(wave_id, ReleasedSets(sets), channel)
    names = with_pools(given.release, ids)
    for edit in given.edits:
        key = with_new_ids(edit.key, names)
        kept = edit.model_dump() | {"key": key, "wave_id": wave_id}
        work.advice.keep(AdviceEdit(**kept))


def _try_pages(work: UnitOfWork, wave_id: str) -> None:
    """Refuse here, before anything is kept, what would expose somebody or what no page can show."""
    results = results_within(work, wave_id)
    try:
        admit_within(work, wave_id, sets_of(results.release), Channel.RELEASE)
        report_of(results)
    except Exception as error:
        raise ValueError("a release that no page can show") from error


def _keep_plan(
    work: UnitOfWork, wave_id: str, assessment_id: str, plan: Plan, launched_by: str
) -> None:
    content = plan.model_copy(update={"launched_by": launched_by}).model_dump_json()
    work.plans.save(WavePlan(id=wave_id, assessment_id=assessment_id, content=content))


def with_pools(release: Release, ids: Ids) -> dict[str, str]:
    """Return the ids of units and of pools as they are here, by those in the file.

    Raises KeyError for a member that is not there.
    """
    names = {ORGANISATION: ORGANISATION, **ids}
    for unit in release.units:
        if unit.is_pool:
            names[unit.id] = pool_id([ids[member] for member in unit.members])
    return names


def _with_ids(release: Release, ids: Ids) -> Release:
    """A release that names units by their ids here; raises KeyError for one that is not there."""
    names = with_pools(release, ids)
    if not all(0 <= unit.depth <= len(release.units) for unit in release.units):
        raise ValueError("a unit that stands nowhere")

    def new(unit_id: str) -> str:
        return names[unit_id]

    units = tuple(
        unit.model_copy(
            update={
                "id": new(unit.id),
                "parent": unit.parent and new(unit.parent),
                "members": tuple(new(one) for one in unit.members),
            }
        )
        for unit in release.units
    )
    mirrors = tuple(one.model_copy(update={"about": new(one.about)}) for one in release.mirrors)
    return release.model_copy(update={"units": units, "mirrors": mirrors})


def with_new_ids(key: str, ids: Ids) -> str:
    """Return the key of a line of advice with the ids of its units here, joined in their order."""
    *before, last = key.split(".")
    parts = re.findall(_ID, last) if _JOINED.fullmatch(last) else []
    if parts and all(part in ids for part in parts):
        last = "-".join(sorted(ids[part] for part in parts))
    return ".".join([*(ids.get(part, part) for part in before), last])
