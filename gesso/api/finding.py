"""Finding assets: how many there are of each kind, what a query is read as, and searches that are kept."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso import library
from gesso.api.assets import Filters, there
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.library import Counted

router = APIRouter(tags=["assets"])

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Typed = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ValueOut(BaseModel):
    """What may stand after the colon, and how many there are of it."""

    value: str
    count: int


class FacetsOut(BaseModel):
    """`fields` has, by the name of each filter (`rating`, `tag`, ...), the values that occur in what is found."""

    total: int
    fields: dict[str, list[ValueOut]]


class PartOut(BaseModel):
    """A piece of a query, `text` from `start` to `end`: a filter where it has a `field`, else a word or a phrase.
    `trouble` says why it cannot be read; then `value` may be what was meant."""

    start: int
    end: int
    text: str
    field: str | None
    value: str
    without: bool
    phrase: bool
    trouble: str | None


class ReadingOut(BaseModel):
    """`instead` has for each word that is nowhere those that are looked for in its place; `offered` what may be typed
    at the cursor, in the place of the part that it is in."""

    parts: list[PartOut]
    instead: dict[str, list[str]]
    offered: list[str]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=500)
    at: int | None = Field(None, ge=0, le=500, description="Where the cursor is.")


class SearchIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    q: Typed
    shared: bool = Field(False, description="Seen by the whole team.")


class SearchChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    q: Typed | None = None
    shared: bool | None = None


class SearchOut(BaseModel):
    """A search that is kept. `count` is how many it finds now; null where its query can no longer be read."""

    id: UUID
    name: str
    q: str
    shared: bool
    mine: bool
    count: int | None


@router.get("/assets/facets")
async def facets(desk: AtDesk, asked: Annotated[Filters, Query()]) -> FacetsOut:
    """How many of what is found have each value of each filter. A filter that is set does not narrow its own."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        await there(work, asked)
        found = await library.facets(work, await asked.resolved(work))
    fields = {
        name: [ValueOut(value=each.value, count=each.count) for each in values]
        for name, values in found.fields.items()
        if values
    }
    return FacetsOut(total=found.total, fields=fields)


@router.get("/assets/query")
async def reading(desk: AtDesk, asked: Annotated[Asked, Query()]) -> ReadingOut:
    """What a query is read as, what is wrong with it, and what may be typed where the cursor is."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        found = await library.reading(work, asked.q, asked.at)
    return ReadingOut(
        parts=[
            PartOut(
                start=part.start,
                end=part.end,
                text=part.text,
                field=part.field,
                value=part.value,
                without=part.without,
                phrase=part.phrase,
                trouble=part.trouble,
            )
            for part in found.parts
        ],
        instead={word: list(near) for word, near in found.instead.items()},
        offered=list(found.offered),
    )


@router.get("/searches")
async def saved(desk: AtDesk) -> list[SearchOut]:
    """The searches that are kept: one's own and the team's, by name, with how many each finds."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return [_out(desk, each) for each in await library.saved(work)]


@router.post("/searches", status_code=201, max_body_size=BODY_BYTES)
async def save(wanted: SearchIn, desk: AtDesk) -> SearchOut:
    """Keeps a search under a name. Refused where the query cannot be read."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        return _out(desk, await library.save(work, wanted.name, wanted.q, shared=wanted.shared))


@router.patch("/searches/{search_id}", max_body_size=BODY_BYTES)
async def alter(search_id: UUID, wanted: SearchChange, desk: AtDesk) -> SearchOut:
    """Another name or query, or shared or no longer. What is not named stays."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        told = await library.alter(work, search_id, name=wanted.name, q=wanted.q, shared=wanted.shared)
        return _out(desk, told)


@router.delete("/searches/{search_id}", status_code=204)
async def forget(search_id: UUID, desk: AtDesk) -> None:
    """The search, not what it finds."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        await library.forget(work, search_id)


def _out(desk: Desk, told: Counted) -> SearchOut:
    search = told.search
    mine = search.user_id == desk.actor.user_id
    return SearchOut(id=search.id, name=search.name, q=search.q, shared=search.shared, mine=mine, count=told.count)
