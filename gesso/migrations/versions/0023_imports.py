"""What comes in from archives and addresses, file by file"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_order",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stopping", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("twins", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(op.f("ix_import_order_team_id_id"), "import_order", ["team_id", "id"])
    op.create_table(
        "import_file",
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey("import_order.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), sa.ForeignKey("asset.id"), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
    )
    op.create_index(op.f("ix_import_file_import_id_state_place"), "import_file", ["import_id", "state", "place"])
    op.create_index(op.f("ix_import_file_asset_id"), "import_file", ["asset_id"])


def downgrade() -> None:
    op.drop_table("import_file")
    op.drop_table("import_order")
