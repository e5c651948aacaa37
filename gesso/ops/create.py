"""Create: from words, and pictures if wanted, to pictures."""

import secrets
from typing import Literal, Self

from pydantic import Field

from gesso.ops.branded import BRAND, Branded
from gesso.ops.fields import (
    NEGATIVE_WORDING,
    ImageRef,
    Prompt,
    Reference,
    Seed,
    Worded,
    Wording,
    titled,
    ui,
)
from gesso.ops.operation import Operation, Size
from gesso.ops.styled import STYLE, Styled


class Generate(Branded, Styled, Worded, Operation):
    """Makes pictures from a description."""

    op = "image.generate"
    title = "Generate"
    capability = "create"
    sized_by = ("width", "height")
    example = {"prompt": "a lighthouse at dusk", "width": 512, "height": 512, "seed": 7}

    prompt: Prompt = Field(title="Prompt", description="What the pictures show.")
    brand: str | None = BRAND
    image: ImageRef | None = Field(
        None,
        title="Start from a picture",
        description="Its composition is kept and made anew; the prompt says how.",
        json_schema_extra=ui("image", group="pictures"),
    )
    strength: float = Field(
        0.6,
        ge=0,
        le=1,
        title="Strength",
        description="How far the result may leave the start picture: 0 keeps it, 1 ignores it.",
        json_schema_extra=ui("slider", group="pictures", step=0.05, visible_if={"image": "set"}),
    )
    references: tuple[Reference, ...] = Field(
        (),
        max_length=4,
        title="References",
        description="Pictures whose look the result takes on, each by its weight.",
        json_schema_extra=ui("references", group="pictures"),
    )
    style: str | None = STYLE
    width: int = Field(1024, ge=64, le=8192, title="Width", json_schema_extra=ui("size", group="shape", unit="px"))
    height: int = Field(1024, ge=64, le=8192, title="Height", json_schema_extra=ui("size", group="shape", unit="px"))
    count: int = Field(1, ge=1, le=10, title="Images", json_schema_extra=ui("number", step=1))
    quality: Literal["draft", "standard", "premium"] = Field(
        "standard",
        title="Quality",
        description="A draft is quick, premium takes longest.",
        json_schema_extra=ui("segments", options=titled(draft="Draft", standard="Standard", premium="Premium")),
    )
    negative_prompt: str = Field(
        "",
        max_length=10_000,
        title="Leave out",
        description="What the pictures shall not show.",
        json_schema_extra=ui("text", advanced=True),
    )
    guidance: float | None = Field(
        None,
        ge=0,
        le=30,
        title="Guidance",
        description="How strictly the prompt is followed. Left empty, as the model does by itself.",
        json_schema_extra=ui("number", advanced=True, step=0.5),
    )
    steps: int | None = Field(
        None,
        ge=1,
        le=150,
        title="Steps",
        description="How long a model works on a picture. Left empty, the quality decides.",
        json_schema_extra=ui("number", advanced=True, step=1),
    )
    seed: Seed | None = Field(
        None,
        title="Seed",
        description="The same seed and prompt give the same picture. Image n takes seed + n.",
    )
    negative_wording: Wording | None = NEGATIVE_WORDING

    def settled(self) -> Self:
        if self.seed is not None:
            return self
        return self.model_copy(update={"seed": secrets.randbelow(2**32)})

    def outputs(self) -> int:
        return self.count

    def words(self) -> str:
        return self.prompt

    def size(self, source: Size | None) -> Size:
        return self.width, self.height
