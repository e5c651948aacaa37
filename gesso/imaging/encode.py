"""Files for others: a format, a size in bytes, and what comes along of the metadata.

Pixels leave in sRGB unless their own profile is asked for. A file is deterministic: the same pixels, format and
metadata give the same bytes. A picture that is grey, or has few colours, is stored as one where the format can.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal, cast

import cv2
import numpy as np
import pyvips
from PIL import ExifTags, Image, ImageFile

from gesso.imaging import credentials, packets, picture, quality, reel, resize
from gesso.imaging.picture import Pixels, Source
from gesso.kit.errors import Failed, TooLarge

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
LOSSLESS: Final = frozenset(("png", "webp", "avif", "tiff"))
"""The formats that can keep every pixel."""
_NO_ALPHA: Final = frozenset(("jpeg",))
_WHOLE: Final = frozenset(("tiff",))
"""The formats that have but one quality."""
_RANGE: Final = {"jpeg": (25, 95), "webp": (20, 95), "avif": (20, 90)}
_COLOURS: Final = (256, 192, 128, 96, 64, 48, 32, 24, 16)
_SIDES: Final = (1.0, 0.85, 0.7, 0.58, 0.48, 0.4, 0.33, 0.27, 0.22)
_THINNED: Final = (*((side, 1) for side in _SIDES[:5]), (0.48, 2), (0.4, 2), (0.33, 3), (0.27, 4), (0.22, 6))
"""Of an animation: how large it is, and of how many frames one is left."""
_LEVELS: Final = {"gif": (0, 15, 30, 45, 60, 75, 90), "png": (1, 15, 30, 50, 70, 89, 100)}
_MOVING: Final = (20, 30, 40, 50, 60, 70, 80, 90)
"""The qualities that are tried: an animation takes long to write."""
_LAID_OUT: Final = (
    *(254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291, 292, 293),
    *(297, 317, 320, 321, 322, 323, 324, 325, 330, 332, 333, 334, 336, 338, 339, 340, 341, 347, 512, 513, 514),
    *(529, 530, 531, 532, 700, 34_675),
)
"""What a TIFF says of how its pixels lie in it; no other file may say the same."""
_DEEP: Final = frozenset(("png", "tiff"))
_SHARP: Final = 24
"""Levels by which colours at edges are off when every four pixels share one: more than in a photo is seen."""
_room: Final = Lock()
"""Held while Pillow's room for a file, which is one for the whole process, is another."""


@dataclass(frozen=True)
class Metadata:
    """What a file says beside its pixels. `said` are the names of what is kept, `dropped` of what is not."""

    exif: bytes = b""
    xmp: bytes = b""
    said: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """How a file is written.

    level     1..100, the quality of a lossy format.
    keep      which metadata.
    ground    what JPEG, which knows no transparency, is laid on.
    lossless  every pixel as it is, in WebP and AVIF too.
    profile   the picture's own colour profile stays, and its numbers with it, where the format has room for it.
    moving    an animation stays one where the format can; else its first frame is the picture.
    deep      16 bits stay 16 in PNG and TIFF.
    """

    level: int = 85
    keep: Keep = "safe"
    ground: tuple[int, int, int] = (255, 255, 255)
    lossless: bool = False
    profile: bool = False
    moving: bool = True
    deep: bool = False


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
    for tag in _LAID_OUT:
        exif.pop(tag, None)
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
    lossless: bool = False,
    icc: bytes = b"",
) -> bytes:
    """The file of a picture (H, W, 3 or 4). `level` 1..100 is the quality of a lossy format; JPEG, which knows no
    transparency, is laid on `ground`; `colours` 1..256 makes a PNG or GIF of a palette."""
    xmp, exif = about.xmp or None, about.exif or None
    more = {"icc_profile": icc} if icc else {}
    match format:
        case "jpeg":
            return _jpeg(picture.flat(pixels, ground), level, picture.carried(xmp, exif) | more)
        case "png":
            image = narrow(pixels)
            if colours and image.mode in ("RGB", "RGBA", "LA", "L") and not _few(image, colours):
                return picture.palette_png(_opaque(pixels), colours=colours, xmp=xmp, exif=exif)
            return picture.saved(image, "PNG", compress_level=6, **picture.png_info(xmp, exif), **more)
        case "webp":
            picture.longest(pixels, 16_383, "WebP")
            how = {"quality": level, "method": 4, "lossless": lossless, "exact": lossless}
            return picture.saved(Image.fromarray(_opaque(pixels)), "WEBP", **how, **picture.carried(xmp, exif), **more)
        case "avif":
            return _avif(_opaque(pixels), level, lossless, about, icc)
        case "gif":
            return _gif(pixels, colours or 256)
        case "tiff":
            image = narrow(pixels)
            if "transparency" in image.info:
                image = Image.fromarray(np.ascontiguousarray(pixels))
            return picture.saved(image, "TIFF", compression="tiff_adobe_deflate", **picture.carried(None, exif), **more)


