"""Stability AI, REST v2beta. Facts: https://api.stability.ai/v2alpha/openapi as of 2026-09-22.

Every request is multipart, also one of text alone. 4xx and 5xx are not charged; a filtered picture comes with status
200 and is. Creative upscaling and relighting answer with an id, the rest with the result itself.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import replace as changed
from importlib.metadata import version
from typing import Any, ClassVar, Final, Self, TypeVar

import httpx2
import numpy as np
from pydantic import BaseModel, Field, SecretStr, model_validator

from gesso.catalog import MACHINE, Checked, Context, Provider, Reading
from gesso.catalog.finish import around, sent, sent_mask, sized
from gesso.catalog.ground import grounded, picture_behind
from gesso.catalog.limits import Frame, Limits
from gesso.catalog.manner import manner
from gesso.catalog.prices import book
from gesso.catalog.wire import Answer, Wire
from gesso.dialects.narrowed import Alone, Filled, cut
from gesso.imaging import backdrop, picture, recolour
from gesso.kit.errors import Cancelled, GessoError, Invalid, Refused, Undecided
from gesso.kit.media import Media
from gesso.kit.money import Credits
from gesso.ops import Operation, Size, Sources
from gesso.ops.control import Sketch, Structure, StyleGuide, StyleTransfer
from gesso.ops.create import Generate
from gesso.ops.fields import ui
from gesso.ops.recolour import Recolour, Replace, Search
from gesso.ops.relight import Relight
from gesso.ops.repair import Erase, Outpaint
from gesso.ops.transform import Relief
from gesso.ops.upscale import Mode, Upscale


class Settings(BaseModel):
    """What Stability must be told. A key costs nothing to make; what is made with it does."""

    key: SecretStr = Field(min_length=8, title="API key", description="From platform.stability.ai, begins with sk-.")
    url: str = Field("https://api.stability.ai", title="Address", json_schema_extra=MACHINE)
    poll_seconds: float = Field(10, gt=0, json_schema_extra=MACHINE)
    """Seconds between two looks; they ask for ten at least."""
    patience_seconds: float = Field(900, gt=0, json_schema_extra=MACHINE)


provider = Provider(
    "stability", "Stability AI", Settings, site="https://platform.stability.ai/account/keys", heaviest=10 << 20
)
PRICES: Final = book("stability")
IMAGE: Final = "image/*"
JSON: Final = "application/json"
GLB: Final = "model/gltf-binary"

RATIOS: Final = {"21:9": 21 / 9, "16:9": 16 / 9, "3:2": 3 / 2, "5:4": 5 / 4, "1:1": 1.0} | {
    "4:5": 4 / 5,
    "2:3": 2 / 3,
    "9:16": 9 / 16,
    "9:21": 9 / 21,
}
START: Final = Frame(least=64, most=16_384, smallest=4096, area=9_437_184)
PICTURE: Final = Frame(least=64, most=16_383, smallest=4096, area=9_437_184)
LONG: Final = Frame(least=64, smallest=4096, area=9_437_184, ratio=2.5)
SMALL: Final = Frame(least=64, smallest=4096, area=4_194_304)
TINY: Final = Frame(least=32, most=1536, smallest=1024, area=1_048_576)
MEGA: Final = Frame(least=64, smallest=4096, area=1_048_576)
STYLED: Final = Frame(least=64, most=16_383, smallest=4096, area=9_437_184, ratio=2.5)


# --- the wire


def wire(ctx: Context) -> Wire:
    return line_to(ctx.settings(Settings), ctx.http)


def line_to(told: Settings, http: httpx2.AsyncClient) -> Wire:
    key = told.key.get_secret_value()
    headers = {
        "authorization": f"Bearer {key}",
        "stability-client-id": "gesso",
        "stability-client-version": version("gesso"),
    }
    return Wire(provider.title, http, told.url, headers, key, refusal, pause=min(1.0, told.poll_seconds))


def refusal(wire: Wire, answer: Answer) -> GessoError:
    """What an answer of 400 and above means. None of them is charged."""
    try:
        told = answer.json()
        name = str(told.get("name", ""))
        said = "; ".join(map(str, told.get("errors") or [told.get("message", "")]))
    except (ValueError, AttributeError):
        name, said = "", ""
    if name == "content_moderation" or (answer.status_code == 403 and not name):
        return Refused(f"Stability's moderation flagged this request; it was not charged. {wire.plain(said)}".strip())
    if name == "invalid_language":
        return Refused("Stability understands English prompts only. Translate the prompt, then run this again.")
    if answer.status_code >= 500:
        return Refused(f"Stability met an error of its own ({answer.status_code}); it was not charged.")
    return wire.fault(answer, said)


@provider.checks
async def balance(told: Settings, http: httpx2.AsyncClient) -> Checked:
    line = changed(line_to(told, http), looks=2)
    found = float((await line.ask("GET", "/v1/user/balance")).json()["credits"])
    return Checked("The key works.", found, "credits")


Files = Mapping[str, Media]


def form(fields: Mapping[str, Any], files: Files) -> list[tuple[str, Any]]:
    """A multipart body. Numbers are text there; what is None or empty is not sent."""
    parts: list[tuple[str, Any]] = [
        (name, (None, _text(value))) for name, value in fields.items() if value is not None and value != ""
    ]
    parts += [(name, (f"{name}.{media.type.split('/')[1]}", media.data, media.type)) for name, media in files.items()]
    return parts


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


async def bought(ctx: Context, step: str, path: str, fields: Mapping[str, Any], files: Files, accept: str) -> Media:
    """What a call that answers at once makes, bought once."""

    async def call() -> Media:
        return made(await wire(ctx).buy(f"/v2beta/{path}", accept, files=form(fields, files)))

    return await ctx.bought(step, call)


async def waited(ctx: Context, step: str, path: str, fields: Mapping[str, Any], files: Files) -> Media:
    """What a call that answers with an id makes: the id is kept before anything else, then its result is looked for."""
    line, told = wire(ctx), ctx.settings(Settings)

    async def call() -> str:
        answer = await line.buy(f"/v2beta/{path}", JSON, files=form(fields, files))
        return str(answer.json()["id"])

    ticket = await ctx.once(step, call)
    # It is paid for now: what is stopped from here on is still fetched.
    with suppress(Cancelled):
        await ctx.progress(0.2, "Stability works on it")

    async def look() -> Media | None:
        answer = await line.ask("GET", f"/v2beta/results/{ticket}", "*/*")
        return None if answer.status_code == 202 else made(answer)

    try:
        found: Media = await line.wait(look, every=told.poll_seconds, most=told.patience_seconds)
    except Refused as error:
        if error.facts.get("charged"):
            raise
        raise Undecided(f"Stability accepted this as {ticket[:12]}…, and no longer knows of it. {error}") from error
    return found


def made(answer: Answer) -> Media:
    """The result in an answer. Raises Refused, as charged, for one that was filtered."""
    if answer.headers.get("finish-reason", "SUCCESS") == "CONTENT_FILTERED":
        raise Refused("Stability's filter blurred the result. It was charged. Change the prompt.", charged=True)
    type = answer.headers.get("content-type", "").partition(";")[0]
    if type == "model/gltf-binary" or answer.content[:4] == b"glTF":
        return Media(answer.content, "model/gltf-binary")
    if picture.sniff(answer.content[:64]) is None:
        raise Refused(f"Stability sent no picture ({type or 'without a type'}).", charged=True)
    seed = answer.headers.get("seed", "")
    facts = {"seed": int(seed)} if seed.isdigit() else {}
    return Media(answer.content, picture.sniff(answer.content[:64]) or type, facts)


# --- what all requests have in common


def price(model: str) -> Callable[[Operation, Sources], Credits]:
    return lambda request, sources: PRICES.of(model, request.outputs())


def seed(given: int | None, index: int = 0) -> int:
    """Theirs end at 4294967294, and 0 means chance."""
    return ((secrets.randbelow(2**32) if given is None else given) + index) % 4_294_967_294 or 4_294_967_294


def ratio(width: int, height: int) -> str:
    """The nearest of the shapes that they make, by the ratio of ratios."""
    return min(RATIOS, key=lambda name: abs(np.log(RATIOS[name] * height / width)))


def styled(request: Any) -> dict[str, Any]:
    """Their own preset where the style is one of theirs, else its text as words of the prompt."""
    worn = manner(request, provider.name)
    preset = {"style_preset": worn.preset} if worn.preset else {}
    negative = worn.without(getattr(request, "negative_prompt", ""))
    return {"prompt": worn.prompt(request.prompt), "negative_prompt": negative, **preset}


def unfit(field: str, message: str) -> Invalid:
    return Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])


def takes(frame: Frame, source: Any, field: str = "image") -> None:
    """Raises Invalid for a picture whose shape they do not take."""
    if source and source.kind == "image" and not frame.takes(source.width, source.height):
        raise unfit(field, f"Stability takes pictures up to {frame.ratio:g} times as long as wide")


def ignored(request: Operation, *names: str) -> Reading:
    """Of these fields, those that were set to something and will make no difference."""
    kind = type(request).model_fields
    return Reading(ignored=tuple(name for name in names if getattr(request, name) != kind[name].default))


def reads(*names: str) -> Callable[[Any], Reading]:
    return lambda request: ignored(request, *names)


async def marked(ctx: Context, request: Erase, sending: Media) -> Media:
    """The mask, white where it may change, in the size of the picture that is sent."""
    marks = await ctx.open(request.mask)
    data = await ctx.compute(sent_mask, marks.data, size_of(sending), request.feather)
    return Media(data, "image/png")


async def prepared(ctx: Context, ref: Any, frame: Frame) -> tuple[Media, Media]:
    """The asset, and it as it is sent."""
    image = await ctx.open(ref)
    return image, await ctx.compute(sent, image.data, frame)


def size_of(media: Media) -> Size:
    """In pixels: of an asset, or of what is sent."""
    return media.facts["width"], media.facts["height"]


# --- create


class Words(Generate):
    """From words alone."""

    @model_validator(mode="after")
    def _alone(self) -> Self:
        if self.image is not None:
            raise ValueError("Core makes pictures from words alone; take Ultra or SD 3.5 to start from a picture")
        return plain_of(self)


class Pictures(Generate):
    """From words, and a picture to start from."""

    @model_validator(mode="after")
    def _plain(self) -> Self:
        return plain_of(self)

    def check(self, sources: Sources) -> None:
        takes(START, sources.get(self.image) if self.image else None)


G = TypeVar("G", bound=Generate)


def plain_of(request: G) -> G:
    if request.references:
        raise ValueError("Stability takes no weighted references here; use the style guide")
    return request


async def generated(request: Generate, ctx: Context, path: str, more: Mapping[str, Any]) -> AsyncIterator[Media]:
    """One call a picture, each bought once; of the shape nearest to what is asked for, then cut to it."""
    files: dict[str, Media] = {}
    fields: dict[str, Any] = styled(request)
    if request.image is not None:
        files["image"] = (await prepared(ctx, request.image, START))[1]
        fields["strength"] = request.strength
        if path == "generate/sd3":
            fields["mode"] = "image-to-image"
    if request.image is None or path != "generate/sd3":
        fields["aspect_ratio"] = ratio(request.width, request.height)
    if request.guidance is not None and path == "generate/sd3":
        fields["cfg_scale"] = min(max(request.guidance, 1.0), 10.0)
    for index in range(ctx.done, request.count):
        await ctx.progress(index / request.count)
        told = {**fields, **more, "seed": seed(request.seed, index), "output_format": "png"}
        image = await bought(ctx, f"picture {index}", f"stable-image/{path}", told, files, IMAGE)
        yield await ctx.compute(sized, image, (request.width, request.height))


def generator(name: str, title: str, path: str, kind: type[Generate], seconds: float, **more: Any) -> None:
    """Declares one of their generators."""

    @provider.offers(
        kind,
        model=name,
        title=title,
        price=price(name),
        seconds=lambda request, sources: seconds * request.count,
        read=reads("quality"),
        limits=Limits(shapes=tuple(RATIOS), sent=START if kind is Pictures else None),
        tuned=("guidance",) if path == "generate/sd3" else (),
        styles="stability",
    )
    async def generate(request: Generate, ctx: Context) -> AsyncIterator[Media]:
        async for media in generated(request, ctx, path, more):
            yield media


generator("ultra", "Stable Image Ultra", "generate/ultra", Pictures, 12)
generator("core", "Stable Image Core", "generate/core", Words, 6)
for _model, _title, _seconds in (
    ("sd3.5-large", "SD 3.5 Large", 9),
    ("sd3.5-large-turbo", "SD 3.5 Large Turbo", 5),
    ("sd3.5-medium", "SD 3.5 Medium", 7),
    ("sd3.5-flash", "SD 3.5 Flash", 4),
):
    generator(_model, _title, "generate/sd3", Pictures, _seconds, model=_model)


# --- edit


@provider.offers(
    Erase,
    model="erase",
    title="Stability Erase",
    price=price("erase"),
    seconds=lambda request, sources: 8,
    limits=Limits(sent=PICTURE),
)
async def erase(request: Erase, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, PICTURE)
    marks = await marked(ctx, request, sending)
    told = {"seed": seed(request.seed), "grow_mask": 0, "output_format": "png"}
    files = {"image": sending, "mask": marks}
    made = await bought(ctx, "erase", "stable-image/edit/erase", told, files, IMAGE)
    yield await ctx.compute(sized, made, size_of(image), said=False)


@provider.offers(
    Filled,
    model="inpaint",
    title="Stability Inpaint",
    price=price("inpaint"),
    seconds=lambda request, sources: 10,
    limits=Limits(sent=PICTURE),
)
async def inpaint(request: Filled, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, PICTURE)
    marks = await marked(ctx, request, sending)
    told = {"prompt": request.prompt, "seed": seed(request.seed), "grow_mask": 0, "output_format": "png"}
    files = {"image": sending, "mask": marks}
    made = await bought(ctx, "inpaint", "stable-image/edit/inpaint", told, files, IMAGE)
    yield await ctx.compute(sized, made, size_of(image), said=False)


class Sides(Outpaint):
    """Up to 2000 pixels a side."""

    def check(self, sources: Sources) -> None:
        super().check(sources)
        source = sources.get(self.image)
        takes(LONG, source)
        if source and max(self.scaled(source.width, source.height)) > 2000:
            raise unfit("ratio" if self.ratio else "left", "Stability goes on for 2000 pixels a side at most")

    def scaled(self, width: int, height: int) -> tuple[int, ...]:
        """By how many pixels the picture grows in the size in which it is sent: left, top, right, bottom."""
        share = LONG.fits(width, height)[0] / width
        return tuple(round(side * share) for side in self.sides(width, height))


@provider.offers(
    Sides,
    model="outpaint",
    title="Stability Outpaint",
    price=price("outpaint"),
    seconds=lambda request, sources: 12,
    limits=Limits(sent=LONG),
)
async def outpaint(request: Sides, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, LONG)
    width, height = size_of(image)
    sides = dict(zip(("left", "up", "right", "down"), request.scaled(width, height), strict=True))
    told = {**sides, "prompt": request.prompt, "seed": seed(request.seed), "output_format": "png"}
    made = await bought(ctx, "outpaint", "stable-image/edit/outpaint", told, {"image": sending}, IMAGE)
    yield await ctx.compute(around, image.data, made, request.sides(width, height))


class Named(Replace):
    """Finds by words."""

    @model_validator(mode="after")
    def _found(self) -> Self:
        return by_words(self)

    def check(self, sources: Sources) -> None:
        super().check(sources)
        takes(LONG, sources.get(self.image))


class Tinted(Recolour):
    """Finds by words."""

    @model_validator(mode="after")
    def _found(self) -> Self:
        return by_words(self)

    def check(self, sources: Sources) -> None:
        super().check(sources)
        takes(LONG, sources.get(self.image))


F = TypeVar("F", bound=Search)


def by_words(request: F) -> F:
    if not request.find.strip() or request.mask is not None or request.click is not None:
        raise ValueError("Stability finds things by words: say what to find, without a point or a mask")
    return request


@provider.offers(
    Named,
    model="search-and-replace",
    title="Stability Search and Replace",
    price=price("search-and-replace"),
    seconds=lambda request, sources: 10,
    read=reads("tolerance"),
    limits=Limits(sent=LONG),
)
async def replace(request: Named, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, LONG)
    told = {
        "prompt": request.prompt,
        "search_prompt": request.find,
        "seed": seed(request.seed),
        "output_format": "png",
    }
    made = await bought(ctx, "replace", "stable-image/edit/search-and-replace", told, {"image": sending}, IMAGE)
    yield await ctx.compute(sized, made, size_of(image))


@provider.offers(
    Tinted,
    model="search-and-recolor",
    title="Stability Search and Recolor",
    price=price("search-and-recolor"),
    seconds=lambda request, sources: 10,
    read=reads("tolerance", "strength"),
    limits=Limits(sent=LONG),
)
async def recoloured(request: Tinted, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, LONG)
    name = recolour.called(backdrop.rgb(request.colour))
    told = {"prompt": f"{name} ({request.colour})", "select_prompt": request.find, "output_format": "png"}
    made = await bought(ctx, "recolour", "stable-image/edit/search-and-recolor", told, {"image": sending}, IMAGE)
    yield await ctx.compute(sized, made, size_of(image))


@provider.offers(
    Alone,
    model="remove-background",
    title="Stability Remove Background",
    price=price("remove-background"),
    seconds=lambda request, sources: 6,
    read=reads("feather", "shift"),
    limits=Limits(sent=SMALL),
)
async def remove_background(request: Alone, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, SMALL)
    behind = await picture_behind(request.background, ctx)
    told = {"output_format": "png"}
    made = await bought(ctx, "cut", "stable-image/edit/remove-background", told, {"image": sending}, IMAGE)
    yield await ctx.compute(cut, image.data, made, request, behind)


class Lit(Relight):
    """Its own background, another picture, or a description of one."""

    def check(self, sources: Sources) -> None:
        super().check(sources)
        takes(LONG, sources.get(self.image))


@provider.offers(
    Lit,
    model="replace-background-and-relight",
    title="Stability Replace Background and Relight",
    price=price("replace-background-and-relight"),
    seconds=lambda request, sources: 40,
    read=reads("height", "colour", "harmony", "shadow"),
    limits=Limits(sent=LONG),
)
async def relight(request: Lit, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, LONG)
    files = {"subject_image": sending}
    told: dict[str, Any] = {
        "light_source_direction": ("above", "right", "below", "left")[round(request.direction / 90) % 4],
        "light_source_strength": request.strength,
        "seed": seed(request.seed),
        "output_format": "png",
    }
    if request.background is not None:
        behind = await picture_behind(request.background, ctx)
        files["background_reference"] = await ctx.compute(ground, image.data, request, behind)
    elif request.prompt.strip():
        told["background_prompt"] = request.prompt
    else:
        told |= {"background_prompt": "the same background", "keep_original_background": "true"}
    made = await waited(ctx, "relight", "stable-image/edit/replace-background-and-relight", told, files)
    yield await ctx.compute(sized, made, size_of(image))


def ground(source: bytes, request: Lit, behind: bytes | None) -> Media:
    """In a worker process: the background that is wanted, drawn, as it is sent."""
    own = picture.load(source, alpha=True)
    found = grounded(own, own, request.background, behind)
    return sent(picture.png(own[..., :3] if found is None else found), PICTURE)


# --- upscale


class Fast(Upscale):
    """Pictures of up to one megapixel."""

    able: ClassVar[tuple[Mode, ...]] = ("conservative",)
    frame: ClassVar[Frame] = TINY

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.mode == "creative":
            raise ValueError("Fast invents nothing; take Creative for that")
        return self

    def check(self, sources: Sources) -> None:
        super().check(sources)
        source = sources.get(self.image)
        if source and self.frame.fits(source.width, source.height)[0] < source.width:
            raise unfit("image", "this takes pictures of up to one megapixel; a larger one would lose before it gains")
        takes(self.frame, source)


class Slow(Upscale):
    """Wants to know what the picture shows."""

    able = ("conservative",)

    def check(self, sources: Sources) -> None:
        super().check(sources)
        takes(LONG, sources.get(self.image))

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.mode == "creative":
            raise ValueError("Conservative invents little; take Creative for that")
        return described(self)


class Inventive(Fast):
    """Wants to know what the picture shows; up to one megapixel."""

    able = ("creative",)
    frame: ClassVar[Frame] = MEGA

    @model_validator(mode="after")
    def _told(self) -> Self:
        return described(self)


U = TypeVar("U", bound=Upscale)


def described(request: U) -> U:
    if not request.prompt.strip():
        raise ValueError("Stability wants a prompt here: what the picture shows")
    return request


async def enlarged(request: Upscale, ctx: Context, image: Media, made: Media) -> Media:
    """The result in the size that was asked for, and a word where it had to be stretched."""
    goal = request.goal(*size_of(image))[1]
    result = await ctx.compute(sized, made, goal)
    has = result.facts["made_as"]
    if has[0] < goal[0]:
        ctx.say(f"Stability made {has[0]} x {has[1]} pixels; the rest of the way to {goal[0]} x {goal[1]} is smooth.")
    return result


@provider.offers(
    Fast,
    model="upscale-fast",
    title="Stability Fast Upscale",
    price=price("upscale-fast"),
    seconds=lambda request, sources: 3,
    read=reads("prompt", "denoise"),
    limits=Limits(sent=TINY),
)
async def upscale_fast(request: Fast, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, TINY)
    told = {"output_format": "png"}
    made = await bought(ctx, "upscale", "stable-image/upscale/fast", told, {"image": sending}, IMAGE)
    yield await enlarged(request, ctx, image, made)


@provider.offers(
    Slow,
    model="upscale-conservative",
    title="Stability Conservative Upscale",
    price=price("upscale-conservative"),
    seconds=lambda request, sources: 20,
    read=reads("denoise"),
    limits=Limits(sent=LONG),
)
async def upscale_conservative(request: Slow, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, LONG)
    told = {"prompt": request.prompt, "seed": seed(request.seed), "output_format": "png"}
    made = await bought(ctx, "upscale", "stable-image/upscale/conservative", told, {"image": sending}, IMAGE)
    yield await enlarged(request, ctx, image, made)


@provider.offers(
    Inventive,
    model="upscale-creative",
    title="Stability Creative Upscale",
    price=price("upscale-creative"),
    seconds=lambda request, sources: 60,
    read=reads("denoise"),
    limits=Limits(sent=MEGA),
)
async def upscale_creative(request: Inventive, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, MEGA)
    told = {
        "prompt": request.prompt,
        "creativity": round(0.1 + 0.4 * request.creativity, 3),
        "seed": seed(request.seed),
        "output_format": "png",
    }
    made = await waited(ctx, "upscale", "stable-image/upscale/creative", told, {"image": sending})
    yield await enlarged(request, ctx, image, made)


# --- control


class Drawing(Sketch):
    """A picture up to two and a half times as long as wide."""

    def check(self, sources: Sources) -> None:
        super().check(sources)
        takes(LONG, sources.get(self.image))


class Kept(Structure):
    """A picture up to two and a half times as long as wide."""

    def check(self, sources: Sources) -> None:
        super().check(sources)
        takes(LONG, sources.get(self.image))


class Guided(StyleGuide):
    """A picture up to two and a half times as long as wide."""

    def check(self, sources: Sources) -> None:
        super().check(sources)
        takes(LONG, sources.get(self.image))


class Transferred(StyleTransfer):
    """A picture up to two and a half times as long as wide."""

    composition: float = Field(
        0.9,
        ge=0,
        le=1,
        title="Composition",
        description="How closely the result keeps to what is where in the picture.",
        json_schema_extra=ui("slider", step=0.05),
    )
    change: float = Field(
        0.9,
        ge=0.1,
        le=1,
        title="Change",
        description="How much of the picture may become different.",
        json_schema_extra=ui("slider", step=0.05),
    )

    def check(self, sources: Sources) -> None:
        super().check(sources)
        takes(STYLED, sources.get(self.image))


@provider.offers(
    Drawing,
    model="sketch",
    title="Stability Sketch",
    styles="stability",
    price=price("sketch"),
    seconds=lambda request, sources: 10,
    read=reads("shading", "freedom"),
    limits=Limits(sent=LONG),
)
async def sketch(request: Drawing, ctx: Context) -> AsyncIterator[Media]:
    async for media in controlled(request, ctx, "sketch"):
        yield media


@provider.offers(
    Kept,
    model="structure",
    title="Stability Structure",
    styles="stability",
    price=price("structure"),
    seconds=lambda request, sources: 10,
    read=reads("guide"),
    limits=Limits(sent=LONG),
)
async def structure(request: Kept, ctx: Context) -> AsyncIterator[Media]:
    async for media in controlled(request, ctx, "structure"):
        yield media


async def controlled(request: Sketch | Structure, ctx: Context, way: str) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, LONG)
    told = {
        **styled(request),
        "control_strength": request.strength,
        "seed": seed(request.seed),
        "output_format": "png",
    }
    made = await bought(ctx, way, f"stable-image/control/{way}", told, {"image": sending}, IMAGE)
    goal = request.size(size_of(image))
    yield await ctx.compute(sized, made, goal)


@provider.offers(
    Guided,
    model="style",
    title="Stability Style Guide",
    price=price("style"),
    seconds=lambda request, sources: 10,
    limits=Limits(shapes=tuple(RATIOS), sent=LONG),
    styles="stability",
)
async def style_guide(request: Guided, ctx: Context) -> AsyncIterator[Media]:
    _, sending = await prepared(ctx, request.image, LONG)
    told = {
        **styled(request),
        "fidelity": request.fidelity,
        "aspect_ratio": ratio(request.width, request.height),
        "seed": seed(request.seed),
        "output_format": "png",
    }
    made = await bought(ctx, "style", "stable-image/control/style", told, {"image": sending}, IMAGE)
    yield await ctx.compute(sized, made, (request.width, request.height))


@provider.offers(
    Transferred,
    model="style-transfer",
    title="Stability Style Transfer",
    price=price("style-transfer"),
    seconds=lambda request, sources: 15,
    read=reads("colour", "texture"),
    limits=Limits(sent=STYLED),
)
async def style_transfer(request: Transferred, ctx: Context) -> AsyncIterator[Media]:
    image, sending = await prepared(ctx, request.image, STYLED)
    _, style = await prepared(ctx, request.style_image, PICTURE)
    told = {
        **styled(request),
        "style_strength": request.strength,
        "composition_fidelity": request.composition,
        "change_strength": request.change,
        "seed": seed(request.seed),
        "output_format": "png",
    }
    files = {"init_image": sending, "style_image": style}
    made = await bought(ctx, "transfer", "stable-image/control/style-transfer", told, files, IMAGE)
    yield await ctx.compute(sized, made, size_of(image))


# --- 3D


@provider.offers(
    Relief,
    model="stable-fast-3d",
    title="Stable Fast 3D",
    price=price("stable-fast-3d"),
    seconds=lambda request, sources: 8,
    read=reads("subject", "strength", "back", "grid"),
    limits=Limits(sent=SMALL),
)
async def fast_3d(request: Relief, ctx: Context) -> AsyncIterator[Media]:
    _, sending = await prepared(ctx, request.image, SMALL)
    told = {"texture_resolution": str(request.texture)}
    yield await bought(ctx, "body", "3d/stable-fast-3d", told, {"image": sending}, GLB)


@provider.offers(
    Relief,
    model="stable-point-aware-3d",
    title="Stable Point Aware 3D",
    price=price("stable-point-aware-3d"),
    seconds=lambda request, sources: 12,
    read=reads("subject", "strength", "back", "grid"),
    limits=Limits(sent=SMALL),
)
async def point_aware_3d(request: Relief, ctx: Context) -> AsyncIterator[Media]:
    _, sending = await prepared(ctx, request.image, SMALL)
    told = {"texture_resolution": str(request.texture)}
    yield await bought(ctx, "body", "3d/stable-point-aware-3d", told, {"image": sending}, GLB)
