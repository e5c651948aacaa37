"""Wet and dry paint: painterly, watercolour, oil, impressionist, pointillism, pastel, ink wash, gouache."""

from dataclasses import dataclass

import cv2
import numpy as np

from gesso.imaging.sketchbook.styles.brush import Canvas, Strokes, directions, dots, lay
from gesso.imaging.sketchbook.styles.fields import (
    blur,
    bristles,
    colour,
    far,
    fit,
    flat,
    flow,
    frame,
    grain,
    ink,
    lift,
    luma,
    mix,
    nearest,
    noise,
    pick,
    proxy,
    ramp,
    relief,
    rgb_of,
    saturate,
    scatter,
    simplify,
    slope,
    smear,
    spread,
    swatches,
    toned,
    wobble,
)
from gesso.imaging.sketchbook.styles.picture import Picture, Plane


@dataclass(frozen=True, slots=True)
class _Brush:
    """A tool and the hand that holds it; width and length in 1024ths of the short side."""

    width: float
    length: float
    spacing: float  # area of canvas per stroke, in strokes
    likely: float  # share of places that get a stroke where the picture is calm ..
    drawn: float  # .. and how much more where it is busy
    turn: float  # unrest of the angle, radians
    light: float  # unrest of the brightness, relative
    hue: float  # unrest of each channel
    taper: float = 0.5


_OIL_BRUSHES = (
    _Brush(34, 130, 0.22, 1.0, 0.0, 0.10, 0.06, 0.016),
    _Brush(19, 84, 0.22, 0.11, 1.26, 0.10, 0.06, 0.016),
    _Brush(10, 50, 0.22, -0.06, 1.05, 0.10, 0.06, 0.016),
    _Brush(6, 28, 0.22, -0.04, 0.70, 0.10, 0.06, 0.016),
)
_DAB_BRUSHES = (
    _Brush(22, 66, 0.5, 1.0, 0.0, 0.24, 0.07, 0.04, 0.8),
    _Brush(14, 44, 0.5, 0.68, 1.5, 0.24, 0.07, 0.04, 0.8),
    _Brush(8, 26, 0.5, -0.22, 1.5, 0.24, 0.07, 0.04, 0.8),
)
_CHALKS = (
    _Brush(20, 120, 0.34, 1.0, 0.0, 0.5, 0.06, 0.03, 0.9),
    _Brush(11, 70, 0.34, 0.78, 1.2, 0.5, 0.06, 0.03, 0.9),
    _Brush(6, 34, 0.34, -0.02, 1.2, 0.5, 0.06, 0.03, 0.9),
)


def painterly(p: Picture) -> Plane:
    """The house look: the picture itself, with the touch of a soft brush on fine board."""
    along = flow(p, 7, slant=0.3)
    touch = bristles(p, along, 4.5, 64)
    rgb = mix(p.rgb, simplify(p, p.rgb, 5), 0.45)
    rgb *= lift(1 + 0.006 * touch)
    rgb += lift(0.006 * relief(p, touch, 1.0))
    return saturate(rgb, 1.06) + 0.012 * grain(p, 1.3)


def watercolour(p: Picture) -> Plane:
    """Glazes of pigment on cold-pressed paper, computed as absorbance: what lies over another darkens it."""
    tooth = spread(noise(p, 5, 2) + 0.6 * noise(p, 16, 2))
    washed = simplify(p, wobble(p, p.rgb, 46, 8), 9)
    washed = mix(washed, blur(p, washed, 14), 0.25)
    # The lightest passage is bare paper.
    washed *= 0.98 / max(float(np.percentile(proxy(washed, 128).max(-1), 99)), 0.35)
    pigment = -np.log(np.clip(saturate(washed, 1.12) * 0.95 + 0.04, 0.04, 0.99))
    # Paper shines through even the darkest wash: the amount is compressed, the hue stays.
    amount = pigment.mean(-1)
    pigment *= lift(2.0 / (1.3 + amount))
    tone = pigment.mean(-1) + 0.10 * (noise(p, 120, 4) - 0.5)
    glazed = np.zeros_like(tone)
    rims = np.zeros_like(tone)
    steps = (0.0, 0.17, 0.36, 0.58, 0.80)
    for low, high in zip(steps, (*steps[1:], 1.05), strict=True):
        wash = ramp(low + 0.02, low + 0.055, tone) if low else np.ones_like(tone)
        glazed += wash * np.float32(high - low)
        if low:
            # Pigment wanders to the drying edge of its own wash.
            rims += np.clip(wash - blur(p, wash, 6), 0, 1) * np.float32(0.4 + low)
    depth = mix(tone, glazed * 0.92, 0.45) / np.maximum(tone, 0.06)
    border = frame(p) + 46 * (noise(p, 130, 4) - 0.5)
    wet = ramp(30, 34, border)
    rims += 0.9 * np.clip(wet - blur(p, wet, 7), 0, 1) * np.clip(tone * 2.5, 0.25, 1)
    bloom_field = noise(p, 230, 5, 0.55)
    bloom = ramp(0.60, 0.615, bloom_field)
    rims += 0.35 * np.clip(bloom - blur(p, bloom, 9), 0, 1)
    flowing = 0.72 + 0.56 * noise(p, 260, 4) - 0.16 * blur(p, bloom, 10)
    pigment *= lift(np.clip(depth, 0.4, 1.7) * flowing)
    pigment *= lift(1 + 1.15 * rims)
    # Granulation: heavy pigment settles into the hollows of the paper.
    pigment *= lift(np.clip(1 - 0.11 * tooth, 0.4, 1.6))
    pigment *= lift(wet)
    shade = lift(1 + 0.02 * relief(p, tooth, 0.9))
    out: Plane = colour("fbf8f0") * np.exp(-pigment) * shade
    return out


