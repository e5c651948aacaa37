"""Small things that stand in a scene when a prompt names them: house, tent, boat, balloon, bridge, birds,
path.
"""

import numpy as np

from gesso.imaging.sketchbook import noise, sky
from gesso.imaging.sketchbook.canvas import Canvas, Overlay
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.palette import Colour, code, colour, mix, vary
from gesso.imaging.sketchbook.svg import line, path, polygon, rect
from gesso.imaging.sketchbook.words import Brief

LAMP = "#ffc766"


def tint(brief: Brief, subject: str, usual: str) -> Colour:
    """The colour said of a subject, or its usual one (a name or `#rrggbb`)."""
    said = brief.tints.get(subject)
    return colour(said[0] if said else usual)


def lamp_glow(canvas: Canvas, x: float, y: float, radius: float, power: float) -> None:
    """The warm light about a window or a lamp."""
    rows, columns = canvas.span(x - radius * 4, y - radius * 4, x + radius * 4, y + radius * 4)
    away = np.hypot(canvas.x[:, columns] - x, canvas.y[rows] - y).astype(np.float32)
    if away.size:
        field = np.exp(-((away / np.float32(radius)) ** 2)) + 0.3 * np.exp(-away / np.float32(radius * 0.9)) * smooth(
            radius * 4, radius * 2, away
        )
        canvas.shine(field * np.float32(power), colour(LAMP), top=rows.start, left=columns.start)


def show_disc(
    canvas: Canvas, brief: Brief, light: Light, sun: tuple[float, float], *, radius: float | None = None
) -> None:
    """The sun by day and the moon by night, unless something hides it; a rainbow where named."""
    if brief.has("rainbow"):
        rainbow(canvas, canvas.h * 0.62, sun)
    moon = brief.has("moon") or light.night > 0.55
    if not brief.allows("moon" if moon else "sun"):
        return
    if brief.reading.weather in {"rain", "storm", "overcast", "snow", "fog"} and not brief.has("moon", "sun"):
        return
    if moon and not brief.has("moon") and light.night < 0.9:
        return
    size = radius or float(canvas.rng("disc").uniform(0.038, 0.062))
    sky.shine(canvas, light, sun, radius=size, moon=moon)


def house(
    canvas: Canvas,
    brief: Brief,
    light: Light,
    x: float,
    foot: float,
    size: float,
    distance: float,
    sun: tuple[float, float],
) -> None:
    """A gabled house `size` wide, its gable towards us, one side to the sun, a light in the window towards
    evening.
    """
    lit = light.time in {"dusk", "blue", "night", "sunset", "dawn"} or light.mist > 0.8 or brief.reading.mood == "cosy"
    walls, roof = tint(brief, "house", "#a9745a"), colour("#5a4a4c")
    snowy = brief.reading.season == "winter"
    if snowy:
        roof = colour("#eef2f8")
    right = sun[0] > x
    s = size
    gable, eaves, top, back = x - s * 0.18, foot - s * 0.42, foot - s * 0.82, x + s * 0.62
    left, corner = x - s * 0.5, x + s * 0.14
    front, flank = (0.25, 0.75) if right else (0.75, 0.22)
    window = "#ffcf7a" if lit else light.ink(colour("#7fa0b5"), 0.5, distance)
    slope = light.ink(vary(roof, light=-0.05), flank, distance)
    verge = light.ink(roof, front, distance)
    body = [
        polygon(light.ink(walls, flank, distance), (corner, eaves), (back, eaves), (back, foot), (corner, foot)),
        polygon(
            light.ink(walls, front, distance),
            (left, foot),
            (left, eaves),
            (gable, top),
            (corner, eaves),
            (corner, foot),
        ),
        polygon(
            slope,
            (gable - 0.01 * s, top - 0.03 * s),
            (back - 0.27 * s, top - 0.03 * s),
            (back + 0.06 * s, eaves + 0.05 * s),
            (corner + 0.06 * s, eaves + 0.07 * s),
        ),
        polygon(
            verge,
            (gable, top - 0.05 * s),
            (left - 0.08 * s, eaves + 0.06 * s),
            (left - 0.02 * s, eaves + 0.09 * s),
            (gable, top + 0.04 * s),
            (corner + 0.02 * s, eaves + 0.1 * s),
            (corner + 0.07 * s, eaves + 0.07 * s),
        ),
        rect(light.ink(colour("#6b5a56"), front, distance), x + 0.26 * s, top - 0.16 * s, 0.1 * s, 0.24 * s),
        rect(window, gable - 0.22 * s, foot - 0.36 * s, 0.15 * s, 0.16 * s),
        rect(light.ink(colour("#4a342a"), front, distance), gable + 0.06 * s, foot - 0.3 * s, 0.14 * s, 0.3 * s),
        rect(window, corner + 0.14 * s, foot - 0.3 * s, 0.12 * s, 0.14 * s),
        rect(window, corner + 0.32 * s, foot - 0.3 * s, 0.12 * s, 0.14 * s),
    ]
    canvas.draw("".join(body), distance, (x - s, foot - s * 1.2, x + s, foot + 0.01))
    if lit:
        power = 0.25 + 0.35 * light.night
        lamp_glow(canvas, gable - 0.15 * s, foot - 0.28 * s, s * 0.3, power)
        lamp_glow(canvas, corner + 0.29 * s, foot - 0.23 * s, s * 0.34, power)
        smoke(canvas, light, x + 0.31 * s, top - 0.16 * s, s, distance)


