"""Hugging Face's Inference Providers: models of the Hub behind one router, named by whoever uses them.

Facts: huggingface_hub 2.4.0, its requests written down. That kit is not used: its waiting cannot be stopped, and it
asks some providers in ways that cannot be taken up again. Of the providers behind the router those are spoken to that
answer with the picture itself: one request, bought once. There is no price list (what a picture costs is up to the
provider and how long it takes), so the price is told.
"""

import base64
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from typing import Annotated, Any, Final

import httpx2
from pydantic import BaseModel, BeforeValidator, Field, SecretStr

from gesso.catalog import MACHINE, Checked, Context, Offer, Provider, Reading
from gesso.catalog.finish import sent, sized
from gesso.catalog.limits import Frame, Limits
from gesso.catalog.manner import manner
from gesso.catalog.wire import Answer, Wire
from gesso.dialects.openai import Images, Words, names, sides, worded
from gesso.imaging import picture
from gesso.kit.errors import GessoError, Refused, Retry
from gesso.kit.media import Media
from gesso.kit.money import Credits, credits
from gesso.ops import Operation, Sources
from gesso.ops.words import EditByWords

FRAME: Final = Frame(least=256, most=1536, area=1_500_000)
"""What most models of the Hub draw, and what is sent to be changed."""
OWN: Final = "hf-inference"
NAME: Final = r"\w[\w.-]*/\w[\w.-]*"


class Settings(BaseModel):
    """What Hugging Face must be told."""

    key: SecretStr = Field(
        min_length=8, title="API key", description="A token that may call Inference Providers, begins with hf_."
    )
    models: Annotated[str, BeforeValidator(names)] = Field(
        "",
        pattern=rf"^({NAME}(@(hf-inference|together|nscale))?(, |$))*$",
        title="Models",
        description="Those that make pictures of words, as the Hub names them, with commas between; after an @ who "
        "runs it: hf-inference (else), together or nscale.",
    )
    editors: Annotated[str, BeforeValidator(names)] = Field(
        "",
        pattern=rf"^({NAME}(@hf-inference)?(, |$))*$",
        title="Models that edit",
        description="Those that change a picture by words, with commas between; hf-inference runs them.",
    )
    price: float = Field(0, ge=0, le=10_000, title="Price", description="Credits for each picture; 1 credit is $0.01.")
    url: str = Field("https://router.huggingface.co", title="Address", json_schema_extra=MACHINE)
    hub: str = Field("https://huggingface.co", json_schema_extra=MACHINE)


provider = Provider("huggingface", "Hugging Face", Settings, site="https://huggingface.co/settings/tokens")


def line(told: Settings, http: httpx2.AsyncClient, base: str) -> Wire:
    key = told.key.get_secret_value()
    return Wire("Hugging Face", http, base, {"authorization": f"Bearer {key}"}, key, refusal)


def refusal(wire: Wire, answer: Answer) -> GessoError:
    """What an answer of status 400 and above means. A model that is being loaded has not begun."""
    try:
        told = answer.json()
    except ValueError:
        told = {}
    error = told.get("error", "") if isinstance(told, dict) else ""
    said = str(error.get("message", "") if isinstance(error, dict) else error)
    if answer.status_code == 503 and isinstance(told, dict) and "estimated_time" in told:
        return Retry("Hugging Face is loading this model.", retry_after=min(120.0, float(told["estimated_time"] or 0)))
    if answer.status_code == 404:
        return Refused(f"Hugging Face does not have this model, or nobody there runs it. {wire.plain(said)}".strip())
    return wire.fault(answer, said)


@provider.tells
def offers(told: Settings) -> Iterable[Offer[Any]]:
    shelf = Provider(provider.name, provider.title)

    def price(request: Operation, sources: Sources) -> Credits:
        return Credits(credits(told.price) * request.outputs())

    for model in filter(None, told.models.split(", ")):
        _generates(shelf, model, price)
    for model in filter(None, told.editors.split(", ")):
        _edits(shelf, model, price)
    return shelf.listed


