"""Control: a picture, a drawing or a style says what the result has to keep to."""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from gesso.kit.errors import Invalid
from gesso.ops.branded import BRAND, Branded
from gesso.ops.fields import Form, ImageRef, Prompt, Seed, Worded, titled, ui
from gesso.ops.operation import Operation, Size, Sources
from gesso.ops.styled import STYLE, Styled

SMALLEST, LARGEST = 16, 4096
SEED: Any = Field(None, title="Seed")


class Control(Operation):
    """What all that keeps to a picture has in common."""

    title = ""
    capability = "control"

    def settled(self) -> Self:
        seed = getattr(self, "seed", 0)
        return self if seed is not None else self.model_copy(update={"seed": 0})

    def words(self) -> str:
        return str(getattr(self, "prompt", ""))

    def size(self, source: Size | None) -> Size | None:
        return within(source, LARGEST) if source else None

    def check(self, sources: Sources) -> None:
        image = getattr(self, "image", None)
        source = sources.get(image) if image else None
        if source and min(within((source.width, source.height), LARGEST)) < SMALLEST:
            message = f"the picture is {source.width} x {source.height}; it takes {SMALLEST} pixels a side at least"
            raise Invalid(f"image: {message}.", fields=[{"field": "image", "message": message, "kind": "misfit"}])


def within(size: Size, most: int) -> Size:
    """The size, or the largest of its shape that fits."""
    scale = min(1.0, most / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


class Sketch(Branded, Styled, Worded, Control):
    """Makes a coloured, shaded picture of a line drawing."""

    op = "image.sketch"
    rank = 10
    title = "Sketch to picture"
    example = {"image": "asset", "prompt": "a red house in a meadow at sunset"}

    image: ImageRef = Field(title="Drawing", description="Lines on paper, dark on light or light on dark.")
    prompt: Prompt = Field(title="Prompt", description="What it shows: its scene, its light, its colours.")
    brand: str | None = BRAND
    style: str | None = STYLE
    strength: float = Field(
        0.6,
        ge=0,
        le=1,
        title="Keep the lines",
        description="1 shows the drawing as it is, 0 leaves only its areas.",
        json_schema_extra=ui("slider", step=0.05),
    )
    shading: float = Field(0.6, ge=0, le=1, title="Shading", json_schema_extra=ui("slider", step=0.05))
    freedom: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Freedom of the brush",
        description="How coarsely it is painted.",
        json_schema_extra=ui("slider", step=0.05, advanced=True),
    )
    seed: Seed | None = SEED


class Structure(Branded, Styled, Worded, Control):
    """Renders a picture anew in another style and light; its composition stays."""

    op = "image.structure"
    rank = 20
    title = "Keep the structure"
    example = {"image": "asset", "prompt": "a watercolour at dawn", "strength": 0.7}

    image: ImageRef = Field(title="Picture")
    prompt: Prompt = Field(title="Prompt", description="The style, light and mood that it is to have.")
    brand: str | None = BRAND
    style: str | None = STYLE
    strength: float = Field(
        0.7,
        ge=0,
        le=1,
        title="Keep the structure",
        description="1 holds every edge, 0 only the large forms.",
        json_schema_extra=ui("slider", step=0.05),
    )
    guide: Literal["edges", "depth", "both"] = Field(
        "edges",
        title="By",
        description="Edges hold outlines; depth holds what is near and far.",
        json_schema_extra=ui("segments", options=titled(edges="Edges", depth="Depth", both="Both")),
    )
    seed: Seed | None = SEED


class Guide(Form):
    """One more picture that the result has to keep to: what is taken of it, how strongly, and from which to which part
    of the drawing."""

    image: ImageRef = Field(title="Picture")
    kind: Literal["edges", "lines", "depth"] = Field(
        "edges",
        title="Takes",
        json_schema_extra=ui("segments", options=titled(edges="Edges", lines="Lines", depth="Depth")),
    )
    weight: float = Field(0.7, ge=0, le=2, title="Weight", json_schema_extra=ui("slider", step=0.05))
    start: float = Field(0.0, ge=0, le=1, title="From", json_schema_extra=ui("slider", step=0.05))
    end: float = Field(1.0, ge=0, le=1, title="To", json_schema_extra=ui("slider", step=0.05))

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start >= self.end:
            raise ValueError("a guide begins before it ends")
        return self


