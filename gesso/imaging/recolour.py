"""Finding things by their colour or by a click, and giving them another colour that keeps their light.

Colours are compared in OKLab (see `colour`): hue and chroma tell a red car from a red-brown wall, lightness tells less,
as it changes with the light on the thing.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.colour import LINEAR, encode, quick_lab, quick_linear, to_lab
from gesso.imaging.picture import Pixels

Floats = NDArray[np.float32]
Rgb = tuple[int, int, int]

_WORK = 640
_ROWS = 512

NAMES: dict[str, Rgb] = {
    "red": (215, 35, 35),
    "orange": (240, 130, 30),
    "yellow": (240, 210, 40),
    "lime": (150, 210, 50),
    "green": (50, 150, 60),
    "mint": (140, 220, 180),
    "teal": (20, 130, 130),
    "turquoise": (60, 200, 200),
    "cyan": (40, 190, 220),
    "blue": (40, 90, 210),
    "navy": (25, 40, 100),
    "indigo": (70, 50, 160),
    "purple": (130, 60, 170),
    "violet": (150, 90, 210),
    "magenta": (210, 40, 150),
    "pink": (245, 150, 185),
    "brown": (120, 75, 45),
    "beige": (220, 200, 170),
    "cream": (245, 235, 210),
    "gold": (205, 160, 60),
    "silver": (190, 195, 200),
    "white": (245, 245, 245),
    "grey": (130, 130, 130),
    "black": (20, 20, 20),
}
_OTHERS = {
    "gray": "grey",
    "rot": "red",
    "gelb": "yellow",
    "grün": "green",
    "blau": "blue",
    "braun": "brown",
    "schwarz": "black",
    "weiß": "white",
    "weiss": "white",
    "grau": "grey",
    "lila": "purple",
    "violett": "violet",
    "rosa": "pink",
    "türkis": "turquoise",
    "golden": "gold",
    "silbern": "silver",
    "aqua": "cyan",
    "scarlet": "red",
    "crimson": "red",
    "burgundy": "red",
    "maroon": "brown",
}


def named(word: str) -> Rgb | None:
    """The colour of a word, English or German, also with its ending ("roten"); None for other words."""
    word = word.lower().strip()
    for form in (word, *(word.removesuffix(end) for end in ("em", "en", "er", "es", "e", "ish", "dish", "nish"))):
        name = _OTHERS.get(form, form)
        if name in NAMES:
            return NAMES[name]
    return None


def called(colour: Rgb) -> str:
    """The English word whose colour is nearest to this one, by CIE76 distance in Lab."""
    lab = to_lab(LINEAR[np.array([colour, *NAMES.values()])])
    return list(NAMES)[int(np.linalg.norm(lab[1:] - lab[0], axis=1).argmin())]


@dataclass(frozen=True)
class Found:
    """`mask` (H, W) 0..255 says how much of each pixel is meant; `confidence` 0..1 how clearly it stands out."""

    mask: NDArray[np.uint8]
    confidence: float


def by_colour(pixels: Pixels, colour: Rgb, tolerance: float = 0.5) -> Found:
    """What of the picture has about this colour, in light and shade. `tolerance` 0..1 is how far it may be off."""
    small, lab = _seen(pixels)
    wanted = to_lab(LINEAR[np.array([colour])])[0]
    chroma, wished = np.hypot(lab[..., 1], lab[..., 2]), float(np.hypot(wanted[1], wanted[2]))
    loose = 0.4 + 1.2 * tolerance
    if wished > 0.05:
        turn = np.arctan2(lab[..., 2], lab[..., 1]) - np.arctan2(wanted[2], wanted[1])
        turn = np.abs((turn + np.pi) % (2 * np.pi) - np.pi)
        # In the shade a colour has less chroma, but as much for its light.
        vivid, asked = chroma / (lab[..., 0] + 0.1), wished / (float(wanted[0]) + 0.1)
        near = _fall(turn, 0.27 * loose, 0.46 * loose) * _rise(vivid, 0.3 * asked / loose, 0.55 * asked / loose)
        # Brown is dark orange and pink light red: those differ in lightness alone.
        near *= _fall(np.abs(lab[..., 0] - wanted[0]), 0.3 * loose + 0.1, 0.45 * loose + 0.15)
    else:
        near = _fall(chroma, 0.035 * loose + 0.01, 0.06 * loose + 0.02)
        near *= _fall(np.abs(lab[..., 0] - wanted[0]), 0.16 * loose, 0.3 * loose)
    return _tidied(pixels, small, np.asarray(near, np.float32))


def by_click(pixels: Pixels, x: int, y: int, tolerance: float = 0.5) -> Found:
    """What is connected to the pixel at (x, y) and of its colour."""
    small, lab = _seen(pixels)
    across, down = small.shape[1] / pixels.shape[1], small.shape[0] / pixels.shape[0]
    column = min(small.shape[1] - 1, max(0, int(x * across)))
    row = min(small.shape[0] - 1, max(0, int(y * down)))
    around = lab[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3].reshape(-1, 3)
    seed = np.median(around, 0)
    apart = lab - seed
    # Light on a thing varies more than its colour does.
    far = np.sqrt((0.45 * apart[..., 0]) ** 2 + apart[..., 1] ** 2 + apart[..., 2] ** 2)
    loose = 0.02 + 0.1 * tolerance
    near = np.asarray(_fall(far, loose, 1.6 * loose), np.float32)
    near = near * _reached(lab, near > 0.3, row, column)
    return _tidied(pixels, small, np.asarray(near, np.float32), whole=True)


def _reached(lab: Floats, like: NDArray[np.bool_], row: int, column: int) -> NDArray[np.bool_]:
    """What of it is reached from there without crossing an edge or a narrow gap: where two things of one colour touch,
    they touch in a line."""
    soft = cv2.GaussianBlur(lab, (0, 0), 1.2)
    steep = np.zeros(like.shape, np.float32)
    for across, down in ((1, 0), (0, 1)):
        slope = cv2.Sobel(soft, cv2.CV_32F, across, down, scale=0.125)
        # Shading changes lightness; another thing changes colour too.
        steep += (0.35 * slope[..., 0]) ** 2 + slope[..., 1] ** 2 + slope[..., 2] ** 2
    free = like & (np.sqrt(steep) < 0.012)
    radius = max(1, round(min(like.shape) / 100))
    ball = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    core = cv2.erode(free.astype(np.uint8), ball)
    _, labels = cv2.connectedComponents(core, connectivity=4)
    around = labels[
        max(0, row - 2 * radius) : row + 2 * radius + 1, max(0, column - 2 * radius) : column + 2 * radius + 1
    ]
    found = np.bincount(around[around > 0]) if (around > 0).any() else np.zeros(0)
    if found.size:
        # Back to its own edges, and over what is like it there.
        grown = cv2.dilate((labels == int(found.argmax())).astype(np.uint8), ball, iterations=2) > 0
        return np.asarray(grown & like)
    _, labels = cv2.connectedComponents(like.astype(np.uint8), connectivity=4)
    return np.asarray((labels == labels[row, column]) & like if labels[row, column] else like & False)


def recolour(pixels: Pixels, mask: NDArray[np.uint8], colour: Rgb, strength: float = 1.0) -> Pixels:
    """The picture with what is marked in another colour; its shading and texture stay.

    Hue and chroma become the new colour's, varied as they varied before; lightness is moved as a whole, so that a dark
    thing can become light. Black, grey and white work as colours too.
    """
    weight = mask.astype(np.float32) / 255 * np.float32(strength)
    if not weight.any():
        return pixels
    wanted = to_lab(LINEAR[np.array([colour])])[0]
    scale = max(1, int(np.sqrt(mask.size / 4e5)))
    some, share = quick_lab(LINEAR[np.ascontiguousarray(pixels[::scale, ::scale, :3])]), weight[::scale, ::scale]
    total = max(float(share.sum()), 1e-6)
    mean = (some * share[..., None]).sum((0, 1)) / total
    spread = float(np.sqrt((((some[..., 0] - mean[0]) ** 2) * share).sum() / total))
    grey = float(np.hypot(wanted[1], wanted[2])) < 0.03
    # Lightness goes most of the way to the new colour's, and no farther than its own contrast has room for.
    goal = mean[0] + (wanted[0] - mean[0]) * (0.9 if grey else 0.75)
    room = min(goal, 1 - goal) * 0.9
    contrast = min(1.0, room / max(2 * spread, 1e-3))
    result = pixels.copy()
    for top in range(0, len(pixels), _ROWS):
        rows = slice(top, top + _ROWS)
        part = weight[rows]
        touched = part > 0
        if not touched.any():
            continue
        lab = quick_lab(LINEAR[np.ascontiguousarray(pixels[rows, :, :3])])
        light = goal + (lab[..., 0] - mean[0]) * contrast
        own = np.hypot(lab[..., 1], lab[..., 2])
        usual = max(float(np.hypot(mean[1], mean[2])), 0.02)
        # Highlights and deep shadows are nearly grey on every thing.
        vivid = np.clip(own / usual, 0.55, 1.35) if usual > 0.04 else 1.0
        fade = np.clip((1 - light) / 0.12, 0, 1) * np.clip(light / 0.12, 0, 1)
        made = np.dstack([light, wanted[1] * vivid * fade, wanted[2] * vivid * fade]).astype(np.float32)
        mixed = lab + (made - lab) * part[..., None]
        shown = np.rint(encode(quick_linear(np.ascontiguousarray(mixed))) * 255).astype(np.uint8)
        result[rows, :, :3][touched] = shown[touched]
    return result


def _seen(pixels: Pixels) -> tuple[Pixels, Floats]:
    scale = min(1.0, _WORK / max(pixels.shape[:2]))
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    small = np.asarray(cv2.resize(np.ascontiguousarray(pixels[..., :3]), size, interpolation=cv2.INTER_AREA), np.uint8)
    # Grain makes islands and holes of what is one thing.
    calm = cv2.bilateralFilter(small, 7, 30, 4) if min(size) > 8 else small
    return small, quick_lab(LINEAR[np.asarray(calm)])


def _tidied(pixels: Pixels, small: Pixels, near: Floats, *, whole: bool = False) -> Found:
    """Without specks and pinholes, its edge laid along the picture's own (guided filter: He, Sun and Tang, 2010)."""
    sure = (near > 0.5).astype(np.uint8)
    round_ = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    sure = cv2.morphologyEx(cv2.morphologyEx(sure, cv2.MORPH_CLOSE, round_), cv2.MORPH_OPEN, round_)
    if whole:
        sure = _without_holes(sure)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(sure, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    least = max(12, 0.06 * areas.max()) if count > 1 else 0
    kept = np.asarray(areas[labels] >= max(least, 1))
    soft = np.where(kept, np.maximum(near, sure * np.float32(0.9)), 0)
    soft = np.clip(_guided(small, np.asarray(soft, np.float32), 4, 1e-3) * 1.5 - 0.25, 0, 1)
    size = pixels.shape[1], pixels.shape[0]
    mask = np.clip(np.rint(cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR) * 255), 0, 255).astype(np.uint8)
    if not kept.any():
        return Found(np.zeros(pixels.shape[:2], np.uint8), 0.0)
    share = float(kept.mean())
    clear = float(near[kept].mean())
    pieces = int((areas >= max(least, 1)).sum())
    return Found(mask, round(float(np.clip(clear * (1.0 if share < 0.6 else 0.6) / pieces**0.25, 0, 1)), 3))


def _without_holes(sure: NDArray[np.uint8]) -> NDArray[np.uint8]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - sure, connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < 0.002 * sure.size
    small[0] = False
    return np.asarray(np.where(small[labels], 1, sure), np.uint8) if count > 1 else sure


def _guided(guide: Pixels, what: Floats, radius: int, eps: float) -> Floats:
    grey = cv2.cvtColor(guide, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    window = (2 * radius + 1, 2 * radius + 1)

    def mean(plane: NDArray[np.floating]) -> Floats:
        return np.asarray(cv2.blur(np.asarray(plane, np.float32), window), np.float32)

    over, under = mean(grey), mean(what)
    slope = (mean(grey * what) - over * under) / (mean(grey * grey) - over * over + np.float32(eps))
    return np.asarray(mean(slope) * grey + mean(under - slope * over), np.float32)


def _fall(value: NDArray[np.floating], start: float, end: float) -> NDArray[np.floating]:
    """1 up to `start`, 0 from `end` on."""
    return np.asarray(np.clip((end - value) / max(end - start, 1e-6), 0, 1))


def _rise(value: NDArray[np.floating], start: float, end: float) -> NDArray[np.floating]:
    return np.asarray(np.clip((value - start) / max(end - start, 1e-6), 0, 1))
