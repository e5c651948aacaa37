"""A skyline in depth: towers with setbacks and crowns, windows in the rhythm of floors, often over water."""

import numpy as np

from gesso.imaging.sketchbook import land, noise, props, sky, water
from gesso.imaging.sketchbook.canvas import Canvas, Overlay
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import Real
from gesso.imaging.sketchbook.palette import Colour, colour, mix, steer, vary
from gesso.imaging.sketchbook.svg import line, polygon, rect
from gesso.imaging.sketchbook.words import Brief

FACADES = ("#8d8a92", "#a39a94", "#7c8794", "#9c7f70", "#6e7886", "#b3a797", "#5f6b7d")


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("city")
    wet = brief.has("sea", "lake", "river", "bridge", "boat", "reflection", "waves") or (
        rng.random() < 0.5 and brief.allows("sea")
    )
    shore = canvas.h * float(rng.uniform(0.64, 0.7) if wet else rng.uniform(1.0, 1.03))
    sun = sky.place_sun(canvas, light, shore - 0.12)
    sky.paint_sky(canvas, light, shore, sun)
    props.show_disc(canvas, brief, light, sun)
    if brief.has("mountains", "hills") or rng.random() < 0.3:
        crest = shore - 0.16 - 0.05 * noise.line(canvas.rng("city hills"), canvas.x[0], 0.5, 6, crag=True)
        land.ridge(canvas, light, crest.astype(np.float32), colour(land.ROCK), 0.95, sun, name="city")
    centre = canvas.w * float(rng.uniform(0.55, 0.72) if sun[0] < canvas.w / 2 else rng.uniform(0.28, 0.45))
    said = brief.tints.get("city")
    layers = 4
    for i in range(layers):
        t = i / (layers - 1)
        skyline(canvas, brief, light, i, t, shore, centre, sun, said)
        if i < layers - 1:
            land.mist_bank(
                canvas,
                light,
                shore - 0.02,
                0.075,
                (0.22 + 0.5 * light.mist) * (1 - 0.5 * t),
                name=("city", i),
            )
    if wet:
        quay(canvas, light, shore)
        body = colour("#20425c")
        if light.steered is not None:
            body = steer(body, light.steered[-1], 0.4)
        show = None if brief.reading.weather in {"rain", "storm", "overcast", "snow", "fog"} else sun
        water.paint_water(canvas, light, shore, body, show, rough=0.34, glitter=0.4, mirror=1.1)
        if brief.has("bridge"):
            suspension(canvas, light, shore)
        if brief.has("boat"):
            props.boat(canvas, brief, light, canvas.w - centre, shore + 0.1, 0.12, 0.2, sun)
    if light.night > 0.3:
        glow = np.exp(-(((canvas.y - shore + 0.03) / 0.12) ** 2)) * np.exp(
            -(((canvas.x - centre) / (0.5 * canvas.w)) ** 2)
        )
        canvas.shine(glow.astype(np.float32) * np.float32(0.09 * light.night), colour("#ffb36a"))


def skyline(
    canvas: Canvas,
    brief: Brief,
    light: Light,
    layer: int,
    t: float,
    shore: float,
    centre: float,
    sun: tuple[float, float],
    said: tuple[str, ...] | None,
) -> None:
    """The buildings of one distance, tallest about the centre."""
    rng = canvas.rng("skyline", layer)
    distance = 0.85 * (1 - t) ** 1.25 + 0.05
    most = min(
        shore * 0.8,
        (0.52, 0.46, 0.36, 0.17)[layer]
        * float(rng.uniform(0.9, 1.12))
        * (1.1 if brief.reading.mood == "dramatic" else 1),
    )
    x = -0.03
    while x < canvas.w + 0.03:
        wide = float(rng.uniform(0.028, 0.062)) * (0.8 + 0.65 * t)
        middle = x + wide / 2
        cluster = np.exp(-(((middle - centre - 0.1 * (layer - 1)) / (0.2 + 0.1 * t)) ** 2))
        tall = most * (0.22 + 0.78 * cluster) * float(rng.uniform(0.5, 1.0)) + 0.03
        gap = float(rng.uniform(-0.006, 0.012)) if layer < 3 else float(rng.uniform(0, 0.03))
        base = colour(said[int(rng.integers(len(said)))]) if said else colour(FACADES[int(rng.integers(len(FACADES)))])
        if light.steered is not None and not said:
            base = steer(base, light.steered[int(rng.integers(len(light.steered)))], 0.35)
        tower(
            canvas,
            light,
            rng,
            x,
            x + wide,
            shore - tall,
            shore + 0.012,
            vary(base, light=float(rng.normal(0, 0.03))),
            distance,
            sun,
        )
        x += wide + gap


