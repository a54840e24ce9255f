"""The typeface of reports is made once, and again where a power cut left it empty."""

import os
from pathlib import Path

import pytest

from app.reports import fonts
from app.reports.fonts import WEIGHTS, font_configuration


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        for name in WEIGHTS:
            (folder / f"SourceSans3-{name}.ttf").write_bytes(b"font")

    monkeypatch.setattr(fonts, "_make_statics", make)
    return made


@pytest.mark.parametrize(
    "name", ["fonts.conf", "SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf"]
)
def test_files_that_are_empty_or_gone_are_made_again(
    quick: list[Path], tmp_path: Path, name: str
) -> None:
    file = font_configuration(tmp_path).parent / name
    font_configuration(tmp_path)
    assert len(quick) == 1
    os.truncate(file, 0)
    font_configuration(tmp_path)
    assert file.stat().st_size
    file.unlink()
    font_configuration(tmp_path)
    assert file.stat().st_size
    assert len(quick) == 3
