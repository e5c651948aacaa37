"""Which pixels are subject: proposals from several kinds of evidence, each settled by GrabCut, the best one
kept."""

import functools
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.cutout import saliency
from gesso.imaging.cutout.backdrop import border, steepness
from gesso.imaging.cutout.edge import Bytes, Flags, Floats, Guide, bounded, depth, fitted

# Long side of the picture on which saliency is computed: textures average out, shapes remain.
GLANCE = 180
# GrabCut is the slow step: this many different drafts are worth it.
FINALISTS = 3
# What the whole long side is worth beside Lab units where a stroke is compared with others.
PLACE = 60.0
# Cells of the colour histogram along each axis of Lab: 200 units, 8 each, and the ends.
CELLS = 26


@dataclass(frozen=True)
class Scene:
    """The small picture that is segmented, and what the user said about it. All (H, W)."""

    rgb: Bytes
    lab: Floats  # L 0..100, a and b about -100..100
    keep: Flags
    drop: Flags
    boxed: bool

    @functools.cached_property
    def enclosed(self) -> bool:
        """Whether a box or a lasso was drawn: the subject fills what it leaves. Strokes, however many, are none."""
        share = float(self.drop.mean())
        around = float(self.drop[border(self.drop.shape, 1)].mean())
        return share > 0.08 if self.boxed else share > 0.25 and around > 0.5

    @functools.cached_property
    def palette(self) -> tuple[saliency.Palette, Flags]:
        """The background's colours, and the pixels (H, W) taken to show them."""
        if self.enclosed:
            return saliency.palette(self.lab, self.drop)
        frame = border(self.drop.shape, max(1, round(0.02 * min(self.drop.shape)))) & ~self.keep
        if not frame.any():
            frame = ~self.keep
        found, seen = saliency.palette(self.lab, frame, saliency.nearest_side(frame.shape))
        if not self.drop.any():
            return found, seen
        told, _ = saliency.palette(self.lab, self.drop)
        return found.joined(told), seen | self.drop

    @functools.cached_property
    def cells(self) -> NDArray[np.intp]:
        """Each pixel's cell of the colour histogram: 8 Lab units wide, numbered from 0."""
        steps = np.clip((self.lab + np.array([0, 100, 100], np.float32)) / 8, 0, CELLS - 1).astype(np.intp)
        return (steps[..., 0] * CELLS + steps[..., 1]) * CELLS + steps[..., 2]

    @functools.cached_property
    def strangeness(self) -> Floats:
        """How unlike the background's colours each pixel is (H, W): 0 alike, 1 surely another."""
        colours, _ = self.palette
        return np.clip((colours.distance(self.lab) - 1.5) / 3, 0, 1)


@dataclass(frozen=True)
class Guess:
    """One segmentation and its marks, each 0..1 unless it says otherwise."""

    mask: Flags
    separation: float  # how little the colours inside and just outside overlap
    edge: float  # how much of the outline lies on edges of the picture
    contact: float  # the part of the frame that the subject covers
    area: float  # the part of the space it could fill
    least: float  # a smaller area is implausible: a box or lasso was drawn around something
    salience: float  # -1..1: how much more salient the inside is
    explained: float  # of what is unlike the background, the part that is inside
    pure: float  # of what is inside, the part that is unlike the background
    reach: float  # how much of the height and width of a box or lasso it spans; 1 without one
    agreement: float = 1.0  # mean IoU with the other proposals

    @property
    def score(self) -> float:
        """Higher is more plausible; unitless, compared only among guesses of one scene."""
        return (
            self.separation
            + 0.9 * self.edge
            + 0.5 * self.salience
            + 0.5 * self.agreement
            + 0.9 * self.explained
            + 0.3 * self.pure
            + 1.2 * self.reach
            - 0.8 * self.contact
            - 0.8 * max(0.0, 1 - self.area / self.least)
            - 2 * max(0.0, self.area - 0.75)
        )


def to_lab(rgb: Bytes) -> Floats:
    """Lab (D65) of sRGB bytes: L 0..100, a and b about -100..100."""
    result: Floats = cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    return result


