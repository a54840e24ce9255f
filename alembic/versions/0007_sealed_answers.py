"""sealed answers: the tables that they need, beside those of plain ones

Revision 0008 drops the plain ones. Between the two, `app.storage.upgrade` seals what is in them,
with keys that no revision could write.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "spent",
        sa.Column("wave_id", STRING(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "mark", name=op.f("pk_spent")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed",
        sa.Column("wave_id", STRING(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("kem", sa.LargeBinary(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "id", name=op.f("pk_sealed")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_comment",
        sa.Column("wave_id", STRING(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "id", name=op.f("pk_sealed_comment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "asked_unit",
        sa.Column("wave_id", STRING(), nullable=False),
        sa.Column("unit_id", STRING(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_asked_unit_unit_id_unit")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_asked_unit_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "unit_id", name=op.f("pk_asked_unit")),
        sqlite_with_rowid=False,
    )
    op.add_column("wave", sa.Column("box_digest", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("wave", "box_digest")
    for table in ("asked_unit", "sealed_comment", "sealed", "spent"):
        op.drop_table(table)
