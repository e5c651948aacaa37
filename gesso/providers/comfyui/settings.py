"""What such servers must be told."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from gesso.catalog import ADDRESS, BROUGHT, MACHINE
from gesso.dialects.openai import names
from gesso.providers.comfyui.models import read
from gesso.providers.comfyui.own import Own

ADDRESSES: Final = r"^https?://[^\s,]+(, https?://[^\s,]+)*$"


def listed(told: Any) -> str:
    return names(str(told or "").replace("\n", ","))


def known(told: str) -> str:
    read(told)
    return told


class Settings(BaseModel):
    """What such a server must be told. It wants no key."""

    url: Annotated[str, BeforeValidator(listed)] = Field(
        pattern=ADDRESSES,
        title="Address",
        description="Where it answers: http://127.0.0.1:8188, say. Of several, with commas between, the least busy "
        "is asked.",
        json_schema_extra=ADDRESS,
    )
    models: Annotated[str, BeforeValidator(listed), AfterValidator(known)] = Field(
        "",
        title="Models",
        description="Files of its models, each after its folder, with commas between: checkpoints/sd15.safetensors, "
        "controlnet/depth.safetensors. A LoRA follows its model: checkpoints/sd15.safetensors + ink.safetensors:0.8. "
        "The test says what it has.",
    )
    workflows: tuple[Own, ...] = Field((), max_length=100, json_schema_extra=BROUGHT)
    poll_seconds: float = Field(0.7, gt=0, json_schema_extra=MACHINE)
    patience_seconds: float = Field(3600, gt=0, json_schema_extra=MACHINE)

    def addresses(self) -> list[str]:
        return self.url.split(", ")
