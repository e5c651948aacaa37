"""Ready-made backgrounds, drawn for any frame: sweeps of a photo studio, a podium, lamps out of focus, and landscapes
of the Sketchbook behind a shallow depth of field. Everything is measured in short sides; the same name, size and seed
give the same bytes."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import backdrop, resize, sketchbook
from gesso.imaging.picture import Pixels
from gesso.imaging.sketchbook.noise import smooth

Floats = NDArray[np.float32]

STUDIOS: Final[dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]]] = {
    "studio_white": ((0.985, 0.985, 0.98), (0.84, 0.845, 0.85)),
    "studio_grey": ((0.72, 0.725, 0.735), (0.42, 0.425, 0.44)),
    "studio_warm": ((0.965, 0.9, 0.82), (0.8, 0.66, 0.54)),
    "studio_dark": ((0.27, 0.275, 0.3), (0.045, 0.047, 0.055)),
}
"""Of each sweep the colour where the lamp falls, and in the corners."""
SCENES: Final = {
    "beach": "a tropical beach in bright sunlight",
    "forest": "a green forest in morning light",
    "city": "a city skyline at night",
    "mountains": "mountains under a clear sky",
    "sunset": "a sunset over the sea",
}
NAMES: Final = (*STUDIOS, "podium", "bokeh", *SCENES)


def draw(name: str, width: int, height: int, seed: int = 0) -> Pixels:
    """The background of this name (height, width, 3). KeyError for one that there is not."""
    if name in STUDIOS:
        return _sweep(width, height, *STUDIOS[name])
    if name == "podium":
        return _podium(width, height)
    if name == "bokeh":
        # Nothing in it is sharp, so that it need not be drawn large.
        wide, high = (max(1, round(side * min(1.0, 1400 / max(width, height)))) for side in (width, height))
        return resize.to(_bokeh(wide, high, seed), width, height)
    scale = min(1.0, 1024 / max(width, height))
    size = max(256, round(width * scale)), max(256, round(height * scale))
    view = sketchbook.paint(SCENES[name], *size, seed, style="photographic")[..., :3]
    clear = np.zeros(view.shape[:2], np.uint8)
    return resize.cover(backdrop.blurred(view, clear, min(size) / 110), width, height)


def _places(width: int, height: int) -> tuple[Floats, Floats]:
    """Across and down from the middle, in short sides."""
    short = min(width, height)
    x = ((np.arange(width, dtype=np.float32) + 0.5) - width / 2) / short
    y = ((np.arange(height, dtype=np.float32) + 0.5) - height / 2) / short
    return np.asarray(x[None, :], np.float32), np.asarray(y[:, None], np.float32)


def _bytes(shade: Floats) -> Pixels:
    """With the noise of half a step, so that soft gradients do not band."""
    noise = np.random.default_rng(0).random(shade.shape[:2], np.float32)[..., None] - np.float32(0.5)
    return np.asarray(np.clip(np.rint(shade * 255 + noise), 0, 255), np.uint8)


def _sweep(width: int, height: int, light: tuple[float, float, float], dark: tuple[float, float, float]) -> Pixels:
    """Paper that runs from the wall onto the floor without an edge, lit from above."""
    x, y = _places(width, height)
    lamp = np.hypot(x * 0.9, y + 0.12)
    fall = smooth(0.05, 1.05, lamp) * 0.9 + 0.22 * smooth(0.12, 0.34, np.broadcast_to(y, (height, width))) * (
        1 - smooth(0.34, 0.62, np.broadcast_to(y, (height, width)))
    )
    share = np.clip(fall, 0, 1)[..., None]
    return _bytes(
        np.asarray(np.array(light, np.float32) * (1 - share) + np.array(dark, np.float32) * share, np.float32)
    )


def _podium(width: int, height: int) -> Pixels:
    """A round podium before a rosy wall with an arch: where products stand."""
    x, y = _places(width, height)
    wall = (
        np.array([0.945, 0.8, 0.755], np.float32)
        * (1 - 0.16 * smooth(0.1, 1.1, np.hypot(x + 0.25, y + 0.35)))[..., None]
    )
    floor = np.array([0.9, 0.735, 0.69], np.float32) * (1.03 - 0.2 * smooth(0, 1.1, np.hypot(x, y - 0.4)))[..., None]
    soft = 1.5 / min(width, height)

    def inside(distance: Floats) -> Floats:
        return np.asarray(np.clip(0.5 - distance / soft, 0, 1)[..., None], np.float32)

    def mixed(under: Floats, over: object, share: Floats) -> Floats:
        return np.asarray(under * (1 - share) + np.asarray(over, np.float32) * share, np.float32)

    ground = inside(np.broadcast_to(0.2 - y, (height, width)).astype(np.float32))
    shown = mixed(np.asarray(wall, np.float32), floor, ground)
    arch = np.where(y < -0.06, np.hypot(x, y + 0.06) - 0.33, np.abs(x) - 0.33 + 0 * y).astype(np.float32)
    shown = mixed(shown, np.array([0.975, 0.875, 0.835], np.float32), inside(arch) * (1 - ground))
    # The shadow of the podium, then its side, then its top.
    shade = smooth(0.25, 0.0, np.hypot((x - 0.07) / 1.5, (y - 0.385) / 0.35).astype(np.float32) - 0.2)[..., None]
    shown = shown * (1 - 0.24 * shade)
    across = 0.36
    tone = (0.93 - 0.2 * np.clip((x + 0.1) / across, -0.6, 1) ** 2)[..., None] * np.array(
        [0.985, 0.86, 0.81], np.float32
    )
    below = np.maximum(np.abs(x) - across + 0 * y, np.maximum(0.27 - y, 0 * x + y - 0.36)).astype(np.float32)
    foot = ((np.hypot(x / across, (y - 0.36) / 0.075) - 1) * 0.075).astype(np.float32)
    shown = mixed(shown, tone + 0 * shown, np.maximum(inside(below), inside(foot)))
    top = ((np.hypot(x / across, (y - 0.27) / 0.075) - 1) * 0.075).astype(np.float32)
    shown = mixed(shown, np.array([0.995, 0.925, 0.89], np.float32), inside(top))
    return _bytes(shown)


def _bokeh(width: int, height: int, seed: int) -> Pixels:
    """Lamps far out of focus before a dark blue evening."""
    x, y = _places(width, height)
    ground = (
        np.array([0.05, 0.055, 0.12], np.float32)
        + np.array([0.12, 0.06, 0.1], np.float32) * smooth(0.9, 0.0, np.hypot(x * 0.8, y + 0.1))[..., None]
    )
    random = np.random.default_rng(seed + 11)
    long = max(width, height) / min(width, height)
    colours = np.array(
        [[1.0, 0.72, 0.35], [1.0, 0.5, 0.3], [0.95, 0.85, 0.6], [0.4, 0.6, 1.0], [0.9, 0.4, 0.6]], np.float32
    )
    shown = np.asarray(ground, np.float32)
    for _ in range(round(34 * long)):
        cx, cy = random.uniform(-0.55, 0.55) * width / min(width, height), random.normal(0.02, 0.2)
        radius, strength = random.uniform(0.02, 0.085), random.uniform(0.12, 0.55)
        away = np.hypot(x - np.float32(cx), y - np.float32(cy)) / np.float32(radius)
        disc = np.clip((1 - away) * 14, 0, 1) * (0.75 + 0.25 * np.clip(away, 0, 1) ** 3)
        lamp = colours[random.integers(len(colours))] * np.float32(strength)
        shown = 1 - (1 - shown) * (1 - disc[..., None] * lamp)
    return _bytes(np.asarray(cv2.GaussianBlur(shown, (0, 0), max(0.6, min(width, height) / 500)), np.float32))
