"""Adjust: the same picture, cut, turned, lit and labelled."""

import math
import re
from typing import Any, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from gesso.kit.errors import Invalid
from gesso.ops.fields import Box, Colour, ImageRef, MaskRef, Seed, needs, titled, ui
from gesso.ops.operation import Operation, Size, Sources
from gesso.ops.repair import ratio

MASK: Any = Field(None, title="Only here", description="White is changed. None: the whole picture.")


class Crop(Operation):
    """Cuts a part out of a picture."""

    op = "image.crop"
    rank = 34
    title = "Crop"
    capability = "edit"
    deed = "cropped"
    sized_by = ("box", "ratio", "angle")
    example = {"image": "asset", "ratio": "1:1"}
    model_config = needs({"ratio": {}}, {"box": {}}, {"angle": {"not": {"const": 0}}})

    image: ImageRef = Field(title="Picture")
    box: Box | None = Field(None, title="What stays", json_schema_extra=ui("box", mode="crop"))
    angle: float = Field(
        0,
        ge=-45,
        le=45,
        title="Straighten",
        description="Degrees clockwise, around the middle, before it is cut. What a box shows beside the picture then "
        "is transparent; without one, no corner is empty.",
        json_schema_extra=ui("slider", unit="°", step=0.1, mode="tilt"),
    )
    ratio: str | None = Field(
        None,
        title="Shape",
        description="Width to height, such as 4:5 or 1.91:1: the largest part of that shape stays.",
        json_schema_extra=ui("text") | {"examples": ["1:1", "4:5", "16:9", "9:16", "3:2"]},
    )
    focus_x: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Focus across",
        description="The shape lies around this point: 0 is the left edge, 1 the right.",
        json_schema_extra=ui("slider", step=0.01, visible_if={"ratio": "set"}),
    )
    focus_y: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Focus down",
        description="0 is the top, 1 the bottom.",
        json_schema_extra=ui("slider", step=0.01, visible_if={"ratio": "set"}),
    )

    @field_validator("ratio")
    @classmethod
    def _shape(cls, text: str | None) -> str | None:
        if text is not None and text.strip():
            ratio(text)
            return text.strip()
        return None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.box is None and self.ratio is None and not self.angle:
            raise ValueError("draw a box, or name a shape such as 1:1")
        return self

    def part(self, width: int, height: int) -> tuple[int, int, int, int]:
        """What stays of a picture of this size: left, top, width, height."""
        left, top, wide, high = 0, 0, width, height
        if self.box is None and self.angle:
            turn = math.radians(abs(self.angle))
            cos, sin = math.cos(turn), math.sin(turn)
            shrunk = min(width / (width * cos + height * sin), height / (width * sin + height * cos))
            wide, high = max(1, int(width * shrunk)), max(1, int(height * shrunk))
            left, top = (width - wide) // 2, (height - high) // 2
        if self.box is not None:
            left, top = min(self.box.x, width - 1), min(self.box.y, height - 1)
            wide, high = min(self.box.width, width - left), min(self.box.height, height - top)
        if self.ratio is None:
            return left, top, wide, high
        shape = ratio(self.ratio)
        across, down = min(wide, max(1, round(high * shape))), min(high, max(1, round(wide / shape)))
        x, y = round(self.focus_x * wide - across / 2), round(self.focus_y * high - down / 2)
        return left + min(max(x, 0), wide - across), top + min(max(y, 0), high - down), across, down

    def size(self, source: Size | None) -> Size | None:
        return source and self.part(*source)[2:]


class Rotate(Operation):
    """Turns, straightens or mirrors a picture."""

    op = "image.rotate"
    rank = 36
    title = "Rotate and straighten"
    capability = "edit"
    deed = "orientation"
    example = {"image": "asset", "turn": 90}

    image: ImageRef = Field(title="Picture")
    turn: Literal[0, 90, 180, 270] = Field(
        0,
        title="Quarter turns",
        description="Clockwise. Every pixel keeps its value.",
        json_schema_extra=ui("segments", options=[{"value": turn, "title": f"{turn}°"} for turn in (0, 90, 180, 270)]),
    )
    flip: Literal["none", "horizontal", "vertical"] = Field(
        "none",
        title="Mirror",
        json_schema_extra=ui(
            "segments", options=titled(none="No", horizontal="Left and right", vertical="Up and down")
        ),
    )
    angle: float = Field(
        0,
        ge=-45,
        le=45,
        title="Straighten",
        description="Degrees clockwise.",
        json_schema_extra=ui("slider", unit="°", step=0.1),
    )
    auto: bool = Field(
        False,
        title="Straighten by its lines",
        description="Finds a horizon or walls and makes them level or upright.",
        json_schema_extra=ui("switch"),
    )
    corners: Literal["crop", "expand", "keep"] = Field(
        "crop",
        title="Corners",
        description="Crop leaves no empty corner, expand shows the whole picture, keep its size.",
        json_schema_extra=ui("segments", options=titled(crop="Crop", expand="Expand", keep="Keep the size")),
    )
    ground: Colour | None = Field(None, title="Colour of empty corners", description="None: they are transparent.")


