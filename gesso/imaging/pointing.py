"""What is meant by a click on a picture: the thing under it, as a mask, found by colours and edges, without a model.

The minimum barrier distance from the click (Strand et al., 2013) is small all over a thing, whatever its shading, and
jumps where another begins. Of all regions that it bounds, the one is taken that ends at edges and stays the same while
the bound grows (as the stable regions of Matas et al., 2002); its edge is settled by GrabCut and laid along the
picture's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from gesso.imaging import picture
from gesso.imaging.cutout import backdrop, edge, saliency, segment
from gesso.imaging.cutout.edge import Bytes, Flags, Floats
from gesso.imaging.picture import Pixels
from gesso.kit.errors import Invalid

LONG = 320
"""Long side of the picture on which regions are found: more costs time and finds the same things."""
LEAST, MOST = 4.0, 90.0
"""Bounds of the barrier, in Lab units summed over the channels: below is grain, above is everything."""
STEPS = 32
SHARP = 12.0
"""Lab units per pixel: an edge that is steeper is no more of an edge."""
GROWTH, SPREAD = 0.3, 0.018
"""What it costs a region to grow on with its bound, and to be of many colours; against the edges at which it ends."""


@dataclass(frozen=True)
class Point:
    """In pixels of the picture; `keep` False says that what is there is not meant."""

    x: float
    y: float
    keep: bool = True


Box = tuple[int, int, int, int]
"""Left, top, width and height; nothing outside is meant."""


def region(rgb: Pixels, points: Sequence[Point], box: Box | None = None) -> Bytes:
    """The mask (H, W) of what the points are on, within the box; 0..255, soft at its edge. Without a point, of what
    stands out in the box. Invalid where nothing is meant, or beside the picture."""
    height, width = rgb.shape[:2]
    checked(points, box, width, height)
    shape = edge.bounded(rgb.shape, LONG)
    small = cv2.resize(np.ascontiguousarray(rgb[..., :3]), shape[::-1], interpolation=cv2.INTER_AREA)
    across, down = small.shape[1] / width, small.shape[0] / height
    lab = segment.to_lab(np.asarray(cv2.bilateralFilter(small, 7, 24, 4), np.uint8))
    allowed = np.ones(small.shape[:2], np.bool_)
    if box is not None:
        allowed[:] = False
        left, top = int(box[0] * across), int(box[1] * down)
        allowed[top : int(np.ceil((box[1] + box[3]) * down)), left : int(np.ceil((box[0] + box[2]) * across))] = True
    meant = [point for point in points if point.keep] or [_middle(box)]
    seeds = [_seed(small.shape, point.x * across, point.y * down) for point in meant]
    others = [_seed(small.shape, point.x * across, point.y * down) for point in points if not point.keep]
    apart = saliency.barrier(lab, np.logical_or.reduce(others), anywhere=True) if others else None
    found = np.zeros(small.shape[:2], np.bool_)
    slope = backdrop.steepness(lab)
    for seed in seeds:
        distance = saliency.barrier(lab, seed, anywhere=True)
        here = allowed if apart is None else allowed & (distance < apart)
        found |= _stable(lab, slope, distance, seed, here)
    sure = np.logical_or.reduce(seeds)
    if others:
        allowed &= ~np.logical_or.reduce(others)
    mask = _settled(small, found & allowed, sure & allowed, allowed)
    made = _large(rgb, small, mask)
    if box is not None:
        inside = np.zeros_like(made)
        inside[box[1] : box[1] + box[3], box[0] : box[0] + box[2]] = 255
        made = np.minimum(made, inside)
    return made


def checked(points: Sequence[Point], box: Box | None, width: int, height: int) -> None:
    """Invalid where the points or the box lie beside a picture of this size, or there are none."""
    if not any(point.keep for point in points) and box is None:
        raise Invalid("Say where the thing is: a point on it, or a box around it.", fields=[{"field": "points"}])
    if not all(0 <= point.x < width and 0 <= point.y < height for point in points):
        raise Invalid(f"A point lies outside the picture, which is {width} x {height}.", fields=[{"field": "points"}])
    if box is not None and (box[0] >= width or box[1] >= height):
        raise Invalid(f"The box lies outside the picture, which is {width} x {height}.", fields=[{"field": "box"}])


def _middle(box: Box | None) -> Point:
    left, top, width, height = box or (0, 0, 1, 1)
    return Point(left + width / 2, top + height / 2)


def _seed(shape: tuple[int, ...], x: float, y: float) -> Flags:
    seed = np.zeros(shape[:2], np.bool_)
    row, column = min(shape[0] - 1, int(y)), min(shape[1] - 1, int(x))
    seed[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = True
    return seed


def _stable(lab: Floats, slope: Floats, distance: Floats, seed: Flags, allowed: Flags) -> Flags:
    """Of the regions around the seed, each within a larger barrier than the last, the one that most looks like a thing:
    it ends at edges, it hardly grows with the bound, it is of one kind, and it is no larger than it takes."""
    whole = int(allowed.sum())
    regions: list[Flags] = []
    for bound in np.geomspace(LEAST, MOST, STEPS):
        like = ((allowed & (distance <= bound)) | seed).astype(np.uint8)
        _, labels = cv2.connectedComponents(like, connectivity=4)
        regions.append(np.asarray(np.isin(labels, np.unique(labels[seed])) & (like > 0)))
    areas = np.array([region.sum() for region in regions], np.float64)
    best, most = regions[0], -np.inf
    ball = np.ones((3, 3), np.uint8)
    for index, region in enumerate(regions):
        if index and areas[index] == areas[index - 1]:
            continue
        around = (cv2.dilate(region.astype(np.uint8), ball) > 0) & ~(cv2.erode(region.astype(np.uint8), ball) > 0)
        # The picture's own border is no edge, and not the lack of one.
        ends = float(np.minimum(slope[around], SHARP).mean()) / SHARP if around.any() else 0.0
        next_ = areas[min(len(areas) - 1, index + 3)]
        growth = min(1.0, (next_ - areas[index]) / max(areas[index], 1))
        spread = float(lab[region].std(axis=0).sum())
        share = areas[index] / max(whole, 1)
        worth = ends - GROWTH * growth - SPREAD * spread
        worth -= 0.5 * max(0.0, share - 0.85) / 0.15 + 0.6 * max(0.0, 1 - areas[index] / (0.002 * whole))
        if worth > most:
            best, most = region, worth
    return best


def _settled(small: Bytes, found: Flags, sure: Flags, allowed: Flags) -> Flags:
    """The region after GrabCut, if that says nearly the same; holes in it that are no holes of the thing are closed."""
    ball = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    closed = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_CLOSE, ball) > 0
    best = closed & allowed | sure
    near = cv2.dilate(best.astype(np.uint8), ball, iterations=3) > 0
    core = cv2.erode(best.astype(np.uint8), ball) > 0
    if core.any() and not near.all():
        labels = np.where(best, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
        labels[~near | ~allowed] = cv2.GC_BGD
        labels[core | sure] = cv2.GC_FGD
        ground, front = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(np.ascontiguousarray(small), labels, None, ground, front, 2, cv2.GC_INIT_WITH_MASK)
        cut = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
        if segment.iou(cut, best) > 0.7:
            best = cut
    count, parts, stats, _ = cv2.connectedComponentsWithStats(best.astype(np.uint8), connectivity=4)
    specks = [part for part in range(1, count) if stats[part, cv2.CC_STAT_AREA] < 0.01 * best.sum()]
    kept = best & ~np.isin(parts, specks) | sure
    count, parts, stats, _ = cv2.connectedComponentsWithStats((~kept).astype(np.uint8), connectivity=4)
    pinholes = [part for part in range(1, count) if stats[part, cv2.CC_STAT_AREA] < 0.01 * kept.sum()]
    return np.asarray((kept | np.isin(parts, pinholes)) & allowed)


def _large(rgb: Pixels, small: Bytes, mask: Flags) -> Bytes:
    """The mask at the picture's size, along its edges."""
    shape = edge.bounded(rgb.shape, 3 * LONG)
    middle = cv2.resize(np.ascontiguousarray(rgb[..., :3]), shape[::-1], interpolation=cv2.INTER_AREA)
    rough = cv2.resize(mask.astype(np.float32), shape[::-1], interpolation=cv2.INTER_LINEAR)
    guide = edge.Guide(middle.astype(np.float32) / np.float32(255), 6, 1e-3)
    # Twice as steep: a selection is for one thing, not for a mixture of two.
    soft = np.clip((guide.filter(rough) - 0.5) * 2.5 + 0.5, 0, 1)
    large = cv2.resize(soft, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(np.rint(large * 255), 0, 255), np.uint8)


def written(mask: Bytes, size: tuple[int, int]) -> bytes:
    """The mask as a grey PNG of this size (width, height)."""
    if mask.shape != (size[1], size[0]):
        mask = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return picture.png(mask, level=1)
