"""no plain answers, and no mark of who answered on a ballot"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString

PLAIN = ("staged_sheet", "sheet", "comment")


def upgrade() -> None:
    for table in PLAIN:
        # Whatever is here was not sealed: dropping it would lose answers.
        if op.get_bind().execute(sa.select(sa.literal(1)).select_from(sa.table(table))).first():
            raise RuntimeError(
                f"{table} still has rows, which nobody has sealed. Nothing was dropped: start "
                "Siloscope itself, which seals them first, instead of running this revision alone."
            )
    for table in PLAIN:
        op.drop_table(table)
    # SQLite rewrites the rows for this; no other table points at a ballot.
    with op.batch_alter_table("ballot") as batch_op:
        batch_op.drop_column("used")
        batch_op.drop_column("receipt")


def downgrade() -> None:
    with op.batch_alter_table("ballot") as batch_op:
        batch_op.add_column(
            sa.Column("used", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("receipt", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("ballot") as batch_op:
        batch_op.alter_column("used", server_default=None)
    for table in ("staged_sheet", "sheet"):
        op.create_table(
            table,
            sa.Column("id", STRING(), nullable=False),
            sa.Column("wave_id", STRING(), nullable=False),
            sa.Column("unit_id", STRING(), nullable=False),
            sa.Column("answers", STRING(), nullable=False),
            sa.ForeignKeyConstraint(
                ["unit_id"], ["unit.id"], name=op.f(f"fk_{table}_unit_id_unit")
            ),
            sa.ForeignKeyConstraint(
                ["wave_id"], ["wave.id"], name=op.f(f"fk_{table}_wave_id_wave")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sqlite_with_rowid=False,
        )
        op.create_index(op.f(f"ix_{table}_wave_id"), table, ["wave_id"])
    op.create_table(
        "comment",
        sa.Column("id", STRING(), nullable=False),
        sa.Column("wave_id", STRING(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_comment_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_comment_wave_id"), "comment", ["wave_id"])
