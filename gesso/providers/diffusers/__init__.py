"""Models of one's own, drawn with on this machine: the extra `diffusers`. Facts: Diffusers 0.42, PyTorch 2.13.

Nothing is paid, so a run that is taken over draws again what was not stored yet. `folder.py` reads what a model says
of itself, `engine.py` holds the models; here stand the offers, and how a request becomes what a pipeline takes.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import Annotated, Any, Final

import httpx2
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from gesso.catalog import ADDRESS, Checked, Context, Offer, Provider
from gesso.catalog.finish import sent, sent_mask, sized, stepped
from gesso.dialects.narrowed import Faithful, Filled, Started, ignores
from gesso.dialects.openai import names
from gesso.dialects.steered import ALL_OF_IT, ByDepth, ByEdges, guide, more, several, steered_by, unwanted, words
from gesso.kit.errors import Refused, Unavailable
from gesso.kit.media import Media
from gesso.ops import Size
from gesso.ops.control import LARGEST, Sketch, Structure, within
from gesso.providers.diffusers.engine import UPSCALERS, Ask, Cell, Ticket, Way, device, engine_of
from gesso.providers.diffusers.folder import NAME, Folder, fetched

NEEDS: Final = ("torch", "diffusers", "transformers", "accelerate", "safetensors")
INSTALL: Final = 'It needs the extra “diffusers”: pip install "gesso[diffusers]"'
STEPS: Final = {"draft": 12, "standard": 24, "premium": 40}
FEW: Final = {"draft": 2, "standard": 4, "premium": 8}
"""Of models that were taught to need no more."""
LATENT_STEP: Final = 64
LOOK_SECONDS: Final = 0.05


def installed() -> bool:
    return all(find_spec(name) for name in NEEDS)


def possible(told: str) -> str:
    if not installed():
        raise ValueError(INSTALL)
    return told


def inside(told: str) -> str:
    """Names of folders that cannot lead out of the folder of models."""
    if wrong := [name for name in told.split(", ") if name and not NAME.fullmatch(name)]:
        raise ValueError(f"“{wrong[0]}” is neither a folder in the folder of models nor a hub id (owner/name)")
    return told


Names = Annotated[str, BeforeValidator(names), AfterValidator(inside)]


class Settings(BaseModel):
    """What is to be drawn with, and where. Each name makes this machine read a folder, or fetch gigabytes: it is for
    whoever the machine belongs to."""

    models: Annotated[Names, AfterValidator(possible)] = Field(
        min_length=1,
        title="Models",
        description="Folders in the folder of models, or hub ids (owner/name), with commas between.",
        json_schema_extra=ADDRESS,
    )
    controlnets: Names = Field(
        "",
        title="ControlNets",
        description="In the same way. What each is steered by is read from its name: canny, depth, scribble, lineart.",
        json_schema_extra=ADDRESS,
    )
    upscalers: Names = Field(
        "",
        title="Upscalers",
        description="In the same way: pipelines that enlarge four times, or twice (latent).",
        json_schema_extra=ADDRESS,
    )
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?|mps)$",
        title="Device",
        description="auto, cpu, cuda, cuda:1 or mps.",
        json_schema_extra=ADDRESS,
    )
    memory: float = Field(
        0,
        ge=0,
        le=10_000,
        title="Memory",
        description="Gigabytes that models may take. 0 takes what is free.",
        json_schema_extra=ADDRESS,
    )
    together: float = Field(
        0,
        ge=0,
        le=64,
        title="Pictures at once",
        description="0 draws as many as memory takes, and one on a CPU.",
        json_schema_extra=ADDRESS,
    )
    lane: str = Field(
        "cpu",
        pattern="^(cpu|gpu)$",
        title="Lane",
        description="cpu is served by every worker, gpu by those alone whose GESSO_LANES has it.",
        json_schema_extra=ADDRESS,
    )


provider = Provider("diffusers", "Diffusers", Settings, site="https://huggingface.co/docs/diffusers")


@provider.checks
async def ready(told: Settings, http: httpx2.AsyncClient) -> Checked:
    """Without loading anything: the folders are looked at when they are drawn with."""
    if not installed():
        raise Unavailable(INSTALL)
    found = await asyncio.to_thread(device, told.device)
    return Checked(f"It is ready: PyTorch {version('torch')} draws on {found}.")


# --- how it is drawn


async def drawn(ctx: Context, ask: Ask, cells: Sequence[Cell], done: int = 0) -> AsyncIterator[Media]:
    """Each picture as soon as it is there. Whoever stops waiting stops the drawing after its next step."""
    told = ctx.settings(Settings)
    ticket = Ticket(ask, cells)
    whole, given = done + len(cells), 0
    engine_of(await asyncio.to_thread(device, told.device)).take(ticket)
    try:
        while given < len(cells):
            if ticket.drawing:
                await ctx.progress((done + ticket.fraction * len(cells)) / whole, "Drawing with the model")
            else:
                await ctx.progress(done / whole, "Waiting for the model")
            if given < len(ticket.made):
                yield Media(ticket.made[given], "image/png")
                given += 1
            elif ticket.error is not None:
                raise ticket.error
            else:
                await asyncio.sleep(LOOK_SECONDS)
    finally:
        ticket.stopped = True


async def folder_of(ctx: Context, name: str, *, single: bool = False) -> Folder:
    """Checked and, where it is the hub's, fetched."""
    await ctx.progress(0.0, "Waiting for the model")
    return await asyncio.to_thread(fetched, ctx.models, name, single=single)


