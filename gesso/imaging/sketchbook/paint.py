"""From a brief to bytes: light, scene, style, dither."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.sketchbook import props, scenes
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light, light_of
from gesso.imaging.sketchbook.look import Look, taken_on
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.styles import STYLES, Picture
from gesso.imaging.sketchbook.words import Brief

# How many pixels are painted for one pixel of the picture, along a side.
_SAMPLING = {"draft": 0.5, "standard": 1.0, "premium": 1.5}
# Above so many pixels the scene is painted smaller and enlarged: its detail ends long before, memory would
# not.
_MOST = 2900 * 2900


def render(
    brief: Brief,
    width: int,
    height: int,
    seed: int,
    quality: str,
    wanted: Look | None,
    report: Callable[[float], None],
) -> NDArray[np.uint8]:
    """The finished picture (height, width, 3), in the look that is wanted, if any."""
    size = painted_size(width, height, quality)
    canvas = compose(brief, *size, seed, report)
    rgb, depth = canvas.develop(), canvas.depth
    rng = canvas.rng("style")
    if wanted is not None:
        rgb = taken_on(rgb, wanted)
    palette = main_colours(rgb)
    del canvas.rgb
    if size != (width, height):
        how = cv2.INTER_AREA if size[0] > width else cv2.INTER_CUBIC
        rgb = np.clip(cv2.resize(rgb, (width, height), interpolation=how), 0, 1)
        depth = cv2.resize(depth, (width, height), interpolation=cv2.INTER_LINEAR)
    report(0.75)
    styled = STYLES[brief.reading.style].apply(Picture(rgb, depth, rng, palette, min(width, height) / 1024))
    report(0.95)
    picture = to_bytes(styled, canvas.rng("dither"))
    report(1.0)
    return picture


def painted_size(width: int, height: int, quality: str) -> tuple[int, int]:
    """The size at which the scene is painted."""
    sampling, short = _SAMPLING[quality], min(width, height)
    if short * sampling < 256:
        # Fine things cannot be drawn on so few pixels: drawn larger and averaged, they keep their look.
        sampling = min(max(512 / short, 1.0), 2.0)
    sampling = min(sampling, (_MOST / (width * height)) ** 0.5)
    return max(16, round(width * sampling)), max(16, round(height * sampling))


def compose(brief: Brief, width: int, height: int, seed: int, report: Callable[[float], None]) -> Canvas:
    """The scene of a brief with its weather and glow, not yet developed or styled."""
    canvas = Canvas(width, height, seed)
    light = light_of(brief, canvas.rng("light"))
    report(0.05)
    scenes.paint(canvas, brief, light)
    report(0.6)
    finish(canvas, brief, light)
    report(0.7)
    return canvas


FLAT = frozenset({"abstract", "geometric", "stilllife"})


def finish(canvas: Canvas, brief: Brief, light: Light) -> None:
    """What lies over the whole picture: birds and balloons in its sky, rain or snow, glow."""
    reading = brief.reading
    if brief.art in FLAT or reading.scene == "poster":
        return
    horizon = canvas.h * 0.6
    lit = (canvas.w * 0.5, horizon * 0.5)
    if brief.has("balloon"):
        props.balloons(canvas, brief, light, horizon, lit)
    if brief.has("birds"):
        props.birds(canvas, light, horizon, lit)
    if brief.has("fireflies") and brief.art != "forest":
        props.fireflies(canvas, horizon)
    if reading.weather in {"rain", "storm"}:
        props.rain(canvas, light, 1.0 if reading.weather == "rain" else 0.6)
    if reading.weather == "snow":
        props.snowfall(canvas, light)
    if light.chroma != 1.0:
        grey = canvas.rgb.mean(0)
        for plane in canvas.rgb:
            plane += (plane - grey) * np.float32(light.chroma - 1)
            np.maximum(plane, 0, out=plane)
    canvas.bloom(0.1 + 0.25 * light.glow)
    # A little darker to the corners holds the eye in the picture.
    far = np.hypot((canvas.x / canvas.w - 0.5) * 1.15, (canvas.y / canvas.h - 0.5) * 1.15)
    canvas.rgb *= 1 - np.float32(0.16) * smooth(0.42, 0.86, far.astype(np.float32))


def main_colours(picture: NDArray[np.float32], count: int = 6) -> NDArray[np.float32]:
    """The main colours (count, 3), sRGB 0..1, by k-means on a thumbnail, the most frequent first."""
    small = cv2.resize(picture, (48, 48), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    # A fixed start, the pixels at even steps of lightness, makes the clusters the same every time.
    order = np.argsort(small.sum(1), kind="stable")
    start = small[order[np.linspace(0, len(order) - 1, count).astype(int)]]
    labels = np.argmin(((small[:, None] - start[None]) ** 2).sum(2), 1)
    for _ in range(8):
        start = np.stack([small[labels == k].mean(0) if (labels == k).any() else start[k] for k in range(count)])
        labels = np.argmin(((small[:, None] - start[None]) ** 2).sum(2), 1)
    frequent = np.argsort(-np.bincount(labels, minlength=count), kind="stable")
    return np.asarray(start[frequent], np.float32)


def to_bytes(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Bytes (H, W, 3) of a picture 0..1, dithered by triangular noise of one step so that gradients do not
    band.
    """
    out = np.empty(picture.shape, np.uint8)
    for start in range(0, picture.shape[0], 256):
        band = picture[start : start + 256]
        noise = rng.random(band.shape[:2], dtype=np.float32) + rng.random(band.shape[:2], dtype=np.float32) - 1
        out[start : start + 256] = np.clip(band * 255 + noise[..., None] * 0.75 + 0.5, 0, 255)
    return out
