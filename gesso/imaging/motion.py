"""A still set in motion: a camera that travels over it, and pictures that follow each other.

Every frame is one resampling of the still at a place that need not be a whole pixel: rounding would be seen as jitter.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import film
from gesso.imaging.backdrop import laid
from gesso.imaging.depth import depth
from gesso.imaging.picture import Pixels

Report = Callable[[float], None]
Floats = NDArray[np.float32]
Motion = Literal[
    "push_in", "pull_out", "pan_left", "pan_right", "pan_up", "pan_down", "orbit", "dolly_zoom", "drift", "still"
]
Easing = Literal["smooth", "linear"]
Transition = Literal["cut", "fade", "slide", "wipe", "zoom", "black"]
MOTIONS: tuple[Motion, ...] = get_args(Motion)


@dataclass(frozen=True)
class Shot:
    """How the camera moves. `strength` 0..1 is how far; `focus` is where it looks, in shares of the picture; `parallax`
    0..1 how much nearer things move more."""

    motion: Motion = "push_in"
    strength: float = 0.5
    easing: Easing = "smooth"
    focus: tuple[float, float] = (0.5, 0.5)
    parallax: float = 0.5


def frame_size(width: int, height: int, lines: int, aspect: str) -> tuple[int, int]:
    """The size of a film of so many `lines` (the short side, in pixels) in the aspect "16:9" or the like; "source" is
    the picture's own, but no longer than 3:1. Even numbers."""
    if aspect == "source":
        shape = min(3.0, max(1 / 3, width / height))
    else:
        across, _, down = aspect.partition(":")
        shape = float(across) / float(down)
    return film.even((lines * max(1.0, shape), lines * max(1.0, 1 / shape)))


def travel(
    pixels: Pixels, size: tuple[int, int], fps: int, seconds: float, shot: Shot, *, seed: int = 0
) -> Iterator[Pixels]:
    """The frames (height, width, 3) of one shot, as many as `fps * seconds`."""
    width, height = size
    # Reduced once to a little more than is shown, averaged: from there on no frame flickers in fine texture.
    spare = 1.45
    scale = max(width / pixels.shape[1], height / pixels.shape[0]) * spare
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    across = max(width, round(pixels.shape[1] * scale))
    down = max(height, round(pixels.shape[0] * scale))
    plate = np.asarray(cv2.resize(pixels[..., :3], (across, down), interpolation=how), np.uint8)
    near = _near(plate) if shot.parallax > 0 and shot.motion != "still" else None
    count = max(1, round(fps * seconds))
    for number in range(count):
        time = number / max(1, count - 1)
        eased = time * time * (3 - 2 * time) if shot.easing == "smooth" else time
        zoom, x, y, shift, pull = _camera(shot, eased, time * seconds, seed)
        yield _view(plate, near, (width, height), zoom, (x, y), shift, pull)


def into(frames: Iterator[Pixels], others: Iterator[Pixels], count: int) -> Iterator[Pixels]:
    """The frames of one shot, which become those of another: the first is all of the one, the last all of the other."""
    for number, (one, other) in enumerate(zip(frames, others, strict=True)):
        time = number / max(1, count - 1)
        share = time * time * (3 - 2 * time)
        yield np.asarray(cv2.addWeighted(one, 1 - share, other, share, 0), np.uint8)


def _camera(shot: Shot, t: float, now: float, seed: int) -> tuple[float, float, float, tuple[float, float], float]:
    """At share `t` of the shot: the zoom 1..1.4, the centre in shares of the plate, by how many shares of the width
    near things are shifted against far ones, and by how much they grow."""
    s, p = shot.strength, shot.parallax
    fx, fy = shot.focus
    zoom, x, y, shift, pull = 1 + 0.08 * s, 0.5, 0.5, (0.0, 0.0), 0.0
    way = 2 * t - 1
    match shot.motion:
        case "push_in" | "pull_out":
            deep = t if shot.motion == "push_in" else 1 - t
            zoom = 1 + 0.4 * s * deep
            x, y, pull = 0.5 + (fx - 0.5) * deep * s, 0.5 + (fy - 0.5) * deep * s, 0.12 * p * s * deep
        case "pan_left" | "pan_right":
            zoom, sign = 1 + 0.22 * s, -1 if shot.motion == "pan_left" else 1
            x, y, shift = 0.5 + sign * way * 0.5, fy, (-sign * way * 0.02 * p * s, 0.0)
        case "pan_up" | "pan_down":
            zoom, sign = 1 + 0.22 * s, -1 if shot.motion == "pan_up" else 1
            x, y, shift = fx, 0.5 + sign * way * 0.5, (0.0, -sign * way * 0.02 * p * s)
        case "orbit":
            zoom = 1 + 0.14 * s
            turn = np.pi * way
            x, shift = 0.5 + 0.25 * s * way, (-0.035 * max(p, 0.3) * s * float(np.sin(turn / 2)), 0.0)
        case "dolly_zoom":
            zoom, pull = 1.35 - 0.3 * s * t, 0.3 * max(p, 0.3) * s * t
        case "drift":
            zoom = 1 + 0.1 * s
            x, y = 0.5 + 0.35 * s * _wander(now, seed), 0.5 + 0.35 * s * _wander(now, seed + 7)
            shift = (0.012 * p * s * _wander(now, seed + 3), 0.008 * p * s * _wander(now, seed + 5))
        case "still":
            zoom = 1.0
    return zoom, x, y, shift, pull


