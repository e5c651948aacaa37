"""Cut paper: a vase of flowers, or one large bloom, each leaf a sheet with its own shadow."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.sketchbook import noise
from gesso.imaging.sketchbook.canvas import Canvas, lookup
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.palette import Colour, colour, lch, mix, ramp, to_lch, vary
from gesso.imaging.sketchbook.words import Brief

Points = NDArray[np.float64]
# ground, table, flowers, leaves, vase
SETS = (
    (
        "#f3dfc8",
        "#dfb48f",
        ("#d95d4e", "#e98f4e", "#f3c26b", "#b8424f"),
        ("#5d7d5a", "#86a06c", "#3f6357"),
        "#38566b",
    ),
    (
        "#2f3e55",
        "#1f2a3d",
        ("#f2a3ab", "#f6c9b8", "#e06d86", "#f5e3c8"),
        ("#5f8f7c", "#86ae8c", "#3d6a63"),
        "#d9a74e",
    ),
    (
        "#dfe6df",
        "#b9c8bd",
        ("#8f7bc4", "#c2aee6", "#6a5aa8", "#efe4f4"),
        ("#6d8f62", "#93ad77", "#47694f"),
        "#e3b9a4",
    ),
    (
        "#f0b8a4",
        "#d98a78",
        ("#fbf0dd", "#f6d36b", "#ef7f5a", "#c53f52"),
        ("#4f7a63", "#7da273", "#2f5a50"),
        "#7a3d57",
    ),
    (
        "#f6e7b8",
        "#e6b75c",
        ("#e2574c", "#3f78a8", "#f4f0e2", "#e98fa4"),
        ("#4f8560", "#89ad60", "#35634e"),
        "#2f6f7a",
    ),
    (
        "#1f4a4d",
        "#143638",
        ("#f4b860", "#ef7d57", "#f7e3c4", "#d8486a"),
        ("#8db27a", "#5e9470", "#b8c98a"),
        "#e9dcc6",
    ),
)


class Sheets:
    """Lays pieces of paper on a canvas, light from the upper left."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.fibre = noise.fbm(
            canvas.rng("fibre"), (canvas.height, canvas.width), canvas.unit, 0.012, 3, rough=0.8
        ) * np.float32(0.018)
        self.count = 0

    def lay(self, outline: Points, paint: Colour, lift: float = 0.01, *, curl: float = 0.0, turn: float = 0.0) -> None:
        """A piece with outline (N, 2), `lift` above what lies below; `curl` shades it across, along angle
        `turn`.
        """
        canvas = self.canvas
        margin = lift * 3 + 2 / canvas.unit
        low, high = outline.min(0), outline.max(0)
        rows, columns = canvas.span(low[0] - margin, low[1] - margin, high[0] + margin, high[1] + margin)
        if rows.stop - rows.start < 1 or columns.stop - columns.start < 1:
            return
        mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        cv2.fillPoly(mask, [canvas.fixed(outline, rows.start, columns.start)], 255, cv2.LINE_AA, 4)
        alpha = mask.astype(np.float32) * np.float32(1 / 255)
        self.count += 1
        if lift > 0:
            drop = lift * canvas.unit
            move = np.array([[1, 0, drop * 0.55], [0, 1, drop * 0.8]], np.float32)
            size = (mask.shape[1], mask.shape[0])
            shadow = cv2.GaussianBlur(cv2.warpAffine(alpha, move, size), (0, 0), max(0.4, drop * 0.55))
            canvas.cover(
                shadow * np.float32(0.42),
                mix(paint, np.zeros(3, np.float32), 0.72) * np.float32(0.3),
                top=rows.start,
                left=columns.start,
            )
        middle = (low + high) / 2
        size_ = max(float(np.hypot(*(high - low))) / 2, 1e-4)
        dx, dy = (canvas.x[:, columns] - middle[0]) / size_, (canvas.y[rows] - middle[1]) / size_
        tone = 1 - 0.10 * (dx + dy) + curl * (dx * np.cos(turn) + dy * np.sin(turn)) + self.fibre[rows, columns]
        # The cut edge catches the light.
        rim = np.clip(
            alpha
            - cv2.warpAffine(
                alpha,
                np.array([[1, 0, 1.1], [0, 1, 1.1]], np.float32)
                if canvas.unit > 300
                else np.eye(2, 3, dtype=np.float32),
                (mask.shape[1], mask.shape[0]),
            ),
            0,
            1,
        )
        tone = np.asarray(tone * 0.94 + 0.22 * rim, np.float32)
        canvas.cover(
            alpha,
            [tone * c for c in paint],
            max(0.0, 0.6 - 0.004 * self.count),
            top=rows.start,
            left=columns.start,
        )


