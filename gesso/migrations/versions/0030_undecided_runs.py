"""An index of the few runs of which nobody knows whether they were bought.

Revision ID: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

UNKNOWN = sa.text("state = 'unknown'")


def upgrade() -> None:
    op.create_index(
        "ix_run_unknown", "run", ["team_id", "id"], sqlite_where=UNKNOWN, postgresql_where=UNKNOWN, unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_run_unknown", "run")
