"""The sea: a low sun and its glitter, sails, islands, a beach; and the lighthouse on its headland."""

import numpy as np

from gesso.imaging.sketchbook import land, noise, props, sky, water
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import Field, Real, smooth
from gesso.imaging.sketchbook.palette import Colour, colour, mix, steer, vary
from gesso.imaging.sketchbook.svg import line, path, rect
from gesso.imaging.sketchbook.words import Brief


def roughness(brief: Brief, usual: float) -> float:
    """How high the waves run."""
    if brief.reading.weather in {"storm", "wind"} or brief.has("waves"):
        return 1.15
    return 0.28 if brief.reading.mood == "calm" else usual


def sea_colour(brief: Brief, light: Light) -> Colour:
    said = brief.tints.get("sea") or brief.tints.get("waves") or brief.tints.get("beach")
    if said:
        return vary(colour(said[0]), light=-0.05)
    body = colour("#1f5f7d")
    return steer(body, light.steered[-1], 0.6) if light.steered is not None else body


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("sea")
    rough = roughness(brief, float(rng.uniform(0.5, 0.8)))
    beach = brief.has("beach") or (rng.random() < 0.22 and rough < 1 and not brief.has("boat", "island"))
    horizon = canvas.h * float(
        rng.uniform(0.4, 0.47)
        if beach or brief.has("waves")
        else rng.choice([0.42, 0.56, 0.62]) + rng.uniform(-0.02, 0.02)
    )
    sun = sky.place_sun(canvas, light, horizon)
    sky.paint_sky(canvas, light, horizon, sun)
    if light.cloud > 0 and brief.reading.weather is None:
        sky.wisps(canvas, light, horizon, sun, 0.7)
    props.show_disc(canvas, brief, light, sun, radius=float(rng.uniform(0.042, 0.07)))
    hidden = brief.reading.weather in {"rain", "storm", "overcast", "snow", "fog"}
    shore(canvas, brief, light, horizon, sun)
    water.paint_water(
        canvas,
        light,
        horizon,
        sea_colour(brief, light),
        None if hidden else sun,
        rough=rough,
        mirror=0.62 if rough > 1 else 1.0,
    )
    if rough > 1:
        water.swells(
            canvas,
            light,
            horizon,
            sea_colour(brief, light),
            strength=1.2 if brief.reading.weather == "storm" else 0.85,
        )
    haze_line(canvas, light, horizon)
    if beach:
        sand(canvas, brief, light, horizon)
    if brief.has("boat") or (not beach and rng.random() < 0.3 and brief.allows("boat")):
        side = 1 if sun[0] < canvas.w / 2 else -1
        x = float(np.clip(sun[0] + side * rng.uniform(0.16, 0.36) * min(canvas.w, 1.6), 0.15, canvas.w - 0.15))
        size = float(rng.uniform(0.14, 0.22)) if brief.has("boat") else 0.075
        if "boats" in " ".join(brief.reading.understood) or brief.reading.mood == "cheerful":
            for i in range(3):
                props.boat(
                    canvas,
                    brief,
                    light,
                    float(rng.uniform(0.1, 0.9)) * canvas.w,
                    horizon + 0.014 + 0.01 * i,
                    0.05 + 0.02 * i,
                    0.55,
                    sun,
                    name=i + 1,
                )
        props.boat(canvas, brief, light, x, horizon + 0.02 + size * 0.28, size, 0.22, sun)


def haze_line(canvas: Canvas, light: Light, horizon: float) -> None:
    """Where sea and sky meet, the air takes a little of both."""
    rows = slice(canvas.row(horizon - 0.03), canvas.row(horizon + 0.03))
    body = np.exp(-(((canvas.y[rows] - horizon) / 0.009) ** 2)).astype(np.float32) * np.float32(0.25 + 0.3 * light.mist)
    canvas.cover(body * np.ones_like(canvas.x), mix(light.haze, light.sky[-1], 0.5), top=rows.start)


