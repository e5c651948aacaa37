"""Files for others: a format, a size in bytes, and what comes along of the metadata.

Pixels leave in sRGB. A file is deterministic: the same pixels, format and metadata give the same bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyvips
from PIL import ExifTags, Image

from gesso.imaging import credentials, picture, quality, resize
from gesso.imaging.picture import Pixels, Source
from gesso.kit.errors import Failed

Format = Literal["jpeg", "png", "webp", "avif", "gif", "tiff"]
Keep = Literal["all", "safe", "none"]
Report = Callable[[float], None]
Over = Callable[[Pixels], Pixels]

TYPES: Final[dict[str, str]] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
    "tiff": "image/tiff",
}
MOVING: Final = frozenset(("gif", "webp"))
"""The formats in which an animation stays one."""
_NO_ALPHA: Final = frozenset(("jpeg",))
_WHOLE: Final = frozenset(("tiff",))
"""The formats that have but one quality."""
_RANGE: Final = {"jpeg": (25, 95), "webp": (20, 95), "avif": (20, 90)}
_COLOURS: Final = (256, 192, 128, 96, 64, 48, 32, 24, 16)
_SIDES: Final = (1.0, 0.85, 0.7, 0.58, 0.48, 0.4, 0.33, 0.27, 0.22)


@dataclass(frozen=True)
class Metadata:
    """What a file says beside its pixels. `said` are the names of what is kept, `dropped` of what is not."""

    exif: bytes = b""
    xmp: bytes = b""
    said: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Encoded:
    """A file, and what was done so that it became one; `facts` are JSON values."""

    data: bytes
    type: str
    facts: dict[str, Any] = field(default_factory=dict)


def metadata(source: Source, keep: Keep) -> Metadata:
    """The metadata of a picture: all, all but where and with what device it was taken ("safe"), or none. Its
    orientation is always upright, as the pixels are."""
    exif, xmp = picture.told(source)
    there = [name for name, found in (("exif", len(exif)), ("xmp", xmp)) if found]
    place = ExifTags.IFD.GPSInfo in exif
    if place:
        there.append("location")
    if keep == "none" or not there:
        return Metadata(dropped=tuple(there))
    dropped = []
    exif.pop(ExifTags.Base.Orientation, None)
    if keep == "safe":
        if place:
            del exif[ExifTags.IFD.GPSInfo]
            dropped.append("location")
        for tag in (ExifTags.Base.Make, ExifTags.Base.Model, ExifTags.Base.Software, ExifTags.Base.HostComputer):
            exif.pop(tag, None)
        camera = exif.get_ifd(ExifTags.IFD.Exif)
        for tag in (ExifTags.Base.BodySerialNumber, ExifTags.Base.LensSerialNumber, ExifTags.Base.CameraOwnerName,
                    ExifTags.Base.MakerNote):  # fmt: skip
            camera.pop(tag, None)
        # XMP may repeat where and with what; it is a free document, so it goes as a whole.
        if xmp:
            dropped.append("xmp")
            xmp = b""
    packed = exif.tobytes() if len(exif) else b""
    said = [name for name in there if name not in dropped and (name != "exif" or packed)]
    return Metadata(packed, xmp, tuple(said), tuple(dropped))


def still(
    pixels: Pixels,
    format: Format,
    *,
    level: int = 85,
    about: Metadata = Metadata(),
    ground: tuple[int, int, int] = (255, 255, 255),
    colours: int = 0,
) -> bytes:
    """The file of a picture (H, W, 3 or 4). `level` 1..100 is the quality of a lossy format; JPEG, which knows no
    transparency, is laid on `ground`; `colours` 1..256 makes a PNG or GIF of a palette."""
    xmp, exif = about.xmp or None, about.exif or None
    match format:
        case "jpeg":
            return picture.jpeg(pixels, quality=min(95, level), background=ground, xmp=xmp, exif=exif)
        case "png" if colours:
            return picture.palette_png(pixels, colours=colours, xmp=xmp, exif=exif)
        case "png":
            return picture.png(pixels, level=6, xmp=xmp, exif=exif)
        case "webp":
            return picture.webp(pixels, quality=level, xmp=xmp, exif=exif)
        case "avif":
            return picture.avif(pixels, quality=level, xmp=xmp, exif=exif)
        case "gif":
            return picture.gif(pixels, colours=colours or 256)
        case "tiff":
            return picture.tiff(pixels, exif=exif)


def moving(source: Source, format: Format, *, level: int = 85, long: int | None = None) -> bytes:
    """An animation as an animation, its frames, times and loops kept; `long` scales it down."""
    with picture.reading(picture.inspect(source).type):
        options: dict[str, Any] = {"n": -1}
        if isinstance(source, bytes):
            image = pyvips.Image.new_from_buffer(source, "", **options)
        else:
            image = pyvips.Image.new_from_file(str(source), **options)
        if long is not None and max(image.width, image.get("page-height")) > long:
            height = image.get("page-height")
            width, tall = picture.within(image.width, height, long)
            pages = [
                image.crop(0, at, image.width, height).thumbnail_image(width, height=tall, size="force")
                for at in range(0, image.height, height)
            ]
            joined = pyvips.Image.arrayjoin(pages, across=1).copy()
            for name in ("delay", "loop", "n-pages"):
                if name in image.get_fields():
                    joined.set_type(image.get_typeof(name), name, image.get(name))
            joined.set_type(pyvips.GValue.gint_type, "page-height", tall)
            image = joined
        if format == "webp":
            return bytes(image.webpsave_buffer(Q=level, effort=4, keep="none"))
        return bytes(image.gifsave_buffer(effort=7, dither=1.0, keep="none"))


def convert(
    source: Source,
    format: Format,
    *,
    level: int = 85,
    keep: Keep = "safe",
    ground: tuple[int, int, int] = (255, 255, 255),
    long: int | None = None,
    over: Over | None = None,
) -> Encoded:
    """The picture in another format, at most `long` pixels; on a still, `over` draws then. `facts` say what became of
    it: "frames" of an animation, "flattened" transparency, "depth" that was lost, "kept" and "dropped" metadata."""
    facts = picture.inspect(source)
    if facts.pages > 1 and facts.type in ("image/gif", "image/webp") and format in MOVING:
        about = metadata(source, "none")
        data = moving(source, format, level=level, long=long)
        return Encoded(data, TYPES[format], {"frames": facts.pages, "kept": [], "dropped": list(about.dropped)})
    pixels = _drawn(picture.load(source, inside=long), over)
    about = _carriable(metadata(source, keep), format)
    data = still(pixels, format, level=level, about=about, ground=ground)
    return Encoded(data, TYPES[format], _lost(facts, pixels, format, about))


def _drawn(pixels: Pixels, over: Over | None) -> Pixels:
    return over(pixels) if over else pixels


def _lost(facts: picture.Facts, pixels: Pixels, format: Format, about: Metadata) -> dict[str, Any]:
    """What of the picture the file no longer has, and which metadata it has and has not."""
    told: dict[str, Any] = {"kept": list(about.said), "dropped": list(about.dropped)}
    if facts.pages > 1:
        told["frames_dropped"] = facts.pages - 1
    if format in _NO_ALPHA and pixels.shape[2] == 4 and (pixels[..., 3] < 255).any():
        told["flattened"] = True
    if facts.bits > 8:
        told["depth"] = f"{facts.bits} → 8"
    return told


def _carriable(about: Metadata, format: Format) -> Metadata:
    """What of it the format has room for: a GIF for none, a TIFF, as written here, for EXIF's first page alone."""
    lost = {"gif": ("exif", "xmp", "location"), "tiff": ("xmp", "location")}.get(format, ())
    gone = tuple(name for name in about.said if name in lost)
    kept = tuple(name for name in about.said if name not in lost)
    exif = b"" if "exif" in lost else about.exif
    if format == "tiff" and exif:
        page = Image.Exif()
        page.load(exif)
        for other in (ExifTags.IFD.GPSInfo, ExifTags.IFD.Exif, ExifTags.IFD.Interop):
            page.pop(other, None)
        exif = page.tobytes()
    return Metadata(exif, b"" if lost else about.xmp, kept, about.dropped + gone)


