"""A finished picture in the colours of a palette: its areas take the palette's colours, its shading stays.

The picture's own main colours are found, and each is given one of the palette's: such that light stays light and dark
stays dark, hues stay near where they can, and every colour of the palette has its share. Between them colours move
smoothly, as in H. Chang and others, "Palette-based Photo Recoloring" (2015), so that gradients do not break.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from gesso.imaging.colour import LINEAR, decode, encode, quick_lab, to_lab
from gesso.imaging.picture import Pixels
from gesso.imaging.sketchbook.look import within
from gesso.imaging.sketchbook.palette import colour

_CENTRES: Final = 14
_SHARES: Final = {"ground": 0.38, "primary": 0.34, "text": 0.16, "accent": 0.12}
"""How much of a picture each role takes; colours of one role share it."""
_NODES: Final = 33
"""Of the table, along each side, through which all pixels go."""
# Of what sets a pixel apart from its main colour, so much stays: of its lightness, and of its hue and chroma.
_SHADE, _TINT = 0.7, 0.3
_WISH: Final = 0.8
_SOFT: Final = 0.045
"""How far, in OKLab, a main colour reaches into its neighbours."""


@dataclass(frozen=True)
class Ink:
    """A colour `#rrggbb`, and its role: ground, primary, text or accent."""

    colour: str
    role: str = "primary"


def dyed(pixels: Pixels, inks: Sequence[Ink], amount: float = 1.0) -> Pixels:
    """The picture (H, W, 3 or 4) in the colours of the inks, by `amount` 0..1. Alpha stays; without inks, all of it."""
    if not inks or amount <= 0:
        return pixels
    centres, masses = _main(pixels[..., :3])
    goals = to_lab(np.stack([colour(ink.colour) for ink in inks]))
    chosen = goals[_given(centres, masses, goals, _wanted(inks))]
    lattice = np.stack(np.meshgrid(*[np.linspace(0, 1, _NODES, dtype=np.float32)] * 3, indexing="ij"), -1)
    # Pillow's table runs through red first.
    own = quick_lab(decode(lattice[..., ::-1]).reshape(_NODES * _NODES, _NODES, 3))
    moved = own + (_moved(own, centres, chosen) - own) * np.float32(amount)
    table = ImageFilter.Color3DLUT(_NODES, encode(within(moved)).ravel().tolist())
    out = pixels.copy()
    out[..., :3] = np.asarray(Image.fromarray(np.ascontiguousarray(pixels[..., :3])).filter(table))
    return out


def _main(rgb: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The main colours (N, 3) in OKLab, and what share of the picture each has."""
    small = cv2.resize(rgb, (96, 96), interpolation=cv2.INTER_AREA)
    lab = quick_lab(LINEAR[small]).reshape(-1, 3)
    # The pixels at even steps of lightness begin the clusters: they are the same every time.
    order = np.argsort(lab[:, 0], kind="stable")
    centres = lab[order[np.linspace(0, len(order) - 1, _CENTRES).astype(int)]]
    for _ in range(10):
        near = ((lab[:, None] - centres[None]) ** 2).sum(2).argmin(1)
        centres = np.stack([lab[near == k].mean(0) if (near == k).any() else centres[k] for k in range(_CENTRES)])
    near = ((lab[:, None] - centres[None]) ** 2).sum(2).argmin(1)
    masses = np.bincount(near, minlength=_CENTRES) / len(lab)
    return np.asarray(centres[masses > 0], np.float32), masses[masses > 0]


def _wanted(inks: Sequence[Ink]) -> NDArray[np.float64]:
    roles = [ink.role if ink.role in _SHARES else "primary" for ink in inks]
    shares = np.array([_SHARES[role] / roles.count(role) for role in roles])
    return np.asarray(shares / shares.sum())


def _given(
    centres: NDArray[np.float32], masses: NDArray[np.float64], goals: NDArray[np.float32], shares: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Which of the goals each centre takes, by the transport that moves the least: entropic, by Sinkhorn's steps."""
    # Lightness is compared by rank, since a palette may be lighter or darker than any picture.
    light = np.abs(_ranks(centres[:, 0], masses)[:, None] - _ranks(goals[:, 0], shares)[None])
    hue = np.linalg.norm(centres[:, None, 1:] - goals[None, :, 1:], axis=2)
    kernel = np.exp(-(2.2 * light**2 + 3.0 * hue) / 0.06)
    left = np.ones(len(centres))
    for _ in range(200):
        # The shares are a wish: a picture without large light areas gets none.
        right = (shares / np.maximum(kernel.T @ left, 1e-30)) ** _WISH
        left = masses / np.maximum(kernel @ right, 1e-30)
    plan = left[:, None] * kernel * right[None]
    given = np.asarray((plan / plan.sum(axis=1, keepdims=True)).argmax(axis=1))
    # A colour of the palette that nothing took has the one that is nearest to taking it, if there are enough.
    for goal in range(len(goals)):
        taken = np.bincount(given, minlength=len(goals))
        if taken[goal] == 0 and (free := np.flatnonzero(taken[given] > 1)).size:
            given[free[(plan[free, goal] / plan[free].sum(axis=1)).argmax()]] = goal
    return given


def _ranks(light: NDArray[np.floating], masses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where each stands from the darkest, 0, to the lightest, 1, by what share of the whole is darker."""
    order = np.argsort(light, kind="stable")
    ranks = np.empty(len(light))
    ranks[order] = np.cumsum(masses[order]) - masses[order] / 2
    return ranks


def _moved(lab: NDArray[np.float32], centres: NDArray[np.float32], chosen: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each pixel (H, W, 3) where its main colours go, with a part of what sets it apart from them."""
    total = np.zeros(lab.shape[:2], np.float32)
    goal, home = np.zeros_like(lab), np.zeros_like(lab)
    for centre, target in zip(centres, chosen, strict=True):
        away = ((lab - centre) ** 2).sum(axis=2)
        weight = np.exp(away * np.float32(-1 / (2 * _SOFT**2))) + np.float32(1e-12) / (away + np.float32(1e-3))
        total += weight
        goal += weight[..., None] * target
        home += weight[..., None] * centre
    goal /= total[..., None]
    home /= total[..., None]
    return goal + (lab - home) * np.array([_SHADE, _TINT, _TINT], np.float32)
