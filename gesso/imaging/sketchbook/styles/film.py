"""Light and lens: photographic, noir, vintage film, neon."""

import cv2
import numpy as np

from gesso.imaging.sketchbook.styles.brush import Strokes, lay
from gesso.imaging.sketchbook.styles.fields import (
    blur,
    colour,
    far,
    fit,
    grain,
    lift,
    luma,
    mix,
    noise,
    places,
    plain,
    ramp,
    saturate,
    slope,
    toned,
    vignette,
)
from gesso.imaging.sketchbook.styles.picture import Picture, Plane


def photographic(p: Picture) -> Plane:
    """A cinema grade: local contrast, bloom, teal shade and warm light, vignette, fine grain."""
    rgb = p.rgb + 0.35 * (p.rgb - blur(p, p.rgb, 36)) + 0.25 * (p.rgb - blur(p, p.rgb, 2))
    rgb = np.clip(rgb, 0, 1)
    # Air: what is far loses contrast to its own surroundings.
    away = lift(0.22 * far(p))
    rgb = mix(rgb, blur(p, rgb, 5), away)
    glow = rgb * lift(ramp(0.80, 1.0, rgb.max(-1)))
    bloom = 0.5 * blur(p, glow, 10) + 0.5 * blur(p, glow, 46)
    rgb = 1 - (1 - rgb) * (1 - np.clip(bloom * np.array([0.42, 0.34, 0.30], np.float32), 0, 1))
    grey = lift(luma(rgb))
    rgb += 0.055 * (1 - ramp(0.0, 0.55, grey)) * np.array([-0.7, 0.15, 0.75], np.float32)
    rgb += 0.050 * ramp(0.4, 1.0, grey) * np.array([0.9, 0.25, -0.75], np.float32)
    rgb = np.clip(rgb, 0, 1)
    rgb = mix(rgb, rgb * rgb * (3 - 2 * rgb), 0.32)
    rgb = 0.018 + 0.972 * saturate(rgb, 1.08) * vignette(p, 0.42)
    return rgb + _film_grain(p, rgb, 0.020)


def noir(p: Picture) -> Plane:
    """High-contrast black and white: deep skies, one hard light, smoke, grain."""
    # An orange filter darkens skies and brightens skin.
    mono = p.rgb @ np.array([0.46, 0.40, 0.14], np.float32)
    mono = toned(mono, 1.9, 0.38)
    mono = mono + 0.55 * (mono - blur(p, mono, 30)) + 0.3 * (mono - blur(p, mono, 3))
    mono = np.clip(mono, 0, 1)
    mono = mix(mono, ramp(0.06, 1.10, mono), 0.85)
    x, y = places(p)
    wide, tall = p.depth.shape[1] / p.scale, p.depth.shape[0] / p.scale
    # The lamp stands where the picture is brightest already.
    pool = cv2.GaussianBlur(fit(mono, (24, 24)), (0, 0), 3)
    row, column = np.unravel_index(int(np.argmax(pool)), pool.shape)
    cx, cy = (float(column) + 0.5) / 24 * wide, (float(row) + 0.5) / 24 * tall
    fall = np.exp(-((x - np.float32(cx)) ** 2 + (y - np.float32(cy)) ** 2) / np.float32(2 * 520**2))
    smoke = noise(p, 330, 5, 0.5, stretch=1.8)
    mono *= 0.45 + 0.62 * fall
    mono += 0.10 * ramp(0.42, 0.8, smoke) * (0.3 + 0.7 * fall)
    light = mono * ramp(0.75, 1.0, mono)
    mono = 1 - (1 - np.clip(mono, 0, 1)) * (1 - 0.30 * blur(p, light, 20))
    tint = lift(mono) * vignette(p, 0.65)
    rgb = tint * np.array([1.0, 0.992, 0.975], np.float32) + np.array([0.008, 0.010, 0.014], np.float32)
    return rgb + _film_grain(p, rgb, 0.060)


