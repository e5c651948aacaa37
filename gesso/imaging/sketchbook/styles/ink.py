"""Dry and drawn: pen, pencil, charcoal, comic, linocut, engraving, blueprint."""

import numpy as np

from gesso.imaging.sketchbook.styles.brush import Strokes, lay
from gesso.imaging.sketchbook.styles.fields import (
    blur,
    bristles,
    colour,
    crisp,
    cut,
    far,
    flat,
    flow,
    frame,
    ink,
    level,
    lift,
    luma,
    mix,
    nearest,
    noise,
    pick,
    places,
    plain,
    ramp,
    rgb_of,
    saturate,
    screen,
    simplify,
    smear,
    spread,
    swatches,
    toned,
    wobble,
)
from gesso.imaging.sketchbook.styles.picture import Picture, Plane


def line_art(p: Picture) -> Plane:
    """Pen and ink on white paper: contours that swell, finer lines within, a little flowing shade."""
    along = flow(p, 7)
    grey = _drawable(p, 3)
    hand = wobble(p, grey, 24, 1.6)
    dark = 1 - toned(luma(simplify(p, p.rgb, 7)))
    bold = ink(p, hand, along, 2.6, 0.9)
    fine = ink(p, hand, along, 1.4, 0.8)
    strands = level(smear(p, noise(p, 4.2), along, 110))
    shade = cut(p, 1.06 * ramp(0.58, 0.97, blur(p, dark, 4)), strands, 7)
    drawn = np.maximum.reduce([bold, 0.75 * fine, 0.97 * shade])
    drawn *= 1 - 0.06 * noise(p, 60, 3)
    return mix(_paper(p, "fbfaf6", 0.006), np.broadcast_to(colour("16171c"), p.rgb.shape), lift(drawn))


def pencil(p: Picture) -> Plane:
    """Graphite: cross-hatching that thickens with the shadow, searching outlines, the tooth of the paper."""
    along = flow(p, 7)
    grey = toned(luma(simplify(p, p.rgb, 6)), 2.2)
    # The hatching thins out before the sides: a drawing need not fill its sheet.
    edge = ramp(4, 70, frame(p) + 70 * (noise(p, 120, 3) - 0.5))
    dark = mix(1 - grey, ramp(0.0, 1.0, 1 - grey), 0.5)
    dark *= 0.1 + 0.9 * edge
    bare = np.ones_like(dark)
    for angle, start, pressure in (
        (-0.82, 0.14, 0.45),
        (-0.50, 0.36, 0.5),
        (-1.22, 0.54, 0.6),
        (0.15, 0.70, 0.75),
    ):
        marks = _hatching(p, dark, angle, start, spacing=6.2, length=74, width=3.0)
        bare *= 1 - pressure * marks * ramp(start - 0.14, start + 0.06, dark)
    bare *= 1 - 0.26 * dark ** np.float32(1.6)
    source = _drawable(p, 2)
    for reach, width, weight in ((3.0, 1.7, 0.62), (5.5, 2.2, 0.38)):
        bare *= 1 - weight * ink(p, wobble(p, source, 70, reach), along, width, 1.0, 1.6)
    tooth = spread(noise(p, 2.6, 2) + 0.5 * noise(p, 7))
    graphite = (1 - bare) * ramp(-2.6, 0.4, tooth + 2.4 * (1 - bare))
    paper = _paper(p, "f7f4ec", 0.014)
    return mix(paper, np.broadcast_to(colour("2b2c33"), p.rgb.shape), lift(np.clip(graphite, 0, 0.96)))


