"""Edit: from one picture to a better one."""

from typing import Self

from pydantic import Field, model_validator

from gesso.ops.fields import Backdrop, Box, ImageRef, MaskRef, needs, ui
from gesso.ops.operation import Operation, Size


class RemoveBackground(Operation):
    """Keeps the subject and makes everything else transparent, or puts another background behind it."""

    op = "image.remove_background"
    rank = 10
    title = "Remove background"
    capability = "edit"
    adds = False
    example = {"image": "asset"}

    image: ImageRef = Field(title="Picture")
    background: Backdrop | None = Field(
        None,
        title="New background",
        description="What stands behind the subject instead. None: it is transparent.",
    )
    box: Box | None = Field(None, title="Around the subject", description="Nothing outside the box is kept.")
    mask: MaskRef | None = Field(
        None,
        title="Keep and remove",
        description="A trimap of the picture's size: white is kept, black is removed, mid-grey or transparent "
        "is left to the method. A few strokes are enough.",
        json_schema_extra=ui("mask", mode="trimap"),
    )
    feather: float = Field(
        0,
        ge=0,
        le=64,
        title="Soften the edge",
        json_schema_extra=ui("slider", group="edge", unit="px", step=0.5),
    )
    shift: float = Field(
        0,
        ge=-64,
        le=64,
        title="Move the edge",
        description="Positive grows the subject.",
        json_schema_extra=ui("slider", group="edge", unit="px", step=0.5, advanced=True),
    )
    decontaminate: bool = Field(
        True,
        title="Clean the edge colours",
        description="Takes the old background's colour out of hair and soft edges.",
        json_schema_extra=ui("switch", group="edge", advanced=True),
    )

    def size(self, source: Size | None) -> Size | None:
        return source


class SwapFace(Operation):
    """Puts the face of another picture on a person in this one."""

    op = "image.face_swap"
    rank = 26
    title = "Swap a face"
    capability = "edit"
    example = {
        "image": "asset",
        "face": "asset",
        "consent": True,
        "box": {"x": 60, "y": 40, "width": 120, "height": 160},
        "face_box": {"x": 60, "y": 40, "width": 120, "height": 160},
    }
    model_config = needs({"consent": {"const": True}})

    image: ImageRef = Field(title="Picture")
    face: ImageRef = Field(title="The new face", description="A picture of one person, seen from the front.")
    consent: bool = Field(
        False,
        title="Both have agreed",
        description="Whose face it is, and who is in the picture. That you said so is kept with the run.",
        json_schema_extra=ui("switch"),
    )
    index: int = Field(
        0,
        ge=0,
        le=10,
        title="Which person",
        description="Where several are in the picture: 0 has the largest face.",
        json_schema_extra=ui("number", step=1, advanced=True),
    )
    box: Box | None = Field(None, title="The face here", description="Where it is, if it is not found by itself.")
    face_box: Box | None = Field(
        None,
        title="The face there",
        description="Where the new face is in its picture, if it is not found by itself.",
        json_schema_extra=ui("box", advanced=True),
    )

    @model_validator(mode="after")
    def _agreed(self) -> Self:
        if not self.consent:
            raise ValueError("say first that both people have agreed")
        return self

    def size(self, source: Size | None) -> Size | None:
        return source
