"""Edit: from one picture to a better one."""

from pydantic import Field

from gesso.ops.fields import Backdrop, Box, ImageRef, MaskRef, ui
from gesso.ops.operation import Operation, Size


class RemoveBackground(Operation):
    """Keeps the subject and makes everything else transparent, or puts another background behind it."""

    op = "image.remove_background"
    rank = 10
    title = "Remove background"
    capability = "edit"
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
