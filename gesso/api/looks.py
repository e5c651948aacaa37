"""Assets: found by what they look like; and the long work that goes on behind them."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from gesso import library
from gesso.api.assets import Filters, received, spooled
from gesso.api.chores import ChoreOut, chore_out
from gesso.api.desk import AtDesk
from gesso.api.shapes import AssetOut, assets_out
from gesso.db import Work
from gesso.imaging.likeness import likeness
from gesso.kit.errors import Invalid, TooLarge
from gesso.library import catchup, chores, looks

router = APIRouter(prefix="/assets", tags=["assets"])

SENT: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


class Alike(Filters):
    """What is like what, of that which the other filters leave."""

    limit: int = Field(60, ge=1, le=200)


class HitOut(BaseModel):
    """`score` is from 0 to 1: how like it is, or how much of the colour it has."""

    score: float
    asset: AssetOut


class AlikeOut(BaseModel):
    """The best first. `like` stands for what was looked for, wherever `like` is a filter."""

    like: str | None
    items: list[HitOut]


class LooksOut(BaseModel):
    """`due` is how many pictures the studio has not looked at yet; `chore` is that which does so now."""

    due: int
    chore: ChoreOut | None


@router.get("/similar")
async def similar(desk: AtDesk, asked: Annotated[Alike, Query()]) -> AlikeOut:
    """What looks like an asset (`like`), or has a colour, with how like it is: by colours, where they lie, and edges,
    without a model. `GET /api/assets` takes the same filters, for pages and outlines of the same list."""
    desk.actor.require("library.read")
    if asked.like is None and asked.colour is None:
        raise Invalid("Say what it shall be like: “like” or “colour”.", fields=[{"field": "like"}])
    async with desk.read() as work:
        return await _found(work, asked)


@router.post("/similar", openapi_extra=SENT)
async def similar_to_file(request: Request, desk: AtDesk) -> AlikeOut:
    """What looks like a picture that is sent (multipart field `file`) and kept by nobody. The answer's `like` stands
    for it in further searches."""
    desk.actor.require("library.read")
    async with received(request, desk) as (_, file, path):
        await asyncio.to_thread(spooled, file, path)
        if await asyncio.to_thread(lambda: path.stat().st_size) > desk.studio.limits.bytes:
            raise TooLarge("The file is too large.", limit=desk.studio.limits.bytes)
        packed = await desk.studio.pool.run(likeness, path, max_pixels=desk.studio.limits.pixels)
    async with desk.read() as work:
        return await _found(work, Alike(like=looks.told(packed)))


@router.get("/looks")
async def seen(desk: AtDesk) -> LooksOut:
    """Whether all pictures can be found by look. What comes in is looked at as it comes; the rest by itself, later."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        going = await chores.going(work, catchup.KIND)
        return LooksOut(due=await catchup.due(work), chore=chore_out(going) if going else None)


@router.post("/looks", status_code=202)
async def look(desk: AtDesk) -> LooksOut:
    """Looks now at what was not looked at yet. Twice is once."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        due, going = await catchup.due(work), await chores.going(work, catchup.KIND)
        if due and going is None:
            going = await desk.studio.chores.begin(work, catchup.KIND, {}, due)
        return LooksOut(due=due, chore=chore_out(going) if going else None)


async def _found(work: Work, asked: Alike) -> AlikeOut:
    look = await asked.look(work)
    hits = await looks.found(work, look)
    scores = {hit.asset_id: hit.score for hit in hits}
    page = await library.listed(work, asked.ranked(hits), after=None, limit=asked.limit)
    shown = await assets_out(work, page.items)
    like = looks.told(look.like) if look.like is not None else None
    return AlikeOut(like=like, items=[HitOut(score=round(scores[each.id], 4), asset=each) for each in shown])
