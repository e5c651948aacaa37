"""Boards, the links that open them, what is said of their pictures, and what was decided"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("asset", sa.Column("review", sa.String(), nullable=True))
    op.create_table(
        "board",
        *_row(),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("cover_id", sa.Uuid(), sa.ForeignKey("asset.id"), nullable=True),
        sa.Column("collection_id", sa.Uuid(), nullable=True),
        sa.Column("everybody", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("everybody IN ('viewer', 'commenter', 'uploader')", name=op.f("ck_board_everybody")),
    )
    op.create_index("ix_board_team_id_deleted_at_id", "board", ["team_id", "deleted_at", "id"])
    op.create_table(
        "board_person",
        sa.Column("board_id", sa.Uuid(), sa.ForeignKey("board.id"), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.CheckConstraint("role IN ('viewer', 'commenter', 'uploader')", name=op.f("ck_board_person_role")),
    )
    op.create_table(
        "board_link",
        *_row(),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("board_id", sa.Uuid(), sa.ForeignKey("board.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("downloads", sa.Boolean(), nullable=False),
        sa.Column("watermark", sa.String(), nullable=False),
        sa.Column("names", sa.Boolean(), nullable=False),
        sa.Column("recipes", sa.Boolean(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("sha256", name=op.f("uq_board_link_sha256")),
        sa.CheckConstraint("role IN ('viewer', 'commenter', 'uploader')", name=op.f("ck_board_link_role")),
    )
    op.create_index("ix_board_link_board_id", "board_link", ["board_id"])
    op.create_table(
        "board_item",
        sa.Column("board_id", sa.Uuid(), sa.ForeignKey("board.id"), primary_key=True),
        sa.Column("asset_id", sa.Uuid(), sa.ForeignKey("asset.id"), primary_key=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), sa.ForeignKey("board_link.id"), nullable=True),
        sa.Column("guest", sa.String(), nullable=False),
    )
    op.create_index("ix_board_item_board_id_place_asset_id", "board_item", ["board_id", "place", "asset_id"])
    op.create_index("ix_board_item_asset_id", "board_item", ["asset_id"])
    op.create_table(
        "board_remark",
        *_row(),
        *_said(),
        sa.Column("thread_id", sa.Uuid(), sa.ForeignKey("board_remark.id"), nullable=True),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_board_remark_board_id_asset_id_id", "board_remark", ["board_id", "asset_id", "id"])
    op.create_table(
        "board_verdict",
        *_row(),
        *_said(),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('approved', 'changes', 'open')", name=op.f("ck_board_verdict_state")),
    )
    op.create_index("ix_board_verdict_board_id_asset_id_id", "board_verdict", ["board_id", "asset_id", "id"])
    op.create_index("ix_board_verdict_asset_id_id", "board_verdict", ["asset_id", "id"])


def downgrade() -> None:
    for table in ("board_verdict", "board_remark", "board_item", "board_link", "board_person", "board"):
        op.drop_table(table)
    op.drop_column("asset", "review")


def _row() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def _said() -> tuple[sa.Column[Any], ...]:
    """By whom something was said, of which picture of which board."""
    return (
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("board_id", sa.Uuid(), sa.ForeignKey("board.id"), nullable=False),
        sa.Column("asset_id", sa.Uuid(), sa.ForeignKey("asset.id"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), sa.ForeignKey("board_link.id"), nullable=True),
        sa.Column("guest", sa.String(), nullable=False),
        sa.Column("guest_key", sa.String(), nullable=False),
    )
