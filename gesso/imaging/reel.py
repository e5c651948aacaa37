"""Animations: their frames, how long each is shown, and how often they play; read from and written as GIF, WebP,
APNG and AVIF.

Each frame is whole, whatever the file made of it: what one leaves standing or clears away is already done.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
import pyvips
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, PngImagePlugin

from gesso.imaging import picture, quality, resize
from gesso.imaging.picture import Pixels, Source
from gesso.kit.errors import BadMedia, TooLarge

Format = Literal["gif", "webp", "png", "avif"]
FORMATS: Final = frozenset(("gif", "webp", "png", "avif"))
"""In which an animation stays one."""
TYPES: Final = frozenset(("image/gif", "image/webp", "image/png", "image/avif"))
MOST_FRAMES: Final = 4000
FEWEST_COLOURS: Final = 8

_GIF: Final = ((90, 8, 0.0), (75, 8, 4.0), (60, 7, 6.0), (45, 6, 8.0), (30, 5, 12.0), (15, 4, 16.0), (0, 3, 24.0))
"""From which quality on: how many bits of palette, and how far a pixel may be off to count as one that stayed."""
_SEEN: Final = 6
"""Frames that are looked at to say how alike two animations are."""


@dataclass(frozen=True)
class Reel:
    """`frames` (N, H, W, 3 or 4) as pictures are, `times` in milliseconds, `plays` how often; 0 is for ever."""

    frames: NDArray[np.uint8]
    times: tuple[int, ...]
    plays: int

    @property
    def size(self) -> tuple[int, int]:
        return self.frames.shape[2], self.frames.shape[1]

    def sized(self, width: int, height: int) -> "Reel":
        """Each frame in a size no larger than its own."""
        if (width, height) == self.size:
            return self
        return replace(self, frames=np.stack([resize.reduce(frame, width, height) for frame in self.frames]))

    def every(self, step: int) -> "Reel":
        """Each `step`th frame alone, shown for as long as those that it stands for."""
        if step == 1:
            return self
        times = tuple(sum(self.times[at : at + step]) for at in range(0, len(self.times), step))
        return Reel(self.frames[::step], times, self.plays)

    def at(self, moment: float) -> Pixels:
        """What is shown so many milliseconds after it began."""
        ends = np.cumsum(self.times)
        frame: Pixels = self.frames[min(len(ends) - 1, int(np.searchsorted(ends, moment, side="right")))]
        return frame


def moves(facts: picture.Facts) -> bool:
    return facts.pages > 1 and facts.type in TYPES


def read(source: Source, facts: picture.Facts) -> Reel:
    """All frames of an animation of which `facts` are told. Raises `BadMedia` and `TooLarge` as pictures do."""
    if facts.pages > MOST_FRAMES:
        raise TooLarge(f"This animation has {facts.pages} frames; at most {MOST_FRAMES:,} are accepted.")
    with picture.reading(facts.type):
        reel = _by_vips(source, facts) if facts.type in ("image/gif", "image/webp") else _by_pillow(source, facts)
    opaque = reel.frames.shape[3] == 4 and bool((reel.frames[..., 3] == 255).all())
    return replace(reel, frames=np.ascontiguousarray(reel.frames[..., :3])) if opaque else reel


def _by_vips(source: Source, facts: picture.Facts) -> Reel:
    image = picture.tall(source, facts.type)
    told = set(image.get_fields())
    times = image.get("delay") if "delay" in told else []
    plays = image.get("loop") if "loop" in told else 0
    frames = image.numpy().reshape(facts.pages, facts.height, facts.width, -1)
    return Reel(frames, _fitted(times, facts.pages), max(0, plays))


def _by_pillow(source: Source, facts: picture.Facts) -> Reel:
    kind = PngImagePlugin.PngImageFile if facts.type == "image/png" else AvifImagePlugin.AvifImageFile
    frames, times = [], []
    with picture.opened(source) as stream, kind(stream) as file:
        plays = int(file.info.get("loop") or 0)
        profile = file.info.get("icc_profile")
        # The first picture of an APNG may be for those alone who cannot play it.
        for number in range(int(bool(file.info.get("default_image"))), file.n_frames):
            file.seek(number)
            frames.append(np.asarray(file.convert("RGBA")))
            times.append(round(float(file.info.get("duration") or 0)))
    if len({frame.shape for frame in frames}) != 1:
        raise BadMedia("The frames of this animation differ in size.")
    return Reel(_managed(np.stack(frames), profile), _fitted(times, len(frames)), plays)


def _managed(frames: NDArray[np.uint8], profile: bytes | None) -> NDArray[np.uint8]:
    if not profile:
        return frames
    count, height, width, bands = frames.shape
    image = pyvips.Image.new_from_array(frames.reshape(count * height, width, bands), interpretation="srgb").copy()
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return np.asarray(picture.srgb(image).numpy()).reshape(count, height, width, -1)


def _fitted(times: Sequence[int], count: int) -> tuple[int, ...]:
    """A time for each frame; where none is told, that of a browser."""
    told = [*times[:count], *[100] * (count - len(times))]
    return tuple(min(600_000, max(0, int(time))) for time in told)


# --------------------------------------------------------------------------------------------------- writing


def written(
    reel: Reel, format: Format, *, level: int = 85, lossless: bool = False, exif: bytes = b"", xmp: bytes = b""
) -> bytes:
    """The file of an animation. The same frames give the same bytes. `level` 1..100 is the quality; of a GIF and an
    APNG, how many colours there are."""
    if format == "avif":
        return _avif(reel, 100 if lossless else level, exif, xmp)
    if format == "png":
        return _apng(reel, 100 if lossless else level, exif, xmp)
    return _vips(reel, format, level, lossless, exif, xmp)


def _vips(reel: Reel, format: Format, level: int, lossless: bool, exif: bytes, xmp: bytes) -> bytes:
    count, height, width, bands = reel.frames.shape
    tall = np.ascontiguousarray(reel.frames).reshape(count * height, width, bands)
    image = pyvips.Image.new_from_array(tall, interpretation="srgb").copy()
    image.set_type(pyvips.GValue.gint_type, "page-height", height)
    image.set_type(pyvips.GValue.gint_type, "loop", reel.plays)
    image.set_type(pyvips.GValue.array_int_type, "delay", list(reel.times))
    if format == "gif":
        _, bits, off = next(way for way in _GIF if level >= way[0])
        with picture.writing("GIF"):
            return bytes(
                image.gifsave_buffer(effort=4, dither=1.0, bitdepth=bits, interframe_maxerror=off, keep="none")
            )
    for name, blob in (("exif-data", exif), ("xmp-data", xmp)):
        if blob:
            image.set_type(pyvips.GValue.blob_type, name, blob)
    how: dict[str, Any] = {"lossless": True} if lossless else {"Q": level}
    with picture.writing("WebP"):
        return bytes(image.webpsave_buffer(effort=3, keep="all" if exif or xmp else "none", **how))


def _avif(reel: Reel, level: int, exif: bytes, xmp: bytes) -> bytes:
    made = _pillow(
        (Image.fromarray(frame) for frame in reel.frames),
        "AVIF",
        quality=level,
        speed=8,
        # With more threads the bytes depend on the machine.
        max_threads=1,
        subsampling="4:4:4" if level == 100 else "4:2:0",
        duration=list(reel.times),
        **picture.carried(xmp, exif),
    )
    whole = bytearray(made)
    _timeless(whole, 0, len(whole))
    return bytes(whole)


def _timeless(data: bytearray, at: int, end: int) -> None:
    """Without the hour in which it was written: the same frames give the same bytes."""
    while at + 8 <= end:
        size, name = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        if size < 8:
            return
        if name in (b"moov", b"trak", b"mdia"):
            _timeless(data, at + 8, at + size)
        elif name in (b"mvhd", b"tkhd", b"mdhd"):
            long = 16 if data[at + 8] == 1 else 8
            data[at + 12 : at + 12 + long] = bytes(long)
        at += size


def _apng(reel: Reel, level: int, exif: bytes, xmp: bytes) -> bytes:
    frames = _of_palette(reel, level) if level < 90 and reel.frames.shape[3] == 3 else map(Image.fromarray, reel.frames)
    how = {"duration": list(reel.times), "loop": reel.plays, **picture.png_info(xmp, exif)}
    return _pillow(frames, "PNG", **how)


def _of_palette(reel: Reel, level: int) -> Iterator[Image.Image]:
    """The frames in the colours that all of them share: an APNG has one palette."""
    colours = max(FEWEST_COLOURS, round(256 * (level / 90) ** 2))
    step = max(1, len(reel.frames) // 16)
    some = np.concatenate([resize.fit(frame, 256) for frame in reel.frames[::step]])
    palette = Image.fromarray(some).quantize(colours, Image.Quantize.MEDIANCUT)
    for frame in reel.frames:
        # Undithered: dots that change from frame to frame would be stored with each.
        yield Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE)


def _pillow(frames: Iterator[Image.Image], format: str, **how: Any) -> bytes:
    every = list(frames)
    return picture.saved(every[0], format, save_all=True, append_images=every[1:], **how)


def alike(one: Reel, other: Reel) -> float:
    """How alike two animations of one size are to the eye, 0..1: the mean SSIM of moments of them."""
    whole = sum(one.times) or 1
    found = []
    for number in range(min(_SEEN, len(one.times))):
        moment = whole * (number + 0.5) / min(_SEEN, len(one.times))
        pair = [resize.fit(picture.flat(reel.at(moment)), 768) for reel in (one, other)]
        found.append(quality.ssim(pair[1], pair[0]))
    return float(np.clip(np.mean(found), 0, 1))
