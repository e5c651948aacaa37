"""Abstract pictures: mesh gradients, marble, ribbons of waves, folds of silk."""

import cv2
import numpy as np

from gesso.imaging.colour import from_lab, to_lab
from gesso.imaging.sketchbook import noise
from gesso.imaging.sketchbook.canvas import Canvas, lookup
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import Field, smooth
from gesso.imaging.sketchbook.palette import (
    Colour,
    colour,
    colours,
    mix,
    ramp,
    to_lch,
    vary,
)
from gesso.imaging.sketchbook.words import Brief

PALETTES = (
    "#0f2a3f #1f6f78 #f2a65a #f6e7cb",
    "#2b1b3d #8a3d74 #f08a6b #fbe3c2",
    "#14213d #3f6fb5 #9fd0d6 #f4efe2",
    "#23304a #6a4c93 #f28ab2 #fde5d4",
    "#0b3b36 #2f8f6b #b8d977 #fbf3d0",
    "#3a1420 #b5323f #f39a4b #fbeaca",
    "#1c1b2e #4356a8 #c389d6 #fbd7e3",
    "#22333b #5e8f8a #e6c79c #f7f0e3",
)


def palette_of(canvas: Canvas, brief: Brief) -> Colour:
    """Four or more colours, dark to light: the named ones filled up, or a set by chance."""
    rng = canvas.rng("abstract palette")
    names = brief.loose or brief.tints.get("waves") or brief.tints.get("marble") or ()
    if not names:
        chosen = colours(*PALETTES[int(rng.integers(len(PALETTES)))].split())
        return vary(chosen, hue=float(rng.normal(0, 8)))
    named = colours(*names)
    named = named[np.argsort(to_lch(named)[:, 0], kind="stable")]
    dark = vary(named[0], light=-0.28, chroma=0.85)
    pale = mix(named[-1], colour("#fbf5e8"), 0.72)
    if len(named) == 1:
        named = np.stack([vary(named[0], light=-0.1, hue=12), named[0], vary(named[0], light=0.1, hue=-10)])
    return np.concatenate([dark[None], named, pale[None]])


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("abstract")
    palette = palette_of(canvas, brief)
    words = set(brief.reading.understood)
    if brief.has("gradient"):
        kind = 0
    elif brief.has("marble"):
        kind = 1
    elif brief.has("waves") or words & {"ribbon", "ribbons"}:
        kind = 2
    elif words & {"silk", "swirl", "swirls", "fluid"}:
        kind = 3
    else:
        kind = int(rng.integers(4))
    (gradient, marble, ribbons, silk)[kind](canvas, palette)


def gradient(canvas: Canvas, palette: Colour) -> None:
    """Colours at scattered points that flow into one another, blended in OKLab."""
    rng = canvas.rng("gradient")
    high, wide = max(2, round(canvas.h * 160)), max(2, round(canvas.w * 160))
    x = ((np.arange(wide) + 0.5) / wide * canvas.w)[None, :]
    y = ((np.arange(high) + 0.5) / high * canvas.h)[:, None]
    bend_x = noise.fbm(canvas.rng("bend x"), (high, wide), 160, 0.7, 2) * 0.16
    bend_y = noise.fbm(canvas.rng("bend y"), (high, wide), 160, 0.7, 2) * 0.16
    lab = np.zeros((high, wide, 3))
    total = np.zeros((high, wide, 1))
    count = 2 * len(palette) + 1
    order = rng.permutation(len(palette))
    for k in range(count):
        px = (k + 0.5 + rng.normal(0, 0.5)) / count * canvas.w
        py = float(rng.uniform(-0.05, 1.05)) * canvas.h
        reach = float(rng.uniform(0.17, 0.27)) * max(canvas.w, canvas.h) ** 0.5
        weight = np.exp(-((x + bend_x - px) ** 2 + (y + bend_y - py) ** 2) / reach**2)[..., None] + 1e-5
        lab += weight * to_lab(palette[order[k % len(palette)]])
        total += weight
    lab /= total
    lab[..., 1:] *= 1.15  # averages are duller than what they average
    mesh = from_lab(lab).clip(0, None)
    fold = np.sin((x * 0.9 + y * 1.2) * 3.2 + bend_x * 22 + float(rng.uniform(0, 6)))
    mesh = mesh * (1 + 0.10 * fold[..., None])
    for i, plane in enumerate(canvas.rgb):
        plane[...] = cv2.resize(
            np.asarray(mesh[..., i], np.float32), (canvas.width, canvas.height), interpolation=cv2.INTER_CUBIC
        ).clip(0, 1.2)