def oil(p: Picture) -> Plane:
    """Three brushes, broad to fine, along the forms on a warm ground; ridges of paint catch the light."""
    along = flow(p, 6, slant=0.5)
    rich = saturate(p.rgb, 1.18)
    rich = np.clip(rich + 0.10 * (rich - 0.45) * (1 - np.abs(2 * rich - 1)), 0, 1)
    detail = _busy(p)
    canvas = _ground(p, mix(blur(p, rich, 16), colour("6b4a35"), 0.25))
    for brush, sigma in zip(_OIL_BRUSHES, (9, 5, 2.2, 1.0), strict=True):
        _cover(p, canvas, blur(p, rich, sigma), along, detail, brush)
    paint = canvas[..., :3].astype(np.float32) * np.float32(1 / 255)
    hair = bristles(p, along, 2.6, 60)
    body = blur(p, canvas[..., 3].astype(np.float32) * np.float32(1 / 255), 1.0)
    light = relief(p, body * 3.2 + 0.55 * hair, 1.0)
    paint *= lift(1 + 0.035 * hair)
    paint += lift(0.085 * light) * (0.45 + paint)
    return paint


def impressionist(p: Picture) -> Plane:
    """Short, loaded dabs of broken colour, high in key; shadows are blue and violet, never black."""
    along = flow(p, 9, slant=-0.35)
    key = saturate(p.rgb, 1.22)
    shadow = lift(ramp(0.5, 0.05, luma(key)))
    key = mix(key, key * 0.55 + colour("5a5fae") * 0.45, 0.55 * shadow)
    key = np.clip(0.07 + 0.93 * key, 0, 1) ** np.float32(0.86)
    canvas = _ground(p, mix(blur(p, key, 12), colour("d9c49a"), 0.35))
    detail = _busy(p)
    for brush in _DAB_BRUSHES:
        _cover(p, canvas, blur(p, key, brush.width / 4), along, detail, brush)
    paint = canvas[..., :3].astype(np.float32) * np.float32(1 / 255)
    body = blur(p, canvas[..., 3].astype(np.float32) * np.float32(1 / 255), 1.2)
    weave = spread(noise(p, 4, 2))
    light = relief(p, body * 3.6 + 0.25 * bristles(p, along, 2.4, 26) + 0.1 * weave, 1.0)
    return paint + lift(0.09 * light) * (0.4 + paint)


