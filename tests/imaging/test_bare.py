"""Files that say nothing besides their picture."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from gesso.imaging import bare, packets, picture

WIDTH, HEIGHT = 48, 32


def drawn() -> Image.Image:
    across = np.linspace(0, 255, WIDTH, dtype=np.uint8)
    pixels = np.stack(
        [np.tile(across, (HEIGHT, 1)), np.full((HEIGHT, WIDTH), 90, np.uint8), np.tile(across[::-1], (HEIGHT, 1))], 2
    )
    return Image.fromarray(pixels)


def exif(turn: int = 1) -> Image.Exif:
    told = Image.Exif()
    told[0x010E] = "a secret prompt"
    told[0x0112] = turn
    return told


def saved(kind: str, turn: int, **more: Any) -> bytes:
    out = io.BytesIO()
    drawn().save(out, kind, exif=exif(turn), **more)
    packet = packets.said(b"", {"dc:creator": "Anna", "dc:description": "a secret prompt"})
    return packets.laid(out.getvalue(), packet) or out.getvalue()


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_the_picture_stays_and_what_is_said_goes_but_for_the_credit(kind: str, turn: int) -> None:
    more: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("parameters", "a secret prompt")
        more["pnginfo"] = texts
    if kind == "JPEG":
        more["comment"] = b"a secret prompt"
    data = saved(kind, turn, **more)
    assert b"secret prompt" in data
    plain = bare.bared(data)
    assert b"secret prompt" not in plain
    assert picture.sniff(plain[: picture.HEAD]) == (
        f"image/{kind.lower()}" if kind in ("PNG", "JPEG", "WEBP") else "image/png"
    )
    assert np.array_equal(picture.load(plain), picture.load(data))
    assert packets.read(packets.of(plain)) == {"dc:creator": "Anna"}


def test_what_was_put_behind_a_jpeg_goes_too() -> None:
    out = io.BytesIO()
    drawn().save(out, "JPEG", progressive=True, quality=95)
    data = out.getvalue()
    assert bare.bared(data + b"a film with a place in it") == bare.bared(data)
    assert np.array_equal(picture.load(bare.bared(data)), picture.load(data))


def test_a_gif_loses_its_remarks_and_is_played_as_often() -> None:
    frames = [Image.new("RGB", (8, 6), color) for color in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], loop=3, duration=90, comment=b"in Vienna")
    data = file.getvalue()
    xmp = b"\x21\xff\x0bXMP DataXMP\x03abc\x00"
    plain = bare.bared(data[:-1] + xmp + b";")
    assert b"in Vienna" in data
    assert b"in Vienna" not in plain
    assert b"XMP" not in plain
    with Image.open(io.BytesIO(plain)) as seen:
        assert (getattr(seen, "n_frames", 1), seen.info["loop"], seen.size) == (2, 3, (8, 6))
