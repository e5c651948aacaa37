"""Models at WaveSpeed, each as its list says: JSON Schema of what it takes, a formula of what it costs.

`wavespeed.json` is that list (https://api.wavespeed.ai/api/v3/models, 2026-03-13), of the models that do what the
studio has an operation for, and Seedream as its own page says it
(https://wavespeed.ai/models/bytedance/seedream-v4.5/llms.txt, 2026-11-29; that it makes nothing below 2560 x 1440 is
told by others who sell it). A call answers with an id, which is kept before the result is looked for; what fails is
refunded. The list is months old when it is used: the check compares it with today's, and of a dear run the price is
asked for just before it is bought.
"""

import json
import math
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

import httpx2
from jsonata.jsonata import Jsonata
from pydantic import BaseModel, Field, SecretStr

from gesso.catalog import MACHINE, Checked, Context, Provider, Reading
from gesso.catalog.finish import filmed, heard, sent, sent_mask, sized
from gesso.catalog.ground import picture_behind
from gesso.catalog.limits import Frame, Limits
from gesso.catalog.manner import manner
from gesso.catalog.wire import Answer, Wire
from gesso.dialects.narrowed import (
    Alone,
    Faithful,
    Filled,
    Moved,
    Started,
    Swapped,
    Talking,
    Upright,
    Words,
    cut,
    ignores,
    size_of,
)
from gesso.dialects.openai import sides, worded
from gesso.dialects.queued import Failing, Pictures, addressed, outcome
from gesso.imaging import picture, speech
from gesso.kit.errors import Cancelled, GessoError, Invalid, Refused, Retry, Undecided
from gesso.kit.media import Media, extension
from gesso.kit.money import Credits, credits
from gesso.ops import Size, Sources
from gesso.ops.fields import AssetRef
from gesso.ops.repair import Erase
from gesso.ops.transform import LINES, LONGEST, Relief
from gesso.ops.words import editing, further


class Settings(BaseModel):
    """What WaveSpeed must be told. A key works after the first top-up."""

    key: SecretStr = Field(min_length=8, title="API key", description="From wavespeed.ai, made after the first top-up.")
    url: str = Field("https://api.wavespeed.ai", title="Address", json_schema_extra=MACHINE)
    poll_seconds: float = Field(1.5, gt=0, json_schema_extra=MACHINE)
    patience_seconds: float = Field(1800, gt=0, json_schema_extra=MACHINE)


provider = Provider("wavespeed", "WaveSpeed", Settings, site="https://wavespeed.ai/accesskey", heaviest=200_000_000)
SENT: Final = Frame(least=256, most=4096, area=16_000_000)
LARGEST_SIDE: Final = 1536
"""Where the list says nothing else; most of its models go no further."""
CLASSES: Final = {"2k": 2048, "4k": 4096, "8k": 8192}
"""Pixels on the long side of what an upscaler makes."""
DEAR: Final = credits(25)
"""From here on a price is asked for before it is paid."""
SLACK: Final = 0.2
"""Seconds by which two may measure a sound differently."""
NAMED: Final = 5
"""How many models are named in a sentence."""
TUNED: Final = {"guidance": "guidance_scale", "steps": "num_inference_steps"}
"""What a request calls it, and the list."""
OVER: Final = frozenset({"failed", "cancelled", "timeout", "deleted"})


# --- the list


