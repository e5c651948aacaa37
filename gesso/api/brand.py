"""Brand kits: kept, chosen, handed on as a file with their logos, and what does not keep to them."""

import asyncio
import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, cast
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from gesso import brand, library, runs
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.brand import KitBody, Own, lint
from gesso.db import Work
from gesso.imaging.brand import Finding, Lettered, Rule, Severity
from gesso.kit.errors import BadMedia, Invalid, TooLarge
from gesso.library import Asset
from gesso.ops.branded import Avoided, Corner, Shade
from gesso.presets import OWN

router = APIRouter(prefix="/brand", tags=["brand"], max_body_size=BODY_BYTES)

FILE_BYTES = 24 << 20
"""Of a file of kits: their logos lie in it."""
FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KitFile"}}},
    }
}
LOGOS = ("logo", "logo_dark")
Closed = ConfigDict(extra="forbid")


class KitOut(KitBody):
    """`default`: new requests of the team begin with it. `logo` and `logo_dark` are assets."""

    id: str
    title: str
    default: bool


class KitIn(KitBody):
    """A kit. Its logos are assets of the library; the palette has 1 to 8 colours, each with a role."""

    title: str = Field(max_length=200)


class KitChange(BaseModel):
    """What is left out stays."""

    model_config = Closed

    title: str | None = Field(None, max_length=200)
    voice: str | None = None
    palette: list[Shade] | None = None
    heading: str | None = None
    body: str | None = None
    logo: UUID | None = None
    logo_dark: UUID | None = None
    clear_space: float | None = None
    least: int | None = None
    use: list[str] | None = None
    avoid: list[Avoided] | None = None
    dos: list[str] | None = None
    donts: list[str] | None = None


class Choosing(BaseModel):
    model_config = Closed

    default: bool


class KitFile(BaseModel):
    """Kits as one studio hands them to another; a logo is `{"type": ..., "data": base64}`."""

    model_config = Closed

    gesso: str
    format: int
    items: list[dict[str, Any]] = Field(max_length=100)


class Wording(BaseModel):
    """A prompt, and a kit that need not be kept."""

    model_config = Closed

    prompt: str = Field(max_length=10_000)
    kit: KitBody


class Worded(BaseModel):
    """What models are told: the prompt in the brand's words, and what is to be left out."""

    prompt: str
    negative: str


class LintIn(BaseModel):
    """What is looked at: an asset, with its title, prompt and description; or a prompt. The kit is named, or one that
    need not be kept. `logo` and `logo_size` say where the logo would be drawn."""

    model_config = Closed

    kit: Annotated[str, StringConstraints(max_length=100)] | KitBody = "default"
    asset: UUID | None = None
    prompt: str | None = Field(None, max_length=10_000)
    logo: Corner = "bottom_right"
    logo_size: float = Field(0.18, ge=0.02, le=1)

    @model_validator(mode="after")
    def _something(self) -> "LintIn":
        if self.asset is None and self.prompt is None:
            raise ValueError("name an asset or a prompt")
        return self


class FindingOut(BaseModel):
    """What does not keep to the brand, and what to do. It is a warning and never forbids anything. `code` and `values`
    say the same for who tells it in another language."""

    rule: Rule
    severity: Severity
    message: str
    advice: str
    code: str
    values: dict[str, str]


class LintOut(BaseModel):
    """`palette` is the share of the picture, 0..1, that is in the kit's colours; null without a picture. `kit` and
    `title` are empty where the kit is not kept."""

    kit: str
    title: str
    palette: float | None
    findings: list[FindingOut]


def kit_out(row: Own) -> KitOut:
    return KitOut(id=f"{OWN}{row.id}", title=row.title, default=row.chosen, **row.body)


@router.get("")
async def every(desk: AtDesk) -> list[KitOut]:
    """The team's kits, the newest first."""
    async with desk.read() as work:
        return [kit_out(row) for row in await brand.listed(work, "kit")]


@router.post("", status_code=201)
async def add(said: KitIn, desk: AtDesk) -> KitOut:
    """Keeps a kit. Requests name it by its `id`, or “default” once it is chosen."""
    body = said.model_dump(mode="json", exclude={"title"})
    async with desk.work() as work:
        await brand.logos_there(work, body)
        return kit_out(await brand.add(work, "kit", said.title, body))


