"""A portrait that speaks: jaw, lids and head of a face are moved by what is heard.

A warp of the still picture, and no model: the mouth opens by how loud the voice is and narrows for dark vowels, told by
where the spectrum lies. Everything that moves lies in one box around the head, and only that is drawn anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import faces
from gesso.imaging.picture import Pixels
from gesso.kit.errors import Failed

Floats = NDArray[np.float32]
Sound = NDArray[np.float32]

VOICE_RATE = 16_000


@dataclass(frozen=True)
class Face:
    """Where things are, in pixels: both eyes, the middle of the mouth, and `unit`, the distance between the eyes."""

    left: tuple[float, float]
    right: tuple[float, float]
    mouth: tuple[float, float]
    unit: float

    @property
    def tilt(self) -> float:
        """Radians by which the eyes are not level."""
        return float(np.arctan2(self.right[1] - self.left[1], self.right[0] - self.left[0]))

    def scaled(self, by: float) -> "Face":
        points = [(x * by, y * by) for x, y in (self.left, self.right, self.mouth)]
        return Face(points[0], points[1], points[2], self.unit * by)


def find(pixels: Pixels, box: tuple[int, int, int, int] | None = None) -> Face:
    """The largest face seen from the front, or the one in the box (left, top, width, height). Failed without one."""
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY)
    scale = min(1.0, 800 / max(grey.shape))
    small = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    if box is not None:
        x, y, wide, high = (round(side * scale) for side in box)
    else:
        found = [
            tuple(int(side) for side in each)
            for name in ("frontalface_alt2", "frontalface_default")
            for each in faces.cascade(name).detectMultiScale(small, 1.08, 5, minSize=(48, 48))
        ]
        if not found:
            raise Failed(
                "No face was found. Choose a picture with one face seen from the front, or draw a box around the face."
            )
        x, y, wide, high = max(found, key=lambda each: each[2] * each[3])
    eyes = _eyes(small[max(0, y) : y + high, max(0, x) : x + wide], wide, high)
    left, right = ((max(0, x) + ex, max(0, y) + ey) for ex, ey in eyes)
    unit = float(np.hypot(right[0] - left[0], right[1] - left[1]))
    tilt = np.arctan2(right[1] - left[1], right[0] - left[0])
    middle = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
    # Mouths lie about 1.1 eye distances below the eyes (D. Farkas' canons of the face).
    guess = middle[0] - np.sin(tilt) * 1.08 * unit, middle[1] + np.cos(tilt) * 1.08 * unit
    mouth = _mouth(small, (float(guess[0]), float(guess[1])), unit)
    face = Face((left[0], left[1]), (right[0], right[1]), mouth, unit)
    return face.scaled(1 / scale)


def _eyes(face: NDArray[np.uint8], wide: int, high: int) -> list[tuple[float, float]]:
    """Both eyes in a face's picture, the left of the picture first; where they usually are, if they cannot be seen."""
    usual = [(0.31 * wide, 0.39 * high), (0.69 * wide, 0.39 * high)]
    upper = face[: round(0.6 * high)]
    found = faces.cascade("eye").detectMultiScale(upper, 1.05, 4, minSize=(max(8, wide // 8), max(8, wide // 8)))
    centres = [(ex + ew / 2, ey + eh * 0.52) for ex, ey, ew, eh in found]
    sides: list[tuple[float, float]] = []
    for number, place in enumerate(usual):
        near = [c for c in centres if (c[0] < wide / 2) == (number == 0) and 0.2 * high < c[1] < 0.55 * high]
        sides.append(min(near, key=lambda c: np.hypot(c[0] - place[0], c[1] - place[1])) if near else place)
    if abs(sides[0][1] - sides[1][1]) > 0.16 * wide or not 0.25 * wide < sides[1][0] - sides[0][0] < 0.6 * wide:
        return usual
    return [(float(ex), float(ey)) for ex, ey in sides]


def _mouth(grey: NDArray[np.uint8], guess: tuple[float, float], unit: float) -> tuple[float, float]:
    """The line between the lips: the darkest level band near where it should be."""
    reach_x, reach_y = round(0.25 * unit), max(2, round(0.1 * unit))
    x, y = round(guess[0]), round(guess[1])
    part = grey[max(0, y - reach_y) : y + reach_y + 1, max(0, x - reach_x) : x + reach_x + 1].astype(np.float32)
    if part.shape[0] < 5 or part.shape[1] < 5:
        return guess
    rows = cv2.GaussianBlur(part.mean(1)[:, None], (1, 0), sigmaX=1, sigmaY=max(0.8, unit * 0.02))[:, 0]
    away = np.abs(np.arange(len(rows)) - reach_y) / max(1, reach_y)
    return guess[0], max(0, y - reach_y) + float(np.argmin(rows + 18 * away))


@dataclass(frozen=True)
class Track:
    """Of every frame: how far the mouth is `open` and how `round` it is, 0..1."""

    open: Floats
    round: Floats


def listen(sound: Sound, fps: int) -> Track:
    """What a voice (N,) at `VOICE_RATE` does with a mouth. Silence leaves it shut."""
    step = VOICE_RATE // fps if VOICE_RATE % fps == 0 else VOICE_RATE / fps
    count = max(1, int(np.ceil(len(sound) / step)))
    window = 640
    padded = np.pad(sound, (window // 2, window + int(step)))
    starts = (np.arange(count) * step).astype(int)
    taper = np.hanning(window).astype(np.float32)
    loud, bright = np.zeros(count, np.float32), np.zeros(count, np.float32)
    tones = np.fft.rfftfreq(window, 1 / VOICE_RATE)
    voice = (tones > 150) & (tones < 4000)
    # In pieces, so that ten minutes take no more memory than one.
    for first in range(0, count, 512):
        some = starts[first : first + 512]
        frames = padded[some[:, None] + np.arange(window)] * taper
        power = np.abs(np.fft.rfft(frames, axis=1))[:, voice] ** 2
        total = power.sum(1)
        loud[first : first + 512] = np.sqrt(total)
        bright[first : first + 512] = (power * tones[voice]).sum(1) / np.maximum(total, 1e-9)
    level = float(np.percentile(loud, 92))
    if level < 0.05:
        return Track(np.zeros(count, np.float32), np.zeros(count, np.float32))
    wide = np.clip((loud / level - 0.08) / 0.92, 0, 1.15) ** 0.75
    # First formants of “oo” lie near 400 Hz, of “ee” the weight lies above 1500.
    narrow = np.clip((900 - bright) / 500, 0, 1)
    opened, shape = np.zeros(count, np.float32), np.zeros(count, np.float32)
    now = turn = 0.0
    for frame in range(count):
        # A mouth opens faster than it shuts.
        pace = 0.75 if wide[frame] > now else 0.45
        now += (float(wide[frame]) - now) * pace
        turn += (float(narrow[frame]) - turn) * 0.35
        opened[frame], shape[frame] = now, turn
    return Track(np.clip(opened, 0, 1), shape)


def blinks(count: int, fps: int, seed: int) -> Floats:
    """How far the lids are shut in each frame, 0..1: a blink of a seventh of a second every 2 to 6 seconds."""
    random = np.random.default_rng(seed)
    shut = np.zeros(count, np.float32)
    at = random.uniform(0.8, 2.5)
    while at * fps < count:
        frames = np.arange(count) / fps - at
        shut = np.maximum(shut, np.clip(1 - np.abs(frames) / 0.11, 0, 1).astype(np.float32))
        at += random.uniform(2.0, 6.0)
    return np.asarray(np.clip(shut * 1.25, 0, 1), np.float32)


def speak(
    pixels: Pixels,
    face: Face,
    track: Track,
    fps: int,
    *,
    expressiveness: float = 0.5,
    seed: int = 0,
    mask: NDArray[np.uint8] | None = None,
) -> Iterator[Pixels]:
    """The frames of the portrait (H, W, 3) speaking. Where `mask` (H, W) is 0 nothing moves."""
    height, width = pixels.shape[:2]
    unit = face.unit
    middle = (face.left[0] + face.right[0]) / 2, (face.left[1] + face.right[1]) / 2
    reach = 3.4 * unit
    x0, x1 = max(0, int(middle[0] - reach)), min(width, int(middle[0] + reach) + 1)
    y0, y1 = max(0, int(middle[1] - 0.85 * reach)), min(height, int(middle[1] + 1.15 * reach) + 1)
    y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    cos, sin = np.float32(np.cos(face.tilt)), np.float32(np.sin(face.tilt))

    def own(about: tuple[float, float]) -> tuple[Floats, Floats]:
        """Places as the face has them: right and down of a point, in eye distances."""
        dx, dy = (x - np.float32(about[0])) / np.float32(unit), (y - np.float32(about[1])) / np.float32(unit)
        return np.asarray(dx * cos + dy * sin, np.float32), np.asarray(dy * cos - dx * sin, np.float32)

    across, below = own(face.mouth)
    # The jaw: all of it below the lips, nothing above, fading out towards ears and throat.
    jaw = np.exp(-((across / 0.62) ** 4)) * np.clip(1 - np.maximum(below - 0.25, 0) / 0.85, 0, 1)
    lower, upper = (jaw * _step(below * sign, 0.035) for sign in (1, -1))
    upper = upper * np.exp(-((below / 0.16) ** 2)) * np.exp(-((across / 0.4) ** 2))
    lids = [own(eye) for eye in (face.left, face.right)]
    lid = sum(np.exp(-((ex / 0.3) ** 4)) * np.exp(-((ey / 0.12) ** 4)) for ex, ey in lids)
    head = np.exp(-((((x - middle[0]) / (2.3 * unit)) ** 2 + ((y - middle[1] - 0.4 * unit) / (2.3 * unit)) ** 2) ** 2))
    head = head.astype(np.float32) * _frame(x.shape)
    if mask is not None:
        free = cv2.GaussianBlur(mask[y0:y1, x0:x1].astype(np.float32) / 255, (0, 0), max(1.0, 0.05 * unit))
        head, lower, upper, lid = head * free, lower * free, upper * free, lid * free
    shut = blinks(len(track.open), fps, seed)
    still = pixels[y0:y1, x0:x1, :3]
    for number, (opened, narrow) in enumerate(zip(track.open, track.round, strict=True)):
        wide = float(opened) * (0.12 + 0.16 * expressiveness)
        turn, move_x, move_y, grow = _sway(number / fps, seed, expressiveness, float(opened))
        # Backwards: where each pixel comes from.
        down = np.float32(wide * 0.82) * lower - np.float32(wide * 0.18) * upper
        pinch = (
            np.float32(0.16 * narrow * opened) * across * np.exp(-((below / 0.3) ** 2)) * np.exp(-((across / 0.5) ** 2))
        )
        blink = np.float32(0.13 * shut[number]) * lid
        dx_own, dy_own = pinch, -(down + blink)
        dx = (dx_own * cos - dy_own * sin) * np.float32(unit)
        dy = (dx_own * sin + dy_own * cos) * np.float32(unit)
        from_x, from_y = x - np.float32(middle[0]), y - np.float32(middle[1])
        dx += head * (-(turn * from_y) - move_x * unit - grow * from_x)
        dy += head * (turn * from_x - move_y * unit - grow * from_y)
        made = cv2.remap(
            np.ascontiguousarray(pixels[..., :3]),
            (x + dx).astype(np.float32),
            (y + dy).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        if wide > 0.015:
            made = _inside(made, across, below, wide, float(narrow), head, still)
        frame = pixels[..., :3].copy()
        frame[y0:y1, x0:x1] = made
        yield frame


def _step(value: NDArray[np.floating], soft: float) -> Floats:
    t = np.clip(value / soft * 0.5 + 0.5, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _frame(shape: tuple[int, ...]) -> Floats:
    """1 inside of a box, 0 at its rim: what moves meets what stands without a step."""
    rows = np.minimum(np.arange(shape[0]), np.arange(shape[0])[::-1]) / (0.08 * shape[0])
    columns = np.minimum(np.arange(shape[1]), np.arange(shape[1])[::-1]) / (0.08 * shape[1])
    return np.asarray(np.clip(rows, 0, 1)[:, None] * np.clip(columns, 0, 1)[None], np.float32)


def _sway(now: float, seed: int, lively: float, opened: float) -> tuple[float, float, float, float]:
    """What a head does while it speaks: turn in radians, shifts in eye distances, growth."""
    phase = (seed * 1.7) % 6.28
    amount = 0.35 + 0.9 * lively
    turn = 0.014 * amount * (np.sin(0.9 * now + phase) + 0.5 * np.sin(2.1 * now + 2 * phase))
    move_x = 0.03 * amount * (np.sin(0.7 * now + 1.3 * phase) + 0.4 * np.sin(1.7 * now))
    move_y = 0.018 * amount * np.sin(1.1 * now + 0.5 * phase) + 0.025 * amount * (opened - 0.3)
    grow = 0.006 * amount * np.sin(0.5 * now + phase)
    return float(turn), float(move_x), float(move_y), float(grow)


def _inside(
    made: Pixels, across: Floats, below: Floats, wide: float, narrow: float, head: Floats, still: Pixels
) -> Pixels:
    """The open mouth: dark, with the upper teeth in it where it is wide."""
    half = 0.36 * (1 - 0.35 * narrow) * (0.75 + 0.25 * min(1.0, wide / 0.15))
    middle, tall = wide * 0.32, wide * 0.56
    edge = (across / half) ** 2 + ((below - middle) / tall) ** 2
    cover = np.clip((1 - edge) / 0.35, 0, 1)
    if not (cover > 0).any():
        return made
    cover = (cover * cover * (3 - 2 * cover))[..., None] * np.clip(head * 1.5, 0, 1)[..., None]
    light = float(np.clip(still.mean() / 128, 0.5, 1.3))
    depth = np.clip((below - (middle - tall)) / (2 * tall), 0, 1)[..., None]
    dark = np.array([52, 20, 20], np.float32) * light * (0.55 + 0.9 * depth)
    teeth = np.clip((0.075 - (below - (middle - tall))) / 0.03, 0, 1) * np.clip((wide - 0.06) / 0.05, 0, 1)
    teeth = (teeth * np.clip(1 - (across / (0.75 * half)) ** 4, 0, 1))[..., None]
    inner = dark + (np.array([212, 200, 188], np.float32) * light * 0.85 - dark) * teeth * 0.8
    return np.asarray(np.clip(made + (inner - made) * cover, 0, 255), np.uint8)
