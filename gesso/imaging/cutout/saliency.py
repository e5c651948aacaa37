"""Where the subject probably is, told by colour and place alone: no model, no training.

The methods are written from their papers:

* superpixels: local k-means in (L, a, b, x, y) (SLIC, Achanta et al. 2012);
* boundary connectivity and saliency optimisation (Zhu, Liang, Wei, Sun, CVPR 2014): a region is background as
  far as regions of its colour reach the frame; the rest is salient by its contrast to the background;
* minimum barrier distance (Zhang et al., ICCV 2015): how much colour must change on the best way from the
  frame.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.cutout.edge import Bytes, Flags, Floats

Labels = NDArray[np.intp]

# Colour distances (Lab) at which two neighbouring, and two compared, regions count as alike: sigma of the
# paper.
ALIKE = 10.0


def superpixels(lab: Floats, spacing: int) -> Labels:
    """A region number for every pixel (H, W): compact regions of one colour, about `spacing` pixels apart."""
    height, width = lab.shape[:2]
    rows, columns = max(1, round(height / spacing)), max(1, round(width / spacing))
    y, x = np.mgrid[0:height, 0:width]
    row, column = y * rows // height, x * columns // width
    # Ten Lab units weigh as much as one spacing: regions stay compact and still follow edges.
    place = np.float32(10 / spacing)
    features = np.dstack([lab, y * place, x * place]).astype(np.float32).reshape(-1, 5)
    labels = (row * columns + column).ravel()
    shifts = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    nearby = [
        (np.clip(row + dy, 0, rows - 1) * columns + np.clip(column + dx, 0, columns - 1)).ravel() for dy, dx in shifts
    ]
    centres = averages(features, labels, rows * columns)
    for _ in range(5):
        best = np.full(labels.shape, np.inf, np.float32)
        for candidate in nearby:
            away = features - centres[candidate]
            distance = np.einsum("nc,nc->n", away, away)
            closer = distance < best
            best = np.where(closer, distance, best)
            labels = np.where(closer, candidate, labels)
        centres = averages(features, labels, rows * columns)
    _, dense = np.unique(labels, return_inverse=True)
    return dense.reshape(height, width)


def averages(values: Floats, labels: Labels, count: int) -> Floats:
    """Mean of `values` (N, C) for each of `count` labels (N,); zero where a label has no pixel."""
    size = np.maximum(np.bincount(labels, minlength=count), 1)
    sums = [np.bincount(labels, weights=values[:, c], minlength=count) / size for c in range(values.shape[1])]
    return np.stack(sums, axis=1).astype(np.float32)


def connectivity(lab: Floats, frame: Flags, prior: Floats) -> Floats:
    """Saliency (H, W) in 0..1 by connectivity to `frame`; `prior` (H, W) weighs where a subject is likely."""
    height, width = lab.shape[:2]
    labels = superpixels(lab, max(4, round(max(height, width) / 18)))
    count = int(labels.max()) + 1
    flat = labels.ravel()
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(height, width)
    colour = averages(lab.reshape(-1, 3), flat, count)
    place = averages(np.dstack([y, x]).reshape(-1, 2), flat, count)
    expected = averages(prior.reshape(-1, 1), flat, count)[:, 0]
    contrast = np.linalg.norm(colour[:, None] - colour[None], axis=2)
    adjacent = _adjacency(labels, count)
    framed = np.zeros(count, np.bool_)
    framed[np.unique(labels[frame])] = True

    # Two background regions may be parted by the subject: as in the paper, regions of the frame are all
    # neighbours.
    linked = adjacent | (framed[:, None] & framed[None])
    # Steps that every texture makes must not add up along a path.
    nearest = np.where(adjacent, contrast, np.inf).min(axis=1)
    floor = float(np.mean(nearest[np.isfinite(nearest)])) if np.isfinite(nearest).any() else 0.0
    path = np.where(linked, np.maximum(contrast - floor, 0), np.inf).astype(np.float32)
    np.fill_diagonal(path, 0)
    for middle in range(count):
        np.minimum(path, path[:, middle, None] + path[None, middle], out=path)
    same = np.exp(-(path**2) / (2 * ALIKE**2))
    reach = same[:, framed].sum(axis=1) / np.sqrt(same.sum(axis=1))
    background = 1 - np.exp(-(reach**2) / 2)

    apart = ((place[:, None] - place[None]) ** 2).sum(axis=2)
    lift = (contrast * np.exp(-apart / (2 * 0.25**2))) @ background
    lift = _unit(lift * expected)
    foreground = np.where(lift > lift.mean(), lift, 0)

    smooth = np.where(adjacent, np.exp(-(contrast**2) / (2 * ALIKE**2)) + 0.1, 0)
    laplacian = np.diag(smooth.sum(axis=1)) - smooth
    system = laplacian + np.diag(5 * background + foreground + 1e-6)
    salient = _unit(np.linalg.solve(system, foreground).astype(np.float32))
    result: Floats = salient[labels].astype(np.float32)
    return result


def _adjacency(labels: Labels, count: int) -> Flags:
    adjacent = np.zeros((count, count), np.bool_)
    for a, b in ((labels[1:], labels[:-1]), (labels[:, 1:], labels[:, :-1])):
        adjacent[a.ravel(), b.ravel()] = True
    adjacent |= adjacent.T
    np.fill_diagonal(adjacent, False)
    return adjacent


def _unit(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-9:
        return np.zeros_like(values)
    result: Floats = (values - low) / (high - low)
    return result


def barrier(lab: Floats, seeds: Flags, *, anywhere: bool = False) -> Floats:
    """Minimum barrier distance (H, W) in Lab units to `seeds`: the least span of colour on a path, channels
    summed.

    Whole rows and columns are swept at once, so a path may turn only between sweeps; three rounds settle it. Seeds are
    taken to lie around the picture; with `anywhere`, the sweeps wait for a path from one, wherever it is.
    """
    image = np.ascontiguousarray(np.moveaxis(lab, 2, 0))
    high, low = image.copy(), image.copy()
    if anywhere:
        # Where no path has come yet, its span is beyond all measure.
        high[:, ~seeds], low[:, ~seeds] = 1e6, -1e6
    distance = np.where(seeds[None], 0, 1e6).astype(np.float32) * np.ones_like(image)
    height, width = seeds.shape
    down, right = range(1, height), range(1, width)
    for _ in range(3):
        for y in down:
            _relax(image[:, y], high[:, y], low[:, y], distance[:, y], high[:, y - 1], low[:, y - 1])
        for x in right:
            line, before = (slice(None), slice(None), x), (slice(None), slice(None), x - 1)
            _relax(image[line], high[line], low[line], distance[line], high[before], low[before])
        for y in reversed(down):
            _relax(image[:, y - 1], high[:, y - 1], low[:, y - 1], distance[:, y - 1], high[:, y], low[:, y])
        for x in reversed(right):
            line, before = (slice(None), slice(None), x - 1), (slice(None), slice(None), x)
            _relax(image[line], high[line], low[line], distance[line], high[before], low[before])
    result: Floats = distance.sum(axis=0)
    return result


def _relax(image: Floats, high: Floats, low: Floats, distance: Floats, top: Floats, bottom: Floats) -> None:
    """One line takes the neighbouring line's paths where they are better."""
    new_high, new_low = np.maximum(image, top), np.minimum(image, bottom)
    span = new_high - new_low
    better = span < distance
    np.copyto(high, new_high, where=better)
    np.copyto(low, new_low, where=better)
    np.copyto(distance, span, where=better)


