"""Runs the migrations on the connection that the caller brings, or on SILOSCOPE_DATABASE."""

from alembic import context

from app.storage.schema import COMPARED
from app.storage.workspace_tables import METADATA


def _run(connection: object) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        **COMPARED,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    _run(connection)
else:
    from app.settings import Settings
    from app.storage.database import create_database_engine

    with create_database_engine(Settings().database_url).connect() as own:
        _run(own)
        own.commit()
