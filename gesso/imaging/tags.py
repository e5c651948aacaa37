"""Texts that travel inside a picture's file, beside its pixels: read within bounds, and laid in without another byte of
it being touched.

A stranger's file may say anything: what is read of one is limited before it is unpacked, and no document in it is given
to a parser that follows entities.
"""

import html
import io
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final
from xml.sax.saxutils import escape

from PIL import ExifTags

from gesso.imaging import packets, picture
from gesso.imaging.picture import Source

NAME: Final = "gesso"
"""Under which our own recipe stands: a PNG's text chunk, else an element of the XMP packet."""
LONGEST: Final = 4 << 20
"""Bytes of one text, unpacked."""
MOST: Final = 8 << 20
"""Of all texts together."""
CHUNKS: Final = 100_000
XMP: Final = "XML:com.adobe.xmp"

_SPACE: Final = "urn:gesso:recipe:1"
_RECIPE: Final = re.compile(rf"<{NAME}:recipe[^>]*>([^<]*)</{NAME}:recipe>")
_COMMENTS: Final = {b"UNICODE\0": "utf-16", b"ASCII\0\0\0": "utf-8", b"JIS\0\0\0\0\0": "shift-jis", b"\0" * 8: "utf-8"}


def texts(source: Source) -> dict[str, str]:
    """Every text of a PNG, JPEG or WebP by its name; the first, where a name stands twice. Of EXIF those in which
    others keep recipes: `UserComment`, `ImageDescription`, `Make`, `Model`, `Software`."""
    found: dict[str, str] = {}
    room = MOST
    for name, text in _every(source):
        room -= len(text)
        if room < 0:
            break
        found.setdefault(name, text)
    own = _RECIPE.search(found.get(XMP, ""))
    if own is not None:
        found.setdefault(NAME, html.unescape(own[1]))
    return found


def inscribed(data: bytes, text: str) -> bytes | None:
    """The file with `text` under our name, its pixels as they are. None where it has no room for it, or where it
    carries content credentials (C2PA), which hold for these very bytes."""
    match picture.sniff(data[: picture.HEAD]):
        case "image/png":
            return _in_png(data, text)
        case "image/jpeg":
            return _in_jpeg(data, text)
        case "image/webp":
            return _in_webp(data, text)
    return None


def _every(source: Source) -> Iterator[tuple[str, str]]:
    head = source[: picture.HEAD] if isinstance(source, bytes) else _head(source)
    type = picture.sniff(head)
    if type == "image/png":
        with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as stream:
            yield from _of_png(stream)
    elif type in ("image/jpeg", "image/webp"):
        yield from _of_exif(source)


def _head(source: Source) -> bytes:
    with Path(str(source)).open("rb") as file:
        return file.read(picture.HEAD)


# --- PNG


def _of_png(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    stream.seek(8)
    for _ in range(CHUNKS):
        head = stream.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind not in (b"tEXt", b"zTXt", b"iTXt") or size > LONGEST:
            stream.seek(size + 4, io.SEEK_CUR)
            continue
        data = stream.read(size)
        stream.seek(4, io.SEEK_CUR)
        name, _, rest = data.partition(b"\0")
        text = _text(kind, rest)
        if text is not None:
            yield name.decode("latin-1"), text


def _text(kind: bytes, rest: bytes) -> str | None:
    match kind:
        case b"tEXt":
            # By the book Latin-1; many write UTF-8 all the same.
            return _decoded(rest)
        case b"zTXt":
            unpacked = _unpacked(rest[1:])
            return None if unpacked is None else _decoded(unpacked)
    packed, (_, _, text) = rest[:1] == b"\1", _three(rest[2:])
    unpacked = _unpacked(text) if packed else text
    return None if unpacked is None else unpacked.decode("utf-8", "replace")


def _three(rest: bytes) -> tuple[bytes, bytes, bytes]:
    """An iTXt's language, its name in that language, and the text."""
    language, _, after = rest.partition(b"\0")
    translated, _, text = after.partition(b"\0")
    return language, translated, text


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _unpacked(data: bytes) -> bytes | None:
    """None for what is damaged, or larger than it may be once it is unpacked."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, LONGEST)
    except zlib.error:
        return None
    return None if unpacker.unconsumed_tail else text


def _in_png(data: bytes, text: str) -> bytes | None:
    if b"caBX" in {kind for kind, _, _ in packets.png_chunks(data)}:
        return None
    body = NAME.encode() + b"\0\0\0\0\0" + text.encode()
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    # After the header: so the first under our name is the one of this very picture.
    return data[:33] + chunk + data[33:]


# --- JPEG and WebP


def _of_exif(source: Source) -> Iterator[tuple[str, str]]:
    exif, xmp = picture.told(source)
    if xmp:
        yield XMP, xmp[:LONGEST].decode("utf-8", "replace")
    comment = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
    if isinstance(comment, bytes):
        yield "UserComment", _comment(comment[:LONGEST])
    elif isinstance(comment, str):
        yield "UserComment", comment[:LONGEST]
    for tag in ("ImageDescription", "Make", "Model", "Software"):
        text = exif.get(ExifTags.Base[tag])
        if isinstance(text, str):
            yield tag, text[:LONGEST]


def _comment(data: bytes) -> str:
    """EXIF names the encoding, but not the order of UTF-16's bytes: of a Latin text every other byte is nothing, and
    which ones tell."""
    how, text = _COMMENTS.get(data[:8]), data[8:]
    if how is None:
        return _decoded(data).rstrip("\0")
    if how == "utf-16" and text[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        how = "utf-16-be" if text[::2].count(0) >= text[1::2].count(0) else "utf-16-le"
    return text.decode(how, "replace").rstrip("\0")


def _packet(before: bytes, text: str) -> bytes:
    """The XMP packet that was there, or a new one, with the recipe in it."""
    recipe = f"<{NAME}:recipe>{escape(text)}</{NAME}:recipe>"
    entry = f'<rdf:Description rdf:about="" xmlns:{NAME}="{_SPACE}">{recipe}</rdf:Description>'
    there = _RECIPE.sub("", before.decode("utf-8", "replace"))
    start, end, rest = there.rpartition("</rdf:RDF>")
    if end:
        return f"{start}{entry}{end}{rest}".encode()
    rdf = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{entry}</rdf:RDF>'
    meta = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{rdf}</x:xmpmeta>'
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{meta}<?xpacket end="w"?>'.encode()


def _in_jpeg(data: bytes, text: str) -> bytes | None:
    segments, _ = packets.jpeg_segments(data)
    if any(segment[1] == 0xEB and b"c2pa" in segment for segment in segments):
        return None
    return packets.laid(data, _packet(packets.of(data), text))


def _in_webp(data: bytes, text: str) -> bytes | None:
    if any(kind == b"C2PA" for kind, _ in packets.webp_chunks(data)):
        return None
    return packets.laid(data, _packet(packets.of(data), text))
