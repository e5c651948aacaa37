"""Pictures made larger with more detail than resampling keeps.

faithful  Iterated back-projection (M. Irani and S. Peleg, "Improving resolution by image registration", 1991): Lanczos,
          corrected until the result, scaled down, is the picture it came from. Between the corrections it is smoothed
          along its edges, never across (after J. Weickert, "Coherence-enhancing diffusion filtering", 1999), so that
          slanted edges lose their stairs, and held within what its neighbours are, so that no halo grows.
invented  The fine texture that the small picture has no room for, taken from the picture's own texture one size up:
          surfaces look alike at neighbouring scales (D. Glasner and others, "Super-resolution from a single image",
          2009). It is no knowledge of what was there, and adds nothing where the picture is smooth or has edges.
"""

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import quality, resize
from gesso.imaging.picture import MAX_PIXELS, Pixels
from gesso.kit.errors import TooLarge

Floats = NDArray[np.float32]
Report = Callable[[float], None]

_ROUNDS = 7
_MARGIN = 24
_SHARP = 0.2
_SLACK = 6.0
_BLOCK = 32


def enlarge(
    pixels: Pixels,
    factor: int,
    *,
    creativity: float = 0.0,
    seed: int = 0,
    max_pixels: int = MAX_PIXELS,
    report: Report | None = None,
) -> Pixels:
    """The picture (H, W, 3 or 4) `factor` (2, 4 or 8) times as wide and high.

    `creativity` 0..1 is how much texture and grain is invented; 0 is faithful. The same seed gives the same bytes.
    Works in tiles, in the memory of the result and a few megapixels, without seams. TooLarge beyond `max_pixels`.
    """
    height, width, channels = pixels.shape
    if height * width * factor**2 > max_pixels:
        raise TooLarge(
            f"{factor} times {width} x {height} is {width * factor} x {height * factor} pixels; at most "
            f"{max_pixels / 1e6:.3g} megapixels can be made. Choose a smaller factor, or a smaller picture."
        )
    result = np.empty((height * factor, width * factor, channels), np.uint8)
    for rows, columns in _tiles(height, width, max(32, 768 // factor)):
        top, left = max(0, rows.start - _MARGIN), max(0, columns.start - _MARGIN)
        patch = pixels[top : rows.stop + _MARGIN, left : columns.stop + _MARGIN]
        large = _restored(resize.premultiplied(patch), factor)
        if creativity > 0:
            large[..., :3] = _enriched(large[..., :3], patch, factor, creativity, (top, left), seed)
        y, x = (rows.start - top) * factor, (columns.start - left) * factor
        high, wide = (rows.stop - rows.start) * factor, (columns.stop - columns.start) * factor
        part = resize.straight(np.ascontiguousarray(large[y : y + high, x : x + wide]))
        result[rows.start * factor : rows.stop * factor, columns.start * factor : columns.stop * factor] = part
        if report is not None:
            report((rows.start * width + (rows.stop - rows.start) * columns.stop) / (height * width))
    return result


def fidelity(source: Pixels, made: Pixels) -> dict[str, Any]:
    """How true an enlarged picture is to the one it came from.

    `psnr` (dB) and `ssim` are of the result scaled down again; `sharper` is how many times as steep its edges are as
    those of Lanczos resampling; `halos` and `clipped` the shares of pixels that ring or end at black or white and did
    not before.
    """
    height, width = source.shape[:2]
    # A large picture is judged by its middle.
    scale = made.shape[0] / height
    high, wide = min(height, 1024), min(width, 1024)
    top, left = (height - high) // 2, (width - wide) // 2
    source = np.ascontiguousarray(source[top : top + high, left : left + wide])
    y0, x0 = round(top * scale), round(left * made.shape[1] / width)
    made = np.ascontiguousarray(made[y0 : y0 + round(high * scale), x0 : x0 + round(wide * made.shape[1] / width)])
    again = resize.reduce(made, wide, high) if made.shape[0] >= high and made.shape[1] >= wide else source
    usual = cv2.resize(source, (made.shape[1], made.shape[0]), interpolation=cv2.INTER_LANCZOS4)
    usual = np.asarray(usual, np.uint8).reshape(made.shape)
    ends = float(((made == 0) | (made == 255)).mean()) - float(((source == 0) | (source == 255)).mean())
    return {
        "psnr": quality.psnr(again, source),
        "ssim": round(quality.ssim(again, source), 4),
        "sharper": round(quality.sharpness(made) / max(quality.sharpness(usual), 1e-3), 2),
        "halos": round(quality.ringing(made, source), 4),
        "clipped": round(max(0.0, ends), 4),
    }


def _tiles(height: int, width: int, side: int) -> Iterator[tuple[slice, slice]]:
    for top in range(0, height, side):
        for left in range(0, width, side):
            yield slice(top, min(top + side, height)), slice(left, min(left + side, width))


def _restored(patch: Floats, factor: int) -> Floats:
    height, width, channels = patch.shape
    size = width * factor, height * factor

    def grown(small: Floats, how: int) -> Floats:
        return np.asarray(cv2.resize(small, size, interpolation=how), np.float32).reshape(size[1], size[0], channels)

    window = np.ones((3, 3), np.uint8)
    low = grown(cv2.erode(patch, window).reshape(patch.shape), cv2.INTER_LINEAR) - _SLACK
    high = grown(cv2.dilate(patch, window).reshape(patch.shape), cv2.INTER_LINEAR) + _SLACK
    large = grown(patch, cv2.INTER_LANCZOS4)
    for turn in range(_ROUNDS):
        if turn < _ROUNDS - 2:
            large += _SHARP * (large - cv2.GaussianBlur(large, (0, 0), 0.4 * factor).reshape(large.shape))
        if turn in (1, 3):
            large = _along(large, factor)
        large = np.clip(large, low, high)
        again = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA).reshape(patch.shape)
        large += grown(patch - again, cv2.INTER_CUBIC)
    return large


def _tensor(light: Floats, sigma: float) -> tuple[Floats, Floats]:
    """The direction (radians) in which the picture changes least around each pixel, and how clearly 0..1."""
    dx, dy = cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)
    xx, xy, yy = (cv2.GaussianBlur(part, (0, 0), sigma) for part in (dx * dx, dx * dy, dy * dy))
    clear = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (xx + yy + 1e-3)
    strength = clear * np.clip((xx + yy) / 400, 0, 1)
    return np.asarray(0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2, np.float32), np.asarray(strength, np.float32)


