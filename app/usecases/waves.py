"""The close of a wave: from its answers to the one release, and nothing left of who took part."""

from datetime import datetime
from random import Random

from app.scoring.ledger import sets_of
from app.scoring.release import Release
from app.scoring.rules import K_COMMENTS
from app.scoring.scales import UnitAnswers
from app.storage.store import Store
from app.storage.tables import Wave
from app.storage.unit_of_work import UnitOfWork
from app.usecases.audit_log import Deed, Who, record
from app.usecases.errors import UnknownWave
from app.usecases.ledger import Channel, admit_within
from app.usecases.releases import make_release
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
        wave, release = work.waves.get(wave_id), work.releases.get(wave_id)
        if wave is None:
            raise UnknownWave(wave_id)
        if release is None:
            units = _units_of(work, wave)
            comments = work.comments.of(wave_id)
            told = comments if len(comments) >= K_COMMENTS else ()
            release, sizes = make_release(work, wave, units, told)
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


def _units_of(work: UnitOfWork, wave: Wave) -> list[UnitAnswers]:
    """All that take part in a wave, with their answers."""
    texts = work.sheets.texts(wave.id)
    invited = work.ballots.invited(wave.id)
    earlier = work.waves.before(wave)
    overlap = work.invitees.overlap(wave.id, earlier.id) if earlier else {}
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
            overlap=overlap.get(unit.id),
        )
        for unit in work.units.ever_of(wave.assessment_id)
        # Neither groups of other waves nor those that this one left out.
        if invited.get(unit.id) or not (unit.kind or unit.is_retired)
    ]
