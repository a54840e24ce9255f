"""Every sentence of pages and reports can be said in another language, with nothing hard-wired."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import httpx
import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from markupsafe import Markup

from app import language
from app.advice.handoffs import BASIS as HANDOFF_BASIS
from app.advice.levels import load_advice
from app.advice.topics import load_topics
from app.language import gettext, listed, ngettext, say_date, speaking, translations
from app.mailing.mail_page import html_of
from app.rendering import render
from app.reports.letters import Letter, LettersPage
from app.reports.pdf import report_html
from app.storage.store import Store
from app.usecases.access import grant_access
from app.usecases.invitations import sample_mail
from app.usecases.launches import launch_assessment
from app.usecases.plans import new_plan
from app.usecases.results import report_of, view_results
from app.usecases.waves import close_wave
from tests.builders import NOW, all_at, codes_of, instrument, roster
from tests.web.test_results import sign_in

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "locale" / "siloscope.pot"
#: A real language, so that plurals and dates are known; its sentences are English in brackets.
BRACKETED = "eo"
#: Signs of statistics, which are the same in all languages, and names of ours.
SIGNS = re.compile(r"\b(n|p|F|SE|alpha|omega|r\*?|Siloscope|siloscope close \w+)\b|ICC\(\d\)")


@pytest.fixture
def bracketed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a language in which every sentence stands in brackets."""
    with TEMPLATE.open("rb") as written:
        template = pofile.read_po(written)
    said = Catalog(locale=BRACKETED)
    for message in template:
        if isinstance(message.id, tuple):
            said.add(message.id, tuple(f"⟦{text}⟧" for text in message.id), flags=message.flags)
        elif message.id:
            said.add(message.id, f"⟦{message.id}⟧", flags=message.flags)
    file = tmp_path / "siloscope.po"
    with file.open("wb") as out:
        pofile.write_po(out, said)
    original = language.catalogue_file
    monkeypatch.setattr(
        language, "catalogue_file", lambda name: file if name == BRACKETED else original(name)
    )
    language._catalogue.cache_clear()


class Visible(HTMLParser):
    """What a person sees or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag in ("style", "script")
        self.texts += [value or "" for name, value in attrs if name in ("aria-label", "alt")]

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def hard_wired(html: str, known: list[str]) -> str:
    """Return the words of a page that stand in no bracket and are none of the known texts."""
    page = Visible()
    page.feed(html)
    text = re.sub(r"\s+", " ", " ".join(page.texts)).lower()
    for words in sorted({word.lower() for word in known if word}, key=len, reverse=True):
        text = text.replace(words, "")
    outside, depth = [], 0
    for sign in text:
        depth += (sign == "⟦") - (sign == "⟧")
        outside.append(sign if depth == 0 else " ")
    left = SIGNS.sub("", re.sub(SIGNS.pattern.lower(), "", "".join(outside)))
    return " ".join(" ".join(re.findall(r"[^\W\d_]{2,}[^⟧]*", left)).split())


def texts_of(value: object) -> list[str]:
    """All texts inside a value of pydantic."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts_of(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in texts_of(part)]
    return []


def known_texts() -> list[str]:
    asked = instrument("handoffs", "conditions", "pain-points")
    advice = load_advice().model_dump()
    names = ["Acme", "ERP", "Applications", "Development", "Operations", "Data centre", "Security"]
    topics = [topic.model_dump() for topic in load_topics()]
    found = texts_of(advice) + texts_of(asked.model_dump()) + texts_of(topics) + [HANDOFF_BASIS]
    # Short ones, such as "en", are parts of other words.
    return [*names, "Sales", *(text.rstrip(".") for text in found if len(text) > 4)]


def launch_bracketed(store: Store):  # type: ignore[no-untyped-def]
    asked = instrument("handoffs", "conditions", "pain-points")
    foreign = asked.model_copy(update={"language": BRACKETED})
    return launch_assessment(store, roster(partners=6), "Acme", foreign, NOW, Random(1))