def shore(canvas: Canvas, brief: Brief, light: Light, horizon: float, sun: tuple[float, float]) -> None:
    """Far land on one side of the horizon, or islands where the prompt names them."""
    rng = canvas.rng("shore")
    x = canvas.x[0]
    if brief.has("island"):
        centre = canvas.w - sun[0] + float(rng.normal(0, 0.05))
        hump = 0.1 * np.exp(-(np.abs((x - centre) / 0.17) ** 3.2)) + 0.02 * np.exp(-(((x - centre) / 0.32) ** 2))
        crest = horizon + 0.004 - hump * (1 + 0.14 * noise.line(rng, x, 0.12, 5)) + 0.004
        wood = vary(colour(land.LEAVES[brief.reading.season]), light=-0.1)
        crest = np.where(hump > 0.004, crest, horizon + 0.02).astype(np.float32)
        land.ridge(canvas, light, crest, wood, 0.35, sun, name="island", foot=0.3)
    if brief.has("mountains", "hills", "cliff") or rng.random() < 0.5:
        for i, distance in enumerate((0.9, 0.7)):
            feature = canvas.rng("shore", i)
            edge = 1.0 if sun[0] < canvas.w / 2 else 0.0
            reach = smooth(0.1 + 0.28 * i, 0.75, np.abs(x / canvas.w - (1 - edge)))
            tall = (0.14 if brief.has("mountains", "cliff") else 0.055) * (1 - 0.35 * i)
            crest = horizon + 0.004 - reach * tall * (0.75 + 0.35 * noise.line(feature, x, 0.35, 6, crag=True))
            crest = np.where(reach > 0.01, np.minimum(crest, horizon + 0.004), horizon + 0.02).astype(np.float32)
            land.ridge(canvas, light, crest, colour(land.ROCK), distance, sun, name=("shore", i), foot=0.12)


def sand(canvas: Canvas, brief: Brief, light: Light, horizon: float) -> None:
    """A beach that comes in from a lower corner, wet where the last wave ran out."""
    rng = canvas.rng("sand")
    x = canvas.x[0]
    t = x / canvas.w if rng.random() < 0.5 else 1 - x / canvas.w
    edge = canvas.h - (canvas.h - horizon) * (
        0.16 + 0.42 * t**1.5 + 0.05 * np.sin(t * 9 + rng.uniform(0, 6)) + 0.025 * noise.line(rng, x, 0.22, 3)
    )
    edge = edge.astype(np.float32)
    water.shore_foam(canvas, light, edge, colour("white"), name="swash")
    top, down, _ = canvas.below(edge)
    alpha = smooth(-0.002, 0.004, down)
    grain = noise.sample(canvas.tile(rng, 512, 60, 3, rough=0.8), canvas.x * 2.1, canvas.y[top:] * 4.0)
    dune = canvas.fbm("sand/dune", cell=0.3, octaves=3, stretch=2.4, rows=slice(top, canvas.height))
    dry = props.tint(brief, "beach", "#dcc096") if not brief.tints.get("sea") else colour("#dcc096")
    planes = light.planes(dry, np.clip(0.42 + 0.05 * grain + 0.09 * dune, 0, 1), 0.06)
    wet = light.planes(vary(dry, light=-0.16), np.clip(0.4 + 0.02 * grain, 0, 1), 0.06)
    soak = smooth(0.11, 0.03, down + 0.015 * dune)
    sheen = light.sky[-1] * np.float32(0.5)
    for i, plane in enumerate(planes):
        plane += (wet[i] + (sheen[i] - wet[i]) * np.float32(0.42) - plane) * soak
    canvas.cover(alpha, planes, 0.05, top=top)
    line = smooth(0.007, 0.0, np.abs(down - 0.004)) * smooth(-1.0, 1.2, dune + grain)
    canvas.cover(line * np.float32(0.85), light.on(colour("white"), 0.55), top=top)


