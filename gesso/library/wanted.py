"""Which assets are meant: by what they are like, or by name. The one place where that becomes a query."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from gesso.kit.actor import Actor
from gesso.library import search, stacks, tagging
from gesso.library.arranged import CollectionAsset, in_order
from gesso.library.tables import Asset, Label, Purpose

Shape = Literal["landscape", "portrait", "square"]
Status = Literal["approved", "changes", "open"]

SQUARE: Final = 103
"""A picture is square when no side is longer than this many hundredths of the other."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which assets are asked for, and in which order. None does not narrow.

    Of `ops` any may have made it; `since` and `until` (both included, UTC) are about when it came into the library;
    `min_side` is the shorter side in pixels; `uploads` says whether no operation made it; `status` is what was
    decided of it on a board, open where nothing was; all of `tags` it keeps. In a `collection` the order is,
    `by_hand`, the one that people made; where stacks are `closed`, only their tops are there.
    """

    q: str | None = None
    kind: str | None = None
    ops: tuple[str, ...] = ()
    favorite: bool | None = None
    reference: bool | None = None
    deleted: bool = False
    purpose: Purpose | None = "picture"
    shape: Shape | None = None
    since: datetime | None = None
    until: datetime | None = None
    min_side: int | None = None
    uploads: bool | None = None
    status: Status | None = None
    oldest_first: bool = False
    collection: UUID | None = None
    by_hand: bool = False
    tags: tuple[str, ...] = ()
    label: Label | Literal["none"] | None = None
    stack: UUID | None = None
    closed: bool = False

    def query(self, actor: Actor, *, after: UUID | None = None) -> Select[Asset]:
        """Those that the actor may see, in order; with `after`, those that come after that one."""
        query = Asset.visible_to(actor).where(*self._conditions(), *self._arranged(actor))
        if self.collection is not None and self.by_hand:
            return in_order(query, self.collection, after)
        if after is not None:
            query = query.where(Asset.id > after if self.oldest_first else Asset.id < after)
        return query.order_by(Asset.id.asc() if self.oldest_first else Asset.id.desc())

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        yield Asset.deleted_at.is_not(None) if self.deleted else Asset.deleted_at.is_(None)
        if self.purpose:
            yield Asset.purpose == self.purpose
        if self.q:
            yield search.matches(self.q)
        if self.kind:
            yield Asset.kind == self.kind
        if self.ops:
            yield Asset.op.in_(self.ops)
        if self.uploads is not None:
            yield Asset.op.is_(None) if self.uploads else Asset.op.is_not(None)
        if self.status is not None:
            yield Asset.review.is_(None) if self.status == "open" else Asset.review == self.status
        if self.favorite is not None:
            yield Asset.favorite == self.favorite
        if self.reference is not None:
            yield Asset.reference == self.reference
        if self.shape:
            yield _SHAPES[self.shape]
        if self.min_side is not None:
            yield (Asset.width >= self.min_side) & (Asset.height >= self.min_side)
        if self.since is not None:
            yield Asset.created_at >= self.since
        if self.until is not None:
            yield Asset.created_at <= self.until

    def _arranged(self, actor: Actor) -> Iterator[ColumnElement[bool]]:
        if self.collection is not None and not self.by_hand:
            within = select(CollectionAsset.asset_id).where(CollectionAsset.collection_id == self.collection)
            yield Asset.id.in_(within)
        for tag in self.tags:
            yield tagging.tagged(actor.team_id, tag)
        if self.label is not None:
            yield Asset.label.is_(None) if self.label == "none" else Asset.label == self.label
        if self.stack is not None:
            yield Asset.stack_id == self.stack
        if self.closed:
            yield stacks.closed()


@dataclass(frozen=True, slots=True)
class Selection:
    """What somebody has selected: the assets named in `among`, or all that are like that, but not those named in `but`.
    Whoever selects a hundred thousand names none of them."""

    among: Wanted | Collection[UUID]
    but: Collection[UUID] = ()

    def query(self, actor: Actor) -> Select[Asset]:
        """Those that the actor may see, the newest first unless they are wanted otherwise."""
        if isinstance(self.among, Wanted):
            query = self.among.query(actor)
        else:
            query = Asset.visible_to(actor).where(Asset.id.in_(self.among)).order_by(Asset.id.desc())
        return query.where(Asset.id.not_in(self.but)) if self.but else query


_WIDE: Final = Asset.width * 100 > Asset.height * SQUARE
_TALL: Final = Asset.height * 100 > Asset.width * SQUARE
_SHAPES: Final = {"landscape": _WIDE, "portrait": _TALL, "square": ~(_WIDE | _TALL)}
