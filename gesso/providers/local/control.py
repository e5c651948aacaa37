"""Control without a model: drawings coloured, pictures rendered anew, manners taken over, guides read."""

import re
from collections.abc import AsyncIterator

import cv2
import numpy as np

from gesso.catalog import Context, Reading
from gesso.catalog.manner import OFFLINE
from gesso.imaging import depth, drawing, guides, picture, recolour, resize, restyle, sketchbook
from gesso.imaging.picture import Pixels
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import Sources, megapixels
from gesso.ops.control import LARGEST, Guided, Preprocess, Sketch, Structure, StyleGuide, StyleTransfer, within
from gesso.providers.local import provider
from gesso.providers.local.sketchbook import branded, developed, lit, medium

_SCENE = 512


class BookSketch(Sketch):
    """Colours the areas between the lines, from the scene that the prompt names and the colours in it."""


class BookStructure(Guided, Structure):
    """Paints the picture anew in a style of the Sketchbook, and holds its edges or its depth, and those of others."""


class BookStyleGuide(StyleGuide):
    """Paints a scene of the Sketchbook in the light, the colours and the texture of the reference."""


def _megapixels(request: Sketch | Structure, sources: Sources) -> float:
    return min(megapixels(request, sources), LARGEST**2 / 1e6)


def _said(request: Sketch | Structure | StyleGuide, *, scene: bool) -> Reading:
    """Without a `scene` nothing new can be put into the picture, and its style and light alone are read."""
    said = sketchbook.read(request.spoken, style=medium(request))
    if scene:
        return branded(request, Reading(said.understood, said.ignored))
    understood = tuple(word for word in said.understood if word not in said.things)
    return branded(request, Reading(understood, said.ignored + said.things))


def _read_sketch(request: BookSketch) -> Reading:
    said = _said(request, scene=True)
    colours = tuple(word for word in _words(request.spoken) if recolour.named(word))
    return Reading(
        tuple(dict.fromkeys(said.understood + colours)), tuple(word for word in said.ignored if word not in colours)
    )


def _read_structure(request: BookStructure) -> Reading:
    said = _said(request, scene=False)
    # It is laid over what is painted, at once and not by steps.
    timed = tuple(
        name
        for name, usual in (("start", 0), ("end", 1))
        if any(getattr(each, name) != usual for each in request.controls)
    )
    return Reading(said.understood, said.ignored + timed)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


