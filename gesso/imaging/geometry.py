"""Where pixels lie: crops, turns, straightening and perspective."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.picture import MAX_PIXELS, Pixels
from gesso.kit.errors import Invalid, TooLarge

Rest = Literal["crop", "expand", "keep"]
Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


def crop(pixels: Pixels, left: int, top: int, width: int, height: int) -> Pixels:
    """The part of the picture in the box, as far as the box lies inside. Invalid where it lies beside it."""
    part = pixels[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)]
    if 0 in part.shape:
        raise Invalid("The box lies beside the picture.", fields=[{"field": "box", "message": "lies outside"}])
    return np.ascontiguousarray(part)


def turn(pixels: Pixels, quarters: int) -> Pixels:
    """Turned clockwise by quarter turns: every pixel keeps its bytes."""
    return np.ascontiguousarray(np.rot90(pixels, -quarters % 4))


def rotated(width: int, height: int, angle: float, rest: Rest) -> tuple[int, int]:
    """The size of a picture after a turn by `angle` degrees.

    crop    the largest box of the picture's own shape without an empty corner.
    expand  as large as it takes to show all of it.
    keep    as it was.
    """
    radians = np.deg2rad(angle)
    cos, sin = abs(np.cos(radians)), abs(np.sin(radians))
    if rest == "keep":
        return width, height
    if rest == "expand":
        return round(width * cos + height * sin), round(width * sin + height * cos)
    scale = min(width / (width * cos + height * sin), height / (width * sin + height * cos))
    return max(1, int(width * scale)), max(1, int(height * scale))


def rotate(
    pixels: Pixels,
    angle: float,
    rest: Rest = "crop",
    ground: tuple[int, int, int] | None = None,
    *,
    max_pixels: int = MAX_PIXELS,
) -> Pixels:
    """Turned clockwise by `angle` degrees about its middle, cubic. `ground` is the colour of empty corners, which else
    are transparent. Whole quarter turns that need no corner keep every byte. TooLarge beyond `max_pixels`."""
    if angle % 90 == 0 and (rest == "expand" or angle % 180 == 0):
        return turn(pixels, round(angle / 90))
    height, width = pixels.shape[:2]
    wide, high = rotated(width, height, angle, rest)
    _bound(wide, high, max_pixels)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -angle, 1)
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    if rest == "crop":
        return _within(
            cv2.warpAffine(pixels, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        )
    return _laid(
        cv2.warpAffine(
            _cornered(pixels, ground), matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT
        ),
        ground,
        pixels.shape[2],
    )


def straightened(pixels: Pixels, angle: float, left: int, top: int, width: int, height: int) -> Pixels:
    """The part in the box of the picture turned clockwise by `angle` degrees about its middle, cubic. What of the box
    lies beside the picture is transparent; where nothing does, the picture keeps its channels."""
    _bound(width, height, MAX_PIXELS)
    high, wide = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D(((wide - 1) / 2, (high - 1) / 2), -angle, 1)
    matrix[:, 2] -= left, top
    # The middles of the box's outermost pixels, back on the picture: half a pixel beside it nothing is to be seen yet.
    ends = np.array([(x, y, 1) for x in (0, width - 1) for y in (0, height - 1)], np.float64)
    back = ends @ cv2.invertAffineTransform(matrix).T
    if (back >= -1).all() and (back[:, 0] <= wide).all() and (back[:, 1] <= high).all():
        return _within(
            cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        )
    return _laid(
        cv2.warpAffine(
            _cornered(pixels, None), matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT
        ),
        None,
        pixels.shape[2],
    )


def level(pixels: Pixels) -> float:
    """By how many degrees (-10..10) the picture must be turned for its longest lines to be level or upright; 0.0 where
    no lines agree. Lines are found by Hough's transform, each vote as long as its line."""
    height, width = pixels.shape[:2]
    scale = min(1.0, 800 / max(height, width))
    small = cv2.resize(np.ascontiguousarray(pixels[..., :3]), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    if min(grey.shape) < 32:
        return 0.0
    edges = cv2.Canny(grey, 60, 160)
    lines = cv2.HoughLinesP(edges, 1, np.pi / 720, 50, minLineLength=min(grey.shape) // 5, maxLineGap=6)
    if lines is None:
        return 0.0
    ends = lines.reshape(-1, 4).astype(np.float64)
    across, down = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    tilt = (np.rad2deg(np.arctan2(down, across)) + 45) % 90 - 45
    weight = np.hypot(across, down)
    near = np.abs(tilt) <= 10
    if not near.any():
        return 0.0
    votes = np.bincount(np.rint((tilt[near] + 10) * 4).astype(int), weight[near], 81)
    votes = np.convolve(votes, [1, 2, 3, 2, 1], "same")
    best = float(votes.argmax()) / 4 - 10
    close = near & (np.abs(tilt - best) < 0.75)
    if weight[close].sum() < 0.35 * weight.sum():
        return 0.0
    return -round(float(np.average(tilt[close], weights=weight[close])), 2)


def flatten(pixels: Pixels, corners: Corners, size: tuple[int, int] | None = None) -> Pixels:
    """The four-sided part of the picture seen straight on: `corners` are its top left, top right, bottom right and
    bottom left, x and y in pixels. Its size is `size`, else as long as the longer of opposite sides.

    Invalid where the corners do not go around something.
    """
    points = np.asarray(corners, np.float32)
    if not _goes_around(points):
        message = "the four corners must go clockwise around an area, from its top left"
        raise Invalid(f"corners: {message}.", fields=[{"field": "corners", "message": message, "kind": "shape"}])
    wide, high = size or flat_size(corners)
    _bound(wide, high, MAX_PIXELS)
    target = np.array([(0, 0), (wide - 1, 0), (wide - 1, high - 1), (0, high - 1)], np.float32)
    matrix = cv2.getPerspectiveTransform(points, target)
    return _within(
        cv2.warpPerspective(pixels, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    )


def flat_size(corners: Corners) -> tuple[int, int]:
    """The size in which `flatten` shows what is between the corners."""
    a, b, c, d = (np.asarray(corner, np.float64) for corner in corners)
    wide = max(np.linalg.norm(b - a), np.linalg.norm(c - d))
    high = max(np.linalg.norm(d - a), np.linalg.norm(c - b))
    return max(1, round(float(wide))), max(1, round(float(high)))


def keystone(pixels: Pixels, vertical: float, horizontal: float) -> Pixels:
    """Lines that fall together made parallel. `vertical` 0.5 makes the top half as wide again, -0.5 the bottom;
    `horizontal` likewise left and right. What is left is cropped to the picture's own size."""
    height, width = pixels.shape[:2]
    top, bottom = max(0.0, vertical), max(0.0, -vertical)
    left, right = max(0.0, horizontal), max(0.0, -horizontal)
    x, y = width / 2, height / 2
    corners = (
        (x * _inset(top), y * _inset(left)),
        (width - 1 - x * _inset(top), y * _inset(right)),
        (width - 1 - x * _inset(bottom), height - 1 - y * _inset(right)),
        (x * _inset(bottom), height - 1 - y * _inset(left)),
    )
    return flatten(pixels, corners, (width, height))


def _inset(amount: float) -> float:
    return amount / (1 + amount)


def _goes_around(points: NDArray[np.float32]) -> bool:
    edges = np.roll(points, -1, 0) - points
    turns = edges[:, 0] * np.roll(edges[:, 1], -1) - edges[:, 1] * np.roll(edges[:, 0], -1)
    return bool((turns > 1e-3).all())


def _bound(width: int, height: int, most: int) -> None:
    if width * height > most:
        raise TooLarge(
            f"The result would be {width} x {height} pixels; at most {most / 1e6:.3g} megapixels can be made."
        )


def _cornered(pixels: Pixels, ground: tuple[int, int, int] | None) -> Pixels:
    """With alpha, by which the corners are known; premultiplied, that nothing bleeds out of what is transparent."""
    alpha = pixels[..., 3] if pixels.shape[2] == 4 else np.full(pixels.shape[:2], 255, np.uint8)
    colour = pixels[..., :3].astype(np.uint16) * alpha[..., None]
    return np.dstack([((colour + 127) // 255).astype(np.uint8), alpha])


def _laid(warped: object, ground: tuple[int, int, int] | None, channels: int) -> Pixels:
    made = np.asarray(warped, np.uint8)
    alpha = made[..., 3:].astype(np.uint16)
    if ground is not None and channels == 3:
        under = np.asarray(ground, np.uint16) * (255 - alpha)
        return np.asarray(np.minimum(255, made[..., :3] + (under + 127) // 255), np.uint8)
    colour = np.minimum(255, made[..., :3].astype(np.uint16) * 255 // np.maximum(alpha, 1))
    return np.dstack([colour.astype(np.uint8), made[..., 3]])


def _within(warped: object) -> Pixels:
    return np.asarray(warped, np.uint8)
