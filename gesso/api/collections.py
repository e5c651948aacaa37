"""Collections and campaigns: made, nested, ordered, deleted and brought back; what is in them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso import library, runs
from gesso.api.assets import CURSOR, AssetsOut, Filters
from gesso.api.changes import Changed, changed
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.shapes import assets_out
from gesso.db import Work
from gesso.library import changes, collections
from gesso.library.collections import Shown

router = APIRouter(prefix="/content-assets/collections", tags=["collections"], max_body_size=BODY_BYTES)

Kind = Literal["collection", "campaign"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=collections.LONGEST)]
Channel = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
MOST_IDS = 10_000


class CollectionOut(BaseModel):
    """A collection. `count` is how many assets it has itself, those in the trash not counted; `cover` the asset it is
    shown by: the chosen one, else its first. Of a campaign, `spent` is what the runs that were made for it cost and
    `promised` what those that work may still cost, in thousandths of a credit as `budget` is."""

    id: UUID
    created_at: datetime
    name: str
    note: str
    kind: Kind
    parent: UUID | None
    cover: UUID | None
    chosen_cover: UUID | None
    count: int
    brief: str
    starts: date | None
    ends: date | None
    budget: int | None
    spent: int
    promised: int
    channels: list[str]
    deleted_at: datetime | None


class CollectionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    kind: Kind = "collection"
    parent: UUID | None = None
    before: UUID | None = Field(None, description="The neighbour that it comes to stand in front of.")
    note: str = Field("", max_length=2000)
    brief: str = Field("", max_length=10_000)
    starts: date | None = None
    ends: date | None = None
    budget: int | None = Field(
        None,
        ge=0,
        le=10**12,
        description="Thousandths of a credit. A run for the campaign that would go beyond it is refused.",
    )
    channels: list[Channel] = Field([], max_length=50)


class CollectionChange(BaseModel):
    """What is not named stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    kind: Kind | None = None
    parent: UUID | None = Field(None, description="To be moved under; null: to the top.")
    before: UUID | None = Field(None, description="The neighbour to stand in front of; null: at the end.")
    cover: UUID | None = Field(None, description="null: its first asset.")
    note: str | None = Field(None, max_length=2000)
    brief: str | None = Field(None, max_length=10_000)
    starts: date | None = None
    ends: date | None = None
    budget: int | None = Field(None, ge=0, le=10**12)
    channels: list[Channel] | None = Field(None, max_length=50)

    def wish(self) -> dict[str, Any]:
        told = self.model_dump(include=self.model_fields_set)
        return {name: value for name, value in told.items() if value is not None or name not in _NEVER_NULL}


_NEVER_NULL = frozenset({"name", "kind", "note", "brief", "channels"})


class AssetsIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] = Field(min_length=1, max_length=MOST_IDS)


class Listing(BaseModel):
    after: Annotated[str, StringConstraints(pattern=CURSOR)] | None = None
    limit: int = Field(50, ge=1, le=200)


@router.get("")
async def listed(desk: AtDesk, kind: Kind | None = None) -> list[CollectionOut]:
    """All of them: `parent` says what each is nested in, and those of one parent come in their order."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return await _out(work, await collections.tree(work, kind=kind))


@router.post("", status_code=201)
async def make(asked: CollectionIn, desk: AtDesk) -> CollectionOut:
    """An empty one, at the end of those of its parent."""
    desk.actor.require("library.write")
    wish = asked.model_dump(exclude={"name", "kind"})
    async with desk.work() as work:
        made = await collections.make(work, asked.name, kind=asked.kind, wish=wish)
        return await _one(work, made.id)


@router.get("/{collection_id}")
async def get(collection_id: UUID, desk: AtDesk) -> CollectionOut:
    """One of them, with how many assets it holds."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return await _one(work, collection_id)


@router.patch("/{collection_id}")
async def change(collection_id: UUID, asked: CollectionChange, desk: AtDesk) -> CollectionOut:
    """Renamed, moved under another, put in front of a neighbour, and so on. It cannot be moved into itself."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        await collections.change(work, collection_id, asked.wish())
        return await _one(work, collection_id)


@router.delete("/{collection_id}", status_code=204)
async def remove(collection_id: UUID, desk: AtDesk) -> None:
    """With all that is nested in it; no asset is deleted. `POST …/restore` brings them back as they were."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        await collections.remove(work, collection_id)


@router.post("/{collection_id}/restore")
async def restore(collection_id: UUID, desk: AtDesk) -> CollectionOut:
    """Brings it back from the trash with all that is nested in it."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        await collections.restore(work, collection_id)
        return await _one(work, collection_id)


@router.get("/{collection_id}/assets")
async def assets(collection_id: UUID, desk: AtDesk, asked: Annotated[Listing, Query()]) -> AssetsOut:
    """In the order of the collection. `GET /api/assets?collection=` takes filters besides."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        await collections.find(work, collection_id)
        wanted = Filters(collection=collection_id, sort="collection", purpose="any").wanted()
        page = await library.listed(work, wanted, after=asked.after, limit=asked.limit)
        return AssetsOut(items=await assets_out(work, page.items), next=page.next)


@router.post("/{collection_id}/assets")
async def add(collection_id: UUID, asked: AssetsIn, desk: AtDesk) -> Changed:
    """At its end; what is in it already stays where it is. To undo it: `POST /api/assets/bulk/{id}/undo`."""
    return await _membership(desk, asked.ids, {"add": str(collection_id)})


@router.delete("/{collection_id}/assets/{asset_id}")
async def take_out(collection_id: UUID, asset_id: UUID, desk: AtDesk) -> Changed:
    """The asset itself stays. To undo it: `POST /api/assets/bulk/{id}/undo`."""
    return await _membership(desk, [asset_id], {"remove": str(collection_id)})


async def _membership(desk: AtDesk, ids: list[UUID], what: dict[str, str]) -> Changed:
    desk.actor.require("library.write")
    meant = library.Selection(ids).query
    return changed(await changes.carry_out(desk.work, None, meant, {"collection": what}))


async def _one(work: Work, id: UUID) -> CollectionOut:
    return (await _out(work, [await collections.get(work, id)]))[0]


async def _out(work: Work, found: list[Shown]) -> list[CollectionOut]:
    costs = await runs.campaign.costs(work, [each.collection.id for each in found])
    out = []
    for each in found:
        row, cost = each.collection, costs[each.collection.id]
        out.append(
            CollectionOut(
                id=row.id,
                created_at=row.created_at,
                name=row.name,
                note=row.note,
                kind="campaign" if row.kind == "campaign" else "collection",
                parent=row.parent_id,
                cover=each.cover,
                chosen_cover=row.cover_id,
                count=each.count,
                brief=row.brief,
                starts=row.starts,
                ends=row.ends,
                budget=row.budget,
                spent=cost.spent,
                promised=cost.promised,
                channels=row.channels,
                deleted_at=row.deleted_at,
            )
        )
    return out
