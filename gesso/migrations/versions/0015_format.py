"""Formats among what is a team's own"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _kinds("'style', 'template', 'kit', 'format'")


def downgrade() -> None:
    op.execute("DELETE FROM own WHERE kind = 'format'")
    _kinds("'style', 'template', 'kit'")


def _kinds(kinds: str) -> None:
    """SQLite changes no constraint: there the table is written anew."""
    kind = op.f("ck_own_kind")
    with op.batch_alter_table("own") as own:
        own.drop_constraint(kind, type_="check")
        own.create_check_constraint(kind, f"kind IN ({kinds})")
