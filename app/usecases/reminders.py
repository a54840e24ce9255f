"""One round of reminders: a walk through everybody, on which no row tells who is passed over."""

import hmac
import json
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.mailing.mail import Mail
from app.storage.tables import Person
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import LINKS
from app.storage.workspace_tables import Job
from app.usecases.invitations import REMINDER, Postponed, mailed_people, wave_mail
from app.usecases.jobs import Office

#: After each, those whom the mail server put off are tried again; together less than the time
#: between two rounds, and longer than a server stays away or holds back what it does not know.
PAUSES = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6), timedelta(hours=8))

#: What the places of people in a round are sealed for, and how long a nonce is.
PURPOSE, NONCE = b"siloscope reminders 1", 12


@dataclass(frozen=True)
class Walk:
    """How far a round came, and with whom it did not work.

    `later` are the places of those whom the server put off, `lost` of those whom no mail is known
    to have reached. The order of people is HMAC(key of the wave, person), and both sets are kept
    under the same key: the database alone tells nothing about anybody.
    """

    done: int = 0
    number: int = 0
    later: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()

    @classmethod
    def read(cls, text: str, key: bytes, size: int) -> "Walk":
        """Return the walk that a job's progress describes."""
        known = json.loads(text or "{}")
        later, lost = (
            unseal(known[name], key, size) if name in known else frozenset[int]()
            for name in ("later", "lost")
        )
        # A walk that an older version began says only whether it is the second.
        number = known.get("number", int(known.get("second", False)))
        return cls(known.get("done", 0), number, later, lost)

    def write(self, key: bytes, size: int) -> str:
        """Return the walk as a job keeps it."""
        sealed = {"later": seal(self.later, key, size), "lost": seal(self.lost, key, size)}
        return json.dumps({"done": self.done, "number": self.number, **sealed})

    @property
    def is_tried_here(self) -> bool:
        """Return whether the walk tries this place, rather than passing it by."""
        return self.number == 0 or self.done in self.later

    def passed(self, *, put_off: bool = False, lost: bool = False) -> "Walk":
        """Return the walk one place further on, with what became of this one."""
        if not self.is_tried_here:
            return replace(self, done=self.done + 1)
        place = frozenset({self.done})
        return replace(
            self,
            done=self.done + 1,
            later=self.later | place if put_off else self.later - place,
            lost=self.lost | place if lost else self.lost - place,
        )

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
    """Return the people of a round; None once the wave is closed. Raises KeysMissing."""
    wave_id = job.wave_id or ""
    wave = work.waves.get(wave_id)
    if wave is None or wave.closed_at is not None:
        return None
    key = office.store.wave_keys.need(wave_id, wave.box_digest, LINKS)[LINKS]

    def place(person: Person) -> bytes:
        return hmac.digest(key, f"{job.key} {person.id}".encode(), "sha256")

    return Reminding(key, tuple(sorted(mailed_people(work, wave), key=place)))


def reminder_at(
    office: Office, work: UnitOfWork, job: Job, reminding: Reminding, walk: Walk
) -> tuple[str, Mail] | Postponed | None:
    """Return the mail of the place that a walk has come to; None if nobody is reminded there."""
    if not walk.is_tried_here:
        return None
    person = reminding.people[walk.done]
    return wave_mail(office, work, job.wave_id or "", REMINDER, person.id)


def seal(numbers: frozenset[int], key: bytes, size: int) -> str:
    """Return a set of numbers below `size` so that only the key tells them, and always as long.

    AES-256-GCM under HMAC(key, purpose), with a fresh random nonce.
    """
    bits = sum(1 << number for number in numbers)
    nonce = secrets.token_bytes(NONCE)
    return (nonce + _cipher(key).encrypt(nonce, bits.to_bytes(size // 8 + 1), PURPOSE)).hex()


def unseal(text: str, key: bytes, size: int) -> frozenset[int]:
    """Return the numbers that were sealed; none where another version, or key, sealed them."""
    raw = bytes.fromhex(text)
    try:
        bits = int.from_bytes(_cipher(key).decrypt(raw[:NONCE], raw[NONCE:], PURPOSE))
    except InvalidTag:
        return frozenset()
    return frozenset(number for number in range(size) if bits >> number & 1)


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, PURPOSE, "sha256"))
