"""Looks at one loaded page in every dress: light and dark, wide and narrow."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 360, 320)
#: Where axe looks: both schemes and the narrowest page, so that one page costs two runs.
DRESSES = ((1280, "light"), (320, "dark"))


def check_dresses(page: Page, name: str) -> None:
    """Fail on an axe violation in a dress, or where the page is wider than the window."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    for width, scheme in DRESSES:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page) == [], (name, width, scheme)


def violations(page: Page) -> list[tuple[str, str]]:
    """Return axe's violations: rule and first element."""
    found = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in found["violations"]]
