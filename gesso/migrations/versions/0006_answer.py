"""What a run has said, where its result is words"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("answer", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("run", "answer")
