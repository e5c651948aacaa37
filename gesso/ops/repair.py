"""Repair: what is not wanted goes, what is missing comes."""

import re
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from gesso.kit.errors import Invalid
from gesso.ops.fields import ImageRef, MaskRef, Seed, Worded, needs, ui
from gesso.ops.operation import Operation, Size, Sources

FEATHER: Any = Field(
    4,
    ge=0,
    le=256,
    title="Soften the edge",
    description="How far beyond the mask the change fades out. Farther away not one byte changes.",
    json_schema_extra=ui("slider", group="mask", unit="px", step=1),
)
SEED: Any = Field(None, title="Seed", description="Another seed fills it in another way.")


class Erase(Operation):
    """Takes away what is painted over, and continues what lies around it."""

    op = "image.erase"
    rank = 12
    title = "Erase"
    capability = "edit"
    masked = True
    example = {"image": "asset", "mask": "mask"}

    image: ImageRef = Field(title="Picture")
    mask: MaskRef = Field(title="What goes", description="White is taken away. Paint a little beyond its edge.")
    feather: float = FEATHER
    seed: Seed | None = SEED

    def settled(self) -> Self:
        # Chance would make the same order come out otherwise for no gain: the first way is as good as any.
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def size(self, source: Size | None) -> Size | None:
        return source


class Inpaint(Worded, Erase):
    """Makes what is painted over anew: damage is mended, and what the prompt describes takes its place."""

    op = "image.inpaint"
    rank = 14
    title = "Inpaint and fix"

    mask: MaskRef = Field(title="What is made anew", description="White is made anew.")
    prompt: str = Field(
        "",
        max_length=10_000,
        title="Prompt",
        description="What is to be there. Left empty, it is mended from what lies around it.",
        json_schema_extra=ui("prompt"),
    )

    def words(self) -> str:
        return self.prompt


SIDES = ("left", "top", "right", "bottom")
SIDE: Any = ui("number", group="sides", unit="px", step=1, mode="side")
_RATIO = re.compile(r"(\d+(?:\.\d+)?)\s*[:/x]\s*(\d+(?:\.\d+)?)")


def ratio(text: str) -> float:
    """Width over height of "16:9", "1.91:1" or "4/5"; ValueError for anything else, and beyond 50:1."""
    found = _RATIO.fullmatch(text.strip())
    shape = float(found[1]) / float(found[2]) if found and float(found[2]) else 0.0
    if not 0.02 <= shape <= 50:
        raise ValueError("write it as width:height, such as 16:9 or 1.91:1, no longer than 50:1")
    return shape


class Outpaint(Worded, Operation):
    """Continues a picture beyond its edges. The picture itself stays as it is."""

    op = "image.outpaint"
    rank = 16
    title = "Extend"
    capability = "edit"
    sized_by = SIDES
    example = {"image": "asset", "right": 64}
    model_config = needs({"ratio": {}}, *({side: {"exclusiveMinimum": 0}} for side in SIDES))

    image: ImageRef = Field(title="Picture")
    left: int = Field(0, ge=0, le=4096, title="Left", json_schema_extra=SIDE)
    top: int = Field(0, ge=0, le=4096, title="Top", json_schema_extra=SIDE)
    right: int = Field(0, ge=0, le=4096, title="Right", json_schema_extra=SIDE)
    bottom: int = Field(0, ge=0, le=4096, title="Bottom", json_schema_extra=SIDE)
    ratio: str | None = Field(
        None,
        title="Shape",
        description="Width to height, such as 16:9. The picture is extended to it, after the sides.",
        json_schema_extra=ui("text") | {"examples": ["16:9", "1:1", "4:5", "9:16"]},
    )
    anchor: Literal["centre", "start", "end"] = Field(
        "centre",
        title="The picture stays",
        description="Where it stands in the new shape: at the left or top with start, at the right or bottom with end.",
        json_schema_extra=ui(
            "segments",
            visible_if={"ratio": "set"},
            options=[
                {"value": "centre", "title": "In the middle"},
                {"value": "start", "title": "At the start"},
                {"value": "end", "title": "At the end"},
            ],
        ),
    )
    prompt: str = Field(
        "",
        max_length=10_000,
        title="Prompt",
        description="What is to be seen there.",
        json_schema_extra=ui("prompt", advanced=True),
    )
    seed: Seed | None = SEED

    @field_validator("ratio")
    @classmethod
    def _shape(cls, text: str | None) -> str | None:
        if text is not None and text.strip():
            ratio(text)
            return text.strip()
        return None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.ratio is None and not any(getattr(self, side) for side in SIDES):
            raise ValueError("say how far to go on at one side at least, or name a shape")
        return self

    def sides(self, width: int, height: int) -> tuple[int, int, int, int]:
        """By how many pixels a picture of this size grows: left, top, right, bottom."""
        left, top, right, bottom = (getattr(self, side) for side in SIDES)
        if self.ratio is not None:
            shape = ratio(self.ratio)
            wide, high = width + left + right, height + top + bottom
            more = max(0, round(high * shape) - wide), max(0, round(wide / shape) - high)
            before = [{"centre": extra // 2, "start": 0, "end": extra}[self.anchor] for extra in more]
            left, right = left + before[0], right + more[0] - before[0]
            top, bottom = top + before[1], bottom + more[1] - before[1]
        return left, top, right, bottom

    def size(self, source: Size | None) -> Size | None:
        if source is None:
            return None
        left, top, right, bottom = self.sides(*source)
        return source[0] + left + right, source[1] + top + bottom

    def check(self, sources: Sources) -> None:
        source = sources.get(self.image)
        if source and not any(self.sides(source.width, source.height)):
            message = "the picture has this shape already"
            raise Invalid(f"ratio: {message}.", fields=[{"field": "ratio", "message": message, "kind": "nothing"}])

    def settled(self) -> Self:
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def words(self) -> str:
        return self.prompt
