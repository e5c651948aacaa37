"""A ComfyUI server of one's own, or several: the studio's graphs, with the models that lie there, and one's own graphs.

Facts: its versions 0.3.64 and 0.38. `models.py` says what the models are that a person names, `graph.py` puts graphs
together, `server.py` has them carried out, `news.py` hears how far they are.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Self

import cv2
import httpx2
import numpy as np
from pydantic import ValidationError, model_validator

from gesso.catalog import Brought, Checked, Context, Offer, Provider, Reading, plain
from gesso.catalog.finish import around, sent, sent_mask, sized
from gesso.catalog.limits import Frame, Limits
from gesso.catalog.wire import Wire
from gesso.dialects.narrowed import Faithful, Filled, Moved, Started, ignores, size_of
from gesso.dialects.openai import sides
from gesso.dialects.steered import ByDepth, ByEdges, guide, more, several, steered_by, unwanted, words
from gesso.imaging import picture
from gesso.kit.errors import GessoError, Invalid, Refused, Retry
from gesso.kit.media import Media
from gesso.ops import Operation, Size, Sources
from gesso.ops.control import LARGEST, Sketch, Structure, StyleGuide, within
from gesso.ops.repair import Outpaint
from gesso.ops.upscale import Upscale
from gesso.ops.words import EditByWords
from gesso.providers.comfyui.forms import carries_out
from gesso.providers.comfyui.graph import Graph, Nodes, fitted
from gesso.providers.comfyui.models import DRAWING, FLUX, FOLDERS, LARGE, SDXL, Model, read
from gesso.providers.comfyui.own import Own, fields_of, graph_of, results_of
from gesso.providers.comfyui.server import Part, line_to, made, only, told_of
from gesso.providers.comfyui.settings import Settings

provider = Provider("comfyui", "ComfyUI", Settings, site="https://www.comfy.org", heaviest=100_000_000)
ALL_OF_IT: Final = Frame()
UPSCALED: Final = Frame(least=16, most=4096, area=4_200_000)
UNION: Final = {
    "depth": "depth",
    "lines": "hed/pidi/scribble/ted",
    "edges": "canny/lineart/anime_lineart/mlsd",
}
"""What a ControlNet for everything is told that it sees."""


# --- what a server has


@provider.checks
async def alive(told: Settings, http: httpx2.AsyncClient) -> Checked:
    lines = [replace(line_to(url, told, http), looks=2) for url in told.addresses()]
    has = []
    for line in lines:
        try:
            has.append(await _having(line))
        except (Refused, Retry) as error:
            # Of several, it is told which one.
            raise type(error)(f"{line.base}: {error}" if len(lines) > 1 else str(error)) from error
    named = read(told.models)
    for line, files in zip(lines, has, strict=True):
        at = f"{line.base} answers" if len(lines) > 1 else "It answers"
        if strange := [each for each in _files(named) if each not in files]:
            return Checked(f"{at}, but has no {strange[0]}. It has: {_some(files)}.")
        try:
            for model in named:
                if (graph := _tried(model)) is not None:
                    fitted(graph.nodes, await told_of(line, graph.classes()))
        except Refused as error:
            return Checked(f"{at}, but {model.file} cannot be used: {error}")
    more = [each for each in dict.fromkeys(file for files in has for file in files) if each not in _files(named)]
    if not named:
        return Checked(f"It answers. Name models to draw with. It has: {_some(more)}.")
    return Checked(f"It answers, and has the models. It also has: {_some(more)}.")


@provider.unloads
async def unloaded(told: Settings, http: httpx2.AsyncClient) -> Checked:
    for url in told.addresses():
        body = {"unload_models": True, "free_memory": True}
        await replace(line_to(url, told, http), looks=2).ask("POST", "/free", json=body)
    return Checked("Its models leave the memory. The next picture loads what it needs.")


async def _having(line: Wire) -> list[str]:
    """The files of a server, as a person names them. Raises Refused where no ComfyUI answers."""
    try:
        system = (await line.ask("GET", "/system_stats")).json().get("system")
    except (ValueError, AttributeError):
        system = None
    if not isinstance(system, Mapping):
        raise Refused("This address answers, but not as ComfyUI does.")

    async def of(folder: str) -> list[str]:
        try:
            found = (await line.ask("GET", f"/models/{folder}")).json()
        except (Refused, ValueError):
            return []
        return [f"{folder}/{str(name).replace(chr(92), '/')}" for name in found] if isinstance(found, list) else []

    return [file for files in await asyncio.gather(*map(of, FOLDERS)) for file in files]


def _files(named: Iterable[Model]) -> list[str]:
    return [
        file
        for model in named
        for file in (f"{model.folder}/{model.file}", *(f"loras/{lora}" for lora, _ in model.loras))
    ]


def _some(files: list[str]) -> str:
    return ", ".join(files[:20]) + (" …" if len(files) > 20 else "") or "nothing else"


def _tried(model: Model) -> Graph | None:
    """A graph that uses the model, to be held against what the server knows."""
    picture = Media(b"", "image/png")
    if model.folder == "upscale_models":
        return Graph().add("enlarge", image=picture, file=model.file).add("save")
    if model.folder in DRAWING:
        return model.loaded()
    return None


# --- a graph that a person brings


@provider.brings
async def brought(told: Settings, http: httpx2.AsyncClient, given: Mapping[str, Any]) -> Brought:
    nodes = graph_of(given.get("graph"))
    info = await _info_for(told, http, nodes)
    may = fields_of(nodes, info)
    try:
        wanted = given.get("fields")
        if wanted is not None:
            wanted = [{part: value for part, value in each.items() if part != "likely"} for each in wanted]
        own = Own(
            name=given["name"],
            title=given.get("title") or given["name"],
            graph=nodes,
            fields=tuple(wanted if wanted is not None else (field for field, likely in may if likely)),
            results=results_of(nodes, info),
        )
    except ValidationError as error:
        said = plain(error.errors()[0]["msg"])
        raise Invalid(f"This form cannot be made: {said}.") from error
    return Brought(
        own.model_dump(mode="json"), [{**field.model_dump(mode="json"), "likely": likely} for field, likely in may]
    )


async def _info_for(told: Settings, http: httpx2.AsyncClient, nodes: Nodes) -> Mapping[str, Any]:
    """What the first server that can carry the graph out says of its nodes; else raises what that one lacks."""
    errors: list[GessoError] = []
    for url in told.addresses():
        try:
            info = await told_of(
                replace(line_to(url, told, http), looks=2), {node["class_type"] for node in nodes.values()}
            )
            fitted(nodes, info)
        except (Refused, Retry) as error:
            errors.append(error)
        else:
            return info
    raise Invalid(str(next((error for error in errors if isinstance(error, Refused)), errors[0])))


# --- offers


@provider.tells
def offers(told: Settings) -> Iterable[Offer[Any]]:
    shelf = Provider(provider.name, provider.title)
    named = read(told.models)
    by_folder: dict[str, list[Model]] = {
        folder: [each for each in named if each.folder == folder] for folder in FOLDERS
    }
    for model in named:
        if model.folder == "upscale_models":
            enlarges(shelf, model)
        if model.folder not in DRAWING:
            continue
        does, shows = model.family.does, shown_by(model, by_folder)
        if "draw" in does:
            draws(shelf, model, shows)
            if shows is not None:
                takes_on(shelf, model, shows)
        if "fill" in does:
            fills(shelf, model)
            extends(shelf, model)
        if "edit" in does:
            edits(shelf, model)
        if "invent" in does:
            invents(shelf, model)
        if "film" in does:
            films(shelf, model)
        if "steer" in does:
            nets = [each for each in by_folder["controlnet"] if ("xl" in each.file.lower()) == model.large]
            steers(shelf, model, [each.file for each in nets])
    for own in told.workflows:
        carries_out(shelf, own)
    return shelf.listed


Shows = Callable[[Graph, Media, float], Graph]
"""Adds a picture whose look is to be taken on, with its weight."""


def shown_by(model: Model, by_folder: Mapping[str, list[Model]]) -> Shows | None:
    """How a model is shown a picture, where it can be: Flux by a style model, SDXL by CLIP's own eyes."""
    if model.family is FLUX and (found := by_folder["style_models"]):
        return lambda graph, media, weight: graph.add("show_redux", image=media, file=found[0].file, weight=weight)
    if model.family is SDXL and (found := by_folder["clip_vision"]):
        return lambda graph, media, weight: graph.add("show_unclip", image=media, file=found[0].file, weight=weight)
    return None


