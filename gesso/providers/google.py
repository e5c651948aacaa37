"""Google's Gemini models that draw, those that film, and those that write, by an API key. Facts: generateContent and
interactions, v1, of 2026.

An answer of status 200 may hold no picture: a reason stands in its place, and then nothing was drawn. There is no mask;
what lies outside of one is put back by the studio. Pictures are drawn in the class of one megapixel, whose price is
known.

Films are made by Omni, in the background: Veo has left the API that takes a key. Each has a sound of its own.
"""

import base64
import binascii
import math
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx2
from pydantic import BaseModel, Field, SecretStr

from gesso.catalog import MACHINE, Checked, Context, Provider, Reading
from gesso.catalog.finish import filmed, sent, sized
from gesso.catalog.limits import Frame, Limits
from gesso.catalog.manner import manner
from gesso.catalog.prices import book
from gesso.catalog.wire import Answer, Wire, retry_after
from gesso.dialects.chat import Rate, Spoken, Task, encoded, speaks
from gesso.dialects.narrowed import Moved, Upright, ignores
from gesso.dialects.openai import Pictures, worded
from gesso.dialects.queued import Failing, outcome
from gesso.dialects.steered import referring, words
from gesso.imaging import picture
from gesso.kit.errors import Cancelled, GessoError, Refused, Retry, Undecided
from gesso.kit.media import Media
from gesso.kit.money import Credits
from gesso.ops import Operation, Sources
from gesso.ops.control import Sketch, Structure, StyleGuide
from gesso.ops.fields import AssetRef
from gesso.ops.words import EditByWords, editing, further


class Settings(BaseModel):
    """What Google must be told."""

    key: SecretStr = Field(min_length=8, title="API key", description="From Google AI Studio, begins with AIza.")
    url: str = Field("https://generativelanguage.googleapis.com/v1", title="Address", json_schema_extra=MACHINE)
    poll_seconds: float = Field(5.0, gt=0, json_schema_extra=MACHINE)
    patience_seconds: float = Field(1800, gt=0, json_schema_extra=MACHINE)


provider = Provider("google", "Google Gemini", Settings, site="https://aistudio.google.com/apikey", heaviest=20_000_000)
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
PICTURES: Final = 10
"""That go with one order; some models take a few more."""
FILM: Final = "gemini-omni-1.2-flash"
SHORTEST: Final = 3
"""Seconds of a film."""
WORKING: Final = frozenset({"queued", "in_progress"})
SENT: Final = Frame(most=2048, area=2048 * 2048)


def line_to(told: Settings, http: httpx2.AsyncClient) -> Wire:
    key = told.key.get_secret_value()
    headers = {"x-goog-api-key": key}
    return Wire("Google", http, told.url, headers, key, refusal, pause=min(1.0, told.poll_seconds))


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
    return referring("strength")(request) if request.image is not None else Reading()


def offers(model: str, title: str) -> None:
    @provider.offers(
        Pictures,
        model=model,
        title=title,
        price=price(model),
        seconds=lambda request, sources: 12 * request.count,
        read=read,
        limits=Limits(shapes=tuple(RATIOS), sent=SENT),
    )
    async def generate(request: Pictures, ctx: Context) -> AsyncIterator[Media]:
        named = [*([request.image] if request.image else []), *(each.image for each in request.references)]
        shape = min(RATIOS, key=lambda name: abs(math.log(RATIOS[name] * request.height / request.width)))
        for index in range(ctx.done, request.count):
            await ctx.progress(index / request.count)
            config: dict[str, Any] = {"imageConfig": {"aspectRatio": shape}}
            if request.seed is not None:
                config["seed"] = (request.seed + index) % 2**31
            found = await drawn(ctx, f"picture {index}", model, worded(request), named, config)
            yield await ctx.compute(sized, found, (request.width, request.height))

    @provider.offers(
        editing(PICTURES),
        model=model,
        title=f"{title} edit",
        price=price(model),
        seconds=lambda request, sources: 12,
        limits=Limits(sent=SENT),
    )
    async def edit(request: EditByWords, ctx: Context) -> AsyncIterator[Media]:
        own = (await ctx.open(request.image)).facts
        config = {"seed": (request.seed or 0) % 2**31}
        found = await drawn(ctx, "edit", model, request.prompt, [request.image, *further(request)], config)
        yield await ctx.compute(sized, found, (own["width"], own["height"]), whole=True)

    for kind, told, unused in REFERRED:
        refers(model, title, kind, told, unused)


