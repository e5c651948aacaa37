"""What is laid over a picture on its way to a platform: words, a logo, a watermark; all of it where the platform's own
app leaves room."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import cv2
import numpy as np

from gesso.imaging import annotate, brand, geometry, resize
from gesso.imaging.annotate import Lettering, Place
from gesso.imaging.colour import LINEAR
from gesso.imaging.picture import Pixels, flat
from gesso.imaging.social import Target

Rgb = tuple[int, int, int]
Rect = tuple[int, int, int, int]
"""Left, top, width and height in pixels."""

_LUMA: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
_INSCRIBED: Final = math.sqrt(0.5)
_ROOM: Final = 0.25
"""A zone that would leave less of the picture's width or height than this is not made room for."""
_TINY: Final = 11
"""Letters of fewer pixels an em can hardly be read."""
_SLANT: Final = 30
_LABEL: Final = 0.034
"""Of an em of the letters that tell of AI, as a share of the short side."""


@dataclass(frozen=True)
class Text:
    """Words on every format. `size` of an em is a share of the format's short side; they are set smaller where they
    do not fit. `behind` "auto" puts a box behind them only where they could not be read without."""

    text: str
    face: str = "grotesque"
    size: float = 0.07
    colour: Rgb = (255, 255, 255)
    place: Place = "bottom"
    behind: Literal["auto", "none", "box"] = "auto"


@dataclass(frozen=True)
class Watermark:
    """Words or a picture over it, to be seen but not in the way; `tiled` all over, else once."""

    text: str = ""
    mark: Pixels | None = None
    opacity: float = 0.35
    size: float = 0.25
    tiled: bool = False
    place: Place = "centre"


@dataclass(frozen=True)
class Over:
    """All that is laid over a picture, in this order: the watermark, the logo, the words."""

    texts: Sequence[Text] = ()
    logo: brand.Logo | None = None
    spot: brand.Spot = field(default_factory=brand.Spot)
    opacity: float = 1.0
    watermark: Watermark | None = None
    label: str = ""
    """Letters that tell of something, such as “AI”, in this corner."""
    corner: Place = "bottom_left"
    anywhere: bool = False
    """Not only where the platform leaves room."""

    @property
    def empty(self) -> bool:
        return not (self.texts or self.label) and self.logo is None and self.watermark is None


def room(target: Target) -> Rect:
    """Where in a format nothing lies over the picture: within its safe edges, beside its zones, and within the circle
    that a round one is shown in."""
    top, bottom, left, right = target.safe
    x0, y0, x1, y1 = left, top, 1 - right, 1 - bottom
    if target.round:
        short = min(target.width, target.height) * _INSCRIBED
        across, down = short / target.width / 2, short / target.height / 2
        x0, x1 = max(x0, 0.5 - across), min(x1, 0.5 + across)
        y0, y1 = max(y0, 0.5 - down), min(y1, 0.5 + down)
    for left, top, wide, high in target.zones:
        if left >= x1 or left + wide <= x0 or top >= y1 or top + high <= y0:
            continue
        # Of the four sides, the one on which the least is lost.
        cuts = [(x0, y0, x1, top), (x0, top + high, x1, y1), (x0, y0, left, y1), (left + wide, y0, x1, y1)]
        fits = [cut for cut in cuts if cut[2] - cut[0] >= _ROOM and cut[3] - cut[1] >= _ROOM]
        if fits:
            x0, y0, x1, y1 = max(fits, key=lambda cut: (cut[2] - cut[0]) * (cut[3] - cut[1]))
    x, y = math.ceil(x0 * target.width - 1e-9), math.ceil(y0 * target.height - 1e-9)
    return (
        x,
        y,
        max(1, math.floor(x1 * target.width + 1e-9) - x),
        max(1, math.floor(y1 * target.height + 1e-9) - y),
    )


def drawn(pixels: Pixels, target: Target, over: Over) -> tuple[Pixels, list[dict[str, Any]]]:
    """The picture with all of it on, and where each thing stands: its "box" in shares of the picture; of words also
    whether they are "boxed", and "tiny"."""
    height, width = pixels.shape[:2]
    free = (0, 0, width, height) if over.anywhere else room(target)
    told: list[dict[str, Any]] = []
    taken: list[Rect] = []
    if over.watermark is not None:
        pixels = _marked(pixels, over.watermark, free)
    if over.logo is not None:
        x, y, wide, high = free
        view = np.ascontiguousarray(pixels[y : y + high, x : x + wide])
        spot = replace(over.spot, size=min(1.0, over.spot.size * min(height, width) / min(high, wide)))
        left, top, across, down = brand.box(view, over.logo, spot)
        pixels = pixels.copy()
        pixels[y : y + high, x : x + wide] = brand.stamped(view, over.logo, spot, over.opacity)
        taken.append((x + left, y + top, across, down))
        told.append({"what": "logo", "box": _shares(taken[-1], width, height)})
    if over.label:
        said = Text(over.label, size=_LABEL, place=over.corner, behind="box")
        pixels, (line,) = _lettered(pixels, [said], _beside(free, over.corner, taken))
        left, top, across, down = (
            round(share * own) for share, own in zip(line["box"], (width, height) * 2, strict=True)
        )
        edge = _edge(_LABEL * min(height, width), min(height, width))
        taken.append((left - edge, top - edge, across + 2 * edge, down + 2 * edge))
        told.append({"what": "label", "box": line["box"]})
    places = list(dict.fromkeys(text.place for text in over.texts))
    for place in places:
        same = [text for text in over.texts if text.place == place]
        pixels, lines = _lettered(pixels, same, _cell(_beside(free, place, taken), place, places))
        told += lines
    return pixels, told


