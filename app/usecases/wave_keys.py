"""The keys of waves against the waves: leftovers destroyed, missing ones told."""

import logging
from dataclasses import dataclass
from pathlib import Path

from app.language import N_
from app.language import gettext as _
from app.storage.store import Store
from app.storage.volumes import Doubt, doubts_about
from app.usecases.errors import SiloscopeError

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

    `lost`: open, and without a key. `left`: closed for good, with keys that should be gone.
    `unknown`: with keys, and in no row of the database. `away`: folders that cannot be reached.
    """

    lost: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    away: tuple[Path, ...] = ()


def key_state(store: Store) -> KeyState:
    """Return how the keys of waves stand. Changes nothing."""
    kept = sorted(store.wave_keys.waves())
    with store.reading() as work:
        known = [wave for wave in kept if work.waves.get(wave) is not None]
        left = [wave for wave in known if work.releases.has(wave)]
        lost = sorted(set(work.waves.open_ids()).difference(kept))
    unknown = [wave for wave in kept if wave not in known]
    away = store.wave_keys.away() if kept or lost else ()
    return KeyState(tuple(lost), tuple(left), tuple(unknown), away)


def tidy_keys(store: Store) -> KeyState:
    """Destroy keys of waves whose release is frozen; return how the others stand.

    A process that died between the close and the destroying left them, or a mirror that was
    away. Keys of waves that this database does not know stay: they may be those of another one.
    """
    state = key_state(store)
    for wave_id in state.left:
        removed = store.wave_keys.destroy(wave_id).removed
        log.warning("%s keys of the closed wave %s were left; they are gone now", removed, wave_id)
    for wave_id in state.lost:
        log.error("the key of the open wave %s is missing: put its folder back", wave_id)
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
    return store.wave_keys.destroy(wave_id).removed


def state_in_words(state: KeyState) -> tuple[str, ...]:
    """Return what is amiss with the keys, a sentence each, with what to do."""
    said = [
        _(
            "The key of the open wave %(wave)s is missing: put its file back into the folder of "
            "keys. Without it nobody can be reminded, and letters cannot be printed.",
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
