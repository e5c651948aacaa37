"""A tree of a picture's generations is found without looking at all of them"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_asset_parent_parent_id_child_id"), "asset_parent", ["parent_id", "child_id"])
    op.drop_index(op.f("ix_asset_parent_parent_id"), "asset_parent")
    op.create_index(op.f("ix_run_rerun_of"), "run", ["rerun_of"])


def downgrade() -> None:
    op.drop_index(op.f("ix_run_rerun_of"), "run")
    op.create_index(op.f("ix_asset_parent_parent_id"), "asset_parent", ["parent_id"])
    op.drop_index(op.f("ix_asset_parent_parent_id_child_id"), "asset_parent")
