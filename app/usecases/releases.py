"""The release of a wave, made from its answers; and made again where older rules made it."""

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.language import speaking
from app.questionnaires.questionnaire import Instrument, Scale
from app.scoring.ledger import sets_of
from app.scoring.mirror import mirrors_of
from app.scoring.release import Release, compute_release
from app.scoring.scales import UnitAnswers, score_wave
from app.storage.store import Store
from app.storage.tables import Wave
from app.storage.unit_of_work import UnitOfWork
from app.usecases.errors import SubtractionPossible, UnknownWave
from app.usecases.ledger import Channel, Sizes, admit_within

log = logging.getLogger(__name__)


def make_release(
    work: UnitOfWork, wave: Wave, units: Sequence[UnitAnswers], comments: Sequence[str]
) -> tuple[Release, Sizes]:
    """Return the release, and how many usable respondents each group has in each scale.

    Raises UnknownWave.
    """
    organisation = work.assessments.organisation_of(wave.assessment_id)
    if organisation is None:
        raise UnknownWave(wave.id)
    instrument = work.instruments.get(wave.instrument_digest)
    inside = [unit for unit in units if not unit.about]
    facets = [item.facet for item in instrument.items]
    scored = score_wave(inside, instrument.scales, wave.k)
    with speaking(instrument.language):
        release = compute_release(
            organisation.name, inside, instrument.scales, instrument.version, wave.k, facets, scored
        )
    added = {
        "language": instrument.language,
        "modules": _modules_of(instrument),
        "mirrors": mirrors_of(units, instrument.scales, _asked(instrument), scored, wave.k),
        "comment_prompt": next((m.comment.prompt for m in instrument.modules if m.comment), ""),
        "comments": tuple(comments),
    }
    sizes = {scale: found.sizes for scale, found in scored.scales.items()}
    return release.model_copy(update=added), sizes


def _modules_of(instrument: Instrument) -> dict[Scale, str]:
    """Each scale that a module brings, with the module's title."""
    titles = {module.id: module.title for module in instrument.modules}
    return {item.scale: titles[item.module] for item in instrument.items if item.module}


def _asked(instrument: Instrument) -> list[bool]:
    """Which items of a sheet business partners are asked."""
    asked = {item.id for q in instrument.questionnaires if q.mirror for item in q.items}
    return [item in asked for item in instrument.item_ids]


def renew_releases(store: Store) -> int:
    """Make every release of older rules again, by today's, from the answers; return how many.

    Groups keep the names and places that they had. What was published before counts: a pool
    whose figures, taken from those, would single out fewer than k people is left out. Safe to
    repeat: each wave is a transaction of its own.
    """
    with store.reading() as work:
        old = work.releases.of_older_rules()
    for wave_id in old:
        with store.writing() as work:
            content = work.releases.content_of_older_rules(wave_id)
            if content is not None:
                _renew(work, wave_id, json.loads(content))
                work.commit()
                log.warning("the release of wave %s was made again by today's rules", wave_id)
    return len(old)


def _renew(work: UnitOfWork, wave_id: str, old: dict[str, Any]) -> None:
    wave = work.waves.get(wave_id)
    if wave is None:
        raise UnknownWave(wave_id)
    units, comments = _units_of(work, wave, old["units"]), old.get("comments", ())
    release, sizes = make_release(work, wave, units, comments)
    if not _may_leave(work, release, sizes, wave_id):
        # Groups by themselves were published before; these alone can expose nobody.
        alone = {unit.id for unit in release.cells if not unit.is_pool}
        kept = [u if u.about or u.id in alone else replace(u, sheets="") for u in units]
        release, sizes = make_release(work, wave, kept, comments)
        admit_within(work, wave_id, sets_of(release), Channel.RELEASE, sizes)
    work.releases.renew(wave_id, release)


def _may_leave(work: UnitOfWork, release: Release, sizes: Sizes, wave_id: str) -> bool:
    try:
        admit_within(work, wave_id, sets_of(release), Channel.RELEASE, sizes)
    except SubtractionPossible:
        return False
    return True


def _units_of(
    work: UnitOfWork, wave: Wave, old: Sequence[dict[str, Any]]
) -> tuple[UnitAnswers, ...]:
    """The units of a release as it named them, and the partners, with the answers kept."""
    texts, invited = work.sheets.texts(wave.id), work.ballots.invited(wave.id)
    parents = {row["parent"] for row in old}
    groups = [
        UnitAnswers(
            id=row["id"],
            name=row["name"],
            parent=row["parent"],
            kind=row["kind"],
            invited=0 if row["id"] in parents else row["invited"],
            sheets=texts.get(row["id"], ""),
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
            invited=invited[unit.id],
            sheets=texts.get(unit.id, ""),
            about=unit.about_id,
        )
        for unit in work.units.ever_of(wave.assessment_id)
        if unit.about_id and invited.get(unit.id)
    ]
    return (*groups, *partners)
