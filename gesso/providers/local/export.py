"""Files for others, by libvips and Pillow."""

from collections.abc import AsyncIterator, Callable, Sequence

from gesso.catalog import Context
from gesso.imaging import brand, picture
from gesso.imaging.seal import UNSEALED, Seal
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import filed, megapixels
from gesso.ops.branded import Stamped
from gesso.ops.export import Compress, Convert
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
    seal = await ctx.seal(request)
    done = await ctx.compute(converted, request, image.data, await _marks(request, ctx), seal)
    if done.facts.get("as_it_was"):
        ctx.say("In this format it is small already: the picture is as it was.")
    _advise(request, done, ctx)
    yield done


def converted(request: Convert, data: bytes, marks: Sequence[bytes] = (), seal: Seal = UNSEALED) -> Media:
    """In a worker process."""
    return filed.made(request, data, over=_drawn(request, marks, seal), seal=seal)


@provider.offers(
    Compress,
    model="formats",
    title="Formats (offline)",
    seconds=lambda request, sources: 0.4 + (0.35 if request.target_kb else 0.2) * megapixels(request, sources),
    lane="cpu",
)
async def compress(request: Compress, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    seal = await ctx.seal(request)
    done = await ctx.compute(compressed, request, image.data, await _marks(request, ctx), seal, span=(0.05, 0.9))
    facts = done.facts
    if facts.get("as_it_was"):
        ctx.say("In this format it is small already: the picture is as it was.")
    elif "ssim" in facts:
        ctx.say(
            f"{facts['before'] / 1000:.0f} kB became {facts['bytes'] / 1000:.0f} kB, at quality {facts['quality']}; it "
            f"is {facts['ssim']:.1%} the same to the eye (SSIM)."
        )
    _advise(request, done, ctx)
    yield done


def compressed(request: Compress, data: bytes, marks: Sequence[bytes], seal: Seal, report: Report) -> Media:
    """In a worker process."""
    return filed.made(request, data, over=_drawn(request, marks, seal), report=report, seal=seal)


async def _marks(request: Stamped, ctx: Context) -> list[bytes]:
    return [(await ctx.open(ref)).data for ref in request.marks]


def _drawn(
    request: Convert | Compress, marks: Sequence[bytes], seal: Seal
) -> Callable[[picture.Pixels], picture.Pixels] | None:
    """What draws on a picture before it is encoded: the logo, and the mark that tells of AI."""
    logo = _logo(request, marks)
    if not seal.mark:
        return logo
    return lambda pixels: seal.marked(logo(pixels) if logo else pixels)


def _logo(request: Convert | Compress, marks: Sequence[bytes]) -> Callable[[picture.Pixels], picture.Pixels] | None:
    """What draws the logo on a picture."""
    own = request.own_logo
    if own is None:
        return None
    logo = brand.Logo([picture.load(mark, inside=2048) for mark in marks], own.clear, own.least)
    spot = brand.Spot(request.logo, request.logo_size)
    return lambda pixels: brand.stamped(pixels, logo, spot, request.logo_opacity)


def _advise(request: Convert | Compress, done: Media, ctx: Context) -> None:
    """What was lost on the way, in words."""
    if request.own_logo and done.facts.get("frames"):
        ctx.say("A moving picture gets no logo.")
    if done.facts.get("frames") and done.facts.get("sealed", {}).get("mark"):
        ctx.say("A moving picture gets no mark: say it beside the picture.")
    if done.facts.get("frames_dropped"):
        ctx.say(f"This format shows one picture: {done.facts['frames_dropped']} more frames were left out.")
    if done.facts.get("flattened"):
        ctx.say("JPEG knows no transparency: the picture was laid on the colour.")
    if done.facts.get("hard"):
        ctx.say("A GIF is transparent or not: what is half transparent became one of them.")
    if thinned := done.facts.get("frames_thinned"):
        ctx.say(f"{thinned} frames were left out, so that it fits.")
    if done.facts.get("endless"):
        ctx.say("A moving AVIF plays for ever, however often it played before.")
    if request.metadata == "all" and "location" in done.facts.get("kept", ()):
        ctx.say("The file says where it was taken.")
    if done.facts.get("depth"):
        ctx.say(f"{done.facts['depth']} bits for each colour.")
