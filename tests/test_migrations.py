"""The migrations lead to the models, and back, on both databases."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.storage.database import WRITES, alembic_config, create_database_engine, migrate


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
