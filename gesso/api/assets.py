"""Assets: taken in, listed, shown, favourited, put in the trash and taken out again."""

import asyncio
import contextlib
import gzip
import re
import shutil
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePath, PureWindowsPath
from typing import Annotated, Final, Literal, Self
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message

from gesso import library, runs
from gesso.api.desk import BODY_BYTES, AtDesk, Desk, TheStudio
from gesso.api.shapes import AssetOut, RunOut, assets_out, run_out
from gesso.db import Work
from gesso.imaging import tags
from gesso.imaging.likeness import shade
from gesso.kit import sign
from gesso.kit.errors import Invalid, NotFound, TooLarge
from gesso.kit.media import extension, kind
from gesso.kit.time import now
from gesso.library import Asset, Label, Purpose, Shape, Status, Wanted
from gesso.library.intake import DERIVED
from gesso.store import Store

router = APIRouter(prefix="/assets", tags=["assets"])
signed = APIRouter(prefix="/signed", tags=["assets"])

Variant = Literal["file", "256", "512", "preview"]

FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
MOST_ZIPPED: Final = 5_000
PACKED_AT_ONCE: Final = 100
MOST_IDS: Final = 10_000
"""That one request names."""
DRAIN_BYTES: Final = 2 << 30
DRAIN_SECONDS: Final = 30
FORM_EXTRA: Final = 64 << 10
RANGE: Final = re.compile(r"bytes *= *(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18}) *")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
GZIP: Final = re.compile(r"\bgzip\b(?! *; *q=0(\.0*)?(?![.0-9]))")
CURSOR: Final = r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}(~[0-9]{1,9})?$"
FOREVER: Final = "private, max-age=31536000, immutable"


def _utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is beyond the calendar") from None


def _day_ends(value: object) -> object:
    """A date alone means all of that day."""
    return f"{value}T23:59:59.999999" if isinstance(value, str) and DAY.fullmatch(value) else value


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Since = Annotated[datetime, AfterValidator(_utc)]
Until = Annotated[datetime, AfterValidator(_utc), BeforeValidator(_day_ends)]

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
                        "purpose": {"type": "string", "enum": ["picture", "mask"], "default": "picture"},
                        "tags": {"type": "string", "description": "With commas between them."},
                        "once": {"type": "boolean", "description": "If its bytes are here already, that is answered."},
                    },
                }
            }
        },
    }
}


