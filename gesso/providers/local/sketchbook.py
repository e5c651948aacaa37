"""The Sketchbook: a generator without a model. It says so, and says which words it could not draw."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from pydantic import Field, field_validator

from gesso.catalog import Context, Reading
from gesso.imaging import picture, resize, sketchbook
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import Sources
from gesso.ops.create import Generate
from gesso.ops.fields import ui
from gesso.providers.local import provider

STYLES = [
    {"value": name, "title": style.title, "picture": f"/styles/{name}.webp"}
    for name, style in sketchbook.STYLES.items()
]


STYLE: Any = Field(
    None,
    title="Style",
    description="How it is painted. None: as the prompt says, else painterly.",
    json_schema_extra=ui("styles", options=STYLES) | {"examples": list(sketchbook.STYLES)},
)


def known(style: str | None) -> str | None:
    """The style, where the Sketchbook has it."""
    if style is not None and style not in sketchbook.STYLES:
        raise ValueError(f"no style is named {style!r}; styles: {', '.join(sketchbook.STYLES)}")
    return style


class Sketch(Generate):
    """Paints a composed scene from the words it knows; or a picture anew, in the style and light that they ask for."""

    width: int = Field(1024, ge=256, le=4096, title="Width", json_schema_extra=ui("size", group="shape", unit="px"))
    height: int = Field(1024, ge=256, le=4096, title="Height", json_schema_extra=ui("size", group="shape", unit="px"))
    style: str | None = STYLE
    _style = field_validator("style")(known)


def seconds(request: Sketch, sources: Sources) -> float:
    each = 1.0 if request.image or request.references else 0.6
    return 0.3 + each * request.count * request.width * request.height / 2**20


def read(request: Sketch) -> Reading:
    said = sketchbook.read(request.prompt, style=request.style)
    understood, ignored = said.understood, said.ignored
    if _starts(request):
        # It repaints what is in the picture, and can put nothing else there.
        understood = tuple(word for word in understood if word not in said.things)
        ignored += said.things + ((f"“{said.lettering}”",) if said.lettering else ())
    elif request.image:
        ignored += ("image",)
    return Reading(understood, ignored + (("negative_prompt",) if request.negative_prompt else ()))


def _starts(request: Sketch) -> bool:
    """Whether the picture that is named is painted anew, and not a scene."""
    return request.image is not None and request.strength < 1


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
    start = await ctx.open(request.image) if request.image is not None and _starts(request) else None
    looks = [(await ctx.open(reference.image)).data for reference in request.references]
    if start is not None and _crops(request, start):
        ctx.say(f"The start picture was cropped to the shape of {request.width} x {request.height}.")
    for index in range(ctx.done, request.count):
        span = (index / request.count, (index + 0.95) / request.count)
        await ctx.progress(span[0], f"Painting {index + 1} of {request.count}")
        yield await ctx.compute(paint, request, index, start and start.data, looks, span=span)


def _crops(request: Sketch, start: Media) -> bool:
    """Whether more than a sliver of the start picture lies outside the shape that is asked for."""
    shape = start.facts["width"] * request.height / (start.facts["height"] * request.width)
    return not 0.97 < shape < 1.03


def paint(request: Sketch, index: int, start: bytes | None, looks: Sequence[bytes], report: Report) -> Media:
    """In a worker process: picture number `index`, from seed + index, as PNG."""
    seed = ((request.seed or 0) + index) % 2**32
    pixels = sketchbook.paint(
        request.prompt,
        request.width,
        request.height,
        seed,
        style=request.style,
        quality=request.quality,
        start=sketchbook.Start(_loaded(start, request), request.strength) if start is not None else None,
        looks=[
            (picture.load(look, alpha=False, inside=512), reference.weight)
            for look, reference in zip(looks, request.references, strict=True)
        ],
        report=report,
    )
    return Media(picture.png(pixels), "image/png", {"seed": seed})


def _loaded(data: bytes, request: Sketch) -> picture.Pixels:
    """No more of the picture's pixels than the result can show, at premium quality too."""
    facts = picture.inspect(data)
    inside = resize.covering(facts.width, facts.height, request.width * 3 // 2, request.height * 3 // 2)
    return picture.load(data, alpha=False, inside=inside)
