"""What people are told of, how they want to be told, what leaves the house for it, and how much of a budget is used"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("assets", sa.JSON(), nullable=False),
        sa.Column("shown", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("team_id", "user_id", "subject", name=op.f("uq_notice_team_id_user_id_subject")),
    )
    op.create_index(op.f("ix_notice_team_id_user_id_id"), "notice", ["team_id", "user_id", "id"])
    op.create_index(op.f("ix_notice_created_at"), "notice", ["created_at"])
    op.create_table(
        "notice_wish",
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("codes_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing", sa.String(), nullable=False),
        sa.CheckConstraint("digest IN ('once', 'hourly', 'daily')", name=op.f("ck_notice_wish_digest")),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_notice_wish_hour")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint("channel IN ('email', 'push')", name=op.f("ck_letter_channel")),
        sa.CheckConstraint("form IN ('notice', 'digest', 'code', 'test')", name=op.f("ck_letter_form")),
        sa.CheckConstraint("state IN ('queued', 'sent', 'ended')", name=op.f("ck_letter_state")),
    )
    op.create_index(op.f("ix_letter_state_next_at"), "letter", ["state", "next_at"])
    op.create_index(op.f("ix_letter_team_id_user_id_id"), "letter", ["team_id", "user_id", "id"])
    op.create_table(
        "notice_browser",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("p256dh", sa.String(), nullable=False),
        sa.Column("auth", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.UniqueConstraint("team_id", "user_id", "sha256", name=op.f("uq_notice_browser_team_id_user_id_sha256")),
    )
    op.create_index(op.f("ix_notice_browser_sha256"), "notice_browser", ["sha256"])
    with op.batch_alter_table("purse") as purse:
        purse.add_column(sa.Column("ceiling", sa.BigInteger(), server_default="0", nullable=False))
        purse.add_column(sa.Column("warned", sa.Integer(), server_default="0", nullable=False))
    # What was set before is not known any more: what is left of it now is all of it.
    op.execute("UPDATE purse SET ceiling = balance WHERE NOT unlimited")


def downgrade() -> None:
    with op.batch_alter_table("purse") as purse:
        purse.drop_column("warned")
        purse.drop_column("ceiling")
    op.drop_table("notice_browser")
    op.drop_table("letter")
    op.drop_table("notice_wish")
    op.drop_table("notice")