class Filters(BaseModel):
    """Which assets are meant, and in which order. What is not named does not narrow."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(
        None,
        max_length=500,
        description="Words of title, prompt, tags and description, “exact phrases”, -without, filters as rating:>=4.",
    )
    meaning: str | None = Field(
        None, max_length=200, description="Words, or others for the same: “Meer” finds the ocean. English and German."
    )
    kind: Literal["image", "video", "audio", "mesh", "text"] | None = None
    op: Annotated[list[Annotated[str, StringConstraints(max_length=100)]], BeforeValidator(_several)] = Field(
        [], max_length=50, description="The operation that made it; of several, any."
    )
    favorite: bool | None = None
    reference: bool | None = Field(None, description="Whether it is kept as a reference for models to go by.")
    deleted: bool = Field(False, description="The trash instead.")
    purpose: Literal["picture", "mask", "trial", "any"] = Field("picture", description="What they serve for.")
    shape: Shape | None = Field(None, description="Square is whatever is within 3 % of it.")
    since: Since | None = Field(None, description="A date, or a time (UTC unless it says otherwise).")
    until: Until | None = Field(None, description="The same; a date means the end of that day.")
    min_side: int | None = Field(None, ge=1, le=1_000_000, description="Pixels that the shorter side has at least.")
    uploads: bool | None = Field(None, description="true: only what was uploaded; false: only what was made here.")
    status: Status | None = Field(None, description="What was decided of it on a board; open: nothing.")
    collection: UUID | None = Field(None, description="Only what is in it; see `sort`.")
    tag: Annotated[list[Annotated[str, StringConstraints(max_length=60)]], BeforeValidator(_several)] = Field(
        [], max_length=20, description="Tags that it has; of several, all."
    )
    label: Label | Literal["none"] | None = Field(None, description="The colour it is marked with.")
    stack: UUID | None = Field(None, description="Only what lies in this stack.")
    stacks: Literal["open", "closed"] = Field("open", description="closed: of each stack only the top.")
    like: str | None = Field(
        None,
        max_length=200,
        description="What looks like this asset, the most alike first; or like an uploaded picture, by what "
        "`POST /api/assets/similar` has answered as `like`. At most 1,000.",
    )
    colour: Annotated[str, StringConstraints(pattern="^#?[0-9a-fA-F]{6}$")] | None = Field(
        None, description="What has this colour (#rrggbb), the most of it first unless `like` says otherwise."
    )
    tolerance: int = Field(12, ge=1, le=100, description="How far off `colour` may be.")
    sort: Literal["best", "newest", "oldest", "collection"] | None = Field(
        None,
        description="Without one: the best first where words are looked for, and else the newest. collection: in the "
        "order of the `collection`.",
    )

    def wanted(self) -> Wanted:
        return Wanted(
            q=self.q,
            meaning=self.meaning,
            kind=self.kind,
            ops=tuple(self.op),
            favorite=self.favorite,
            reference=self.reference,
            deleted=self.deleted,
            purpose=None if self.purpose == "any" else self.purpose,
            shape=self.shape,
            since=self.since,
            until=self.until,
            min_side=self.min_side,
            uploads=self.uploads,
            status=self.status,
            sort=None if self.sort == "collection" else self.sort,
            collection=self.collection,
            by_hand=self.sort == "collection",
            tags=tuple(self.tag),
            label=self.label,
            stack=self.stack,
            closed=self.stacks == "closed",
        )

    async def resolved(self, work: Work) -> Wanted:
        """With what a search by look has found, where there is one."""
        if self.like is None and self.colour is None:
            return self.wanted()
        return self.ranked(await library.looks.found(work, await self.look(work)))

    def ranked(self, hits: Iterable[library.Hit]) -> Wanted:
        return replace(self.wanted(), ranked=tuple(hit.asset_id for hit in hits))

    async def look(self, work: Work) -> library.Like:
        like, but = await library.looks.meant(work, self.like) if self.like is not None else (None, None)
        colour = shade(f"#{self.colour.removeprefix('#')}") if self.colour is not None else None
        return library.Like(like, colour, self.tolerance, but)


class Listing(Filters):
    """A page of the list: at most `limit` assets that come after the one named (or after the page whose `next` that
    is)."""

    after: Annotated[str, StringConstraints(pattern=CURSOR)] | None = None
    limit: int = Field(50, ge=1, le=200)


class Selection(BaseModel):
    """Which assets: those named in `ids`, or all that the filters leave, but not those named in `except`."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(None, max_length=MOST_IDS)
    all: Filters | None = None
    but: list[UUID] = Field([], max_length=MOST_IDS, alias="except")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.ids is None) == (self.all is None):
            raise ValueError("name either “ids” or “all”")
        return self

    async def chosen(self, work: Work) -> library.Selection:
        return library.Selection(await self.all.resolved(work) if self.all else self.ids or (), self.but)


class AssetsOut(BaseModel):
    """A page of a list. `next`, when there is one, is the `after` of the page that follows."""

    items: list[AssetOut]
    next: str | None


