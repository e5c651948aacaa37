"""A file as an export asks for it. In a worker process, or wherever one is made without a studio."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, cast

from gesso.imaging import credentials, encode, picture
from gesso.imaging.backdrop import rgb
from gesso.imaging.seal import AI, UNSEALED, Seal
from gesso.kit.media import Media
from gesso.ops.export import Compress, Convert
from gesso.ops.sealed import LABELS

Over = Callable[[picture.Pixels], picture.Pixels]
Report = Callable[[float], None]
Room = Callable[[str], int]

SHOWN: Final[tuple[encode.Format, ...]] = ("jpeg", "png", "gif", "avif")
"""What a browser shows as it does WebP: a file of these is not made larger to become one."""
KINDS: Final[Mapping[str, type[Convert | Compress]]] = {"convert": Convert, "compress": Compress}


def made(
    request: Convert | Compress,
    data: bytes,
    *,
    over: Over | None = None,
    report: Report | None = None,
    seal: Seal = UNSEALED,
) -> Media:
    """The file, with all that the `seal` lays into it: a limit is that of the whole. `over` draws on its picture
    before."""
    most, more = getattr(request, "most", None), 0
    while True:
        file = _file(request, data, over, report, lambda type: seal.room(type) + more)  # noqa: B023
        done = _sealed(data, file, seal)
        if most is None or len(done.data) <= most:
            return done
        # What it said before may have become longer, where more was written beside it.
        more += len(done.data) - most


def alone(request: Convert | Compress, data: bytes) -> Media:
    """The same without a studio. What the file declares of itself goes on with what the request says of it; a studio's
    lineage and its certificate are not here, so nothing is signed. `facts` tell of signed "credentials" that it had."""
    found = credentials.read(data, picture.inspect(data).type)
    source = credentials.declared(found)
    mark, made_by, edited = LABELS[request.ai_words]
    label = made_by if source == "trainedAlgorithmicMedia" else edited if source in AI else ""
    label = "" if request.ai_label == "none" else label
    seal = Seal(
        told=not request.stripped,
        source=source,
        creator=request.creator or str(found.get("creator", "")),
        credit=request.credit or str(found.get("credit", "")),
        alt=request.alt_text or str(found.get("alt", "")),
        alt_by="person" if request.alt_text else "file",
        label=label,
        mark=mark if label and request.ai_label == "mark" else "",
        corner=request.ai_corner,
    )
    done = made(request, data, over=seal.marked if seal.mark else None, seal=seal)
    if done.data == data:
        return done
    facts = {name: value for name, value in done.facts.items() if name != "as_it_was"}
    return replace(done, facts=facts | ({"credentials": found["state"]} if "state" in found else {}))


def _sealed(source: bytes, made: Media, seal: Seal) -> Media:
    before, after = picture.inspect(source), picture.inspect(made.data)
    same = (before.width, before.height) == (after.width, after.height)
    data = seal.on(made.data, made.type, ("converted",) if same else ("converted", "resized"))
    return Media(data, made.type, {**made.facts, **seal.facts(made.type), "bytes": len(data)})


def _file(request: Convert | Compress, data: bytes, over: Over | None, report: Report | None, room: Room) -> Media:
    """Without what is laid into it after, for which `room` is left."""
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
