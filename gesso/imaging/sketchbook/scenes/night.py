"""Skies at night: stars and the Milky Way, aurora, and deep space."""

from dataclasses import replace

import cv2
import numpy as np

from gesso.imaging.sketchbook import land, noise, props, sky, trees, water
from gesso.imaging.sketchbook.canvas import Canvas, disc, lookup
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import Field, smooth
from gesso.imaging.sketchbook.palette import Colour, colour, colours, lch, mix, ramp, to_lch, vary
from gesso.imaging.sketchbook.words import Brief


def stars(canvas: Canvas, brief: Brief, light: Light) -> None:
    """The Milky Way over a dark ridge, a tent or a tree upon it."""
    rng = canvas.rng("milky way")
    horizon = canvas.h * float(rng.uniform(0.74, 0.82))
    sun = sky.place_sun(canvas, light, horizon)
    sky.paint_sky(canvas, light, horizon, sun, clouds=False)
    milky_way(canvas, light, horizon)
    sky.stars(canvas, light, horizon, max(0.5, light.night), 2.2, "more stars")
    # The afterglow, or a town far off.
    rows = slice(0, canvas.row(horizon))
    glow = np.exp(
        -(((canvas.x - canvas.w * rng.uniform(0.2, 0.8)) / (0.55 * canvas.w)) ** 2)
        - ((canvas.y[rows] - horizon) / 0.16) ** 2
    )
    canvas.shine(
        glow.astype(np.float32) * np.float32(0.16),
        colour("#e8a06a") if light.steered is None else light.steered[0],
    )
    if brief.has("moon"):
        props.show_disc(canvas, brief, light, sun)
    if brief.has("lake", "sea", "river", "reflection"):
        ground(canvas, brief, light, horizon - 0.06, sun, ranges=2)
        water.paint_water(canvas, light, horizon, colour("#123048"), None, rough=0.2, mirror=1.1)
    else:
        ground(canvas, brief, light, horizon, sun)


def milky_way(canvas: Canvas, light: Light, horizon: float) -> None:
    """A slanting band of star clouds, parted by dark lanes, dense with faint stars."""
    rng = canvas.rng("band")
    slope = float(rng.uniform(0.6, 1.5)) * (1 if rng.random() < 0.5 else -1)
    cx, cy = canvas.w * float(rng.uniform(0.4, 0.6)), horizon * float(rng.uniform(0.4, 0.6))
    rows = slice(0, min(canvas.height, canvas.row(horizon) + 1))
    norm = np.hypot(1, slope)
    across = ((canvas.x - cx) * slope - (canvas.y[rows] - cy)) / norm
    along = ((canvas.x - cx) + (canvas.y[rows] - cy) * slope) / norm
    bend = canvas.fbm("band/bend", cell=0.5, octaves=3, rows=rows)
    dust = canvas.fbm("band/dust", cell=0.22, octaves=6, rough=0.58, rows=rows)
    cloud = canvas.fbm("band/cloud", cell=0.3, octaves=6, rough=0.6, rows=rows)
    place = across + 0.05 * bend
    wide = 0.14 + 0.07 * np.exp(-((along / 0.4) ** 2))
    body = np.exp(-((place / wide) ** 2)) * (0.62 + 0.3 * cloud)
    lane = np.exp(-(((place + 0.015 + 0.02 * dust) / 0.045) ** 2)) * smooth(-0.4, 1.1, dust)
    core = np.exp(-((place / 0.1) ** 2) - (along / 0.5) ** 2)
    strength = np.clip(body, 0, 1.6) * (1 - 0.62 * lane) * smooth(1.0, 0.5, canvas.y[rows] / horizon)
    cold, warm = (
        (colour("#7f8fd0"), colour("#e9b48c")) if light.steered is None else (light.steered[-1], light.steered[0])
    )
    canvas.shine((strength * 0.27).astype(np.float32), cold)
    canvas.shine((strength * core * 0.3).astype(np.float32), warm)
    count = int(5200 * canvas.w * min(canvas.h, 1.5))
    x, y = rng.random(count) * canvas.w, rng.random(count) * horizon
    px, py = (
        np.clip((x * canvas.unit).astype(int), 0, canvas.width - 1),
        np.clip((y * canvas.unit).astype(int), 0, strength.shape[0] - 1),
    )
    keep = strength[py, px] > rng.random(count) * 0.9
    faint = rng.random(count) ** 3
    tint = np.stack([1 + 0.1 * rng.normal(0, 1, count), np.ones(count), 1 + 0.1 * rng.normal(0, 1, count)])
    sky.splat(canvas, x[keep], y[keep], 0.0005 + 0.0005 * faint[keep], 0.12 + 0.5 * faint[keep], tint[:, keep])


