"""The real PDF: tagged, complete, the same bytes each time, and nothing fetched for it."""

from io import BytesIO
from pathlib import Path
from random import Random

import pikepdf
import pytest
from pypdf import PdfReader

from app.advice.levels import load_advice
from app.reports import renderer
from app.reports.fonts import letters_without_glyph
from app.reports.pdf import ReportFailed, _render, render_html, report_html
from app.reports.report import Report, build_report
from app.scoring.release import compute_release
from app.scoring.scales import UnitAnswers
from tests.builders import NOW, instrument, marked

pytestmark = pytest.mark.usefixtures("shared_fonts")

NAMES = {"Łódź Škoda Größe": 4, "ERP": 2, "Data centre": 1}


@pytest.fixture(scope="module")
def report() -> Report:
    chance = Random(4)
    units = [
        UnitAnswers(
            name,
            name,
            None,
            "applications",
            12,
            "".join(
                marked("".join(chance.choices(f"{level}{level + 1}", k=21))) for _ in range(11)
            ),
        )
        for name, level in NAMES.items()
    ]
    units.append(UnitAnswers("Secret", "Secret", None, "security", 4, marked("5" * 21) * 3))
    release = compute_release("Acme", units, instrument().scales, "1")
    return build_report("Acme", 1, NOW, release, load_advice())


def test_the_report_is_tagged_bookmarked_and_has_a_page_for_each_shown_unit(
    report: Report, tmp_path: Path
) -> None:
    content = render_html(report_html(report), tmp_path).read_bytes()
    with pikepdf.open(BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    reader = PdfReader(BytesIO(content))
    texts = [page.extract_text() for page in reader.pages]
    # Cover, summary; its groups; charter, scope, practices; method, and an annex of two pages.
    assert len(texts) == 2 + len(NAMES) + 3 + 3
    for name in NAMES:
        assert any(name in text for text in texts)
    outline = [str(entry["/Title"]) for entry in reader.outline]  # type: ignore[call-overload]
    parts = ["The first project", "Scope of Lean work", "Method", "Method annex"]
    assert outline == ["Summary", *NAMES, *parts], "a page for who is hidden, or for a frame"
    again = render_html(report_html(report), tmp_path / "again")
    assert again.read_bytes() == content


def test_a_report_is_rendered_once(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []

    def render(html: str, _fonts: Path) -> bytes:
        rendered.append(html)
        return b"%PDF-1.7\n%%EOF\n"

    monkeypatch.setattr("app.reports.pdf._render", render)
    assert render_html(report_html(report), tmp_path) == render_html(report_html(report), tmp_path)
    assert len(rendered) == 1


def test_nothing_outside_the_document_is_loaded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    html = f'<link rel="attachment" href="{secret.as_uri()}"><img alt="x" src="{secret.as_uri()}">'
    content = _render(f"<html lang=en><title>t</title>{html}", tmp_path / "fonts.conf")
    with pikepdf.open(BytesIO(content)) as pdf:
        assert len(pdf.attachments) == 0


def test_a_missing_library_names_the_command(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\nexit {renderer.MISSING_LIBRARY}\n")
    script.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(script))
    with pytest.raises(ReportFailed, match="apt-get install"):
        render_html(report_html(report), tmp_path / "reports")


def test_letters_that_the_typeface_lacks_are_told() -> None:
    assert letters_without_glyph("Łódź Škoda Größe, Αθήνα, Київ – 5 %") == ""
    assert letters_without_glyph("ERP 東京 and 大阪") == "京大東阪"
