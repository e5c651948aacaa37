"""A subject set before another background and lit as if it stood there.

light     The shape is guessed (`depth`), so that a lamp from a direction shades it (Lambert, softened all round as by a
          large lamp); what faces away falls into shade, and a rim towards the lamp takes on its colour.
harmony   The subject's tones and colours move towards the new background's, in OKLab (after E. Reinhard and others,
          "Color transfer between images", 2001), by no more than keeps it itself.
shadow    It stands on something: what is under its lowest part is dark and soft, and a longer shadow falls away from
          the lamp.

Everything is classical and says so: no model knows the body's true shape.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import depth, resize
from gesso.imaging.colour import LINEAR, encode, quick_lab, quick_linear
from gesso.imaging.picture import Pixels

Floats = NDArray[np.float32]
Rgb = tuple[int, int, int]

_ROWS: Final = 256
_WORK: Final = 640


@dataclass(frozen=True)
class Lamp:
    """Where the light comes from: `direction` in degrees, 0 above, 90 from the right, 180 below, 270 from the left;
    `height` 0 skims the picture, 1 comes from the viewer; `strength` 0..1."""

    direction: float = 315.0
    height: float = 0.45
    strength: float = 0.5
    colour: Rgb = (255, 244, 224)

    def vector(self) -> Floats:
        """Towards the lamp: x right, y down, z to the viewer; of length 1."""
        turn, lift = np.deg2rad(self.direction), np.deg2rad(15 + 70 * self.height)
        flat = np.cos(lift)
        return np.array([np.sin(turn) * flat, -np.cos(turn) * flat, np.sin(lift)], np.float32)


def light(pixels: Pixels, lamp: Lamp, alpha: NDArray[np.uint8] | None = None) -> Pixels:
    """The picture (H, W, 3) lit by the lamp; with `alpha` (H, W) only the subject, whose own roundness is seen."""
    if lamp.strength <= 0:
        return pixels
    height, width = pixels.shape[:2]
    small = resize.fit(pixels, _WORK)
    across, down = small.shape[1], small.shape[0]
    heights = depth.depth(small)
    if alpha is not None:
        cover = cv2.resize(alpha, (across, down), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        heights = 0.35 * heights + _dome(cover)
    facing = depth.normals(heights, 1.6)
    lit = np.clip(facing @ lamp.vector(), -0.2, 1)
    soft = cv2.GaussianBlur(np.asarray(lit, np.float32), (0, 0), 0.008 * min(across, down) + 0.6)
    # In relation to what is lit on the whole, so that the picture keeps its brightness.
    level = float(np.average(soft, weights=cover)) if alpha is not None and cover.any() else float(soft.mean())
    shade = np.asarray((soft - level) * np.float32(3.4 * lamp.strength), np.float32)
    near = cv2.resize(shade, (width, height), interpolation=cv2.INTER_CUBIC)
    tint = LINEAR[np.array(lamp.colour)]
    tint = tint / max(float(tint @ (0.2126, 0.7152, 0.0722)), 1e-3)
    result = np.empty_like(pixels)
    for top in range(0, height, _ROWS):
        rows = slice(top, top + _ROWS)
        part = near[rows][..., None]
        bright, dark = np.clip(part, 0, None), np.clip(-part, 0, None)
        linear = LINEAR[pixels[rows]]
        # Light adds what the thing reflects of it, and a little sheen; shade takes away and turns a little cool.
        made = linear * (1 + 1.35 * bright * tint) + 0.035 * lamp.strength * bright * tint
        made = made * np.exp(-1.15 * dark * np.array([1.08, 1.0, 0.9], np.float32))
        result[rows] = np.rint(encode(_rolled(made)) * 255)
    return result


def _rolled(linear: Floats) -> Floats:
    """Highlights bend towards white instead of breaking off at it."""
    knee = np.float32(0.8)
    over = np.maximum(linear - knee, 0)
    return np.asarray(np.minimum(linear, knee) + (1 - knee) * (1 - np.exp(-over / (1 - knee))), np.float32)


def _dome(cover: Floats) -> Floats:
    """A round body with this outline: high where the outline is far away."""
    inside = (cover > 0.5).astype(np.uint8)
    far = cv2.distanceTransform(cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_REPLICATE), cv2.DIST_L2, 5)[
        1:-1, 1:-1
    ]
    reach = max(4.0, 0.16 * min(cover.shape))
    t = np.clip(far / reach, 0, 1)
    round_ = np.sqrt(np.maximum(1 - (1 - t) ** 2, 0)) * 0.45
    return np.asarray(
        cv2.GaussianBlur(round_.astype(np.float32), (0, 0), max(1.0, 0.02 * min(cover.shape))), np.float32
    )


def harmonize(subject: Pixels, alpha: NDArray[np.uint8], ground: Pixels, amount: float = 0.5) -> Pixels:
    """The subject (H, W, 3) in the tones and colours of the ground (H, W, 3), `amount` 0..1 of the way."""
    if amount <= 0 or not (alpha > 127).any():
        return subject
    step = max(1, int(np.sqrt(alpha.size / 3e5)))
    own = quick_lab(LINEAR[np.ascontiguousarray(subject[::step, ::step])])[alpha[::step, ::step] > 127]
    other = quick_lab(LINEAR[np.ascontiguousarray(ground[::step, ::step])]).reshape(-1, 3)
    mean, spread = own.mean(0), own.std(0)
    goal, wide = other.mean(0), other.std(0)
    share = np.array([0.28, 0.5, 0.5], np.float32) * np.float32(amount)
    move = np.clip((goal - mean) * share, [-0.12, -0.045, -0.045], [0.12, 0.045, 0.045])
    scale = np.clip(1 + (wide / np.maximum(spread, 1e-3) - 1) * share * 0.6, 0.75, 1.2)
    result = np.empty_like(subject)
    for top in range(0, len(subject), _ROWS):
        rows = slice(top, top + _ROWS)
        lab = quick_lab(LINEAR[np.ascontiguousarray(subject[rows])])
        lab = ((lab - mean) * scale + mean + move).astype(np.float32)
        # Black stays black: no veil is laid over it.
        lab[..., 0] = np.clip(lab[..., 0], 0, 1)
        result[rows] = np.rint(encode(quick_linear(np.ascontiguousarray(lab))) * 255)
    return result


def shadow(alpha: NDArray[np.uint8], lamp: Lamp, strength: float = 0.5) -> Floats:
    """(H, W) 0..1: how much light the ground lacks behind and under the subject. 0 where the subject floats, cut by the
    lower edge of the picture or not standing on anything that could be seen."""
    height, width = alpha.shape
    if strength <= 0 or not (alpha > 127).any():
        return np.zeros((height, width), np.float32)
    small = resize.fit(np.ascontiguousarray(np.dstack([alpha] * 3)), 480)[..., 0].astype(np.float32) / 255
    down, across = small.shape
    inside = small > 0.5
    rows = np.flatnonzero(inside.any(1))
    foot, head = int(rows[-1]), int(rows[0])
    tall = max(4, foot - head)
    made = np.zeros_like(small)
    if foot < down - 2:
        columns = np.flatnonzero(inside[max(head, foot - max(2, tall // 14)) : foot + 1].any(0))
        if columns.size:
            # Where it touches: narrow and dark.
            contact = np.zeros_like(small)
            middle, half = float(columns.mean()), max(2.0, (columns[-1] - columns[0]) / 2)
            size = 2.15 * half, max(2.0, 0.06 * tall)
            cv2.ellipse(contact, ((middle, float(foot)), size, 0.0), 1.0, -1)
            made = np.maximum(made, 0.9 * cv2.GaussianBlur(contact, (0, 0), max(1.0, 0.018 * tall)))
        # What falls away from the lamp: the outline, laid flat.
        away = -float(lamp.vector()[0]) * 0.9
        flat = 0.26
        matrix = np.array([[1.0, -away * flat, away * flat * foot], [0, flat, foot * (1 - flat)]], np.float32)
        cast = cv2.warpAffine(small, matrix, (across, down), flags=cv2.INTER_LINEAR)
        fade = np.clip(1 - np.abs(np.arange(down, dtype=np.float32) - foot) / max(1.0, 0.35 * tall), 0, 1)[:, None]
        made = np.maximum(made, 0.55 * cv2.GaussianBlur(cast, (0, 0), max(1.5, 0.03 * tall)) * fade)
    else:
        # Cut off below: no ground is seen, but the subject dims what is right behind it.
        moved = np.array([[1, 0, -lamp.vector()[0] * 0.05 * tall], [0, 1, -lamp.vector()[1] * 0.03 * tall]], np.float32)
        cast = cv2.warpAffine(small, moved, (across, down))
        made = 0.35 * cv2.GaussianBlur(cast, (0, 0), max(2.0, 0.05 * tall))
    shown = cv2.resize(made * np.float32(strength), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(shown, 0, 1), np.float32)


def dimmed(ground: Pixels, lack: Floats) -> Pixels:
    """The ground (H, W, 3) with this much of its light (H, W) gone."""
    result = np.empty_like(ground)
    for top in range(0, len(ground), _ROWS):
        rows = slice(top, top + _ROWS)
        result[rows] = np.rint(encode(LINEAR[ground[rows]] * (1 - 0.85 * lack[rows][..., None])) * 255)
    return result
