"""Upscale: the same picture, larger."""

from typing import Literal

from pydantic import Field

from gesso.ops.fields import ImageRef, ui
from gesso.ops.operation import Operation, Size


class Upscale(Operation):
    """Makes a picture two, four or eight times as wide and high."""

    op = "image.upscale"
    title = "Upscale"
    capability = "upscale"
    sized_by = ("factor",)
    example = {"image": "asset", "factor": 2}

    image: ImageRef = Field(title="Picture")
    factor: Literal[2, 4, 8] = Field(
        2,
        title="Factor",
        description="How many times as wide and as high.",
        json_schema_extra=ui(
            "segments",
            unit="×",
            options=[{"value": factor, "title": f"{factor}×"} for factor in (2, 4, 8)],
        ),
    )

    def size(self, source: Size | None) -> Size | None:
        return source and (source[0] * self.factor, source[1] * self.factor)
