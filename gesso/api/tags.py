"""The team's tags: listed with their numbers, completed while one types, renamed, merged, deleted."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso.api.changes import Changed, changed
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.library import changes, tagging

router = APIRouter(prefix="/tags", tags=["tags"], max_body_size=BODY_BYTES)

Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=tagging.LONGEST)]
Asked = Annotated[str, StringConstraints(max_length=tagging.LONGEST)]


class TagOut(BaseModel):
    """A tag as it is shown, and how many assets have it, those in the trash not counted."""

    tag: str
    count: int


class RenameIn(BaseModel):
    """`to` may be a tag that is there: then the others are merged into it."""

    model_config = ConfigDict(extra="forbid")

    tags: list[Tag] = Field(min_length=1, max_length=50)
    to: Tag


class DeleteIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tags: list[Tag] = Field(min_length=1, max_length=50)


@router.get("")
async def listed(
    desk: AtDesk, after: Asked | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 500
) -> list[TagOut]:
    """In the order of the alphabet; `after` is the last one of the page before."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return [TagOut(tag=each.tag, count=each.count) for each in await tagging.listed(work, after=after, limit=limit)]


@router.get("/complete")
async def complete(desk: AtDesk, q: Asked) -> list[TagOut]:
    """What begins with these letters, the most used first."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return [TagOut(tag=each.tag, count=each.count) for each in await tagging.completed(work, q)]


@router.post("/rename")
async def rename(asked: RenameIn, desk: AtDesk) -> Changed:
    """Renames a tag on all assets, or merges several into one. To undo it: `POST /api/assets/bulk/{id}/undo`."""
    desk.actor.require("library.write")
    what = {"tags": {"add": [asked.to], "remove": asked.tags, "only": asked.tags}}
    return changed(await changes.carry_out(desk.work, None, tagging.anyhow(asked.tags), what))


@router.post("/delete")
async def delete(asked: DeleteIn, desk: AtDesk) -> Changed:
    """Takes tags off all assets, also where they are only proposed. To undo it: `POST /api/assets/bulk/{id}/undo`."""
    desk.actor.require("library.write")
    what = {"tags": {"add": [], "remove": asked.tags, "only": asked.tags}}
    return changed(await changes.carry_out(desk.work, None, tagging.anyhow(asked.tags), what))