def charcoal(p: Picture) -> Plane:
    """Charcoal and white chalk on warm toned paper: broad drags, smudged shadows, lights picked out last."""
    along = flow(p, 12, slant=-0.85)
    grey = toned(luma(simplify(p, p.rgb, 8)), 2.0)
    grey = mix(grey, ramp(0.0, 1.0, grey), 0.6)
    dark = 1 - grey
    tooth = spread(noise(p, 2.4, 2) + 0.4 * noise(p, 7))
    drag = bristles(p, along, 7.0, 120)
    slanted = (np.full_like(dark, np.cos(-0.9)), np.full_like(dark, np.sin(-0.9)))
    side = spread(smear(p, noise(p, 12), slanted, 190))
    grip = 0.95 * tooth + 0.4 * drag + 0.35 * side
    smudge = 0.55 * ramp(0.25, 1.0, blur(p, dark, 7))
    rubbed = 0.9 * ramp(-1.0, 2.3, 0.85 * grip + 5.2 * (dark - 0.58))
    contour = ink(p, wobble(p, _drawable(p, 3), 60, 4), along, 3.4, 1.15, 1.6) * ramp(-2.4, 0.2, tooth + 0.5 * drag)
    coal = 1 - (1 - smudge) * (1 - rubbed) * (1 - 0.9 * contour)
    chalk = 0.88 * ramp(0.0, 2.0, 0.8 * tooth - 0.3 * drag + 0.5 * side + 6.0 * (grey - 0.74))
    chalk *= 1 - 0.9 * coal
    paper = _paper(p, "bda98f", 0.03)
    drawn = mix(paper, np.broadcast_to(colour("f7f2e8"), p.rgb.shape), lift(chalk))
    return mix(drawn, np.broadcast_to(colour("1b191a"), p.rgb.shape), lift(np.clip(coal, 0, 0.97)))


def comic(p: Picture) -> Plane:
    """Bold ink, flat bright colours, dots in the half-shadows."""
    along = flow(p, 7)
    vivid = saturate(plain(p, 560, 9, 6), 1.3)
    lab = swatches(vivid, 9)
    labels = nearest(vivid, lab)
    soft = simplify(p, p.rgb, 7)
    grey = toned(luma(soft))
    bright = lab * np.array([1.0, 1.28, 1.28], np.float32) + np.array([7.0, 0, 0], np.float32)
    bright[:, 0] = np.clip(bright[:, 0], 18, 97)
    paint = flat(p, labels, rgb_of(bright), 3.0)
    dark = blur(p, 1 - grey, 5)
    dots = cut(p, 0.75 * ramp(0.32, 0.80, dark), screen(p, 10.5, 0.26), 10.5) * ramp(0.85, 0.75, dark)
    paint = mix(paint, paint * np.array([0.62, 0.52, 0.70], np.float32), lift(dots))
    shine = cut(p, 0.7 * ramp(0.80, 1.0, blur(p, grey, 5)), screen(p, 10.5, 0.26), 10.5)
    paint = mix(paint, np.ones_like(paint), lift(0.55 * shine))
    drawing = _drawable(p, 4)
    line = np.maximum(ink(p, drawing, along, 3.6, 1.1, 3.0), 0.9 * ink(p, drawing, along, 1.7, 0.75, 3.0))
    # Black stays black, but a dusky sky is no black for being the darkest thing there.
    line = np.maximum(line, crisp(np.minimum(dark, 1.25 - 2 * blur(p, luma(soft), 3)), 0.88))
    printed = mix(paint, np.broadcast_to(colour("15121c"), paint.shape), lift(line))
    return printed * (_paper(p, "fffaf0", 0.012))


