"""Words, shapes and logos on a picture. Lengths are shares of the picture's short side."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
import pyvips
from numpy.typing import NDArray

from gesso.imaging import resize
from gesso.imaging.colour import LINEAR, encode
from gesso.imaging.picture import Pixels
from gesso.imaging.sketchbook.lettering import FACES

Floats = NDArray[np.float32]
Rgb = tuple[int, int, int]
Place = Literal["top_left", "top", "top_right", "left", "centre", "right", "bottom_left", "bottom", "bottom_right"]
Shape = Literal["rectangle", "ellipse", "line", "arrow"]


@dataclass(frozen=True)
class Lettering:
    """How words are set: `size` of an em, `outline` and `margin` are shares of the short side."""

    face: str = "grotesque"
    size: float = 0.08
    colour: Rgb = (255, 255, 255)
    outline: float = 0.0
    outline_colour: Rgb = (0, 0, 0)
    shadow: bool = True
    band: Rgb | None = None
    align: Literal["left", "centre", "right"] = "centre"


Box = tuple[int, int, int, int]
"""Left, top, width and height."""


def words(
    pixels: Pixels, text: str, how: Lettering, place: Place, margin: float = 0.05, box: Box | None = None
) -> Pixels:
    """The picture with the text at its place, broken where a line would leave the picture, and set smaller where it
    would not fit at all: no letter is cut off. In a box it stands in the middle, as large as its own lines fit."""
    height, width = pixels.shape[:2]
    short = min(height, width)
    room = max(8, width - 2 * round(margin * short)), max(8, height - 2 * round(margin * short))
    cover = _fitted(text, how, box[2:]) if box else _set(text, how, how.size * short, room)
    if cover is None:
        return pixels
    if box:
        # Outline, shadow and band are as large as the letters, whatever size those have.
        line = cover.shape[0] / max(1, len(text.strip().split("\n")))
        how = replace(how, size=line / short)
    edge = max(0, round(how.outline * short))
    spread = max(1, round(0.012 * short)) if how.shadow else 0
    pad = edge + 3 * spread + (round(0.4 * how.size * short) if how.band else 0)
    cover = np.pad(cover, pad)
    wide, high = cover.shape[1] - 2 * pad, cover.shape[0] - 2 * pad
    left, top = _amid(box, wide, high) if box else _at(place, width, height, wide, high, round(margin * short))
    left, top = left - pad, top - pad
    if how.band is not None:
        reach = pad - 3 * spread - edge
        inner = pad - reach
        ground = np.zeros_like(cover)
        ground[inner : cover.shape[0] - inner, inner : cover.shape[1] - inner] = 1
        pixels = _inked(pixels, ground * 0.85, how.band, left, top)
    elif how.shadow:
        dark = cv2.GaussianBlur(np.roll(cover, (spread, spread // 2), (0, 1)), (0, 0), spread)
        pixels = _inked(pixels, np.minimum(1, dark * 1.4) * 0.6, (0, 0, 0), left, top)
    if edge:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * edge + 1, 2 * edge + 1))
        pixels = _inked(pixels, cv2.dilate(cover, disc), how.outline_colour, left, top)
    return _inked(pixels, cover, how.colour, left, top)


def shape(
    pixels: Pixels,
    kind: Shape,
    box: tuple[int, int, int, int],
    *,
    colour: Rgb,
    stroke: float = 0.006,
    fill: bool = False,
    opacity: float = 1.0,
) -> Pixels:
    """The picture with a shape in the box (left, top, width, height). A line or an arrow goes from its top left corner
    to its bottom right. `stroke` is the line's width."""
    height, width = pixels.shape[:2]
    left, top, wide, high = box
    across = max(1, round(stroke * min(height, width)))
    # Drawn four times as large and averaged, its edges are smooth.
    fine, pad = 4, 2 * across + 2
    canvas = np.zeros(((high + 2 * pad) * fine, (wide + 2 * pad) * fine), np.uint8)
    start, end = (pad * fine, pad * fine), ((pad + wide) * fine - 1, (pad + high) * fine - 1)
    line = -1 if fill else across * fine
    if kind == "rectangle":
        cv2.rectangle(canvas, start, end, 255, line)
    elif kind == "ellipse":
        middle = (start[0] + end[0]) // 2, (start[1] + end[1]) // 2
        cv2.ellipse(canvas, middle, ((end[0] - start[0]) // 2, (end[1] - start[1]) // 2), 0, 0, 360, 255, line)
    else:
        cv2.line(canvas, start, end, 255, across * fine)
        if kind == "arrow":
            _head(canvas, start, end, across * fine)
    small = (canvas.shape[1] // fine, canvas.shape[0] // fine)
    cover = cv2.resize(canvas, small, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return _inked(pixels, cover * np.float32(opacity), colour, left - pad, top - pad)


def logo(
    pixels: Pixels,
    mark: Pixels,
    place: Place,
    *,
    size: float = 0.2,
    opacity: float = 1.0,
    margin: float = 0.04,
    tiled: bool = False,
    box: Box | None = None,
) -> Pixels:
    """The picture with another one on it, its long side `size` of the short side, or as large as it fits into the box;
    `tiled` repeats it all over."""
    height, width = pixels.shape[:2]
    short = min(height, width)
    long = max(1, round(size * short))
    scale = min(box[2] / mark.shape[1], box[3] / mark.shape[0]) if box else long / max(mark.shape[:2])
    shape = max(1, round(mark.shape[1] * scale)), max(1, round(mark.shape[0] * scale))
    whole = mark if mark.shape[2] == 4 else np.dstack([mark, np.full(mark.shape[:2], 255, np.uint8)])
    if scale < 1:
        whole = resize.reduce(whole, *shape)
    elif shape != whole.shape[1::-1]:
        # The black that lies under what is transparent has no part in its edges.
        whole = resize.straight(
            np.asarray(cv2.resize(resize.premultiplied(whole), shape, interpolation=cv2.INTER_CUBIC), np.float32)
        )
    cover = np.asarray(whole[..., 3] / 255 * opacity, np.float32)
    if not tiled:
        left, top = _amid(box, *shape) if box else _at(place, width, height, *shape, round(margin * short))
        return _inked(pixels, cover, whole[..., :3], left, top)
    step_x, step_y = round(shape[0] * 1.6), round(shape[1] * 2.2)
    for row, top in enumerate(range(-shape[1] // 2, height, max(1, step_y))):
        for left in range(-shape[0] + (row % 2) * step_x // 2, width, max(1, step_x)):
            pixels = _inked(pixels, cover, whole[..., :3], left, top)
    return pixels


def extent(text: str, how: Lettering, size: float, room: tuple[int, int]) -> tuple[int, int]:
    """Width and height in pixels of words set at `size` pixels an em within the room; 0, 0 of nothing to be seen."""
    found = _set(text, how, size, room)
    return (0, 0) if found is None else (found.shape[1], found.shape[0])


def cover(text: str, how: Lettering, size: float) -> Floats | None:
    """The coverage (h, w) 0..1 of words set at `size` pixels an em, broken only where they say; None of nothing."""
    return _set(text, how, size, (1 << 20, 1 << 20))


def lines(text: str, how: Lettering, size: float, width: int) -> Floats | None:
    """The coverage (h, w) 0..1 of a long text set at `size` pixels an em, broken where it would be wider, however high
    it gets; None of nothing."""
    return _set(text, how, size, (width, 1 << 20))


def _set(text: str, how: Lettering, size: float, room: tuple[int, int]) -> Floats | None:
    """The coverage (h, w) 0..1 of the words, within the room; None where there is nothing to be seen."""
    shown = "".join(ch for ch in text if ch.isprintable() or ch == "\n").strip()
    if not shown:
        return None
    safe = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    family, file = FACES[how.face]
    for _ in range(8):
        try:
            drawn = pyvips.Image.text(
                safe,
                font=f"{family} {max(2.0, size * 0.75):.2f}",
                fontfile=str(file),
                dpi=96,
                width=room[0],
                wrap="word-char",
                align={"left": "low", "centre": "centre", "right": "high"}[how.align],
            )
        except pyvips.Error:
            return None
        if drawn.width <= room[0] and drawn.height <= room[1]:
            break
        size *= max(0.5, min(0.95, room[0] / drawn.width, math.sqrt(room[1] / drawn.height)))
    cover = drawn.numpy().reshape(drawn.height, drawn.width).astype(np.float32) / 255
    if cover.shape[1] > room[0] or cover.shape[0] > room[1]:
        cover = cv2.resize(
            cover, (min(cover.shape[1], room[0]), min(cover.shape[0], room[1])), interpolation=cv2.INTER_AREA
        )
    return np.asarray(cover, np.float32)


def _fitted(text: str, how: Lettering, room: tuple[int, int]) -> Floats | None:
    """The coverage of the words, broken only where they say, as large as the room lets."""
    size, best = float(room[1]), None
    # What is drawn is measured and drawn again at the size that fits: letters do not grow quite evenly.
    for _ in range(6):
        cover = _set(text, how, size, (1 << 20, 1 << 20))
        if cover is None:
            return None
        fits = min(room[0] / cover.shape[1], room[1] / cover.shape[0])
        if fits >= 1 and (best is None or cover.size > best.size):
            best = cover
        if 1 <= fits < 1.02:
            break
        size *= fits * 0.99
    return _set(text, how, size, room) if best is None else best


def _amid(box: Box, wide: int, high: int) -> tuple[int, int]:
    return box[0] + (box[2] - wide) // 2, box[1] + (box[3] - high) // 2


def _at(place: Place, width: int, height: int, wide: int, high: int, margin: int) -> tuple[int, int]:
    left = margin if "left" in place else width - wide - margin if "right" in place else (width - wide) // 2
    top = margin if "top" in place else height - high - margin if "bottom" in place else (height - high) // 2
    return left, top


def _head(canvas: NDArray[np.uint8], start: tuple[int, int], end: tuple[int, int], across: int) -> None:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    length = min(6 * across, math.hypot(end[0] - start[0], end[1] - start[1]))
    wings = [
        (round(end[0] - length * math.cos(angle + turn)), round(end[1] - length * math.sin(angle + turn)))
        for turn in (-0.5, 0.5)
    ]
    cv2.fillPoly(canvas, [np.array([end, *wings], np.int32)], 255)


def _inked(pixels: Pixels, cover: Floats, ink: Rgb | Pixels, left: int, top: int) -> Pixels:
    """The picture with ink of this coverage at this place; light mixes as light, and alpha grows."""
    height, width = pixels.shape[:2]
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(height, top + cover.shape[0]), min(width, left + cover.shape[1])
    if y1 <= y0 or x1 <= x0:
        return pixels
    share = cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
    colour = ink[y0 - top : y1 - top, x0 - left : x1 - left] if isinstance(ink, np.ndarray) else np.array(ink, np.uint8)
    result = pixels.copy()
    part = result[y0:y1, x0:x1]
    touched = share[..., 0] > 0
    under = part.copy()
    weight = share
    if part.shape[2] == 4:
        alpha = under[..., 3:].astype(np.float32) / 255
        joined = share + alpha * (1 - share)
        weight = np.where(joined > 0, share / np.maximum(joined, 1e-6), 0)
        part[..., 3] = np.where(touched, np.rint(joined[..., 0] * 255), under[..., 3])
    mixed = encode(LINEAR[under[..., :3]] * (1 - weight) + LINEAR[colour] * weight)
    part[..., :3][touched] = np.rint(mixed * 255).astype(np.uint8)[touched]
    return result