def smoke(canvas: Canvas, light: Light, x: float, y: float, size: float, distance: float) -> None:
    """A thread of smoke from a chimney."""
    rows, columns = canvas.span(x - size * 1.2, y - size * 1.9, x + size * 1.2, y)
    up = np.maximum(y - canvas.y[rows], 0) / (size * 1.9)
    if not up.size or columns.stop <= columns.start:
        return
    sway = noise.line(canvas.rng("smoke"), np.abs(up[:, 0]).astype(np.float32), 0.3, 3)[:, None] * size * 0.16
    wide = size * (0.03 + 0.2 * up)
    body = (
        np.exp(-(((canvas.x[:, columns] - x - sway * up * 2 - size * 0.3 * up**1.5) / wide) ** 2))
        * np.clip(1 - up, 0, 1)
        * 0.5
    )
    canvas.cover(body.astype(np.float32), mix(light.haze, light.sky[-1], 0.5), top=rows.start, left=columns.start)


def tent(canvas: Canvas, brief: Brief, light: Light, x: float, foot: float, size: float, distance: float) -> None:
    """A small tent, lit from inside in the dark."""
    cloth = tint(brief, "tent", "#d9793a")
    s = size
    dark = light.night > 0.25
    if dark:
        inner, outer = "#ffd98a", code(mix(cloth, colour(LAMP), 0.4) * np.float32(0.9))
    else:
        inner, outer = light.ink(vary(cloth, light=-0.2), 0.2, distance), light.ink(cloth, 0.7, distance)
    side = light.ink(vary(cloth, light=0.04 if dark else -0.08), 0.25, distance)
    apex = (x - 0.05 * s, foot - 0.55 * s)
    body = [
        polygon(side, apex, (x + 0.5 * s, foot - 0.42 * s), (x + 0.72 * s, foot - 0.03 * s), (x + 0.35 * s, foot)),
        polygon(outer, (x - 0.5 * s, foot), apex, (x + 0.35 * s, foot)),
        polygon(inner, (x - 0.2 * s, foot), (x - 0.06 * s, foot - 0.46 * s), (x + 0.06 * s, foot)),
    ]
    canvas.draw("".join(body), distance, (x - s, foot - s, x + s, foot + 0.01))
    if dark:
        lamp_glow(canvas, x, foot - 0.18 * s, s * 0.6, 0.3)


