"""The sky and what is in it: gradient, sun or moon, stars, clouds."""

import numpy as np

from gesso.imaging.sketchbook import noise
from gesso.imaging.sketchbook.canvas import Canvas, disc, lookup
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.palette import Colour, colour, mix, vary


def place_sun(canvas: Canvas, light: Light, horizon: float) -> tuple[float, float]:
    """Where the sun or moon stands: near a third of the width, at the height of its hour."""
    rng = canvas.rng("sun")
    side = rng.uniform(0.2, 0.4)
    x = side if rng.random() < 0.5 else 1 - side
    low, high = light.elevation
    # In a tall frame the disc keeps near the land it lights.
    sky = min(horizon, 0.95)
    return x * canvas.w, horizon - sky * float(rng.uniform(low, high))


def paint_sky(canvas: Canvas, light: Light, horizon: float, sun: tuple[float, float], *, clouds: bool = True) -> None:
    """The gradient from zenith to `horizon`, warmer about the sun, with clouds as the light has them."""
    rows = slice(0, min(canvas.height, canvas.row(horizon) + 2))
    y = canvas.y[rows]
    t = y / max(horizon, 0.05)
    # The gradient of a tall sky lives in its lower part: zenith colours above it simply go on.
    if horizon > 1:
        t = 1 - (1 - t) * horizon
    near = np.exp(-(((canvas.x - sun[0]) / 0.55) ** 2) - ((y - sun[1]) / 0.5) ** 2)
    drift = canvas.fbm("sky", cell=0.7, octaves=3, stretch=2.5, rows=rows)
    field = np.clip(t, 0, 1) + 0.07 * near.astype(np.float32) + 0.014 * drift
    for plane, value in zip(canvas.rgb, lookup(light.table(), np.asarray(field, np.float32)), strict=True):
        plane[rows] = value
        # What lies below the horizon is covered later; until then the sky goes on.
        plane[rows.stop :] = value[-1:]
    if light.night > 0.3:
        stars(canvas, light, horizon, (light.night - 0.3) / 0.7)
    if clouds and light.cloud > 0.05:
        paint_clouds(canvas, light, horizon, sun)


def shine(
    canvas: Canvas,
    light: Light,
    sun: tuple[float, float],
    *,
    radius: float = 0.05,
    moon: bool = False,
    halo: float = 1.0,
) -> None:
    """The sun's disc and its glow; or the moon's, with its seas."""
    x, y = sun
    away = np.hypot(canvas.x - x, canvas.y - y).astype(np.float32)
    ray = mix(light.disc, np.clip(light.sun / light.sun.max(), 0, 1), 0.55)
    strength = (0.28 if moon else 0.5) * (0.6 + light.glow * 0.6) * halo
    spread = np.exp(-away / np.float32(radius * 3.2))
    canvas.shine(spread * np.float32(strength), ray)
    spread = np.exp(-away / np.float32(radius * 9))
    canvas.shine(spread * np.float32(strength * 0.28), ray)
    alpha, top, left = disc(canvas, x, y, radius)
    if not alpha.size:
        return
    face: list[np.ndarray] = [
        np.full(alpha.shape, v, np.float32) for v in light.disc * np.float32(1.0 if moon else 1.5)
    ]
    if moon:
        rows, columns = slice(top, top + alpha.shape[0]), slice(left, left + alpha.shape[1])
        u, v = (canvas.x[:, columns] - x) / radius, (canvas.y[rows] - y) / radius
        texture = canvas.tile(canvas.rng("moon"), 256, 4, 5)
        seas = noise.sample(texture, u * 0.22 + 0.5, v * 0.22 + 0.5)
        limb = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
        tone = (0.9 - 0.16 * smooth(0.1, 1.2, seas)) * (0.78 + 0.22 * limb)
        face = [plane * tone for plane in face]
    canvas.cover(alpha, face, top=top, left=left)


def stars(
    canvas: Canvas, light: Light, horizon: float, strength: float, density: float = 1.0, name: str = "stars"
) -> None:
    """Stars of a few magnitudes and temperatures, fewer towards the horizon."""
    rng = canvas.rng(name)
    count = int(700 * canvas.w * min(horizon, canvas.h) * density)
    x = rng.random(count) * canvas.w
    y = rng.random(count) * min(horizon, canvas.h)
    magnitude = rng.random(count) ** 5
    warm = rng.normal(0, 1, count)
    power = (0.1 + 1.3 * magnitude) * strength * np.clip(1.15 - y / max(horizon, 0.1), 0.05, 1)
    radius = 0.00055 + 0.0011 * magnitude
    tint = np.stack([1 + 0.13 * warm, np.ones(count), 1 - 0.13 * warm]).clip(0.6, 1.3)
    splat(canvas, x, y, radius, power, tint)