@dataclass(frozen=True)
class Palette:
    """The colours of the background, as clusters in Lab."""

    means: Floats  # (K, 3)
    inverses: Floats  # (K, 3, 3), of the covariances

    def joined(self, other: "Palette") -> "Palette":
        return Palette(np.concatenate([self.means, other.means]), np.concatenate([self.inverses, other.inverses]))

    def distance(self, lab: Floats) -> Floats:
        """Mahalanobis distance (H, W) from the nearest cluster."""
        best = np.full(lab.shape[:2], np.inf, np.float32)
        for mean, inverse in zip(self.means, self.inverses, strict=True):
            away = lab - mean
            np.minimum(best, np.sqrt(np.maximum(((away @ inverse) * away).sum(axis=2), 0)), out=best)
        return best


def palette(lab: Floats, where: Flags, sides: Labels | None = None) -> tuple[Palette, Flags]:
    """The colours seen `where` (H, W), in up to six clusters, and the pixels that belong to them.

    With `sides` (H, W, numbers 0..3 of the frame's sides) a colour must be seen on two sides to count: what
    shows on one side only may be the subject, running out of the picture.
    """
    colours = np.ascontiguousarray(lab[where])
    # A handful of pixels is one colour; clusters need some more.
    count = min(6, 1 + len(colours) // 8)
    flat = np.zeros(len(colours), np.intp)
    if count > 1:
        # The first centres are drawn at random: the same picture must always give the same clusters.
        cv2.setRNGSeed(1)
        criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 0.5)
        _, labels, _ = cv2.kmeans(colours, count, np.empty(0), criteria, 1, cv2.KMEANS_PP_CENTERS)
        flat = labels.ravel().astype(np.intp)
    sizes = np.bincount(flat, minlength=count)
    trusted = sizes >= max(3, 0.03 * len(colours))
    if sides is not None:
        seen = np.stack([np.bincount(flat[sides[where] == side], minlength=count) for side in range(4)])
        trusted &= (seen > 0.06 * sizes).sum(axis=0) >= 2
    if not trusted.any():
        trusted = sizes == sizes.max()
    chosen = np.flatnonzero(trusted)
    means = np.stack([colours[flat == k].mean(axis=0) for k in chosen])
    # At least 3 Lab units wide: a flat colour seen in other light is the same colour.
    spreads = [_covariance(colours[flat == k]) + 9 * np.eye(3) for k in chosen]
    inverses = np.stack([np.linalg.inv(spread) for spread in spreads])
    members = np.zeros(where.shape, np.bool_)
    members[where] = trusted[flat]
    return Palette(means.astype(np.float32), inverses.astype(np.float32)), members


