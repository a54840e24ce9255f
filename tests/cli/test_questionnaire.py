"""The commands on questionnaires: what they say, write and refuse."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.questionnaires.presentation import PATTERNS
from tests.builders import KINDS, MIRRORS
from tests.cli.command_line import GOOD, CommandLine

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "questionnaires.md"


@pytest.fixture
def own(siloscope: CommandLine) -> Path:
    """A copy of the catalogue in the folder of the command."""
    assert siloscope("questionnaire", "copy", "own").status == 0
    return siloscope.folder / "own"


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def example(name: str) -> str:
    """Return the file that the document shows under a name."""
    found = re.search(rf"```toml\n# {re.escape(name)}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    assert found
    return found[1]


def test_check_finds_nothing_in_what_ships_and_tells_overrides_and_minutes(
    siloscope: CommandLine,
) -> None:
    ended = siloscope("questionnaire", "check")
    assert ended.status == 0
    assert re.search(r"service-desk: [89]\.\d minutes; overrides VS2\.1", ended.out)
    assert "business-partners: 4.1 minutes; all its 45 anchors in its own words" in ended.out
    assert "module handoffs: " in ended.out
    assert ended.out.endswith("No fault found.\n")


def test_check_names_file_item_rule_and_remedy(siloscope: CommandLine, own: Path) -> None:
    spoil(own / "core.toml", "begin and end?", "begin and end.")
    spoil(own / "kinds" / "data.toml", "VS1 = ", "VX1 = ")
    ended = siloscope("questionnaire", "check", "own")
    assert ended.status == 2
    assert "data.toml: examples.VX1: no such item" in ended.err
    spoil(own / "kinds" / "data.toml", "VX1 = ", "VS1 = ")
    ended = siloscope("questionnaire", "check", "own")
    assert ended.status == 2
    assert "core.toml: VS1: stem: the stem is no question; end it with a question" in ended.err
    assert "1 fault found" in ended.err


def test_check_of_one_file_tells_only_its_faults(siloscope: CommandLine, own: Path) -> None:
    spoil(own / "core.toml", "begin and end?", "begin and end.")
    spoil(own / "modules" / "handoffs.toml", "asked for?", "asked for.")
    ended = siloscope("questionnaire", "check", "own/modules/handoffs.toml")
    assert ended.status == 2
    assert "handoffs.toml: HO1: stem" in ended.err
    assert "core.toml" not in ended.err


def test_check_of_a_file_tells_what_keeps_it_from_being_checked(
    siloscope: CommandLine, own: Path
) -> None:
    spoil(own / "core.toml", 'scale = "value_stream"', 'scale = "flow"')
    ended = siloscope("questionnaire", "check", "own/kinds/network.toml")
    assert ended.status == 2
    assert "core.toml: VS1.scale" in ended.err


def test_check_of_a_folder_that_is_none_says_what_is_missing(siloscope: CommandLine) -> None:
    ended = siloscope("questionnaire", "check", "nowhere")
    assert ended.status == 2
    assert "nowhere: folder: there is no such folder" in ended.err


@pytest.mark.parametrize("kind", ["service-desk", "business-partners"])
def test_preview_writes_a_page_that_stands_alone(siloscope: CommandLine, kind: str) -> None:
    ended = siloscope("questionnaire", "preview", kind, "-m", "pain-points", "-o", "p.html")
    assert ended.status == 0
    assert re.search(r"(21|9) questions, \d+\.\d minutes", ended.out)
    html = (siloscope.folder / "p.html").read_text(encoding="utf-8")
    assert html.count('type="radio"') == 7 * html.count("<fieldset")
    assert not re.search(r"<(script|link|img)", html)
    assert ("<textarea" in html) is (kind == "service-desk")


@pytest.mark.usefixtures("shared_fonts")
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_its_paper_form(siloscope: CommandLine, kind: str) -> None:
    modules = [word for m in ("handoffs", "conditions", "pain-points") for word in ("-m", m)]
    assert siloscope("questionnaire", "preview", kind, *modules, "-o", "p.pdf").status == 0
    pages = PdfReader(siloscope.folder / "p.pdf").pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    title, ask = KINDS[kind], "this IT group" if kind in MIRRORS else "my group"
    assert title in text
    assert text.count("I cannot say") == (9 if kind in MIRRORS else 36)
    assert ask in text


@pytest.mark.usefixtures("shared_fonts")
def test_preview_writes_a_paper_form_with_all_statements(siloscope: CommandLine) -> None:
    modules = [word for m in ("handoffs", "conditions", "pain-points") for word in ("-m", m)]
    ended = siloscope("questionnaire", "preview", "network", *modules, "--form", "4", "-o", "p.pdf")
    assert ended.status == 0
    assert "36 questions" in ended.out
    pages = PdfReader(siloscope.folder / "p.pdf").pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Network and telecom services" in text
    assert "form 4" in text
    assert "Which task or process in daily work could be done better" in text
    assert "My group:" in text
    first = text.index("My group's job begins and ends with")
    last = text.index("My group's job covers the path to subscribers")
    assert (first < last) is PATTERNS[3][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("preview", "cobol"), "There is no kind 'cobol'; choose from: applications"),
        (("preview", "data", "-m", "x"), "There is no module 'x'; choose from: conditions"),
        (("preview", "data", "-o", "p.doc"), "must end in .html (as on screen) or .pdf"),
        (("preview", "data", "-o", "no/p.pdf"), "there is no folder no"),
        (("preview", "data", "--language", "fr"), "core.fr.toml: file: is missing"),
        (("preview", "data", "--questionnaires", "no"), "there is no such folder"),
        (("compare", "no", "no"), "there is no such folder"),
        (("preview", "data", "--language", "../x"), "is no language; write one such as de"),
        (("copy", "."), "exists already; name a new folder"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(
    siloscope: CommandLine, words: tuple[str, ...], said: str
) -> None:
    ended = siloscope("questionnaire", *words)
    assert ended.status == 2
    assert said in ended.err


def test_compare_gives_each_item_a_verdict(siloscope: CommandLine, own: Path) -> None:
    assert siloscope("questionnaire", "copy", "next").status == 0
    same = siloscope("questionnaire", "compare", "own", "next")
    assert same.status == 0
    assert "36 items are the same" in same.out
    spoil(siloscope.folder / "next" / "core.toml", 'facet = "hand-offs"', 'facet = "tools"')
    ended = siloscope("questionnaire", "compare", "own", "next")
    assert ended.status == 2
    assert "VS2: not comparable: the facet was hand-offs and is tools" in ended.out
    assert own.exists()


def test_the_documents_example_can_be_checked_previewed_and_asked(
    siloscope: CommandLine, own: Path
) -> None:
    (own / "modules" / "meetings.toml").write_text(example("modules/meetings.toml"), "utf-8")
    assert siloscope("questionnaire", "check", "own").status == 0
    with_it = ("--questionnaires", "own", "-m", "meetings")
    ended = siloscope("questionnaire", "preview", "data", *with_it, "-o", "p.html")
    assert "22 questions" in ended.out
    assert siloscope(*GOOD, *with_it).status == 0
    with siloscope.store() as store, store.reading() as work:
        (organisation,) = work.organisations.all()
        (assessment,) = work.assessments.of(organisation.id)
        (wave,) = work.waves.of(assessment.id)
        asked = work.instruments.get(wave.instrument_digest)
    assert [module.id for module in asked.modules] == ["meetings"]
    assert asked.item_ids[-1] == "MT1"


def test_the_documents_table_of_forms_is_the_one_that_is_drawn() -> None:
    rows = re.findall(r"\| (\d) \| (\w+) \| (\w+) \| (\w+) \|", DOCUMENT.read_text("utf-8"))
    words = {False: "falls", True: "rises"}
    assert rows == [
        (str(form), *(words[up] for up in pattern)) for form, pattern in enumerate(PATTERNS, 1)
    ]


def test_launch_asks_in_the_wording_and_language_chosen(siloscope: CommandLine, own: Path) -> None:
    spoil(own / "core.toml", 'version = "2026.2"', 'version = "own.1"')
    spoil(own / "core.toml", "My group's job begins", "I begin")
    ended = siloscope(*GOOD, "--questionnaires", "own")
    assert ended.status == 0
    assert "not kept; see “siloscope questionnaire check own”" in ended.err
    with siloscope.store() as store, store.reading() as work:
        (organisation,) = work.organisations.all()
        (assessment,) = work.assessments.of(organisation.id)
        (wave,) = work.waves.of(assessment.id)
        asked = work.instruments.get(wave.instrument_digest)
    assert (asked.version, asked.language, asked.modules) == ("own.1", "en", ())