def ground(
    canvas: Canvas, brief: Brief, light: Light, horizon: float, sun: tuple[float, float], ranges: int = 3
) -> None:
    """Dark ridges under a night sky, with what the prompt wants to stand there."""
    x = canvas.x[0]
    snow = brief.reading.season == "winter" or brief.has("snow")
    if brief.has("mountains") or canvas.rng("night range").random() < 0.5:
        crest = land.peaks(canvas.rng("night peaks"), x, horizon + 0.03, 0.2, main=canvas.w * 0.64, count=4)
        land.mountain(canvas, light, crest, colour(land.ROCK), 0.4, sun[0], name="night", snow=0.8 if snow else 0.35)
    near = np.full(x.shape, horizon, np.float32)
    for i in range(ranges):
        t = i / max(1, ranges - 1)
        near = (
            horizon
            + 0.02
            + (canvas.h - horizon) * 0.52 * t
            - 0.05 * noise.line(canvas.rng("night ridge", i), x, 0.7, 5)
        ).astype(np.float32)
        tone = colour("#dfe6f0") if snow else vary(colour("#3f5244"), light=-0.03)
        land.ridge(canvas, light, near, tone, 0.42 * (1 - t), sun, name=("night", i))
    if ranges < 3:
        return
    firs = trees.row_of_firs(
        canvas.rng("night firs"), canvas.w, near, 0.15, 0.075, spare=(canvas.w * 0.3, canvas.w * 0.72)
    )
    trees.stand(
        canvas,
        light,
        firs,
        colour("#22362c"),
        0.04,
        sun,
        name="night",
        foot=canvas.h,
        snow=0.5 if snow else 0.0,
    )
    place = canvas.w * float(canvas.rng("camp").choice([0.38, 0.62]))
    foot = float(np.interp(place, x, near)) + 0.02
    if brief.has("house"):
        props.house(canvas, brief, light, place, foot, 0.11, 0.08, sun)
    elif brief.has("tent") or (brief.art == "stars" and canvas.rng("camp").random() < 0.4 and brief.allows("tent")):
        props.tent(canvas, brief, light, place, foot, 0.09, 0.06)


