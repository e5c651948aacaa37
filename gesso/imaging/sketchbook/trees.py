"""Trees: conifers by the layer, bare trunks, and broad-leaved trees of dabs lit from the sun's side."""

import numpy as np
from numpy.typing import NDArray

from gesso.imaging.sketchbook import noise
from gesso.imaging.sketchbook.canvas import Canvas, Overlay
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.noise import smooth
from gesso.imaging.sketchbook.palette import Colour, colour, vary

Points = NDArray[np.float64]


def conifer(
    rng: np.random.Generator, x: float, foot: float, tall: float, *, slim: float = 0.3, tiers: int = 11
) -> Points:
    """The outline (N, 2) of a fir of height `tall` that stands at (x, foot): ragged boughs that droop."""
    t = np.linspace(0.06, 0.95, tiers) + rng.normal(0, 0.012, tiers)
    reach = slim * tall * 0.5 * t**0.85 * rng.uniform(0.72, 1.12, tiers)
    drop = tall * (0.035 + 0.03 * rng.random(tiers))
    top = foot - tall
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    bend = float(rng.normal(0, 0.012)) * tall
    for i in range(tiers):
        y, middle = top + t[i] * tall, x + bend * (1 - t[i])
        inner = reach[i] * 0.42
        right += [
            (middle + reach[i] * rng.uniform(0.85, 1.1), y + drop[i]),
            (middle + inner, y + drop[i] * 0.45),
        ]
        left += [
            (middle - reach[i] * rng.uniform(0.85, 1.1), y + drop[i]),
            (middle - inner, y + drop[i] * 0.45),
        ]
    trunk = tall * 0.014
    outline = [
        (x + bend, top),
        *right,
        (x + trunk, foot - tall * 0.03),
        (x + trunk, foot + 0.01),
        (x - trunk, foot + 0.01),
    ]
    return np.array([*outline, (x - trunk, foot - tall * 0.03), *reversed(left)])


def row_of_firs(
    rng: np.random.Generator,
    w: float,
    ground: NDArray[np.floating],
    tall: float,
    gap: float,
    *,
    slim: float = 0.3,
    spare: tuple[float, float] | None = None,
) -> list[Points]:
    """Outlines of firs along a ground line (W,) in units; none within `spare` (x0, x1), a clearing."""
    firs: list[Points] = []
    grove = noise.line(rng, np.linspace(0, w, 256).astype(np.float32), 0.4, 3)
    x = -gap * float(rng.random())
    while x < w + gap:
        here = float(np.interp(x, np.linspace(0, w, 256), grove))
        height = tall * float(rng.uniform(0.42, 1.05)) * (1 + 0.22 * np.tanh(here))
        if not (spare and spare[0] < x < spare[1]):
            foot = float(np.interp(x, np.linspace(0, w, ground.size), ground)) + 0.012
            firs.append(
                conifer(
                    rng,
                    x,
                    foot,
                    height,
                    slim=slim * float(rng.uniform(0.8, 1.2)),
                    tiers=int(np.clip(height * 60, 7, 17)),
                )
            )
        x += gap * float(rng.uniform(0.35, 1.3)) * (1 - 0.25 * np.tanh(here))
    return firs


def stand(
    canvas: Canvas,
    light: Light,
    firs: list[Points],
    surface: Colour,
    distance: float,
    sun: tuple[float, float],
    *,
    name: object,
    foot: float,
    snow: float = 0.0,
) -> None:
    """Firs of one distance as one mass: darker below, lit through by the sun, mist about their feet."""
    if not firs:
        return
    top = canvas.row(min(float(f[:, 1].min()) for f in firs) - 0.01)
    end = min(canvas.height, canvas.row(max(float(f[:, 1].max()) for f in firs)) + 2)
    if end <= top:
        return
    alpha = canvas.mask(firs, top, end)
    rows = slice(top, end)
    y = canvas.y[rows]
    texture = canvas.tile(canvas.rng("needles", name), 512, 28, 4, rough=0.75)
    needle = noise.sample(texture, canvas.x * np.float32(1.9), y * np.float32(1.3))
    near = np.exp(-np.hypot((canvas.x - sun[0]) / 0.4, (y - sun[1]) / 0.5)).astype(np.float32)
    height = np.clip((np.float32(foot) - y) / np.float32(max(foot - top / canvas.unit, 0.02)), 0, 1)
    facing = np.clip(0.05 + 0.22 * height + 0.3 * near + 0.09 * needle, 0, 1)
    planes = light.planes(surface, facing, distance)
    if snow > 0:
        # Snow lies on top of boughs: where the mask begins below open air.
        step = max(1, round(0.006 * canvas.unit))
        above = np.zeros_like(alpha)
        above[step:] = alpha[:-step]
        lying = np.clip(smooth(0.2, 0.9, needle * 0.5 + 0.65 * snow + 0.6 * (1 - above)) * snow, 0, 1)
        for plane, value in zip(
            planes, light.planes(colour("#eef3fa"), np.clip(facing + 0.15, 0, 1), distance), strict=True
        ):
            plane += (value - plane) * lying
    mist = smooth(0.55, 0.0, height) * np.float32(0.15 + 0.75 * light.mist) * np.float32(min(1.0, 0.25 + distance))
    for plane, value in zip(planes, light.haze, strict=True):
        plane += (value - plane) * mist
    canvas.cover(alpha, planes, distance, top=top)