REFERRED: Final[tuple[tuple[type[Any], str, tuple[str, ...]], ...]] = (
    (Sketch, "Make a finished picture of this drawing, composed in the same way", ("strength", "shading", "freedom")),
    (Structure, "Make this picture anew, composed in the same way", ("strength", "guide")),
    (StyleGuide, "In the style and the colours of this picture, and not of its subject, make another", ("fidelity",)),
)
"""What Gemini is shown a picture for, how it is told, and what makes no difference to it then."""


def refers(model: str, title: str, kind: type[Any], told: str, unused: tuple[str, ...]) -> None:
    @provider.offers(
        kind,
        model=model,
        title=f"{title} by reference",
        price=price(model),
        seconds=lambda request, sources: 12,
        read=referring(*unused),
        limits=Limits(shapes=tuple(RATIOS), sent=SENT),
    )
    async def refer(request: Any, ctx: Context) -> AsyncIterator[Media]:
        own = (await ctx.open(request.image)).facts
        goal = request.size((own["width"], own["height"]))
        shape = min(RATIOS, key=lambda name: abs(math.log(RATIOS[name] * goal[1] / goal[0])))
        config = {"imageConfig": {"aspectRatio": shape}, "seed": (request.seed or 0) % 2**31}
        said = f"{told}: {words(request)}"
        found = await drawn(ctx, "control", model, said, [request.image], config)
        yield await ctx.compute(sized, found, goal)


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
# --- films


async def shot(ctx: Context, body: Mapping[str, Any]) -> Media:
    """A film, bought once: its id is kept before anything else, then the result is looked for."""
    settings = ctx.settings(Settings)
    line = line_to(settings, ctx.http)

    async def call() -> str:
        answer = await line.buy("/interactions", json={"model": FILM, "background": True, "store": True, **body})
        try:
            return str(answer.json()["id"])
        except (ValueError, KeyError, TypeError) as error:
            raise Undecided("Google accepted this and did not say under which number.") from error

    ticket = await ctx.once("film", call)
    # It is paid for now: what is stopped from here on is still fetched.
    with suppress(Cancelled):
        await ctx.progress(0.2, "Google works on it")

    async def look() -> Mapping[str, Any] | None:
        try:
            found = (await line.ask("GET", f"/interactions/{quote(ticket, safe='')}")).json()
            state = str(found["status"])
        except (ValueError, KeyError, TypeError):
            return None
        if state in WORKING:
            return None
        film = video_in(found)
        if state == "completed" and film is not None:
            return film
        said = line.plain(reason(found) or state)
        raise Failing(f"Google made no film, which it does not charge for. Change the prompt. {said}")

    film = await outcome(line, ticket, look, settings)
    try:
        data = base64.b64decode(film["data"], validate=True) if film.get("data") else await fetched(line, film["uri"])
    except (binascii.Error, ValueError) as error:
        raise Refused("Google sent a film that is cut short. It was charged.", charged=True) from error
    type = picture.sniff(data[:64]) or ""
    if not type.startswith("video/"):
        raise Refused(f"Google sent something else than a film ({type or 'unknown'}). It was charged.", charged=True)
    return await ctx.compute(filmed, Media(data, type))


