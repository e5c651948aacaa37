"""Where a picture is cut for a place of another shape: around its faces, else around what draws the eye.

A crop is the largest box of the place's ratio that fits into the picture, in whole pixels: all that is chosen is where
it lies. What is seen in a picture (`Focus`) is found once, from the file itself, and is small; every box after that
takes less than a millisecond. The same file always gives the same boxes.
"""

from dataclasses import dataclass
from math import gcd
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import faces, picture
from gesso.imaging.picture import Pixels, Source
from gesso.kit.errors import Invalid

How = Literal["smart", "centre", "fit"]
Size = tuple[int, int]
"""Width and height in pixels; also a ratio."""
Shares = tuple[float, float, float, float]
"""Left, top, width and height, 0..1 of the upright picture."""
Plane = NDArray[np.float32]

SIGHT: Final = 640
"""The long side at which faces are looked for."""
GRID: Final = 64
"""The long side of the grid of what draws the eye."""
EXACT: Final = 0.98
"""A box of exactly the ratio is taken where it holds this much of the largest one, whose other side is rounded."""
HAIR: Final = 0.45
CHIN: Final = 0.35
SIDES: Final = 0.15
"""What belongs to a head beyond the face's box, of the box's own sides: nobody wants one without hair."""
RIM: Final = 0.12
BROW: Final = 0.25
JAW: Final = 0.16
"""What the cascades' box has around a face on its sides and above its brows, and what it lacks of many a chin."""


@dataclass(frozen=True, slots=True)
class Box:
    """Whole pixels of the upright picture."""

    left: int
    top: int
    width: int
    height: int

    def shares(self, size: Size) -> Shares:
        return self.left / size[0], self.top / size[1], self.width / size[0], self.height / size[1]


@dataclass(frozen=True, slots=True)
class Focus:
    """What is seen in a picture: its faces, the surest first, and how much each part draws the eye: `rows` of
    `columns` bytes."""

    faces: tuple[Shares, ...]
    columns: int
    rows: int
    weights: bytes

    @property
    def grid(self) -> Plane:
        return np.frombuffer(self.weights, np.uint8).reshape(self.rows, self.columns).astype(np.float32)


def look(source: Source, *, max_pixels: int = picture.MAX_PIXELS) -> Focus:
    """What is seen in a file. In a worker process: it decodes."""
    return focus(picture.load(source, max_pixels=max_pixels, inside=2 * SIGHT))


def focus(pixels: Pixels) -> Focus:
    """What is seen in a picture (H, W, 3 or 4); it may be scaled down as far as `SIGHT`."""
    height, width = pixels.shape[:2]
    seen = picture.flat(pixels) if pixels.shape[2] == 4 else pixels
    found = [
        (face.x / width, face.y / height, face.width / width, face.height / height) for face in faces.everyone(seen)
    ]
    grid = _drawing(pixels)
    return Focus(tuple(found), grid.shape[1], grid.shape[0], grid.tobytes())


def placed(
    size: Size,
    ratio: Size,
    how: How,
    focus: Focus | None,
    *,
    focal: tuple[float, float] | None = None,
    box: Shares | None = None,
) -> Box | None:
    """Where a picture is cut for a place, as it was asked: by a box made by hand, not at all (“fit”, None), around a
    point, or by itself."""
    if box is not None:
        return fitted(size, ratio, box)
    if how == "fit":
        return None
    if focal is not None:
        return around(size, ratio, focal)
    return smart(size, ratio, focus) if how == "smart" and focus is not None else centred(size, ratio)


