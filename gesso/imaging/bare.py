"""A picture's file without what it says besides: prompts, places, names of devices. Not a pixel of it changes.

Who made it, whose it is, what it shows and how it came about (IPTC) stay: that is said to be passed on.
"""

import re
import struct
import zlib
from typing import Final

from PIL import Image

from gesso.imaging import packets, picture

SPEAKS: Final = frozenset((b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"caBX", b"tIME"))
"""Chunks of a PNG that say something of it."""
KEPT: Final = frozenset(
    (
        "dc:creator",
        "dc:rights",
        "photoshop:Credit",
        "Iptc4xmpCore:AltTextAccessibility",
        "Iptc4xmpExt:DigitalSourceType",
    )
)
_ORIENTATION: Final = 0x0112
_PLAYED: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_NEXT: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def bared(data: bytes) -> bytes:
    """Of a PNG, JPEG or WebP the same pixels; of another picture its pixels as a PNG, 8 bits and sRGB. An animation
    stays one."""
    told = {name: said for name, said in packets.read(packets.of(data)).items() if name in KEPT}
    match picture.sniff(data[: picture.HEAD]):
        case "image/png":
            plain = _png(data)
        case "image/jpeg":
            plain = _jpeg(data)
        case "image/webp":
            plain = _webp(data)
        case "image/gif":
            plain = _gif(data)
        case _:
            plain = picture.png(picture.load(data))
    return (packets.laid(plain, packets.said(b"", told)) or plain) if told else plain


def _png(data: bytes) -> bytes:
    parts = [data[:8]]
    for kind, at, size in packets.png_chunks(data):
        if kind not in SPEAKS:
            parts.append(data[at : at + size + 12])
    turned = _turned(data)
    if turned:
        chunk = b"eXIf" + turned
        parts.insert(2, struct.pack(">I", len(turned)) + chunk + struct.pack(">I", zlib.crc32(chunk)))
    return b"".join(parts)


def _jpeg(data: bytes) -> bytes:
    """Keeps how its numbers are to be read (JFIF, the colour profile, Adobe's word on the colours, the orientation).
    Drops whatever was put behind its end."""
    head, at, tail = [data[:2]], 2, b""
    while data[at : at + 1] == b"\xff":
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            tail = data[at : at + 2]
            break
        size = int.from_bytes(data[at + 2 : at + 4], "big") + 2
        if marker == 0xDA:
            # A scan runs until the next marker that is none of its own.
            found = _NEXT.search(data, at + size)
            size = (found.start() if found else len(data)) - at
        if _reads(data[at : at + min(size, 32)]):
            head.append(data[at : at + size])
        at += size
    turned = _turned(data)
    if turned:
        body = b"Exif\0\0" + turned
        first = 2 if head[1:2] and head[1][1] == 0xE0 else 1
        head.insert(first, b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    return b"".join([*head, tail])


def _reads(segment: bytes) -> bool:
    """Whether a part of a JPEG says how the others are to be read, or is the picture itself."""
    marker = segment[1]
    told = 0xE0 <= marker <= 0xEF or marker == 0xFE
    return not told or marker in (0xE0, 0xEE) or (marker == 0xE2 and segment[4:].startswith(b"ICC_PROFILE\0"))


def _webp(data: bytes) -> bytes:
    turned = _turned(data)
    parts = []
    for kind, body in packets.webp_chunks(data):
        if kind == b"VP8X":
            body = bytes([body[0] & ~0x0C | (0x08 if turned else 0)]) + body[1:]
        if kind in (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"):
            parts.append((kind, body))
    if turned:
        parts.append((b"EXIF", turned))
    rest = b"".join(kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for kind, body in parts)
    return b"RIFF" + struct.pack("<I", len(rest) + 4) + b"WEBP" + rest


def _gif(data: bytes) -> bytes:
    """Drops remarks and what programs have left, but for how often it is played."""
    at = 13 + _colours(data[10])
    parts, length = [data[:at]], len(data)
    while at < length and data[at] in (0x21, 0x2C):
        start, says = at, False
        if data[at] == 0x21:
            says = data[at + 1] == 0xFE or (data[at + 1] == 0xFF and data[at + 3 : at + 14] not in _PLAYED)
            at += 2
        else:
            at += 11 + _colours(data[at + 9])
        while at < length and data[at]:
            at += data[at] + 1
        at += 1
        if not says:
            parts.append(data[start:at])
    return b"".join([*parts, b";"])


def _colours(packed: int) -> int:
    """Bytes of a colour table, by what stands before it."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _turned(data: bytes) -> bytes:
    """The one thing in EXIF without which the picture would be another: how it is turned. Empty for upright ones."""
    turn = picture.told(data)[0].get(_ORIENTATION, 1)
    if turn not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[_ORIENTATION] = turn
    return exif.tobytes().removeprefix(b"Exif\0\0")
