"""Pictures of films and parts of sounds, by FFmpeg."""

from collections.abc import AsyncIterator

from gesso.catalog import Context
from gesso.imaging import footage, picture
from gesso.kit.media import Media
from gesso.ops.footage import LONGEST, Snapshot, Soundtrack, Trim
from gesso.providers.local import provider


@provider.offers(Snapshot, model="footage", title="Frame (offline)", seconds=lambda request, sources: 0.5, lane="cpu")
async def still(request: Snapshot, ctx: Context) -> AsyncIterator[Media]:
    video = await ctx.open(request.video)
    yield await ctx.compute(taken, request, video.data)


def taken(request: Snapshot, data: bytes) -> Media:
    """In a worker process: the picture as PNG, so that nothing of it is lost."""
    pixels, at = footage.frame(data, request.seconds)
    return Media(picture.png(pixels), "image/png", {"at": round(at, 4)})


@provider.offers(Soundtrack, model="footage", title="Sound (offline)", seconds=lambda request, sources: 1.0, lane="cpu")
async def heard(request: Soundtrack, ctx: Context) -> AsyncIterator[Media]:
    video = await ctx.open(request.video)
    yield await ctx.compute(all_heard, video.data)


def all_heard(data: bytes) -> Media:
    """In a worker process: all that is heard in a film, as AAC."""
    return Media(footage.cut(data, 0, LONGEST), "audio/mp4")


@provider.offers(
    Trim,
    model="footage",
    title="Cut (offline)",
    seconds=lambda request, sources: 0.4 + 0.01 * min(LONGEST, request.end or 60),
    lane="cpu",
)
async def trim(request: Trim, ctx: Context) -> AsyncIterator[Media]:
    audio = await ctx.open(request.audio)
    yield await ctx.compute(trimmed, request, audio.data)


def trimmed(request: Trim, data: bytes) -> Media:
    """In a worker process: the part as AAC."""
    return Media(footage.cut(data, request.start, request.end or LONGEST), "audio/mp4")
