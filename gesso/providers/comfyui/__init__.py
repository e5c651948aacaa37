"""A ComfyUI server of one's own: the studio's graphs, with the models that lie there. Facts: its versions 0.3.64, 0.38.

A job's id is chosen and kept here before it is sent, so that a line that broke is no question: the server is asked
whether it has it. Nothing is paid, so what it has forgotten (it was started again) may be made anew.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Any, Final, cast
from urllib.parse import urlencode
from uuid import uuid4

import httpx2
from pydantic import BaseModel, BeforeValidator, Field

from gesso.catalog import ADDRESS, MACHINE, Checked, Context, Offer, Provider, Reading
from gesso.catalog.finish import Frame, sent, sent_mask, sized
from gesso.catalog.wire import Answer, Wire
from gesso.dialects.narrowed import Faithful, Filled, Started
from gesso.dialects.openai import names, sides
from gesso.imaging import picture
from gesso.kit.errors import Cancelled, GessoError, Invalid, Refused, Retry, Undecided
from gesso.kit.media import Media, extension
from gesso.ops import Size, Sources

Graph = dict[str, Any]


class Settings(BaseModel):
    """What such a server must be told. It wants no key."""

    url: str = Field(
        pattern="^https?://",
        title="Address",
        description="Where it answers: http://127.0.0.1:8188, say.",
        json_schema_extra=ADDRESS,
    )
    checkpoints: Annotated[str, BeforeValidator(names)] = Field(
        min_length=1, title="Checkpoints", description="Files of its models/checkpoints, with commas between."
    )
    upscalers: Annotated[str, BeforeValidator(names)] = Field(
        "", title="Upscalers", description="Files of its models/upscale_models, with commas between."
    )
    poll_seconds: float = Field(0.7, gt=0, json_schema_extra=MACHINE)
    patience_seconds: float = Field(3600, gt=0, json_schema_extra=MACHINE)


provider = Provider("comfyui", "ComfyUI", Settings, site="https://www.comfy.org")
STEPS: Final = {"draft": 12, "standard": 24, "premium": 40}
SMALL: Final = Frame(least=256, most=1024, area=640 * 640)
LARGE: Final = Frame(least=512, most=2048, area=1024 * 1024)
"""What models of the family of SD 1.5, and of SDXL, were trained to draw."""
UPSCALED: Final = Frame(least=16, most=4096, area=4_200_000)
FORGOTTEN: Final = 6
"""How many looks in a row find a job nowhere, until it is said to be forgotten."""


def line_to(told: Settings, http: httpx2.AsyncClient) -> Wire:
    return Wire("The ComfyUI server", http, told.url, refusal=refusal, pause=min(1.0, told.poll_seconds))


def refusal(line: Wire, answer: Answer) -> GessoError:
    """What an answer of status 400 and above means: in a graph, of its first node that is wrong."""
    try:
        told = answer.json()
        error = told.get("error") or {}
        said = f"{error.get('message', '')} {error.get('details', '')}"
        for node in (told.get("node_errors") or {}).values():
            fault = node["errors"][0]
            said = f"{node.get('class_type', '')}: {fault.get('message', '')} {fault.get('details', '')}"
            break
        if error.get("type") == "missing_node_type":
            named = (error.get("extra_info") or {}).get("class_type", "")
            return Refused(f"The ComfyUI server has no node {named}. Install the extension that has it.")
    except (ValueError, AttributeError, KeyError, IndexError, TypeError):
        said = ""
    return line.fault(answer, said)


@provider.checks
async def alive(told: Settings, http: httpx2.AsyncClient) -> Checked:
    line = replace(line_to(told, http), looks=2)
    system = (await line.ask("GET", "/system_stats")).json().get("system")
    if not isinstance(system, Mapping):
        raise Refused("This address answers, but not as ComfyUI does.")
    info = await told_of(line, {"CheckpointLoaderSimple", "UpscaleModelLoader"})
    has = choices(info["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"]) or []
    if strange := [name for name in told.checkpoints.split(", ") if name not in has]:
        known = ", ".join(has[:20]) or "none"
        return Checked(f"It answers, but has no checkpoint {strange[0]}. It has: {known}.")
    return Checked("It answers, and has the models.")


# --- graphs


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath("graphs", f"{name}.json").read_text("utf-8")


def graph(name: str, **told: Any) -> Graph:
    """A graph with its inputs filled in: `ks__steps=20` is input `steps` of node `ks`."""
    found: Graph = json.loads(_file(name))
    for place, value in told.items():
        node, _, field = place.partition("__")
        found[node]["inputs"][field] = value
    return found


async def told_of(line: Wire, classes: Iterable[str]) -> dict[str, Any]:
    """What the server says of these classes of nodes."""

    async def one(name: str) -> tuple[str, Any]:
        return name, (await line.ask("GET", f"/object_info/{name}")).json().get(name)

    return dict(await asyncio.gather(*(one(name) for name in classes)))


def choices(rule: Any) -> list[str] | None:
    """What an input may be, where it is one of some; old servers and new ones say it in two ways."""
    if isinstance(rule[0], list):
        return rule[0]
    if rule[0] == "COMBO":
        return list((rule[1] if len(rule) > 1 else {}).get("options", []))
    return None


def fitting(wanted: Graph, info: Mapping[str, Any]) -> None:
    """Raises Refused where the server cannot carry out the graph, with what it lacks."""
    for node in wanted.values():
        kind, rules = node["class_type"], info.get(node["class_type"])
        if not rules:
            raise Refused(f"The ComfyUI server has no node {kind}. Install the extension that has it, or update it.")
        takes = {**rules["input"].get("required", {}), **rules["input"].get("optional", {})}
        if missing := [name for name in rules["input"].get("required", {}) if name not in node["inputs"]]:
            raise Refused(f"The ComfyUI server's {kind} also wants {missing[0]}; the studio does not know it.")
        for name, value in node["inputs"].items():
            rule = takes.get(name)
            if rule is None:
                raise Refused(f"The ComfyUI server's {kind} has no input {name}.")
            if isinstance(value, list):
                gives = info[wanted[value[0]]["class_type"]]["output"][value[1]]
                if gives != rule[0] and "*" not in (gives, rule[0]):
                    raise Refused(f"The ComfyUI server's {kind} takes {rule[0]} as {name}, not {gives}.")
                continue
            may = choices(rule)
            # What was just uploaded is in no list yet.
            uploads = len(rule) > 1 and rule[1].get("image_upload")
            if may is not None and not uploads and value not in may:
                has = ", ".join(may[:12]) or "none"
                raise Refused(f"The ComfyUI server has no {name} “{value}”. Put it into its folder. It has: {has}.")


# --- a job


async def uploaded(line: Wire, media: Media) -> str:
    """The name of a picture that was put into the server's input folder; the same picture has the same name."""
    name = f"{sha256(media.data).hexdigest()[:20]}.{extension(media.type)}"
    sending = {
        "image": (name, media.data, media.type),
        "subfolder": (None, "gesso"),
        "type": (None, "input"),
        "overwrite": (None, "true"),
    }
    told = (await line.ask("POST", "/upload/image", files=sending)).json()
    return f"{told['subfolder']}/{told['name']}" if told.get("subfolder") else str(told["name"])


