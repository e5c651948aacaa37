"""Named routes for files: made smaller, made of another format, and what that would come to. They name operations, as
`image_studio` does, and bodies are read as there."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from gesso import library
from gesso.api.desk import AtDesk, Desk
from gesso.api.image_studio import INLINE_BYTES, Named, Sent, called, decoded, is_id, promised
from gesso.api.runs import IdempotencyKey, while_waited_for
from gesso.api.runs import Prefer as Waits
from gesso.api.shapes import RunOut
from gesso.imaging import encode, picture, reel
from gesso.kit.errors import Failed, Invalid
from gesso.kit.media import Media
from gesso.ops.export import PRESETS, TITLES, Format
from gesso.ops.fields import LATER
from gesso.runs import Order

AT_ONCE: Final = 2
"""Presets that are tried at the same time."""
OWN: Final = {"target_kb", "format", "quality", "lossless", "preset", "smaller"}
"""What a preset says itself."""

router = APIRouter(prefix="/image-studio", tags=["image studio"], max_body_size=INLINE_BYTES)


class FileIn(Named):
    """`strip_metadata` leaves out all of it, `keep_metadata` nothing; without either, where and with what it was taken
    is left out."""

    media: ClassVar[Mapping[str, str]] = {"image": "image"}

    image: Sent = called("image", media=True, default=...)
    background: str | None = called("background", "background_color", "background_colour")
    strip_metadata: bool | None = None
    keep_metadata: bool | None = None

    def input(self) -> dict[str, Any]:
        said = super().input()
        strip, keep = said.pop("strip_metadata", False), said.pop("keep_metadata", False)
        if strip and keep:
            message = "either it is stripped or kept"
            raise Invalid(
                f"keep_metadata: {message}.", fields=[{"field": "keep_metadata", "message": message, "kind": "misfit"}]
            )
        return said | ({"metadata": "none"} if strip else {"metadata": "all"} if keep else {})


class CompressIn(FileIn):
    """A `preset` (GET /compress/presets), or so many kilobytes at most, or both; a `format` and a `quality` go before
    those of the preset."""

    does = "image.compress"

    preset: str | None = None
    target_kb: int | None = called("target_kb", "target_size_kb")
    format: str | None = called("format", "output_format", "target_format")
    quality: int | None = None


class CompressEstimateIn(CompressIn):
    """The same body. With `all_presets`, what each of them would come to is told as well."""

    all_presets: bool = False

    def input(self) -> dict[str, Any]:
        said = super().input()
        said.pop("all_presets", None)
        return said


class ConvertIn(FileIn):
    """Into another `format` (GET /convert-format/supported)."""

    does = "image.convert"

    format: str = called("format", "target_format", "output_format", default=...)
    quality: int | None = None


class FileOut(BaseModel):
    """What one way comes to. `ratio` is bytes to bytes before, `ssim` how alike it is to the eye (1 is the same, null
    where that cannot be told), `scale` how much smaller in pixels it had to be. Where nothing comes of it, `trouble`
    says why."""

    preset: str | None
    type: str | None = None
    bytes: int | None = None
    saved: int | None = None
    ratio: float | None = None
    ssim: float | None = None
    quality: int | None = None
    scale: float | None = None
    width: int | None = None
    height: int | None = None
    as_it_was: bool = False
    notes: list[str] = []
    trouble: str | None = None


class CompressEstimateOut(BaseModel):
    """`before` in bytes; `chosen` by the settings that were sent."""

    before: int
    chosen: FileOut
    presets: list[FileOut]


class FilePresetOut(BaseModel):
    """`long` is the most pixels on the long side, `most_bytes` the largest file."""

    id: str
    title: str
    format: Format
    quality: int
    long: int | None
    most_bytes: int | None


class FilePresetsOut(BaseModel):
    presets: list[FilePresetOut]


class FileFormatOut(BaseModel):
    """What a format can hold; `metadata` also says how much of it."""

    format: Format
    type: str
    transparency: bool
    animation: bool
    lossless: bool
    lossy: bool
    bits: int
    metadata: Literal["all", "some", "none"]


class FileFormatsOut(BaseModel):
    """The media types that are read, and the formats that are written."""

    reads: list[str]
    writes: list[FileFormatOut]


@router.post("/compress", status_code=202)
async def compress(
    wanted: CompressIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Makes a picture's file smaller."""
    return await promised(desk, response, wanted, idempotency_key, prefer)