@router.get("/export")
async def export(desk: AtDesk, kit: str | None = None) -> KitFile:
    """The team's kits, or one, as a file with their logos in it."""
    async with desk.read() as work:
        rows = await brand.listed(work, "kit") if kit is None else [await brand.get(work, "kit", kit)]
        wanted = {UUID(row.body[name]) for row in rows for name in LOGOS if row.body[name]}
        found = {asset.id: asset for asset in await library.several(work, wanted)}
    items = [await _with_logos(desk, row, found) for row in rows]
    return KitFile(gesso="kits", format=1, items=items)


@router.post("/import", status_code=201, max_body_size=FILE_BYTES, openapi_extra=FILE)
async def take(request: Request, desk: AtDesk) -> list[KitOut]:
    """Takes in the kits of such a file, all of them or none, their logos as uploads; gives those that are new here."""
    desk.actor.require("library.write")
    file = await _file(request)
    logos = [{name: _logo(number, name, item.get(name)) for name in LOGOS} for number, item in enumerate(file.items, 1)]
    bare = file.model_dump() | {"items": [_bare(item) for item in file.items]}
    # All else is looked at before the first logo is taken in.
    items = brand.readable("kit", bare)
    for item, own in zip(items, logos, strict=True):
        for name, data in own.items():
            item[name] = str(await _taken_in(desk, str(item.get("title", "")), data)) if data is not None else None
    async with desk.work() as work:
        return [kit_out(row) for row in await brand.taken(work, "kit", bare)]


@router.get("/palette")
async def palette(desk: AtDesk, asset: UUID) -> list[Shade]:
    """The main colours of a picture of the library, each with its name and a role: a palette to begin with."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        seen = await library.get(work, asset)
    if seen.kind != "image":
        raise Invalid("Only a picture has a palette.", fields=[{"field": "asset", "kind": "misfit"}])
    return await desk.studio.pool.run(lint.palette_of, await desk.studio.store.get(seen.key))


@router.post("/words")
async def words(asked: Wording, desk: AtDesk) -> Worded:
    """What becomes of a prompt with a kit, kept or not, as models are told it."""
    desk.actor.require("library.read")
    said, negative = brand.worded(asked.prompt, asked.kit)
    return Worded(prompt=said, negative=negative)


@router.post("/lint")
async def linted(asked: LintIn, desk: AtDesk) -> LintOut:
    """What of a picture or a prompt does not keep to a kit. It only looks."""
    texts = [("prompt", asked.prompt)] if asked.prompt is not None else []
    letters: Lettered | None = None
    seen: Asset | None = None
    async with desk.read() as work:
        row = await _kit(work, asked.kit) if isinstance(asked.kit, str) else None
        body = KitBody.model_validate(row.body) if row else cast(KitBody, asked.kit)
        if asked.asset is not None:
            desk.actor.require("library.read")
            seen = await library.get(work, asked.asset)
            more, letters = await _about(work, seen)
            texts += more
        logos = await library.several(work, [id for id in (body.logo, body.logo_dark) if id is not None])
    found, share = lint.of_texts(body, texts), None
    if seen is not None and seen.kind == "image":
        there = sorted((logo for logo in logos if logo.kind == "image"), key=lambda logo: logo.id != body.logo)
        marks = [await desk.studio.store.get(logo.key) for logo in there]
        data = await desk.studio.store.get(seen.key)
        spot = lint.spot(asked.logo, asked.logo_size)
        more_found, share = await desk.studio.pool.run(lint.of_picture, data, body, marks, spot, letters)
        found += more_found
    name, title = (f"{OWN}{row.id}", row.title) if row else ("", "")
    return LintOut(kit=name, title=title, palette=share, findings=[_finding(each) for each in found])


@router.get("/{name}")
async def one(name: str, desk: AtDesk) -> KitOut:
    """One kit by its id, or the “default” one."""
    async with desk.read() as work:
        return kit_out(await _kit(work, name))


@router.patch("/{name}")
async def change(name: str, said: KitChange, desk: AtDesk) -> KitOut:
    """Changes a kit. What was made with it stays as it is, also when it is made again."""
    body = said.model_dump(mode="json", exclude={"title"}, exclude_unset=True)
    async with desk.work() as work:
        await brand.logos_there(work, body)
        return kit_out(await brand.change(work, "kit", name, said.title, body))


@router.delete("/{name}", status_code=204)
async def remove(name: str, desk: AtDesk) -> None:
    """Throws a kit away. Its logos stay in the library, and runs that used it keep what it said."""
    async with desk.work() as work:
        await brand.remove(work, "kit", name)


@router.put("/{name}/default", status_code=204)
async def choose(name: str, asked: Choosing, desk: AtDesk) -> None:
    """Makes a kit the one that new requests of the team begin with, or no more."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        await brand.choose(work, await brand.get(work, "kit", name), asked.default)