class FormIn(BaseModel):
    """What pictures leave as. Without a `format` their bytes stay as they are, with `recipe` what they were made by is
    laid in; `metadata` none leaves nothing in them."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["jpeg", "png", "webp", "avif"] | None = None
    long: int | None = Field(None, ge=16, le=16_384, description="Pixels of the longer side, at most.")
    quality: int = Field(85, ge=1, le=100)
    metadata: Literal["all", "safe", "none"] = "safe"
    recipe: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.format is None and (self.long is not None or self.metadata != "safe"):
            raise ValueError("a size or metadata needs a “format”")
        return self

    def way(self) -> runs.Way:
        return runs.Way(**self.model_dump())


class PackIn(Selection):
    """Which assets, and `as` what: the originals where nothing is said."""

    form: FormIn = Field(FormIn(), alias="as")


class LayoutOut(BaseModel):
    """The outline of a list. `ratios` is base64 of one byte for each asset, in the order of the list:
    round(128 + 31.75 * log2(width / height)), within 0..255. The list is cut into blocks of `block`; `anchors[k]` is
    the last asset of block k, for all blocks but the last, so block k is the list `after=anchors[k-1]&limit=block` with
    the same filters. `seq` is the number of the newest event that this outline knows of."""

    total: int
    block: int
    ratios: str
    anchors: list[UUID]
    seq: int


PACK: Final = PackIn.model_json_schema(ref_template="#/components/schemas/{model}")
PACK["properties"]["as"] = FormIn.model_json_schema()
del PACK["$defs"]
SELECTION: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": PACK},
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["selection"],
                    "properties": {"selection": {"type": "string", "description": "The same, as JSON."}},
                }
            },
        },
    }
}


class AssetChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    favorite: bool | None = None
    rating: int | None = Field(None, ge=0, le=5, description="How well it turned out, from 1 to 5; 0 takes it away.")
    label: Label | Literal["none"] | None = Field(None, description="A colour to mark it with; none takes it away.")
    reference: bool | None = None
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)] | None = None
    caption: Annotated[str, StringConstraints(max_length=500)] | None = Field(None, description="What it shows.")
    alt: Annotated[str, StringConstraints(max_length=1000)] | None = Field(
        None, description="The same for those who cannot see it."
    )
    alt_run: UUID | None = Field(
        None,
        description="The run that has proposed “alt”: it is marked as by a program then, unless it was changed since, "
        "and does not take the place of what a person wrote.",
    )
    tags: list[Annotated[str, StringConstraints(max_length=60)]] | None = Field(None, max_length=50)


class Recipe(BaseModel):
    """How an asset came about: the run that made it, and the assets it was made from and that were made of it."""

    asset: AssetOut
    run: RunOut | None
    parents: list[AssetOut]
    children: list[AssetOut]


class Named(BaseModel):
    id: UUID
    name: str


class Link(BaseModel):
    url: str
    seconds: int


@router.post("", status_code=201, openapi_extra=UPLOAD)
async def upload(request: Request, desk: AtDesk, response: Response) -> AssetOut:
    """Takes a picture in: multipart field `file` (JPEG, PNG, WebP, GIF, AVIF, TIFF), a film, a sound, a 3D model (GLB),
    or a text (UTF-8, named .txt, .md, .csv, .json, .srt or .vtt). It is checked before anything
    is kept: type by content, size in bytes and pixels, every pixel readable. With `purpose` mask, lists leave it out
    unless they are asked for it. With `once`, bytes that are here already are answered as the asset they are (200)."""
    desk.actor.require("library.write")
    async with desk.read() as work:
        await library.require_room(work, desk.studio.limits.ceiling)
    async with received(request, desk) as (form, file, path):
        purpose = _purpose(form.get("purpose", "picture"))
        title = form.get("title")
        name = title if isinstance(title, str) and title.strip() else stem(file.filename or "")
        await asyncio.to_thread(spooled, file, path)
        studio = desk.studio
        called = file.filename or ""
        kept = await library.take_in(studio.pool, studio.store, desk.actor.team_id, path, studio.limits, name=called)
    async with desk.work() as work:
        known = await library.twin(work, kept.sha256) if form.get("once") == "true" else None
        if known is not None:
            response.status_code = 200
            return await _out(work, known)
        tags = listed_tags(form.get("tags"))
        asset = await library.welcome(work, kept, desk.studio.store, name=name, purpose=purpose, tags=tags)
        return await _out(work, asset)


def listed_tags(told: object) -> list[str]:
    """The tags of a form's field, at most as many as an asset takes."""
    said = [tag.strip()[:60] for tag in told.split(",")] if isinstance(told, str) else []
    return list(dict.fromkeys(filter(None, said)))[:50]


