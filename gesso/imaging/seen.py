"""What can be said of a picture without a model: its colours, its light, its sharpness, faces and writing in it.

Measured on a small copy, so that it costs little when a picture comes in. None of it names what is shown: where nobody
with eyes has described a picture, these facts are all that a caption can stand on, and it says no more.
"""

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import faces, resize
from gesso.imaging.colour import LINEAR, encode, from_lab, quick_lab
from gesso.imaging.picture import Pixels, flat

_WORK: Final = 320
_SIDES: Final = 8
_HUES: Final = (
    (5, "pink"),
    (52, "red"),
    (82, "orange"),
    (118, "yellow"),
    (165, "green"),
    (215, "teal"),
    (285, "blue"),
    (325, "purple"),
    (361, "pink"),
)
"""Up to which angle of OKLab's hue, in degrees, each name goes."""


@dataclass(frozen=True)
class Seen:
    """colours     the main ones as "#rrggbb", the most frequent first, at most 5.
    brightness  0 black .. 1 white, the mean lightness.
    contrast    0 .. 1, how far light and dark are apart.
    sharpness   0 blurred .. 1 crisp, by the steepest edges of the small copy.
    colourful   0 grey .. 1 vivid.
    faces       how many faces look at the camera.
    text        whether there is writing of some length.
    phash       64 bits as hex: pictures that look alike differ in few of them (a DCT hash; C. Zauner, 2010).
    """

    colours: tuple[str, ...]
    brightness: float
    contrast: float
    sharpness: float
    colourful: float
    faces: int
    text: bool
    phash: str

    def facts(self) -> dict[str, Any]:
        return asdict(self) | {"colours": list(self.colours)}


def look(pixels: Pixels) -> Seen:
    """What is seen in a picture (H, W, 3 or 4); transparent pixels count as white."""
    small = resize.fit(_on_white(pixels), _WORK)
    lab = quick_lab(LINEAR[small])
    light = lab[..., 0]
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    low, high = np.percentile(light, (5, 95))
    return Seen(
        colours=_colours(lab),
        brightness=round(float(light.mean()), 3),
        contrast=round(float(high - low), 3),
        sharpness=_sharpness(grey),
        colourful=round(float(min(1.0, np.hypot(lab[..., 1], lab[..., 2]).mean() / 0.2)), 3),
        faces=len(faces.find(small)),
        text=_has_text(grey),
        phash=phash(grey),
    )


def caption(seen: Seen, width: int, height: int) -> str:
    """A sentence out of facts alone, for a picture that nobody has described: "A wide, bright, colourful picture with
    two faces, mostly red and brown"."""
    shape = "wide" if width > 1.15 * height else "tall" if height > 1.15 * width else "square"
    words = [shape]
    if seen.brightness > 0.75:
        words.append("bright")
    elif seen.brightness < 0.35:
        words.append("dark")
    if seen.colourful < 0.06:
        words.append("black-and-white")
    elif seen.colourful > 0.5:
        words.append("colourful")
    count = seen.faces
    people = ("", " with a face", " with two faces", " with three faces")[min(count, 3)]
    if count > 3:
        people = f" with {count} faces"
    writing = (" and writing" if people else " with writing") if seen.text else ""
    names = list(dict.fromkeys(name for colour in seen.colours[:3] if (name := named(colour))))
    colours = f", mostly {' and '.join(names[:2])}" if names and "black-and-white" not in words else ""
    return f"A {', '.join(words)} picture{people}{writing}{colours}"


def alike(one: str, other: str) -> int:
    """How many of the 64 bits of two hashes differ; up to 10 means that the pictures look alike."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _on_white(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(flat(pixels))


def _colours(lab: NDArray[np.float32]) -> tuple[str, ...]:
    """By how much of the picture has them; those that look the same are one."""
    some = lab[::3, ::3].reshape(-1, 3)
    count = min(6, len(np.unique(np.round(some, 2), axis=0)))
    if count == 1:
        r, g, b = np.rint(encode(from_lab(some[:1])) * 255).astype(int)[0]
        return (f"#{r:02x}{g:02x}{b:02x}",)
    cv2.setRNGSeed(11)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1e-3)
    _, labels, centres = cv2.kmeans(np.ascontiguousarray(some), count, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    order = np.argsort(-np.bincount(labels.ravel(), minlength=count), kind="stable")
    kept: list[NDArray[np.float32]] = []
    for number in order:
        if all(float(np.linalg.norm(centres[number] - other)) > 0.06 for other in kept):
            kept.append(centres[number])
    rgb = np.rint(encode(from_lab(np.array(kept[:5]))) * 255).astype(int)
    return tuple(f"#{r:02x}{g:02x}{b:02x}" for r, g, b in rgb)


def _sharpness(grey: NDArray[np.uint8]) -> float:
    if min(grey.shape) < 8:
        return 0.0
    steep = np.abs(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 0.7), cv2.CV_32F))
    span = max(20.0, float(np.percentile(grey, 99)) - float(np.percentile(grey, 1)))
    return round(float(np.clip(np.percentile(steep, 99) / span / 0.42, 0, 1)), 3)


def _has_text(grey: NDArray[np.uint8]) -> bool:
    """Writing is many small marks of one height, side by side in a row, much darker or lighter than their ground."""
    if min(grey.shape) < 24:
        return False
    for marks in (255 - grey, grey):
        hat = cv2.morphologyEx(marks, cv2.MORPH_TOPHAT, cv2.getStructuringElement(cv2.MORPH_RECT, (13, 9)))
        level = max(45.0, 0.5 * float(np.percentile(hat, 99.5)))
        count, _, stats, middles = cv2.connectedComponentsWithStats((hat > level).astype(np.uint8), connectivity=8)
        if count < 8:
            continue
        wide, tall = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
        area = stats[1:, cv2.CC_STAT_AREA]
        fits = (tall >= 4) & (tall <= 40) & (wide <= 2.2 * tall) & (wide * 9 >= tall) & (area > 0.12 * wide * tall)
        where, height = middles[1:][fits], tall[fits]
        if len(where) < 6:
            continue
        # The longest run of marks along a row: each at most two heights from the next, and about as tall.
        order = np.lexsort((where[:, 0], np.round(where[:, 1] / 3)))
        run = best = 1
        for before, after in pairwise(order):
            step, rise = where[after] - where[before]
            like = 0.6 < height[after] / height[before] < 1.67
            near = 0 < step < 2.2 * max(height[before], height[after]) and abs(rise) < 0.35 * height[before] + 1
            run = run + 1 if like and near else 1
            best = max(best, run)
        if best >= 7:
            return True
    return False


def phash(grey: NDArray[np.uint8]) -> str:
    """The signs of the 63 lowest cosine frequencies but the mean."""
    tiny = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(tiny)[:_SIDES, :_SIDES].ravel()
    bits = low > np.median(low[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def named(colour: str) -> str:
    """The nearest of the few names that everybody agrees on."""
    r, g, b = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    lab = quick_lab(LINEAR[np.array([[[r, g, b]]], np.uint8)])[0, 0]
    chroma, turn = float(np.hypot(lab[1], lab[2])), float(np.rad2deg(np.arctan2(lab[2], lab[1]))) % 360
    if chroma < 0.035:
        return "black" if lab[0] < 0.3 else "white" if lab[0] > 0.9 else "grey"
    name = next(name for limit, name in _HUES if turn < limit)
    if name in ("orange", "red") and lab[0] < 0.55 and chroma < 0.13:
        return "brown"
    return name