def splat(
    canvas: Canvas, x: np.ndarray, y: np.ndarray, radius: np.ndarray, power: np.ndarray, tint: np.ndarray
) -> None:
    """Add soft points of light: places, radii and powers (N,), colours (3, N)."""
    # A point smaller than a pixel spreads over one, and dims by as much.
    wide = np.maximum(radius, 0.45 / canvas.unit)
    power = power * np.minimum(1, (radius / wide) ** 2)
    reach = np.ceil(wide * 2.6 * canvas.unit).astype(int)
    for size in np.unique(reach):
        chosen = reach == size
        cx, cy = x[chosen] * canvas.unit - 0.5, y[chosen] * canvas.unit - 0.5
        ix, iy = np.round(cx).astype(int), np.round(cy).astype(int)
        narrow = 1 / (wide[chosen] * canvas.unit) ** 2
        for dy in range(-size, size + 1):
            for dx in range(-size, size + 1):
                px, py = ix + dx, iy + dy
                inside = (px >= 0) & (px < canvas.width) & (py >= 0) & (py < canvas.height)
                value = power[chosen] * np.exp(-((px - cx) ** 2 + (py - cy) ** 2) * narrow)
                for i in range(3):
                    np.add.at(
                        canvas.rgb[i],
                        (py[inside], px[inside]),
                        (value * tint[i][chosen])[inside].astype(np.float32),
                    )


def cloud_colours(light: Light) -> tuple[Colour, Colour]:
    """What clouds show to the sun, and what they show away from it."""
    middle = light.sky[len(light.sky) // 2]
    if light.night > 0.6:
        return mix(light.haze, colour("#8fa6c8"), 0.35), vary(middle, light=-0.03)
    lit = mix(light.sky[-1], np.clip(light.disc, 0, 1), 0.45) * np.float32(0.94)
    low = light.elevation[1] < 0.3
    shade = (
        vary(mix(middle, light.sky[1], 0.45), light=-0.02)
        if low
        else vary(mix(middle, light.haze, 0.5), light=-0.06, chroma=0.8)
    )
    return lit, shade


def paint_clouds(
    canvas: Canvas, light: Light, horizon: float, sun: tuple[float, float], *, amount: float | None = None
) -> None:
    """Clouds on a plane overhead: broad near the top, drawn out into bars towards the horizon."""
    amount = light.cloud if amount is None else amount
    rows = slice(0, min(canvas.height, canvas.row(horizon)))
    if rows.stop < 2:
        return
    rng = canvas.rng("clouds")
    texture = canvas.tile(rng, 1024, 5, 7, rough=0.53)
    drift = rng.random(2)
    rise = np.maximum(horizon - canvas.y[rows], 0) + 0.13
    z = (0.32 / rise).astype(np.float32)
    u = ((canvas.x - canvas.w / 2) * z * 0.42 + drift[0]).astype(np.float32)
    v = (z * 0.36 + drift[1]).astype(np.float32)
    density = noise.sample(texture, u, v)
    towards = np.sign(sun[0] - canvas.w / 2) or 1.0
    # The same field a step nearer the sun: where it thins out, light comes through.
    ahead = noise.sample(texture, u + np.float32(0.012 * towards), v + np.float32(0.02))
    level = 1.25 - 2.0 * amount - 0.9 * amount**2
    body = smooth(level, level + 1.3, density)
    lit = np.clip(0.5 + (density - ahead) * 0.9 - 0.22 * smooth(level + 0.5, level + 2, density), 0, 1)
    near = np.exp(-np.hypot(canvas.x - sun[0], (canvas.y[rows] - sun[1]) * 1.3) / 0.45)
    lit = np.clip(lit + 0.35 * near - 0.1, 0, 1).astype(np.float32)
    bright, dark = cloud_colours(light)
    fade = smooth(0.0, 0.12, horizon - canvas.y[rows]) * np.float32(0.86 if light.night < 0.6 else 0.55)
    canvas.cover(body * fade, [dark[i] + (bright[i] - dark[i]) * lit for i in range(3)])


def wisps(canvas: Canvas, light: Light, horizon: float, sun: tuple[float, float], strength: float = 0.5) -> None:
    """A few long thin clouds low in the sky."""
    rows = slice(canvas.row(horizon * 0.25), min(canvas.height, canvas.row(horizon)))
    if rows.stop - rows.start < 2:
        return
    field = canvas.fbm("wisps", cell=0.075, octaves=5, stretch=7.0, rough=0.55, rows=rows)
    gate = canvas.fbm("wisps/gate", cell=0.5, octaves=2, stretch=2.0, rows=rows)
    alpha = (
        smooth(0.55, 2.2, field + 0.6 * gate)
        * smooth(0.02, 0.1, horizon - canvas.y[rows])
        * smooth(horizon * 0.25, horizon * 0.45, canvas.y[rows])
        * np.float32(strength)
    )
    bright, dark = cloud_colours(light)
    near = np.exp(-np.hypot(canvas.x - sun[0], canvas.y[rows] - sun[1]) / 0.4).astype(np.float32)
    canvas.cover(alpha, [dark[i] + (bright[i] - dark[i]) * (0.35 + 0.65 * near) for i in range(3)], top=rows.start)
