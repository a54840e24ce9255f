"""The language that pages, mails and reports speak: gettext, from the .po files in `locale/`.

English is in the code and the templates. A translation is one file more,
`locale/de/LC_MESSAGES/siloscope.po`; nothing has to be compiled and no code changes.
"""

import gettext as gnu
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.units import format_unit

from app.resources import resource

ENGLISH: Final = "en"
DOMAIN: Final = "siloscope"

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything inside the block in a language; what is not translated stays English."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """Return the language that is spoken now, such as "en"."""
    return _spoken.get()


def gettext(message: str, /, **values: object) -> str:
    """Return a message in the language spoken, with `%(name)s` filled from `values`."""
    return _catalogue(_spoken.get()).gettext(message) % values


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Return the form of a message for a number, which it may name as `%(num)s`."""
    said = _catalogue(_spoken.get()).ngettext(one, many, number)
    return said % {"num": number, **values}


def N_(message: str) -> str:  # noqa: N802 - the name by which extractors know it
    """Mark a text for translation where it is written; it is translated where it is used."""
    return message


def template_gettext(message: str) -> str:
    """Return a message with its places still open: the template fills them, and escapes."""
    return _catalogue(_spoken.get()).gettext(message)


def template_ngettext(one: str, many: str, number: int) -> str:
    """Return the form for a number with its places still open, for templates."""
    return _catalogue(_spoken.get()).ngettext(one, many, number)


def say_date(day: date) -> str:
    """Return a date in words as the language writes it, e.g. "4 May 2026"."""
    return _date_in_words(day, _spoken.get())


@lru_cache
def _date_in_words(day: date, language: str) -> str:
    return format_date(day, "long", locale=_locale(language))


def say_span(span: timedelta) -> str:
    """Return a span of time in words, rounded to days or hours, e.g. "400 days"."""
    days, hours = (round(abs(span) / timedelta(hours=one)) for one in (24, 1))
    unit, count = ("duration-day", days) if days > 1 else ("duration-hour", hours)
    return format_unit(count, unit, locale=_locale(_spoken.get()))


def tidy_text(text: str) -> str:
    """Return what somebody typed with line ends of one kind and nothing that cannot be seen.

    Other spaces become plain ones; joiners stay, since whole scripts need them.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = (" " if c.isspace() and c != "\n" else c for c in lines)
    return "".join(c for c in plain if c.isprintable() or c in "\n\u200c\u200d").strip()


def listed(names: list[str]) -> str:
    """Return names as one reads them: "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return gettext("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def uncapitalised(text: str) -> str:
    """Return a sentence's text as it reads in the middle of another one."""
    return text[0].lower() + text[1:]


@lru_cache
def translations() -> tuple[str, ...]:
    """Return the languages that `locale/` has sentences for, English first."""
    files = sorted(catalogue_file("*").parent.parent.parent.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return (ENGLISH, *(file.parent.parent.name for file in files))


def catalogue_file(language: str) -> Path:
    """Return where the sentences of a language are written."""
    return resource("locale") / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@lru_cache
def _catalogue(language: str) -> gnu.NullTranslations:
    file = catalogue_file(language)
    if language == ENGLISH or not file.exists():
        return gnu.NullTranslations()
    with file.open("rb") as written:
        messages = read_po(written, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


@lru_cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse("en_GB" if language == ENGLISH else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
