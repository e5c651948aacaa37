"""OpenAI's image models and FLUX as one's own deployments on Azure. Facts: Azure OpenAI and AI Foundry, 2026.

The deployments of a resource answer under its own host and each under its name; FLUX.2 has a way of its own, JSON with
the pictures in base64. What a deployment costs is in one's contract, so its price is told.
"""

import base64
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

import httpx2
from pydantic import BaseModel, BeforeValidator, Field, SecretStr

from gesso.catalog import MACHINE, Checked, Context, Offer, Provider, Reading
from gesso.catalog.finish import sent, sized
from gesso.catalog.limits import Frame, Limits
from gesso.catalog.wire import Wire
from gesso.dialects.chat import Chat, speaks
from gesso.dialects.openai import FRAME, Images, Server, names, refusal, shaped, sides, worded
from gesso.dialects.steered import referring
from gesso.kit.media import Media
from gesso.kit.money import Credits, credits
from gesso.ops import Operation, Size, Sources
from gesso.ops.create import Generate
from gesso.ops.fields import AssetRef
from gesso.ops.words import EditByWords


class Settings(BaseModel):
    """What Azure must be told."""

    resource: str = Field(
        pattern="^[A-Za-z0-9][A-Za-z0-9-]{1,62}$",
        title="Resource",
        description="Its name: the first word of its address, before .openai.azure.com.",
    )
    key: SecretStr = Field(min_length=8, title="API key", description="Key 1 or 2 of the resource.")
    deployments: Annotated[str, BeforeValidator(names)] = Field(
        "", title="Deployments", description="Those of GPT Image, FLUX 1.1 or Kontext, with commas between."
    )
    flux: Annotated[str, BeforeValidator(names)] = Field(
        "", title="FLUX.2", description="Of flux-2-pro and flux-2-flex those that you deployed, with commas between."
    )
    price: float = Field(
        6, ge=0, le=10_000, title="Price", description="Credits for each picture, by your contract; 1 credit is $0.01."
    )
    chats: Annotated[str, BeforeValidator(names)] = Field(
        "", title="Deployments that write", description="Those of GPT models that write and see, with commas between."
    )
    chat_price: float = Field(
        0.5, ge=0, le=10_000, title="Price of an answer", description="Credits for each answer, by your contract."
    )
    version: str = Field(
        "2025-04-01-preview", pattern=r"^\d{4}-\d{2}-\d{2}(-preview)?$", title="API version", description="api-version."
    )
    url: str = Field("https://{resource}.openai.azure.com", json_schema_extra=MACHINE)
    foundry: str = Field("https://{resource}.services.ai.azure.com", json_schema_extra=MACHINE)


provider = Provider("azure", "Azure OpenAI and AI Foundry", Settings, site="https://ai.azure.com", heaviest=50_000_000)
THOUGHTS: Final = 4_000
"""Tokens. Which deployments think, and how they are told not to, nobody can know here."""
FLUX: Final = Frame(least=64, most=4096, area=4_000_000, ratio=16 / 9)
"""FLUX.2 draws four megapixels at most."""


def line(told: Settings, http: httpx2.AsyncClient, base: str) -> Wire:
    key = told.key.get_secret_value()
    return Wire("Azure", http, base.format(resource=told.resource), {"api-key": key}, key, refusal)


def images(ctx: Context, model: str) -> Images:
    told = ctx.settings(Settings)
    wire = line(told, ctx.http, f"{told.url}/openai/deployments/{model}")
    return Images(wire, model, query=f"?api-version={told.version}")


@provider.tells
def offers(told: Settings) -> Iterable[Offer[Any]]:
    shelf = Provider(provider.name, provider.title)
    server = Server(shelf, images, FRAME)

    def price(request: Operation, sources: Sources) -> Credits:
        return Credits(credits(told.price) * request.outputs())

    for model in filter(None, told.deployments.split(", ")):
        server.generates(model, model, price, lambda request: 20 * request.count)
        server.edits(model, model, price)
    for model in filter(None, told.flux.split(", ")):
        _flux(shelf, model, price)
    for model in filter(None, told.chats.split(", ")):
        _speaks(shelf, model, credits(told.chat_price))
    return shelf.listed


