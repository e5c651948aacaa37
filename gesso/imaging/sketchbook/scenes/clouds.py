"""Above the clouds: banks of cloud in depth, their tops in the light."""

import numpy as np

from gesso.imaging.sketchbook import land, noise, props, sky
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.palette import colour, mix, vary
from gesso.imaging.sketchbook.words import Brief


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("cloudscape")
    horizon = canvas.h * float(rng.uniform(0.46, 0.58))
    sun = sky.place_sun(canvas, light, horizon)
    sky.paint_sky(canvas, light, horizon + 0.08, sun, clouds=False)
    sky.wisps(canvas, light, horizon, sun, 0.5)
    props.show_disc(canvas, brief, light, sun)
    count = 7
    peak = int(rng.integers(1, 4))
    for i in range(count):
        t = i / (count - 1)
        if i == peak and (brief.has("mountains", "cloudscape") or rng.random() < 0.4):
            crest = land.peaks(canvas.rng("islet"), canvas.x[0], horizon + 0.15, 0.26, main=canvas.w - sun[0], count=2)
            land.mountain(canvas, light, crest, colour(land.ROCK), 0.55, sun[0], name="islet", snow=0.5, foot=0.12)
        bank(canvas, light, i, horizon - 0.02 + (canvas.h * 1.0 - horizon) * t**1.35, t, sun)


def bank(canvas: Canvas, light: Light, name: int, base: float, t: float, sun: tuple[float, float]) -> None:
    """One bank: heaped round tops, a lit edge towards the sun, shade in its folds, soft at the foot."""
    rng = canvas.rng("bank", name)
    x = canvas.x[0]
    size = 0.035 + 0.12 * t
    crest = np.full(x.shape, base + 0.03, np.float32)
    swell = noise.line(rng, x, 0.55, 2)
    for scale, count in ((1.0, 9), (0.55, 24), (0.3, 60)):
        for _ in range(int(count * canvas.w / (0.5 + t))):
            px = float(rng.uniform(-0.1, canvas.w + 0.1))
            here = float(np.interp(px, x, swell))
            r = size * scale * float(rng.uniform(0.5, 1.15))
            py = base - size * (0.55 * here + 0.4 * (1 - scale) + float(rng.normal(0, 0.12)))
            u = (x - px) / r
            # A dome that runs on as a parabola, so that neighbours meet in a fold and not in a step.
            dome = np.where(np.abs(u) < 0.8, np.sqrt(np.clip(1 - u * u, 0, None)), 0.6 - 1.33 * (np.abs(u) - 0.8))
            crest = np.minimum(crest, py - r * 0.85 * dome).astype(np.float32)
    top, down, alpha = canvas.below(crest, blur=0.004 + 0.006 * t)
    if top >= canvas.height:
        return
    texture = canvas.tile(rng, 512, 5, 6, rough=0.55)
    u, v = canvas.x * np.float32(0.75 / (0.5 + t)), canvas.y[top:] * np.float32(1.0 / (0.5 + t))
    puff = noise.sample(texture, u, v)
    towards = np.float32(1.0 if sun[0] > canvas.w / 2 else -1.0)
    ahead = noise.sample(texture, u + np.float32(0.014) * towards, v - np.float32(0.02))
    near = np.exp(-(((canvas.x - sun[0]) / 0.42) ** 2)).astype(np.float32)
    edge = np.exp(-np.maximum(down, 0) / np.float32(0.02 + 0.05 * t))
    lit = np.clip(0.2 + 0.45 * edge + 0.24 * (puff - ahead) + 0.2 * near * edge + 0.05 * puff, 0, 1)
    bright, dark = sky.cloud_colours(light)
    dark = mix(dark, light.sky[max(0, len(light.sky) - 3)], 0.35)
    bright = mix(bright, light.haze, 0.3 * (1 - t))
    dark = mix(vary(dark, light=-0.05 * t), light.haze, 0.55 * (1 - t) + 0.1)
    foot = smooth(0.0, 0.28 + 0.3 * t, down)
    lit = lit * (1 - 0.65 * foot)
    canvas.cover(
        alpha * np.float32(0.96),
        [dark[i] + (bright[i] - dark[i]) * lit for i in range(3)],
        (1 - t) * 0.9,
        top=top,
    )
