"""How near one picture is to another, and how sharp it is."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.picture import Pixels

Floats = NDArray[np.float32]


def psnr(made: Pixels, truth: Pixels) -> float:
    """Peak signal to noise ratio in dB of two pictures (H, W, C) of one shape; 99.0 where they are equal."""
    error = float(np.mean((made.astype(np.float32) - truth.astype(np.float32)) ** 2))
    return 99.0 if error < 1e-3 else round(float(10 * np.log10(255**2 / error)), 3)


def ssim(made: Pixels, truth: Pixels) -> float:
    """Structural similarity -1..1 of the lightness of two pictures of one shape (Z. Wang and others, 2004: Gaussian
    window of sigma 1.5)."""
    one, other = (_grey(pixels) for pixels in (made, truth))
    mean_one, mean_other = _soft(one), _soft(other)
    across, own, others = mean_one * mean_other, mean_one * mean_one, mean_other * mean_other
    varied = (_soft(one * one) - own) + (_soft(other * other) - others)
    common = _soft(one * other) - across
    first, second = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float(np.mean((2 * across + first) * (2 * common + second) / ((own + others + first) * (varied + second))))


def sharpness(pixels: Pixels) -> float:
    """How steep its edges are, in levels per pixel: the gradient that 3 % of its pixels pass."""
    grey = _grey(pixels)
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.125))
    return float(np.percentile(slope, 97))


def ringing(made: Pixels, source: Pixels) -> float:
    """The share 0..1 of pixels of an enlarged picture that are more than 8 levels lighter or darker than anything in
    the source beside them: halos."""
    size = made.shape[1], made.shape[0]
    window = np.ones((3, 3), np.uint8)
    grey = np.asarray(np.rint(_grey(source)), np.uint8)
    low = cv2.resize(cv2.erode(grey, window), size, interpolation=cv2.INTER_NEAREST).astype(np.int16)
    high = cv2.resize(cv2.dilate(grey, window), size, interpolation=cv2.INTER_NEAREST).astype(np.int16)
    shown = np.rint(_grey(made)).astype(np.int16)
    return float(((shown < low - 8) | (shown > high + 8)).mean())


def _grey(pixels: Pixels) -> Floats:
    """Lightness 0..255 (Rec. 601); what is transparent lies on black."""
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    if pixels.shape[2] == 4:
        grey *= pixels[..., 3] / np.float32(255)
    return np.asarray(grey, np.float32)


def _soft(plane: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(plane, (11, 11), 1.5, borderType=cv2.BORDER_REFLECT), np.float32)
