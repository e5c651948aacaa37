"""The cut-out from end to end: find the subject, follow its edge at full size, clean its colours, say how
sure it is."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.cutout import backdrop, colours, edge, mend, segment
from gesso.imaging.cutout.edge import Bytes, Flags, Floats, bounded, fitted
from gesso.kit.errors import Invalid

# Long sides, in pixels, of the pictures that are segmented and matted: more costs time and adds no truth.
SEGMENT = 300
MATTE = 720
# On a matte of that size: how far from its edge a mask is in doubt, how far hair may reach out of it, and how
# far the backdrop may shine through one that was keyed with all its hair.
NEAR, FAR, DEEP = 4, 14, 40
# Values of a trimap above and below these are decided.
KEEP, DROP = 160, 96
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# Strokes that leave less than this of what was found (intersection over union) mean another subject.
LEFT = 0.3
# Whoever looked and whose strokes all agree has found it right so far.
OBEYED = 0.5
# Advice is given below this confidence.
GOOD = 0.6
NOTHING = "Nothing stands out from the background: draw a box around the subject, or a stroke on it."
BLEND = "The subject blends into its background: draw a box around it, or a stroke on it."
BOXED = "The box holds other things too: draw a stroke on the subject and one on what should go."
MORE = "Parts of the subject look like the background: add strokes where the edge is wrong."

Report = Callable[[float], None]


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the picture, from its top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Cutout:
    """A subject on a transparent ground."""

    rgba: NDArray[np.uint8]  # (H, W, 4), straight alpha
    confidence: float  # 0..1: the intersection over union to expect
    advice: str | None  # what the user could do for a better one; None when it is good


def remove(
    rgb: NDArray[np.uint8],
    *,
    box: Box | None = None,
    hints: NDArray[np.uint8] | None = None,
    feather: float = 0.0,
    shift: float = 0.0,
    decontaminate: bool = True,
    report: Report | None = None,
) -> Cutout:
    """`rgb` (H, W, 3) without its background.

    `box`: the subject lies within, everything outside goes. `hints`: a trimap (H, W) of the picture's size,
    above 160 keep, below 96 remove, between undecided; decided pixels are obeyed exactly. Both may be given;
    then a kept pixel wins over the box. `feather` is an extra softening of the edge (sigma in pixels, >= 0),
    `shift` moves the edge (pixels, + grows the subject). `decontaminate` frees mixed edge colours from the
    background. `report` is told the progress, 0..1.

    A picture in which nothing stands out is kept whole, with confidence 0 and advice. Raises `Invalid` for an
    array of another shape or kind, a box beside the picture, or hints that do not fit, remove everything or
    decide nothing.
    """
    say = report or (lambda _: None)
    _check(rgb, feather, shift)
    keep, drop = _hinted(rgb.shape, hints)
    outside = np.zeros(drop.shape, np.bool_)
    if box is not None:
        outside = ~_inside(box, drop.shape) & ~keep
        drop |= outside
        if drop.all():
            raise Invalid("The box leaves nothing of the picture: draw it over the subject.", fields=["box"])
    say(0.05)
    whole = np.where(keep, np.uint8(255), np.uint8(0))
    confidence, advice = 1.0, None
    if not (keep | drop).all():
        view = _view(drop, boxed=box is not None)
        whole[view], confidence, advice = _matte(rgb[view], keep[view], drop[view], outside[view], say)
    whole = _feathered(_shifted(whole, shift), feather)
    whole[keep] = 255
    whole[drop] = 0
    say(0.75)
    colour = colours.decontaminate(rgb, whole) if decontaminate else rgb
    say(1.0)
    return Cutout(cv2.merge([colour, whole]), confidence, advice)


def trimap(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The hints (H, W: 255 keep, 0 remove, 128 undecided) drawn as a picture.

    Grey (H, W) or (H, W, 1) and colour (H, W, 3, its luma) are read by brightness: above 160 keep, below 96
    remove. With alpha (H, W, 2) or (H, W, 4), pixels of alpha below 128 were not painted and are undecided.
    Raises `Invalid` for other shapes or types.
    """
    if mask.dtype != np.uint8 or mask.ndim not in (2, 3) or (mask.ndim == 3 and mask.shape[2] not in (1, 2, 3, 4)):
        raise Invalid("A mask is a grey or colour picture of 8 bits per channel.", fields=["hints"])
    layers = mask if mask.ndim == 3 else mask[..., None]
    light = layers[..., :3] @ LUMA if layers.shape[2] >= 3 else layers[..., 0]
    hints = np.full(light.shape, 128, np.uint8)
    hints[light > KEEP] = 255
    hints[light < DROP] = 0
    if layers.shape[2] in (2, 4):
        hints[layers[..., -1] < 128] = 128
    return hints


