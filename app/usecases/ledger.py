"""The gate that every figure of a wave passes on its way out."""

from collections.abc import Mapping
from enum import StrEnum

from app.questionnaires.questionnaire import Scale
from app.scoring.ledger import ReleasedSets, find_exposure
from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.usecases.errors import NoReleaseYet, SubtractionPossible, UnknownWave

Sizes = Mapping[Scale, Mapping[str, int]]


class Channel(StrEnum):
    """The ways by which figures leave."""

    RELEASE = "release"
    SCREEN = "screen"
    PDF = "PDF"
    INTERFACE = "interface"
    ARCHIVE = "archive"


def admit(store: Store, wave_id: str, sets: ReleasedSets, channel: Channel) -> None:
    """Let figures out and note it, or refuse: see `admit_within`."""
    with store.reading() as work:
        if work.ledger.has(wave_id, sets, channel):
            return
    with store.writing() as work:
        admit_within(work, wave_id, sets, channel)
        work.commit()


def admit_within(
    work: UnitOfWork,
    wave_id: str,
    sets: ReleasedSets,
    channel: Channel,
    sizes: Sizes | None = None,
) -> None:
    """Let figures out and note it, in a transaction of the caller's.

    Sets that are new for the wave are audited together with everything that ever left. `sizes`
    are the usable respondents of each group, by scale; those released if they are not given.
    Raises SubtractionPossible, with the reason, or UnknownWave.
    """
    work.ledger.lock(wave_id)
    known = work.ledger.released(wave_id)
    if sets.digest not in known:
        _audit(work, wave_id, [*known.values(), sets], sizes)
    work.ledger.add(wave_id, sets, channel)


def _audit(
    work: UnitOfWork, wave_id: str, released: list[ReleasedSets], sizes: Sizes | None
) -> None:
    wave = work.waves.get(wave_id)
    if wave is None:
        raise UnknownWave(wave_id)
    sizes = sizes or _sizes(work, wave_id)
    exposure = find_exposure(released, sizes, wave.k)
    if exposure is None:
        return
    names = {unit.id: unit.name for unit in work.units.ever_of(wave.assessment_id)}
    groups = ", ".join(names[cell] for cell in exposure.cells)
    raise SubtractionPossible(
        f"These figures stay inside: taken from what was released of this wave before, they would "
        f"show the answers of fewer than {wave.k} people in {groups} alone, and these are never "
        "shown. Use units that are made of whole released units."
    )


def _sizes(work: UnitOfWork, wave_id: str) -> dict[Scale, dict[str, int]]:
    """Usable respondents of each group, by scale, as released: no answers are left to count.

    One, where a group was too small to be shown: it is guarded as if it were one person. Of
    groups that count together only the sum is known, and right.
    """
    release = work.releases.get(wave_id)
    if release is None:
        raise NoReleaseYet(wave_id)
    sizes: dict[Scale, dict[str, int]] = {}
    for unit in release.cells:
        for scale, profile in unit.profiles.items():
            counts = sizes.setdefault(scale, dict.fromkeys(work.ballots.invited(wave_id), 1))
            groups = unit.members or (unit.id,)
            for number, group in enumerate(groups):
                counts[group] = (profile.n + number) // len(groups)
    return sizes
