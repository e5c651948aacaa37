"""How many dots an inch a file says that its picture has. The pixels are not touched."""

import struct
import zlib
from typing import Final

from gesso.kit.errors import BadMedia

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_METRE: Final = 39.3701
"""Inches."""


def stamped(data: bytes, dots: float) -> bytes:
    """The PNG or JPEG file with that density in its header. Raises BadMedia for another format."""
    if data.startswith(_PNG):
        return _png(data, round(dots * _METRE))
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data, round(dots))
    raise BadMedia("Only a PNG or a JPEG can be told how many dots an inch it has.")


def _png(data: bytes, metre: int) -> bytes:
    """The chunk pHYs (PNG, third edition, 11.3.4.3) comes right after the header; one that is there goes."""
    said = b"pHYs" + struct.pack(">IIB", metre, metre, 1)
    header = len(_PNG) + 25
    out, at = [data[:header], struct.pack(">I", 9), said, struct.pack(">I", zlib.crc32(said))], header
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        if name == b"IDAT":
            break
        if name != b"pHYs":
            out.append(data[at : at + length + 12])
        at += length + 12
    return b"".join([*out, data[at:]])


def _jpeg(data: bytes, dots: int) -> bytes:
    """The JFIF segment comes first (JFIF 1.02); where there is none, it is put there."""
    density = struct.pack(">BHH", 1, dots, dots)
    if data[2:4] == b"\xff\xe0" and data[6:11] == b"JFIF\0":
        return data[:13] + density + data[18:]
    return data[:2] + b"\xff\xe0\x00\x10JFIF\0\x01\x02" + density + b"\0\0" + data[2:]