class Perspective(Operation):
    """Makes lines parallel that fall together, or shows a slanted surface straight on."""

    op = "image.perspective"
    rank = 38
    title = "Perspective"
    capability = "edit"
    example = {"image": "asset", "vertical": 0.2}

    image: ImageRef = Field(title="Picture")
    vertical: float = Field(
        0,
        ge=-1,
        le=1,
        title="Upright lines",
        description="Positive widens the top, negative the bottom.",
        json_schema_extra=ui("slider", step=0.01),
    )
    horizontal: float = Field(
        0,
        ge=-1,
        le=1,
        title="Level lines",
        description="Positive widens the left, negative the right.",
        json_schema_extra=ui("slider", step=0.01),
    )
    corners: str | None = Field(
        None,
        title="Four corners",
        description="Of a slanted surface, clockwise from its top left, in pixels: 40,30 610,55 590,420 30,400.",
        json_schema_extra=ui("text", advanced=True, mode="corners"),
    )

    @field_validator("corners")
    @classmethod
    def _four(cls, text: str | None) -> str | None:
        if text is None or not text.strip():
            return None
        if len(_points(text)) != 4:
            raise ValueError("write four corners as x,y with blanks between: 40,30 610,55 590,420 30,400")
        return text.strip()

    def points(self) -> tuple[tuple[float, float], ...]:
        """The four corners, x and y; none where none are named."""
        return _points(self.corners) if self.corners else ()

    def check(self, sources: Sources) -> None:
        source = sources.get(self.image)
        for x, y in self.points() if source else ():
            if source and not (-source.width <= x <= 2 * source.width and -source.height <= y <= 2 * source.height):
                message = f"{x:g},{y:g} is far outside the picture, which is {source.width} x {source.height}"
                raise Invalid(
                    f"corners: {message}.", fields=[{"field": "corners", "message": message, "kind": "misfit"}]
                )


def _points(text: str) -> tuple[tuple[float, float], ...]:
    number = r"(-?\d+(?:\.\d+)?)"
    return tuple((float(x), float(y)) for x, y in re.findall(rf"{number}\s*,\s*{number}", text))


def _amount(title: str, description: str = "", *, low: float = -1, group: str, advanced: bool = False) -> Any:
    hint = ui("slider", step=0.01, group=group, advanced=advanced)
    return Field(0, ge=low, le=1, title=title, description=description or None, json_schema_extra=hint)


class Adjust(Operation):
    """Light, colour and detail of a picture."""

    op = "image.adjust"
    rank = 30
    title = "Adjust"
    capability = "edit"
    deed = "adjustedColor"
    masked = True
    example = {"image": "asset", "exposure": 0.3, "contrast": 0.2}

    image: ImageRef = Field(title="Picture")
    exposure: float = Field(
        0, ge=-4, le=4, title="Exposure", json_schema_extra=ui("slider", step=0.05, group="light", unit="EV")
    )
    brightness: float = _amount("Brightness", group="light")
    contrast: float = _amount("Contrast", group="light")
    highlights: float = _amount("Highlights", group="light")
    shadows: float = _amount("Shadows", group="light")
    whites: float = _amount("Whites", group="light", advanced=True)
    blacks: float = _amount("Blacks", group="light", advanced=True)
    temperature: float = _amount("Temperature", "Positive is warmer.", group="colour")
    tint: float = _amount("Tint", "Positive is pinker, negative greener.", group="colour", advanced=True)
    saturation: float = _amount("Saturation", "-1 is black and white.", group="colour")
    vibrance: float = _amount("Vibrance", "Saturation, most where colours are dull.", group="colour")
    hue: float = Field(
        0,
        ge=-180,
        le=180,
        title="Hue",
        json_schema_extra=ui("slider", step=1, group="colour", unit="°", advanced=True),
    )
    clarity: float = _amount("Clarity", "Contrast of what lies close together.", group="detail")
    sharpness: float = _amount("Sharpness", low=0, group="detail")
    denoise: float = _amount("Remove noise", low=0, group="detail")
    vignette: float = _amount("Vignette", "Negative darkens the corners.", group="effects")
    grain: float = _amount("Grain", low=0, group="effects")
    mask: MaskRef | None = MASK
    feather: float = Field(
        8,
        ge=0,
        le=256,
        title="Soften the edge",
        json_schema_extra=ui("slider", unit="px", step=1, visible_if={"mask": "set"}),
    )
    seed: Seed | None = Field(None, title="Seed", description="Of the grain.")

    def settled(self) -> Self:
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def size(self, source: Size | None) -> Size | None:
        return source


