"""The typeface of the report: static files made once from the packaged variable font."""

from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from app.files import write_file

#: One file per weight; a variable font would be embedded once per size.
WEIGHTS = {"Regular": 400, "Semibold": 600}
#: What text needs; small capitals and the like make up half of the package's glyphs.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "tnum"]
_PACKAGE, _FAMILY = "fontpkg_source_sans_3", "SourceSans3"

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{folder}/cache</cachedir>
</fontconfig>
"""


def font_configuration(cache: Path) -> Path:
    """Return a fontconfig file that knows our fonts and no others, made on first use.

    Without it a font of the machine could slip in, and a report would look different there.
    """
    folder = cache.resolve() / "fonts"
    configuration = folder / "fonts.conf"
    text = _CONFIGURATION.format(folder=folder).encode()
    if not _are_whole(folder, text):
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as building:
            _make_statics(Path(building))
            _put_in_place(Path(building), folder)
        # Last: its presence says that everything else is there.
        write_file(configuration, text)
    return configuration


def letters_without_glyph(text: str) -> str:
    """Return the letters of a text that the report's typeface lacks: they would stay blank."""
    from fontTools.ttLib import TTFont

    upright = files(_PACKAGE) / "files" / f"{_FAMILY}[wght].ttf"
    with upright.open("rb") as file, TTFont(file, lazy=True) as font:
        known = font.getBestCmap()
    return "".join(sorted({c for c in text if c.isprintable() and ord(c) not in known}))


def _make_statics(folder: Path) -> None:
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    slim = _without_ornaments()
    for name, weight in WEIGHTS.items():
        font = TTFont(BytesIO(slim), recalcTimestamp=False)
        instance = instantiateVariableFont(font, {"wght": weight}, updateFontNames=True)
        instance.save(folder / f"{_FAMILY}-{name}.ttf")


def _without_ornaments() -> bytes:
    """The variable font with all its characters, and only the features that text needs."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    upright = files(_PACKAGE) / "files" / f"{_FAMILY}[wght].ttf"
    with upright.open("rb") as file:
        font = TTFont(file, recalcTimestamp=False)
        subsetter = Subsetter(Options(notdef_outline=True, layout_features=FEATURES))
        subsetter.populate(unicodes=font.getBestCmap())
        subsetter.subset(font)
        slim = BytesIO()
        font.save(slim)
    return slim.getvalue()


def _put_in_place(building: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for file in sorted(building.iterdir()):
        write_file(folder / file.name, file.read_bytes())


def _are_whole(folder: Path, configuration: bytes) -> bool:
    """Whether the typeface was made to its end: a power cut may leave files that are empty."""
    try:
        made = (folder / "fonts.conf").read_bytes() == configuration
        sizes = [(folder / f"{_FAMILY}-{name}.ttf").stat().st_size for name in WEIGHTS]
    except FileNotFoundError:
        return False
    return made and all(sizes)
