"""One picture in the sizes of many platforms: cut, padded or enlarged to the pixel, and in a file that each takes.

A source is read once (`opened`) and every format is made of what was read (`laid`, then `saved`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import cv2
import numpy as np

from gesso.imaging import crop, encode, picture, resize, upscale
from gesso.imaging.crop import Box
from gesso.imaging.encode import Encoded, Format, Metadata
from gesso.imaging.picture import Pixels, Source
from gesso.kit.errors import Failed

Rgb = tuple[int, int, int]
Small = Literal["pad", "enlarge", "skip"]
Pad = Literal["blur", "colour"]
File = Literal["auto", "jpeg", "png", "webp", "avif", "gif"]

_CLEAR: Final = ("png", "webp", "avif", "gif")
"""The types that know transparency, the best for a platform first."""
_PLAIN: Final = ("jpeg", "webp", "png", "avif", "gif")
"""In which a picture without it goes out, the most welcome first."""
_LOSSLESS: Final = frozenset(("png", "gif"))
_LEAST: Final = 70
"""Of the quality (so, of the colours) of a PNG: with fewer, another type is better."""
_NEARLY: Final = 1.002
"""A picture that lacks less than a pixel in five hundred isn't too small."""
NOTHING: Final = Metadata()
_SPARE: Final = 1.15
"""So many times as large as needed is a picture that a format is made from at the least: what is scaled down twice by
a little gets soft."""
_FLAT: Final = 256
"""So many colours a drawing has at most; a photo has more."""


@dataclass(frozen=True)
class Target:
    """What a platform wants: `types` in which it takes pictures, at most `most` bytes; `safe` are the shares at the
    top, bottom, left and right that something may lie over, `round` what is shown as a circle."""

    width: int
    height: int
    types: tuple[Format, ...] = ("jpeg", "png")
    most: int | None = None
    safe: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    zones: tuple[crop.Shares, ...] = ()
    round: bool = False

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


@dataclass(frozen=True)
class Way:
    """How a picture comes to a format's shape: the part in the `box`, or without one all of it, `pad`ded. What to do
    where it is too `small`; `ground` is the colour of padding, and what lies behind transparency."""

    box: Box | None = None
    small: Small = "pad"
    pad: Pad = "blur"
    ground: Rgb = (255, 255, 255)


@dataclass(frozen=True)
class Opened:
    """A picture as it was read: its pixels, perhaps scaled down, and the `size` that it has. `halves` are the same,
    each half as large as the one before: from there a small format is made in a fraction of the time."""

    pixels: Pixels
    size: tuple[int, int]
    about: Metadata = NOTHING
    facts: dict[str, Any] = field(default_factory=dict)
    halves: tuple[Pixels, ...] = ()

    def near(self, target: Target, way: Way) -> "Opened":
        """What of it is enough for a format."""
        needed = _share(self.size, target, way.box) * _SPARE
        fits = [each for each in (self.pixels, *self.halves) if each.shape[1] / self.size[0] >= needed]
        return replace(self, pixels=fits[-1] if fits else self.pixels, halves=())


@dataclass(frozen=True)
class Laid:
    """Exactly the pixels of a format, and what was done for it: the `box` that is seen, `enlarged` so many times, and
    whether there is padding around it."""

    pixels: Pixels
    box: Box
    enlarged: float = 1.0
    padded: bool = False


