"""The close of a wave: from its answers to the one release, and nothing left of who took part."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from app.maturity import ORIENTATIONS
from app.questionnaires.questionnaire import Instrument, Scale
from app.scoring.ledger import sets_of
from app.scoring.mirror import mirrors_of
from app.scoring.release import Release, compute_release
from app.scoring.rules import K_COMMENTS
from app.scoring.scales import UnitAnswers, score_scales
from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.usecases.audit_log import Deed, Who, record
from app.usecases.errors import UnknownWave
from app.usecases.ledger import Channel, Sizes, admit_within
from app.usecases.sheets import blur_small_groups, mix_sheets


def close_wave(store: Store, wave_id: str, now: datetime, chance: Random, by: str = "") -> Release:
    """Close a wave for ever: mix what is left, freeze its release, destroy its key.

    Then forget which ballots were used, and whose in particular the answers of a group too
    small to be shown are: from here on nothing tells who took part.
    Safe to repeat: after a crash half-way the next call finishes, and a closed wave just
    returns its release. The log names whose call froze it, if `by` says who. Raises UnknownWave.
    """
    with store.writing() as work:
        if work.waves.get(wave_id) is None:
            raise UnknownWave(wave_id)
        work.waves.close(wave_id, now)
        work.commit()
    mix_sheets(store, chance, closing=wave_id)
    with store.writing() as work:
        # Of several who close at once one computes, and the others find its release.
        work.sheets.hold_mixing()
        work.waves.lock(wave_id)
        release = work.releases.get(wave_id)
        if release is None:
            units = _units_of(work, wave_id)
            release, sizes = _compute(work, wave_id, units)
            admit_within(work, wave_id, sets_of(release), Channel.RELEASE, sizes)
            work.releases.freeze(wave_id, release)
            blur_small_groups(work, wave_id, units, release, chance)
            if by:
                _log(store, work, wave_id, by, now)
        # What may be shown of comments is in the release; the others are for nobody.
        work.comments.forget(wave_id)
        # Whoever kept the list of links could still look up who took part.
        work.ballots.forget_use(wave_id)
        work.commit()
    # Only now: whatever went wrong before, the wave can still be closed properly.
    store.wave_keys.destroy(wave_id)
    store.forget_order(wave_id)
    return release


def _log(store: Store, work: UnitOfWork, wave_id: str, by: str, now: datetime) -> None:
    wave = work.waves.get(wave_id)
    organisation = work.assessments.organisation_of(wave.assessment_id) if wave else None
    who = Who(by, organisation.id if organisation else None)
    record(store, work, who, Deed.WAVE_CLOSED, wave_id, now)


def _units_of(work: UnitOfWork, wave_id: str) -> list[UnitAnswers]:
    """All that take part in a wave, with their answers."""
    wave = work.waves.get(wave_id)
    if wave is None:
        raise UnknownWave(wave_id)
    texts = work.sheets.texts(wave_id)
    invited = work.ballots.invited(wave_id)
    return [
        UnitAnswers(
            id=unit.id,
            name=unit.name,
            parent=unit.parent_id,
            kind=unit.kind,
            invited=invited.get(unit.id, 0),
            sheets=texts.get(unit.id, ""),
            about=unit.about_id,
            places=tuple((unit.places or "").split()),
        )
        for unit in work.units.ever_of(wave.assessment_id)
        # Neither groups of other waves nor those that this one left out.
        if invited.get(unit.id) or not (unit.kind or unit.is_retired)
    ]


def _compute(work: UnitOfWork, wave_id: str, units: Sequence[UnitAnswers]) -> tuple[Release, Sizes]:
    """The release, and how many usable respondents each group has in each scale."""
    wave = work.waves.get(wave_id)
    organisation = work.assessments.organisation_of(wave.assessment_id) if wave else None
    if wave is None or organisation is None:
        raise UnknownWave(wave_id)
    instrument = work.instruments.get(wave.instrument_digest)
    inside = [unit for unit in units if not unit.about]
    facets = [item.facet for item in instrument.items]
    scored = score_scales(inside, instrument.scales, wave.k)
    release = compute_release(
        organisation.name, inside, instrument.scales, instrument.version, wave.k, facets, scored
    )
    shown = {o: [u.id for u in release.units if o in u.profiles] for o in ORIENTATIONS}
    comments = work.comments.of(wave_id)
    added = {
        "language": instrument.language,
        "modules": _modules_of(instrument),
        "mirrors": mirrors_of(units, instrument.scales, _asked(instrument), shown, wave.k),
        "comment_prompt": next((m.comment.prompt for m in instrument.modules if m.comment), ""),
        "comments": comments if len(comments) >= K_COMMENTS else (),
    }
    sizes = {scale: found.sizes for scale, found in scored.items()}
    return release.model_copy(update=added), sizes


def _modules_of(instrument: Instrument) -> dict[Scale, str]:
    """Each scale that a module brings, with the module's title."""
    titles = {module.id: module.title for module in instrument.modules}
    return {item.scale: titles[item.module] for item in instrument.items if item.module}


def _asked(instrument: Instrument) -> list[bool]:
    """Which items of a sheet business partners are asked."""
    asked = {item.id for q in instrument.questionnaires if q.mirror for item in q.items}
    return [item in asked for item in instrument.item_ids]
