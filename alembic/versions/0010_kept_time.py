"""the time as the site last knew it"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TIME = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "kept_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_time")),
    )


def downgrade() -> None:
    op.drop_table("kept_time")
