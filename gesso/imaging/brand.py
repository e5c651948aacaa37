"""A brand on pictures: its logo where it belongs, and the rules by which a picture or a text keeps to it.

A rule only warns. Distances of colours are those of OKLab; contrast is that of WCAG 2.2, 1 to 21.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from gesso.imaging import annotate, resize
from gesso.imaging.colour import LINEAR, quick_lab
from gesso.imaging.picture import Pixels, flat

Severity = Literal["warning", "note"]
Rule = Literal["palette", "logo", "words", "fonts", "contrast"]

_NEAR: Final = 0.1
"""Colours that are no farther apart are of one family; lightness counts half: a thing has a lit and a dark side."""
_GREY: Final = 0.035
"""With less chroma, a colour is a grey, which goes with every palette."""
_LUMA: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True)
class Logo:
    """`marks` are the usual one and, if there is one, that for dark grounds (H, W, 3 or 4). `clear` is the space around
    it, a share of its height; `least` its smallest width in pixels."""

    marks: Sequence[Pixels]
    clear: float = 0.5
    least: int = 0


@dataclass(frozen=True)
class Spot:
    """Where the logo goes: `size` is its long side, a share of the picture's short side."""

    place: annotate.Place = "bottom_right"
    size: float = 0.18


@dataclass(frozen=True)
class Finding:
    """What does not keep to the brand, and what to do. By `code` and `values` it can be said in another language."""

    rule: Rule
    severity: Severity
    message: str
    advice: str
    code: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Lettered:
    """A text that was set on a picture: in which font, in what colour, on which colour if it has a box of its own, and
    where and how large as `Annotate` says."""

    font: str
    colour: str
    band: str | None
    place: annotate.Place
    size: float


def stamped(pixels: Pixels, logo: Logo, spot: Spot, opacity: float = 1.0) -> Pixels:
    """The picture with the logo on it, in the variant that is seen best there, its clear space from the edges. It is
    made smaller where it would not fit with that space."""
    (left, top, width, height), size = _box(pixels, logo, spot)
    mark = _best(logo.marks, pixels[top : top + height, left : left + width])
    short = min(pixels.shape[:2])
    return annotate.logo(
        pixels, mark, spot.place, size=size, opacity=opacity, margin=round(logo.clear * height) / short
    )


def box(pixels: Pixels, logo: Logo, spot: Spot) -> annotate.Box:
    """Where `stamped` puts the logo."""
    return _box(pixels, logo, spot)[0]


def of_palette(pixels: Pixels, palette: Sequence[str]) -> list[Finding]:
    """Whether the picture's colours are those of the palette (`#rrggbb`), their tints and shades, or greys."""
    share, stray = fitting(pixels, palette)
    if share >= 0.7:
        return []
    return [
        Finding(
            "palette",
            "warning" if share < 0.45 else "note",
            f"Only {share:.0%} of the picture is in the palette; the largest other colour is {stray}.",
            "Make it again with the brand, or recolour what stands out.",
            "palette",
            {"share": f"{share:.2f}", "colour": stray},
        )
    ]


