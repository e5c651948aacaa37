"""Soft edges: from a rough mask to an alpha that follows hair, and to colours free of the old background.

One idea carries this file, written here from its formulas:

* the guided filter (He, Sun, Tang 2010): alpha is a linear function of colour inside every small window.
  Applied to any alpha it is a smoother; used as the matrix `1 - filter` it is the large-kernel matting
  Laplacian (He, Sun, Tang, CVPR 2010), and solving with that matrix extends a known alpha into the undecided
  band;
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

# Rows handled at a time where a picture has its full size: keeps a 24 megapixel picture well below 1 GB.
STRIP = 256
# Alpha this close to an end is that end: the eye sees no difference, and a clean key compresses better.
SNAP = 0.02
# Variance of a colour (0..1, channels summed) that any camera's noise explains.
NOISE = np.float32(3 * 0.012**2)


def fitted(array: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """`array` (H, W[, C]) at `size` (height, width): averaged when it shrinks, linear when it grows."""
    height, width = size
    if array.shape[:2] == size:
        return array
    shrinks = height * width < array.shape[0] * array.shape[1]
    result: NDArray[Any] = cv2.resize(
        array, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    return result


def bounded(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """The (height, width) that fits `shape` into a square of `side` pixels; never larger, never empty."""
    scale = min(1.0, side / max(shape[:2]))
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


class Guide:
    """The guided filter of one picture: its windows' colour statistics are computed once, and used many
    times."""

    def __init__(self, rgb: Floats, radius: int, smoothness: float) -> None:
        """`rgb` (H, W, 3) in 0..1, windows of 2 radius + 1 pixels; `smoothness` is the paper's epsilon, in
        colour²."""
        self.rgb = rgb
        self.window = (2 * radius + 1, 2 * radius + 1)
        self.mean = self._mean(rgb)
        pairs = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
        rr, rg, rb, gg, gb, bb = (
            self._mean(rgb[..., i] * rgb[..., j]) - self.mean[..., i] * self.mean[..., j] for i, j in pairs
        )
        rr, gg, bb = rr + smoothness, gg + smoothness, bb + smoothness
        cofactors = [
            gg * bb - gb * gb,
            gb * rb - rg * bb,
            rg * gb - gg * rb,
            rr * bb - rb * rb,
            rb * rg - rr * gb,
            rr * gg - rg * rg,
        ]
        determinant = rr * cofactors[0] + rg * cofactors[1] + rb * cofactors[2]
        # A flat window in single precision may fall a hair below zero; it has no colour line, so none is
        # drawn.
        determinant = np.maximum(determinant, smoothness**3)
        self.inverse = [c / determinant for c in cofactors]

    def _mean(self, array: Floats) -> Floats:
        result: Floats = cv2.blur(array, self.window, borderType=cv2.BORDER_REFLECT)
        return result

    def lines(self, alpha: Floats) -> tuple[Floats, Floats]:
        """Slope (H, W, 3) and offset (H, W) of the mean line alpha = slope · colour + offset of every
        pixel."""
        level = self._mean(alpha)
        r, g, b = cv2.split(self._mean(self.rgb * alpha[..., None]) - self.mean * level[..., None])
        ii = self.inverse
        slope = np.dstack(
            [
                ii[0] * r + ii[1] * g + ii[2] * b,
                ii[1] * r + ii[3] * g + ii[4] * b,
                ii[2] * r + ii[4] * g + ii[5] * b,
            ]
        )
        offset = level - np.einsum("hwc,hwc->hw", slope, self.mean)
        return self._mean(slope), self._mean(offset)

    def filter(self, alpha: Floats) -> Floats:
        """`alpha` (H, W), smoothed along the picture's colours."""
        slope, offset = self.lines(alpha)
        result: Floats = np.einsum("hwc,hwc->hw", slope, self.rgb) + offset
        return result


@dataclass(frozen=True)
class Rim:
    """What is known of an edge before it is solved. All (H, W)."""

    unknown: Flags  # where alpha is to be found
    start: Floats  # alpha, 0..1: the mask, and in the unknown a first estimate
    trust: Floats  # 0..1: how far the estimate can be believed


