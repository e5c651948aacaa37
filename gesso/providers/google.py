"""Google's Gemini models that draw, and those that write, by an API key. Facts: generateContent, v1, of 2026.

An answer of status 200 may hold no picture: a reason stands in its place, and then nothing was drawn. There is no mask;
what lies outside of one is put back by the studio. Pictures are drawn in the class of one megapixel, whose price is
known.
"""

import base64
import binascii
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from math import log
from typing import Any, Final

import httpx2
from pydantic import BaseModel, Field, SecretStr

from gesso.catalog import MACHINE, Checked, Context, Provider, Reading
from gesso.catalog.finish import Frame, sent, sized
from gesso.catalog.prices import book
from gesso.catalog.wire import Answer, Wire, retry_after
from gesso.dialects.chat import Rate, Spoken, Task, encoded, speaks
from gesso.dialects.openai import Pictures, worded
from gesso.imaging import picture
from gesso.kit.errors import GessoError, Refused, Retry
from gesso.kit.media import Media
from gesso.kit.money import Credits
from gesso.ops import Operation, Sources
from gesso.ops.fields import AssetRef
from gesso.ops.words import EditByWords


class Settings(BaseModel):
    """What Google must be told."""

    key: SecretStr = Field(min_length=8, title="API key", description="From Google AI Studio, begins with AIza.")
    url: str = Field("https://generativelanguage.googleapis.com/v1", title="Address", json_schema_extra=MACHINE)


provider = Provider("google", "Google Gemini", Settings, site="https://aistudio.google.com/apikey")
PRICES: Final = book("google")
MODELS: Final = {
    "gemini-3.1-flash-image": "Gemini 3.1 Flash Image",
    "gemini-3.1-flash-lite-image": "Gemini 3.1 Flash Lite Image",
    "gemini-nano-banana-2.1": "Nano Banana 2.1",
    "gemini-3-pro-image": "Gemini 3 Pro Image",
}
RATIOS: Final = {
    name: int(name.split(":")[0]) / int(name.split(":")[1])
    for name in ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
}
SENT: Final = Frame(most=2048, area=2048 * 2048)


def line_to(told: Settings, http: httpx2.AsyncClient) -> Wire:
    key = told.key.get_secret_value()
    return Wire("Google", http, told.url, {"x-goog-api-key": key}, key, refusal)


def refusal(line: Wire, answer: Answer) -> GessoError:
    """What an answer of status 400 and above means; a wrong key is one of 400 as well."""
    try:
        error = answer.json()["error"]
        said, details = str(error.get("message", "")), list(error.get("details") or ())
    except (ValueError, KeyError, TypeError, AttributeError):
        said, details = "", []
    if any(each.get("reason") == "API_KEY_INVALID" for each in details if isinstance(each, dict)):
        return Refused("Google does not accept the key. Enter it anew on the page of providers.")
    if answer.status_code == 429:
        delays = [str(each.get("retryDelay", "")) for each in details if isinstance(each, dict)]
        asked = next((float(found[1]) for delay in delays if (found := re.fullmatch(r"(\d+(?:\.\d+)?)s", delay))), None)
        wait = asked if asked is not None else retry_after(answer)
        return Retry("Google has too many requests of this key.", retry_after=wait)
    if answer.status_code == 404:
        return Refused(f"Google does not have this model, or not for this key. {line.plain(said)}")
    return line.fault(answer, said)


@provider.checks
async def account(told: Settings, http: httpx2.AsyncClient) -> Checked:
    found = (await replace(line_to(told, http), looks=2).ask("GET", "/models")).json().get("models", [])
    alive = {str(model.get("name", "")).removeprefix("models/") for model in found}
    if not alive & set(MODELS):
        return Checked("The key works, but none of its models makes pictures.")
    return Checked("The key works.")


async def drawn(
    ctx: Context, step: str, model: str, prompt: str, named: Sequence[AssetRef], config: dict[str, Any]
) -> Media:
    """One picture, bought once."""
    line = line_to(ctx.settings(Settings), ctx.http)
    parts: list[dict[str, Any]] = [{"text": prompt}]
    for ref in named:
        media = await ctx.compute(sent, (await ctx.open(ref)).data, SENT)
        parts.append({"inlineData": {"mimeType": media.type, "data": base64.b64encode(media.data).decode()}})
    body = {
        "contents": [{"role": "user", "parts": parts}],
        "generationConfig": {"responseModalities": ["TEXT", "IMAGE"], **config},
    }

    async def call() -> Media:
        return made(line, await line.buy(f"/models/{model}:generateContent", json=body))

    return await ctx.bought(step, call)