def _check(rgb: Bytes, feather: float, shift: float) -> None:
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise Invalid("A cut-out needs an RGB picture of 8 bits per channel.", fields=["image"])
    if not (0 <= feather <= 500):
        raise Invalid("The feather is a softening of 0 to 500 pixels.", fields=["feather"])
    if not (-500 <= shift <= 500):
        raise Invalid("The shift moves the edge by -500 to 500 pixels.", fields=["shift"])


def _hinted(shape: tuple[int, ...], hints: Bytes | None) -> tuple[Flags, Flags]:
    """The pixels (H, W) that the hints keep and drop."""
    if hints is None:
        return np.zeros(shape[:2], np.bool_), np.zeros(shape[:2], np.bool_)
    if hints.dtype != np.uint8 or hints.shape != shape[:2]:
        raise Invalid(
            f"The hints must have the picture's size, {shape[1]} x {shape[0]} pixels, one byte each.",
            fields=["hints"],
        )
    keep, drop = hints > KEEP, hints < DROP
    if drop.all():
        raise Invalid("The hints remove the whole picture: mark what to keep.", fields=["hints"])
    if not keep.any() and not drop.any():
        raise Invalid("The hints decide nothing: paint what to keep or what to remove.", fields=["hints"])
    return keep, drop


def _inside(box: Box, shape: tuple[int, ...]) -> Flags:
    left, top = max(0, box.x), max(0, box.y)
    right, bottom = min(shape[1], box.x + box.width), min(shape[0], box.y + box.height)
    if right <= left or bottom <= top:
        raise Invalid("The box lies beside the picture: draw it over the subject.", fields=["box"])
    inside = np.zeros(shape, np.bool_)
    inside[top:bottom, left:right] = True
    return inside


