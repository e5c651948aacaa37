"""Faces, found by the cascades that OpenCV brings along (P. Viola and M. Jones, 2001): upright ones that look here."""

from functools import lru_cache
from pathlib import Path

import cv2
import cv2.data
import numpy as np

from gesso.imaging.picture import Pixels


@lru_cache(maxsize=4)
def cascade(name: str) -> "cv2.CascadeClassifier":
    """`name` as in haarcascade_{name}.xml. Read once in each process."""
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / f"haarcascade_{name}.xml"))


def find(pixels: Pixels) -> list[tuple[int, int, int, int]]:
    """Where faces seen from the front are in a picture (H, W, 3 or 4): left, top, width, height in pixels."""
    height, width = pixels.shape[:2]
    scale = min(1.0, 640 / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(np.ascontiguousarray(pixels[..., :3]), size, interpolation=cv2.INTER_AREA)
    found = cascade("frontalface_alt2").detectMultiScale(
        cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), 1.1, 6, minSize=(24, 24)
    )
    return [(round(x / scale), round(y / scale), round(w / scale), round(h / scale)) for x, y, w, h in found]
