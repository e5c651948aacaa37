"""A file as an export asks for it. In a worker process, or wherever one is made without a studio."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, cast

from gesso.imaging import encode, picture
from gesso.imaging.backdrop import rgb
from gesso.kit.media import Media
from gesso.ops.export import Compress, Convert

Over = Callable[[picture.Pixels], picture.Pixels]
Report = Callable[[float], None]
Room = Callable[[str], int]

SHOWN: Final[tuple[encode.Format, ...]] = ("jpeg", "png", "gif", "avif")
"""What a browser shows as it does WebP: a file of these is not made larger to become one."""
KINDS: Final[Mapping[str, type[Convert | Compress]]] = {"convert": Convert, "compress": Compress}


def _nothing(type: str) -> int:
    return 0


def made(
    request: Convert | Compress,
    data: bytes,
    *,
    over: Over | None = None,
    report: Report | None = None,
    room: Room = _nothing,
) -> Media:
    """The file; `over` draws on its picture before. `room` tells the bytes that are laid into one of a type after."""
    found = picture.inspect(data)
    size = found.width, found.height
    way = encode.Way(
        keep=request.metadata,
        ground=rgb(request.background),
        lossless=request.lossless and request.format in encode.LOSSLESS,
        profile=request.profile == "keep",
        moving=request.moving,
    )
    if isinstance(request, Convert):
        way = replace(way, level=request.quality, deep=request.deep)
        done = encode.convert(data, request.format, way=way, size=request.fits(size), over=over)
    else:
        format = cast(encode.Format, request.format or request.known["format"])
        done = encode.compress(
            data,
            format,
            most=request.most,
            room=room(encode.TYPES[format]),
            smaller=request.smaller,
            way=replace(way, level=request.quality or request.known["level"]),
            size=request.begins(size),
            report=report,
            over=over,
            also=() if request.format or request.known["format"] != "webp" else SHOWN,
        )
    return Media(done.data, done.type, done.facts)
