"""Tags in a table of their own; collections and campaigns; colour labels, stacks; changes that can be undone"""

import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

LABELS = "'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'grey'"
AT_ONCE = 1_000

tagged = sa.table(
    "asset_tag",
    sa.column("asset_id", sa.Uuid()),
    sa.column("key", sa.String()),
    sa.column("team_id", sa.Uuid()),
    sa.column("tag", sa.String()),
    sa.column("by", sa.String()),
    sa.column("state", sa.String()),
)
asset = sa.table(
    "asset",
    sa.column("id", sa.Uuid()),
    sa.column("team_id", sa.Uuid()),
    sa.column("facts", sa.JSON()),
    sa.column("words", sa.String()),
)


def upgrade() -> None:
    dialect = op.get_bind().dialect
    # Sorts by its characters alone, so that both databases agree.
    ordered = sa.String(collation="C") if dialect.name == "postgresql" else sa.String()
    op.create_table(
        "asset_tag",
        sa.Column("asset_id", sa.Uuid(), sa.ForeignKey("asset.id"), primary_key=True),
        sa.Column("key", ordered, primary_key=True),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('kept', 'proposed', 'rejected')", name=op.f("ck_asset_tag_state")),
    )
    op.create_index("ix_asset_tag_team_id_key_asset_id", "asset_tag", ["team_id", "key", "asset_id"])
    op.create_index("ix_asset_tag_team_id_state_key", "asset_tag", ["team_id", "state", "key"])
    op.create_table(
        "collection",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("collection.id"), nullable=True),
        sa.Column("cover_id", sa.Uuid(), sa.ForeignKey("asset.id"), nullable=True),
        sa.Column("position", ordered, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("brief", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('collection', 'campaign')", name=op.f("ck_collection_kind")),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_collection_budget")),
    )
    op.create_index("ix_collection_team_id_parent_id_position", "collection", ["team_id", "parent_id", "position"])
    op.create_table(
        "collection_asset",
        sa.Column("collection_id", sa.Uuid(), sa.ForeignKey("collection.id"), primary_key=True),
        sa.Column("asset_id", sa.Uuid(), sa.ForeignKey("asset.id"), primary_key=True),
        sa.Column("position", ordered, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.create_index("ix_collection_asset_asset_id", "collection_asset", ["asset_id"])
    op.create_index(
        "ix_collection_asset_collection_id_position_asset_id",
        "collection_asset",
        ["collection_id", "position", "asset_id"],
    )
    op.create_table(
        "collection_run",
        sa.Column("collection_id", sa.Uuid(), sa.ForeignKey("collection.id"), primary_key=True),
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("run.id"), primary_key=True),
    )
    op.create_index("ix_collection_run_run_id", "collection_run", ["run_id"])
    op.create_table(
        "asset_change",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done', 'undoing', 'undone')", name=op.f("ck_asset_change_state")),
    )
    op.create_index("ix_asset_change_team_id_created_at", "asset_change", ["team_id", "created_at"])
    op.create_table(
        "asset_change_part",
        sa.Column("change_id", sa.Uuid(), sa.ForeignKey("asset_change.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("before", sa.JSON(), nullable=False),
    )
    # As plain statements: both databases take a constraint with a new column, and SQLite takes it in no other way.
    id = sa.Uuid().compile(dialect)
    for column in (
        f"label VARCHAR CONSTRAINT ck_asset_label CHECK (label IN ({LABELS}))",
        f"stack_id {id}",
        "stack_position INTEGER",
    ):
        op.execute(f"ALTER TABLE asset ADD COLUMN {column}")
    stacked = sa.text("stack_id IS NOT NULL")
    op.create_index(
        "ix_asset_stack",
        "asset",
        ["stack_id", "stack_position", "id"],
        sqlite_where=stacked,
        postgresql_where=stacked,
    )
    for some in _assets('%"tags"%'):
        _out_of_facts(some)


def downgrade() -> None:
    _into_facts()
    op.drop_index("ix_asset_stack", "asset")
    for column in ("stack_position", "stack_id", "label"):
        op.execute(f"ALTER TABLE asset DROP COLUMN {column}")
    for table in (
        "asset_change_part",
        "asset_change",
        "collection_run",
        "collection_asset",
        "collection",
        "asset_tag",
    ):
        op.drop_table(table)


def _assets(like: str) -> Iterator[Any]:
    """Those whose facts look so, in portions."""
    after = None
    while True:
        query = sa.select(asset).where(sa.cast(asset.c.facts, sa.Text()).like(like)).order_by(asset.c.id).limit(AT_ONCE)
        found = op.get_bind().execute(query if after is None else query.where(asset.c.id > after)).all()
        if not found:
            return
        yield found
        after = found[-1].id


def _out_of_facts(some: Any) -> None:
    rows = []
    for each in some:
        said = each.facts.get("described") or {}
        tags = said.get("tags")
        if not tags:
            continue
        known = {_key(str(tag)): str(tag) for tag in reversed(tags)}
        known.pop("", None)
        rows += [
            {"asset_id": each.id, "key": key, "team_id": each.team_id, "tag": tag, "by": "person", "state": "kept"}
            for key, tag in known.items()
        ]
        left = {name: told for name, told in said.items() if name != "tags"}
        facts = {name: told for name, told in each.facts.items() if name != "described"}
        words = each.words.removesuffix(_words(tags)).rstrip()
        op.get_bind().execute(
            sa.update(asset)
            .where(asset.c.id == each.id)
            .values(facts=facts | ({"described": left} if left else {}), words=words)
        )
    if rows:
        op.bulk_insert(tagged, rows)


def _into_facts() -> None:
    bind = op.get_bind()
    kept = sa.select(tagged.c.asset_id, tagged.c.tag).where(tagged.c.state == "kept")
    tags: dict[Any, list[str]] = {}
    for row in bind.execute(kept.order_by(tagged.c.asset_id, tagged.c.key)):
        tags.setdefault(row.asset_id, []).append(row.tag)
    for id, listed in tags.items():
        each = bind.execute(sa.select(asset).where(asset.c.id == id)).one()
        said = {**(each.facts.get("described") or {}), "tags": listed}
        words = f"{each.words} {_words(listed)}".strip()
        bind.execute(
            sa.update(asset).where(asset.c.id == id).values(facts={**each.facts, "described": said}, words=words)
        )


def _words(tags: list[str]) -> str:
    """How they stood at the end of the words that an asset is found by."""
    return " ".join(unicodedata.normalize("NFKC", " ".join(map(str, tags))).casefold().split())


def _key(tag: str) -> str:
    seen = "".join(char for char in unicodedata.normalize("NFKC", tag).casefold() if unicodedata.category(char) != "Cf")
    return " ".join(seen.split())
