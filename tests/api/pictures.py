"""Files of every kind that people and their enemies send."""

import struct
import zlib
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from tests.conftest import photo


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def disc(mode: str = "RGB", width: int = 96, height: int = 64) -> Image.Image:
    return Image.open(BytesIO(photo(width, height))).convert(mode)


def bomb(side: int) -> bytes:
    """A PNG of side x side grey pixels, all black: about a thousandth of what it becomes when it is opened."""
    rows = side * (side + 1)
    piece = bytes(1 << 20)
    packer = zlib.compressobj(9)
    first = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    count, rest = divmod(rows, len(piece))
    end = packer.compress(bytes(rest)) + packer.flush()
    sum_of_all = 1
    for _ in range(count):
        sum_of_all = zlib.adler32(piece, sum_of_all)
    sum_of_all = zlib.adler32(bytes(rest), sum_of_all)
    data = first + again * (count - 1) + end[:-4] + struct.pack(">I", sum_of_all)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def deep() -> bytes:
    """16 bits a channel."""
    ramp = np.linspace(0, 65535, 64 * 96 * 3).reshape(64, 96, 3).astype(np.uint16)
    done, data = cv2.imencode(".png", ramp)
    assert done
    return data.tobytes()


def animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, loop=0)


def palette() -> bytes:
    image = disc("P", 96, 64)
    return saved(image, "PNG", transparency=image.getpixel((0, 0)))


def turned() -> bytes:
    """Wide as it is stored, tall as it is shown."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(disc(), "JPEG", exif=exif)


SVG = b"""<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">
<script>alert(document.cookie)</script><image href="file:///etc/passwd"/></svg>"""
