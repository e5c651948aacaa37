"""Pictures in and out: what a file is, whether it may be read, its pixels, and its bytes again.

Everything that enters the studio passes here. A file is judged by its bytes and never by its name, its size
is known from the header before a single pixel is decoded, and whatever is wrong with it ends in `BadMedia` or
`TooLarge`. Inside the studio a picture is an array: uint8, sRGB, (H, W, 3) RGB or (H, W, 4) RGBA with
straight alpha, upright.

libvips decodes, scales and converts colour, because it streams and shrinks while it decodes. Pillow encodes,
because it writes metadata, and reads BMP, which libvips cannot; pillow-heif reads HEIC, whose decoder libvips comes
without.
"""

import codecs
import contextlib
import io
import logging
import os
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import cv2
import numpy as np
import pyvips
from numpy.typing import NDArray
from PIL import AvifImagePlugin, BmpImagePlugin, Image
from PIL.PngImagePlugin import PngInfo

from gesso.kit.errors import BadMedia, Failed, TooLarge

Source: TypeAlias = str | os.PathLike[str] | bytes
"""A file's path, or the file's bytes."""

Pixels: TypeAlias = NDArray[np.uint8]
"""uint8, sRGB, shape (H, W, 3) RGB or (H, W, 4) RGBA with straight alpha."""

HEAD = 4096
"""Bytes from the start of a file that `sniff` wants to see."""

MAX_PIXELS = 100_000_000

# libvips reports every damaged tile as a warning, beside the error that it raises. The error is enough.
logging.getLogger("pyvips").setLevel(logging.ERROR)


def calm() -> None:
    """Make the imaging libraries behave in a process that reads strangers' files.

    One inner thread each (the pool is the parallelism), no cache of decoded pictures (it would keep the
    memory of the last hundred), and none of the loaders that libvips itself calls unfit for untrusted input,
    but for SVG: we draw our own, and a stranger's is turned away by `sniff` before any loader sees it.
    """
    pyvips.cache_set_max(0)
    pyvips.concurrency_set(1)
    pyvips.block_untrusted_set(True)
    pyvips.operation_block_set("VipsForeignLoadSvg", False)
    cv2.setNumThreads(1)