def pointillism(p: Picture) -> Plane:
    """Touches of pure colour side by side on a cream ground; some are its complement, to make it glow."""
    key = saturate(np.clip(0.04 + 0.98 * p.rgb, 0, 1) ** np.float32(0.9), 1.3)
    ground = mix(blur(p, key, 14), np.broadcast_to(colour("f3ead6"), key.shape), 0.22)
    canvas = _ground(p, ground)[..., :3].copy()
    detail = _busy(p)
    pure = np.array(
        [colour(c) for c in ("f6d04d", "f08a3c", "e2564f", "c6579e", "6d5fc0", "3f7fd0", "35a9b8", "5fae5a")]
    )
    for spacing, size, share in ((15.0, 8.6, 1.0), (12.0, 6.2, 1.0), (8.0, 3.9, 0.1)):
        at = scatter(p, spacing)
        count = len(at)
        chance, turn, girth = p.rng.random((3, count, 1), dtype=np.float32)
        wander = 0.55 * p.rng.standard_normal((count, len(pure)), dtype=np.float32)
        tint = pick(blur(p, key, size * 0.45), at, p.depth.shape)
        # Division: a colour is laid as the pure one nearest to it and as what it lacks, turn by turn.
        hue = tint - tint.mean(-1, keepdims=True)
        strength = np.linalg.norm(hue, axis=-1, keepdims=True)
        vivid = np.clip(0.35 + 4 * strength, 0, 1)
        hue = hue / np.maximum(strength, 0.03)
        spokes = pure - pure.mean(-1, keepdims=True)
        spokes = spokes / np.linalg.norm(spokes, axis=-1, keepdims=True)
        kin = pure[np.argmax(hue @ spokes.T + wander, -1)]
        bright = tint.mean(-1, keepdims=True)
        kin = np.clip(kin * (bright / kin.mean(-1, keepdims=True)), 0, 1)
        # The complement of a colour, as light as it is, makes it glow.
        other = bright - 0.9 * (tint - bright)
        tint = np.where(turn < 0.11, mix(tint, other, 0.8), mix(tint, kin, (0.2 + 0.5 * turn) * vivid))
        keep = chance[:, 0] < share + pick(detail, at, p.depth.shape)
        dots(p, canvas, at[keep], (size * (0.75 + 0.37 * girth[:, 0]))[keep], tint[keep])
    paint = canvas.astype(np.float32) * np.float32(1 / 255)
    return paint * lift(1 + 0.02 * spread(noise(p, 3, 2)))


def pastel(p: Picture) -> Plane:
    """Chalk dragged over toothed paper: the paper shows through every stroke."""
    paper = colour("8d8078")
    along = flow(p, 10, slant=-0.9)
    key = saturate(np.clip(p.rgb * 1.04 + 0.03, 0, 1) ** np.float32(0.88), 1.22)
    canvas = _ground(p, mix(blur(p, key, 10), np.broadcast_to(paper, key.shape), 0.3))
    detail = _busy(p)
    for brush in _CHALKS:
        _cover(p, canvas, blur(p, key, brush.width / 4), along, detail, brush)
    chalk = canvas[..., :3].astype(np.float32) * np.float32(1 / 255)
    tooth = spread(noise(p, 3.4, 2) + 0.5 * noise(p, 9))
    drag = bristles(p, along, 3.2, 40)
    # The ridges take the chalk first; pressure, and so cover, grows with light and with detail.
    cover = ramp(-1.35, 0.35, tooth * 0.9 + 0.5 * drag + 0.6 * luma(chalk) + 0.25 + 0.9 * fit(detail, p.depth.shape))
    edge = frame(p) + 26 * (noise(p, 40, 3) - 0.5) + 9 * drag
    cover *= ramp(14, 30, edge)
    # Dust in the hollows: the paper has taken some of the colour around it.
    ground = mix(paper, blur(p, key, 24), 0.35 * lift(ramp(10, 60, edge))) * lift(1 + 0.06 * spread(noise(p, 2.2, 2)))
    return mix(ground, chalk * lift(1 + 0.03 * tooth), lift(cover))


def ink_wash(p: Picture) -> Plane:
    """Black ink and water on soft paper: five values, feathered where wet, broken where dry."""
    along = flow(p, 8, slant=0.1)
    rgb = simplify(p, wobble(p, p.rgb, 60, 10), 9)
    grey = toned(luma(rgb)) ** np.float32(0.72)
    haze = far(p)
    dark = 1 - grey
    dark *= 1 - 0.25 * haze
    feather = blur(p, dark, 16)
    field = dark + 0.16 * (noise(p, 150, 5, 0.55) - 0.5)
    wash = np.zeros_like(dark)
    rims = np.zeros_like(dark)
    for at, value in ((0.26, 0.16), (0.46, 0.22), (0.63, 0.27), (0.80, 0.32)):
        layer = ramp(at - 0.045, at + 0.045, field)
        wash += value * mix(layer, blur(p, layer, 12), 0.45)
        rims += np.clip(layer - blur(p, layer, 7), 0, 1) * value
    density = 0.6 * wash + 0.22 * np.clip(feather - 0.2, 0, 1) + 0.8 * rims
    density *= 0.82 + 0.36 * noise(p, 190, 4)
    hair = bristles(p, along, 3.0, 90)
    dry = ramp(0.1, 0.9, hair + 3.2 * (dark - 0.62) + 0.4 * spread(noise(p, 4)))
    density += 0.75 * dry * ramp(0.50, 0.85, dark)
    density += 0.85 * ink(p, blur(p, luma(rgb), 1.5), along, 3.6, 0.9, 1.6) * ramp(-1.4, 0.6, hair + 1.2 * dark)
    fibre = spread(noise(p, 3, 2) + 0.8 * noise(p, 7, 2, stretch=6))
    density *= 1 - 0.06 * fibre
    paper = colour("f4efe3") * lift(1 + 0.012 * fibre)
    return paper * np.exp(-lift(density) * np.array([1.95, 1.88, 1.75], np.float32))


