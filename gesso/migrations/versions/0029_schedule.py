"""Schedules: what is begun at its time, what came of it, and what was seen in what they watch"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

STATES = ("active", "paused", "ended")
OUTCOMES = ("started", "nothing", "skipped", "failed")


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("missed", sa.String(), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("order", sa.JSON(), nullable=True),
        sa.Column("batch", sa.JSON(), nullable=True),
        sa.Column("rows", sa.JSON(), nullable=True),
        sa.Column("watch", sa.JSON(), nullable=True),
        sa.Column("mark", sa.JSON(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_schedule_state")),
        sa.CheckConstraint("missed IN ('skip', 'once')", name=op.f("ck_schedule_missed")),
        sa.CheckConstraint("state <> 'active' OR next_at IS NOT NULL", name=op.f("ck_schedule_comes")),
    )
    op.create_index(op.f("ix_schedule_team_id_id"), "schedule", ["team_id", "id"])
    op.create_index(op.f("ix_schedule_next_at"), "schedule", ["next_at"])
    op.create_table(
        "schedule_tick",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), sa.ForeignKey("schedule.id"), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("batches", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name=op.f("ck_schedule_tick_outcome")),
        sa.UniqueConstraint("schedule_id", "due", name=op.f("uq_schedule_tick_schedule_id_due")),
    )
    op.create_index(op.f("ix_schedule_tick_schedule_id_id"), "schedule_tick", ["schedule_id", "id"])
    op.create_table(
        "schedule_seen",
        sa.Column("schedule_id", sa.Uuid(), sa.ForeignKey("schedule.id"), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(op.f("ix_schedule_seen_schedule_id_at"), "schedule_seen", ["schedule_id", "at"])


def downgrade() -> None:
    for table in ("schedule_seen", "schedule_tick", "schedule"):
        op.drop_table(table)
