"""Edit by words: say what is to change."""

from typing import Any, Self

from pydantic import Field, create_model

from gesso.ops.fields import ImageRef, MaskRef, Prompt, Seed, Worded, ui
from gesso.ops.operation import Operation


class EditByWords(Worded, Operation):
    """Changes a picture as it is told to, in words."""

    op = "image.edit"
    rank = 20
    title = "Edit by words"
    capability = "edit"
    masked = True
    example = {"image": "asset", "prompt": "warmer, more contrast, crop square"}

    image: ImageRef = Field(title="Picture")
    prompt: Prompt = Field(
        title="What is to change", description="Such as “brighter and warmer, crop to 4:5, vintage”."
    )
    mask: MaskRef | None = Field(None, title="Only here", description="White is changed. None: the whole picture.")
    feather: float = Field(
        8,
        ge=0,
        le=256,
        title="Soften the edge",
        json_schema_extra=ui("slider", unit="px", step=1, visible_if={"mask": "set"}, advanced=True),
    )
    seed: Seed | None = Field(None, title="Seed")

    def settled(self) -> Self:
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def words(self) -> str:
        return self.prompt


class EditByPictures(EditByWords):
    """Changes a picture as it is told to, in words and by other pictures."""

    references: list[ImageRef] = Field(
        [],
        max_length=15,
        title="Further pictures",
        description="Of which the words may speak: “the hat of the second picture”. This picture is the first.",
        json_schema_extra=ui("images"),
    )


def editing(most: int) -> type[EditByWords]:
    """The request of what takes so many pictures, the one that is changed among them."""
    if most < 2:
        return EditByWords
    told = EditByPictures.model_fields["references"]
    field: Any = Field(
        [], max_length=most - 1, title=told.title, description=told.description, json_schema_extra=ui("images")
    )
    return create_model(
        "EditByPictures", __base__=EditByPictures, __doc__=EditByPictures.__doc__, references=(list[ImageRef], field)
    )


def further(request: EditByWords) -> list[ImageRef]:
    """The pictures that are named beside the one that is changed."""
    return list(getattr(request, "references", ()))