@router.post("/compress/estimate")
async def compress_estimate(wanted: CompressEstimateIn, desk: AtDesk, request: Request) -> CompressEstimateOut:
    """What the file would come to, found out by making it: to the byte. Nothing is promised, nothing is kept, and it is
    stopped when nobody waits for it any more."""
    desk.actor.require("runs.create")
    return await while_waited_for(request, _estimated(wanted, desk))


@router.get("/compress/presets")
async def compress_presets(desk: AtDesk) -> FilePresetsOut:
    """The presets, and what each means."""
    desk.actor.require("library.read")
    return FilePresetsOut(
        presets=[
            FilePresetOut(
                id=name,
                title=TITLES[name],
                format=means["format"],
                quality=means["level"],
                long=means.get("long"),
                most_bytes=means.get("most"),
            )
            for name, means in PRESETS.items()
        ]
    )


@router.post("/convert-format", status_code=202)
async def convert_format(
    wanted: ConvertIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None, prefer: Waits = None
) -> RunOut:
    """Saves a picture in another format."""
    return await promised(desk, response, wanted, idempotency_key, prefer)


@router.get("/convert-format/supported")
async def convert_supported(desk: AtDesk) -> FileFormatsOut:
    """What is read and what is written."""
    desk.actor.require("library.read")
    return FileFormatsOut(
        reads=sorted(picture.READABLE),
        writes=[
            FileFormatOut(
                format=format,
                type=type,
                transparency=format != "jpeg",
                animation=format in reel.FORMATS,
                lossless=format in encode.LOSSLESS,
                lossy=format not in ("png", "tiff"),
                bits=16 if format in ("png", "tiff") else 8,
                metadata="none" if format == "gif" else "some" if format == "tiff" else "all",
            )
            for format, type in encode.TYPES.items()
        ],
    )


async def _estimated(wanted: CompressEstimateIn, desk: Desk) -> CompressEstimateOut:
    said = wanted.input()
    given: Media | None = None
    if is_id(wanted.image):
        image = UUID(wanted.image)
        async with desk.read() as work:
            before = (await library.get(work, image)).bytes
    else:
        image, given = LATER, await _held(desk, wanted.image)
        before = len(given.data)
    room = asyncio.Semaphore(AT_ONCE)

    async def tried(input: dict[str, Any], preset: str | None) -> FileOut:
        async with room:
            try:
                made = await desk.studio.runs.glimpse(
                    desk.actor, Order(CompressEstimateIn.does, input | {"image": str(image)}), given
                )
            except Failed as error:
                return FileOut(preset=preset, trouble=str(error))
        return await asyncio.to_thread(_told, made, before, preset)

    plain = {name: value for name, value in said.items() if name not in OWN}
    names = [*PRESETS] if wanted.all_presets else []
    # What is wrong with the settings themselves is told before any of it is begun.
    chosen = await tried(said, wanted.preset)
    presets = await asyncio.gather(*(tried(plain | {"preset": name}, name) for name in names))
    return CompressEstimateOut(before=before, chosen=chosen, presets=presets)


def _told(made: Media, before: int, preset: str | None) -> FileOut:
    facts, found, size = made.facts, picture.inspect(made.data), len(made.data)
    return FileOut(
        preset=preset,
        type=made.type,
        bytes=size,
        saved=before - size,
        ratio=round(size / before, 4),
        ssim=facts.get("ssim"),
        quality=facts.get("quality"),
        scale=facts.get("scale"),
        width=found.width,
        height=found.height,
        as_it_was=bool(facts.get("as_it_was")),
        notes=list(facts["notes"]),
    )


async def _held(desk: Desk, text: str) -> Media:
    """A picture that came as bytes and is kept by nobody."""
    data = await decoded(desk, "image", text)
    found = await asyncio.to_thread(picture.inspect, data)
    return Media(data, found.type, {"width": found.width, "height": found.height, "seconds": 0})
