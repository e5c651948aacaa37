"""What models that are steered by a picture have in common, wherever they run."""

import re
from typing import Any, Final, Literal

import cv2
import numpy as np

from gesso.catalog.finish import sent
from gesso.catalog.limits import Frame
from gesso.catalog.manner import manner
from gesso.imaging import drawing, guides, picture
from gesso.ops import Size
from gesso.ops.control import Structure

ALL_OF_IT: Final = Frame()
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
