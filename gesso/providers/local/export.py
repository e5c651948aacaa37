"""Files for others, by libvips and Pillow."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import cast

from gesso.catalog import Context
from gesso.imaging import brand, encode, picture
from gesso.imaging.backdrop import rgb
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import megapixels
from gesso.ops.branded import Stamped
from gesso.ops.export import PRESETS, Compress, Convert
from gesso.providers.local import provider


@provider.offers(
    Convert,
    model="formats",
    title="Formats (offline)",
    seconds=lambda request, sources: 0.2 + (0.25 if request.format == "avif" else 0.13) * megapixels(request, sources),
    lane="cpu",
)
async def convert(request: Convert, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    done = await ctx.compute(converted, request, image.data, await _marks(request, ctx))
    _advise(request, done, ctx)
    yield done


def converted(request: Convert, data: bytes, marks: Sequence[bytes] = ()) -> Media:
    """In a worker process."""
    made = encode.convert(
        data,
        request.format,
        level=request.quality,
        keep=request.metadata,
        ground=rgb(request.background),
        long=request.long,
        over=_logo(request, marks),
    )
    return Media(made.data, made.type, made.facts)


@provider.offers(
    Compress,
    model="formats",
    title="Formats (offline)",
    seconds=lambda request, sources: 0.4 + (0.35 if request.target_kb else 0.2) * megapixels(request, sources),
    lane="cpu",
)
async def compress(request: Compress, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    done = await ctx.compute(compressed, request, image.data, await _marks(request, ctx), span=(0.05, 0.9))
    facts = done.facts
    if facts.get("as_it_was"):
        ctx.say("In this format it is small already: the file is as it was.")
    else:
        ctx.say(
            f"{facts['before'] / 1000:.0f} kB became {facts['bytes'] / 1000:.0f} kB, at quality {facts['quality']}; it "
            f"is {facts['ssim']:.1%} the same to the eye (SSIM)."
        )
    _advise(request, done, ctx)
    yield done


def compressed(request: Compress, data: bytes, marks: Sequence[bytes], report: Report) -> Media:
    """In a worker process."""
    preset = PRESETS[request.preset]
    made = encode.compress(
        data,
        cast(encode.Format, request.format or preset["format"]),
        most=request.target_kb * 1000 if request.target_kb else preset.get("most"),
        level=preset["level"],
        keep=request.metadata,
        smaller=request.smaller,
        long=preset.get("long"),
        ground=rgb(request.background),
        report=report,
        over=_logo(request, marks),
    )
    return Media(made.data, made.type, made.facts)


async def _marks(request: Stamped, ctx: Context) -> list[bytes]:
    return [(await ctx.open(ref)).data for ref in request.marks]


def _logo(request: Convert | Compress, marks: Sequence[bytes]) -> Callable[[picture.Pixels], picture.Pixels] | None:
    """What draws the logo on a picture."""
    own = request.own_logo
    if own is None:
        return None
    logo = brand.Logo([picture.load(mark, inside=2048) for mark in marks], own.clear, own.least)
    spot = brand.Spot(request.logo, request.logo_size)
    return lambda pixels: brand.stamped(pixels, logo, spot, request.logo_opacity)


def _advise(request: Stamped, done: Media, ctx: Context) -> None:
    """What was lost on the way, in words."""
    if request.own_logo and done.facts.get("frames"):
        ctx.say("A moving picture gets no logo.")
    if done.facts.get("frames_dropped"):
        ctx.say(f"This format shows one picture: {done.facts['frames_dropped']} more frames were left out.")
    if done.facts.get("flattened"):
        ctx.say("JPEG knows no transparency: the picture was laid on the colour.")
    if done.facts.get("depth"):
        ctx.say(f"{done.facts['depth']} bits for each colour.")
