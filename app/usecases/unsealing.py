"""Opening and scoring the sealed answers of a closed wave, in a process that ends with it.

No write lock is held meanwhile, no opened answer is ever written, and whatever lay in memory,
keys and answers, goes with the process.
"""

import multiprocessing
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path
from random import Random, SystemRandom

from app.questionnaires.answers import CODES, FLAGS, OPEN
from app.questionnaires.presentation import PATTERNS, UNKNOWN_PATTERN
from app.questionnaires.questionnaire import Instrument, Scale
from app.scoring.release import Release
from app.scoring.rules import K_COMMENTS
from app.scoring.scales import UnitAnswers
from app.storage.database import create_database_engine
from app.storage.sealing import NotOpened, Opener, Record, seal_comment
from app.storage.store import Store
from app.storage.tables import Wave
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import BOX, SEAL, WORDS, KeysMissing, WaveKeys, forbid_dumps
from app.usecases.boxes import box_size
from app.usecases.errors import SiloscopeError, UnknownWave
from app.usecases.releases import make_release


class NotUnsealed(SiloscopeError):
    """The process that opens the answers of a wave ended without a release."""

    def __init__(self, reason: str = "ended from outside, such as for want of memory") -> None:
        super().__init__(
            f"The answers could not be opened and scored ({reason}). Nothing is lost; it is tried "
            "again."
        )


@dataclass(frozen=True)
class Place:
    """Where the answers and keys of a wave are."""

    url: str
    keys: Path
    mirror: Path | None

    @classmethod
    def of(cls, store: Store) -> "Place":
        """Return the place of an open store."""
        url = store.engine.url.render_as_string(hide_password=False)
        return cls(url, store.wave_keys.folder, store.wave_keys.mirror)


@dataclass(frozen=True)
class Unsealed:
    """What is left of a wave's answers once they are scored: the release, and sealed comments.

    `sizes` are the usable respondents of each group, by scale. `opened` is how many boxes opened,
    `faulty` how many answers could not be read: boxes that do not open, or that are missing.
    """

    release: Release
    sizes: Mapping[Scale, Mapping[str, int]]
    comments: tuple[tuple[bytes, bytes], ...]
    opened: int
    faulty: int


def unseal(place: Place, wave_id: str) -> Unsealed:
    """Open and score a wave in a process of its own.

    Raises KeysMissing, UnknownWave or NotUnsealed.
    """
    here, there = _CONTEXT.Pipe(duplex=False)
    child = _CONTEXT.Process(target=_run, args=(there, place, wave_id), daemon=True)
    child.start()
    there.close()
    try:
        found: Unsealed | type[Exception] = here.recv()
    except EOFError as error:
        raise NotUnsealed from error
    finally:
        here.close()
        child.join()
    if isinstance(found, Unsealed):
        return found
    # What went wrong travels as its kind alone: a driver's error could quote anything.
    raise found(wave_id) if found in (KeysMissing, UnknownWave) else NotUnsealed(found.__name__)


def _context() -> ForkServerContext | SpawnContext:
    """A server that never read a key forks the processes, with the modules already there."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


_CONTEXT = _context()


def _run(answer: Connection, place: Place, wave_id: str) -> None:
    forbid_dumps()
    store = Store(create_database_engine(place.url), place.keys, WaveKeys(place.keys, place.mirror))
    try:
        answer.send(open_and_score(store, wave_id, SystemRandom()))
    except Exception as error:
        answer.send(type(error))
    finally:
        store.close()
        answer.close()


def open_and_score(store: Store, wave_id: str, chance: Random) -> Unsealed:
    """Open every box, check it, and score them all. Raises KeysMissing or UnknownWave."""
    with store.reading() as work:
        wave = work.waves.get(wave_id)
        if wave is None:
            raise UnknownWave(wave_id)
        instrument = work.instruments.get(wave.instrument_digest)
        asked = work.ballots.invited(wave_id)
        keys = store.wave_keys.need(wave_id, wave.box_digest, BOX, SEAL)
        opener = Opener(wave_id, keys, box_size(instrument))
        records, faulty = _open(opener, work, instrument, asked)
        chance.shuffle(records)
        release, sizes = make_release(work, wave, _units_of(work, wave, asked, records))
    said = [record.comment for record in records if record.comment]
    comments: list[tuple[bytes, bytes]] = []
    if len(said) >= K_COMMENTS:
        words = store.wave_keys.need(wave_id, wave.box_digest, WORDS)[WORDS]
        comments = [seal_comment(words, wave_id, text) for text in said]
    return Unsealed(release, sizes, tuple(comments), len(records), faulty)


def _open(
    opener: Opener, work: UnitOfWork, instrument: Instrument, asked: Mapping[str, int]
) -> tuple[list[Record], int]:
    """The records of a wave, and how many answers could not be read; never whose."""
    marks, boxes, records = work.sealed.count(opener.wave_id), 0, []
    sheet = sheet_pattern(instrument)
    for row in work.sealed.boxes(opener.wave_id):
        boxes += 1
        try:
            record = opener.open(row)
        except NotOpened:
            continue
        if record.unit_id in asked and sheet.fullmatch(record.sheet):
            records.append(record)
    # Never more answers than marks: a box too many is one that somebody put there.
    return records, boxes - len(records) + abs(marks - boxes)


def sheet_pattern(instrument: Instrument) -> re.Pattern[str]:
    """Return what every sheet of answers to an instrument looks like, with its two marks."""
    codes, flags = "".join((*CODES, OPEN)), "".join(FLAGS)
    shown = "".join([UNKNOWN_PATTERN, *(str(n) for n in range(len(PATTERNS)))])
    items = len(instrument.items)
    return re.compile(f"[{re.escape(codes)}]{{{items}}}[{re.escape(shown)}][{re.escape(flags)}]")


def _units_of(
    work: UnitOfWork, wave: Wave, asked: Mapping[str, int], records: Sequence[Record]
) -> list[UnitAnswers]:
    """All that take part in a wave, with their answers."""
    texts: dict[str, list[str]] = {}
    for record in records:
        texts.setdefault(record.unit_id, []).append(record.sheet)
    earlier = work.waves.before(wave)
    overlap = work.invitees.overlap(wave.id, earlier.id) if earlier else {}
    return [
        UnitAnswers(
            id=unit.id,
            name=unit.name,
            parent=unit.parent_id,
            kind=unit.kind,
            invited=asked.get(unit.id, 0),
            sheets="".join(texts.get(unit.id, ())),
            about=unit.about_id,
            places=tuple((unit.places or "").split()),
            overlap=overlap.get(unit.id),
        )
        for unit in work.units.ever_of(wave.assessment_id)
        # Neither groups of other waves nor those that this one left out.
        if asked.get(unit.id) or not (unit.kind or unit.is_retired)
    ]
