"""A site with a planted fault: it thanks before the commit. The crash loop must notice it."""

from threading import Timer

import app.storage.ballot_box as box
from app.cli import run
from app.storage.submissions import Outcome, Submission

HASTE = 0.05


async def _thank_first(self: box.BallotBox, submission: Submission) -> Outcome:
    Timer(HASTE, self.submit, [submission]).start()
    return Outcome.ACCEPTED


def run_hastily() -> None:
    """Run the command with the fault, in a process that has nothing else to do."""
    box.BallotBox.cast = _thank_first  # type: ignore[method-assign]
    run()