def asked(
    told: Settings,
    way: Way,
    model: Folder,
    size: Size,
    quality: str = "standard",
    *,
    steps: int | None = None,
    guidance: float | None = None,
    **more: Any,
) -> Ask:
    return Ask(
        way,
        model,
        size,
        steps or (FEW if model.quick else STEPS)[quality],
        guidance=0.0 if model.quick and guidance is None else guidance,
        memory=round(told.memory * 1e9),
        most=round(told.together),
        **more,
    )


# --- offers


@provider.tells
def offers(told: Settings) -> Iterable[Offer[Any]]:
    shelf = Provider(provider.name, provider.title)
    kinds = {steered_by(name) for name in filter(None, told.controlnets.split(", "))}
    for model in told.models.split(", "):
        draws(shelf, model, told.lane)
        fills(shelf, model, told.lane)
        if kinds & {"edges", "depth"}:
            holds(shelf, model, told.lane, kinds)
        if kinds & {"edges", "lines"}:
            colours(shelf, model, told.lane)
    for upscaler in filter(None, told.upscalers.split(", ")):
        enlarges(shelf, upscaler, told.lane)
    return shelf.listed


def short(name: str) -> str:
    return name.replace("/", "-")


def draws(shelf: Provider, model: str, lane: str) -> None:
    @shelf.offers(
        Started,
        model=short(model),
        title=short(model),
        seconds=lambda request, sources: 20 * request.count,
        lane=lane,
        tuned=("guidance", "steps"),
    )
    async def generate(request: Started, ctx: Context) -> AsyncIterator[Media]:
        folder = await folder_of(ctx, model)
        size = folder.legal(request.width, request.height)
        start: bytes | None = None
        if request.image is not None:
            source = await ctx.open(request.image)
            start = (await ctx.compute(sent, source.data, ALL_OF_IT, size=size)).data
        ask = asked(
            ctx.settings(Settings),
            "image" if start else "text",
            folder,
            size,
            request.quality,
            steps=request.steps,
            guidance=request.guidance,
            strength=request.strength if start else None,
        )
        prompt, negative = words(request), unwanted(request)
        cells = [Cell(prompt, (request.seed or 0) + index, negative, start) for index in range(ctx.done, request.count)]
        async for made in drawn(ctx, ask, cells, ctx.done):
            yield await ctx.compute(sized, made, (request.width, request.height))


def fills(shelf: Provider, model: str, lane: str) -> None:
    @shelf.offers(
        Filled, model=short(model), title=f"{short(model)} inpaint", seconds=lambda request, sources: 20, lane=lane
    )
    async def inpaint(request: Filled, ctx: Context) -> AsyncIterator[Media]:
        folder = await folder_of(ctx, model)
        source, marks = await ctx.open(request.image), await ctx.open(request.mask)
        own = source.facts["width"], source.facts["height"]
        size = folder.legal(*own)
        image = await ctx.compute(sent, source.data, ALL_OF_IT, size=size)
        mask = await ctx.compute(sent_mask, marks.data, size, request.feather)
        ask = asked(ctx.settings(Settings), "inpaint", folder, size)
        async for made in drawn(ctx, ask, [Cell(request.prompt, request.seed or 0, "", image.data, mask)]):
            yield await ctx.compute(sized, made, own, said=False, whole=True)