def narrow(pixels: Pixels) -> Image.Image:
    """The picture in the narrowest way of Pillow's that holds each pixel as it is: black and white, grey, a palette,
    without alpha that says nothing."""
    pixels = _opaque(pixels)
    grey = _grey(pixels)
    if pixels.shape[2] == 3 and grey and bool(((pixels[..., 0] == 0) | (pixels[..., 0] == 255)).all()):
        return Image.fromarray(np.ascontiguousarray(pixels[..., 0])).convert("1", dither=Image.Dither.NONE)
    found = _colours(pixels)
    if found is not None and (not grey or pixels.shape[2] == 4 or len(found) <= 16):
        return _paletted(pixels, found)
    if grey:
        return Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] == 3 else pixels[..., (0, 3)]))
    return Image.fromarray(np.ascontiguousarray(pixels))


def _opaque(pixels: Pixels) -> Pixels:
    """Without an alpha that hides nothing."""
    if pixels.shape[2] == 4 and bool((pixels[..., 3] == 255).all()):
        return np.ascontiguousarray(pixels[..., :3])
    return np.ascontiguousarray(pixels)


def _packed(pixels: Pixels) -> Any:
    """Each pixel as one number, its alpha highest, so that the transparent ones come first."""
    wide = pixels.astype(np.uint32)
    alpha = wide[..., 3] if pixels.shape[2] == 4 else np.uint32(255)
    return (alpha << 24) | (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]


