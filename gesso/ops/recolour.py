"""Search: find something in a picture by words or a click, and change it."""

import re
from typing import Self

from pydantic import Field, field_validator, model_validator

from gesso.kit.errors import Invalid
from gesso.ops.fields import Colour, ImageRef, MaskRef, Prompt, Seed, needs, ui
from gesso.ops.operation import Operation, Size, Sources

_POINT = re.compile(r"\s*(\d+)\s*[,;x ]\s*(\d+)\s*")


class Search(Operation):
    """What finds something in a picture: words, a click, or a mask."""

    title = ""
    capability = "edit"
    masked = True
    model_config = needs({"find": {}}, {"click": {}}, {"mask": {}})

    image: ImageRef = Field(title="Picture")
    find: str = Field(
        "",
        max_length=1_000,
        title="What to find",
        description="Such as “the red car”. Without a model only the colour is understood.",
        json_schema_extra=ui("text"),
    )
    click: str | None = Field(
        None,
        title="Or a point on it",
        description="x,y in pixels from the top left: what is connected to it and of its colour.",
        json_schema_extra=ui("text", mode="point"),
    )
    mask: MaskRef | None = Field(None, title="Or paint it", description="White is meant.")
    tolerance: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Tolerance",
        description="How far other shades count too.",
        json_schema_extra=ui("slider", step=0.05),
    )
    feather: float = Field(
        1,
        ge=0,
        le=64,
        title="Soften the edge",
        json_schema_extra=ui("slider", unit="px", step=1, visible_if={"mask": "set"}, advanced=True),
    )

    @field_validator("click")
    @classmethod
    def _written(cls, text: str | None) -> str | None:
        if text is None or not text.strip():
            return None
        if not _POINT.fullmatch(text):
            raise ValueError("write it as x,y in pixels, such as 320,240")
        return text.strip()

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.find.strip() and self.click is None and self.mask is None:
            raise ValueError("say what to find, name a point on it, or paint it")
        return self

    def point(self) -> tuple[int, int] | None:
        found = _POINT.fullmatch(self.click) if self.click else None
        return (int(found[1]), int(found[2])) if found else None

    def size(self, source: Size | None) -> Size | None:
        return source

    def check(self, sources: Sources) -> None:
        source, point = sources.get(self.image), self.point()
        if source and point and (point[0] >= source.width or point[1] >= source.height):
            message = f"the point lies outside the picture, which is {source.width} x {source.height}"
            raise Invalid(f"click: {message}.", fields=[{"field": "click", "message": message, "kind": "misfit"}])


class Recolour(Search):
    """Gives something another colour. Its light, shade and texture stay."""

    op = "image.search_recolor"
    rank = 22
    title = "Find and recolour"
    deed = "adjustedColor"
    example = {"image": "asset", "click": "40,40", "colour": "#2060d0"}

    colour: Colour = Field("#2060d0", title="New colour")
    strength: float = Field(1, ge=0, le=1, title="Strength", json_schema_extra=ui("slider", step=0.05))


class Replace(Search):
    """Puts something else in the place of what is found."""

    op = "image.search_replace"
    rank = 24
    title = "Find and replace"
    example = {"image": "asset", "click": "40,40", "prompt": "nothing"}

    prompt: Prompt = Field(title="With what", description="“Nothing” takes it away.")
    seed: Seed | None = Field(None, title="Seed", description="Another seed fills it in another way.")

    def settled(self) -> Self:
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def words(self) -> str:
        return self.prompt
