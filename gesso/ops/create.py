"""Create: from words to pictures."""

import secrets
from typing import Literal, Self

from pydantic import Field

from gesso.ops.fields import Prompt, Seed, ui
from gesso.ops.operation import Operation


class Generate(Operation):
    """Makes pictures from a description."""

    op = "image.generate"
    title = "Generate"
    capability = "create"
    example = {"prompt": "a lighthouse at dusk", "width": 512, "height": 512, "seed": 7}

    prompt: Prompt
    negative_prompt: str = Field("", max_length=10_000, title="Leave out", json_schema_extra=ui("text", advanced=True))
    width: int = Field(1024, ge=64, le=8192, json_schema_extra=ui("size", group="shape", unit="px"))
    height: int = Field(1024, ge=64, le=8192, json_schema_extra=ui("size", group="shape", unit="px"))
    count: int = Field(1, ge=1, le=10, title="Images", json_schema_extra=ui("number"))
    seed: Seed | None = Field(
        None,
        title="Seed",
        description="The same seed and prompt give the same picture. Image n takes seed + n.",
    )
    style: str | None = Field(None, max_length=100, json_schema_extra=ui("styles"))
    quality: Literal["draft", "standard", "premium"] = Field("standard", json_schema_extra=ui("segments"))

    def settled(self) -> Self:
        if self.seed is not None:
            return self
        return self.model_copy(update={"seed": secrets.randbelow(2**32)})

    def outputs(self) -> int:
        return self.count

    def words(self) -> str:
        return self.prompt
