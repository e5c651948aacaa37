"""A hole filled in the way that suits it, at any size of picture."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging import cutout, faces, resize
from gesso.imaging.inpaint.patches import synthesise
from gesso.imaging.inpaint.smooth import biharmonic, pushed
from gesso.imaging.picture import Pixels

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Report = Callable[[float], None]

WORK = 400
"""The long side, in pixels, at which likenesses are looked for; their colours are taken from the full picture."""
_THIN = 5.0
_SURROUNDINGS = 0.7
_ROWS = 256


def fill(pixels: Pixels, hole: Flags, *, seed: int = 0, bridge: bool = True, report: Report | None = None) -> Pixels:
    """The picture (H, W, 3 or 4) with `hole` (H, W) filled from what surrounds it.

    Thin pieces of the hole are bridged smoothly (unless `bridge` is False: that takes 40 bytes a pixel around them),
    others take on texture from elsewhere in the picture. Where nothing is known, the hole keeps what it holds. The same
    seed gives the same bytes.
    """
    if hole.all() or not hole.any():
        return pixels
    result = pixels.copy()
    # A hole's rim still holds a breath of what is to go.
    count, labels, stats, _ = cv2.connectedComponentsWithStats(_joined(hole).astype(np.uint8), connectivity=8)
    for number in range(1, count):
        left, top, wide, high = stats[number, :4]
        box = _around(hole.shape, left, top, wide, high)
        gap = hole[box] & (labels[box] == number)
        others = hole[box] & ~gap
        result[box] = _filled(result[box], gap, others, seed + number, bridge)
        if report is not None:
            report(number / (count - 1))
    return result


def extend(
    pixels: Pixels, left: int, top: int, right: int, bottom: int, *, seed: int = 0, report: Report | None = None
) -> Pixels:
    """The picture (H, W, C) continued by these many pixels a side, (H + top + bottom, W + left + right, C); its own
    pixels stay as they are.

    It goes on as its mirror image, which meets the edge without a seam. A subject would stand there twice: so a little
    way out the mirror shows the picture without it, the place where it stood filled from its surroundings.
    """
    height, width = pixels.shape[:2]
    border = cv2.BORDER_REFLECT_101 if min(height, width) > 1 else cv2.BORDER_REPLICATE

    def mirrored(what: Pixels) -> Pixels:
        return np.asarray(cv2.copyMakeBorder(what, top, bottom, left, right, border), np.uint8)

    canvas = mirrored(pixels)
    subject = _subject(pixels)
    if not subject.any():
        return canvas
    plate = mirrored(fill(pixels, subject, seed=seed, bridge=False, report=report))
    away = np.ones(canvas.shape[:2], np.uint8)
    away[top : top + height, left : left + width] = 0
    far = cv2.distanceTransform(away, cv2.DIST_L2, 5)
    # In bands, so that the numbers of a large picture never lie in memory all at once.
    for start in range(0, len(canvas), _ROWS):
        rows = slice(start, start + _ROWS)
        share = np.clip(far[rows] / np.float32(max(6.0, 0.05 * min(height, width))) - np.float32(0.3), 0, 1)
        share = (share * share * (3 - 2 * share))[..., None]
        canvas[rows] = np.rint(canvas[rows] + (plate[rows].astype(np.float32) - canvas[rows]) * share)
    return canvas


def _subject(pixels: Pixels) -> Flags:
    """What of the picture must not be seen twice, (H, W): subject and faces; nothing where that is most of it."""
    height, width = pixels.shape[:2]
    found = np.zeros((height, width), np.bool_)
    if min(height, width) < 16:
        return found
    small = resize.fit(np.ascontiguousarray(pixels[..., :3]), 320)
    cut = cutout.remove(small)
    # A doubtful subject is more likely a piece of the scene, and a scene may be seen twice.
    if cut.confidence >= 0.3:
        matte = cv2.dilate(cut.rgba[..., 3], np.ones((5, 5), np.uint8))
        found = np.asarray(cv2.resize(matte, (width, height), interpolation=cv2.INTER_LINEAR) > 32)
    for x, y, wide, high in faces.find(pixels):
        found[y : y + high, x : x + wide] = True
    return found if found.mean() < 0.75 else np.zeros_like(found)


def _joined(hole: Flags) -> Flags:
    """Pieces that lie close together are one: each would otherwise stand in the other's surroundings."""
    return np.asarray(cv2.dilate(hole.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0)


def _around(shape: tuple[int, ...], left: int, top: int, wide: int, high: int) -> tuple[slice, slice]:
    """The hole's box and most of that again on every side, at least 48 pixels."""
    reach = max(48, round(max(wide, high) * _SURROUNDINGS))
    return (
        slice(max(0, top - reach), min(shape[0], top + high + reach)),
        slice(max(0, left - reach), min(shape[1], left + wide + reach)),
    )


def _filled(pixels: Pixels, gap: Flags, others: Flags, seed: int, bridge: bool) -> Pixels:
    known = ~gap & ~others
    if not known.any():
        return pixels
    thick = _thick(gap) if bridge else gap
    thin = gap & ~thick
    result = pixels
    if thin.any():
        result = pixels.copy()
        smooth = biharmonic(pushed(pixels.astype(np.float32), gap | others), thin)
        result[gap] = np.rint(smooth[gap]).astype(np.uint8)
    return _textured(result, thick, known, seed) if thick.any() else result


def _thick(gap: Flags) -> Flags:
    """The parts of the gap that are too wide to be bridged, with all that lies beside them."""
    wide = 2 * round(max(_THIN, 0.003 * min(gap.shape))) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    core = cv2.erode(gap.astype(np.uint8), disc, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return np.asarray(cv2.dilate(core, cv2.dilate(disc, disc)) > 0) & gap if core.any() else np.zeros_like(gap)


def _textured(pixels: Pixels, gap: Flags, usable: Flags, seed: int) -> Pixels:
    """The gap filled with texture that was looked for in a small copy and is taken from the picture itself."""
    height, width = gap.shape
    scale = min(1.0, WORK / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if scale < 1:
        share = cv2.resize(gap.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        small_gap = np.asarray(share > 0.01)
        small = _reduced(pixels, gap, size)
        small_usable = np.asarray(cv2.resize(usable.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99)
    else:
        small, small_gap, small_usable = pixels, gap, usable
    if small_gap.all():
        return pixels
    found, origin = synthesise(np.asarray(small[..., :3], np.float32), small_gap, small_usable, seed=seed)
    result = pixels.copy()
    shade = _shade(np.asarray(small[..., :3], np.float32), small_gap, origin)
    whole = np.dstack([found, pixels[origin[..., 0], origin[..., 1], 3:]]) if scale == 1 else None
    for top in range(0, height, _ROWS):
        rows = slice(top, min(height, top + _ROWS))
        if not gap[rows].any():
            continue
        taken = whole[rows][gap[rows]] if whole is not None else _taken(pixels, gap, origin, rows)
        taken[:, :3] += resize.rows_of(shade, rows, width, height)[gap[rows]]
        result[rows][gap[rows]] = np.clip(np.rint(taken), 0, 255).astype(np.uint8)
    return result


def _shade(pixels: Floats, gap: Flags, origin: NDArray[np.int32]) -> Floats:
    """By how much (H, W, 3) what was taken must be lighter or darker, so that it meets the hole's rim: there the
    difference is known, and from there it fades smoothly inwards (as in P. Pérez and others, "Poisson image editing",
    2003)."""
    height, width = gap.shape
    ring = np.asarray(cv2.dilate(gap.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~gap
    known = np.zeros_like(gap)
    difference = np.zeros_like(pixels)
    for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        rows, columns = np.nonzero(ring)
        row, column = (rows + dy).clip(0, height - 1), (columns + dx).clip(0, width - 1)
        beside = gap[row, column]
        rows, columns, row, column = rows[beside], columns[beside], row[beside], column[beside]
        like = (origin[row, column] - (dy, dx)).clip(0, (height - 1, width - 1))
        real = ~gap[like[:, 0], like[:, 1]]
        rows, columns, like = rows[real], columns[real], like[real]
        difference[rows, columns] = pixels[rows, columns] - pixels[like[:, 0], like[:, 1]]
        known[rows, columns] = True
    if not known.any():
        return difference
    # A single odd pixel on the rim must not throw a beam into the hole.
    soft = cv2.GaussianBlur(difference * known[..., None], (0, 0), 4)
    weight = cv2.GaussianBlur(known.astype(np.float32), (0, 0), 4)
    mean = np.asarray(soft / np.maximum(weight, 1e-3)[..., None], np.float32)
    return np.clip(pushed(np.where(known[..., None], mean, 0).astype(np.float32), ~known), -48, 48)


def _reduced(pixels: Pixels, gap: Flags, size: tuple[int, int]) -> Pixels:
    """A small copy in which nothing of the gap's content is left over."""
    known = (~gap).astype(np.float32)[..., None]
    colour = cv2.resize(pixels.astype(np.float32) * known, size, interpolation=cv2.INTER_AREA)
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(colour / np.maximum(weight, 1e-6)[..., None], 0, 255), np.uint8)


def _taken(pixels: Pixels, gap: Flags, origin: NDArray[np.int32], band: slice) -> Floats:
    """(N, C): the gap's pixels in these rows, each moved there from as far away as the small copy says.

    Between two pixels of the small copy that say different things it fades from one to the other.
    """
    height, width = gap.shape
    high, wide = origin.shape[:2]
    across, down = width / wide, height / high
    rows, columns = np.nonzero(gap[band])
    rows += band.start
    y, x = (rows + 0.5) / down - 0.5, (columns + 0.5) / across - 0.5
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    total = np.zeros((len(rows), pixels.shape[2]), np.float32)
    weight = np.zeros((len(rows), 1), np.float32)
    for dy in (0, 1):
        for dx in (0, 1):
            row, column = (top + dy).clip(0, high - 1), (left + dx).clip(0, wide - 1)
            share = np.abs(1 - dy - (y - top)) * np.abs(1 - dx - (x - left))
            from_row = np.rint(rows + (origin[row, column, 0] - row) * down).astype(int)
            from_column = np.rint(columns + (origin[row, column, 1] - column) * across).astype(int)
            from_row, from_column = from_row.clip(0, height - 1), from_column.clip(0, width - 1)
            share = np.where(gap[from_row, from_column], 1e-6, share)[:, None].astype(np.float32)
            total += share * pixels[from_row, from_column]
            weight += share
    return np.asarray(total / np.maximum(weight, 1e-9), np.float32)
