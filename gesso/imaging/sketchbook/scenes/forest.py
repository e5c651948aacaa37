"""A forest in depth: firs behind firs in mist, or trunks and leaves, with shafts of light."""

import cv2
import numpy as np

from gesso.imaging.sketchbook import land, noise, props, sky, trees
from gesso.imaging.sketchbook.canvas import Canvas, Overlay
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.palette import colour, mix, vary
from gesso.imaging.sketchbook.words import Brief


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("forest")
    season = brief.reading.season
    leafy = season == "autumn" or (season in {"spring", "summer"} and rng.random() < 0.5)
    if leafy:
        wood(canvas, brief, light)
    else:
        firs(canvas, brief, light)


def foliage(brief: Brief, usual: str) -> np.ndarray:
    said = brief.tints.get("forest") or brief.tints.get("trees") or brief.tints.get("tree")
    return colour(said[0]) if said else colour(usual)


def firs(canvas: Canvas, brief: Brief, light: Light) -> None:
    """Six or seven stands of fir about a clearing at a third of the width, the light coming from behind."""
    rng = canvas.rng("firs")
    horizon = canvas.h * float(rng.uniform(0.6, 0.7))
    clearing = canvas.w * float(rng.choice([0.36, 0.42, 0.6, 0.66]))
    sun = (
        clearing + float(rng.normal(0, 0.04)),
        horizon - float(rng.uniform(0.16, 0.42)) * min(1.0, horizon),
    )
    sky.paint_sky(canvas, light, horizon + 0.1, sun)
    props.show_disc(canvas, brief, light, sun, radius=0.04)
    winter = brief.reading.season == "winter" or brief.reading.weather == "snow"
    snow = 0.75 if winter else 0.0
    needles = foliage(brief, "#2f4f3e" if not winter else "#34504a")
    x = canvas.x[0]
    if rng.random() < 0.6 and brief.allows("mountains"):
        crest = land.peaks(
            canvas.rng("behind"),
            x,
            horizon,
            float(rng.uniform(0.2, 0.3)),
            main=clearing + float(rng.choice([-0.24, 0.24])),
            count=3,
        )
        land.mountain(canvas, light, crest, colour(land.ROCK), 0.85, sun[0], name="behind", snow=0.8 if winter else 0.3)
    floor = colour("#e9eef5") if winter else vary(colour("#5e6b42"), light=-0.02)
    count = 6
    for i in range(count):
        t = i / (count - 1)
        distance = (1 - t) ** 1.2 * 0.95
        base = horizon + (canvas.h * 1.0 - horizon) * t**1.5
        feature = canvas.rng("stand", i)
        ground = (
            base
            + 0.02 * noise.line(feature, x, 0.6, 3)
            + (0.05 + 0.1 * t) * smooth(0.45, 0.0, np.abs(x - clearing)) * t
        )
        tall = 0.13 + 0.62 * t**1.25
        gap = tall * (0.19 + 0.12 * t)
        half = 0.035 + 0.34 * t**1.1
        spare = (clearing - half * canvas.w**0.5, clearing + half * canvas.w**0.5) if i else None
        outlines = trees.row_of_firs(feature, canvas.w, ground, tall, gap, slim=0.36 - 0.06 * t, spare=spare)
        trees.stand(
            canvas,
            light,
            outlines,
            vary(needles, light=-0.04 * t),
            distance,
            sun,
            name=i,
            foot=base,
            snow=snow * (1 - 0.25 * t),
        )
        if i < count - 1:
            land.hill(canvas, light, ground.astype(np.float32), floor, distance, sun, name=("floor", i), foot=0.3)
            if i < 4 and brief.allows("fog"):
                land.mist_bank(
                    canvas,
                    light,
                    base - 0.02,
                    0.05 + 0.05 * t,
                    (0.25 + 0.5 * light.mist) * (1 - 0.6 * t),
                    name=("fog", i),
                )
        if i == count - 2 and brief.has("path"):
            props.winding_path(canvas, brief, light, clearing, horizon + 0.35 * (canvas.h - horizon), canvas.h * 1.02)
        if i == 3:
            dwell(canvas, brief, light, clearing, base + 0.03, sun)
    if light.night < 0.5 and brief.reading.weather not in {"rain", "storm", "overcast"}:
        shafts(canvas, light, sun, 0.22 + 0.16 * light.mist)
    if brief.has("fireflies") or (light.night > 0.5 and rng.random() < 0.35 and not winter):
        props.fireflies(canvas, horizon)


