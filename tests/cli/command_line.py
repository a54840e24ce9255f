"""The command `siloscope`, run inside the test's process."""

import csv
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import run
from app.cli.console import say
from app.main import store_of
from app.settings import Settings
from app.storage.store import Store
from tests.builders import all_assessments

#: A launch that succeeds. A later option takes the place of an earlier one.
GOOD = ("launch", "roster.csv", "--name", "Acme", "--links", "links.csv")


@dataclass(frozen=True)
class Ended:
    """How a run of the command ended, and what it said."""

    status: int
    out: str
    err: str


class CommandLine:
    """Runs the command in a folder of its own; the environment says nothing but its data."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self._patch = patch
        self._capsys = capsys
        for name in [name for name in os.environ if name.startswith("SILOSCOPE_")]:
            patch.delenv(name)
        patch.setenv("SILOSCOPE_DATA", str(folder))
        patch.setattr(say, "width", 100)
        patch.chdir(folder)

    def __call__(self, *arguments: str) -> Ended:
        self._patch.setattr(sys, "argv", ["siloscope", *arguments])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            run()
        said = self._capsys.readouterr()
        # None, as of sys.exit(), is success.
        return Ended(int(end.value.code or 0), said.out, said.err)

    def refused(self, *arguments: str) -> str:
        """Return the one sentence with which the command refuses, with status 2."""
        ended = self(*arguments)
        assert ended.status == 2
        sentence = ended.err.removesuffix("\n")
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert "Traceback" not in sentence
        return sentence

    @contextmanager
    def store(self) -> Iterator[Store]:
        settings = Settings()
        store = store_of(settings)
        yield store
        store.close()

    def launch(self) -> str:
        """Launch, and return the id of the wave."""
        found = re.search(r"Wave (\w{10}) is open", self(*GOOD).out)
        assert found
        return found[1]

    def links(self) -> list[dict[str, str]]:
        with (self.folder / "links.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def wrote_nothing(self) -> bool:
        with self.store() as store:
            return not all_assessments(store) and not (self.folder / "links.csv").exists()
