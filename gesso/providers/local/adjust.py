"""Crops, turns, light and lettering: exact, and without a model."""

from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import numpy as np

from gesso.catalog import Context
from gesso.imaging import adjust, annotate, geometry, picture
from gesso.imaging.backdrop import rgb
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import Operation, Sources, megapixels
from gesso.ops.adjust import Adjust, Annotate, Crop, Perspective, Rotate
from gesso.providers.local import provider

O = TypeVar("O", bound=Operation)


def _seconds(each: float) -> Callable[[Operation, Sources], float]:
    """Most of the time goes into reading and writing the file; `each` is for a megapixel of both and the work."""
    return lambda request, sources: 0.2 + each * megapixels(request, sources)


@provider.offers(Crop, model="crop", title="Crop (offline)", seconds=_seconds(0.12), lane="cpu")
async def crop(request: Crop, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    yield await ctx.compute(cropped, request, image.data)


def cropped(request: Crop, data: bytes) -> Media:
    """In a worker process: the part that stays, as PNG; every pixel as it was, unless it is straightened."""
    pixels = picture.load(data)
    part = request.part(pixels.shape[1], pixels.shape[0])
    made = geometry.straightened(pixels, request.angle, *part) if request.angle else geometry.crop(pixels, *part)
    return Media(picture.png(made))


@provider.offers(Rotate, model="rotate", title="Rotate (offline)", seconds=_seconds(0.17), lane="cpu")
async def rotate(request: Rotate, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    done = await ctx.compute(rotated, request, image.data)
    if request.auto:
        found = done.facts["straightened"]
        ctx.say(f"Straightened by {found:g}°." if found else "No lines were found to straighten it by.")
    yield done


def rotated(request: Rotate, data: bytes) -> Media:
    """In a worker process: turned, mirrored and straightened, in this order."""
    pixels = geometry.turn(picture.load(data), request.turn // 90)
    if request.flip != "none":
        pixels = np.ascontiguousarray(pixels[:, ::-1] if request.flip == "horizontal" else pixels[::-1])
    found = geometry.level(pixels) if request.auto else 0.0
    angle = request.angle + found
    if angle:
        pixels = geometry.rotate(pixels, angle, request.corners, rgb(request.ground) if request.ground else None)
    return Media(picture.png(pixels), "image/png", {"straightened": found} if request.auto else {})


@provider.offers(Perspective, model="perspective", title="Perspective (offline)", seconds=_seconds(0.18), lane="cpu")
async def perspective(request: Perspective, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    yield await ctx.compute(righted, request, image.data)


def righted(request: Perspective, data: bytes) -> Media:
    """In a worker process: first what the corners go around, then the falling lines."""
    pixels = picture.load(data)
    if corners := request.points():
        pixels = geometry.flatten(pixels, corners)  # type: ignore[arg-type]
    if request.vertical or request.horizontal:
        pixels = geometry.keystone(pixels, request.vertical, request.horizontal)
    return Media(picture.png(pixels))


@provider.offers(Adjust, model="darkroom", title="Darkroom (offline)", seconds=_seconds(0.3), lane="cpu")
async def adjusted(request: Adjust, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    yield await ctx.compute(developed, request, image.data, span=(0.1, 0.9))


def amounts(request: Adjust) -> adjust.Amounts:
    told: dict[str, Any] = {name: getattr(request, name) for name in adjust.Amounts.__dataclass_fields__}
    return adjust.Amounts(**told)


def developed(request: Adjust, data: bytes, report: Report) -> Media:
    """In a worker process. Outside of a mask the pipeline keeps the picture."""
    pixels = picture.load(data)
    return Media(picture.png(adjust.adjust(pixels, amounts(request), seed=request.seed or 0, report=report)))


@provider.offers(Annotate, model="lettering", title="Lettering (offline)", seconds=_seconds(0.16), lane="cpu")
async def label(request: Annotate, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    logo = await ctx.open(request.logo) if request.logo and request.kind == "logo" else None
    yield await ctx.compute(labelled, request, image.data, logo and logo.data)


def labelled(request: Annotate, data: bytes, logo: bytes | None) -> Media:
    """In a worker process: the words, the shape or the logo on the picture."""
    pixels = picture.load(data)
    box = (request.box.x, request.box.y, request.box.width, request.box.height) if request.box else None
    if request.kind == "logo" and logo is not None:
        made = annotate.logo(
            pixels,
            picture.load(logo, inside=2048),
            request.place,
            size=request.scale,
            opacity=request.opacity,
            margin=request.margin,
            tiled=request.tiled,
            box=box,
        )
    elif request.kind == "shape" and box is not None:
        made = annotate.shape(
            pixels,
            request.shape,
            box,
            colour=rgb(request.colour),
            stroke=request.stroke,
            fill=request.filled,
            opacity=request.opacity,
        )
    else:
        how = annotate.Lettering(
            face=request.font,
            size=request.scale,
            colour=rgb(request.colour),
            outline=request.outline,
            outline_colour=rgb(request.outline_colour),
            shadow=request.shadow,
            band=rgb(request.band) if request.band else None,
        )
        made = annotate.words(pixels, request.text, how, request.place, request.margin, box)
    return Media(picture.png(made))
