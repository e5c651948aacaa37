"""What can be said of a picture without a model, in words: a caption, an alternative text, tags. Facts alone."""

from dataclasses import dataclass
from typing import Final

from gesso.imaging.picture import Pixels
from gesso.imaging.seen import Seen, caption, look, named

_GERMAN: Final = {
    "wide": "breites", "tall": "hohes", "square": "quadratisches", "bright": "helles", "dark": "dunkles",
    "black-and-white": "schwarz-weißes", "colourful": "farbenfrohes", "red": "Rot", "orange": "Orange",
    "yellow": "Gelb", "green": "Grün", "teal": "Blaugrün", "blue": "Blau", "purple": "Violett", "pink": "Rosa",
    "brown": "Braun", "black": "Schwarz", "white": "Weiß", "grey": "Grau",
}  # fmt: skip
_TAGS: Final = {
    "wide": "Querformat", "tall": "Hochformat", "square": "Quadrat", "bright": "hell", "dark": "dunkel",
    "high contrast": "kontrastreich", "low contrast": "kontrastarm", "black-and-white": "schwarz-weiß",
    "colourful": "farbenfroh", "muted colours": "gedeckte Farben", "face": "Gesicht", "people": "Menschen",
    "writing": "Schrift", "sharp": "scharf", "soft": "weich",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """`alt` says what `caption` says, and the light besides."""

    caption: str
    alt: str
    tags: tuple[str, ...]


def told(pixels: Pixels, width: int, height: int, language: str = "en") -> Told:
    """Of a picture (H, W, 3 or 4) that is really of this width and height; in "en" or "de"."""
    return retold(look(pixels), width, height, language)


def retold(seen: Seen, width: int, height: int, language: str = "en") -> Told:
    """Of what was seen of a picture before."""
    tags = _tags(seen, width, height)
    if language == "de":
        said = _caption_german(seen, width, height)
        return Told(
            said, f"{said}. {_light_german(seen)}", tuple(_TAGS.get(tag, _GERMAN.get(tag, tag)) for tag in tags)
        )
    said = caption(seen, width, height)
    return Told(said, f"{said}. {_light(seen)}", tags)


def german_colour(name: str) -> str:
    return _GERMAN.get(name, name)


def _tags(seen: Seen, width: int, height: int) -> tuple[str, ...]:
    shape = "wide" if width > 1.15 * height else "tall" if height > 1.15 * width else "square"
    grey = seen.colourful < 0.06
    found = [
        *([] if grey else dict.fromkeys(named(colour) for colour in seen.colours[:3])),
        shape,
        *(["bright"] if seen.brightness > 0.75 else ["dark"] if seen.brightness < 0.35 else []),
        *(["high contrast"] if seen.contrast > 0.7 else ["low contrast"] if seen.contrast < 0.25 else []),
        *(["black-and-white"] if grey else ["colourful"] if seen.colourful > 0.5 else []),
        *(["muted colours"] if 0.06 <= seen.colourful < 0.2 else []),
        *(["face"] if seen.faces == 1 else ["people"] if seen.faces > 1 else []),
        *(["writing"] if seen.text else []),
        *(["sharp"] if seen.sharpness > 0.6 else ["soft"] if seen.sharpness < 0.2 else []),
    ]
    return tuple(dict.fromkeys(found))


def _light(seen: Seen) -> str:
    light = "dark" if seen.brightness < 0.35 else "bright" if seen.brightness > 0.75 else "of middle brightness"
    contrast = "strong" if seen.contrast > 0.7 else "soft" if seen.contrast < 0.25 else "moderate"
    return f"It is {light}, with {contrast} contrast."


def _light_german(seen: Seen) -> str:
    light = "dunkel" if seen.brightness < 0.35 else "hell" if seen.brightness > 0.75 else "mittelhell"
    contrast = "starkem" if seen.contrast > 0.7 else "weichem" if seen.contrast < 0.25 else "mäßigem"
    return f"Es ist {light}, mit {contrast} Kontrast."


def _caption_german(seen: Seen, width: int, height: int) -> str:
    words = caption(seen, width, height).removeprefix("A ").partition(" picture")[0].split(", ")
    count = seen.faces
    people = ("", " mit einem Gesicht", " mit zwei Gesichtern", " mit drei Gesichtern")[min(count, 3)]
    if count > 3:
        people = f" mit {count} Gesichtern"
    writing = (" und Schrift" if people else " mit Schrift") if seen.text else ""
    names = list(dict.fromkeys(_GERMAN[named(colour)] for colour in seen.colours[:3]))
    colours = f", vor allem in {' und '.join(names[:2])}" if names and "black-and-white" not in words else ""
    return f"Ein {', '.join(_GERMAN[word] for word in words)} Bild{people}{writing}{colours}"