def _colours(pixels: Pixels) -> Any:
    """The colours of a picture that has no more than 256 of them, in order; else None."""
    found = np.unique(_packed(pixels[:: max(1, pixels.shape[0] // 16)]))
    for top in range(0, pixels.shape[0], 256):
        if len(found) > 256:
            return None
        found = np.union1d(found, _packed(pixels[top : top + 256]))
    return found if len(found) <= 256 else None


def _paletted(pixels: Pixels, colours: Any) -> Image.Image:
    image = Image.fromarray(np.searchsorted(colours, _packed(pixels)).astype(np.uint8), "L")
    image.putpalette(b"".join(bytes((int(one) >> 16 & 255, int(one) >> 8 & 255, int(one) & 255)) for one in colours))
    alphas = bytes(int(one) >> 24 for one in colours).rstrip(b"\xff")
    if alphas:
        image.info["transparency"] = alphas
    return image


def _few(image: Image.Image, colours: int) -> bool:
    return image.mode == "L" and colours >= 256


def sharp(pixels: Pixels) -> bool:
    """Whether it has coloured edges, as drawings and writing have, that are smeared when four pixels share a
    colour."""
    chroma = cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2YCrCb)[..., 1:]
    height, width = chroma.shape[:2]
    if min(height, width) < 2:
        return True
    small = cv2.resize(chroma, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    off = cv2.absdiff(chroma, cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))
    return float((np.asarray(off) > _SHARP).any(axis=2).mean()) > 0.005


def _grey(pixels: Pixels) -> bool:
    first = pixels[..., 0]
    return bool((first == pixels[..., 1]).all() and (first == pixels[..., 2]).all())


def _jpeg(pixels: Pixels, level: int, more: dict[str, Any]) -> bytes:
    picture.longest(pixels, 65_500, "JPEG")
    if _grey(pixels):
        image, sampling = Image.fromarray(np.ascontiguousarray(pixels[..., 0])), {}
    else:
        fine = level >= 90 or sharp(pixels)
        image, sampling = Image.fromarray(pixels), {"subsampling": "4:4:4" if fine else "4:2:0"}
    # Progressive is a few per cent smaller, and shows the whole picture from the first bytes on. It is written at one
    # go, and Pillow leaves it a byte a pixel: too little for a photo with grain.
    with _room:
        usual = ImageFile.MAXBLOCK
        ImageFile.MAXBLOCK = usual + 4 * image.width * image.height + sum(map(len, more.values()))
        try:
            return picture.saved(
                image, "JPEG", quality=min(95, level), progressive=True, optimize=True, **sampling, **more
            )
        finally:
            ImageFile.MAXBLOCK = usual


def _avif(pixels: Pixels, level: int, lossless: bool, about: Metadata, icc: bytes) -> bytes:
    picture.longest(pixels, 16_384, "AVIF")
    if not lossless:
        sampling = "4:4:4" if level >= 90 or sharp(pixels) else "4:2:0"
        # One thread: with more the bytes depend on the machine.
        how = {"quality": level, "speed": 8, "max_threads": 1, "subsampling": sampling}
        more = picture.carried(about.xmp or None, about.exif or None) | ({"icc_profile": icc} if icc else {})
        return picture.saved(Image.fromarray(pixels), "AVIF", **how, **more)
    image = _with(pyvips.Image.new_from_array(pixels, interpretation="srgb"), about, icc)
    with picture.writing("AVIF"):
        return bytes(image.heifsave_buffer(compression="av1", lossless=True, effort=2, keep="all"))


def _with(image: Any, about: Metadata, icc: bytes = b"") -> Any:
    """With what is said beside its pixels, and nothing else."""
    image = image.copy()
    for name in ("exif-data", "xmp-data", "iptc-data", "icc-profile-data"):
        image.remove(name)
    for name, blob in (("exif-data", about.exif), ("xmp-data", about.xmp), ("icc-profile-data", icc)):
        if blob:
            image.set_type(pyvips.GValue.blob_type, name, blob)
    return image


def _gif(pixels: Pixels, colours: int) -> bytes:
    picture.longest(pixels, 65_535, "GIF")
    image = narrow(pixels)
    if image.mode == "P" and (alphas := image.info.get("transparency", b"")):
        # Its transparency is all or nothing: then it stays as it is, where one colour stands for it.
        if len(alphas) == 1 and alphas[0] == 0 and len(image.getpalette() or ()) // 3 <= colours:
            image.info["transparency"] = 0
            return picture.saved(image, "GIF", transparency=0)
    elif image.mode == "P" and len(image.getpalette() or ()) // 3 <= colours:
        return picture.saved(image, "GIF")
    elif image.mode == "1" or (image.mode == "L" and colours >= 256):
        return picture.saved(image.convert("L"), "GIF")
    return picture.gif(_opaque(pixels), colours=colours)


def _deep(source: Source, facts: picture.Facts, format: Format, size: tuple[int, int], about: Metadata) -> bytes:
    """A PNG or TIFF of 16 bits."""
    with picture.reading(facts.type):
        image = picture.deep(source)
        if size != (image.width, image.height):
            across, down = size[0] / image.width, size[1] / image.height
            if image.hasalpha():
                image = image.premultiply(max_alpha=65535)
                image = image.resize(across, vscale=down).unpremultiply(max_alpha=65535).rint().cast("ushort")
            else:
                image = image.resize(across, vscale=down)
        image = _with(image, about)
        if format == "png":
            return bytes(image.pngsave_buffer(compression=6, keep="all"))
        return bytes(image.tiffsave_buffer(compression="deflate", predictor="horizontal", keep="all"))


def convert(
    source: Source,
    format: Format,
    *,
    way: Way | None = None,
    size: tuple[int, int] | None = None,
    over: Over | None = None,
    **how: Any,
) -> Encoded:
    """The picture in another format, of this `size` in pixels; on a still, `over` draws then. `facts` say what became
    of it: "frames" of an animation, "flattened" transparency, "depth" that was lost, "kept" and "dropped" metadata.
    `how` is what is otherwise in the `Way`."""
    way = replace(way or Way(), **how)
    facts = picture.inspect(source)
    size = size or (facts.width, facts.height)
    said = _carriable(metadata(source, way.keep), format)
    own = source if isinstance(source, bytes) else Path(source).read_bytes()
    before = {"before": len(own)}
    if _plays(facts, format, way):
        film = reel.read(source, facts)
        data = _film(film.sized(*_no_larger(size, film.size)), format, way, said)
        told = _lost_of_film(facts, film, format, said) | before
    elif way.deep and format in _DEEP and facts.bits == 16 and facts.space in ("srgb", "grey") and over is None:
        if format == "tiff" and said.exif:
            said = replace(said, exif=b"", said=(), dropped=(*said.dropped, "exif"))
        data = _deep(source, facts, format, size, said)
        told = {"kept": list(said.said), "dropped": list(said.dropped), "bits": 16} | before
    else:
        icc = _profile(source, format, way)
        pixels = _drawn(_sized(source, facts, size, managed=not icc), over)
        data = still(pixels, format, level=way.level, about=said, ground=way.ground, lossless=way.lossless, icc=icc)
        told = _lost(facts, pixels, format, said) | before | ({"profile": True} if icc else {})
    same = _same(facts, format, way, said, size, over, lossless=way.lossless) and not credentials.told(own)
    if same and len(data) >= len(own):
        return Encoded(own, TYPES[format], told | {"as_it_was": True, "bytes": len(own)})
    return Encoded(data, TYPES[format], told | {"bytes": len(data)})


def _same(
    facts: picture.Facts, format: Format, way: Way, said: Metadata, size: tuple[int, int], over: Over | None,
    lossless: bool = False,
) -> bool:  # fmt: skip
    """Whether the file as it came is what is asked for: quality that is gone does not come back."""
    colours = way.profile or not facts.icc
    frames = facts.pages == 1 or (reel.moves(facts) and way.moving)
    asked = facts.type == TYPES[format] and size == (facts.width, facts.height) and facts.orientation == 1
    return asked and colours and frames and not said.dropped and over is None and not (lossless and format == "jpeg")


def _plays(facts: picture.Facts, format: Format, way: Way) -> bool:
    return way.moving and format in reel.FORMATS and reel.moves(facts)


def _profile(source: Source, format: Format, way: Way) -> bytes:
    return picture.profile(source) if way.profile and format != "gif" else b""


def _no_larger(size: tuple[int, int], own: tuple[int, int]) -> tuple[int, int]:
    return min(size[0], own[0]), min(size[1], own[1])


def _film(film: reel.Reel, format: Format, way: Way, about: Metadata) -> bytes:
    kind = cast(reel.Format, format)
    return reel.written(film, kind, level=way.level, lossless=way.lossless, exif=about.exif, xmp=about.xmp)


def _sized(source: Source, facts: picture.Facts, size: tuple[int, int], *, managed: bool = True) -> Pixels:
    """The pixels of a picture in this size."""
    width, height = size
    shrinks = width <= facts.width and height <= facts.height
    pixels = picture.load(source, inside=max(size) if shrinks else None, managed=managed)
    if pixels.shape[1::-1] == size:
        return pixels
    if width <= pixels.shape[1] and height <= pixels.shape[0]:
        return resize.reduce(pixels, width, height)
    if width * height > picture.MAX_PIXELS:
        raise TooLarge(f"{width} x {height} is more than {picture.MAX_PIXELS // 1_000_000} megapixels.")
    return resize.straight(
        np.asarray(cv2.resize(resize.premultiplied(pixels), size, interpolation=cv2.INTER_LANCZOS4), np.float32)
    )


def _drawn(pixels: Pixels, over: Over | None) -> Pixels:
    return over(pixels) if over else pixels


def _lost(facts: picture.Facts, pixels: Pixels, format: Format, about: Metadata) -> dict[str, Any]:
    """What of the picture the file no longer has, and which metadata it has and has not."""
    told: dict[str, Any] = {"kept": list(about.said), "dropped": list(about.dropped)}
    if facts.pages > 1:
        told["frames_dropped"] = facts.pages - 1
    if pixels.shape[2] == 4 and (pixels[..., 3] < 255).any():
        if format in _NO_ALPHA:
            told["flattened"] = True
        elif format == "gif" and ((pixels[..., 3] > 0) & (pixels[..., 3] < 255)).any():
            told["hard"] = True
    if facts.bits > 8:
        told["depth"] = f"{facts.bits} → 8"
    return told


def _lost_of_film(facts: picture.Facts, film: reel.Reel, format: Format, about: Metadata) -> dict[str, Any]:
    told: dict[str, Any] = {"kept": list(about.said), "dropped": list(about.dropped), "frames": len(film.times)}
    if format == "avif" and film.plays:
        told["endless"] = True
    if facts.bits > 8:
        told["depth"] = f"{facts.bits} → 8"
    return told


def _carriable(about: Metadata, format: Format) -> Metadata:
    """What of it the format has room for: a GIF for none, a TIFF, as written here, for EXIF's first page alone."""
    lost = {"gif": ("exif", "xmp", "location"), "tiff": ("xmp", "location")}.get(format, ())
    if format == "jpeg":
        # One segment holds no more of each.
        full = ("exif", "location") if len(about.exif) > packets.SEGMENT else ()
        lost = (*full, *(("xmp",) if len(about.xmp) > packets.MOST_IN_JPEG else ()))
    gone = tuple(name for name in about.said if name in lost)
    kept = tuple(name for name in about.said if name not in lost)
    exif = b"" if "exif" in lost else about.exif
    if format == "tiff" and exif:
        page = Image.Exif()
        page.load(exif)
        for other in (ExifTags.IFD.GPSInfo, ExifTags.IFD.Exif, ExifTags.IFD.Interop):
            page.pop(other, None)
        exif = page.tobytes()
    return Metadata(exif, b"" if "xmp" in lost else about.xmp, kept, about.dropped + gone)


def compress(
    source: Source,
    format: Format,
    *,
    most: int | None = None,
    room: int = 0,
    smaller: bool = True,
    way: Way | None = None,
    size: tuple[int, int] | None = None,
    report: Report | None = None,
    over: Over | None = None,
    also: Sequence[Format] = (),
    **how: Any,
) -> Encoded:
    """The picture in at most `most` bytes, of the best quality that fits; without `most` of the way's level. Of
    these bytes, `room` are left for what is laid into the file after. `over` draws on it before.

    Quality goes down first, then, where `smaller` allows it, the size in pixels and the frames of an animation.
    `facts`: "quality", "scale", "ssim" (to the uncompressed picture of that size), "bytes" and "before", or
    "as_it_was" for a file that is small already, in this format or one of those that will do `also`. Failed where no
    allowed way is small enough.
    """
    way = replace(way or Way(level=80), **how)
    say = report or (lambda share: None)
    facts = picture.inspect(source)
    size = size or (facts.width, facts.height)
    said = _carriable(metadata(source, way.keep), format)
    own = source if isinstance(source, bytes) else Path(source).read_bytes()
    kinds = {TYPES[each]: each for each in (format, *also)}
    kind = kinds.get(facts.type, format)
    same = _same(facts, kind, way, said, size, over, lossless=way.lossless)
    stays = same and len(own) + room <= (most or len(own) + room)
    # Nor is kept what was signed for other bytes, or told in a way that is not looked through here.
    stays = stays and not credentials.told(own)
    as_it_was = Encoded(own, TYPES[kind], {"as_it_was": True, "bytes": len(own), "ssim": 1.0, "scale": 1.0})
    if _plays(facts, format, way):
        film = reel.read(source, facts)
        told = _lost_of_film(facts, film, format, said) | {"before": len(own)}
        made = _film_within(film.sized(*_no_larger(size, film.size)), format, way, said, most, room, smaller, say)
    else:
        icc = _profile(source, format, way)
        pixels = _drawn(_sized(source, facts, size, managed=not icc), over)
        told = _lost(facts, pixels, format, said) | {"before": len(own)} | ({"profile": True} if icc else {})
        made = _still_within(pixels, format, way, said, icc, most, room, smaller, say)
    if stays and len(made.data) >= len(own):
        return replace(as_it_was, facts=told | as_it_was.facts)
    return replace(made, facts=told | made.facts)


def _still_within(
    pixels: Pixels,
    format: Format,
    way: Way,
    about: Metadata,
    icc: bytes,
    most: int | None,
    room: int,
    smaller: bool,
    say: Report,
) -> Encoded:
    made = fitted(
        pixels,
        format,
        most=most - room if most else None,
        level=100 if most else way.level,
        about=about,
        ground=way.ground,
        smaller=smaller,
        lossless=way.lossless,
        icc=icc,
        report=say,
    )
    if isinstance(made, Encoded):
        return made
    raise _unfit(most or 0, room, format, made, smaller)


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
    lossless: bool = False,
    icc: bytes = b"",
    report: Report | None = None,
) -> Encoded | int:
    """The file of these very pixels, of quality `level`; where that has more than `most` bytes, of the best below it
    that fits (of a PNG or GIF: in fewer and fewer colours), down to `least`, and then, where it may be `smaller`, of
    fewer pixels. `facts` are "quality", "scale", "ssim" and "bytes". Where nothing fits, the bytes of the smallest."""
    about, found = _carriable(about, format), 0
    height, width = pixels.shape[:2]
    for step, scale in enumerate(_SIDES if smaller else _SIDES[:1]):
        size = max(1, round(width * scale)), max(1, round(height * scale))
        now = pixels if scale == 1 else resize.reduce(pixels, *size)
        made = _largest(now, format, most, about, ground, top=level, least=least, lossless=lossless, icc=icc)
        if report is not None:
            report((step + 1) / len(_SIDES))
        if isinstance(made, tuple):
            shown = picture.flat(now, ground) if format in _NO_ALPHA else now
            return Encoded(made[0], TYPES[format], _report(shown, made[0], made[1], scale, icc))
        found = made
        if min(size) <= 16:
            break
    return found


def _unfit(most: int, room: int, format: Format, least: int, smaller: bool) -> Failed:
    return Failed(
        f"It does not fit into {most / 1000:.0f} kB: as {format.upper()}, the smallest that is allowed has "
        f"{(least + room) / 1000:.0f} kB. Choose a higher limit, another format"
        f"{'.' if smaller else ', or let it become smaller in pixels.'}"
        f"{f' {room / 1000:.0f} kB of it are its content credentials.' if room else ''}"
    )


def _film_within(
    film: reel.Reel, format: Format, way: Way, about: Metadata, most: int | None, room: int, smaller: bool, say: Report
) -> Encoded:
    """As for a still. The first size that can be small enough is looked for by halves, then the best quality in it."""

    def ended(data: bytes, now: reel.Reel, level: int, scale: float, step: int) -> Encoded:
        made = reel.read(data, picture.inspect(data)) if picture.inspect(data).pages > 1 else None
        alike = reel.alike(now, made) if made is not None and made.size == now.size else None
        left = {"frames": len(now.times), "frames_thinned": len(film.times) - len(now.times)} if step > 1 else {}
        told = {"quality": level, "scale": scale, "bytes": len(data)} | left
        return Encoded(data, TYPES[format], told | ({"ssim": round(alike, 4)} if alike is not None else {}))

    if most is None:
        return ended(_film(film, format, way, about), film, way.level, 1.0, 1)
    levels = (100,) if way.lossless and format != "gif" else _LEVELS.get(format, _MOVING)
    sizes = _THINNED if smaller else _THINNED[:1]
    width, height = film.size
    tries = least = 0

    def tried(place: int, level: int) -> tuple[bytes, reel.Reel]:
        nonlocal tries
        tries += 1
        say(tries / (tries + 3))
        scale, step = sizes[place]
        now = film.every(step).sized(max(1, round(width * scale)), max(1, round(height * scale)))
        return _film(now, format, replace(way, level=level), about), now

    def first(floor: int) -> int | None:
        """The first size in which the quality of this place fits."""
        nonlocal least
        low, high, fits = 0, len(sizes), None
        while low < high:
            middle = (low + high) // 2 if tries else low
            data, _ = tried(middle, levels[floor])
            if len(data) + room <= most:
                fits = high = middle
            else:
                low, least = middle + 1, len(data)
        return fits

    # Smaller looks better than coarse; the coarsest is for what fits in no other way.
    under = len(levels) // 3 if smaller else 0
    place = first(under)
    if place is None and under:
        under, place = 0, first(0)
    if place is None:
        raise _unfit(most, room, format, least, smaller)
    best, now = tried(place, levels[under])
    over = len(levels)
    while over - under > 1:
        middle = (under + over) // 2
        data, _ = tried(place, levels[middle])
        if len(data) + room <= most:
            best, under = data, middle
        else:
            over = middle
    return ended(best, now, levels[under], *sizes[place])


def _at(
    pixels: Pixels,
    format: Format,
    level: int,
    about: Metadata,
    ground: tuple[int, int, int],
    lossless: bool = False,
    icc: bytes = b"",
) -> bytes:
    """The file at a quality 1..100; where a format has none, fewer colours stand for less quality."""
    if format in ("png", "gif") and level < 100 and not lossless:
        colours = _COLOURS[min(len(_COLOURS) - 1, (99 - level) * len(_COLOURS) // 100)]
        return still(pixels, format, about=about, colours=colours, icc=icc)
    return still(pixels, format, level=level, about=about, ground=ground, lossless=lossless, icc=icc)


def _largest(
    pixels: Pixels,
    format: Format,
    most: int | None,
    about: Metadata,
    ground: tuple[int, int, int],
    top: int = 100,
    least: int = 1,
    lossless: bool = False,
    icc: bytes = b"",
) -> tuple[bytes, int] | int:
    """The file of the highest quality up to `top` that fits, and that quality; the bytes of the smallest, of quality
    `least` or what is the lowest in this format, where none does."""
    low, high = _RANGE.get(format, (1, 100))
    low, high = max(low, least), min(high, top)
    levels = [100] if lossless else [each for each in _levels(format) if low <= each <= high] or [high]
    data = _at(pixels, format, levels[-1], about, ground, lossless, icc)
    if most is None or len(data) <= most:
        return data, levels[-1]
    if len(levels) == 1:
        return len(data)
    data = _at(pixels, format, levels[0], about, ground, lossless, icc)
    if len(data) > most:
        return len(data)
    best, fits, fails = (data, levels[0]), 0, len(levels) - 1
    while fails - fits > 1:
        middle = (fits + fails) // 2
        data = _at(pixels, format, levels[middle], about, ground, lossless, icc)
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


def _report(pixels: Pixels, data: bytes, level: int, scale: float, icc: bytes = b"") -> dict[str, Any]:
    made = picture.load(data, managed=not icc)
    one, other = picture.flat(pixels), picture.flat(made)
    if max(one.shape[:2]) > 1024:
        one, other = resize.fit(one, 1024), resize.fit(other, 1024)
    return {
        "quality": level,
        "scale": scale,
        "bytes": len(data),
        "ssim": round(float(np.clip(quality.ssim(other, one), 0, 1)), 4),
    }
