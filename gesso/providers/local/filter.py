"""Filters, by their specification."""

from collections.abc import AsyncIterator

from gesso.catalog import Context
from gesso.imaging import filters, picture
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import megapixels
from gesso.ops.filter import Filter
from gesso.providers.local import provider


@provider.offers(
    Filter,
    model="filters",
    title="Filters (offline)",
    seconds=lambda request, sources: 0.2 + (0.12 + 0.06 * len(request.chain())) * megapixels(request, sources),
    lane="cpu",
)
async def filtered(request: Filter, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    texture = await ctx.open(request.texture) if request.texture else None
    yield await ctx.compute(through, request, image.data, texture and texture.data, span=(0.05, 0.9))


def through(request: Filter, data: bytes, texture: bytes | None, report: Report) -> Media:
    """In a worker process: the picture behind the filters, as PNG. Outside of a mask the pipeline keeps the picture."""
    made = filters.apply(
        picture.load(data),
        request.chain(),
        seed=request.seed or 0,
        texture=picture.load(texture, alpha=False, inside=4096) if texture else None,
        report=report,
    )
    return Media(picture.png(made))