def fitting(pixels: Pixels, palette: Sequence[str]) -> tuple[float, str]:
    """How much of the picture, 0..1, is near the palette; and the colour of the most of what is not."""
    small = resize.fit(flat(pixels), 128)
    lab = quick_lab(LINEAR[small]).reshape(-1, 3)
    goals = _lab(palette)
    apart = lab[:, None] - goals[None]
    apart[..., 0] *= 0.5
    near = np.linalg.norm(apart, axis=2).min(axis=1) <= _NEAR
    fits = near | (np.hypot(lab[:, 1], lab[:, 2]) < _GREY)
    if fits.all():
        return 1.0, ""
    off = small.reshape(-1, 3)[~fits]
    cells, counts = np.unique(off // 32, axis=0, return_counts=True)
    most = (off // 32 == cells[counts.argmax()]).all(axis=1)
    return float(fits.mean()), "#" + "".join(f"{round(float(value)):02x}" for value in off[most].mean(axis=0))


def of_logo(pixels: Pixels, logo: Logo, spot: Spot, scale: float = 1.0) -> list[Finding]:
    """Whether the logo can be seen where it would stand, is large enough there, and has its space. The picture itself
    is `scale` times as large as these pixels."""
    (left, top, width, height), size = _box(pixels, logo, spot)
    under = pixels[top : top + height, left : left + width]
    found = []
    seen = max(_seen(mark, under) for mark in logo.marks)
    if seen < 3:
        found.append(
            Finding(
                "logo",
                "warning",
                f"The logo is hard to see there: its contrast is {seen:.1f} to 1, and 3 to 1 is needed.",
                "Choose another corner, or give the kit a variant for such grounds.",
                "faint",
                {"contrast": f"{seen:.1f}"},
            )
        )
    if float(quick_lab(LINEAR[flat(under)])[..., 0].std()) > 0.16:
        found.append(
            Finding("logo", "note", "What is behind the logo is restless.", "Choose a calmer corner.", "restless", {})
        )
    wide = round(width * scale)
    if wide < logo.least:
        found.append(
            Finding(
                "logo",
                "warning",
                f"The logo would be {wide} pixels wide; the brand wants {logo.least} at least.",
                "Make the logo or the picture larger.",
                "small",
                {"width": str(wide), "least": str(logo.least)},
            )
        )
    if size < spot.size * 0.99:
        found.append(
            Finding(
                "logo",
                "warning",
                "The logo does not fit with the clear space around it.",
                "Make the logo smaller.",
                "cramped",
                {},
            )
        )
    return found


def of_words(texts: Iterable[tuple[str, str]], avoided: Sequence[tuple[re.Pattern[str], str, str]]) -> list[Finding]:
    """Words that the brand does not say: `texts` are (where, what), `avoided` are (where it is found, the word, what
    instead)."""
    found = []
    for where, text in texts:
        for pattern, word, instead in avoided:
            if pattern.search(text):
                say = f"Say “{instead}” instead." if instead else "Say it in other words."
                told = {"where": where, "word": word, "instead": instead}
                found.append(Finding("words", "warning", f"The {where} says “{word}”.", say, "word", told))
    return found


def of_letters(pixels: Pixels, set: Lettered, fonts: Sequence[str]) -> list[Finding]:
    """Whether a text on the picture is in a font of the brand's, and can be read."""
    found = []
    own, theirs = set.font.casefold(), [font.casefold() for font in fonts]
    if fonts and not any(own in font or font in own for font in theirs):
        found.append(
            Finding(
                "fonts",
                "warning",
                f"The text is set in {set.font}; the brand has {', '.join(fonts)}.",
                "Set the text in a font of the brand.",
                "font",
                {"font": set.font, "fonts": ", ".join(fonts)},
            )
        )
    ground = light(set.band) if set.band else _lightness(_third(pixels, set.place))
    seen = contrast(light(set.colour), ground)
    needed = 3.0 if set.size >= 0.05 else 4.5
    if seen < needed:
        found.append(
            Finding(
                "contrast",
                "warning",
                f"The text is hard to read: its contrast is {seen:.1f} to 1, and {needed:g} to 1 is needed.",
                "Give the text a box behind it, or another colour.",
                "unread",
                {"contrast": f"{seen:.1f}", "needed": f"{needed:g}"},
            )
        )
    return found


def contrast(one: float, other: float) -> float:
    """Of two relative luminances 0..1: 1 to 21 (WCAG 2.2)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def light(code: str) -> float:
    """The relative luminance of `#rrggbb`."""
    return float(LINEAR[_bytes([code])[0]] @ _LUMA)


def vivid(code: str) -> float:
    """The chroma of `#rrggbb`, in OKLab."""
    return float(np.linalg.norm(_lab([code])[0, 1:]))


def _box(pixels: Pixels, logo: Logo, spot: Spot) -> tuple[tuple[int, int, int, int], float]:
    """Left, top, width and height of the logo, and the size for which it, with its space, fits into the picture."""
    height, width = pixels.shape[:2]
    short, shape = min(height, width), logo.marks[0].shape
    long = max(shape[:2])
    wide, high = shape[1] / long, shape[0] / long
    room = min(width / (wide + 2 * logo.clear * high), height / (high * (1 + 2 * logo.clear))) / short
    size = min(spot.size, room)
    across, down = max(1, round(wide * size * short)), max(1, round(high * size * short))
    margin = round(logo.clear * down)
    left = (
        margin if "left" in spot.place else width - across - margin if "right" in spot.place else (width - across) // 2
    )
    top = margin if "top" in spot.place else height - down - margin if "bottom" in spot.place else (height - down) // 2
    return (max(0, left), max(0, top), across, down), size


def _best(marks: Sequence[Pixels], under: Pixels) -> Pixels:
    return max(marks, key=lambda mark: _seen(mark, under))


def _seen(mark: Pixels, under: Pixels) -> float:
    """The contrast of a mark to what is under it."""
    alpha = mark[..., 3] / 255 if mark.shape[2] == 4 else np.ones(mark.shape[:2])
    own = float((LINEAR[mark[..., :3]] @ _LUMA * alpha).sum() / max(alpha.sum(), 1e-6))
    return contrast(own, _lightness(under))


def _lightness(pixels: Pixels) -> float:
    return float((LINEAR[flat(pixels)] @ _LUMA).mean()) if pixels.size else 1.0


def _third(pixels: Pixels, place: annotate.Place) -> Pixels:
    """That third of the picture, in each direction, in which the place lies."""
    height, width = pixels.shape[:2]
    row = 0 if "top" in place else 2 if "bottom" in place else 1
    column = 0 if "left" in place else 2 if "right" in place else 1
    part = pixels[row * height // 3 : (row + 1) * height // 3, column * width // 3 : (column + 1) * width // 3]
    return part if part.size else pixels


def _lab(codes: Sequence[str]) -> NDArray[np.float32]:
    return np.asarray(quick_lab(LINEAR[_bytes(codes)][None])[0])


def _bytes(codes: Sequence[str]) -> NDArray[np.uint8]:
    return np.array([[int(code[at : at + 2], 16) for at in (1, 3, 5)] for code in codes], np.uint8)