def _speaks(shelf: Provider, model: str, price: Credits) -> None:
    def chat(ctx: Context) -> Chat:
        server = images(ctx, model)
        return Chat(server.wire, model, query=server.query, room=THOUGHTS)

    speaks(shelf, model, model, lambda ctx, task: chat(ctx).ask(task), lambda request, sources: price)


def _flux(shelf: Provider, model: str, price: Callable[[Operation, Sources], Credits]) -> None:
    title = model.replace("-", ".", 1).replace("flux.2-", "FLUX.2 ")

    def read(request: Generate) -> Reading:
        return referring("strength")(request) if request.image is not None else Reading()

    @shelf.offers(
        FluxPictures,
        model=model,
        title=title,
        price=price,
        seconds=lambda request, sources: 15 * request.count,
        read=read,
        limits=Limits(made=FLUX, sent=FLUX),
    )
    async def generate(request: FluxPictures, ctx: Context) -> AsyncIterator[Media]:
        named = [*([request.image] if request.image else []), *(each.image for each in request.references)]
        for index in range(ctx.done, request.count):
            await ctx.progress(index / request.count)
            seed: dict[str, Any] = {} if request.seed is None else {"seed": request.seed + index}
            size = request.width, request.height
            yield await _drawn(ctx, model, f"picture {index}", worded(request), named, size, **seed)

    @shelf.offers(
        FluxEdit,
        model=model,
        title=f"{title} edit",
        price=price,
        seconds=lambda request, sources: 15,
        limits=Limits(made=FLUX, sent=FLUX),
    )
    async def edit(request: FluxEdit, ctx: Context) -> AsyncIterator[Media]:
        own = (await ctx.open(request.image)).facts
        size = own["width"], own["height"]
        yield await _drawn(ctx, model, "edit", request.prompt, [request.image], size, whole=True, seed=request.seed)


class FluxPictures(Generate):
    """From words and up to four pictures."""


class FluxEdit(EditByWords):
    """Changes a picture as it is told to, in words."""

    def check(self, sources: Sources) -> None:
        super().check(sources)
        if source := sources.get(self.image):
            shaped(FLUX, source.width, source.height, "image")


async def _drawn(
    ctx: Context,
    model: str,
    step: str,
    prompt: str,
    named: Sequence[AssetRef],
    size: Size,
    whole: bool = False,
    **more: Any,
) -> Media:
    """A picture by FLUX.2, bought once, in the size that was asked for."""
    told = ctx.settings(Settings)
    width, height = sides(*size, FLUX)
    asked = {"model": model, "prompt": prompt, "width": width, "height": height, "num_images": 1, **more}
    for number, ref in enumerate(named, 1):
        picture = await ctx.compute(sent, (await ctx.open(ref)).data, FLUX)
        name = "input_image" if number == 1 else f"input_image_{number}"
        asked[name] = base64.b64encode(picture.data).decode()
    server = Images(line(told, ctx.http, told.foundry), model)

    async def call() -> Media:
        path = f"/providers/blackforestlabs/v1/{model}?api-version=preview"
        return await server.made(await server.wire.buy(path, json={**asked, "output_format": "png"}))

    return await ctx.compute(sized, await ctx.bought(step, call), size, whole=whole)


@provider.checks
async def account(told: Settings, http: httpx2.AsyncClient) -> Checked:
    wire = replace(line(told, http, told.url), looks=2)
    await wire.ask("GET", f"/openai/models?api-version={told.version}")
    if not told.deployments and not told.flux and not told.chats:
        return Checked("The key works. Name a deployment, and its offers appear.")
    return Checked("The key works. Whether the deployments exist shows when one is first used.")
