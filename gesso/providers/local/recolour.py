"""Find by colour or click, then recolour or replace: classical, and honest about which words it knows."""

import re
from collections.abc import AsyncIterator

import numpy as np

from gesso.catalog import Context, Reading
from gesso.imaging import inpaint, mask, picture, recolour, resize, sketchbook
from gesso.imaging.backdrop import rgb
from gesso.imaging.picture import Pixels
from gesso.kit.errors import Failed
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import megapixels
from gesso.ops.recolour import Recolour, Replace, Search
from gesso.providers.local import provider

_LITTLE = frozenset(("the", "a", "an", "all", "every", "der", "die", "das", "den", "alle", "thing", "things", "one"))
_AWAY = frozenset(
    ("nothing", "none", "empty", "remove", "erase", "delete", "background", "nichts", "weg", "leer", "entfernen")
)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def _read(request: Search) -> Reading:
    if request.mask is not None or request.click is not None:
        return Reading()
    said = _words(request.find)
    known = tuple(word for word in said if recolour.named(word))
    return Reading(known, tuple(word for word in said if word not in known and word not in _LITTLE))


@provider.offers(
    Recolour,
    model="colour",
    title="By colour (offline)",
    seconds=lambda request, sources: 0.3 + 0.3 * megapixels(request, sources),
    read=_read,
    lane="cpu",
)
async def recoloured(request: Recolour, ctx: Context) -> AsyncIterator[Media]:
    image, marks = await ctx.open(request.image), await ctx.open(request.mask) if request.mask else None
    done = await ctx.compute(painted, request, image.data, marks and marks.data)
    _advise(done, ctx)
    yield done


def _advise(done: Media, ctx: Context) -> None:
    if done.facts["confidence"] < 0.5:
        ctx.say("It was not clear what was meant. A click on it or a mask finds it better.")


def _found(request: Search, pixels: Pixels, marks: bytes | None) -> recolour.Found:
    """What is meant: by mask, else by click, else by the colour words. Failed where that is nothing."""
    if marks is not None:
        marked = mask.read(marks)
        mask.marked(marked)
        return recolour.Found(mask.feathered(marked, request.feather), 1.0)
    if (point := request.point()) is not None:
        found = recolour.by_click(pixels, *point, request.tolerance)
    else:
        colours = [colour for word in _words(request.find) if (colour := recolour.named(word))]
        if not colours:
            raise Failed(
                f"Without a model only colours can be found by words, and “{request.find}” names none. Name its "
                "colour, click on it, or paint it."
            )
        found = recolour.by_colour(pixels, colours[0], request.tolerance)
    if not found.mask.any():
        raise Failed("Nothing of that colour was found. Raise the tolerance, click on it, or paint it.")
    return found


def _facts(found: recolour.Found) -> dict[str, float]:
    return {"confidence": found.confidence, "mask_share": round(float((found.mask > 0).mean()), 4)}


def painted(request: Recolour, data: bytes, marks: bytes | None) -> Media:
    """In a worker process: what is found in its new colour, as PNG."""
    pixels = picture.load(data)
    found = _found(request, pixels, marks)
    made = recolour.recolour(pixels, found.mask, rgb(request.colour), request.strength)
    return Media(picture.png(made), "image/png", _facts(found))


def _read_both(request: Replace) -> Reading:
    found = _read(request)
    said = _words(request.prompt)
    known = tuple(word for word in said if word in _AWAY or recolour.named(word))
    if not any(word in _AWAY for word in said):
        scene = sketchbook.read(request.prompt)
        known += tuple(word for word in scene.understood if word not in known)
    ignored = tuple(word for word in said if word not in known and word not in _LITTLE)
    return Reading(found.understood + known, found.ignored + ignored)


@provider.offers(
    Replace,
    model="colour",
    title="By colour (offline)",
    seconds=lambda request, sources: 0.35 + 0.3 * megapixels(request, sources),
    read=_read_both,
    lane="cpu",
)
async def replaced(request: Replace, ctx: Context) -> AsyncIterator[Media]:
    image, marks = await ctx.open(request.image), await ctx.open(request.mask) if request.mask else None
    done = await ctx.compute(exchanged, request, image.data, marks and marks.data, span=(0.05, 0.95))
    _advise(done, ctx)
    yield done


def exchanged(request: Replace, data: bytes, marks: bytes | None, report: Report) -> Media:
    """In a worker process: a colour recolours, “nothing” erases, a scene that the Sketchbook knows is seen there."""
    pixels = picture.load(data)
    found = _found(request, pixels, marks)
    said = _words(request.prompt)
    colours = [colour for word in said if (colour := recolour.named(word))]
    scene = sketchbook.read(request.prompt)
    if any(word in _AWAY for word in said):
        # A thing's own shadow and rim go with it.
        reach = max(2, round(0.006 * min(pixels.shape[:2])))
        hole = mask.feathered(found.mask, reach)
        made = mask.composite(pixels, inpaint.fill(pixels, hole > 0, seed=request.seed or 0, report=report), hole)
    elif scene.things:
        height, width = pixels.shape[:2]
        side = max(256, min(1536, max(height, width)))
        inside = side / max(height, width)
        view = sketchbook.paint(
            request.prompt,
            max(256, round(width * inside)),
            max(256, round(height * inside)),
            request.seed or 0,
            report=report,
        )
        made = mask.composite(pixels, resize.cover(view[..., :3], width, height), found.mask)
    elif colours:
        made = recolour.recolour(pixels, found.mask, colours[0])
    else:
        raise Failed(
            f"Without a model nothing is known of “{request.prompt}”. What can be put there: nothing, a colour, or a "
            "scene of the Sketchbook such as “a starry sky”."
        )
    return Media(picture.png(np.ascontiguousarray(made)), "image/png", _facts(found))
