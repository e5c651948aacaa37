"""Large holes: the picture's own texture, patch by patch.

The hole is filled so that every patch in it looks like one that is there (Y. Wexler, E. Shechtman and M. Irani,
"Space-time completion of video", 2007), from coarse to fine. The likeliest patches are found by PatchMatch (C. Barnes
and others, 2009), its spreading done for all pixels at once by jumps of falling length, its patches compared by their
first principal components and by how busy they are (A. Newson and others, "Video inpainting of complex scenes", 2014),
without which fine texture is filled with the smoothest patch.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.inpaint.smooth import pushed

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int32]

RADIUS = 3
"""Patches are 7 x 7 pixels."""
_FEATURES = 20
_BUSY = 1.5
_DEPTH = 1.3
"""How much less each pixel of depth in the hole makes a patch count (Wexler's 1.3)."""


@dataclass
class Match:
    """For each of the hole's pixels the place that it looks like. `rows`, `columns` (N,) name the hole's pixels; `to`
    (N, 2) the row and column of the likeness; `cost` (N,) how unlike it is."""

    rows: Ints
    columns: Ints
    to: Ints
    cost: Floats


def synthesise(pixels: Floats, hole: Flags, usable: Flags, *, seed: int) -> tuple[Floats, Ints]:
    """The picture (H, W, 3) 0..255 with `hole` (H, W) filled, and for every pixel the place (H, W, 2) that it was taken
    from, its own outside of the hole. `usable` is where texture may be taken from; its pixels in the hole do not count.
    """
    depth = _depth(hole)
    levels = _pyramid(pixels, hole, usable, depth)
    random = np.random.default_rng(seed)
    filled = pushed(_with_busy(*levels[-1][:2]), levels[-1][1])
    match: Match | None = None
    for level in range(len(levels) - 1, -1, -1):
        known, gap, source = levels[level]
        places = _sources(gap, source)
        if match is None:
            match = _scattered(gap, places, random)
        else:
            match = _finer(match, gap, places, random)
            filled = _voted(_with_busy(known, gap), gap, match, sharp=True)
        rounds = 12 if level == len(levels) - 1 else 4 if level else 3
        for turn in range(rounds):
            match = _matched(filled, gap, places, match, random)
            filled = _voted(filled, gap, match, sharp=turn == rounds - 1)
    assert match is not None
    origin = np.stack(np.meshgrid(np.arange(hole.shape[0]), np.arange(hole.shape[1]), indexing="ij"), 2).astype(
        np.int32
    )
    origin[match.rows, match.columns] = match.to
    return filled[..., :3], origin


def _depth(hole: Flags) -> int:
    """How often to halve until the hole is a few patches wide."""
    widest = float(cv2.distanceTransform(np.pad(hole, 1).astype(np.uint8), cv2.DIST_L2, 3).max())
    levels = 0
    while widest > 2 * RADIUS and min(hole.shape) >> (levels + 1) > 6 * RADIUS and levels < 6:
        widest, levels = widest / 2, levels + 1
    return levels


def _pyramid(pixels: Floats, hole: Flags, usable: Flags, depth: int) -> list[tuple[Floats, Flags, Flags]]:
    """From fine to coarse: colours, hole and usable places. A coarse pixel is a hole where any part of it is."""
    levels = [(pixels, hole, usable)]
    for _ in range(depth):
        colour, gap, source = levels[-1]
        size = (colour.shape[1] + 1) // 2, (colour.shape[0] + 1) // 2
        known = (~gap).astype(np.float32)
        weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
        mean = cv2.resize(colour * known[..., None], size, interpolation=cv2.INTER_AREA)
        mean = np.asarray(mean / np.maximum(weight, 1e-6)[..., None], np.float32)
        share = cv2.resize(source.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        levels.append((mean, np.asarray(weight < 0.999), np.asarray(share > 0.5)))
    return levels


def _sources(gap: Flags, usable: Flags) -> Flags:
    """The places (H, W) whose whole patch is known; where there is none, all that are known at all."""
    whole = np.ones((2 * RADIUS + 1, 2 * RADIUS + 1), np.uint8)
    bad = cv2.dilate((gap | ~usable).astype(np.uint8), whole, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    frame = np.ones_like(gap)
    if min(gap.shape) > 2 * RADIUS:
        frame[RADIUS:-RADIUS, RADIUS:-RADIUS] = False
    for refused in (bad | frame, bad, gap | ~usable, gap):
        if not refused.all():
            return np.asarray(~refused)
    return np.ones_like(gap)


def _scattered(gap: Flags, places: Flags, random: np.random.Generator) -> Match:
    rows, columns = (found.astype(np.int32) for found in np.nonzero(gap))
    where = np.argwhere(places).astype(np.int32)
    to = where[random.integers(len(where), size=len(rows))]
    return Match(rows, columns, to, np.zeros(len(rows), np.float32))


def _finer(match: Match, gap: Flags, places: Flags, random: np.random.Generator) -> Match:
    """The match for a picture twice as large: every pixel keeps its distance from where it was taken."""
    height, width = gap.shape
    shape = (height + 1) // 2, (width + 1) // 2
    shift = np.zeros((*shape, 2), np.int32)
    known = np.zeros(shape, np.bool_)
    shift[match.rows, match.columns] = match.to - np.stack([match.rows, match.columns], 1)
    known[match.rows, match.columns] = True
    fresh = _scattered(gap, places, random)
    half = fresh.rows // 2, fresh.columns // 2
    to = np.stack([fresh.rows, fresh.columns], 1) + 2 * shift[half]
    to = np.clip(to, 0, (height - 1, width - 1)).astype(np.int32)
    good = known[half] & places[to[:, 0], to[:, 1]]
    fresh.to[good] = to[good]
    return fresh


def _features(pixels: Floats, rows: Ints, columns: Ints, basis: Floats | None = None) -> tuple[Floats, Floats]:
    """Short descriptions (N, F) of the patches at these places, and the basis that they are in."""
    raw = _patches(pixels, rows, columns)
    if basis is None:
        # A few thousand patches tell the directions in which all of them differ.
        some = raw[:: max(1, len(raw) // 4000)]
        centred = some - some.mean(0)
        _, vectors = np.linalg.eigh(centred.T @ centred)
        basis = np.ascontiguousarray(vectors[:, ::-1][:, :_FEATURES])
    busy = pixels[rows, columns, 3:] * (_BUSY * (2 * RADIUS + 1))
    return np.hstack([raw @ basis, busy]), basis


def _patches(pixels: Floats, rows: Ints, columns: Ints) -> Floats:
    """(N, 147): the patches around these places; the picture goes on mirrored beyond its frame."""
    side = 2 * RADIUS + 1
    padded = np.pad(pixels[..., :3], ((RADIUS, RADIUS), (RADIUS, RADIUS), (0, 0)), mode="edge")
    view = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(0, 1))
    return np.ascontiguousarray(view[rows, columns]).reshape(len(rows), -1)


def _with_busy(pixels: Floats, hole: Flags) -> Floats:
    """(H, W, 4): the colours, and beside them the mean steepness near each known pixel.

    It is a property of the place that a patch is taken from, and comes along with its colours. Measured in the hole,
    where means of patches stand meanwhile, it would speak for smooth ones.
    """
    grey = pixels.mean(2)
    known = cv2.erode((~hole).astype(np.float32), np.ones((3, 3), np.uint8))
    weight = np.maximum(cv2.blur(known, (9, 9)), 1e-6)
    across, down = (cv2.Sobel(grey, cv2.CV_32F, dx, dy, ksize=3, scale=0.25) for dx, dy in ((1, 0), (0, 1)))
    slope = np.abs(across) + np.abs(down)
    return np.dstack([pixels, cv2.blur(slope * known, (9, 9)) / weight]).astype(np.float32)


def _matched(
    filled: Floats, gap: Flags, places: Flags, match: Match, random: np.random.Generator, turns: int = 4
) -> Match:
    """A better match: each pixel tries the places beside those of its neighbours, and places at random."""
    height, width = gap.shape
    where = np.argwhere(places)
    basis = _features(filled, *(where[:: max(1, len(where) // 4000)].astype(np.int32).T))[1]
    every = np.full((height, width), -1, np.int32)
    every[places] = np.arange(len(where))
    there, _ = _features(filled, where[:, 0].astype(np.int32), where[:, 1].astype(np.int32), basis)
    here, _ = _features(filled, match.rows, match.columns, basis)
    index = np.full((height, width), -1, np.int32)
    index[match.rows, match.columns] = np.arange(len(match.rows))
    to = match.to.copy()
    number = every[to[:, 0], to[:, 1]]
    lost = number < 0
    number[lost] = random.integers(len(where), size=int(lost.sum()))
    to[lost] = where[number[lost]]
    cost = ((here - there[number]) ** 2).sum(1)

    def tried(row: Ints, column: Ints, which: Ints) -> None:
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        row, column, which = row[inside], column[inside], which[inside]
        found = every[row, column]
        real = found >= 0
        row, column, which, found = row[real], column[real], which[real], found[real]
        price = ((here[which] - there[found]) ** 2).sum(1)
        better = price < cost[which]
        who = which[better]
        to[who, 0], to[who, 1], cost[who] = row[better], column[better], price[better]

    all_of_them = np.arange(len(match.rows), dtype=np.int32)
    reach = max(height, width)
    for turn in range(turns):
        for jump in (8, 4, 2, 1) if turn == 0 else (2, 1):
            for dy, dx in ((-jump, 0), (jump, 0), (0, -jump), (0, jump)):
                row, column = match.rows + dy, match.columns + dx
                inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
                neighbour = np.where(inside, index[row.clip(0, height - 1), column.clip(0, width - 1)], -1)
                which = all_of_them[neighbour >= 0]
                beside = to[neighbour[which]]
                tried(beside[:, 0] - dy, beside[:, 1] - dx, which)
        radius = reach
        while radius >= 1:
            step = random.integers(-radius, radius + 1, size=(len(to), 2))
            tried(to[:, 0] + step[:, 0], to[:, 1] + step[:, 1], all_of_them)
            radius //= 3
    return Match(match.rows, match.columns, to, cost.astype(np.float32))


def _voted(filled: Floats, gap: Flags, match: Match, *, sharp: bool) -> Floats:
    """The picture as the patches say: each pixel the mean of what all patches over it hold there, the likelier ones
    counting more; `sharp` takes the likeliest alone, where the mean would blur."""
    height, width = gap.shape
    place = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), 2).astype(np.int32)
    place[match.rows, match.columns] = match.to
    price = np.zeros((height, width), np.float32)
    price[match.rows, match.columns] = match.cost
    spread = max(float(np.percentile(match.cost, 75)), 1.0)
    # Deep in the hole nothing is certain: there patches agree with each other about anything.
    deep = cv2.distanceTransform(np.pad(gap, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    trust = np.asarray(np.exp(-price / (2 * spread)) * _DEPTH**-deep, np.float32)
    total = np.zeros((len(match.rows), filled.shape[2]), np.float32)
    weight = np.zeros(len(match.rows), np.float32)
    best = np.full(len(match.rows), -1, np.float32)
    chosen = filled[match.to[:, 0], match.to[:, 1]]
    for dy in range(-RADIUS, RADIUS + 1):
        for dx in range(-RADIUS, RADIUS + 1):
            row, column = match.rows + dy, match.columns + dx
            inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            row, column = row.clip(0, height - 1), column.clip(0, width - 1)
            source = place[row, column] - (dy, dx)
            inside &= (source >= 0).all(1) & (source[:, 0] < height) & (source[:, 1] < width)
            source = source.clip(0, (height - 1, width - 1))
            colour = filled[source[:, 0], source[:, 1]]
            share = np.where(inside & ~gap[source[:, 0], source[:, 1]], trust[row, column], 0).astype(np.float32)
            if sharp:
                # The patch's own centre speaks for itself more than a patch that only touches it.
                share = share * np.float32(np.exp(-(dy * dy + dx * dx) / 4))
                better = share > best
                best[better], chosen[better] = share[better], colour[better]
            else:
                total += share[:, None] * colour
                weight += share
    result = filled.copy()
    if sharp:
        result[match.rows, match.columns] = chosen
    else:
        there = weight > 1e-12
        result[match.rows[there], match.columns[there]] = total[there] / weight[there, None]
    return result


def woven(
    pixels: Floats, sample: Floats, *, hold: float, seed: int, report: Callable[[float], None] | None = None
) -> Floats:
    """The picture (H, W, 3) 0..255 made of patches of the `sample` (h, w, 3). `hold` 0..1 is how much of the picture's
    own large forms is put back after each turn."""
    height, width = pixels.shape[:2]
    side = 2 * RADIUS + 1
    if min(height, width, *sample.shape[:2]) < 4 * side:
        return pixels
    levels = 3 if min(height, width, *sample.shape[:2]) >= 16 * side else 1
    random = np.random.default_rng(seed)
    match: Match | None = None
    made = pixels
    for level in range(levels - 1, -1, -1):
        size = (max(1, width >> level), max(1, height >> level))
        own = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)
        other = np.asarray(
            cv2.resize(sample, (sample.shape[1] >> level, sample.shape[0] >> level), interpolation=cv2.INTER_AREA),
            np.float32,
        )
        # Side by side, the sample first: then what is made is a hole, and the sample is all that is known.
        rows, edge = max(size[1], other.shape[0]), other.shape[1]
        wide = edge + size[0]
        canvas = np.zeros((rows, wide, 3), np.float32)
        canvas[: other.shape[0], :edge] = other
        gap, source = np.zeros((rows, wide), np.bool_), np.zeros((rows, wide), np.bool_)
        gap[: size[1], edge:] = True
        source[: other.shape[0], :edge] = True
        if level < levels - 1:
            made = np.asarray(cv2.resize(made, size, interpolation=cv2.INTER_CUBIC), np.float32)
            made = own + _fine(made, 3) * np.float32(1 - hold) + (made - own) * np.float32(0.5 * (1 - hold))
        else:
            made = own
        canvas[: size[1], edge:] = made
        places = _sources(gap | ~source, source)
        busy = _with_busy(canvas, np.zeros_like(gap))
        match = _scattered(gap, places, random)
        for _ in range(2 if level else 1):
            match = _matched(busy, gap, places, match, random, turns=3 if level else 2)
            busy = _voted(busy, gap, match, sharp=False)
            got = busy[: size[1], edge:, :3]
            kept = own + (got - own) * np.float32(1 - 0.6 * hold) + _fine(got, 4) * np.float32(0.35 * (1 - hold))
            busy[: size[1], edge:, :3] = kept
        made = np.asarray(busy[: size[1], edge:, :3], np.float32)
        if report is not None:
            report(4.0**-level)
    return made


def _fine(pixels: Floats, sigma: float) -> Floats:
    return np.asarray(pixels - cv2.GaussianBlur(pixels, (0, 0), sigma), np.float32)
