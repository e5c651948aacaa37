"""Assets: taken in, listed, shown, favourited, put in the trash and taken out again."""

import asyncio
import contextlib
import shutil
from pathlib import Path, PurePath
from typing import Annotated, Final, Literal
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message

from gesso import library, runs
from gesso.api.desk import AtDesk, Desk, TheStudio
from gesso.api.shapes import AssetOut, PageOut, RunOut, assets_out, run_out
from gesso.db import Work
from gesso.kit import sign
from gesso.kit.errors import Invalid, NotFound, TooLarge
from gesso.kit.media import extension
from gesso.library import Asset, Wanted
from gesso.library.intake import DERIVED
from gesso.store import Store

router = APIRouter(prefix="/assets", tags=["assets"])
signed = APIRouter(prefix="/signed", tags=["assets"])

Variant = Literal["file", "256", "512", "preview"]

DRAIN_BYTES: Final = 2 << 30
DRAIN_SECONDS: Final = 30
FORM_EXTRA: Final = 64 << 10
FOREVER: Final = "private, max-age=31536000, immutable"

UPLOAD: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "title": {"type": "string"},
                    },
                }
            }
        },
    }
}


class AssetChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    favorite: bool | None = None
    title: str | None = Field(None, min_length=1, max_length=300)


class Recipe(BaseModel):
    """How an asset came about: the run that made it, and the assets it was made from and that were made of it."""

    asset: AssetOut
    run: RunOut | None
    parents: list[AssetOut]
    children: list[AssetOut]


class Link(BaseModel):
    url: str
    seconds: int


@router.post("", status_code=201, openapi_extra=UPLOAD)
async def upload(request: Request, desk: AtDesk) -> AssetOut:
    """Takes a picture in: multipart field `file` (JPEG, PNG, WebP, GIF, AVIF, TIFF). It is checked before anything
    is kept: type by content, size in bytes and pixels, every pixel readable."""
    desk.actor.require("library.write")
    limit = desk.studio.limits.bytes
    form = await _form(request, limit)
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid("Send the picture as the multipart field “file”.", fields=[{"field": "file"}])
        title = form.get("title")
        name = title if isinstance(title, str) and title.strip() else PurePath(file.filename or "Upload").stem
        path = desk.studio.scratch / str(uuid4())
        try:
            await asyncio.to_thread(_spool, file, path)
            kept = await library.take_in(
                desk.studio.pool, desk.studio.store, desk.actor.team_id, path, desk.studio.limits
            )
        finally:
            path.unlink(missing_ok=True)
    finally:
        await form.close()
    async with desk.work() as work:
        asset = await library.add(work, kept, title=name.strip()[:300] or "Upload")
        return (await assets_out(work, [asset]))[0]