def headland(rng: np.random.Generator, x: Field, w: float, side: float, low: float, high: float, reach: float) -> Field:
    """The crest of a cliff that comes in from `side` (0 left, 1 right) and falls to the sea at `reach` of the
    width.
    """
    t = x / w if side == 0 else 1 - x / w
    brow = smooth(reach * 1.02, reach * 0.5, t)
    # Below the brow the cliff runs on down into the water, out of the frame.
    run = np.maximum(t - reach * 0.98, 0) * w
    crag = 0.010 * noise.line(rng, x, 0.1, 6, crag=True) * np.clip(1.4 - brow, 0, 1)
    return np.asarray(low - (low - high) * brow * (1 + 0.1 * (1 - t / reach)) + run * 2.6 + crag, np.float32)


def skerries(canvas: Canvas, light: Light, low: float, side: float, reach: float, sun: tuple[float, float]) -> None:
    """A few rocks in the water off the headland, each in a ring of foam."""
    rng = canvas.rng("skerries")
    for _ in range(int(rng.integers(2, 6))):
        out = reach * canvas.w * float(rng.uniform(1.03, 1.4))
        x = out if side == 0 else canvas.w - out
        size = float(rng.uniform(0.014, 0.045))
        y = low + (canvas.h - low) * float(rng.uniform(0.0, 0.7))
        t = np.linspace(0, 1, 24)
        tall = (
            size
            * 0.75
            * np.sin(np.pi * t) ** 0.7
            * (1 + 0.3 * noise.line(rng, t.astype(np.float32), 0.3, 3, crag=True))
        )
        crest = np.stack([x + size * (2 * t - 1), y - np.maximum(tall, 0)], -1)
        foot = np.stack([x + size * (1 - 2 * t) * 1.02, y + size * 0.09 * np.sin(np.pi * t)], -1)
        rows, columns = canvas.span(x - size * 2.2, y - size, x + size * 2.2, y + size)
        away = np.hypot((canvas.x[:, columns] - x) / (size * 1.35), (canvas.y[rows] - y - 0.004) / (size * 0.22))
        ring = (smooth(1.25, 0.85, away) * np.float32(0.5)).astype(np.float32)
        if not ring.size:
            continue
        canvas.cover(ring, light.on(colour("white"), 0.35), top=rows.start, left=columns.start)
        alpha = canvas.mask([np.concatenate([crest, foot])], rows.start, rows.stop)
        towards = 1.0 if sun[0] > x else -1.0
        facing = np.clip(
            0.25 + 0.35 * towards * (canvas.x - x) / size - 0.5 * (canvas.y[rows] - y + size * 0.6) / size,
            0,
            1,
        )
        canvas.cover(alpha, light.planes(colour("#54494c"), facing.astype(np.float32), 0.15), 0.15, top=rows.start)


def lighthouse(canvas: Canvas, brief: Brief, light: Light) -> None:
    """A lighthouse on its headland, opposite the sun, its beam over the water."""
    rng = canvas.rng("lighthouse")
    horizon = canvas.h * float(rng.uniform(0.58, 0.66))
    sun = sky.place_sun(canvas, light, horizon)
    side = 0.0 if sun[0] > canvas.w / 2 else 1.0
    sky.paint_sky(canvas, light, horizon, sun)
    if light.cloud > 0:
        sky.wisps(canvas, light, horizon, sun, 0.65)
    props.show_disc(canvas, brief, light, sun, radius=0.05)
    shore(canvas, brief, light, horizon, sun)
    hidden = brief.reading.weather in {"rain", "storm", "overcast", "snow", "fog"}
    water.paint_water(
        canvas,
        light,
        horizon,
        sea_colour(brief, light),
        None if hidden else sun,
        rough=roughness(brief, 0.55),
    )
    haze_line(canvas, light, horizon)
    x = canvas.x[0]
    reach = (
        float(rng.uniform(0.46, 0.6)) * min(1.0, 1.15 / canvas.w) if canvas.w > 1.3 else float(rng.uniform(0.5, 0.62))
    )
    high = horizon - float(rng.uniform(0.02, 0.07))
    low = horizon + (canvas.h - horizon) * float(rng.uniform(0.34, 0.5))
    skerries(canvas, light, low, side, reach, sun)
    crest = headland(canvas.rng("headland"), x, canvas.w, side, low, high, reach)
    cliff(canvas, brief, light, crest, sun, high)
    at = reach * float(rng.uniform(0.4, 0.5)) * canvas.w
    place = at if side == 0 else canvas.w - at
    foot = float(np.interp(place, x, crest)) + 0.012
    tall = min(float(rng.uniform(0.36, 0.44)), foot * 0.62)
    if rng.random() < 0.6 or brief.has("house"):
        back = place + (-0.115 if side == 0 else 0.1)
        props.house(canvas, brief, light, back, float(np.interp(back, x, crest)) + 0.012, 0.095, 0.12, sun)
    tower(canvas, brief, light, place, foot, tall, sun, 1.0 if side == 0 else -1.0)
    if brief.has("boat"):
        props.boat(
            canvas,
            brief,
            light,
            float(np.clip(sun[0] + rng.normal(0, 0.08), 0.12, canvas.w - 0.12)),
            horizon + 0.05,
            0.11,
            0.35,
            sun,
        )


