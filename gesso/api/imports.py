"""Files that come in together or from elsewhere: archives and addresses, worked through by the server."""

import asyncio
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso import library
from gesso.api.assets import listed_tags, received, spooled
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.api.shapes import AssetOut, assets_out
from gesso.kit.errors import Invalid
from gesso.library import Folders, Import, ImportFile
from gesso.library import imports as order_book

router = APIRouter(prefix="/imports", tags=["imports"])
addressed = APIRouter(prefix="/assets", tags=["imports"], max_body_size=BODY_BYTES)

MOST_HASHES: Final = 1_000
Closed = ConfigDict(extra="forbid")
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
ZIP: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "folders": {"type": "string", "enum": ["none", "tags", "collections"], "default": "none"},
                        "tags": {"type": "string", "description": "With commas between them."},
                    },
                }
            }
        },
    }
}


class ImportOut(BaseModel):
    """An import. Of `total` files (null: not counted yet) so many were kept, were here already (`twins`), and were
    refused; the rest waits."""

    id: UUID
    source: Literal["zip", "urls"]
    name: str
    state: str = Field(description="queued, running, succeeded, failed or cancelled")
    stopping: bool
    total: int | None
    kept: int
    twins: int
    refused: int
    error: str | None
    created_at: datetime
    ended_at: datetime | None


class ImportFileOut(BaseModel):
    """One file of an import: where it lies in the archive or its address, what became of it (`waiting`, `kept`, `twin`,
    `refused`), as which asset, and why not. `bytes` of `size` have come."""

    place: int
    name: str
    state: Literal["waiting", "kept", "twin", "refused"]
    size: int | None
    bytes: int
    asset: UUID | None
    why: str | None


class UrlsIn(BaseModel):
    model_config = Closed

    urls: list[Url] = Field(min_length=1, max_length=order_book.MOST_URLS)
    tags: list[Tag] = Field([], max_length=50)


class UrlIn(BaseModel):
    model_config = Closed

    url: Url
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    tags: list[Tag] = Field([], max_length=50)


class Hashes(BaseModel):
    model_config = Closed

    sha256: list[Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]] = Field(max_length=MOST_HASHES)


@router.post("/zip", status_code=202, openapi_extra=ZIP)
async def archive(request: Request, desk: AtDesk) -> ImportOut:
    """Takes in what is in a ZIP archive, as a job: see how it goes at `GET /api/imports/{id}`. No name in it leads
    anywhere, nothing in it is opened twice, and what is in the library already is passed over. With `folders` tags,
    each file is tagged with the names of its folders; with collections, each folder becomes one, nested as it was."""
    desk.actor.require("library.write")
    async with desk.read() as work:
        await library.require_room(work, desk.studio.limits.ceiling)
    async with received(request, desk, most=desk.studio.settings.max_import_mb << 20) as (form, file, path):
        await asyncio.to_thread(spooled, file, path)
        id = await desk.studio.imports.archive(
            desk.actor,
            path,
            file.filename or "archive.zip",
            folders=_folders(form.get("folders", "none")),
            tags=listed_tags(form.get("tags")),
        )
    return await _one(desk, id)


@router.post("/urls", status_code=202, max_body_size=BODY_BYTES)
async def addresses(asked: UrlsIn, desk: AtDesk) -> ImportOut:
    """Takes in what lies at these addresses, as a job. Only what is public is asked for, and each file is checked as an
    upload is."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        await library.require_room(work, desk.studio.limits.ceiling)
        id = await desk.studio.imports.addresses(work, asked.urls, tags=asked.tags)
    return await _one(desk, id)


@router.get("")
async def listed(desk: AtDesk) -> list[ImportOut]:
    """The latest imports of the team."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return [_out(order) for order in await order_book.imports(work)]


@router.get("/{import_id}")
async def get(import_id: UUID, desk: AtDesk) -> ImportOut:
    """How an import stands."""
    desk.actor.require("library.read")
    return await _one(desk, import_id)


@router.get("/{import_id}/files")
async def files(
    import_id: UUID,
    desk: AtDesk,
    state: Literal["waiting", "kept", "twin", "refused"] | None = None,
    after: Annotated[int, Query(ge=-1, le=1_000_000)] = -1,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> list[ImportFileOut]:
    """What became of each file, in the order of the archive: those after the place that is named."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        found = await order_book.files(work, import_id, state=state, after=after, limit=limit)
        return [_file_out(file) for file in found]


@router.post("/{import_id}/cancel")
async def cancel(import_id: UUID, desk: AtDesk) -> ImportOut:
    """Stops an import. What has come in stays."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        return _out(await order_book.cancel(work, import_id))


@addressed.post("/url", status_code=201)
async def from_url(asked: UrlIn, desk: AtDesk, response: Response) -> AssetOut:
    """Takes in what lies at an address, while you wait. What is here already is answered as the asset that it is (200).
    Only public addresses of the web are asked; each redirect is looked at anew."""
    return await taken(desk, asked.url, response, title=asked.title, tags=asked.tags)


@addressed.post("/known")
async def known(asked: Hashes, desk: AtDesk) -> dict[str, UUID]:
    """Which of these bytes are in the library, by their SHA-256, each with its asset."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return await library.present(work, asked.sha256)


async def taken(
    desk: Desk, url: str, response: Response, *, title: str = "", tags: list[str] | None = None
) -> AssetOut:
    """What lies at an address, as an asset; also for the routes of other names."""
    desk.actor.require("library.write")
    async with desk.read() as work:
        await library.require_room(work, desk.studio.limits.ceiling)
    kept, name = await desk.studio.imports.fetched(desk.actor, url)
    async with desk.work() as work:
        asset = await library.twin(work, kept.sha256)
        if asset is not None:
            response.status_code = 200
        else:
            came = {"came": {"url": order_book.plain(url)}}
            store = desk.studio.store
            asset = await library.welcome(work, kept, store, name=title or name, tags=tags or (), facts=came)
            if title:
                await library.rename(work, asset.id, title, "")
        return (await assets_out(work, [asset]))[0]


def _folders(told: object) -> Folders:
    match told:
        case "none" | "tags" | "collections":
            return told
    raise Invalid("The field “folders” is none, tags or collections.", fields=[{"field": "folders"}])


async def _one(desk: Desk, id: UUID) -> ImportOut:
    async with desk.read() as work:
        return _out(await work.find(Import, id))


def _out(order: Import) -> ImportOut:
    return ImportOut.model_validate(order, from_attributes=True)


def _file_out(file: ImportFile) -> ImportFileOut:
    return ImportFileOut(
        place=file.place,
        name=file.name,
        state=file.state,
        size=file.size,
        bytes=file.bytes,
        asset=file.asset_id,
        why=file.why,
    )