async def made(ctx: Context, step: str, wanted: Graph, pictures: Mapping[str, Media]) -> Media:
    """What the graph saves first. `pictures` go into the nodes of these names."""
    settings = ctx.settings(Settings)
    line = line_to(settings, ctx.http)

    async def number() -> str:
        return str(uuid4())

    ticket = await ctx.once(step, number)
    if not await has(line, ticket):
        for node, media in pictures.items():
            wanted[node]["inputs"]["image"] = await uploaded(line, media)
        wanted["save"]["inputs"]["filename_prefix"] = f"gesso/{ticket[:13]}"
        fitting(wanted, await told_of(line, {node["class_type"] for node in wanted.values()}))
        await submit(line, ticket, wanted)
    try:
        outputs = await done(ctx, line, ticket, settings)
    except Cancelled:
        await line.ask("POST", "/queue", json={"delete": [ticket]})
        await line.ask("POST", "/interrupt", json={"prompt_id": ticket})
        raise
    named = next((image for node in outputs.values() for image in node.get("images", ())), None)
    if named is None:
        raise Refused("The ComfyUI server finished without a picture.")
    asked = urlencode({name: named.get(name, "") for name in ("filename", "subfolder", "type")})
    data = (await line.ask("GET", f"/view?{asked}")).content
    type = picture.sniff(data[:64])
    if type is None or not type.startswith("image/"):
        raise Refused("The ComfyUI server sent no picture.")
    return Media(data, type)


async def submit(line: Wire, ticket: str, wanted: Graph) -> None:
    for _ in range(line.looks):
        try:
            told = (await line.buy("/prompt", json={"prompt": wanted, "prompt_id": ticket})).json()
        except (httpx2.TransportError, Undecided, ValueError):
            await asyncio.sleep(line.pause)
            if await has(line, ticket):
                return
            continue
        if told.get("node_errors"):
            raise refusal(line, httpx2.Response(400, json=told))
        return
    raise Retry("The ComfyUI server cannot be reached just now.")


async def has(line: Wire, ticket: str) -> bool:
    return await place_of(line, ticket) is not None or bool(await history(line, ticket))


async def history(line: Wire, ticket: str) -> Any:
    return (await line.ask("GET", f"/history/{ticket}")).json().get(ticket)


async def place_of(line: Wire, ticket: str) -> int | None:
    """How many jobs are before this one; None where it is not in the queue. It works at place 0."""
    queue = (await line.ask("GET", "/queue")).json()
    running = [item[1] for item in queue["queue_running"]]
    waiting = [item[1] for item in sorted(queue["queue_pending"], key=lambda item: item[0])]
    if ticket in running:
        return 0
    return len(running) + waiting.index(ticket) if ticket in waiting else None


