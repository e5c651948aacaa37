"""What requests to several providers have in common."""

from collections.abc import Callable
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from gesso.catalog.finish import matted
from gesso.catalog.ground import placed
from gesso.catalog.offer import Reading
from gesso.imaging import picture
from gesso.kit.errors import Invalid
from gesso.kit.media import Media
from gesso.ops import Operation, Size, Sources
from gesso.ops.create import Generate
from gesso.ops.edit import RemoveBackground, SwapFace
from gesso.ops.fields import ui
from gesso.ops.repair import Inpaint
from gesso.ops.transform import LONGEST, Animate, Avatar, Reach, Shoot
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

    able = ("conservative",)

    @model_validator(mode="after")
    def _faithful(self) -> Self:
        if self.mode == "creative":
            raise ValueError("this model invents nothing; take another for that")
        return self


class Words(Generate):
    """From words alone."""

    starts: ClassVar[bool] = False
    shows: ClassVar[int] = 0

    @model_validator(mode="after")
    def _takes(self) -> Self:
        if self.image is not None and not self.starts:
            raise ValueError("this model does not start from a picture")
        if len(self.references) > self.shows:
            most = f"at most {self.shows} pictures" if self.shows else "no picture"
            raise ValueError(f"this model takes {most} as references")
        return self


class Started(Words):
    """From words, or words and a picture."""

    starts = True


class Moved(Animate):
    """What happens is told in words."""

    @model_validator(mode="after")
    def _said(self) -> Self:
        if not self.prompt.strip():
            raise ValueError("this model wants a prompt: what happens")
        return self


class Ended(Moved, Reach):
    """What happens is told in words, and with what it ends by a picture."""


class Upright(Shoot):
    """From words alone, wide or tall."""

    aspect: Literal["16:9", "9:16"] = Field(
        "16:9",
        title="Shape",
        json_schema_extra=ui("segments", options=[{"value": shape, "title": shape} for shape in ("16:9", "9:16")]),
    )


class Talking(Avatar):
    """Speaks as a model has learnt it from many people."""

    most: ClassVar[float] = LONGEST
    marks: ClassVar[bool] = True

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.mask is not None and not self.marks:
            raise ValueError("this model moves what it likes; for a mask take another")
        return self

    def check(self, sources: Sources) -> None:
        super().check(sources)
        if (self.lasts(sources) or 0) > self.most:
            field = "audio" if self.audio else "script"
            message = f"this model speaks for {self.most:.0f} seconds at most"
            raise Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "too_long"}])


class Swapped(SwapFace):
    """Finds the faces by itself."""

    several: ClassVar[bool] = True

    @model_validator(mode="after")
    def _first(self) -> Self:
        if self.index and not self.several:
            raise ValueError("this model takes the largest face; for another take another model")
        return self


def size_of(media: Media) -> Size:
    return media.facts["width"], media.facts["height"]


def ignores(*names: str) -> Callable[[Any], Reading]:
    """Those of these fields that were set to something, and will make no difference."""

    def read(request: Operation) -> Reading:
        kind = type(request).model_fields
        return Reading(
            ignored=tuple(name for name in names if getattr(request, name) not in (kind[name].default, None))
        )

    return read
