"""Plain backdrops: paper, a studio sweep, a wall, one colour or a gentle gradient."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.cutout.edge import Flags, Floats

# Lab distance that counts as another colour when the backdrop has no noise at all.
STEP = 5.0
# A plain backdrop strays no more than this (Lab units, robust standard deviation) from a smooth surface.
ROUGH = 1.6
# This share of the frame's border must be backdrop; the rest may be a subject that runs out of the picture.
SHARE = 0.6


@dataclass(frozen=True)
class Backdrop:
    """A smooth surface of colour behind the subject."""

    lab: Floats  # (H, W, 3) its colour everywhere, also behind the subject
    spread: float  # robust standard deviation of the pixels around it, in Lab units
    share: float  # the part of the border that it explains, 0..1
    sides: int  # how many sides of the frame show something else too, 0..4

    @property
    def plain(self) -> bool:
        return self.spread <= ROUGH and self.share >= SHARE and self.sides <= 2


def border(shape: tuple[int, ...], width: int) -> Flags:
    """(H, W) true within `width` pixels of the frame."""
    ring = np.ones(shape[:2], np.bool_)
    if shape[0] > 2 * width and shape[1] > 2 * width:
        ring[width:-width, width:-width] = False
    return ring


def fit(lab: Floats, where: Flags) -> Backdrop:
    """The surface, quadratic in x and y, through most of the pixels `where`: least squares, outliers dropped
    thrice."""
    height, width = lab.shape[:2]
    y, x = np.mgrid[-1 : 1 : complex(0, height), -1 : 1 : complex(0, width)].astype(np.float32)
    # A frame of one row or column has no slope across it; the pseudo-inverse of lstsq copes with the rank.
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)
    points, colours = terms[where], lab[where]
    centre = np.median(colours, axis=0)
    off = np.linalg.norm(colours - centre, axis=1)
    near = off <= max(12.0, float(np.median(off)) * 1.5)
    weights = np.zeros((6, 3), np.float32)
    spread = 0.0
    for _ in range(4):
        weights = np.linalg.lstsq(points[near], colours[near], rcond=None)[0].astype(np.float32)
        off = np.linalg.norm(colours - points @ weights, axis=1)
        # Half of the border is taken as backdrop; three channels make the median 1.54 standard deviations.
        spread = float(np.median(off[near])) / 1.54
        near = off <= max(STEP, 4 * spread)
        if near.sum() < 12:
            break
    other = np.zeros(where.shape, np.bool_)
    other[where] = ~near
    edges = ((other[0], width), (other[-1], width), (other[:, 0], height), (other[:, -1], height))
    sides = sum(int(edge.sum() > 0.02 * length) for edge, length in edges)
    return Backdrop((terms @ weights).astype(np.float32), spread, float(near.mean()), sides)


def key(lab: Floats, frame: Flags) -> tuple[Flags, Backdrop]:
    """The subject (H, W) before a plain backdrop, by colour; all false where the backdrop is not plain.

    The backdrop is what can be reached from the frame without crossing an edge. Shadows belong to it: they
    are darker, of the same hue, and fade in gently. So do holes that show it (the handle of a mug): flat
    patches of its colour; a patch that is shaded like a solid (white china before white) is subject. `lab`
    (H, W, 3): L 0..100; `frame`: where the backdrop is seen.
    """
    lab = cv2.GaussianBlur(lab, (0, 0), 0.8)
    found = fit(lab, frame)
    if not found.plain:
        return np.zeros(lab.shape[:2], np.bool_), found
    # The border alone says little about the middle: fit again to all that the first surface reaches.
    near = np.linalg.norm(lab - found.lab, axis=2) <= max(STEP, 4 * found.spread)
    second = fit(lab, flooded(near, frame & near))
    if second.spread <= found.spread * 1.5 + 0.5:
        found = Backdrop(second.lab, max(found.spread, second.spread), found.share, found.sides)
    limit = max(STEP, 4.5 * found.spread)
    distance = np.linalg.norm(lab - found.lab, axis=2)
    slope = steepness(lab)
    like = distance <= limit
    flat = like & (slope <= max(1.5, found.spread))
    # One step thinner, then grown back: the flood does not slip through gaps in a faint outline.
    square = np.ones((3, 3), np.uint8)
    open_ground = cv2.erode(flat.astype(np.uint8), square) > 0
    behind = flooded(open_ground, cv2.dilate((frame & like).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)
    behind = (cv2.dilate(behind.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & like | (frame & like)
    rest = distance[~like]
    bold = rest.size > 0 and float(np.median(rest)) > 4 * limit
    behind |= _holes(like & ~behind, distance, slope, limit, found.spread, bold=bold)
    return ~_shaded(lab, found, behind, slope, bold=bold), found


def steepness(lab: Floats) -> Floats:
    """Colour change per pixel (H, W), in Lab units, all channels together."""
    dx, dy = cv2.Sobel(lab, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(lab, cv2.CV_32F, 0, 1, scale=0.125)
    result: Floats = np.sqrt((dx * dx + dy * dy).sum(axis=2))
    return result


def _holes(like: Flags, distance: Floats, slope: Floats, limit: float, spread: float, *, bold: bool) -> Flags:
    """The enclosed patches of the backdrop's colour that show the backdrop.

    Before a `bold` subject, of which nothing comes near the backdrop's colour, every patch is a hole.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(like.astype(np.uint8), connectivity=4)
    chosen = np.zeros(count, np.bool_)
    inner = cv2.erode(like.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    for patch in range(1, count):
        if stats[patch, cv2.CC_STAT_AREA] < 12:
            continue
        spots = (labels == patch) & inner
        if not spots.any():
            chosen[patch] = bold
            continue
        still = float(np.median(slope[spots])) <= max(0.5, 0.5 * spread)
        chosen[patch] = bold or (still and float(np.median(distance[spots])) <= 0.6 * limit)
    result: Flags = chosen[labels]
    return result


def flooded(allowed: Flags, start: Flags) -> Flags:
    """The allowed pixels connected to a start pixel."""
    _, labels = cv2.connectedComponents(allowed.astype(np.uint8), connectivity=4)
    hit = np.zeros(int(labels.max()) + 1, np.bool_)
    hit[np.unique(labels[start & allowed])] = True
    hit[0] = False
    result: NDArray[np.bool_] = hit[labels]
    return result


def _shaded(lab: Floats, backdrop: Backdrop, lit: Flags, slope: Floats, *, bold: bool) -> Flags:
    """`lit` and the shadows on it: reached by small steps through darker colours of the same hue."""
    ratio = lab[..., 0] / np.maximum(backdrop.lab[..., 0], 1)
    hue = np.linalg.norm(lab[..., 1:] - backdrop.lab[..., 1:] * np.minimum(ratio, 1)[..., None], axis=2)
    dim = (ratio < 1) & (ratio > 0.45) & (hue <= max(4.0, 3 * backdrop.spread))
    gentle = slope <= max(1.4, 0.7 * backdrop.spread)
    if bold:
        # Nothing of the subject is as pale as a light shadow: it may be as steep as it likes, down to the
        # contact.
        gentle |= ratio > 0.65
    return flooded((dim & gentle) | lit, lit)
