"""What a picture looks like, in 128 bytes: so that what looks alike is found among hundreds of thousands, without a
model.

96 numbers say where which colours lie, how much there is of each hue, and which way the edges run; 8 bytes are the
perceptual hash; the rest are the six colours of which there is most. All are small integers, so that distances are
exact and the same on every machine.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import resize
from gesso.imaging.colour import LINEAR, quick_lab
from gesso.imaging.picture import Pixels, Source, flat, load
from gesso.imaging.seen import phash

VERSION: Final = 1
"""Raised when the numbers come to mean something else: then all pictures are looked at again."""
SIZE: Final = 96
COLOURS: Final = 6
BYTES: Final = SIZE + 8 + 4 * COLOURS

FAR: Final = 150_000
"""The squared distance from which on two pictures have nothing in common."""

_WORK: Final = 256
_HUES: Final = 12
_STEP: Final = 250.0
"""So many steps of a colour's byte to 1 in OKLab."""
_APART: Final = 0.09
"""In OKLab: colours that are nearer are one."""
_LEAST: Final = 0.015
"""The share of a picture from which on a colour counts."""

Bytes = NDArray[np.uint8]


class Shade(NamedTuple):
    """A colour as three bytes that are as far apart as the colours look."""

    light: int
    green_red: int
    blue_yellow: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """`vector` are 96 numbers -127..127, `phash` 64 bits, `colours` six times a shade and its share of the picture (of
    255), the greatest first; a share of 0 is none."""

    vector: NDArray[np.int8]
    phash: int
    colours: Bytes

    def packed(self) -> bytes:
        return self.vector.tobytes() + self.phash.to_bytes(8, "big") + self.colours.tobytes()

    @classmethod
    def read(cls, packed: bytes) -> "Likeness":
        """ValueError unless this was `packed`."""
        if len(packed) != BYTES:
            raise ValueError("not a likeness")
        colours = np.frombuffer(packed, np.uint8, offset=SIZE + 8).reshape(COLOURS, 4)
        hashed = int.from_bytes(packed[SIZE : SIZE + 8], "big")
        return cls(np.frombuffer(packed, np.int8, SIZE), hashed, colours)


def likeness(source: Source, *, max_pixels: int) -> bytes:
    """In a worker process: of a picture's bytes, packed."""
    return look(load(source, max_pixels=max_pixels, inside=2 * _WORK)).packed()


def look(pixels: Pixels) -> Likeness:
    """Of a picture (H, W, 3 or 4). What is transparent counts as white, but not as a colour of it."""
    small = resize.fit(np.ascontiguousarray(flat(pixels)), _WORK)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    lab = quick_lab(LINEAR[small])
    vector = np.concatenate([_layout(lab), _hues(lab), _edges(grey)])
    clear = pixels.shape[2] == 4
    seen = cv2.resize(pixels[..., 3], small.shape[1::-1], interpolation=cv2.INTER_AREA) > 127 if clear else None
    packed = np.clip(np.rint(vector), -127, 127).astype(np.int8)
    return Likeness(packed, int(phash(grey), 16), _colours(lab if seen is None or not seen.any() else lab[seen]))


def shade(colour: str) -> Shade:
    """Of "#rrggbb"."""
    r, g, b = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    lab = quick_lab(LINEAR[np.array([[[r, g, b]]], np.uint8)])
    light, green_red, blue_yellow = (int(value) for value in _coded(lab.reshape(1, 3))[0])
    return Shade(light, green_red, blue_yellow)


def _layout(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """Which colours lie where: 4 x 4 places."""
    places = cv2.resize(lab, (4, 4), interpolation=cv2.INTER_AREA)
    return np.asarray(
        np.stack([places[..., 0] - 0.5, 2 * places[..., 1], 2 * places[..., 2]]) * 200, np.float32
    ).ravel()


def _hues(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much there is of each of twelve hues, of five greys, and of light, contrast and colour altogether."""
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    turn = np.arctan2(lab[..., 2], lab[..., 1]) * (_HUES / (2 * np.pi)) % _HUES
    vivid = np.clip((chroma - 0.02) / 0.06, 0, 1)
    low = turn.astype(int) % _HUES
    part = turn - np.floor(turn)
    hues = np.bincount(low.ravel(), (vivid * (1 - part)).ravel(), _HUES)
    hues += np.bincount((low.ravel() + 1) % _HUES, (vivid * part).ravel(), _HUES)
    level = np.clip(light * 5, 0, 4.999).astype(int)
    greys = np.bincount(level.ravel(), (1 - vivid).ravel(), 5)
    shares = np.sqrt(np.concatenate([hues, greys]) / light.size) * 120
    whole = np.array([light.mean() - 0.5, light.std() - 0.2, chroma.mean() - 0.08]) * (120, 240, 400)
    return np.asarray(np.concatenate([shares, whole]), np.float32)


def _edges(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Which way the edges run, coarse, middling and fine, and how many there are in each quarter."""
    told = []
    for side in (16, 40, 96):
        plane = cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        across, down = cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)
        steep = np.hypot(across, down)
        way = (np.arctan2(down, across) * (8 / np.pi) + 0.5) % 8
        told.append(np.sqrt(np.bincount(way.astype(int).ravel() % 8, steep.ravel(), 8) / steep.size) * 160)
    half = steep.shape[0] // 2
    quarters = [steep[:half, :half], steep[:half, half:], steep[half:, :half], steep[half:, half:]]
    told.append(np.sqrt([quarter.mean() for quarter in quarters]) * 80)
    return np.asarray(np.concatenate(told), np.float32)


def _colours(lab: NDArray[np.float32]) -> Bytes:
    """The fullest small cube of colours takes its neighbours in, then the fullest of those that are left."""
    points = lab.reshape(-1, 3)
    cells = np.floor(points / (0.06, 0.03, 0.03)).astype(np.int64)
    keys = (cells[:, 0] << 20) + (cells[:, 1] + 512 << 10) + cells[:, 2] + 512
    _, place, counts = np.unique(keys, return_inverse=True, return_counts=True)
    means = np.stack([np.bincount(place, points[:, axis]) for axis in range(3)], 1) / counts[:, None]
    left, found = counts.astype(float), np.zeros((COLOURS, 4), np.uint8)
    for number in range(COLOURS):
        near = np.linalg.norm(means - means[int(left.argmax())], axis=1) < _APART
        share = float(left[near].sum()) / len(points)
        if share < _LEAST:
            break
        found[number, :3] = _coded(np.average(means[near], 0, left[near])[None])[0]
        found[number, 3] = max(1, round(255 * share))
        left[near] = 0
    return found


def _coded(lab: NDArray[np.floating]) -> Bytes:
    return np.asarray(np.clip(np.rint(lab * _STEP + (0, 125, 125)), 0, 255), np.uint8)
