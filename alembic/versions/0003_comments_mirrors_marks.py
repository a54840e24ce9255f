"""comments, business partners, and two marks at the end of each sheet"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
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
    # Without a foreign key: SQLite could only copy the table, and others point at its rows.
    op.add_column("unit", sa.Column("about_id", STRING(), nullable=True))
    # Sheets of before were shown in a way that nobody noted, and bear no flag.
    for table in ("staged_sheet", "sheet"):
        sheets = sa.table(table, sa.column("answers", sa.String()))
        op.execute(sheets.update().values(answers=sheets.c.answers + "-0"))


def downgrade() -> None:
    for table in ("staged_sheet", "sheet"):
        sheets = sa.table(table, sa.column("answers", sa.String()))
        answers = sa.func.substr(sheets.c.answers, 1, sa.func.length(sheets.c.answers) - 2)
        op.execute(sheets.update().values(answers=answers))
    op.drop_column("unit", "about_id")
    op.drop_index(op.f("ix_comment_wave_id"), table_name="comment")
    op.drop_table("comment")