def watermarked(pixels: Pixels, mark: Watermark) -> Pixels:
    """The picture with the watermark over the whole of it."""
    return _marked(pixels, mark, (0, 0, pixels.shape[1], pixels.shape[0]))


def zones(pixels: Pixels, target: Target) -> Pixels:
    """The picture with what a platform's app lays over it drawn in, to be looked at and not to be published."""
    height, width = pixels.shape[:2]
    for left, top, wide, high in target.zones:
        box = round(left * width), round(top * height), max(1, round(wide * width)), max(1, round(high * height))
        pixels = annotate.shape(pixels, "rectangle", box, colour=(230, 40, 90), fill=True, opacity=0.4)
    return annotate.shape(pixels, "rectangle", room(target), colour=(60, 200, 120), stroke=0.004)


def _beside(free: Rect, place: Place, taken: Sequence[Rect]) -> Rect:
    """The room that is left for words at a place where the logo stands already."""
    x, y, wide, high = free
    for _, top, _, down in taken:
        gap = down // 4 + 2
        # A logo in the corner takes the whole row from what stands at the same edge.
        if "bottom" in place and top + down / 2 > y + high / 2:
            high = max(high // 3, min(high, top - gap - y))
        elif ("top" in place and top + down / 2 < y + high / 2) or (
            place in ("left", "centre", "right") and top < y + high / 2 < top + down
        ):
            lower = min(top + down + gap, y + high - high // 3)
            y, high = lower, y + high - lower
    return x, y, wide, high


def _cell(free: Rect, place: Place, places: Sequence[Place]) -> Rect:
    """The part of the room that words at a place have, beside those at other places."""
    x, y, wide, high = free
    row, rows = _row(place), sorted({_row(each) for each in places})
    column, columns = _column(place), sorted({_column(each) for each in places if _row(each) == row})
    part, down = rows.index(row), high // len(rows)
    if len(rows) > 1:
        y, high = (y + high - down if part == len(rows) - 1 else y + part * down), down
    part, across = columns.index(column), wide // len(columns)
    if len(columns) > 1:
        x, wide = (x + wide - across if part == len(columns) - 1 else x + part * across), across
    return x, y, wide, high


def _row(place: Place) -> int:
    return 0 if "top" in place else 2 if "bottom" in place else 1


def _column(place: Place) -> int:
    return 0 if "left" in place else 2 if "right" in place else 1


def _lettered(pixels: Pixels, texts: Sequence[Text], free: Rect) -> tuple[Pixels, list[dict[str, Any]]]:
    """Words of one place, one text below the other, as large as is wanted or as they fit."""
    height, width = pixels.shape[:2]
    x, y, wide, high = free
    short = min(height, width)
    sizes = [text.size * short for text in texts]
    for _ in range(12):
        edges = [_edge(size, short) for size in sizes]
        covers = [
            annotate.extent(text.text, Lettering(face=text.face), size, (max(8, wide - 2 * edge), 1 << 20))
            for text, size, edge in zip(texts, sizes, edges, strict=True)
        ]
        needs = sum(cover[1] + 2 * edge for cover, edge in zip(covers, edges, strict=True))
        if needs <= high or max(sizes) < 3:
            break
        sizes = [size * max(0.5, min(0.95, math.sqrt(high / needs))) for size in sizes]
    told: list[dict[str, Any]] = []
    place = texts[0].place
    at = y if "top" in place else y + high - needs if "bottom" in place else y + (high - needs) // 2
    pixels = pixels.copy()
    for text, size, edge, (across, down) in zip(texts, sizes, edges, covers, strict=True):
        slot = max(8, down + 2 * edge)
        if across and down:
            top = max(y, min(at, y + high - slot))
            view = np.ascontiguousarray(pixels[top : top + slot, x : x + wide])
            row: Literal["left", "centre", "right"] = (
                "left" if "left" in place else "right" if "right" in place else "centre"
            )
            left = edge if row == "left" else wide - across - edge if row == "right" else (wide - across) // 2
            how = _readable(text, size, view, view[edge : edge + down, max(0, left) : left + across])
            own = min(view.shape[:2])
            scaled = replace(how, size=size / own, align=row)
            pixels[top : top + slot, x : x + wide] = annotate.words(view, text.text, scaled, row, edge / own)
            box = (x + left, top + edge, across, down)
            found = {"what": "text", "box": _shares(box, width, height), "boxed": how.band is not None}
            told.append(found | ({"tiny": True} if size < _TINY else {}))
        at += slot
    return pixels, told


def _edge(size: float, short: int) -> int:
    """The space around words that their box or their shadow takes."""
    return max(2, math.ceil(0.4 * size) + 1, 3 * max(1, round(0.012 * short)) // 2)


def _readable(text: Text, size: float, view: Pixels, under: Pixels) -> Lettering:
    """How the words are set, so that they can be read on what is under them."""
    ink = float(LINEAR[np.array(text.colour, np.uint8)] @ _LUMA)
    wanted = text.behind == "box"
    if text.behind == "auto" and under.size:
        light = LINEAR[flat(under)] @ _LUMA
        seen = (np.maximum(light, ink) + 0.05) / (np.minimum(light, ink) + 0.05)
        # Large letters are read at less contrast; a tenth of the ground may be worse.
        wanted = float(np.percentile(seen, 10)) < (3.0 if size >= 32 else 4.5)
    if not wanted:
        return Lettering(face=text.face, colour=text.colour, shadow=False)
    band = (0, 0, 0) if ink > 0.18 else (255, 255, 255)
    return Lettering(face=text.face, colour=text.colour, shadow=False, band=band)


def _marked(pixels: Pixels, wanted: Watermark, free: Rect) -> Pixels:
    height, width = pixels.shape[:2]
    short = min(height, width)
    mark = wanted.mark if wanted.mark is not None else _written(wanted.text, max(24, round(wanted.size * short)))
    if mark is None:
        return pixels
    if not wanted.tiled:
        x, y, wide, high = free
        view = np.ascontiguousarray(pixels[y : y + high, x : x + wide])
        size = min(1.0, wanted.size * short / min(wide, high))
        result = pixels.copy()
        result[y : y + high, x : x + wide] = annotate.logo(
            view, mark, wanted.place, size=size, opacity=wanted.opacity, margin=0.03
        )
        return result
    if mark.shape[2] == 3:
        mark = np.dstack([mark, np.full(mark.shape[:2], 255, np.uint8)])
    long = max(8, round(wanted.size * short))
    scale = long / max(mark.shape[:2])
    size_ = max(1, round(mark.shape[1] * scale)), max(1, round(mark.shape[0] * scale))
    small = (
        resize.reduce(mark, *size_)
        if scale < 1
        else resize.straight(
            np.asarray(cv2.resize(resize.premultiplied(mark), size_, interpolation=cv2.INTER_CUBIC), np.float32)
        )
    )
    turned = geometry.rotate(small, -_SLANT, "expand")
    high, wide = round(turned.shape[0] * 1.35), round(turned.shape[1] * 1.35)
    tile = np.zeros((2 * high, wide, 4), np.uint8)
    tile[: turned.shape[0], : turned.shape[1]] = turned
    # Every second row begins half a step later, as bricks do.
    tile[high : high + turned.shape[0], : turned.shape[1]] = turned
    tile[high:] = np.roll(tile[high:], wide // 2, axis=1)
    sheet = np.tile(tile, (-(-height // tile.shape[0]), -(-width // wide), 1))[:height, :width]
    return annotate.logo(
        pixels, np.ascontiguousarray(sheet), "centre", opacity=wanted.opacity, box=(0, 0, width, height)
    )


def _written(text: str, long: int) -> Pixels | None:
    """Words as a picture of their own: light, with a dark edge, so that they are seen on any ground."""
    cover = annotate.cover(text, Lettering(), max(12.0, long / 4))
    if cover is None:
        return None
    edge = max(1, cover.shape[0] // 24)
    cover = np.pad(cover, 2 * edge)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * edge + 1, 2 * edge + 1))
    around = cv2.GaussianBlur(cv2.dilate(cover, disc), (0, 0), max(0.6, edge / 2))
    alpha = np.maximum(cover, 0.8 * around)
    made = np.zeros((*cover.shape, 4), np.uint8)
    made[..., :3] = np.rint(255 * np.where(alpha > 0, cover / np.maximum(alpha, 1e-6), 0))[..., None].clip(0, 255)
    made[..., 3] = np.rint(255 * alpha)
    return made


def _shares(box: Rect, width: int, height: int) -> list[float]:
    return [round(box[0] / width, 5), round(box[1] / height, 5), round(box[2] / width, 5), round(box[3] / height, 5)]
