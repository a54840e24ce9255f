"""Opening a database of an older version: its plain answers are sealed before anything is served.

Three steps: tables for sealed answers (revision 0007); each wave's answers sealed, in a
transaction of its own; the plain tables dropped (0008). A process that dies on the way is followed
by one that goes on.
"""

import logging
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from app.storage.database import WRITES, create_database_engine
from app.storage.plain_answers import (
    SEALING_REVISION,
    PlainAnswers,
    PlainWave,
    UnreleasedWave,
    ballots_among,
    holds_plain_answers,
    shared_codes,
    unreleased_waves,
)
from app.storage.plain_releases import PlainReleases
from app.storage.schema import migrate
from app.storage.sole_use import DatabaseInUse, ensure_alone, sole_use, write_anew
from app.storage.store import Store
from app.storage.wave_keys import WaveKeys, forbid_dumps
from app.usecases.errors import SiloscopeError
from app.usecases.plain_waves import Seats, seal_wave, seats_of, settle_wave
from app.usecases.schedule import finish_closes

log = logging.getLogger(__name__)

_OUT_OF_REACH = (
    "answers are sealed now. What this cannot reach still holds them in plain: log segments and "
    "replicas of the database, free space of the disk, snapshots, and EVERY backup that an older "
    "version made. Destroy those."
)


class NotUpgraded(SiloscopeError):
    """A database of an older version that cannot be sealed as it is; the text says what to do."""


def open_store(url: str, secrets: Path, wave_keys: WaveKeys, now: datetime) -> Store:
    """Open the database at `url`, with its answers sealed if an older version kept them in plain.

    Raises NotUpgraded, with nothing changed that an older version needs, and what `Store.open`
    does.
    """
    if not _is_plain(url):
        return Store.open(url, secrets, wave_keys)
    forbid_dumps()
    try:
        with sole_use(url) as engine:
            _seal_all(engine, secrets, wave_keys)
    except DatabaseInUse as error:
        raise NotUpgraded(
            "The database is of an older version, and others are connected to it: until its "
            "answers are sealed this process must have it for itself. Stop every other Siloscope, "
            "close consoles and backups that use the database, and start again."
        ) from error
    store = Store.open(url, secrets, wave_keys)
    finish_closes(store, now)
    return store


def _is_plain(url: str) -> bool:
    engine = create_database_engine(url)
    try:
        with engine.connect() as connection:
            return holds_plain_answers(connection)
    finally:
        engine.dispose()


def _seal_all(engine: Engine, secrets: Path, wave_keys: WaveKeys) -> None:
    with engine.connect() as connection:
        if not holds_plain_answers(connection):
            return  # another process was faster
        for found in unreleased_waves(connection):
            _check(connection, found, _links(found.id, secrets, wave_keys), wave_keys.folder)
    migrate(engine, SEALING_REVISION)
    wave_keys.adopt(secrets)
    writing = engine.execution_options(**{WRITES: True})
    with writing.begin() as connection:
        PlainAnswers(connection).note_asked()
        waves = PlainAnswers(connection).waves()
    for wave in waves:
        with writing.begin() as connection:
            _seal(connection, wave_keys, wave)
    # While the revision still says that all this is to be done: a process that dies here is
    # followed by one that writes the files anew.
    ensure_alone(engine)
    write_anew(engine)
    migrate(engine)
    log.warning(_OUT_OF_REACH)


def _seal(connection: Connection, wave_keys: WaveKeys, wave: PlainWave) -> None:
    plain = PlainAnswers(connection)
    plain.hold()
    if wave.is_released:
        settle_wave(plain, PlainReleases(connection), wave_keys, wave)
        return
    # A wave that is closed has no use for seats, and may have lost the key that tells them.
    links = wave_keys.read(wave.id) if wave.is_open else None
    seats: Seats = seats_of(links, shared_codes(connection, wave.id)) if links else {}
    seal_wave(plain, wave_keys, wave, seats)


def _links(wave_id: str, secrets: Path, wave_keys: WaveKeys) -> bytes | None:
    """The key of a wave's links, from where an older version kept it if it must be."""
    file = secrets / f"{wave_id}.key"
    return wave_keys.read(wave_id) or (file.read_bytes() if file.exists() else None)


def _check(connection: Connection, wave: UnreleasedWave, links: bytes | None, keys: Path) -> None:
    """Make sure that a wave's answers can be sealed. Raises NotUpgraded."""
    close = "close the wave with the version that you ran before, then start this one again."
    if wave.used != wave.sheets or wave.comments > wave.sheets:
        raise NotUpgraded(
            f"The answers of wave {wave.id} cannot be sealed: {wave.used} links were used, but "
            f"there are {wave.sheets} sheets of answers with {wave.comments} comments. Nothing was "
            f"changed. Put back the newest backup of the database and of the keys, or {close}"
        )
    if wave.is_open and not links:
        raise NotUpgraded(
            f"The key of the open wave {wave.id} is missing. Nothing was changed. Put the file "
            f"{wave.id}.links back into {keys}, or {close}"
        )
    if wave.is_open and links and wave.codes and not wave.is_sealed:
        seats = seats_of(links, shared_codes(connection, wave.id))
        if ballots_among(connection, wave.id, seats.keys()) != len(seats):
            raise NotUpgraded(
                f"The key of the open wave {wave.id} in {keys} is of another wave: its shared "
                f"codes do not fit. Nothing was changed. Put the right one back, or {close}"
            )