def video_in(found: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The last film in what an interaction put out."""
    parts = [part for step in _steps(found) for part in step.get("content") or () if isinstance(part, Mapping)]
    films = [found.get("output_video"), *reversed([part for part in parts if part.get("type") == "video"])]
    return next((film for film in films if film and (film.get("data") or film.get("uri"))), None)


def reason(found: Mapping[str, Any]) -> str:
    """Why there is none: the errors that were noted down, else what was answered in words."""
    faults = [*(found.get("errors") or ()), *(step.get("error") for step in _steps(found))]
    told = [str(fault.get("message") or fault.get("code") or "") for fault in faults if isinstance(fault, Mapping)]
    parts = [part for step in _steps(found) for part in step.get("content") or () if isinstance(part, Mapping)]
    return "; ".join(filter(None, told)) or " ".join(str(part["text"]) for part in parts if "text" in part)


def _steps(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    steps = found.get("steps") or ()
    return [step for step in steps if isinstance(step, Mapping) and step.get("type") == "model_output"]


async def fetched(line: Wire, place: str) -> bytes:
    """A film from where it lies. The key goes to Google's own address alone, and never into an address."""
    own, there = urlsplit(line.base), urlsplit(place)
    if (own.scheme, own.netloc) != (there.scheme, there.netloc):
        return await line.fetch(place)
    path = there.path if there.path.endswith(":download") else f"{there.path}:download"
    host = replace(line, base=f"{own.scheme}://{own.netloc}")
    try:
        answer = await host.ask("GET", f"{path}?alt=media")
    except Refused as error:
        raise Undecided(f"Google made the film, and does not give it. {error}") from error
    return await line.fetch(answer.headers["location"]) if answer.is_redirect else answer.content


def lines(resolution: str) -> str:
    """The resolution that is asked for: there is none between a draft and 720p."""
    return "1080p" if resolution == "1080p" else "720p"


def length(seconds: float) -> int:
    return max(SHORTEST, math.ceil(seconds))


def film_price(request: Upright | Moved, seconds: float | None = None) -> Credits:
    """By the second that it is long; and a little for the words, and the picture, that it is made of."""
    each = PRICES.of(f"{FILM} {lines(request.resolution)}", length(request.seconds if seconds is None else seconds))
    return Credits(each + PRICES.of(f"{FILM} input"))


async def directed(request: Upright | Moved, ctx: Context, words: str, shape: str, start: Media | None) -> Media:
    config: dict[str, Any] = {"video_config": {"task": "text_to_video" if start is None else "image_to_video"}}
    if request.seed is not None:
        config["seed"] = request.seed % 2**31
    given: list[dict[str, Any]] = [{"type": "text", "text": words}]
    if start is not None:
        first = {"type": "image", "data": base64.b64encode(start.data).decode(), "mime_type": start.type}
        given.insert(0, first)
    wanted = {"type": "video", "aspect_ratio": shape, "resolution": lines(request.resolution), "delivery": "uri"}
    wanted["duration"] = f"{length(request.seconds)}s"
    made = await shot(ctx, {"input": given, "response_format": wanted, "generation_config": config})
    # What was delivered is what is paid for.
    return replace(made, facts={**made.facts, "cost": film_price(request, round(made.facts["seconds"]))})


@provider.offers(
    Upright,
    model=FILM,
    title="Gemini Omni 1.2 Flash",
    price=lambda request, sources: film_price(request),
    seconds=lambda request, sources: 120,
    read=ignores("audio"),
    limits=Limits(shapes=("16:9", "9:16")),
)
async def shoot(request: Upright, ctx: Context) -> AsyncIterator[Media]:
    worn = manner(request)
    words = worn.prompt(request.prompt)
    if out := worn.avoided(request.negative_prompt):
        words += f"\n\nLeave out: {out}."
    yield await directed(request, ctx, words, request.aspect, None)


@provider.offers(
    Moved,
    model=FILM,
    title="Gemini Omni 1.2 Flash",
    price=lambda request, sources: film_price(request),
    seconds=lambda request, sources: 120,
    read=ignores("motion", "strength", "parallax", "easing", "fps", "audio"),
    limits=Limits(shapes=("16:9", "9:16"), sent=SENT),
)
async def animate(request: Moved, ctx: Context) -> AsyncIterator[Media]:
    start = await ctx.compute(sent, (await ctx.open(request.image)).data, SENT)
    tall = start.facts["height"] > start.facts["width"] if request.aspect == "source" else request.aspect != "16:9"
    yield await directed(request, ctx, request.prompt, "9:16" if tall else "16:9", start)
