"""Export: files for others, in their format and of their size."""

from typing import Any, Literal

from pydantic import Field

from gesso.ops.branded import LOGO, LOGO_OPACITY, LOGO_SIZE, STAMP, Corner, Stamped
from gesso.ops.fields import Colour, ImageRef, titled, ui
from gesso.ops.operation import Operation, Size
from gesso.ops.sealed import Sealed

PRESETS: dict[str, dict[str, Any]] = {
    "web": {"format": "webp", "level": 80, "long": 2048},
    "email": {"format": "jpeg", "level": 78, "long": 1600, "most": 500_000},
    "social": {"format": "jpeg", "level": 86, "long": 2160, "most": 5_000_000},
    "quality": {"format": "jpeg", "level": 93},
    "smallest": {"format": "webp", "level": 50, "long": 1600},
}
"""What each preset means: format, quality 1..100, the long side in pixels, the largest file in bytes."""

_FORMATS: Any = titled(jpeg="JPEG", png="PNG", webp="WebP", avif="AVIF", gif="GIF", tiff="TIFF")
Format = Literal["jpeg", "png", "webp", "avif", "gif", "tiff"]
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


class Convert(Stamped, Sealed, Operation):
    """Saves a picture in another format."""

    op = "image.convert"
    rank = 10
    title = "Convert"
    capability = "export"
    deed = "converted"
    example = {"image": "asset", "format": "webp"}

    image: ImageRef = Field(title="Picture")
    format: Format = Field("webp", title="Format", json_schema_extra=ui("segments", options=_FORMATS))
    quality: int = Field(
        85,
        ge=1,
        le=100,
        title="Quality",
        json_schema_extra=ui("slider", step=1, visible_if={"format": ["jpeg", "webp", "avif"]}),
    )
    long: int | None = Field(
        None, ge=16, le=16_384, title="Long side", json_schema_extra=ui("number", unit="px", step=1, advanced=True)
    )
    metadata: Literal["all", "safe", "none"] = METADATA
    background: Colour = GROUND
    brand: str | None = STAMP
    logo: Corner = LOGO
    logo_size: float = LOGO_SIZE
    logo_opacity: float = LOGO_OPACITY

    def size(self, source: Size | None) -> Size | None:
        return shrunk(source, self.long)


class Compress(Stamped, Sealed, Operation):
    """Makes a picture's file smaller, as small as it has to be and no smaller."""

    op = "image.compress"
    rank = 20
    title = "Compress"
    capability = "export"
    deed = "converted"
    example = {"image": "asset", "preset": "web"}

    image: ImageRef = Field(title="Picture")
    preset: Literal["web", "email", "social", "quality", "smallest"] = Field(
        "web",
        title="For",
        json_schema_extra=ui(
            "segments",
            options=titled(web="Web", email="E-mail", social="Social", quality="Best quality", smallest="Smallest"),
        ),
    )
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
    smaller: bool = Field(
        True,
        title="May become smaller in pixels",
        description="Where quality alone does not do.",
        json_schema_extra=ui("switch", visible_if={"target_kb": "set"}),
    )
    metadata: Literal["all", "safe", "none"] = METADATA
    background: Colour = GROUND
    brand: str | None = STAMP
    logo: Corner = LOGO
    logo_size: float = LOGO_SIZE
    logo_opacity: float = LOGO_OPACITY


def shrunk(source: Size | None, long: int | None) -> Size | None:
    if source is None or long is None or max(source) <= long:
        return source
    scale = long / max(source)
    return max(1, round(source[0] * scale)), max(1, round(source[1] * scale))
