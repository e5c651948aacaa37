"""Background removal: the classical way, and with any matting model that the user brings."""

from collections.abc import AsyncIterator, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gesso.catalog import Context, Offer, Reading, free
from gesso.imaging import backdrop, cutout, matting, picture, resize, stage
from gesso.kit.errors import GessoError
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import megapixels
from gesso.ops.edit import RemoveBackground
from gesso.ops.fields import (
    Backdrop,
    BlurBackdrop,
    ColourBackdrop,
    GradientBackdrop,
    ImageBackdrop,
    TemplateBackdrop,
)
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
        picture.png(_placed(_within(made.rgba, pixels), pixels, request.background, behind)), "image/png", facts
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
        picture.png(_placed(made, pixels, request.background, behind)), "image/png", {"model": Path(model).name}
    )


async def picture_behind(wanted: Backdrop | None, ctx: Context) -> bytes | None:
    """The picture that is to stand behind the subject, where one is."""
    if not isinstance(wanted, ImageBackdrop):
        return None
    return (await ctx.open(wanted.image)).data


def _within(made: picture.Pixels, pixels: picture.Pixels) -> picture.Pixels:
    """What was transparent before stays so."""
    if pixels.shape[2] == 4:
        made = made.copy()
        made[..., 3] = np.minimum(made[..., 3], pixels[..., 3])
    return made


def _placed(
    made: picture.Pixels, pixels: picture.Pixels, wanted: Backdrop | None, behind: bytes | None
) -> picture.Pixels:
    """The cut-out `made` of `pixels` before the background that is wanted; as it is, where none is."""
    ground = grounded(made, pixels, wanted, behind)
    return made if ground is None else backdrop.over(made, ground)


def grounded(
    made: picture.Pixels, pixels: picture.Pixels, wanted: Backdrop | None, behind: bytes | None
) -> picture.Pixels | None:
    """The background (H, W, 3) that is wanted behind the cut-out `made` of `pixels`; None where none is."""
    height, width = made.shape[:2]
    match wanted:
        case ColourBackdrop():
            return backdrop.plain(width, height, backdrop.rgb(wanted.colour))
        case GradientBackdrop():
            ends = backdrop.rgb(wanted.start), backdrop.rgb(wanted.end)
            return backdrop.gradient(width, height, *ends, wanted.angle)
        case ImageBackdrop() if behind is not None:
            return backdrop.laid(_loaded(behind, width, height, wanted.fit), width, height, wanted.fit)
        case BlurBackdrop():
            # What was transparent before shows no background either.
            clear = 255 - pixels[..., 3] if pixels.shape[2] == 4 else np.zeros((height, width), np.uint8)
            return backdrop.blurred(pixels[..., :3], np.maximum(made[..., 3], clear), wanted.radius)
        case TemplateBackdrop():
            return stage.draw(wanted.name, width, height)
    return None


def _loaded(data: bytes, width: int, height: int, fit: backdrop.Fit) -> picture.Pixels:
    """The pixels of a picture that is to fill a frame: no more of them than it takes, but for tiles."""
    facts = picture.inspect(data)
    inside = None if fit == "tile" else resize.covering(facts.width, facts.height, width, height)
    return picture.load(data, alpha=False, inside=inside)