class Shown(Started):
    """From words, and up to five pictures."""

    shows = 4


def seeded(request: Any, index: int = 0) -> int:
    return ((request.seed or 0) + index) % 2**32


def unused(model: Model) -> Callable[[Operation], Reading]:
    """What a model makes nothing of: Flux knows no negative prompt."""
    return ignores(*(("negative_prompt",) if model.family.guidance is not None else ()))


def framed(model: Model) -> Limits:
    """What a model was trained to draw: what it is shown has the size of what it makes."""
    return Limits(made=model.family.frame, sent=model.family.frame)


def draws(shelf: Provider, model: Model, shows: Shows | None) -> None:
    @shelf.offers(
        Started if shows is None else Shown,
        model=model.name,
        title=model.name,
        seconds=lambda request, sources: 15 * request.count,
        read=unused(model),
        limits=framed(model) if shows is None else Limits(made=model.family.frame, sent=LARGE),
        tuned=("guidance", "steps"),
    )
    async def generate(request: Started, ctx: Context) -> AsyncIterator[Media]:
        size = sides(request.width, request.height, model.family.frame)
        start: Media | None = None
        if request.image is not None:
            start = await ctx.compute(sent, (await ctx.open(request.image)).data, LARGE, size=size)
        looks = [
            (await ctx.compute(sent, (await ctx.open(each.image)).data, LARGE), each.weight)
            for each in request.references
        ]
        for index in range(ctx.done, request.count):
            graph = model.told(model.loaded(), words(request), unwanted(request), guidance=request.guidance)
            for media, weight in looks:
                if shows is not None:
                    graph = shows(graph, media, weight)
            if start is not None:
                graph.add("start", image=start)
            else:
                graph.add(model.family.empty, width=size[0], height=size[1])
            denoise = max(0.05, request.strength) if start is not None else 1.0
            tuned: dict[str, Any] = {"steps": request.steps, "guidance": request.guidance}
            graph = model.sampled(graph, seeded(request, index), request.quality, denoise, **tuned).add("save")
            found = await made(ctx, f"picture {index}", graph, Part(index, request.count))
            yield await ctx.compute(sized, only(found), (request.width, request.height))


