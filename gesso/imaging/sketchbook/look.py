"""The look of a picture, its light and its colours as statistics, and how another takes it on.

Light is the lightness at even steps of rank; colours are the mean and covariance of OKLab's a and b. Colours are
carried over by the linear map that moves the least (Pitié and Kokaram, "The linear Monge-Kantorovitch linear
colour mapping for example-based colour transfer", 2007), so hues keep their order and nothing bands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.colour import Numbers, decode, encode, quick_lab, quick_linear
from gesso.imaging.sketchbook.noise import smooth

# Ranks at which lightness is compared: enough for the shape of the light, too few for its accidents.
_RANKS = np.linspace(0.02, 0.98, 13)
# No tone is stretched or pressed more than this, or gradients would band and details drown.
_STEEP, _FLAT = 1.8, 0.45
# Spreads of colour are stretched and pressed no more than this.
_MOST, _LEAST = 2.2, 0.45
# Rows that are recoloured at a time.
_ROWS = 256


@dataclass(frozen=True)
class Look:
    """What one or several pictures look like, and how much of it is to be taken on."""

    light: NDArray[np.float64]  # (13,) lightness 0..1 at even ranks
    mean: NDArray[np.float64]  # (2,) of a and b
    spread: NDArray[np.float64]  # (2, 2) their covariance
    weight: float  # 0 nothing .. 1 all


def look(rgb: Numbers, weight: float = 1.0) -> Look:
    """The look of a picture (H, W, 3), sRGB-encoded 0..1."""
    small = cv2.resize(rgb, (128, 128), interpolation=cv2.INTER_AREA)
    lab = quick_lab(decode(small)).reshape(-1, 3).astype(np.float64)
    light = np.quantile(lab[:, 0], _RANKS)
    return Look(light, lab[:, 1:].mean(axis=0), np.cov(lab[:, 1:].T), weight)


def blended(looks: Sequence[Look]) -> Look | None:
    """One look out of several, each by its weight; None where none has any. Together they weigh more than alone."""
    total = sum(each.weight for each in looks)
    if total <= 0:
        return None
    shares = [each.weight / total for each in looks]
    light, mean, spread = (
        np.asarray(sum(share * part for share, part in zip(shares, parts, strict=True)))
        for parts in zip(*((each.light, each.mean, each.spread) for each in looks), strict=True)
    )
    return Look(light, mean, spread, 1 - prod(1 - each.weight for each in looks))


def taken_on(rgb: Numbers, wanted: Look, own: Look | None = None) -> Numbers:
    """The picture (H, W, 3), sRGB-encoded 0..1, in the light and colours of the look, by its weight. `own` is what it
    looks like itself, where only a part of it is given.

    What is nearly black, white or grey is moved less: a white stays clean in the light of a sunset.
    """
    own = own or look(rgb)
    levels = np.linspace(0, 1, 256)
    curve = _curve(own.light, wanted.light, levels)
    turn = _map(own.spread, wanted.spread).astype(np.float32)
    mean, goal = own.mean.astype(np.float32), wanted.mean.astype(np.float32)
    out = np.empty_like(rgb)
    for top in range(0, len(rgb), _ROWS):
        lab = quick_lab(decode(rgb[top : top + _ROWS]))
        light, colours = lab[..., 0], lab[..., 1:]
        lit = np.interp(light, levels, curve).astype(np.float32)
        moved = cv2.transform(colours - mean, turn) + goal - colours
        chroma = np.hypot(colours[..., 0], colours[..., 1])
        free = smooth(0.0, 0.28, light) * smooth(1.0, 0.86, light) * (0.45 + 0.55 * smooth(0.0, 0.06, chroma))
        lab[..., 0] += (lit - light) * np.float32(0.8 * wanted.weight)
        lab[..., 1:] += moved * (free * np.float32(wanted.weight))[..., None]
        out[top : top + _ROWS] = encode(within(lab))
    return out


def _curve(own: NDArray[np.float64], wanted: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where each level of lightness goes, so that the ranks of `own` come to those of `wanted`: smooth, never
    falling, black and white near their places."""
    knots = np.concatenate([[0], own, [1]])
    knots = np.maximum.accumulate(knots + np.arange(len(knots)) * 1e-6)
    goals = np.concatenate([[wanted[0] * 0.3], wanted, [1 - (1 - wanted[-1]) * 0.3]])
    slopes = np.clip(np.diff(goals) / np.diff(knots), _FLAT, _STEEP)
    path = np.concatenate([[0], np.cumsum(slopes * np.diff(knots))])
    # Clipped slopes end elsewhere: the middle tone keeps its goal.
    path += goals[len(goals) // 2] - path[len(path) // 2]
    curve = np.interp(levels, knots, path)
    width = 41
    curve = np.convolve(np.pad(curve, width // 2, mode="reflect", reflect_type="odd"), np.hanning(width), "valid")
    return np.asarray(np.clip(curve / np.hanning(width).sum(), 0.0, 1.0))


def _map(own: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """The symmetric (2, 2) that makes the covariance `own` into `wanted`, its stretch within bounds."""
    least = np.eye(2) * 2e-4
    first = _root(own + least)
    back = np.linalg.inv(first)
    middle = back @ _root(first @ (wanted + least) @ first) @ back
    values, vectors = np.linalg.eigh((middle + middle.T) / 2)
    return np.asarray(vectors @ np.diag(np.clip(values, _LEAST, _MOST)) @ vectors.T)


def _root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The square root of a symmetric matrix without negative eigenvalues."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors @ np.diag(np.sqrt(np.maximum(values, 0))) @ vectors.T)


def within(lab: Numbers) -> Numbers:
    """Linear sRGB (..., 3) of OKLab; colours outside the gamut lose chroma until they fit."""
    lab[..., 0] = np.clip(lab[..., 0], 0, 1)
    linear = quick_linear(lab)
    outside = (linear.min(axis=-1) < -0.002) | (linear.max(axis=-1) > 1.002)
    if outside.any():
        wild = lab[outside][:, None]
        low: Numbers = np.zeros(wild.shape[:2], np.float32)
        high: Numbers = np.ones(wild.shape[:2], np.float32)
        for _ in range(6):
            middle = (low + high) * np.float32(0.5)
            tried = quick_linear(_paled(wild, middle))
            fits = (tried.min(axis=-1) > -0.002) & (tried.max(axis=-1) < 1.002)
            low, high = np.where(fits, middle, low), np.where(fits, high, middle)
        linear[outside] = quick_linear(_paled(wild, low))[:, 0]
    return np.clip(linear, 0, 1)


def _paled(lab: Numbers, share: Numbers) -> Numbers:
    """OKLab (..., 3) with that share (...) of its chroma."""
    return np.concatenate([lab[..., :1], lab[..., 1:] * share[..., None]], axis=-1)
