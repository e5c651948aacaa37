"""What control models are steered by, read from a picture: edges, lines, depth, normals, colours, regions.

Each is a picture (H, W, 3) of the source's size, as the usual control models expect it: edges white on black, line art
dark on white, depth near = white, normals as x right = red, y up = green, z to the viewer = blue.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import depth, resize
from gesso.imaging.colour import LINEAR, encode, from_lab, quick_lab
from gesso.imaging.picture import Pixels

Floats = NDArray[np.float32]
_MOST: Final = 4096
KINDS: Final = ("canny", "soft_edges", "line_art", "depth", "normal", "palette", "segments")


def read(pixels: Pixels, kind: str, *, detail: float = 0.5, colours: int = 8) -> tuple[Pixels, dict[str, object]]:
    """The guide of a picture (H, W, 3), and what there is to say of it. `detail` 0..1 is how fine, `colours` how many a
    palette has. A picture of more than 4096 pixels is read in that size, and its guide enlarged."""
    if max(pixels.shape[:2]) > _MOST:
        made, facts = read(resize.fit(pixels, _MOST), kind, detail=detail, colours=colours)
        size = pixels.shape[1], pixels.shape[0]
        how = cv2.INTER_NEAREST if kind in ("canny", "palette", "segments") else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(made, size, interpolation=how), np.uint8), facts
    match kind:
        case "canny":
            return _shown(canny(pixels, detail)), {}
        case "soft_edges":
            return _shown(soft_edges(pixels, detail)), {}
        case "line_art":
            return _shown(line_art(pixels, detail)), {}
        case "depth":
            return _shown(np.rint(depth.depth(pixels) * 255).astype(np.uint8)), {}
        case "normal":
            facing = depth.normals(depth.depth(pixels), 0.5 + 2 * detail) * (1, -1, 1)
            return np.asarray(np.rint((facing + 1) * 127.5), np.uint8), {}
        case "palette":
            made, found = palette(pixels, colours)
            return made, {"palette": [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in found]}
        case "segments":
            labels = segments(pixels, detail)
            return _painted(labels), {"segments": int(labels.max()) + 1}
    raise ValueError(f"no guide is called “{kind}”")


def _shown(grey: NDArray[np.uint8]) -> Pixels:
    return np.asarray(cv2.merge([grey, grey, grey]), np.uint8)


def _light(pixels: Pixels) -> Floats:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY), np.float32)


def canny(pixels: Pixels, detail: float = 0.5) -> NDArray[np.uint8]:
    """Edges one pixel wide (J. Canny, 1986), their thresholds from the picture's own gradients."""
    sigma = max(0.6, min(pixels.shape[:2]) * 0.0016)
    grey = cv2.GaussianBlur(_light(pixels), (0, 0), sigma)
    dx, dy = (np.asarray(cv2.Sobel(grey, cv2.CV_32F, *way)) for way in ((1, 0), (0, 1)))
    steep = np.hypot(dx, dy)
    if float(steep.max()) < 8:
        return np.zeros(grey.shape, np.uint8)
    high = max(20.0, float(np.percentile(steep, 97 - 17 * detail)))
    edges = cv2.Canny(
        np.clip(dx, -32768, 32767).astype(np.int16),
        np.clip(dy, -32768, 32767).astype(np.int16),
        0.4 * high,
        high,
        L2gradient=True,
    )
    return np.asarray(edges, np.uint8)


def soft_edges(pixels: Pixels, detail: float = 0.5) -> NDArray[np.uint8]:
    """How much of an edge each place is: colour gradients at several scales, those of large things counting most."""
    lab = quick_lab(LINEAR[np.ascontiguousarray(pixels[..., :3])])
    total = np.zeros(lab.shape[:2], np.float32)
    short = min(lab.shape[:2])
    for step, weight in ((0.0012, 0.4 + detail), (0.003, 1.0), (0.007, 1.3 - 0.5 * detail)):
        soft = cv2.GaussianBlur(lab, (0, 0), max(0.7, step * short))
        dx, dy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
        steep = np.sqrt((dx * dx + dy * dy).sum(2))
        total += np.float32(weight) * steep / max(float(np.percentile(steep, 99.3)), 0.04)
    return np.asarray(np.clip(255 * (total / 2.3) ** 1.3, 0, 255), np.uint8)


def line_art(pixels: Pixels, detail: float = 0.5) -> NDArray[np.uint8]:
    """Dark lines on white, thick and thin as a pen draws them: the extended difference of Gaussians (H. Winnemöller,
    J. E. Kyprianidis and S. C. Olsen, "XDoG", 2012)."""
    grey = _light(pixels) / 255
    sigma = max(0.7, min(grey.shape) * (0.0028 - 0.0016 * detail))
    near, far = cv2.GaussianBlur(grey, (0, 0), sigma), cv2.GaussianBlur(grey, (0, 0), 1.6 * sigma)
    sharp = near + 9 * (near - far)
    lines = np.where(
        near - far > -0.004 - 0.004 * (1 - detail), 1.0, 1 + np.tanh((22 + 20 * detail) * (near - far) * 2.2)
    )
    shade = np.clip(0.5 + (sharp - 0.1) * 8, 0, 1)
    made = np.clip(lines, 0, 1) * (0.25 + 0.75 * shade)
    return np.asarray(np.clip(255 * cv2.GaussianBlur(made.astype(np.float32), (0, 0), 0.5), 0, 255), np.uint8)


