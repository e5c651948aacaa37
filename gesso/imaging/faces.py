"""Faces, found by the cascades that OpenCV brings along (P. Viola and M. Jones, 2001): upright ones that look here."""

from functools import lru_cache
from pathlib import Path

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray


@lru_cache(maxsize=4)
def cascade(name: str) -> "cv2.CascadeClassifier":
    """`name` as in haarcascade_{name}.xml. Read once in each process."""
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / f"haarcascade_{name}.xml"))


def count(grey: NDArray[np.uint8]) -> int:
    """How many faces a grey picture (H, W) of a few hundred pixels shows."""
    if min(grey.shape) < 40:
        return 0
    found = cascade("frontalface_alt2").detectMultiScale(cv2.equalizeHist(grey), 1.12, 5, minSize=(22, 22))
    return len(found)
