"""OpenAI's image models, and two that answer in words. Facts: the API reference of 2026-11; models end often, so each
offer names one that is alive.

A 5xx may come after the work was done and paid, so that it leaves a question; the price is that of the tokens that a
picture usually takes, and what it took in truth is written on the asset."""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from typing import Any, Final

import httpx2
from pydantic import BaseModel, Field, SecretStr

from gesso.catalog import MACHINE, Checked, Context, Provider
from gesso.catalog.prices import book
from gesso.catalog.wire import Wire
from gesso.dialects.chat import Chat, Rate, speaks
from gesso.dialects.openai import QUALITIES, Images, Pictures, Server, refusal, sides, worded
from gesso.kit.money import Credits
from gesso.ops import Operation, Sources


class Settings(BaseModel):
    """What OpenAI must be told."""

    key: SecretStr = Field(min_length=8, title="API key", description="From platform.openai.com, begins with sk-.")
    url: str = Field("https://api.openai.com/v1", title="Address", json_schema_extra=MACHINE)


provider = Provider("openai", "OpenAI", Settings, site="https://platform.openai.com/api-keys", heaviest=50_000_000)
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


def price(request: Pictures, sources: Sources) -> Credits:
    pictures = len(request.references) + (request.image is not None)
    each = guess(QUALITIES[request.quality], request.width, request.height, worded(request), pictures)
    return Credits(each * request.count)


def edit_price(request: Operation, sources: Sources) -> Credits:
    # Of a picture of one megapixel and a half; a larger one is told, and charged, by its tokens.
    return guess("medium", 1536, 1024, request.words() or "Remove it.", 1 + len(getattr(request, "references", ())))


SERVER: Final = Server(provider, images, qualities=True, together=True)
for _name, _title in MODELS.items():
    SERVER.generates(
        _name,
        _title,
        price,
        lambda request: {"draft": 8, "standard": 18, "premium": 45}[request.quality] * request.count,
    )
SERVER.edits(BEST, "GPT Image", edit_price)


def rate(model: str) -> Rate:
    return Rate(PRICES.models[f"{model} in"], PRICES.models[f"{model} out"])


def spoken(usage: Mapping[str, Any], model: str) -> int:
    """What the tokens of an answer come to; thoughts are among those that come out."""
    return rate(model).cost(float(usage.get("prompt_tokens") or 0), float(usage.get("completion_tokens") or 0))


def chat(ctx: Context, model: str) -> Chat:
    return Chat(
        line(ctx.settings(Settings), ctx.http),
        model,
        said={"reasoning_effort": "none"},
        cost=lambda usage: spoken(usage, model),
    )


def _speaks(model: str, title: str, quality: int) -> None:
    speaks(provider, model, title, lambda ctx, task: chat(ctx, model).ask(task), rate(model).most, quality=quality)


SPEAKERS: Final = {"gpt-5.6-luna": ("GPT-5.6 Luna", 4), "gpt-5.6-terra": ("GPT-5.6 Terra", 5)}
for _name, (_title, _quality) in SPEAKERS.items():
    _speaks(_name, _title, _quality)