def cliff(canvas: Canvas, brief: Brief, light: Light, crest: Field, sun: tuple[float, float], high: float) -> None:
    """Turf above, fissured rock below, foam where it stands in the sea."""
    top, down, alpha = canvas.below(crest)
    texture = canvas.tile(canvas.rng("cliff"), 512, 10, 6, rough=0.6, ridged=True)
    lean = np.float32(1.0 if sun[0] > canvas.w / 2 else -1.0)
    crack = noise.sample(texture, canvas.x * np.float32(1.3) + down * np.float32(0.12), down * np.float32(0.5))
    next_ = noise.sample(
        texture,
        canvas.x * np.float32(1.3) + down * np.float32(0.12) + np.float32(0.014) * lean,
        down * np.float32(0.5) + np.float32(0.006),
    )
    facing = np.clip(
        0.3
        + 0.3 * (crack - next_)
        - 0.45 * smooth(0.0, 0.45, down)
        + 0.2 * np.exp(-np.maximum(down, 0) / np.float32(0.04)),
        0.02,
        1,
    )
    rock = light.planes(colour("#5d5458"), facing, 0.1)
    turf = light.planes(
        vary(land.grass_of(brief.reading.season, canvas.rng("turf")), light=-0.08),
        np.clip(facing + 0.12, 0, 1),
        0.1,
    )
    grown = smooth(0.075, 0.03, down + 0.022 * crack)
    for plane, value in zip(rock, turf, strict=True):
        plane += (value - plane) * grown
    canvas.cover(alpha, rock, 0.12, top=top)


