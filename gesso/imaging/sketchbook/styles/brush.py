"""Strokes: long marks laid along the flow of a picture, drawn as tapered shapes on an 8-bit canvas."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.sketchbook.styles.fields import pick
from gesso.imaging.sketchbook.styles.picture import Picture, Plane

Canvas = NDArray[np.uint8]

_SHIFT = 4  # positions are drawn in sixteenths of a pixel
_JOINTS = 5


@dataclass(frozen=True, slots=True)
class Strokes:
    """N marks of one brush. Positions are pixels; lengths and widths are 1024ths of the short side."""

    at: Plane  # (N, 2)
    way: Plane  # (N,) direction in radians
    length: Plane  # (N,)
    width: Plane  # (N,)
    colour: Plane  # (N, 3) or (N, 4), 0..1: a fourth number is the height of the paint
    taper: float = 0.55  # width at the ends relative to the middle


def directions(along: tuple[Plane, Plane], at: Plane) -> Plane:
    """(N,) angle of the flow at each position."""
    shape = along[0].shape
    return np.arctan2(pick(along[1], at, shape), pick(along[0], at, shape))


def lay(p: Picture, canvas: Canvas, strokes: Strokes, along: tuple[Plane, Plane] | None = None) -> None:
    """Draw the strokes on the canvas, first to last; with `along` they bend with the flow."""
    outline = np.rint(_outlines(p, strokes, along) * (1 << _SHIFT)).astype(np.int32)
    colours = np.clip(strokes.colour * 255 + 0.5, 0, 255).astype(np.uint8).tolist()
    for shape, tint in zip(outline, colours, strict=True):
        cv2.fillPoly(canvas, [shape], tint, cv2.LINE_AA, _SHIFT)


def dots(p: Picture, canvas: Canvas, at: Plane, radius: Plane, colour: Plane) -> None:
    """Round touches: `at` in pixels, `radius` in 1024ths, colours 0..1."""
    spots = np.rint((at - 0.5) * (1 << _SHIFT)).astype(np.int32).tolist()
    sizes = np.maximum(np.rint(radius * (p.scale * (1 << _SHIFT))), 1).astype(np.int32).tolist()
    colours = np.clip(colour * 255 + 0.5, 0, 255).astype(np.uint8).tolist()
    for spot, size, tint in zip(spots, sizes, colours, strict=True):
        cv2.circle(canvas, spot, size, tint, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def _outlines(p: Picture, strokes: Strokes, along: tuple[Plane, Plane] | None) -> Plane:
    """(N, 2 * joints, 2) pixel outline of every stroke."""
    half = _JOINTS // 2
    step = (strokes.length * np.float32(p.scale / (_JOINTS - 1)))[:, None]
    first = np.stack([np.cos(strokes.way), np.sin(strokes.way)], -1)
    spine = [strokes.at]
    heading = [first]
    for sign in (1.0, -1.0):
        at, way = strokes.at, first * np.float32(sign)
        arm, turns = [], []
        for _ in range(half):
            at = at + way * step
            arm.append(at)
            turns.append(way * np.float32(sign))
            if along is not None:
                shape = along[0].shape
                # The flow has no sign of its own: go on in the way the stroke was going.
                ahead = np.stack([pick(along[0], at, shape), pick(along[1], at, shape)], -1)
                ahead *= np.where((ahead * way).sum(-1, keepdims=True) < 0, -1, 1)
                way = way * 0.4 + ahead * 0.6
                way /= np.maximum(np.linalg.norm(way, axis=-1, keepdims=True), 1e-6)
        spine = spine + arm if sign > 0 else arm[::-1] + spine
        heading = heading + turns if sign > 0 else turns[::-1] + heading
    joints, ways = np.stack(spine, 1), np.stack(heading, 1)
    across = np.stack([-ways[..., 1], ways[..., 0]], -1)
    t = np.linspace(-1, 1, _JOINTS, dtype=np.float32)
    girth = 1 - (1 - np.float32(strokes.taper)) * t * t
    side = across * (girth[None, :, None] * (strokes.width * np.float32(p.scale / 2))[:, None, None])
    out: Plane = np.concatenate([joints + side, (joints - side)[:, ::-1]], 1)
    return out - np.float32(0.5)
