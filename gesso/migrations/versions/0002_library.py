"""What an asset is for, which picture it is a version of, and whether it is erased"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # As plain statements: both databases take a constraint with a new column, and SQLite takes it in no other way.
    id, moment = (kind.compile(op.get_bind().dialect) for kind in (sa.Uuid(), sa.DateTime(timezone=True)))
    for column in (
        "purpose VARCHAR DEFAULT 'picture' NOT NULL CONSTRAINT ck_asset_purpose CHECK (purpose IN ('picture', 'mask'))",
        f"version_of {id} CONSTRAINT fk_asset_version_of REFERENCES asset (id)",
        f"erased_at {moment} CONSTRAINT ck_asset_erased_at CHECK (erased_at IS NULL OR deleted_at IS NOT NULL)",
    ):
        op.execute(f"ALTER TABLE asset ADD COLUMN {column}")
    op.create_index("ix_asset_version_of", "asset", ["version_of"])
    op.create_index(
        "ix_asset_layout", "asset", ["team_id", "purpose", "deleted_at", "erased_at", "id", "width", "height"]
    )
    erased = sa.text("erased_at IS NOT NULL")
    op.create_index("ix_asset_erased", "asset", ["team_id"], sqlite_where=erased, postgresql_where=erased)


def downgrade() -> None:
    for index in ("ix_asset_erased", "ix_asset_layout", "ix_asset_version_of"):
        op.drop_index(index, "asset")
    for column in ("erased_at", "version_of", "purpose"):
        op.execute(f"ALTER TABLE asset DROP COLUMN {column}")