def petal(
    x: float, y: float, angle: float, length: float, wide: float, *, tip: float = 0.0, notch: float = 0.0
) -> Points:
    """A petal from (x, y) along `angle`: `wide` across, broadest past the middle; `tip` sharpens, `notch`
    dents it.
    """
    t = np.linspace(0, 1, 22)
    half = wide / 2 * np.sin(np.pi * t ** (0.78 - 0.2 * tip)) ** (0.75 + 0.7 * tip)
    along = length * (t - notch * 0.16 * np.exp(-(((t - 1) / 0.12) ** 2)))
    side = np.concatenate([np.stack([along, half], -1), np.stack([along, -half], -1)[::-1]])
    c, s = np.cos(angle), np.sin(angle)
    return np.asarray(side @ np.array([[c, s], [-s, c]]) + (x, y))


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("paper")
    ground, table, heads, leaves, pot = colours_of(brief, rng)
    if light.night > 0.6 and not brief.loose:
        ground, table = vary(ground, light=-0.45, chroma=0.8), vary(table, light=-0.42)
    backdrop(canvas, ground)
    if brief.has("flower") and not brief.has("vase", "bouquet", "stilllife", "flowers"):
        bloom(canvas, heads, leaves)
    else:
        arrangement(canvas, brief, ground, table, heads, leaves, pot)


def colours_of(brief: Brief, rng: np.random.Generator) -> tuple[Colour, Colour, list[Colour], list[Colour], Colour]:
    """Ground, table, flowers, leaves, vase; the named colours go to what they were said of."""
    one, two, three, four, five = SETS[int(rng.integers(len(SETS)))]
    ground, table, heads, leaves, pot = (
        colour(one),
        colour(two),
        [colour(c) for c in three],
        [colour(c) for c in four],
        colour(five),
    )
    said = brief.tints.get("flowers") or brief.tints.get("flower") or brief.tints.get("bouquet")
    loose = brief.loose or brief.tints.get("stilllife", ())
    if not said and loose:
        said = loose[:2]
    if said:
        pale = float(to_lch(colour(said[0]))[0]) > 0.88
        turns = ((0, 0.02), (0, 0), (0, -0.025)) if pale else ((0, 0), (14, 0.07), (-10, -0.08))
        heads = [vary(colour(c), hue=turn, light=lift) for c in said for turn, lift in turns]
        hue = float(to_lch(heads[0])[2])
        dark = pale or rng.random() < 0.4
        ground = lch(0.3 if dark else 0.93, 0.04, hue + 160) if len(loose) < 3 else colour(loose[-1])
        table = vary(ground, light=-0.1 if not dark else -0.07, chroma=1.5)
    if brief.tints.get("vase"):
        pot = colour(brief.tints["vase"][0])
    return ground, table, heads, leaves, pot


def backdrop(canvas: Canvas, ground: Colour) -> None:
    """A wall with the light falling off to one side."""
    t = np.clip(0.55 * canvas.y / canvas.h + 0.45 * canvas.x / canvas.w, 0, 1) + 0.01 * canvas.fbm(
        "wall", cell=0.5, octaves=3
    )
    table = ramp(np.stack([vary(ground, light=0.035), ground, vary(ground, light=-0.07)]))
    for plane, value in zip(canvas.rgb, lookup(table, np.asarray(t, np.float32)), strict=True):
        plane[...] = value


