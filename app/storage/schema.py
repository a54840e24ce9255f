"""The schema of a database: brought up to date, and compared with what the code expects."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from app.resources import resource
from app.storage.database import WRITES
from app.storage.workspace_tables import METADATA

#: Any number: the lock under which one of several starting processes migrates PostgreSQL.
MIGRATION_LOCK = 5_311_205

#: How alembic compares a database with the models.
COMPARED = {"compare_type": True, "compare_server_default": True}


class SchemaNotOurs(Exception):
    """The tables of a database are not those that this version of Siloscope works with."""


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision; several processes may start at once.

    Raises SchemaNotOurs for a database that a newer version has changed.
    """
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        config = alembic_config(connection)
        _refuse_unknown(connection, ScriptDirectory.from_config(config))
        command.upgrade(config, revision)
        connection.commit()


def ensure_ours(engine: Engine) -> None:
    """Make sure that the tables are those of the models. Raises SchemaNotOurs.

    A database that was changed by hand, or made by a revision that was edited later, would
    else start without a word and fail at the first page that needs what is not there.
    """
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={**COMPARED})
        differences = [_in_words(one) for one in compare_metadata(context, METADATA)]
    if differences:
        raise SchemaNotOurs(
            "The tables of the database are not those of this version: "
            f"{'; '.join(dict.fromkeys(differences))}. Nothing was changed. Put back the backup "
            "that was made before the last upgrade and upgrade again; if the tables were changed "
            "by hand, undo that."
        )


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for work on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(resource("alembic")))
    config.attributes["connection"] = connection
    return config


def _refuse_unknown(connection: Connection, script: ScriptDirectory) -> None:
    ours = {revision.revision for revision in script.walk_revisions()}
    found = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := sorted(found - ours):
        raise SchemaNotOurs(
            f"The database is at revision {unknown[0]}, which a newer version of Siloscope made. "
            "Nothing was changed. Start the newer version again, or put back a backup that was "
            "made before it."
        )


def _in_words(difference: object) -> str:
    """One difference, such as "column wave.forgotten is too many"."""
    while isinstance(difference, list):  # several changes of one column
        difference = difference[0]
    if not isinstance(difference, tuple):
        return str(difference)
    kind, *what = difference
    part, name = kind.rpartition("_")[2], _name(what)
    if kind.startswith("add_"):
        return f"{part} {name} is missing"
    if kind.startswith("remove_"):
        return f"{part} {name} is too many"
    return f"{name}: {kind.removeprefix('modify_')} differs"


def _name(what: list[object]) -> str:
    """The table, or the table and the column, of a difference."""
    first = what[0]
    if getattr(first, "name", None):
        table = getattr(getattr(first, "table", None), "name", "")
        return f"{table}.{first.name}" if table else str(first.name)  # type: ignore[attr-defined]
    named = [str(getattr(one, "name", one)) for one in what[1:3]]
    return ".".join(named)
