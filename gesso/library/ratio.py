"""A byte that tells how wide a picture is for its height."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

STEPS: Final = 31.75
"""Per doubling of the ratio: so a byte tells ratios from 1:16 to 16:1, each to about one hundredth."""


def coded(widths: NDArray[np.float64], heights: NDArray[np.float64]) -> NDArray[np.uint8]:
    """A byte for each ratio: 128 is square, `STEPS` more is twice as wide, as many less twice as high. What has no
    sides (a sound, a text) is square."""
    ratios = np.maximum(widths, 1) / np.maximum(heights, 1)
    return np.clip(np.rint(128 + STEPS * np.log2(ratios)), 0, 255).astype(np.uint8)