def largest(size: Size, ratio: Size) -> Size:
    """The largest box of the ratio within a size: exactly of the ratio where that costs next to nothing, else with its
    shorter way rounded to the pixel."""
    wide, high = _lowest(ratio)
    width, height = size
    if width * high <= height * wide:
        width, height = width, _over(width * high, wide)
    else:
        width, height = _over(height * wide, high), height
    width, height = min(max(1, width), size[0]), min(max(1, height), size[1])
    times = min(size[0] // wide, size[1] // high)
    if times * wide * times * high >= EXACT * width * height:
        return times * wide, times * high
    return width, height


def centred(size: Size, ratio: Size) -> Box:
    """The middle of the picture."""
    return around(size, ratio, (0.5, 0.5))


def around(size: Size, ratio: Size, point: tuple[float, float]) -> Box:
    """With the point (in shares) in its middle, or as near to that as the picture's edges let it be."""
    _inside(point)
    width, height = largest(size, ratio)
    left, top = round(point[0] * size[0] - width / 2), round(point[1] * size[1] - height / 2)
    return Box(min(max(0, left), size[0] - width), min(max(0, top), size[1] - height), width, height)


def fitted(size: Size, ratio: Size, shares: Shares) -> Box:
    """A box made by hand, in whole pixels and of the ratio: what is too much of it is left out on both sides alike.
    Invalid for one that is not within the picture."""
    x, y, wide, high = shares
    if not (0 <= x <= 1 and 0 <= y <= 1 and wide > 0 and high > 0 and x + wide <= 1 + 1e-6 and y + high <= 1 + 1e-6):
        _refuse("box", "the box lies outside the picture; its shares are 0 to 1")
    left, top = min(round(x * size[0]), size[0] - 1), min(round(y * size[1]), size[1] - 1)
    right = min(size[0], max(left + 1, round((x + wide) * size[0])))
    bottom = min(size[1], max(top + 1, round((y + high) * size[1])))
    width, height = right - left, bottom - top
    if of_ratio((width, height), ratio):
        return Box(left, top, width, height)
    inner = largest((width, height), ratio)
    return Box(left + (width - inner[0]) // 2, top + (height - inner[1]) // 2, *inner)


def of_ratio(size: Size, ratio: Size) -> bool:
    """To the pixel: one side is what the other makes it, rounded."""
    wide, high = _lowest(ratio)
    return size[1] == max(1, _over(size[0] * high, wide)) or size[0] == max(1, _over(size[1] * wide, high))


def enlarged(size: Size, target: Size, box: Box | None) -> float:
    """How many times larger than life the picture is shown in a place of this size; 1.0 is: not enlarged."""
    if box is None:
        return max(1.0, min(target[0] / size[0], target[1] / size[1]))
    return max(1.0, target[0] / box.width, target[1] / box.height)


def left_out(size: Size, box: Box | None, focus: Focus) -> int:
    """How many of the faces are not wholly in the box."""
    if box is None:
        return 0
    return sum(not _holds(box, face, size) for face in focus.faces)


def _holds(box: Box, face: Shares, size: Size) -> bool:
    """Half a pixel is forgiven: a face's edge is not known any better."""
    x, y, width, height = face[0] * size[0], face[1] * size[1], face[2] * size[0], face[3] * size[1]
    return (
        x >= box.left - 0.5
        and y >= box.top - 0.5
        and x + width <= box.left + box.width + 0.5
        and y + height <= box.top + box.height + 0.5
    )


def _lowest(ratio: Size) -> Size:
    shared = gcd(*ratio)
    return ratio[0] // shared, ratio[1] // shared


def _over(number: int, by: int) -> int:
    """Divided and rounded half up, without the errors of fractions."""
    return (2 * number + by) // (2 * by)


def _inside(point: tuple[float, float]) -> None:
    if not all(0 <= part <= 1 for part in point):
        _refuse("focal", "the point lies outside the picture; its shares are 0 to 1")


def _refuse(field: str, message: str) -> None:
    raise Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])


# ---------------------------------------------------------------------------------------------------------- smart

THIRD: Final = 0.38
"""How far down the eyes are best, of a crop's height: about on the upper third."""
CUT: Final = 0.1
"""What it costs to cut through something, beside what is lost of it."""
PLAIN: Final = 0.3
"""How dense that is, beside the mean, which may be cut at no cost."""


def smart(size: Size, ratio: Size, focus: Focus) -> Box:
    """Around the faces, else around what draws the eye.

    Of all places of the box, those that hold the most of the faces are kept (large ones count for more, where not all
    fit); of these, those that cut no other face; of these, those that leave the heads their hair and chins; of these,
    the one that shows the most of what draws the eye and cuts the least of it, with the eyes on the upper third.
    """
    width, height = largest(size, ratio)
    across, down = size[0] - width, size[1] - height
    # The box is as wide or as high as the picture; what an exact ratio leaves over on that side is not worth a thought.
    if across >= down:
        left, top = _along(size, width, focus, 0), down // 2
    else:
        left, top = across // 2, _along(size, height, focus, 1)
    return Box(left, top, width, height)


