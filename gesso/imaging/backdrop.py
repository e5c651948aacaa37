"""What stands behind a cut-out subject: a colour, a gradient, a picture, or its own background out of focus."""

from typing import Literal, TypeAlias

import cv2
import numpy as np

from gesso.imaging import resize
from gesso.imaging.colour import LINEAR, Numbers, encode, from_lab, to_lab
from gesso.imaging.picture import Pixels

Rgb: TypeAlias = tuple[int, int, int]
"""sRGB bytes."""
Fit: TypeAlias = Literal["cover", "contain", "tile"]

# Rows that are worked on at a time, so that the numbers of a large picture never lie in memory all at once.
_ROWS = 256
# A blur has about this radius on the reduced copy that it is made on.
_FINE = 8.0


def over(subject: Pixels, ground: Pixels) -> Pixels:
    """The subject (H, W, 4) laid on the ground (H, W, 3), both of one size: (H, W, 3).

    Light is mixed as light: a soft edge between two bright colours has no dark seam. Where alpha is 255 stands the
    subject's own byte, where it is 0 the ground's.
    """
    result = ground.copy()
    for start in range(0, len(subject), _ROWS):
        rows, out = subject[start : start + _ROWS], result[start : start + _ROWS]
        alpha = rows[..., 3]
        whole = alpha == 255
        out[whole] = rows[whole][:, :3]
        soft = (alpha > 0) & ~whole
        if not soft.any():
            continue
        share = (alpha[soft] / np.float32(255))[:, None]
        mixed = LINEAR[rows[soft][:, :3]] * share + LINEAR[out[soft]] * (1 - share)
        out[soft] = np.rint(encode(mixed) * 255).astype(np.uint8)
    return result


def plain(width: int, height: int, colour: Rgb) -> Pixels:
    """One colour everywhere."""
    return np.full((height, width, 3), colour, np.uint8)


def gradient(width: int, height: int, start: Rgb, end: Rgb, angle: float) -> Pixels:
    """From one colour to another in even steps to the eye (OKLab), dithered so that no bands show.

    `angle` is in degrees, as in CSS: 0 runs upwards, 90 to the right. The corners that lie farthest along it have
    the pure colours.
    """
    turn = np.radians(angle)
    right, up = np.float32(np.sin(turn)), np.float32(np.cos(turn))
    reach = max(1.0, float(abs((width - 1) * right) + abs((height - 1) * up)))
    lab = to_lab(LINEAR[np.array([start, end])])
    steps = np.linspace(0, 1, 4096, dtype=np.float32)[:, None]
    table = encode(from_lab(lab[0] + (lab[1] - lab[0]) * steps))
    x = (np.arange(width, dtype=np.float32) + np.float32(0.5 - width / 2)) * right
    result = np.empty((height, width, 3), np.uint8)
    chance = np.random.Generator(np.random.PCG64(0))
    for top in range(0, height, _ROWS):
        y = (np.arange(top, min(height, top + _ROWS), dtype=np.float32) + np.float32(0.5 - height / 2)) * -up
        along = (x[None, :] + y[:, None]) / np.float32(reach) + np.float32(0.5)
        shade = table[np.clip(along * 4095 + np.float32(0.5), 0, 4095).astype(np.intp)]
        result[top : top + _ROWS] = _dithered(shade, chance)
    return result


