"""The first shape: people, purse, runs, assets, events, workers"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_team_id_seq"), ["team_id", "seq"], unique=False)

    op.create_table(
        "job_crash",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job_crash")),
    )
    op.create_table(
        "person",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name", name=op.f("uq_person_name")),
    )
    op.create_table(
        "team",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("born", sa.Double(), nullable=False),
        sa.Column("lanes", sa.String(), nullable=False),
        sa.Column("beat_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "credit_entry",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('grant', 'limit', 'reserve', 'settle')", name=op.f("ck_credit_entry_kind")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_credit_entry_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entry")),
        sa.UniqueConstraint("run_id", "kind", name=op.f("uq_credit_entry_run_id_kind")),
    )
    with op.batch_alter_table("credit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_entry_team_id"), ["team_id"], unique=False)

    op.create_table(
        "idempotency_key",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_idempotency_key_team_id")),
        sa.PrimaryKeyConstraint("team_id", "user_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "invitation",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_invitation_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_invitation_user_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_invitation")),
    )
    op.create_table(
        "member",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'admin', 'editor', 'commenter', 'viewer')", name=op.f("ck_member_role")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_member_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_member_user_id")),
        sa.PrimaryKeyConstraint("user_id", "team_id", name=op.f("pk_member")),
    )
    op.create_table(
        "purse",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("unlimited", sa.Boolean(), nullable=False),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_purse_reserved")),
        sa.CheckConstraint("unlimited OR balance >= 0", name=op.f("ck_purse_balance")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_purse_team_id")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_purse")),
    )
    op.create_table(
        "run",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("op", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("offer", sa.String(), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("rerun_of", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("understood", sa.JSON(), nullable=False),
        sa.Column("ignored", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("stopping", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'unknown')", name=op.f("ck_run_state")
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name=op.f("ck_run_progress")),
        sa.CheckConstraint("spent BETWEEN 0 AND price", name=op.f("ck_run_spent")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_run_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_team_id_id"), ["team_id", "id"], unique=False)

    op.create_table(
        "token",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_token_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("sha256", name=op.f("uq_token_sha256")),
    )
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_token_team_id"), ["team_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_visit_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["person.id"], name=op.f("fk_visit_user_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_visit")),
    )
    op.create_table(
        "asset",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("run_index", sa.Integer(), nullable=True),
        sa.Column("op", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("favorite", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('image', 'video', 'audio', 'mesh', 'text')", name=op.f("ck_asset_kind")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_asset_run_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_asset_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("run_id", "run_index", name=op.f("uq_asset_run_id_run_index")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_op"), ["op"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_asset_team_id_deleted_at_id"), ["team_id", "deleted_at", "id"], unique=False
        )

    op.create_table(
        "run_step",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_step_run_id")),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("pk_run_step")),
    )
    op.create_table(
        "asset_parent",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["asset.id"], name=op.f("fk_asset_parent_child_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["asset.id"], name=op.f("fk_asset_parent_parent_id")),
        sa.PrimaryKeyConstraint("child_id", "parent_id", name=op.f("pk_asset_parent")),
    )
    with op.batch_alter_table("asset_parent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_parent_parent_id"), ["parent_id"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("asset_parent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_parent_parent_id"))

    op.drop_table("asset_parent")
    op.drop_table("run_step")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_team_id_deleted_at_id"))
        batch_op.drop_index(batch_op.f("ix_asset_sha256"))
        batch_op.drop_index(batch_op.f("ix_asset_op"))

    op.drop_table("asset")
    op.drop_table("visit")
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_token_team_id"))

    op.drop_table("token")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_team_id_id"))

    op.drop_table("run")
    op.drop_table("purse")
    op.drop_table("member")
    op.drop_table("invitation")
    op.drop_table("idempotency_key")
    with op.batch_alter_table("credit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credit_entry_team_id"))

    op.drop_table("credit_entry")
    op.drop_table("worker")
    op.drop_table("team")
    op.drop_table("person")
    op.drop_table("job_crash")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_team_id_seq"))

    op.drop_table("event")