def boat(
    canvas: Canvas,
    brief: Brief,
    light: Light,
    x: float,
    foot: float,
    size: float,
    distance: float,
    sun: tuple[float, float],
    *,
    name: object = 0,
) -> None:
    """A sailing boat `size` high at the water line `foot`, with its reflection broken up below."""
    rng = canvas.rng("boat", name)
    sail, hull = tint(brief, "boat", "#f6f0e2"), colour("#5a2f2a")
    way = 1.0 if rng.random() < 0.5 else -1.0
    lit = 0.85 if (sun[0] - x) * way > 0 else 0.3
    s = size
    back = light.night < 0.5 and abs(sun[0] - x) < 0.3
    glow = 0.35 if back else lit

    def at(px: float, py: float) -> tuple[float, float]:
        return x + way * px * s, foot + py * s

    jib, main = light.ink(vary(sail, light=-0.08), glow * 0.7, distance), light.ink(sail, glow, distance)
    mast, wood = light.ink(colour("#3a2a24"), 0.2, distance), light.ink(hull, lit * 0.5, distance)
    body = [
        path(jib, "M", at(-0.03, -0.96), "Q", at(-0.26, -0.5), at(-0.34, -0.14), "L", at(-0.03, -0.14), "Z"),
        path(main, "M", at(0.02, -1.0), "Q", at(0.3, -0.55), at(0.42, -0.17), "L", at(0.02, -0.13), "Z"),
        polygon(mast, at(-0.018, -1.02), at(0.012, -1.02), at(0.018, -0.08), at(-0.024, -0.08)),
        path(
            wood,
            *("M", at(-0.42, -0.11), "L", at(0.5, -0.12), "Q", at(0.4, 0.02), at(0.25, 0.03)),
            *("L", at(-0.28, 0.03), "Q", at(-0.38, 0.0), at(-0.42, -0.11), "Z"),
        ),
    ]
    canvas.draw("".join(body), distance, (x - s * 0.6, foot - s * 1.1, x + s * 0.6, foot + s * 0.05))
    sheet = Overlay(canvas)
    for i in range(16):
        t = (i + 0.5) / 16
        wide = s * (0.36 * (1 - t) + 0.03) * float(rng.uniform(0.5, 1.1))
        px = x + float(rng.normal(0, 0.03)) * s + way * s * 0.06 * (1 - t)
        y = foot + s * (0.04 + 0.62 * t)
        paint = light.off(light.on(hull if t < 0.22 else sail, 0.25 if t < 0.22 else glow * 0.75), distance)
        sheet.oval(px, y, wide, s * 0.012 * (1 + t), 0, paint)
    before = canvas.depth.copy()
    _blend(canvas, sheet, 0.42)
    canvas.depth[:] = before


def _blend(canvas: Canvas, sheet: Overlay, strength: float) -> None:
    sheet.layer[...] = (sheet.layer * strength).astype(np.uint8)
    sheet.lay()


def balloon(
    canvas: Canvas,
    brief: Brief,
    light: Light,
    x: float,
    y: float,
    size: float,
    distance: float,
    sun: tuple[float, float],
    *,
    name: object = 0,
) -> None:
    """A hot-air balloon `size` across: gores in two colours, rounded by the light, with its basket."""
    rng = canvas.rng("balloon", name)
    said = brief.tints.get("balloon")
    sets = [
        ("#d9483b", "#f3e3c3"),
        ("#e9a02c", "#7c3b63"),
        ("#2f7f8c", "#f2d6a2"),
        ("#c4486a", "#f6c9a0"),
        ("#3f5aa6", "#f1e6cf"),
    ]
    first, second = (
        (colour(said[0]), colour(said[-1] if len(said) > 1 else "cream"))
        if said
        else tuple(colour(c) for c in sets[int(rng.integers(len(sets)))])
    )
    r = size / 2
    rows, columns = canvas.span(x - r * 1.05, y - r * 1.05, x + r * 1.05, y + r * 1.5)
    u, v = (canvas.x[:, columns] - x) / r, (canvas.y[rows] - y) / r
    # A sphere above, drawn in to the mouth below.
    half = np.where(
        v < 0.25,
        np.sqrt(np.clip(1 - v * v, 0, 1)),
        np.clip(0.968 - 0.62 * (v - 0.25) - 0.16 * (v - 0.25) ** 2, 0, 1),
    )
    alpha = np.clip((half - np.abs(u)) * r * canvas.unit + 0.5, 0, 1) * (v < 1.28) * (v > -1)
    if not alpha.size:
        return
    across = np.clip(u / np.maximum(half, 1e-3), -1, 1)
    gore = np.floor(np.arcsin(across) / np.pi * 8 + 4)
    which = (gore % 2).astype(np.float32)
    towards = np.clip((sun[0] - x) / 0.6, -1, 1)
    round_ = np.sqrt(np.clip(1 - across**2, 0, 1))
    facing = np.clip(0.3 + 0.42 * across * towards + 0.25 * round_ - 0.22 * v, 0, 1).astype(np.float32)
    one, two = light.planes(first, facing, distance), light.planes(second, facing, distance)
    canvas.cover(
        alpha.astype(np.float32),
        [a + (b - a) * which for a, b in zip(one, two, strict=True)],
        distance,
        top=rows.start,
        left=columns.start,
    )
    rope, basket = light.ink(colour("#4a3a30"), 0.2, distance), light.ink(colour("#7a5230"), 0.5, distance)
    mouth, rim = y + r * 1.26, y + r * 1.62
    body = "".join(line(rope, r * 0.02, (x + k * r * 0.26, mouth), (x + k * r * 0.12, rim)) for k in (-1, 1))
    body += rect(basket, x - r * 0.14, rim, r * 0.28, r * 0.22, r * 0.03)
    canvas.draw(body, distance, (x - r * 0.4, mouth - r * 0.02, x + r * 0.4, rim + r * 0.3))
    if light.night > 0.4:
        lamp_glow(canvas, x, y + r * 0.6, r * 0.6, 0.3)


