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

from gesso.imaging import picture
from gesso.imaging.picture import Source

NAME: Final = "gesso"
"""Under which our own recipe stands: a PNG's text chunk, else an element of the XMP packet."""
LONGEST: Final = 4 << 20
"""Bytes of one text, unpacked."""
MOST: Final = 8 << 20
"""Of all texts together."""
CHUNKS: Final = 100_000
SEGMENT: Final = 65_533
"""The most bytes that one segment of a JPEG holds."""
XMP: Final = "XML:com.adobe.xmp"

_SPACE: Final = "urn:gesso:recipe:1"
_RECIPE: Final = re.compile(rf"<{NAME}:recipe[^>]*>([^<]*)</{NAME}:recipe>")
_ADOBE: Final = b"http://ns.adobe.com/xap/1.0/\0"
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
    if b"caBX" in {kind for kind, _, _ in _png_chunks(data)}:
        return None
    body = NAME.encode() + b"\0\0\0\0\0" + text.encode()
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    # After the header: so the first under our name is the one of this very picture.
    return data[:33] + chunk + data[33:]


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and size of each."""
    at = 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        yield kind, at, size
        at += size + 12


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
    kept, before, at = [data[:2]], b"", 2
    while data[at : at + 1] == b"\xff" and 0xE0 <= data[at + 1] <= 0xEF:
        size = int.from_bytes(data[at + 2 : at + 4], "big") + 2
        segment = data[at : at + size]
        if segment[1] == 0xEB and b"c2pa" in segment:
            return None
        if segment[4:].startswith(_ADOBE):
            before = segment[4 + len(_ADOBE) :]
        else:
            kept.append(segment)
        at += size
    body = _ADOBE + _packet(before, text)
    if len(body) > SEGMENT:
        return None
    told = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    # What the format wants to be first (JFIF, EXIF) stays so.
    early = sum(1 for segment in kept if segment[1:2] == b"\xe0" or segment[4:8] == b"Exif")
    return b"".join([*kept[: early + 1], told, *kept[early + 1 :], data[at:]])


def _in_webp(data: bytes, text: str) -> bytes | None:
    chunks = [*_webp_chunks(data)]
    kinds = {kind for kind, _ in chunks}
    if b"C2PA" in kinds or not kinds & {b"VP8 ", b"VP8L", b"VP8X"}:
        return None
    if b"VP8X" not in kinds:
        facts = picture.inspect(data)
        flags = 0x10 if facts.alpha else 0
        sides = (facts.width - 1).to_bytes(3, "little") + (facts.height - 1).to_bytes(3, "little")
        chunks.insert(0, (b"VP8X", bytes([flags, 0, 0, 0]) + sides))
    before = next((body for kind, body in chunks if kind == b"XMP "), b"")
    flagged = [
        (kind, bytes([body[0] | 0x04]) + body[1:] if kind == b"VP8X" else body)
        for kind, body in chunks
        if kind != b"XMP "
    ]
    parts = [*flagged, (b"XMP ", _packet(before, text))]
    rest = b"".join(kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for kind, body in parts)
    return b"RIFF" + struct.pack("<I", len(rest) + 4) + b"WEBP" + rest


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