def _view(drop: Flags, *, boxed: bool) -> tuple[slice, slice]:
    """The part of the picture to look at: a box and its surroundings, so that a small subject is seen
    large."""
    if not boxed:
        return slice(None), slice(None)
    rows, columns = np.flatnonzero((~drop).any(axis=1)), np.flatnonzero((~drop).any(axis=0))
    y = max(4, (int(rows[-1]) - int(rows[0])) // 6)
    x = max(4, (int(columns[-1]) - int(columns[0])) // 6)
    return (
        slice(max(0, int(rows[0]) - y), int(rows[-1]) + y + 1),
        slice(max(0, int(columns[0]) - x), int(columns[-1]) + x + 1),
    )


def _matte(rgb: Bytes, keep: Flags, drop: Flags, outside: Flags, say: Report) -> tuple[Bytes, float, str | None]:
    """Alpha (H, W), the confidence in it, and advice. `drop` holds what lies `outside` of the box too."""
    size = bounded(rgb.shape, MATTE)
    small = fitted(rgb, size)
    held, gone = _shrunk(keep, drop, size)
    picture = small.astype(np.float32) / np.float32(255)
    found = _told(small, held, gone, _shrunk(keep, outside, size)[1])
    say(0.4)
    if found is None:
        return np.where(drop, 0, 255).astype(np.uint8), 0.0, NOTHING
    near, far, deep = (max(1, round(n * max(size) / MATTE)) for n in (NEAR, FAR, DEEP))
    rim = edge.rim(picture, found.mask, near=near, far=far, within=deep if found.plain else far)
    rim = _bound(rim, held, gone)
    alpha = edge.solved(picture, rim)
    say(0.6)
    return edge.enlarged(rgb, picture, alpha, rim.unknown), found.confidence, found.advice


def _bound(rim: edge.Rim, held: Flags, gone: Flags) -> edge.Rim:
    """The rim with the user's pixels decided."""
    start = rim.start.copy()
    start[held], start[gone] = 1, 0
    return edge.Rim(rim.unknown & ~held & ~gone, start, rim.trust)


@dataclass(frozen=True)
class Found:
    """A subject before its edge is softened."""

    mask: Flags  # (H, W)
    plain: bool  # keyed from a plain backdrop, with every hair; else cut through what is mixed
    confidence: float
    advice: str | None


def _told(small: Bytes, held: Flags, gone: Flags, outside: Flags) -> Found | None:
    """The subject of a small picture by all that the user said: what is found without the strokes, mended by them.

    Where they leave little of that, another subject is meant: the one that the strokes to keep are on, mended by
    the others. A lasso speaks for itself.
    """
    boxed = bool(outside.any())
    alone = _found(small, np.zeros_like(held), outside, boxed, hinted=False)
    if not held.any() and not (gone & ~outside).any():
        return alone
    size = bounded(small.shape, SEGMENT)
    scene = segment.Scene(fitted(small, size), segment.to_lab(fitted(small, size)), *_shrunk(held, gone, size), boxed)
    if boxed or not scene.enclosed:
        found = alone and _mended(scene, alone, gone.shape)
        if found is None and held.any():
            other = _found(small, held, outside, boxed, hinted=True)
            found = other and _mended(scene, other, gone.shape)
        if found is not None:
            return found
    return _found(small, held, gone, boxed, hinted=True)


def _mended(scene: segment.Scene, found: Found, size: tuple[int, int]) -> Found | None:
    """What was found, after the strokes of the scene; None where they leave little of it."""
    before = fitted(found.mask.astype(np.float32), scene.keep.shape) > 0.5
    after = mend.mended(scene, before)
    if segment.iou(after, before) < LEFT:
        return None
    # Only what changed comes from the smaller mask: the rest keeps its fine detail.
    mask = (found.mask | _large(after & ~before, size)) & ~_large(before & ~after, size)
    confidence = max(found.confidence, OBEYED) if (after == before).all() else found.confidence
    return Found(mask, found.plain, confidence, None if confidence >= GOOD else MORE)


def _large(mask: Flags, size: tuple[int, int]) -> Flags:
    """A mask enlarged, its stairs smoothed."""
    result: Flags = cv2.GaussianBlur(fitted(mask.astype(np.float32), size), (0, 0), 1.0) > 0.5
    return result


def _found(small: Bytes, held: Flags, gone: Flags, boxed: bool, hinted: bool) -> Found | None:
    """The subject of a small picture, or None where nothing stands out."""
    # Too few pixels to have a frame and something within it.
    if small.shape[0] * small.shape[1] < 64:
        return None
    lab = segment.to_lab(small)
    frame = (gone if boxed else backdrop.border(gone.shape, max(1, min(gone.shape) // 50))) & ~held
    if frame.sum() >= 12:
        mask, behind = backdrop.key(lab, frame)
        if behind.plain and _obeys(mask, held, gone):
            mask = _pieces(mask & ~gone | held, held)
            if mask.any():
                confidence = _plain_confidence(lab, mask, behind)
                return Found(mask, True, confidence, None if confidence >= GOOD else BLEND)
            if not held.any():
                return None
    size = bounded(small.shape, SEGMENT)
    scene = segment.Scene(fitted(small, size), fitted(lab, size), *_shrunk(held, gone, size), boxed)
    found = segment.guesses(scene)
    if not found:
        return None
    best = found[0]
    confidence = _confidence(best, boxed, hinted)
    return Found(_large(best.mask, gone.shape), False, confidence, _advice(confidence, boxed, hinted))


def _obeys(mask: Flags, held: Flags, gone: Flags) -> bool:
    """Whether the user saw it the same way: a mask that breaks many hints has found something else."""
    kept = float(mask[held].mean()) if held.any() else 1.0
    broken = float((mask & gone).sum()) / max(1, int(mask.sum()))
    return kept > 0.85 and broken < 0.15


def _pieces(mask: Flags, held: Flags) -> Flags:
    """`mask` without specks of noise, and without what the frame cuts off where something whole is there."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    if areas.max() < max(4, 3e-4 * mask.size):
        areas[:] = 0
    framed = np.zeros(count, np.bool_)
    framed[np.unique(labels[backdrop.border(mask.shape, 1)])] = True
    whole = np.where(framed, 0, areas).max()
    kept = areas >= max(4, 0.004 * areas.max())
    if whole > 0.25 * areas.max():
        kept &= ~framed
    kept[np.unique(labels[held])] = True
    kept[0] = False
    result: Flags = kept[labels]
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~result).astype(np.uint8), connectivity=4)
    # Highlights that happen to match the backdrop.
    pinholes = stats[:, cv2.CC_STAT_AREA] < max(6, 0.0008 * result.sum())
    pinholes[0] = False
    result |= pinholes[labels]
    return result


def _shrunk(keep: Flags, drop: Flags, size: tuple[int, int]) -> tuple[Flags, Flags]:
    """Both sets at a smaller size; a thin stroke survives wherever it covers more than the other."""
    if keep.shape == size:
        return keep, drop
    if not keep.any() and not drop.any():
        return np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    kept, dropped = (fitted(f.astype(np.float32), size) for f in (keep, drop))
    return (kept > 0.15) & (kept >= dropped), (dropped > 0.15) & (dropped > kept)


def _shifted(alpha: Bytes, shift: float) -> Bytes:
    """The edge moved outwards by `shift` pixels (inwards when negative)."""
    if shift == 0 or not alpha.any():
        return alpha
    if shift < 0:
        shrunk: Bytes = 255 - _shifted(255 - alpha, -shift)
        return shrunk
    away = cv2.distanceTransform((alpha < 128).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    grown: Bytes = np.clip((shift + 1 - away) * 255, 0, 255).astype(np.uint8)
    return np.maximum(alpha, grown)


def _feathered(alpha: Bytes, sigma: float) -> Bytes:
    if sigma < 0.05:
        return alpha
    result: Bytes = cv2.GaussianBlur(alpha, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return result


def _plain_confidence(lab: Floats, mask: Flags, behind: backdrop.Backdrop) -> float:
    """Sure when the subject differs clearly from a backdrop that the whole frame shows."""
    away = np.linalg.norm(lab - behind.lab, axis=2)
    rim = mask & (edge.depth(mask) <= 4)
    contrast = float(np.median(away[rim])) / (3 * max(backdrop.STEP, 4.5 * behind.spread)) if rim.any() else 0.0
    share = float(mask.mean())
    usual = float(np.clip(share / 0.01, 0.3, 1)) * float(np.clip((1 - share) / 0.2, 0.2, 1))
    return round(min(1.0, 0.45 + 0.55 * min(1.0, contrast)) * usual * (0.6 + 0.4 * behind.share), 3)


def _confidence(best: segment.Guess, boxed: bool, hinted: bool) -> float:
    """The product of what speaks for a guess: one bad mark is enough to doubt it.

    On the bench it falls below 0.5 where the wrong thing was cut out, and rises above 0.8 on clear subjects.
    """
    doubt = 1 - (
        best.separation
        * (0.5 + 0.5 * best.explained)
        * min(1.0, max(0.0, best.salience) / 0.8)
        * (0.6 + 0.4 * best.agreement)
    )
    # Who draws a box or a stroke has said which thing is meant; only its outline can still be wrong.
    return round(1 - doubt * (0.6 if boxed or hinted else 1), 3)


def _advice(confidence: float, boxed: bool, hinted: bool) -> str | None:
    if confidence >= GOOD:
        return None
    if hinted:
        return MORE
    if boxed:
        return BOXED
    return BLEND
