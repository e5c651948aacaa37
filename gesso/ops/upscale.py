"""Upscale: the same picture, larger."""

from typing import Literal

from pydantic import Field

from gesso.ops.fields import ImageRef, ui
from gesso.ops.operation import Operation


class Upscale(Operation):
    """Makes a picture two, four or eight times as wide and high."""

    op = "image.upscale"
    title = "Upscale"
    capability = "upscale"
    example = {"image": "asset", "factor": 2}

    image: ImageRef
    factor: Literal[2, 4, 8] = Field(2, json_schema_extra=ui("segments", unit="×"))