def aurora(canvas: Canvas, brief: Brief, light: Light) -> None:
    """Curtains of light over mountains, doubled in a lake."""
    rng = canvas.rng("aurora")
    lake = brief.has("lake", "sea", "river", "reflection") or (rng.random() < 0.6 and brief.allows("lake"))
    horizon = canvas.h * float(rng.uniform(0.6, 0.68) if lake else rng.uniform(0.7, 0.8))
    sun = sky.place_sun(canvas, light, horizon)
    sky.paint_sky(canvas, light, horizon, sun, clouds=False)
    named = [colour(n) for n in (brief.tints.get("aurora") or brief.loose)]
    low = named[0] if named else lch(0.86, 0.24, float(rng.uniform(145, 165)))
    high = named[-1] if len(named) > 1 else vary(low, hue=-60 if named else 150, light=-0.2)
    curtains(canvas, horizon, low, high)
    if brief.has("moon"):
        props.show_disc(canvas, brief, light, sun)
    # The sky's own light falls on the land.
    lamp = replace(
        light,
        ambient=np.asarray(light.ambient * 0.8 + low * 0.10, np.float32),
        haze=mix(light.haze, low, 0.22),
        sun=np.asarray(light.sun * 0.5 + low * 0.18, np.float32),
    )
    if lake:
        ground(canvas, brief, lamp, horizon - 0.035, sun, ranges=2)
        x = canvas.x[0]
        firs = trees.row_of_firs(
            canvas.rng("aurora firs"),
            canvas.w,
            np.full(x.shape, horizon - 0.004, np.float32),
            0.07,
            0.014,
            slim=0.36,
        )
        trees.stand(canvas, lamp, firs, colour("#22362f"), 0.12, sun, name="aurora", foot=horizon)
        water.paint_water(canvas, lamp, horizon, colour("#0d2b3a"), None, rough=0.22, mirror=1.15)
    else:
        ground(canvas, brief, lamp, horizon, sun)


def curtains(canvas: Canvas, horizon: float, low: Colour, high: Colour) -> None:
    """Each curtain is a folded line seen edge-on: where it doubles back it is brighter; rays rise from it and
    fade.
    """
    rng = canvas.rng("curtains")
    scale = 320.0
    wide, tall = max(8, int(canvas.w * scale)), max(8, int(horizon * scale))
    green, violet = np.zeros((tall, wide), np.float32), np.zeros((tall, wide), np.float32)
    for k in range(int(rng.integers(3, 5))):
        t = np.linspace(0, 1, 9000).astype(np.float32)
        drift = -0.2 + 1.4 * t
        fold = 0.16 * noise.line(rng, t, 0.16, 3) + 0.05 * noise.line(rng, t, 0.05, 3)
        x = (drift + fold) * canvas.w
        level = horizon * float(rng.uniform(0.5, 0.84)) * (1.0 if k else 0.95)
        y = (
            level
            + 0.10 * noise.line(rng, t, 0.22, 3)
            + 0.03 * noise.line(rng, t, 0.07, 2)
            - 0.12 * float(rng.normal()) * (t - 0.5)
        )
        rays = np.exp(0.36 * noise.line(rng, t, 0.02, 4, rough=0.7)) * smooth(-1.3, 0.7, noise.line(rng, t, 0.2, 2))
        column, row = np.round(x * scale).astype(int), np.round(y * scale).astype(int)
        inside = (column >= 0) & (column < wide) & (row >= 0) & (row < tall)
        source = np.zeros((tall, wide), np.float32)
        np.add.at(source, (row[inside], column[inside]), rays[inside] * np.float32(canvas.w * scale / 9000))
        reach = float(rng.uniform(0.75, 1.15))
        for field, length, share in ((green, 0.085, 1.0), (violet, 0.24, 0.55)):
            keep = np.float32(np.exp(-1 / (length * reach * scale)))
            glow = np.zeros(wide, np.float32)
            risen = np.empty_like(source)
            for j in range(tall - 1, -1, -1):
                glow = glow * keep + source[j]
                risen[j] = glow
            field += risen * np.float32(share)
    rows = canvas.row(horizon)
    top = smooth(0.0, 0.3, (np.arange(tall, dtype=np.float32) / scale)[:, None] + 0.12)
    fade = smooth(1.0, 0.86, (np.arange(tall, dtype=np.float32) / tall)[:, None])
    for field, shade, power in ((green, low, 0.52), (violet, high, 0.6)):
        soft = (
            cv2.GaussianBlur(field, (0, 0), 1.7, sigmaY=2.2) * 0.75
            + cv2.GaussianBlur(field, (0, 0), 7) * 0.4
            + cv2.GaussianBlur(field, (0, 0), 26) * 0.35
        )
        soft = soft * fade * top
        canvas.shine(
            cv2.resize(soft, (canvas.width, rows), interpolation=cv2.INTER_CUBIC).clip(0, 3) * np.float32(power),
            shade,
        )