@router.get("")
async def listed(
    desk: AtDesk,
    q: Annotated[str | None, Query(max_length=500, description="Words of title and prompt.")] = None,
    kind: Literal["image", "video", "audio", "mesh", "text"] | None = None,
    op: Annotated[str | None, Query(description="The operation that made it.")] = None,
    favorite: bool | None = None,
    deleted: Annotated[bool, Query(description="The trash instead.")] = False,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PageOut[AssetOut]:
    """The team's assets, the newest first."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        page = await library.listed(work, Wanted(q, kind, op, favorite, deleted), after=after, limit=limit)
        return PageOut(items=await assets_out(work, page.items), next=page.next)


@router.get("/{asset_id}")
async def get(asset_id: UUID, desk: AtDesk) -> AssetOut:
    desk.actor.require("library.read")
    async with desk.read() as work:
        return await _out(work, await library.get(work, asset_id))


@router.get("/{asset_id}/recipe")
async def recipe(asset_id: UUID, desk: AtDesk) -> Recipe:
    """The asset with the run that made it, its parents and its children."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        asset = await library.get(work, asset_id)
        near = (await library.lineage(work, [asset_id]))[asset_id]
        run = await runs.get(work, asset.run_id) if asset.run_id else None
        parents = [await library.get(work, id) for id in near.parents]
        children = [await library.get(work, id) for id in near.children]
        return Recipe(
            asset=await _out(work, asset),
            run=await run_out(work, run) if run else None,
            parents=await assets_out(work, parents),
            children=await assets_out(work, children),
        )


@router.patch("/{asset_id}")
async def change(asset_id: UUID, wanted: AssetChange, desk: AtDesk) -> AssetOut:
    desk.actor.require("library.write")
    async with desk.work() as work:
        asset = await library.get(work, asset_id)
        if wanted.favorite is not None:
            await library.favorite(work, asset_id, wanted.favorite)
        if wanted.title is not None:
            run = await runs.get(work, asset.run_id) if asset.run_id else None
            await library.rename(
                work, asset_id, wanted.title, str(run.request.get("prompt", "")) if run else ""
            )
        return await _out(work, asset)


@router.delete("/{asset_id}")
async def remove(asset_id: UUID, desk: AtDesk) -> AssetOut:
    """Into the trash. `POST /api/assets/{id}/restore` takes it out again."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        return await _out(work, await library.remove(work, asset_id))


@router.post("/{asset_id}/restore")
async def restore(asset_id: UUID, desk: AtDesk) -> AssetOut:
    desk.actor.require("library.write")
    async with desk.work() as work:
        return await _out(work, await library.restore(work, asset_id))


@router.get("/{asset_id}/file", response_class=Response)
async def file(asset_id: UUID, desk: AtDesk, request: Request, download: bool = False) -> Response:
    """The original bytes. Ranges and ETag are honoured."""
    return await _bytes(await _seen(desk, asset_id), desk.studio.store, request, "file", download)


@router.get("/{asset_id}/thumbnail", response_class=Response)
async def thumbnail(
    asset_id: UUID, desk: AtDesk, request: Request, size: Literal["256", "512"] = "512"
) -> Response:
    """A WebP of at most 256 or 512 pixels a side."""
    return await _bytes(await _seen(desk, asset_id), desk.studio.store, request, size, False)


@router.get("/{asset_id}/preview", response_class=Response)
async def preview(asset_id: UUID, desk: AtDesk, request: Request) -> Response:
    """A WebP of at most 2048 pixels a side; the original where that is smaller."""
    return await _bytes(await _seen(desk, asset_id), desk.studio.store, request, "preview", False)


@router.post("/{asset_id}/link")
async def link(
    asset_id: UUID,
    desk: AtDesk,
    variant: Variant = "file",
    seconds: Annotated[int, Query(ge=1, le=7 * 24 * 3600)] = 3600,
) -> Link:
    """A link to the bytes that needs no sign-in and holds for `seconds`."""
    asset = await _seen(desk, asset_id)
    claim = {"asset": str(asset.id), "team": str(asset.team_id), "variant": variant}
    return Link(url=f"/api/signed/{sign.seal(desk.studio.secret, claim, seconds)}", seconds=seconds)


@signed.get("/{token}", response_class=Response)
async def by_link(token: str, studio: TheStudio, request: Request, download: bool = False) -> Response:
    """No actor: the signature is the permission, for one asset and a short time."""
    claim = sign.unseal(studio.secret, token)
    async with studio.db.session(read_only=True) as session:
        asset = await session.get(Asset, UUID(claim["asset"]))
    if asset is None or asset.deleted_at is not None:
        raise NotFound("This picture is no longer here.")
    return await _bytes(asset, studio.store, request, claim["variant"], download)


async def _out(work: Work, asset: Asset) -> AssetOut:
    return (await assets_out(work, [asset]))[0]


async def _seen(desk: Desk, asset_id: UUID) -> Asset:
    desk.actor.require("library.read")
    async with desk.read() as work:
        return await library.get(work, asset_id)


async def _bytes(asset: Asset, store: Store, request: Request, variant: str, download: bool) -> Response:
    if variant == "preview" and not asset.facts.get("preview"):
        variant = "file"
    key = asset.key if variant == "file" else asset.key.rpartition(".")[0] + DERIVED[variant]
    size = asset.bytes if variant == "file" else await store.size(key)
    etag = f'"{asset.sha256}-{variant}"'
    headers = {
        "ETag": etag,
        "Cache-Control": FOREVER,
        "Accept-Ranges": "bytes",
        "Content-Type": asset.type if variant == "file" else "image/webp",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": _disposition(asset, variant, download),
    }
    if request.headers.get("if-none-match") in (etag, "*"):
        return Response(status_code=304, headers=headers)
    span = (
        _range(request.headers.get("range"), size) if request.headers.get("if-range", etag) == etag else None
    )
    if span is None:
        headers["Content-Length"] = str(size)
        return StreamingResponse(store.stream(key, 0, size), headers=headers)
    start, end = span
    headers["Content-Length"] = str(end - start)
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(store.stream(key, start, end), 206, headers)


def _range(header: str | None, size: int) -> tuple[int, int] | None:
    """The one byte range asked for, as (start, end); None for the whole. RFC 9110 §14.2: several ranges, or a
    header that is no range, may be ignored; one beyond the end is a 416."""
    unit, _, spec = (header or "").partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip() != "bytes" or not dash or not (first + last).isdigit():
        return None
    if first:
        start, end = int(first), min(int(last) + 1, size) if last else size
    else:
        start, end = max(size - int(last), 0), size
    if start >= size or start >= end:
        raise HTTPException(416, "The range is beyond the end", {"Content-Range": f"bytes */{size}"})
    return start, end


def _disposition(asset: Asset, variant: str, download: bool) -> str:
    stem = "".join(c if c.isalnum() or c in " -_()" else "_" for c in asset.title).strip()[:80] or "picture"
    name = f"{stem}.{extension(asset.type) if variant == 'file' else 'webp'}"
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"{'attachment' if download else 'inline'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


async def _form(request: Request, limit: int) -> FormData:
    """The multipart form, its files on disk. Stops at `limit` bytes, whatever the headers promise."""
    most = limit + FORM_EXTRA
    if int(request.headers.get("content-length") or 0) > most:
        await _drain(request)
        raise _too_large(limit)
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > most:
            await _drain(request)
            raise _too_large(limit)
        return message

    try:
        return await Request(request.scope, receive).form(max_files=1, max_fields=10)
    except (MultiPartException, HTTPException) as error:
        raise Invalid(f"The form could not be read: {error.args[-1]}") from error


async def _drain(request: Request) -> None:
    """Lets a sender finish, so that it gets to read the answer; within bounds."""
    left = DRAIN_BYTES
    with contextlib.suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for piece in request.stream():
                left -= len(piece)
                if left < 0:
                    return


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The file is larger than {limit >> 20} MiB, the most that this studio takes.", limit=limit
    )


def _spool(file: UploadFile, path: Path) -> None:
    """Gives the upload a name, so that a worker process can open it."""
    with path.open("wb") as out:
        shutil.copyfileobj(file.file, out, 1 << 20)