def palette(pixels: Pixels, count: int = 8) -> tuple[Pixels, NDArray[np.uint8]]:
    """The picture in its `count` main colours, and those (count, 3), the most frequent first: k-means in OKLab."""
    small = resize.fit(np.ascontiguousarray(pixels[..., :3]), 160)
    some = quick_lab(LINEAR[small]).reshape(-1, 3)
    count = max(1, min(count, len(np.unique(some, axis=0))))
    cv2.setRNGSeed(7)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 40, 1e-4)
    _, labels, centres = cv2.kmeans(some, count, None, stop, 3, cv2.KMEANS_PP_CENTERS)
    centres = centres[np.argsort(-np.bincount(labels.ravel(), minlength=count), kind="stable")]
    colours = np.rint(encode(from_lab(centres)) * 255).astype(np.uint8)
    calm = cv2.bilateralFilter(np.ascontiguousarray(pixels[..., :3]), 5, 40, 3)
    made = np.empty_like(pixels[..., :3])
    for top in range(0, len(made), 256):
        lab = quick_lab(LINEAR[calm[top : top + 256]])
        far = np.stack([((lab - centre) ** 2).sum(2) for centre in centres.astype(np.float32)])
        made[top : top + 256] = colours[far.argmin(0)]
    return made, colours


def segments(pixels: Pixels, detail: float = 0.5) -> NDArray[np.int32]:
    """(H, W): the number of the region that each pixel belongs to. Small regions of like colour grow together along
    their weakest borders (P. Felzenszwalb and D. Huttenlocher, "Efficient graph-based image segmentation", 2004), on a
    copy of 256 pixels."""
    height, width = pixels.shape[:2]
    small = resize.fit(np.ascontiguousarray(pixels[..., :3]), 256)
    calm = cv2.pyrMeanShiftFiltering(small, 7, 12) if min(small.shape[:2]) >= 8 else small
    lab = quick_lab(LINEAR[np.asarray(calm, np.uint8)])
    labels = _grown(
        lab, 0.02 + 0.1 * (1 - detail) ** 1.5, max(6, round(small.shape[0] * small.shape[1] * (0.006 - 0.005 * detail)))
    )
    if labels.shape == (height, width):
        return labels
    large = cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.medianBlur(large.astype(np.uint16), 5) if labels.max() < 65535 else large, np.int32)


def _grown(lab: Floats, scale: float, least: int) -> NDArray[np.int32]:
    height, width = lab.shape[:2]
    number = np.arange(height * width).reshape(height, width)
    pairs, costs = [], []
    for near, beside, first, second in (
        (number[:, :-1], number[:, 1:], lab[:, :-1], lab[:, 1:]),
        (number[:-1], number[1:], lab[:-1], lab[1:]),
    ):
        pairs.append(np.stack([near.ravel(), beside.ravel()], 1))
        costs.append(np.sqrt(((first - second) ** 2).sum(2)).ravel())
    edges, cost = np.concatenate(pairs), np.concatenate(costs)
    order = np.argsort(cost, kind="stable")
    parent = list(range(height * width))
    size = [1] * (height * width)
    inner = [scale] * (height * width)

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    ranked = list(zip(edges[order].tolist(), cost[order].tolist(), strict=True))
    for (one, other), price in ranked:
        a, b = root(one), root(other)
        if a != b and price <= min(inner[a], inner[b]):
            if size[a] < size[b]:
                a, b = b, a
            parent[b] = a
            size[a] += size[b]
            inner[a] = price + scale * 30 / size[a]
    for (one, other), _ in ranked:
        a, b = root(one), root(other)
        if a != b and min(size[a], size[b]) < least:
            if size[a] < size[b]:
                a, b = b, a
            parent[b] = a
            size[a] += size[b]
    roots = np.array([root(one) for one in range(height * width)])
    return np.unique(roots, return_inverse=True)[1].reshape(height, width).astype(np.int32)


def _painted(labels: NDArray[np.int32]) -> Pixels:
    """Each region in a colour of its own, neighbours far apart in hue."""
    count = int(labels.max()) + 1
    turn = np.arange(count) * 2.399963  # the golden angle
    light = 0.5 + 0.28 * ((np.arange(count) * 0.618034) % 1)
    lab = np.stack([light, 0.14 * np.cos(turn), 0.14 * np.sin(turn)], 1).astype(np.float32)
    return np.asarray(np.rint(encode(from_lab(lab)) * 255).astype(np.uint8)[labels])