def nebula(canvas: Canvas, brief: Brief, light: Light) -> None:
    """Gas in folds, lit from within, dust before it, stars of all sizes; a planet or a galaxy where named."""
    rng = canvas.rng("nebula")
    named = colours(*brief.loose) if brief.loose else None
    hue = float(rng.uniform(0, 360))
    if named is None:
        pairs = [(300, 215), (345, 265), (200, 30), (175, 280), (25, 320)]
        first, second = pairs[int(rng.integers(len(pairs)))]
        glow = np.stack([lch(0.62, 0.19, first + rng.normal(0, 10)), lch(0.7, 0.14, second + rng.normal(0, 10))])
    else:
        glow = named if len(named) > 1 else np.stack([named[0], vary(named[0], hue=45, light=0.06)])
    warp_x, warp_y = canvas.fbm("warp x", cell=0.5, octaves=4), canvas.fbm("warp y", cell=0.5, octaves=4)
    texture = canvas.tile(canvas.rng("gas"), 1024, 4, 8, rough=0.55)
    ridge = canvas.tile(canvas.rng("filament"), 1024, 5, 8, rough=0.55, ridged=True)
    u, v = (
        canvas.x * np.float32(0.30) + np.float32(0.05) * warp_x + np.float32(rng.random()),
        canvas.y * np.float32(0.30) + np.float32(0.05) * warp_y + np.float32(rng.random()),
    )
    gas = noise.sample(texture, u, v)
    threads = noise.sample(ridge, u * np.float32(1.3), v * np.float32(1.3))
    dust = noise.sample(texture, v * np.float32(1.1) + np.float32(0.37), u * np.float32(1.1) + np.float32(0.71))
    cx, cy = canvas.w * float(rng.choice([0.36, 0.64])), canvas.h * float(rng.uniform(0.38, 0.6))
    angle = float(rng.uniform(-0.9, 0.9))
    ax, ay = canvas.x - cx, canvas.y - cy
    along, aside = ax * np.cos(angle) + ay * np.sin(angle), -ax * np.sin(angle) + ay * np.cos(angle)
    mass = np.exp(-((along / (0.75 * max(canvas.w, canvas.h) ** 0.5)) ** 2) - (aside / 0.36) ** 2)
    density = smooth(-0.9, 2.0, gas * 0.9 + 0.4 * threads + 2.3 * mass - 1.0)
    heat = np.exp(-((along / 0.4) ** 2) - (aside / 0.22) ** 2)
    deep = np.stack([lch(0.09, 0.03, to_lch(glow[-1])[2]), lch(0.06, 0.02, 270.0)])
    shade = np.clip(canvas.y / canvas.h + 0.1 * warp_x, 0, 1).astype(np.float32)
    for plane, value in zip(canvas.rgb, lookup(ramp(deep), shade), strict=True):
        plane[...] = value
    which = np.clip(0.5 + 0.38 * warp_x + 0.22 * threads + 0.5 * (heat - 0.4), 0, 1).astype(np.float32)
    planes = lookup(
        ramp(np.stack([vary(glow[0], light=-0.1), glow[0], glow[-1], vary(glow[-1], light=0.1, chroma=0.85)])),
        which,
    )
    power = density * (0.3 + 0.6 * smooth(-0.4, 1.8, threads) + 1.0 * heat * smooth(-1, 1.4, gas))
    canvas.shine(np.asarray(power, np.float32), planes)
    core = heat**2 * density * smooth(-0.6, 1.6, threads + gas)
    canvas.shine(np.asarray(core * 0.55, np.float32), mix(glow[-1], np.ones(3, np.float32), 0.6))
    lanes = smooth(0.35, 1.7, dust + 0.35 * threads) * smooth(0.05, 0.5, density) * np.float32(0.82)
    canvas.cover(np.asarray(lanes, np.float32), lch(0.1, 0.03, to_lch(glow[0])[2]))
    canvas.depth[...] = 1 - 0.7 * density
    open_sky = np.asarray(1 - 0.6 * lanes, np.float32)
    field_stars(canvas, open_sky)
    if brief.has("galaxy"):
        spiral(canvas, rng, glow)
    if brief.has("planet") or (named is None and not brief.has("galaxy", "nebula") and rng.random() < 0.5):
        planet(canvas, rng, vary(glow[0], hue=hue * 0.1, light=0.02), glow[-1])
    if brief.has("moon"):
        sky.shine(canvas, light, (canvas.w - cx, canvas.h * 0.3), radius=0.07, moon=True, halo=0.4)