def dwell(canvas: Canvas, brief: Brief, light: Light, x: float, foot: float, sun: tuple[float, float]) -> None:
    """A cabin or a tent in the clearing, where the prompt names them."""
    if brief.has("house"):
        props.house(canvas, brief, light, x, foot, 0.13, 0.2, sun)
    elif brief.has("tent"):
        props.tent(canvas, brief, light, x, foot, 0.12, 0.2)


def wood(canvas: Canvas, brief: Brief, light: Light) -> None:
    """Trunks in depth under a roof of leaves, a lit gap in the middle distance, leaves on the ground."""
    rng = canvas.rng("wood")
    season = brief.reading.season
    horizon = canvas.h * float(rng.uniform(0.56, 0.66))
    gap_x = canvas.w * float(rng.choice([0.36, 0.64]))
    sun = (gap_x, horizon - 0.24)
    sky.paint_sky(canvas, light, horizon + 0.05, sun, clouds=False)
    sky.shine(canvas, light, sun, radius=0.03, halo=1.4)
    palettes = {
        "autumn": ["#d9792b", "#e3a334", "#b8481f", "#c9962f", "#8f3a1c"],
        "spring": ["#9cc65a", "#b9d56b", "#7fae48", "#e8b7c6", "#a3c95f"],
    }
    hues = palettes.get(season or "", ["#5e9440", "#79a848", "#476f34", "#8fb552", "#3f6a33"])
    said = brief.tints.get("forest") or brief.tints.get("trees")
    leaves = [colour(name) for name in said] if said else [colour(name) for name in hues]
    floor = mix(leaves[0], colour("#6b4a2c"), 0.45 if season == "autumn" else 0.2)
    x = canvas.x[0]
    bark = colour("#564438")
    layers = 5
    for i in range(layers):
        t = i / (layers - 1)
        distance = (1 - t) ** 1.3 * 0.85
        base = horizon + (canvas.h * 0.97 - horizon) * t**1.4
        feature = canvas.rng("wood", i)
        ground = (base + 0.015 * noise.line(feature, x, 0.7, 3)).astype(np.float32)
        land.hill(
            canvas,
            light,
            ground,
            vary(floor, hue=float(feature.normal(0, 6))),
            distance,
            sun,
            name=("wood", i),
            foot=0.5,
        )
        if i == 1:
            dwell(canvas, brief, light, gap_x, base + 0.02, sun)
        if i == layers - 1:
            if brief.has("path"):
                props.winding_path(canvas, brief, light, gap_x, horizon + 0.2 * (canvas.h - horizon), canvas.h * 1.02)
            fallen(canvas, light, leaves, horizon)
        wide = 0.010 + 0.052 * t**1.5
        outlines = []
        place = float(feature.uniform(0, wide * 5))
        clear = 0.04 + 0.24 * t
        while place < canvas.w:
            if abs(place - gap_x) > clear * float(feature.uniform(0.7, 1.1)):
                foot = float(np.interp(place, x, ground)) + 0.01 + 0.02 * t
                outlines.append(
                    trees.trunk(feature, place, foot, canvas.h * 1.2, wide * float(feature.uniform(0.6, 1.2)))
                )
            place += wide * float(feature.uniform(2.2, 6.5))
        alpha = canvas.mask(outlines)
        near = np.exp(-np.hypot((canvas.x - sun[0]) / 0.35, (canvas.y - sun[1]) / 0.6)).astype(np.float32)
        streak = noise.sample(canvas.tile(feature, 512, 30, 4), canvas.x * 3.1, canvas.y * 0.5)
        planes = light.planes(bark, np.clip(0.06 + 0.3 * near + 0.06 * streak, 0, 1), distance)
        canvas.cover(alpha, planes, distance)
        crowns(canvas, light, feature, leaves, distance, t, horizon, gap_x, sun)
    shafts(canvas, light, sun, 0.3)
    if brief.has("fireflies"):
        props.fireflies(canvas, horizon)