@provider.offers(
    BookSketch,
    model="sketchbook",
    title="Sketchbook (offline)",
    seconds=lambda request, sources: 0.3 + 0.65 * _megapixels(request, sources),
    read=_read_sketch,
    lane="cpu",
    hand="rules",
    styles=OFFLINE,
)
async def sketched(request: BookSketch, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    yield await ctx.compute(painted, request, image.data, span=(0.05, 0.95))


def painted(request: BookSketch, data: bytes, report: Report) -> Media:
    """In a worker process: lines read, areas coloured and shaded, then painted in the style, and the lines over it."""
    pixels = picture.load(data, inside=LARGEST)
    read = drawing.read(pixels)
    report(0.2)
    height, width = read.areas.shape
    scale = _SCENE / max(height, width)
    size = max(256, round(width * scale)), max(256, round(height * scale))
    scene = sketchbook.paint(lit(request), *size, request.seed or 0, style="photographic")
    named = [colour for word in _words(request.spoken) if (colour := recolour.named(word))]
    flat = drawing.coloured(read, scene, named, shading=request.shading)
    report(0.4)
    across, down = within((pixels.shape[1], pixels.shape[0]), LARGEST)
    start = sketchbook.Start(resize.to(flat, across, down), 0.3 + 0.5 * request.freedom)
    made = sketchbook.paint(
        lit(request),
        across,
        down,
        request.seed or 0,
        style=medium(request),
        start=start,
        report=lambda share: report(0.4 + 0.5 * share),
    )
    made = developed(made[..., :3], request, request.seed or 0)
    return Media(picture.png(drawing.inked(made, read.ink, request.strength)))


@provider.offers(
    BookStructure,
    model="sketchbook",
    title="Sketchbook (offline)",
    seconds=lambda request, sources: 0.2 + (0.8 + 0.25 * len(request.controls)) * _megapixels(request, sources),
    read=_read_structure,
    lane="cpu",
    hand="rules",
    styles=OFFLINE,
)
async def rendered(request: BookStructure, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    others = [(await ctx.open(each.image)).data for each in request.controls]
    yield await ctx.compute(anew, request, image.data, others, span=(0.05, 0.95))


def anew(request: BookStructure, data: bytes, others: list[bytes], report: Report) -> Media:
    """In a worker process: painted anew, coarser the less of the structure is to be kept, and the guide laid over."""
    pixels = picture.load(data, alpha=False, inside=LARGEST)
    height, width = pixels.shape[:2]
    made = sketchbook.paint(
        lit(request),
        width,
        height,
        request.seed or 0,
        style=medium(request),
        start=sketchbook.Start(pixels, 0.95 - 0.5 * request.strength),
        report=lambda share: report(0.75 * share),
    )[..., :3]
    made = developed(made, request, request.seed or 0)
    if request.guide in ("edges", "both"):
        made = _edged(made, pixels, request.strength)
    if request.guide in ("depth", "both"):
        made = _layered(made, pixels, request.strength)
    for each, other in zip(request.controls, others, strict=True):
        seen = resize.cover(picture.load(other, alpha=False, inside=LARGEST), width, height)
        weight = min(1.0, each.weight)
        match each.kind:
            case "depth":
                made = _layered(made, seen, weight)
            case "lines":
                made = drawing.inked(made, drawing.read(seen).ink, weight)
            case "edges":
                made = _edged(made, seen, weight)
    return Media(picture.png(made))


def _edged(made: Pixels, source: Pixels, strength: float) -> Pixels:
    """Outlines of the source, as darker lines in the new colours."""
    lines = 255 - guides.line_art(source, 0.25 + 0.5 * strength)
    soft = guides.soft_edges(source, 0.5)
    share = np.minimum(lines, soft).astype(np.float32)[..., None] / 255 * np.float32(0.8 * strength**1.5)
    return np.asarray(np.rint(made * (1 - share)), np.uint8)


def _layered(made: Pixels, source: Pixels, strength: float) -> Pixels:
    """What is far away lies in the haze of the new light, what is near gains contrast."""
    near = depth.depth(source)[..., None]
    haze = cv2.resize(made, (1, 1), interpolation=cv2.INTER_AREA).astype(np.float32) * 0.6 + 255 * 0.4
    far = np.float32(0.55 * strength) * (1 - near) ** 1.5
    whole = made.astype(np.float32)
    level = cv2.GaussianBlur(whole, (0, 0), max(1.0, min(made.shape[:2]) / 40))
    whole = whole + np.float32(0.5 * strength) * near * (whole - level)
    return np.asarray(np.clip(np.rint(whole * (1 - far) + haze * far), 0, 255), np.uint8)


@provider.offers(
    BookStyleGuide,
    model="sketchbook",
    title="Sketchbook (offline)",
    seconds=lambda request, sources: 1.6 + 1.2 * request.width * request.height / 2**20,
    read=lambda request: _said(request, scene=True),
    lane="cpu",
    hand="rules",
    styles=OFFLINE,
)
async def guided(request: BookStyleGuide, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    yield await ctx.compute(in_manner, request, image.data, span=(0.05, 0.95))


def in_manner(request: BookStyleGuide, data: bytes, report: Report) -> Media:
    """In a worker process: the scene in the light and colours of the reference, then its texture."""
    like = picture.load(data, alpha=False, inside=1024)
    made = sketchbook.paint(
        lit(request),
        request.width,
        request.height,
        request.seed or 0,
        style=medium(request),
        looks=[(like, request.fidelity)],
        report=lambda share: report(0.5 * share),
    )[..., :3]
    made = restyle.restyle(
        made,
        like,
        colour=0,
        texture=max(0.0, 1.1 * request.fidelity - 0.25),
        seed=request.seed or 0,
        report=lambda share: report(0.5 + 0.5 * share),
    )
    return Media(picture.png(developed(made, request, request.seed or 0)))


@provider.offers(
    StyleTransfer,
    model="statistics",
    title="Colours and texture (offline)",
    seconds=lambda request, sources: (2.2 if request.texture else 0.3) + 0.6 * megapixels(request, sources),
    read=lambda request: Reading(ignored=("prompt",) if request.prompt.strip() else ()),
    lane="cpu",
)
async def transferred(request: StyleTransfer, ctx: Context) -> AsyncIterator[Media]:
    image, style = await ctx.open(request.image), await ctx.open(request.style_image)
    yield await ctx.compute(taken_over, request, image.data, style.data, span=(0.05, 0.95))


def taken_over(request: StyleTransfer, data: bytes, style: bytes, report: Report) -> Media:
    """In a worker process: the picture in the other's manner; transparency stays."""
    pixels = picture.load(data)
    made = restyle.restyle(
        np.ascontiguousarray(pixels[..., :3]),
        picture.load(style, alpha=False, inside=1024),
        colour=request.colour * request.strength,
        texture=request.texture * request.strength,
        seed=request.seed or 0,
        report=report,
    )
    return Media(picture.png(np.dstack([made, pixels[..., 3]]) if pixels.shape[2] == 4 else made))


@provider.offers(
    Preprocess,
    model="guides",
    title="Guides (offline)",
    seconds=lambda request, sources: (
        (0.6 if request.kind in ("depth", "normal", "segments") else 0.2) + 0.12 * megapixels(request, sources)
    ),
    lane="cpu",
)
async def preprocessed(request: Preprocess, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    yield await ctx.compute(guide, request, image.data)


def guide(request: Preprocess, data: bytes) -> Media:
    """In a worker process: the guide as PNG, with what there is to say of it in the facts."""
    pixels = picture.load(data, alpha=False)
    made, facts = guides.read(pixels, request.kind, detail=request.detail, colours=request.colours)
    return Media(picture.png(255 - made if request.invert else made), "image/png", facts)
