"""The migrations lead to the models, and back, on both databases."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.resources import resource
from app.storage.database import WRITES, create_database_engine
from app.storage.schema import SchemaNotOurs, alembic_config, ensure_ours, migrate
from app.storage.store import Store

#: The revisions that have landed, by the start of their SHA-256. They are never edited: whoever
#: ran one has what it made, and a revision that says otherwise later misses it.
LANDED = {
    "0001_first_tables": "8cba9d37d8d18533",
    "0002_ledger": "cfa130f9b90b576a",
    "0003_comments_mirrors_marks": "fa4e55fa0a2a9f87",
    "0004_advice_edits": "a706e5ef7a18349f",
    "0005_workspace": "9f58118aa7e33254",
    "0006_invitees": "f10d5267ecff6435",
    "0007_sealed_answers": "f4cbe0639ea75f83",
    "0008_no_plain_answers": "31a0c5e9314c3b02",
    "0009_jobs_that_are_due": "1e12e100cbde1672",
    "0010_kept_time": "9b485773e9ca51bc",
}


def _check(url: str) -> None:
    engine = create_database_engine(url)
    try:
        with engine.connect().execution_options(**{WRITES: True}) as connection:
            command.check(alembic_config(connection))
    finally:
        engine.dispose()


def test_the_models_are_what_the_migrations_make(database_url: str) -> None:
    _check(database_url)


def test_a_model_change_without_a_migration_is_noticed(database_url: str) -> None:
    engine = create_database_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE wave ADD COLUMN forgotten INTEGER")
    engine.dispose()
    with pytest.raises(Exception, match="New upgrade operations"):
        _check(database_url)


def test_every_revision_goes_down_and_up_again(database_url: str) -> None:
    engine = create_database_engine(database_url)
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
        revisions = [revision.revision for revision in script.walk_revisions()]
        for revision in [*revisions[1:], "base"]:
            command.downgrade(alembic_config(connection), revision)
        connection.commit()
        assert inspect(connection).get_table_names() == ["alembic_version"]
    migrate(engine)
    engine.dispose()
    _check(database_url)


def test_no_landed_revision_is_edited_and_each_is_listed() -> None:
    files = sorted(resource("alembic").glob("versions/*.py"))
    found = {file.stem: sha256(file.read_bytes()).hexdigest()[:16] for file in files}
    assert found == LANDED


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER TABLE wave ADD COLUMN forgotten INTEGER", "column wave.forgotten is too many"),
        ("ALTER TABLE assessment DROP COLUMN name", "column assessment.name is missing"),
        ("DROP TABLE invitee", "table invitee is missing"),
        ("CREATE TABLE another (id INTEGER PRIMARY KEY)", "table another is too many"),
    ],
)
def test_a_store_with_other_tables_does_not_open(
    database_url: str, tmp_path: Path, change: str, said: str
) -> None:
    engine = create_database_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(change)
    engine.dispose()
    with pytest.raises(SchemaNotOurs, match=re.escape(said)):
        Store.open(database_url, tmp_path / "keys")


def test_a_column_of_another_type_is_told(database_url: str) -> None:
    engine = create_database_engine(database_url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE wave ALTER COLUMN k TYPE TEXT USING k::text")
        with pytest.raises(SchemaNotOurs, match=r"wave\.k: type differs"):
            ensure_ours(engine)
    engine.dispose()


def test_what_a_newer_version_made_is_refused_unchanged(database_url: str, tmp_path: Path) -> None:
    engine = create_database_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaNotOurs, match="revision 9999, which a newer version"):
        Store.open(database_url, tmp_path / "keys")
    with engine.connect() as connection:
        (kept,) = connection.exec_driver_sql("SELECT version_num FROM alembic_version").one()
    assert kept == "9999"
    engine.dispose()


def test_a_database_of_each_landed_revision_opens(database_url: str, tmp_path: Path) -> None:
    engine = create_database_engine(database_url)
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
        revisions = [one.revision for one in script.walk_revisions()]
    for revision in [*revisions[1:], "base"]:
        with engine.connect().execution_options(**{WRITES: True}) as connection:
            command.downgrade(alembic_config(connection), revision)
            connection.commit()
        if revision != "base":
            with pytest.raises(SchemaNotOurs):
                ensure_ours(engine)
        Store.open(database_url, tmp_path / "keys").close()
    engine.dispose()
