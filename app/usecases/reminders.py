"""One round of reminders: a walk through everybody, on which no row tells who is passed over."""

import hmac
import json
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from app.mailing.message import Mail
from app.storage.tables import Person
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Job
from app.usecases.invitations import REMINDER, KeyMissing, Postponed, mailed_people, wave_mail
from app.usecases.jobs import Office

#: After each, those whom the mail server put off are tried again; together less than the time
#: between two rounds, and longer than a server stays away or holds back what it does not know.
PAUSES = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6), timedelta(hours=8))


@dataclass(frozen=True)
class Walk:
    """How far a round came. `later` are the places of those whom the server put off.

    The order of people is HMAC(key of the wave, person), and `later` is kept under the same key:
    the database alone tells nothing about anybody.
    """

    done: int = 0
    number: int = 0
    later: frozenset[int] = frozenset()

    @classmethod
    def read(cls, text: str, key: bytes, size: int) -> "Walk":
        """Return the walk that a job's progress describes."""
        known = json.loads(text or "{}")
        later = unseal(known["later"], key, size) if "later" in known else frozenset()
        return cls(known.get("done", 0), known.get("number", 0), later)

    def write(self, key: bytes, size: int) -> str:
        """Return the walk as a job keeps it."""
        sealed = seal(self.later, key, size)
        return json.dumps({"done": self.done, "number": self.number, "later": sealed})

    def passed(self, *, put_off: bool = False) -> "Walk":
        """Return the walk one place further on."""
        place = frozenset({self.done})
        later = self.later | place if put_off else self.later - place
        return replace(self, done=self.done + 1, later=later)

    @property
    def may_be_repeated(self) -> bool:
        """Return whether those whom the server put off are tried again."""
        return bool(self.later) and self.number < len(PAUSES)


@dataclass(frozen=True)
class Reminding:
    """A round in the hands of a worker: its people in their secret order."""

    key: bytes
    people: tuple[Person, ...]

    @property
    def size(self) -> int:
        """How many people are walked through."""
        return len(self.people)


def reminding_of(office: Office, work: UnitOfWork, job: Job) -> Reminding | None:
    """Return the people of a round; None once the wave is closed. Raises KeyMissing."""
    wave_id = job.wave_id or ""
    wave, key = work.waves.get(wave_id), office.store.wave_keys.read(wave_id)
    if wave is None or wave.closed_at is not None:
        return None
    if key is None:
        raise KeyMissing

    def place(person: Person) -> bytes:
        return hmac.digest(key, f"{job.key} {person.id}".encode(), "sha256")

    return Reminding(key, tuple(sorted(mailed_people(work, wave), key=place)))


def reminder_at(
    office: Office, work: UnitOfWork, job: Job, reminding: Reminding, walk: Walk
) -> tuple[str, Mail] | Postponed | None:
    """Return the mail of the place that a walk has come to; None if nobody is reminded there."""
    if walk.number and walk.done not in walk.later:
        return None
    person = reminding.people[walk.done]
    return wave_mail(office, work, job.wave_id or "", REMINDER, person.id)


def seal(numbers: frozenset[int], key: bytes, size: int) -> str:
    """Return a set of numbers below `size` so that only the key tells them, and always as long."""
    bits = sum(1 << number for number in numbers)
    length = size // 8 + 1
    nonce = secrets.token_bytes(16)
    plain = bits.to_bytes(length)
    mask = _mask(key, nonce, length)
    return (nonce + bytes(a ^ b for a, b in zip(plain, mask, strict=True))).hex()


def unseal(text: str, key: bytes, size: int) -> frozenset[int]:
    """Return the numbers that were sealed."""
    raw = bytes.fromhex(text)
    nonce, sealed = raw[:16], raw[16:]
    mask = _mask(key, nonce, len(sealed))
    bits = int.from_bytes(bytes(a ^ b for a, b in zip(sealed, mask, strict=True)))
    return frozenset(number for number in range(size) if bits >> number & 1)


def _mask(key: bytes, nonce: bytes, length: int) -> bytes:
    """Return a key stream: HMAC-SHA-256(key, nonce and counter), block after block."""
    blocks = (
        hmac.digest(key, b"put off" + nonce + count.to_bytes(4), "sha256")
        for count in range(length // 32 + 1)
    )
    return b"".join(blocks)[:length]