def vintage(p: Picture) -> Plane:
    """An old colour print: lifted blacks, faded warm dyes, a light leak, dust, coarse grain."""
    rgb = mix(p.rgb, blur(p, p.rgb, 2.2), 0.6)
    rgb = saturate(rgb, 0.78)
    rgb = rgb ** np.float32(0.92)
    # Each dye has faded in its own way: blacks to plum, whites to cream.
    low = np.array([0.155, 0.105, 0.130], np.float32)
    high = np.array([0.985, 0.915, 0.765], np.float32)
    rgb = low + (high - low) * mix(rgb, rgb * rgb * (3 - 2 * rgb), 0.25)
    rgb *= np.array([1.03, 0.99, 0.93], np.float32)
    x, y = places(p)
    wide, tall = p.depth.shape[1] / p.scale, p.depth.shape[0] / p.scale
    side = p.rng.random() < 0.5
    reach = (np.float32(wide) - x if side else x) / np.float32(min(wide, 1600))
    curtain = noise(p, 420, 3, stretch=0.5)
    lean = (y / np.float32(tall) - 0.5) * np.float32(p.rng.uniform(-0.5, 0.5))
    leak = np.exp(-np.clip(reach + lean * 0.4 - 0.25 * (curtain - 0.35), 0, None) * 7.5)
    heart = leak * leak * leak
    burn = lift(leak) * np.array([0.72, 0.17, 0.05], np.float32) + lift(heart) * np.array(
        [0.25, 0.36, 0.12], np.float32
    )
    rgb = 1 - (1 - np.clip(rgb, 0, 1)) * (1 - np.clip(burn, 0, 0.97))
    rgb *= vignette(p, 0.38)
    rgb = mix(rgb, np.broadcast_to(colour("f6ead2"), rgb.shape), lift(0.55 * _dust(p)))
    return rgb + _film_grain(p, rgb, 0.042)


def neon(p: Picture) -> Plane:
    """Glass tubes bent along the contours of the scene, alight in a dark room, their colour on the air."""
    small = plain(p, 512, 10, 7)
    here = Picture(small, fit(p.depth, small.shape), p.rng, p.palette, min(small.shape[:2]) / 1024)
    tubes, cores = _tubes(p, here)
    dim = blur(p, p.rgb, 3)
    grey = toned(luma(dim), 1.8, 0.45)
    _, y = places(p)
    down = lift(np.clip(y / np.float32(p.depth.shape[0] / p.scale), 0, 1))
    night = mix(colour("0b0620"), colour("04101f"), down)
    dusk = mix(colour("7a2bb0"), colour("1668a8"), down)
    room = night + (dusk * 0.62) * lift(grey**1.6) + 0.10 * dim
    # Wide halos carry the colour, the narrow ones the brightness; lit air is thicker where it drifts.
    air = 0.75 + 0.5 * noise(p, 280, 3)
    halo = 0.9 * blur(p, tubes, 5) + 1.5 * blur(p, tubes, 17) + 2.4 * blur(p, tubes, 62) * lift(air)
    # However many tubes burn, the room stays a night.
    halo *= min(1.0, 0.20 / max(float(halo.mean()), 1e-3))
    rgb = room * (0.75 + 1.4 * np.clip(blur(p, tubes, 60), 0, 0.6)) + halo
    rgb = 1 - np.exp(-1.25 * rgb)
    tube = lift(np.clip(tubes.max(-1), 0, 1))
    rgb = mix(rgb, np.clip(tubes * 1.05 + 0.12, 0, 1), tube)
    rgb = mix(rgb, np.ones_like(rgb), lift(0.92 * cores))
    return rgb * vignette(p, 0.35) + 0.011 * grain(p, 1.3)


_TUBE_COLOURS = ("ff2fa8", "18e0ff", "a24bff", "ff6a3d", "3dffb0", "ffd23d")