def marble(canvas: Canvas, palette: Colour) -> None:
    """Stone: noise folded through itself twice, with veins, a few of them gilded."""
    rng = canvas.rng("marble")
    texture = canvas.tile(rng, 1024, 4, 8, rough=0.5)
    x, y = canvas.x * np.float32(0.33), canvas.y * np.float32(0.33)
    shift = rng.random(8).astype(np.float32)
    first = noise.sample(texture, x + shift[0], y + shift[1])
    second = noise.sample(texture, x + shift[2], y + shift[3])
    third = noise.sample(texture, x + np.float32(0.09) * first + shift[4], y + np.float32(0.09) * second + shift[5])
    fourth = noise.sample(
        texture,
        x * np.float32(1.2) + np.float32(0.07) * third + shift[6],
        y * np.float32(1.2) + np.float32(0.08) * first + shift[7],
    )
    value = 0.52 + 0.36 * np.sin((third * 1.9 + fourth * 0.8).astype(np.float32)) + 0.07 * first
    for plane, tone in zip(canvas.rgb, lookup(ramp(palette), np.asarray(value, np.float32)), strict=True):
        plane[...] = tone
    canvas.depth[...] = np.clip(value, 0, 1)
    band = np.abs(np.sin((third * 1.6 + fourth * 0.7).astype(np.float32)))
    fine = smooth(0.045, 0.0, band) * smooth(-0.6, 1.2, second)
    canvas.cover(fine * np.float32(0.6), mix(palette[-1], np.ones(3, np.float32), 0.4))
    vein = smooth(0.06, 0.0, np.abs(third + 0.25 * fourth - np.float32(0.35))) * smooth(-0.2, 1.0, second + 0.4 * first)
    ridge = noise.sample(texture, x * 9, y * 9)
    gold = [np.clip(c * (0.75 + 0.35 * ridge), 0.02, 1.4) for c in colour("#d9a94e")]
    canvas.cover(vein, gold)


def ribbons(canvas: Canvas, palette: Colour) -> None:
    """Waves stacked from back to front, each a sheet that shades the one behind."""
    rng = canvas.rng("ribbons")
    table = ramp(palette[::-1] if rng.random() < 0.5 else palette)
    count = int(rng.integers(9, 13))
    angle = float(rng.uniform(-0.55, 0.55))
    across = canvas.x * np.float32(np.cos(angle)) + canvas.y * np.float32(np.sin(angle))
    down = canvas.y * np.float32(np.cos(angle)) - canvas.x * np.float32(np.sin(angle))
    first, last = float(down.min()), float(down.max())
    for plane, value in zip(canvas.rgb, table[0], strict=True):
        plane[...] = value
    axis = np.linspace(-2, float(across.max()) + 2, 1024).astype(np.float32)
    swing, phase = float(rng.uniform(0.06, 0.13)), float(rng.uniform(0, 6.3))
    for i in range(count):
        t = (i + 0.4) / count
        base = first + (last - first) * (0.04 + 0.98 * t)
        wave = swing * np.sin(axis * float(rng.uniform(3.0, 4.4)) + phase + i * 0.55) + 0.035 * noise.line(
            rng, axis + 3, 0.6, 2
        )
        crest = np.interp(across, axis, base + wave).astype(np.float32)
        under = down - crest
        alpha = np.clip(under * canvas.unit + 0.5, 0, 1)
        shadow = np.exp(np.minimum(under, 0) / np.float32(0.03)) * (under < 0.001) * np.float32(0.34)
        canvas.cover(shadow, table[max(0, int(t * 511) - 90)] * np.float32(0.12))
        tone = np.clip(t + 0.05 - 0.22 * np.exp(-np.maximum(under, 0) / np.float32(0.11)) + 0.09, 0, 1).astype(
            np.float32
        )
        rim = np.exp(-np.maximum(under, 0) / np.float32(0.006)) * np.float32(0.16)
        canvas.cover(alpha, [p * (1 + rim) for p in lookup(table, tone)], 1 - t)


def silk(canvas: Canvas, palette: Colour) -> None:
    """Folds of cloth: a height field of bent waves, lit from one side."""
    rng = canvas.rng("silk")
    # Computed coarse and enlarged at the end: slopes of an enlarged field would show the grid it came from.
    pixels = min(canvas.unit, 384.0)
    high, wide = max(2, round(canvas.h * pixels)), max(2, round(canvas.w * pixels))
    bend, twist = (
        cv2.GaussianBlur(noise.fbm(canvas.rng(name), (high, wide), pixels, 0.85, 2, rough=0.4), (0, 0), 0.04 * pixels)
        for name in ("silk bend", "silk twist")
    )
    x = (np.arange(wide, dtype=np.float32) + 0.5)[None, :] / np.float32(pixels)
    y = (np.arange(high, dtype=np.float32) + 0.5)[:, None] / np.float32(pixels)
    angle = float(rng.uniform(0.3, 1.2))
    phase = (x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))) * np.float32(7.5) + bend * np.float32(1.7)
    height = np.sin(phase + np.float32(0.8) * np.sin(phase * np.float32(0.5) + twist)) + np.float32(0.3) * np.sin(
        phase * np.float32(2.3) + twist * np.float32(2.2)
    )
    slope_y, slope_x = np.gradient(height, 1 / pixels)
    facing = np.asarray((slope_x * 0.8 + slope_y * 0.6) / 12, np.float32)
    size = (canvas.width, canvas.height)
    facing, height, bend = (cv2.resize(field, size, interpolation=cv2.INTER_CUBIC) for field in (facing, height, bend))
    tone: Field = np.asarray(0.46 + 0.3 * np.tanh(facing * 1.1) + 0.12 * bend + 0.07 * height, np.float32)
    gloss = np.exp(-(((facing - np.float32(0.85)) / np.float32(0.3)) ** 2)) * np.float32(0.14)
    shade = 0.86 + 0.2 * np.tanh(facing * np.float32(1.4))
    for plane, value in zip(canvas.rgb, lookup(ramp(palette), tone), strict=True):
        plane[...] = value * shade + gloss
    canvas.depth[...] = np.clip(0.5 - 0.3 * height, 0, 1)