def field_stars(canvas: Canvas, veil: Field) -> None:
    """Many faint stars, some bright, a few with a cross of diffraction."""
    rng = canvas.rng("field")
    count = int(2600 * canvas.w * canvas.h)
    x, y = rng.random(count) * canvas.w, rng.random(count) * canvas.h
    magnitude = rng.random(count) ** 9
    px, py = (
        np.clip((x * canvas.unit).astype(int), 0, canvas.width - 1),
        np.clip((y * canvas.unit).astype(int), 0, canvas.height - 1),
    )
    power = (0.14 + 1.6 * magnitude) * veil[py, px]
    warm = rng.normal(0, 1, count)
    tint = np.stack([1 + 0.16 * warm, np.ones(count), 1 - 0.16 * warm]).clip(0.55, 1.4)
    sky.splat(canvas, x, y, 0.0006 + 0.0016 * magnitude, power, tint)
    bright = np.argsort(-magnitude)[: int(7 * canvas.w * canvas.h)]
    sky.splat(
        canvas,
        x[bright],
        y[bright],
        np.full(bright.size, 0.012),
        np.linspace(0.3, 0.06, bright.size),
        tint[:, bright],
    )
    for k, i in enumerate(bright[:4]):
        rows, columns = canvas.span(x[i] - 0.05, y[i] - 0.05, x[i] + 0.05, y[i] + 0.05)
        dx, dy = np.abs(canvas.x[:, columns] - x[i]), np.abs(canvas.y[rows] - y[i])
        thin = max(0.0012, 0.7 / canvas.unit)
        cross = np.exp(-((dx / thin) ** 2) - dy / 0.011) + np.exp(-((dy / thin) ** 2) - dx / 0.011)
        canvas.shine(
            np.asarray(cross * (0.7 - 0.15 * k) * min(1.0, 0.0012 / thin), np.float32),
            tint[:, i].astype(np.float32),
            top=rows.start,
            left=columns.start,
        )


def spiral(canvas: Canvas, rng: np.random.Generator, glow: Colour) -> None:
    """A spiral galaxy, inclined."""
    cx, cy = canvas.w * float(rng.uniform(0.42, 0.58)), canvas.h * float(rng.uniform(0.42, 0.55))
    angle, flat = float(rng.uniform(-0.6, 0.6)), float(rng.uniform(0.4, 0.65))
    ax, ay = canvas.x - cx, canvas.y - cy
    u = (ax * np.cos(angle) + ay * np.sin(angle)) / 0.36
    v = (-ax * np.sin(angle) + ay * np.cos(angle)) / (0.36 * flat)
    r = np.hypot(u, v).astype(np.float32) + np.float32(1e-4)
    turn = np.arctan2(v, u) - np.float32(3.1) * np.log(r + np.float32(0.05))
    rough = canvas.fbm("arm", cell=0.07, octaves=5, rough=0.6)
    arm = np.exp(1.7 * (np.cos(2 * turn + 0.6 * rough) - 1)) * (0.8 + 0.35 * rough)
    disk = np.exp(-r * 2.1) * smooth(1.5, 0.7, r)
    canvas.shine(
        np.asarray(disk * (0.25 + 1.5 * np.clip(arm, 0, 2)), np.float32),
        vary(glow[0], light=0.16, chroma=0.8),
    )
    canvas.shine(np.asarray(np.exp(-((r / 0.17) ** 2)) * 1.2 + np.exp(-r / 0.16) * 0.7, np.float32), colour("#ffe3b8"))


