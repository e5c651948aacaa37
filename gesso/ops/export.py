"""Export: files for others, in their format and of their size."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from gesso.kit.errors import Invalid
from gesso.ops.branded import LOGO, LOGO_OPACITY, LOGO_SIZE, STAMP, Corner, Stamped
from gesso.ops.fields import Colour, ImageRef, titled, ui
from gesso.ops.operation import Operation, Size, Sources
from gesso.ops.sealed import Sealed

PRESETS: dict[str, dict[str, Any]] = {
    "web": {"format": "webp", "level": 80, "long": 2048},
    "email": {"format": "jpeg", "level": 78, "long": 1600, "most": 500_000},
    "social": {"format": "jpeg", "level": 86, "long": 2160, "most": 5_000_000},
    "high_quality": {"format": "jpeg", "level": 93},
    "maximum": {"format": "webp", "level": 50, "long": 1600},
}
"""What each preset means: format, quality 1..100, the long side in pixels, the largest file in bytes."""
TITLES: Final = {
    "web": "Web",
    "email": "E-mail",
    "social": "Social",
    "high_quality": "High quality",
    "maximum": "Maximum",
}
ONCE: Final = {"quality": "high_quality", "smallest": "maximum"}
"""What two presets were called before."""
LARGEST: Final = 100_000_000
"""Pixels that a picture may have once it is enlarged."""

_FORMATS: Any = titled(jpeg="JPEG", png="PNG", webp="WebP", avif="AVIF", gif="GIF", tiff="TIFF")
Format = Literal["jpeg", "png", "webp", "avif", "gif", "tiff"]
Preset = Annotated[
    Literal["web", "email", "social", "high_quality", "maximum"],
    BeforeValidator(lambda value: ONCE.get(value, value) if isinstance(value, str) else value),
]
METADATA: Any = Field(
    "safe",
    title="Metadata",
    description="Without place leaves out where and with what device it was taken. Stripped, the file says nothing at "
    "all: not whom it is by, and not that AI had a part in it. Where the law asks for that, say it beside the picture.",
    json_schema_extra=ui("segments", options=titled(all="Keep", safe="Without place", none="Strip")),
)
GROUND: Any = Field(
    "#ffffff",
    title="Behind transparency",
    description="JPEG knows no transparency: the picture is laid on this colour.",
    json_schema_extra=ui("colour", advanced=True),
)
LONG: Any = Field(
    None,
    ge=16,
    le=16_384,
    title="Long side",
    json_schema_extra=ui("number", unit="px", step=1, advanced=True, group="size"),
)
WIDTH: Any = Field(
    None,
    ge=1,
    le=16_384,
    title="Width",
    description="With a height, it fits into both. Its shape stays.",
    json_schema_extra=ui("number", unit="px", step=1, advanced=True, group="size"),
)
HEIGHT: Any = Field(
    None,
    ge=1,
    le=16_384,
    title="Height",
    json_schema_extra=ui("number", unit="px", step=1, advanced=True, group="size"),
)
PERCENT: Any = Field(
    None,
    ge=1,
    le=800,
    title="Scale",
    description="Of its own size.",
    json_schema_extra=ui("number", unit="%", step=1, advanced=True, group="size"),
)
ENLARGE: Any = Field(
    False,
    title="May be enlarged",
    description="Else a picture that is smaller already keeps its size.",
    json_schema_extra=ui("switch", advanced=True, group="size"),
)
LOSSLESS: Any = Field(
    False,
    title="Lossless",
    description="Every pixel stays as it is; the file is much larger.",
    json_schema_extra=ui("switch", visible_if={"format": ["webp", "avif"]}),
)
PROFILE: Any = Field(
    "srgb",
    title="Colours",
    description="sRGB is right everywhere. Its own profile keeps colours that sRGB has not.",
    json_schema_extra=ui("segments", advanced=True, options=titled(srgb="sRGB", keep="Its own profile")),
)
MOVING: Any = Field(
    True,
    title="Keep it moving",
    description="An animation stays one in GIF, WebP, AVIF and PNG; else it becomes its first frame.",
    json_schema_extra=ui("switch", advanced=True),
)


class Resized(Operation):
    """How large the picture of a file is: its fields are those below, each declared where its form wants it."""

    if TYPE_CHECKING:
        image: ImageRef
        long: int | None
        width: int | None
        height: int | None
        percent: float | None
        enlarge: bool

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = self.long is not None, self.width is not None or self.height is not None, self.percent is not None
        if sum(ways) > 1:
            raise ValueError("say its long side, or its width and height, or a scale: one of them")
        return self

    def fits(self, source: Size, long: int | None = None) -> Size:
        """The size of a picture of size `source`; at most `long` where nothing is said. Never larger, unless that is
        asked for."""
        if self.percent is not None:
            scale = self.percent / 100
        elif self.width is not None or self.height is not None:
            sides = zip((self.width, self.height), source, strict=True)
            scale = min(wanted / own for wanted, own in sides if wanted is not None)
        elif self.long is not None:
            scale = self.long / max(source)
        else:
            scale = min(1.0, long / max(source)) if long is not None else 1.0
        if not self.enlarge:
            scale = min(1.0, scale)
        return max(1, round(source[0] * scale)), max(1, round(source[1] * scale))

    def check(self, sources: Sources) -> None:
        source = sources.get(self.image)
        if source is None or not source.width:
            return
        width, height = self.fits((source.width, source.height))
        if width * height > max(LARGEST, source.width * source.height):
            message = f"{width} x {height} pixels are more than {LARGEST // 1_000_000} megapixels"
            raise Invalid(f"{message}.", fields=[{"field": "percent", "message": message, "kind": "misfit"}])


class Convert(Stamped, Sealed, Resized):
    """Saves a picture in another format."""

    op = "image.convert"
    rank = 10
    title = "Convert"
    capability = "export"
    deed = "converted"
    example = {"image": "asset", "format": "webp"}
    quick = True
    whole = True

    image: ImageRef = Field(title="Picture")
    format: Format = Field("webp", title="Format", json_schema_extra=ui("segments", options=_FORMATS))
    quality: int = Field(
        85,
        ge=1,
        le=100,
        title="Quality",
        json_schema_extra=ui("slider", step=1, visible_if={"format": ["jpeg", "webp", "avif"]}),
    )
    lossless: bool = LOSSLESS
    long: int | None = LONG
    width: int | None = WIDTH
    height: int | None = HEIGHT
    percent: float | None = PERCENT
    enlarge: bool = ENLARGE
    metadata: Literal["all", "safe", "none"] = METADATA
    profile: Literal["srgb", "keep"] = PROFILE
    deep: bool = Field(
        True,
        title="Keep 16 bits",
        description="A picture of 16 bits a colour keeps them in PNG and TIFF.",
        json_schema_extra=ui("switch", advanced=True, visible_if={"format": ["png", "tiff"]}),
    )
    moving: bool = MOVING
    background: Colour = GROUND
    brand: str | None = STAMP
    logo: Corner = LOGO
    logo_size: float = LOGO_SIZE
    logo_opacity: float = LOGO_OPACITY

    def size(self, source: Size | None) -> Size | None:
        return self.fits(source) if source else None


class Compress(Stamped, Sealed, Resized):
    """Makes a picture's file smaller, as small as it has to be and no smaller."""

    op = "image.compress"
    rank = 20
    title = "Compress"
    capability = "export"
    deed = "converted"
    example = {"image": "asset", "preset": "web"}
    quick = True
    whole = True

    image: ImageRef = Field(title="Picture")
    preset: Preset = Field("web", title="For", json_schema_extra=ui("segments", options=titled(**TITLES)))
    target_kb: int | None = Field(
        None,
        ge=1,
        le=100_000,
        title="At most",
        description="The best quality that fits into so many kilobytes (of 1000 bytes).",
        json_schema_extra=ui("number", unit="kB", step=10),
    )
    format: Format | None = Field(
        None,
        title="Format",
        description="Left empty, the preset's.",
        json_schema_extra=ui("select", options=_FORMATS),
    )
    quality: int | None = Field(
        None,
        ge=1,
        le=100,
        title="Quality",
        description="Left empty, the preset's; with a limit of kilobytes, the best that fits.",
        json_schema_extra=ui("number", step=1, advanced=True),
    )
    smaller: bool = Field(
        True,
        title="May become smaller in pixels",
        description="Where quality alone does not do; an animation may lose frames too.",
        json_schema_extra=ui("switch", visible_if={"target_kb": "set"}),
    )
    lossless: bool = LOSSLESS
    long: int | None = LONG
    width: int | None = WIDTH
    height: int | None = HEIGHT
    percent: float | None = PERCENT
    enlarge: bool = ENLARGE
    metadata: Literal["all", "safe", "none"] = METADATA
    profile: Literal["srgb", "keep"] = PROFILE
    moving: bool = MOVING
    background: Colour = GROUND
    brand: str | None = STAMP
    logo: Corner = LOGO
    logo_size: float = LOGO_SIZE
    logo_opacity: float = LOGO_OPACITY

    @property
    def known(self) -> Mapping[str, Any]:
        """What the preset means."""
        return PRESETS[self.preset]

    @property
    def most(self) -> int | None:
        """The largest file, in bytes. A quality that is told is not given up for a limit that the preset alone has."""
        if self.target_kb is not None:
            return self.target_kb * 1000
        return self.known.get("most") if self.quality is None and not self.lossless else None

    def begins(self, source: Size) -> Size:
        """The size in pixels, before a limit of bytes makes it smaller."""
        return self.fits(source, self.known.get("long"))
