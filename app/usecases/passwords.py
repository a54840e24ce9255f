"""Passwords: which are good enough, and their hashes."""

from threading import Semaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.usecases.errors import SiloscopeError

SHORTEST, LONGEST = 12, 200
#: So that many sign-ins at once cannot take all memory and processors.
_AT_ONCE = Semaphore(2)
#: Argon2id with the least that OWASP advises: 19 MiB, two passes.
_HASHES = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))
#: Most used ones of twelve characters and more; others are caught by their few signs.
_KNOWN = ("password", "passwort", "siloscope", "qwertz", "qwerty", "123456", "letmein", "welcome")
_FEWEST_SIGNS = 6


class PasswordTooWeak(SiloscopeError):
    """A password that would be guessed; the text says what to change."""


class WrongPassword(SiloscopeError):
    """Not the password of this account."""

    def __init__(self) -> None:
        super().__init__("That is not your password.")


def check_password(password: str, email: str) -> None:
    """Make sure that a new password is hard to guess. Raises PasswordTooWeak."""
    plain = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordTooWeak(
            f"Choose a password of {SHORTEST} to {LONGEST} characters; several words are fine."
        )
    rest = plain
    for word in (*_KNOWN, *filter(None, email.casefold().replace("@", ".").split("."))):
        rest = rest.replace(word, "")
    if len(set(plain)) < _FEWEST_SIGNS or len(rest) < len(plain) / 2:
        raise PasswordTooWeak(
            "This password is easy to guess: leave out your address, well-known passwords and "
            "repetitions."
        )


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    with _AT_ONCE:
        return _HASHES.hash(password)


def is_password(password: str, known: str | None) -> bool:
    """Return whether a password is the one of a hash; takes as long where there is none."""
    with _AT_ONCE:
        if known is None:
            _HASHES.hash(password[:LONGEST])
            return False
        return _HASHES.verify(password[:LONGEST], known)
