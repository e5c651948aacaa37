"""Upscale: the same picture, larger."""

from typing import Final, Literal

from pydantic import Field

from gesso.kit.errors import Invalid
from gesso.ops.fields import ImageRef, Seed, titled, ui
from gesso.ops.operation import Operation, Size, Sources

PRESETS: Final = {"web": 2560, "social": 2160, "print": 4961}
"""The long side in pixels: a page's full width on a fine screen, twice a feed's 1080, A3 at 300 dots an inch."""


class Upscale(Operation):
    """Makes a picture two, four or eight times as wide and high, or as large as it is needed."""

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
    preset: Literal["none", "web", "social", "print"] = Field(
        "none",
        title="For",
        description="Sets the size instead of the factor: web 2560, social 2160, print 4961 pixels (A3 at 300 dpi) on "
        "the long side.",
        json_schema_extra=ui("segments", options=titled(none="The factor", web="Web", social="Social", print="Print")),
    )
    target: int | None = Field(
        None,
        ge=16,
        le=30_000,
        title="Long side",
        description="In pixels; goes before factor and preset.",
        json_schema_extra=ui("number", unit="px", step=1, advanced=True),
    )
    mode: Literal["conservative", "creative"] = Field(
        "conservative",
        title="Detail",
        description="Conservative stays true to the picture; creative invents fine texture and grain.",
        json_schema_extra=ui("segments", options=titled(conservative="Conservative", creative="Creative")),
    )
    creativity: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Creativity",
        json_schema_extra=ui("slider", step=0.05, visible_if={"mode": "creative"}),
    )
    denoise: float = Field(
        0,
        ge=0,
        le=1,
        title="Remove noise first",
        description="Also softens what a JPEG's compression left.",
        json_schema_extra=ui("slider", step=0.05, advanced=True),
    )
    prompt: str = Field(
        "",
        max_length=10_000,
        title="Prompt",
        description="What the picture shows, for a model that wants to know.",
        json_schema_extra=ui("prompt", advanced=True),
    )
    seed: Seed | None = Field(None, title="Seed", description="Of what is invented.")

    def settled(self) -> "Upscale":
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def goal(self, width: int, height: int) -> tuple[int, Size]:
        """The factor to work with, and the size of the result."""
        long = self.target or PRESETS.get(self.preset)
        if long is None:
            return self.factor, (width * self.factor, height * self.factor)
        scale = long / max(width, height)
        factor = next((factor for factor in (2, 4, 8) if factor >= scale), 8)
        return factor, (max(1, round(width * scale)), max(1, round(height * scale)))

    def size(self, source: Size | None) -> Size | None:
        return source and self.goal(*source)[1]

    def check(self, sources: Sources) -> None:
        source = sources.get(self.image)
        long = self.target or PRESETS.get(self.preset)
        if source is None or long is None:
            return
        has = max(source.width, source.height)
        field = "target" if self.target else "preset"
        if has >= long:
            message = f"the picture's long side is {has} pixels already, and {long} are asked for"
        elif long > 8 * has:
            message = f"{long} pixels are more than eight times the picture's {has}"
        else:
            return
        raise Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])
