"""Background removal: the classical way, and with any matting model that the user brings."""

from collections.abc import AsyncIterator, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gesso.catalog import Context, Offer, Reading, free
from gesso.catalog.ground import picture_behind, placed
from gesso.imaging import cutout, matting, picture
from gesso.kit.errors import GessoError
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import megapixels
from gesso.ops.edit import RemoveBackground
from gesso.providers.local import provider


@provider.offers(
    RemoveBackground,
    model="cutout",
    title="Cut-out (offline, classical)",
    seconds=lambda request, sources: 0.5 + 0.2 * megapixels(request, sources),
    lane="cpu",
)
async def remove_background(request: RemoveBackground, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    mask = await ctx.open(request.mask) if request.mask else None
    behind = await picture_behind(request.background, ctx)
    done = await ctx.compute(cut, request, image.data, mask and mask.data, behind, span=(0.05, 0.95))
    if done.facts["advice"]:
        ctx.say(done.facts["advice"])
    yield done


def cut(request: RemoveBackground, image: bytes, mask: bytes | None, behind: bytes | None, report: Report) -> Media:
    """In a worker process: the subject on transparency or its new background, as PNG, with how sure the method is
    of it (0..1)."""
    pixels = picture.load(image)
    made = cutout.remove(
        pixels[..., :3],
        box=cutout.Box(**request.box.model_dump()) if request.box else None,
        hints=cutout.trimap(picture.load(mask)) if mask else None,
        feather=request.feather,
        shift=request.shift,
        decontaminate=request.decontaminate,
        report=report,
    )
    facts = {"confidence": round(made.confidence, 3), "advice": made.advice}
    return Media(
        picture.png(placed(_within(made.rgba, pixels), pixels, request.background, behind)), "image/png", facts
    )


@provider.finds
def matting_models(folder: Path) -> Iterable[Offer[Any]]:
    """One offer for each ONNX matting model in the folder; a file that is none is passed over (`gesso models`
    says why)."""
    for path in sorted(folder.glob("*.onnx")):
        offer = _matting_offer(path, path.stat().st_mtime_ns)
        if offer is not None:
            yield offer


@lru_cache(maxsize=64)
def _matting_offer(path: Path, changed: int) -> Offer[Any] | None:
    try:
        matting.inspect(path)
    except GessoError:
        return None

    async def run(request: RemoveBackground, ctx: Context) -> AsyncIterator[Media]:
        image = await ctx.open(request.image)
        mask = await ctx.open(request.mask) if request.mask else None
        behind = await picture_behind(request.background, ctx)
        yield await ctx.compute(cut_by_model, request, str(path), image.data, mask and mask.data, behind)

    return Offer(
        provider=provider.name,
        model=path.stem,
        title=f"{path.stem} (your model)",
        request=RemoveBackground,
        run=run,
        price=free,
        seconds=lambda request, sources: 6 + 0.2 * megapixels(request, sources),
        read=lambda request: Reading(ignored=("shift",) if request.shift else ()),
        lane="cpu",
        rank=-1,
    )


def cut_by_model(
    request: RemoveBackground, model: str, image: bytes, mask: bytes | None, behind: bytes | None
) -> Media:
    """In a worker process: the model's alpha; the box and the hints, where given, have the last word."""
    pixels = picture.load(image)
    alpha = matting.matte(Path(model), pixels[..., :3])
    if request.feather:
        alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), request.feather), np.uint8)
    if request.box is not None:
        inside = np.zeros_like(alpha)
        box = request.box
        inside[box.y : box.y + box.height, box.x : box.x + box.width] = 255
        alpha = np.minimum(alpha, inside)
    if mask is not None:
        hints = cutout.trimap(picture.load(mask))
        alpha = np.where(hints == 255, 255, np.where(hints == 0, 0, alpha)).astype(np.uint8)
    rgb = cutout.decontaminate(pixels[..., :3], alpha) if request.decontaminate else pixels[..., :3]
    made = _within(np.dstack([rgb, alpha]), pixels)
    return Media(
        picture.png(placed(made, pixels, request.background, behind)), "image/png", {"model": Path(model).name}
    )


def _within(made: picture.Pixels, pixels: picture.Pixels) -> picture.Pixels:
    """What was transparent before stays so."""
    if pixels.shape[2] == 4:
        made = made.copy()
        made[..., 3] = np.minimum(made[..., 3], pixels[..., 3])
    return made
