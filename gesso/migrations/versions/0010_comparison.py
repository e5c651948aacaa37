"""The same request side by side: comparisons, their cells, and votes"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comparison",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("op", sa.String(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("axes", sa.JSON(), nullable=False),
    )
    op.create_index("ix_comparison_team_id_id", "comparison", ["team_id", "id"])
    op.create_table(
        "comparison_cell",
        sa.Column("comparison_id", sa.Uuid(), sa.ForeignKey("comparison.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("run.id"), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_comparison_cell_run_id", "comparison_cell", ["run_id"])
    op.create_table(
        "comparison_vote",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comparison_id", sa.Uuid(), sa.ForeignKey("comparison.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("winner", sa.Integer(), nullable=False),
        sa.Column("loser", sa.Integer(), nullable=True),
    )
    op.create_index("ix_comparison_vote_comparison_id", "comparison_vote", ["comparison_id"])


def downgrade() -> None:
    op.drop_table("comparison_vote")
    op.drop_table("comparison_cell")
    op.drop_table("comparison")