async def done(ctx: Context, line: Wire, ticket: str, settings: Settings) -> dict[str, Any]:
    misses = 0

    async def look() -> dict[str, Any] | None:
        nonlocal misses
        if found := await history(line, ticket):
            return cast(dict[str, Any], found)
        place = await place_of(line, ticket)
        misses = misses + 1 if place is None else 0
        if misses >= FORGOTTEN:
            raise Refused("The ComfyUI server has forgotten this, as after a new start. Run it again.")
        if ctx.cancelled():
            raise Cancelled("Stopped.")
        return None

    found = await line.wait(look, every=settings.poll_seconds, most=settings.patience_seconds)
    status = found.get("status") or {}
    if status.get("status_str") == "error":
        for event, told in status.get("messages", ()):
            if event == "execution_error":
                said = line.plain(f"{told.get('node_type', '')}: {told.get('exception_message', '')}")
                raise Refused(f"The ComfyUI server could not make it. {said}")
        raise Refused("Somebody stopped this at the ComfyUI server.")
    return dict(found.get("outputs") or {})


# --- offers


class Enlarged(Faithful):
    """Sent whole."""

    def check(self, sources: Sources) -> None:
        super().check(sources)
        source = sources.get(self.image)
        if source and not fits(source.width, source.height):
            message = "this is sent to the server whole; it may have four megapixels"
            raise Invalid(f"image: {message}.", fields=[{"field": "image", "message": message, "kind": "misfit"}])


def fits(width: int, height: int) -> bool:
    return UPSCALED.fits(width, height) == (width, height)


def frame_of(checkpoint: str) -> Frame:
    return LARGE if "xl" in checkpoint.lower() else SMALL


def short(file: str) -> str:
    return file.replace("\\", "/").rpartition(".")[0].replace("/", "-") or file


@provider.tells
def offers(told: Settings) -> Iterable[Offer[Any]]:
    shelf = Provider(provider.name, provider.title)
    for checkpoint in told.checkpoints.split(", "):
        draws(shelf, checkpoint)
        fills(shelf, checkpoint)
    for upscaler in filter(None, told.upscalers.split(", ")):
        enlarges(shelf, upscaler)
    return shelf.listed


def draws(shelf: Provider, checkpoint: str) -> None:
    name = short(checkpoint)

    @shelf.offers(Started, model=name, title=name, seconds=lambda request, sources: 15 * request.count)
    async def generate(request: Started, ctx: Context) -> AsyncIterator[Media]:
        width, height = sides(request.width, request.height, frame_of(checkpoint))
        prompt = f"{request.prompt}, {request.style.replace('_', ' ')} style" if request.style else request.prompt
        told: dict[str, Any] = {
            "ckpt__ckpt_name": checkpoint,
            "pos__text": prompt,
            "neg__text": request.negative_prompt,
            "ks__steps": STEPS[request.quality],
        }
        pictures: dict[str, Media] = {}
        if request.image is not None:
            source = await ctx.open(request.image)
            pictures["img"] = await ctx.compute(sent, source.data, LARGE, size=(width, height))
            told["ks__denoise"] = max(0.05, request.strength)
        else:
            told |= {"lat__width": width, "lat__height": height}
        for index in range(ctx.done, request.count):
            await ctx.progress(index / request.count)
            seed = (request.seed if request.seed is not None else uuid4().int % 2**32) + index
            wanted = graph("vary" if pictures else "generate", ks__seed=seed, **told)
            found = await made(ctx, f"picture {index}", wanted, pictures)
            yield await ctx.compute(sized, found, (request.width, request.height))


def fills(shelf: Provider, checkpoint: str) -> None:
    name = short(checkpoint)

    @shelf.offers(Filled, model=name, title=f"{name} inpaint", seconds=lambda request, sources: 15)
    async def inpaint(request: Filled, ctx: Context) -> AsyncIterator[Media]:
        source, marks = await ctx.open(request.image), await ctx.open(request.mask)
        own = source.facts["width"], source.facts["height"]
        size: Size = sides(*own, frame_of(checkpoint))
        sending = await ctx.compute(sent, source.data, LARGE, size=size)
        mask = await ctx.compute(sent_mask, marks.data, size, request.feather)
        wanted = graph("inpaint", ckpt__ckpt_name=checkpoint, pos__text=request.prompt, ks__seed=request.seed or 0)
        found = await made(ctx, "inpaint", wanted, {"img": sending, "msk": Media(mask, "image/png")})
        yield await ctx.compute(sized, found, own, said=False, whole=True)


def enlarges(shelf: Provider, upscaler: str) -> None:
    name = short(upscaler)

    def read(request: Enlarged) -> Reading:
        return Reading(ignored=tuple(field for field in ("prompt", "denoise") if getattr(request, field)))

    @shelf.offers(Enlarged, model=name, title=name, seconds=lambda request, sources: 20, read=read)
    async def enlarge(request: Enlarged, ctx: Context) -> AsyncIterator[Media]:
        source = await ctx.open(request.image)
        sending = await ctx.compute(sent, source.data, UPSCALED)
        found = await made(ctx, "enlarge", graph("upscale", um__model_name=upscaler), {"img": sending})
        goal = request.goal(source.facts["width"], source.facts["height"])[1]
        yield await ctx.compute(sized, found, goal, whole=True)
