"""Faults of the machine that visitors are told of: of each kind a line in the log a minute."""

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

#: Seconds between two lines of one kind.
PAUSE = 60.0


class TroubleLog:
    """Counts faults by kind, and says at the first and then once a minute how many there were."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[str, float] = {}
        self._untold: dict[str, int] = {}

    def note(self, kind: str) -> None:
        """Note a fault of a kind; its words must quote nothing that anybody sent."""
        now, count = self._clock(), self._untold.get(kind, 0) + 1
        if kind in self._told and now - self._told[kind] < PAUSE:
            self._untold[kind] = count
            return
        self._told[kind], self._untold[kind] = now, 0
        if count > 1:
            log.error("%s (%s times since the last line)", kind, count)
        else:
            log.error("%s", kind)


#: The log of this process.
TROUBLES = TroubleLog()