def crowns(
    canvas: Canvas,
    light: Light,
    rng: np.random.Generator,
    leaves: list[np.ndarray],
    distance: float,
    t: float,
    horizon: float,
    gap_x: float,
    sun: tuple[float, float],
) -> None:
    """The roof of leaves of one distance: dabs that thin out downwards and about the gap."""
    sheet = Overlay(canvas)
    size = 0.005 + 0.009 * t
    count = int(canvas.w * canvas.h * (2000 - 700 * t))
    low = horizon * (0.78 - 0.45 * t)
    xs = rng.random(count) * (canvas.w + 0.1) - 0.05
    ys = low * rng.random(count) ** 0.9 - 0.02
    clump = noise.fbm(rng, (96, max(8, int(96 * canvas.w / canvas.h))), 96 / canvas.h, 0.2, 3)
    rows = np.clip((ys / canvas.h * 96).astype(int), 0, 95)
    columns = np.clip((xs / canvas.w * clump.shape[1]).astype(int), 0, clump.shape[1] - 1)
    opening = np.exp(-(((xs - gap_x) / (0.1 + 0.16 * t)) ** 2)) * np.clip(ys / low, 0, 1) ** 1.5
    keep = (clump[rows, columns] + 0.5 - 1.5 * (ys / low) ** 3 - 2.6 * opening) > rng.normal(0, 0.35, count)
    warm = np.exp(-np.hypot((xs - sun[0]) / 0.4, (ys - sun[1]) / 0.5))
    facing = np.clip(0.1 + 0.62 * warm + rng.normal(0, 0.13, count) + 0.1 * clump[rows, columns], 0.02, 1)
    inks = [[light.off(light.on(leaf, f), distance) for f in np.linspace(0, 1, 9)] for leaf in leaves]
    which = rng.integers(0, len(leaves), count)
    turn = rng.uniform(-60, 60, count)
    scale = rng.uniform(0.6, 1.3, count)
    for i in np.argsort(facing, kind="stable"):
        if keep[i]:
            r = size * scale[i]
            sheet.oval(xs[i], ys[i], r * 1.3, r * 0.75, turn[i], inks[which[i]][int(facing[i] * 8)])
    sheet.lay(distance)


def fallen(canvas: Canvas, light: Light, leaves: list[np.ndarray], horizon: float) -> None:
    """Leaves on the ground, larger towards us."""
    rng = canvas.rng("fallen")
    sheet = Overlay(canvas)
    count = int(900 * canvas.w)
    inks = [vary(leaf, light=lift) for leaf in leaves for lift in (-0.11, -0.05, 0.01)]
    t = rng.random(count) ** 0.7
    for i in np.argsort(t, kind="stable"):
        y = horizon + (canvas.h - horizon) * (0.05 + 0.97 * t[i])
        r = 0.0016 + 0.0065 * t[i] ** 1.5
        leaf = inks[int(rng.integers(len(inks)))]
        sheet.oval(
            float(rng.random()) * canvas.w,
            y,
            r * 1.6,
            r * 0.6,
            float(rng.uniform(-30, 30)),
            light.on(leaf, float(rng.uniform(0.1, 0.6))),
        )
    sheet.lay()


def shafts(canvas: Canvas, light: Light, sun: tuple[float, float], strength: float) -> None:
    """Beams that fan out from the sun through the trees."""
    rng = canvas.rng("shafts")
    small = max(1, round(canvas.unit / 512))
    wide, high = max(2, canvas.width // small), max(2, canvas.height // small)
    x = (np.arange(wide, dtype=np.float32) + 0.5)[None, :] * (canvas.w / wide)
    y = (np.arange(high, dtype=np.float32) + 0.5)[:, None] * (canvas.h / high)
    dx, dy = x - np.float32(sun[0]), y - np.float32(sun[1] - 0.35)
    angle = np.arctan2(dx, dy)
    pattern = noise.line(rng, np.linspace(0, 6.3, 2048).astype(np.float32), 0.085, 3, rough=0.6)
    beam = np.interp(angle, np.linspace(-np.pi, np.pi, 2048), pattern).astype(np.float32)
    away = np.hypot(dx, dy)
    fan = np.exp(-((angle / 0.75) ** 2)) * smooth(0.15, 0.5, away) * np.exp(-away / np.float32(0.75))
    field = smooth(0.15, 1.7, beam) * fan * np.float32(strength)
    field = cv2.resize(np.asarray(field, np.float32), (canvas.width, canvas.height), interpolation=cv2.INTER_LINEAR)
    canvas.shine(field, mix(np.clip(light.sun / light.sun.max(), 0, 1), light.haze, 0.25))
