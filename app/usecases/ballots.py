"""Tokens: how a person's link is made, written, read and recognised."""

import hashlib
import hmac

from app.usecases.codes import ALPHABET, CODE_LENGTH, find_code

#: From the digits of a code to those that int() reads in base 32.
_READ_AS = str.maketrans(ALPHABET, "0123456789ABCDEFGHIJKLMNOPQRSTUV")
TOKEN_BYTES = 16


def make_token(wave_key: bytes, person_id: str) -> bytes:
    """Return the token of a person in a wave: 128 bits of HMAC-SHA-256(K of the wave, person)."""
    return hmac.digest(wave_key, person_id.encode(), "sha256")[:TOKEN_BYTES]


def make_unit_code(wave_key: bytes, unit_id: str) -> bytes:
    """Return the token that a unit without mail shares."""
    return make_token(wave_key, f"unit {unit_id}")


def make_spare(wave_key: bytes, unit_id: str, number: int) -> bytes:
    """Return the token of one of the spare ballots of a unit."""
    return make_token(wave_key, f"spare {number} of {unit_id}")


def write_code(token: bytes) -> str:
    """Return a token as its holder sees and types it: 26 characters in groups, with hyphens."""
    number = int.from_bytes(token)
    digits = [ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    text = "".join(digits)
    return "-".join(text[start : start + 5] for start in range(0, CODE_LENGTH, 5))


def read_code(text: str) -> bytes | None:
    """Return the token of the code in a text that was linked, typed or pasted, or None."""
    digits = find_code(text)
    return int(digits.translate(_READ_AS), 32).to_bytes(TOKEN_BYTES) if digits else None


def tidy_code(text: str) -> str:
    """Return a readable code in its usual form, whatever way it was typed."""
    token = read_code(text)
    return write_code(token) if token is not None else ""


def hash_token(token: bytes) -> bytes:
    """Return the SHA-256 of a token: the only form of it that is stored."""
    return hashlib.sha256(token).digest()
