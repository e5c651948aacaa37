"""Geometry: a Bauhaus composition of tiles, isometric blocks, or arcs about a sun."""

import numpy as np

from gesso.imaging.sketchbook.canvas import Canvas, Overlay
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.palette import Colour, code, colour, colours, mix, to_lch, vary
from gesso.imaging.sketchbook.svg import circle, path, polygon, rect
from gesso.imaging.sketchbook.words import Brief

# The first is the ground.
PALETTES = (
    "#f3ecdd #d8432f #1f3f6e #e9b13b #1b1b1f #5f9ea0",
    "#f5e6d3 #e2725b #2a4d4f #e8b04a #7a9e87 #33272a",
    "#efe7da #e4572e #17bebb #ffc914 #2e282a #76b041",
    "#1f2a44 #f2c14e #f78154 #5fad8c #f4f1e6 #b4436c",
    "#f7efe5 #c06c84 #355c7d #f8b195 #6c5b7b #f3d9b1",
    "#f1ead8 #27476e #c8553d #f28f3b #588b8b #ffd5c2",
)


def paint(canvas: Canvas, brief: Brief, light: Light) -> None:
    rng = canvas.rng("geometric")
    ground, inks = palette_of(brief, rng)
    words = set(brief.reading.understood)
    if brief.has("isometric"):
        kind = 1
    elif words & {"bauhaus", "pattern", "patterns"}:
        kind = 0
    elif words & {"circle", "circles"} or brief.reading.scene == "poster":
        kind = 2
    else:
        kind = int(rng.integers(3))
    for plane, value in zip(canvas.rgb, ground, strict=True):
        plane[...] = value
    (tiles, blocks, arcs)[kind](canvas, ground, inks)
    grain = (
        1
        + 0.012 * canvas.fbm("print grain", cell=0.008, octaves=2)
        + 0.010 * canvas.fbm("print tone", cell=0.3, octaves=3)
    )
    canvas.rgb *= grain


def palette_of(brief: Brief, rng: np.random.Generator) -> tuple[Colour, list[Colour]]:
    """The ground and the inks: the named colours on paper, or a set by chance."""
    if brief.loose:
        named = list(colours(*brief.loose))
        if len(named) == 1:
            named += [
                vary(named[0], light=-0.22),
                vary(named[0], light=0.14, chroma=0.7),
                vary(named[0], hue=150),
            ]
        elif len(named) == 2:
            named += [mix(named[0], named[1], 0.5), vary(named[0], light=-0.2)]
        return colour("#f4ecdc"), named
    chosen = colours(*PALETTES[int(rng.integers(len(PALETTES)))].split())
    return chosen[0], list(chosen[1:])


def tiles(canvas: Canvas, ground: Colour, inks: list[Colour]) -> None:
    """A grid whose cells hold quarter discs, arcs, stripes; some span four cells for rhythm."""
    rng = canvas.rng("tiles")
    across = int(rng.integers(4, 7))
    size = 1.0 / across
    columns, rows = int(np.ceil(canvas.w / size - 1e-6)), int(np.ceil(canvas.h / size - 1e-6))
    taken = np.zeros((rows + 1, columns + 1), bool)
    off_x, off_y = (canvas.w - columns * size) / 2, (canvas.h - rows * size) / 2
    body: list[str] = []
    for row in range(rows):
        for column in range(columns):
            if taken[row, column]:
                continue
            big = (
                rng.random() < 0.16
                and column + 1 < columns
                and row + 1 < rows
                and not taken[row : row + 2, column : column + 2].any()
            )
            span = 2 if big else 1
            taken[row : row + span, column : column + span] = True
            body.append(tile(rng, off_x + column * size, off_y + row * size, size * span, ground, inks))
    canvas.draw("".join(body), 0.4)


