"""An attack on our own installation: with everything that is kept, does anything give away?"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from random import SystemRandom

from app.storage.kept_bytes import Kept, bytes_of_database, bytes_of_folder, log_place, places_of
from app.storage.store import Store
from app.usecases.errors import UnknownWave
from app.usecases.launches import LaunchedWave, launch_assessment
from app.usecases.privacy_attacks import Attempt, attempts_on, ballots_marked
from app.usecases.privacy_canaries import (
    CLIENT,
    Canary,
    canaries_of,
    find_texts,
    instrument,
    roster,
)
from app.usecases.responses import Filled, ResponseDesk
from app.usecases.waves import close_wave, read_comments


def has_open_waves(store: Store) -> bool:
    """Return whether people are being asked while a check would write."""
    with store.reading() as work:
        return bool(work.waves.open_ids())


def check_wave(store: Store, wave_id: str, data: Path) -> tuple[Attempt, ...]:
    """Try what can be tried on the rows and keys of a wave; changes nothing. Raises UnknownWave."""
    with store.reading() as work:
        wave = work.waves.get(wave_id)
        if wave is None:
            raise UnknownWave(wave_id)
        people = work.people.of(wave.assessment_id)
    return tuple(attempts_on(store, wave, people, data))


def check_installation(store: Store, data: Path, now: datetime) -> tuple[Attempt, ...]:
    """Let canaries answer in a client of their own, and look for them in every byte.

    The client is removed afterwards, whatever happens; one that a killed check left, too.
    """
    _remove_canaries(store)
    try:
        return tuple(_with_canaries(store, data, now))
    finally:
        _remove_canaries(store)


def _with_canaries(store: Store, data: Path, now: datetime) -> Iterator[Attempt]:
    since, chance = log_place(store.engine), SystemRandom()
    wave = launch_assessment(store, roster(), CLIENT, instrument(), now, chance)
    yield ballots_marked(store)
    written = places_of(store.engine, "ballot", wave.wave_id)
    canaries = canaries_of(wave.invitations, chance)
    answering = canaries[:-3]
    asyncio.run(_answer(store, answering, now))
    yield asyncio.run(_openings(store, canaries, now))
    yield from check_wave(store, wave.wave_id, data)
    texts = [text for canary in canaries for text in canary.texts]
    yield from _search(store, data, since, texts, "while the wave is open")
    close_wave(store, wave.wave_id, now)
    yield _after_close(store, wave, written, answering)
    yield from _search(store, data, since, texts, "after its close")


async def _answer(store: Store, canaries: Sequence[Canary], now: datetime) -> None:
    desk = ResponseDesk(store)
    for canary in canaries:
        opened = await desk.open_ballot(canary.invitation.code, now)
        filled = Filled(canary.invitation.code, canary.answers, canary.comment)
        await desk.submit_response(opened.invited, filled, now)


async def _openings(store: Store, canaries: Sequence[Canary], now: datetime) -> Attempt:
    """Open all links once more: used and unused ones must be answered alike."""
    desk, answers = ResponseDesk(store), set()
    for canary in canaries:
        try:
            opened = await desk.open_ballot(canary.invitation.code, now)
            answers.add(f"opens until {opened.closes_at}")
        except Exception as error:
            answers.add(type(error).__name__)
    said = "answered alike." if len(answers) == 1 else f"told apart: {', '.join(sorted(answers))}."
    return Attempt("opening used and unused links", said, len(answers) > 1)


def _search(
    store: Store, data: Path, since: str, texts: Sequence[str], when: str
) -> Iterator[Attempt]:
    kept: list[Kept] = [*bytes_of_database(store.engine, since)]
    own = (
        {Path(store.engine.url.database or "")} if store.engine.dialect.name == "sqlite" else set()
    )
    kept += bytes_of_folder(data, frozenset(file.resolve() for file in own))
    for folder in store.wave_keys.folders:
        kept += bytes_of_folder(folder, frozenset())
    found = find_texts(kept, texts)
    read, unread = [one for one in kept if not one.why], [one for one in kept if one.why]
    size = sum(len(one.content) for one in read)
    said = (
        f"found in {', '.join(f'{name} ({len(t)})' for name, t in found.items())}."
        if found
        else f"none in {size:,} bytes of {len(read)} files and tables."
    )
    way = f"canary answers, comments and codes in any spelling, {when}"
    yield Attempt(way, said, bool(found))
    if unread:
        reasons = "; ".join(f"{one.name}: {one.why}" for one in unread[:5])
        yield Attempt(way, f"could not be read: {reasons}.", was_made=False)


def _after_close(
    store: Store, wave: LaunchedWave, written: Sequence[bytes], answering: Sequence[Canary]
) -> Attempt:
    with store.reading() as work:
        left = work.sealed.count(wave.wave_id) + sum(1 for _ in work.sealed.boxes(wave.wave_id))
    changed = places_of(store.engine, "ballot", wave.wave_id) != list(written)
    comments = read_comments(store, wave.wave_id)
    order = {canary.comment: n for n, canary in enumerate(answering)}
    kept_order = [order[text] for text in comments] == sorted(order.values())
    faults = []
    faults += [f"{left} marks and boxes are left"] if left else []
    faults += ["ballots were changed or moved"] if changed else []
    faults += ["comments lie in the order in which they came"] if kept_order else []
    said = f"{'; '.join(faults)}." if faults else "no mark, no box; ballots as at the launch."
    return Attempt("what is left after the close", said, bool(faults))


def _remove_canaries(store: Store) -> None:
    with store.writing() as work:
        for organisation in work.organisations.all():
            if organisation.name != CLIENT:
                continue
            for assessment in work.assessments.of(organisation.id):
                for wave in work.waves.of(assessment.id):
                    store.wave_keys.destroy(wave.id, None, wave.box_digest)
                    work.clients.erase_wave(wave.id)
                work.clients.remove_assessment(assessment.id)
            work.organisations.remove(organisation)
        work.commit()
    store.empty_log()
