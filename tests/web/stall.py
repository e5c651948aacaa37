"""A provider for browser tests: one that takes its time, one that fails, one that costs, one that can do little, one
that loses its answer. Its entry point is written by the fixture `market`."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO

from PIL import Image
from pydantic import Field, field_validator

from gesso.catalog import Context, Provider, Reading, per_output
from gesso.kit.errors import Failed, Undecided
from gesso.kit.media import Media, Reply
from gesso.ops.create import Generate
from gesso.ops.fields import ui
from gesso.ops.wording import Enhance

STEP_SECONDS = 0.1
STEPS = 8
DEAR_CREDITS = 60
LAST = 50
"""Nobody gets these without having asked for them."""


class Small(Generate):
    """At most 512 pixels a side, and nothing that is large by nature."""

    width: int = Field(512, ge=64, le=512, title="Width", json_schema_extra=ui("size", group="shape", unit="px"))
    height: int = Field(512, ge=64, le=512, title="Height", json_schema_extra=ui("size", group="shape", unit="px"))

    @field_validator("prompt")
    @classmethod
    def _fits(cls, prompt: str) -> str:
        if "elephant" in prompt:
            raise ValueError("elephants do not fit on a miniature")
        return prompt


provider = Provider("stall", "Market stall")


def plain(request: Generate, index: int) -> Media:
    """One colour, told by the seed."""
    seed = ((request.seed or 0) + index) % 2**32
    out = BytesIO()
    colour = (seed * 37 % 200 + 30, seed * 91 % 200 + 30, seed * 53 % 200 + 30)
    Image.new("RGB", (request.width, request.height), colour).save(out, "PNG")
    return Media(out.getvalue(), "image/png", {"seed": seed})


@provider.offers(
    Generate,
    model="slow",
    title="Slow oils",
    seconds=lambda request, sources: STEPS * STEP_SECONDS * request.count,
    read=lambda request: Reading(ignored=("quickly",) if "quickly" in request.prompt else ()),
    rank=LAST,
)
async def slow(request: Generate, ctx: Context) -> AsyncIterator[Media]:
    for index in range(ctx.done, request.count):
        for step in range(STEPS):
            await ctx.progress((index + step / STEPS) / request.count, f"Layer {step + 1} of {STEPS}")
            await asyncio.sleep(STEP_SECONDS)
        yield plain(request, index)


@provider.offers(Generate, model="failing", title="Dry tubes", rank=LAST)
async def failing(request: Generate, ctx: Context) -> AsyncIterator[Media]:
    await ctx.progress(0.1)
    raise Failed("The paint ran dry.")
    yield plain(request, 0)


@provider.offers(Generate, model="dear", title="Gold leaf", price=per_output(DEAR_CREDITS), rank=LAST)
async def dear(request: Generate, ctx: Context) -> AsyncIterator[Media]:
    for index in range(ctx.done, request.count):
        yield plain(request, index)


@provider.offers(Small, model="small", title="Miniatures", rank=LAST)
async def small(request: Small, ctx: Context) -> AsyncIterator[Media]:
    for index in range(ctx.done, request.count):
        yield plain(request, index)


@provider.offers(Generate, model="lost", title="Lost letters", price=per_output(1), rank=LAST)
async def lost(request: Generate, ctx: Context) -> AsyncIterator[Media]:
    await ctx.progress(0.1)
    raise Undecided("The order was sent, and no answer came.")
    yield plain(request, 0)


@provider.offers(Enhance, model="scribe", title="Scribe", price=per_output(2), quality=5)
async def write(request: Enhance, ctx: Context) -> AsyncIterator[Reply]:
    yield Reply({"prompt": request.prompt.replace("boat", "tall ship")}, 1500)