@pytest.mark.anyio
@pytest.mark.usefixtures("bracketed")
async def test_no_page_of_a_respondent_has_a_sentence_of_its_own(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch_bracketed(sqlite_store)
    known = known_texts()
    for unit, last in (("ERP", 6), ("Sales", 3)):
        code, other = codes_of(wave, unit)[:2]
        fields = {"code": code, "form": "f", "VS4": "3"}
        steps = [("/s", {"code": code})]
        steps += [("/s/questions", fields | {"go": str(n)}) for n in range(1, last + 1)]
        steps += [("/s/send", fields | {"VS4": "9"}), ("/s/send", fields | {"VS4": ""})]
        steps += [("/s/send", fields), ("/s/send", fields | {"asked": "1"})]
        steps += [("/s", {"code": code})]
        for path, form in steps:
            page = await client.post(path, data=form)
            assert f'<html lang="{BRACKETED}">' in page.text
            assert hard_wired(page.text, known) == ""
        page = await client.post("/s", data={"code": other})
        assert "⟦" in page.text
    close_wave(sqlite_store, wave.wave_id, NOW)
    page = await client.post("/s", data={"code": codes_of(wave, "ERP")[2]})
    assert page.status_code == 410
    assert hard_wired(page.text, known) == ""


@pytest.mark.anyio
@pytest.mark.usefixtures("bracketed", "shared_fonts")
async def test_results_and_report_speak_the_language_of_the_wave(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch_bracketed(sqlite_store)
    chance = Random(5)
    for number, invitation in enumerate(wave.invitations):
        answers = {item: chance.choice("12345?") for item in all_at(3, instrument().item_ids)}
        if number % 3:
            answers |= {f"CL{n}": chance.choice("234") for n in range(1, 10)} | {"PL1": "3"}
        form = {"code": invitation.code, "form": "f", "asked": "1", "PAIN": "Ŝanĝo", **answers}
        assert (await client.post("/s/send", data=form)).status_code == 200
    close_wave(sqlite_store, wave.wave_id, NOW)
    known = [*known_texts(), "Ŝanĝo"]
    report = report_html(report_of(view_results(sqlite_store, wave.wave_id)))
    sources = r'<p class="sources">.*?</p>'
    assert hard_wired(re.sub(sources, "", report), known) == ""
    await sign_in(client, grant_access(sqlite_store, Random(1), wave.wave_id))
    for way in ("results", "scope", "scope?topic=demand-delivery&reach=4"):
        page = (await client.get(f"/waves/{wave.wave_id}/{way}")).text
        assert hard_wired(page, known) == ""


@pytest.mark.anyio
@pytest.mark.usefixtures("bracketed")
async def test_mails_letters_and_the_participants_sheet_speak_the_language_of_the_wave(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch_bracketed(sqlite_store)
    known = [*known_texts(), "Ann", "Alex Example", "http://127.0.0.1", "examp"]
    page = await client.get(f"/sheet/{wave.wave_id}")
    assert f'<html lang="{BRACKETED}">' in page.text
    assert hard_wired(page.text, known) == ""
    plan = new_plan(BRACKETED, "Ann")
    for text in (plan.invitation, plan.reminder):
        mail = sample_mail(plan, text, "http://127.0.0.1", "Acme", "ERP", 9)
        assert hard_wired(html_of(mail), known) == ""
    letter = Letter(
        "Acme", "ERP", "Ann", "X", "http://127.0.0.1", "", "http://127.0.0.1", None, 9, 5
    )
    for one in (letter, replace(letter, name="", seats=4)):
        with speaking(BRACKETED):
            html = render(LettersPage(letters=(one,), css=Markup(), language=BRACKETED))
        assert hard_wired(html, known) == ""


@pytest.mark.usefixtures("bracketed")
def test_the_search_for_hard_wired_words_finds_one() -> None:
    assert hard_wired("<p>⟦Said well⟧ and <b>not so</b></p>", []) == "and not so"
    assert hard_wired("<p>⟦Said ⟦well⟧ here⟧ 12 · ERP</p>", ["ERP"]) == ""
    assert hard_wired('<p aria-label="Bare">⟦x⟧</p>', []) == "bare"


def test_the_template_for_translators_is_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    out = tmp_path / "new.pot"
    flags = "-q extract -F pyproject.toml --no-location --sort-output --omit-header -k _ -k N_ -o"
    CommandLineInterface().run(["pybabel", *flags.split(), str(out), "."])  # type: ignore[no-untyped-call]
    assert TEMPLATE.read_text("utf-8") == out.read_text("utf-8"), "run make messages"


def test_what_is_not_translated_stays_english() -> None:
    with speaking("xx"):
        assert gettext("%(n)s of %(m)s", n=1, m=2) == "1 of 2"
        assert ngettext("one", "%(num)s", 3) == "3"
        assert say_date(NOW.date()) == "4 May 2026"
    assert translations()[0] == "en"


def test_dates_are_written_as_the_language_writes_them() -> None:
    with speaking("de"):
        assert say_date(NOW.date()) == "4. Mai 2026"
    assert say_date(NOW.date()) == "4 May 2026"


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_names_are_listed_as_one_reads_them(names: list[str], said: str) -> None:
    assert listed(names) == said
