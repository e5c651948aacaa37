"""Colour: OKLab and OKLCH, named colours, ramps that blend as the eye does.

Every colour inside the Sketchbook is linear-light sRGB, float32, about 0..1 (light may run above 1 until the
picture is developed).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gesso.imaging.colour import decode, encode, from_lab, to_lab

Colour = NDArray[np.float32]

NAMED = {
    "red": "#d5333c", "crimson": "#a81838", "scarlet": "#e0301e", "ruby": "#9b1b45", "burgundy": "#6b1530",
    "maroon": "#6e1f2a", "rose": "#e0718c", "pink": "#f08db4", "magenta": "#cf2a94", "fuchsia": "#d633a8",
    "coral": "#ff7a66", "salmon": "#f79a85", "peach": "#ffb78f", "apricot": "#fdb575", "orange": "#f2862a",
    "tangerine": "#f5762a", "rust": "#b2502a", "terracotta": "#c4694a", "copper": "#b87042",
    "bronze": "#9a713a", "amber": "#f5a623", "gold": "#dcae3a", "mustard": "#d3a12c", "ochre": "#c4862f",
    "yellow": "#f7d046", "lemon": "#f8e663", "cream": "#f6ead0", "beige": "#e2d2b4", "sand": "#dcbf8c",
    "tan": "#c9a273", "brown": "#7b5336", "chocolate": "#55331f", "lime": "#a4d13a",
    "chartreuse": "#b9d83a", "green": "#3f9a5c", "emerald": "#1a9c6b", "olive": "#7d7f36",
    "sage": "#9db08c", "moss": "#66793a", "mint": "#98dcb8", "jade": "#2fa37c", "teal": "#1f8a8a",
    "turquoise": "#3cc4bb", "aqua": "#53cfd6", "cyan": "#2fc0dc", "azure": "#3d93e6", "blue": "#2f66c0",
    "cobalt": "#2149b0", "navy": "#16264f", "indigo": "#3c3594", "periwinkle": "#8c94e0",
    "lavender": "#b7a3e3", "lilac": "#c8a2d6", "violet": "#7d4cc2", "purple": "#7c3fa6", "plum": "#7a3668",
    "mauve": "#b287ab", "white": "#f5f3ec", "ivory": "#f4efdc", "silver": "#bcc3cb", "grey": "#868c94",
    "charcoal": "#3a3d44", "black": "#17181d",
}  # fmt: skip


def colour(name: str) -> Colour:
    """Linear (3,) of a colour's English name or of `#rrggbb`. Raises KeyError for a name it does not know."""
    digits = (name if name.startswith("#") else NAMED[name])[1:]
    return decode(np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)]) / 255.0)


def colours(*names: str) -> Colour:
    """Linear (N, 3) of several colours."""
    return np.stack([colour(name) for name in names])


def to_lch(linear: NDArray[np.floating]) -> Colour:
    """OKLCH (..., 3): lightness 0..1, chroma 0..about 0.37, hue in degrees."""
    lab = to_lab(linear)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    return np.stack([lab[..., 0], chroma, np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360], -1)


def from_lch(lch: NDArray[np.floating]) -> Colour:
    """Linear sRGB (..., 3) of OKLCH, with the chroma lowered until the colour fits the gamut."""
    light, most, angle = np.clip(lch[..., 0], 0, 1), np.asarray(lch[..., 1]), np.radians(lch[..., 2])
    low, high = np.zeros(light.shape), np.ones(light.shape)
    for _ in range(12):
        middle = (low + high) / 2
        chroma = most * middle
        rgb = from_lab(np.stack([light, chroma * np.cos(angle), chroma * np.sin(angle)], -1))
        fits = (rgb.min(-1) > -0.002) & (rgb.max(-1) < 1.002)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    chroma = most * low
    rgb = from_lab(np.stack([light, chroma * np.cos(angle), chroma * np.sin(angle)], -1))
    return np.clip(rgb, 0, 1)


def lch(light: float, chroma: float, hue: float) -> Colour:
    """Linear (3,) of one OKLCH colour."""
    return from_lch(np.array([light, chroma, hue]))


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """The colour `amount` (0..1) of the way between two, in OKLab."""
    return np.clip(from_lab(to_lab(first) * (1 - amount) + to_lab(second) * amount), 0, None)


def vary(shade: Colour, *, light: float = 0.0, chroma: float = 1.0, hue: float = 0.0) -> Colour:
    """Colours (..., 3) with lightness moved, chroma multiplied and hue turned (degrees)."""
    value = to_lch(np.clip(shade, 0, 1))
    return from_lch(np.stack([value[..., 0] + light, value[..., 1] * chroma, value[..., 2] + hue], -1))


def steer(shade: Colour, towards: Colour, amount: float) -> Colour:
    """Colours (..., 3) with the hue and chroma of `towards`, by `amount`, that keep most of their lightness.

    Mixing is done on the a, b plane, so opposite hues pass through grey and not through the rainbow.
    """
    lab, goal = to_lab(np.clip(shade, 0, 1)), to_lab(towards)
    out = lab.copy()
    out[..., 1:] += (goal[..., 1:] - lab[..., 1:]) * amount
    out[..., 0] += (goal[..., 0] - lab[..., 0]) * amount * 0.3
    chroma = np.hypot(out[..., 1], out[..., 2])
    hue = np.degrees(np.arctan2(out[..., 2], out[..., 1]))
    return from_lch(np.stack([out[..., 0], chroma, hue], -1))


def ramp(stops: Colour, at: Sequence[float] | None = None, steps: int = 512) -> Colour:
    """A smooth table (steps, 3) through linear `stops` (N, 3), blended in OKLab with eased joints."""
    lab = to_lab(stops)
    places = np.linspace(0, 1, len(lab)) if at is None else np.asarray(at, float)
    x = np.linspace(0, 1, steps)
    table = np.stack([np.interp(x, places, lab[:, i]) for i in range(3)], -1)
    # A short box blur takes the corner out of each stop, which the eye sees as a Mach band.
    width = max(3, steps // (2 * len(lab)) | 1)
    padded = np.pad(table, ((width // 2, width // 2), (0, 0)), mode="edge")
    window = np.ones(width) / width
    table = np.stack([np.convolve(padded[:, i], window, "valid") for i in range(3)], -1)
    return np.clip(from_lab(table), 0, None)


def code(shade: Colour) -> str:
    """`#rrggbb` of a linear colour (3,), for SVG."""
    return "#" + "".join(f"{round(float(v) * 255):02x}" for v in encode(shade).ravel())


def bytes_of(shade: Colour) -> tuple[int, int, int]:
    """sRGB bytes of a linear colour (3,), for drawing."""
    red, green, blue = (_byte(float(v)) for v in shade)
    return red, green, blue


def _byte(linear: float) -> int:
    # Plain arithmetic: a stroke's colour is one number at a time, where arrays cost more than they save.
    value = min(max(linear, 0.0), 1.0)
    return round(255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))
