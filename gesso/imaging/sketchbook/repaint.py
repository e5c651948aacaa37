"""A photograph painted anew: its composition, in the style and the light that the prompt asks for."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import resize
from gesso.imaging.picture import Pixels
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.look import Look, look, taken_on
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.paint import compose, main_colours, painted_size, to_bytes
from gesso.imaging.sketchbook.styles import STYLES, Picture
from gesso.imaging.sketchbook.styles.fields import simplify
from gesso.imaging.sketchbook.words import Brief

# From this strength on nothing but the style is seen; below, the photograph shines through.
_PAINTED = 0.35
# What is smaller than this, in 1024ths of the short side, is merged at full strength.
_MERGED = 16.0
# How much of the prompt's light and colours is taken on at full strength.
_PALETTE = 0.85
# The short side of the scene that is painted only for its light.
_SCENE = 256


@dataclass(frozen=True)
class Start:
    """A picture (H, W, 3) to start from, of any size; `strength` 0 leaves it as it is, 1 takes it most far."""

    pixels: Pixels
    strength: float


def repaint(
    brief: Brief,
    start: Start,
    width: int,
    height: int,
    seed: int,
    quality: str,
    wanted: Look | None,
    report: Callable[[float], None],
) -> NDArray[np.uint8]:
    """The finished picture (height, width, 3): the middle of the start picture that has this shape, repainted.

    With the strength grow the marks of the style, what is simplified before it, and the share of the prompt's light.
    """
    size = painted_size(width, height, quality)
    rng = Canvas(16, 16, seed)
    plain = resize.cover(start.pixels, *size).astype(np.float32) / np.float32(255)
    report(0.1)
    depth, unit = np.zeros(size[::-1], np.float32), min(size) / 1024
    rgb = plain
    if (merged := _MERGED * float(smooth(0.05, 1.0, np.array(start.strength)))) > 1:
        rgb = simplify(Picture(plain, depth, rng.rng("simplify"), main_colours(plain), unit), plain, merged)
    report(0.25)
    share = float(smooth(0.0, _PAINTED, np.array(start.strength)))
    tuned = [each for each in (_promised(brief, width, height, seed, start.strength), wanted) if each is not None]
    for each in tuned:
        rgb = taken_on(rgb, each)
        # What is painted over everywhere need not be in tune.
        plain = taken_on(plain, each) if share < 1 else plain
    report(0.5)
    if share > 0:
        marks = unit * (0.55 + 0.6 * start.strength)
        styled = STYLES[brief.reading.style].apply(Picture(rgb, depth, rng.rng("style"), main_colours(rgb), marks))
        plain = styled if share == 1 else np.asarray(plain + (styled - plain) * np.float32(share), np.float32)
    report(0.9)
    if size != (width, height):
        how = cv2.INTER_AREA if size[0] > width else cv2.INTER_CUBIC
        plain = np.clip(cv2.resize(plain, (width, height), interpolation=how), 0, 1)
    if share == 0 and not tuned:
        # Nothing was done to it, so nothing is to be dithered.
        return resize.cover(start.pixels, width, height)
    result = to_bytes(plain, rng.rng("dither"))
    report(1.0)
    return result


def _promised(brief: Brief, width: int, height: int, seed: int, strength: float) -> Look | None:
    """The light and colours of the scene that the prompt would be, where it says anything of light or colours."""
    reading = brief.reading
    said = brief.timed or reading.colours or reading.weather or reading.season or reading.mood
    weight = _PALETTE * float(smooth(0.1, 0.9, np.array(strength)))
    if not said or weight == 0:
        return None
    short = min(width, height)
    size = (max(16, round(width / short * _SCENE)), max(16, round(height / short * _SCENE)))
    return look(compose(brief, *size, seed, lambda fraction: None).develop(), weight)