# --------------------------------------------------------------------------------------------------- sniffing

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
    (b"\0\0\1\0", "image/vnd.microsoft.icon"),
    (b"%PDF-", "application/pdf"),
    (b"PK\3\4", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"glTF\x02\0\0\0", "model/gltf-binary"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ROOT = re.compile(rb"<(?:!doctype\s+)?(?P<name>[a-z][\w:]*)", re.IGNORECASE)
_HTML = frozenset(b"html head body script iframe title style div p a img table".split())


def sniff(head: bytes) -> str | None:
    """The media type that the first bytes of a file speak of, or None where they speak of nothing known.

    `head` is the first `HEAD` bytes or more (fewer where the file is shorter). A name or a declared type
    plays no part. The answer says what the file claims to be, not that the claim holds: `check` tells.
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _sniff_boxes(head)
    if head[:2] == b"BM" and len(head) >= 18 and struct.unpack_from("<I", head, 14)[0] in _BMP_HEADERS:
        return "image/bmp"
    return _sniff_text(head)


def _sniff_boxes(head: bytes) -> str:
    """The type of an ISO base media file: by its major brand, or by the others where that is generic."""
    size = struct.unpack_from(">I", head)[0]
    major, brands = head[8:12], {head[at : at + 4] for at in range(16, min(size, len(head)), 4)}
    if major in (b"avif", b"avis") or (major in (b"mif1", b"msf1") and brands & {b"avif", b"avis"}):
        return "image/avif"
    if major in _HEIC:
        return "image/heic"
    if major == b"qt  ":
        return "video/quicktime"
    return "audio/mp4" if major in (b"M4A ", b"M4B ") else "video/mp4"


def _sniff_text(head: bytes) -> str | None:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text/plain"
    text = head[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text or _CONTROL.search(text):
        return None
    root = _ROOT.match(_past_prolog(text))
    name = root["name"].lower() if root else b""
    if name == b"svg" or name.endswith(b":svg"):
        return "image/svg+xml"
    if name in _HTML:
        return "text/html"
    if text.startswith(b"<?xml"):
        return "application/xml"
    try:
        # The end of a full head may cut a character in two.
        codecs.getincrementaldecoder("utf-8")().decode(text, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return None
    return "text/plain"


def _past_prolog(text: bytes) -> bytes:
    """What follows the declarations and comments that may stand before a document's root or doctype."""
    while True:
        text = text.lstrip()
        for start, end in ((b"<?", b"?>"), (b"<!--", b"-->")):
            if text.startswith(start):
                text = text.partition(end)[2]
                break
        else:
            return text


# ---------------------------------------------------------------------------------------------------- opening

# The loader is chosen by the sniffed type, so that no other loader ever sees the bytes.
_LOADERS = {
    "image/png": "pngload",
    "image/jpeg": "jpegload",
    "image/webp": "webpload",
    "image/gif": "gifload",
    "image/avif": "heifload",
    "image/tiff": "tiffload",
}
READABLE = frozenset({*_LOADERS, "image/bmp", "image/heic"})
"""The media types that `load` can read."""

_SPACES = {
    "srgb": "srgb",
    "rgb": "srgb",
    "rgb16": "srgb",
    "b-w": "grey",
    "grey16": "grey",
    "cmyk": "cmyk",
    "lab": "lab",
    "labs": "lab",
    "scrgb": "linear",
}
_DEPTHS = {"uchar": 8, "char": 8, "ushort": 16, "short": 16, "float": 32, "uint": 32, "int": 32, "double": 64}

_REFUSALS = {
    "image/svg+xml": "This is an SVG drawing. SVG isn't accepted, because it can carry programs.",
    "image/vnd.adobe.photoshop": "This is a Photoshop document.",
    "image/jp2": "This is a JPEG 2000 picture, which cannot be read.",
    "image/jxl": "This is a JPEG XL picture, which cannot be read yet.",
    "image/vnd.microsoft.icon": "This is an icon.",
    "application/pdf": "This is a PDF document.",
    "text/html": "This is a web page, not a picture.",
    "application/xml": "This is an XML document, not a picture.",
    "text/plain": "This is text, not a picture.",
}


@dataclass(frozen=True)
class Facts:
    """What the header of a picture says.

    width, height  pixels, once the picture is upright (after its EXIF orientation).
    pages          frames of an animation or pages of a document, 1 or more.
    alpha          whether any pixel may be transparent.
    bits           per channel, as stored.
    space          "srgb" (any RGB), "grey", "cmyk", "lab", "linear" or "other", as stored.
    icc            whether a colour profile is embedded.
    orientation    EXIF 1..8; 1 is upright.
    """

    type: str
    width: int
    height: int
    pages: int
    alpha: bool
    bits: int
    space: str
    icc: bool
    orientation: int


def inspect(source: Source, *, max_pixels: int = MAX_PIXELS) -> Facts:
    """What a picture is, from its header alone: no pixel is decoded.

    Raises `BadMedia` for what is not a readable picture and `TooLarge` where width x height x pages is more
    than `max_pixels`.
    """
    kind = _kind(source)
    with reading(kind):
        facts = _header(source, kind)
    _limit(facts, max_pixels)
    return facts


def check(source: Source, *, max_pixels: int = MAX_PIXELS) -> Facts:
    """What a picture is, and that every pixel of it can be read.

    Decodes the whole picture (all frames of a GIF or WebP animation, the first page of a TIFF, the still of
    an APNG or AVIF) in a stream and keeps none of it. Raises `BadMedia` for a truncated or damaged one, and
    what `inspect` raises. Formats without a checksum (all but PNG) can hide small damage from any reader.
    Memory stays small for PNG, GIF, TIFF and plain JPEG; WebP, AVIF, BMP, interlaced PNG and progressive JPEG
    are decoded as a whole, at up to 8 bytes a pixel.
    """
    facts = inspect(source, max_pixels=max_pixels)
    every = {"n": -1} if facts.pages > 1 and facts.type in ("image/gif", "image/webp") else {}
    # A JPEG decoder paints over damage and merely warns; a PNG decoder warns of harmless profiles but fails
    # on damage.
    strict = {"fail_on": "warning"} if facts.type == "image/jpeg" else {}
    with reading(facts.type):
        try:
            _open(source, facts.type, **strict, **every).avg()
        except pyvips.Error as error:
            harmless = "Corrupt JPEG data" not in str(error) or "extraneous bytes" in str(error)
            if not strict or not harmless:
                raise
            # Padding between two markers and odd version numbers are warnings too, and hurt nobody.
            _open(source, facts.type).avg()
        if facts.type == "image/gif":
            _walk_gif(source)
    return facts


def load(
    source: Source,
    *,
    max_pixels: int = MAX_PIXELS,
    alpha: bool | None = None,
    inside: int | None = None,
    managed: bool = True,
) -> Pixels:
    """The pixels of a picture: upright, sRGB, 8 bits; the first frame or page where there are several.

    alpha   None keeps transparency where the file has it (RGBA, else RGB); True always gives RGBA; False
            always gives RGB, laid on white.
    inside  scales down, never up, until width and height are at most this many pixels. Far cheaper than
            scaling afterwards: a JPEG or WebP shrinks as it is decoded, and the full picture never lies in
            memory.
    managed False keeps the numbers of an embedded `profile` as they are.

    A profile that cannot be read is ignored. Raises `BadMedia` and `TooLarge` as `inspect` does, and
    `BadMedia` where the pixels end too early.
    """
    facts = inspect(source, max_pixels=max_pixels)
    with reading(facts.type):
        image = _upright(srgb(_shrunk(source, facts, inside), managed=managed), facts.orientation)
        if alpha is False and image.hasalpha():
            image = image.flatten(background=[255, 255, 255])
        elif alpha is True and not image.hasalpha():
            image = image.addalpha()
        pixels: Pixels = image.cast("uchar").numpy()
    return pixels


def tall(source: Source, kind: str) -> Any:
    """All frames of a GIF or a WebP below one another, as libvips has them, in sRGB."""
    return srgb(_open(source, kind, n=-1))


def deep(source: Source, *, max_pixels: int = MAX_PIXELS) -> Any:
    """A picture of 16 bits with all of them, as libvips has it: upright, sRGB or grey."""
    facts = inspect(source, max_pixels=max_pixels)
    image = _upright(_open(source, facts.type), facts.orientation)
    if "icc-profile-data" in image.get_fields():
        with contextlib.suppress(pyvips.Error):
            image = image.icc_transform("srgb", embedded=True, intent="relative", depth=16).copy()
        image = image.copy()
        image.remove("icc-profile-data")
    return image


def profile(source: Source) -> bytes:
    """The colour profile of a picture of RGB; empty where it has none, or another kind of colours."""
    facts = inspect(source)
    if not facts.icc or facts.space != "srgb":
        return b""
    with reading(facts.type):
        return bytes(_open(source, facts.type).get("icc-profile-data"))


def within(width: int, height: int, inside: int) -> tuple[int, int]:
    """Width and height scaled down to fit a square of `inside` pixels: same shape, never larger, never 0."""
    scale = min(1.0, inside / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _kind(source: Source) -> str:
    head = source[:HEAD] if isinstance(source, bytes) else _head(source)
    if not head:
        raise BadMedia("The file is empty. Choose another one.")
    kind = sniff(head)
    if kind in READABLE:
        return kind
    said = _REFUSALS.get(kind or "", "This is not a picture that can be read.")
    raise BadMedia(f"{said} Export it as PNG or JPEG and try again.", kind=kind)


def _head(path: str | os.PathLike[str]) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(HEAD)


@contextmanager
def reading(kind: str) -> Iterator[None]:
    """Turn a decoder's complaint into ours. Its own words hold paths and jargon: they stay in the cause."""
    try:
        yield
    # Pillow reports a malformed header as SyntaxError, and a field that runs out of bytes as struct.error.
    except (pyvips.Error, OSError, EOFError, SyntaxError, ValueError, struct.error) as error:
        if isinstance(error, FileNotFoundError):
            raise
        name = kind.removeprefix("image/").upper()
        raise BadMedia(
            f"This {name} file is damaged or incomplete. Upload it again, or export it anew.", kind=kind
        ) from error


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Turn an encoder's complaint into ours. It would say the same again: nothing of it is for another try."""
    try:
        yield
    # Nothing is written to a disk here: an OSError of Pillow's is its encoder's.
    except (pyvips.Error, OSError, RuntimeError, SyntaxError, SystemError, ValueError, struct.error) as error:
        raise Failed(f"This picture could not be written as {name}: {error}. Choose another format or size.") from error


def _open(source: Source, kind: str, **options: Any) -> Any:
    """A lazy libvips image: only the header has been read."""
    if kind == "image/bmp":
        return _open_bmp(source)
    if kind == "image/heic":
        return _open_heic(source)
    options = {"access": "sequential", "fail_on": "error", **options}
    if isinstance(source, bytes):
        return getattr(pyvips.Image, _LOADERS[kind] + "_buffer")(source, **options)
    return getattr(pyvips.Image, _LOADERS[kind])(os.fspath(source), **options)


def _open_bmp(source: Source) -> Any:
    with _bmp(source) as file:
        pixels = np.asarray(file.convert("RGBA" if file.mode == "RGBA" else "RGB"))
    return pyvips.Image.new_from_array(pixels, interpretation="srgb")


def _open_heic(source: Source) -> Any:
    """Already upright: the container turns its picture itself, whatever its EXIF says."""
    with opened(source) as stream:
        file = _heic(stream)
        image = pyvips.Image.new_from_array(np.asarray(file), interpretation="srgb")
    if profile := file.info.get("icc_profile"):
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


def _heic(stream: BinaryIO) -> Any:
    """Lazy: its size is known, its pixels are read when they are asked for; more than 8 bits become 8."""
    # Imported here, since few files need it and everything that reads pictures would wait for it.
    import pillow_heif

    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DECODE_THREADS = 1
    return pillow_heif.open_heif(stream, convert_hdr_to_8bit=True)


@contextmanager
def _bmp(source: Source) -> Iterator[BmpImagePlugin.BmpImageFile]:
    # The plugin itself rather than Image.open, whose own pixel limit is one number for the whole process.
    with opened(source) as stream, BmpImagePlugin.BmpImageFile(stream) as file:
        yield file


def opened(source: Source) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")


def told(source: Source) -> tuple[Image.Exif, bytes]:
    """The EXIF and the XMP packet of a picture; empty where it has none, or none that can be read."""
    exif, xmp = Image.Exif(), b""
    with contextlib.suppress(OSError, SyntaxError, ValueError, struct.error), opened(source) as stream:
        if sniff(stream.read(HEAD)) == "image/heic":
            stream.seek(0)
            info = _heic(stream).info
            exif.load(info.get("exif") or b"")
        else:
            stream.seek(0)
            with Image.open(stream) as file:
                exif, info = file.getexif(), file.info
        found = info.get("xmp") or b""
        xmp = found.encode() if isinstance(found, str) else bytes(found)
    return exif, xmp


def _header(source: Source, kind: str) -> Facts:
    if kind == "image/bmp":
        with _bmp(source) as file:
            space = "grey" if file.mode in ("1", "L") else "srgb"
            return Facts(kind, *file.size, 1, file.mode == "RGBA", 8, space, False, 1)
    if kind == "image/heic":
        with opened(source) as stream:
            heic = _heic(stream)
            profile, bits = bool(heic.info.get("icc_profile")), int(heic.info.get("bit_depth", 8))
            width, height = heic.size
            return Facts(kind, width, height, 1, bool(heic.has_alpha), bits, "srgb", profile, 1)
    image = _open(source, kind)
    fields = set(image.get_fields())
    orientation = image.get("orientation") if "orientation" in fields else 1
    width, height = (image.height, image.width) if orientation >= 5 else (image.width, image.height)
    pages = image.get("n-pages") if "n-pages" in fields else 1
    if kind in _FRAMES:
        pages = _FRAMES[kind](source)
    return Facts(
        type=kind,
        width=width,
        height=height,
        pages=pages,
        alpha=bool(image.hasalpha()),
        bits=image.get("bits-per-sample") if "bits-per-sample" in fields else _DEPTHS.get(image.format, 8),
        space=_SPACES.get(image.interpretation, "other"),
        icc="icc-profile-data" in fields,
        orientation=orientation,
    )


def _walk_gif(source: Source) -> None:
    """Step over the blocks of a GIF; EOFError where one is cut off. libvips drops a cut frame in silence."""
    with opened(source) as stream:

        def take(size: int) -> bytes:
            taken = stream.read(size)
            if len(taken) < size:
                raise EOFError
            return taken

        def palette(flags: int) -> None:
            if flags & 0x80:
                take(3 << (flags & 7) + 1)

        palette(take(13)[10])
        # Some programs leave out the trailer, and the file just ends after a whole block.
        while (block := stream.read(1)) not in (b"", b";"):
            if block == b",":
                palette(take(9)[8])
            take(1)
            while size := take(1)[0]:
                take(size)


def _apng_frames(source: Source) -> int:
    """The frames that an APNG's `acTL` chunk announces; 1 in a still PNG. libvips does not know of them."""
    with opened(source) as stream:
        stream.seek(8)
        # The chunk must stand before the pixels. A file with more chunks than this ahead of it is no honest
        # APNG.
        for _ in range(200):
            size, name = int.from_bytes(stream.read(4), "big"), stream.read(4)
            if name == b"acTL" and size == 8:
                return max(1, int.from_bytes(stream.read(4), "big"))
            if name in (b"IDAT", b"IEND", b""):
                break
            stream.seek(size + 4, os.SEEK_CUR)
    return 1


def _avif_frames(source: Source) -> int:
    """The pictures of a moving AVIF; libvips does not know of them."""
    with opened(source) as stream:
        if stream.read(12)[8:] != b"avis":
            return 1
        stream.seek(0)
        with AvifImagePlugin.AvifImageFile(stream) as file:
            return int(file.n_frames)


_FRAMES = {"image/png": _apng_frames, "image/avif": _avif_frames}


def _limit(facts: Facts, max_pixels: int) -> None:
    pixels = facts.width * facts.height * facts.pages
    if pixels > max_pixels:
        frames = f" x {facts.pages} frames" if facts.pages > 1 else ""
        raise TooLarge(
            f"This picture has {facts.width} x {facts.height} pixels{frames}, {_mega(pixels)} in all; "
            f"at most {_mega(max_pixels)} are accepted. Scale it down and try again.",
            pixels=pixels,
            limit=max_pixels,
        )


def _mega(pixels: int) -> str:
    return f"{pixels / 1e6:.3g} megapixels" if pixels < 1e9 else f"{pixels / 1e6:,.0f} megapixels"


# --------------------------------------------------------------------------------------------------- decoding


def _shrunk(source: Source, facts: Facts, inside: int | None) -> Any:
    """A lazy image no larger than `inside`, not yet upright."""
    long = max(facts.width, facts.height)
    if inside is None or long <= inside:
        return _open(source, facts.type)
    image = _open(source, facts.type, **_on_load(facts.type, long, inside))
    width, height = within(facts.width, facts.height, inside)
    if facts.orientation >= 5:
        width, height = height, width
    across, down = width / image.width, height / image.height
    if across == down == 1:
        return image
    if not image.hasalpha():
        return image.resize(across, vscale=down)
    # A transparent pixel has a colour too. Weighted by its alpha it does not bleed into its neighbours.
    # `rint`, as a cast merely cuts, which would darken every pixel.
    return image.premultiply().resize(across, vscale=down).unpremultiply().rint().cast(image.format)


def _on_load(kind: str, long: int, inside: int) -> dict[str, float]:
    """The loader's own shrinking, as far as it leaves at least `inside` pixels on the long side."""
    if kind == "image/jpeg":
        return {"shrink": next(shrink for shrink in (8, 4, 2, 1) if long / shrink >= inside)}
    return {"scale": min(1.0, 2 * inside / long)} if kind == "image/webp" else {}


def srgb(image: Any, *, managed: bool = True) -> Any:
    """8 bits of sRGB, with the alpha that the image has."""
    if image.format not in ("uchar", "ushort") and image.interpretation not in ("scrgb", "lab", "labs"):
        raise BadMedia("This picture has pixels of an unusual kind. Export it with 8 or 16 bits and try again.")
    if managed:
        image = _managed(image)
    if image.interpretation not in ("srgb", "rgb") or image.format != "uchar":
        image = image.colourspace("srgb")
    if image.bands not in (3, 4):
        if image.bands < 3:
            raise BadMedia("This picture has colours of an unusual kind. Export it as RGB and try again.")
        # Anything after the alpha is a mask of its own, which has no place in a picture.
        image = image.extract_band(0, n=4)
    return image


def _managed(image: Any) -> Any:
    """The image taken through its own profile to sRGB, where it has one that can be read."""
    if "icc-profile-data" not in image.get_fields():
        return image
    try:
        return image.icc_transform("srgb", embedded=True, intent="relative", black_point_compensation=True, depth=8)
    except pyvips.Error:
        bare = image.copy()
        bare.remove("icc-profile-data")
        return bare


def _upright(image: Any, orientation: int) -> Any:
    if orientation == 1:
        return image
    # A stream gives its rows once, from the top; turning wants them in another order.
    return image.copy_memory().autorot()


# --------------------------------------------------------------------------------------------------- encoding


def png(pixels: Pixels, *, level: int = 4, xmp: bytes | None = None, exif: bytes | None = None) -> bytes:
    """The PNG file of a picture, without loss. The same pixels give the same bytes.

    `level` 0..9 is zlib's effort; beyond 4 a photo takes twice the time to become 2 % smaller. `xmp` is an
    XMP packet (UTF-8), `exif` a block of EXIF to carry.
    """
    return _encoded(pixels, "PNG", compress_level=level, **png_info(xmp, exif))


def png_info(xmp: bytes | None, exif: bytes | None) -> dict[str, Any]:
    """The same for a PNG, which has another place for XMP."""
    info = PngInfo()
    if xmp:
        info.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
    return {"pnginfo": info, **carried(None, exif)}


def carried(xmp: bytes | None, exif: bytes | None) -> dict[str, Any]:
    """What Pillow is told to write beside the pixels."""
    return ({"xmp": xmp} if xmp else {}) | ({"exif": exif} if exif else {})


def jpeg(
    pixels: Pixels,
    *,
    quality: int = 90,
    background: tuple[int, int, int] = (255, 255, 255),
    xmp: bytes | None = None,
    exif: bytes | None = None,
) -> bytes:
    """The JPEG file of a picture. The same pixels give the same bytes.

    `quality` 1..95; from 90 on, colour keeps its full resolution. JPEG has no alpha: the picture is laid on
    `background` (RGB 0..255). Raises `TooLarge` where a side is longer than 65,500 pixels.
    """
    longest(pixels, 65_500, "JPEG")
    sampling = "4:4:4" if quality >= 90 else "4:2:0"
    return _encoded(flat(pixels, background), "JPEG", quality=quality, subsampling=sampling, **carried(xmp, exif))


def webp(
    pixels: Pixels,
    *,
    quality: int = 80,
    lossless: bool = False,
    effort: int = 4,
    xmp: bytes | None = None,
    exif: bytes | None = None,
) -> bytes:
    """The WebP file of a picture. The same pixels give the same bytes.

    `quality` 0..100, `effort` 0..6 (slower, smaller). `lossless` keeps every pixel, those under full
    transparency too. Raises `TooLarge` where a side is longer than 16,383 pixels.
    """
    longest(pixels, 16_383, "WebP")
    options = {"quality": quality, "method": effort, "lossless": lossless, "exact": lossless}
    return _encoded(pixels, "WEBP", **options, **carried(xmp, exif))


def avif(
    pixels: Pixels, *, quality: int = 60, speed: int = 8, xmp: bytes | None = None, exif: bytes | None = None
) -> bytes:
    """The AVIF file of a picture. The same pixels give the same bytes.

    `quality` 0..100, `speed` 0..10 (8 takes a third of the time of 6 for 5 % more bytes).
    """
    longest(pixels, 16_384, "AVIF")
    # One thread: with more the bytes depend on the machine.
    return _encoded(pixels, "AVIF", quality=quality, speed=speed, max_threads=1, **carried(xmp, exif))


def gif(pixels: Pixels, *, colours: int = 256) -> bytes:
    """The GIF file of a still picture: at most 256 colours, chosen for it and dithered. What is more than half
    transparent is so as a whole."""
    longest(pixels, 65_535, "GIF")
    if pixels.shape[2] == 3:
        return _encoded_palette(pixels, "GIF", colours)
    made = Image.fromarray(flat(pixels)).quantize(min(colours, 255), Image.Quantize.MEDIANCUT)
    clear = len(made.getcolors(256) or ())
    indices = np.array(made)
    indices[pixels[..., 3] < 128] = clear
    made.putdata(indices.ravel().tolist())
    return saved(made, "GIF", transparency=clear)


def palette_png(pixels: Pixels, *, colours: int = 256, xmp: bytes | None = None, exif: bytes | None = None) -> bytes:
    """The PNG file of a picture in at most 256 colours, transparency included."""
    return _encoded_palette(pixels, "PNG", colours, optimize=True, **png_info(xmp, exif))


def tiff(pixels: Pixels, *, exif: bytes | None = None) -> bytes:
    """The TIFF file of a picture, without loss, compressed by Deflate."""
    return _encoded(pixels, "TIFF", compression="tiff_adobe_deflate", **carried(None, exif))


def _encoded_palette(pixels: Pixels, format: str, colours: int, **options: Any) -> bytes:
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if image.mode == "RGB":
        made = image.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    else:
        made = image.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    return saved(made, format, **options)


def flat(pixels: Pixels, background: tuple[int, int, int] = (255, 255, 255)) -> Pixels:
    """The picture without transparency, (H, W, 3): laid on a background, RGB 0..255."""
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.uint16)
    under = np.asarray(background, np.uint16)
    # Rounded division by 255 in integers, as floats would need four times the memory.
    mixed = pixels[..., :3] * alpha + under * (255 - alpha) + 127
    return np.asarray(mixed // 255, np.uint8)


def longest(pixels: Pixels, limit: int, name: str) -> None:
    """Raises `TooLarge` where a side is longer than a format can hold."""
    if max(pixels.shape[:2]) > limit:
        height, width = pixels.shape[:2]
        raise TooLarge(
            f"A {name} file holds at most {limit:,} pixels a side, and this picture is {width} x {height}. "
            "Save it as PNG, or scale it down.",
            limit=limit,
        )


def _encoded(pixels: Pixels, format: str, **options: Any) -> bytes:
    return saved(Image.fromarray(np.ascontiguousarray(pixels)), format, **options)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    """A file as Pillow writes it. Raises `Failed` where its encoder cannot."""
    file = io.BytesIO()
    with writing(format):
        image.save(file, format, **options)
    return file.getvalue()
