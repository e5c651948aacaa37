"""What requests to several providers have in common."""

from typing import Self

from pydantic import model_validator

from gesso.catalog.finish import matted
from gesso.catalog.ground import placed
from gesso.imaging import picture
from gesso.kit.media import Media
from gesso.ops.edit import RemoveBackground
from gesso.ops.repair import Inpaint
from gesso.ops.upscale import Upscale


class Alone(RemoveBackground):
    """Finds the subject by itself, as a model does that takes nothing but the picture."""

    @model_validator(mode="after")
    def _itself(self) -> Self:
        if self.box is not None or self.mask is not None:
            raise ValueError("this model finds the subject by itself, without a box or strokes")
        return self


def cut(source: bytes, made: Media, request: RemoveBackground, behind: bytes | None) -> Media:
    """In a worker process: the picture's own pixels under the alpha that was bought, before what is wanted there."""
    own = picture.load(source)
    whole = placed(matted(source, made, clean=request.decontaminate), own, request.background, behind)
    return Media(picture.png(whole), "image/png")


class Filled(Inpaint):
    """Makes what is painted over anew, as the prompt says."""

    @model_validator(mode="after")
    def _said(self) -> Self:
        if not self.prompt.strip():
            raise ValueError("this model wants a prompt: what is to be there; to take something away, use Erase")
        return self


class Faithful(Upscale):
    """Stays true to the picture."""

    @model_validator(mode="after")
    def _faithful(self) -> Self:
        if self.mode == "creative":
            raise ValueError("this model invents nothing; take another for that")
        return self
