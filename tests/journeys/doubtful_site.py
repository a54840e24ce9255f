"""A site whose monotonic clock follows the wall clock, wherever that is set.

libfaketime can fake both, but Python then waits for a time that never comes.
"""

import time

import app.main
from app.cli import run

if __name__ == "__main__":
    app.main.monotonic = time.time  # type: ignore[attr-defined]
    run()
