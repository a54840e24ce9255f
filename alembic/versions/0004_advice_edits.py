"""what a consultant changed in the advice"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "advice_edit",
        sa.Column("wave_id", STRING(), nullable=False),
        sa.Column("key", STRING(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("author", STRING(), nullable=False),
        sa.Column("edited_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_advice_edit_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "key", name=op.f("pk_advice_edit")),
    )


def downgrade() -> None:
    op.drop_table("advice_edit")
