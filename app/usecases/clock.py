"""Watches the clock: what is final and goes by schedule does not follow one that jumped."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from app.language import gettext as _
from app.language import say_span
from app.storage.store import Store
from app.usecases.audit_log import Deed, Who, record

log = logging.getLogger(__name__)

#: A clock that jumped by an hour is doubted. Readings lie apart, so it is looked for from a
#: minute less on; where the clock is set right by less, all goes on.
JUMP = timedelta(minutes=59)
#: Seconds between two looks at the clock.
EVERY = 20.0


class Clock:
    """The wall clock beside the monotonic one, and beside the time that the database keeps.

    While they agree, the wall clock is the time, and is kept. If it jumps, the time known last
    goes on by the monotonic clock, until the wall clock agrees again or a person says that it
    is right. After a start there is only the time that was kept, so a site that was away for an
    hour or more doubts too: whether its clock is right then is for somebody to say.
    """

    def __init__(
        self, store: Store, wall: Callable[[], datetime], ticks: Callable[[], float]
    ) -> None:
        self._store, self._wall, self._ticks = store, wall, ticks
        self._lock = threading.Lock()
        #: What the database held when it was looked at last.
        self._kept: datetime | None = None
        #: The time known last, and the monotonic clock then.
        self._known, self._tick = wall(), ticks()
        self._told: timedelta | None = None
        self.look()

    def jump(self, now: datetime) -> timedelta | None:
        """Return by how much a reading of the wall clock is off; None if it agrees."""
        with self._lock:
            jump = self._jump(now)
            self._tell(jump)
            return jump

    def look(self) -> timedelta | None:
        """Compare with the database too, and keep the time there.

        Return by how much the wall clock is off, or None if it agrees.
        """
        with self._lock:
            now = self._wall()
            self._go_on()
            with self._store.writing() as work:
                kept = work.kept_time.get()
                if kept is None:
                    self._known = now
                elif kept != self._kept:  # another process wrote it, or one before this
                    self._known = kept
                jump = self._jump(now)
                if jump is None:
                    self._known = now
                work.kept_time.keep(self._known)
                work.commit()
            self._kept = self._known
            self._tell(jump)
            return jump

    def confirm(self, who: Who) -> None:
        """Take the time of the wall clock, as a person says that it is right."""
        with self._lock:
            now = self._wall()
            with self._store.writing() as work:
                work.kept_time.keep(now)
                record(self._store, work, who, Deed.CLOCK_CONFIRMED, f"{now:%Y-%m-%d %H:%M}Z", now)
                work.commit()
            self._known = self._kept = now
            self._tick = self._ticks()
            self._tell(None)

    def _jump(self, now: datetime) -> timedelta | None:
        off = now - self._known - self._passed()
        return off if abs(off) >= JUMP else None

    def _go_on(self) -> None:
        passed = self._passed()
        self._known, self._tick = self._known + passed, self._ticks()

    def _passed(self) -> timedelta:
        """The time since the last look: of a monotonic clock that jumped itself, none."""
        passed = timedelta(seconds=self._ticks() - self._tick)
        return passed if timedelta(0) <= passed < JUMP else timedelta(0)

    def _tell(self, jump: timedelta | None) -> None:
        if jump is not None and self._told is None:
            way = "ahead" if jump > timedelta(0) else "behind"
            log.warning("the clock is %s %s: closes, erasures and mails wait", say_span(jump), way)
        elif jump is None and self._told is not None:
            log.warning("the clock agrees again, or was confirmed: closes, erasures, mails go on")
        self._told = jump


def jump_in_words(jump: timedelta | None) -> str:
    """Return that the clock is doubted, and what waits for it; nothing if it agrees."""
    if jump is None:
        return ""
    by = say_span(jump)
    if jump > timedelta(0):
        said = _("The clock of this server is %(span)s ahead of what the site expects.", span=by)
    else:
        said = _("The clock of this server is %(span)s behind what the site expects.", span=by)
    return " ".join(
        (
            said,
            _("It was set, or the site was away for as long."),
            _(
                "Until it agrees again, or whoever runs the site confirms it under “Operations”, "
                "no wave is closed or erased by itself, and no mail of a wave leaves."
            ),
        )
    )
