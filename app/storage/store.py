"""The storage of one installation: its database, the keys of open waves, the ballot box."""

from pathlib import Path
from typing import Self

from sqlalchemy import Engine
from sqlmodel import col, select

from app.storage.audit_head import AuditHead
from app.storage.ballot_box import BallotBox
from app.storage.ballot_reader import BallotReader
from app.storage.database import create_database_engine, empty_log, settle_ballots
from app.storage.installation_key import InstallationKey
from app.storage.schema import ensure_ours, migrate
from app.storage.turnout import Turnout
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import WaveKeys, forbid_dumps
from app.storage.workspace_tables import AuditEntry


class Store:
    """Everything that is kept. Open one per process; it is safe to use from many threads."""

    def __init__(self, engine: Engine, secrets: Path, wave_keys: WaveKeys | None = None) -> None:
        self.engine = engine
        self.wave_keys = wave_keys or WaveKeys(secrets)
        self.installation_key = InstallationKey(secrets)
        self.audit_head = AuditHead(secrets)
        self.turnout = Turnout(self.wave_keys)
        self.ballot_box = BallotBox(engine, self.wave_keys)
        self.ballot_reader = BallotReader(engine)

    @classmethod
    def open(cls, url: str, secrets: Path, wave_keys: WaveKeys | None = None) -> Self:
        """Open the database at `url`, bring its schema up to date, and find the keys.

        `secrets` holds the installation's key, and those of waves if no other folder is named;
        keys of waves that an older version kept there are taken over. Raises SchemaNotOurs,
        KeysNotSafe, and InstallationKeyLost: another key would silently make the log and all
        second factors worthless.
        """
        forbid_dumps()
        store = cls(create_database_engine(url), secrets, wave_keys)
        try:
            store._prepare()
            store.wave_keys.adopt(secrets)
        except BaseException:
            store.close()
            raise
        return store

    def _prepare(self) -> None:
        migrate(self.engine)
        ensure_ours(self.engine)
        with self.engine.connect() as connection:
            is_in_use = connection.execute(select(col(AuditEntry.number)).limit(1)).first()
        if is_in_use:
            self.installation_key.ensure_kept()

    def reading(self) -> UnitOfWork:
        """Return a unit of work that only reads."""
        return UnitOfWork(self.engine, self.turnout)

    def writing(self) -> UnitOfWork:
        """Return a unit of work that may commit."""
        return UnitOfWork(self.engine, self.turnout, writing=True, audit_head=self.audit_head)

    def empty_log(self) -> bool:
        """Empty the log of an embedded database; False if another program that reads keeps it."""
        return empty_log(self.engine)

    def settle_ballots(self) -> None:
        """See to it that opening a link changes nothing on a ballot, not even a mark of reading."""
        settle_ballots(self.engine)

    def describe(self) -> str:
        """Return which database it is, without any password."""
        dialect = self.engine.dialect
        version = ".".join(str(part) for part in dialect.server_version_info or ())
        return f"{dialect.name} {version}".strip()

    def close(self) -> None:
        """Finish what waits and let the database go."""
        self.ballot_box.close()
        self.ballot_reader.close()
        self.engine.dispose()