@dataclass(frozen=True)
class Model:
    """One line of the list. `base_price` is in US$, `formula` JSONata over what is sent, in millionths of a US$."""

    id: str
    title: str
    does: str
    base_price: float
    fields: Mapping[str, Mapping[str, Any]]
    required: tuple[str, ...]
    formula: str = ""
    smallest: int = 0
    """Pixels of the smallest picture that it makes, where its schema does not say so."""

    @property
    def name(self) -> str:
        return self.id.removeprefix("wavespeed-ai/").replace("/", "-")

    def told(self, **wanted: Any) -> dict[str, Any]:
        """Of what is wanted, what it takes: numbers within its limits, of choices only those that it has."""
        found: dict[str, Any] = {}
        for name, value in wanted.items():
            field = self.fields.get(name)
            if field is None or value is None or value == "":
                continue
            if "enum" in field and value not in field["enum"]:
                continue
            if isinstance(value, int | float) and not isinstance(value, bool):
                value = min(max(value, field.get("minimum", value)), field.get("maximum", value))
            found[name] = value
        return found

    def cost(self, told: Mapping[str, Any], seconds: float = 0) -> Credits:
        """What a request costs, with a sound of so many `seconds`, rounded up to a thousandth of a credit."""
        millionths = self.base_price * 1e6
        if self.formula:
            known = {name: field["default"] for name, field in self.fields.items() if "default" in field}
            known |= {"base_price": millionths, "seconds": seconds}
            millionths = _formula(self.formula).evaluate({**known, **told})["total_price"]
        return Credits(math.ceil(round(millionths / 10, 6)))

    @property
    def longest(self) -> float:
        """Seconds of sound that it takes at most: its formula ends there."""
        found = re.search(r"get_duration_v2\(audio\)\), (\d+)\]", self.formula)
        return min(float(found[1]), LONGEST) if found else LONGEST

    @property
    def frame(self) -> Frame:
        """The pictures that it makes, where it is told of a size."""
        most = int(self.fields["size"].get("maximum", LARGEST_SIDE))
        return Frame(least=256, most=most, area=most * most, smallest=self.smallest)

    @property
    def limits(self) -> Limits:
        """What it makes, by its sides or by the names of its shapes, and what it is sent."""
        given = SENT if {"image", "images", "reference_images"} & set(self.fields) else None
        if "size" in self.fields and "enum" not in self.fields["size"]:
            return Limits(made=self.frame, sent=given)
        return Limits(shapes=tuple(self.fields.get("aspect_ratio", {}).get("enum", ())), sent=given)

    def shaped(self, width: int, height: int) -> dict[str, Any]:
        """How it is told of a size: by itself, or as the nearest of its shapes and classes."""
        told: dict[str, Any] = {}
        if "size" in self.fields:
            least, most = self.frame.least, self.frame.most
            across, down = sides(width, height, self.frame)
            told["size"] = f"{min(max(across, least), most)}*{min(max(down, least), most)}"
        if shapes := self.fields.get("aspect_ratio", {}).get("enum"):
            told["aspect_ratio"] = min(shapes, key=lambda name: abs(math.log(_ratio(name) * height / width)))
        if classes := self.fields.get("resolution", {}).get("enum"):
            told["resolution"] = next(
                (name for name in classes if float(name[:-1]) * 1024 >= max(width, height)), classes[-1]
            )
        return told


@cache
def _formula(text: str) -> Any:
    # There, the sound itself is asked how long it is.
    return Jsonata(text.replace("get_duration_v2(audio)", "seconds"))


def _ratio(name: str) -> float:
    width, height = name.split(":")
    return int(width) / int(height)


MODELS: Final = [
    Model(**{**line, "required": tuple(line["required"])})
    for line in json.loads(files(__package__).joinpath("wavespeed.json").read_text("utf-8"))
]


# --- the wire


def line_to(told: Settings, http: httpx2.AsyncClient) -> Wire:
    key = told.key.get_secret_value()
    headers = {"authorization": f"Bearer {key}", "x-client-name": "gesso"}
    return Wire(provider.title, http, told.url, headers, key, refusal, pause=min(1.0, told.poll_seconds))


def refusal(line: Wire, answer: Answer) -> GessoError:
    """What an answer of status 400 and above means, or an envelope with such a code."""
    try:
        said = str(answer.json().get("message", ""))
    except (ValueError, AttributeError):
        said = ""
    if answer.status_code in (400, 402, 403) and ("balance" in said.lower() or "top up" in said.lower()):
        return Refused("Your account at WaveSpeed has too little money. Top it up, then run this again.")
    if answer.status_code == 401:
        return Refused("WaveSpeed does not accept the key: it is wrong, or older than the first top-up.")
    if answer.status_code == 404:
        return Refused(f"WaveSpeed does not know this. {line.plain(said)}".strip(), unknown=True)
    return line.fault(answer, said)


