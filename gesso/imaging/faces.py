"""Faces, found by the cascades that OpenCV brings along (P. Viola and M. Jones, 2001): upright ones that look
here, and of everyone those that look aside as well."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.picture import Pixels


@lru_cache(maxsize=4)
def cascade(name: str) -> "cv2.CascadeClassifier":
    """`name` as in haarcascade_{name}.xml. Read once in each process."""
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / f"haarcascade_{name}.xml"))


def find(pixels: Pixels) -> list[tuple[int, int, int, int]]:
    """Where faces seen from the front are in a picture (H, W, 3 or 4): left, top, width, height in pixels."""
    height, width = pixels.shape[:2]
    scale = min(1.0, 640 / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(np.ascontiguousarray(pixels[..., :3]), size, interpolation=cv2.INTER_AREA)
    found = cascade("frontalface_alt2").detectMultiScale(
        cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), 1.1, 6, minSize=(24, 24)
    )
    return [(round(x / scale), round(y / scale), round(w / scale), round(h / scale)) for x, y, w, h in found]


# ---------------------------------------------------------------------------------------------------- everyone

LONG: Final = 640
"""The long side at which everyone is looked for."""
SAME: Final = 0.3
"""How much two boxes share, of both together, that are one face."""
SURE: Final = 2.0
LOCAL: Final = 2.0
"""How much contrast may grow in a part of the picture before faces are looked for (CLAHE, K. Zuiderveld, 1994)."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face in pixels, and how sure it is."""

    x: int
    y: int
    width: int
    height: int
    sure: float


LOOKS: Final[tuple[tuple[str, bool, float], ...]] = (
    ("frontalface_default", False, 1.0),
    ("frontalface_alt2", False, 1.2),
    ("profileface", False, 0.8),
    ("profileface", True, 0.8),
)
"""The cascades that look, whether in the mirror, and what each one's word counts."""


def everyone(pixels: Pixels) -> list[Face]:
    """All faces of a picture (H, W, 3), seen from the front or the side, the surest first. One cascade alone sees
    faces in leaves and walls: another must agree, or skin and eyes must bear it out."""
    height, width = pixels.shape[:2]
    scale = min(1.0, LONG / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(np.ascontiguousarray(pixels[..., :3]), size, interpolation=cv2.INTER_AREA), np.uint8)
    # Each part by its own light: a dark face in a bright picture has features too.
    grey = np.asarray(cv2.createCLAHE(LOCAL, (8, 8)).apply(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)), np.uint8)
    seen = [(box, word, name) for name, mirrored, word in LOOKS for box in _seen(grey, name, mirrored)]
    skins = skin(small)
    coloured = bool(np.abs(np.ptp(small.astype(np.int16), axis=2)).mean() > 6)
    found = []
    for group in _groups(seen):
        box = _mean([box for box, _, _ in group])
        sure = sum({name: word for _, word, name in group}.values())
        sure += min(0.6, 0.15 * (len(group) - 1))
        sure += _borne_out(grey, skins if coloured else None, box)
        if sure >= SURE:
            x, y, w, h = (round(side / scale) for side in box)
            found.append(Face(x, y, w, h, round(sure, 3)))
    return sorted(found, key=lambda face: (-face.sure, -face.width, face.y, face.x))


Rect = tuple[int, int, int, int]


def _seen(grey: NDArray[np.uint8], name: str, mirrored: bool) -> list[Rect]:
    """What one cascade takes for a face."""
    if min(grey.shape) < 24:
        return []
    view = np.ascontiguousarray(grey[:, ::-1]) if mirrored else grey
    boxes = cascade(name).detectMultiScale(view, 1.1, 4, minSize=(24, 24))
    wide = grey.shape[1]
    return [(int(wide - x - w) if mirrored else int(x), int(y), int(w), int(h)) for x, y, w, h in boxes]


def _groups(seen: list[tuple[Rect, float, str]]) -> list[list[tuple[Rect, float, str]]]:
    """Those that see one face."""
    groups: list[list[tuple[Rect, float, str]]] = []
    for one in sorted(seen, key=lambda each: (-each[0][2] * each[0][3], each[0], each[2])):
        for group in groups:
            if any(_shared(one[0], other[0]) >= SAME for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _shared(a: Rect, b: Rect) -> float:
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(0, wide) * max(0, high)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def _mean(boxes: list[Rect]) -> Rect:
    x, y, w, h = np.rint(np.mean(np.array(boxes, np.float64), axis=0)).astype(int)
    return int(x), int(y), int(w), int(h)


def _borne_out(grey: NDArray[np.uint8], skins: NDArray[np.float32] | None, box: Rect) -> float:
    """What skin and eyes say of a face: more than 0 for it, less against it."""
    x, y, w, h = box
    word = 0.0
    if skins is not None:
        share = float(skins[y + h // 4 : y + h - h // 8, x + w // 5 : x + w - w // 5].mean())
        word += 0.8 * (min(1.0, share / 0.5) - 0.5) * 2
    top = grey[y : y + round(0.6 * h), x : x + w]
    if min(top.shape) >= 12:
        big = cv2.resize(top, None, fx=max(1.0, 120 / w), fy=max(1.0, 120 / w), interpolation=cv2.INTER_LINEAR)
        eyes = cascade("eye").detectMultiScale(big, 1.1, 3, minSize=(14, 14))
        word += 0.5 * min(2, len(eyes))
    return word


def skin(pixels: Pixels) -> NDArray[np.float32]:
    """How much each pixel has a colour that skin has, 0..1: all tones of it share a narrow range of colour and differ
    in light."""
    ycc = cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2YCrCb).astype(np.float32)
    light, red, blue = ycc[..., 0], ycc[..., 1] - 128, 128 - ycc[..., 2]
    # The darker it is, the less colour is left in it.
    warm = red / np.maximum(light, 24)
    cool = blue / np.maximum(light, 24)
    alike = np.exp(-(((warm - 0.15) / 0.09) ** 2 + ((cool - 0.13) / 0.10) ** 2))
    return np.asarray(np.where(light > 24, alike, 0), np.float32)