def tower(
    canvas: Canvas,
    brief: Brief,
    light: Light,
    x: float,
    foot: float,
    tall: float,
    sun: tuple[float, float],
    way: float,
) -> None:
    """The tower, banded, rounded by the light; gallery, lantern, dome; its beam when it is dark enough."""
    rng = canvas.rng("tower")
    said = brief.tints.get("lighthouse")
    band = colour(said[0]) if said else colour(["#b8322f", "#2d4a6e", "#b8322f", "#23262d"][int(rng.integers(4))])
    shaft = tall * 0.76
    head = foot - shaft
    bands = int(rng.choice([5, 7]))

    def wide(y: Real) -> Real:
        return np.asarray(tall * (0.058 + 0.042 * np.clip((y - head) / shaft, 0, 1) ** 1.25))

    rows, columns = canvas.span(x - tall * 0.12, head, x + tall * 0.12, foot)
    y = canvas.y[rows]
    half = wide(y)
    u = (canvas.x[:, columns] - x) / half
    alpha = np.clip((half - np.abs(canvas.x[:, columns] - x)) * canvas.unit + 0.5, 0, 1).astype(np.float32)
    towards = 1.0 if sun[0] > x else -1.0
    round_ = np.clip(u * towards, -1, 1)
    facing = np.clip(0.42 + 0.5 * round_ - 0.25 * round_**2, 0.0, 1).astype(np.float32)
    part = (y - head) / shaft * bands
    edge = np.abs(part - np.round(part)) * shaft / bands * canvas.unit
    dark = (np.floor(part) % 2).astype(np.float32)
    dark = np.where(edge < 0.5, 0.5 + (dark - 0.5) * edge * 2, dark).astype(np.float32)
    white, tone = light.planes(colour("#f4eee2"), facing, 0.06), light.planes(band, facing, 0.06)
    canvas.cover(
        alpha,
        [w + (d - w) * dark for w, d in zip(white, tone, strict=True)],
        0.1,
        top=rows.start,
        left=columns.start,
    )
    lit = (
        light.night > 0.1
        or light.time in {"sunset", "dawn", "golden"}
        or brief.reading.weather in {"fog", "storm", "rain"}
    )
    iron, glass = light.ink(colour("#2a2630"), 0.35), light.ink(colour("#a9c4cf"), 0.5)
    if lit:
        glass = "#ffe9a8"
    r, eaves = tall * 0.047, head - tall * 0.105
    rail, peak, sill = head - tall * 0.055, eaves - tall * 0.085, head - tall * 0.014
    body = [rect(iron, x - r * 1.75, head - tall * 0.016, r * 3.5, tall * 0.026, tall * 0.006)]
    body += [line(iron, tall * 0.005, (x + r * k * 0.55, rail), (x + r * k * 0.55, head)) for k in range(-3, 4)]
    body += [line(iron, tall * 0.005, (x - r * 1.7, rail), (x + r * 1.7, rail))]
    body += [rect(glass, x - r, eaves, r * 2, sill - eaves)]
    body += [line(iron, tall * 0.006, (x + r * k, eaves), (x + r * k, sill)) for k in (-1, -0.35, 0.35, 1)]
    dome = light.ink(vary(band, light=-0.06), 0.4)
    flare, brow = r * 1.05, eaves - tall * 0.07
    body += [
        path(
            dome,
            *("M", (x - r * 1.3, eaves), "Q", (x - flare, brow), (x, peak)),
            *("Q", (x + flare, brow), (x + r * 1.3, eaves), "Z"),
        ),
        line(iron, tall * 0.007, (x, peak + tall * 0.005), (x, peak - tall * 0.045)),
    ]
    pane = light.ink(colour("#33303a"), 0.3)
    for k in (0.16, 0.47, 0.74):
        body.append(rect(pane, x - tall * 0.01, head + shaft * k, tall * 0.02, tall * 0.036, tall * 0.01))
    canvas.draw("".join(body), 0.1, (x - tall * 0.2, head - tall * 0.3, x + tall * 0.2, foot))
    if lit:
        beam(canvas, x, head - tall * 0.058, tall, way, 0.35 + 0.5 * light.night)


def beam(canvas: Canvas, x: float, y: float, tall: float, way: float, power: float) -> None:
    """Light from the lantern: a halo, a long shaft over the sea and a shorter one behind."""
    props.lamp_glow(canvas, x, y, tall * 0.1, 0.9 * power + 0.25)
    tilt = float(canvas.rng("beam").uniform(0.02, 0.12))
    for direction, share in ((way, 1.0), (-way, 0.4)):
        dx, dy = (canvas.x - x) * direction, canvas.y - y
        along = np.maximum(dx - dy * tilt, 0)
        aside = dy + dx * tilt
        wide = tall * 0.016 + along * 0.055
        body = (
            np.exp(-((aside / wide) ** 2))
            * np.exp(-along / np.float32(0.62))
            * (dx > 0)
            * smooth(0.0, tall * 0.05, along)
        )
        canvas.shine(body.astype(np.float32) * np.float32(power * 0.75 * share), colour("#fff0c4"))
