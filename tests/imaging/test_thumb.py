"""The small pictures that stand for a large one."""

import base64
import io
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps
from skimage import data

from gesso.imaging import picture
from gesso.imaging.picture import Pixels
from gesso.imaging.thumb import derive, dominant, thumbhash
from gesso.kit.errors import BadMedia, TooLarge


def photo(name: str) -> Pixels:
    return np.asarray(getattr(data, name)(), np.uint8)


def encoded(pixels: Pixels, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format, **options)
    return file.getvalue()


def enlarged(pixels: Pixels, width: int, height: int) -> Pixels:
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def shape(file: bytes) -> tuple[int, ...]:
    return picture.load(file).shape


def ramp(height: int, width: int, channels: int) -> Pixels:
    """Slanted stripes in whole numbers, the same in any language."""
    y, x, k = np.mgrid[:height, :width, :channels]
    return np.asarray((x * (7 + k) + y * (3 + 2 * k) + x * y * (k + 1) // 5 + 40 * k) % 256, np.uint8)


def painted(hash: bytes) -> NDArray[np.float64]:
    """(h, w, 4), 0..1: what a page paints from a ThumbHash (https://evanw.github.io/thumbhash/)."""
    first, second = int.from_bytes(hash[:3], "little"), int.from_bytes(hash[3:5], "little")
    clear, wide, side = bool(first >> 23), bool(second >> 15), second & 7
    most = 5 if clear else 7
    across, down = (most, side) if wide else (side, most)
    width, height = (32, round(32 * down / across)) if across > down else (round(32 * across / down), 32)
    body = hash[6 if clear else 5 :]
    nibbles = iter([nibble for byte in body for nibble in (byte & 15, byte >> 4)])

    def plane(mean: float, scale: float, columns: int, rows: int) -> NDArray[np.float64]:
        y, x = np.mgrid[:height, :width] + 0.5
        total = np.full((height, width), mean)
        for v in range(rows):
            for u in range(columns):
                if (u or v) and u * rows < columns * (rows - v):
                    wave = np.cos(np.pi * u * x / width) * np.cos(np.pi * v * y / height)
                    total += (next(nibbles) / 7.5 - 1) * scale * 2 * wave
        return total

    light = plane((first & 63) / 63, (first >> 18 & 31) / 31, max(3, across), max(3, down))
    yellow = plane((first >> 6 & 63) / 31.5 - 1, (second >> 3 & 63) / 63 * 1.25, 3, 3)
    ruddy = plane((first >> 12 & 63) / 31.5 - 1, (second >> 9 & 63) / 63 * 1.25, 3, 3)
    alpha = plane((hash[5] & 15) / 15, (hash[5] >> 4) / 15, 5, 5) if clear else np.ones_like(light)
    blue = light - 2 / 3 * yellow
    red = (3 * light - blue + ruddy) / 2
    return np.clip(np.dstack([red, red - ruddy, blue, alpha]), 0, 1)


# ----------------------------------------------------------------------------------------------- derivatives


def test_a_large_photo_gets_two_thumbnails_and_a_preview() -> None:
    large = enlarged(photo("coffee"), 3000, 2000)
    made = derive(encoded(large, "JPEG", quality=92))
    assert made.preview is not None
    for file, size, kind in (
        (made.small, (171, 256), "image/webp"),
        (made.large, (341, 512), "image/webp"),
        (made.preview, (1365, 2048), "image/jpeg"),
    ):
        assert picture.sniff(file) == kind
        assert shape(file) == (*size, 3)
        same = np.asarray(cv2.resize(large, size[::-1], interpolation=cv2.INTER_AREA)).astype(int)
        assert np.abs(picture.load(file).astype(int) - same).mean() < 5


@pytest.mark.parametrize(("width", "height"), [(2048, 30), (30, 2048), (512, 512), (200, 100), (1, 1)])
def test_a_picture_within_2048_pixels_has_no_preview_and_nothing_is_enlarged(width: int, height: int) -> None:
    made = derive(encoded(ramp(height, width, 3), "PNG"))
    assert made.preview is None
    for file, side in ((made.small, 256), (made.large, 512)):
        assert shape(file)[1::-1] == picture.within(width, height, side)


@pytest.mark.parametrize(("width", "height"), [(2049, 2), (3, 9000), (60_000, 1)])
def test_a_strip_of_any_shape_has_derivatives_of_at_least_one_pixel(width: int, height: int) -> None:
    made = derive(encoded(ramp(height, width, 3), "PNG"))
    assert made.preview is not None
    assert max(shape(made.preview)[:2]) == 2048
    assert max(shape(made.small)[:2]) == 256
    assert min(shape(made.small)) >= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_derivatives_stand_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    file = encoded(enlarged(photo("astronaut"), 2100, 700), "JPEG", quality=92, exif=exif)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file))))
    made = derive(file)
    assert made.preview is not None
    for derivative in (made.small, made.large, made.preview):
        seen = picture.load(derivative)
        expected = cv2.resize(upright, seen.shape[1::-1], interpolation=cv2.INTER_AREA).astype(int)
        assert np.abs(seen.astype(int) - expected).mean() < 5


def test_transparency_reaches_every_derivative() -> None:
    logo = enlarged(photo("logo"), 2200, 1400)
    logo[..., 3] = 255 - logo[..., :3].min(2)
    made = derive(encoded(logo, "PNG", compress_level=1))
    assert made.preview is not None
    for file in (made.small, made.large, made.preview):
        seen = picture.load(file)
        assert seen.shape[2] == 4
        expected = cv2.resize(logo[..., 3], seen.shape[1::-1], interpolation=cv2.INTER_AREA).astype(int)
        assert np.abs(seen[..., 3].astype(int) - expected).mean() < 2
    assert painted(base64.b64decode(made.thumbhash))[0, 0, 3] < 0.3