async def _file(request: Request) -> KitFile:
    """Read only once it is known who asks: it may be large."""
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > FILE_BYTES:
            raise TooLarge(f"A file of kits has {FILE_BYTES >> 20} MiB at most.", limit=FILE_BYTES)
    try:
        return KitFile.model_validate_json(bytes(read))
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise Invalid(f"This is no file of kits: {where or 'file'}: {error.errors()[0]['msg']}.") from None


async def _kit(work: Work, name: str) -> Own:
    if name == brand.DEFAULT:
        chosen = await brand.chosen(work)
        if chosen is None:
            raise Invalid("Your team has chosen no kit yet.", fields=[{"field": "kit", "kind": "misfit"}])
        name = chosen
    return await brand.get(work, "kit", name)


async def _about(work: Work, asset: Asset) -> tuple[list[tuple[str, str]], Lettered | None]:
    """The texts of an asset by where they stand, and what was lettered on it."""
    run = await runs.get(work, asset.run_id) if asset.run_id else None
    told = asset.facts.get("described") or {}
    said: list[tuple[Literal["title", "prompt", "caption", "alt text"], Any]] = [
        ("title", asset.title),
        ("prompt", run.request.get("prompt") if run else ""),
        ("caption", told.get("caption")),
        ("alt text", told.get("alt")),
    ]
    texts: list[tuple[str, str]] = []
    for where, text in said:
        # A title is often the prompt itself: that is said once.
        if text and str(text) not in (known for _, known in texts):
            texts.append((where, str(text)))
    return texts, lint.lettered(run.op, run.request) if run else None


def _finding(found: Finding) -> FindingOut:
    return FindingOut.model_validate(found, from_attributes=True)


async def _with_logos(desk: Desk, row: Own, found: Mapping[UUID, Asset]) -> dict[str, Any]:
    item = {"title": row.title, **row.body}
    for name in LOGOS:
        asset = found.get(UUID(row.body[name])) if row.body[name] else None
        if asset is None:
            del item[name]
            continue
        data = await desk.studio.store.get(asset.key)
        item[name] = {"type": asset.type, "data": base64.b64encode(data).decode()}
    return item


def _bare(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in LOGOS}


def _logo(number: int, name: str, told: Any) -> bytes | None:
    """The bytes of a logo in a file; BadMedia for what is none."""
    if told is None:
        return None
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, str):
        raise Invalid(f"Number {number} of the file: {name}: the picture itself belongs here, as base64.")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadMedia(f"Number {number} of the file: {name} is not base64.") from None


async def _taken_in(desk: Desk, title: str, data: bytes) -> UUID:
    limits = desk.studio.limits
    if len(data) > limits.bytes:
        raise TooLarge(f"A logo is larger than {limits.bytes >> 20} MiB.", limit=limits.bytes)
    path = desk.studio.scratch / str(uuid4())
    try:
        await asyncio.to_thread(path.write_bytes, data)
        kept = await library.take_in(desk.studio.pool, desk.studio.store, desk.actor.team_id, path, limits)
    finally:
        path.unlink(missing_ok=True)
    if not kept.type.startswith("image/"):
        raise BadMedia("A logo is a picture.")
    async with desk.work() as work:
        asset = await library.again(work, kept) or await library.add(
            work, kept, desk.studio.store, title=f"Logo {title}"[:100]
        )
        return asset.id
