"""How many have answered an open wave: from its marks, in steps, and not more often than needed.

A count that grew by one just when somebody sent would be about that person.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping

from app.storage.ballots import Ballots
from app.storage.sealed_answers import SealedAnswers
from app.storage.sealing import mark_of, seat_mark
from app.storage.tables import Wave
from app.storage.unit_codes import UnitCodes
from app.storage.wave_keys import SPEND, KeysMissing, WaveKeys

#: Counts are told in steps of so many, and looked up again after so many seconds.
STEP, EVERY = 5, 900.0


class Turnout:
    """The counts of open waves, kept in memory for a quarter of an hour. For many threads."""

    def __init__(self, wave_keys: WaveKeys, every: float = EVERY) -> None:
        self._wave_keys = wave_keys
        self._every = every
        self._known: dict[str, tuple[float, Mapping[str, int]]] = {}
        self._lock = threading.Lock()

    def of(
        self, wave: Wave, ballots: Ballots, codes: UnitCodes, sealed: SealedAnswers
    ) -> Mapping[str, int]:
        """Return how many of each unit have answered, rounded down to steps of five.

        Units in which fewer have are absent; all are where the keys of the wave are missing.
        """
        with self._lock:
            now = time.monotonic()
            looked, counts = self._known.get(wave.id, (now - self._every, {}))
            if now - looked < self._every:
                return counts
            try:
                spend = self._wave_keys.need(wave.id, wave.box_digest, SPEND)[SPEND]
            except KeysMissing:
                return {}
            exact = _count(spend, wave.id, ballots, codes, sealed)
            counts = {unit: n // STEP * STEP for unit, n in exact.items() if n >= STEP}
            self._known[wave.id] = (now, counts)
            return counts


def _count(
    spend: bytes, wave_id: str, ballots: Ballots, codes: UnitCodes, sealed: SealedAnswers
) -> Counter[str]:
    marks = sealed.marks(wave_id)
    counts = Counter(
        unit for unit, token in ballots.hashes(wave_id) if mark_of(spend, token) in marks
    )
    for code in codes.of(wave_id):
        seats = (seat_mark(spend, code.code_hash, number) for number in range(code.seats))
        counts[code.unit_id] += sum(mark in marks for mark in seats)
    return counts