def takes_on(shelf: Provider, model: Model, shows: Shows) -> None:
    @shelf.offers(
        StyleGuide,
        model=model.name,
        title=f"{model.name} style",
        seconds=lambda request, sources: 18,
        limits=Limits(made=model.family.frame, sent=LARGE),
    )
    async def style_guide(request: StyleGuide, ctx: Context) -> AsyncIterator[Media]:
        size = sides(request.width, request.height, model.family.frame)
        look = await ctx.compute(sent, (await ctx.open(request.image)).data, LARGE)
        graph = shows(model.told(model.loaded(), words(request), unwanted(request)), look, request.fidelity)
        graph.add(model.family.empty, width=size[0], height=size[1])
        found = await drawn(ctx, model, graph, "style", seeded(request))
        yield await ctx.compute(sized, found, (request.width, request.height))


async def drawn(ctx: Context, model: Model, graph: Graph, step: str, seed: int, denoise: float = 1.0) -> Media:
    graph = model.sampled(graph, seed, denoise=denoise).add("save")
    return only(await made(ctx, step, graph))


def fills(shelf: Provider, model: Model) -> None:
    @shelf.offers(
        Filled,
        model=model.name,
        title=f"{model.name} inpaint",
        seconds=lambda request, sources: 15,
        limits=framed(model),
    )
    async def inpaint(request: Filled, ctx: Context) -> AsyncIterator[Media]:
        source, marks = await ctx.open(request.image), await ctx.open(request.mask)
        size = sides(*size_of(source), model.family.frame)
        sending = await ctx.compute(sent, source.data, LARGE, size=size)
        mask = await ctx.compute(sent_mask, marks.data, size, request.feather)
        graph = model.told(model.loaded(), request.prompt)
        graph.add(model.mask, image=sending, mask=Media(mask, "image/png"))
        found = await drawn(ctx, model, graph, "inpaint", seeded(request))
        yield await ctx.compute(sized, found, size_of(source), said=False, whole=True)


def extends(shelf: Provider, model: Model) -> None:
    @shelf.offers(
        Outpaint,
        model=model.name,
        title=f"{model.name} extend",
        seconds=lambda request, sources: 18,
        limits=framed(model),
    )
    async def outpaint(request: Outpaint, ctx: Context) -> AsyncIterator[Media]:
        source = await ctx.open(request.image)
        grown = request.sides(*size_of(source))
        goal = request.size(size_of(source)) or size_of(source)
        sending, mask = await ctx.compute(canvas, source.data, grown, sides(*goal, model.family.frame))
        graph = model.told(model.loaded(), request.prompt)
        graph.add(model.mask, image=sending, mask=mask)
        found = await drawn(ctx, model, graph, "outpaint", seeded(request))
        yield await ctx.compute(around, source.data, await ctx.compute(sized, found, goal, whole=True), grown)


