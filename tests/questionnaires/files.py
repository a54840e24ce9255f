"""A small catalogue on disk that keeps every rule, to be spoilt by tests."""

from pathlib import Path

#: Stem, and five anchors that contain each other, for any facet.
ITEM = """
[[items]]
id = "{id}"
scale = "{scale}"
facet = "facet {id}"
stem = "How does my group usually {verb}?"
anchors = [
  "My group {verb}s {{work}} alone and keeps notes of it.",
  "My group {verb}s {{work}} with near teams as well as alone.",
  "My group {verb}s {{work}} with all IT groups, near ones included.",
  "My group {verb}s {{work}} with partners, on top of IT groups.",
  "My group {verb}s {{work}} for the market, on top of partners.",
]
basis = "Made up for tests, level by level."
"""
WILLING = (
    ITEM.replace("usually {verb}", "respond if asked to {verb}")
    .replace("How does my group", "How would my group")
    .replace("My group {verb}s", "My group would {verb}")
)
VERBS = {
    "VS1": "plan",
    "VS2": "order",
    "VS3": "check",
    "CU1": "offer",
    "CU2": "explain",
    "CU3": "deliver",
    "ME1": "count",
    "ME2": "report",
    "ME3": "review",
    "AC1": "share",
    "AC2": "lend",
    "AC3": "hand",
}
SCALES = {"VS": "value_stream", "CU": "customer", "ME": "measurement", "AC": "acceptance"}

CORE = 'version = "7"\nlanguage = "en"\ntitle = "Test"\n' + "".join(
    (WILLING if item.startswith("AC") else ITEM).format(id=item, scale=SCALES[item[:2]], verb=verb)
    for item, verb in VERBS.items()
)
KIND = 'id = "data"\ntitle = "Data"\n\n[slots]\nwork = "monthly reports"\n\n[examples]\n' + "".join(
    f'{item} = "Think of the last {verb}."\n' for item, verb in VERBS.items()
)
MODULE = 'id = "extra"\ntitle = "Extra"\nquestion = "And besides"\n' + ITEM.format(
    id="EX1", scale="extra", verb="rest"
).replace("basis =", 'example = "Think of last week."\nbasis =').replace(
    "{work} ", "much of the time "
)


def write_catalogue(
    folder: Path,
    core: str = CORE,
    kinds: dict[str, str] | None = None,
    modules: dict[str, str] | None = None,
) -> Path:
    """Write a catalogue: the core, a file for each kind, a file for each module."""
    (folder / "core.toml").write_text(core, encoding="utf-8")
    for room, files in (("kinds", kinds or {"data": KIND}), ("modules", modules or {})):
        (folder / room).mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / room / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder
