"""the workspace: accounts, organisations, plans, codes of units, jobs, audit log"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString
TIME = sqlmodel.sql.sqltypes.UTCDateTime
TEXTS = ("places", "head_name", "head_email")
NEW_TABLES = (
    "unit_code",
    "tally",
    "wave_plan",
    "roster_draft",
    "sign_in",
    "recovery_code",
    "membership",
    "certificate",
    "account_link",
    "organisation",
    "job",
    "audit_entry",
    "account",
)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", STRING(), nullable=False),
        sa.Column("email", STRING(), nullable=False),
        sa.Column("name", STRING(), nullable=False),
        sa.Column("password_hash", STRING(), nullable=True),
        sa.Column("totp_serial", sa.Integer(), nullable=False),
        sa.Column("has_totp", sa.Boolean(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", TIME(), nullable=False),
        sa.Column("who", STRING(), nullable=False),
        sa.Column("organisation_id", STRING(), nullable=True),
        sa.Column("deed", STRING(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "job",
        sa.Column("key", STRING(), nullable=False),
        sa.Column("queue", STRING(), nullable=False),
        sa.Column("name", STRING(), nullable=False),
        sa.Column("args", sa.Text(), nullable=False),
        sa.Column("wave_id", STRING(), nullable=True),
        sa.Column("state", STRING(), nullable=False),
        sa.Column("run_at", TIME(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", STRING(), nullable=False),
        sa.Column("worker", STRING(), nullable=True),
        sa.Column("lease_until", TIME(), nullable=True),
        sa.Column("error", STRING(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job") as batch_op:
        batch_op.create_index(batch_op.f("ix_job_queue"), ["queue"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", STRING(), nullable=False),
        sa.Column("name", STRING(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "account_link",
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", STRING(), nullable=False),
        sa.Column("expires_at", TIME(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_link_account_id_account")
        ),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_account_link")),
    )
    with op.batch_alter_table("account_link") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_link_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "certificate",
        sa.Column("id", STRING(), nullable=False),
        sa.Column("organisation_id", STRING(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_certificate_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    with op.batch_alter_table("certificate") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "membership",
        sa.Column("account_id", STRING(), nullable=False),
        sa.Column("organisation_id", STRING(), nullable=False),
        sa.Column("role", STRING(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("account_id", "organisation_id", name=op.f("pk_membership")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", STRING(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", STRING(), nullable=False),
        sa.Column("organisation_id", STRING(), nullable=True),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("started_at", TIME(), nullable=False),
        sa.Column("seen_at", TIME(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sign_in_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "roster_draft",
        sa.Column("assessment_id", STRING(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_roster_draft_assessment_id_assessment"),
        ),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_roster_draft")),
    )
    op.create_table(
        "wave_plan",
        sa.Column("id", STRING(), nullable=False),
        sa.Column("assessment_id", STRING(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_wave_plan_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave_plan")),
    )
    with op.batch_alter_table("wave_plan") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_wave_plan_assessment_id"), ["assessment_id"], unique=False
        )

    op.create_table(
        "tally",
        sa.Column("wave_id", STRING(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_tally_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "day", name=op.f("pk_tally")),
    )
    op.create_table(
        "unit_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("wave_id", STRING(), nullable=False),
        sa.Column("unit_id", STRING(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_code_unit_id_unit")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_unit_code_wave_id_wave")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_unit_code")),
    )
    with op.batch_alter_table("unit_code") as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_code_wave_id"), ["wave_id"], unique=False)

    # A key to everything has no place beside accounts.
    op.execute("DELETE FROM access_key WHERE wave_id IS NULL")
    with op.batch_alter_table("access_key") as batch_op:
        batch_op.add_column(sa.Column("label", STRING(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", TIME(), nullable=True))
        batch_op.add_column(sa.Column("revoked_at", TIME(), nullable=True))
        batch_op.alter_column("wave_id", existing_type=STRING(), nullable=False)
        batch_op.create_index(batch_op.f("ix_access_key_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "access_view",
        sa.Column("id", STRING(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("viewed_at", TIME(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_hash"], ["access_key.key_hash"], name=op.f("fk_access_view_key_hash_access_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_view")),
    )
    with op.batch_alter_table("access_view") as batch_op:
        batch_op.create_index(batch_op.f("ix_access_view_key_hash"), ["key_hash"], unique=False)

    op.execute("UPDATE access_key SET label = ''")
    # Written plainly: tables that others refer to cannot be made anew on SQLite.
    op.execute(
        "ALTER TABLE assessment ADD COLUMN organisation_id VARCHAR "
        "CONSTRAINT fk_assessment_organisation_id_organisation REFERENCES organisation (id)"
    )
    op.execute("INSERT INTO organisation (id, name) SELECT id, name FROM assessment")
    op.execute("UPDATE assessment SET organisation_id = id")
    op.create_index("ix_assessment_organisation_id", "assessment", ["organisation_id"])
    for name in TEXTS:
        op.add_column("unit", sa.Column(name, STRING(), nullable=True))
        op.execute(f"UPDATE unit SET {name} = ''")
    op.add_column("unit", sa.Column("expected", sa.Integer(), nullable=True))
    op.add_column("unit", sa.Column("seats", sa.Integer(), nullable=True))
    op.add_column("unit", sa.Column("route", STRING(), nullable=True))
    op.add_column("unit", sa.Column("is_retired", sa.Boolean(), nullable=True))
    op.execute("UPDATE unit SET is_retired = (1 = 0)")


def downgrade() -> None:
    for name in ("is_retired", "route", "seats", "expected", *reversed(TEXTS)):
        op.execute(f"ALTER TABLE unit DROP COLUMN {name}")
    op.drop_index("ix_assessment_organisation_id", table_name="assessment")
    op.execute("ALTER TABLE assessment DROP COLUMN organisation_id")
    op.drop_table("access_view")
    with op.batch_alter_table("access_key") as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_key_wave_id"))
        batch_op.alter_column("wave_id", existing_type=STRING(), nullable=True)
        for name in ("revoked_at", "expires_at", "label"):
            batch_op.drop_column(name)
    for name in NEW_TABLES:
        op.drop_table(name)
