"""the next job that is due is found by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FOR_ACCOUNTS = sa.text("wave_id IS NULL")


def upgrade() -> None:
    op.create_index("ix_job_due", "job", ["queue", "state", "run_at", "key"])
    op.create_index(
        "ix_job_due_for_accounts",
        "job",
        ["queue", "state", "run_at", "key"],
        sqlite_where=FOR_ACCOUNTS,
        postgresql_where=FOR_ACCOUNTS,
    )
    op.drop_index("ix_job_queue", "job")


def downgrade() -> None:
    op.create_index("ix_job_queue", "job", ["queue"])
    op.drop_index("ix_job_due_for_accounts", "job")
    op.drop_index("ix_job_due", "job")
