"""Sound, seen: what of it a picture can show, and what of it moves a mouth."""

from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.picture import Pixels

Sound = NDArray[np.float32]

GROUND: Final = (28, 26, 24)
INK: Final = (232, 178, 92)


def waveform(sound: Sound, width: int = 1024, height: int = 576) -> Pixels:
    """A picture (height, width, 3) of how loud the sound (N,) is from its start to its end, in rounded bars."""
    bars = 96
    edges = np.linspace(0, len(sound), bars + 1).astype(int)
    loud = np.array([float(np.sqrt(np.mean(sound[a : max(b, a + 1)] ** 2))) for a, b in pairwise(edges)])
    loud = np.sqrt(loud / max(float(loud.max()), 1e-4))
    fine = 2
    image = np.full((height * fine, width * fine, 3), GROUND, np.uint8)
    step = width * fine / (bars + 4)
    thick = max(2, round(step * 0.5))
    for number, level in enumerate(loud):
        x = round(step * (number + 2.5))
        half = max(1, round(level * 0.36 * height * fine))
        cv2.line(image, (x, height * fine // 2 - half), (x, height * fine // 2 + half), INK, thick, cv2.LINE_AA)
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def peaks(sound: Sound, count: int) -> list[int]:
    """How far the sound (N,) goes from its middle in each of `count` parts of the same length, 0..255."""
    edges = np.linspace(0, len(sound), count + 1).astype(int)
    far = [float(np.abs(sound[a : max(b, a + 1)]).max(initial=0.0)) for a, b in pairwise(edges)]
    return [min(255, round(255 * each)) for each in far]
