"""Upscaling by Lanczos resampling: sharp, and honest about not inventing detail."""

from collections.abc import AsyncIterator
from typing import Literal

from gesso.catalog import Context
from gesso.imaging import picture, resize
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import megapixels
from gesso.ops.upscale import Upscale
from gesso.providers.local import provider


@provider.offers(
    Upscale,
    model="lanczos",
    title="Lanczos (offline)",
    seconds=lambda request, sources: 0.3 + 0.12 * megapixels(request, sources) * request.factor**2,
    lane="cpu",
)
async def upscale(request: Upscale, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    data = await ctx.compute(enlarge, image.data, request.factor, span=(0.05, 0.95))
    yield Media(data, "image/png")


def enlarge(data: bytes, factor: Literal[2, 4, 8], report: Report) -> bytes:
    """In a worker process: the picture, `factor` times as wide and high, as PNG."""
    return picture.png(resize.upscale(picture.load(data), factor, report=report))
