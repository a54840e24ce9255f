"""Canaries: answers that nobody gave, by which one sees whether anything of answers is kept."""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from app.questionnaires.loader import load_instrument
from app.questionnaires.questionnaire import Instrument
from app.storage.kept_bytes import Kept
from app.usecases.launches import Invitation
from app.usecases.rosters import Roster, read_roster

#: What the client of canaries is called; one that a killed check left is known by it.
CLIENT = "Privacy check (canaries; remove it)"
_GROUPS = (("One", "data"), ("Two", "security"), ("Three", "applications"))
_PEOPLE = 6


def instrument() -> Instrument:
    """Return what canaries are asked: the core and the open question."""
    return load_instrument().with_modules(("pain-points",))


def roster() -> Roster:
    """Return three groups of six people who do not exist."""
    lines = ["unit,parent,kind,name,email"]
    lines += [
        f"{unit},,{kind},Canary {unit} {n},canary-{unit}-{n}@canary.example"
        for unit, kind in _GROUPS
        for n in range(_PEOPLE)
    ]
    kinds = {q.kind: q.title for q in load_instrument().questionnaires}
    return read_roster(("\n".join(lines) + "\n").encode(), kinds, set())


@dataclass(frozen=True)
class Canary:
    """One who answers: the link, the answers by item, the comment."""

    invitation: Invitation
    answers: dict[str, str]
    comment: str

    @property
    def texts(self) -> tuple[str, str, str]:
        """What may lie nowhere: the answers as a sheet has them, the comment, and the code."""
        return "".join(self.answers.values()), self.comment, self.invitation.code


def canaries_of(invitations: Sequence[Invitation], chance: Random) -> list[Canary]:
    """Return a canary for each invitation, with answers that nobody else gives by chance."""
    items = instrument().item_ids
    return [
        Canary(
            invited,
            {item: str(chance.randint(1, 5)) for item in items},
            f"canary {chance.getrandbits(96):024x} sings",
        )
        for invited in invitations
    ]


def spellings(text: str) -> frozenset[bytes]:
    """Return a text in every spelling in which a program might keep it."""
    plain = text.encode()
    found = {plain, plain[::-1], plain.upper(), plain.lower(), plain.hex().encode()}
    found |= {plain.hex().upper().encode(), json.dumps(text).strip('"').encode()}
    found |= {text.encode("utf-16-le"), text.encode("utf-16-be")}
    for shift in range(3):
        # Whatever stands before it, base64 cuts the bytes in one of three ways.
        coded = base64.b64encode(bytes(shift) + plain).rstrip(b"=")
        found.add(coded[4 if shift else 0 : -2])
    return frozenset(found)


def find_texts(kept: Iterable[Kept], texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the texts that lie in some bytes in any spelling, by the name of the place."""
    wanted = {text: spellings(text) for text in texts}
    found: dict[str, list[str]] = {}
    for place in kept:
        here = [t for t, ways in wanted.items() if any(way in place.content for way in ways)]
        if here:
            found.setdefault(place.name, []).extend(here)
    return found