def compress(
    source: Source,
    format: Format,
    *,
    most: int | None = None,
    room: int = 0,
    level: int = 80,
    keep: Keep = "safe",
    smaller: bool = True,
    long: int | None = None,
    ground: tuple[int, int, int] = (255, 255, 255),
    report: Report | None = None,
    over: Over | None = None,
) -> Encoded:
    """The picture in at most `most` bytes, of the best quality that fits; without `most` of quality `level`. Of
    these bytes, `room` are left for what is laid into the file after. `over` draws on it before.

    Quality goes down first, then, where `smaller` allows it, the size in pixels. `facts`: "quality", "scale", "ssim"
    (to the uncompressed picture of that size), "bytes" and "before", or "as_it_was" for a file that is small already.
    Failed where no allowed way is small enough.
    """
    say = report or (lambda share: None)
    facts = picture.inspect(source)
    pixels = _drawn(picture.load(source, inside=long), over)
    said = _carriable(metadata(source, keep), format)
    own = source if isinstance(source, bytes) else Path(source).read_bytes()
    told = _lost(facts, pixels, format, said) | {"before": len(own)}
    # Quality that is gone does not come back: a file that fits and has nothing to lose is not made larger.
    same = facts.type == TYPES[format] and not said.dropped and facts.pages == 1 and over is None
    stays = same and pixels.shape[:2] == (facts.height, facts.width) and len(own) + room <= (most or len(own) + room)
    # Nor does it keep what was signed for other bytes, or told in a way that is not looked through here.
    stays = stays and not credentials.told(own)

    def ended(data: bytes, now: Pixels, quality: int, scale: float) -> Encoded:
        if stays and len(data) >= len(own):
            return Encoded(own, TYPES[format], told | {"as_it_was": True, "bytes": len(own), "ssim": 1.0, "scale": 1.0})
        return Encoded(data, TYPES[format], told | _report(now, data, quality, scale))

    if most is None:
        return ended(_at(pixels, format, level, said, ground), pixels, level, 1.0)
    least = 0
    for step, scale in enumerate(_SIDES if smaller else _SIDES[:1]):
        height, width = pixels.shape[:2]
        size = max(1, round(width * scale)), max(1, round(height * scale))
        now = pixels if scale == 1 else resize.reduce(pixels, *size)
        found = _largest(now, format, most - room, said, ground)
        say((step + 1) / len(_SIDES))
        if isinstance(found, tuple):
            return ended(found[0], now, found[1], scale)
        least = found + room
        if min(size) <= 16:
            break
    raise Failed(
        f"It does not fit into {most / 1000:.0f} kB: as {format.upper()}, the smallest that is allowed has "
        f"{least / 1000:.0f} kB. Choose a higher limit, another format"
        f"{'.' if smaller else ', or let it become smaller in pixels.'}"
        f"{f' {room / 1000:.0f} kB of it are its content credentials.' if room else ''}"
    )