def canvas(data: bytes, grown: tuple[int, int, int, int], size: Size) -> tuple[Media, Media]:
    """In a worker process: the picture with its mirror image where more is to come, and the mask of that."""
    own = picture.load(data, alpha=False)
    left, top, right, bottom = grown
    border = cv2.BORDER_REFLECT_101 if min(own.shape[:2]) > 1 else cv2.BORDER_REPLICATE
    whole = np.asarray(cv2.copyMakeBorder(own, top, bottom, left, right, border), np.uint8)
    marks = np.full(whole.shape[:2], 255, np.uint8)
    marks[top : whole.shape[0] - bottom, left : whole.shape[1] - right] = 0
    mask = sent_mask(picture.png(np.repeat(marks[..., None], 3, axis=2)), size)
    return sent(picture.png(whole), ALL_OF_IT, size=size), Media(mask, "image/png")


def edits(shelf: Provider, model: Model) -> None:
    @shelf.offers(
        EditByWords,
        model=model.name,
        title=model.name,
        seconds=lambda request, sources: 30,
        limits=framed(model),
    )
    async def edit(request: EditByWords, ctx: Context) -> AsyncIterator[Media]:
        source = await ctx.open(request.image)
        sending = await ctx.compute(sent, source.data, LARGE, size=sides(*size_of(source), model.family.frame))
        graph = model.told(model.loaded(), request.prompt, image=sending)
        found = await drawn(ctx, model, graph, "edit", seeded(request))
        yield await ctx.compute(sized, found, size_of(source), said=request.mask is None, whole=True)


# --- steered


def steers(shelf: Provider, model: Model, nets: list[str]) -> None:
    """By ControlNets: what each sees is read from its name, and one with “union” in it sees everything."""
    by: dict[str, str] = {}
    for net in nets:
        for kind in UNION if "union" in net.lower() else (steered_by(net),):
            by.setdefault(kind, net)
    if by.keys() & {"edges", "depth"}:
        holds(shelf, model, by)
    if by.keys() & {"lines", "edges"}:
        colours(shelf, model, by)


async def steered(
    ctx: Context,
    model: Model,
    by: Mapping[str, str],
    request: Structure | Sketch,
    kinds: Sequence[str],
    strength: float,
) -> Media:
    source = await ctx.open(request.image)
    own = within(size_of(source), LARGEST)
    size = sides(*own, model.family.frame)
    graph = model.told(model.loaded(), words(request), unwanted(request))
    for kind in kinds:
        seen = Media(await ctx.compute(guide, source.data, size, kind), "image/png")
        told: dict[str, Any] = {"image": seen, "file": by[kind], "strength": strength / len(kinds)}
        if "union" in by[kind].lower():
            graph.add("control_union", kind=UNION[kind], **told)
        else:
            graph.add("control", **told)
    for each in more(request):
        media = await ctx.open(each.image)
        seen = Media(await ctx.compute(guide, media.data, size, each.kind), "image/png")
        union = "union" in by[each.kind].lower()
        graph.add(
            "control_union" if union else "control",
            image=seen,
            file=by[each.kind],
            strength=each.weight / 0.7,
            start=each.start,
            end=each.end,
            **({"kind": UNION[each.kind]} if union else {}),
        )
    graph.add(model.family.empty, width=size[0], height=size[1])
    found = await drawn(ctx, model, graph, "steered", seeded(request))
    return await ctx.compute(sized, found, own, whole=True)


def holds(shelf: Provider, model: Model, by: Mapping[str, str]) -> None:
    both = {"edges", "depth"} <= by.keys()
    takes = several(Structure if both else ByEdges if "edges" in by else ByDepth, by)

    @shelf.offers(
        takes,
        model=model.name,
        title=f"{model.name} control",
        seconds=lambda request, sources: 20,
        limits=framed(model),
    )
    async def structure(request: Structure, ctx: Context) -> AsyncIterator[Media]:
        kinds = ["edges", "depth"] if request.guide == "both" else [request.guide]
        # What is asked for by default is what ControlNets hold by default.
        yield await steered(ctx, model, by, request, kinds, request.strength / 0.7)


