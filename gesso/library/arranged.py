"""What people arrange their assets by: tags, collections and campaigns; and what a change of many has changed."""

from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table
from gesso.kit.time import now

TagState = Literal["kept", "proposed", "rejected"]
PERSON: Final = "person"

_Sorted: Final = String().with_variant(String(collation="C"), "postgresql")
"""Sorts by its characters alone, so that both databases agree."""


class AssetTag(Table):
    """A word or two that an asset is filed under. A person keeps it; a program proposes it, until somebody keeps or
    rejects that. A rejected one stays, so that it is not proposed again. Written by `library.tagging` alone."""

    __tablename__ = "asset_tag"
    __table_args__ = (
        CheckConstraint("state IN ('kept', 'proposed', 'rejected')", name="state"),
        Index(None, "team_id", "key", "asset_id"),
        Index(None, "team_id", "state", "key"),
    )

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    key: Mapped[str] = mapped_column(_Sorted, primary_key=True)
    """The tag as it is compared: `tagging.key`."""
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    tag: Mapped[str]
    """As it is shown."""
    by: Mapped[str]
    """A "person", or the name of the program."""
    state: Mapped[TagState] = mapped_column(String)


class Collection(Owned):
    """Assets that belong together, in an order of their own; an asset may be in many. A campaign is one with a brief,
    a time, a budget and channels, and runs that are made for it. Deleted, it goes with all that is nested in it, at
    one moment, and comes back with that: what was in it is not touched."""

    __tablename__ = "collection"
    __table_args__ = (
        CheckConstraint("kind IN ('collection', 'campaign')", name="kind"),
        CheckConstraint("budget >= 0", name="budget"),
        Index(None, "team_id", "parent_id", "position"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("collection.id"))
    cover_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id"))
    position: Mapped[str] = mapped_column(_Sorted)
    """Among those of the same parent: a key of `kit.place`."""
    kind: Mapped[str] = mapped_column(default="collection")
    brief: Mapped[str] = mapped_column(default="")
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    budget: Mapped[int | None] = mapped_column(BigInteger)
    """In thousandths of a credit."""
    channels: Mapped[list[str]] = mapped_column(default=list)
    deleted_at: Mapped[datetime | None]


class CollectionAsset(Table):
    """That an asset is in a collection, and where in it."""

    __tablename__ = "collection_asset"
    __table_args__ = (Index(None, "collection_id", "position", "asset_id"),)

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id"), primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
    position: Mapped[str] = mapped_column(_Sorted)
    """A key of `kit.place`."""
    added_at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str] = mapped_column(default=PERSON)
    """A "person", or what put it there, as a "run" does."""


class CollectionRun(Table):
    """That a run is made for a collection: what it makes goes into it, what it costs counts for it."""

    __tablename__ = "collection_run"

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id"), primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id"), primary_key=True, index=True)


class Change(Owned):
    """One change to many assets, made in portions. `ids` are those that were meant when it began, 16 bytes each; of
    these `at` are done. Whoever sends it again goes on from there."""

    __tablename__ = "asset_change"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'undoing', 'undone')", name="state"),
        Index(None, "team_id", "created_at"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    what: Mapped[dict[str, Any]]
    ids: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="running")


class ChangePart(Table):
    """What a portion of a change found: by asset, exactly what was there before. Undone, it is gone."""

    __tablename__ = "asset_change_part"

    change_id: Mapped[UUID] = mapped_column(ForeignKey("asset_change.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    before: Mapped[dict[str, Any]]
