"""Erase, mend and extend, without a model: from the picture's own texture."""

import re
from collections.abc import AsyncIterator

import numpy as np

from gesso.catalog import Context, Reading
from gesso.imaging import inpaint, mask, picture
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import Sources, megapixels
from gesso.ops.repair import Erase, Inpaint, Outpaint
from gesso.providers.local import provider

_MENDING = frozenset(
    re.findall(
        r"\w+",
        """remove erase delete clean fix heal repair restore mend fill scratch scratches dust spot spots crack cracks
        damage text watermark object background entfernen löschen reinigen flicken ausbessern reparieren kratzer staub
        fleck flecken the a an and this that it from of die der das den und""",
    )
)


def seconds(request: Erase, sources: Sources) -> float:
    return 0.6 + 0.5 * megapixels(request, sources)


@provider.offers(Erase, model="patchmatch", title="Fill from the picture (offline)", seconds=seconds, lane="cpu")
async def erase(request: Erase, ctx: Context) -> AsyncIterator[Media]:
    yield await _from_around(request, ctx)


def read(request: Inpaint) -> Reading:
    said = re.findall(r"[^\W\d_]+", request.prompt.lower())
    understood = tuple(dict.fromkeys(word for word in said if word in _MENDING))
    return Reading(understood, tuple(dict.fromkeys(word for word in said if word not in _MENDING)))


@provider.offers(
    Inpaint, model="patchmatch", title="Fill from the picture (offline)", seconds=seconds, read=read, lane="cpu"
)
async def fix(request: Inpaint, ctx: Context) -> AsyncIterator[Media]:
    if read(request).ignored:
        ctx.say("It was filled from what lies around it: without a model nothing new can be put there.")
    yield await _from_around(request, ctx)


async def _from_around(request: Erase, ctx: Context) -> Media:
    image, marks = await ctx.open(request.image), await ctx.open(request.mask)
    return await ctx.compute(filled, image.data, marks.data, request.feather, request.seed or 0, span=(0.05, 0.9))


def filled(data: bytes, marks: bytes, feather: float, seed: int, report: Report) -> Media:
    """In a worker process: the picture without what is marked, as PNG."""
    pixels, marked = picture.load(data), mask.read(marks)
    mask.marked(marked)
    # What fades must have something to fade to: the filling goes as far as the feather does.
    soft = mask.feathered(marked, feather)
    made = inpaint.fill(pixels, soft > 0, seed=seed, report=report)
    return Media(picture.png(mask.composite(pixels, made, marked, feather)), "image/png", {"seed": seed})


@provider.offers(
    Outpaint,
    model="mirror",
    title="Mirror and fill (offline)",
    seconds=lambda request, sources: 0.8 + 0.6 * megapixels(request, sources),
    read=lambda request: Reading(ignored=("prompt",) if request.prompt.strip() else ()),
    lane="cpu",
)
async def outpaint(request: Outpaint, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    yield await ctx.compute(extended, request, image.data, span=(0.05, 0.95))


def extended(request: Outpaint, data: bytes, report: Report) -> Media:
    """In a worker process: the picture continued, as PNG."""
    pixels = picture.load(data)
    height, width = pixels.shape[:2]
    left, top, right, bottom = request.sides(width, height)
    made = inpaint.extend(pixels, left, top, right, bottom, seed=request.seed or 0, report=report)
    changed = int((made[top : top + height, left : left + width] != pixels).any(2).sum())
    return Media(picture.png(np.ascontiguousarray(made)), "image/png", {"outside_changed": changed})
