"""What platforms ask of a picture, and the team's own formats among them."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from gesso import brand, presets
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.presets import File
from gesso.brand import FormatBody
from gesso.presets import Format, FormatKind, Type

platforms = APIRouter(prefix="/platforms", tags=["platforms"], max_body_size=BODY_BYTES)
formats = APIRouter(prefix="/formats", tags=["platforms"], max_body_size=BODY_BYTES)

Asked = Annotated[str, Query(max_length=400, description="Words; slips and other words for the same are understood.")]
Closed = ConfigDict(extra="forbid")


class SafeOut(BaseModel):
    """The shares of the edges that the app may cover or cut."""

    top: float
    bottom: float
    left: float
    right: float


class ZoneOut(BaseModel):
    """What the app draws over the picture, in shares of it."""

    name: str
    x: float
    y: float
    width: float
    height: float


class CaptionOut(BaseModel):
    """How long the words beside the picture may be; null where no limit is known."""

    max: int | None
    hashtags: int | None
    mentions: int | None
    source: str


class FormatOut(BaseModel):
    """A place for a picture. `max_bytes` is decimal: 5 MB are 5 000 000 bytes. `source` says where it was looked up and
    `as_of` when; `stale` that this is more than a year ago. `note` says what of it is not from the source."""

    id: str
    platform: str
    title: str
    width: int
    height: int
    types: list[Type]
    max_bytes: int | None
    safe: SafeOut
    zones: list[ZoneOut]
    round: bool
    kind: FormatKind
    caption: CaptionOut | None
    alt_max: int | None
    source: str
    as_of: date
    stale: bool
    note: str
    own: bool


class PlatformOut(BaseModel):
    id: str
    title: str
    formats: list[FormatOut]


class PlatformsOut(BaseModel):
    platforms: list[PlatformOut]


class FormatIn(FormatBody):
    """A format of the team's own. `platform` is one that is known, or “own”."""

    title: str = Field(max_length=200)


class FormatChange(BaseModel):
    """What is left out stays."""

    model_config = Closed

    title: str | None = Field(None, max_length=200)
    platform: str | None = None
    width: int | None = None
    height: int | None = None
    types: list[Type] | None = None
    max_bytes: int | None = None
    safe: dict[str, float] | None = None
    zones: list[dict[str, Any]] | None = None
    round: bool | None = None
    kind: FormatKind | None = None
    caption: dict[str, Any] | None = None
    alt_max: int | None = None
    source: str | None = None
    as_of: date | None = None
    note: str | None = None


def format_out(format: Format) -> FormatOut:
    return FormatOut.model_validate(format, from_attributes=True)


@platforms.get("")
async def every(desk: AtDesk, q: Asked = "") -> PlatformsOut:
    """All formats by platform, the team's own first; or those that answer the words, the best first."""
    async with desk.read() as work:
        found = [found.item for found in presets.search(q, await brand.formats(work))]
    return PlatformsOut(
        platforms=[
            PlatformOut(id=one.id, title=one.title, formats=[format_out(each) for each in one.formats])
            for one in presets.grouped(found)
        ]
    )


@formats.post("", status_code=201)
async def add(said: FormatIn, desk: AtDesk) -> FormatOut:
    """Keeps a format of the team's own. Requests name it by its `id`."""
    async with desk.work() as work:
        body = said.model_dump(mode="json", exclude={"title"})
        return format_out(brand.format(await brand.add(work, "format", said.title, body)))


@formats.get("/export")
async def export(desk: AtDesk) -> File:
    """The team's own formats as a file."""
    async with desk.read() as work:
        return File.model_validate(await brand.handed(work, "format"))


@formats.post("/import", status_code=201)
async def take(file: File, desk: AtDesk) -> list[FormatOut]:
    """Takes in the formats of such a file, all of them or none; gives those that are new here."""
    async with desk.work() as work:
        return [format_out(brand.format(row)) for row in await brand.taken(work, "format", file.model_dump())]


@formats.patch("/{name}")
async def change(name: str, said: FormatChange, desk: AtDesk) -> FormatOut:
    """Changes a format of the team's own. What was made for it stays as it is."""
    body = said.model_dump(mode="json", exclude={"title"}, exclude_unset=True)
    async with desk.work() as work:
        return format_out(brand.format(await brand.change(work, "format", name, said.title, body)))


@formats.delete("/{name}", status_code=204)
async def remove(name: str, desk: AtDesk) -> None:
    """Throws a format of the team's own away."""
    async with desk.work() as work:
        await brand.remove(work, "format", name)