def tower(
    canvas: Canvas,
    light: Light,
    rng: np.random.Generator,
    x0: float,
    x1: float,
    top: float,
    foot: float,
    wall: Colour,
    distance: float,
    sun: tuple[float, float],
) -> None:
    """One building of one to three tiers, with its crown."""
    wide, tall = x1 - x0, foot - top
    slender = tall / wide > 2.6
    tiers = int(rng.choice([1, 2, 3], p=[0.45, 0.35, 0.2])) if slender else 1
    pattern = int(rng.integers(4))
    cell = float(rng.uniform(0.0075, 0.0115)) * (1.15 - 0.45 * distance)
    share = float(np.clip(rng.normal(0.27, 0.12), 0.06, 0.6))
    turn = float(rng.uniform(0.0, 0.34)) if rng.random() < 0.6 else 0.0
    steps = [top + tall * s for s in ([0.0], [0.0, 0.22], [0.0, 0.12, 0.34])[tiers - 1]]
    for k in reversed(range(tiers)):
        inset = 0.13 * (tiers - 1 - k) * wide
        end = steps[k + 1] + 0.002 if k + 1 < tiers else foot
        block(
            canvas,
            light,
            rng,
            x0 + inset,
            x1 - inset,
            steps[k],
            end,
            wall,
            distance,
            sun,
            pattern,
            cell,
            share,
            turn,
        )
    crown(canvas, light, rng, (x0 + x1) / 2, wide * (1 - 0.26 * (tiers - 1)), top, wall, distance, slender)


def block(
    canvas: Canvas,
    light: Light,
    rng: np.random.Generator,
    x0: float,
    x1: float,
    y0: float,
    y1: float,
    wall: Colour,
    distance: float,
    sun: tuple[float, float],
    pattern: int,
    cell: float,
    share: float,
    turn: float,
) -> None:
    """A box with a face to us and, where it is turned, one to the side; its windows, some of them lit."""
    rows, columns = canvas.span(x0 - 1 / canvas.unit, y0, x1 + 1 / canvas.unit, y1)
    columns_lit = max(1, int((x1 - x0) / cell))
    floors = max(1, int((y1 - y0) / (cell * 1.25)))
    lit = _lamps(rng, floors, columns_lit, share)
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return
    x, y = canvas.x[:, columns], canvas.y[rows]
    alpha = np.clip(np.minimum(x - x0, x1 - x) * canvas.unit + 0.5, 0, 1) * np.clip((y - y0) * canvas.unit + 0.5, 0, 1)
    right = sun[0] > (x0 + x1) / 2
    corner = x1 - (x1 - x0) * turn if right else x0 + (x1 - x0) * turn
    flank = (x > corner if right else x < corner) if turn else np.zeros_like(x, bool)
    behind = float(np.exp(-((((x0 + x1) / 2 - sun[0]) / 0.3) ** 2)))
    facing = np.where(flank, 0.8, 0.24 - 0.1 * behind) + 0.1 * (1 - (y - y0) / max(y1 - y0, 1e-3))
    facing = facing + 0.25 * behind * np.exp(-np.minimum(x - x0, x1 - x) / 0.002) * (light.night < 0.5)
    planes = light.planes(wall, facing.astype(np.float32), distance)
    step_x, step_y = (x1 - x0) / columns_lit, (y1 - y0) / floors
    u, v = (x - x0) / step_x, (y - y0) / step_y
    iu, iv = np.clip(u.astype(int), 0, columns_lit - 1), np.clip(v.astype(int), 0, floors - 1)
    gap_u, gap_v = ((0.24, 0.26), (0.0, 0.32), (0.3, 0.0), (0.16, 0.2))[pattern]
    pane = _box(u - np.floor(u), gap_u, step_x * canvas.unit) * _box(v - np.floor(v), gap_v, step_y * canvas.unit)
    # Panes finer than a pixel or two would only shimmer.
    fine = float(np.clip((min(step_x, step_y) * canvas.unit - 1.6) / 2.2, 0, 1))
    pane = pane * np.float32(0.25 + 0.75 * fine)
    glass = light.planes(mix(wall, colour("#27364a"), 0.7), np.clip(facing * 0.7, 0, 1).astype(np.float32), distance)
    shine = (0.75 if light.night < 0.3 else 0.4) * (1 - 0.5 * distance)
    for i, plane in enumerate(planes):
        plane += (glass[i] * (1 - 0.3 * shine) + light.haze[i] * 0.3 * shine * 0.6 - plane) * pane * np.float32(0.6)
    dark = max(light.night, 0.35 if light.time in {"sunset", "dawn"} else 0.0)
    if dark > 0.2:
        lamps = lit[iv, iu] * pane * np.float32(dark * (1.0 - 0.7 * distance) * (0.5 + 0.5 * fine))
        warm = _warmth(rng)
        for i, plane in enumerate(planes):
            plane += (warm[i] * np.float32(1.15) - plane) * np.clip(lamps, 0, 1)
    canvas.cover(alpha.astype(np.float32), planes, distance, top=rows.start, left=columns.start)


