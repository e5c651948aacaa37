"""Thin damage: the smoothest surface through what surrounds it.

Biharmonic inpainting (S. Damelin and N. Hoang, "On surface completion and image inpainting by biharmonic functions",
2018): inside the hole the Laplacian of the Laplacian is 0, so that value and slope run on across it. The equations are
solved by conjugate gradients over the hole's pixels alone.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

# The 13-point stencil of the squared Laplacian: (down, right, weight).
_STENCIL = (
    (0, 0, 20.0),
    *((dy, dx, -8.0) for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1))),
    *((dy, dx, 2.0) for dy, dx in ((-1, -1), (-1, 1), (1, -1), (1, 1))),
    *((dy, dx, 1.0) for dy, dx in ((-2, 0), (2, 0), (0, -2), (0, 2))),
)


def biharmonic(pixels: Floats, hole: Flags, *, rounds: int = 600, exact: float = 0.005) -> Floats:
    """`pixels` (H, W, C) with `hole` (H, W) filled; what lies in the hole is only where the search begins.

    `exact` is the largest residual that is left, relative to where it began.
    """
    padded = cv2.copyMakeBorder(pixels, 2, 2, 2, 2, cv2.BORDER_REFLECT_101)
    inside = np.zeros(padded.shape[:2], np.bool_)
    inside[2:-2, 2:-2] = hole
    width = padded.shape[1]
    flat = np.asarray(padded, np.float32).reshape(-1, pixels.shape[2]).copy()
    at = np.flatnonzero(inside)
    steps = [(dy * width + dx, weight) for dy, dx, weight in _STENCIL]

    def applied(field: Floats) -> Floats:
        total = np.zeros((len(at), field.shape[1]), np.float32)
        for step, weight in steps:
            total += weight * field[at + step]
        return total

    residual = -applied(flat)
    way = np.zeros_like(flat)
    way[at] = residual
    size = float((residual * residual).sum())
    enough = size * exact**2
    for _ in range(rounds):
        if size <= enough or size < 1e-6:
            break
        turned = applied(way)
        heading = way[at]
        length = size / max(float((heading * turned).sum()), 1e-12)
        flat[at] += length * heading
        residual -= length * turned
        grown = float((residual * residual).sum())
        way[at] = residual + grown / size * heading
        size = grown
    result: Floats = flat.reshape(padded.shape)[2:-2, 2:-2]
    return np.clip(result, 0, 255)


def pushed(pixels: Floats, hole: Flags) -> Floats:
    """A first, soft guess: means of what is known, from ever larger squares (Gortler's push-pull)."""
    known = (~hole).astype(np.float32)
    levels = [(pixels * known[..., None], known)]
    while min(levels[-1][1].shape) > 1:
        colour, weight = levels[-1]
        size = (max(1, colour.shape[1] // 2), max(1, colour.shape[0] // 2))
        levels.append(
            (
                cv2.resize(colour, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], -1),
                np.asarray(cv2.resize(weight, size, interpolation=cv2.INTER_AREA), np.float32).reshape(
                    size[1], size[0]
                ),
            )
        )
    guess: Floats | None = None
    for colour, weight in reversed(levels):
        mean = colour / np.maximum(weight, 1e-6)[..., None]
        if guess is not None:
            size = colour.shape[1], colour.shape[0]
            below = cv2.resize(guess, size, interpolation=cv2.INTER_LINEAR).reshape(colour.shape)
            trust = np.minimum(weight, 1)[..., None]
            mean = mean * trust + below * (1 - trust)
        guess = np.asarray(mean, np.float32)
    assert guess is not None
    guess[~hole] = pixels[~hole]
    return guess
