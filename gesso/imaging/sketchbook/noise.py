"""Noise that belongs to the frame and not to its pixels: the same seed at another size is the same picture.

Lengths are in units of the frame's short side.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
Real = NDArray[np.floating[Any]]
Rng = np.random.Generator


def smooth(low: float, high: float, value: Real) -> Field:
    """Hermite step: 0 below `low`, 1 above `high` (either order of the two)."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _enlarge(lattice: Field, down: Real, across: Real) -> Field:
    """A lattice read at fractional rows `down` and columns `across` by Catmull-Rom splines.

    OpenCV's warps place samples on a grid of 1/32 cell, which shows as steps at these magnifications.
    """
    for places in (down, across):
        i = np.floor(places).astype(np.intp)
        t = (places - i).astype(np.float32)[:, None]
        weights = (
            ((2 - t) * t - 1) * t / 2,
            ((3 * t - 5) * t * t + 2) / 2,
            ((4 - 3 * t) * t + 1) * t / 2,
            (t - 1) * t * t / 2,
        )
        taps = [lattice[i + k - 1] * weight for k, weight in enumerate(weights)]
        lattice = np.ascontiguousarray((taps[0] + taps[1] + taps[2] + taps[3]).T)
    return lattice


def fbm(
    rng: Rng,
    size: tuple[int, int],
    unit: float,
    cell: float,
    octaves: int = 5,
    *,
    rough: float = 0.5,
    stretch: float = 1.0,
) -> Field:
    """Fractal noise (H, W), zero mean, deviation about 1; features of `cell` short sides, `stretch` times as
    wide.

    It is computed on a grid just fine enough for its smallest octave and enlarged once, so 4096 pixels a side
    cost little more than 1024.
    """
    height, width = size
    unit = max(unit, 1.0)
    usable = max(1, min(octaves, int(np.log2(max(cell * unit / 1.5, 1))) + 1))
    density = min(unit, 3.2 * 2 ** (usable - 1) / cell)
    rows, columns = max(2, round(height / unit * density)), max(2, round(width / unit * density / stretch))
    total = np.zeros((rows, columns), np.float32)
    for octave in range(usable):
        step = cell / 2**octave
        across, down = width / unit / (step * stretch), height / unit / step
        shift = rng.random(2)
        lattice = rng.standard_normal((int(down) + 5, int(across) + 5), dtype=np.float32)
        layer = _enlarge(
            lattice,
            (np.arange(rows) + 0.5) * np.float32(down / rows) + np.float32(1 + shift[1]),
            (np.arange(columns) + 0.5) * np.float32(across / columns) + np.float32(1 + shift[0]),
        )
        total += layer * np.float32(rough**octave)
    total /= np.float32(0.66 * np.sqrt(sum(rough ** (2 * octave) for octave in range(octaves))))
    if total.shape == (height, width):
        return total
    return np.asarray(cv2.resize(total, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def line(rng: Rng, x: Real, cell: float, octaves: int = 5, *, rough: float = 0.5, crag: bool = False) -> Field:
    """Fractal noise along a line, zero mean, deviation about 1, at places `x` (N,). `crag` leaves sharp
    corners.
    """
    total = np.zeros(x.shape, np.float32)
    power = 0.0
    for octave in range(octaves):
        place = x / (cell / 2**octave) + rng.random() + 1
        lattice = rng.standard_normal(int(place.max()) + 4).astype(np.float32)
        i = np.floor(place).astype(int)
        t = (place - i).astype(np.float32)
        if not crag:
            t = t * t * (3 - 2 * t)
        total += (lattice[i] * (1 - t) + lattice[i + 1] * t) * np.float32(rough**octave)
        power += rough ** (2 * octave)
    return np.asarray(total / np.float32(0.75 * np.sqrt(power)), np.float32)


def tile(
    rng: Rng,
    side: int = 512,
    cells: int = 8,
    octaves: int = 5,
    *,
    rough: float = 0.5,
    ridged: bool = False,
    limit: int = 4096,
) -> Field:
    """A seamless texture, zero mean, deviation about 1, with `cells` features across.

    It has `side` pixels a side, or `limit` if that is less: the same texture without its finest octaves.
    """
    size = min(side, limit)
    total = np.zeros((size, size), np.float32)
    for octave in range(octaves):
        count = cells * 2**octave
        if count * 2 > side:
            break
        # Drawn even where it is too fine to show, so that the generator goes on the same at every size.
        lattice = rng.standard_normal((count, count), dtype=np.float32)
        if count * 2 > size:
            continue
        places = np.arange(size, dtype=np.float32) * np.float32(count / size) + 2
        layer = _enlarge(np.pad(lattice, 2, mode="wrap"), places, places)
        if ridged:
            layer = 1 - 2 * np.abs(layer)
        total += layer * np.float32(rough**octave)
    total -= total.mean()
    return np.asarray(total / max(float(total.std()), 1e-6), np.float32)


def sample(texture: Field, u: Real, v: Real) -> Field:
    """A seamless texture read at (u, v), both in periods, broadcast together."""
    side = texture.shape[0]
    shape = np.broadcast_shapes(u.shape, v.shape)
    map_x = np.array(np.broadcast_to((u % 1) * side, shape), np.float32)
    map_y = np.array(np.broadcast_to((v % 1) * side, shape), np.float32)
    # One pixel of wrap at the far side lets the linear filter read across the seam.
    wrapped = cv2.copyMakeBorder(texture, 0, 2, 0, 2, cv2.BORDER_WRAP)
    return np.asarray(cv2.remap(wrapped, map_x, map_y, cv2.INTER_LINEAR), np.float32)
