"""Pictures on their way to a provider and back: within its limits there, of the size that was asked for here.

All of it decodes pixels: it belongs into a worker process (`Context.compute`).
"""

from typing import Final, Literal

import cv2
import numpy as np

from gesso.catalog.limits import Frame
from gesso.imaging import cutout, dots, film, mask, picture, resize, upscale
from gesso.imaging.picture import Pixels
from gesso.kit.errors import BadMedia, Refused
from gesso.kit.media import Media
from gesso.ops import Finish, Size
from gesso.ops.fields import Box
from gesso.ops.transform import LONGEST

HEAVY: Final = 6 << 20
"""Bytes. A PNG that is heavier is sent as a JPEG, or where it has alpha as a WebP: most providers end at ten."""

GLIMPSE: Final = Frame(most=1024)
"""Of a picture that is only looked at."""

QUALITIES: Final = (95, 85, 70)
"""At which it is sent then: the first that is light enough."""

GLIMPSED: Final = 640
"""Of one that is worked on only to see what comes of it."""

Marks = Literal["white", "black", "alpha"]
"""How a provider wants to be told what to change: by white, by black, or by what is transparent."""


def sent(data: bytes, frame: Frame, *, alpha: bool = False, size: Size | None = None) -> Media:
    """A picture as the provider gets it: upright, sRGB, 8 bits, within `frame`; transparent parts white, or with
    `alpha` kept. With `size` it is stretched to exactly that. `facts` has its width and height."""
    pixels = picture.load(data, alpha=None if alpha else False)
    height, width = pixels.shape[:2]
    across, down = size or frame.fits(width, height)
    pixels = _scaled(pixels, across, down)
    facts = {"width": across, "height": down}
    made = picture.png(pixels)
    if len(made) <= HEAVY:
        return Media(made, "image/png", facts)
    made, type = b"", ""
    for quality in QUALITIES:
        whole = pixels.shape[2] == 4
        made, type = (
            (picture.webp(pixels, quality=quality), "image/webp")
            if whole
            else (picture.jpeg(pixels, quality=quality), "image/jpeg")
        )
        if len(made) <= HEAVY:
            break
    return Media(made, type, facts)


def glimpse(data: bytes) -> Media:
    """A picture as a model looks at it to say what it shows: small, a JPEG, with nothing but its pixels."""
    return Media(picture.jpeg(picture.load(data, alpha=False, inside=GLIMPSE.most), quality=85), "image/jpeg")


def stepped(side: int, step: int) -> int:
    """The multiple of `step` nearest to a side, at least one of them."""
    return max(1, round(side / step)) * step


def sent_mask(marks: bytes, size: Size, feather: float = 0, how: Marks = "white") -> bytes:
    """A mask as the provider gets it, PNG of this size: grey, or for "alpha" transparent where it may change.

    What fades out around the mask is made anew as well, so that there is something to fade to.
    """
    found = mask.feathered(mask.read(marks), feather)
    hard = np.where(found > 0, 255, 0).astype(np.uint8)
    # A pixel that a smaller size shares with the mask is part of it.
    hard = np.asarray(cv2.resize(hard, size, interpolation=cv2.INTER_AREA), np.uint8)
    hard = np.where(hard > 0, 255, 0).astype(np.uint8)
    if how == "alpha":
        return picture.png(np.dstack([np.zeros((*hard.shape, 3), np.uint8), 255 - hard]))
    return picture.png(np.repeat((hard if how == "white" else 255 - hard)[..., None], 3, axis=2))


def sized(made: Media, size: Size, *, said: bool = True, whole: bool = False) -> Media:
    """A provider's picture in the size that was asked for: its middle, scaled; with `whole` all of it, stretched. Where
    it has that size, it keeps its own bytes.

    Raises Refused, as charged, for what is no picture and, where it was to be of something (`said`), for one that is
    all of one colour: models give that in the place of what they will not show.
    """
    try:
        pixels = picture.load(made.data)
    except BadMedia as error:
        raise Refused(f"What the provider sent is no picture that can be read. {error}", charged=True) from error
    if said and blank(pixels):
        raise Refused("The provider sent an empty picture, all of one colour. Change the prompt.", charged=True)
    has = pixels.shape[1], pixels.shape[0]
    facts = {**made.facts, "made_as": list(has)}
    if has == size:
        return Media(made.data, made.type, facts)
    made_to = _scaled(pixels, *size) if whole else _covering(pixels, *size)
    return Media(picture.png(made_to), "image/png", facts)


def finished(source: bytes | None, made: Media, wanted: Finish) -> Media:
    """In a worker process: a result with all that is left to do to it. What its maker said of its fidelity stays; of a
    source that is no longer there, nothing is said."""
    data, type, facts = made.data, made.type, dict(made.facts)
    pixels = None
    if wanted.judged and source is not None and "fidelity" not in facts:
        pixels = picture.load(data)
        own = picture.load(source, alpha=pixels.shape[2] == 4)
        facts["fidelity"] = upscale.fidelity(own, pixels)
    if wanted.cut is not None:
        pixels = picture.load(data) if pixels is None else pixels
        if (pixels.shape[1], pixels.shape[0]) != wanted.cut:
            across, down = wanted.cut
            left, top = (pixels.shape[1] - across) // 2, (pixels.shape[0] - down) // 2
            pixels = np.ascontiguousarray(pixels[top : top + down, left : left + across])
            data, type = picture.png(pixels), "image/png"
    if wanted.dots is not None:
        if type not in ("image/png", "image/jpeg"):
            data, type = picture.png(picture.load(data) if pixels is None else pixels), "image/png"
        data, facts["dpi"] = dots.stamped(data, wanted.dots), wanted.dots
    return Media(data, type, facts)


