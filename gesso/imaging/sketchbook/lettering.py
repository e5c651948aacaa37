"""Typesetting: words set as large as their box allows, in one of two typefaces that travel with us."""

from pathlib import Path

import cv2
import numpy as np
import pyvips
from numpy.typing import NDArray

_FONTS = Path(__file__).resolve().parents[2] / "presets" / "fonts"
FACES = {
    "grotesque": ("Jost Bold", _FONTS / "Jost-Bold.ttf"),
    "serif": ("DM Serif Display", _FONTS / "DMSerifDisplay-Regular.ttf"),
}
_PROBE = 64


def _plain(text: str) -> str:
    """Text that Pango's markup parser reads as itself."""
    shown = "".join(ch for ch in text if ch.isprintable())
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _render(lines: list[str], face: str, size: float, align: str, tracking: float) -> NDArray[np.uint8]:
    """The coverage (h, w) of lines set at `size` pixels an em."""
    family, file = FACES[face]
    spacing = round(tracking * size * 1024 * 0.75)
    height = 0.9 if face == "serif" else 0.92
    copy = "\n".join(_plain(line) for line in lines)
    markup = f'<span letter_spacing="{spacing}" line_height="{height}">{copy}</span>'
    image = pyvips.Image.text(markup, font=f"{family} {size * 0.75:.2f}", fontfile=str(file), dpi=96, align=align)
    return np.ascontiguousarray(image.numpy().reshape(image.height, image.width))


def _breaks(words: list[str], lines: int) -> list[str]:
    """The words in so many lines of nearly equal length."""
    best: tuple[float, list[str]] | None = None

    def split(rest: list[str], left: int, done: list[str]) -> None:
        nonlocal best
        if left == 1:
            candidate = [*done, " ".join(rest)]
            longest = max(len(line) for line in candidate)
            if best is None or longest < best[0]:
                best = (longest, candidate)
            return
        for cut in range(1, len(rest) - left + 2):
            split(rest[cut:], left - 1, [*done, " ".join(rest[:cut])])

    split(words, lines, [])
    return best[1] if best else [" ".join(words)]


def typeset(
    text: str,
    width: int,
    height: int,
    face: str = "grotesque",
    *,
    align: str = "low",
    tracking: float = 0.0,
    lines: int | None = None,
) -> NDArray[np.float32]:
    """Coverage (h, w) 0..1 of the text as large as fits `width` by `height` pixels, broken where that makes
    it largest.

    Letters that neither typeface has are left to the system's fonts, or shown as Pango shows a missing glyph.
    An empty or unprintable text gives an empty picture of one pixel.
    """
    words = text.split()[:24]
    if not words or not _plain(text).strip() or width < 4 or height < 4:
        return np.zeros((1, 1), np.float32)
    if max(text) > "\u024f":
        face = "grotesque"  # the one that knows more than Latin
    counts = [lines] if lines else list(range(1, min(len(words), 5 if len(words) <= 12 else 4) + 1))
    best: tuple[float, list[str]] | None = None
    for count in counts:
        setting = _breaks(words, min(count, len(words)))
        try:
            probe = _render(setting, face, _PROBE, align, tracking)
        except pyvips.Error:  # nothing to draw: blanks of other scripts
            continue
        scale = min(width / probe.shape[1], height / probe.shape[0])
        if best is None or scale > best[0] * 1.04:
            best = (scale, setting)
    if best is None:
        return np.zeros((1, 1), np.float32)
    picture = _render(best[1], face, max(2.0, _PROBE * best[0]), align, tracking).astype(np.float32) / 255
    if picture.shape[0] > height or picture.shape[1] > width:
        shrink = min(width / picture.shape[1], height / picture.shape[0])
        size = (max(1, int(picture.shape[1] * shrink)), max(1, int(picture.shape[0] * shrink)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.float32)
