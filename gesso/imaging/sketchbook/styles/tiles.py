"""Made of pieces: stained glass, mosaic, low poly, embroidery."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.sketchbook.styles.brush import Strokes, directions, lay
from gesso.imaging.sketchbook.styles.fields import (
    blur,
    chances,
    colour,
    far,
    fit,
    flow,
    lift,
    luma,
    mix,
    nearest,
    noise,
    pick,
    places,
    plain,
    proxy,
    ramp,
    relief,
    rgb_of,
    saturate,
    scatter,
    simplify,
    slope,
    spread,
    swatches,
    toned,
    vignette,
)
from gesso.imaging.sketchbook.styles.picture import Picture, Plane

_SHIFT = 4


def stained_glass(p: Picture) -> Plane:
    """Panes that follow the shapes of the picture, held in lead, with daylight behind them."""
    small = plain(p, 300, 14, 10)
    # A small picture is enlarged for this: the panes then fall as they do in a large one.
    grow = min(300 / min(small.shape[:2]), (400_000 / (small.shape[0] * small.shape[1])) ** 0.5)
    if grow > 1:
        small = np.clip(fit(small, (round(small.shape[0] * grow), round(small.shape[1] * grow))), 0, 1)
    size = 64.0
    labels, count = _panes(p, small, size)
    key = saturate(small, 1.55)
    grey = luma(key)
    key *= lift(toned(grey, 1.8, 0.5)) / lift(np.maximum(grey, 0.06))
    height, width = p.depth.shape
    ratio = np.array([width / small.shape[1], height / small.shape[0]], np.float32)
    glass = np.clip(fit(key, (height, width)) * 255, 0, 255).astype(np.uint8)
    lead = np.zeros((height, width), np.uint8)
    thick = max(1, round(6 * p.scale))
    least = 0.12 * (size * min(small.shape[:2]) / 1024) ** 2
    # The panes at the sides reach out of the picture, so that their outlines are not rounded off within it.
    apron = 6
    wide_labels = np.pad(labels, apron, mode="edge")
    wide_key = np.pad(key, ((apron, apron), (apron, apron), (0, 0)), mode="edge").reshape(-1, 3)
    batch = p.rng.uniform(0.86, 1.12, count)
    melt = p.rng.uniform(-0.02, 0.02, (count, 3))
    sizes = np.bincount(wide_labels.ravel(), minlength=count)
    panes = np.split(np.argsort(wide_labels, axis=None, kind="stable"), np.cumsum(sizes)[:-1])
    for k, own in enumerate(panes):
        if own.size == 0:
            continue
        rows, columns = np.divmod(own, wide_labels.shape[1])
        y, x = int(rows.min()), int(columns.min())
        cell = np.zeros((rows.max() - y + 1 + 2 * apron, columns.max() - x + 1 + 2 * apron), np.uint8)
        cell[rows - y + apron, columns - x + apron] = 255
        tint = wide_key[own].mean(0) * batch[k] + melt[k]
        # A glazier cuts no zigzags: the outline is eased before it is straightened.
        cell = cv2.GaussianBlur(cell, (0, 0), 2.0)
        found, _ = cv2.findContours(np.uint8(cell > 120), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for outline in found:
            if cv2.contourArea(outline) < least:
                continue
            line = cv2.approxPolyDP(outline, 1.3, True)[:, 0] + np.array([x, y]) - 2 * apron + 0.5
            line = np.rint((line * ratio - 0.5) * (1 << _SHIFT)).astype(np.int32)
            cv2.fillPoly(glass, [line], np.clip(tint * 255, 0, 255).tolist(), cv2.LINE_AA, _SHIFT)
            cv2.polylines(lead, [line], True, 255, thick, cv2.LINE_AA, _SHIFT)
    pane = glass.astype(np.float32) * np.float32(1 / 255)
    came = np.clip(blur(p, lead.astype(np.float32) * np.float32(1 / 255), 1.2) * 1.25, 0, 1)
    # Blown glass is never even: streaks, seeds, and a slow change of thickness.
    streak = spread(noise(p, 44, 4, 0.6, stretch=0.35))
    bubble = ramp(0.80, 0.88, noise(p, 12))
    inner = 1 - blur(p, came, 11)
    light = 0.80 + 0.30 * inner + 0.09 * streak + 0.10 * bubble
    pane *= lift(light)
    # Daylight spills over the lead.
    spill = blur(p, pane, 20)
    pane = 1 - (1 - np.clip(pane, 0, 1)) * (1 - 0.22 * spill)
    ridge = relief(p, blur(p, came, 1.6), 5.0)
    metal = (
        colour("17161a") + lift(0.16 * np.clip(ridge, 0, 1) + 0.05 * noise(p, 3, 2)) * colour("c8c6d0") + 0.10 * spill
    )
    return mix(pane, metal, lift(came)) * vignette(p, 0.25)


def mosaic(p: Picture) -> Plane:
    """Tesserae set in rows along the outlines, tilted each in its own way, in pale mortar."""
    along = flow(p, 5)
    side = 13.5
    source = blur(p, saturate(p.rgb, 1.15), 4)
    at, way, size = _rows(p, along, side)
    tint = pick(source, at, p.depth.shape)
    # How many tiles there are hangs on tiny differences: what befalls one is drawn by its place.
    light, girth, stretch, lean, *hues = (chances(p, at, side) for _ in range(7))
    tint = tint * lift(0.87 + 0.26 * light) + 0.045 * (np.stack(hues, -1) - 0.5)
    wide = side * size * (0.80 + 0.18 * stretch)
    tall = side * size * (0.84 + 0.09 * girth)
    mortar = colour("b9b0a2") * lift(0.86 + 0.12 * spread(noise(p, 3, 2)) * 0.5)
    mortar = mix(mortar, blur(p, source, 10), 0.18)
    canvas = np.empty((*p.depth.shape, 4), np.uint8)
    canvas[..., :3] = np.clip(mortar * 255, 0, 255)
    canvas[..., 3] = 0
    height = lift(0.7 + 0.3 * lean)
    lay(p, canvas, Strokes(at, way, wide, tall, np.concatenate([tint, height], 1), taper=0.97))
    stone = canvas[..., :3].astype(np.float32) * np.float32(1 / 255)
    body = canvas[..., 3].astype(np.float32) * np.float32(1 / 255)
    bevel = relief(p, blur(p, body, 1.5), 3.2)
    gloss = spread(noise(p, 5, 2)) * ramp(0.2, 0.6, body)
    stone *= lift(1 + 0.028 * gloss)
    shade = blur(p, ramp(0.5, 0.1, body), 2.2)
    stone *= lift(1 - 0.22 * shade * ramp(0.3, 0.7, body))
    return stone + lift(0.15 * bevel) * (0.35 + stone)


def low_poly(p: Picture) -> Plane:
    """Triangles between points that gather at the edges, each of one colour, like folded paper."""
    height, width = p.depth.shape
    small = proxy(p.rgb, 256)
    grey = luma(small) + 0.3 * proxy(p.depth, 256)
    edge = slope(grey)
    edge = cv2.GaussianBlur(edge, (0, 0), 1.2)
    edge = np.clip(edge / max(float(np.percentile(edge, 97)), 0.012), 0, 1)
    coarse = scatter(p, 74, 0.85)
    fine = scatter(p, 15, 1.0)
    chance = p.rng.random(len(fine), dtype=np.float32)
    fine = fine[chance < 0.62 * pick(edge, fine, (height, width)) ** 1.1]
    rim = _rim(p, 100)
    points = np.concatenate([coarse, fine, rim])
    mesh = cv2.Subdiv2D((-1, -1, width + 2, height + 2))
    mesh.insert([(float(x), float(y)) for x, y in np.clip(points, 0, [width, height])])
    faces = np.array(mesh.getTriangleList(), np.float32).reshape(-1, 3, 2)
    inside = ((faces > -1) & (faces < np.array([width, height], np.float32) + 1)).all((1, 2))
    faces = faces[inside]
    soft = blur(p, saturate(p.rgb, 1.22), 2.5)
    centre = faces.mean(1)
    looks = [centre] + [0.6 * centre + 0.4 * faces[:, k] for k in range(3)]
    tint = np.mean([pick(soft, look, (height, width)) for look in looks], axis=0)
    # Each face leans a little: the eye then reads folds, not noise.
    lean = 0.07 * (chances(p, centre, 20)[:, None] - 0.5)
    spin = faces[:, 1] - faces[:, 0]
    tilt = 0.03 * np.sign(spin[:, :1] * 0.6 - spin[:, 1:] * 0.8)
    tint = np.clip(tint * (1.02 + lean + tilt), 0, 1)
    canvas = np.clip(soft * 255, 0, 255).astype(np.uint8)
    shapes = np.rint((faces - 0.5) * 16).astype(np.int32)
    for shape, own in zip(shapes, (tint * 255).astype(np.uint8).tolist(), strict=True):
        cv2.fillConvexPoly(canvas, shape, own, cv2.LINE_AA, _SHIFT)
    return canvas.astype(np.float32) * np.float32(1 / 255) + 0.004 * lift(spread(noise(p, 1.4)))


def cross_stitch(p: Picture) -> Plane:
    """Counted crosses of stranded cotton on woven cloth, thirty colours, every top thread the same way."""
    height, width = p.depth.shape
    cell = 12.0
    step = max(cell * p.scale, (height * width / 20_000) ** 0.5)
    rows, columns = max(1, round(height / step)), max(1, round(width / step))
    small = saturate(fit(simplify(p, p.rgb, 5), (rows, columns)), 1.2) if rows * columns > 1 else p.rgb[:1, :1]
    lab = swatches(np.ascontiguousarray(np.clip(small, 0, 1)), 30)
    chart = rgb_of(lab * np.array([1, 1.1, 1.1], np.float32))[nearest(np.clip(small, 0, 1), lab)].reshape(-1, 3)
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    at = (np.stack([x, y], -1).reshape(-1, 2) + 0.5) * np.array([width / columns, height / rows], np.float32)
    count = len(at)
    cloth = _linen(p, cell / 2)
    canvas = np.zeros((height, width, 4), np.uint8)
    canvas[..., :3] = np.clip(cloth * 150, 0, 255)
    long = np.float32(step / p.scale * 1.30)
    for turn, shade, high in ((0.785, 0.84, 0.62), (-0.785, 1.04, 1.0)):
        way = np.full(count, turn, np.float32) + 0.05 * p.rng.standard_normal(count, dtype=np.float32)
        tint = chart * (shade + 0.03 * p.rng.standard_normal((count, 1), dtype=np.float32))
        nudged = at + step * 0.03 * p.rng.standard_normal((count, 2), dtype=np.float32)
        girth = long * 0.36 * p.rng.uniform(0.9, 1.08, count).astype(np.float32)
        paint = np.concatenate([tint, np.full((count, 1), high, np.float32)], 1)
        lay(p, canvas, Strokes(nudged, way, np.full(count, long), girth, paint, taper=0.62))
    thread = canvas[..., :3].astype(np.float32) * np.float32(1 / 255)
    body = blur(p, canvas[..., 3].astype(np.float32) * np.float32(1 / 255), 1.1)
    strand = spread(noise(p, 2.2, 2))
    light = relief(p, body * 3.4 + 0.12 * strand, 1.0)
    hollow = 0.62 + 0.38 * ramp(0.0, 0.75, body)
    return thread * lift(hollow * (1 + 0.03 * strand)) + lift(0.14 * light) * (0.25 + thread)


def _linen(p: Picture, pitch: float) -> Plane:
    """(H, W, 3) plain-woven cloth with threads `pitch` apart."""
    x, y = places(p)
    weave = np.sin(x * np.float32(2 * np.pi / pitch)) * np.sin(y * np.float32(2 * np.pi / pitch))
    slub = spread(noise(p, 6, 2, stretch=12)) + spread(noise(p, 6, 2, stretch=1 / 12))
    return colour("e6dcc6") * lift(1 + 0.07 * weave + 0.022 * slub)


def _rim(p: Picture, spacing: float) -> Plane:
    """(N, 2) pixel positions round the sides of the picture, corners included."""
    height, width = p.depth.shape
    sides = []
    for along, across, flip in ((width, height, False), (height, width, True)):
        run = np.linspace(0, along, max(1, round(along / (spacing * p.scale))) + 1, dtype=np.float32)
        for wall in (0.0, float(across)):
            side = np.stack([run, np.full_like(run, wall)], -1)
            sides.append(side[:, ::-1] if flip else side)
    return np.unique(np.concatenate(sides), axis=0)


def _panes(p: Picture, small: Plane, size: float) -> tuple[NDArray[np.intp], int]:
    """(h, w) labels of about `size` wide cells that follow the colours, and their number.

    Simple linear iterative clustering (Achanta et al. 2012) on a jittered grid of seeds.
    """
    height, width = small.shape[:2]
    scale = min(height, width) / 1024
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    lab[..., 0] += 20 * fit(far(p), (height, width))
    step = max(2.0, size * scale)
    rows, columns = max(1, round(height / step)), max(1, round(width / step))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    jitter = p.rng.uniform(-0.42, 0.42, (rows, columns, 2)).astype(np.float32)
    sy, sx = np.mgrid[:rows, :columns].astype(np.float32) + 0.5
    at = np.stack([(sx + jitter[..., 0]) * (width / columns), (sy + jitter[..., 1]) * (height / rows)], -1)
    tint = pick(lab, at.reshape(-1, 2), (height, width)).reshape(rows, columns, 3)
    home_row = np.minimum((y * (rows / height)).astype(np.intp), rows - 1)
    home_column = np.minimum((x * (columns / width)).astype(np.intp), columns - 1)
    labels = np.zeros((height, width), np.intp)
    # Leaving out some seeds of one colour of the chessboard makes panes of two sizes, and no holes.
    absent = (p.rng.random((rows, columns)) < 0.6) & (np.indices((rows, columns)).sum(0) % 2 == 1)
    for _ in range(4):
        best = np.full((height, width), np.inf, np.float32)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                r, c = np.clip(home_row + dy, 0, rows - 1), np.clip(home_column + dx, 0, columns - 1)
                here, own = at[r, c], tint[r, c]
                near = ((here[..., 0] - x) ** 2 + (here[..., 1] - y) ** 2) * np.float32((15 / step) ** 2)
                cost = near + np.square(own - lab).sum(-1) + np.where(absent[r, c], np.float32(1e6), 0)
                better = cost < best
                best = np.where(better, cost, best)
                labels = np.where(better, r * columns + c, labels)
        count = np.maximum(np.bincount(labels.ravel(), minlength=rows * columns), 1).astype(np.float32)
        sums = [np.bincount(labels.ravel(), plane.ravel(), rows * columns) / count for plane in (x, y, *cv2.split(lab))]
        filled = np.bincount(labels.ravel(), minlength=rows * columns).reshape(rows, columns) > 0
        at[filled] = np.stack(sums[:2], -1).reshape(rows, columns, 2)[filled]
        tint[filled] = np.stack(sums[2:], -1).reshape(rows, columns, 3)[filled]
    return labels, rows * columns


def _rows(p: Picture, along: tuple[Plane, Plane], side: float) -> tuple[Plane, Plane, Plane]:
    """Tesserae in rows at equal distance from the outlines: places (N, 2) px, turns (N,), sizes (N,).

    The level lines of the distance to the strong edges are walked in steps of a tile, the nearest first;
    a tile is set where nothing lies yet, and the gaps left over are filled from a loose grid.
    """
    small = plain(p, 512, 8)
    ratio = p.depth.shape[1] / small.shape[1]
    unit = min(small.shape[:2]) / 1024
    tile = max(side * unit, 1.5)
    grey8 = np.clip(toned(luma(small), 2.0) * 255, 0, 255).astype(np.uint8)
    depth8 = np.clip(fit(p.depth, small.shape) * 255, 0, 255).astype(np.uint8)
    edges = np.maximum(cv2.Canny(cv2.GaussianBlur(grey8, (0, 0), 1.4), 40, 110), cv2.Canny(depth8, 20, 50))
    if not edges.any():
        # Nothing to follow: the rows then follow the frame.
        edges[[0, -1]] = edges[:, [0, -1]] = 255
    away = cv2.distanceTransform(255 - edges, cv2.DIST_L2, 5)
    # Rows run on past the sides of the picture, where the tiles are cut.
    apron = int(2 * tile) + 1
    away = cv2.GaussianBlur(np.pad(away, apron, mode="edge"), (0, 0), max(0.8, tile * 0.14))
    gx, gy = cv2.Sobel(away, cv2.CV_32F, 1, 0), cv2.Sobel(away, cv2.CV_32F, 0, 1)
    taken = np.zeros(away.shape, bool)
    placed: list[tuple[float, float, float, float]] = []

    def set_tile(x: float, y: float, turn: float, size: float = 1.0) -> None:
        reach = tile * 0.40 * size
        x0, x1 = int(x - reach), int(x + reach) + 1
        y0, y1 = int(y - reach), int(y + reach) + 1
        patch = taken[max(y0, 0) : y1, max(x0, 0) : x1]
        if patch.size == 0 or patch.mean() > 0.16:
            return
        patch[...] = True
        placed.append((x, y, turn, size))

    for row in range(int(away.max() / tile) + 1):
        found, _ = cv2.findContours((away > (row + 0.5) * tile).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        for outline in found:
            line = outline[:, 0].astype(np.float32)
            hops = np.linalg.norm(np.diff(line, axis=0), axis=1)
            run = np.concatenate([[0.0], np.cumsum(hops)])
            if run[-1] < tile:
                continue
            stops = np.arange(tile / 2, run[-1], tile)
            xs, ys = np.interp(stops, run, line[:, 0]), np.interp(stops, run, line[:, 1])
            ix, iy = xs.astype(np.intp), ys.astype(np.intp)
            turns = np.arctan2(gy[iy, ix], gx[iy, ix]) + np.pi / 2
            for x, y, turn in zip(xs.tolist(), ys.tolist(), turns.tolist(), strict=True):
                set_tile(x, y, turn)
    for size in (0.85, 0.55):
        loose = scatter(p, side * 0.45)
        turns = directions(along, loose)
        loose = loose / np.float32(ratio) + apron
        for (x, y), turn in zip(loose.tolist(), turns.tolist(), strict=True):
            set_tile(x, y, turn, size)
    tesserae = np.array(placed, np.float32).reshape(-1, 4)
    return (tesserae[:, :2] - apron) * np.float32(ratio), tesserae[:, 2], tesserae[:, 3]