def rim(rgb: Floats, mask: Flags, *, near: int, far: int, within: int) -> Rim:
    """The undecided band around the edge of `mask` in `rgb` (H, W, 3, 0..1), and a first alpha in it.

    Pixels within `near` of the edge are undecided; up to `far` outside and `within` inside those are too that
    do not fit their own side's colours: hair outside, gaps inside. The estimate places each colour on the
    line from the background's local mean to the foreground's, which is exact when both are of one colour, and
    not to be trusted when they vary as much as they differ.
    """
    inside, outside = depth(mask), depth(~mask)
    deep = inside > within
    front, front_spread = _local(rgb, deep if deep.sum() > 50 else inside > near)
    back, back_spread = _local(rgb, outside > near)
    across = front - back
    length = np.maximum((across * across).sum(axis=2), 1e-6)
    own = rgb - back
    place = np.clip((own * across).sum(axis=2) / length, 0, 1)
    off = own - place[..., None] * across
    spread = place * front_spread + (1 - place) * back_spread + NOISE
    trust = length / (length + 12 * (front_spread + back_spread + NOISE))
    trust = trust * np.exp(-(off * off).sum(axis=2) / (6 * spread))
    strange_out = ((own * own).sum(axis=2) > 9 * (back_spread + NOISE)) & (place > 0.12)
    behind = rgb - front
    strange_in = ((behind * behind).sum(axis=2) > 9 * (front_spread + NOISE)) & (place < 0.88)
    strange = np.where(mask, strange_in & (inside <= within), strange_out & (outside <= far)) & (trust > 0.4)
    wide = cv2.dilate(strange.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    unknown = np.where(mask, inside <= near, outside <= near)
    unknown |= wide & np.where(mask, inside <= within, outside <= far)
    plain = mask.astype(np.float32)
    start = np.where(unknown, trust * place + (1 - trust) * plain, plain).astype(np.float32)
    return Rim(unknown, start, np.where(unknown, trust, 0).astype(np.float32))


def depth(mask: Flags) -> Floats:
    """How deep (H, W, pixels) each true pixel lies; the frame of the picture is no edge."""
    padded = np.pad(mask, 1, mode="edge").astype(np.uint8)
    if padded.all():
        return np.full(mask.shape, np.float32(1e4))
    result: Floats = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    return result


def _local(rgb: Floats, where: Flags) -> tuple[Floats, Floats]:
    """Mean colour (H, W, 3) and variance (H, W, channels summed) of the pixels `where` around each pixel.

    Windows grow until they hold something: 13, 41, 129 pixels, then the whole picture.
    """
    weight = where.astype(np.float32)
    total = max(float(weight.sum()), 1.0)
    packed = np.dstack([rgb, (rgb * rgb).sum(axis=2)]) * weight[..., None]
    result = np.broadcast_to(packed.sum(axis=(0, 1)) / total, packed.shape).astype(np.float32)
    for side in (129, 41, 13):
        step = max(1, side // 12)
        size = (max(1, weight.shape[0] // step), max(1, weight.shape[1] // step))
        window = (2 * (side // step // 2) + 1,) * 2
        share = cv2.blur(fitted(weight, size), window, borderType=cv2.BORDER_REPLICATE)
        value = cv2.blur(fitted(packed, size), window, borderType=cv2.BORDER_REPLICATE)
        value = value / np.maximum(share, 1e-6)[..., None]
        # A window with next to nothing in it hands over to the larger one, smoothly.
        say = fitted(np.clip(share / 0.08, 0, 1).astype(np.float32), weight.shape)[..., None]
        result = result + (fitted(value.astype(np.float32), weight.shape) - result) * say
    mean = result[..., :3]
    spread = np.maximum(result[..., 3] - (mean * mean).sum(axis=2), 0)
    return mean, spread


def solved(rgb: Floats, rim: Rim, *, radius: int = 2, steps: int = 14) -> Floats:
    """Alpha (H, W) solved in the rim from the known pixels and the trusted estimate: large-kernel matting.

    Minimises alpha' (1 - guided filter) alpha + sum of trust (alpha - estimate)², by conjugate gradients from
    the estimate. `steps` bounds the work: the start is good, and what remains is less than eight bits can
    show.
    """
    if not rim.unknown.any():
        return rim.start
    rows, columns = _around(rim.unknown, 4 * radius)
    part, free = rim.start[rows, columns], rim.unknown[rows, columns].astype(np.float32)
    guide = Guide(np.ascontiguousarray(rgb[rows, columns]), radius, 1e-4)
    # Never nothing: islands of undecided pixels, which touch nothing known, stay where they were.
    anchor = (2e-3 + 0.12 * rim.trust[rows, columns] ** 2).astype(np.float32) * free

    def pull(values: Floats) -> Floats:
        return (values - guide.filter(values)) * free

    guess = part.astype(np.float32)
    residual = -pull(guess)
    direction = residual.copy()
    energy = start = float((residual * residual).sum())
    for _ in range(steps):
        if energy <= 1e-5 * start or energy < 1e-9:
            break
        image = pull(direction) + anchor * direction
        curvature = float((direction * image).sum())
        if curvature <= 0:
            break
        step = np.float32(energy / curvature)
        guess += step * direction
        residual -= step * image
        before, energy = energy, float((residual * residual).sum())
        direction = residual + np.float32(energy / before) * direction
    result = rim.start.copy()
    result[rows, columns] = np.where(free > 0, np.clip(guess, 0, 1), part)
    return result


def _around(flags: Flags, margin: int) -> tuple[slice, slice]:
    """The rows and columns that hold every true pixel, with a margin."""
    ys, xs = np.flatnonzero(flags.any(axis=1)), np.flatnonzero(flags.any(axis=0))
    height, width = flags.shape
    return (
        slice(max(0, int(ys[0]) - margin), min(height, int(ys[-1]) + margin + 1)),
        slice(max(0, int(xs[0]) - margin), min(width, int(xs[-1]) + margin + 1)),
    )


def enlarged(rgb: Bytes, small: Floats, alpha: Floats, unknown: Flags) -> Bytes:
    """`alpha` (h, w) of the `small` picture (h, w, 3, 0..1) at the size of `rgb` (H, W, 3), following its
    edges.

    Joint upsampling: the lines alpha = slope · colour + offset are found on the small picture and applied to
    the colours of the large one, only where something is undecided.
    """
    height, width = rgb.shape[:2]
    if alpha.shape == (height, width):
        return _bytes(alpha)
    slope, offset = Guide(small, 2, 1e-4).lines(alpha)
    line = np.dstack([slope, offset])
    level = np.dstack([alpha, unknown.astype(np.float32)])
    result = np.empty((height, width), np.uint8)
    for top in range(0, height, STRIP):
        bottom = min(height, top + STRIP)
        rough = strip(level, top, bottom, (height, width))
        rows = rough[..., 0]
        soft = rough[..., 1] > 0.01
        if soft.any():
            terms = strip(line, top, bottom, (height, width))
            colour = rgb[top:bottom][soft].astype(np.float32) * np.float32(1 / 255)
            chosen = terms[soft]
            rows[soft] = (colour * chosen[:, :3]).sum(axis=1) + chosen[:, 3]
        result[top:bottom] = _bytes(rows)
    return result


def strip(field: Floats, top: int, bottom: int, shape: tuple[int, ...]) -> Floats:
    """Rows `top` to `bottom` of `field` (h, w, 2 to 4 channels) as it would be at the size of `shape` (H,
    W)."""
    down, across = field.shape[0] / shape[0], field.shape[1] / shape[1]
    # Pixel centres meet pixel centres, as in a resize of the whole.
    turn = np.array([[across, 0, across / 2 - 0.5], [0, down, (top + 0.5) * down - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    result: Floats = cv2.warpAffine(field, turn, (shape[1], bottom - top), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return result


def _bytes(alpha: Floats) -> Bytes:
    """0..1 to 0..255; the last 2 % at both ends snap to the end."""
    stretched = (alpha - np.float32(SNAP)) * np.float32(255 / (1 - 2 * SNAP))
    result: Bytes = np.clip(np.rint(stretched), 0, 255).astype(np.uint8)
    return result
