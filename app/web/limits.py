"""Limits on failures: guesses are slowed down, and whoever is right is never in their way."""

import threading
from collections import deque
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
    _failures: dict[str, deque[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, name: str, now: datetime) -> None:
        """Raise TooManyFailures if a name has failed too often."""
        with self._lock:
            if len(self._recent(name, now)) >= self.most:
                raise TooManyFailures

    def note(self, name: str, now: datetime) -> None:
        """Count a failure."""
        with self._lock:
            if len(self._failures) >= _MOST_NAMES:
                self._failures.pop(next(iter(self._failures)))
            self._recent(name, now).append(now)

    def _recent(self, name: str, now: datetime) -> "deque[datetime]":
        known = self._failures.setdefault(name, deque(maxlen=self.most))
        while known and known[0] <= now - self.within:
            known.popleft()
        return known