def laid(pixels: Pixels, width: int, height: int, fit: Fit) -> Pixels:
    """A picture (h, w, 3) in a frame of another size, (height, width, 3).

    cover    the frame is filled, what is over is cropped evenly.
    contain  the whole picture in the middle; what it leaves free shows it once more, large and out of focus.
    tile     repeated in its own size from the top left corner.
    """
    if fit == "tile":
        across, down = -(-width // pixels.shape[1]), -(-height // pixels.shape[0])
        return np.ascontiguousarray(np.tile(pixels, (down, across, 1))[:height, :width])
    filled = resize.cover(pixels, width, height)
    if fit == "cover":
        return filled
    scale = min(width / pixels.shape[1], height / pixels.shape[0])
    wide = min(width, max(1, round(pixels.shape[1] * scale)))
    high = min(height, max(1, round(pixels.shape[0] * scale)))
    if (wide, high) == (width, height):
        return filled
    result = blurred(filled, np.zeros((height, width), np.uint8), min(width, height) / 24)
    top, left = (height - high) // 2, (width - wide) // 2
    result[top : top + high, left : left + wide] = resize.to(pixels, wide, high)
    return result


def blurred(pixels: Pixels, alpha: Pixels, radius: float) -> Pixels:
    """The background of `pixels` (H, W, 3) as a lens that is focused on the subject sees it: (H, W, 3).

    Light is spread over a disc of `radius` pixels, as light, so that lamps become discs and not smears. What is
    subject by `alpha` (H, W) does not spread: behind it, and around it, only background is seen.
    """
    height, width = alpha.shape
    factor = max(1, int(radius / _FINE))
    light, weight = _reduced(pixels, alpha, factor)
    disc = _disc(radius / factor)
    light, weight = (cv2.filter2D(plane, -1, disc, borderType=cv2.BORDER_REFLECT) for plane in (light, weight))
    small = encode(_filled(np.asarray(light, np.float32), np.asarray(weight, np.float32)))
    result = np.empty((height, width, 3), np.uint8)
    chance = np.random.Generator(np.random.PCG64(0))
    x, down = _places(width, factor), _places(height, factor)
    for top in range(0, height, _ROWS):
        y = down[top : top + _ROWS]
        across, along = (np.array(np.broadcast_to(p, (len(y), width))) for p in (x[None, :], y[:, None]))
        large = cv2.remap(small, across, along, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        result[top : top + _ROWS] = _dithered(np.asarray(large, np.float32), chance)
    return result


def _places(length: int, factor: int) -> Numbers:
    """Where the pixels of a side lie on the side that is `factor` times shorter."""
    return (np.arange(length, dtype=np.float32) + np.float32(0.5)) / np.float32(factor) - np.float32(0.5)


def _reduced(pixels: Pixels, alpha: Pixels, factor: int) -> tuple[Numbers, Numbers]:
    """The background's light (h, w, 3), times its share, and that share (h, w) of each block of `factor` pixels."""
    light, weight = [], []
    step = factor * max(1, _ROWS // factor)
    for top in range(0, len(pixels), step):
        rows, share = pixels[top : top + step], 1 - alpha[top : top + step].astype(np.float32) / np.float32(255)
        down, across = -len(rows) % factor, -rows.shape[1] % factor
        rows, share = (cv2.copyMakeBorder(part, 0, down, 0, across, cv2.BORDER_REPLICATE) for part in (rows, share))
        size = (share.shape[1] // factor, share.shape[0] // factor)
        light.append(cv2.resize(LINEAR[rows] * share[..., None], size, interpolation=cv2.INTER_AREA))
        weight.append(cv2.resize(share, size, interpolation=cv2.INTER_AREA))
    return np.concatenate(light).astype(np.float32), np.concatenate(weight).astype(np.float32)


def _disc(radius: float) -> Numbers:
    """A round aperture: a kernel (n, n) of sum 1 with a rim one pixel soft."""
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return np.asarray(disc / disc.sum(), np.float32)


def _filled(light: Numbers, weight: Numbers) -> Numbers:
    """Weighted light made whole (h, w, 3): where its weight is nothing, it comes from ever farther around.

    Push-pull: Gortler, Grzeszczuk, Szeliski and Cohen, "The Lumigraph", 1996.
    """
    height, width = weight.shape
    if max(height, width) <= 2:
        return np.asarray(light / np.maximum(weight, 1e-6)[..., None], np.float32)
    size = ((width + 1) // 2, (height + 1) // 2)
    below = _filled(
        np.asarray(cv2.resize(light, size, interpolation=cv2.INTER_AREA), np.float32).reshape(*size[::-1], 3),
        np.asarray(cv2.resize(weight, size, interpolation=cv2.INTER_AREA), np.float32).reshape(size[::-1]),
    )
    around = np.asarray(cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR)).reshape(height, width, 3)
    own = np.minimum(weight / np.float32(0.02), 1)[..., None]
    return np.asarray(around + (light / np.maximum(weight, 1e-6)[..., None] - around) * own, np.float32)


def _dithered(shade: Numbers, chance: np.random.Generator) -> Pixels:
    """Bytes of sRGB-encoded 0..1, with triangular noise of one step in place of bands."""
    size = shade.shape[:2]
    noise = chance.random(size, dtype=np.float32) - chance.random(size, dtype=np.float32)
    return np.clip(shade * 255 + noise[..., None] * np.float32(0.75) + np.float32(0.5), 0, 255).astype(np.uint8)


def rgb(code: str) -> Rgb:
    """The bytes of `#rrggbb`."""
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return red, green, blue
