"""What models that are steered by a picture have in common, wherever they run."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, Literal

import cv2
import numpy as np

from gesso.catalog.finish import sent
from gesso.catalog.limits import Frame
from gesso.catalog.manner import manner
from gesso.catalog.offer import Reading
from gesso.dialects.narrowed import ignores
from gesso.imaging import drawing, guides, picture
from gesso.ops import Size
from gesso.ops.control import Guide, Guided, Sketch, Structure

ALL_OF_IT: Final = Frame()
REFERENCE_ONLY: Final = "Takes the picture as a reference only: its outlines are not held."
"""Of models that are shown a picture and make of it what they like."""
GUIDES: Final = {
    "depth": re.compile("depth", re.IGNORECASE),
    "lines": re.compile("scribble|line|sketch", re.IGNORECASE),
    "edges": re.compile("canny|edge|hed|mlsd", re.IGNORECASE),
}


class ByEdges(Structure):
    """Holds outlines."""

    guide: Literal["edges"] = "edges"


class ByDepth(Structure):
    """Holds what is near and far."""

    guide: Literal["depth"] = "depth"


def several(takes: type[Structure], kinds: Iterable[str]) -> type[Structure]:
    """The request of an offer that keeps to more pictures as well, in these ways."""
    may = tuple(kind for kind in Guided.kinds if kind in kinds)
    return type("Several", (Guided, takes), {"kinds": may, "__doc__": takes.__doc__})


def more(request: Structure | Sketch) -> tuple[Guide, ...]:
    """The guides that the request has besides its own picture."""
    return request.controls if isinstance(request, Guided) else ()


def referring(*names: str) -> Callable[[Any], Reading]:
    """Of a model that takes the picture as a reference only; these fields make no difference to it."""
    plain = ignores(*names)
    return lambda request: replace(plain(request), losses=(REFERENCE_ONLY,) if request.image is not None else ())


def steered_by(controlnet: str) -> str:
    """What a ControlNet of this name wants to see; edges where it does not say."""
    return next((guide for guide, said in GUIDES.items() if said.search(controlnet)), "edges")


def words(request: Any) -> str:
    """The prompt, with the style."""
    return manner(request).prompt(request.prompt)


def unwanted(request: Any) -> str:
    """What is to be left out, with what the style leaves out."""
    return manner(request).without(getattr(request, "negative_prompt", ""))


def guide(data: bytes, size: Size, kind: str) -> bytes:
    """In a worker process: what a ControlNet is steered by, white on black, PNG of this size."""
    pixels = picture.load(sent(data, ALL_OF_IT, size=size).data, alpha=False)
    if kind == "lines":
        ink = np.asarray(np.rint(drawing.read(pixels).ink * 255), np.uint8)
        pixels = np.repeat(cv2.resize(ink, size, interpolation=cv2.INTER_LINEAR)[..., None], 3, axis=2)
        return picture.png(np.ascontiguousarray(pixels))
    return picture.png(guides.read(pixels, "canny" if kind == "edges" else kind)[0])
