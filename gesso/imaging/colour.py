"""Light and colour: sRGB to linear light and back, and OKLab, in which equal steps look equal.

OKLab: Björn Ottosson, "A perceptual color space for image processing", 2020.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_FROM_LMS = np.linalg.inv(_TO_LMS)


def decode(srgb: NDArray[np.floating]) -> Numbers:
    """Linear light from sRGB-encoded 0..1 (IEC 61966-2-1)."""
    value: Numbers = np.asarray(srgb, np.float32)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


def encode(linear: NDArray[np.floating]) -> Numbers:
    """sRGB-encoded 0..1 from linear light, clipped (IEC 61966-2-1)."""
    value = np.clip(np.asarray(linear, np.float32), 0.0, 1.0)
    bright = cv2.pow(value, 1 / 2.4).reshape(value.shape)
    bright *= 1.055
    bright -= 0.055
    return np.asarray(np.where(value <= 0.0031308, value * 12.92, bright), np.float32)


def to_lab(linear: NDArray[np.floating]) -> Numbers:
    """OKLab (..., 3) of linear sRGB (..., 3)."""
    return np.asarray(np.cbrt(np.asarray(linear, np.float64) @ _TO_LMS.T) @ _TO_LAB.T, np.float32)


def from_lab(lab: NDArray[np.floating]) -> Numbers:
    """Linear sRGB (..., 3) of OKLab (..., 3); may fall outside the gamut."""
    return np.asarray((np.asarray(lab, np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T, np.float32)


def quick_lab(linear: Numbers) -> Numbers:
    """`to_lab` of a picture (H, W, 3) in single precision: six digits, many times as fast."""
    return np.asarray(cv2.transform(np.cbrt(cv2.transform(linear, _TO_LMS)), _TO_LAB), np.float32)


def quick_linear(lab: Numbers) -> Numbers:
    """`from_lab` of a picture (H, W, 3) in single precision."""
    cone = cv2.transform(lab, _FROM_LAB)
    return np.asarray(cv2.transform(cone * cone * cone, _FROM_LMS), np.float32)


LINEAR: Numbers = decode(np.arange(256) / 255.0)
"""Linear light of each sRGB byte."""
