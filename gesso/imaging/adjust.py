"""Light and colour of a photo, as a darkroom has them: every amount is -1..1 or 0..1, and 0 changes nothing.

Exposure, white balance and vignette act on linear light, colour on OKLab, where a step looks as large everywhere; tone
acts on lightness, shadows and highlights on that of the surroundings, so that they keep their detail. All lengths are
shares of the picture's short side: a preview looks as the export will.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import resize
from gesso.imaging.colour import LINEAR, encode, quick_lab, quick_linear
from gesso.imaging.picture import Pixels

Floats = NDArray[np.float32]
Report = Callable[[float], None]

_ROWS = 256


@dataclass(frozen=True)
class Amounts:
    """exposure is in stops (-4..4), hue in degrees (-180..180), vignette -1 darkens and 1 lightens the corners, grain,
    denoise, sharpness 0..1; the others -1..1."""

    exposure: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    highlights: float = 0.0
    shadows: float = 0.0
    whites: float = 0.0
    blacks: float = 0.0
    temperature: float = 0.0
    tint: float = 0.0
    saturation: float = 0.0
    vibrance: float = 0.0
    hue: float = 0.0
    clarity: float = 0.0
    sharpness: float = 0.0
    denoise: float = 0.0
    vignette: float = 0.0
    grain: float = 0.0

    @property
    def none(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))


def adjust(pixels: Pixels, amounts: Amounts, *, seed: int = 0, report: Report | None = None) -> Pixels:
    """The picture (H, W, 3 or 4) with these amounts; alpha stays. Works in bands, in the memory of a few of them."""
    if amounts.none:
        return pixels
    height, width = pixels.shape[:2]
    short = min(height, width)
    around = _surroundings(pixels, short)
    result = pixels.copy()
    reach = max(2, round(short * 0.012))
    for top in range(0, height, _ROWS):
        rows = slice(top, min(height, top + _ROWS))
        wide = slice(max(0, top - reach), min(height, rows.stop + reach))
        light = LINEAR[pixels[wide, :, :3]]
        near = resize.rows_of(around, wide, width, height)
        made = _band(light, near, amounts, short)
        made = made[rows.start - wide.start : rows.stop - wide.start]
        if amounts.vignette:
            made = made * _vignette(rows, height, width, amounts.vignette)[..., None]
        shown = encode(made)
        if amounts.grain:
            shown = shown + _grain(rows, height, width, short, amounts.grain, seed)[..., None] * _midtones(shown)
        result[rows, :, :3] = np.clip(np.rint(shown * 255), 0, 255).astype(np.uint8)
        if report is not None:
            report(rows.stop / height)
    return result


def _surroundings(pixels: Pixels, short: int) -> Floats:
    """Lightness 0..1 around each place, of a small copy; edges of large things stay edges (a guided filter of itself:
    He, Sun and Tang, 2010)."""
    scale = min(1.0, 512 / short)
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    small = cv2.resize(np.ascontiguousarray(pixels[..., :3]), size, interpolation=cv2.INTER_AREA)
    light = np.asarray(quick_lab(LINEAR[small])[..., 0], np.float32)
    radius = max(1, round(min(size) * 0.04))
    window = (2 * radius + 1, 2 * radius + 1)
    mean = cv2.blur(light, window)
    spread = np.maximum(cv2.blur(light * light, window) - mean * mean, 0)
    slope = spread / (spread + 0.01)
    return np.asarray(cv2.blur(slope, window) * light + cv2.blur(mean * (1 - slope), window), np.float32)


def _band(light: Floats, around: Floats, by: Amounts, short: int) -> Floats:
    """Linear light (h, W, 3) with everything done that looks at a pixel and what is near it."""
    if by.denoise:
        light = _denoised(light, by.denoise)
    gain = np.float32(2.0**by.exposure) * np.array(
        [1 + 0.35 * by.temperature + 0.1 * by.tint, 1 - 0.2 * by.tint, 1 - 0.35 * by.temperature + 0.1 * by.tint],
        np.float32,
    )
    if by.temperature or by.tint:
        # White balance keeps the lightness of grey.
        gain /= np.float32(gain @ np.array([0.2126, 0.7152, 0.0722], np.float32)) / np.float32(2.0**by.exposure)
    lab = quick_lab(np.maximum(light * gain, 0))
    lab[..., 0] = _toned(lab[..., 0], around * np.float32(2.0 ** (by.exposure / 3)), by, short)
    _coloured(lab, by)
    if by.sharpness:
        soft = cv2.GaussianBlur(lab[..., 0], (0, 0), max(0.6, short * 0.0009))
        lab[..., 0] += 1.6 * by.sharpness * (lab[..., 0] - soft)
    return np.maximum(quick_linear(lab), 0)


def _toned(light: Floats, around: Floats, by: Amounts, short: int) -> Floats:
    if by.shadows:
        light = light + by.shadows * 0.45 * np.clip(1 - around / 0.6, 0, 1) ** 1.5 * light * (1.4 - light)
    if by.highlights:
        light = light + by.highlights * 0.5 * np.clip((around - 0.45) / 0.55, 0, 1) ** 1.2 * light * (1.25 - light)
    if by.clarity:
        light = light + 0.8 * by.clarity * (light - around) * 4 * np.clip(light * (1 - light), 0, 0.25)
    if by.blacks or by.whites:
        low, high = -0.2 * by.blacks, 1 - 0.2 * by.whites
        light = (light - low) / (high - low)
    if by.brightness:
        # A curve that bends most in the middle and holds both ends.
        light = np.clip(light, 0, 1) ** np.float32(2.0 ** (-0.9 * by.brightness))
    if by.contrast:
        middle, t = 0.55, np.clip(light, 0, 1)
        if by.contrast > 0:
            steep = 1 + 2.2 * by.contrast
            bent = np.where(
                t < middle, middle * (t / middle) ** steep, 1 - (1 - middle) * ((1 - t) / (1 - middle)) ** steep
            )
            light = t + (bent - t) * min(1.0, 0.35 + by.contrast)
        else:
            light = middle + (t - middle) * (1 + 0.8 * by.contrast)
    return np.asarray(light, np.float32)


def _coloured(lab: Floats, by: Amounts) -> None:
    if by.hue:
        turn = np.deg2rad(by.hue)
        a, b = lab[..., 1].copy(), lab[..., 2].copy()
        lab[..., 1], lab[..., 2] = a * np.cos(turn) - b * np.sin(turn), a * np.sin(turn) + b * np.cos(turn)
    more = np.float32(1 + by.saturation if by.saturation < 0 else 1 + 1.2 * by.saturation)
    if by.vibrance:
        # What is dull gains most; skin, a warm hue, less.
        chroma = np.hypot(lab[..., 1], lab[..., 2])
        skin = 1 - 0.5 * np.exp(-((np.arctan2(lab[..., 2], lab[..., 1]) - 0.9) ** 2) / 0.12)
        lab[..., 1:] *= (1 + by.vibrance * np.clip(1 - chroma / 0.25, 0, 1) * skin)[..., None]
    if more != 1:
        lab[..., 1:] *= more


def _denoised(light: Floats, amount: float) -> Floats:
    """Noise smoothed where nothing stands out of it; colour noise more than light."""
    lab = quick_lab(light)
    lab[..., 0] = cv2.bilateralFilter(lab[..., 0], 7, 0.02 + 0.08 * amount, 2.5)
    for channel in (1, 2):
        lab[..., channel] = cv2.bilateralFilter(lab[..., channel], 9, 0.03 + 0.1 * amount, 4)
    return np.maximum(quick_linear(lab), 0)


def _vignette(rows: slice, height: int, width: int, amount: float) -> Floats:
    y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) / height * 2 - 1
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    far = np.clip((np.sqrt(x[None] ** 2 + y[:, None] ** 2) - 0.45) / 0.97, 0, 1)
    fall = far * far * (3 - 2 * far)
    return np.asarray(1 + amount * (0.85 if amount < 0 else 1.6) * fall, np.float32)


def _grain(rows: slice, height: int, width: int, short: int, amount: float, seed: int) -> Floats:
    """Film grain, the same for the same seed and size: its clumps are a 900th of the short side."""
    random = np.random.default_rng([seed, rows.start])
    coarse = max(1.0, short / 900)
    size = int(np.ceil((rows.stop - rows.start) / coarse)) + 1, int(np.ceil(width / coarse)) + 1
    noise = random.standard_normal(size, np.float32)
    if coarse > 1:
        noise = cv2.resize(noise, (width, rows.stop - rows.start), interpolation=cv2.INTER_LINEAR) * np.float32(1.4)
    return np.asarray(noise[: rows.stop - rows.start, :width] * np.float32(0.11 * amount), np.float32)


def _midtones(shown: Floats) -> Floats:
    """Grain shows least in what is black or white."""
    light = shown.mean(2, keepdims=True)
    return np.asarray(0.35 + 2.6 * light * (1 - light), np.float32)