def _along(large: Floats, factor: int) -> Floats:
    """Smoothed along its edges."""
    direction, strength = _tensor(large[..., :3].mean(2), max(1.0, factor / 2))
    height, width = strength.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    dx, dy = np.cos(direction), np.sin(direction)
    total, weight = large.copy(), 1.0
    for step, share in ((1, 0.9), (2, 0.6), (3, 0.3)):
        for sign in (-1, 1):
            way = np.float32(sign * step * factor / 4)
            moved = cv2.remap(large, x + way * dx, y + way * dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            total += np.float32(share) * moved.reshape(large.shape)
            weight += share
    return large + (total / np.float32(weight) - large) * strength[..., None]


def _enriched(
    large: Floats, patch: Pixels, factor: int, creativity: float, corner: tuple[int, int], seed: int
) -> Floats:
    """With texture one size finer than the picture has, and a breath of grain."""
    small = patch[..., :3].astype(np.float32)
    # Edges and glints are things, not texture, and would be seen again all around.
    fine = small - cv2.GaussianBlur(small, (0, 0), 2.0)
    things = cv2.dilate(np.abs(fine).max(2), np.ones((5, 5), np.uint8))
    fine *= (1 / (1 + (things / 14) ** 4))[..., None]
    height, width = large.shape[:2]
    texture = np.zeros_like(large)
    weight = np.zeros((height, width, 1), np.float32)
    # Blocks of the result lie on a grid of the whole picture: tiles agree about them.
    rows = np.arange(height) + corner[0] * factor
    columns = np.arange(width) + corner[1] * factor
    for phase_y in (0, _BLOCK // 2):
        for phase_x in (0, _BLOCK // 2):
            block_y, block_x = (rows + phase_y) // _BLOCK, (columns + phase_x) // _BLOCK
            in_y, in_x = (rows + phase_y) % _BLOCK - _BLOCK / 2, (columns + phase_x) % _BLOCK - _BLOCK / 2
            from_y = (block_y * _BLOCK + _BLOCK / 2 - phase_y) / factor - corner[0] + in_y
            from_x = (block_x * _BLOCK + _BLOCK / 2 - phase_x) / factor - corner[1] + in_x
            map_x = np.broadcast_to(np.rint(from_x).astype(np.float32)[None], (height, width))
            map_y = np.broadcast_to(np.rint(from_y).astype(np.float32)[:, None], (height, width))
            taken = cv2.remap(fine, map_x, map_y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101)
            share = (_hill(in_y)[:, None] * _hill(in_x)[None])[..., None].astype(np.float32)
            texture += taken.reshape(large.shape) * share
            weight += share * share
    texture /= np.sqrt(np.maximum(weight, 1e-6))
    _, edge = _tensor(large.mean(2), factor)
    # On average over each pixel of the source nothing is added.
    mean = cv2.resize(texture, (patch.shape[1], patch.shape[0]), interpolation=cv2.INTER_AREA)
    texture -= cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR).reshape(large.shape)
    grain = _grain(rows, columns, seed)
    soft = cv2.GaussianBlur(large, (0, 0), 0.5 * factor).reshape(large.shape)
    crisp = large + np.float32(0.5 * creativity) * (large - soft)
    calm = (1 - cv2.GaussianBlur(edge, (0, 0), factor))[..., None]
    made = crisp + np.float32(1.5 * creativity) * texture * calm + np.float32(2.2 * creativity) * grain[..., None]
    return np.asarray(made, np.float32)


def _hill(inside: NDArray[np.floating]) -> NDArray[np.floating]:
    """A window over a block: 1 in its middle, 0 at its ends."""
    return np.asarray(np.cos(np.pi * (inside + 0.5) / _BLOCK) ** 2)


def _grain(rows: NDArray[np.int64], columns: NDArray[np.int64], seed: int) -> Floats:
    """Noise of unit strength that depends on the place alone: an integer hash (after T. Mueller's public finaliser)."""
    mixed = (rows[:, None] * 73856093 ^ columns[None] * 19349663 ^ (seed + 1) * 83492791) & 0xFFFFFFFF
    for _ in range(2):
        mixed = ((mixed >> 16) ^ mixed) * 0x45D9F3B & 0xFFFFFFFF
    even = (((mixed >> 16) ^ mixed) & 0xFFFF) / 65535
    return np.asarray((even - 0.5) * 3.46, np.float32)