@contextlib.asynccontextmanager
async def received(
    request: Request, desk: Desk, *, most: int | None = None
) -> AsyncIterator[tuple[FormData, UploadFile, Path]]:
    """The form of a request, its field `file` of at most so many bytes, and where that may lie until the block ends
    (`spooled` there)."""
    form = await _form(request, most or desk.studio.limits.bytes)
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid("Send the picture as the multipart field “file”.", fields=[{"field": "file"}])
        path = desk.studio.scratch / str(uuid4())
        try:
            yield form, file, path
        finally:
            path.unlink(missing_ok=True)
    finally:
        await form.close()


@router.get("")
async def listed(desk: AtDesk, asked: Annotated[Listing, Query()]) -> AssetsOut:
    """The team's assets: the newest first, or the best where words are looked for, unless `sort` says otherwise."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        await there(work, asked)
        page = await library.listed(work, await asked.resolved(work), after=asked.after, limit=asked.limit)
        return AssetsOut(items=await assets_out(work, page.items), next=page.next)


@router.get("/layout", response_model=LayoutOut)
async def layout(desk: AtDesk, request: Request, asked: Annotated[Filters, Query()]) -> Response:
    """The outline of the whole list, for pages that scroll through it: one byte for each asset says its shape, and
    the anchors say where each block of the list begins."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        await there(work, asked)
        found = await library.layout(work, await asked.resolved(work))
    body = LayoutOut(total=found.total, block=library.BLOCK, ratios=found.ratios, anchors=found.anchors, seq=found.seq)
    return await asyncio.to_thread(_squeezed, body.model_dump_json().encode(), request)


@router.post("/zip", openapi_extra=SELECTION, response_class=StreamingResponse, max_body_size=BODY_BYTES)
async def pack(request: Request, desk: AtDesk) -> StreamingResponse:
    """The originals as one ZIP, or `as` files of another format and size, with a `manifest.json` that says what each
    file is. Takes a selection as JSON, or as the field `selection` of a form, so that a page can have the browser
    download it."""
    desk.actor.require("library.read")
    asked = await _selection(request)
    async with desk.read() as work:
        chosen = await asked.chosen(work)
        ids = await library.ids(work, chosen, limit=MOST_ZIPPED + 1)
    if not ids:
        raise NotFound("None of these pictures is here.")
    if len(ids) > MOST_ZIPPED:
        raise TooLarge(f"A ZIP takes {MOST_ZIPPED:,} pictures at most. Select fewer.", limit=MOST_ZIPPED)
    name = f"gesso-{now():%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    pieces = library.bundle(desk.studio.store, _packed(desk, ids, asked.form.way()))
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


@router.get("/{asset_id}")
async def get(asset_id: UUID, desk: AtDesk) -> AssetOut:
    """One asset, also from the trash."""
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
        parents = await library.several(work, near.parents)
        children = await library.several(work, near.children)
        return Recipe(
            asset=await _out(work, asset),
            run=await run_out(work, run) if run else None,
            parents=await assets_out(work, parents),
            children=await assets_out(work, children),
        )


@router.get("/{asset_id}/stack")
async def stack(asset_id: UUID, desk: AtDesk) -> list[AssetOut]:
    """What lies in the same stack and is not in the trash, the top first; nothing where it lies in none."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        asset = await library.get(work, asset_id)
        return await assets_out(work, await library.stacks.members(work, asset.stack_id) if asset.stack_id else [])


@router.get("/{asset_id}/collections")
async def collections(asset_id: UUID, desk: AtDesk) -> list[Named]:
    """The collections that it is in."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        await library.get(work, asset_id)
        return [Named(id=each.id, name=each.name) for each in await library.collections.of(work, asset_id)]


@router.get("/{asset_id}/versions")
async def versions(asset_id: UUID, desk: AtDesk) -> list[AssetOut]:
    """The first original, then whatever was made of it by editing or enlarging, in order of time; none that is in the
    trash. The same for each of them."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return await assets_out(work, await library.versions(work, asset_id))


@router.post("/{asset_id}/versions", status_code=201)
async def bring_back(asset_id: UUID, desk: AtDesk) -> AssetOut:
    """Restores this version: it becomes the newest one of its picture, at once and for nothing. No bytes are copied and
    no version is lost; `facts.restored` and `parents` say what it was. Twice is once. To undo it, delete the answer."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        return await _out(work, await library.bring_back(work, asset_id, desk.studio.store))


