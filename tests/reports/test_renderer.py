"""Documents are made by few renderers at once, and each of them once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.files import UNFINISHED
from app.reports import pdf
from app.reports.pdf import RendererBusy, ReportFailed, render_html


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, list[str]]:
    """A renderer that waits until it may end; with what it was asked to render."""
    ending, asked = threading.Event(), list[str]()

    def render(html: str, _fonts: Path) -> bytes:
        asked.append(html)
        assert ending.wait(30)
        return f"%PDF-1.7 {html} %%EOF".encode()

    monkeypatch.setattr(pdf, "_render", render)
    monkeypatch.setattr(pdf, "font_configuration", lambda folder: folder)
    return ending, asked


def test_who_would_wait_behind_many_is_told_so_at_once(
    slow: tuple[threading.Event, list[str]], tmp_path: Path
) -> None:
    ending, asked = slow
    with ThreadPoolExecutor(12) as threads:
        made = [threads.submit(render_html, f"page {n}", tmp_path) for n in range(12)]
        refused = 0
        for one in list(made):
            try:
                one.result(timeout=0.3)
            except RendererBusy:
                refused += 1
            except TimeoutError:
                pass
        assert len(asked) == 2, "more renderers than two at once"
        ending.set()
    assert refused == 4
    assert len(list(tmp_path.glob("*.pdf"))) == 8
    assert list(tmp_path.glob(f"*{UNFINISHED}")) == []


def test_what_several_wait_for_is_made_once(
    slow: tuple[threading.Event, list[str]], tmp_path: Path
) -> None:
    ending, asked = slow
    ending.set()
    with ThreadPoolExecutor(6) as threads:
        files = set(threads.map(lambda _: render_html("page", tmp_path), range(6)))
    assert len(files) == 1
    assert len(asked) <= 2


@pytest.mark.parametrize("left", [b"", b"%PDF-1.7 cut in the mi", b"\0" * 4000 + b"%%EOF"])
def test_what_a_power_cut_left_of_a_document_is_made_again(
    slow: tuple[threading.Event, list[str]], tmp_path: Path, left: bytes
) -> None:
    ending, asked = slow
    ending.set()
    file = render_html("page", tmp_path)
    file.write_bytes(left)
    assert render_html("page", tmp_path).read_bytes() == b"%PDF-1.7 page %%EOF"
    assert len(asked) == 2


def killed(folder: Path, times: int) -> Path:
    """A program in Python's place that is killed so often before it does anything."""
    script = folder / "python"
    script.write_text(
        f"#!/bin/sh\necho x >> {folder}/tries\n"
        f"[ $(wc -l < {folder}/tries) -le {times} ] && kill -9 $$\nprintf '%%PDF-1.7 %%%%%%%%EOF'\n"
    )
    script.chmod(0o755)
    return script


def test_a_renderer_that_is_killed_is_tried_once_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.executable", str(killed(tmp_path, 1)))
    assert pdf._render("page", tmp_path).startswith(b"%PDF-1.7")


def test_a_renderer_that_is_killed_twice_is_told_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.executable", str(killed(tmp_path, 2)))
    with pytest.raises(ReportFailed, match=r"stopped twice \(signal 9\).*short of memory"):
        pdf._render("page", tmp_path)
