"""The Sketchbook: a picture generator that needs no model, no network and no GPU.

It reads a prompt for the words it knows (scene, time of day, weather, season, colours, mood, style), paints
a composed scene from them and says which words it could not use. It is a procedure, not a model: it draws
what is in `SCENES`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gesso.imaging.sketchbook.paint import render
from gesso.imaging.sketchbook.styles import STYLES, Style
from gesso.imaging.sketchbook.words import SCENES, Brief, Reading, Vocabulary, study
from gesso.kit.errors import Invalid

__all__ = ["SCENES", "STYLES", "Reading", "Style", "paint", "read"]

_VOCABULARY = Vocabulary({name: style.words for name, style in STYLES.items()})
QUALITIES = ("draft", "standard", "premium")


def read(prompt: str, *, style: str | None = None) -> Reading:
    """What the Sketchbook makes of a prompt; `style` (a name in `STYLES`) overrules the prompt's own.

    Any text can be read, also none. Raises Invalid for a style that does not exist.
    """
    return _study(prompt, style).reading


def paint(
    prompt: str,
    width: int,
    height: int,
    seed: int,
    *,
    style: str | None = None,
    quality: str = "standard",
    report: Callable[[float], None] | None = None,
) -> NDArray[np.uint8]:
    """Paint a prompt: (height, width, 3) sRGB bytes, the same for the same arguments on every run.

    `width` and `height` are 16..4096 pixels in any ratio; the scene is composed for the frame, and one seed
    gives one composition at every size of a ratio. `seed` is any integer from 0. `quality` is "draft" (half
    the resolution, enlarged), "standard" or "premium" (supersampled). `report` is told the fraction done.
    Raises Invalid for a size, quality or style that does not exist.
    """
    if not (16 <= width <= 4096 and 16 <= height <= 4096):
        raise Invalid("The Sketchbook paints 16 to 4096 pixels a side.", fields=["width", "height"])
    if quality not in QUALITIES:
        raise Invalid(f"Quality is one of {', '.join(QUALITIES)}.", fields=["quality"])
    if seed < 0:
        raise Invalid("A seed is 0 or more.", fields=["seed"])
    return render(_study(prompt, style), width, height, seed, quality, report or (lambda fraction: None))


def _study(prompt: str, style: str | None) -> Brief:
    if style is not None and style not in STYLES:
        raise Invalid(f"There is no style “{style}”.", fields=["style"])
    return study(prompt, style, _VOCABULARY)