def bloom(canvas: Canvas, heads: list[Colour], leaves: list[Colour]) -> None:
    """One large flower, ring within ring, on a bed of leaves."""
    rng = canvas.rng("bloom")
    sheets = Sheets(canvas)
    x, y = canvas.w / 2 + float(rng.normal(0, 0.05)), canvas.h / 2 + float(rng.normal(0, 0.04))
    for k in range(11):
        angle = 2 * np.pi * k / 11 + float(rng.normal(0, 0.16))
        leaf(sheets, rng, x, y, angle, float(rng.uniform(0.5, 0.68)), leaves[int(rng.integers(len(leaves)))])
    rings = int(rng.integers(6, 8))
    tip, notch = float(rng.choice([0.0, 0.5, 0.9])), float(rng.choice([0.0, 0.8]))
    for ring in range(rings):
        t = ring / (rings - 1)
        count = round(15 - 7 * t)
        length = 0.44 * (1 - t) ** 0.85 + 0.075
        turn = float(rng.uniform(0, 1))
        for k in range(count):
            angle = 2 * np.pi * (k + turn) / count + float(rng.normal(0, 0.05))
            base = (
                heads[min(len(heads) - 1, int(t * len(heads)))]
                if rng.random() < 0.75
                else heads[int(rng.integers(len(heads)))]
            )
            shade = vary(base, light=float(rng.normal(0.015, 0.02)) + 0.03 * np.sin(ring * 2))
            long = length * float(rng.uniform(0.9, 1.08))
            sheets.lay(
                petal(x, y, angle, long, long * (0.62 + 0.1 * t), tip=tip, notch=notch),
                shade,
                0.012 + 0.004 * t,
                curl=0.12,
                turn=angle + np.pi,
            )
            if ring < 4:
                vein(sheets, x, y, angle, long, shade)
    heart(sheets, rng, x, y, 0.052, colour("#f2b94b"), vary(heads[-1], light=-0.2))


def vein(sheets: Sheets, x: float, y: float, angle: float, long: float, shade: Colour) -> None:
    """A slit along a petal."""
    c, s = np.cos(angle), np.sin(angle)
    a, b, wide = 0.45 * long, 0.86 * long, 0.0022
    points = np.array(
        [
            (x + a * c, y + a * s),
            (x + (a + b) / 2 * c - wide * s, y + (a + b) / 2 * s + wide * c),
            (x + b * c, y + b * s),
            (x + (a + b) / 2 * c + wide * s, y + (a + b) / 2 * s - wide * c),
        ]
    )
    sheets.lay(points, vary(shade, light=-0.07), 0)


def heart(sheets: Sheets, rng: np.random.Generator, x: float, y: float, r: float, paint: Colour, dark: Colour) -> None:
    """The centre of a flower: a disc, and a ring of dots."""
    sheets.lay(ring_of(x, y, r), dark, r * 0.16)
    sheets.lay(ring_of(x, y, r * 0.72), paint, r * 0.14)
    for k in range(12):
        a = 2 * np.pi * k / 12
        sheets.lay(
            ring_of(x + np.cos(a) * r * 0.48, y + np.sin(a) * r * 0.48, r * 0.085),
            vary(paint, light=-0.14),
            0,
        )


def ring_of(x: float, y: float, r: float) -> Points:
    a = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return np.stack([x + r * np.cos(a), y + r * np.sin(a)], -1)


def leaf(
    sheets: Sheets, rng: np.random.Generator, x: float, y: float, angle: float, length: float, paint: Colour
) -> None:
    """A leaf with a folded midrib."""
    wide = length * float(rng.uniform(0.24, 0.36))
    shade = vary(paint, light=float(rng.normal(0, 0.025)))
    outline = petal(x, y, angle, length, wide, tip=0.9)
    sheets.lay(outline, shade, 0.010)
    half = len(outline) // 2
    axis = np.stack(
        [
            x + np.linspace(1, 0, half) * length * np.cos(angle),
            y + np.linspace(1, 0, half) * length * np.sin(angle),
        ],
        -1,
    )
    sheets.lay(np.concatenate([outline[:half], axis]), vary(shade, light=0.045), 0)


