"""How well an asset turned out, lists of words of one's own, and since when what was liked counts"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # As a plain statement: both databases take a constraint with a new column, and SQLite takes it in no other way.
    op.execute("ALTER TABLE asset ADD COLUMN rating INTEGER CONSTRAINT ck_asset_rating CHECK (rating BETWEEN 1 AND 5)")
    op.create_table(
        "word_list",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.UniqueConstraint("team_id", "name"),
    )
    op.create_table(
        "prompt_taste",
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("user_id", sa.Uuid(), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("prompt_taste")
    op.drop_table("word_list")
    op.execute("ALTER TABLE asset DROP COLUMN rating")
