"""Pictures for platforms, by OpenCV, libvips and Pillow: read once, then made and handed out one after the other."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from gesso.catalog import Context
from gesso.imaging import brand, crop, overlay, picture, social
from gesso.imaging.backdrop import rgb
from gesso.imaging.encode import Format as FileType
from gesso.imaging.overlay import Over
from gesso.imaging.seal import UNSEALED, Seal
from gesso.imaging.social import Opened, Target, Way
from gesso.kit.errors import Exhausted, Failed, GessoError, TooLarge
from gesso.kit.media import Media
from gesso.ops import Sources, megapixels
from gesso.ops.social import Override, SocialSet
from gesso.presets import Format
from gesso.providers.local import provider

AT_ONCE = 2
"""How many formats are in the making: while one is stored, the next is made."""


def _seconds(request: SocialSet, sources: Sources) -> float:
    pixels = sum(format.width * format.height for format in request.wanted()) / 1e6
    own = {each.picture for each in request.overrides.values() if each.picture is not None}
    read = megapixels(request, sources) + sum(sources[ref].megapixels for ref in own if ref in sources)
    return 0.5 + 0.04 * read + 0.12 * len(request.formats) + 0.12 * pixels


@provider.offers(SocialSet, model="formats", title="Formats of platforms (offline)", seconds=_seconds, lane="cpu")
async def export(request: SocialSet, ctx: Context) -> AsyncIterator[Media]:
    """What was stored before an interruption isn't made again, and what could not be made is tried again, so that it
    can be told why. Where formats have pictures of their own, one picture after the other is read."""
    with TemporaryDirectory(prefix="gesso-") as folder:
        async with ctx.place(), aclosing(_exported(request, ctx, Path(folder))) as files:
            async for file in files:
                yield file


async def _exported(request: SocialSet, ctx: Context, folder: Path) -> AsyncGenerator[Media]:
    """In the `folder` lies meanwhile what every file is made with."""
    marks = [(await ctx.open(ref)).data for ref in request.marks]
    seal = await asyncio.to_thread((await ctx.seal(request)).spooled, folder)
    known = [facts for facts in await ctx.made() if "format" in facts]
    done = {facts["format"] for facts in known}
    left = [format for format in request.wanted() if format.id not in done]
    missed: dict[str, GessoError] = {}
    if left:
        waiting: deque[tuple[Format, asyncio.Task[Media]]] = deque()
        coming = _read(request, left, seal, ctx, folder)

        async def begin() -> None:
            while len(waiting) < AT_ONCE and (found := await anext(coming, None)) is not None:
                format, box, opened, whose = found
                # Only what it needs goes to the other process.
                near = opened.near(target(format), _way(request, request.says(format), box))
                work = ctx.compute(made, request, near, format, box, marks, whose)
                waiting.append((format, asyncio.create_task(work)))

        try:
            await begin()
            while waiting:
                format, task = waiting.popleft()
                await ctx.progress((len(known) + len(missed)) / len(request.formats), called(format))
                media = None
                try:
                    media = await task
                    known.append(dict(media.facts))
                except (Failed, TooLarge, Exhausted) as error:
                    missed[called(format)] = error
                # While this one is stored, the next are made.
                await begin()
                if not waiting:
                    # With the last output the run ends: all is said before.
                    _advise(request, known, missed, ctx)
                if media is not None:
                    yield media
        finally:
            for _, task in waiting:
                task.cancel()
            await asyncio.gather(*(task for _, task in waiting), return_exceptions=True)
    if missed and len(missed) == len(request.formats):
        raise Failed(" ".join(f"{name}: {why}" for name, why in missed.items()))


async def _read(
    request: SocialSet, formats: Sequence[Format], usual: Seal, ctx: Context, folder: Path
) -> AsyncIterator[tuple[Format, crop.Box | None, Opened, Seal]]:
    """Each format with the picture that it is made of, and what its file is to say. Every picture is read once, and
    not before the formats of the one before are begun."""
    for ref in dict.fromkeys(map(request.shown, formats)):
        those = [format for format in formats if request.shown(format) == ref]
        opened, boxes = await ctx.compute(read, request, (await ctx.open(ref)).data, those)
        seal = usual
        if ref != request.image:
            own = await ctx.seal(request.model_copy(update={"image": ref}))
            seal = await asyncio.to_thread(own.spooled, folder)
            # What the first shows this one shows too, where nobody has said it of it.
            seal = seal if seal.alt else replace(seal, alt=usual.alt, alt_by=usual.alt_by)
        for format, box in zip(those, boxes, strict=True):
            yield format, box, opened, seal


def read(request: SocialSet, data: bytes, formats: Sequence[Format]) -> tuple[Opened, list[crop.Box | None]]:
    """In a worker process: the picture, and where it is cut for each format."""
    facts = picture.inspect(data)
    focus = crop.look(data) if request.looks(formats) else None
    boxes = [request.cut(format, (facts.width, facts.height), focus) for format in formats]
    wanted = [(target(format), box) for format, box in zip(formats, boxes, strict=True)]
    return social.opened(data, wanted, request.metadata), boxes


def made(
    request: SocialSet,
    opened: Opened,
    format: Format,
    box: crop.Box | None,
    marks: Sequence[bytes],
    seal: Seal = UNSEALED,
) -> Media:
    """In a worker process: the file for one format, with all that it says of itself, under the limit."""
    told, place = request.says(format), target(format)
    laid = social.laid(opened, place, _way(request, told, box))
    over = _over(request, told, [picture.load(mark, inside=2048) for mark in marks], seal)
    pixels, drawn = overlay.drawn(laid.pixels, place, over)
    if request.show_zones:
        pixels = overlay.zones(pixels, place)
    did = tuple(_deeds(opened, laid, bool(drawn)))
    room = cache(seal.room)
    more = 0
    while True:
        file = social.saved(
            pixels,
            place,
            file=told.file or "auto",
            level=request.quality,
            about=opened.about,
            ground=rgb(request.pad_colour),
            smaller=request.smaller,
            room=lambda type: room(type) + more,  # noqa: B023
        )
        data = seal.on(file.data, file.type, did)
        if format.max_bytes is None or len(data) <= format.max_bytes:
            break
        # What is signed may be a little longer than what was measured.
        more += len(data) - format.max_bytes
    facts = {
        "format": format.id,
        "platform": format.platform,
        "title": format.title,
        "called": called(format),
        **({"picture": str(told.picture)} if told.picture is not None else {}),
        "box": [round(share, 6) for share in laid.box.shares(opened.size)],
        "padded": laid.padded,
        "enlarged": round(laid.enlarged, 3),
        "limit": format.max_bytes,
        **({"overlay": drawn} if drawn else {}),
        **({"zones": True} if request.show_zones else {}),
        **opened.facts,
        **file.facts,
        **seal.facts(file.type),
        "bytes": len(data),
    }
    return Media(data, file.type, facts)


def _way(request: SocialSet, told: Override, box: crop.Box | None) -> Way:
    return Way(box, told.small or "pad", told.pad or "blur", rgb(request.pad_colour))


def _deeds(opened: Opened, laid: social.Laid, drawn: bool) -> Iterator[str]:
    """What was done, as C2PA calls it."""
    if (laid.box.width, laid.box.height) != opened.size:
        yield "cropped"
    yield "resized"
    if drawn or laid.padded:
        yield "edited"
    yield "converted"


def target(format: Format) -> Target:
    safe = format.safe
    return Target(
        format.width,
        format.height,
        cast(tuple[FileType, ...], format.types),
        format.max_bytes,
        (safe.top, safe.bottom, safe.left, safe.right),
        tuple((zone.x, zone.y, zone.width, zone.height) for zone in format.zones),
        format.round,
    )


def called(format: Format) -> str:
    return f"{format.platform_title} {format.title}"


def _over(request: SocialSet, told: Override, marks: Sequence[picture.Pixels], seal: Seal) -> Over:
    texts = [
        overlay.Text(text.text, text.font, text.size, rgb(text.colour), told.text_place or text.place, text.behind)
        for text in told.texts or ()
    ]
    own, wanted = request.own_logo, request.watermark
    logo, mark = None, None
    if own is not None and marks:
        logo = brand.Logo(marks, own.clear, own.least)
    if wanted is not None:
        text = wanted.text.strip()
        mark = overlay.Watermark(
            text, None if text or not marks else marks[0], wanted.opacity, wanted.size, wanted.tiled, wanted.place
        )
        if not text:
            # The logo is the watermark, and does not stand in a corner as well.
            logo = None
    spot = brand.Spot(told.logo_place or request.logo, request.logo_size)
    return Over(texts, logo, spot, request.logo_opacity, mark, seal.mark, seal.corner, request.anywhere)


def _advise(
    request: SocialSet, known: Sequence[Mapping[str, Any]], missed: Mapping[str, GessoError], ctx: Context
) -> None:
    """What was done beyond cutting, in words; first what was not done at all."""
    for name, why in missed.items():
        told = why.facts
        if "least" in told:
            ctx.say(
                f"{name} was not made: as {told['type'].upper()} it has {told['least']} at the least, and "
                f"{told['most']} are allowed."
            )
        elif "times" in told:
            ctx.say(f"{name} was not made: the picture would have to be enlarged {told['times']} times.")
        else:
            ctx.say(f"{name} was not made. {why}")

    def those(said: Any) -> str:
        return ", ".join(facts["called"] for facts in known if said(facts))

    if names := those(lambda facts: facts["enlarged"] > 1):
        ctx.say(f"The picture was enlarged for: {names}.")
    wants = {format.id: format for format in request.wanted()}
    if names := those(lambda facts: facts["padded"] and request.says(wants[facts["format"]]).crop != "fit"):
        ctx.say(f"The picture is too small and got filled edges for: {names}. It can be enlarged instead.")
    if names := those(lambda facts: facts.get("flattened")):
        ctx.say(f"Transparency was laid on the colour for: {names}.")
    if names := those(lambda facts: facts.get("instead")):
        ctx.say(f"The type that you chose is not taken there, so it is another for: {names}.")
    if names := those(lambda facts: facts["scale"] != 1):
        ctx.say(f"To stay under the limit it has fewer pixels for: {names}.")
    if names := those(lambda facts: facts["ssim"] < 0.9):
        ctx.say(f"The limit costs quality that can be seen for: {names}.")
    if names := those(lambda facts: any(each.get("tiny") for each in facts.get("overlay", ()))):
        ctx.say(f"The text is very small for: {names}.")
    if any(facts.get("frames_dropped") for facts in known):
        ctx.say("It moves, and only its first frame was taken.")
    if request.show_zones:
        ctx.say("What the apps cover is drawn in: do not publish these.")
