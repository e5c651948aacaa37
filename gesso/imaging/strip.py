"""A film or a body at a glance: some of its moments, or its sides, next to each other in one small picture."""

from pathlib import Path
from typing import Final

import numpy as np

from gesso.imaging import film, footage, mesh
from gesso.imaging.picture import Pixels, webp, within
from gesso.imaging.resize import reduce, to

COUNT: Final = 12
SIDE: Final = 256
"""Pixels of the longer side of each."""


def moments(source: Path | bytes) -> bytes:
    """Of a film, as WebP: each from the middle of its part."""
    seconds = film.inspect(source).seconds
    return _joined([footage.frame(source, seconds * (number + 0.5) / COUNT)[0] for number in range(COUNT)])


def sides(source: bytes) -> bytes:
    """Of a 3D model, as WebP: seen from all around, beginning as its thumbnail is seen."""
    body = mesh.read(source)
    turned = [mesh.render(body, SIDE, SIDE, turn=25.0 + 360.0 * number / COUNT) for number in range(COUNT)]
    return _joined(turned)


def _joined(frames: list[Pixels]) -> bytes:
    height, width = frames[0].shape[:2]
    wide, high = within(width, height, SIDE)
    small = [reduce(frame, wide, high) if frame.shape[1] >= wide else to(frame, wide, high) for frame in frames]
    return webp(np.ascontiguousarray(np.concatenate([frame[..., :3] for frame in small], 1)), quality=72)
