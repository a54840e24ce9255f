"""who was invited in which wave"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "invitee",
        sa.Column("wave_id", STRING(), nullable=False),
        sa.Column("person_id", STRING(), nullable=False),
        sa.Column("unit_id", STRING(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_invitee_person_id_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_invitee_unit_id_unit")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_invitee_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "person_id", name=op.f("pk_invitee")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("invitee") as batch_op:
        batch_op.create_index(batch_op.f("ix_invitee_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("invitee")