@router.patch("/{asset_id}", max_body_size=BODY_BYTES)
async def change(asset_id: UUID, wanted: AssetChange, desk: AtDesk) -> AssetOut:
    """A new title, a favourite or a reference or no longer one, a rating, what it shows (kept as `facts.described`, and
    found by), its tags. What is not named stays, what is empty goes."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        asset = await library.get(work, asset_id)
        if wanted.favorite is not None:
            await library.favorite(work, asset_id, wanted.favorite)
        if wanted.rating is not None:
            await library.rate(work, asset_id, wanted.rating or None)
        if wanted.label is not None:
            await library.mark(work, asset_id, None if wanted.label == "none" else wanted.label)
        if wanted.reference is not None:
            await library.refer(work, asset_id, wanted.reference)
        run = await runs.get(work, asset.run_id) if asset.run_id else None
        prompt = str(run.request.get("prompt", "")) if run else ""
        if wanted.title is not None:
            await library.rename(work, asset_id, wanted.title, prompt)
        said = wanted.model_dump(include={"caption", "alt", "tags"}, exclude_none=True)
        if wanted.alt and wanted.alt_run is not None:
            catalog = await desk.studio.runs.catalog(work)
            said["alt_by"] = await runs.writer(work, catalog, wanted.alt_run, wanted.alt)
        if said:
            await library.describe(work, asset_id, prompt, **said)
        return await _out(work, asset)


@router.delete("/{asset_id}", response_model=AssetOut, responses={204: {"description": "Erased for good."}})
async def remove(asset_id: UUID, desk: AtDesk, after: BackgroundTasks, forever: bool = False) -> AssetOut | Response:
    """Into the trash. `POST /api/assets/{id}/restore` takes it out again. What is there can be erased: `forever`."""
    desk.actor.require("library.write")
    if forever:
        async with desk.work() as work:
            await library.erase_one(work, asset_id)
        after.add_task(library.sweep, desk.studio.db, desk.studio.store, desk.actor)
        return Response(status_code=204)
    async with desk.work() as work:
        return await _out(work, await library.remove(work, asset_id))


@router.post("/{asset_id}/restore")
async def restore(asset_id: UUID, desk: AtDesk) -> AssetOut:
    """Out of the trash again."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        return await _out(work, await library.restore(work, asset_id))


