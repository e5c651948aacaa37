"""Photographs of others: searched where they are, and taken in with their credit."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from gesso import library
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.shapes import AssetOut, assets_out
from gesso.library.stock import MOST_PAGES, Orientation, Window

router = APIRouter(prefix="/stock", tags=["stock"], max_body_size=BODY_BYTES)

Id = Annotated[str, Path(max_length=60, pattern=r"^[A-Za-z0-9_-]+$")]


class SourceOut(BaseModel):
    """A source of photographs. Without a key (`by` is null) it can be told one, which is got at `keys`; of a key its
    `ending` is shown."""

    name: str
    title: str
    site: str
    keys: str
    licence: str
    licence_url: str
    by: Literal["team", "machine"] | None
    ending: str


class PhotoOut(BaseModel):
    """A photograph that may be taken in. Whoever shows it names its photographer with the link, and shows `thumb` from
    its own address."""

    id: str
    width: int
    height: int
    thumb: str
    title: str
    colour: str
    photographer: str
    photographer_url: str
    page: str
    credit: str


class PhotosOut(BaseModel):
    items: list[PhotoOut]
    total: int
    pages: int


class KeyIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")
    ]


@router.get("")
async def sources(desk: AtDesk) -> list[SourceOut]:
    """Where photographs can be searched, and what still needs a key."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return [_out(window) for window in await desk.studio.stock.windows(work)]


@router.put("/{name}")
async def tell(name: str, told: KeyIn, desk: AtDesk) -> SourceOut:
    """Tells a source the team's key, which is tried first and kept sealed."""
    return _out(await desk.studio.stock.tell(desk.actor, name, told.key))


@router.delete("/{name}", status_code=204)
async def forget(name: str, desk: AtDesk) -> None:
    """Forgets the team's key."""
    desk.actor.require("providers.manage")
    async with desk.work() as work:
        await desk.studio.stock.forget(work, name)


@router.get("/{name}/photos")
async def search(
    name: str,
    desk: AtDesk,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
    orientation: Orientation | None = None,
) -> PhotosOut:
    """A page of the photographs that answer the words."""
    desk.actor.require("library.write")
    async with desk.read() as work:
        source = await desk.studio.stock.source(work, name)
    found = await source.search(q, page, orientation)
    items = [
        PhotoOut.model_validate(
            {field: getattr(photo, field, None) for field in PhotoOut.model_fields} | {"credit": source.credit(photo)}
        )
        for photo in found.photos
    ]
    return PhotosOut(items=items, total=found.total, pages=min(found.pages, MOST_PAGES))


@router.post("/{name}/photos/{photo}", status_code=201)
async def take(name: str, photo: Id, desk: AtDesk, response: Response) -> AssetOut:
    """Takes a photograph into the library, with whose it is: `facts.stock`. One that is here already is answered as it
    is (200). Its source is told, where that is its rule."""
    desk.actor.require("library.write")
    async with desk.read() as work:
        await library.require_room(work, desk.studio.limits.ceiling)
    asset, new = await desk.studio.stock.take(desk.actor, name, photo)
    if not new:
        response.status_code = 200
    async with desk.read() as work:
        return (await assets_out(work, [asset]))[0]


def _out(window: Window) -> SourceOut:
    kind = window.kind
    return SourceOut(
        name=kind.name,
        title=kind.title,
        site=kind.site,
        keys=kind.keys,
        licence=kind.licence,
        licence_url=kind.licence_url,
        by=window.by,
        ending=window.ending,
    )
