"""A lake that mirrors its mountains; and a waterfall in its gorge."""

import numpy as np

from gesso.imaging.sketchbook import land, noise, props, sky, trees, water
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.palette import colour, steer, vary
from gesso.imaging.sketchbook.scenes.mountains import surface
from gesso.imaging.sketchbook.words import Brief


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("lake")
    horizon = canvas.h * float(rng.uniform(0.54, 0.62))
    sun = sky.place_sun(canvas, light, horizon - 0.12)
    sky.paint_sky(canvas, light, horizon, sun)
    props.show_disc(canvas, brief, light, sun)
    far_shore(canvas, brief, light, horizon, sun)
    said = brief.tints.get("lake") or brief.tints.get("sea") or brief.tints.get("river")
    body = vary(colour(said[0]), light=-0.06) if said else colour("#2a5666")
    if light.steered is not None and not said:
        body = steer(body, light.steered[-1], 0.5)
    hidden = brief.reading.weather in {"rain", "storm", "overcast", "snow", "fog"}
    rough = 0.5 if brief.reading.weather in {"storm", "wind", "rain"} else float(rng.uniform(0.1, 0.22))
    water.paint_water(canvas, light, horizon, body, None if hidden else sun, rough=rough, glitter=0.5, mirror=1.12)
    land.mist_bank(canvas, light, horizon - 0.006, 0.022, 0.3 + 0.5 * light.mist, name="lake")
    if brief.has("bridge"):
        props.bridge(canvas, brief, light, horizon - 0.1, -0.05, canvas.w + 0.05, 0.3)
    if brief.has("boat"):
        props.boat(canvas, brief, light, canvas.w - sun[0], horizon + 0.09, 0.15, 0.25, sun)
    foreground(canvas, brief, light, sun)


def far_shore(canvas: Canvas, brief: Brief, light: Light, horizon: float, sun: tuple[float, float]) -> None:
    """Mountains over the water, a wooded bank at their foot, a house on it where named."""
    rng = canvas.rng("far shore")
    x = canvas.x[0]
    rock = surface(brief, light)[0]
    snow = 0.9 if brief.reading.season == "winter" else float(rng.uniform(0.25, 0.6)) if brief.allows("snow") else 0.0
    main = canvas.w - sun[0] + float(rng.normal(0, 0.06))
    if brief.allows("mountains"):
        far = land.peaks(
            canvas.rng("lake", 0),
            x,
            horizon - 0.02,
            float(rng.uniform(0.14, 0.2)),
            main=sun[0] + float(rng.choice([-0.2, 0.2])),
            count=4,
        )
        land.mountain(canvas, light, far, rock, 0.8, sun[0], name="far", snow=snow * 0.8, foot=0.14)
        tall = float(rng.uniform(0.26, 0.36)) * (1.2 if brief.reading.mood == "dramatic" else 1.0)
        crest = land.peaks(canvas.rng("lake", 1), x, horizon, tall, main=main, count=3)
        land.mountain(canvas, light, crest, rock, 0.45, sun[0], name="main", snow=snow, foot=0.22)
    land.mist_bank(canvas, light, horizon - 0.05, 0.035, 0.3 + 0.4 * light.mist, name="far")
    wood = vary(colour(land.LEAVES[brief.reading.season]), light=-0.08)
    slope = (
        horizon
        - 0.035
        - 0.03 * np.maximum(0, noise.line(canvas.rng("bank"), x, 0.6, 3))
        - 0.06 * smooth(0.35, 0.0, np.minimum(x, canvas.w - x))
    ).astype(np.float32)
    land.hill(canvas, light, slope, vary(wood, light=0.03), 0.4, sun, name="bank", foot=0.12)
    if brief.reading.season == "autumn":
        trees.grove(
            canvas,
            light,
            canvas.rng("grove"),
            np.full(x.size, horizon),
            0.075,
            colour("#c9762f"),
            0.32,
            sun,
            cover=0.9,
        )
    outlines = trees.row_of_firs(
        canvas.rng("bank firs"), canvas.w, np.full(x.size, horizon - 0.008), 0.066, 0.014, slim=0.36
    )
    keep = [f for i, f in enumerate(outlines) if brief.reading.season != "autumn" or i % 5 == 0]
    trees.stand(
        canvas,
        light,
        keep,
        vary(colour("#34533f"), light=0.0),
        0.34,
        sun,
        name="bank",
        foot=horizon,
        snow=0.5 if brief.reading.season == "winter" else 0.0,
    )
    if brief.has("house", "tent"):
        place = canvas.w * (0.3 if sun[0] > canvas.w / 2 else 0.68)
        (
            props.house(canvas, brief, light, place, horizon + 0.002, 0.085, 0.25, sun)
            if brief.has("house")
            else props.tent(canvas, brief, light, place, horizon + 0.002, 0.07, 0.25)
        )


