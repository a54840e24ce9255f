"""Tokens: how a person's link is made, written, read and recognised."""

import hashlib
import hmac

#: Crockford's alphabet: no I, L, O or U, so a code read aloud or from paper is not mistaken.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: From what people type to the digits that int() reads in base 32.
_READ_AS = str.maketrans(_ALPHABET + "OIL", "0123456789ABCDEFGHIJKLMNOPQRSTUV" + "011", "U")
TOKEN_BYTES = 16
CODE_LENGTH = 26  # ceil(128 bits / 5)


def make_token(wave_key: bytes, person_id: str) -> bytes:
    """Return the token of a person in a wave: 128 bits of HMAC-SHA-256(K of the wave, person)."""
    return hmac.digest(wave_key, person_id.encode(), "sha256")[:TOKEN_BYTES]


def make_unit_code(wave_key: bytes, unit_id: str) -> bytes:
    """Return the token that a unit without mail shares."""
    return make_token(wave_key, f"unit {unit_id}")


def make_seat(wave_key: bytes, unit_id: str, seat: int) -> bytes:
    """Return the token of one of the answers that a unit's shared code may give."""
    return make_token(wave_key, f"seat {seat} of {unit_id}")


def write_code(token: bytes) -> str:
    """Return a token as its holder sees and types it: 26 characters in groups, with hyphens."""
    number = int.from_bytes(token)
    digits = [_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    text = "".join(digits)
    return "-".join(text[start : start + 5] for start in range(0, CODE_LENGTH, 5))


def read_code(text: str) -> bytes | None:
    """Return the token of a typed code, or None if it cannot be one.

    Case, spaces, punctuation and everything before a "#" make no difference: mail programs add
    brackets, word processors other hyphens.
    """
    code = "".join(filter(str.isalnum, text.rpartition("#")[2]))
    # Checked before upper(), which makes of some foreign letters two that we know.
    if len(code) != CODE_LENGTH or not code.isascii():
        return None
    digits = code.upper().translate(_READ_AS)
    number = int(digits, 32) if len(digits) == CODE_LENGTH else 1 << (8 * TOKEN_BYTES)
    return number.to_bytes(TOKEN_BYTES) if number < 1 << (8 * TOKEN_BYTES) else None


def tidy_code(text: str) -> str:
    """Return a readable code in its usual form, whatever way it was typed."""
    token = read_code(text)
    return write_code(token) if token is not None else ""


def hash_token(token: bytes) -> bytes:
    """Return the SHA-256 of a token: the only form of it that is stored."""
    return hashlib.sha256(token).digest()
