"""Layered ridges, or high peaks with lit faces."""

import numpy as np

from gesso.imaging.sketchbook import land, noise, props, sky
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.palette import colour, colours, mix, vary
from gesso.imaging.sketchbook.scenes import meadow
from gesso.imaging.sketchbook.words import Brief


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("mountains")
    horizon = canvas.h * float(rng.uniform(0.56, 0.68))
    sun = sky.place_sun(canvas, light, horizon - 0.1)
    sky.paint_sky(canvas, light, horizon, sun)
    props.show_disc(canvas, brief, light, sun)
    if brief.has("hills") or (not brief.has("snow") and rng.random() < 0.45):
        ridges(canvas, brief, light, horizon, sun)
    else:
        alps(canvas, brief, light, horizon, sun)
    if brief.has("house", "tent", "path", "tree", "flowers"):
        knoll(canvas, brief, light, sun)


def knoll(canvas: Canvas, brief: Brief, light: Light, sun: tuple[float, float]) -> None:
    """A grassy rise in front for what the prompt wants to stand there."""
    rng = canvas.rng("knoll")
    x = canvas.x[0]
    place = canvas.w * float(rng.uniform(0.28, 0.36) if sun[0] > canvas.w / 2 else rng.uniform(0.64, 0.72))
    swell = np.exp(-(((x - place) / 0.45) ** 2))
    crest = (canvas.h - 0.05 - 0.13 * swell + 0.006 * noise.line(rng, x, 0.2, 4)).astype(np.float32)
    grass = colour("#e6ebf3") if brief.reading.season == "winter" else land.grass_of(brief.reading.season, rng)
    land.hill(canvas, light, crest, grass, 0.04, sun, name="knoll", foot=0.3)
    foot = float(np.interp(place, x, crest)) + 0.02
    if brief.has("path"):
        props.winding_path(canvas, brief, light, place, foot, canvas.h * 1.02)
    if brief.has("house"):
        props.house(canvas, brief, light, place, foot, 0.13, 0.06, sun)
    elif brief.has("tent"):
        props.tent(canvas, brief, light, place, foot, 0.13, 0.05)
    if brief.has("tree"):
        aside = place + (0.2 if place < canvas.w / 2 else -0.2)
        meadow.stand_alone(canvas, brief, light, aside, float(np.interp(aside, x, crest)) + 0.02, sun)
    if brief.has("flowers"):
        meadow.flowers(canvas, brief, light, canvas.h - 0.17, 0.7)


def ridges(canvas: Canvas, brief: Brief, light: Light, horizon: float, sun: tuple[float, float]) -> None:
    """Seven quiet layers, each darker and sharper than the one behind."""
    rng = canvas.rng("ridges")
    x = canvas.x[0]
    count = int(rng.integers(6, 9))
    tones = surface(brief, light)
    start = horizon - float(rng.uniform(0.06, 0.16))
    tall = float(rng.uniform(0.07, 0.13)) * (0.6 if brief.reading.mood == "calm" else 1)
    for i in range(count):
        t = i / (count - 1)
        base = start + (canvas.h * 1.02 - start) * t**1.25
        feature = canvas.rng("ridge", i)
        crest = base - tall * (1 - 0.25 * t) * noise.line(feature, x, 0.75 - 0.25 * t, 8, rough=0.5, crag=i < count - 2)
        if i >= count - 2:
            # On the nearest ridges one makes out the trees.
            crest = crest - 0.012 * (1 + t) * np.abs(noise.line(feature, x, 0.014, 3, rough=0.6, crag=True))
        land.ridge(
            canvas,
            light,
            crest.astype(np.float32),
            tones[min(i, len(tones) - 1)],
            (1 - t) ** 1.15,
            sun,
            name=i,
        )


def alps(canvas: Canvas, brief: Brief, light: Light, horizon: float, sun: tuple[float, float]) -> None:
    """A main summit away from the sun, lesser ranges before it, wooded foothills in front."""
    rng = canvas.rng("alps")
    x = canvas.x[0]
    main = canvas.w * float(rng.uniform(0.55, 0.75) if sun[0] < canvas.w / 2 else rng.uniform(0.25, 0.45))
    drama = 1.25 if brief.reading.mood == "dramatic" else 1.0
    snow = 0.95 if brief.reading.season == "winter" else float(rng.uniform(0.35, 0.7)) if brief.allows("snow") else 0.0
    rock = surface(brief, light)[0]
    far = land.peaks(canvas.rng("alps", 0), x, horizon, float(rng.uniform(0.16, 0.22)), main=canvas.w - main, count=4)
    land.mountain(canvas, light, far, rock, 0.72, sun[0], name="far", snow=snow * 0.8, foot=0.16)
    crest = land.peaks(
        canvas.rng("alps", 1), x, horizon + 0.06, float(rng.uniform(0.32, 0.42)) * drama, main=main, count=3
    )
    land.mountain(canvas, light, crest, rock, 0.38, sun[0], name="main", snow=snow, foot=0.3)
    land.mist_bank(canvas, light, horizon + 0.06, 0.05, 0.35 + 0.4 * light.mist, name="valley")
    foothills(canvas, brief, light, horizon + 0.07, sun)


def foothills(
    canvas: Canvas, brief: Brief, light: Light, start: float, sun: tuple[float, float], count: int = 4
) -> None:
    """Wooded slopes from `start` down to the lower edge."""
    x = canvas.x[0]
    wood = vary(colour(land.LEAVES[brief.reading.season]), light=-0.12)
    for i in range(count):
        t = i / max(1, count - 1)
        feature = canvas.rng("foothill", i)
        base = start + (canvas.h * 0.98 - start) * t
        crest = base - 0.07 * noise.line(feature, x, 0.8, 4)
        crest = crest - (0.012 + 0.02 * t) * np.abs(noise.line(feature, x, 0.012 + 0.016 * t, 3, rough=0.6, crag=True))
        land.ridge(
            canvas,
            light,
            crest.astype(np.float32),
            wood,
            0.5 * (1 - t) ** 1.3,
            sun,
            name=("foothill", i),
            foot=0.16,
        )


def surface(brief: Brief, light: Light) -> np.ndarray:
    """Surface colours of the ranges, far to near."""
    said = brief.tints.get("mountains") or brief.tints.get("hills")
    if said:
        return np.stack(
            [vary(colour(said[i % len(said)]), light=-0.05 * i, chroma=1.2) for i in range(max(3, len(said)))]
        )
    rock = colour(land.ROCK)
    near = mix(rock, colour(land.LEAVES[brief.reading.season]), 0.55)
    tones = np.stack([rock, mix(rock, near, 0.5), near, vary(near, light=-0.06)])
    if light.steered is not None:
        goal = colours(*brief.loose)[-1]
        tones = np.stack([mix(tone, goal, 0.35) for tone in tones])
    return tones
