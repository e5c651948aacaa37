"""The shared grammar of the styles: noise, softening, flow along forms, drawn edges, colour territories.

Every length is in 1024ths of the short side and turns into pixels by `Picture.scale`; random lattices
have sizes that follow from lengths alone. So the same picture at another resolution gets the same marks.
"""

from collections.abc import Iterator
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.sketchbook.styles.picture import Picture, Plane

_LATTICE = 4_000_000  # cells at most: a thin strip of a picture must not ask for a billion random numbers
_MARKS = 40_000  # drawn marks at most, for the same reason


def noise(p: Picture, cell: float, octaves: int = 1, rough: float = 0.5, stretch: float = 1.0) -> Plane:
    """Value noise (H, W) in 0..1 around 0.5: its coarsest grain `cell` high, `stretch` as wide."""
    height, width = p.depth.shape
    total = np.zeros((height, width), np.float32)
    weight, weights = 1.0, 0.0
    for octave in range(octaves):
        step = cell / 2**octave * p.scale
        rows, columns = height / step, width / (step * stretch)
        shrink = min(1.0, (_LATTICE / (rows * columns)) ** 0.5)
        shape = (max(2, round(rows * shrink) + 1), max(2, round(columns * shrink) + 1))
        total += weight * fit(p.rng.random(shape, dtype=np.float32), (height, width))
        weights += weight
        weight *= rough
    total /= weights
    return np.clip(total, 0, 1, out=total)


def fit(plane: Plane, shape: tuple[int, ...]) -> Plane:
    """`plane` resized to `shape` (its first two numbers): averaged when it shrinks, cubic when it grows."""
    height, width = shape[:2]
    if plane.shape[:2] == (height, width):
        return plane
    grows = plane.shape[0] * plane.shape[1] < height * width
    out: Plane = cv2.resize(plane, (width, height), interpolation=cv2.INTER_CUBIC if grows else cv2.INTER_AREA)
    return out


def proxy(plane: Plane, short: int) -> Plane:
    """`plane` with a short side of at most `short` px: to study the picture alike at every resolution."""
    ratio = short / min(plane.shape[:2])
    if ratio >= 1:
        return plane
    height, width = plane.shape[:2]
    return fit(plane, (max(1, round(height * ratio)), max(1, round(width * ratio))))


