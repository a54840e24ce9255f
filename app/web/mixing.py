"""Mixes staged answers in the background while the site runs."""

import logging
import threading
from random import Random

from sqlalchemy.exc import SQLAlchemyError

from app.storage.store import Store
from app.usecases.sheets import mix_sheets

log = logging.getLogger(__name__)


def keep_mixing(
    store: Store, chance: Random, every: float, stop: threading.Event
) -> threading.Thread:
    """Start a thread that mixes every so many seconds until told to stop; return it."""

    def run() -> None:
        while not stop.wait(every):
            try:
                mix_sheets(store, chance)
            except SQLAlchemyError as error:
                log.warning("the mix waits for the database: %s", type(error).__name__)

    thread = threading.Thread(target=run, name="mixer", daemon=True)
    thread.start()
    return thread