def tile(rng: np.random.Generator, x: float, y: float, s: float, ground: Colour, inks: list[Colour]) -> str:
    """One cell: a figure in the unit square, turned by quarters."""
    order = rng.permutation(len(inks))
    a, b, c = (code(inks[order[k % len(inks)]]) for k in range(3))
    back = a if rng.random() < 0.55 else code(ground)
    front = b if back == a else a
    turn = int(rng.integers(4)) * 90
    quarter, half = "M0 0 H1 A1 1 0 0 1 0 1Z", "A.5 .5 0 0 1"
    arc = '<path d="M{r} 0 A{r} {r} 0 0 1 0 {r}" fill="none" stroke="{ink}" stroke-width=".13"/>'
    shapes = (
        path(front, quarter),
        path(front, quarter) + path(c, "M0 0 H.55 A.55 .55 0 0 1 0 .55Z"),
        circle(front, 0.5, 0.5, 0.36),
        circle(front, 0.5, 0.5, 0.4) + circle(back, 0.5, 0.5, 0.2),
        path(front, f"M0 .5 {half} 1 .5Z") + path(c, f"M0 1 {half} 1 1Z"),
        polygon(front, (0, 0), (1, 1), (0, 1)),
        "".join(rect(front, 0, 0.1 + 0.2 * k, 1, 0.1) for k in range(5)),
        "".join(arc.format(r=r, ink=front if k % 2 else c) for k, r in enumerate((0.26, 0.52, 0.78))),
        path(front, "M0 0 A1 1 0 0 1 1 1 A1 1 0 0 1 0 0Z"),
        "".join(circle(front, 0.17 + 0.33 * (k % 3), 0.17 + 0.33 * (k // 3), 0.085) for k in range(9)),
        path(front, f"M0 .5 {half} .5 0 L.5 1 {half} 0 .5Z") + path(c, f"M1 .5 {half} .5 1 L.5 0 {half} 1 .5Z"),
        "",
    )
    inner = rect(back, 0, 0, 1, 1) + shapes[int(rng.integers(len(shapes)))]
    # A hair larger than its cell, so that no paper shows between neighbours.
    place = f"translate({x:.5f} {y:.5f}) scale({s * 1.0015:.5f}) rotate({turn} .5 .5)"
    return f'<g transform="{place}">{inner}</g>'


def blocks(canvas: Canvas, ground: Colour, inks: list[Colour]) -> None:
    """Isometric blocks on a grid, heights in a gentle relief, light from the left."""
    rng = canvas.rng("blocks")
    half = float(rng.uniform(0.048, 0.07))
    quarter = half / np.sqrt(3)
    sheet = Overlay(canvas)
    faces = [
        [vary(c, light=min(0.07, 0.97 - float(to_lch(c)[0]))), vary(c, light=-0.05), vary(c, light=-0.17)] for c in inks
    ]
    columns, rows = int(canvas.w / half / 2) + 4, int(canvas.h / quarter) + 14
    px, py = rng.uniform(0, 6.3, 2)
    for row in range(-2, rows):
        for column in range(-2, columns):
            x = column * 2 * half + (half if row % 2 else 0)
            y = row * quarter
            wave = np.sin(x * 4.2 + px) + np.sin(y * 3.6 + py) + 0.8 * np.sin((x + y) * 2.7)
            tall = half * max(0.0, 1.1 + 0.75 * wave + float(rng.choice([0, 0.6, 1.4], p=[0.6, 0.25, 0.15])))
            pick = int(np.clip((wave + 2.6) / 5.2 * len(inks) + rng.normal(0, 0.5), 0, len(inks) - 1))
            block(sheet, x, y, half, quarter, tall, faces[pick], inset=rng.random() < 0.16)
    sheet.lay(0.4)


def block(
    sheet: Overlay,
    x: float,
    y: float,
    half: float,
    quarter: float,
    tall: float,
    faces: list[Colour],
    *,
    inset: bool,
) -> None:
    """One block whose foot is the rhombus about (x, y); `faces` colours its top, left, right."""
    up = y - tall
    left, right = (x - half, up), (x + half, up)
    sheet.fill(np.array([left, (x, up + quarter), (x, y + quarter), (x - half, y)]), faces[1])
    sheet.fill(np.array([right, (x, up + quarter), (x, y + quarter), (x + half, y)]), faces[2])
    sheet.fill(np.array([(x, up - quarter), right, (x, up + quarter), left]), faces[0])
    if inset:
        k = 0.52
        sheet.fill(
            np.array([(x, up - quarter * k), (x + half * k, up), (x, up + quarter * k), (x - half * k, up)]),
            faces[1],
        )


def arcs(canvas: Canvas, ground: Colour, inks: list[Colour]) -> None:
    """Large discs, half discs and arcs in balance, with bars and dots: a few big forms and much air."""
    rng = canvas.rng("arcs")
    paper, ink = code(ground), [code(inks[k % len(inks)]) for k in range(6)]
    w, h = canvas.w, canvas.h
    cx, cy = w * float(rng.choice([0.36, 0.62])), h * float(rng.uniform(0.32, 0.42))
    r = float(rng.uniform(0.26, 0.33))
    body = [circle(ink[0], cx, cy, r)]
    horizon = cy + r * float(rng.uniform(0.25, 0.6))
    # Bars across the lower half of the disc, thicker downwards: a sun and its sea.
    bars = range(int(rng.integers(4, 7)))
    body += [rect(paper, -0.1, horizon + k * r * 0.3, w + 0.2, r * (0.05 + 0.035 * k)) for k in bars]
    ox, oy = (w * 0.92 if cx < w / 2 else w * 0.08), h * float(rng.uniform(0.66, 0.8))
    for k, radius in enumerate((0.42, 0.34, 0.26, 0.18, 0.1)):
        tone = paper if k % 2 else ink[k + 1]
        body.append(path(tone, "M", (ox - radius, oy), f"A{radius} {radius} 0 0 1", (ox + radius, oy), "Z"))
    qx, qy, q = (w * 0.06 if cx > w / 2 else w * 0.94), h * float(rng.uniform(0.1, 0.2)), 0.0385
    body += [circle(ink[2], qx + (k % 3 - 1) * q, qy + (k // 3 - 1) * q, 0.009) for k in range(12)]
    tx = w * float(rng.uniform(0.1, 0.3)) if ox > w / 2 else w * float(rng.uniform(0.7, 0.9))
    ty, t = h * float(rng.uniform(0.72, 0.84)), 0.13
    body.append(polygon(ink[3], (tx - t, ty + t), (tx + t, ty + t), (tx + t, ty - t)))
    body.append(circle(ink[1], tx - t * 0.25, ty - t * 0.15, t * 0.42))
    slope = float(rng.choice([-1, 1])) * 28
    rods = "".join(rect(ink[4], w * 0.2 + k * 0.022, h * 0.02, 0.007, 0.26 - 0.02 * k) for k in range(5))
    body.append(f'<g transform="rotate({slope} {w / 2} {h / 2})">{rods}</g>')
    canvas.draw("".join(body), 0.4)
