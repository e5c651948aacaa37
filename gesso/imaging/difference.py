"""Where two pictures differ, pixel by pixel, as a map of heat."""

import io
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gesso.imaging import resize
from gesso.imaging.picture import Pixels, load

RAMP: Final = ((10, 9, 16), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164))
"""From what is the same to what differs as much as anything can, evenly along the square root of the difference: the
smallest ones are what somebody looks for."""


@dataclass(frozen=True)
class Difference:
    """`png` has the size of the second picture. Of its `pixels`, `changed` differ by more than the tolerance; a pixel
    differs by the most that any of its channels does, `largest` and `mean` of 255. `scaled`: the first one had another
    size, and was compared in that of the second."""

    png: bytes
    pixels: int
    changed: int
    largest: int
    mean: float
    scaled: bool


def difference(before: bytes, after: bytes, tolerance: int, max_pixels: int) -> Difference:
    """What is transparent is compared by what would be seen of it, on any ground."""
    first, second = load(before, max_pixels=max_pixels), load(after, max_pixels=max_pixels)
    height, width = second.shape[:2]
    scaled = first.shape[:2] != (height, width)
    if scaled:
        first = resize.to(first, width, height)
    if first.shape[2] != second.shape[2] or first.shape[2] == 4:
        first, second = _solid(first), _solid(second)
    level: NDArray[np.uint8] = cv2.absdiff(first, second).max(2)
    largest, mean = int(level.max()), float(level.mean())
    level[level <= tolerance] = 0
    return Difference(_png(level), height * width, int(np.count_nonzero(level)), largest, round(mean, 4), scaled)


def palette() -> NDArray[np.uint8]:
    """(256, 3): the colour of each difference."""
    along = np.sqrt(np.arange(256) / 255) * (len(RAMP) - 1)
    stops = np.array(RAMP, np.float64)
    lower = np.minimum(along.astype(int), len(RAMP) - 2)
    share = (along - lower)[:, None]
    return np.asarray(np.rint(stops[lower] * (1 - share) + stops[lower + 1] * share), np.uint8)


def _solid(pixels: Pixels) -> Pixels:
    """RGBA with each colour as strong as it is seen."""
    if pixels.shape[2] == 3:
        return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    seen = pixels.copy()
    alpha = pixels[..., 3].astype(np.uint16)
    for channel in range(3):
        seen[..., channel] = ((pixels[..., channel] * alpha + 127) // 255).astype(np.uint8)
    return seen


def _png(level: NDArray[np.uint8]) -> bytes:
    image = Image.fromarray(level)
    image.putpalette(palette().tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()