def made(line: Wire, answer: Answer) -> Media:
    """The picture in an answer. Raises Refused, with the reason that stands in its place."""
    try:
        told = answer.json()
        blocked = (told.get("promptFeedback") or {}).get("blockReason")
        candidate = (told.get("candidates") or [{}])[0]
        parts = (candidate.get("content") or {}).get("parts") or []
    except (ValueError, AttributeError, TypeError) as error:
        raise Refused("Google answered with something that cannot be read. It was charged.", charged=True) from error
    if blocked:
        raise Refused(f"Google's filter blocked this request ({blocked}); it was not charged. Change the prompt.")
    for part in parts:
        # Drafts are thoughts.
        if not part.get("thought") and "inlineData" in part:
            try:
                data = base64.b64decode(part["inlineData"]["data"], validate=True)
            except (binascii.Error, ValueError, KeyError, TypeError) as error:
                raise Refused("Google sent a picture that is cut short. It was charged.", charged=True) from error
            type = picture.sniff(data[:64])
            if type is None:
                raise Refused("Google sent no picture. It was charged.", charged=True)
            return Media(data, type)
    said = line.plain(" ".join(str(part["text"]) for part in parts if "text" in part and not part.get("thought")))[:300]
    reason = candidate.get("finishReason", "NO_IMAGE")
    raise Refused(f"Google drew nothing ({reason}); no picture was charged. {said}".strip())


def price(model: str) -> Callable[[Operation, Sources], Credits]:
    return lambda request, sources: PRICES.of(model, request.outputs())


def read(request: Pictures) -> Reading:
    return Reading(ignored=("strength",) if request.image is not None and request.strength != 0.6 else ())


def offers(model: str, title: str) -> None:
    @provider.offers(
        Pictures,
        model=model,
        title=title,
        price=price(model),
        seconds=lambda request, sources: 12 * request.count,
        read=read,
    )
    async def generate(request: Pictures, ctx: Context) -> AsyncIterator[Media]:
        named = [*([request.image] if request.image else []), *(each.image for each in request.references)]
        shape = min(RATIOS, key=lambda name: abs(log(RATIOS[name] * request.height / request.width)))
        for index in range(ctx.done, request.count):
            await ctx.progress(index / request.count)
            config: dict[str, Any] = {"imageConfig": {"aspectRatio": shape}}
            if request.seed is not None:
                config["seed"] = (request.seed + index) % 2**31
            found = await drawn(ctx, f"picture {index}", model, worded(request), named, config)
            yield await ctx.compute(sized, found, (request.width, request.height))

    @provider.offers(
        EditByWords, model=model, title=f"{title} edit", price=price(model), seconds=lambda request, sources: 12
    )
    async def edit(request: EditByWords, ctx: Context) -> AsyncIterator[Media]:
        own = (await ctx.open(request.image)).facts
        config = {"seed": (request.seed or 0) % 2**31}
        found = await drawn(ctx, "edit", model, request.prompt, [request.image], config)
        yield await ctx.compute(sized, found, (own["width"], own["height"]), whole=True)


for _model, _title in MODELS.items():
    offers(_model, _title)


# --- words


async def said(ctx: Context, model: str, task: Task) -> Spoken:
    """What a model answers to a task."""
    line = line_to(ctx.settings(Settings), ctx.http)
    parts: list[dict[str, Any]] = [{"text": task.text}]
    if task.picture is not None:
        parts.append({"inlineData": {"mimeType": task.picture.type, "data": encoded(task.picture)}})
    body = {
        "systemInstruction": {"parts": [{"text": task.system}]},
        "contents": [{"role": "user", "parts": parts}],
        "generationConfig": {
            "responseMimeType": "application/json",
            "responseJsonSchema": task.schema,
            "maxOutputTokens": task.most,
            "thinkingConfig": {"thinkingLevel": "MINIMAL"},
        },
    }
    return spoken(await line.buy(f"/models/{model}:generateContent", json=body), model)


def spoken(answer: Answer, model: str) -> Spoken:
    """The words in an answer. Raises Refused, with the reason that stands in their place."""
    try:
        told = answer.json()
        blocked = (told.get("promptFeedback") or {}).get("blockReason")
        candidate = (told.get("candidates") or [{}])[0]
        parts = (candidate.get("content") or {}).get("parts") or []
        usage = told.get("usageMetadata") or {}
        text = "".join(str(part.get("text", "")) for part in parts if not part.get("thought"))
        taken = float(usage.get("promptTokenCount") or 0)
        given = float(usage.get("candidatesTokenCount") or 0) + float(usage.get("thoughtsTokenCount") or 0)
    except (ValueError, AttributeError, TypeError, IndexError) as error:
        raise Refused("Google answered with something that cannot be read. It was charged.", charged=True) from error
    if blocked:
        raise Refused(f"Google's filter blocked this request ({blocked}); it was not charged. Change the words.")
    cost = rate(model).cost(taken, given) if usage else None
    reason = candidate.get("finishReason", "STOP")
    if reason != "STOP":
        paid: dict[str, Any] = {"charged": True, **({} if cost is None else {"cost": cost})}
        if reason == "MAX_TOKENS":
            raise Refused("The model's answer became too long and was cut off. Shorten the prompt.", **paid)
        raise Refused(f"Google's filter stopped the answer ({reason}). Change the words or the picture.", **paid)
    return Spoken(text, cost)


def rate(model: str) -> Rate:
    return Rate(PRICES.models[f"{model} in"], PRICES.models[f"{model} out"])


def _speaks(model: str, title: str) -> None:
    speaks(provider, model, title, lambda ctx, task: said(ctx, model, task), rate(model).most)


SPEAKERS: Final = {
    "gemini-3.5-flash-lite": "Gemini 3.5 Flash-Lite",
    "gemini-3.1-flash-lite": "Gemini 3.1 Flash-Lite",
}
for _model, _title in SPEAKERS.items():
    _speaks(_model, _title)
