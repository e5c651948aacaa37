"""The small pictures that stand for a large one: thumbnails, a preview, a blurred hash and one colour."""

import base64
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesso.imaging import likeness
from gesso.imaging.picture import MAX_PIXELS, Pixels, Source, inspect, jpeg, load, webp, within
from gesso.imaging.resize import fit, reduce
from gesso.imaging.seen import Seen, look

SMALL, LARGE, PREVIEW = 256, 512, 2048
"""The long sides in pixels."""


@dataclass(frozen=True)
class Derivatives:
    """All that is shown of a picture before the picture itself. No derivative is larger than its original.

    small      WebP inside 256 x 256 pixels.
    large      WebP inside 512 x 512 pixels.
    preview    inside 2048 x 2048 pixels, JPEG or, where something is transparent, WebP; None where the
               original itself is no larger.
    thumbhash  base64 of 5..25 bytes: a blur that a page can paint at once (see `thumbhash`).
    colour     the dominant colour, "#rrggbb".
    seen       what can be said of it without a model.
    likeness   what it looks like, in 128 bytes.
    """

    small: bytes
    large: bytes
    preview: bytes | None
    thumbhash: str
    colour: str
    seen: Seen
    likeness: bytes


def derive(source: Source, *, max_pixels: int = MAX_PIXELS) -> Derivatives:
    """The derivatives of a picture's first frame, from one decode that shrinks as it goes.

    Raises `BadMedia` and `TooLarge` as `picture.load` does.
    """
    facts = inspect(source, max_pixels=max_pixels)
    big = max(facts.width, facts.height) > PREVIEW
    view = load(source, max_pixels=max_pixels, inside=PREVIEW if big else LARGE)
    if view.shape[2] == 4 and view[..., 3].min() == 255:
        # Many programs write an alpha that hides nothing. Without it all that follows is cheaper.
        view = np.ascontiguousarray(view[..., :3])
    # Each size from the original's own, as rounding twice would end a pixel off.
    large = reduce(view, *within(facts.width, facts.height, LARGE))
    small = reduce(large, *within(facts.width, facts.height, SMALL))
    return Derivatives(
        small=webp(small, quality=80),
        large=webp(large, quality=80),
        preview=_preview(view) if big else None,
        thumbhash=base64.b64encode(thumbhash(small)).decode("ascii"),
        colour=dominant(small),
        seen=look(large),
        likeness=likeness.look(large).packed(),
    )


def _preview(view: Pixels) -> bytes:
    # At this size a WebP takes twenty times as long as a JPEG, so that only alpha is worth it.
    return jpeg(view, quality=85) if view.shape[2] == 3 else webp(view, quality=80, effort=0)


def dominant(pixels: Pixels) -> str:
    """The colour that most of the picture has, "#rrggbb"; transparent pixels do not count.

    The mean of the pixels in the fullest cube of 32 levels a side. The cubes overlap by half, so that a
    colour is not lost for lying on a border. A picture that is all transparent is "#808080".
    """
    colours = pixels[..., :3].reshape(-1, 3)
    weights = _alpha(pixels).reshape(-1)
    if not weights.any():
        return "#808080"
    cells = (colours >> 4).astype(np.int64)
    counts = np.bincount(cells @ np.array([256, 16, 1]), weights, 4096).reshape(16, 16, 16)
    for axis in range(3):
        counts = np.take(counts, range(15), axis) + np.take(counts, range(1, 16), axis)
    corner = np.array(np.unravel_index(int(counts.argmax()), counts.shape))
    there = ((cells == corner) | (cells == corner + 1)).all(1)
    red, green, blue = np.average(colours[there], 0, weights[there]).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


# -------------------------------------------------------------------------------------------------- thumbhash


def thumbhash(pixels: Pixels) -> bytes:
    """A picture in 5 to 25 bytes: the lowest frequencies of its light, its two colours and its alpha.

    The format is ThumbHash by Evan Wallace (https://evanw.github.io/thumbhash/): light as the mean of R, G
    and B, the colours as yellow against blue and red against green, each a cosine transform cut off at a
    diagonal; the mean in 5 or 6 bits, the other terms in 4 bits of the greatest among them.
    """
    pixels = fit(pixels, 100)
    height, width = pixels.shape[:2]
    alpha = _alpha(pixels)
    colours = pixels[..., :3] / 255
    total = alpha.sum()
    mean = (colours * alpha[..., None]).sum((0, 1)) / total if total else np.zeros(3)
    # What is transparent takes the mean colour, which costs the fewest frequencies.
    red, green, blue = np.moveaxis(mean + (colours - mean) * alpha[..., None], 2, 0)
    clear = bool(total < height * width)

    most = 5 if clear else 7
    across = max(1, _nearest(most * width / max(width, height)))
    down = max(1, _nearest(most * height / max(width, height)))
    light, light_terms, light_scale = _cosines((red + green + blue) / 3, max(3, across), max(3, down))
    yellow, yellow_terms, yellow_scale = _cosines((red + green) / 2 - blue, 3, 3)
    ruddy, ruddy_terms, ruddy_scale = _cosines(red - green, 3, 3)

    wide = width > height
    first: int = (
        _nearest(63 * light)
        | _nearest(31.5 + 31.5 * yellow) << 6
        | _nearest(31.5 + 31.5 * ruddy) << 12
        | _nearest(31 * light_scale) << 18
        | clear << 23
    )
    second: int = (
        (down if wide else across) | _nearest(63 * yellow_scale) << 3 | _nearest(63 * ruddy_scale) << 9 | wide << 15
    )
    head = first.to_bytes(3, "little") + second.to_bytes(2, "little")
    terms = [*light_terms, *yellow_terms, *ruddy_terms]
    if clear:
        solid, solid_terms, solid_scale = _cosines(alpha, 5, 5)
        head += bytes([_nearest(15 * solid) | _nearest(15 * solid_scale) << 4])
        terms += solid_terms
    nibbles = [_nearest(15 * term) for term in terms]
    nibbles += [0] * (len(nibbles) % 2)
    return head + bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))


def _cosines(plane: NDArray[np.float64], across: int, down: int) -> tuple[float, list[float], float]:
    """The mean of a plane, its other low frequencies (0..1, where 0.5 is none) and the greatest of them."""
    height, width = plane.shape
    by_column = _waves(width, across)
    by_row = _waves(height, down)
    table = by_row @ plane @ by_column.T / (width * height)
    kept = [
        float(table[y, x]) for y in range(down) for x in range(across) if (x or y) and x * down < across * (down - y)
    ]
    scale = max(map(abs, kept))
    # An even plane leaves rounding noise, and dividing noise by noise would write it into the hash.
    return float(table[0, 0]), [0.5 + 0.5 / scale * term if scale > 1e-9 else 0.0 for term in kept], scale


def _waves(size: int, count: int) -> NDArray[np.float64]:
    """(count, size): the first cosines over `size` pixels."""
    return np.cos(np.pi / size * np.outer(np.arange(count), np.arange(size) + 0.5))


def _alpha(pixels: Pixels) -> NDArray[np.float64]:
    """(H, W), 0..1."""
    return pixels[..., 3] / 255 if pixels.shape[2] == 4 else np.ones(pixels.shape[:2])


def _nearest(number: float) -> int:
    """Rounded half up, as the format's reference does; Python rounds half to even."""
    return math.floor(number + 0.5)
