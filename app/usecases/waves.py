"""The close of a wave: from its sealed answers to the one release, and no key of it left.

Five steps, each safe to repeat; every start and every hour goes on at the first that is not done.
"""

from datetime import datetime, timedelta

from app.scoring.ledger import sets_of
from app.scoring.release import Release
from app.storage.sealing import open_comment
from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import OF_ANSWERS, OF_PEOPLE, WORDS, Destroyed, KeysMissing
from app.usecases.audit_log import Deed, Who, record
from app.usecases.errors import SiloscopeError, UnknownWave
from app.usecases.ledger import Channel, admit_within
from app.usecases.unsealing import Place, Unsealed, unseal

#: The part of a wave's answers that an owner may leave out because they cannot be read; at least
#: one answer.
MAY_MISS = 0.01


class AnswersUnreadable(SiloscopeError):
    """Some of a wave's answers cannot be read, and nobody has said to close without them."""

    def __init__(self, faulty: int, total: int) -> None:
        super().__init__(
            f"{faulty} of {total} answers cannot be read: their rows were changed, or are gone. "
            "The wave waits. An owner may close it without them if they are few; else put back the "
            "newest backup of the database, or close it by command with --leave-out."
        )
        self.faulty = faulty
        self.total = total

    @property
    def is_few(self) -> bool:
        """Return whether an owner may leave them out."""
        return self.faulty <= max(1, int(self.total * MAY_MISS))


def close_wave(
    store: Store,
    wave_id: str,
    now: datetime,
    by: str = "",
    leave_out: int = 0,
    *,
    few: bool = False,
) -> Release:
    """Close a wave for ever: freeze its release, destroy its keys. Return the release.

    Safe to repeat: after a crash half-way the next call finishes, and a closed wave just returns
    its release. The log names whose call froze it, if `by` says who. Answers that cannot be read
    may be left out: up to `leave_out`, or, if `few`, as many as an owner may. Raises
    UnknownWave, KeysMissing, NotUnsealed, or AnswersUnreadable.
    """
    digest = _end(store, wave_id, now)
    # From here on no mark has a person. Only then is anything opened.
    people = store.wave_keys.destroy(wave_id, OF_PEOPLE, digest)
    release = _release_of(store, wave_id)
    if release is None:
        try:
            found = unseal(Place.of(store), wave_id)
            unreadable = AnswersUnreadable(found.faulty, found.opened + found.faulty)
            if found.faulty > leave_out and not (few and unreadable.is_few):
                raise unreadable
            release = _freeze(store, wave_id, found, now, by)
        except (KeysMissing, AnswersUnreadable):
            # Somebody else's close may have been faster, and removed rows and keys under ours.
            release = _release_of(store, wave_id)
            if release is None:
                raise
    answers = finish_close(store, wave_id)
    if by and (gone := people.also(answers)).removed:
        _log_keys(store, wave_id, by, gone, now)
    return release


def _release_of(store: Store, wave_id: str) -> Release | None:
    with store.reading() as work:
        return work.releases.get(wave_id)


def finish_close(store: Store, wave_id: str) -> Destroyed:
    """See to what follows a release: the log of the database emptied, the other keys destroyed.

    What seals comments stays as long as there are any.
    """
    store.empty_log()
    with store.reading() as work:
        wave = work.waves.get(wave_id)
        has_comments = bool(work.sealed.comments(wave_id))
    digest = wave.box_digest if wave else None
    names = (*OF_PEOPLE, *OF_ANSWERS) if has_comments else None
    return store.wave_keys.destroy(wave_id, names, digest)


def read_comments(store: Store, wave_id: str) -> tuple[str, ...]:
    """Return the comments of a closed wave in the order of their random ids; none if erased.

    Raises KeysMissing.
    """
    with store.reading() as work:
        wave, rows = work.waves.get(wave_id), work.sealed.comments(wave_id)
    if wave is None or not rows:
        return ()
    words = store.wave_keys.read(wave_id, WORDS)
    if words is None:
        raise KeysMissing(wave_id)
    return tuple(open_comment(words, wave_id, row_id, box) for row_id, box in rows)


#: For so long comments are kept at most, also where no day of erasure was set.
COMMENTS_KEPT = timedelta(days=365)


def forget_old_comments(store: Store, now: datetime) -> None:
    """Remove comments of waves that closed a year ago, and destroy what opens them."""
    with store.reading() as work:
        old = work.sealed.commented(now - COMMENTS_KEPT)
    for wave_id in old:
        with store.writing() as work:
            work.sealed.forget_comments(wave_id)
            work.commit()
        finish_close(store, wave_id)


def _log_keys(store: Store, wave_id: str, by: str, gone: Destroyed, now: datetime) -> None:
    """Note which keys were removed, where and how; the certificate of an erasure rests on it."""
    with store.writing() as work:
        said = f"{wave_id}: {keys_in_words(gone)}"
        record(store, work, _who(work, wave_id, by), Deed.KEYS_DESTROYED, said, now)
        work.commit()


def keys_in_words(gone: Destroyed) -> str:
    """Return what became of keys, for the log: it names files, never what was in them."""
    said = ", ".join(str(file) for file in gone.removed) or "none were here"
    if gone.away:
        said += f"; not reached: {', '.join(map(str, gone.away))}"
    if gone.refused:
        said += f"; of another wave, left: {', '.join(map(str, gone.refused))}"
    return f"overwritten and removed: {said}"


def _who(work: UnitOfWork, wave_id: str, by: str) -> Who:
    wave = work.waves.get(wave_id)
    organisation = work.assessments.organisation_of(wave.assessment_id) if wave else None
    return Who(by, organisation.id if organisation else None)


def _end(store: Store, wave_id: str, now: datetime) -> bytes | None:
    """Let nothing more in, and return what the row says of the wave's keys."""
    with store.writing() as work:
        wave = work.waves.get(wave_id)
        if wave is None:
            raise UnknownWave(wave_id)
        if work.waves.close(wave_id, now):
            # Before anything final: without them it could never be opened.
            store.wave_keys.need(wave_id, wave.box_digest, *OF_ANSWERS)
        work.commit()
        return wave.box_digest


def _freeze(store: Store, wave_id: str, found: Unsealed, now: datetime, by: str) -> Release:
    """One short transaction: the release in, marks and boxes out. Of two who close one counts."""
    with store.writing() as work:
        work.waves.lock(wave_id)
        kept = work.releases.get(wave_id)
        if kept is not None:
            return kept
        if work.waves.get(wave_id) is None:
            raise UnknownWave(wave_id)
        admit_within(work, wave_id, sets_of(found.release), Channel.RELEASE, found.sizes)
        work.releases.freeze(wave_id, found.release)
        work.sealed.keep_comments(wave_id, found.comments)
        work.sealed.forget(wave_id)
        if by:
            said = (
                f"{wave_id}: {found.faulty} answers could not be read" if found.faulty else wave_id
            )
            record(store, work, _who(work, wave_id, by), Deed.WAVE_CLOSED, said, now)
        work.commit()
    return found.release
