"""`siloscope audit`: figures that somebody published already."""

import json
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_the_audit_finds_what_subtraction_finds(siloscope: CommandLine) -> None:
    published = {"organisation": ["A", "B", "C"], "A": ["A"], "B": ["B"]}
    text = json.dumps({"cells": {"A": 9, "B": 7, "C": 3}, "sets": published})
    write(siloscope.folder, "releases.json", text)
    found = json.loads(siloscope("audit", "releases.json", "--json").out)
    assert found == {"min_support": 3, "witness": ["C"]}
    assert "singles out 3 people at the fewest: C." in siloscope("audit", "releases.json").out
    write(siloscope.folder, "releases.json", '{"cells": {"A": 9}, "sets": {}}')
    assert json.loads(siloscope("audit", "releases.json", "--json").out)["min_support"] is None
    assert "nobody can be singled out" in siloscope("audit", "releases.json").out


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1", "releases.json, the file: it is no JSON"),
        ('{"cells": {"A": 3, "A": 9}, "sets": {}}', "releases.json: “A” stands there twice"),
        ("{}", "releases.json, cells: Field required."),
        ('{"cells": {"A": -1}, "sets": {}}', "releases.json, cells.A: Input should be greater"),
        ('{"cells": {"A": 1}, "sets": {"x": ["B"]}}', "sets.x: “B” is no cell; add it to cells"),
    ],
)
def test_a_file_that_cannot_be_audited_is_refused(
    siloscope: CommandLine, text: str, sentence: str
) -> None:
    write(siloscope.folder, "releases.json", text)
    assert sentence in siloscope.refused("audit", "releases.json")
