"""Another background, and the light of it, by guessed shapes."""

from collections.abc import AsyncIterator

import numpy as np

from gesso.catalog import Context, Reading
from gesso.catalog.ground import grounded, picture_behind
from gesso.imaging import backdrop, cutout, picture, relight, resize, sketchbook
from gesso.imaging.picture import Pixels
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import megapixels
from gesso.ops.relight import Relight
from gesso.providers.local import provider

_SCENE = 1536


def _read(request: Relight) -> Reading:
    if not request.prompt.strip() or request.background is not None:
        return Reading()
    scene = sketchbook.read(request.prompt)
    return Reading(scene.understood, scene.ignored)


@provider.offers(
    Relight,
    model="relief",
    title="Guessed shape (offline)",
    seconds=lambda request, sources: (
        0.6 + (0.5 if request.prompt or request.background else 0.3) * megapixels(request, sources)
    ),
    read=_read,
    lane="cpu",
)
async def relit(request: Relight, ctx: Context) -> AsyncIterator[Media]:
    image, behind = await ctx.open(request.image), await picture_behind(request.background, ctx)
    done = await ctx.compute(lit, request, image.data, behind, span=(0.05, 0.95))
    if done.facts.get("confidence", 1.0) < 0.5:
        ctx.say("The subject did not stand out clearly. Remove the background first, and use that picture.")
    yield done


def lit(request: Relight, data: bytes, behind: bytes | None, report: Report) -> Media:
    """In a worker process: cut out, matched, lit, and set on its shadow; or the whole picture lit as it stands."""
    pixels = picture.load(data)
    lamp = relight.Lamp(request.direction, request.height, request.strength, backdrop.rgb(request.colour))
    wanted = request.background is not None or bool(request.prompt.strip())
    if not wanted:
        made = relight.light(np.ascontiguousarray(pixels[..., :3]), lamp)
        report(0.9)
        return Media(picture.png(np.dstack([made, pixels[..., 3]]) if pixels.shape[2] == 4 else made))
    cut, sure = _subject(pixels)
    report(0.3)
    ground = grounded(cut, pixels, request.background, behind)
    if ground is None:
        ground = _scene(request, *cut.shape[:2])
    report(0.6)
    alpha = np.ascontiguousarray(cut[..., 3])
    subject = relight.harmonize(np.ascontiguousarray(cut[..., :3]), alpha, ground, request.harmony)
    subject = relight.light(subject, lamp, alpha)
    report(0.8)
    under = relight.dimmed(ground, relight.shadow(alpha, lamp, request.shadow))
    return Media(picture.png(backdrop.over(np.dstack([subject, alpha]), under)), "image/png", {"confidence": sure})


def _subject(pixels: Pixels) -> tuple[Pixels, float]:
    """What stands out, on transparency; a picture that has transparency already is cut out already."""
    if pixels.shape[2] == 4 and (pixels[..., 3] < 128).mean() > 0.02:
        return pixels, 1.0
    made = cutout.remove(np.ascontiguousarray(pixels[..., :3]))
    return made.rgba, round(made.confidence, 3)


def _scene(request: Relight, height: int, width: int) -> Pixels:
    inside = max(256, min(_SCENE, max(height, width))) / max(height, width)
    size = max(256, round(width * inside)), max(256, round(height * inside))
    view = sketchbook.paint(request.prompt, *size, request.seed or 0)
    return resize.cover(view[..., :3], width, height)