def blur(p: Picture, plane: Plane, sigma: float) -> Plane:
    """Gaussian softening by `sigma` (1024ths). Wide ones run on a reduced copy: the eye cannot tell."""
    s = sigma * p.scale
    if s < 0.2:
        return plane.copy()
    factor = 1
    while s / factor > 4 and min(plane.shape[:2]) // factor > 8:
        factor *= 2
    out: Plane
    if factor == 1:
        out = cv2.GaussianBlur(plane, (0, 0), s)
        return out
    height, width = plane.shape[:2]
    small = cv2.resize(plane, (max(1, width // factor), max(1, height // factor)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), s / factor)
    out = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return out


def luma(rgb: Plane) -> Plane:
    """(H, W) brightness of sRGB-encoded values: 0.299 R + 0.587 G + 0.114 B (Rec. 601)."""
    out: Plane = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return out


def slope(plane: Plane) -> Plane:
    """(H, W) steepness of `plane`, per pixel."""
    gx = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    gy = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    # Not cv2.magnitude: its last bit depends on where in memory the planes happen to lie.
    out: Plane = np.sqrt(gx * gx + gy * gy)
    return out


def lift(plane: Plane) -> Plane:
    """(H, W) -> (H, W, 1), so that it multiplies colours."""
    return plane[..., None]


def ramp(low: float, high: float, x: Plane) -> Plane:
    """Smoothstep: 0 below `low`, 1 above `high`, without corners between; `low` may exceed `high`."""
    t = np.clip((x - low) / (high - low), 0, 1)
    out: Plane = t * t * (3 - 2 * t)
    return out


def mix(a: Plane, b: Plane, t: Plane | float) -> Plane:
    """From `a` (t = 0) to `b` (t = 1)."""
    out: Plane = a + (b - a) * t
    return out


def saturate(rgb: Plane, amount: float) -> Plane:
    """Distance from grey times `amount`."""
    grey = lift(luma(rgb))
    out: Plane = np.clip(grey + (rgb - grey) * amount, 0, 1)
    return out


def colour(code: str) -> Plane:
    """ "f2ead8" -> (3,) sRGB 0..1."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32)


def spread(plane: Plane) -> Plane:
    """Shifted and stretched to mean 0, deviation 1."""
    mean, deviation = cv2.meanStdDev(plane)
    out: Plane = (plane - np.float32(mean[0, 0])) / np.float32(max(deviation[0, 0], 1e-6))
    return out


def level(plane: Plane) -> Plane:
    """Reshaped to spread evenly over 0..1: a threshold t then leaves the share t below it."""
    sample = np.sort(plane.ravel()[:: max(1, plane.size // 20_000)])
    knots = np.linspace(0, 1, 65)
    values = np.quantile(sample, knots) + np.arange(65) * 1e-7
    out: Plane = np.interp(plane, values, knots).astype(np.float32)
    return out


def frame(p: Picture) -> Plane:
    """(H, W) distance to the nearest side of the picture, in 1024ths."""
    height, width = p.depth.shape
    y = np.minimum(np.arange(height) + 0.5, height - np.arange(height) - 0.5).astype(np.float32)
    x = np.minimum(np.arange(width) + 0.5, width - np.arange(width) - 0.5).astype(np.float32)
    out: Plane = np.minimum(y[:, None], x[None, :]) / np.float32(p.scale)
    return out


def places(p: Picture) -> tuple[Plane, Plane]:
    """x and y of every pixel centre, in 1024ths from the top left."""
    height, width = p.depth.shape
    x = (np.arange(width, dtype=np.float32) + 0.5) / np.float32(p.scale)
    y = (np.arange(height, dtype=np.float32) + 0.5) / np.float32(p.scale)
    return np.broadcast_to(x[None, :], (height, width)), np.broadcast_to(y[:, None], (height, width))


def vignette(p: Picture, strength: float) -> Plane:
    """(H, W, 1) factor: 1 in the middle, 1 - strength in the far corners."""
    height, width = p.depth.shape
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    return lift(1 - np.float32(strength) * ramp(0.3, 1.9, x * x + y * y))


def warp(p: Picture, plane: Plane, dx: Plane, dy: Plane) -> Plane:
    """`plane` seen through a displacement of dx, dy (1024ths)."""
    height, width = plane.shape[:2]
    x = np.arange(width, dtype=np.float32)[None, :] + dx * np.float32(p.scale)
    y = np.arange(height, dtype=np.float32)[:, None] + dy * np.float32(p.scale)
    out: Plane = cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return out


def wobble(p: Picture, plane: Plane, cell: float, reach: float, octaves: int = 3) -> Plane:
    """`plane` as an unsteady hand would trace it."""
    dx, dy = (noise(p, cell, octaves) - 0.5 for _ in range(2))
    return warp(p, plane, dx * (2 * reach), dy * (2 * reach))


def simplify(p: Picture, rgb: Plane, radius: float) -> Plane:
    """Flattened textures, kept edges: Kuwahara's filter with its four windows blended by their calm.

    Each pixel takes the means of the windows round it, weighted by the inverse of their squared variance, so
    a window across an edge has no say (Kuwahara et al. 1976; the soft weights after Papari et al. 2007).
    """
    r = max(1, round(radius * p.scale))
    grey = luma(rgb)
    square = grey * grey
    total = np.zeros_like(rgb)
    weights = np.zeros_like(grey)
    for ax in (0, r):
        for ay in (0, r):
            mean = partial(cv2.boxFilter, ddepth=-1, ksize=(r + 1, r + 1), anchor=(ax, ay))
            weight = mean(square) - mean(grey) ** 2
            np.maximum(weight, 0, out=weight)
            weight += 4e-4
            weight = 1e-6 / (weight * weight)
            total += mean(rgb) * lift(weight)
            weights += weight
    total /= lift(weights)
    # Small bright things, a window or a flower, would run together: what would change much stays.
    change = np.abs(total - rgb).max(-1)
    total += (rgb - total) * lift(ramp(0.12, 0.30, blur(p, change, radius * 0.3)))
    return total


def plain(p: Picture, short: int, *radii: float) -> Plane:
    """A copy, short side at most `short` px, simplified by each radius in turn: to find shapes in."""
    rgb = proxy(p.rgb, short)
    here = Picture(rgb, proxy(p.depth, short), p.rng, p.palette, min(rgb.shape[:2]) / 1024)
    for radius in radii:
        rgb = simplify(here, rgb, radius)
    return rgb


def flow(p: Picture, sigma: float = 6.0, slant: float = 0.0) -> tuple[Plane, Plane]:
    """The direction along the forms: unit vectors (vx, vy), each (H, W).

    The smoothed structure tensor's lesser eigenvector. Flat places inherit the direction of forms further
    off, and where nothing is near, `slant` (radians).
    """
    small = proxy(p.rgb, 384)
    grey = luma(small) + 0.3 * proxy(p.depth, 384)
    here = Picture(small, proxy(p.depth, 384), p.rng, p.palette, min(small.shape[:2]) / 1024)
    grey = blur(here, grey, 2.5)
    gx = cv2.Sobel(grey, cv2.CV_32F, 1, 0)
    gy = cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    # Double-angle form: directions average well there, and a direction and its opposite are the same thing.
    double = np.dstack([gx * gx - gy * gy, 2 * gx * gy])
    near = blur(here, double, sigma)
    double = near + 0.15 * blur(here, double, sigma * 4) + 0.02 * blur(here, double, sigma * 14)
    # The tensor is along the gradient; a turn by 90 degrees flips the sign of its double angle.
    double = -double
    double += 2e-4 * np.array([np.cos(2 * slant), np.sin(2 * slant)], np.float32)
    double = fit(double, p.depth.shape)
    angle = 0.5 * np.arctan2(double[..., 1], double[..., 0])
    return np.cos(angle), np.sin(angle)


def smear(p: Picture, plane: Plane, along: tuple[Plane, Plane], length: float, passes: int = 4) -> Plane:
    """`plane` averaged along the flow over `length`: noise turns into bristle marks, edges become fluent.

    Each pass averages three taps and triples the reach of the one before: 81 taps for the price of eight.
    """
    height, width = plane.shape[:2]
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]
    vx, vy = along
    step = length * p.scale / (3**passes - 1)
    look = partial(cv2.remap, interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    for _ in range(passes):
        ahead = look(plane, x + vx * np.float32(step), y + vy * np.float32(step))
        behind = look(plane, x - vx * np.float32(step), y - vy * np.float32(step))
        plane = (plane + ahead + behind) * np.float32(1 / 3)
        step *= 3
    return plane


def bristles(p: Picture, along: tuple[Plane, Plane], cell: float, length: float) -> Plane:
    """Streaks along the flow, (H, W), mean 0, deviation 1."""
    return spread(smear(p, noise(p, cell), along, length))


def ink(
    p: Picture, grey: Plane, along: tuple[Plane, Plane], width: float, detail: float = 1.0, sharp: float = 2.5
) -> Plane:
    """Drawn lines (H, W), 0 bare .. 1 inked: a difference of Gaussians smoothed along the flow.

    After Kang et al. 2007 and Winnemöller et al. 2012. `detail` > 1 draws fainter edges too.
    """
    band = blur(p, grey, width) - blur(p, grey, width * 1.6)
    band = smear(p, band, along, width * 4, passes=2)
    # Relative to the picture's own strong edges, but never so far that the grain of a flat sky is drawn.
    strong = max(float(np.percentile(np.abs(proxy(band, 256)), 97)), 0.012)
    return ramp(0.12, 0.12 + 1.2 / sharp, -band * np.float32(detail / strong))


def relief(p: Picture, height: Plane, strength: float) -> Plane:
    """(H, W) light on a rough surface from the top left: 0 where it is level, up to 1 where it faces it."""
    gx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3)
    gy = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3)
    slope = (gx * 0.6 + gy * 0.8) * np.float32(-strength * p.scale)
    out: Plane = slope / np.sqrt(1 + slope * slope)
    return out


def swatches(rgb: Plane, count: int) -> Plane:
    """The `count` (or fewer) colours that say most of the picture, (N, 3) in CIE Lab, dark to light.

    k-means, seeded by splitting the widest box at its median, so that no chance is needed.
    """
    sample = cv2.cvtColor(proxy(rgb, 96), cv2.COLOR_RGB2LAB).reshape(-1, 3)
    sample = np.ascontiguousarray(sample[:: max(1, len(sample) // 12_000)])
    labels = np.zeros(len(sample), np.int32)
    found = 1
    while found < min(count, len(sample)):
        spans = [float(np.ptp(sample[labels == k], axis=0).max()) * np.sum(labels == k) ** 0.35 for k in range(found)]
        widest = int(np.argmax(spans))
        box = np.flatnonzero(labels == widest)
        axis = int(np.argmax(np.ptp(sample[box], axis=0)))
        line = sample[box, axis]
        upper = line > (float(line.min()) + float(line.max()) + 2 * float(np.median(line))) / 4
        if not upper.any() or upper.all():
            break
        labels[box[upper]] = found
        found += 1
    _, _, centres = cv2.kmeans(
        sample,
        found,
        labels[:, None].copy(),
        (cv2.TERM_CRITERIA_COUNT, 12, 0.0),
        1,
        cv2.KMEANS_USE_INITIAL_LABELS,
    )
    out: Plane = np.asarray(centres, np.float32)
    return out[np.argsort(out[:, 0])]


def rgb_of(lab: Plane) -> Plane:
    """(N, 3) CIE Lab -> (N, 3) sRGB 0..1."""
    out: Plane = np.clip(cv2.cvtColor(lab[None], cv2.COLOR_LAB2RGB)[0], 0, 1)
    return out


def nearest(rgb: Plane, lab: Plane) -> NDArray[np.intp]:
    """(H, W) index of the swatch in `lab` closest to each pixel."""
    here = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    out: NDArray[np.intp] = np.argmin(np.stack([np.square(here - one).sum(-1) for one in lab]), axis=0)
    return out


def territories(p: Picture, labels: NDArray[np.intp], count: int, sigma: float) -> list[Plane]:
    """One (H, W) share in 0..1 per label, together 1: the label map with outlines rounded by `sigma`.

    `labels` may be of a lower resolution: shares grow smoothly and their edges come out crisp at any size.
    """
    shares = list(_claims(p, labels, count, sigma))
    total = sum(shares, np.full(p.depth.shape, 1e-6, np.float32))
    for share in shares:
        share /= total
    return shares


def flat(p: Picture, labels: NDArray[np.intp], tints: Plane, sigma: float) -> Plane:
    """(H, W, 3) the territories of `labels` filled with their (N, 3) colours; see `territories`."""
    total = np.full(p.depth.shape, 1e-6, np.float32)
    filled = np.zeros((*p.depth.shape, 3), np.float32)
    for share, tint in zip(_claims(p, labels, len(tints), sigma), tints, strict=True):
        filled += lift(share) * tint
        total += share
    filled /= lift(total)
    return filled


def _claims(p: Picture, labels: NDArray[np.intp], count: int, sigma: float) -> Iterator[Plane]:
    here = Picture(p.rgb, p.depth, p.rng, p.palette, min(labels.shape) / 1024)
    for k in range(count):
        share = fit(blur(here, (labels == k).astype(np.float32), sigma), p.depth.shape)
        share = np.clip(share, 0, 1)
        # A steep contest, the eighth power: the larger share wins within about a pixel.
        for _ in range(3):
            share *= share
        yield share


def scatter(p: Picture, spacing: float, jitter: float = 1.0) -> Plane:
    """(N, 2) pixel positions x, y: a grid of `spacing`, each point moved within its cell, in random order."""
    height, width = p.depth.shape
    step = max(spacing * p.scale, (height * width / _MARKS) ** 0.5)
    rows, columns = max(1, round(height / step)), max(1, round(width / step))
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    at: Plane = np.stack([x, y], -1).reshape(-1, 2) + np.float32(0.5)
    at += (p.rng.random(at.shape, dtype=np.float32) - 0.5) * jitter
    at *= np.array([width / columns, height / rows], np.float32)
    return at[p.rng.permutation(len(at))]


def pick(plane: Plane, at: Plane, shape: tuple[int, ...]) -> Plane:
    """Values of `plane` at the (N, 2) pixel positions of a picture of `shape`; `plane` may be smaller."""
    height, width = plane.shape[:2]
    x = np.clip((at[..., 0] * (width / shape[1])).astype(np.intp), 0, width - 1)
    y = np.clip((at[..., 1] * (height / shape[0])).astype(np.intp), 0, height - 1)
    out: Plane = plane[y, x]
    return out


def grain(p: Picture, cell: float) -> Plane:
    """(H, W, 1) noise of mean 0 and about deviation 1 where its cell is a pixel or more."""
    return lift((noise(p, cell) - 0.5) * 3.4)


def toned(grey: Plane, most: float = 1.8, middle: float = 0.56) -> Plane:
    """`grey` exposed for drawing: stretched by at most `most`, its median then bent towards `middle`."""
    sample = proxy(grey, 256)
    low, high = (float(q) for q in np.percentile(sample, (1.5, 98.5)))
    gain = min(most, 0.96 / max(high - low, 1e-3))
    centre = (low + high) / 2
    # With the contrast it may have, the range is slid as little as it takes to fit into 0..1.
    half = min(gain * (high - low) / 2, 0.5)
    target = min(max(centre, half), 1 - half)
    out: Plane = np.clip((grey - np.float32(centre)) * np.float32(gain) + np.float32(target), 0, 1)
    median = min(max((float(np.median(sample)) - centre) * gain + target, 0.05), 0.95)
    bend = min(max(np.log(middle) / np.log(median), 0.55), 1.5)
    out **= np.float32(bend)
    return out


def far(p: Picture) -> Plane:
    """Depth, 0 near .. 1 far, reshaped to its own range; 0 everywhere where the picture has no depth."""
    low, high = (float(q) for q in np.percentile(proxy(p.depth, 256), (1, 99)))
    if high - low < 0.05:
        return np.zeros_like(p.depth)
    out: Plane = np.clip((p.depth - np.float32(low)) / np.float32(high - low), 0, 1)
    return out


def screen(p: Picture, cell: float, angle: float) -> Plane:
    """A halftone screen (H, W): thresholds spread over 0..1, round dots `cell` apart at `angle` radians."""
    x, y = places(p)
    c, s = np.float32(np.cos(angle) * 2 * np.pi / cell), np.float32(np.sin(angle) * 2 * np.pi / cell)
    return level(np.cos(x * c + y * s) + np.cos(y * c - x * s))


def cut(p: Picture, amount: Plane, threshold: Plane, cell: float) -> Plane:
    """(H, W) the share `amount` (0 nothing .. 1 all) of marks `cell` apart, with edges about a pixel soft."""
    soft = float(np.clip(0.8 / (cell * p.scale), 0.03, 0.6))
    return ramp(-soft, soft, amount * np.float32(1 + 2 * soft) - np.float32(soft) - threshold)


def crisp(field: Plane, threshold: float) -> Plane:
    """(H, W) 1 where a smooth field exceeds `threshold`, its outline a pixel soft however flat the field."""
    out: Plane = np.clip((field - np.float32(threshold)) / np.maximum(slope(field), 1e-5) + 0.5, 0, 1)
    return out


def chances(p: Picture, at: Plane, spacing: float) -> Plane:
    """(N,) a random number in 0..1 for each pixel position, by place: other marks do not change it."""
    height, width = p.depth.shape
    step = max(spacing * p.scale, (height * width / _LATTICE) ** 0.5)
    shape = (max(1, round(height / step)), max(1, round(width / step)))
    return pick(p.rng.random(shape, dtype=np.float32), at, p.depth.shape)
