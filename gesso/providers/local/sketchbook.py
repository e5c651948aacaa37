"""The Sketchbook: a generator without a model. It says so, and says which words it could not draw."""

from collections.abc import AsyncIterator

from pydantic import Field, field_validator

from gesso.catalog import Context, Reading
from gesso.imaging import picture, sketchbook
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops.create import Generate
from gesso.ops.fields import ui
from gesso.providers.local import provider

STYLES = [
    {"value": name, "title": style.title, "picture": f"/styles/{name}.webp"}
    for name, style in sketchbook.STYLES.items()
]


class Sketch(Generate):
    """Paints a composed scene from the words it knows."""

    width: int = Field(1024, ge=256, le=4096, title="Width", json_schema_extra=ui("size", group="shape", unit="px"))
    height: int = Field(1024, ge=256, le=4096, title="Height", json_schema_extra=ui("size", group="shape", unit="px"))
    style: str | None = Field(
        None,
        title="Style",
        description="How it is painted. None: as the prompt says, else painterly.",
        json_schema_extra=ui("styles", options=STYLES) | {"examples": list(sketchbook.STYLES)},
    )

    @field_validator("style")
    @classmethod
    def _known(cls, style: str | None) -> str | None:
        if style is not None and style not in sketchbook.STYLES:
            raise ValueError(f"no style is named {style!r}; styles: {', '.join(sketchbook.STYLES)}")
        return style


def seconds(request: Sketch) -> float:
    return 0.4 + 1.5 * request.count * request.width * request.height / 2**20


def read(request: Sketch) -> Reading:
    said = sketchbook.read(request.prompt, style=request.style)
    unused = tuple(name for name in ("negative_prompt", "image", "references") if getattr(request, name))
    return Reading(said.understood, said.ignored + unused)


@provider.offers(
    Sketch,
    model="sketchbook",
    title="Sketchbook (offline, procedural)",
    seconds=seconds,
    read=read,
    lane="cpu",
    rank=10,
)
async def generate(request: Sketch, ctx: Context) -> AsyncIterator[Media]:
    for index in range(ctx.done, request.count):
        span = (index / request.count, (index + 0.95) / request.count)
        await ctx.progress(span[0], f"Painting {index + 1} of {request.count}")
        yield await ctx.compute(paint, request, index, span=span)


def paint(request: Sketch, index: int, report: Report) -> Media:
    """In a worker process: picture number `index`, from seed + index, as PNG."""
    seed = ((request.seed or 0) + index) % 2**32
    pixels = sketchbook.paint(
        request.prompt,
        request.width,
        request.height,
        seed,
        style=request.style,
        quality=request.quality,
        report=report,
    )
    return Media(picture.png(pixels), "image/png", {"seed": seed})
