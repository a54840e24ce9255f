"""Documents are made by few renderers at once, and each of them once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.reports import pdf
from app.reports.pdf import RendererBusy, render_html


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, list[str]]:
    """A renderer that waits until it may end; with what it was asked to render."""
    ending, asked = threading.Event(), list[str]()

    def render(html: str, _fonts: Path) -> bytes:
        asked.append(html)
        assert ending.wait(30)
        return html.encode()

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
    assert list(tmp_path.glob(f"*{pdf.UNFINISHED}")) == []


def test_what_several_wait_for_is_made_once(
    slow: tuple[threading.Event, list[str]], tmp_path: Path
) -> None:
    ending, asked = slow
    ending.set()
    with ThreadPoolExecutor(6) as threads:
        files = set(threads.map(lambda _: render_html("page", tmp_path), range(6)))
    assert len(files) == 1
    assert len(asked) <= 2