def _box(phase: np.ndarray, gap: float, pixels: float) -> np.ndarray:
    """1 inside the middle of a period, 0 in the `gap` at both of its ends, softened over a pixel."""
    if gap == 0:
        return np.ones_like(phase, np.float32)
    return np.clip((0.5 - gap / 1.0 - np.abs(phase - 0.5) + 0.12) * max(pixels, 1) + 0.5, 0, 1).astype(np.float32)


def _lamps(rng: np.random.Generator, floors: int, columns: int, share: float) -> np.ndarray:
    """Which windows are lit: offices floor by floor, homes one by one, stairwells in a column."""
    kind = rng.random()
    if kind < 0.4:
        chance = np.where(rng.random((floors, 1)) < share, 0.75, 0.06)
    elif kind < 0.85:
        chance = np.full((floors, 1), share * 0.8)
    else:
        chance = np.full((floors, columns), 0.12)
        chance[:, int(rng.integers(columns))] = 0.9
    lit = (rng.random((floors, columns)) < chance) * rng.uniform(0.45, 1.0, (floors, columns))
    return np.asarray(lit, np.float32)


def _warmth(rng: np.random.Generator) -> Colour:
    return colour(("#ffd089", "#ffc26b", "#ffe2b0", "#fff0d8", "#ffb95e")[int(rng.integers(5))])


def crown(
    canvas: Canvas,
    light: Light,
    rng: np.random.Generator,
    x: float,
    wide: float,
    top: float,
    wall: Colour,
    distance: float,
    slender: bool,
) -> None:
    """What ends a roof: a spire, a pyramid, a mast with its lamp, a water tank, or nothing."""
    ink = light.ink(vary(wall, light=-0.03), 0.3, distance)
    kind = rng.random()
    if slender and kind < 0.22:
        tall = wide * float(rng.uniform(0.9, 1.7))
        eaves, waist, tip = top + 0.001, top - tall * 0.6, top - tall * 1.5
        body = polygon(
            ink,
            *((x - wide * 0.5, eaves), (x - wide * 0.03, waist), (x, tip)),
            *((x + wide * 0.03, waist), (x + wide * 0.5, eaves)),
        )
        canvas.draw(body, distance, (x - wide, tip, x + wide, eaves))
    elif slender and kind < 0.5:
        tall = wide * float(rng.uniform(0.5, 1.5))
        thin = max(0.0012, wide * 0.035)
        box = (x - wide, top - tall, x + wide, top)
        canvas.draw(rect(ink, x - thin / 2, top - tall, thin, tall), distance, box)
        if light.night > 0.3:
            lamps(canvas, np.array([x]), top - tall, 0.0022, 0.9 * (1 - distance), (1.0, 0.2, 0.14))
    elif kind < 0.72:
        size = wide * float(rng.uniform(0.22, 0.4))
        left = x + float(rng.uniform(-0.2, 0.2)) * wide - size / 2
        box = (x - wide, top - size, x + wide, top + size * 0.1)
        canvas.draw(rect(ink, left, top - size * 0.4, size, size * 0.45), distance, box)


