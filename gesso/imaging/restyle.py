"""One picture in the manner of another: its light and colours, and its texture.

colour    The light and the colours move as statistics: `sketchbook.look`.
texture   Each small patch becomes the patch of the other picture that is most like it, from coarse to fine, while the
          picture's own large forms are held (image analogies, A. Hertzmann and others, 2001; sought by PatchMatch):
          where the other has brushwork, weave or grain, so has the result.
"""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import inpaint, resize
from gesso.imaging.picture import Pixels
from gesso.imaging.sketchbook.look import look, taken_on

Floats = NDArray[np.float32]
Report = Callable[[float], None]

_WORK: Final = 448
"""The long side at which textures are sought. Finer detail comes from the picture itself."""
_ROWS: Final = 512


def restyle(
    pixels: Pixels,
    style: Pixels,
    *,
    colour: float = 0.8,
    texture: float = 0.5,
    seed: int = 0,
    report: Report | None = None,
) -> Pixels:
    """The picture (H, W, 3) in the colours and the texture of `style` (h, w, 3), each by its share 0..1."""
    say = report or (lambda share: None)
    made = np.ascontiguousarray(pixels[..., :3])
    if colour > 0:
        wanted, own = look(_unit(style[..., :3]), float(colour)), look(_unit(resize.fit(made, 512)))
        made = made.copy()
        for top in range(0, len(made), _ROWS):
            rows = slice(top, top + _ROWS)
            made[rows] = np.rint(taken_on(_unit(made[rows]), wanted, own) * 255)
    say(0.15)
    if texture <= 0:
        return made
    small = resize.fit(made, _WORK)
    sample = resize.fit(np.ascontiguousarray(style[..., :3]), round(_WORK * 0.8))
    # Patches are compared in the style's own light, or a dark picture would find nothing in a bright one.
    ready = look(_unit(small), 0.85)
    tuned = taken_on(_unit(sample), ready) * 255
    woven = inpaint.woven(
        small.astype(np.float32), np.asarray(tuned, np.float32), hold=1 - 0.75 * texture, seed=seed,
        report=lambda share: say(0.15 + 0.75 * share),
    )  # fmt: skip
    height, width = made.shape[:2]
    change = woven - small
    # Brushwork has no finer detail than its own: the picture's is softened as far as texture is taken on.
    scale = max(height, width) / max(small.shape[:2])
    sigma, reach = max(0.5, 0.7 * scale), int(3 * max(0.5, 0.7 * scale)) + 1
    result = np.empty_like(made)
    for top in range(0, height, _ROWS):
        stop = min(height, top + _ROWS)
        first, last = max(0, top - reach), min(height, stop + reach)
        soft = cv2.GaussianBlur(made[first:last].astype(np.float32), (0, 0), sigma)[top - first : stop - first]
        part = made[top:stop].astype(np.float32)
        part += (soft - part) * np.float32(0.65 * texture)
        part += resize.rows_of(change, slice(top, stop), width, height, cv2.INTER_CUBIC) * np.float32(
            min(1.0, 0.35 + texture)
        )
        result[top:stop] = np.clip(np.rint(part), 0, 255)
    say(1.0)
    return result


def _unit(pixels: Pixels) -> Floats:
    return np.asarray(pixels, np.float32) / np.float32(255)