def colours(shelf: Provider, model: Model, by: Mapping[str, str]) -> None:
    @shelf.offers(
        Sketch,
        model=model.name,
        title=f"{model.name} control",
        seconds=lambda request, sources: 20,
        read=ignores("shading", "freedom"),
        limits=framed(model),
    )
    async def sketch(request: Sketch, ctx: Context) -> AsyncIterator[Media]:
        kind = "lines" if "lines" in by else "edges"
        yield await steered(ctx, model, by, request, [kind], request.strength / 0.6)


# --- larger


class Enlarged(Faithful):
    """Sent whole."""

    def check(self, sources: Sources) -> None:
        super().check(sources)
        source = sources.get(self.image)
        if source and UPSCALED.fits(source.width, source.height) != (source.width, source.height):
            raise misfit("image", "this is sent to the server whole; it may have four megapixels")


class Invented(Upscale):
    """Draws fine texture and grain anew."""

    able = ("creative",)

    @model_validator(mode="after")
    def _invents(self) -> Self:
        if self.mode == "conservative":
            raise ValueError("this model invents detail; ask for creative, or take another")
        return self

    def check(self, sources: Sources) -> None:
        super().check(sources)
        source = sources.get(self.image)
        if source:
            width, height = self.goal(source.width, source.height)[1]
            if UPSCALED.fits(width, height) != (width, height):
                raise misfit("factor", "what this model draws anew may have four megapixels in the end")


def misfit(field: str, message: str) -> Invalid:
    return Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])


def enlarges(shelf: Provider, model: Model) -> None:
    @shelf.offers(
        Enlarged,
        model=model.name,
        title=model.name,
        seconds=lambda request, sources: 20,
        read=ignores("prompt", "denoise"),
        limits=Limits(sent=UPSCALED),
    )
    async def enlarge(request: Enlarged, ctx: Context) -> AsyncIterator[Media]:
        source = await ctx.open(request.image)
        sending = await ctx.compute(sent, source.data, UPSCALED)
        graph = Graph().add("enlarge", image=sending, file=model.file).add("save")
        found = only(await made(ctx, "enlarge", graph))
        yield await ctx.compute(sized, found, request.goal(*size_of(source))[1], whole=True)


def invents(shelf: Provider, model: Model) -> None:
    @shelf.offers(
        Invented,
        model=model.name,
        title=f"{model.name} upscale",
        seconds=lambda request, sources: 60,
        read=ignores("denoise"),
        limits=Limits(made=UPSCALED, sent=UPSCALED),
    )
    async def invent(request: Invented, ctx: Context) -> AsyncIterator[Media]:
        source = await ctx.open(request.image)
        goal = request.goal(*size_of(source))[1]
        sending = await ctx.compute(sent, source.data, ALL_OF_IT, size=sides(*goal, UPSCALED))
        graph = model.told(model.loaded(), request.prompt).add("start", image=sending)
        # More than half of the noise would make another picture of it.
        found = await drawn(ctx, model, graph, "enlarge", seeded(request), 0.15 + 0.4 * request.creativity)
        yield await ctx.compute(sized, found, goal, whole=True)


# --- films


class Filmed(Moved):
    """Up to 720p."""

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.resolution == "1080p":
            raise ValueError("this model makes films of up to 720p")
        return self


def films(shelf: Provider, model: Model) -> None:
    @shelf.offers(
        Filmed,
        model=model.name,
        title=model.name,
        seconds=lambda request, sources: 120 * request.seconds,
        read=ignores("motion", "strength", "parallax", "easing", "aspect", "fps", "audio", "focus_x", "focus_y"),
        limits=Limits(made=replace(model.family.frame, area=1280 * 720)),
    )
    async def animate(request: Filmed, ctx: Context) -> AsyncIterator[Media]:
        source = await ctx.open(request.image)
        frame = replace(model.family.frame, area=832 * 480 if request.resolution == "480p" else 1280 * 720)
        size = sides(*size_of(source), frame)
        sending = await ctx.compute(sent, source.data, ALL_OF_IT, size=size)
        # Sixteen frames a second, of which such a model makes four at a time after the first.
        length = round(request.seconds * 16 / 4) * 4 + 1
        graph = model.told(model.loaded(), request.prompt)
        graph.add("film", image=sending, width=size[0], height=size[1], length=length)
        graph = model.sampled(graph, seeded(request)).add("save_film")
        yield only(await made(ctx, "film", graph), "video")