@router.head("/{asset_id}/file", include_in_schema=False)
@router.get("/{asset_id}/file", response_class=Response)
async def file(
    asset_id: UUID, desk: AtDesk, request: Request, download: bool = False, recipe: bool | None = None
) -> Response:
    """The original bytes; ranges and ETag are honoured. With `recipe` (a `download` has it unless that is false) a
    PNG, JPEG or WebP that was made here says in its metadata how: the bytes that are kept stay as they are."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        asset = await library.get(work, asset_id)
        text = await runs.inscription(work, asset) if (download if recipe is None else recipe) else None
    if download:
        desk.studio.uses.count(asset.team_id, [asset.id], "downloads", str(desk.actor.user_id))
    if text is not None and asset.kind == "image":
        inscribed = await asyncio.to_thread(tags.inscribed, await desk.studio.store.get(asset.key), text)
        if inscribed is not None:
            return _whole(asset, inscribed, request, download)
    return await _bytes(asset, desk.studio.store, request, "file", download)


@router.head("/{asset_id}/thumbnail", include_in_schema=False)
@router.get("/{asset_id}/thumbnail", response_class=Response)
async def thumbnail(asset_id: UUID, desk: AtDesk, request: Request, size: Literal["256", "512"] = "512") -> Response:
    """A WebP of at most 256 or 512 pixels a side."""
    return await _bytes(await _seen(desk, asset_id), desk.studio.store, request, size, False)


@router.head("/{asset_id}/preview", include_in_schema=False)
@router.get("/{asset_id}/preview", response_class=Response)
async def preview(asset_id: UUID, desk: AtDesk, request: Request) -> Response:
    """A JPEG or WebP of at most 2048 pixels a side; the original where that is no larger."""
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
    desk.studio.uses.count(asset.team_id, [asset.id], "shares")
    claim = {"asset": str(asset.id), "team": str(asset.team_id), "variant": variant}
    return Link(url=f"/api/signed/{sign.seal(desk.studio.secret, claim, seconds)}", seconds=seconds)


@signed.head("/{token}", include_in_schema=False)
@signed.get("/{token}", response_class=Response)
async def by_link(token: str, studio: TheStudio, request: Request, download: bool = False) -> Response:
    """No actor: the signature is the permission, for one asset and a short time."""
    claim = sign.unseal(studio.secret, token)
    async with studio.db.session(read_only=True) as session:
        asset = await session.get(Asset, UUID(claim["asset"]))
    if asset is None or asset.deleted_at is not None:
        raise NotFound("This picture is no longer here.")
    who = request.client.host if request.client else token
    studio.uses.count(asset.team_id, [asset.id], "downloads" if download else "views", who)
    return await _bytes(asset, studio.store, request, claim["variant"], download)


async def there(work: Work, asked: Filters) -> None:
    if asked.collection is not None:
        await library.collections.find(work, asked.collection)


async def _out(work: Work, asset: Asset) -> AssetOut:
    return (await assets_out(work, [asset]))[0]


async def _selection(request: Request) -> PackIn:
    """From JSON, or from the field `selection` of a form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in FORMS:
        try:
            async with request.form(max_files=0, max_fields=10, max_part_size=BODY_BYTES) as form:
                told = form.get("selection", "")
        except HTTPException as error:
            raise Invalid(f"The form could not be read: {error.detail}") from error
    else:
        told = (await request.body()).decode(errors="replace")
    try:
        return PackIn.model_validate_json(str(told))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise RequestValidationError(
            [fault | {"loc": ("body", *(fault["loc"] or ("selection",)))} for fault in faults]
        ) from None


async def _packed(desk: Desk, ids: Sequence[UUID], way: runs.Way) -> AsyncIterator[library.Packed]:
    """The assets with their recipes, some at a time: no transaction is open while they are sent or made."""
    async with desk.read() as work:
        catalog = await desk.studio.runs.catalog(work)
    for start in range(0, len(ids), PACKED_AT_ONCE):
        some = ids[start : start + PACKED_AT_ONCE]
        async with desk.read() as work:
            found = {asset.id: asset for asset in await library.several(work, some)}
            desk.studio.uses.count(desk.actor.team_id, found, "downloads", str(desk.actor.user_id))
            recipes = await runs.recipes(work, {asset.run_id for asset in found.values() if asset.run_id})
            filed = await library.tagging.of(work, some)
        for asset in (found[id] for id in some if id in found):
            try:
                made = await runs.derived(desk.studio.runs, catalog, desk.actor, asset, way)
            except NotFound:
                # Its bytes are gone: the archive says so.
                made = None
            yield library.Packed(asset, recipes.get(asset.run_id) if asset.run_id else None, filed[asset.id], made)


async def _seen(desk: Desk, asset_id: UUID) -> Asset:
    desk.actor.require("library.read")
    async with desk.read() as work:
        return await library.get(work, asset_id)


async def _bytes(asset: Asset, store: Store, request: Request, variant: str, download: bool) -> Response:
    type = {"file": asset.type, "preview": asset.facts.get("preview")}.get(variant, "image/webp")
    if type is None:
        variant, type = "file", asset.type
    key = asset.key if variant == "file" else asset.key.rpartition(".")[0] + DERIVED[variant]
    etag = f'"{asset.sha256}-{variant}"'
    return await span(store, request, key, _headers(asset, type, etag, download) | {"Cache-Control": FOREVER})


