"""The mix: staged answers become answers that nothing connects to when or from whom they came."""

from random import Random

from app.storage.store import Store

#: Fewest sheets of a unit that are mixed together while the wave is open.
SMALLEST_MIX = 10


def mix_sheets(store: Store, chance: Random, *, closing: str | None = None) -> int:
    """Move staged sheets into the answers in shuffled batches under new ids; return how many.

    A unit's sheets wait until there are ten; those of the wave that is `closing` all move.
    A crash at any point leaves each sheet on exactly one side.
    """
    with store.reading() as work:
        waiting = work.sheets.staged_counts()
    moved = 0
    for (wave_id, unit_id), count in sorted(waiting.items()):
        if wave_id == closing or (closing is None and count >= SMALLEST_MIX):
            moved += _mix_unit(store, wave_id, unit_id, chance, wait=wave_id == closing)
    if moved:
        store.clear_traces()
    return moved


def _mix_unit(store: Store, wave_id: str, unit_id: str, chance: Random, *, wait: bool) -> int:
    with store.writing() as work:
        sheets = work.sheets.take_staged(wave_id, unit_id, wait=wait)
        if not sheets or (len(sheets) < SMALLEST_MIX and not wait):
            return 0
        chance.shuffle(sheets)
        named = {f"{chance.getrandbits(128):032x}": answers for answers in sheets}
        work.sheets.add_mixed(wave_id, unit_id, named)
        work.commit()
    return len(sheets)
