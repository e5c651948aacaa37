"""Pictures in other sizes."""

from collections.abc import Callable, Iterator
from math import ceil
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.picture import MAX_PIXELS, Pixels, within
from gesso.kit.errors import TooLarge

Factor: TypeAlias = Literal[2, 4, 8]
Numbers: TypeAlias = NDArray[np.float32]

# Lanczos of order 4 looks this many pixels to each side.
_REACH = 4


def fit(pixels: Pixels, inside: int) -> Pixels:
    """The picture scaled down to fit a square of `inside` pixels; one that fits comes back as it is."""
    height, width = pixels.shape[:2]
    return reduce(pixels, *within(width, height, inside))


def reduce(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture in a size no larger than its own, (height, width, C); in its own, it comes back as it is.

    Each new pixel is the mean of the area that it covers, colours weighted by their alpha.
    """
    size = width, height
    if size == pixels.shape[1::-1]:
        return pixels
    if pixels.shape[2] == 3:
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return straight(_numbers(cv2.resize(premultiplied(pixels), size, interpolation=cv2.INTER_AREA)))


def to(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture (H, W, 3) in any size, (height, width, 3): averaged where it shrinks, cubic where it grows."""
    if (width, height) == pixels.shape[1::-1]:
        return pixels
    shrinks = width * height < pixels.shape[0] * pixels.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def cover(pixels: Pixels, width: int, height: int) -> Pixels:
    """The middle of the picture (H, W, 3) that has the shape of `width` x `height`, in that size."""
    scale = max(width / pixels.shape[1], height / pixels.shape[0])
    wide = min(pixels.shape[1], max(1, round(width / scale)))
    high = min(pixels.shape[0], max(1, round(height / scale)))
    top, left = (pixels.shape[0] - high) // 2, (pixels.shape[1] - wide) // 2
    return to(np.ascontiguousarray(pixels[top : top + high, left : left + wide]), width, height)


def covering(width: int, height: int, across: int, down: int) -> int:
    """The long side, in pixels, with which a picture of `width` x `height` still covers `across` x `down`."""
    return max(1, ceil(max(width, height) * min(1.0, max(across / width, down / height))))


def upscale(
    pixels: Pixels,
    factor: Factor,
    *,
    max_pixels: int = MAX_PIXELS,
    report: Callable[[float], None] | None = None,
) -> Pixels:
    """The picture `factor` times as wide and high: (H, W, C) becomes exactly (H * factor, W * factor, C).

    By Lanczos' 8 x 8 windowed sinc: quick and sharp, with a faint halo at hard edges.

    Works in tiles, so that beside the result it needs the memory of a few megapixels, and the tiles leave no
    seams. `report` hears the finished share, rising to 1.0. Raises `TooLarge` where the result would have
    more than `max_pixels`.
    """
    height, width, channels = pixels.shape
    if height * width * factor**2 > max_pixels:
        raise TooLarge(
            f"{factor} times {width} x {height} is {width * factor} x {height * factor} pixels; at most "
            f"{max_pixels / 1e6:.3g} megapixels can be made. Choose a smaller factor, or a smaller picture.",
            pixels=height * width * factor**2,
            limit=max_pixels,
        )
    result = np.empty((height * factor, width * factor, channels), np.uint8)
    done = 0
    for rows, columns in _tiles(height, width, 1024 // factor):
        # Beyond the picture's edge there is no margin, and the resampler repeats the last pixel by itself.
        top, left = max(0, rows.start - _REACH), max(0, columns.start - _REACH)
        patch = pixels[top : rows.stop + _REACH, left : columns.stop + _REACH]
        large = straight(_enlarged(premultiplied(patch), factor))
        y, x = (rows.start - top) * factor, (columns.start - left) * factor
        high, wide = (rows.stop - rows.start) * factor, (columns.stop - columns.start) * factor
        result[rows.start * factor : rows.stop * factor, columns.start * factor : columns.stop * factor] = large[
            y : y + high, x : x + wide
        ]
        done += high * wide
        if report is not None:
            report(done / (height * width * factor**2))
    return result


def _tiles(height: int, width: int, side: int) -> Iterator[tuple[slice, slice]]:
    for top in range(0, height, side):
        for left in range(0, width, side):
            yield slice(top, min(top + side, height)), slice(left, min(left + side, width))


def _enlarged(patch: Numbers, factor: int) -> Numbers:
    height, width = patch.shape[:2]
    return _numbers(cv2.resize(patch, (width * factor, height * factor), interpolation=cv2.INTER_LANCZOS4))


def rows_of(small: Numbers, rows: slice, width: int, height: int, how: int = cv2.INTER_LINEAR) -> Numbers:
    """These rows of a small map (h, w) or (h, w, C) enlarged to `height` by `width`, in the memory of these alone."""
    down, across = small.shape[0] / height, small.shape[1] / width
    matrix = np.array([[across, 0, 0.5 * across - 0.5], [0, down, (rows.start + 0.5) * down - 0.5]])
    size = width, rows.stop - rows.start
    made = cv2.warpAffine(small, matrix, size, flags=how | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(made, np.float32)


def premultiplied(pixels: Pixels) -> Numbers:
    """Colours 0..255 times alpha 0..1, and alpha 0..255: neighbours mix by how much each is there."""
    numbers = pixels.astype(np.float32)
    if pixels.shape[2] == 4:
        numbers[..., :3] *= numbers[..., 3:] / 255
    return numbers


def straight(numbers: Numbers) -> Pixels:
    """The inverse of `premultiplied`, rounded to uint8. Where alpha is 0 the colour is black."""
    if numbers.shape[2] == 4:
        alpha = np.clip(numbers[..., 3:], 0, 255)
        # Below half a step alpha rounds to 0, and a quotient by it would be noise.
        numbers[..., :3] *= np.where(alpha >= 0.5, 255 / np.maximum(alpha, 0.5), 0)
        numbers[..., 3:] = alpha
    return np.asarray(np.clip(np.rint(numbers), 0, 255), np.uint8)


def _numbers(image: object) -> Numbers:
    """What OpenCV gave, with its type said."""
    return np.asarray(image, np.float32)
