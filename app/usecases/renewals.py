"""A release of older rules made again, by today's, from plain answers that are still there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.questionnaires.questionnaire import Instrument
from app.scoring.ledger import ReleasedSets, find_exposure, sets_of
from app.scoring.release import Release
from app.scoring.scales import UnitAnswers
from app.storage.plain_answers import PlainAnswers, PlainWave
from app.storage.plain_releases import PlainReleases
from app.usecases.errors import SubtractionPossible
from app.usecases.ledger import Channel, Sizes
from app.usecases.releases import release_of


def renewed(
    plain: PlainAnswers, releases: PlainReleases, wave: PlainWave, old: dict[str, Any]
) -> Release:
    """Return the release of a wave by today's rules; `old` is the JSON of its former one.

    Groups keep the names and places that they had. What was published before counts: a pool
    whose figures, taken from those, would single out fewer than k people is left out. Raises
    SubtractionPossible.
    """
    instrument = Instrument.model_validate_json(plain.instrument(wave.instrument_digest))
    name = releases.organisation(wave.assessment_id)
    units = _units_of(plain, releases, wave.id, old["units"])
    release, sizes = release_of(name, instrument, wave.k, units)
    if not _may_leave(releases, wave, release, sizes):
        # Groups by themselves were published before; these alone can expose nobody.
        alone = {unit.id for unit in release.cells if not unit.is_pool}
        kept = [u if u.about or u.id in alone else replace(u, sheets="") for u in units]
        release, sizes = release_of(name, instrument, wave.k, kept)
        if not _may_leave(releases, wave, release, sizes):
            raise SubtractionPossible(
                f"The release of wave {wave.id} cannot be made again by today's rules: taken from "
                f"what was published of it before, it would show the answers of fewer than "
                f"{wave.k} people alone. Put back the newest backup, erase the wave with the "
                "version that you ran before, and start this one again."
            )
    return release


def _may_leave(releases: PlainReleases, wave: PlainWave, release: Release, sizes: Sizes) -> bool:
    """Note the sets of a release as published, unless they would expose somebody."""
    sets, known = sets_of(release), releases.published(wave.id)
    if sets.digest not in known and _exposes([*known.values(), sets], sizes, wave.k):
        return False
    releases.publish(wave.id, sets, Channel.RELEASE)
    return True


def _exposes(published: Sequence[ReleasedSets], sizes: Sizes, k: int) -> bool:
    return find_exposure(published, sizes, k) is not None


def _units_of(
    plain: PlainAnswers, releases: PlainReleases, wave_id: str, old: Sequence[dict[str, Any]]
) -> list[UnitAnswers]:
    """The units of a release as it named them, and the partners, with the answers kept."""
    texts: dict[str, list[str]] = {}
    for unit_id, answers in plain.sheets(wave_id):
        texts.setdefault(unit_id, []).append(answers)
    parents = {row["parent"] for row in old}
    groups = [
        UnitAnswers(
            id=row["id"],
            name=row["name"],
            parent=row["parent"],
            kind=row["kind"],
            invited=0 if row["id"] in parents else row["invited"],
            sheets="".join(texts.get(row["id"], ())),
            places=tuple(row.get("places", ())),
        )
        for row in old
        if row["depth"]
    ]
    partners = [
        UnitAnswers(
            id=unit.id,
            name=unit.name,
            parent=None,
            kind=unit.kind,
            invited=unit.invited,
            sheets="".join(texts.get(unit.id, ())),
            about=unit.about,
        )
        for unit in releases.partners(wave_id)
    ]
    return groups + partners
