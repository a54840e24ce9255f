"""A database as a version before had it, written in rows: waves that are open, half closed, closed.

Each wave is of an assessment of its own, with the same groups: ERP, Development and Security
under Applications, a shop whose people share a code, and business partners who answer about ERP,
as far as a version knew these.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command

from app.scoring.ledger import sets_of
from app.scoring.release import Release
from app.scoring.scales import UnitAnswers
from app.storage.database import WRITES, create_database_engine
from app.storage.schema import alembic_config
from app.storage.wave_keys import LINKS, WaveKeys
from app.usecases.ballots import hash_token, make_token, make_unit_code, write_code
from app.usecases.releases import release_of
from tests.builders import NOW, instrument

ASKED = instrument("pain-points")
#: Unit, kind, people, how many of them answered.
GROUPS = (
    ("ERP", "enterprise-applications", 8, 7),
    ("Development", "applications", 12, 10),
    ("Security", "security", 4, 3),
)
SHOP, SEATS, SEATED = "Shop", 6, 5
PARTNERS, SALES, SOLD = "Sales", 7, 6
#: What nothing may hold any more: five of it stand in one place in no other text.
CANARY = "canary-7Q"


def sheet(number: int, level: int) -> str:
    """Return answers that differ from person to person and look like no other bytes."""
    codes = "".join(str(1 + (number * place + level + place // 3) % 5) for place in range(21))
    return f"{codes}-0"


@dataclass
class OldWave:
    """A wave of before. Codes are by unit, in the order in which people of it answered."""

    name: str
    revision: str
    comments: int = 0
    state: str = "open"
    key: bytes = b""
    sheets: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = hashlib.sha256(f"key of {self.name}".encode()).digest()
        for place, (unit, _kind, _asked, answered) in enumerate(self.groups):
            self.sheets[unit] = [sheet(place * 20 + n, place + n % 2) for n in range(answered)]

    @property
    def id(self) -> str:
        return f"wave{self.name}"

    @property
    def groups(self) -> list[tuple[str, str, int, int]]:
        found = list(GROUPS)
        if self.revision >= "0003":
            found.append((PARTNERS, "business-partners", SALES, SOLD))
        if self.revision >= "0005":
            found.append((SHOP, "data-centre", SEATS, SEATED))
        return found

    def unit_id(self, unit: str) -> str:
        return f"{self.name}{unit}"

    def people(self, unit: str, asked: int) -> list[str]:
        return [f"{self.name}{unit}{n}" for n in range(asked)] if unit != SHOP else []

    def tokens(self, unit: str, asked: int) -> list[bytes]:
        if unit == SHOP:
            seats = (f"seat {n} of {self.unit_id(unit)}" for n in range(asked))
            return [make_token(self.key, seat) for seat in seats]
        return [make_token(self.key, person) for person in self.people(unit, asked)]

    def codes(self, unit: str) -> list[str]:
        asked = {name: people for name, _kind, people, _ in self.groups}
        return [write_code(token) for token in self.tokens(unit, asked[unit])]

    @property
    def shared_code(self) -> str:
        return write_code(make_unit_code(self.key, self.unit_id(SHOP)))

    @property
    def answered(self) -> int:
        return sum(map(len, self.sheets.values()))

    @property
    def texts(self) -> list[str]:
        return [f"{CANARY} comment {n} of {self.name}" for n in range(self.comments)]

    @property
    def release(self) -> Release:
        """What today's rules make of its answers."""
        top = self.unit_id("Applications")
        units = [UnitAnswers(top, "Applications", None, None, 0, "")]
        units += [
            UnitAnswers(
                id=self.unit_id(unit),
                name=unit,
                parent=None if unit == PARTNERS else top,
                kind=kind,
                invited=asked,
                sheets="".join(self.sheets[unit]),
                about=self.unit_id("ERP") if unit == PARTNERS else None,
            )
            for unit, kind, asked, _answered in self.groups
        ]
        return release_of(f"Client {self.name}", ASKED, 5, units)[0]

    @property
    def frozen(self) -> str:
        """The release as its version wrote it: by older rules where `state` is older."""
        content = self.release.model_dump(mode="json") | {"comments": self.texts}
        if self.state == "older":
            del content["rules"]
            content["units"] = [unit for unit in content["units"] if not unit["members"]]
            for unit in content["units"]:
                unit["profiles"] = {"value_stream": {"mean": 2.3333, "shares": ["1/3"]}}
        return json.dumps(content, separators=(",", ":"))


def form_of(wave: OldWave, code: str) -> bytes:
    """Return the form that was sent with a code."""
    return f"form of {wave.name} {code}".encode()


def waves_of(revision: str) -> dict[str, OldWave]:
    """Return waves in every state that a version knew."""
    said = revision >= "0003"
    waves = [
        OldWave("Open", revision, 14 if said else 0),
        OldWave("Half", revision, 11 if said else 0, "half"),
        OldWave("Ten", revision, 10 if said else 0, "closed"),
        OldWave("Few", revision, 3 if said else 0, "closed"),
        OldWave("Older", revision, 12 if said else 0, "older"),
    ]
    return {wave.name: wave for wave in waves}


