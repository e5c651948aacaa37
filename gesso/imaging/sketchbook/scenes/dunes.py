"""Dunes: crests that swing across the frame, one face in the light and one in shade, wind ripples near by."""

import numpy as np

from gesso.imaging.sketchbook import land, noise, props, sky
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import Field, smooth
from gesso.imaging.sketchbook.palette import Colour, colour, steer, vary
from gesso.imaging.sketchbook.words import Brief


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("dunes")
    horizon = canvas.h * float(rng.uniform(0.42, 0.52))
    sun = sky.place_sun(canvas, light, horizon)
    sky.paint_sky(canvas, light, horizon + 0.05, sun, clouds=light.cloud > 0.45)
    props.show_disc(canvas, brief, light, sun)
    said = brief.tints.get("dunes") or brief.tints.get("desert")
    sand = colour(said[0]) if said else vary(colour("#dba463"), hue=float(rng.normal(0, 6)))
    if light.steered is not None:
        sand = steer(sand, light.steered[0], 0.3)
    x = canvas.x[0]
    if brief.has("mountains") or rng.random() < 0.6:
        crest = land.rolling(canvas.rng("mesa"), x, horizon + 0.01, 0.06, 0.5) - 0.02 * noise.line(
            rng, x, 0.2, 5, crag=True
        )
        land.ridge(canvas, light, crest.astype(np.float32), vary(sand, light=-0.2, chroma=0.8), 0.9, sun, name="mesa")
    count = int(rng.integers(4, 6))
    for i in range(count):
        t = i / (count - 1)
        base = horizon + 0.02 + (canvas.h - horizon) * (0.74 * t**1.2)
        dune(canvas, light, i, sand, base, 0.05 + 0.15 * t, t, sun)
    if brief.has("tent"):
        props.tent(canvas, brief, light, canvas.w - sun[0], horizon + 0.3 * (canvas.h - horizon), 0.1, 0.2)


def dune(
    canvas: Canvas,
    light: Light,
    name: int,
    sand: Colour,
    base: float,
    tall: float,
    t: float,
    sun: tuple[float, float],
) -> None:
    """One dune: a sharp crest, and a ridge that winds down from it between the lit face and the slip face."""
    rng = canvas.rng("dune", name)
    x = canvas.x[0]
    towards = 1.0 if sun[0] > canvas.w / 2 else -1.0
    phase = float(rng.uniform(0, 6.3))
    peak = canvas.w * float(rng.uniform(0.12, 0.88))
    # Long on the windward side, steep on the lee, drawn out at the foot.
    windward, lee = float(rng.uniform(0.5, 0.8)), float(rng.uniform(0.3, 0.45))
    away = np.where((x - peak) * towards > 0, np.abs(x - peak) / windward, np.abs(x - peak) / lee)
    second = np.abs(x - (peak + towards * float(rng.uniform(0.9, 1.3)))) / 0.45
    rise = np.exp(-(away**1.25)) + 0.45 * np.exp(-(second**2))
    crest = (base - tall * rise - tall * 0.1 * noise.line(rng, x, 0.7, 3, rough=0.35)).astype(np.float32)
    top, down, alpha = canvas.below(crest)
    if top >= canvas.height:
        return
    y = canvas.y[top:]
    distance = (1 - t) ** 1.4 * 0.8
    # The ridge line descends from the summit towards us in a lazy S.
    reach = np.maximum(y - np.float32(crest[np.argmin(np.abs(x - peak))]), 0)
    bend = float(rng.uniform(0.5, 1.0))
    ridge = peak + towards * (
        bend * reach**0.85 - 0.07 * (1 + t) * np.sin(reach * 9 / (0.5 + t) + phase) * np.clip(reach * 8, 0, 1)
    )
    ridge = ridge + 0.006 * noise.line(rng, y[:, 0], 0.1, 3)[:, None] * np.clip(reach * 20, 0, 1)
    side = (canvas.x - ridge) * towards
    # The slip face lies in shade, deepest along the ridge; it lightens as the slope runs out.
    shade = smooth(0.003, -0.003 - 0.02 * reach, side) * (
        0.25 + 0.75 * np.exp(np.minimum(side, 0) / np.float32(0.22 + 0.2 * t))
    )
    shade = shade * (0.55 + 0.45 * np.exp(-reach / np.float32(0.3 + 0.3 * t)))
    slope = np.tanh(np.gradient(crest) * canvas.unit * towards * 1.5).astype(np.float32)[None, :]
    swell = canvas.fbm("swell", name, cell=0.5, octaves=2, stretch=1.8, rows=slice(top, canvas.height))
    facing = 0.6 - 0.56 * shade + 0.1 * slope * np.exp(-np.maximum(down, 0) / np.float32(0.2)) + 0.06 * swell
    facing = facing + ripples(canvas, rng, y, down, t) * (1 - 0.6 * shade)
    facing = facing + (
        0.2 * np.exp(-np.abs(side) / np.float32(0.012)) * np.exp(-reach / np.float32(0.4))
        + 0.1 * np.exp(-np.maximum(down, 0) / np.float32(0.01))
    ) * (1 - shade)
    facing = np.clip(facing - 0.16 * smooth(0.0, 0.6, down) * (0.3 + t), 0.0, 1).astype(np.float32)
    canvas.cover(alpha, light.planes(vary(sand, light=-0.02 * t), facing, distance), distance, top=top)


def ripples(canvas: Canvas, rng: np.random.Generator, y: Field, down: Field, t: float) -> Field:
    """Wind ripples, crosswise, fading out with distance."""
    if t < 0.3:
        return np.zeros_like(down)
    far = (0.3 / (np.maximum(down, 0) + 0.16)).astype(np.float32)
    texture = canvas.tile(rng, 512, 6, 3, rough=0.4)
    warp = noise.sample(texture, canvas.x * np.float32(0.5) * far, far * np.float32(0.6))
    wave = np.sin((far * np.float32(46) + canvas.x * np.float32(7.0) + warp * np.float32(2.6)).astype(np.float32))
    grain = noise.sample(canvas.tile(rng, 512, 64, 2), canvas.x * 2.3, y * np.float32(2.3))
    fade = smooth(0.0, 0.12, down) * np.float32(0.085 * (t - 0.15))
    return np.asarray(wave * np.abs(wave) ** 0.5 * fade + grain * np.float32(0.012), np.float32)
