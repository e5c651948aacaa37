"""Holds, room, uses, strays, rounds and figures"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
INDEXES = (
    ("heavy", ["team_id", "bytes"], "erased_at IS NULL"),
    ("held", ["team_id", "deleted_at", "id"], "held"),
    ("liked", ["team_id", "deleted_at", "id"], "favorite"),
    ("trouble", ["team_id", "trouble"], "trouble IS NOT NULL"),
    ("trash", ["team_id", "deleted_at", "id"], "deleted_at IS NOT NULL AND erased_at IS NULL"),
)


def upgrade() -> None:
    op.add_column("asset", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("asset", sa.Column("trouble", sa.String(), nullable=True))
    for name, columns, where in INDEXES:
        # SQLite has numbers for what is true, and takes an index for a condition that is written as its own.
        number = sa.text(where if " " in where else f"{where} = 1")
        op.create_index(f"ix_asset_{name}", "asset", columns, sqlite_where=number, postgresql_where=sa.text(where))
    op.create_index("ix_asset_came", "asset", ["team_id", "id"])
    op.create_index("ix_run_ended", "run", ["team_id", "ended_at"])
    op.create_index("ix_credit_entry_settled", "credit_entry", ["team_id", "kind", "created_at"])
    op.create_table(
        "asset_hold",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("asset_id", sa.Uuid(), sa.ForeignKey("asset.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lifted_at", TIME, nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_why", sa.String(), nullable=True),
    )
    op.create_index("ix_asset_hold_asset_id", "asset_hold", ["asset_id"])
    lifted = sa.text("lifted_at IS NULL")
    op.create_index(
        "ix_asset_hold_open", "asset_hold", ["team_id", "asset_id"], sqlite_where=lifted, postgresql_where=lifted
    )
    op.create_table(
        "storage_share",
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("user_id", sa.Uuid(), primary_key=True),
        sa.Column("op", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("assets", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "library_rules",
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("trash_days", sa.Integer(), nullable=True),
        sa.Column("room", sa.BigInteger(), nullable=True),
        sa.Column("person_room", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "asset_use",
        sa.Column("asset_id", sa.Uuid(), sa.ForeignKey("asset.id"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("views", "downloads", "shares", "uses")),
    )
    op.create_index("ix_asset_use_team_id", "asset_use", ["team_id", "day"])
    op.create_table(
        "stray",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
    )
    op.create_index("ix_stray_team_id", "stray", ["team_id", "stem"])
    op.create_table(
        "storage_round",
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("began_at", TIME, nullable=True),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("busy_until", TIME, nullable=True),
    )
    op.create_table(
        "figure",
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), primary_key=True),
        sa.Column("op", sa.String(), primary_key=True),
        sa.Column("offer", sa.String(), primary_key=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("runs", "succeeded", "failed", "cancelled", "made")
        ),
        sa.Column("spent", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "figure_rolled",
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
    )
    _count_what_is_there()


def _count_what_is_there() -> None:
    """The room that is taken already; the same bytes of a team once."""
    op.execute(
        "INSERT INTO storage_share (team_id, user_id, op, kind, assets, bytes) "
        "SELECT team_id, user_id, coalesce(op, ''), kind, count(*), "
        "sum(CASE WHEN place = 1 THEN bytes ELSE 0 END) FROM ("
        "SELECT team_id, user_id, op, kind, bytes, row_number() OVER (PARTITION BY key ORDER BY id) AS place "
        "FROM asset WHERE key <> '') AS every GROUP BY team_id, user_id, coalesce(op, ''), kind"
    )


def downgrade() -> None:
    for name in (
        "figure_rolled",
        "figure",
        "storage_round",
        "stray",
        "asset_use",
        "library_rules",
        "storage_share",
        "asset_hold",
    ):
        op.drop_table(name)
    op.drop_index("ix_credit_entry_settled", "credit_entry")
    op.drop_index("ix_run_ended", "run")
    op.drop_index("ix_asset_came", "asset")
    for name, _, _ in INDEXES:
        op.drop_index(f"ix_asset_{name}", "asset")
    op.drop_column("asset", "trouble")
    op.drop_column("asset", "held")