def part(source: bytes, box: Box) -> Media:
    """In a worker process: a part of a picture, without loss, as if it were the whole."""
    pixels = picture.load(source)[box.y : box.y + box.height, box.x : box.x + box.width]
    made = picture.png(np.ascontiguousarray(pixels), level=1)
    return Media(made, "image/png", {"width": pixels.shape[1], "height": pixels.shape[0], "seconds": 0})


def small(source: bytes) -> Media:
    """In a worker process: a copy for a glimpse."""
    pixels = picture.load(source, inside=GLIMPSED)
    facts = {"width": pixels.shape[1], "height": pixels.shape[0], "seconds": 0}
    return Media(picture.png(pixels, level=1), "image/png", facts)


def around(source: bytes, made: Media, sides: tuple[int, int, int, int]) -> Media:
    """In a worker process: what was made around the picture, and the picture itself in its own pixels."""
    own = picture.load(source)
    height, width = own.shape[:2]
    left, top, right, bottom = sides
    whole = picture.load(sized(made, (width + left + right, height + top + bottom)).data, alpha=own.shape[2] == 4)
    whole = np.array(whole)
    whole[top : top + height, left : left + width] = own
    return Media(picture.png(whole), "image/png", {**made.facts, "outside_changed": 0})


def matted(source: bytes, made: Media, *, clean: bool = True) -> Pixels:
    """The source's own pixels (H, W, 4) under the alpha of a provider's cut-out of it; with `clean`, edges are freed of
    the background's colour.

    The provider saw it smaller, perhaps: colours stay as fine as they were.
    """
    own = picture.load(source)
    try:
        alpha = picture.load(made.data, alpha=True)[..., 3]
    except BadMedia as error:
        raise Refused(f"What the provider sent is no picture that can be read. {error}", charged=True) from error
    if alpha.shape != own.shape[:2]:
        alpha = np.asarray(cv2.resize(alpha, own.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
    if own.shape[2] == 4:
        alpha = np.minimum(alpha, own[..., 3])
    colours = np.ascontiguousarray(own[..., :3])
    return np.dstack([cutout.decontaminate(colours, alpha) if clean else colours, alpha])


LOUDEST: Final = 15_000_000
"""Bytes of a sound that is sent as it is."""


def heard(data: bytes, type: str, seconds: float | None = None) -> Media:
    """A sound as providers get it: WAV or MP3 as it is, anything else as WAV; with `seconds`, a WAV of that length.
    `facts` has how long it is."""
    if seconds is None and type in ("audio/wav", "audio/mpeg") and len(data) <= LOUDEST:
        return Media(data, type, {"seconds": film.inspect(data).seconds})
    sound = film.listen(data, film.RATE, most=LONGEST)
    if seconds is not None:
        sound = film.fitted(sound, seconds, film.RATE)
    return Media(film.wav(sound, film.RATE), "audio/wav", {"seconds": round(len(sound) / film.RATE, 3)})


def filmed(made: Media) -> Media:
    """A provider's film, with its length in `facts`. Raises Refused, as charged, for what cannot be played."""
    try:
        facts = film.inspect(made.data)
    except BadMedia as error:
        raise Refused(f"What the provider sent is no film that can be played. {error}", charged=True) from error
    if facts.video is None:
        raise Refused("What the provider sent is a sound, and no film.", charged=True)
    return Media(made.data, made.type, {**made.facts, "seconds": facts.seconds})


def blank(pixels: Pixels) -> bool:
    """Whether a picture is all of one colour, as far as an eye can tell, or all transparent."""
    if pixels.shape[2] == 4 and pixels[..., 3].max() < 8:
        return True
    small = resize.fit(pixels[..., :3], 256).astype(np.int16)
    return bool((small.max(axis=(0, 1)) - small.min(axis=(0, 1))).max() <= 3)


def _scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    if width * height <= pixels.shape[0] * pixels.shape[1]:
        shrunk = resize.reduce(pixels, min(width, pixels.shape[1]), min(height, pixels.shape[0]))
        if shrunk.shape[1::-1] == (width, height):
            return shrunk
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _covering(pixels: Pixels, width: int, height: int) -> Pixels:
    """As `resize.cover`, also of what is transparent."""
    if pixels.shape[2] == 3:
        return resize.cover(pixels, width, height)
    colours = resize.cover(np.ascontiguousarray(pixels[..., :3]), width, height)
    alpha = resize.cover(np.repeat(pixels[..., 3:], 3, axis=2), width, height)[..., :1]
    return np.dstack([colours, alpha])
