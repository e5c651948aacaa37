"""Batches: many rows, each carried out by runs of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STATES = ("arriving", "draft", "checking", "ready", "running", "canary", "paused", "succeeded", "failed", "cancelled")
ROW_STATES = (
    "unchecked",
    "invalid",
    "twin",
    "waiting",
    "running",
    "succeeded",
    "failed",
    "refused",
    "unknown",
    "cancelled",
)


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("canary", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=True),
        sa.Column("per_minute", sa.Integer(), nullable=True),
        sa.Column("twins", sa.String(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=True),
        sa.Column("imports", sa.JSON(), nullable=False),
        sa.Column("fetched", sa.Boolean(), nullable=False),
        sa.Column("begins", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("worked", sa.Float(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopping", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_batch_state")),
        sa.CheckConstraint("held >= 0 AND spent >= 0", name=op.f("ck_batch_money")),
    )
    op.create_index(op.f("ix_batch_team_id_id"), "batch", ["team_id", "id"])
    op.create_index("ix_batch_state", "batch", ["state"])
    op.create_table(
        "batch_row",
        sa.Column("batch_id", sa.Uuid(), sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("noted", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("fed", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("runs", sa.JSON(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN {ROW_STATES}", name=op.f("ck_batch_row_state")),
    )
    op.create_index("ix_batch_row_state", "batch_row", ["batch_id", "state", "place"])
    op.create_index("ix_batch_row_said", "batch_row", ["batch_id", "said"])
    op.create_index("ix_batch_row_run", "batch_row", ["run_id"])
    unknown = sa.text("state = 'unknown'")
    op.create_index("ix_batch_row_unknown", "batch_row", ["batch_id"], sqlite_where=unknown, postgresql_where=unknown)
    onward = sa.text("state = 'waiting' AND step > 0")
    op.create_index(
        "ix_batch_row_onward", "batch_row", ["batch_id", "place"], sqlite_where=onward, postgresql_where=onward
    )
    op.create_table(
        "batch_template",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_batch_template_team_id_name")),
    )
    op.add_column("run", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_run_batch_id"), "run", ["batch_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_run_batch_id"), "run")
    op.drop_column("run", "batch_id")
    for table in ("batch_template", "batch_row", "batch"):
        op.drop_table(table)
