from datetime import datetime
from typing import Any, Final, Literal, Self
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    false,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table
from gesso.kit.actor import Actor

Purpose = Literal["picture", "mask", "trial"]
Label = Literal["red", "orange", "yellow", "green", "blue", "purple", "grey"]
LABELS: Final[tuple[Label, ...]] = ("red", "orange", "yellow", "green", "blue", "purple", "grey")

ERASED: Final = "erased_at IS NOT NULL"
STACKED: Final = "stack_id IS NOT NULL"
LABELLED: Final = "label IS NOT NULL"
LIVING: Final = "erased_at IS NULL"
TROUBLED: Final = "trouble IS NOT NULL"
TRASHED: Final = "deleted_at IS NOT NULL AND erased_at IS NULL"
_PLACE: Final = ("team_id", "deleted_at", "id")


class Asset(Owned):
    """Bytes with provenance. The bytes at `key` are never changed; delete is a date in `deleted_at`.

    Erased for good (`erased_at`) means that the bytes and the words are gone. The row stays, seen by nobody: runs count
    it, and what was made from it names it.
    """

    __tablename__ = "asset"
    __table_args__ = (
        UniqueConstraint("run_id", "run_index"),
        CheckConstraint("kind IN ('image', 'video', 'audio', 'mesh', 'text')", name="kind"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("purpose IN ('picture', 'mask', 'trial')", name="purpose"),
        CheckConstraint(f"label IN {LABELS}", name="label"),
        CheckConstraint("erased_at IS NULL OR deleted_at IS NOT NULL", name="erased_at"),
        # None by the team: lists go by the index in memory, and SQLite would prefer it to the ids that are asked for.
        Index("ix_asset_erased", "team_id", sqlite_where=text(ERASED), postgresql_where=text(ERASED)),
        Index(
            "ix_asset_label",
            "team_id",
            "label",
            "id",
            sqlite_where=text(LABELLED),
            postgresql_where=text(LABELLED),
        ),
        Index(
            "ix_asset_stack",
            "stack_id",
            "stack_position",
            "id",
            sqlite_where=text(STACKED),
            postgresql_where=text(STACKED),
        ),
        Index("ix_asset_heavy", "team_id", "bytes", sqlite_where=text(LIVING), postgresql_where=text(LIVING)),
        Index("ix_asset_came", "team_id", "id"),
        Index("ix_asset_held", *_PLACE, sqlite_where=text("held = 1"), postgresql_where=text("held")),
        Index("ix_asset_liked", *_PLACE, sqlite_where=text("favorite = 1"), postgresql_where=text("favorite")),
        Index("ix_asset_trash", *_PLACE, sqlite_where=text(TRASHED), postgresql_where=text(TRASHED)),
        Index("ix_asset_trouble", "team_id", "trouble", sqlite_where=text(TROUBLED), postgresql_where=text(TROUBLED)),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("run.id"))
    run_index: Mapped[int | None]
    op: Mapped[str | None] = mapped_column(index=True)
    """The operation of the run that made it; None for an upload."""
    kind: Mapped[str]
    type: Mapped[str]
    key: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int]
    height: Mapped[int]
    title: Mapped[str]
    words: Mapped[str]
    """What it is found by besides its tags: title, prompt and description in lower case. Written by
    `library.search.words` alone."""
    facts: Mapped[dict[str, Any]]
    """What its maker and the intake say of it: pages, alpha, icc, thumbhash, colour, preview, confidence, ...; and as
    `described` what somebody has said of it: caption, alt, and `by` what program an alt is that no person wrote; as
    `provenance` what its file says of where it comes from, as `sealed` what was laid into it here; as `declared` what
    its file says that it shows, as `came` the address or the archive that it came from, as `stock` whose it is; as
    `file` the first title of what was added and has another by now."""
    favorite: Mapped[bool] = mapped_column(default=False)
    rating: Mapped[int | None]
    """How well it turned out, from 1 to 5, where somebody has said so."""
    label: Mapped[Label | None] = mapped_column(String)
    """A colour that somebody marked it with; what it means is theirs to say."""
    reference: Mapped[bool] = mapped_column(server_default=false())
    """Kept to be shown to models as what to go by: for its style, its colours, its subject."""
    purpose: Mapped[Purpose] = mapped_column(String, server_default="picture")
    """A mask serves to make pictures and is no picture of its own, a trial shows a part of what might be bought: lists
    leave them out unless they are asked for them."""
    review: Mapped[str | None]
    """What was decided last on a board: approved, or changes are wanted. Written by `sharing.decide` alone."""
    version_of: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id"), index=True)
    """The first original, when this is that picture edited or enlarged, however often."""
    stack_id: Mapped[UUID | None]
    """What it is stacked with has the same; no row stands behind it. Of a stack that is closed the top is seen: the
    first of those that are not in the trash, by `stack_position` and id."""
    stack_position: Mapped[int | None]
    held: Mapped[bool] = mapped_column(server_default=false())
    """Under a legal hold: it is neither thrown away nor erased. Written by `library.holds` alone."""
    trouble: Mapped[str | None]
    """What is wrong with its bytes, where something is: `missing`, or `changed` since they came to rest."""
    deleted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    @classmethod
    def visible_to(cls, actor: Actor) -> Select[Self]:
        return super().visible_to(actor).where(cls.erased_at.is_(None))

    @classmethod
    def known_to(cls, actor: Actor) -> Select[Self]:
        """With those of which only the row is left: for what has to say that something was there. It is asked for by
        ids, so that the team is looked at last: SQLite would else go through all that the team has."""
        return select(cls).where(func.coalesce(cls.team_id, cls.team_id) == actor.team_id)


class Parent(Table):
    """That one asset was made from another."""

    __tablename__ = "asset_parent"
    __table_args__ = (
        # In this order the newest children of one parent are found without looking at the others.
        Index(None, "parent_id", "child_id"),
    )

    child_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)


class Import(Owned):
    """Many files that come in together: those of an archive, or those at some addresses. The server does the work, file
    by file, and what it has done is written down with each file."""

    __tablename__ = "import_order"
    __table_args__ = (Index(None, "team_id", "id"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    source: Mapped[str]
    """"zip" or "urls"."""
    name: Mapped[str]
    key: Mapped[str | None]
    """Where an archive rests until the import is over."""
    wishes: Mapped[dict[str, Any]]
    """What is to be done with what comes in: `tags` for all, and what `folders` become."""
    state: Mapped[str]
    """As of runs: queued, running, succeeded, failed, cancelled."""
    stopping: Mapped[bool] = mapped_column(default=False)
    total: Mapped[int | None]
    """None: the archive was not looked into yet."""
    kept: Mapped[int] = mapped_column(default=0)
    twins: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class ImportFile(Table):
    """One file of an import. `name` is where it lies in the archive, or its address."""

    __tablename__ = "import_file"
    __table_args__ = (Index(None, "import_id", "state", "place"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("import_order.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[str]
    """waiting, kept, twin (its bytes are here already, as `asset_id`), or refused."""
    size: Mapped[int | None] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    """How much of it has come."""
    asset_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id"), index=True)
    why: Mapped[str | None]