def _along(size: Size, span: int, focus: Focus, axis: Literal[0, 1]) -> int:
    """Where a window of `span` pixels begins that is moved along an axis (0: across, 1: down)."""
    whole = size[axis]
    starts = np.arange(0, whole - span + 1, dtype=np.float64)
    kept = np.ones(len(starts), bool)
    faces = [(face[axis] * whole, (face[axis] + face[axis + 2]) * whole, face) for face in focus.faces]
    if faces:
        weights = np.array([np.sqrt(face[2] * size[0] * face[3] * size[1]) for _, _, face in faces])
        cores = [_grown(face, axis, *((-BROW, JAW) if axis else (-RIM, -RIM))) for _, _, face in faces]
        inside = _held(starts, span, whole, cores)
        beside = np.array([(starts >= b) | (starts + span <= a) for a, b, _ in faces])
        kept = _best(kept, weights @ inside)
        if inside.any():
            kept = _best(kept, -(~inside & ~beside).sum(0).astype(np.float64))
        rooms = np.array([_room(starts, span, whole, face, axis) for _, _, face in faces])
        kept = _best(kept, np.where(inside, rooms, 1.0).min(0))
    worth = _worth(starts, span, whole, focus, axis)
    if faces:
        held = np.asarray(inside[:, kept].any(axis=1))
        # Where there is room for no face, the largest is shown as far as it goes, and its eyes in the middle.
        shown = np.flatnonzero(held) if held.any() else np.array([weights.argmax()])
        eyes = np.mean([faces[n][0] + (0.42 if axis else 0.5) * (faces[n][1] - faces[n][0]) for n in shown])
        place = (eyes - starts) / span
        aim = THIRD if axis and held.any() else 0.5
        worth = worth - (0.6 if held.any() else 10) * np.abs(place - aim)
    worth = np.where(kept, worth, -np.inf)
    # Of what is as good, the one nearest to the middle.
    best = np.flatnonzero(worth >= worth.max() - 1e-9)
    return int(best[np.abs(best - (whole - span) / 2).argmin()])