def planet(canvas: Canvas, rng: np.random.Generator, surface: Colour, rim: Colour) -> None:
    """A banded planet half in shadow, with an atmosphere and, sometimes, a ring."""
    radius = float(rng.uniform(0.13, 0.22))
    x, y = canvas.w * float(rng.choice([0.32, 0.68])), canvas.h * float(rng.uniform(0.35, 0.62))
    lamp = float(rng.uniform(0, 2 * np.pi))
    lx, ly, lz = np.cos(lamp) * 0.8, np.sin(lamp) * 0.5 - 0.2, 0.42
    away = np.hypot(canvas.x - x, canvas.y - y)
    canvas.shine(
        np.asarray(
            np.exp(-np.maximum(away - radius, 0) / (radius * 0.1))
            * (away > radius * 0.97)
            * np.clip(((canvas.x - x) * lx + (canvas.y - y) * ly) / radius + 0.35, 0, 1)
            * 0.55,
            np.float32,
        ),
        rim,
    )
    alpha, top, left = disc(canvas, x, y, radius)
    rows, columns = slice(top, top + alpha.shape[0]), slice(left, left + alpha.shape[1])
    u, v = (canvas.x[:, columns] - x) / radius, (canvas.y[rows] - y) / radius
    w = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
    tilt = float(rng.uniform(-0.45, 0.45))
    pu, pv = u * np.cos(tilt) + v * np.sin(tilt), -u * np.sin(tilt) + v * np.cos(tilt)
    bands = noise.line(rng, np.linspace(0, 2, 512).astype(np.float32), 0.22, 5)
    texture = canvas.tile(rng, 512, 6, 6)
    swirl = noise.sample(texture, (np.arctan2(pu, w) * 0.16).astype(np.float32), (pv * 0.5 + 0.5).astype(np.float32))
    tone = np.interp(pv + 1 + 0.03 * swirl, np.linspace(0, 2, 512), bands)
    lit = smooth(-0.12, 0.85, (u * lx + v * ly + w * lz).astype(np.float32))
    limb = (1 - w) ** 3
    table = ramp(
        np.stack([vary(surface, light=-0.12, hue=-20), surface, vary(surface, light=0.14, chroma=0.7, hue=20)])
    )
    planes = [
        p * (lit * 1.15 + 0.02) + r * limb * lit * 0.7
        for p, r in zip(lookup(table, np.asarray(0.5 + 0.26 * tone + 0.06 * swirl, np.float32)), rim, strict=True)
    ]
    canvas.cover(alpha, planes, 0.3, top=top, left=left)
    if rng.random() < 0.6:
        ax, ay = canvas.x - x, canvas.y - y
        ring_u, ring_v = (
            (ax * np.cos(tilt) + ay * np.sin(tilt)) / radius,
            (-ax * np.sin(tilt) + ay * np.cos(tilt)) / radius / 0.24,
        )
        r = np.hypot(ring_u, ring_v)
        lanes = np.interp(
            r,
            np.linspace(1.35, 2.2, 256),
            np.clip(0.6 + 0.4 * noise.line(rng, np.linspace(0, 1, 256).astype(np.float32), 0.06, 4), 0.05, 1),
            left=0,
            right=0,
        )
        behind = (ring_v < 0) & (away < radius)
        canvas.cover(
            np.asarray(lanes * smooth(1.33, 1.4, r) * smooth(2.2, 2.1, r) * 0.8 * ~behind, np.float32),
            vary(rim, light=0.05, chroma=0.6) * np.float32(0.8),
            0.28,
        )