def _generates(shelf: Provider, model: str, price: Callable[[Operation, Sources], Credits]) -> None:
    name, _, runs = model.partition("@")

    def read(request: Words) -> Reading:
        # The others are not known to take it.
        return Reading(ignored=("seed",) if runs not in ("", OWN) and request.seed is not None else ())

    @shelf.offers(
        Words,
        model=model,
        title=name.partition("/")[2],
        price=price,
        seconds=lambda request, sources: 15 * request.count,
        read=read,
        limits=Limits(made=FRAME),
        tuned=("guidance", "steps") if runs in ("", OWN) else (),
    )
    async def generate(request: Words, ctx: Context) -> AsyncIterator[Media]:
        for index in range(ctx.done, request.count):
            await ctx.progress(index / request.count)
            made = await drawn(ctx, f"picture {index}", name, runs or OWN, request, index)
            yield await ctx.compute(sized, made, (request.width, request.height))


def _edits(shelf: Provider, model: str, price: Callable[[Operation, Sources], Credits]) -> None:
    name = model.partition("@")[0]

    @shelf.offers(
        EditByWords,
        model=model,
        title=name.partition("/")[2],
        price=price,
        seconds=lambda request, sources: 20,
        read=lambda request: Reading(ignored=("seed",) if request.seed else ()),
        limits=Limits(sent=FRAME),
    )
    async def edit(request: EditByWords, ctx: Context) -> AsyncIterator[Media]:
        told = ctx.settings(Settings)
        wire = line(told, ctx.http, told.url)
        source = await ctx.open(request.image)
        sending = await ctx.compute(sent, source.data, FRAME)
        body = {"inputs": base64.b64encode(sending.data).decode(), "parameters": {"prompt": request.prompt}}

        async def call() -> Media:
            return itself(await wire.buy(f"/{OWN}/models/{name}", accept="image/png", json=body))

        made = await ctx.bought("edit", call)
        own = source.facts["width"], source.facts["height"]
        yield await ctx.compute(sized, made, own, said=request.mask is None, whole=True)


async def drawn(ctx: Context, step: str, name: str, runs: str, request: Words, index: int) -> Media:
    """One picture of words, bought once from who runs the model."""
    told = ctx.settings(Settings)
    wire = line(told, ctx.http, told.url)
    width, height = sides(request.width, request.height, FRAME)
    if runs == OWN:
        more: dict[str, Any] = {"width": width, "height": height}
        if negative := manner(request).without(request.negative_prompt):
            more["negative_prompt"] = negative
        if request.seed is not None:
            more["seed"] = (request.seed + index) % 2**31
        if request.guidance is not None:
            more["guidance_scale"] = request.guidance
        if request.steps is not None:
            more["num_inference_steps"] = request.steps
        words = worded(request, apart=True)

        async def call() -> Media:
            body = {"inputs": words, "parameters": more}
            return itself(await wire.buy(f"/{OWN}/models/{name}", accept="image/png", json=body))

    else:
        size: dict[str, Any] = {"width": width, "height": height, "response_format": "base64"}
        if runs == "nscale":
            size = {"size": f"{width}x{height}", "response_format": "b64_json"}

        async def call() -> Media:
            body = {"model": await known(told, ctx.http, name, runs), "prompt": worded(request), **size}
            server = Images(wire, name)
            return await server.made(await wire.buy(f"/{runs}/v1/images/generations", json=body))

    return await ctx.bought(step, call)


def itself(answer: Answer) -> Media:
    """An answer that is the picture. Raises Refused, as charged, for anything else."""
    type = picture.sniff(answer.content[:64])
    if type is None or not type.startswith("image/"):
        raise Refused("Hugging Face sent no picture. It was charged.", charged=True)
    return Media(answer.content, type)


async def known(told: Settings, http: httpx2.AsyncClient, name: str, runs: str) -> str:
    """What who runs a model calls it. Raises Refused where they do not."""
    answer = await line(told, http, told.hub).ask("GET", f"/api/models/{name}?expand=inferenceProviderMapping")
    try:
        found = answer.json()["inferenceProviderMapping"][runs]
        if found["status"] != "error" and found["task"] == "text-to-image":
            return str(found["providerId"])
    except (ValueError, KeyError, TypeError):
        pass
    raise Refused(f"At Hugging Face, {runs} does not run {name} to make pictures.")


@provider.checks
async def account(told: Settings, http: httpx2.AsyncClient) -> Checked:
    hub = replace(line(told, http, told.hub), looks=2)
    await hub.ask("GET", "/api/whoami-v2")
    if not told.models and not told.editors:
        return Checked("The key works. Name a model, and its offers appear.")
    for model in filter(None, told.models.split(", ")):
        name, _, runs = model.partition("@")
        if runs not in ("", OWN):
            await known(told, http, name, runs)
    return Checked("The key works. Whether the models are run shows when one is first used.")
