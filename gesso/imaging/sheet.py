"""Pictures side by side, with the names of their columns and rows: lettered as a page, legible at any size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyvips
from numpy.typing import NDArray

from gesso.imaging import picture, resize
from gesso.imaging.picture import Pixels, Source
from gesso.imaging.sketchbook.lettering import FACES

LINES = 3
"""A name has at most so many."""
_INKS = {
    "light": ((250, 250, 249), (28, 27, 25), (232, 231, 228)),
    "dark": ((22, 22, 21), (240, 239, 236), (44, 43, 41)),
}
"""Ground, letters, and places without a picture."""


@dataclass(frozen=True)
class Titles:
    """What stands above all, above each column, and before each row."""

    heading: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[str] = ()


def cell(source: Source, long: int) -> Pixels:
    """The picture as it stands in a sheet: its longer side at most `long`, what is transparent laid on white."""
    return resize.fit(picture.load(source, alpha=False, inside=2 * long), long)


def sheet(cells: Sequence[Pixels | None], across: int, titles: Titles, *, ground: str = "light") -> Pixels:
    """The cells in rows of `across`, each in the middle of a place as large as the largest; None is an empty place."""
    paper, ink, blank = (np.array(colour, np.uint8) for colour in _INKS[ground])
    there = [each for each in cells if each is not None]
    wide, high = max(each.shape[1] for each in there), max(each.shape[0] for each in there)
    down = -(-len(cells) // across)
    em = max(13.0, min(wide, high) / 16)
    gap, pad = max(4, round(em * 0.5)), round(em)
    heads = [_lettered(text, em, wide, "centre") for text in _some(titles.columns, across)]
    sides = [_lettered(text, em, max(round(wide * 0.6), round(6 * em)), "high") for text in _some(titles.rows, down)]
    left = max((each.shape[1] for each in sides), default=0) + (pad if any(each.size for each in sides) else 0)
    above = max((each.shape[0] for each in heads), default=0) + (gap if any(each.size for each in heads) else 0)
    inner = left + across * wide + (across - 1) * gap
    top = _lettered(titles.heading, em * 1.5, inner)
    over = top.shape[0] + (pad if top.size else 0)
    page = np.empty((2 * pad + over + above + down * high + (down - 1) * gap, 2 * pad + inner, 3), np.uint8)
    page[:] = paper
    _ink(page, top, ink, pad, pad)
    for column, name in enumerate(heads):
        at = pad + left + column * (wide + gap) + (wide - name.shape[1]) // 2
        _ink(page, name, ink, at, pad + over + above - gap - name.shape[0])
    for row, name in enumerate(sides):
        at = pad + over + above + row * (high + gap) + (high - name.shape[0]) // 2
        _ink(page, name, ink, pad + left - pad - name.shape[1], at)
    for place, each in enumerate(cells):
        x = pad + left + place % across * (wide + gap)
        y = pad + over + above + place // across * (high + gap)
        if each is None:
            page[y : y + high, x : x + wide] = blank
            continue
        x, y = x + (wide - each.shape[1]) // 2, y + (high - each.shape[0]) // 2
        page[y : y + each.shape[0], x : x + each.shape[1]] = each
    return page


def _some(names: Sequence[str], count: int) -> list[str]:
    return [*names, *[""] * count][:count] if any(names) else []


def _lettered(text: str, em: float, room: int, align: str = "low") -> NDArray[np.uint8]:
    """The coverage (h, w) of a name within `room` pixels: broken at words, then set smaller, and cut short where even
    that does not help. (0, 0) where there is nothing to be seen."""
    shown = " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
    if not shown:
        return np.zeros((0, 0), np.uint8)
    family, file = FACES["grotesque"]
    size, step = em, 0
    while True:
        safe = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        try:
            drawn = pyvips.Image.text(
                safe,
                font=f"{family} {size * 0.75:.2f}",
                fontfile=str(file),
                dpi=96,
                width=room,
                wrap="word-char",
                align=align,
            )
        except pyvips.Error:
            # No face here has any of its letters.
            return np.zeros((0, 0), np.uint8)
        step += 1
        if step == 12 or (drawn.height <= LINES * size * 1.45 and drawn.width <= room):
            break
        if step <= 4:
            size *= 0.86
        else:
            shown = shown[: max(1, round(len(shown) * 0.8))].rstrip(" …") + "…"
    found = np.asarray(drawn.numpy().reshape(drawn.height, drawn.width), np.uint8)
    return np.ascontiguousarray(found[: round(LINES * em * 1.6), :room])


def _ink(page: Pixels, cover: NDArray[np.uint8], ink: Pixels, left: int, top: int) -> None:
    if not cover.size:
        return
    part = page[top : top + cover.shape[0], left : left + cover.shape[1]]
    share = cover[: part.shape[0], : part.shape[1], None] / 255
    part[:] = np.rint(part * (1 - share) + ink * share).astype(np.uint8)
