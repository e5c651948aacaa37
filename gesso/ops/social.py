"""One picture for many places at once, each in its size, its type and under its limit."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from gesso import presets
from gesso.imaging.crop import Box, Focus, placed
from gesso.ops.adjust import PLACES
from gesso.ops.branded import LOGO, LOGO_OPACITY, LOGO_SIZE, STAMP, Corner, Stamped
from gesso.ops.export import METADATA
from gesso.ops.fields import AssetRef, Colour, Form, ImageRef, titled, ui
from gesso.ops.operation import Operation, Size, Sources
from gesso.ops.sealed import Sealed
from gesso.presets import OWN, Format, Safe, Zone

MOST: Final = 200
"""Formats of one request."""

Crop = Literal["smart", "centre", "fit"]
Small = Literal["pad", "enlarge", "skip"]
File = Literal["auto", "jpeg", "png", "webp", "avif", "gif"]
Place = Literal["top_left", "top", "top_right", "left", "centre", "right", "bottom_left", "bottom", "bottom_right"]
Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Share, Share]
Shares = tuple[Share, Share, Share, Share]

_CROPS: Any = titled(smart="Smart", centre="Centre", fit="Whole picture")
_SMALL: Any = titled(pad="Fill the edges", enlarge="Enlarge it", skip="Leave that format out")
_FILES: Any = titled(auto="As the platform likes it", jpeg="JPEG", png="PNG", webp="WebP", avif="AVIF", gif="GIF")


class Text(Form):
    """Words on every format, where nothing of the app lies over them. A size is a share of the short side."""

    text: str = Field(min_length=1, max_length=500, title="Text", json_schema_extra=ui("text"))
    font: Literal["grotesque", "serif"] = Field(
        "grotesque",
        title="Typeface",
        json_schema_extra=ui("segments", options=titled(grotesque="Grotesque", serif="Serif")),
    )
    size: float = Field(0.07, ge=0.01, le=0.5, title="Size", json_schema_extra=ui("slider", step=0.01))
    colour: Colour = Field("#ffffff", title="Colour")
    place: Place = Field("bottom", title="Place", json_schema_extra=ui("select", options=PLACES))
    behind: Literal["auto", "none", "box"] = Field(
        "auto",
        title="Behind the text",
        description="By itself, a box comes only where the text could not be read without.",
        json_schema_extra=ui("segments", options=titled(auto="By itself", none="Nothing", box="A box")),
    )


class Watermark(Form):
    """A mark over the picture, to be seen. Without a text it is the brand's logo."""

    text: str = Field("", max_length=100, title="Text", json_schema_extra=ui("text"))
    opacity: float = Field(0.35, ge=0.05, le=1, title="Opacity", json_schema_extra=ui("slider", step=0.05))
    size: float = Field(
        0.25,
        ge=0.05,
        le=1,
        title="Size",
        description="Its long side, as a share of the picture's short side.",
        json_schema_extra=ui("slider", step=0.01),
    )
    tiled: bool = Field(False, title="All over", json_schema_extra=ui("switch"))
    place: Place = Field("centre", title="Place", json_schema_extra=ui("select", options=PLACES))


class Override(Form):
    """What is different for one format. A `box` made by hand is left, top, width and height in shares of the picture,
    and goes before all else. With a `picture` of its own it is made of that one: the same, extended to its shape."""

    picture: ImageRef | None = Field(None, title="Picture", json_schema_extra=ui("hidden"))

    crop: Crop | None = Field(None, title="Crop", json_schema_extra=ui("segments", options=_CROPS))
    box: Shares | None = Field(None, title="Box", json_schema_extra=ui("hidden"))
    focal: Point | None = Field(None, title="Focal point", json_schema_extra=ui("hidden"))
    pad: Literal["blur", "colour"] | None = Field(
        None,
        title="Padding",
        json_schema_extra=ui("segments", options=titled(blur="Itself, blurred", colour="A colour")),
    )
    small: Small | None = Field(None, title="Where it is too small", json_schema_extra=ui("select", options=_SMALL))
    file: File | None = Field(None, title="Type", json_schema_extra=ui("select", options=_FILES))
    text_place: Place | None = Field(None, title="Place", json_schema_extra=ui("select", options=PLACES))
    logo_place: Corner | None = Field(None, title="Logo", json_schema_extra=ui("hidden"))
    texts: tuple[Text, ...] | None = Field(None, max_length=8, title="Texts", json_schema_extra=ui("hidden"))