class Guided(Form):
    """Of an offer that keeps to several pictures at once."""

    kinds: ClassVar[tuple[str, ...]] = ("edges", "lines", "depth")

    controls: tuple[Guide, ...] = Field(
        (),
        max_length=4,
        title="More guides",
        description="Further pictures to keep to at the same time: the edges of one, the depth of another.",
        json_schema_extra=ui("guides", group="guides"),
    )

    @model_validator(mode="after")
    def _able(self) -> Self:
        if wrong := [each.kind for each in self.controls if each.kind not in self.kinds]:
            raise ValueError(f"nothing here holds {wrong[0]}; it can be {' or '.join(self.kinds)}")
        return self


class StyleGuide(Branded, Styled, Worded, Control):
    """Makes a new picture from words, in the colours and the texture of another one."""

    op = "image.style_guide"
    rank = 30
    title = "Style guide"
    sized_by = ("width", "height")
    example = {"image": "asset", "prompt": "a mountain lake", "width": 512, "height": 512}

    image: ImageRef = Field(title="Style reference", description="Its palette and texture are taken on.")
    prompt: Prompt = Field(title="Prompt", description="What the picture shows.")
    brand: str | None = BRAND
    fidelity: float = Field(
        0.6,
        ge=0,
        le=1,
        title="Fidelity",
        description="How much of the reference is taken on.",
        json_schema_extra=ui("slider", step=0.05),
    )
    style: str | None = STYLE
    width: int = Field(1024, ge=256, le=4096, title="Width", json_schema_extra=ui("size", group="shape", unit="px"))
    height: int = Field(1024, ge=256, le=4096, title="Height", json_schema_extra=ui("size", group="shape", unit="px"))
    seed: Seed | None = SEED

    def size(self, source: Size | None) -> Size:
        return self.width, self.height


class StyleTransfer(Branded, Worded, Control):
    """Gives a picture the colours and the texture of another one."""

    op = "image.style_transfer"
    rank = 40
    title = "Style transfer"
    example = {"image": "asset", "style_image": "asset", "texture": 0.4}

    image: ImageRef = Field(title="Picture")
    style_image: ImageRef = Field(title="Style", description="The picture whose manner is taken on.")
    strength: float = Field(
        1, ge=0, le=1, title="Strength", description="Of all of it.", json_schema_extra=ui("slider", step=0.05)
    )
    colour: float = Field(0.8, ge=0, le=1, title="Colours", json_schema_extra=ui("slider", step=0.05))
    texture: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Texture",
        description="Brushwork, weave and grain.",
        json_schema_extra=ui("slider", step=0.05),
    )
    prompt: str = Field(
        "",
        max_length=10_000,
        title="Prompt",
        description="What the picture shows, for a model that wants to know.",
        json_schema_extra=ui("prompt", advanced=True),
    )
    brand: str | None = BRAND
    seed: Seed | None = SEED

    def size(self, source: Size | None) -> Size | None:
        return source


class Preprocess(Control):
    """Shows what control models are steered by: edges, lines, depth, normals, colours, regions."""

    quick = True

    op = "image.preprocess"
    rank = 60
    title = "Preprocess"
    example = {"image": "asset", "kind": "canny"}

    image: ImageRef = Field(title="Picture")
    kind: Literal["canny", "soft_edges", "line_art", "depth", "normal", "palette", "segments"] = Field(
        "canny",
        title="What to show",
        json_schema_extra=ui(
            "select",
            options=titled(
                canny="Canny edges",
                soft_edges="Soft edges",
                line_art="Line art",
                depth="Depth",
                normal="Normals",
                palette="Palette",
                segments="Regions",
            ),
        ),
    )
    detail: float = Field(0.5, ge=0, le=1, title="Detail", json_schema_extra=ui("slider", step=0.05))
    colours: int = Field(
        8, ge=2, le=32, title="Colours", json_schema_extra=ui("slider", step=1, visible_if={"kind": "palette"})
    )
    invert: bool = Field(False, title="Invert", json_schema_extra=ui("switch"))

    def size(self, source: Size | None) -> Size | None:
        return source
