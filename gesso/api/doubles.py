"""Assets: duplicates, which is to stay, and what becomes of the others."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.shapes import AssetOut, assets_out
from gesso.db import Work
from gesso.library import doubles
from gesso.library.doubles import Group, Merge

router = APIRouter(prefix="/assets/duplicates", tags=["assets"], max_body_size=BODY_BYTES)


class DoubleOut(BaseModel):
    """`uses` is how many were made from it."""

    uses: int
    asset: AssetOut


class DoublesOut(BaseModel):
    """Pictures that are the same to the byte (`same`), or look so. `keep` is proposed to stay, because of `why`: it has
    the most pixels, bytes or uses, the best rating, or is the oldest."""

    key: str
    same: bool
    keep: UUID
    why: Literal["pixels", "bytes", "uses", "rating", "oldest"]
    items: list[DoubleOut]


class GroupsOut(BaseModel):
    """`next`, when there is one, is the `after` of the page that follows."""

    items: list[DoublesOut]
    next: UUID | None


class MergeIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    keep: UUID
    others: list[UUID] = Field(min_length=1, max_length=doubles.MOST)


class ApartIn(BaseModel):
    """That these are no duplicates; with `apart` false, that they may be shown as such again."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] = Field(min_length=2, max_length=doubles.MOST)
    apart: bool = True


class MergeOut(BaseModel):
    """`kept` as it is now; `others` are in the trash, or out of it again where that was undone."""

    id: UUID
    kept: AssetOut
    others: list[UUID]
    undone: bool


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    after: UUID | None = None
    limit: int = Field(20, ge=1, le=100)


@router.get("")
async def listed(desk: AtDesk, asked: Annotated[Asked, Query()]) -> GroupsOut:
    """Pictures that are there more than once, group by group. What was made one from the other (versions, copies in
    other sizes, what one run has made) is no duplicate, nor is a group that somebody has said so of."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        found = await doubles.found(work, after=asked.after, limit=asked.limit)
        return GroupsOut(items=[await _group(work, group) for group in found.groups], next=found.next)


@router.post("/merge", status_code=201)
async def merge(told: MergeIn, desk: AtDesk) -> MergeOut:
    """Keeps one: tags, collections, the best rating and what was said of the others are its own from now on, and they
    go into the trash. `POST /api/assets/duplicates/merge/{id}/undo` takes all of it back."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        return await _merged(work, await doubles.merge(work, told.keep, told.others))


@router.post("/merge/{merge_id}/undo")
async def undo(merge_id: UUID, desk: AtDesk) -> MergeOut:
    """As it was before; what somebody has said since stays. Twice is once."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        return await _merged(work, await doubles.unmerge(work, merge_id))


@router.post("/apart", status_code=204)
async def apart(told: ApartIn, desk: AtDesk) -> None:
    """Says that these are no duplicates of each other, or takes that back."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        await doubles.part(work, told.ids, told.apart)


async def _group(work: Work, group: Group) -> DoublesOut:
    shown = await assets_out(work, group.assets)
    items = [DoubleOut(uses=group.uses[asset.id], asset=asset) for asset in shown]
    return DoublesOut(key=group.key, same=group.same, keep=group.keep, why=group.why, items=items)


async def _merged(work: Work, merge: Merge) -> MergeOut:
    (kept,) = await assets_out(work, [await doubles.kept(work, merge)])
    return MergeOut(
        id=merge.id, kept=kept, others=[UUID(id) for id in merge.others], undone=merge.undone_at is not None
    )