def test_an_alpha_that_hides_nothing_is_left_out() -> None:
    solid = np.dstack([ramp(2100, 300, 3), np.full((2100, 300), 255, np.uint8)])
    made = derive(encoded(solid, "PNG", compress_level=1))
    assert made.preview is not None
    assert picture.sniff(made.preview) == "image/jpeg"
    assert shape(made.large)[2] == 3


def test_an_animation_is_stood_for_by_its_first_frame() -> None:
    frames = [Image.new("RGB", (80, 60), colour) for colour in ("#c02010", "#1020c0", "#10c020")]
    for format in ("GIF", "WEBP", "PNG"):
        file = io.BytesIO()
        frames[0].save(file, format, save_all=True, append_images=frames[1:])
        made = derive(file.getvalue())
        np.testing.assert_allclose(picture.load(made.small)[30, 40], [0xC0, 0x20, 0x10], atol=6)


def test_cmyk_and_16_bits_have_derivatives_too() -> None:
    ink = Image.new("CMYK", (2100, 40), (0, 255, 255, 0))
    file = io.BytesIO()
    ink.save(file, "JPEG")
    made = derive(file.getvalue())
    red, green, blue = (int(made.colour[at : at + 2], 16) for at in (1, 3, 5))
    assert red > 200 > 80 > max(green, blue)


def test_the_same_file_gives_the_same_derivatives(tmp_path: Path) -> None:
    file = encoded(photo("rocket"), "JPEG")
    path = tmp_path / "rocket"
    path.write_bytes(file)
    assert derive(file) == derive(path) == derive(file)


def test_what_cannot_be_read_or_is_too_large_has_no_derivatives() -> None:
    whole = encoded(photo("coffee"), "JPEG")
    with pytest.raises(BadMedia):
        derive(b"a poem")
    with pytest.raises(BadMedia):
        derive(whole[: len(whole) // 2])
    with pytest.raises(TooLarge):
        derive(whole, max_pixels=239_999)
    header = struct.pack(">I4sIIBBBBB", 13, b"IHDR", 30_000, 30_000, 8, 2, 0, 0, 0)
    with pytest.raises(TooLarge):
        derive(b"\x89PNG\r\n\x1a\n" + header + struct.pack(">I", zlib.crc32(header[4:])) + b"\0\0\0\0IDAT")


# -------------------------------------------------------------------------------------------------- thumbhash


@pytest.mark.parametrize(
    ("height", "width", "channels", "expected"),
    [
        (60, 90, 3, "4AcCBYKIaFNmVQNmZURnZ0URcARC"),
        (90, 40, 3, "3/cBCwI5Z1MFZmVVBmRRYQQ="),
        (50, 50, 4, "H/iBBQQHo1JCA1FWV7gWcGB2mc2q2pf5vg=="),
        (1, 1, 3, "CrYVfxQI9wiIh4hwj3CI+AiIcH/494cP"),
    ],
)
def test_the_hash_is_the_one_that_the_reference_encoder_gives(
    height: int, width: int, channels: int, expected: str
) -> None:
    # From rgbaToThumbHash of thumbhash 0.1.1 by its author, given these very pixels.
    assert base64.b64encode(thumbhash(ramp(height, width, channels))).decode() == expected


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea", "rocket"])
def test_the_hash_paints_a_blur_of_the_photo(name: str) -> None:
    pixels = photo(name)
    blur = painted(thumbhash(pixels))
    height, width = blur.shape[:2]
    assert math.isclose(width / height, pixels.shape[1] / pixels.shape[0], rel_tol=0.15)
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA) / 255
    error = np.abs(blur[..., :3] - cv2.GaussianBlur(small, None, width / 12)).mean()
    flat = np.abs(small.mean((0, 1)) - cv2.GaussianBlur(small, None, width / 12)).mean()
    assert error < 0.07
    assert error < flat * 0.9, "it tells more than one colour would"


def test_the_hash_of_a_plain_colour_is_that_colour() -> None:
    blur = painted(thumbhash(np.full((50, 70, 3), [200, 90, 30], np.uint8)))
    assert thumbhash(np.full((50, 70, 3), 90, np.uint8))[5:] == bytes(16), "and no noise"
    np.testing.assert_allclose(blur[..., :3], np.broadcast_to([200, 90, 30], blur[..., :3].shape) / 255, atol=0.03)


# ------------------------------------------------------------------------------------------- dominant colour


def test_the_dominant_colour_is_the_one_that_most_pixels_have() -> None:
    pixels = np.full((100, 100, 3), [20, 120, 220], np.uint8)
    pixels[:30] = [250, 10, 10]
    assert dominant(pixels) == "#1478dc"


def test_a_colour_on_the_border_of_two_cells_still_wins() -> None:
    generator = np.random.default_rng(5)
    near = generator.integers(122, 134, (6000, 3))
    dark = np.full((3500, 3), 10)
    pixels = np.concatenate([near, dark]).astype(np.uint8).reshape(95, 100, 3)
    red, green, blue = (int(dominant(pixels)[at : at + 2], 16) for at in (1, 3, 5))
    assert all(115 < part < 140 for part in (red, green, blue))


def test_transparent_pixels_have_no_say() -> None:
    pixels = np.full((10, 10, 4), [255, 255, 255, 0], np.uint8)
    assert dominant(pixels) == "#808080"
    pixels[0, 0] = [1, 2, 3, 255]
    assert dominant(pixels) == "#010203"
    pixels[0, 1] = [9, 10, 11, 85]
    assert dominant(pixels) == "#030405"
