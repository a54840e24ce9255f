"""How answers are sealed: marks of who answered, and boxes that only a wave's keys open.

Everything here is arithmetic on bytes: no database, no file, no clock. Keys and their life are
in `wave_keys`; docs/privacy.md says what each of them protects.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

#: Bytes of every box of a wave: where no comment is asked, and where one is, for everybody.
SMALL, LARGE = 160, 4352

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_KEY, _NONCE, _TAG, _ID = 32, 12, 16, 16
_VERSION: Final = 1


class NotOpened(ValueError):
    """A box that these keys did not seal for this wave and this place, or one of another shape."""


@dataclass(frozen=True)
class Record:
    """What is in a box: the unit, the sheet as `write_sheet` writes it, the comment or nothing."""

    unit_id: str
    sheet: str
    comment: str = ""


def new_keys() -> dict[str, bytes]:
    """Return the keys of a wave, by the names that `WaveKeys` keeps them under.

    `links` makes everybody's token, `spend` the marks; `seal` is mixed into every box's key,
    `box` opens what is sealed for `public`, and `words` seals comments after the close.
    """
    pair = X25519PrivateKey.generate()
    return {
        "links": secrets.token_bytes(_KEY),
        "spend": secrets.token_bytes(_KEY),
        "seal": secrets.token_bytes(_KEY),
        "box": pair.private_bytes_raw(),
        "public": pair.public_key().public_bytes_raw(),
        "words": secrets.token_bytes(_KEY),
    }


def digest_of(public: bytes) -> bytes:
    """Return the SHA-256 of a public half, 32 bytes: what the row of a wave holds of its keys."""
    return hashlib.sha256(public).digest()


def fingerprint(digest: bytes | None) -> str:
    """Return the start of a digest as people compare it: 20 hexadecimal digits in fives."""
    text = digest.hex()[:20] if digest else ""
    return "-".join(text[start : start + 5] for start in range(0, len(text), 5))


def public_half(box: bytes) -> bytes:
    """Return the public half of a private one. Raises ValueError if it is none."""
    return X25519PrivateKey.from_private_bytes(box).public_key().public_bytes_raw()


def mark_of(spend: bytes, token_hash: bytes) -> bytes:
    """Return the mark that a ballot leaves when it is spent, 32 bytes."""
    return hmac.digest(spend, b"mark" + token_hash, "sha256")


def seat_mark(spend: bytes, code_hash: bytes, number: int) -> bytes:
    """Return the mark of one of the answers that a shared code takes, 32 bytes."""
    return hmac.digest(spend, b"seat" + code_hash + number.to_bytes(4), "sha256")


def receipt_of(spend: bytes, holder: bytes, form: bytes) -> bytes:
    """Return what tells a form that is sent again from another one, 32 bytes.

    `holder` is the hash of the token or of the shared code, `form` the SHA-256 of the form.
    """
    return hmac.digest(spend, b"receipt" + holder + form, "sha256")


@dataclass(frozen=True)
class SealedRecord:
    """A row of the database: a random id, the sealed key of its commit, and the box."""

    id: bytes
    kem: bytes
    box: bytes


@dataclass(frozen=True)
class Sealer:
    """Seals records of one wave within one commit: one key agreement, however many they are.

    Make another one for each try of a transaction; its key lives no longer than this object.
    """

    wave_id: str
    seal: bytes = field(repr=False)
    size: int
    kem: bytes
    _commit_key: bytes = field(repr=False)

    @classmethod
    def begin(cls, wave_id: str, public: bytes, seal: bytes, size: int) -> Self:
        """Draw the key of a commit and seal it to the public half of a wave (HPKE, RFC 9180)."""
        commit_key = secrets.token_bytes(_KEY)
        half = X25519PublicKey.from_public_bytes(public)
        return cls(
            wave_id, seal, size, _SUITE.encrypt(commit_key, half, _about(wave_id)), commit_key
        )

    def seal_up(self, record: Record) -> SealedRecord:
        """Return a record in a box, under a random id. Raises ValueError if it is too long."""
        row_id = secrets.token_bytes(_ID)
        plain = _written(record, self.size - _NONCE - _TAG)
        key = _box_key(self.seal, self._commit_key)
        return SealedRecord(row_id, self.kem, _locked(key, _place(self.wave_id, row_id), plain))


class Opener:
    """Opens the boxes of one wave. Keys of commits are agreed upon once for each."""

    def __init__(self, wave_id: str, keys: Mapping[str, bytes], size: int) -> None:
        self.wave_id = wave_id
        self.size = size
        self._half = X25519PrivateKey.from_private_bytes(keys["box"])
        self._seal = keys["seal"]
        self._known: dict[bytes, bytes] = {}

    def open(self, row: SealedRecord) -> Record:
        """Return what is in a box. Raises NotOpened, which never says why."""
        if len(row.box) != self.size:
            raise NotOpened
        try:
            plain = _unlocked(self._key(row.kem), _place(self.wave_id, row.id), row.box)
            return _read(plain)
        except (InvalidTag, ValueError, IndexError) as error:
            raise NotOpened from error

    def _key(self, kem: bytes) -> bytes:
        known = self._known.get(kem)
        if known is None:
            commit_key = _SUITE.decrypt(kem, self._half, _about(self.wave_id))
            known = self._known[kem] = _box_key(self._seal, commit_key)
        return known


def seal_comment(words: bytes, wave_id: str, comment: str) -> tuple[bytes, bytes]:
    """Return a random id and a comment sealed under `words`, in a box of the one size."""
    row_id = secrets.token_bytes(_ID)
    plain = _written(Record("", "", comment), LARGE - _NONCE - _TAG)
    return row_id, _locked(words, _place(wave_id, row_id, b"comment"), plain)


def open_comment(words: bytes, wave_id: str, row_id: bytes, box: bytes) -> str:
    """Return a comment that `words` sealed. Raises NotOpened."""
    try:
        return _read(_unlocked(words, _place(wave_id, row_id, b"comment"), box)).comment
    except (InvalidTag, ValueError, IndexError) as error:
        raise NotOpened from error


def _about(wave_id: str) -> bytes:
    return b"siloscope key 1" + wave_id.encode()


def _place(wave_id: str, row_id: bytes, what: bytes = b"box") -> bytes:
    """What a box is bound to: copied to another row or wave it does not open."""
    return b"siloscope " + what + b" 1" + wave_id.encode() + row_id


def _box_key(seal: bytes, commit_key: bytes) -> bytes:
    return hmac.digest(seal, b"box" + commit_key, "sha256")


def _locked(key: bytes, place: bytes, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, place)


def _unlocked(key: bytes, place: bytes, box: bytes) -> bytes:
    return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], place)


def _written(record: Record, size: int) -> bytes:
    """The version, then each part after its length in two bytes, then zeros up to `size`."""
    parts = [part.encode() for part in (record.unit_id, record.sheet, record.comment)]
    plain = bytes([_VERSION]) + b"".join(len(part).to_bytes(2) + part for part in parts)
    if len(plain) > size:
        raise ValueError(f"a record of {len(plain)} bytes does not go into {size}")
    return plain.ljust(size, b"\0")


def _read(plain: bytes) -> Record:
    if plain[0] != _VERSION:
        raise ValueError("a record of another version")
    parts, at = [], 1
    for _part in range(3):
        end = at + 2 + int.from_bytes(plain[at : at + 2])
        if end > len(plain):
            raise ValueError("a record that ends too early")
        parts.append(plain[at + 2 : end].decode())
        at = end
    if any(plain[at:]):
        raise ValueError("a record with something behind its end")
    return Record(*parts)
