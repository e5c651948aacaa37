"""The subject's own colours where its edge is mixed with the old background.

Multi-level foreground estimation (Germer, Uelwer, Conrad, Harmeling: 'Fast Multi-Level Foreground
Estimation', 2020), written from the paper's cost: for every pixel (alpha F + (1 - alpha) B - I)² + sum over
its four neighbours j of w_j ((F - F_j)² + (B - B_j)²) with w_j = REGULAR + |alpha - alpha_j|, solved from one
pixel up, each level starting from the enlarged level below it.
"""

import cv2
import numpy as np

from gesso.imaging.cutout.edge import STRIP, Bytes, Floats, bounded, fitted, strip

REGULAR = np.float32(1e-4)
# The levels end at this long side; above it each mixed pixel is corrected on its own, from the level's
# colours.
SIDE = 640


def decontaminate(rgb: Bytes, alpha: Bytes) -> Bytes:
    """The foreground colours (H, W, 3) of `rgb` (H, W, 3) under the matte `alpha` (H, W).

    Pixels of alpha 255 keep their bytes. Mixed pixels lose the background's share of their colour, and pixels
    of alpha 0 take the colour of the nearest foreground, so that later resampling draws no fringe.
    """
    mixed = alpha < 255
    if not mixed.any() or not alpha.any():
        return rgb.copy()
    size = bounded(alpha.shape, SIDE)
    small = fitted(rgb, size).astype(np.float32) / np.float32(255)
    level = fitted(alpha, size).astype(np.float32) / np.float32(255)
    front, back = _levels(small, level)
    result = rgb.copy()
    height = alpha.shape[0]
    for top in range(0, height, STRIP):
        bottom = min(height, top + STRIP)
        matte = alpha[top:bottom]
        if matte.min() == 255:
            continue
        rows = result[top:bottom]
        own = strip(front, top, bottom, alpha.shape)
        clear = matte == 0
        np.copyto(rows, cv2.convertScaleAbs(own, alpha=255), where=clear[..., None])
        soft = ~clear & (matte < 255)
        if soft.any():
            other = strip(back, top, bottom, alpha.shape)
            rows[soft] = _corrected(rows[soft], matte[soft], own[soft], other[soft])
    return result


def _bytes(colour: Floats) -> Bytes:
    result: Bytes = np.clip(np.rint(colour * 255), 0, 255).astype(np.uint8)
    return result


def _corrected(colour: Bytes, alpha: Bytes, front: Floats, back: Floats) -> Bytes:
    """The foreground nearest to `front` that, over the background nearest to `back`, explains each colour (N,
    3).

    The least change of (F, B) with alpha F + (1 - alpha) B = I: one step of the multi-level solver with its
    neighbours held.
    """
    a = (alpha.astype(np.float32) / np.float32(255))[:, None]
    error = colour.astype(np.float32) / np.float32(255) - a * front - (1 - a) * back
    own = front + error * a / (a * a + (1 - a) ** 2)
    return _bytes(own)


def _levels(rgb: Floats, alpha: Floats) -> tuple[Floats, Floats]:
    """Foreground and background colours (H, W, 3) of a picture in 0..1, from one pixel up to its own size."""
    height, width = alpha.shape
    front = _mean(rgb, alpha)
    back = _mean(rgb, 1 - alpha)
    depth = max(1, int(np.ceil(np.log2(max(height, width, 2)))))
    for level in range(depth + 1):
        size = (
            max(1, round(height ** (level / depth))),
            max(1, round(width ** (level / depth))),
        )
        colour, matte = fitted(rgb, size), fitted(alpha, size)
        front = _nearest(front, size)
        back = _nearest(back, size)
        for _ in range(8 if max(size) <= 32 else 2):
            front, back = _step(colour, matte, front, back)
    return front, back


def _mean(rgb: Floats, weight: Floats) -> Floats:
    total = max(float(weight.sum()), 1e-6)
    result: Floats = ((rgb * weight[..., None]).sum(axis=(0, 1)) / total).astype(np.float32)[None, None]
    return result


def _nearest(field: Floats, size: tuple[int, int]) -> Floats:
    result: Floats = cv2.resize(field, (size[1], size[0]), interpolation=cv2.INTER_NEAREST)
    return result.reshape(*size, 3)


def _step(colour: Floats, alpha: Floats, front: Floats, back: Floats) -> tuple[Floats, Floats]:
    """Every pixel's 2 x 2 system solved once, with its neighbours as they stood."""
    weight = np.zeros_like(alpha)
    near_front, near_back = np.zeros_like(front), np.zeros_like(back)
    for here, there in _neighbours(alpha.shape):
        w = REGULAR + np.abs(alpha[here] - alpha[there])
        weight[here] += w
        near_front[here] += w[..., None] * front[there]
        near_back[here] += w[..., None] * back[there]
    a, b = alpha, 1 - alpha
    # A picture of one pixel has no neighbours; the level below holds its colours.
    alone = weight <= 0
    weight = np.where(alone, REGULAR, weight)
    near_front = np.where(alone[..., None], REGULAR * front, near_front)
    near_back = np.where(alone[..., None], REGULAR * back, near_back)
    mixed, first, second = a * b, a * a + weight, b * b + weight
    scale = (1 / (first * second - mixed * mixed))[..., None]
    left = a[..., None] * colour + near_front
    right = b[..., None] * colour + near_back
    return (
        np.clip((second[..., None] * left - mixed[..., None] * right) * scale, 0, 1).astype(np.float32),
        np.clip((first[..., None] * right - mixed[..., None] * left) * scale, 0, 1).astype(np.float32),
    )


Window = tuple[slice, slice]


def _neighbours(shape: tuple[int, ...]) -> list[tuple[Window, Window]]:
    every, but_first, but_last = slice(None), slice(1, None), slice(None, -1)
    vertical = [((but_first, every), (but_last, every)), ((but_last, every), (but_first, every))]
    across = [((every, but_first), (every, but_last)), ((every, but_last), (every, but_first))]
    return (vertical if shape[0] > 1 else []) + (across if shape[1] > 1 else [])
