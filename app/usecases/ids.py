"""Random ids. None of them says when or in which order things were made."""

from random import Random


def short_id(chance: Random) -> str:
    """Return an id that a consultant can type: 40 random bits in hexadecimal."""
    return f"{chance.getrandbits(40):010x}"


def long_id(chance: Random) -> str:
    """Return an id that nobody guesses: 128 random bits in hexadecimal."""
    return f"{chance.getrandbits(128):032x}"