PLACES = titled(
    top_left="Top left",
    top="Top",
    top_right="Top right",
    left="Left",
    centre="Centre",
    right="Right",
    bottom_left="Bottom left",
    bottom="Bottom",
    bottom_right="Bottom right",
)


TYPEFACES: Final[Any] = [
    {"value": "grotesque", "title": "Grotesque", "family": "Jost"},
    {"value": "serif", "title": "Serif", "family": "DM Serif Display"},
]
"""Those that travel with us; by its family a kit's font is found among them."""


class Annotate(Operation):
    """Puts words, a shape or a logo on a picture."""

    op = "image.annotate"
    rank = 40
    title = "Text, shapes and logo"
    capability = "edit"
    deed = "drawing"
    example = {"image": "asset", "text": "Hello"}
    model_config = needs(
        {"kind": {"const": "text"}, "text": {}},
        {"kind": {"const": "shape"}, "box": {}},
        {"kind": {"const": "logo"}, "logo": {}},
    )

    image: ImageRef = Field(title="Picture")
    kind: Literal["text", "shape", "logo"] = Field(
        "text",
        title="What",
        json_schema_extra=ui("segments", options=titled(text="Text", shape="Shape", logo="Logo")),
    )
    text: str = Field(
        "",
        max_length=1_000,
        title="Text",
        json_schema_extra=ui("prompt", visible_if={"kind": "text"}, mode="words"),
    )
    font: Literal["grotesque", "serif"] = Field(
        "grotesque",
        title="Typeface",
        json_schema_extra=ui("segments", visible_if={"kind": "text"}, options=TYPEFACES, mode="typeface"),
    )
    scale: float = Field(
        0.08,
        ge=0.01,
        le=1,
        title="Size",
        description="Of a letter or of the logo, as a share of the picture's short side.",
        json_schema_extra=ui("slider", step=0.01, visible_if={"kind": ["text", "logo"], "box": "unset"}),
    )
    place: Literal[
        "top_left", "top", "top_right", "left", "centre", "right", "bottom_left", "bottom", "bottom_right"
    ] = Field(
        "bottom",
        title="Place",
        description="Of text and logo.",
        json_schema_extra=ui("select", visible_if={"kind": ["text", "logo"], "box": "unset"}, options=PLACES),
    )
    margin: float = Field(
        0.05,
        ge=0,
        le=0.4,
        title="Margin",
        description="As a share of the short side.",
        json_schema_extra=ui("slider", step=0.01, advanced=True),
    )
    colour: Colour = Field("#ffffff", title="Colour")
    outline: float = Field(
        0,
        ge=0,
        le=0.02,
        title="Outline",
        json_schema_extra=ui("slider", step=0.001, visible_if={"kind": "text"}, advanced=True),
    )
    outline_colour: Colour = Field(
        "#000000",
        title="Colour of the outline",
        json_schema_extra=ui("colour", visible_if={"kind": "text"}, advanced=True),
    )
    shadow: bool = Field(True, title="Shadow", json_schema_extra=ui("switch", visible_if={"kind": "text"}))
    band: Colour | None = Field(
        None,
        title="Behind the text",
        description="A box of this colour. None: nothing.",
        json_schema_extra=ui("colour", visible_if={"kind": "text"}),
    )
    shape: Literal["rectangle", "ellipse", "line", "arrow"] = Field(
        "rectangle",
        title="Shape",
        json_schema_extra=ui(
            "segments",
            visible_if={"kind": "shape"},
            options=titled(rectangle="Rectangle", ellipse="Ellipse", line="Line", arrow="Arrow"),
        ),
    )
    box: Box | None = Field(
        None,
        title="Where",
        description="A shape fills it; a line goes from its top left to its bottom right. Text and logo stand in its "
        "middle, as large as they fit; without a box, at their place.",
        json_schema_extra=ui("box"),
    )
    stroke: float = Field(
        0.006,
        ge=0.001,
        le=0.1,
        title="Line",
        json_schema_extra=ui("slider", step=0.001, visible_if={"kind": "shape"}),
    )
    filled: bool = Field(False, title="Filled", json_schema_extra=ui("switch", visible_if={"kind": "shape"}))
    logo: ImageRef | None = Field(None, title="Logo", json_schema_extra=ui("image", visible_if={"kind": "logo"}))
    tiled: bool = Field(
        False,
        title="All over",
        description="Repeats the logo, as a watermark.",
        json_schema_extra=ui("switch", visible_if={"kind": "logo"}),
    )
    opacity: float = Field(1, ge=0.05, le=1, title="Opacity", json_schema_extra=ui("slider", step=0.05))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        missing = {
            "text": not self.text.strip() and "write the text",
            "shape": self.box is None and "draw a box for the shape",
            "logo": self.logo is None and "choose the logo",
        }[self.kind]
        if missing:
            raise ValueError(missing)
        return self

    def size(self, source: Size | None) -> Size | None:
        return source
