"""Styles and templates of a team's own, and what each person likes"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('style', 'template')", name=op.f("ck_own_kind")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_own_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own")),
    )
    op.create_index(op.f("ix_own_team_id_kind"), "own", ["team_id", "kind"])
    op.create_table(
        "favorite",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_favorite_team_id_team")),
        sa.PrimaryKeyConstraint("team_id", "user_id", "kind", "name", name=op.f("pk_favorite")),
    )


def downgrade() -> None:
    op.drop_table("favorite")
    op.drop_index(op.f("ix_own_team_id_kind"), table_name="own")
    op.drop_table("own")
