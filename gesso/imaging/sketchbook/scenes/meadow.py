"""Fields and hills: grass, flowers, a path, a lone tree, a house, a rainbow."""

import numpy as np

from gesso.imaging.sketchbook import land, noise, props, sky, trees
from gesso.imaging.sketchbook.canvas import Canvas, Overlay
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.palette import Colour, colour, mix, vary
from gesso.imaging.sketchbook.words import Brief


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("meadow")
    season = brief.reading.season
    horizon = canvas.h * float(rng.uniform(0.46, 0.58))
    sun = sky.place_sun(canvas, light, horizon)
    sky.paint_sky(canvas, light, horizon + 0.04, sun)
    props.show_disc(canvas, brief, light, sun)
    x = canvas.x[0]
    said = brief.tints.get("hills") or brief.tints.get("meadow")
    grass = vary(colour(said[0]), light=0.04) if said else land.grass_of(season, rng)
    wood = vary(colour(land.LEAVES[season]), light=-0.04)
    if brief.has("mountains") or rng.random() < 0.35:
        crest = land.peaks(canvas.rng("back"), x, horizon + 0.02, 0.2, main=canvas.w - sun[0], count=4)
        land.mountain(canvas, light, crest, colour(land.ROCK), 0.85, sun[0], name="back", snow=0.5, foot=0.15)
    layers = 4
    for i in range(layers):
        t = i / (layers - 1)
        distance = 0.8 * (1 - t) ** 1.3 + 0.04
        base = horizon + (canvas.h - horizon) * 0.42 * t**1.3
        crest = land.rolling(canvas.rng("hill", i), x, base + 0.03, 0.075 + 0.03 * (1 - t), 0.75)
        tone = vary(grass, hue=float(canvas.rng("hill tone", i).normal(0, 7)), light=0.03 * (1 - t))
        land.hill(canvas, light, crest, tone, distance, sun, name=i)
        if i < layers - 1:
            if brief.reading.mood != "minimal":
                trees.grove(
                    canvas,
                    light,
                    canvas.rng("hedge", i),
                    crest + 0.006,
                    0.03 + 0.03 * t,
                    wood,
                    distance,
                    sun,
                    cover=0.42,
                )
            land.mist_bank(canvas, light, base + 0.05, 0.04, 0.12 + 0.4 * light.mist, name=("meadow", i))
        if i == 1:
            house_x = canvas.w * (0.3 if sun[0] > canvas.w / 2 else 0.7)
            if brief.has("house"):
                props.house(canvas, brief, light, house_x, float(np.interp(house_x, x, crest)) + 0.03, 0.12, 0.3, sun)
            if brief.has("tent"):
                props.tent(canvas, brief, light, house_x, float(np.interp(house_x, x, crest)) + 0.04, 0.1, 0.25)
        near = crest
    if brief.has("path"):
        start = float(canvas.rng("path start").uniform(0.35, 0.65)) * canvas.w
        props.winding_path(canvas, brief, light, start, float(np.interp(start, x, near)) + 0.004, canvas.h * 1.02)
    edge = float(near.max())
    strokes(canvas, light, grass, edge, season)
    lone = brief.has("tree") or (not brief.has("flowers", "house", "path") and rng.random() < 0.6)
    if lone and brief.allows("tree"):
        place = canvas.w * (0.3 if sun[0] > canvas.w / 2 else 0.7) + float(rng.normal(0, 0.03))
        stand_alone(canvas, brief, light, place, float(np.interp(place, x, near)) + 0.03, sun)
    if brief.has("flowers", "flower") or (
        season in {None, "spring", "summer"} and rng.random() < 0.7 and brief.allows("flowers")
    ):
        flowers(canvas, brief, light, edge, 1.0 if brief.has("flowers", "flower") else 0.35)


def stand_alone(canvas: Canvas, brief: Brief, light: Light, x: float, foot: float, sun: tuple[float, float]) -> None:
    """A single tree and the shade beneath it."""
    rng = canvas.rng("lone tree")
    said = brief.tints.get("tree") or brief.tints.get("trees")
    season = brief.reading.season
    leaves = colour(said[0]) if said else colour("#e7a9bd" if season == "spring" else land.LEAVES[season])
    tall = min(float(rng.uniform(0.42, 0.54)), foot * 0.85)
    rows, columns = canvas.span(x - 0.5, foot - 0.08, x + 0.5, foot + 0.1)
    away = 0.14 if sun[0] < x else -0.14
    shadow = np.exp(
        -(((canvas.x[:, columns] - x - away) / 0.24) ** 2) - ((canvas.y[rows] - foot - 0.014) / 0.026) ** 2
    ).astype(np.float32)
    if shadow.size:
        canvas.cover(shadow * np.float32(0.5), light.on(colour("#2f3d2a"), 0.05), top=rows.start, left=columns.start)
    sheet = Overlay(canvas)
    trees.broadleaf(
        canvas,
        sheet,
        light,
        rng,
        x,
        foot,
        tall,
        leaves,
        0.08,
        sun[0],
        bare=1.0 if season == "winter" else 0.0,
    )
    sheet.lay(0.12)


