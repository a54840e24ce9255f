"""The storage of one installation: its database, the keys of open waves, the ballot box."""

from pathlib import Path
from typing import Self

from sqlalchemy import Engine
from sqlmodel import col, select

from app.storage import traces
from app.storage.audit_head import AuditHead
from app.storage.ballot_box import BallotBox
from app.storage.ballot_reader import BallotReader
from app.storage.database import create_database_engine
from app.storage.installation_key import InstallationKey
from app.storage.linkage import files_of
from app.storage.schema import ensure_ours, migrate
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import WaveKeys
from app.storage.workspace_tables import AuditEntry


class Store:
    """Everything that is kept. Open one per process; it is safe to use from many threads."""

    def __init__(self, engine: Engine, secrets: Path, wave_keys: WaveKeys | None = None) -> None:
        self.engine = engine
        self.wave_keys = wave_keys or WaveKeys(secrets)
        self.installation_key = InstallationKey(secrets)
        self.audit_head = AuditHead(secrets)
        self.ballot_box = BallotBox(engine)
        self.ballot_reader = BallotReader(engine)

    @classmethod
    def open(cls, url: str, secrets: Path, wave_keys: WaveKeys | None = None) -> Self:
        """Open the database at `url`, bring its schema up to date, and find the keys.

        `secrets` holds the installation's key, and those of waves if no other folder is named;
        keys of waves that an older version kept there are taken over. Raises SchemaNotOurs,
        KeysNotSafe, and InstallationKeyLost: another key would silently make the log and all
        second factors worthless.
        """
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
        return UnitOfWork(self.engine)

    def writing(self) -> UnitOfWork:
        """Return a unit of work that may commit."""
        return UnitOfWork(self.engine, writing=True, audit_head=self.audit_head)

    def clear_traces(self) -> bool:
        """Remove what ties a ballot to the sheet that was staged with it.

        Return False if another program that reads the database's file kept some of it.
        """
        return traces.clear_traces(self.engine)

    def has_log(self) -> bool:
        """Return whether the log of an embedded database holds anything."""
        logs = [file for file in files_of(self.engine) if file.name.endswith("-wal")]
        return any(file.stat().st_size for file in logs)

    def forget_order(self, wave_id: str) -> None:
        """Remove, at a wave's close, the order in which its rows were written."""
        traces.forget_order(self.engine, wave_id)

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
