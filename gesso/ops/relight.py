"""Relight: another background, and light that comes from there."""

from typing import Self

from pydantic import Field

from gesso.ops.fields import Backdrop, Colour, ImageRef, Seed, Worded, ui
from gesso.ops.operation import Operation, Size


class Relight(Worded, Operation):
    """Lights a picture anew, before its own background or another one, with colours and a shadow that belong there."""

    op = "image.relight"
    rank = 18
    title = "Replace background and relight"
    capability = "edit"
    example = {
        "image": "asset",
        "direction": 300,
        "background": {"kind": "gradient", "start": "#2b3a67", "end": "#f2a65a"},
    }

    image: ImageRef = Field(title="Picture")
    background: Backdrop | None = Field(
        None, title="New background", description="What stands behind the subject instead. None: the picture's own."
    )
    prompt: str = Field(
        "",
        max_length=10_000,
        title="Or describe it",
        description="A scene behind the subject, such as “a beach at sunset”.",
        json_schema_extra=ui("prompt", visible_if={"background": "unset"}),
    )
    direction: float = Field(
        315,
        ge=0,
        le=360,
        title="Light from",
        description="0 is above, 90 the right, 180 below, 270 the left.",
        json_schema_extra=ui("slider", unit="°", step=5, group="light", mode="direction"),
    )
    height: float = Field(
        0.4,
        ge=0,
        le=1,
        title="From the front",
        description="0 skims the subject, 1 comes from where the viewer is.",
        json_schema_extra=ui("slider", step=0.05, group="light", mode="height"),
    )
    strength: float = Field(0.6, ge=0, le=1, title="Light", json_schema_extra=ui("slider", step=0.05, group="light"))
    colour: Colour = Field("#fff1d6", title="Colour of the light", json_schema_extra=ui("colour", group="light"))
    harmony: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Match the colours",
        description="How far the subject takes on the tones of its new background.",
        json_schema_extra=ui("slider", step=0.05, group="place"),
    )
    shadow: float = Field(
        0.5, ge=0, le=1, title="Shadow", json_schema_extra=ui("slider", step=0.05, group="place", advanced=True)
    )
    seed: Seed | None = Field(None, title="Seed", description="Of the scene.")

    def size(self, source: Size | None) -> Size | None:
        return source

    def settled(self) -> Self:
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def words(self) -> str:
        return self.prompt
