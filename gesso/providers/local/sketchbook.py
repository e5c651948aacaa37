"""The Sketchbook: a generator without a model. It says so, and says which words it could not draw."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field

from gesso.catalog import Context, Reading
from gesso.catalog.manner import OFFLINE
from gesso.imaging import filters, picture, resize, sketchbook
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import Sources
from gesso.ops.create import Generate
from gesso.ops.fields import ui
from gesso.ops.styled import Styled
from gesso.providers.local import provider


class Sketch(Generate):
    """Paints a composed scene from the words it knows; or a picture anew, in the style and light that they ask for."""

    width: int = Field(1024, ge=64, le=4096, title="Width", json_schema_extra=ui("size", group="shape", unit="px"))
    height: int = Field(1024, ge=64, le=4096, title="Height", json_schema_extra=ui("size", group="shape", unit="px"))


def medium(request: Styled) -> str | None:
    """The style of the Sketchbook in which the request's style is painted."""
    return request.worn.sketchbook if request.worn else None


def lit(request: Any) -> str:
    """The prompt in the brand's words and mood, and in the light and the colours of the request's style, where it names
    none itself."""
    hints = (request.spoken, mood(request) or "", request.worn.hints if request.worn else "")
    return ", ".join(filter(None, hints))


def mood(request: Any) -> str | None:
    """That of the brand's voice, where the prompt has none."""
    voice = request.own_brand.voice if request.own_brand else ""
    return None if not voice or sketchbook.read(request.spoken).mood else sketchbook.read(voice).mood


def developed(pixels: picture.Pixels, request: Any, seed: int, share: float = 1.0) -> picture.Pixels:
    """What was painted, through the filters of the request's style and, by `share`, in the colours of its brand."""
    chain = filters.read(request.worn.filters) if request.worn else ()
    made = filters.apply(pixels, chain, seed=seed) if chain else pixels
    palette = request.own_brand.palette if request.own_brand else ()
    return sketchbook.dyed(made, [sketchbook.Ink(each.colour, each.role) for each in palette], share)


def branded(request: Any, said: Reading) -> Reading:
    """What is made of the request, with what of its brand is painted, and what only a model could heed."""
    brand = request.own_brand
    if brand is None:
        return said
    found = (mood(request),) if mood(request) else ()
    lost = () if found or not brand.voice else (brand.voice,)
    painted = (*said.understood, *(shade.words for shade in brand.palette), *found)
    return replace(said, understood=painted, ignored=(*said.ignored, *lost, *brand.use, *brand.dos))


def seconds(request: Sketch, sources: Sources) -> float:
    each = 1.0 if request.image or request.references else 0.6
    each += 0.15 * (request.worn.filters.count(",") + 1) if request.worn and request.worn.filters else 0
    each += 0.3 if request.own_brand else 0
    return 0.3 + each * request.count * request.width * request.height / 2**20


def read(request: Sketch) -> Reading:
    said = sketchbook.read(request.spoken, style=medium(request))
    understood, ignored = said.understood, said.ignored
    if _starts(request):
        # It repaints what is in the picture, and can put nothing else there.
        understood = tuple(word for word in understood if word not in said.things)
        ignored += said.things + ((f"“{said.lettering}”",) if said.lettering else ())
    elif request.image:
        ignored += ("image",)
    return branded(request, Reading(understood, ignored + (("negative_prompt",) if request.negative_prompt else ())))


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
    hand="rules",
    rank=10,
    styles=OFFLINE,
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
        lit(request),
        request.width,
        request.height,
        seed,
        style=medium(request),
        quality=request.quality,
        start=sketchbook.Start(_loaded(start, request), request.strength) if start is not None else None,
        looks=[
            (picture.load(look, alpha=False, inside=512), reference.weight)
            for look, reference in zip(looks, request.references, strict=True)
        ],
        report=report,
    )
    share = min(1.0, 1.5 * request.strength) if start is not None else 1.0
    return Media(picture.png(developed(pixels, request, seed, share)), "image/png", {"seed": seed})


def _loaded(data: bytes, request: Sketch) -> picture.Pixels:
    """No more of the picture's pixels than the result can show, at premium quality too."""
    facts = picture.inspect(data)
    inside = resize.covering(facts.width, facts.height, request.width * 3 // 2, request.height * 3 // 2)
    return picture.load(data, alpha=False, inside=inside)
