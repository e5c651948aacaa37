"""How far away things are, guessed from one picture.

No model looks here; what a painter knows does: the subject stands before its ground, what is lower in the picture is
nearer, what is hazy, smooth or sky is far. It is right enough to light a picture and to move a camera a little, and it
is no measurement.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import cutout, resize
from gesso.imaging.colour import LINEAR, quick_lab
from gesso.imaging.picture import Pixels

Floats = NDArray[np.float32]

_WORK = 384


def depth(rgb: Pixels) -> Floats:
    """(H, W) 0..1 of a picture (H, W, 3 or 4); 1 is nearest. Follows the picture's own edges."""
    height, width = rgb.shape[:2]
    small = resize.fit(np.ascontiguousarray(rgb[..., :3]), _WORK)
    if min(small.shape[:2]) < 8:
        return np.full((height, width), 0.5, np.float32)
    lab = quick_lab(LINEAR[small])
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    rows = np.linspace(0, 1, small.shape[0], dtype=np.float32)[:, None]
    detail = cv2.GaussianBlur(np.abs(light - cv2.GaussianBlur(light, (0, 0), 1.5)), (0, 0), 6)
    detail = np.clip(detail / max(float(np.percentile(detail, 95)), 1e-4), 0, 1)
    # Haze is light, grey and without contrast (the dark channel of He, Sun and Tang, 2009, says the same).
    dark = cv2.erode(small.min(2), np.ones((9, 9), np.uint8)).astype(np.float32) / 255
    haze = cv2.GaussianBlur(np.clip(dark * (1.2 - 3 * np.minimum(chroma, 0.3)), 0, 1), (0, 0), 5)
    guess = 0.12 + 0.55 * rows**1.2 + 0.18 * detail - 0.15 * haze
    sky = _sky(light, lab[..., 2], detail)
    guess = guess * (1 - sky) + 0.02 * sky
    cut = cutout.remove(small)
    subject = cut.rgba[..., 3].astype(np.float32) / 255
    share = float(subject.mean())
    if cut.confidence >= 0.25 and 0.01 < share < 0.85:
        # A subject is one thing: about as near as its lowest part, rounder in its middle.
        inside = (subject > 0.5).astype(np.uint8)
        round_ = np.sqrt(cv2.distanceTransform(inside, cv2.DIST_L2, 5) / (0.12 * max(small.shape[:2])))
        standing = 0.62 + 0.22 * np.clip(round_, 0, 1)
        weight = subject * (0.5 + 0.5 * cut.confidence)
        guess = guess * (1 - weight) + np.maximum(standing, guess) * weight
    guess = _guided(light, np.asarray(guess, np.float32), 12, 2e-3)
    low, high = np.percentile(guess, (1, 99))
    guess = np.clip((guess - low) / max(float(high - low), 1e-3), 0, 1)
    if guess.shape == (height, width):
        return np.asarray(guess, np.float32)
    return _upright(np.asarray(guess, np.float32), rgb)


def normals(heights: Floats, strength: float = 1.0) -> Floats:
    """(H, W, 3) of length 1: which way each place faces; x right, y down, z to the viewer. `strength` is how steep a
    step of 1 in `heights` (H, W) is, in a thirtieth of the short side."""
    steep = strength * min(heights.shape) / 30
    # The same slope at any size: measured over a share of the picture, not over a pixel.
    soft = cv2.GaussianBlur(heights, (0, 0), max(0.8, min(heights.shape) / 500))
    dx = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3, scale=0.125) * steep
    dy = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3, scale=0.125) * steep
    length = np.sqrt(dx * dx + dy * dy + 1)
    return np.dstack([-dx / length, -dy / length, 1 / length]).astype(np.float32)


def _sky(light: Floats, yellow: Floats, detail: NDArray[np.floating]) -> Floats:
    """0..1: smooth, and reached from the top edge without a step."""
    calm = (detail < 0.35) & ((light > 0.55) | (yellow < -0.02))
    start = np.zeros_like(calm)
    start[:2] = calm[:2]
    count, labels = cv2.connectedComponents(calm.astype(np.uint8), connectivity=4)
    hit = np.zeros(count, np.bool_)
    hit[np.unique(labels[start])] = True
    hit[0] = False
    found = hit[labels].astype(np.float32)
    if found.mean() > 0.85:
        return np.zeros_like(found)
    return np.asarray(cv2.GaussianBlur(found, (0, 0), 2), np.float32)


def _guided(guide: Floats, what: Floats, radius: int, eps: float) -> Floats:
    """`what` with the edges of `guide` (He, Sun and Tang, "Guided image filtering", 2010)."""
    window = (2 * radius + 1, 2 * radius + 1)

    def mean(plane: NDArray[np.floating]) -> Floats:
        return np.asarray(cv2.blur(np.asarray(plane, np.float32), window), np.float32)

    over, under = mean(guide), mean(what)
    slope = (mean(guide * what) - over * under) / (mean(guide * guide) - over * over + np.float32(eps))
    return np.asarray(mean(slope) * guide + mean(under - slope * over), np.float32)


def _upright(guess: Floats, rgb: Pixels) -> Floats:
    """Enlarged to the picture; its edges laid along the picture's."""
    height, width = rgb.shape[:2]
    large = np.asarray(cv2.resize(guess, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    if height * width > 16_000_000:
        return np.clip(large, 0, 1)
    grey = cv2.cvtColor(np.ascontiguousarray(rgb[..., :3]), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    return np.clip(_guided(grey, large, max(1, round(max(height, width) / _WORK)), 1e-3), 0, 1)
