"""A cut-out corrected by strokes: what they contradict is changed as far as it looks alike, the rest stays."""

import cv2
import numpy as np

from gesso.imaging.cutout import segment
from gesso.imaging.cutout.backdrop import border
from gesso.imaging.cutout.edge import Flags, Floats, bounded, fitted

# Of the long side: beyond this distance from a stroke that takes away, the subject is believed to be right where
# no stroke says what it is.
NEAR = 0.25


def mended(scene: segment.Scene, mask: Flags) -> Flags:
    """`mask` (H, W), as it was found without them, after the strokes of the scene.

    Strokes that agree with it change nothing. Around each that does not, the pixels that are nearer to it (by
    colour, place and the edges between) than to what is known of the other side change sides.
    """
    missed, stray = scene.keep & ~mask, scene.drop & mask
    if not missed.any() and not stray.any():
        return mask
    likely = np.where(mask, 0.9, 0.1).astype(np.float32)
    if missed.any():
        others = scene.drop | border(mask.shape, 2) & ~mask & ~scene.keep & (segment.away(missed) > 0.1)
        likely = np.maximum(likely, ~mask * _nearer(scene, missed, others))
    if stray.any():
        others = scene.keep if scene.keep.any() else mask & ~scene.drop & (segment.away(stray) > NEAR)
        likely = np.minimum(likely, np.where(mask, 1 - _nearer(scene, stray, others), 1))
    changed = segment.settled(scene, likely.astype(np.float32), likely.astype(np.float32)) ^ mask
    _, labels = cv2.connectedComponents(changed.astype(np.uint8), connectivity=8)
    asked = np.zeros(int(labels.max()) + 1, np.bool_)
    asked[np.unique(labels[(missed | stray) & changed])] = True
    asked[0] = False
    result: Flags = mask ^ asked[labels]
    return result


def _nearer(scene: segment.Scene, stroke: Flags, others: Flags) -> Floats:
    """How much nearer (H, W, 0..1) each pixel is to the stroke than to the others; 1 everywhere without others."""
    size = bounded(stroke.shape, segment.GLANCE)
    one, other = (fitted(where.astype(np.float32), size) > 0.25 for where in (stroke, others))
    if not one.any() or not other.any():
        return np.full(stroke.shape, float(one.any()), np.float32)
    result: Floats = fitted(segment.nearer(fitted(scene.lab, size), one, other), stroke.shape)
    return result
