"""Which pictures are kept as references, and trials that no list shows"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OLD, NEW = ("'picture', 'mask'", "'picture', 'mask', 'trial'")


def upgrade() -> None:
    _purposes(NEW)
    op.add_column("asset", sa.Column("reference", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("asset", "reference")
    op.execute("UPDATE asset SET purpose = 'mask' WHERE purpose = 'trial'")
    _purposes(OLD)


def _purposes(named: str) -> None:
    check = f"CONSTRAINT ck_asset_purpose CHECK (purpose IN ({named}))"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE asset DROP CONSTRAINT ck_asset_purpose")
        op.execute(f"ALTER TABLE asset ADD {check}")
        return
    # SQLite changes no constraint, but one comes and goes with its column; what points at the table is left alone.
    op.drop_index("ix_asset_layout", "asset")
    op.execute("ALTER TABLE asset RENAME COLUMN purpose TO purpose_before")
    op.execute(f"ALTER TABLE asset ADD COLUMN purpose VARCHAR DEFAULT 'picture' NOT NULL {check}")
    op.execute("UPDATE asset SET purpose = purpose_before")
    op.execute("ALTER TABLE asset DROP COLUMN purpose_before")
    op.create_index(
        "ix_asset_layout", "asset", ["team_id", "purpose", "deleted_at", "erased_at", "id", "width", "height"]
    )