def balloons(canvas: Canvas, brief: Brief, light: Light, horizon: float, sun: tuple[float, float]) -> None:
    """A large balloon opposite the sun and a few in the distance."""
    rng = canvas.rng("balloons")
    many = int(rng.integers(3, 7))
    side = canvas.w * (0.3 if sun[0] > canvas.w / 2 else 0.7)
    for i in reversed(range(many)):
        t = i / many
        size = 0.19 * (1 - 0.8 * t)
        # The distant ones each in a lane of their own.
        lane = (i - 0.5 + float(rng.uniform(-0.3, 0.3))) / (many - 1)
        x = side + float(rng.normal(0, 0.03)) if i == 0 else (0.06 + 0.88 * lane) * canvas.w
        y = min(horizon, 1.0) * (0.4 if i == 0 else float(rng.uniform(0.2, 0.75))) + max(0.0, horizon - 1.0) * 0.7
        balloon(canvas, brief, light, x, y, size, 0.75 * t, sun, name=i)


def birds(canvas: Canvas, light: Light, horizon: float, sun: tuple[float, float], *, count: int = 9) -> None:
    """A loose flock on the wing near the sun."""
    rng = canvas.rng("birds")
    sheet = Overlay(canvas)
    cx = float(np.clip(sun[0] + rng.normal(0, 0.16), 0.15, canvas.w - 0.15))
    cy = max(0.1, min(horizon * 0.62, sun[1] + float(rng.uniform(-0.16, -0.02))))
    ink = mix(light.on(colour("#20242c"), 0.1), light.haze, 0.25 if light.night < 0.5 else 0.05)
    for _ in range(count):
        x, y = cx + float(rng.normal(0, 0.13)), cy + float(rng.normal(0, 0.05))
        s = float(rng.uniform(0.007, 0.017))
        flap, roll = float(rng.uniform(0.15, 0.75)), float(rng.normal(0, 0.18))
        t = np.linspace(-1, 1, 9)
        arch = -flap * (np.abs(t) ** 0.6 - 0.55 * t * t * 1.1)
        thick = 0.13 * (1 - np.abs(t)) + 0.015
        px, py = x + s * t, y + s * (arch + roll * t)
        sheet.fill(
            np.concatenate([np.stack([px, py - thick * s], -1), np.stack([px, py + thick * s], -1)[::-1]]),
            ink,
        )
    sheet.lay(0.6)


def winding_path(canvas: Canvas, brief: Brief, light: Light, x: float, y: float, bottom: float) -> None:
    """A path that winds from the lower edge to (x, y), narrowing with distance."""
    rng = canvas.rng("path")
    top = canvas.row(y)
    t = np.clip((canvas.y[top:] - y) / max(bottom - y, 0.05), 0, 1)
    swing = float(rng.uniform(0.12, 0.24)) * (1 if rng.random() < 0.5 else -1)
    phase = float(rng.uniform(0.7, 1.3))
    middle = (
        x + swing * np.sin(t * np.pi * 1.45 * phase) * t**0.6 + (canvas.w * float(rng.uniform(0.35, 0.65)) - x) * t**1.6
    )
    half = 0.006 + 0.13 * t**1.5
    ragged = (
        0.012 * noise.sample(canvas.tile(rng, 256, 20, 3), canvas.x * 1.5, 1 / (canvas.y[top:] - y + 0.12)) * (0.2 + t)
    )
    alpha = smooth(0.004, -0.006, np.abs(canvas.x - middle) + ragged - half).astype(np.float32)
    earth = tint(brief, "path", "#e6ecf4" if brief.reading.season == "winter" else "#cdb48c")
    grain = noise.sample(canvas.tile(rng, 512, 40, 4), canvas.x * 1.3, canvas.y[top:] * 3)
    across = np.clip((canvas.x - middle) / np.maximum(half, 1e-3), -1, 1)
    planes = light.planes(
        vary(earth, light=-0.06), np.clip(0.5 + 0.07 * grain - 0.2 * across**2, 0, 1).astype(np.float32), 0.2
    )
    canvas.cover(alpha * np.float32(0.93), planes, top=top)