def gouache(p: Picture) -> Plane:
    """Opaque matte shapes in a dozen mixed colours, their edges dry-brushed into one another."""
    along = flow(p, 10, slant=0.2)
    drag = bristles(p, along, 6.0, 90)
    soft = simplify(p, p.rgb, 8)
    lab = swatches(soft, 13)
    # White is mixed into everything: lighter, and a stronger hue to make up for it.
    tints = rgb_of(lab * np.array([0.88, 1.22, 1.22], np.float32) + np.array([10, 0, 0], np.float32))
    paint = flat(p, nearest(proxy(soft, 640), lab), tints, 3.6)
    # Dry brush: along the borders of two colours the bristles pull one over the other.
    pulled = smear(p, blur(p, paint, 7), along, 60, passes=3)
    paint = mix(paint, pulled, lift(0.9 * ramp(0.1, 1.1, drag)))
    # Small forms, a face say, are worth a finer brush.
    paint = mix(paint, saturate(soft, 1.15) * 0.92 + 0.05, lift(0.10 + 0.6 * fit(_busy(p), p.depth.shape)))
    # The last of the paint on the brush leaves a pale broken trail.
    trail = ramp(1.0, 1.9, drag) * ramp(0.48, 0.62, noise(p, 150, 2))
    paint += 0.10 * lift(trail)
    chalky = 1 + 0.03 * drag + 0.025 * spread(noise(p, 90, 3)) + 0.022 * spread(noise(p, 2.4, 2))
    return paint * lift(chalky)


def _cover(p: Picture, canvas: Canvas, source: Plane, along: tuple[Plane, Plane], detail: Plane, brush: _Brush) -> None:
    """Lay the strokes of one brush all over the canvas, in the colours of `source`."""
    at = scatter(p, (brush.width * brush.length * brush.spacing) ** 0.5)
    count = len(at)
    # Chance is drawn for every place before any is left out, so that what is left out moves no other stroke.
    chance, size, reach = p.rng.random((3, count), dtype=np.float32)
    turn, light = p.rng.standard_normal((2, count), dtype=np.float32)
    hue = p.rng.standard_normal((count, 3), dtype=np.float32)
    height = p.rng.uniform(0.25, 1.0, (count, 1)).astype(np.float32)
    tint = pick(source, at, p.depth.shape)
    tint = tint * (1 + brush.light * light[:, None])
    tint = tint + brush.hue * hue * (0.45 + np.ptp(tint, axis=-1, keepdims=True))
    keep = chance < brush.likely + brush.drawn * pick(detail, at, p.depth.shape)
    marks = Strokes(
        at[keep],
        (directions(along, at) + brush.turn * turn)[keep],
        (brush.length * (0.6 + 0.65 * reach))[keep],
        (brush.width * (0.7 + 0.45 * size))[keep],
        np.concatenate([tint, height], 1)[keep],
        brush.taper,
    )
    lay(p, canvas, marks, along)


def _ground(p: Picture, rgb: Plane) -> Canvas:
    """An 8-bit canvas (H, W, 4) under-painted with `rgb`; the fourth plane is the height of the paint."""
    canvas = np.empty((*p.depth.shape, 4), np.uint8)
    canvas[..., :3] = np.clip(rgb * 255 + 0.5, 0, 255)
    canvas[..., 3] = 60
    return canvas


def _busy(p: Picture) -> Plane:
    """(h, w) 0 calm .. 1 full of edges, at a reduced size: where finer tools are worth their while."""
    small = proxy(p.rgb, 256)
    grey = luma(small)
    edge = slope(grey)
    edge = cv2.GaussianBlur(edge, (0, 0), 1.6)
    out: Plane = np.clip(edge / max(float(np.percentile(edge, 95)), 0.015), 0, 1)
    return out
