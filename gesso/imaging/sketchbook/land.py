"""Land in layers: crest lines, mountains with lit faces and snow, rolling hills, mist in the valleys."""

import numpy as np

from gesso.imaging.sketchbook import noise
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import Field, smooth
from gesso.imaging.sketchbook.palette import Colour, colour, mix, vary

GRASS = {"spring": "#7fb24a", "summer": "#6a9a42", "autumn": "#b08a3e", "winter": "#e6ebf2", None: "#6f9f4a"}
LEAVES = {"spring": "#86b454", "summer": "#4c7c3c", "autumn": "#cf6f2a", "winter": "#dfe7f0", None: "#50803f"}
ROCK = "#7d7b86"


def peaks(rng: np.random.Generator, x: Field, base: float, tall: float, *, main: float, count: int = 3) -> Field:
    """A crest line of crags: one main peak at `main`, lesser ones beside it, broken up by fractal noise."""
    crest = np.zeros(x.shape, np.float32)
    places = [
        main,
        *(main + rng.uniform(0.28, 0.6) * side * (1 + i // 2) for i, side in enumerate([-1, 1] * count)),
    ]
    for i, place in enumerate(places[:count]):
        height = tall * (1.0 if i == 0 else float(rng.uniform(0.42, 0.78)))
        left, right = rng.uniform(0.9, 1.6, 2) * height * 1.15
        slope = np.where(x < place, (place - x) / left, (x - place) / right)
        crest = np.maximum(crest, height * np.clip(1 - slope, 0, 1) ** 1.12)
    crest = crest + tall * 0.16 * noise.line(rng, x, 0.34, 8, rough=0.52, crag=True)
    return np.asarray(base - crest, np.float32)


def rolling(rng: np.random.Generator, x: Field, base: float, tall: float, cell: float = 0.7) -> Field:
    """A soft crest line."""
    return np.asarray(base - tall * (0.5 + 0.5 * noise.line(rng, x, cell, 3, rough=0.3)), np.float32)


def mountain(
    canvas: Canvas,
    light: Light,
    crest: Field,
    surface: Colour,
    distance: float,
    sun_x: float,
    *,
    name: object,
    snow: float = 0.0,
    relief: float = 1.0,
    foot: float = 0.3,
) -> None:
    """A range under a crest line: gullied faces lit from the sun's side, snow above a line, mist at the foot.

    `distance` 0 near .. 1 far; `snow` 0 none .. 1 down to the foot; `foot` how far below the
    crest the mist thickens.
    """
    top, down, alpha = canvas.below(crest)
    if top >= canvas.height:
        return
    texture = canvas.tile(canvas.rng("relief", name), 512, 6, 6, rough=0.55, ridged=True)
    lean = np.float32(1.0 if sun_x < canvas.w / 2 else -1.0)
    # Gullies run down from the crest and slant, so they are read in a sheared frame, long way down.
    u = canvas.x * np.float32(1.25) + down * np.float32(0.5) * lean
    v = down * np.float32(0.7) + crest[None, :] * np.float32(0.35)
    height = noise.sample(texture, u, v)
    side = noise.sample(texture, u + np.float32(0.02) * lean, v + np.float32(0.006))
    steep = np.gradient(crest) * canvas.unit
    span = max(3, int(0.03 * canvas.unit)) | 1
    steep = np.convolve(np.pad(steep, span // 2, mode="edge"), np.ones(span) / span, "valid")[: crest.size]
    lit_side = (0.5 + 0.35 * np.tanh(-steep * lean * 1.3)).astype(np.float32)[None, :]
    facing = np.clip(lit_side * 0.75 + 0.34 * relief * (height - side) + 0.1, 0.0, 1.0)
    facing *= np.float32(0.55) + np.float32(0.45) * np.exp(-down / np.float32(foot))
    ground = light.planes(surface, facing, distance)
    if snow > 0:
        reach = (snow * 0.34 + 0.06 * height + 0.1 * (lit_side - 0.5)).astype(np.float32)
        summit = float(crest.min())
        above = reach - (canvas.y[top:] - np.float32(summit)) * np.float32(0.8) - down * np.float32(0.35)
        white = smooth(-0.015, 0.03, above + 0.03 * side)
        for plane, value in zip(
            ground,
            light.planes(colour("#f4f7fb"), np.clip(facing * 1.15 + 0.05, 0, 1), distance * 0.85),
            strict=True,
        ):
            plane += (value - plane) * white
    mist = (
        (1 - np.exp(-np.maximum(down, 0) / np.float32(foot)))
        * np.float32(0.25 + 0.6 * light.mist)
        * np.float32(0.35 + 0.65 * distance)
    )
    for plane, value in zip(ground, light.haze, strict=True):
        plane += (value - plane) * mist
    canvas.cover(alpha, ground, distance, top=top)


def ridge(
    canvas: Canvas,
    light: Light,
    crest: Field,
    surface: Colour,
    distance: float,
    sun: tuple[float, float],
    *,
    name: object,
    foot: float = 0.2,
) -> None:
    """A quiet layer: a flat tone, lit along its crest near the sun, dissolving downwards into mist."""
    top, down, alpha = canvas.below(crest)
    if top >= canvas.height:
        return
    depth = np.maximum(down, 0)
    near = np.exp(-(((canvas.x - sun[0]) / 0.5) ** 2)).astype(np.float32)
    grain = noise.sample(canvas.tile(canvas.rng("grain", name), 512, 10, 5), canvas.x * 1.1, down * 2.2)
    facing = np.clip(0.1 + 0.16 * distance + 0.3 * near * np.exp(-depth / np.float32(0.035)) + 0.045 * grain, 0, 1)
    planes = light.planes(surface, facing, distance)
    mist = (
        (1 - np.exp(-depth / np.float32(foot)))
        * np.float32(0.3 + 0.62 * light.mist)
        * np.float32(0.25 + 0.75 * distance)
    )
    for plane, value in zip(planes, light.haze, strict=True):
        plane += (value - plane) * mist
    canvas.cover(alpha, planes, distance, top=top)


def hill(
    canvas: Canvas,
    light: Light,
    crest: Field,
    surface: Colour,
    distance: float,
    sun: tuple[float, float],
    *,
    name: object,
    foot: float = 0.6,
) -> None:
    """A grassy hill, modelled by soft light across its swells, brighter along the crest, with strokes of
    growth.
    """
    top, down, alpha = canvas.below(crest)
    if top >= canvas.height:
        return
    rows = slice(top, canvas.height)
    swell = canvas.fbm("swell", name, cell=0.42, octaves=3, stretch=1.6, rows=rows)
    tuft = noise.sample(
        canvas.tile(canvas.rng("tuft", name), 512, 24, 4, rough=0.7), canvas.x * 1.4, down * np.float32(3.4)
    )
    slope = np.tanh(np.gradient(crest) * canvas.unit * (1.0 if sun[0] > canvas.w / 2 else -1.0) * 1.6).astype(
        np.float32
    )[None, :]
    edge = np.exp(-np.maximum(down, 0) / np.float32(0.05))
    facing = np.clip(0.42 + 0.17 * swell + 0.2 * slope + 0.22 * edge + (0.05 + 0.05 * (1 - distance)) * tuft, 0.03, 1)
    facing *= 1 - 0.4 * smooth(0.0, foot * 1.6, down)
    planes = light.planes(surface, facing, distance)
    warm = light.planes(vary(surface, hue=-18, chroma=1.1, light=0.03), facing, distance)
    blend = smooth(-0.6, 1.4, canvas.fbm("growth", name, cell=0.2, octaves=4, stretch=2.6, rows=rows)) * np.float32(
        0.55
    )
    for plane, value in zip(planes, warm, strict=True):
        plane += (value - plane) * blend
    canvas.cover(alpha, planes, distance, top=top)


def mist_bank(
    canvas: Canvas,
    light: Light,
    y: float,
    thick: float,
    strength: float,
    *,
    name: object,
    depth: float | None = None,
) -> None:
    """A drifting band of mist centred at `y`."""
    rows = slice(canvas.row(y - thick * 2), canvas.row(y + thick * 2))
    if rows.stop <= rows.start:
        return
    field = canvas.fbm("mist", name, cell=0.28, octaves=4, stretch=3.5, rows=rows)
    body = np.exp(-(((canvas.y[rows] - y + 0.25 * thick * field) / thick) ** 2)).astype(np.float32)
    canvas.cover(
        body * np.float32(strength) * (0.75 + 0.25 * np.tanh(field)),
        mix(light.haze, light.sky[-1], 0.35),
        depth,
        top=rows.start,
    )


def grass_of(season: str | None, rng: np.random.Generator) -> Colour:
    """The colour of grass in a season, a little varied."""
    return vary(colour(GRASS[season]), hue=float(rng.normal(0, 5)), light=float(rng.normal(0, 0.015)))