def fitted(
    pixels: Pixels,
    format: Format,
    *,
    most: int | None = None,
    level: int = 88,
    about: Metadata = Metadata(),
    ground: tuple[int, int, int] = (255, 255, 255),
    smaller: bool = False,
    least: int = 1,
) -> Encoded | int:
    """The file of these very pixels, of quality `level`; where that has more than `most` bytes, of the best below it
    that fits (of a PNG or GIF: in fewer and fewer colours), down to `least`, and then, where it may be `smaller`, of
    fewer pixels. `facts` are "quality", "scale", "ssim" and "bytes". Where nothing fits, the bytes of the smallest."""
    about, found = _carriable(about, format), 0
    for scale in _SIDES if smaller else _SIDES[:1]:
        height, width = pixels.shape[:2]
        size = max(1, round(width * scale)), max(1, round(height * scale))
        now = pixels if scale == 1 else resize.reduce(pixels, *size)
        made = _largest(now, format, most, about, ground, top=level, least=least)
        if isinstance(made, tuple):
            shown = picture.flat(now, ground) if format in _NO_ALPHA else now
            return Encoded(made[0], TYPES[format], _report(shown, made[0], made[1], scale))
        found = made
        if min(size) <= 16:
            break
    return found


def _at(pixels: Pixels, format: Format, level: int, about: Metadata, ground: tuple[int, int, int]) -> bytes:
    """The file at a quality 1..100; where a format has none, fewer colours stand for less quality."""
    if format in ("png", "gif") and level < 100:
        colours = _COLOURS[min(len(_COLOURS) - 1, (99 - level) * len(_COLOURS) // 100)]
        return still(pixels, format, about=about, colours=colours)
    return still(pixels, format, level=level, about=about, ground=ground)


def _largest(
    pixels: Pixels,
    format: Format,
    most: int | None,
    about: Metadata,
    ground: tuple[int, int, int],
    top: int = 100,
    least: int = 1,
) -> tuple[bytes, int] | int:
    """The file of the highest quality up to `top` that fits, and that quality; the bytes of the smallest, of quality
    `least` or what is the lowest in this format, where none does."""
    low, high = _RANGE.get(format, (1, 100))
    low, high = max(low, least), min(high, top)
    levels = [each for each in _levels(format) if low <= each <= high] or [high]
    data = _at(pixels, format, levels[-1], about, ground)
    if most is None or len(data) <= most:
        return data, levels[-1]
    if len(levels) == 1:
        return len(data)
    data = _at(pixels, format, levels[0], about, ground)
    if len(data) > most:
        return len(data)
    best, fits, fails = (data, levels[0]), 0, len(levels) - 1
    while fails - fits > 1:
        middle = (fits + fails) // 2
        data = _at(pixels, format, levels[middle], about, ground)
        if len(data) <= most:
            best, fits = (data, levels[middle]), middle
        else:
            fails = middle
    return best


def _levels(format: Format) -> Sequence[int]:
    """The qualities that differ, from the lowest."""
    if format in _WHOLE:
        return [100]
    if format in ("png", "gif"):
        # The highest of each number of colours, and without loss.
        count = len(_COLOURS)
        return [*sorted(99 - -(-100 * place // count) for place in range(count)), 100]
    return range(1, 101)


def _report(pixels: Pixels, data: bytes, level: int, scale: float) -> dict[str, Any]:
    made = picture.load(data)
    one, other = picture.flat(pixels), picture.flat(made)
    if max(one.shape[:2]) > 1024:
        one, other = resize.fit(one, 1024), resize.fit(other, 1024)
    return {
        "quality": level,
        "scale": scale,
        "bytes": len(data),
        "ssim": round(float(np.clip(quality.ssim(other, one), 0, 1)), 4),
    }
