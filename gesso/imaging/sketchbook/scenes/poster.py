"""A poster: a scene as its picture, and the words set in type."""

from collections.abc import Callable

import numpy as np

from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.lettering import typeset
from gesso.imaging.sketchbook.light import Light
from gesso.imaging.sketchbook.palette import Colour, colour, mix, to_lch, vary
from gesso.imaging.sketchbook.words import Brief

Painter = Callable[[Canvas, Brief, Light], None]


def paint(canvas: Canvas, brief: Brief, light: Light, art: Painter) -> None:
    """The words over the picture, or on a band of paper below it, as the frame and the seed suggest."""
    rng = canvas.rng("poster")
    text = brief.reading.lettering
    if not text:
        framed(canvas, brief, light, art, None)
    elif rng.random() < 0.55 and canvas.h >= 0.9 * canvas.w:
        framed(canvas, brief, light, art, text)
    else:
        bled(canvas, brief, light, art, text)


def framed(canvas: Canvas, brief: Brief, light: Light, art: Painter, text: str | None) -> None:
    """Paper all round, the picture inset, the words below it."""
    rng = canvas.rng("framed")
    paper = vary(colour("#f5eddd"), hue=float(rng.normal(0, 8)))
    for plane, value in zip(canvas.rgb, paper, strict=True):
        plane[...] = value
    canvas.rgb *= 1 + 0.010 * canvas.fbm("paper", cell=0.01, octaves=2)
    margin = round(0.055 * canvas.unit)
    band = round(float(rng.uniform(0.2, 0.26)) * canvas.height) if text else margin
    wide, high = max(1, canvas.width - 2 * margin), max(1, canvas.height - margin - band)
    inner = Canvas(wide, high, canvas.seed, canvas.detail)
    art(inner, brief, light)
    part = np.s_[margin : margin + high, margin : margin + wide]
    for target, plane in zip(canvas.rgb, inner.rgb, strict=True):
        target[part] = plane
    canvas.depth[part] = inner.depth
    if text is None:
        return
    ink = strongest(inner, paper)
    face = str(rng.choice(["grotesque", "serif"]))
    gap = round(0.045 * canvas.unit)
    box_w, box_h = wide, band - 2 * gap
    mask = typeset(text, box_w, box_h, face, align="centre", tracking=0.01 if face == "serif" else 0.0)
    left = margin + (wide - mask.shape[1]) // 2
    top = margin + high + gap + max(0, (box_h - mask.shape[0]) // 2)
    stamp(canvas, mask, ink, top, left)


def strongest(canvas: Canvas, paper: Colour) -> Colour:
    """A dark ink drawn from the picture itself, so that words and picture belong together."""
    step = max(1, canvas.width // 40)
    seen = np.stack([plane[::step, ::step].ravel() for plane in canvas.rgb], -1).clip(0, 1)
    tones = to_lch(seen)
    deep = seen[np.argsort(tones[:, 0] - 0.8 * tones[:, 1], kind="stable")[: max(1, len(seen) // 12)]].mean(0)
    lightness = float(to_lch(deep)[0])
    return vary(deep, light=min(0.0, 0.3 - lightness), chroma=1.15)


def bled(canvas: Canvas, brief: Brief, light: Light, art: Painter, text: str) -> None:
    """The picture to the edge, the words over its quieter part."""
    rng = canvas.rng("bled")
    art(canvas, brief, light)
    margin = round(0.07 * canvas.unit)
    wide = canvas.width - 2 * margin
    if canvas.w > 1.7:
        wide = round(min(wide, 1.25 * canvas.unit))
    high = round(canvas.height * (0.3 if len(text) > 9 else 0.24))
    face = str(rng.choice(["grotesque", "serif"]))
    at_left = rng.random() < 0.6
    mask = typeset(text, wide, high, face, align="low" if at_left else "centre")
    left = margin if at_left else (canvas.width - mask.shape[1]) // 2
    tops = {"top": margin, "bottom": canvas.height - margin - mask.shape[0]}
    calm = {where: unrest(canvas, top, left, mask) for where, top in tops.items()}
    where = min(calm, key=lambda key: calm[key] + (0.03 if key == "bottom" else 0.0))
    top = max(0, tops[where])
    patch = np.stack([plane[top : top + mask.shape[0], left : left + mask.shape[1]].mean() for plane in canvas.rgb])
    lightness = float(to_lch(np.clip(patch, 0, 1))[0])
    pale = lightness < 0.66
    ink = mix(colour("#fdf6e6"), np.clip(light.disc, 0, 1), 0.2) if pale else vary(colour("#1d2333"), light=-0.02)
    # A soft shade under the words, so that no bright patch swallows a letter.
    centre = (top + mask.shape[0] / 2) / canvas.unit
    reach = mask.shape[0] / canvas.unit * 0.62 + 0.1
    scrim = np.exp(-(((canvas.y - centre) / reach) ** 4)) * np.ones_like(canvas.x) * np.float32(0.3 if pale else 0.34)
    tone = (
        np.clip(patch, 0, 1).astype(np.float32) * np.float32(0.42)
        if pale
        else mix(np.clip(patch, 0, 1).astype(np.float32), np.ones(3, np.float32), 0.7)
    )
    canvas.cover(scrim.astype(np.float32), tone)
    stamp(canvas, mask, ink, top, left)


def unrest(canvas: Canvas, top: int, left: int, mask: np.ndarray) -> float:
    """How busy the picture is where the words would stand: the deviation of its lightness."""
    part = canvas.rgb[1][max(0, top) : max(0, top) + mask.shape[0], left : left + mask.shape[1]]
    return float(np.sqrt(np.clip(part, 0, 1)).std()) if part.size else 1.0


def stamp(canvas: Canvas, mask: np.ndarray, ink: Colour, top: int, left: int) -> None:
    """Print the words."""
    mask = mask[: max(0, canvas.height - top), : max(0, canvas.width - left)]
    if mask.size:
        canvas.cover(mask, ink, 0.0, top=top, left=left)