async def steered(
    ctx: Context, model: str, request: Structure | Sketch, kinds: Sequence[Sequence[str]], scale: float
) -> AsyncIterator[Media]:
    """Started along a guide of each of these kinds; where there are several for one, along the first that there is a
    ControlNet for."""
    told = ctx.settings(Settings)
    folder = await folder_of(ctx, model)
    source = await ctx.open(request.image)
    own = within((source.facts["width"], source.facts["height"]), LARGEST)
    size = folder.legal(*own)
    chosen = [await control_for(ctx, told, folder, each) for each in kinds]
    seen = [await ctx.compute(guide, source.data, size, kind) for _, kind in chosen]
    scales, spans = [scale / len(chosen)] * len(chosen), [(0.0, 1.0)] * len(chosen)
    for each in more(request):
        chosen.append(await control_for(ctx, told, folder, [each.kind]))
        seen.append(await ctx.compute(guide, (await ctx.open(each.image)).data, size, each.kind))
        scales.append(each.weight / 0.7)
        spans.append((each.start, each.end))
    controls = tuple(control for control, _ in chosen)
    ask = asked(told, "control", folder, size, controls=controls, scales=tuple(scales), spans=tuple(spans))
    cell = Cell(words(request), request.seed or 0, unwanted(request), guides=tuple(seen))
    async for made in drawn(ctx, ask, [cell]):
        yield await ctx.compute(sized, made, own, whole=True)


async def control_for(ctx: Context, told: Settings, model: Folder, kinds: Sequence[str]) -> tuple[Folder, str]:
    for kind in kinds:
        for name in filter(None, told.controlnets.split(", ")):
            if steered_by(name) == kind:
                control = await folder_of(ctx, name, single=True)
                if control.steers(model):
                    return control, kind
    raise Refused(f"None of the ControlNets for {' or '.join(kinds)} was made for models such as {model.name}.")


def holds(shelf: Provider, model: str, lane: str, kinds: set[str]) -> None:
    both = {"edges", "depth"} <= kinds
    takes = several(Structure if both else ByEdges if "edges" in kinds else ByDepth, kinds)

    @shelf.offers(
        takes, model=short(model), title=f"{short(model)} control", seconds=lambda request, sources: 25, lane=lane
    )
    async def structure(request: Structure, ctx: Context) -> AsyncIterator[Media]:
        by = [["edges"], ["depth"]] if request.guide == "both" else [[request.guide]]
        # What is asked for by default is what ControlNets hold by default.
        async for made in steered(ctx, model, request, by, request.strength / 0.7):
            yield made


def colours(shelf: Provider, model: str, lane: str) -> None:
    @shelf.offers(
        Sketch,
        model=short(model),
        title=f"{short(model)} control",
        seconds=lambda request, sources: 25,
        read=ignores("shading", "freedom"),
        lane=lane,
    )
    async def sketch(request: Sketch, ctx: Context) -> AsyncIterator[Media]:
        async for made in steered(ctx, model, request, [["lines", "edges"]], request.strength / 0.6):
            yield made


def enlarges(shelf: Provider, upscaler: str, lane: str) -> None:
    @shelf.offers(
        Faithful,
        model=short(upscaler),
        title=short(upscaler),
        seconds=lambda request, sources: 60,
        read=ignores("denoise"),
        lane=lane,
        megapixels=1.05,
    )
    async def enlarge(request: Faithful, ctx: Context) -> AsyncIterator[Media]:
        folder = await folder_of(ctx, upscaler)
        if folder.kind not in UPSCALERS:
            raise Refused(f"The model {upscaler} does not enlarge: it is a {folder.kind or 'model of no known kind'}.")
        source = await ctx.open(request.image)
        own = source.facts["width"], source.facts["height"]
        latent = UPSCALERS[folder.kind] == 2
        step = LATENT_STEP if latent else 8
        size = stepped(own[0], step), stepped(own[1], step)
        image = await ctx.compute(sent, source.data, ALL_OF_IT, size=size)
        ask = Ask(
            "upscale",
            folder,
            size,
            STEPS["standard"],
            guidance=0.0 if latent else None,
            memory=round(ctx.settings(Settings).memory * 1e9),
        )
        async for made in drawn(ctx, ask, [Cell(request.prompt, request.seed or 0, "", image.data)]):
            yield await ctx.compute(sized, made, request.goal(*own)[1], whole=True)