def _best(kept: NDArray[np.bool_], score: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Those of the kept that no other of them surpasses."""
    return np.asarray(kept & (score >= score[kept].max() - 1e-9))


def _held(starts: NDArray[np.float64], span: int, whole: int, parts: list[tuple[float, float]]) -> NDArray[np.bool_]:
    """(parts, starts): which parts each window holds. Half a pixel is forgiven."""
    return np.array([(starts <= a * whole + 0.5) & (starts + span >= b * whole - 0.5) for a, b in parts])


def _room(starts: NDArray[np.float64], span: int, whole: int, face: Shares, axis: Literal[0, 1]) -> NDArray[np.float64]:
    """How much of the room that a head wants it has on its tighter side: 1 is all, 0 ends at the face. A head that runs
    out of the picture cannot have more room than there is."""
    before, after = (HAIR, CHIN) if axis else (SIDES, SIDES)
    top, bottom = _grown(face, axis, before, after)
    start, end = face[axis] * whole, (face[axis] + face[axis + 2]) * whole
    above = (start - starts) / max(start - top * whole, 1.0)
    below = (starts + span - end) / max(bottom * whole - end, 1.0)
    least = np.minimum(np.where(starts <= 0, 1.0, above), np.where(starts + span >= whole, 1.0, below))
    return np.asarray(np.minimum(least, 1.0))


def _grown(face: Shares, axis: Literal[0, 1], before: float, after: float) -> tuple[float, float]:
    """From where to where a face and so much more of its length reaches along an axis, within the picture."""
    start, length = face[axis], face[axis + 2]
    return max(0.0, start - before * length), min(1.0, start + (1 + after) * length)


def _worth(
    starts: NDArray[np.float64], span: int, whole: int, focus: Focus, axis: Literal[0, 1]
) -> NDArray[np.float64]:
    """What of all that draws the eye a window shows, 0..1, less what its edges cut through."""
    profile = focus.grid.sum(0 if axis == 0 else 1).astype(np.float64)
    total = profile.sum()
    if total <= 0:
        return np.zeros(len(starts))
    profile /= total
    cells = len(profile)
    sums = np.concatenate([[0.0], np.cumsum(profile)])
    at = np.arange(cells + 1) * whole / cells
    shown = np.interp(starts + span, at, sums) - np.interp(starts, at, sums)
    # An edge that lies on the picture's own cuts nothing, nor does one through plain ground.
    density = np.interp(
        np.concatenate([starts, starts + span]), (np.arange(cells) + 0.5) * whole / cells, profile * cells
    )
    before, after = np.split(np.maximum(density - PLAIN, 0), 2)
    cut = np.where(starts > 0, before, 0.0) + np.where(starts + span < whole, after, 0.0)
    return np.asarray(shown - CUT * cut)


def _drawing(pixels: Pixels) -> NDArray[np.uint8]:
    """How much each part of a picture draws the eye, on a grid of `GRID` cells on the longer side, 0..255.

    What differs from its surroundings in Lab (centre and surround, L. Itti and others, 1998), what differs from the
    colours at the picture's rim, strong colours, edges and skin; and more in the middle, where people put what they
    photograph. The weights are those that did best in `bench/crop.py` on other seeds than it prints.
    """
    small = _small(pixels, 4 * GRID)
    lab = cv2.cvtColor(small[..., :3], cv2.COLOR_RGB2LAB).astype(np.float32)
    high, wide = lab.shape[:2]
    long = max(high, wide)
    fine = cv2.GaussianBlur(lab, (0, 0), max(0.8, long / 128))
    apart = np.zeros((high, wide), np.float32)
    for part in (16, 8, 4):
        around = cv2.GaussianBlur(lab, (0, 0), long / part, borderType=cv2.BORDER_REFLECT)
        apart += np.sqrt(((fine - around) ** 2).sum(2))
    light = cv2.GaussianBlur(lab[..., 0], (0, 0), 1.0)
    edges = np.hypot(cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1))
    edges = cv2.GaussianBlur(edges, (0, 0), long / 64)
    colour = np.hypot(fine[..., 1] - 128, fine[..., 2] - 128)
    seen = _even(apart, 12) + 2 * _even(_unlike_rim(lab, fine), 1.5) + _even(colour, 8) + 0.5 * _even(edges, 20)
    seen = seen + 0.5 * faces.skin(small)
    if np.ptp(seen) < 0.3:
        # Nothing stands out of anything: a bare wall, noise.
        seen = np.zeros_like(seen)
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    middle = np.exp(-(((x / wide - 0.5) / 0.5) ** 2 + ((y / high - 0.5) / 0.5) ** 2) / 2)
    seen = seen**3 * (0.1 + 0.9 * middle)
    if pixels.shape[2] == 4:
        seen = seen * (small[..., 3] / np.float32(255))
    cells = cv2.resize(seen, picture.within(wide, high, GRID), interpolation=cv2.INTER_AREA)
    return np.asarray(np.rint(255 * cells / max(float(cells.max()), 1e-6)), np.uint8)


def _unlike_rim(lab: Plane, fine: Plane) -> Plane:
    """How far each colour is from those at the rim, by how much these vary (Mahalanobis): the rim is mostly ground."""
    high, wide = lab.shape[:2]
    rows, columns = high // 12 + 1, wide // 12 + 1
    rim = [lab[:rows], lab[-rows:], lab[:, :columns], lab[:, -columns:]]
    colours = np.concatenate([part.reshape(-1, 3) for part in rim])
    spread = np.linalg.inv(np.cov(colours.T) + 25 * np.eye(3)).astype(np.float32)
    away = fine - colours.mean(0)
    return np.asarray(np.sqrt(np.maximum(((away @ spread) * away).sum(2), 0)), np.float32)


def _even(plane: Plane, floor: float) -> Plane:
    """0..1, whatever the picture's contrast is; what is below the floor is noise and does not count for more."""
    return np.asarray(np.clip(plane / max(float(np.percentile(plane, 98)), floor), 0, 1), np.float32)


def _small(pixels: Pixels, long: int) -> Pixels:
    height, width = pixels.shape[:2]
    shape = picture.within(width, height, long)
    return np.asarray(cv2.resize(np.ascontiguousarray(pixels), shape, interpolation=cv2.INTER_AREA), np.uint8)