def foreground(canvas: Canvas, brief: Brief, light: Light, sun: tuple[float, float]) -> None:
    """Firs at one edge of the frame, for depth."""
    rng = canvas.rng("edge")
    if canvas.h < 0.8 * canvas.w and rng.random() < 0.2:
        return
    x = canvas.x[0]
    side = 0.0 if sun[0] > canvas.w / 2 else 1.0
    t = x / canvas.w if side == 0 else 1 - x / canvas.w
    ground = (canvas.h * 1.01 - 0.1 * smooth(0.55, 0.0, t) + 0.01 * noise.line(rng, x, 0.2, 4)).astype(np.float32)
    winter = brief.reading.season == "winter"
    floor = colour("#e6ebf3") if winter else vary(land.grass_of(brief.reading.season, rng), light=-0.12)
    land.hill(canvas, light, ground, floor, 0.0, sun, name="edge", foot=0.3)
    spare = (canvas.w * 0.3, canvas.w * 2) if side == 0 else (-1.0, canvas.w * 0.7)
    outlines = trees.row_of_firs(rng, canvas.w, ground, float(rng.uniform(0.4, 0.55)), 0.1, slim=0.3, spare=spare)
    trees.stand(
        canvas,
        light,
        outlines,
        colour("#274236"),
        0.02,
        sun,
        name="edge",
        foot=canvas.h,
        snow=0.6 if winter else 0.0,
    )


def waterfall(canvas: Canvas, brief: Brief, light: Light) -> None:
    """A fall between wooded cliffs into a pool, spray where it lands."""
    rng = canvas.rng("waterfall")
    lip = canvas.h * float(rng.uniform(0.26, 0.34))
    pool = canvas.h * float(rng.uniform(0.7, 0.76))
    middle = canvas.w * float(rng.choice([0.38, 0.6])) + float(rng.normal(0, 0.02))
    sun = (middle + float(rng.choice([-0.2, 0.2])), lip - 0.2)
    sky.paint_sky(canvas, light, pool, sun)
    x = canvas.x[0]
    winter = brief.reading.season == "winter"
    far = land.peaks(canvas.rng("fall far"), x, lip + 0.1, 0.24, main=middle + 0.2, count=3)
    land.mountain(canvas, light, far, colour(land.ROCK), 0.8, sun[0], name="far", snow=0.4)
    brow = (
        lip
        - 0.01
        + 0.03 * noise.line(canvas.rng("brow"), x, 0.3, 5, crag=True)
        - 0.22 * smooth(0.1, 0.75, np.abs(x - middle))
    ).astype(np.float32)
    half = float(rng.uniform(0.055, 0.085))
    gap = np.abs(x - middle) < half
    brow = np.where(gap, np.maximum(brow, lip), brow).astype(np.float32)
    firs = trees.row_of_firs(
        canvas.rng("brow firs"),
        canvas.w,
        brow + 0.01,
        0.15,
        0.034,
        slim=0.34,
        spare=(middle - half * 1.25, middle + half * 1.25),
    )
    trees.stand(canvas, light, firs, colour("#36583f"), 0.4, sun, name="brow", foot=lip, snow=0.5 if winter else 0.0)
    rock_face(canvas, brief, light, brow, sun, middle, half)
    veil(canvas, light, middle, half, lip, pool)
    said = brief.tints.get("waterfall") or brief.tints.get("sea")
    body = colour(said[0]) if said else colour("#2f7f86")
    water.paint_water(canvas, light, pool, body, None, rough=0.5, mirror=0.85)
    spray(canvas, light, middle, half, pool)
    for side in (0, 1):
        near_bank(canvas, brief, light, sun, pool, side, middle)