def _wander(now: float, seed: int) -> float:
    """A slow, smooth way between -1 and 1 that does not repeat within a film."""
    phase = (seed * 2.399963) % (2 * np.pi)
    return float(0.6 * np.sin(0.9 * now + phase) + 0.4 * np.sin(1.57 * now + 2.1 * phase))


def _near(plate: Pixels) -> Floats:
    """Nearness -0.5..0.5, smooth, so that what is behind an edge is stretched and not torn."""
    found = depth(plate)
    return np.asarray(cv2.GaussianBlur(found, (0, 0), max(1.0, 0.008 * max(found.shape))) - 0.5, np.float32)


def _view(
    plate: Pixels,
    near: Floats | None,
    size: tuple[int, int],
    zoom: float,
    centre: tuple[float, float],
    shift: tuple[float, float],
    pull: float,
) -> Pixels:
    width, height = size
    high, wide = plate.shape[:2]
    # At zoom 1 the frame covers as much of the plate as fits.
    cover = min(wide / width, high / height) / zoom
    half_x, half_y = width * cover / 2, height * cover / 2
    x = half_x + (wide - 2 * half_x) * min(1.0, max(0.0, centre[0]))
    y = half_y + (high - 2 * half_y) * min(1.0, max(0.0, centre[1]))
    left, top = x - half_x + cover / 2 - 0.5, y - half_y + cover / 2 - 0.5
    matrix = np.array([[cover, 0, left], [0, cover, top]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    if near is None or (shift == (0.0, 0.0) and pull == 0):
        made = cv2.warpAffine(plate, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(made, np.uint8)
    seen = cv2.warpAffine(near, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    map_x = np.arange(width, dtype=np.float32)[None] * np.float32(cover) + np.float32(left)
    map_y = np.arange(height, dtype=np.float32)[:, None] * np.float32(cover) + np.float32(top)
    grow = np.float32(1) - np.float32(pull) * seen
    map_x = np.float32(x) + (map_x - np.float32(x)) * grow + seen * np.float32(shift[0] * wide)
    map_y = np.float32(y) + (map_y - np.float32(y)) * grow + seen * np.float32(shift[1] * wide)
    return np.asarray(cv2.remap(plate, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101), np.uint8)


def sequence(
    pictures: Sequence[Callable[[], Pixels]],
    size: tuple[int, int],
    fps: int,
    seconds: Sequence[float],
    transitions: Sequence[Transition],
    *,
    overlap: float = 0.8,
    fit: Literal["cover", "contain"] = "cover",
    moving: bool = True,
    seed: int = 0,
) -> Iterator[Pixels]:
    """The frames of pictures that follow each other, each seen for its `seconds`, of which `overlap` go into the next
    one by the transition that stands between them.

    `pictures` are called in order, each once: only two of them lie in memory.
    """
    width, height = size
    each = lengths(fps, seconds)
    cross = [
        0 if how == "cut" else min(before - 1, after, max(1, round(overlap * fps)))
        for how, before, after in zip(transitions, each[:-1], each[1:], strict=True)
    ]

    def shot(number: int) -> Iterator[Pixels]:
        pixels = pictures[number]()
        whole = laid(pixels[..., :3], width, height, fit) if fit == "contain" else pixels
        motion: Motion = ("push_in", "pan_right", "pull_out", "pan_left")[number % 4] if moving else "still"
        way = Shot(motion, 0.35, "linear", parallax=0)
        # Its camera moves already while it comes.
        long = each[number] + (cross[number - 1] if number else 0)
        return travel(whole, size, fps, long / fps, way, seed=seed + number)

    now = shot(0)
    for number, long in enumerate(each):
        following = shot(number + 1) if number + 1 < len(each) else None
        over = cross[number] if following is not None else 0
        for frame in range(long):
            picture = next(now)
            if following is not None and frame >= long - over:
                share = (frame - (long - over) + 1) / (over + 1)
                picture = _joined(picture, next(following), share, transitions[number])
            yield picture
        if following is not None:
            now = following


def lengths(fps: int, seconds: Sequence[float]) -> list[int]:
    """How many frames of each picture `sequence` makes."""
    return [max(1, round(each * fps)) for each in seconds]


def _joined(one: Pixels, other: Pixels, share: float, how: Transition) -> Pixels:
    eased = share * share * (3 - 2 * share)
    width = one.shape[1]
    match how:
        case "slide":
            edge = round(width * eased)
            return np.hstack([one[:, edge:], other[:, :edge]])
        case "wipe":
            x = np.arange(width, dtype=np.float32)[None, :, None] / width
            weight = np.clip((eased * 1.1 - x) / 0.1, 0, 1)
            return np.asarray(one + (other.astype(np.float32) - one) * weight, np.uint8)
        case "zoom":
            grown = _grown(one, 1 + 0.35 * eased)
            return np.asarray(cv2.addWeighted(grown, 1 - eased, other, eased, 0), np.uint8)
        case "black":
            if share < 0.5:
                return np.asarray(one * np.float32(1 - 2 * share), np.uint8)
            return np.asarray(other * np.float32(2 * share - 1), np.uint8)
        case _:
            return np.asarray(cv2.addWeighted(one, 1 - eased, other, eased, 0), np.uint8)


def _grown(pixels: Pixels, by: float) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 0, by)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)
