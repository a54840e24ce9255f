"""A process of its own that does something and is killed at the n-th point on its way."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from typing import Any, NoReturn
from unittest.mock import patch

from sqlmodel import Session

from app.storage import store as store_module
from app.storage import wave_keys
from app.storage.database import create_database_engine
from app.storage.store import Store
from app.usecases import unsealing, waves

#: Both ends of each commit, each key written or removed, and what lies between them.
POINTS = (
    (Session, "commit"),
    (wave_keys, "write_file"),
    (wave_keys, "_destroy"),
    (waves, "unseal"),
    (store_module, "empty_log"),
    (store_module, "settle_ballots"),
)


Points = Sequence[tuple[object, str]]


def killed_at(point: int, url: str, keys: wave_keys.WaveKeys, deed: Callable[[Store], Any]) -> bool:
    """Do a deed in a forked process that kills itself at a point; False if it came to its end."""
    return killed_on_its_way(
        point, POINTS, lambda: deed(Store(create_database_engine(url), keys.folder, keys))
    )


def killed_on_its_way(point: int, points: Points, deed: Callable[[], Any]) -> bool:
    """Do a deed in a forked process that kills itself at one of some points; False if it did not.

    Each point is passed twice: before and after what happens there.
    """
    child = os.fork()
    if child == 0:
        _do_and_die(point, points, deed)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the deed failed by itself"
    return False


def _do_and_die(point: int, points: Points, deed: Callable[[], Any]) -> NoReturn:
    left = point

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            nonlocal left
            for moment in ("before", "after"):
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                if moment == "before":
                    done = real(*given, **named)
            return done

        return run

    status = 1
    try:
        # The server that forks for a site belongs to the process that this one was forked from.
        unsealing._CONTEXT = multiprocessing.get_context("fork")  # type: ignore[assignment]
        for owner, name in points:
            patch.object(owner, name, watched(getattr(owner, name))).start()
        deed()
        status = 0
    finally:
        os._exit(status)