def rock_face(
    canvas: Canvas,
    brief: Brief,
    light: Light,
    brow: np.ndarray,
    sun: tuple[float, float],
    middle: float,
    half: float,
) -> None:
    top, down, alpha = canvas.below(brow)
    texture = canvas.tile(canvas.rng("rock face"), 512, 8, 6, rough=0.58, ridged=True)
    u = canvas.x * np.float32(1.15)
    v = down * np.float32(0.34) + 0.02 * np.sin(canvas.x * 9)
    tone = noise.sample(texture, u, v)
    step = noise.sample(texture, u + np.float32(0.016), v + np.float32(0.012))
    shade = np.exp(-(((canvas.x - middle) / (half * 3.2)) ** 2))
    facing = np.clip(0.36 + 0.28 * (tone - step) - 0.22 * shade - 0.18 * smooth(0.05, 0.5, down), 0.02, 1).astype(
        np.float32
    )
    planes = light.planes(colour("#6a6462"), facing, 0.3)
    moss = light.planes(
        vary(land.grass_of(brief.reading.season, canvas.rng("moss")), light=-0.1),
        np.clip(facing + 0.08, 0, 1),
        0.3,
    )
    grown = smooth(0.3, 1.3, tone + 1.2 * smooth(0.06, 0.0, down) + 0.5 * canvas.fbm("moss", cell=0.2, octaves=3)[top:])
    for plane, value in zip(planes, moss, strict=True):
        plane += (value - plane) * grown
    canvas.cover(alpha, planes, 0.3, top=top)


def veil(canvas: Canvas, light: Light, middle: float, half: float, lip: float, pool: float) -> None:
    """Falling water: threads that widen and whiten on the way down."""
    rng = canvas.rng("veil")
    rows = slice(canvas.row(lip - 0.012), canvas.row(pool + 0.02))
    t = np.clip((canvas.y[rows] - lip) / (pool - lip), 0, 1)
    wide = half * (0.72 + 0.5 * t**0.7)
    texture = canvas.tile(rng, 512, 40, 4, rough=0.7)
    thread = noise.sample(
        texture,
        (canvas.x - middle) / (0.55 + 0.35 * t) * np.float32(2.2),
        (t**0.6 * np.float32(0.16)).astype(np.float32),
    )
    ragged = np.abs(canvas.x - middle) + np.float32(0.16) * half * thread
    alpha = smooth(1.0, 0.72, ragged / wide) * smooth(0.0, 0.02, canvas.y[rows] - lip + 0.012)
    tone = np.clip(0.6 + 0.2 * thread + 0.2 * t, 0.1, 1.1).astype(np.float32)
    planes = light.planes(colour("#eaf4f7"), tone, 0.12)
    canvas.cover(np.clip(alpha * (0.8 + 0.14 * thread), 0, 1).astype(np.float32), planes, 0.28, top=rows.start)


def spray(canvas: Canvas, light: Light, middle: float, half: float, pool: float) -> None:
    away = np.hypot((canvas.x - middle) / (half * 2.3), (canvas.y - pool + 0.01) / 0.055)
    puff = np.exp(-(away**2)) * (1 + 0.35 * np.tanh(canvas.fbm("spray", cell=0.1, octaves=4)))
    canvas.cover(np.clip(puff * 0.85, 0, 0.95).astype(np.float32), light.on(colour("#f1f6f8"), 0.75))


def near_bank(
    canvas: Canvas,
    brief: Brief,
    light: Light,
    sun: tuple[float, float],
    pool: float,
    side: int,
    middle: float,
) -> None:
    rng = canvas.rng("near bank", side)
    x = canvas.x[0]
    t = x if side == 0 else canvas.w - x
    edge = (middle if side == 0 else canvas.w - middle) * float(rng.uniform(0.75, 1.0))
    ground = (
        canvas.h * 1.02 - (canvas.h - pool) * 0.85 * smooth(edge, 0.0, t) + 0.014 * noise.line(rng, x, 0.12, 4)
    ).astype(np.float32)
    winter = brief.reading.season == "winter"
    land.hill(
        canvas,
        light,
        ground,
        colour("#e6ebf3") if winter else vary(land.grass_of(brief.reading.season, rng), light=-0.1),
        0.05,
        sun,
        name=("near", side),
        foot=0.3,
    )
    spare = (edge * 0.62, 9.0) if side == 0 else (-9.0, canvas.w - edge * 0.62)
    firs = trees.row_of_firs(rng, canvas.w, ground, 0.34, 0.085, slim=0.34, spare=spare)
    trees.stand(
        canvas,
        light,
        firs,
        colour("#274a36"),
        0.06,
        sun,
        name=("near", side),
        foot=canvas.h,
        snow=0.6 if winter else 0.0,
    )