def _covariance(colours: Floats) -> Floats:
    away = colours - colours.mean(axis=0)
    result: Floats = away.T @ away / len(colours)
    return result


def nearest_side(shape: tuple[int, ...]) -> Labels:
    """For every pixel (H, W) the side of the frame it is nearest to: 0 top, 1 bottom, 2 left, 3 right."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    result: Labels = np.argmin(np.stack([y, shape[0] - 1 - y, x, shape[1] - 1 - x]), axis=0)
    return result


def centred(shape: tuple[int, ...]) -> Floats:
    """A mild prior (H, W) for the middle of the frame: 1 there, about 0.4 in the middle of a side."""
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None]
    result: Floats = np.exp(-(x * x + y * y) / (2 * 0.75**2))
    return result


def people(rgb: Bytes, prior: Floats) -> Floats | None:
    """Where people with the faces in `rgb` (H, W, 3) are likely (H, W, 0..1), or None where no face is seen.

    Head and hair are sure, shoulders and trunk likely. Faces where `prior` (any size, 0..1) is low are
    bystanders.
    """
    grey = cv2.equalizeHist(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))
    least = max(24, min(grey.shape) // 10)
    # One detector per call: it keeps state while it looks, so threads must not share it.
    detector = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"))
    faces = detector.detectMultiScale(grey, 1.1, 7, minSize=(least, least))
    if len(faces) == 0:
        return None
    likely = np.zeros(grey.shape, np.float32)
    for x, y, w, h in sorted(tuple(int(v) for v in face) for face in faces):
        middle = x + w // 2
        down = round((y + h / 2) / grey.shape[0] * (prior.shape[0] - 1))
        if prior[down, round(middle / grey.shape[1] * (prior.shape[1] - 1))] < 0.4:
            continue
        body = np.array(
            [
                [middle - w // 2, y + h],
                [middle + w // 2, y + h],
                [middle + round(1.3 * w), y + 2 * h],
                [middle + round(1.4 * w), grey.shape[0]],
                [middle - round(1.4 * w), grey.shape[0]],
                [middle - round(1.3 * w), y + 2 * h],
            ],
            np.int32,
        )
        cv2.fillPoly(likely, [body], 0.7)
        cv2.ellipse(likely, (middle, y + round(0.45 * h)), (round(0.55 * w), round(0.75 * h)), 0, 0, 360, 1.0, -1)
    return likely if likely.any() else None
