"""Limits on failures: guesses are slowed down, and whoever is right is never in their way."""

import hashlib
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.usecases.errors import SiloscopeError

#: Names that are remembered at once; more than that is an attack, and the oldest go.
_MOST_NAMES = 10_000


class TooManyFailures(SiloscopeError):
    """So many wrong guesses that the next ones have to wait."""

    def __init__(self) -> None:
        super().__init__("Too many wrong attempts. Wait some minutes, then try again.")


@dataclass
class FailureLimit:
    """At most so many failures of a name within a time; counted in this process, by no user."""

    most: int
    within: timedelta
    _failures: dict[bytes, deque[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, name: str, now: datetime) -> None:
        """Raise TooManyFailures if a name has failed too often."""
        with self._lock:
            self._check(name, now)

    @contextmanager
    def attempt(self, name: str, now: datetime, failing: type[Exception]) -> Iterator[None]:
        """Count what is done inside as a failure unless it ends otherwise than by `failing`.

        It counts from the start, so that of many at once none slips by. Raises TooManyFailures if
        a name has failed too often.
        """
        self.count(name, now)
        try:
            yield
        except failing:
            raise
        except BaseException:
            self._take_back(name)
            raise
        self._take_back(name)

    def count(self, name: str, now: datetime) -> None:
        """Count one more. Raises TooManyFailures if a name has too many already."""
        with self._lock:
            self._check(name, now)
            self._note(name, now)

    def _take_back(self, name: str) -> None:
        with self._lock:
            known = self._failures.get(_key(name))
            if known:
                known.pop()

    def note(self, name: str, now: datetime) -> None:
        """Count a failure."""
        with self._lock:
            self._note(name, now)

    def _check(self, name: str, now: datetime) -> None:
        known = self._failures.get(_key(name), ())
        if sum(1 for moment in known if moment > now - self.within) >= self.most:
            raise TooManyFailures

    def _note(self, name: str, now: datetime) -> None:
        # Put last anew: the name that was quiet for longest goes first.
        known = self._failures.pop(_key(name), None) or deque(maxlen=self.most)
        known.append(now)
        self._failures[_key(name)] = known
        if len(self._failures) > _MOST_NAMES:
            self._failures.pop(next(iter(self._failures)))


def _key(name: str) -> bytes:
    """Return a name in few bytes, however long somebody made it."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()[:16]