def arrangement(
    canvas: Canvas,
    brief: Brief,
    ground: Colour,
    table: Colour,
    heads: list[Colour],
    leaves: list[Colour],
    pot: Colour,
) -> None:
    """A vase on a table, stems fanning out, heads large at the focus and small at the rim."""
    rng = canvas.rng("arrangement")
    sheets = Sheets(canvas)
    level = canvas.h - 0.17 - 0.06 * float(rng.random()) - max(0.0, canvas.h - 1) * 0.16
    x = canvas.w / 2 + float(rng.normal(0, 0.05))
    stage = int(rng.integers(3))
    lift = max(0.0, canvas.h - 1) * 0.42
    tall = float(rng.uniform(0.27, 0.33))
    if stage == 0:
        sheets.lay(
            ring_of(x + float(rng.normal(0, 0.1)), level - 0.5 - lift * 0.5, 0.34),
            vary(mix(ground, heads[2 % len(heads)], 0.45), light=0.03),
            0.004,
        )
    elif stage == 1:
        r, up = 0.36, level - 0.44 - lift * 0.5
        a = np.linspace(np.pi, 2 * np.pi, 40)
        arch = np.concatenate([np.stack([x + r * np.cos(a), up + r * np.sin(a)], -1), [(x + r, level), (x - r, level)]])
        sheets.lay(arch, vary(ground, light=-0.07 if to_lch(ground)[0] > 0.5 else 0.08), 0.006)
    sheets.lay(
        np.array([(-0.1, level), (canvas.w + 0.1, level), (canvas.w + 0.1, canvas.h + 0.1), (-0.1, canvas.h + 0.1)]),
        table,
        0.008,
    )
    foot = level + 0.075
    mouth = foot - tall
    heads_at = places(rng, x, mouth, lift)
    stem = vary(leaves[-1], light=-0.05)
    for hx, hy, _ in heads_at:
        stalk(sheets, x + float(rng.normal(0, 0.012)), mouth + 0.06, hx, hy, stem)
    for _ in range(int(rng.integers(16, 22))):
        angle = -np.pi / 2 + float(rng.normal(0, 0.85))
        sx, sy = x + float(rng.normal(0, 0.05)), mouth - float(rng.uniform(0.0, 0.14))
        if rng.random() < 0.35:
            sprig(
                sheets,
                rng,
                sx,
                sy,
                angle,
                float(rng.uniform(0.2, 0.34)),
                leaves[int(rng.integers(len(leaves)))],
            )
        else:
            leaf(
                sheets,
                rng,
                sx,
                sy,
                angle,
                float(rng.uniform(0.16, 0.28)),
                leaves[int(rng.integers(len(leaves)))],
            )
    for i in np.argsort([s for _, _, s in heads_at], kind="stable"):
        hx, hy, size = heads_at[i]
        flower(sheets, rng, hx, hy, size, heads[int(rng.integers(len(heads)))], heads)
    vase(sheets, rng, x, mouth, foot, pot)
    for _ in range(int(rng.integers(2, 5))):
        px = x + float(rng.choice([-1, 1])) * float(rng.uniform(0.16, 0.4))
        fallen = petal(px, foot - 0.02 + float(rng.uniform(0, 0.08)), float(rng.uniform(0, 6.3)), 0.05, 0.032)
        sheets.lay(fallen, heads[int(rng.integers(len(heads)))], 0.005)


def places(rng: np.random.Generator, x: float, mouth: float, lift: float) -> list[tuple[float, float, float]]:
    """Where the heads are and how large: about a focus above the mouth, none hiding another."""
    chosen: list[tuple[float, float, float]] = []
    sizes = [0.135, 0.12, 0.11, *rng.uniform(0.055, 0.095, int(rng.integers(7, 11)))]
    cy = mouth - 0.2 - lift * 0.3
    for size in sizes:
        for _ in range(60):
            a, r = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random()) * 0.28
            px, py = x + np.cos(a) * r * 1.12, cy + np.sin(a) * r * (0.72 + lift * 0.5)
            if py > mouth - size * 0.35 or py < size + 0.035:
                continue
            if all(np.hypot(px - qx, py - qy) > 0.72 * (size + q) for qx, qy, q in chosen):
                chosen.append((float(px), float(py), float(size)))
                break
    return chosen


def stalk(sheets: Sheets, x0: float, y0: float, x1: float, y1: float, paint: Colour) -> None:
    t = np.linspace(0, 1, 16)
    px = x0 + (x1 - x0) * t**1.5
    py = y0 + (y1 - y0) * t
    wide = 0.004
    sheets.lay(np.concatenate([np.stack([px - wide, py], -1), np.stack([px + wide, py], -1)[::-1]]), paint, 0.004)


def sprig(
    sheets: Sheets, rng: np.random.Generator, x: float, y: float, angle: float, length: float, paint: Colour
) -> None:
    """A twig with paired round leaves."""
    stalk(sheets, x, y, x + length * np.cos(angle), y + length * np.sin(angle), vary(paint, light=-0.06))
    for k in range(7):
        t = 0.25 + 0.75 * k / 6
        px, py = x + length * t**1.5 * np.cos(angle), y + length * t * np.sin(angle)
        size = 0.052 * (1.1 - 0.45 * t)
        for side in (-1, 1):
            sheets.lay(
                petal(px, py, angle + side * 0.95, size, size * 0.7),
                vary(paint, light=float(rng.normal(0.02, 0.03))),
                0.004,
            )