def opened(source: Source, wanted: Sequence[tuple[Target, Box | None]], keep: encode.Keep = "safe") -> Opened:
    """The picture, upright and in sRGB, read as large as the most demanding of these formats and boxes needs it."""
    facts = picture.inspect(source)
    size = facts.width, facts.height
    # With a margin, as a box that was scaled down begins at no whole pixel.
    share = min(1.0, 1.25 * max((_share(size, target, box) for target, box in wanted), default=1.0))
    # Scaling down once costs time: it pays where a picture is far too large.
    inside = None if share > 0.6 else math.ceil(share * max(size))
    pixels = picture.load(source, inside=inside)
    lost: dict[str, Any] = {"frames_dropped": facts.pages - 1} if facts.pages > 1 else {}
    least = min((_share(size, target, box) for target, box in wanted), default=1.0)
    halves = [pixels]
    while halves[-1].shape[1] / 2 / size[0] >= least * _SPARE and min(halves[-1].shape[:2]) >= 32:
        height, width = halves[-1].shape[:2]
        halves.append(resize.reduce(halves[-1], width // 2, height // 2))
    return Opened(pixels, size, encode.metadata(source, keep), lost, tuple(halves[1:]))


def laid(opened: Opened, target: Target, way: Way) -> Laid:
    """The picture brought to a format. Failed where it is too small and is to be left out then."""
    width, height = opened.size
    whole = Box(0, 0, width, height)
    times = _enlarged(opened.size, target, way.box)
    if times > 1 and way.small == "skip":
        raise Failed(
            f"The picture is too small: for {target.width} x {target.height} pixels it would have to be enlarged "
            f"{times:.1f} times.",
            times=round(times, 1),
        )
    if way.box is not None and (times == 1 or way.small == "enlarge"):
        return Laid(_sized(_part(opened, way.box), *target.size), way.box, times)
    if way.box is not None:
        # Too small for its cut: as much of it as there is room for, at its own size.
        box = _window(opened.size, target, way.box)
        across, down, times = box.width, box.height, 1.0
    else:
        box, scale = whole, min(target.width / width, target.height / height)
        times = times if way.small == "enlarge" else 1.0
        scale = min(scale, times)
        across = min(target.width, max(1, round(scale * width)))
        down = min(target.height, max(1, round(scale * height)))
    shown = _sized(_part(opened, box), across, down)
    if (across, down) == target.size:
        return Laid(shown, box, times)
    return Laid(_padded(opened, shown, target, way), box, times, True)


def saved(
    pixels: Pixels,
    target: Target,
    *,
    file: File = "auto",
    level: int = 88,
    about: Metadata = NOTHING,
    ground: Rgb = (255, 255, 255),
    smaller: bool = False,
    room: Callable[[str], int] = lambda type: 0,
) -> Encoded:
    """The file for a platform: of a type that it takes, under its limit less the `room` that is asked for in a file of
    that type, of the best quality up to `level`.

    `facts` as those of `encode.fitted`, with "flattened" transparency, and "instead" for a type that is not taken
    there. Failed where no type that is taken is small enough.
    """
    clear = pixels.shape[2] == 4 and bool((pixels[..., 3] < 255).any())
    if pixels.shape[2] == 4 and not clear:
        pixels = np.ascontiguousarray(pixels[..., :3])
    told: dict[str, Any] = {}
    if file != "auto" and file not in target.types:
        told["instead"] = file
    smallest: list[tuple[int, Format]] = []
    choices = _choices(pixels, clear, target, file)
    for shrinks in (False, True) if smaller else (False,):
        for format in choices:
            lossless = format in _LOSSLESS
            kept = room(encode.TYPES[format]) if target.most is not None else 0
            made = encode.fitted(
                pixels,
                format,
                most=None if target.most is None else max(1, target.most - kept),
                level=100 if lossless else level,
                about=about,
                ground=ground,
                smaller=shrinks,
                least=_LEAST if lossless and format != choices[-1] else 1,
            )
            if isinstance(made, Encoded):
                if clear and format == "jpeg":
                    told["flattened"] = True
                return Encoded(made.data, made.type, {**made.facts, **told})
            smallest.append((made + kept, format))
    least, format = min(smallest)
    raise Failed(
        f"It does not fit into {_kilo(target.most or 0)}: as {format.upper()}, the smallest that it can be has "
        f"{_kilo(least)}{'' if smaller else ' at this size in pixels'}.",
        most=_kilo(target.most or 0),
        least=_kilo(least),
        type=format,
    )


def _choices(pixels: Pixels, clear: bool, target: Target, file: File) -> list[Format]:
    """The types to be tried, in their order."""
    if file != "auto" and file in target.types:
        return [file]
    if clear:
        order: list[Format] = [each for each in _CLEAR if each in target.types]
        return [*order, "jpeg"] if "jpeg" in target.types else order
    order = [each for each in _PLAIN if each in target.types]
    if "png" in order and _drawn(pixels):
        return ["png", *(each for each in order if each != "png")]
    # A photo that is too large as a JPEG is so without loss all the more.
    return [each for each in order if each not in _LOSSLESS] or order


def _drawn(pixels: Pixels) -> bool:
    """Whether it is a drawing, of few colours: JPEG would put specks around its edges."""
    # Most photos have more colours in their first rows already.
    for rows in (pixels[: max(1, (1 << 16) // pixels.shape[1])], pixels):
        whole = rows[..., :3].astype(np.uint32)
        if len(np.unique(whole[..., 0] << 16 | whole[..., 1] << 8 | whole[..., 2])) > _FLAT:
            return False
    return True


def _share(size: tuple[int, int], target: Target, box: Box | None) -> float:
    """The pixels of the format for one of the picture's part."""
    wide, high = (box.width, box.height) if box is not None else size
    across, down = target.width / wide, target.height / high
    return min(across, down) if box is None else max(across, down)


def _enlarged(size: tuple[int, int], target: Target, box: Box | None) -> float:
    times = crop.enlarged(size, target.size, box)
    return times if times > _NEARLY else 1.0


def _part(opened: Opened, box: Box) -> Pixels:
    high, wide = opened.pixels.shape[:2]
    across, down = wide / opened.size[0], high / opened.size[1]
    width, height = min(wide, max(1, round(box.width * across))), min(high, max(1, round(box.height * down)))
    left, top = min(round(box.left * across), wide - width), min(round(box.top * down), high - height)
    return np.ascontiguousarray(opened.pixels[top : top + height, left : left + width])


def _window(size: tuple[int, int], target: Target, box: Box) -> Box:
    """As much of the picture as the format has room for, around the middle of the box."""
    width, height = min(size[0], target.width), min(size[1], target.height)
    left, top = box.left + (box.width - width) // 2, box.top + (box.height - height) // 2
    return Box(min(max(0, left), size[0] - width), min(max(0, top), size[1] - height), width, height)


def _sized(pixels: Pixels, width: int, height: int) -> Pixels:
    """In exactly this size: averaged where it shrinks, restored where it grows."""
    if pixels.shape[1] >= width and pixels.shape[0] >= height:
        return resize.reduce(pixels, width, height)
    times = max(width / pixels.shape[1], height / pixels.shape[0])
    if times > 1.02:
        factor = next((each for each in (2, 4, 8) if each >= times), 8)
        if pixels.shape[0] * pixels.shape[1] * factor**2 <= picture.MAX_PIXELS:
            pixels = upscale.enlarge(pixels, factor)
            if pixels.shape[1] >= width and pixels.shape[0] >= height:
                return resize.reduce(pixels, width, height)
    if pixels.shape[2] == 3:
        return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    grown = cv2.resize(resize.premultiplied(pixels), (width, height), interpolation=cv2.INTER_CUBIC)
    return resize.straight(np.asarray(grown, np.float32))


def _padded(opened: Opened, shown: Pixels, target: Target, way: Way) -> Pixels:
    """The picture in the middle of the format, on a colour or on itself out of focus. What is transparent stays so,
    unless a colour was chosen."""
    high, wide = shown.shape[:2]
    left, top = (target.width - wide) // 2, (target.height - high) // 2
    if way.pad == "colour":
        page = np.empty((target.height, target.width, 3), np.uint8)
        page[:] = way.ground
        page[top : top + high, left : left + wide] = picture.flat(shown, way.ground)
    elif shown.shape[2] == 4:
        page = np.zeros((target.height, target.width, 4), np.uint8)
        page[top : top + high, left : left + wide] = shown
    else:
        page = _blurred(opened.pixels[..., :3], target.width, target.height)
        page[top : top + high, left : left + wide] = shown
    return page


def _blurred(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture's middle out of focus and a little darker, in this size."""
    scale = 96 / max(width, height)
    small = resize.cover(resize.fit(pixels, 256), max(2, round(width * scale)), max(2, round(height * scale)))
    soft = cv2.GaussianBlur(small, (0, 0), 5, borderType=cv2.BORDER_REPLICATE).astype(np.float32) * 0.86
    large = cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(np.rint(large), 0, 255), np.uint8)


def _kilo(count: int) -> str:
    return f"{count / 1000:,.0f} kB" if count >= 10_000 else f"{count / 1000:.1f} kB"
