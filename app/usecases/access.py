"""Links that open the results of one wave, for a CIO without an account; their use is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.storage.store import Store
from app.storage.tables import AccessKey
from app.storage.workspace_tables import AccessView
from app.usecases.audit_log import Deed, record
from app.usecases.ballots import TOKEN_BYTES, hash_token, read_code, write_code
from app.usecases.errors import AccessDenied, SiloscopeError, UnknownWave
from app.usecases.ids import long_id
from app.usecases.members import Member, tidy_name, wave_of

LONGEST_DAYS = 366
#: Openings closer together than this are one.
ONE_VIEW = timedelta(minutes=1)


class BadTerm(SiloscopeError):
    """A link ends after a number of days."""

    def __init__(self) -> None:
        super().__init__(
            f"Say after how many days the link ends: a number from 1 to {LONGEST_DAYS}."
        )


@dataclass(frozen=True)
class Access:
    """Who reads the results of a wave: a member of its organisation, or whoever holds a link."""

    wave_id: str
    member: Member | None = None
    #: What the forms of a member carry.
    form_token: str = ""

    @property
    def may_change(self) -> bool:
        """Return whether they may change lines of advice, and read comments."""
        return self.member is not None and self.member.may_change


@dataclass(frozen=True)
class LinkState:
    """A link as the consultant sees it. `id` is not the key, and opens nothing."""

    id: str
    label: str
    expires_at: datetime | None
    revoked_at: datetime | None
    views: tuple[datetime, ...]


def grant_access(
    store: Store, chance: Random, wave_id: str, label: str = "", expires_at: datetime | None = None
) -> str:
    """Make a new key to a wave's results and return it; only its hash is kept.

    Raises UnknownWave.
    """
    token = chance.randbytes(TOKEN_BYTES)
    with store.writing() as work:
        if work.waves.get(wave_id) is None:
            raise UnknownWave(wave_id)
        work.access_keys.add(
            AccessKey(
                key_hash=hash_token(token), wave_id=wave_id, label=label, expires_at=expires_at
            )
        )
        work.commit()
    return write_code(token)


def make_link(
    store: Store, member: Member, wave_id: str, label: str, days: int, now: datetime, chance: Random
) -> str:
    """Make a link for somebody without an account; return its key, which is shown once.

    Raises UnknownWave, BadName or BadTerm.
    """
    name = tidy_name(label, "the reader of the link")
    if not 1 <= days <= LONGEST_DAYS:
        raise BadTerm
    with store.writing() as work:
        wave_of(work, member, wave_id)
        record(store, work, member.who, Deed.LINK_MADE, f"{wave_id} for {name}", now)
        work.commit()
    return grant_access(store, chance, wave_id, name, now + timedelta(days=days))


def revoke_link(store: Store, member: Member, wave_id: str, link_id: str, now: datetime) -> None:
    """End a link at once. Raises UnknownWave; does nothing for a link that is not there."""
    with store.writing() as work:
        wave_of(work, member, wave_id)
        for key in work.access_keys.of(wave_id):
            if _id(key) == link_id and key.revoked_at is None:
                key.revoked_at = now
                work.access_keys.save(key)
                record(
                    store, work, member.who, Deed.LINK_REVOKED, f"{wave_id} for {key.label}", now
                )
        work.commit()


def links_of(store: Store, member: Member, wave_id: str) -> Sequence[LinkState]:
    """Return the links of a wave with when each was used. Raises UnknownWave."""
    with store.reading() as work:
        wave_of(work, member, wave_id)
        return [
            LinkState(
                _id(key),
                key.label,
                key.expires_at,
                key.revoked_at,
                tuple(work.access_keys.views(key.key_hash)),
            )
            for key in work.access_keys.of(wave_id)
        ]


def check_access(store: Store, key: str, now: datetime) -> Access:
    """Return what a key opens. Raises AccessDenied for one that opens nothing (any more)."""
    return Access(_known(store, key, now).wave_id)


def note_view(store: Store, key: str, now: datetime, chance: Random) -> None:
    """Note that results were shown to somebody with a key. Raises AccessDenied.

    It is no proof of who that was, nor that they were read: the page of the links says so.
    """
    known = _known(store, key, now)
    with store.writing() as work:
        last = work.access_keys.views(known.key_hash)[:1]
        if last and now - last[0] < ONE_VIEW:
            return
        view = AccessView(id=long_id(chance), key_hash=known.key_hash, viewed_at=now)
        work.access_keys.note_view(view)
        work.commit()


def _known(store: Store, key: str, now: datetime) -> AccessKey:
    token = read_code(key)
    if token is None:
        raise AccessDenied
    with store.reading() as work:
        found = work.access_keys.get(hash_token(token))
    over = found is not None and found.expires_at is not None and found.expires_at <= now
    if found is None or found.revoked_at is not None or over:
        raise AccessDenied
    return found


def _id(key: AccessKey) -> str:
    return key.key_hash[:8].hex()