def flower(
    sheets: Sheets,
    rng: np.random.Generator,
    x: float,
    y: float,
    size: float,
    paint: Colour,
    heads: list[Colour],
) -> None:
    """A daisy, a poppy, a peony or a berry head, by chance and by size."""
    kind = rng.random()
    turn = float(rng.uniform(0, 6.3))
    if size < 0.068 and kind < 0.4:
        for _ in range(9):
            a, r = rng.uniform(0, 6.3), np.sqrt(rng.random()) * size * 0.75
            sheets.lay(
                ring_of(x + r * np.cos(a), y + r * np.sin(a), size * 0.26),
                vary(paint, light=float(rng.normal(0, 0.04))),
                0.003,
            )
        return
    if kind < 0.36:
        rings, count, wide, tip, notch = 2, 12, 0.36, 0.25, 0.0
    elif kind < 0.66:
        rings, count, wide, tip, notch = 2, 5, 1.05, 0.0, 0.6
    else:
        rings, count, wide, tip, notch = 4, 8, 0.72, 0.0, 0.5
    for ring in range(rings):
        t = ring / rings
        n = max(5, count - 2 * ring)
        long = size * (1 - 0.72 * t)
        for k in range(n):
            angle = turn + ring * 0.4 + 2 * np.pi * k / n + float(rng.normal(0, 0.06))
            shade = vary(paint, light=float(rng.normal(0, 0.022)) + (0.05 if ring % 2 else 0.0))
            sheets.lay(
                petal(x, y, angle, long * float(rng.uniform(0.92, 1.08)), long * wide, tip=tip, notch=notch),
                shade,
                size * 0.07,
                curl=0.13,
                turn=angle + np.pi,
            )
    bright = float(to_lch(paint)[0]) > 0.7
    heart(
        sheets,
        rng,
        x,
        y,
        size * 0.24,
        colour("#f0b545") if not bright else vary(heads[0], light=-0.05),
        vary(paint, light=-0.22),
    )


def vase(sheets: Sheets, rng: np.random.Generator, x: float, mouth: float, foot: float, paint: Colour) -> None:
    """A turned vase, its bands and its lit side."""
    t = np.linspace(0, 1, 40)
    kind = int(rng.integers(4))
    half = (
        0.07 + 0.075 * np.sin(np.pi * (0.12 + 0.8 * t)) ** 1.4,
        0.055 + 0.11 * np.exp(-(((t - 0.64) / 0.26) ** 2)),
        0.075 + 0.05 * t - 0.02 * np.sin(np.pi * t),
        0.1 - 0.035 * t + 0.012 * np.cos(t * 3),
    )[kind]
    y = mouth + (foot - mouth) * t
    shape = np.concatenate([np.stack([x + half, y], -1), np.stack([x - half, y], -1)[::-1]])
    sheets.lay(shape, paint, 0.014)
    shade = np.concatenate([np.stack([x + half, y], -1), np.stack([x + half * 0.45, y], -1)[::-1]])
    sheets.lay(shade, vary(paint, light=-0.06), 0)
    style = int(rng.integers(3))
    if style == 0:
        for a, b in ((0.42, 0.5), (0.55, 0.58)):
            keep = (t >= a) & (t <= b)
            sheets.lay(
                np.concatenate(
                    [np.stack([x + half[keep], y[keep]], -1), np.stack([x - half[keep], y[keep]], -1)[::-1]]
                ),
                vary(paint, light=0.16, chroma=0.8),
                0,
            )
    elif style == 1:
        for row in range(3):
            at = 0.4 + 0.16 * row
            wide = float(np.interp(at, t, half))
            for k in range(5):
                sheets.lay(
                    ring_of(x + wide * 0.8 * np.sin((k - 2) * 0.55), float(np.interp(at, t, y)), 0.011),
                    vary(paint, light=0.2, chroma=0.7),
                    0,
                )
    rim = np.array(
        [
            (x - half[0] * 1.08, mouth - 0.008),
            (x + half[0] * 1.08, mouth - 0.008),
            (x + half[0] * 1.02, mouth + 0.014),
            (x - half[0] * 1.02, mouth + 0.014),
        ]
    )
    sheets.lay(rim, vary(paint, light=0.06), 0.006)
