"""The vocabulary of requests: each type knows the widget that asks for it (`x-ui` in the JSON Schema)."""

from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

WIDGETS: Final = frozenset(
    {
        "prompt",
        "text",
        "image",
        "mask",
        "box",
        "number",
        "seed",
        "size",
        "select",
        "segments",
        "switch",
        "styles",
    }
)


def ui(widget: str, *, group: str = "", order: int = 0, advanced: bool = False, unit: str = "") -> dict[str, Any]:
    """The hint that a form is drawn from: `Field(json_schema_extra=ui("number", unit="px"))`."""
    if widget not in WIDGETS:
        raise ValueError(f"No widget is named {widget!r}.")
    hint = {"widget": widget, "group": group, "order": order, "advanced": advanced, "unit": unit}
    return {"x-ui": {key: value for key, value in hint.items() if value}}


class AssetRef(UUID):
    """The id of an asset. Being a type of its own, it is found, checked and shown as a picker."""

    widget: ClassVar[str] = "image"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            lambda value: cls(int=value.int),
            core_schema.uuid_schema(),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "format": "uuid", **ui(cls.widget)}


class ImageRef(AssetRef):
    widget = "image"


class MaskRef(AssetRef):
    widget = "mask"


class Box(BaseModel):
    """A rectangle in pixels of the picture as it is shown (after EXIF orientation), from its top left corner."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=ui("box"))

    x: int = Field(ge=0)
    y: int = Field(ge=0)
    width: int = Field(ge=1)
    height: int = Field(ge=1)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """Also takes "x,y,width,height" and [x, y, width, height], which are easier to type."""
        if isinstance(value, str):
            value = value.split(",")
        if isinstance(value, list | tuple) and len(value) == 4:
            return dict(zip(("x", "y", "width", "height"), value, strict=True))
        return value


Prompt = Annotated[
    str,
    StringConstraints(min_length=1, max_length=10_000, strip_whitespace=True),
    Field(json_schema_extra=ui("prompt")),
]
Seed = Annotated[int, Field(ge=0, lt=2**32, json_schema_extra=ui("seed", advanced=True))]
