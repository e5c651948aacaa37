"""Changes of many assets at once, gone on with where they broke off, and undone."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gesso import library
from gesso.api.assets import Selection
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.kit.ids import uuid7
from gesso.library import Label, changes
from gesso.library.changes import Done

router = APIRouter(prefix="/assets/bulk", tags=["assets"])

Tag = Annotated[str, StringConstraints(max_length=library.tagging.LONGEST)]


class TagsChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    add: list[Tag] = Field([], max_length=50)
    remove: list[Tag] = Field([], max_length=50)


class CollectionChange(BaseModel):
    """One of: `add` to, `remove` from, `move` out of one `to` another, or `order` within one: in front of the asset
    `before`, or at the end."""

    model_config = ConfigDict(extra="forbid")

    add: UUID | None = None
    remove: UUID | None = None
    move: UUID | None = None
    to: UUID | None = None
    order: UUID | None = None
    before: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.add, self.remove, self.move, self.order)) != 1:
            raise ValueError("name one of “add”, “remove”, “move” and “order”")
        if (self.move is None) != (self.to is None) or (self.move is not None and self.move == self.to):
            raise ValueError("“move” names where from, “to” where to")
        if self.before is not None and self.order is None:
            raise ValueError("“before” belongs to “order”")
        return self


class Change(BaseModel):
    """One of these."""

    model_config = ConfigDict(extra="forbid")

    favorite: bool | None = None
    reference: bool | None = None
    rating: int | None = Field(None, ge=0, le=5, description="From 1 to 5; 0 takes it away.")
    label: Label | Literal["none"] | None = None
    tags: TagsChange | None = None
    collection: CollectionChange | None = None
    stack: Literal["together", "runs", "top", "none"] | None = Field(
        None,
        description="together: into one stack, the first on top; runs: those of each run that lie in no stack; top: on "
        "top of the stack it lies in; none: out of it.",
    )
    title: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = Field(
        None,
        description="A pattern: {title} is what it is called, {n} its number ({nn}: with two digits), {date} when it "
        "came in, {op} what made it.",
    )
    deleted: bool | None = Field(None, description="true: into the trash; false: out of it.")
    forever: Literal[True] | None = Field(None, description="Erases what is in the trash; there is no way back.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("name one change")
        return self

    def named(self) -> dict[str, Any]:
        """The one, as JSON."""
        return self.model_dump(mode="json", exclude_none=True)


class Bulk(BaseModel):
    """`id` is the caller's to choose: the same once more goes on where the first broke off."""

    model_config = ConfigDict(extra="forbid")

    select: Selection
    change: Change
    id: UUID | None = None


class Changed(BaseModel):
    """What really changed. With its `id` it can be undone for 30 days; `left` are those that were not come to."""

    id: UUID
    state: str
    changed: int
    ids: list[UUID]
    left: int


class Recent(BaseModel):
    """A change of the last days: `done` of `total` assets were looked at, `changed` were changed. `state` is running
    (or broken off), done, undoing or undone."""

    id: UUID
    created_at: datetime
    change: dict[str, Any]
    state: str
    total: int
    done: int
    changed: int


@router.post("", max_body_size=BODY_BYTES)
async def bulk(asked: Bulk, desk: AtDesk, after: BackgroundTasks) -> Changed:
    """One change to many assets, in portions of a thousand: each is made whole or not at all, with what was there
    before. An event `assets.changed` tells of each. What is erased for good is so in one step."""
    desk.actor.require("library.write")
    chosen = asked.select.chosen()
    if asked.change.forever:
        async with desk.work() as work:
            ids = await library.erase(work, chosen)
        after.add_task(library.sweep, desk.studio.db, desk.studio.store, desk.actor)
        return Changed(id=asked.id or uuid7(), state="done", changed=len(ids), ids=ids, left=0)
    return changed(await changes.carry_out(desk.work, asked.id, chosen.query, asked.change.named()))


@router.get("")
async def recent(desk: AtDesk) -> list[Recent]:
    """Your last twenty, the newest first."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        found = await changes.recent(work)
    return [
        Recent(
            id=each.id,
            created_at=each.created_at,
            change=each.what,
            state=each.state,
            total=each.total,
            done=each.at,
            changed=each.changed,
        )
        for each in found
    ]


@router.post("/{change_id}/undo")
async def undo(change_id: UUID, desk: AtDesk) -> Changed:
    """Puts back exactly what each asset had before; `ids` are those that are still to come, so none. Twice is once."""
    desk.actor.require("library.write")
    return changed(await changes.undo(desk.work, change_id))


@router.post("/{change_id}/resume")
async def resume(change_id: UUID, desk: AtDesk) -> Changed:
    """Goes on with a change that broke off."""
    desk.actor.require("library.write")
    return changed(await changes.resume(desk.work, change_id))


def changed(done: Done) -> Changed:
    return Changed(id=done.id, state=done.state, changed=len(done.ids), ids=done.ids, left=done.left)