async def span(store: Store, request: Request, key: str, headers: dict[str, str]) -> Response:
    """What rests at a key, or the range of it that is asked for; `headers` name its ETag."""
    size, etag = await store.size(key), headers["ETag"]
    headers = headers | {"Accept-Ranges": "bytes"}
    if holds(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    asked = request.method == "GET" and request.headers.get("if-range", etag) == etag
    span = _range(request.headers.get("range"), size) if asked else None
    if span is None:
        headers["Content-Length"] = str(size)
        if request.method == "HEAD":
            return Response(headers=headers)
        return StreamingResponse(store.stream(key, 0, size), headers=headers)
    start, end = span
    headers["Content-Length"] = str(end - start)
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(store.stream(key, start, end), 206, headers)


def _whole(asset: Asset, data: bytes, request: Request, download: bool) -> Response:
    """A file that was put together just now: without ranges, and kept by nobody, as another title is another name."""
    headers = _headers(asset, asset.type, f'"{sha256(data).hexdigest()}"', download)
    headers |= {"Cache-Control": "private, no-cache", "Content-Length": str(len(data))}
    if holds(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(None if request.method == "HEAD" else data, headers=headers)


def _headers(asset: Asset, type: str, etag: str, download: bool) -> dict[str, str]:
    return {
        "ETag": etag,
        # A text is shown as its letters, whatever it would mean elsewhere.
        "Content-Type": "text/plain; charset=utf-8" if kind(type) == "text" else type,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": _disposition(asset.title, type, download),
    }


def _squeezed(body: bytes, request: Request) -> Response:
    """The JSON, compressed where the client can read that."""
    headers = {"Vary": "Accept-Encoding"}
    if GZIP.search(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"], body = "gzip", gzip.compress(body, 4)
    return Response(body, headers=headers, media_type="application/json")


def holds(header: str | None, etag: str) -> bool:
    """Whether the client has it already: RFC 9110 §13.1.2, where weak and strong tags are the same."""
    tags = [tag.strip().removeprefix("W/") for tag in (header or "").split(",")]
    return etag in tags or tags == ["*"]


def _range(header: str | None, size: int) -> tuple[int, int] | None:
    """The one byte range asked for, as (start, end); None for the whole. RFC 9110 §14.2: several ranges, or a
    header that is no range, may be ignored; one beyond the end is a 416."""
    asked = RANGE.fullmatch(header or "")
    if asked is None or not (asked["first"] or asked["last"]):
        return None
    if asked["first"]:
        start = int(asked["first"])
        end = min(int(asked["last"]) + 1, size) if asked["last"] else size
        if asked["last"] and int(asked["last"]) < start:
            return None
    else:
        start, end = max(size - int(asked["last"]), 0), size
    if start >= size:
        raise HTTPException(416, "The range is beyond the end", {"Content-Range": f"bytes */{size}"})
    return start, end


def _disposition(title: str, type: str, download: bool) -> str:
    return attached(title, extension(type), "attachment" if download else "inline")


def attached(title: str, ending: str, how: str = "attachment") -> str:
    """The header that names a file by the title of its asset."""
    stem = "".join(c if c.isalnum() or c in " -_()" else "_" for c in title).strip()[:80] or "picture"
    name = f"{stem}.{ending}"
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def _purpose(told: object) -> Purpose:
    match told:
        case "picture" | "mask":
            return told
    raise Invalid("The field “purpose” is picture or mask.", fields=[{"field": "purpose"}])


async def _form(request: Request, limit: int) -> FormData:
    """The multipart form, its files on disk. Stops at `limit` bytes, whatever the headers promise."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Invalid("Send the picture as multipart/form-data, in the field “file”.")
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
    except HTTPException as error:
        raise Invalid(f"The form could not be read: {error.detail}") from error
    except ClientDisconnect as error:
        raise Invalid("The upload broke off.") from error


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
    return TooLarge(f"The file is larger than {limit >> 20} MiB, the most that this studio takes.", limit=limit)


def stem(filename: str) -> str:
    """A file's name without its folders and its extension, as either kind of system writes them."""
    return PurePath(PureWindowsPath(filename).name).stem or "Upload"


def spooled(file: UploadFile, path: Path) -> None:
    """Gives the upload a name, so that a worker process can open it."""
    with path.open("wb") as out:
        shutil.copyfileobj(file.file, out, 1 << 20)
