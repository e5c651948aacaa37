"""A picture as a body: a relief, raised by how near things seem, closed all around."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import cutout, depth, resize
from gesso.imaging.mesh import Mesh
from gesso.imaging.picture import Pixels

Floats = NDArray[np.float32]
Back = Literal["flat", "mirrored"]


def heights(pixels: Pixels, matte: NDArray[np.uint8] | None) -> Floats:
    """How far each place stands out (H, W), 0..1: the guessed depth, rounded off towards the edge of the subject."""
    found = depth.depth(pixels)
    if matte is None:
        return found
    inside = (matte > 127).astype(np.uint8)
    if not inside.any():
        return found
    far = cv2.distanceTransform(np.pad(inside, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    # As round as a pillow: the root of the distance to its edge.
    pillow = np.sqrt(far / max(float(far.max()), 1.0))
    own = found - float(found[inside > 0].min())
    own /= max(float(own[inside > 0].max()), 1e-3)
    # What is seen of the picture's own light and shade, as fine relief.
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    short = min(grey.shape)
    fine = cv2.GaussianBlur(grey, (0, 0), max(0.8, short / 250)) - cv2.GaussianBlur(grey, (0, 0), max(2.0, short / 30))
    # Hair does not stand before a face because it is darker: the guess counts in the large, light and shade a little.
    own = cv2.GaussianBlur(own, (0, 0), max(1.0, short / 16))
    made = pillow * (0.72 + 0.28 * own) + 0.1 * fine * np.minimum(1, pillow * 2)
    made = cv2.GaussianBlur(np.asarray(made, np.float32), (0, 0), max(0.6, short / 160))
    return np.asarray(np.clip(made, 0, 1.2) * inside, np.float32)


def relief(
    pixels: Pixels,
    *,
    grid: int = 256,
    strength: float = 0.35,
    back: Back = "flat",
    subject: bool = True,
    texture: int = 1024,
) -> tuple[Mesh, float]:
    """The picture as a closed body, and how sure the cut-out of its subject is (1.0 for the whole picture).

    grid      how many cells its long side has.
    strength  how far it stands out, in shares of its long side.
    back      flat, or mirrored: as the front.
    subject   its subject alone, where one is found; else all of it.
    texture   the long side of its picture in pixels.
    """
    small = resize.fit(pixels, max(grid, 16))
    look = resize.fit(pixels, texture)
    sure = 1.0
    matte: NDArray[np.uint8] | None = None
    if pixels.shape[2] == 4 and int(small[..., 3].min()) < 128 and subject:
        matte = np.ascontiguousarray(small[..., 3])
    elif subject and min(small.shape[:2]) >= 16:
        cut = cutout.remove(np.ascontiguousarray(resize.fit(pixels, 512)[..., :3]))
        sure = cut.confidence
        size = small.shape[1], small.shape[0]
        matte = np.asarray(cv2.resize(cut.rgba[..., 3], size, interpolation=cv2.INTER_AREA), np.uint8)
    if matte is not None:
        matte = _largest(matte)
        if (matte > 127).mean() < 0.01:
            matte, sure = None, 0.0
    high = heights(np.ascontiguousarray(small[..., :3]), matte)
    solid = (matte > 127) if matte is not None else np.ones(high.shape, np.bool_)
    return _closed(high, _without_pinches(solid), strength, back, np.ascontiguousarray(look[..., :3])), sure


def _largest(matte: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The one piece that the body is made of."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((matte > 127).astype(np.uint8), connectivity=4)
    if count < 2:
        return matte
    best = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return np.where(labels == best, matte, 0).astype(np.uint8)


def _without_pinches(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells that meet at a corner alone would make an edge with four faces: one more cell joins them."""
    solid = solid.copy()
    for _ in range(64):
        a, b, c, d = solid[:-1, :-1], solid[:-1, 1:], solid[1:, :-1], solid[1:, 1:]
        cross = a & d & ~b & ~c
        other = b & c & ~a & ~d
        if not (cross.any() or other.any()):
            return solid
        solid[:-1, 1:] |= cross
        solid[:-1, :-1] |= other
    return solid


def _closed(high: Floats, solid: NDArray[np.bool_], strength: float, back: Back, look: Pixels) -> Mesh:
    """Each solid cell is two faces in front and two behind; where a cell has no neighbour, a wall joins both."""
    rows, columns = solid.shape
    long = max(rows, columns)
    corner = np.zeros((rows + 1, columns + 1), np.float32)
    count = np.zeros_like(corner)
    for dy in (0, 1):
        for dx in (0, 1):
            corner[dy : dy + rows, dx : dx + columns] += high * solid
            count[dy : dy + rows, dx : dx + columns] += solid
    used = count > 0
    front = np.where(used, corner / np.maximum(count, 1), 0)
    thick = 0.02
    y, x = np.mgrid[0 : rows + 1, 0 : columns + 1].astype(np.float32)
    flat_x, flat_y = (x - columns / 2) / long, (rows / 2 - y) / long
    z_front = front * strength + thick
    z_back = -z_front if back == "mirrored" else np.full_like(z_front, -thick)
    number = np.full(used.shape, -1, np.int64)
    number[used] = np.arange(int(used.sum()))
    total = int(used.sum())
    points = np.concatenate([np.stack([flat_x[used], flat_y[used], z[used]], 1) for z in (z_front, z_back)]).astype(
        np.float32
    )
    place = np.stack([x[used] / columns, y[used] / rows], 1).astype(np.float32)
    i, j = np.nonzero(solid)
    a, b, c, d = number[i, j], number[i, j + 1], number[i + 1, j + 1], number[i + 1, j]
    faces = [np.stack([a, d, c], 1), np.stack([a, c, b], 1)]
    faces += [np.stack([a, c, d], 1) + total, np.stack([a, b, c], 1) + total]
    outside = np.pad(solid, 1)
    for (dy, dx), (one, other) in (
        ((-1, 0), (b, a)),
        ((1, 0), (d, c)),
        ((0, -1), (a, d)),
        ((0, 1), (c, b)),
    ):
        edge = ~outside[i + 1 + dy, j + 1 + dx]
        p, q = other[edge], one[edge]
        faces += [np.stack([p, q, q + total], 1), np.stack([p, q + total, p + total], 1)]
    every = np.concatenate(faces).astype(np.uint32)
    return Mesh(points, _normals(points, every), np.concatenate([place, place]), every, look)


def _normals(points: Floats, faces: NDArray[np.uint32]) -> Floats:
    """The mean of the faces around each point, by their size."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    total = np.zeros_like(points)
    for k in range(3):
        np.add.at(total, faces[:, k], across)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(np.where(length > 1e-12, total / np.maximum(length, 1e-12), (0, 0, 1)), np.float32)


def edges(mesh: Mesh) -> tuple[int, int]:
    """Of the mesh's edges, how many there are, and how many are not shared by just two faces that run them in opposite
    ways: 0 for a closed body."""
    pairs = np.concatenate([mesh.faces[:, [0, 1]], mesh.faces[:, [1, 2]], mesh.faces[:, [2, 0]]]).astype(np.int64)
    size = len(mesh.points)
    ways = np.sort(pairs[:, 0] * size + pairs[:, 1])
    back = np.sort(pairs[:, 1] * size + pairs[:, 0])
    twice = int((ways[1:] == ways[:-1]).sum())
    return len(ways) // 2, int((ways != back).sum()) + twice


def volume(mesh: Mesh) -> float:
    """In cubic metres; positive when all faces look outwards."""
    a, b, c = (mesh.points[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6)