def _tubes(p: Picture, here: Picture) -> tuple[Plane, Plane]:
    """(H, W, 3) light of the glass tubes, (H, W) of their hot cores, along the contours of `here`."""
    height, width = p.depth.shape
    ratio = width / here.depth.shape[1]
    grey = blur(here, toned(luma(here.rgb), 2.0, 0.5), 8)
    away = blur(here, far(here), 2)
    tones = np.quantile(grey, (0.25, 0.60, 0.90)) if not away.any() else [(1 + float(grey.max())) / 2 - 0.12]
    fields = [(grey, float(t)) for t in tones]
    if away.any():
        fields += [(away, t) for t in (0.94, 0.78, 0.62, 0.46, 0.30, 0.14)]
    glass = np.zeros((height, width, 3), np.uint8)
    cores = np.zeros((height, width), np.uint8)
    stock = np.array([colour(c) for c in _TUBE_COLOURS])
    hues = (stock - stock.mean(-1, keepdims=True)) / np.linalg.norm(stock - stock.mean(-1, keepdims=True), axis=-1)[
        :, None
    ]
    shortest = 220 * here.scale
    steep_tone, steep_depth = slope(grey), slope(away)
    # Steepness in multiples of what counts as a contour; ground that recedes evenly has none.
    steep = np.maximum(steep_tone / 0.008, steep_depth / 0.03) * np.float32(here.scale * 2)
    thick = 4.2 * p.scale
    for turn, (field, threshold) in enumerate(fields):
        found, _ = cv2.findContours((field > threshold).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        for outline in sorted(found, key=len, reverse=True)[:40]:
            points = outline[:, 0].astype(np.float32)
            # The frame of the picture is no contour, nor is a contour drawn where nothing changes.
            inner = ((points > 1.5) & (points < np.array([here.depth.shape[1], here.depth.shape[0]]) - 2.5)).all(1)
            at = points.astype(np.intp)
            firm = (steep[at[:, 1], at[:, 0]] > 1).astype(np.float32)[None]
            # A tube bridges short calm stretches.
            inner &= cv2.blur(firm, (61, 1), borderType=cv2.BORDER_REPLICATE)[0] > 0.35
            for piece in _runs(points, inner, shortest):
                under = here.rgb[piece[:, 1].astype(np.intp), piece[:, 0].astype(np.intp)].mean(0)
                own = under - under.mean()
                own = own / max(float(np.linalg.norm(own)), 0.12)
                # Neighbours differ; what is underneath has its say after that.
                pull = 0.16 * (hues @ own)
                pull[(3, 1, 0, 2)[turn % 4]] += 0.5
                tint = (stock[int(np.argmax(pull))] * 255).tolist()
                line = np.rint((_eased(piece, 9) + 0.5) * (ratio * 16) - 8).astype(np.int32)
                cv2.polylines(glass, [line], False, tint, max(1, round(thick * 1.7)), cv2.LINE_AA, 4)
                cv2.polylines(cores, [line], False, 255, max(1, round(thick * 0.6)), cv2.LINE_AA, 4)
    return glass.astype(np.float32) * np.float32(1 / 255), blur(p, cores.astype(np.float32) * np.float32(1 / 255), 0.8)


def _dust(p: Picture) -> Plane:
    """(H, W) 0..1 specks and a few hairs that lay on the print."""
    canvas = np.zeros(p.depth.shape, np.uint8)
    size = np.array([p.depth.shape[1], p.depth.shape[0]], np.float32)
    for count, length, width in ((34, 3.0, 2.2), (7, 46.0, 1.1)):
        at = p.rng.random((count, 2), dtype=np.float32) * size
        way = p.rng.uniform(0, np.pi, count).astype(np.float32)
        reach = length * p.rng.uniform(0.4, 1.6, count).astype(np.float32)
        faint = p.rng.uniform(0.25, 1.0, (count, 1)).astype(np.float32)
        lay(p, canvas, Strokes(at, way, reach, np.full(count, width, np.float32), faint))
    return canvas.astype(np.float32) * np.float32(1 / 255)


def _runs(points: Plane, keep: Plane, shortest: float) -> list[Plane]:
    """The unbroken stretches of a closed contour where `keep` holds, of at least `shortest` points."""
    if keep.all():
        return [np.concatenate([points, points[:1]])] if len(points) >= shortest else []
    start = int(np.argmin(keep))
    points, keep = np.roll(points, -start, 0), np.roll(keep, -start)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], keep.astype(np.int8), [0]])))
    return [points[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= shortest]


def _eased(points: Plane, reach: int) -> Plane:
    """A line freed from the steps of the pixel grid: a moving average that keeps its ends, or its closure."""
    closed = bool((points[0] == points[-1]).all())
    points = points[:-1] if closed else points
    reach = min(reach, len(points) // 2)
    margin = ((reach, reach), (0, 0))
    padded = np.pad(points, margin, "wrap") if closed else np.pad(points, margin, "reflect", reflect_type="odd")
    kernel = np.hanning(2 * reach + 3)[1:-1]
    kernel /= kernel.sum()
    eased = np.stack([np.convolve(padded[:, k], kernel, "valid") for k in range(2)], -1)
    out: Plane = np.concatenate([eased, eased[:1]] if closed else [eased]).astype(np.float32)
    return out


def _film_grain(p: Picture, rgb: Plane, amount: float) -> Plane:
    """Silver: strongest in the mid-tones, with a coarser clump beneath the fine one."""
    grey = lift(luma(np.clip(rgb, 0, 1).astype(np.float32)))
    strength = np.float32(amount) * (0.35 + 2.6 * grey * (1 - grey))
    return strength * (0.8 * grain(p, 1.4) + 0.5 * grain(p, 2.8))
