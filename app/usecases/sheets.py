"""The mix: staged answers become answers that nothing connects to when or from whom they came."""

from collections.abc import Sequence
from random import Random

from app.storage.store import Store

#: Fewest sheets of a unit that are mixed together while the wave is open.
SMALLEST_MIX = 10


def mix_sheets(store: Store, chance: Random, *, closing: str | None = None) -> int:
    """Move staged sheets into the answers in shuffled batches under new ids; return how many.

    A unit's sheets wait until there are ten; those of the wave that is `closing` all move.
    Comments stay where they are until the close, parted from their sheets at every mix.
    """
    with store.reading() as work:
        waiting = work.sheets.staged_counts()
        comments = work.comments.count()
    due: dict[str, list[str]] = {}
    for (wave_id, unit_id), count in sorted(waiting.items()):
        if wave_id == closing or (closing is None and count >= SMALLEST_MIX):
            due.setdefault(wave_id, []).append(unit_id)
    moved = sum(_mix_wave(store, wave, due[wave], chance, wave == closing) for wave in due)
    # Also where nothing was due: sheets that wait are still tied to their ballots.
    if waiting or comments:
        store.clear_traces()
    return moved


def _mix_wave(
    store: Store, wave_id: str, unit_ids: Sequence[str], chance: Random, closing: bool
) -> int:
    """One transaction for all units: one wait for the disk, and one transaction number."""
    smallest = 1 if closing else SMALLEST_MIX
    with store.writing() as work:
        taken = work.sheets.take_staged(wave_id, unit_ids, smallest)
        sheets = [
            (f"{chance.getrandbits(128):032x}", unit_id, answers)
            for unit_id, staged in taken.items()
            for answers in staged
        ]
        if sheets:
            chance.shuffle(sheets)
            work.sheets.add_mixed(wave_id, sheets)
            work.commit()
    return len(sheets)
