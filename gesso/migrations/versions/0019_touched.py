"""What was changed of the assets that the index of a library holds in memory; searches that are kept

Triggers write it, so that nothing that changes an asset can forget to. A later migration that has SQLite write one of
these tables anew (`batch_alter_table`) must make the table's triggers again: tests/library/test_index.py says so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WATCHED = ("asset", "run", "asset_tag", "collection_asset")
LISTS = {
    "ix_asset_team_id_deleted_at_id": ["team_id", "deleted_at", "id"],
    "ix_asset_layout": ["team_id", "purpose", "deleted_at", "erased_at", "id", "width", "height"],
}


def upgrade() -> None:
    op.create_table(
        "asset_touched",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_asset_touched")),
    )
    op.create_index(op.f("ix_asset_touched_team_id_at"), "asset_touched", ["team_id", "at"])
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("q", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_saved_search_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_team_id"), "saved_search", ["team_id"])
    for name in LISTS:
        op.drop_index(op.f(name), table_name="asset")


def downgrade() -> None:
    for name, columns in LISTS.items():
        op.create_index(op.f(name), "asset", columns)
    op.drop_index(op.f("ix_saved_search_team_id"), table_name="saved_search")
    op.drop_table("saved_search")
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in WATCHED:
        for event in ("insert", "update", "delete"):
            on = f" ON {table}" if postgresql else ""
            op.execute(f"DROP TRIGGER IF EXISTS {table}_touched_{event}{on}")
        if postgresql:
            op.execute(f"DROP FUNCTION IF EXISTS {table}_touched()")
    op.drop_index(op.f("ix_asset_touched_team_id_at"), table_name="asset_touched")
    op.drop_table("asset_touched")


def _on_sqlite() -> None:
    """A number for each change, one higher than the last of the team: there is one writer, so they are seen in their
    order."""
    write = """
        INSERT INTO asset_touched (asset_id, team_id, at)
        SELECT {asset}, {team}, coalesce((SELECT max(at) FROM asset_touched WHERE team_id = {team}), 0) + 1 {rest}
        ON CONFLICT (asset_id) DO UPDATE SET at = excluded.at
    """
    asset = write.format(asset="NEW.id", team="NEW.team_id", rest="WHERE true")
    made = write.format(asset="id", team="NEW.team_id", rest="FROM asset WHERE run_id = NEW.id")
    held = write.format(asset="{row}.asset_id", team="asset.team_id", rest="FROM asset WHERE id = {row}.asset_id")
    differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in ("state", "offer", "spent"))
    for table, when, what in (
        ("asset", "INSERT", asset),
        ("asset", "UPDATE", asset),
        ("run", f"UPDATE ON run WHEN {differs}", made),
        *(
            (table, event, held.format(row="OLD" if event == "DELETE" else "NEW"))
            for table in ("asset_tag", "collection_asset")
            for event in ("INSERT", "UPDATE", "DELETE")
        ),
    ):
        event, _, rest = when.partition(" ")
        on = rest or f"ON {table}"
        op.execute(f"CREATE TRIGGER {table}_touched_{event.lower()} AFTER {event} {on} BEGIN {what}; END")


def _on_postgresql() -> None:
    """The number of the transaction: whoever reads asks for those from the oldest on that was still open when they
    last looked. One statement for all that a statement has changed."""
    write = """
        INSERT INTO asset_touched (asset_id, team_id, at)
        SELECT DISTINCT {asset}, pg_current_xact_id()::text::bigint FROM {rest}
        ON CONFLICT (asset_id) DO UPDATE SET at = excluded.at
    """
    told = {
        "asset": write.format(asset="id, team_id", rest="changed"),
        "run": write.format(
            asset="asset.id, asset.team_id",
            rest="""asset JOIN changed ON asset.run_id = changed.id JOIN before ON before.id = changed.id
            WHERE (before.state, before.offer, before.spent) IS DISTINCT FROM
                (changed.state, changed.offer, changed.spent)""",
        ),
    }
    held = write.format(asset="asset.id, asset.team_id", rest="asset JOIN changed ON changed.asset_id = asset.id")
    told |= {"asset_tag": held, "collection_asset": held}
    for table, what in told.items():
        body = f"BEGIN {what}; RETURN NULL; END"
        op.execute(f"CREATE FUNCTION {table}_touched() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    for table, event, tables in (
        ("asset", "INSERT", "NEW TABLE AS changed"),
        ("asset", "UPDATE", "NEW TABLE AS changed"),
        ("run", "UPDATE", "OLD TABLE AS before NEW TABLE AS changed"),
        *(
            (table, event, f"{'OLD' if event == 'DELETE' else 'NEW'} TABLE AS changed")
            for table in ("asset_tag", "collection_asset")
            for event in ("INSERT", "UPDATE", "DELETE")
        ),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_touched_{event.lower()} AFTER {event} ON {table} REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_touched()"
        )
