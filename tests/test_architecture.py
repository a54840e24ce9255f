"""The house stays as it was drawn: sizes, names, and one page value for each template."""

import ast
import re
from pathlib import Path

import pytest

from app.rendering import Page, environment

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
IDS = {"ids": lambda path: str(path.relative_to(ROOT))}


@pytest.mark.parametrize("file", SOURCES, **IDS)  # type: ignore[arg-type]
def test_files_and_functions_are_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 45, node.name


@pytest.mark.parametrize("file", TEMPLATES, **IDS)  # type: ignore[arg-type]
def test_templates_are_small_and_have_no_inline_style_or_script(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= 80
    assert not re.search(r"\sstyle=|\son\w+=|\|\s*safe", text)


def test_nothing_is_called_utils() -> None:
    assert [file for file in SOURCES if re.search("util|helper|misc|common", file.name)] == []


def _page_values() -> list[type[Page]]:
    import app.main  # noqa: F401 - loads every page

    found, waiting = [], [Page]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting += kinds
        found += [kind for kind in kinds if "template" in vars(kind)]
    return found


def test_every_template_is_one_pages_or_part_of_one() -> None:
    pages = [page.template for page in _page_values()]
    assert len(pages) == len(set(pages)), "two page values share a template"
    used = set(pages)
    for file in TEMPLATES:
        text = file.read_text(encoding="utf-8")
        used |= set(re.findall(r'{% (?:extends|include|from|import) "([^"]+)"', text))
    names = {str(file.relative_to(ROOT / "templates")) for file in TEMPLATES}
    assert names == used


def test_templates_read_their_page_and_nothing_else() -> None:
    assert set(environment().globals) <= {
        "range",
        "dict",
        "lipsum",
        "cycler",
        "joiner",
        "namespace",
        # What says a sentence in the language of the page.
        *("_", "gettext", "ngettext", "pgettext", "npgettext"),
    }


def test_print_has_no_grid_and_no_flex() -> None:
    css = (ROOT / "templates" / "reports" / "print.css").read_text(encoding="utf-8")
    assert not re.search(r"display\s*:\s*(inline-)?(grid|flex)", css)


def test_every_room_has_its_mirror_in_the_tests() -> None:
    rooms = {path.name for path in (ROOT / "app").iterdir() if (path / "__init__.py").exists()}
    mirrored = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert rooms - {"demo"} <= mirrored


def test_the_lock_names_no_host() -> None:
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")
