"""Filters: looks, blurs, paint, distortion, texture."""

from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from gesso.imaging import filters
from gesso.ops.fields import ImageRef, MaskRef, Seed, needs, ui
from gesso.ops.operation import Operation, Size

_CHOICE: dict[str, Any] = {
    "enum": list(filters.SHELF),
    **ui("select", options=[{"value": one.name, "title": one.title} for one in filters.SHELF.values()]),
}


class Filter(Operation):
    """Puts a filter over a picture, or several one after another."""

    op = "image.filter"
    rank = 32
    title = "Filter"
    capability = "edit"
    deed = "filtered"
    masked = True
    example = {"image": "asset", "filter": "vintage"}
    model_config = needs({"filter": {"not": {"const": "own"}}}, {"texture": {}})

    image: ImageRef = Field(title="Picture")
    filter: str = Field("vintage", title="Filter", json_schema_extra=_CHOICE)
    strength: float = Field(1, ge=0, le=1, title="Strength", json_schema_extra=ui("slider", step=0.05))
    settings: str = Field(
        "",
        max_length=500,
        title="Settings",
        description="Of this filter, such as “amount=0.8 grain=0.2”; what there is stands in the reference.",
        json_schema_extra=ui("text", advanced=True),
    )
    then: str = Field(
        "",
        max_length=2_000,
        title="Then",
        description="More filters, in this order: “grain amount=0.4, vignette strength=0.5”.",
        json_schema_extra=ui("text"),
    )
    texture: ImageRef | None = Field(
        None,
        title="Texture",
        description="What “Your texture” lays over the picture.",
        json_schema_extra=ui("image", visible_if={"filter": "own"}),
    )
    mask: MaskRef | None = Field(None, title="Only here", description="White is changed. None: the whole picture.")
    feather: float = Field(
        8,
        ge=0,
        le=256,
        title="Soften the edge",
        json_schema_extra=ui("slider", unit="px", step=1, visible_if={"mask": "set"}, advanced=True),
    )
    seed: Seed | None = Field(None, title="Seed", description="Of grain, paper and paint.")

    @field_validator("then", mode="after")
    @classmethod
    def _known(cls, text: str) -> str:
        filters.read(text)
        return text

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.filter == "own" and self.texture is None:
            raise ValueError("choose the picture that is to be the texture")
        self.chain()
        return self

    def chain(self) -> tuple[filters.Link, ...]:
        """The filters, in their order."""
        first = filters.read(f"{self.filter} {self.settings} strength={self.strength:.4f}")
        if len(first) != 1:
            raise ValueError("settings are of one filter; others go after it")
        return first + filters.read(self.then)

    def size(self, source: Size | None) -> Size | None:
        return source

    def settled(self) -> Self:
        return self if self.seed is not None else self.model_copy(update={"seed": 0})