def opened(line: Wire, answer: Answer) -> Any:
    """What is in the envelope of an answer."""
    try:
        envelope = answer.json()
        code = int(envelope.get("code", 200))
    except (ValueError, AttributeError) as error:
        raise Undecided("WaveSpeed answered with something that cannot be read.") from error
    if code != 200:
        status = code if 400 <= code < 600 else 500
        raise refusal(line, httpx2.Response(status, json=envelope, headers=answer.headers))
    return envelope.get("data")


@provider.checks
async def balance(told: Settings, http: httpx2.AsyncClient) -> Checked:
    line = replace(line_to(told, http), looks=2)
    try:
        found = opened(line, await line.ask("GET", "/api/v3/balance"))
    except Refused as error:
        if not error.facts.get("unknown"):
            raise
        found = opened(line, await line.ask("GET", "/api/v3/account/balance"))
    left = float(found["balance"])
    try:
        today = opened(line, await line.ask("GET", "/api/v3/models"))
    except (Refused, Retry, Undecided):
        # The key works all the same.
        today = None
    gone, other = compared(today)
    if gone and other:
        return Checked(f"The key works. Gone there: {gone}. Not as in our book: {other}.", left, "US$")
    if gone:
        return Checked(f"The key works. Gone there: {gone}.", left, "US$")
    if other:
        return Checked(f"The key works. Not as in our book, in price or fields: {other}.", left, "US$")
    return Checked("The key works.", left, "US$")


def compared(today: Any) -> tuple[str, str]:
    """Of our models those that today's list has no more, and those that it has otherwise; by their titles."""
    lines = today if isinstance(today, list) else []
    there = {str(line.get("model_id")): line for line in lines if isinstance(line, Mapping)}
    if not there:
        return "", ""
    gone = [model.title for model in MODELS if model.id not in there]
    other = [model.title for model in MODELS if model.id in there and _differs(model, there[model.id])]
    return _several(gone), _several(other)


def _differs(model: Model, line: Mapping[str, Any]) -> bool:
    schemas = (line.get("api_schema") or {}).get("api_schemas") or [{}]
    schema = schemas[0].get("request_schema") or {}
    fields = schema.get("properties") or {}
    return (
        float(line.get("base_price") or 0) != model.base_price
        or str(line.get("formula") or "") != model.formula
        or set(schema.get("required") or ()) != set(model.required)
        or not model.fields.keys() <= fields.keys()
        or any(fields[name].get("enum") != field.get("enum") for name, field in model.fields.items())
    )


def _several(titles: list[str]) -> str:
    return ", ".join(titles[:NAMED]) + (f" (+{len(titles) - NAMED})" if len(titles) > NAMED else "")


