"""The Sketchbook: a picture generator that needs no model, no network and no GPU.

It reads a prompt for the words it knows (scene, time of day, weather, season, colours, mood, style), paints
a composed scene from them and says which words it could not use. It is a procedure, not a model: it draws
what is in `SCENES`.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from gesso.imaging.picture import Pixels
from gesso.imaging.sketchbook.dye import Ink, dyed
from gesso.imaging.sketchbook.look import blended, look
from gesso.imaging.sketchbook.paint import render
from gesso.imaging.sketchbook.repaint import Start, repaint
from gesso.imaging.sketchbook.styles import STYLES, Style
from gesso.imaging.sketchbook.words import SCENES, Brief, Reading, Vocabulary, study
from gesso.kit.errors import Invalid

__all__ = ["SCENES", "STYLES", "Ink", "Reading", "Start", "Style", "dyed", "paint", "read"]

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
    start: Start | None = None,
    looks: Sequence[tuple[Pixels, float]] = (),
    report: Callable[[float], None] | None = None,
) -> NDArray[np.uint8]:
    """Paint a prompt: (height, width, 3) sRGB bytes, the same for the same arguments on every run.

    `width` and `height` are 16..4096 pixels in any ratio; the scene is composed for the frame, and one seed
    gives one composition at every size of a ratio. `seed` is any integer from 0. `quality` is "draft" (half
    the resolution, enlarged), "standard" or "premium" (supersampled). `report` is told the fraction done.

    With `start`, its composition is painted instead of a scene, unless its strength is 1. `looks` are pictures
    (H, W, 3) whose light and colours are taken on, each by its weight 0..1.

    Raises Invalid for a size, quality or style that does not exist.
    """
    if not (16 <= width <= 4096 and 16 <= height <= 4096):
        raise Invalid("The Sketchbook paints 16 to 4096 pixels a side.", fields=["width", "height"])
    if quality not in QUALITIES:
        raise Invalid(f"Quality is one of {', '.join(QUALITIES)}.", fields=["quality"])
    if seed < 0:
        raise Invalid("A seed is 0 or more.", fields=["seed"])
    brief, say = _study(prompt, style), report or (lambda fraction: None)
    wanted = blended([look(pixels.astype(np.float32) / np.float32(255), weight) for pixels, weight in looks])
    if start is None or start.strength >= 1:
        return render(brief, width, height, seed, quality, wanted, say)
    return repaint(brief, start, width, height, seed, quality, wanted, say)


def _study(prompt: str, style: str | None) -> Brief:
    if style is not None and style not in STYLES:
        raise Invalid(f"There is no style “{style}”.", fields=["style"])
    return study(prompt, style, _VOCABULARY)
