"""What a style takes and gives: a rendered scene (or a photograph) and the way to look at it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be restyled, with what the styles need to know of it."""

    rgb: Plane  # (H, W, 3) sRGB-encoded, 0..1
    depth: Plane  # (H, W) 0 near .. 1 far; constant where unknown
    rng: np.random.Generator
    palette: Plane  # (N, 3) sRGB 0..1, the scene's main colours
    scale: float  # short side / 1024: every length in the styles is in 1024ths of the short side


@dataclass(frozen=True, slots=True)
class Style:
    """A way to render: `apply` gives (H, W, 3) float32, 0..1, its chance from the picture's rng."""

    title: str
    words: tuple[str, ...]  # lower-case prompt words that call it, unique across the styles
    apply: Callable[[Picture], Plane]