_ALONE: Any = {"picture": None, "box": None, "text_place": None}
"""What is never said of all."""


class OwnFormat(BaseModel):
    """A format of the team's own as it was when it was asked for: it may be changed or thrown away after. A request may
    bring one along, so its bounds are those of a format that is kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(max_length=100)
    platform: str = Field(max_length=100)
    title: str = Field(max_length=300)
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    types: tuple[Literal["jpeg", "png", "gif", "webp", "avif"], ...] = Field(min_length=1, max_length=5)
    max_bytes: int | None = Field(None, ge=1000, le=1_000_000_000)
    safe: Shares = (0.0, 0.0, 0.0, 0.0)
    zones: tuple[tuple[str, Share, Share, Share, Share], ...] = Field((), max_length=20)
    round: bool = False

    @field_validator("safe")
    @classmethod
    def _some(cls, safe: Shares) -> Shares:
        top, bottom, left, right = safe
        if top + bottom >= 1 or left + right >= 1:
            raise ValueError("the safe edges leave nothing of the picture")
        return safe

    @classmethod
    def of(cls, format: Format) -> "OwnFormat":
        safe = format.safe
        return cls(
            id=format.id,
            platform=format.platform,
            title=format.title,
            width=format.width,
            height=format.height,
            types=format.types,
            max_bytes=format.max_bytes,
            safe=(safe.top, safe.bottom, safe.left, safe.right),
            zones=tuple((each.name, each.x, each.y, each.width, each.height) for each in format.zones),
            round=format.round,
        )

    @property
    def format(self) -> Format:
        told = self.model_dump(exclude={"safe", "zones"})
        return Format(**told, safe=Safe(*self.safe), zones=tuple(Zone(*each) for each in self.zones), own=True)


class SocialSet(Stamped, Sealed, Operation):
    """Makes a picture ready for many platforms: the size, the type and the limit of each."""

    op = "image.social"
    rank = 5
    title = "For platforms"
    capability = "export"
    deed = "converted"
    example = {"image": "asset", "formats": ["instagram.feed_square", "linkedin.feed"]}

    image: ImageRef = Field(title="Picture")
    formats: tuple[Annotated[str, Field(max_length=100)], ...] = Field(
        min_length=1,
        max_length=MOST,
        title="Formats",
        description="Their ids, as the list of platforms has them.",
        json_schema_extra=ui("hidden"),
    )
    crop: Crop = Field(
        "smart",
        title="Crop",
        description="Smart keeps faces and what draws the eye; the whole picture is padded.",
        json_schema_extra=ui("segments", options=_CROPS),
    )
    focal: Point | None = Field(
        None,
        title="Focal point",
        description="What is to be in the middle, as shares from left and top.",
        json_schema_extra=ui("hidden"),
    )
    pad: Literal["blur", "colour"] = Field(
        "blur",
        title="Padding",
        json_schema_extra=ui("segments", options=titled(blur="Itself, blurred", colour="A colour")),
    )
    pad_colour: Colour = Field(
        "#ffffff",
        title="Colour",
        description="Of padding, and behind transparency where a platform takes none.",
        json_schema_extra=ui("colour", advanced=True),
    )
    small: Small = Field(
        "pad",
        title="Where it is too small",
        description="It is only enlarged when told so.",
        json_schema_extra=ui("select", options=_SMALL),
    )
    file: File = Field("auto", title="Type", json_schema_extra=ui("select", advanced=True, options=_FILES))
    quality: int = Field(
        88,
        ge=1,
        le=100,
        title="Quality",
        description="At most; less where a limit wants it.",
        json_schema_extra=ui("slider", step=1, advanced=True),
    )
    smaller: bool = Field(
        False,
        title="May become smaller in pixels",
        description="Where quality alone does not do.",
        json_schema_extra=ui("switch", advanced=True),
    )
    overrides: dict[str, Override] = Field(
        {}, title="By format", description="What is different for one of them.", json_schema_extra=ui("hidden")
    )
    texts: tuple[Text, ...] = Field((), max_length=8, title="Texts", json_schema_extra=ui("hidden"))
    caption: str = Field(
        "",
        max_length=10_000,
        title="Text of the post",
        description="It goes into the pack, beside the pictures.",
        json_schema_extra=ui("hidden"),
    )
    captions: dict[str, Annotated[str, Field(max_length=10_000)]] = Field(
        {},
        max_length=MOST,
        title="Text of the post by platform",
        description="By the id of a platform: what is said there instead.",
        json_schema_extra=ui("hidden"),
    )
    watermark: Watermark | None = Field(None, title="Watermark", json_schema_extra=ui("hidden"))
    anywhere: bool = Field(
        False,
        title="Also where the app covers it",
        description="Text and logo else stay where nothing of the app lies over them.",
        json_schema_extra=ui("switch", advanced=True),
    )
    show_zones: bool = Field(
        False,
        title="Show what the app covers",
        description="Drawn into the pictures: to be looked at, not to be published.",
        json_schema_extra=ui("switch", advanced=True),
    )
    metadata: Literal["all", "safe", "none"] = METADATA
    brand: str | None = STAMP
    logo: Corner = LOGO
    logo_size: float = LOGO_SIZE
    logo_opacity: float = LOGO_OPACITY
    own_formats: SkipJsonSchema[tuple[OwnFormat, ...]] = ()

    @field_validator("formats")
    @classmethod
    def _known(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        """Their ids as we spell them, each once."""
        return tuple(dict.fromkeys(spelled(formats)))

    @field_validator("overrides")
    @classmethod
    def _spelled(cls, overrides: dict[str, Override]) -> dict[str, Override]:
        return dict(zip(spelled(overrides), overrides.values(), strict=True))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        said = {each.id for each in self.own_formats}
        if {each for each in self.formats if each.startswith(OWN)} != said:
            raise ValueError("what this format of your own asks for is not known")
        stray = sorted(set(self.overrides) - set(self.formats))
        if stray:
            raise ValueError(f"something is told of {stray[0]}, which is not among the formats")
        if self.watermark is not None and not self.watermark.text.strip() and self.brand is None:
            raise ValueError("a watermark has a text, or is the logo of a brand")
        return self

    def outputs(self) -> int:
        return len(self.formats)

    def check(self, sources: Sources) -> None:
        """Refuses boxes and points that lie outside."""
        for format in self.wanted():
            seen = sources.get(self.shown(format))
            if seen is not None:
                self.cut(format, (seen.width, seen.height), None)

    def wanted(self) -> list[Format]:
        """The formats themselves."""
        own = {each.id: each.format for each in self.own_formats}
        return [own.get(id) or presets.FORMATS[id] for id in self.formats]

    def parents(self, facts: Mapping[str, Any]) -> list[AssetRef]:
        """The pictures of other formats have no part in it."""
        others = {own.picture for id, own in self.overrides.items() if id != facts.get("format")} - {self.image, None}
        mine = self.overrides.get(facts.get("format", ""), Override()).picture
        return [ref for ref in self.assets() if ref == mine or ref not in others]

    def shown(self, format: Format) -> ImageRef:
        """The picture that the format is made of."""
        own = self.overrides.get(format.id)
        return own.picture if own is not None and own.picture is not None else self.image

    def says(self, format: Format) -> Override:
        """What holds for one format: its own word, else what was said of all."""
        own = self.overrides.get(format.id) or Override()
        of_all = {name: getattr(self, name) for name in ("crop", "focal", "pad", "small", "file", "texts")}
        if own.crop is not None or own.picture is not None:
            # The point that was set for all is no word on a way of cutting, or on a picture, that is its own.
            of_all["focal"] = None
        said = {name: getattr(own, name) for name in Override.model_fields if getattr(own, name) is not None}
        return Override.model_construct(**{**of_all, "logo_place": self.logo, **_ALONE, **said})

    def cut(self, format: Format, size: Size, focus: Focus | None) -> Box | None:
        """Where a picture of this size is cut for the format; None where all of it is shown."""
        told = self.says(format)
        return placed(size, (format.width, format.height), told.crop or "smart", focus, focal=told.focal, box=told.box)

    def looks(self, formats: Iterable[Format]) -> bool:
        """Whether any of these depends on what its picture shows."""
        every = [self.says(format) for format in formats]
        return any(told.box is None and told.focal is None and told.crop == "smart" for told in every)


def spelled(names: Iterable[str]) -> list[str]:
    """Ids of formats as we spell them; ValueError for what no format is called. Own ones are looked up elsewhere."""
    found = []
    for name in names:
        known = None if name.startswith(OWN) else presets.format(name)
        if known is None and not name.startswith(OWN):
            raise ValueError(f"no format is named “{name}”; the list of platforms has them all")
        found.append(known.id if known is not None else name)
    return found
