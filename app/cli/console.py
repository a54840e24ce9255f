"""What all commands share: where they print, the settings, the store, faults in a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError
from rich.console import Console
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.mailing.server import BadServer, MailServer
from app.main import store_of
from app.settings import Settings
from app.storage.store import Store
from app.usecases.addresses import email_fault
from app.usecases.errors import SiloscopeError, UnknownWave
from app.usecases.table_rows import FaultyTable

# Names of groups and files are printed as they are, whatever Rich would make of brackets.
say = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
complain = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

#: Settings of earlier versions.
GIVEN_UP = ("MIX_EVERY",)

DATABASES = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


class BadInput(SiloscopeError):
    """Something on the command line, or in the environment, cannot be used."""


def read_settings() -> Settings:
    """Return the settings of the environment. Raises BadInput."""
    _check_names()
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"SILOSCOPE_{first['loc'][0]}".upper()
        raise BadInput(f"{name}={first['input']} cannot be used: {first['msg']}.") from error
    _check_database(settings.database_url)
    _check_keys(settings)
    if not 0 < settings.port < 65536:
        raise BadInput(f"SILOSCOPE_PORT={settings.port} is no port; choose one up to 65535.")
    _check_address(settings.public_url)
    _check_mail(settings)
    return settings


def _check_names() -> None:
    """A misspelt setting would else be one that is not set, without a word."""
    prefix = "SILOSCOPE_"
    known = sorted(name.upper() for name in Settings.model_fields)
    for name in sorted(os.environ):
        own = name.upper().removeprefix(prefix)
        if name.upper().startswith(prefix) and own in GIVEN_UP:
            complain.print(f"{name} has no use any more and is ignored; remove it.")
            continue
        if name.upper().startswith(prefix) and own not in known:
            near = get_close_matches(own, known, 1)
            hint = f"{prefix}{near[0]} may be meant" if near else f"known are {', '.join(known)}"
            raise BadInput(f"{name} is no setting of Siloscope; {hint}.")


def _check_keys(settings: Settings) -> None:
    data = settings.data.resolve()
    for name, folder in (("", settings.wave_keys), ("_MIRROR", settings.keys_mirror)):
        if folder is not None and folder.resolve().is_relative_to(data):
            raise BadInput(
                f"SILOSCOPE_KEYS{name}={folder} lies inside the data folder, and a backup of it "
                "would take the keys of open waves along; name a folder outside."
            )


def _check_mail(settings: Settings) -> None:
    if not settings.mail:
        return
    try:
        MailServer.read(settings.mail)
    except BadServer as error:
        # Without its value, which may hold a password.
        raise BadInput(f"SILOSCOPE_MAIL cannot be used. {error}") from error
    if fault := email_fault(settings.mail_from):
        raise BadInput(
            "SILOSCOPE_MAIL_FROM must be the address that mail comes from: "
            f"“{settings.mail_from}” {fault}"
        )


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and not parts.path
        parts.port  # noqa: B018 - a port that is no number is found only when it is read
    except ValueError:
        usable = False
    if not usable or urlsplit(address).query or urlsplit(address).fragment:
        raise BadInput(
            f"SILOSCOPE_BASE_URL={address} cannot be used: write https://host, without a path; "
            "the site needs a host name of its own."
        )


def _check_database(address: str) -> None:
    try:
        url = make_url(address)
        lasts = url.drivername in DATABASES and url.database not in (None, "", ":memory:")
    except (ArgumentError, ValueError):
        lasts = False
    if not lasts:
        # Without its value, which may hold a password.
        raise BadInput(
            "SILOSCOPE_DATABASE is no address of a lasting database; write "
            "sqlite:////path/to/file or postgresql://user:password@host/database."
        )


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open the store for one command."""
    store = store_of(settings)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def faults_named(file: Path, undone: str = "written") -> Iterator[None]:
    """Print every fault of a table before the command is refused."""
    try:
        yield
    except FaultyTable as error:
        for fault in error.faults:
            complain.print(f"{file.name}, {fault}")
        faults = count(len(error.faults), "fault", "faults")
        raise BadInput(f"{faults} in {file}; nothing was {undone}.") from error


def read_file(file: Path) -> bytes:
    """Return a file's content. Raises BadInput."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error


def count(number: int, one: str, many: str) -> str:
    """Return a number with the word for one or for many."""
    return f"{number} {one if number == 1 else many}"


def wave_id(text: str) -> str:
    """Return a wave's id as it was meant. Raises UnknownWave."""
    # Ids are hexadecimal; not every database takes what a terminal can send.
    if not (text.isascii() and text.isprintable()):
        raise UnknownWave(text)
    return text.strip().lower()


def check_output(output: Path) -> None:
    """Find before the work, not after it, that a report has no place to go."""
    if output.is_dir():
        raise BadInput(f"{output} is a folder; name a file in it.")
    if not output.parent.is_dir():
        raise BadInput(f"{output} cannot be written: there is no folder {output.parent}.")
