"""The vocabulary of requests: each type knows the widget that asks for it (`x-ui` in the JSON Schema)."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal
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
        "images",
        "mask",
        "video",
        "audio",
        "mesh",
        "box",
        "region",
        "number",
        "slider",
        "colour",
        "seed",
        "size",
        "select",
        "segments",
        "list",
        "switch",
        "styles",
        "brand",
        "references",
        "guides",
        "backdrop",
        "hidden",
    }
)
"""A `hidden` one is asked for by no control: a page or a program fills it in beside another field."""


def ui(
    widget: str,
    *,
    group: str = "",
    order: int = 0,
    advanced: bool = False,
    unit: str = "",
    step: float = 0,
    visible_if: Mapping[str, str | list[str]] | None = None,
    options: Iterable[Mapping[str, Any]] = (),
    mode: str = "",
) -> dict[str, Any]:
    """The hint that a form is drawn from: `Field(json_schema_extra=ui("slider", unit="px"))`.

    group       fields of one group stand together.
    order       the place in the form, from 1; without it, as declared.
    unit        what the number counts.
    step        between two values of a slider or number.
    visible_if  the field makes sense only then: `{"image": "set"}` while `image` has a value, else
                `{"kind": "blur"}` while `kind` is that.
    options     the choices as people read them: `{"value": ..., "title": ...}`, where there is one with the
                address of a `picture` of it.
    mode        how it is set on the picture itself. A mask: `"trimap"` has strokes that keep and strokes that remove.
                Words: a `"point"`, the four `"corners"` of something, the `"words"` of a box. A number: the
                `"direction"` of a light and its `"height"`, the `"tilt"` of a crop, the `"side"` of an extension. A
                box: `"crop"`. Not there: the `"end"` of a film, a `"typeface"`.
    """
    if widget not in WIDGETS:
        raise ValueError(f"No widget is named {widget!r}.")
    hint = {
        "widget": widget,
        "group": group,
        "order": order,
        "advanced": advanced,
        "unit": unit,
        "step": step,
        "visible_if": dict(visible_if or {}),
        "options": [dict(option) for option in options],
        "mode": mode,
    }
    return {"x-ui": {key: value for key, value in hint.items() if value}}


def needs(*alternatives: Mapping[str, Any]) -> ConfigDict:
    """What a form has to bring, in one way or another: `model_config = needs({"find": {}}, {"mask": {}})`.

    Each alternative names fields that are set, or what of JSON Schema holds for them (`const`, `not`,
    `exclusiveMinimum`); one with a `const` need not be set, since its default may be just that.
    """
    ways: list[Any] = [
        {
            "required": [name for name, told in way.items() if not {"const", "not"} & set(told)],
            "properties": {name: told for name, told in way.items() if told},
        }
        for way in alternatives
    ]
    return ConfigDict(json_schema_extra={"anyOf": ways})


def titled(**titles: str) -> list[dict[str, str]]:
    """The options of a choice, by their values: `titled(draft="Draft", standard="Standard")`."""
    return [{"value": value, "title": title} for value, title in titles.items()]


class Form(BaseModel):
    """A frozen piece of a request whose JSON Schema a form can be drawn from: the whole `x-ui` hint of every field
    stands at the field itself, with its place in the form."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        told = handler(schema)
        for place, field in enumerate(handler.resolve_ref_schema(told).get("properties", {}).values(), 1):
            field["x-ui"] = {"order": place} | _hint(field, handler) | field.get("x-ui", {})
        return told


def _hint(field: Mapping[str, Any], handler: GetJsonSchemaHandler) -> dict[str, Any]:
    """What the type of a field, or its one alternative to null, says of its widget."""
    for choice in field.get("anyOf", [field]):
        found: dict[str, Any] = handler.resolve_ref_schema(choice).get("x-ui", {})
        if found:
            return found
    return {}


class AssetRef(UUID):
    """The id of an asset. Being a type of its own, it is found, checked and shown as a picker.

    `kind` is what the asset has to be, as in `Operation.makes`.
    """

    kind: ClassVar[str] = "image"
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


LATER: Final = AssetRef("00000000-0000-7000-8000-000000000000")
"""Stands, in an estimate, for a picture that is still to be uploaded; no asset has this id."""


class ImageRef(AssetRef):
    widget = "image"


class MaskRef(AssetRef):
    widget = "mask"


class VideoRef(AssetRef):
    kind = widget = "video"


class AudioRef(AssetRef):
    kind = widget = "audio"


class MeshRef(AssetRef):
    kind = widget = "mesh"


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