def lamps(canvas: Canvas, x: Real, y: float, radius: float, power: float, tint: tuple[float, float, float]) -> None:
    """Small lights of one colour at places `x` (N,) and height `y`."""
    ones = np.ones(x.size)
    sky.splat(canvas, x, y * ones, radius * ones, power * ones, np.outer(tint, ones))


def quay(canvas: Canvas, light: Light, shore: float) -> None:
    """The wall by the water, with lamps along it after dark."""
    rows = slice(canvas.row(shore - 0.008), canvas.row(shore) + 1)
    ink = light.off(light.on(colour("#3c3f49"), 0.25), 0.05)
    canvas.cover(np.ones((rows.stop - rows.start, canvas.width), np.float32), ink, 0.1, top=rows.start)
    if light.night > 0.3:
        x = np.arange(0.02, canvas.w, 0.055)
        lamps(canvas, x, shore - 0.014, 0.0026, 1.2 * light.night, (1.0, 0.75, 0.42))
        lamps(canvas, x, shore - 0.014, 0.012, 0.16 * light.night, (1.0, 0.75, 0.42))


def suspension(canvas: Canvas, light: Light, shore: float) -> None:
    """A suspension bridge across the water, two pylons and their cables."""
    rng = canvas.rng("suspension")
    ink = light.ink(colour("#7d3a34"), 0.4, 0.12)
    deck = shore + 0.035
    left, right = canvas.w * float(rng.uniform(0.16, 0.26)), canvas.w * float(rng.uniform(0.74, 0.86))
    wide, top = right - left, deck - 0.25
    sag = 2 * deck - top - 0.02
    t = np.linspace(0, 1, 65)
    main = np.stack([left + wide * t, (1 - t) ** 2 * top + 2 * t * (1 - t) * sag + t**2 * top], -1)
    side = np.stack([wide * 0.5 * t, top + (deck - top) * t * (1.6 - 0.6 * t)], -1)
    sheet = Overlay(canvas)
    shade = light.off(light.on(colour("#7d3a34"), 0.4), 0.12)
    sheet.stroke(main, 0.0045, shade)
    sheet.stroke(side + np.array([right, 0]), 0.0045, shade)
    sheet.stroke(side * np.array([-1, 1]) + np.array([left, 0]), 0.0045, shade)
    sheet.lay(0.12)
    body = [line(ink, 0.0014, (x, min(y, deck)), (x, deck)) for x, y in main[3:-3:2]]
    for pylon in (left, right):
        for k in (-1, 1):
            foot, head = (pylon + k * 0.016, deck + 0.1), (pylon + k * 0.011, top - 0.012)
            body.append(polygon(ink, foot, head, (pylon + k * 0.004, top - 0.012), (pylon + k * 0.006, deck + 0.1)))
        body.append(rect(ink, pylon - 0.012, top, 0.024, 0.007))
        body.append(rect(ink, pylon - 0.013, top + 0.08, 0.026, 0.006))
    body.append(rect(ink, -0.1, deck, canvas.w + 0.2, 0.011))
    canvas.draw("".join(body), 0.12)
    if light.night > 0.3:
        x = np.arange(0.02, canvas.w, 0.04)
        lamps(canvas, x, deck - 0.004, 0.0022, light.night, (1.0, 0.8, 0.5))