def linocut(p: Picture) -> Plane:
    """Two blocks: a tint printed flat, and a dark key whose gouges follow the forms."""
    along = flow(p, 11, slant=0.12)
    grey = toned(luma(simplify(p, p.rgb, 8)), 2.2)
    grey = mix(grey, ramp(0.05, 0.95, grey), 0.7)
    gouges = level(smear(p, noise(p, 9.5), along, 170) + 0.015 * noise(p, 3))
    key = cut(p, 1.13 - 1.26 * grey, gouges, 9.5)
    key = np.maximum(key, 0.97 * ink(p, _drawable(p, 4), along, 3.4, 0.9, 3.0))
    # The second block takes the scene's most colourful colour, as bright as an ink can be.
    block = np.clip(p.palette, 0, 1)
    chroma = np.ptp(block, axis=1) * (0.4 + block.max(1))
    tint = block[int(np.argmax(chroma))]
    tint = np.clip(saturate(tint[None, None], 1.15)[0, 0], 0.05, 1)
    tint = tint * np.float32(0.80 / max(0.30, float(tint.max())))
    lights = blur(p, grey, 5) + 0.10 * (noise(p, 60, 3) - 0.5)
    second = 1 - crisp(lights, 0.89)
    edge = frame(p) + 7 * (noise(p, 26, 3) - 0.5)
    inside = ramp(30, 33, edge)
    salt = spread(noise(p, 2.4, 2) + 0.5 * noise(p, 40, 2))
    cover = inside * ramp(-2.7, -1.2, salt)
    paper = _paper(p, "f3ead7", 0.014)
    base = np.broadcast_to(mix(tint, colour("f3ead7"), 0.22), p.rgb.shape)
    printed = mix(paper, base * paper, lift(second * cover * ramp(-2.9, -0.9, salt)))
    return mix(printed, np.broadcast_to(colour("1d1a24"), p.rgb.shape), lift(0.96 * key * cover))


def engraving(p: Picture) -> Plane:
    """A copper plate: lines bend over the forms, swell in the shade, are crossed where it is deep."""
    grey = toned(luma(simplify(p, p.rgb, 5)), 2.2)
    dark = 1 - grey
    shape = blur(p, grey, 14) * 46 + blur(p, far(p), 10) * 30
    x, y = places(p)
    sharp = dark + 0.5 * (dark - blur(p, dark, 8))
    sharp = mix(sharp, ramp(0.02, 0.92, sharp), 0.8)
    cell = 8.5
    bare = np.ones_like(dark)
    for angle, bend, low, high in (
        (0.10, 1.0, 0.06, 0.86),
        (1.02, -0.7, 0.46, 1.15),
        (-0.62, 0.5, 0.74, 1.3),
    ):
        phase = (x * np.float32(-np.sin(angle)) + y * np.float32(np.cos(angle)) + bend * shape) / np.float32(cell)
        wave = np.abs(2 * (phase - np.floor(phase)) - 1)
        bare *= 1 - cut(p, 0.92 * np.clip((sharp - low) / (high - low), 0, 1), wave, cell * 0.5)
    line = ink(p, _drawable(p, 2), flow(p, 6), 1.8, 0.9, 2.4)
    plate = 1 - bare * (1 - 0.9 * line)
    inside = ramp(26, 27.5, frame(p))
    rule = ramp(17, 18, frame(p)) * ramp(21.5, 20.5, frame(p))
    plate = np.maximum(plate * inside, rule) * (0.92 + 0.08 * spread(noise(p, 3)).clip(-1, 1))
    return mix(_paper(p, "f5eeda", 0.012), np.broadcast_to(colour("2a2a22"), p.rgb.shape), lift(np.clip(plate, 0, 1)))