class Region(Box):
    """A part of a picture that is tried before the whole; `of` is the size of that."""

    of: tuple[int, int] | None = None

    def within(self, width: int, height: int) -> "Region":
        """What of it is on a picture of this size."""
        left, top = min(self.x, width - 1), min(self.y, height - 1)
        return Region(
            x=left,
            y=top,
            width=min(self.width, width - left),
            height=min(self.height, height - top),
            of=(width, height),
        )


class Reference(Form):
    """A picture whose look is taken on, and how strongly."""

    image: ImageRef = Field(title="Picture")
    weight: float = Field(0.5, ge=0, le=1, title="Weight", json_schema_extra=ui("slider", step=0.05))


Colour = Annotated[
    str,
    StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True),
    Field(json_schema_extra=ui("colour")),
]


class ColourBackdrop(Form):
    """One colour."""

    kind: Literal["colour"] = Field(title="Kind", json_schema_extra=ui("select"))
    colour: Colour = Field(title="Colour")


class GradientBackdrop(Form):
    """From one colour to another."""

    kind: Literal["gradient"] = Field(title="Kind", json_schema_extra=ui("select"))
    start: Colour = Field(title="From")
    end: Colour = Field(title="To")
    angle: float = Field(
        180,
        ge=0,
        le=360,
        title="Angle",
        description="0 runs upwards, 90 to the right, 180 downwards.",
        json_schema_extra=ui("slider", unit="°", step=1),
    )


class ImageBackdrop(Form):
    """Another picture."""

    kind: Literal["image"] = Field(title="Kind", json_schema_extra=ui("select"))
    image: ImageRef = Field(title="Picture")
    fit: Literal["cover", "contain", "tile"] = Field(
        "cover",
        title="Fit",
        description="Cover fills the frame and crops what is over; contain shows it whole, before a blurred copy; "
        "tile repeats it.",
        json_schema_extra=ui("segments", options=titled(cover="Cover", contain="Contain", tile="Tile")),
    )


class BlurBackdrop(Form):
    """The picture's own background, out of focus."""

    kind: Literal["blur"] = Field(title="Kind", json_schema_extra=ui("select"))
    radius: float = Field(24, ge=1, le=128, title="Radius", json_schema_extra=ui("slider", unit="px", step=1))


class TemplateBackdrop(Form):
    """A ready-made one."""

    kind: Literal["template"] = Field(title="Kind", json_schema_extra=ui("select"))
    name: Literal[
        "studio_white",
        "studio_grey",
        "studio_warm",
        "studio_dark",
        "podium",
        "bokeh",
        "beach",
        "forest",
        "city",
        "mountains",
        "sunset",
    ] = Field(
        "studio_white",
        title="Template",
        json_schema_extra=ui(
            "select",
            options=titled(
                studio_white="White studio",
                studio_grey="Grey studio",
                studio_warm="Warm studio",
                studio_dark="Dark studio",
                podium="Podium",
                bokeh="Lights at night",
                beach="Beach",
                forest="Forest",
                city="City at night",
                mountains="Mountains",
                sunset="Sunset",
            ),
        ),
    )


Backdrop = Annotated[
    ColourBackdrop | GradientBackdrop | ImageBackdrop | BlurBackdrop | TemplateBackdrop,
    Field(discriminator="kind", json_schema_extra=ui("backdrop")),
]
Prompt = Annotated[
    str,
    StringConstraints(min_length=1, max_length=10_000, strip_whitespace=True),
    Field(json_schema_extra=ui("prompt")),
]
Seed = Annotated[int, Field(ge=0, lt=2**32, json_schema_extra=ui("seed", advanced=True))]
Wording = Annotated[str, StringConstraints(max_length=10_000), Field(json_schema_extra=ui("hidden", advanced=True))]
Variables = Annotated[
    dict[
        Annotated[str, StringConstraints(max_length=60)],
        Annotated[str, StringConstraints(max_length=2_000)],
    ],
    Field(max_length=40, json_schema_extra=ui("hidden", advanced=True)),
]
Roll = Annotated[int, Field(ge=0, lt=2**32, json_schema_extra=ui("hidden", advanced=True))]

WORDING: Any = Field(
    None,
    title="Source of the prompt",
    description="What the prompt was before its wildcards were drawn. Written by the studio.",
)
NEGATIVE_WORDING: Any = Field(
    None,
    title="Source of what is left out",
    description="What was to be left out before its wildcards were drawn. Written by the studio.",
)
VARIABLES: Any = Field(None, title="Variables", description="Values for the {names} in the prompt.")
ROLL: Any = Field(
    None,
    title="Roll",
    description="Draws the wildcards of the prompt: the same roll gives the same words. Without one, the seed does.",
)


class Worded(Form):
    """A request whose prompt may have wildcards: `ops.wildcards` resolves them before anybody sees it, by these."""

    wording: Wording | None = WORDING
    variables: Variables | None = VARIABLES
    roll: Roll | None = ROLL