def bridge(canvas: Canvas, brief: Brief, light: Light, y: float, x0: float, x1: float, distance: float) -> None:
    """A stone bridge of arches from x0 to x1, its deck at `y`, standing in water at `y` + a fifth of its
    arch.
    """
    stone = tint(brief, "bridge", "#9a8a7c")
    wide = x1 - x0
    arches = max(3, round(wide / 0.2))
    span = wide / arches
    thick, foot = 0.022, y + span * 0.62
    ink, shade = light.ink(stone, 0.45, distance), light.ink(vary(stone, light=-0.1), 0.15, distance)
    outline: list[str | tuple[float, float]] = ["M", (x0, y), "L", (x1, y), "L", (x1, foot)]
    for i in reversed(range(arches)):
        start, end = x0 + (i + 0.1) * span, x0 + (i + 0.9) * span
        r = (end - start) / 2
        spring = y + thick + r
        outline += [
            "L",
            (end, foot),
            "L",
            (end, spring),
            f"A {r} {r} 0 0 0",
            (start, spring),
            "L",
            (start, foot),
        ]
    body = path(ink, *outline, "L", (x0, foot), "Z")
    body += rect(ink, x0, y - 0.012, wide, 0.014) + rect(shade, x0, y + 0.004, wide, 0.005)
    canvas.draw(body, distance, (x0, y - 0.02, x1, foot + 0.01))


def rain(canvas: Canvas, light: Light, strength: float = 1.0) -> None:
    """Slanting streaks, near ones longer and brighter."""
    rng = canvas.rng("rain")
    sheet = Overlay(canvas)
    slant = float(rng.uniform(-0.22, 0.22))
    ink = mix(light.haze, colour("white"), 0.5)
    for _ in range(int(1500 * canvas.w * canvas.h * strength)):
        near = float(rng.random()) ** 2
        x, y = float(rng.uniform(-0.1, canvas.w + 0.1)), float(rng.uniform(-0.1, canvas.h))
        long = 0.018 + 0.05 * near
        sheet.stroke(np.array([(x, y), (x + slant * long, y + long)]), 0.0005 + 0.0009 * near, ink)
    before = canvas.depth.copy()
    _blend(canvas, sheet, 0.24)
    canvas.depth[:] = before


def snowfall(canvas: Canvas, light: Light) -> None:
    """Flakes at several distances, the near ones large and soft."""
    rng = canvas.rng("snowfall")
    count = int(1100 * canvas.w * canvas.h)
    near = rng.random(count) ** 7
    x, y = rng.random(count) * canvas.w, rng.random(count) * canvas.h
    power = np.where(near > 0.4, 0.35, 0.6) * (0.75 if light.night < 0.5 else 0.5) * rng.uniform(0.4, 1, count)
    sky.splat(canvas, x, y, 0.0013 + 0.009 * near, power, np.ones((3, count)))


def rainbow(canvas: Canvas, horizon: float, sun: tuple[float, float]) -> None:
    """An arc opposite the sun, red outside."""
    x, y = canvas.w - sun[0], horizon + 0.12
    radius = 0.62 * min(canvas.w, 1.3)
    rows = slice(0, canvas.row(horizon))
    away = (np.hypot(canvas.x - x, canvas.y[rows] - y) - radius) / 0.05
    for shift, name in (
        (0.8, "#ff3020"),
        (0.45, "#ff9020"),
        (0.1, "#f0e040"),
        (-0.25, "#40d060"),
        (-0.6, "#3090ff"),
        (-0.95, "#8040e0"),
    ):
        band = np.exp(-(((away - shift) / 0.28) ** 2)).astype(np.float32) * smooth(0.0, 0.25, horizon - canvas.y[rows])
        canvas.shine(band * np.float32(0.13), colour(name))


def fireflies(canvas: Canvas, horizon: float) -> None:
    """Warm points that hover over the ground."""
    rng = canvas.rng("fireflies")
    count = int(70 * canvas.w)
    x = rng.random(count) * canvas.w
    y = horizon - 0.1 + rng.random(count) * (canvas.h - horizon)
    near = rng.random(count)
    radius = 0.0016 + 0.003 * near**2
    tint = np.stack([np.full(count, 1.0), np.full(count, 0.82), np.full(count, 0.25)])
    sky.splat(canvas, x, y, radius, 0.5 + near, tint)
    sky.splat(canvas, x, y, radius * 5, 0.08 + 0.1 * near, tint)