async def uploaded(line: Wire, media: Media) -> str:
    """The address of a file that was put there for seven days. It costs nothing."""
    name = f"{media.type.partition('/')[0]}.{extension(media.type)}"
    told = {"filename": name, "size": len(media.data), "content_type": media.type}
    try:
        place = opened(line, await line.ask("POST", "/api/v3/media/uploads", json=told))
    except Refused as error:
        if not error.facts.get("unknown"):
            raise
        sending = {"file": (name, media.data, media.type)}
        older = opened(line, await line.ask("POST", "/api/v3/media/upload/binary", files=sending))
        return str(older["download_url"])
    upload = place["upload"]
    # Another house: the key is not told there.
    there = replace(line, base=str(upload["url"]), headers=upload.get("headers") or {}, secret="")
    await there.ask(str(upload.get("method", "PUT")), "", content=media.data)
    return str(place["download_url"])


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a call, as addresses, and what it cost where WaveSpeed said so."""

    outputs: list[Any]
    cost: Credits | None = None


async def asked_for(line: Wire, model: Model, body: Mapping[str, Any]) -> Credits | None:
    """What WaveSpeed asks for this just now; None where it does not say."""
    inputs = {"model_id": model.id, "inputs": body}
    try:
        found = opened(line, await replace(line, looks=2).ask("POST", "/api/v3/model/price", json=inputs))
        dollars = found["price"] if found.get("discounted_price") is None else found["discounted_price"]
        return credits(float(dollars) * 100) if found.get("currency", "USD") == "USD" else None
    except (Refused, Retry, Undecided, KeyError, TypeError, ValueError, AttributeError):
        # Buying meets the same trouble, and says it better.
        return None


async def bought(
    ctx: Context, step: str, model: Model, told: Mapping[str, Any], pictures: Pictures, most: Credits
) -> Made:
    """What one call makes, for at most so much: its id is kept before anything else, then the result is looked for."""
    settings = ctx.settings(Settings)
    line = line_to(settings, ctx.http)

    async def call() -> dict[str, Any]:
        body = dict(told)
        try:
            body |= await addressed(pictures, lambda media: uploaded(line, media))
        except Undecided as error:
            raise Retry(f"A picture could not be brought to WaveSpeed. {error}") from error
        cost = await asked_for(line, model, body) if most >= DEAR else None
        if cost is not None and cost > most:
            wants = f"US$ {cost / 1e5:.2f} for this now, more than the US$ {most / 1e5:.2f} that are reserved"
            raise Refused(f"WaveSpeed asks {wants}. Nothing was bought. Test the connection to see its new prices.")
        found = opened(line, await line.buy(f"/api/v3/{model.id}", json=body))
        if not isinstance(found, Mapping) or not found.get("id"):
            raise Undecided("WaveSpeed accepted this and did not say under which number.")
        return {"id": str(found["id"]), "cost": cost}

    known = await ctx.once(step, call)
    ticket = known["id"]
    # It is paid for now: what is stopped from here on is still fetched.
    with suppress(Cancelled):
        await ctx.progress(0.2, "WaveSpeed works on it")

    async def look() -> list[Any] | None:
        answer = await line.ask("GET", f"/api/v3/predictions/{ticket}/result")
        try:
            found = opened(line, answer)
        except Undecided:
            return None
        state = str(found.get("status", ""))
        if state in OVER:
            said = line.plain(str(found.get("error") or state))
            raise Failing(f"WaveSpeed could not make it, which it does not charge for: {said}")
        if state not in ("completed", "succeeded"):
            return None
        if any(found.get("has_nsfw_contents") or ()):
            raise Failing("WaveSpeed's filter flagged the result. It was charged. Change the prompt.", charged=True)
        return list(found.get("outputs") or ())

    made = await outcome(line, ticket, look, settings)
    if not made:
        raise Refused("WaveSpeed finished without a result. It was charged.", charged=True)
    return Made(made, known["cost"])


async def fetched(ctx: Context, made: Made, kind: str = "image") -> Media:
    """The first result, as what it was to be. Raises Refused, as charged, for anything else."""
    line = line_to(ctx.settings(Settings), ctx.http)
    first = made.outputs[0]
    address = str(first.get("url", "") if isinstance(first, Mapping) else first)
    data = await line.fetch(address)
    type = "model/gltf-binary" if data[:4] == b"glTF" else picture.sniff(data[:64]) or ""
    if kind != {"model/gltf-binary": "mesh"}.get(type, type.partition("/")[0]):
        raise Refused(f"WaveSpeed sent something else than {kind} ({type or 'unknown'}). It was charged.", charged=True)
    return Media(data, type, {} if made.cost is None else {"cost": made.cost})


# --- what each kind of model does


def format_of(model: Model) -> str | None:
    return "png" if "png" in model.fields.get("output_format", {}).get("enum", ()) else None


class Shown(Words):
    """From words and up to three pictures."""

    shows = 3


class Enlarged(Faithful):
    """Up to 8192 pixels on the long side."""

    def check(self, sources: Sources) -> None:
        super().check(sources)
        source = sources.get(self.image)
        if source and max(self.goal(source.width, source.height)[1]) > max(CLASSES.values()):
            message = "this model makes up to 8192 pixels on the long side"
            raise Invalid(f"factor: {message}.", fields=[{"field": "factor", "message": message, "kind": "misfit"}])


def generates(model: Model) -> None:
    kind = Started if "strength" in model.fields else Shown if "reference_images" in model.fields else Words
    seeded = "seed" in model.fields

    def asked(request: Words, index: int = 0) -> dict[str, Any]:
        seed = None if request.seed is None else (request.seed + index) % 2**31
        more = {"strength": request.strength} if request.image else {}
        return {
            **model.shaped(request.width, request.height),
            **model.told(prompt=worded(request), seed=seed, num_images=1, output_format=format_of(model), **more),
            **model.told(**{field: getattr(request, name) for name, field in TUNED.items()}),
        }

    @provider.offers(
        kind,
        model=model.name,
        title=model.title,
        price=lambda request, sources: Credits(model.cost(asked(request)) * request.count),
        seconds=lambda request, sources: 8 * request.count,
        read=ignores() if seeded else ignores("seed"),
        limits=model.limits,
        tuned=[name for name, field in TUNED.items() if field in model.fields],
    )
    async def generate(request: Words, ctx: Context) -> AsyncIterator[Media]:
        pictures: dict[str, Media | list[Media]] = {}
        if request.image:
            pictures["image"] = await ctx.compute(sent, (await ctx.open(request.image)).data, SENT)
        if request.references:
            opened = [await ctx.open(each.image) for each in request.references]
            pictures["reference_images"] = [await ctx.compute(sent, each.data, SENT) for each in opened]
        for index in range(ctx.done, request.count):
            await ctx.progress(index / request.count)
            told = asked(request, index)
            made = await bought(ctx, f"picture {index}", model, told, pictures, model.cost(told))
            yield await ctx.compute(sized, await fetched(ctx, made), (request.width, request.height))


def changes(model: Model, kind: type[Any]) -> None:
    """What changes a picture: as words say, or where a mask is."""
    several = "images" in model.fields

    def asked(request: Any, size: Size = (4096, 4096)) -> dict[str, Any]:
        told = model.shaped(*size)
        # Left out, the shape is the picture's own.
        told.pop("aspect_ratio", None)
        seed = None if request.seed is None else request.seed % 2**31
        prompt = getattr(request, "prompt", None)
        return {**told, **model.told(prompt=prompt, seed=seed, num_images=1, output_format=format_of(model))}

    @provider.offers(
        kind,
        model=model.name,
        title=model.title,
        # Larger pictures of the models with classes cost more; the reserve is for the largest that is sent.
        price=lambda request, sources: model.cost(asked(request)),
        seconds=lambda request, sources: 12,
        read=ignores()
        if "seed" in model.fields
        else lambda request: Reading(ignored=("seed",) if request.seed else ()),
        limits=model.limits,
    )
    async def change(request: Any, ctx: Context) -> AsyncIterator[Media]:
        image = await ctx.open(request.image)
        sending = await ctx.compute(sent, image.data, SENT)
        others = [await ctx.compute(sent, (await ctx.open(ref)).data, SENT) for ref in further(request)]
        pictures: dict[str, Media | list[Media]] = {
            "images" if several else "image": [sending, *others] if several else sending
        }
        if "mask_image" in model.fields:
            marks = (await ctx.open(request.mask)).data
            mask = await ctx.compute(sent_mask, marks, size_of(sending), request.feather)
            pictures["mask_image"] = Media(mask, "image/png")
        told = asked(request, size_of(image))
        made = await fetched(ctx, await bought(ctx, "change", model, told, pictures, model.cost(asked(request))))
        made = replace(made, facts={"cost": model.cost(told), **made.facts})
        yield await ctx.compute(sized, made, size_of(image), said=request.mask is None, whole=True)


def enlarges(model: Model) -> None:
    @provider.offers(
        Enlarged,
        model=model.name,
        title=model.title,
        price=lambda request, sources: model.cost({}),
        seconds=lambda request, sources: 15,
        read=ignores("prompt", "denoise"),
        limits=model.limits,
    )
    async def enlarge(request: Enlarged, ctx: Context) -> AsyncIterator[Media]:
        image = await ctx.open(request.image)
        goal = request.goal(*size_of(image))[1]
        sending = await ctx.compute(sent, image.data, SENT)
        grade = next(name for name, side in CLASSES.items() if side >= max(goal))
        told = model.told(target_resolution=grade, output_format=format_of(model))
        made = await fetched(ctx, await bought(ctx, "enlarge", model, told, {"image": sending}, model.cost({})))
        yield await ctx.compute(sized, made, goal, whole=True)


def cuts(model: Model) -> None:
    @provider.offers(
        Alone,
        model=model.name,
        title=model.title,
        price=lambda request, sources: model.cost({}),
        seconds=lambda request, sources: 5,
        read=ignores("feather", "shift"),
        limits=model.limits,
    )
    async def remove_background(request: Alone, ctx: Context) -> AsyncIterator[Media]:
        image = await ctx.open(request.image)
        sending = await ctx.compute(sent, image.data, SENT)
        behind = await picture_behind(request.background, ctx)
        made = await fetched(ctx, await bought(ctx, "cut", model, {}, {"image": sending}, model.cost({})))
        yield await ctx.compute(cut, image.data, made, request, behind)


def animates(model: Model) -> None:
    def asked(request: Moved) -> dict[str, Any]:
        lengths = model.fields["duration"]["enum"]
        length = next((each for each in lengths if each >= request.seconds), lengths[-1])
        seed = None if request.seed is None else request.seed % 2**31
        return model.told(prompt=request.prompt, duration=length, resolution=request.resolution, seed=seed)

    @provider.offers(
        Moved,
        model=model.name,
        title=model.title,
        price=lambda request, sources: model.cost(asked(request)),
        seconds=lambda request, sources: 90,
        read=ignores("motion", "strength", "parallax", "easing", "aspect", "fps"),
        limits=model.limits,
    )
    async def animate(request: Moved, ctx: Context) -> AsyncIterator[Media]:
        told = asked(request)
        pictures: dict[str, Media | list[Media]] = {
            "image": await ctx.compute(sent, (await ctx.open(request.image)).data, SENT),
            **await sound(request.audio, told["duration"], ctx),
        }
        made = await bought(ctx, "film", model, told, pictures, model.cost(told))
        yield await ctx.compute(filmed, await fetched(ctx, made, "video"))


async def sound(ref: AssetRef | None, seconds: float, ctx: Context) -> dict[str, Media]:
    """What is to be heard in a film of this length, if anything is."""
    if ref is None:
        return {}
    media = await ctx.open(ref)
    return {"audio": await ctx.compute(heard, media.data, media.type, seconds)}


def shoots(model: Model) -> None:
    def asked(request: Upright) -> dict[str, Any]:
        lengths, sides = model.fields["duration"]["enum"], model.fields["size"]["enum"]
        tall = request.aspect == "9:16"
        size = next(
            name
            for name in sides
            if min(_sides(name)) == LINES[request.resolution] and tall == (_sides(name)[0] < _sides(name)[1])
        )
        return model.told(
            prompt=manner(request).prompt(request.prompt),
            negative_prompt=manner(request).without(request.negative_prompt),
            duration=next((each for each in lengths if each >= request.seconds), lengths[-1]),
            size=size,
            seed=None if request.seed is None else request.seed % 2**31,
        )

    @provider.offers(
        Upright,
        model=model.name,
        title=model.title,
        price=lambda request, sources: model.cost(asked(request)),
        seconds=lambda request, sources: 90,
        limits=model.limits,
    )
    async def shoot(request: Upright, ctx: Context) -> AsyncIterator[Media]:
        told = asked(request)
        pictures = await sound(request.audio, told["duration"], ctx)
        made = await bought(ctx, "film", model, told, pictures, model.cost(told))
        yield await ctx.compute(filmed, await fetched(ctx, made, "video"))


def _sides(size: str) -> tuple[int, int]:
    across, down = size.split("*")
    return int(across), int(down)


def talks(model: Model) -> None:
    marks = "mask_image" in model.fields
    kind = type("Talking", (Talking,), {"most": model.longest, "marks": marks, "__doc__": Talking.__doc__})

    def asked(request: Talking) -> dict[str, Any]:
        seed = None if request.seed is None else request.seed % 2**31
        return model.told(resolution=request.resolution, seed=seed)

    def reserved(request: Talking, seconds: float | None) -> Credits | None:
        """For so many seconds of sound; of a text they are guessed."""
        if seconds is None:
            return None
        most = seconds if request.audio else speech.generous(seconds)
        return model.cost(asked(request), math.ceil(min(most, model.longest) + SLACK))

    @provider.offers(
        kind,
        model=model.name,
        title=model.title,
        price=lambda request, sources: reserved(request, request.lasts(sources)),
        seconds=lambda request, sources: 60 + 8 * (request.lasts(sources) or 5),
        read=ignores("face", "expressiveness", "fps", *(() if "resolution" in model.fields else ("resolution",))),
        limits=model.limits,
    )
    async def talk(request: Talking, ctx: Context) -> AsyncIterator[Media]:
        image = await ctx.open(request.image)
        sending = await ctx.compute(sent, image.data, SENT)
        if request.audio:
            media = await ctx.open(request.audio)
            voice = await ctx.compute(heard, media.data, media.type)
            guess = media.facts["seconds"]
        else:
            voice = await ctx.compute(spoken, request.script, request.voice)
            guess = min(speech.about(request.script), LONGEST)
        told, most = asked(request), reserved(request, guess) or Credits(0)
        cost = model.cost(told, voice.facts["seconds"])
        if cost > most:
            takes = f"To speak this takes {voice.facts['seconds']:.0f} seconds, longer than what was reserved"
            raise Refused(f"{takes}. Nothing was bought. Make it shorter, or choose a recording.")
        pictures: dict[str, Media | list[Media]] = {"image": sending, "audio": voice}
        if request.mask:
            mask = await ctx.compute(sent_mask, (await ctx.open(request.mask)).data, size_of(sending))
            pictures["mask_image"] = Media(mask, "image/png")
        made = await fetched(ctx, await bought(ctx, "film", model, told, pictures, most), "video")
        yield await ctx.compute(filmed, replace(made, facts={"cost": cost, **made.facts}))


def spoken(text: str, voice: str) -> Media:
    """In a worker process: the text, read out."""
    return heard(speech.read_out(text, voice), "audio/wav")


def swaps(model: Model) -> None:
    kind = type("Swapped", (Swapped,), {"several": "target_index" in model.fields, "__doc__": Swapped.__doc__})

    @provider.offers(
        kind,
        model=model.name,
        title=model.title,
        price=lambda request, sources: model.cost({}),
        seconds=lambda request, sources: 10,
        read=ignores("box", "face_box"),
        limits=model.limits,
    )
    async def swap(request: Swapped, ctx: Context) -> AsyncIterator[Media]:
        image = await ctx.open(request.image)
        pictures = {
            "image": await ctx.compute(sent, image.data, SENT),
            "face_image": await ctx.compute(sent, (await ctx.open(request.face)).data, SENT),
        }
        told = model.told(target_index=request.index, output_format=format_of(model))
        made = await fetched(ctx, await bought(ctx, "swap", model, told, pictures, model.cost(told)))
        yield await ctx.compute(sized, made, size_of(image), whole=True)


def builds(model: Model) -> None:
    @provider.offers(
        Relief,
        model=model.name,
        title=model.title,
        price=lambda request, sources: model.cost({}),
        seconds=lambda request, sources: 60,
        read=ignores("subject", "strength", "back", "grid", "texture"),
        limits=model.limits,
    )
    async def mesh(request: Relief, ctx: Context) -> AsyncIterator[Media]:
        sending = await ctx.compute(sent, (await ctx.open(request.image)).data, SENT)
        made = await bought(ctx, "body", model, {}, {"image": sending}, model.cost({}))
        yield await fetched(ctx, made, "mesh")


WAYS: Final[Mapping[str, Callable[[Model], None]]] = {
    "generate": generates,
    "edit": lambda model: changes(model, editing(int(model.fields.get("images", {}).get("maxItems", 1)))),
    "inpaint": lambda model: changes(model, Filled),
    "erase": lambda model: changes(model, Erase),
    "upscale": enlarges,
    "cut": cuts,
    "animate": animates,
    "shoot": shoots,
    "talk": talks,
    "swap": swaps,
    "mesh": builds,
}
for _model in MODELS:
    WAYS[_model.does](_model)