def strokes(canvas: Canvas, light: Light, grass: Colour, edge: float, season: str | None) -> None:
    """Blades of grass, longer towards the lower edge."""
    rng = canvas.rng("blades")
    if season == "winter":
        return
    sheet = Overlay(canvas)
    span = canvas.h - edge
    count = int(2600 * canvas.w * min(1.0, span / 0.35))
    t = np.sort(rng.random(count) ** 0.8)
    inks = [
        light.off(light.on(vary(grass, hue=float(rng.normal(0, 12)), light=float(rng.normal(-0.04, 0.05))), f), 0.03)
        for f in np.linspace(0.08, 0.8, 12)
    ]
    place = rng.random(count) * canvas.w
    foot = edge + span * (0.04 + 1.04 * t)
    long = (0.008 + 0.055 * t**1.6) * rng.uniform(0.5, 1.2, count)
    bend = rng.normal(0.1, 0.35, count) * long
    wide = 0.0006 + 0.0032 * t**1.5
    which = rng.integers(0, 12, count)
    # Each blade from the left of its foot over the tip to the right.
    across = np.stack([place - wide, place + bend * 0.3, place + bend, place + bend * 0.42, place + wide], -1)
    up = np.stack([foot, foot - long * 0.6, foot - long, foot - long * 0.55, foot], -1)
    blades = np.stack([across, up], -1)
    for i in np.nonzero(long * canvas.unit > 1.5)[0]:
        sheet.fill(blades[i], inks[which[i]])
    sheet.lay()


def flowers(canvas: Canvas, brief: Brief, light: Light, edge: float, share: float) -> None:
    """Flowers in drifts: specks far off, then heads with petals on stems towards us."""
    rng = canvas.rng("flowers")
    said = brief.tints.get("flowers") or brief.tints.get("flower") or brief.tints.get("meadow")
    sets = [
        ("#e2574c", "#f2b84b", "#f6f1e6"),
        ("#d96ba0", "#f3c6d6", "#8f6cc4"),
        ("#f2c94c", "#ef8f45", "#fbf3da"),
        ("#7a6bd0", "#b9a4ec", "#f1eefc"),
        ("#e64f43", "#e2574c", "#f08a6a"),
    ]
    heads = [colour(c) for c in (said or sets[int(rng.integers(len(sets)))])]
    if said and len(said) == 1:
        heads = [heads[0], vary(heads[0], light=0.07, chroma=0.85), vary(heads[0], hue=14, light=-0.03)]
    sheet = Overlay(canvas)
    span = canvas.h - edge + 0.03
    count = int(950 * canvas.w * share)
    drift = noise.fbm(rng, (64, max(8, int(64 * canvas.w / canvas.h))), 64 / canvas.h, 0.22, 3, stretch=1.8)
    t = np.sort(rng.random(count) ** 0.75)
    stem = light.off(light.on(colour("#4e7436"), 0.3), 0.03)
    hearts = [light.on(colour(c), 0.6) for c in ("#f2b632", "#5a3a22")]
    for i in range(count):
        y = edge - 0.02 + span * 1.05 * t[i]
        x = float(rng.random()) * canvas.w
        row, column = (
            int(np.clip(y / canvas.h * 64, 0, 63)),
            int(np.clip(x / canvas.w * drift.shape[1], 0, drift.shape[1] - 1)),
        )
        if drift[row, column] + 0.9 * t[i] < rng.normal(0.0, 0.45):
            continue
        size = (0.0022 + 0.024 * t[i] ** 2.1) * float(rng.uniform(0.75, 1.25))
        pick = heads[int(np.clip(abs(drift[row, column]) * 2 + rng.normal(0, 0.6), 0, len(heads) - 1))]
        facing = float(rng.uniform(0.4, 0.85))
        bloom = light.off(light.on(pick, facing), 0.3 * (1 - t[i]) ** 2)
        if size < 0.006:
            sheet.oval(x, y, size * 1.15, size * 0.8, 0, bloom)
            continue
        long = size * float(rng.uniform(2.4, 4.2))
        lean = float(rng.normal(0, 0.3)) * size
        sheet.stroke(np.array([(x - lean, y + long), (x - lean * 0.4, y + long * 0.5), (x, y)]), size * 0.14, stem)
        head(sheet, rng, x, y, size, bloom, light, hearts[int(i % 2)])
    sheet.lay(0.06)


def head(
    sheet: Overlay,
    rng: np.random.Generator,
    x: float,
    y: float,
    size: float,
    bloom: Colour,
    light: Light,
    heart: Colour,
) -> None:
    """One flower head seen a little from the side: petals dark behind, light in front."""
    petals = int(rng.integers(5, 9))
    flat, turn = float(rng.uniform(0.55, 0.95)), float(rng.uniform(0, 360))
    behind, front = (
        np.clip(bloom * 0.72, 0, 1),
        np.clip(mix(np.clip(bloom, 0, 1), np.ones(3, np.float32), 0.12), 0, 1),
    )
    for k in range(petals):
        angle = np.radians(turn + 360 * k / petals)
        dx, dy = np.cos(angle), np.sin(angle) * flat
        tone = behind if dy < -0.2 * flat else front if dy > 0.35 * flat else bloom
        sheet.oval(
            x + dx * size * 0.55,
            y + dy * size * 0.55,
            size * 0.5,
            size * 0.3 * (0.7 + 0.3 * flat),
            float(np.degrees(np.arctan2(dy, dx))),
            tone,
        )
    sheet.oval(x, y, size * 0.24, size * 0.22 * flat, 0, heart)
    sheet.oval(x - size * 0.05, y - size * 0.06 * flat, size * 0.12, size * 0.1 * flat, 0, np.clip(heart * 1.5, 0, 1))
