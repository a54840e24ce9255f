"""Fixtures: both databases for every storage test, a site over HTTP, a site in a browser."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import httpx
import hypothesis
import pytest

from app.main import create_app
from app.reports.fonts import font_configuration
from app.settings import Settings
from app.storage.database import create_database_engine
from app.storage.schema import migrate
from app.storage.store import Store
from tests.builders import NOW, roster_text
from tests.cli.command_line import CommandLine
from tests.postgres import TEMPLATE, PostgresServer, postgres_server

_number = count()

# Properties are judged by what they find, not by how busy the machine is. Here, before any test is
# read: a profile holds for the tests that are read after it. What CI tries is the same each time.
hypothesis.settings.register_profile(
    "siloscope",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("siloscope")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a site of their own."""
    for name in [name for name in os.environ if name.startswith("SILOSCOPE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def whole_garbage() -> Iterator[None]:
    """A command calms the search for garbage; ours has to find what tests left open."""
    usual = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*usual)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the run, with a migrated database to copy."""
    with postgres_server() as server:
        server.execute(f"CREATE DATABASE {TEMPLATE}")
        engine = create_database_engine(server.url(TEMPLATE))
        migrate(engine)
        engine.dispose()
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = create_database_engine(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    file = tmp_path / "siloscope.sqlite"
    file.write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    name = f"test_{next(_number)}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    yield postgres.url(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database; each test that takes it runs on both engines."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """A store on each of the two engines."""
    yield from _store(database_url, tmp_path)


@pytest.fixture
def sqlite_store(sqlite_url: str, tmp_path: Path) -> Iterator[Store]:
    """A store where the engine makes no difference."""
    yield from _store(sqlite_url, tmp_path)


def _store(url: str, folder: Path) -> Iterator[Store]:
    store = Store(create_database_engine(url), folder / "keys")
    yield store
    store.close()


@pytest.fixture(scope="session")
def report_fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report's fonts, made once for the run: that takes seconds."""
    return font_configuration(tmp_path_factory.mktemp("report"))


@pytest.fixture
def shared_fonts(report_fonts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports of this test use the fonts of the run, whatever their data folder."""
    monkeypatch.setattr("app.reports.pdf.font_configuration", lambda _folder: report_fonts)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database="", base_url="http://127.0.0.1")


@pytest.fixture
async def client(sqlite_store: Store, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The whole site over HTTP, without a network; time stands still at NOW."""
    app = create_app(settings, sqlite_store, now=lambda: NOW)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        yield browser


@pytest.fixture
def siloscope(
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    """The command in a folder with a migrated database and a good roster."""
    (tmp_path / "roster.csv").write_text(roster_text(), encoding="utf-8")
    return CommandLine(tmp_path, monkeypatch, capsys)
