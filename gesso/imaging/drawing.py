"""A line drawing coloured and shaded.

Lines are found by their darkness against what is around them, and close small gaps between them (the trapped ball of S.
Zhang and others, "Vectorizing cartoon animations", 2009). Every area between them takes its colour from a scene that is
given (what lies at the top is sky where the scene has sky), or, where it is enclosed, one of the colours that were
named; then it is shaded as a rounded body.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import resize
from gesso.imaging.colour import LINEAR, encode, from_lab, quick_lab, quick_linear, to_lab
from gesso.imaging.picture import Pixels

Floats = NDArray[np.float32]
Rgb = tuple[int, int, int]

_WORK: Final = 1024
_WARM: Final = ((196, 78, 62), (228, 178, 84), (92, 132, 168), (122, 156, 96), (150, 104, 150), (226, 142, 110))
"""Colours for enclosed areas after those that are named, from a painter's box; they go together."""


@dataclass(frozen=True)
class Drawing:
    """`ink` (H, W) 0..1 is how dark the lines are; `areas` (H, W) numbers what they enclose; `open` says of each number
    whether it reaches the frame."""

    ink: Floats
    areas: NDArray[np.int32]
    open: NDArray[np.bool_]


def read(pixels: Pixels) -> Drawing:
    """The lines of a drawing (H, W, 3 or 4) and the areas between them, at most 1024 pixels long."""
    flat = resize.fit(_on_paper(pixels), _WORK)
    grey = cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY)
    if float(np.median(grey)) < 90:
        grey = 255 - grey
    short = min(grey.shape)
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((max(3, short // 24) | 1,) * 2, np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), max(1.0, short / 40))
    ink = np.clip(1 - grey.astype(np.float32) / np.maximum(paper.astype(np.float32), 1), 0, 1)
    ink = np.clip((ink - 0.08) / 0.5, 0, 1).astype(np.float32)
    wall = (ink > 0.25).astype(np.uint8)
    # A ball that does not pass between the ends of two lines closes the gap.
    ball = max(1, round(short / 160))
    closed = cv2.dilate(wall, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * ball + 1,) * 2))
    _, seeds, stats, _ = cv2.connectedComponentsWithStats(1 - closed, connectivity=4)
    least = grey.size * 0.0004
    kept = [n for n in range(1, len(stats)) if stats[n, cv2.CC_STAT_AREA] >= least and (closed[seeds == n] == 0).all()]
    marks = np.zeros(grey.shape, np.int32)
    for number, name in enumerate(kept, 1):
        marks[seeds == name] = number
    if not kept:
        marks[:] = 1
    else:
        # What the ball could not reach, thin tips and the lines themselves, goes to the nearest area.
        relief = np.asarray(np.clip(ink * 255, 0, 255), np.uint8)
        cv2.watershed(cv2.merge([relief, relief, relief]), marks)
        lost = marks <= 0
        if lost.any():
            _, nearest = cv2.distanceTransformWithLabels(
                lost.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
            )
            table = np.zeros(int(nearest.max()) + 1, np.int32)
            table[nearest[~lost]] = marks[~lost]
            marks[lost] = table[nearest[lost]]
    areas = np.asarray(marks - 1, np.int32)
    frame = np.concatenate([areas[0], areas[-1], areas[:, 0], areas[:, -1]])
    count = int(areas.max()) + 1
    shares = np.bincount(frame, minlength=count) / len(frame)
    return Drawing(ink, areas, np.asarray(shares > 0.04))


def coloured(drawing: Drawing, scene: Pixels, named: Sequence[Rgb] = (), *, shading: float = 0.6) -> Pixels:
    """The areas (H, W, 3) of the drawing in the colours of the scene, the largest enclosed ones in those that are
    named, and shaded by 0..1 as rounded bodies lit from the top left."""
    height, width = drawing.areas.shape
    ground = resize.cover(np.ascontiguousarray(scene[..., :3]), width, height)
    lab = quick_lab(LINEAR[ground])
    wide = cv2.GaussianBlur(lab, (0, 0), max(1.0, min(height, width) / 14))
    box = to_lab(LINEAR[np.array([*named, *_WARM])])
    made = np.empty_like(lab)
    sizes = np.bincount(drawing.areas.ravel(), minlength=len(drawing.open))
    turn = 0
    for number in np.argsort(-sizes, kind="stable"):
        inside = drawing.areas == number
        if not inside.any():
            continue
        mean = lab[inside].mean(0)
        if drawing.open[number]:
            # The ground keeps the run of the scene's light, less its things.
            made[inside] = 0.35 * mean + 0.65 * wide[inside]
            continue
        colour = box[turn % len(box)].copy()
        if turn >= len(box):
            # The second time round a colour is lighter or darker.
            colour[0] = np.clip(colour[0] + (0.1 if turn // len(box) % 2 else -0.1), 0.15, 0.92)
        turn += 1
        # A little of the scene's own light, so that things belong there.
        made[inside] = 0.86 * colour + 0.14 * mean
    lit = _rounded(drawing, shading)
    made[..., 0] = np.clip(made[..., 0] + lit * (0.35 + 0.65 * made[..., 0]), 0.02, 0.99)
    # Light is warmer and shade cooler.
    made[..., 2] += 0.05 * lit
    return np.asarray(np.rint(encode(quick_linear(np.ascontiguousarray(made, np.float32))) * 255), np.uint8)


def inked(painted: Pixels, ink: Floats, strength: float) -> Pixels:
    """The painting (H, W, 3) with the lines over it, `strength` 0..1 of their own darkness."""
    height, width = painted.shape[:2]
    lines = cv2.resize(ink, (width, height), interpolation=cv2.INTER_CUBIC)[..., None] * np.float32(0.92 * strength)
    dark = np.asarray(encode(from_lab(np.array([[0.2, 0.01, -0.01]], np.float32)))[0] * 255, np.float32)
    mixed = painted * (1 - np.clip(lines, 0, 1)) + dark * np.clip(lines, 0, 1)
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def _rounded(drawing: Drawing, amount: float) -> Floats:
    """(H, W) -..+: how much lighter each place is, as the enclosed areas bulge towards the viewer."""
    height, width = drawing.areas.shape
    heights = np.zeros((height, width), np.float32)
    for number in np.flatnonzero(~drawing.open):
        inside = (drawing.areas == number).astype(np.uint8)
        far = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
        reach = max(3.0, float(far.max()))
        t = np.clip(far / reach, 0, 1)
        heights += np.sqrt(np.maximum(1 - (1 - t) ** 2, 0)) * reach * 0.5
    soft = cv2.GaussianBlur(heights, (0, 0), max(1.0, min(height, width) / 220))
    dx, dy = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125)
    facing = (0.5 * dx + 0.75 * dy + 0.43) / np.sqrt(dx * dx + dy * dy + 1) - 0.43
    lit = np.where(drawing.open[drawing.areas], 0, facing)
    return np.asarray(
        cv2.GaussianBlur(np.asarray(lit, np.float32), (0, 0), 1.0) * np.float32(0.34 * amount), np.float32
    )


def _on_paper(pixels: Pixels) -> Pixels:
    """(H, W, 3): what is transparent is paper."""
    if pixels.shape[2] == 3:
        return np.ascontiguousarray(pixels)
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return np.asarray(np.rint(pixels[..., :3] * alpha + 255 * (1 - alpha)), np.uint8)