def make_older(url: str, revision: str, secrets: Path, keys: WaveKeys) -> dict[str, OldWave]:
    """Take a database that is empty to a revision, and fill it as that version would have."""
    waves = waves_of(revision)
    engine = create_database_engine(url)
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        command.downgrade(alembic_config(connection), revision)
        connection.commit()
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        rows = _Rows(connection)
        rows.add("instrument", digest=ASKED.digest, version="1", content=ASKED.model_dump_json())
        for wave in waves.values():
            _add_wave(rows, wave)
    engine.dispose()
    for wave in waves.values():
        # That of a wave which is closed: its close stopped before the key was gone.
        if revision < "0006":
            secrets.mkdir(parents=True, exist_ok=True)
            (secrets / f"{wave.id}.key").write_bytes(wave.key)
        else:
            keys.create(wave.id, {LINKS: wave.key})
    return waves


class _Rows:
    """Adds rows to the tables and columns that there are."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._metadata = sa.MetaData()
        self._metadata.reflect(connection)

    def add(self, name: str, /, **values: Any) -> None:
        table = self._metadata.tables.get(name)
        if table is not None:
            known = {key: value for key, value in values.items() if key in table.c}
            self._connection.execute(table.insert().values(**known))


def _add_wave(rows: _Rows, wave: OldWave) -> None:
    name = f"Client {wave.name}"
    rows.add("organisation", id=name, name=name)
    rows.add("assessment", id=name, name=name, organisation_id=name)
    top = wave.unit_id("Applications")
    rows.add("unit", id=top, assessment_id=name, position=0, name="Applications")
    for position, (unit, kind, asked, _answered) in enumerate(wave.groups, 1):
        rows.add(
            "unit",
            id=wave.unit_id(unit),
            assessment_id=name,
            parent_id=None if unit == PARTNERS else top,
            position=position,
            name=unit,
            kind=kind,
            about_id=wave.unit_id("ERP") if unit == PARTNERS else None,
            seats=asked if unit == SHOP else None,
        )
        for person in wave.people(unit, asked):
            unit_id = wave.unit_id(unit)
            rows.add("person", id=person, unit_id=unit_id, name=person, email="a@example.org")
    rows.add(
        "wave",
        id=wave.id,
        assessment_id=name,
        number=1,
        instrument_digest=ASKED.digest,
        k=5,
        opened_at=NOW,
        closed_at=None if wave.state == "open" else NOW,
    )
    for unit, _kind, asked, answered in wave.groups:
        _add_ballots(rows, wave, unit, asked, answered)
        _add_sheets(rows, wave, unit)
    _add_comments_and_release(rows, wave)


def _add_ballots(rows: _Rows, wave: OldWave, unit: str, asked: int, answered: int) -> None:
    """All ballots, those that were used first; once released nothing tells which those were."""
    unit_id, forgotten = wave.unit_id(unit), wave.state in ("closed", "older")
    for number, token in enumerate(wave.tokens(unit, asked)):
        holder = wave.shared_code if unit == SHOP else write_code(token)
        form = form_of(wave, f"{holder} {number}" if unit == SHOP else holder)
        used = number < answered and not forgotten
        rows.add(
            "ballot",
            token_hash=hash_token(token),
            wave_id=wave.id,
            unit_id=unit_id,
            used=used,
            receipt=hashlib.sha256(form).digest() if used else None,
        )
    for person in wave.people(unit, asked):
        rows.add("invitee", wave_id=wave.id, person_id=person, unit_id=unit_id)
    if unit == SHOP:
        code = hash_token(make_unit_code(wave.key, unit_id))
        rows.add("unit_code", code_hash=code, wave_id=wave.id, unit_id=unit_id, seats=asked)


def _add_sheets(rows: _Rows, wave: OldWave, unit: str) -> None:
    """The sheets of a unit; of an open wave every fourth still waits for its mix."""
    for number, answers in enumerate(wave.sheets[unit]):
        waits = wave.state in ("open", "half") and number % 4 == 0
        rows.add(
            "staged_sheet" if waits else "sheet",
            id=hashlib.sha256(f"{wave.name} {unit} {number}".encode()).hexdigest()[:32],
            wave_id=wave.id,
            unit_id=wave.unit_id(unit),
            answers=answers if wave.revision >= "0003" else answers[:-2],
        )


def _add_comments_and_release(rows: _Rows, wave: OldWave) -> None:
    if wave.state in ("open", "half"):
        for number, text in enumerate(wave.texts):
            key = hashlib.sha256(f"comment {wave.name} {number}".encode()).hexdigest()[:32]
            rows.add("comment", id=key, wave_id=wave.id, content=text)
        return
    rows.add("release", wave_id=wave.id, content=wave.frozen)
    if wave.state == "closed":
        sets = sets_of(wave.release)
        rows.add(
            "ledger_entry",
            wave_id=wave.id,
            digest=sets.digest,
            channel="release",
            content=sets.text,
        )


def canaries(waves: dict[str, OldWave]) -> Iterator[bytes]:
    """Yield what the files of a database must not hold once it is sealed."""
    yield CANARY.encode()
    for wave in waves.values():
        for sheets in wave.sheets.values():
            yield from (answers[:21].encode() for answers in sheets)
