"""Pictures side by side, drawn on this machine."""

import math
from collections.abc import AsyncIterator

from gesso.catalog import Context
from gesso.imaging import picture, sheet
from gesso.imaging.picture import Pixels
from gesso.kit.errors import Invalid
from gesso.kit.media import Media
from gesso.ops.grid import Grid
from gesso.providers.local import provider


@provider.offers(
    Grid,
    model="grid",
    title="Grid (offline)",
    seconds=lambda request, sources: (
        0.3 + 0.08 * len(request.images) + 1e-6 * len(request.images) * request.long**2 / 4
    ),
    lane="cpu",
)
async def grid(request: Grid, ctx: Context) -> AsyncIterator[Media]:
    cells: list[Pixels | None] = []
    for number, ref in enumerate(request.images, 1):
        # One after the other: of each only what is seen stays in memory.
        cells.append(await ctx.compute(sheet.cell, (await ctx.open(ref)).data, request.long))
        await ctx.progress(0.8 * number / len(request.images), "Laying out")
    yield await ctx.compute(drawn, request, cells)


def drawn(request: Grid, cells: list[Pixels | None]) -> Media:
    """In a worker process."""
    gaps = request.gaps()
    if gaps and max(gaps) >= 2 * len(cells) + 64:
        raise Invalid("A place far behind the last picture cannot be left empty.", fields=[{"field": "empty"}])
    for place in sorted(gaps):
        cells.insert(place, None)
    columns, rows = request.columns.splitlines(), request.rows.splitlines()
    across = request.across or len(columns) or math.ceil(math.sqrt(len(cells)))
    titles = sheet.Titles(request.heading, columns, rows)
    page = sheet.sheet(cells, across, titles, ground=request.ground)
    return Media(picture.png(page), "image/png", {"cells": len(cells)})