def trunk(rng: np.random.Generator, x: float, foot: float, tall: float, wide: float) -> Points:
    """The outline of a bare trunk with a slight lean."""
    t = np.linspace(0, 1, 9)
    middle = x + np.cumsum(rng.normal(0, 0.0025, 9)) + rng.normal(0, 0.012) * t
    half = wide * (0.5 - 0.16 * t) + wide * 0.35 * np.exp(-t * 22)
    y = foot - tall * t
    return np.concatenate([np.stack([middle - half, y], -1), np.stack([middle + half, y], -1)[::-1]])


def broadleaf(
    canvas: Canvas,
    sheet: Overlay,
    light: Light,
    rng: np.random.Generator,
    x: float,
    foot: float,
    tall: float,
    leaves: Colour,
    distance: float,
    sun_x: float,
    *,
    bare: float = 0.0,
) -> None:
    """A round-headed tree of height `tall`: forked boughs, then leaves dark to light, brightest towards the
    sun.
    """
    bark = colour("#4a3a30")
    boughs: list[tuple[NDArray[np.float64], float]] = []
    tips: list[tuple[float, float]] = []

    def grow(px: float, py: float, angle: float, length: float, wide: float, order: int) -> None:
        bend = float(rng.normal(0, 0.16))
        qx, qy = px + np.cos(angle) * length * 0.5, py - np.sin(angle) * length * 0.5
        ex, ey = qx + np.cos(angle + bend) * length * 0.5, qy - np.sin(angle + bend) * length * 0.5
        boughs.append((np.array([(px, py), (qx, qy), (ex, ey)]), wide))
        if order >= 2:
            tips.append((ex, ey))
        if order == 5:
            return
        forks = 2 if rng.random() < 0.72 else 3
        for k in range(forks):
            spread = (k - (forks - 1) / 2) * float(rng.uniform(0.6, 0.95)) + float(rng.normal(0, 0.1))
            grow(ex, ey, angle + spread * 0.95, length * float(rng.uniform(0.66, 0.82)), wide * 0.62, order + 1)

    grow(x, foot, np.pi / 2 + float(rng.normal(0, 0.05)), tall * 0.27, tall * 0.052, 0)
    dark = light.off(light.on(bark, 0.12), distance)
    for points, wide in boughs:
        sheet.stroke(points, max(wide, 0.0012), dark)
    if bare >= 1:
        return
    spots = np.array(tips)
    centre = spots.mean(0)
    size = tall * 0.05
    count = int(9 * (1 - bare))
    towards = 1.0 if sun_x > x else -1.0
    for tone in range(4):
        ink = [
            light.off(
                light.on(vary(leaves, hue=float(rng.normal(0, 9)), light=-0.05 + 0.02 * tone), 0.06 + 0.27 * tone),
                distance,
            )
            for _ in range(5)
        ]
        lift = tone * size * 0.32
        for tx, ty in spots:
            side = ((tx - centre[0]) * towards - (ty - centre[1]) * 1.15) / (tall * 0.42)
            if tone and side < -0.75 + 0.5 * tone + rng.normal(0, 0.22):
                continue
            for _ in range(max(1, count - 2 * tone)):
                dx, dy = rng.normal(0, size * (1.0 - 0.12 * tone), 2)
                radius = size * float(rng.uniform(0.14, 0.34)) * (1.25 - 0.2 * tone)
                sheet.oval(
                    tx + dx + lift * towards * 0.5,
                    ty + dy * 0.8 - lift,
                    radius * 1.25,
                    radius * 0.85,
                    float(rng.uniform(-40, 40)),
                    ink[int(rng.integers(5))],
                )


def grove(
    canvas: Canvas,
    light: Light,
    rng: np.random.Generator,
    ground: NDArray[np.floating],
    tall: float,
    leaves: Colour,
    distance: float,
    sun: tuple[float, float],
    *,
    cover: float = 0.6,
) -> None:
    """A distant belt of round trees along a ground line (W,), clumped, with gaps."""
    sheet = Overlay(canvas)
    x = np.linspace(0, canvas.w, ground.size)
    clumps = noise.line(rng, np.linspace(0, canvas.w, 512).astype(np.float32), 0.35, 3)
    gate = np.quantile(clumps, 1 - cover)
    place = 0.0
    towards = 1.0 if sun[0] > canvas.w / 2 else -1.0
    dabs: list[tuple[int, float, float, float, float]] = []
    while place < canvas.w:
        if np.interp(place, np.linspace(0, canvas.w, 512), clumps) > gate:
            size = tall * float(rng.uniform(0.5, 1.0))
            foot = float(np.interp(place, x, ground))
            for tone in range(3):
                for _ in range(16 - 4 * tone):
                    a, r = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random())
                    dx, dy = np.cos(a) * r * size * 0.42, np.sin(a) * r * size * 0.42
                    shift = tone * size * 0.09
                    dabs.append(
                        (
                            tone,
                            place + dx + shift * towards,
                            foot - size * 0.5 + dy - shift,
                            size * float(rng.uniform(0.09, 0.17)),
                            float(rng.normal()),
                        )
                    )
            dabs.append((0, place, foot - size * 0.12, size * 0.2, 0.0))
        place += tall * float(rng.uniform(0.22, 0.7))
    for tone in range(3):
        inks = [
            light.off(light.on(vary(leaves, hue=8 * h, light=0.02 * tone), 0.04 + 0.3 * tone), distance)
            for h in (-1.2, -0.4, 0.4, 1.2)
        ]
        for level, px, py, radius, hue in dabs:
            if level == tone:
                sheet.oval(px, py, radius * 1.2, radius, 0, inks[int(np.clip(hue + 2, 0, 3))])
    sheet.lay(distance)
