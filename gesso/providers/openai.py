"""OpenAI's image models. Facts: the API reference of 2026-11; models end often, so each offer names one that is alive.

A 5xx may come after the work was done and paid, so that it leaves a question; the price is that of the tokens that a
picture usually takes, and what it took in truth is written on the asset.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from math import ceil
from typing import Any, Final, Self

import httpx2
from pydantic import BaseModel, Field, SecretStr, model_validator

from gesso.catalog import MACHINE, Checked, Context, Provider, Reading
from gesso.catalog.finish import sent, sent_mask, sized
from gesso.catalog.openai import FRAME, QUALITIES, STEP, Images, refusal, sides
from gesso.catalog.prices import book
from gesso.catalog.wire import Wire
from gesso.kit.errors import Invalid
from gesso.kit.media import Media
from gesso.kit.money import Credits
from gesso.ops import Operation, Sources
from gesso.ops.create import Generate
from gesso.ops.repair import Erase, Inpaint
from gesso.ops.words import EditByWords


class Settings(BaseModel):
    """What OpenAI must be told."""

    key: SecretStr = Field(min_length=8, title="API key", description="From platform.openai.com, begins with sk-.")
    url: str = Field("https://api.openai.com/v1", title="Address", json_schema_extra=MACHINE)


provider = Provider("openai", "OpenAI", Settings, site="https://platform.openai.com/api-keys")
PRICES: Final = book("openai")
TOKENS: Final = {"low": 196, "medium": 439, "high": 1756}
"""Of a picture of 1024 x 1024, by quality; other sizes by their area."""
SEEN: Final = 1600
"""Tokens that a picture takes that is sent along: an upper guess, their number is told afterwards."""
MODELS: Final = {
    "gpt-image-2.6-flare": "GPT Image 2.6 Flare",
    "gpt-image-2.6-sunburst": "GPT Image 2.6 Sunburst",
    "gpt-image-2.5-flare": "GPT Image 2.5 Flare",
    "gpt-image-2.5-sunburst": "GPT Image 2.5 Sunburst",
    "gpt-image-2": "GPT Image 2",
}
BEST: Final = "gpt-image-2.6-sunburst"
"""The one for edits."""


def images(ctx: Context, model: str) -> Images:
    return Images(line(ctx.settings(Settings), ctx.http), model, {"output_format": "png"}, cost=cost)


def line(told: Settings, http: httpx2.AsyncClient) -> Wire:
    key = told.key.get_secret_value()
    return Wire(provider.title, http, told.url, {"authorization": f"Bearer {key}"}, key, refusal)


@provider.checks
async def account(told: Settings, http: httpx2.AsyncClient) -> Checked:
    found = (await replace(line(told, http), looks=2).ask("GET", "/models")).json()["data"]
    alive = {str(model["id"]) for model in found}
    if not alive & set(MODELS):
        return Checked("The key works, but none of its models makes pictures.")
    return Checked("The key works.")


def cost(usage: Mapping[str, Any]) -> int:
    """What the tokens come to, in thousandths of a credit, rounded up."""
    given = usage.get("input_tokens_details") or {}
    text = given.get("text_tokens", usage.get("input_tokens", 0))
    rates = PRICES.models
    total: float = (
        text * rates["text_token"]
        + given.get("image_tokens", 0) * rates["image_token"]
        + usage.get("output_tokens", 0) * rates["output_token"]
    )
    return ceil(total * 1000)


def guess(quality: str, width: int, height: int, words: str, pictures: int = 0) -> Credits:
    """What a picture of this size will cost, rather more than less."""
    across, down = sides(width, height)
    output = TOKENS[quality] * across * down / 1024**2
    # Four letters a token in English, two in many other scripts.
    usage = {
        "input_tokens_details": {"text_tokens": 16 + len(words) / 2, "image_tokens": SEEN * pictures},
        "output_tokens": output,
    }
    return Credits(cost(usage))


class Pictures(Generate):
    """From words and up to four pictures."""

    def check(self, sources: Sources) -> None:
        fits(self.width, self.height, "width")


def fits(width: int, height: int, field: str) -> None:
    if not FRAME.takes(width, height):
        message = "OpenAI makes and takes pictures up to three times as long as wide"
        raise Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])


def price(request: Pictures) -> Credits:
    pictures = len(request.references) + (request.image is not None)
    each = guess(QUALITIES[request.quality], request.width, request.height, worded(request), pictures)
    return Credits(each * request.count)


def worded(request: Generate) -> str:
    """The prompt with what has no field of its own there."""
    words = request.prompt
    if request.style:
        words += f"\n\nStyle: {request.style.replace('_', ' ')}."
    if request.negative_prompt.strip():
        words += f"\n\nLeave out: {request.negative_prompt}."
    return words


def read(request: Pictures) -> Reading:
    used = ("strength",) if request.image is not None and request.strength != 0.6 else ()
    return Reading(ignored=used + (("seed",) if request.seed is not None else ()))


def generator(name: str, title: str) -> None:
    @provider.offers(
        Pictures,
        model=name,
        title=title,
        price=price,
        seconds=lambda request, sources: {"draft": 8, "standard": 18, "premium": 45}[request.quality] * request.count,
        read=read,
    )
    async def generate(request: Pictures, ctx: Context) -> AsyncIterator[Media]:
        server, size = images(ctx, name), sides(request.width, request.height)
        named = [*([request.image] if request.image else []), *(each.image for each in request.references)]
        pictures = [await ctx.compute(sent, (await ctx.open(ref)).data, FRAME) for ref in named]
        quality = QUALITIES[request.quality]
        for index in range(ctx.done, request.count):
            await ctx.progress(index / request.count)
            step = f"picture {index}"
            if pictures:
                made = await server.edit(ctx, step, worded(request), pictures, size, quality=quality)
            else:
                made = await server.generate(ctx, step, worded(request), size, quality=quality)
            yield await ctx.compute(sized, made, (request.width, request.height))


for _name, _title in MODELS.items():
    generator(_name, _title)


# --- edits


def edit_price(request: Operation) -> Credits:
    # Of a picture of one megapixel and a half; a larger one is told, and charged, by its tokens.
    return guess("medium", 1536, 1024, request.words() or "Remove it.", 1)


def edits(kind: type[Any], title: str, ask: Callable[[Any], str]) -> None:
    """Declares what changes a picture, where a mask says so or all of it."""

    @provider.offers(
        kind, model=BEST, title=title, price=edit_price, seconds=lambda request, sources: 25, read=unseeded
    )
    async def edit(request: Any, ctx: Context) -> AsyncIterator[Media]:
        source = await ctx.open(request.image)
        sending = await ctx.compute(sent, source.data, FRAME_OF_EDITS, step=STEP)
        size = sending.facts["width"], sending.facts["height"]
        mask = None
        if request.mask is not None:
            marks = await ctx.open(request.mask)
            mask = await ctx.compute(sent_mask, marks.data, size, request.feather, "alpha")
        made = await images(ctx, BEST).edit(ctx, "edit", ask(request), [sending], size, mask, quality="medium")
        own = source.facts["width"], source.facts["height"]
        yield await ctx.compute(sized, made, own, said=request.mask is None, whole=True)


FRAME_OF_EDITS: Final = replace(FRAME, area=1536 * 1024)
"""Larger pictures are sent smaller: their tokens, and so the price, would grow with their area."""


def unseeded(request: Any) -> Reading:
    # A seed that nobody asked for was settled to 0.
    return Reading(ignored=("seed",) if request.seed else ())


class Shaped:
    """Refuses, before anything is paid, what is more than three times as long as wide."""

    def check(self, sources: Sources) -> None:
        super().check(sources)  # type: ignore[misc]
        source = sources.get(self.image)  # type: ignore[attr-defined]
        if source:
            fits(source.width, source.height, "image")


class Told(Shaped, EditByWords):
    """Changes a picture as it is told to, in words."""


class Filled(Shaped, Inpaint):
    """Makes what is painted over anew, as the prompt says."""

    @model_validator(mode="after")
    def _said(self) -> Self:
        if not self.prompt.strip():
            raise ValueError("OpenAI wants a prompt: what is to be there; to take something away, use Erase")
        return self


class Erased(Shaped, Erase):
    """Takes away what is painted over."""


edits(Told, "GPT Image edit", lambda request: request.prompt)
edits(
    Filled, "GPT Image inpaint", lambda request: f"In the transparent area: {request.prompt}. Keep the rest as it is."
)
edits(
    Erased,
    "GPT Image erase",
    lambda request: "Remove what is in the transparent area, and continue there what surrounds it. Add nothing.",
)
