"""Why an offer was chosen, and how each team's providers fare"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("why", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "provider_health",
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("provider", sa.String(), primary_key=True),
        sa.Column("troubles", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("provider_health")
    op.drop_column("run", "why")
