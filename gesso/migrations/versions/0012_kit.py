"""Brand kits among what is a team's own, one of them chosen"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _kinds("'style', 'template', 'kit'")
    op.add_column("own", sa.Column("chosen", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("own", "chosen")
    op.execute("DELETE FROM own WHERE kind = 'kit'")
    _kinds("'style', 'template'")


def _kinds(kinds: str) -> None:
    """SQLite changes no constraint: there the table is written anew."""
    kind = op.f("ck_own_kind")
    with op.batch_alter_table("own") as own:
        own.drop_constraint(kind, type_="check")
        own.create_check_constraint(kind, f"kind IN ({kinds})")