def guesses(scene: Scene) -> list[Guess]:
    """Segmentations of the scene, the best first; empty where nothing stands out.

    Every proposal is settled quickly; GrabCut then polishes the likely ones that differ.
    """
    maps = proposals(scene)
    salient = np.mean(maps, axis=0).astype(np.float32)
    drafts = _ranked(scene, [settled(scene, m, salient) for m in maps], salient)
    chosen: list[Flags] = []
    for draft in drafts:
        if len(chosen) < FINALISTS and all(iou(draft.mask, mask) < 0.95 for mask in chosen):
            chosen.append(draft.mask)
    if not drafts:
        return []
    agreement = [iou(drafts[0].mask, draft.mask) for draft in drafts[1:]]
    final = _ranked(scene, [polished(scene, mask, salient) for mask in chosen], salient)
    return [replace(guess, agreement=float(np.mean(agreement)) if agreement else 1.0) for guess in final]


def _ranked(scene: Scene, masks: list[Flags], salient: Floats) -> list[Guess]:
    masks = [m for m in masks if m.any() and not m.all()]
    return sorted((_marked(scene, m, salient, masks) for m in masks), key=lambda guess: -guess.score)


def proposals(scene: Scene) -> list[Floats]:
    """Maps (H, W, 0..1) of where the subject may be, 0.5 being the threshold."""
    size = bounded(scene.rgb.shape, GLANCE)
    lab = fitted(scene.lab, size)
    drop, keep = (fitted(f.astype(np.float32), size) > 0.5 for f in (scene.drop, scene.keep))
    _, ground = scene.palette
    outside = fitted(ground.astype(np.float32), size) > 0.3
    if not outside.any():
        outside = border(size, 1)
    prior = _inward(drop) if scene.enclosed else saliency.centred(size)
    people = saliency.people(scene.rgb, prior)
    if people is not None:
        prior = np.maximum(0.3 * prior, fitted(people, size) * ~drop)
    strange = fitted(scene.strangeness, size)
    connected = saliency.connectivity(lab, outside, prior)
    spanned = _unit(np.minimum(saliency.barrier(lab, outside), 150))
    both = (spanned + strange) * (0.4 + 0.6 * prior)
    maps = [connected, both, _unit(connected) + _unit(both), np.where(drop, 0, 0.4 + strange) * prior]
    if scene.enclosed:
        # Everything within that is not clearly outside's: what a rectangle means to GrabCut.
        maps.append(np.where(drop, 0, 0.35 + 0.4 * prior + 0.4 * strange).astype(np.float32))
    if keep.any() and (outside & ~keep).any():
        near = nearer(lab, keep, outside & ~keep)
        # Who strokes both sides has said more than any saliency can; a lasso still leaves a choice.
        both_sides = scene.drop.any() and not scene.enclosed
        maps = [near, near + 0.5 * _unit(connected)] if both_sides else [*maps, near]
    elif people is not None:
        # A face is better evidence than any contrast of colours.
        maps = [prior, prior + 0.3 * _unit(connected)]
    return [fitted(_levelled(m, drop), scene.keep.shape) for m in maps]


def _levelled(m: Floats, drop: Flags) -> Floats:
    """`m` scaled so that Otsu's threshold of what is not dropped comes to 0.5."""
    level = _threshold(m[~drop]) if (~drop).any() else 0.5
    return np.where(drop, 0, np.clip(m / max(2 * level, 1e-6), 0, 1)).astype(np.float32)


def nearer(lab: Floats, one: Flags, other: Flags) -> Floats:
    """How much nearer (H, W, 0..1) each pixel is to `one` than to the `other`; neither may be empty.

    Nearness is barrier distance, likeness of colour and distance: a stroke speaks for its surroundings and for
    what looks like it.
    """
    to_one, to_other = (
        saliency.barrier(lab, seeds) + 6 * saliency.palette(lab, seeds)[0].distance(lab) + PLACE * away(seeds)
        for seeds in (one, other)
    )
    result: Floats = (to_other / (to_one + to_other + 1e-3)).astype(np.float32)
    return result