def blueprint(p: Picture) -> Plane:
    """White drafting lines on Prussian blue, with a grid, hatched shade and a ruled margin."""
    along = flow(p, 6)
    grey = toned(luma(simplify(p, p.rgb, 7)))
    source = _drawable(p, 3)
    line = np.maximum(ink(p, source, along, 2.0, 1.1), 0.55 * ink(p, source, along, 1.2, 0.8))
    x, y = places(p)
    width, height = p.depth.shape[1] / p.scale, p.depth.shape[0] / p.scale
    soft = np.float32(max(0.9, 0.75 / p.scale))

    def ruled(step: float, weight: float) -> Plane:
        across = np.abs((x - np.float32(width / 2) + np.float32(step / 2)) % np.float32(step) - np.float32(step / 2))
        down = np.abs((y - np.float32(height / 2) + np.float32(step / 2)) % np.float32(step) - np.float32(step / 2))
        out: Plane = np.float32(weight) * np.clip(1.2 - np.minimum(across, down) / soft, 0, 1)
        return out

    margin = frame(p)
    inside = ramp(43, 44, margin)
    grid = np.maximum(ruled(16, 0.09), ruled(80, 0.22)) * inside
    hatch_phase = (x + y) / np.float32(9)
    wave = np.abs(2 * (hatch_phase - np.floor(hatch_phase)) - 1)
    # On a blueprint ink is light: hatch what is light, and let the shadows stay blue.
    shade = 0.36 * cut(p, 0.55 * ramp(0.45, 1.0, blur(p, grey, 4)), wave, 5)
    rules = ramp(38, 39.5, margin) * ramp(44, 42.5, margin) + 0.5 * ramp(30, 31, margin) * ramp(33.5, 32.5, margin)
    drawn = np.maximum.reduce([line * inside, shade * inside, grid, 0.9 * rules])
    wear = noise(p, 300, 4)
    blue = mix(colour("123a78"), colour("2460a8"), lift(0.85 * wear + 0.25 * grey * inside))
    blue *= lift(1 + 0.018 * spread(noise(p, 2.2, 2)))
    chalk = lift(np.clip(drawn * (0.80 + 0.3 * noise(p, 5, 2)), 0, 1))
    return mix(blue, np.broadcast_to(colour("edf4fb"), p.rgb.shape), chalk)


def _drawable(p: Picture, radius: float) -> Plane:
    """(H, W) what the pen sees: brightness without its texture, and steps of depth beside it."""
    grey = luma(simplify(p, p.rgb, radius))
    out: Plane = grey + 0.22 * far(p)
    return out


def _paper(p: Picture, code: str, rough: float) -> Plane:
    """(H, W, 3) a sheet of the colour `code`, finely uneven."""
    fibre = spread(noise(p, 2.4, 2) + 0.6 * noise(p, 11, 2))
    return colour(code) * lift(1 + np.float32(rough) * fibre)


def _hatching(
    p: Picture, dark: Plane, angle: float, start: float, spacing: float, length: float, width: float
) -> Plane:
    """(H, W) pencil strokes at `angle` laid wherever the darkness under their middle exceeds `start`."""
    height, wide = p.depth.shape[0] / p.scale, p.depth.shape[1] / p.scale
    reach = float(np.hypot(height, wide)) / 2
    spacing = max(spacing, (4 * reach * reach / (0.7 * length) / 20_000))
    rows, columns = round(2 * reach / spacing), max(1, round(2 * reach / (0.7 * length)))
    v, u = (np.mgrid[:rows, :columns].astype(np.float32) + 0.5).reshape(2, -1)
    u += p.rng.uniform(-0.5, 0.5, u.shape).astype(np.float32)
    v += 0.55 * p.rng.uniform(-0.5, 0.5, v.shape).astype(np.float32)
    u, v = u * np.float32(0.7 * length) - np.float32(reach), v * np.float32(spacing) - np.float32(reach)
    c, s = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    at = np.stack([u * c - v * s + np.float32(wide / 2), u * s + v * c + np.float32(height / 2)], -1) * np.float32(
        p.scale
    )
    count = len(at)
    way = angle + 0.05 * p.rng.standard_normal(count, dtype=np.float32)
    size = p.rng.uniform(0.6, 1.2, count).astype(np.float32)
    press = p.rng.uniform(0.55, 1.0, (count, 1)).astype(np.float32)
    doubt = 0.05 * p.rng.standard_normal(count, dtype=np.float32)
    shape = p.depth.shape
    inside = (at[:, 0] > 0) & (at[:, 1] > 0) & (at[:, 0] < shape[1]) & (at[:, 1] < shape[0])
    keep = inside & (pick(dark, at, shape) + doubt > start)
    canvas = np.zeros(shape, np.uint8)
    girth = np.full(count, width, np.float32)
    lay(p, canvas, Strokes(at[keep], way[keep], size[keep] * length, girth[keep], press[keep], taper=0.35))
    return canvas.astype(np.float32) * np.float32(1 / 255)
