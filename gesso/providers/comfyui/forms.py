"""The form of a graph of one's own, and how it is carried out."""

from collections.abc import AsyncIterator
from copy import deepcopy
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, cast

import numpy as np
from pydantic import Field as Asked
from pydantic import StringConstraints, create_model

from gesso.catalog import Context, Provider
from gesso.catalog.finish import sent, sent_mask
from gesso.catalog.limits import Frame
from gesso.imaging import picture
from gesso.kit.media import Media
from gesso.ops.fields import ImageRef, MaskRef, Seed, ui
from gesso.ops.workflow import OwnWorkflow
from gesso.providers.comfyui.graph import Graph
from gesso.providers.comfyui.own import ALPHA, Field, Own
from gesso.providers.comfyui.server import made

ALL_OF_IT: Final = Frame()


def carries_out(shelf: Provider, own: Own) -> None:
    @shelf.offers(form_of(own.model_dump_json()), model=own.name, title=own.title, seconds=lambda request, sources: 30)
    async def carry_out(request: OwnWorkflow, ctx: Context) -> AsyncIterator[Media]:
        files = await made(ctx, "graph", await filled(request, own, ctx))
        for media in files[ctx.done : own.results]:
            yield media


@lru_cache(512)
def form_of(told: str) -> type[OwnWorkflow]:
    """The request of a graph, made once: offers are read anew at every look."""
    own = Own.model_validate_json(told)
    fields = {field.name: _asked(field) for field in own.fields}
    kind = create_model("Own_" + own.name.replace("-", "_"), __base__=OwnWorkflow, **cast(Any, fields))
    kind.__doc__ = OwnWorkflow.__doc__
    kind.seeds = tuple(field.name for field in own.fields if field.kind == "seed")
    kind.results = own.results
    if any("Video" in node["class_type"] for node in own.graph.values()):
        kind.makes = "video"
    return kind


def _asked(field: Field) -> tuple[Any, Any]:
    """A field as pydantic takes it."""
    default: Any = field.default
    told: dict[str, Any] = {"title": field.title}
    match field.kind:
        case "image":
            return ImageRef, Asked(**told)
        case "mask":
            if field.input == ALPHA:
                return MaskRef | None, Asked(None, **told)
            return MaskRef, Asked(**told)
        case "seed":
            return Seed | None, Asked(None, **told)
        case "prompt" | "text":
            widget = ui("prompt" if field.name == "prompt" else "text")
            text = Annotated[str, StringConstraints(max_length=10_000)]
            return text, Asked(str(default or ""), json_schema_extra=widget, **told)
        case "switch":
            return bool, Asked(bool(default), json_schema_extra=ui("switch"), **told)
        case "choice":
            names = field.choices or (str(default),)
            shown = [{"value": name, "title": name} for name in names]
            return cast(Any, Literal)[names], Asked(str(default), json_schema_extra=ui("select", options=shown), **told)
        case "size":
            least, most = max(16, int(field.least or 0)), min(8192, int(field.most or 8192))
            widget = ui("size", group="shape", unit="px")
            return int, Asked(int(default or 512), ge=least, le=most, json_schema_extra=widget, **told)
        case "whole":
            told |= {"ge": field.least, "le": field.most, "json_schema_extra": ui("number", step=1)}
            return int, Asked(int(default or 0), **told)
        case _:
            told |= {"ge": field.least, "le": field.most, "json_schema_extra": ui("number", step=0.05)}
            return float, Asked(float(default or 0), **told)


async def filled(request: OwnWorkflow, own: Own, ctx: Context) -> Graph:
    """The graph with what the form says."""
    graph = Graph(nodes=deepcopy(dict(own.graph)))
    masks = {field.node: getattr(request, field.name) for field in own.fields if field.input == ALPHA}
    for field in own.fields:
        value, inputs = getattr(request, field.name), graph.nodes[field.node]["inputs"]
        match field.kind:
            case "mask" if field.input == ALPHA:
                continue
            case "mask":
                how = inputs.get("channel") == "alpha"
                media = await ctx.compute(masked, (await ctx.open(value)).data, how)
                graph.pictures[field.node, field.input] = media
            case "image":
                source, mask = (await ctx.open(value)).data, masks.get(field.node)
                if mask is None:
                    media = await ctx.compute(sent, source, ALL_OF_IT, alpha=True)
                else:
                    media = await ctx.compute(pierced, source, (await ctx.open(mask)).data)
                graph.pictures[field.node, field.input] = media
            case _:
                inputs[field.input] = value
    return graph


def pierced(source: bytes, marks: bytes) -> Media:
    """In a worker process: a picture that is transparent where its mask is white, as ComfyUI's own page keeps masks."""
    own = picture.load(source, alpha=False)
    grey = picture.load(marks, alpha=False)[..., 0]
    return Media(picture.png(np.dstack([own, 255 - grey])), "image/png")


def masked(marks: bytes, alpha: bool) -> Media:
    """In a worker process: a mask, white where it may change, or transparent there."""
    height, width = picture.load(marks, alpha=False).shape[:2]
    return Media(sent_mask(marks, (width, height), 0, "alpha" if alpha else "white"), "image/png")
