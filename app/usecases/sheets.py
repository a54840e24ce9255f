"""The mix: staged answers become answers that nothing connects to when or from whom they came."""

from collections.abc import Sequence
from random import Random

from app.questionnaires.answers import sheet_length
from app.scoring.release import Release
from app.scoring.scales import UnitAnswers
from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork

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
    # Also where nothing was due: sheets that wait are still tied to their ballots, and a log
    # that another program's reading kept at the last mix or close is there until it is emptied.
    # A close empties it at its own end.
    if waiting or comments or (closing is None and store.has_log()):
        store.clear_traces()
    return moved


def blur_small_groups(
    work: UnitOfWork, wave_id: str, units: Sequence[UnitAnswers], release: Release, chance: Random
) -> None:
    """Part the answers of groups too small to be shown from these groups, once all is released.

    The roster names the one person of a group of one, so a sheet beside that group would be
    theirs. Sheets of groups that only count together are dealt out among them by chance; those
    that count nowhere are removed.
    """
    length = sheet_length(sum(map(len, release.facets.values())))
    counts, k = {unit.id: len(unit.sheets) // length for unit in units}, release.k
    pools = [unit.members for unit in release.units if unit.is_pool]
    partners: dict[str, list[str]] = {}
    for unit in units:
        if unit.about:
            partners.setdefault(unit.about, []).append(unit.id)
    # All partners of one group are asked about it together, and count together.
    pools += [tuple(p) for p in partners.values() if sum(counts.get(u, 0) for u in p) >= k]
    for pool in pools:
        work.sheets.scatter(wave_id, pool, chance)
    known = {unit.id for unit in release.cells} | {unit for pool in pools for unit in pool}
    few = {unit for unit, count in counts.items() if count and unit not in known}
    if few:
        work.sheets.forget(wave_id, few)


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
