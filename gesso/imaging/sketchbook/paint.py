"""From a brief to bytes: light, scene, extras, style, dither."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gesso.imaging.sketchbook import scenes
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import light_of
from gesso.imaging.sketchbook.palette import vary
from gesso.imaging.sketchbook.words import Brief


def compose(brief: Brief, width: int, height: int, seed: int, report: Callable[[float], None]) -> Canvas:
    """The scene of a brief, painted but not yet developed or styled."""
    canvas = Canvas(width, height, seed)
    light = light_of(brief, canvas.rng("light"))
    report(0.05)
    scenes.PAINTERS[brief.art](canvas, brief, light)
    report(0.7)
    return canvas


def to_bytes(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Bytes (H, W, 3) of a picture 0..1, dithered by a triangular noise of one step so that gradients do not band."""
    out = np.empty(picture.shape, np.uint8)
    for start in range(0, picture.shape[0], 256):
        band = picture[start : start + 256]
        noise = rng.random(band.shape[:2], dtype=np.float32) + rng.random(band.shape[:2], dtype=np.float32) - 1
        out[start : start + 256] = np.clip(band * 255 + noise[..., None] * 0.75 + 0.5, 0, 255)
    return out


__all__ = ["compose", "to_bytes", "vary"]