def away(where: Flags) -> Floats:
    """The distance (H, W) from `where`, in long sides."""
    result = cv2.distanceTransform((~where).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(result, np.float32) / np.float32(max(where.shape))


def _inward(drop: Flags) -> Floats:
    """How far (H, W, 0..1) inside a box or lasso: it is filled by its subject, but seldom to the corners."""
    inside = depth(~np.pad(drop, 1, constant_values=True))[1:-1, 1:-1]
    result: Floats = np.sqrt(np.clip(inside / max(1.0, float(inside.max())), 0, 1)).astype(np.float32)
    return result


def _unit(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    result: Floats = ((values - low) / max(high - low, 1e-6)).astype(np.float32)
    return result


def _threshold(values: Floats) -> float:
    """Otsu's threshold of values >= 0, on 256 steps of their range."""
    top = max(float(values.max()), 1e-6)
    levels = np.clip(values / top * 255, 0, 255).astype(np.uint8).reshape(-1, 1)
    cut, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return float(cut + 0.5) / 255 * top


def settled(scene: Scene, likely: Floats, salient: Floats) -> Flags:
    """The subject (H, W) that `likely` (0..1) suggests, once colours and edges are heard too.

    Three rounds: the colours of both sides are learnt as histograms, their odds and the odds of `likely` are
    added, and the guided filter spreads the result up to the edges of the picture. Unlike GrabCut it keeps
    hearing where the subject was thought to be, so that a part of another colour stays with the rest.
    """
    prior = np.clip(likely, 0.02, 0.98)
    place = np.log(prior / (1 - prior))
    guide = Guide(scene.rgb.astype(np.float32) / np.float32(255), 5, 2e-3)
    alpha = likely
    for _ in range(3):
        front = histogram(scene.cells, alpha * ~scene.drop)
        back = histogram(scene.cells, 1 - alpha)
        odds = np.clip(np.log((front + 1e-5) / (back + 1e-5))[scene.cells], -4, 4)
        alpha = (1 / (1 + np.exp(-(0.7 * place + 0.6 * odds)))).astype(np.float32)
        alpha[scene.drop], alpha[scene.keep] = 0, 1
        for _ in range(2):
            alpha = np.clip(guide.filter(alpha), 0, 1)
    return tidy((alpha > 0.5) & ~scene.drop | scene.keep, scene, salient)


def polished(scene: Scene, mask: Flags, salient: Floats) -> Flags:
    """`mask` (H, W) after GrabCut (Rother, Kolmogorov, Blake 2004), bound by the hints.

    What lies deep inside is held: GrabCut likes to give away large parts for being of another colour.
    """
    labels = np.where(mask, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[mask & (depth(mask) > 0.06 * max(mask.shape))] = cv2.GC_FGD
    labels[border(labels.shape, 1) & ~mask & ~scene.keep] = cv2.GC_BGD
    labels[scene.drop] = cv2.GC_BGD
    labels[scene.keep] = cv2.GC_FGD
    subject: Flags = (labels == cv2.GC_PR_FGD) | (labels == cv2.GC_FGD)
    # GrabCut learns five colours of each side; with fewer pixels there is nothing to learn.
    if subject.sum() < 10 or (~subject).sum() < 10:
        return subject
    # GrabCut draws its first clusters at random: the same picture must always give the same cut-out.
    cv2.setRNGSeed(7)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(scene.rgb), labels, None, *models, 2, cv2.GC_INIT_WITH_MASK)
    return tidy((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), scene, salient)


def tidy(cut: Flags, scene: Scene, salient: Floats) -> Flags:
    """`cut` without specks; what it encloses is filled unless it looks like the background."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cut.astype(np.uint8), connectivity=8)
    if count <= 1:
        return cut
    weight = np.bincount(labels.ravel(), weights=salient.ravel(), minlength=count)
    weight[0] = 0
    kept = weight >= 0.1 * weight.max()
    kept[np.unique(labels[scene.keep])] = True
    kept[0] = False
    result: Flags = kept[labels]
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~result).astype(np.uint8), connectivity=4)
    sizes = np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    strange = np.bincount(labels.ravel(), weights=scene.strangeness.ravel(), minlength=len(sizes)) / sizes
    filled = (sizes < max(4, 0.004 * result.sum())) | (strange > 0.25)
    filled[0] = False
    filled[np.unique(labels[border(cut.shape, 1)])] = False
    filled[np.unique(labels[scene.drop])] = False
    result |= filled[labels]
    return result


def _marked(scene: Scene, mask: Flags, salient: Floats, others: list[Flags]) -> Guess:
    """The mask with its marks."""
    room = ~scene.drop
    inside, outside = mask & room, ~mask
    frame = border(mask.shape, 1)
    contact = float((mask & frame).sum()) / max(1, int(frame.sum()))
    area = float(inside.sum()) / max(1, int(room.sum()))
    overlaps = [iou(mask, other) for other in others if other is not mask]
    strange = scene.strangeness * room
    apart = np.where(scene.enclosed, 1, saliency.centred(mask.shape)) * strange
    return Guess(
        mask=mask,
        explained=float(apart[inside].sum() / max(1e-6, float(apart.sum()))),
        reach=_span(inside) / max(1, _span(room)) if scene.enclosed else 1.0,
        pure=float(strange[inside].mean()) if inside.any() else 0.0,
        separation=separation(scene.cells, inside, outside),
        edge=edge_support(scene.lab, mask),
        contact=contact,
        area=area,
        least=0.25 if scene.enclosed else 0.03,
        salience=float(salient[inside].mean() - salient[outside].mean()) if inside.any() and outside.any() else 0.0,
        agreement=float(np.mean(overlaps)) if overlaps else 1.0,
    )


def _span(mask: Flags) -> int:
    """The area of the rectangle around the true pixels."""
    return int(mask.any(axis=0).sum()) * int(mask.any(axis=1).sum())


def iou(a: Flags, b: Flags) -> float:
    """Intersection over union of two masks, 0..1; two empty masks agree."""
    union = int((a | b).sum())
    return float((a & b).sum()) / union if union else 1.0


def separation(cells: NDArray[np.intp], inside: Flags, outside: Flags) -> float:
    """1 minus the overlap of the two colour histograms (Lab cells of about 8 units, smoothed), 0..1.

    The outside is looked at near the subject, where the two can be confused.
    """
    if not inside.any() or not outside.any():
        return 0.0
    reach = max(3, round(0.08 * max(inside.shape)))
    near = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, 3) <= reach
    close = outside & near
    first, second = (histogram(cells, part) for part in (inside, close if close.any() else outside))
    return 1 - float(np.minimum(first, second).sum())


def histogram(cells: NDArray[np.intp], weights: NDArray[Any]) -> Floats:
    """The share of `weights` (H, W) in every colour cell (CELLS ** 3,), smoothed by one cell each way."""
    flat = np.bincount(cells.ravel(), weights=weights.ravel(), minlength=CELLS**3)
    counts: Floats = flat.astype(np.float32).reshape(CELLS, CELLS, CELLS)
    for axis in range(3):
        beside = np.roll(counts, 1, axis) + np.roll(counts, -1, axis)
        counts = ((2 * counts + beside) / 4).astype(np.float32)
    result: Floats = (counts / max(1e-9, float(counts.sum()))).ravel()
    return result


def edge_support(lab: Floats, mask: Flags) -> float:
    """The share of the outline (the frame left out) that lies on colour steps above the picture's usual,
    0..1."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.0)
    strength = steepness(smooth)
    kernel = np.ones((3, 3), np.uint8)
    field = mask.astype(np.uint8)
    outline = (cv2.morphologyEx(field, cv2.MORPH_GRADIENT, kernel) > 0) & ~border(mask.shape, 2)
    if not outline.any():
        return 0.0
    peak = cv2.dilate(strength, kernel)
    usual = float(np.percentile(strength, 75)) + 1.0
    result = float(np.clip(peak[outline] / (2 * usual), 0, 1).mean())
    return result
