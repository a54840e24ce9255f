"""The keys of waves against the waves: leftovers destroyed, missing ones told."""

import logging
from dataclasses import dataclass
from pathlib import Path

from app.language import N_
from app.language import gettext as _
from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.storage.volumes import Doubt, doubts_about
from app.storage.wave_keys import OF_ANSWERS, OF_PEOPLE, PUBLIC, WORDS, KeysMissing
from app.usecases.errors import SiloscopeError
from app.usecases.waves import finish_close, keys_in_words

log = logging.getLogger(__name__)

#: Each doubt about the folder of the keys, with what to do.
DOUBTS = {
    Doubt.SAME_VOLUME: N_(
        "The keys of open waves lie on the same volume as the data: a snapshot of it keeps them "
        "beyond the close. Name a folder on another volume with SILOSCOPE_KEYS, such as a small "
        "encrypted one, and leave it out of snapshots."
    ),
    Doubt.KEEPS_OVERWRITTEN: N_(
        "The file system of the folder of keys may keep what is overwritten, so a destroyed key "
        "could be found again. Name a folder on a small encrypted volume (ext4 or xfs) with "
        "SILOSCOPE_KEYS."
    ),
}


class KeysNotDestroyed(SiloscopeError):
    """Keys that a command was asked to destroy stay; the text says why."""


@dataclass(frozen=True)
class KeyState:
    """How the keys of waves stand, by the ids of waves.

    `lost`: without keys that they need to take, or to open, answers. `left`: closed for good,
    with keys that should be gone. `unknown`: with keys, and in no row of the database, or with
    those of another wave. `away`: folders that cannot be reached.
    """

    lost: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    away: tuple[Path, ...] = ()


def key_state(store: Store) -> KeyState:
    """Return how the keys of waves stand. Changes nothing."""
    kept = sorted(store.wave_keys.waves())
    with store.reading() as work:
        lost = [wave_id for wave_id in work.waves.open_ids() if is_lost(store, work, wave_id)]
        lost += [wave for wave in work.waves.unfinished_ids() if is_lost(store, work, wave)]
        left, unknown = [], []
        for wave_id in kept:
            wave = work.waves.get(wave_id)
            if wave is None:
                unknown.append(wave_id)
            elif work.releases.has(wave_id) and _has_too_many(store, work, wave_id):
                left.append(wave_id)
    away = store.wave_keys.away() if kept or lost else ()
    return KeyState(tuple(sorted(lost)), tuple(left), tuple(unknown), away)


def is_lost(store: Store, work: UnitOfWork, wave_id: str) -> bool:
    """Return whether a wave that has no release yet lacks keys: nobody can ever open its answers.

    True also for keys that belong to another wave of that id.
    """
    wave = work.waves.get(wave_id)
    if wave is None or work.releases.has(wave_id):
        return False
    needed = OF_ANSWERS if wave.closed_at else (*OF_PEOPLE, *OF_ANSWERS)
    try:
        store.wave_keys.need(wave_id, wave.box_digest, *needed)
    except KeysMissing:
        return True
    return False


def _has_too_many(store: Store, work: UnitOfWork, wave_id: str) -> bool:
    """Return whether a released wave has keys beside the one of comments that are kept."""
    names = store.wave_keys.names(wave_id)
    return bool(names - {WORDS, PUBLIC} if work.sealed.comments(wave_id) else names)


def tidy_keys(store: Store) -> KeyState:
    """Go on with closes that stopped half-way at the keys; return how those of all waves stand.

    A process that died between the release and the destroying left them, or a mirror that was
    away. Keys of waves that this database does not know stay: they may be those of another one.
    """
    state = key_state(store)
    for wave_id in state.left:
        gone = finish_close(store, wave_id)
        log.warning("keys of the closed wave %s were left: %s", wave_id, keys_in_words(gone))
    for wave_id in state.lost:
        log.error("keys of the wave %s are missing: put their folder back", wave_id)
    return state


def destroy_unknown(store: Store, wave_id: str) -> int:
    """Destroy keys of a wave that the database does not know; return how many files went.

    Raises KeysNotDestroyed.
    """
    with store.reading() as work:
        if work.waves.get(wave_id) is not None:
            raise KeysNotDestroyed(
                f"Wave {wave_id} is in this database: its keys go by themselves once it is closed."
            )
    if wave_id not in store.wave_keys.waves():
        raise KeysNotDestroyed(f"No key of a wave {wave_id} is here.")
    return len(store.wave_keys.drop(wave_id).removed)


def state_in_words(state: KeyState) -> tuple[str, ...]:
    """Return what is amiss with the keys, a sentence each, with what to do."""
    said = [
        _(
            "Keys of the wave %(wave)s are missing: put its files back into the folder of keys. "
            "Without them nobody can answer, and the wave cannot be closed. If there is no copy, "
            "its answers are lost: erase it.",
            wave=wave_id,
        )
        for wave_id in state.lost
    ]
    said += [
        _(
            "Keys of the closed wave %(wave)s are still there; they are destroyed within the hour.",
            wave=wave_id,
        )
        for wave_id in state.left
    ]
    said += [
        _(
            "Keys of a wave %(wave)s are there that this database does not know. If it is no "
            "wave of another installation, destroy them: siloscope keys --destroy %(wave)s",
            wave=wave_id,
        )
        for wave_id in state.unknown
    ]
    said += [
        _(
            "The folder of keys %(folder)s cannot be reached. What should be destroyed there is "
            "destroyed once it can.",
            folder=folder,
        )
        for folder in state.away
    ]
    return tuple(said)


def doubts_in_words(keys: Path, data: Path) -> tuple[str, ...]:
    """Return what speaks against the folder of the keys, with what to do."""
    return tuple(_(DOUBTS[doubt]) for doubt in doubts_about(keys, data))
