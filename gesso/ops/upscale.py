"""Upscale: the same picture, larger."""

import math
from typing import Any, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from gesso.kit.errors import Invalid
from gesso.ops.fields import ImageRef, Region, Seed, needs, titled, ui
from gesso.ops.operation import Finish, Operation, Size, Sources

PRESETS: Final = {"web": 2560, "social": 2160, "print": 4961}
"""The long side in pixels: a page's full width on a fine screen, twice a feed's 1080, A3 at 300 dots an inch."""
PRINTED: Final = 300
"""Dots an inch, of the preset for print."""
INCH: Final = 2.54
"""Centimetres."""
FACTORS: Final = (2, 4, 8)
SMALL, SOFT = 0.3, 0.45
"""Megapixels of a picture that has no room for texture, and the sharpness 0..1 of one that shows none."""

SHOWS_FACES: Final = "Conservative: there are faces in it, and features are not to be invented."
SHOWS_WORDS: Final = "Conservative: there is writing in it, and letters are not to be invented."
SHOWS_LITTLE: Final = "Creative: the picture is small and is to become much larger, so texture has to be invented."
SHOWS_SOFT: Final = "Creative: the picture is soft and is to become much larger, so texture has to be invented."
SHOWS_ENOUGH: Final = "Conservative: the picture has detail enough to stay true to."
ONLY: Final = {
    "conservative": "Conservative: this model invents nothing.",
    "creative": "Creative: this model always invents detail.",
}

Mode = Literal["conservative", "creative"]


class Upscale(Operation):
    """Makes a picture two, four or eight times as wide and high, or as large as is needed on a screen or on paper."""

    op = "image.upscale"
    title = "Upscale"
    deed = "enhanced"
    capability = "upscale"
    sized_by = ("factor",)
    example = {"image": "asset", "factor": 2}
    able: ClassVar[tuple[Mode, ...]] = ("conservative", "creative")
    model_config = needs(
        {"by": {"const": "factor"}},
        {"by": {"const": "preset"}},
        {"by": {"const": "side"}, "target": {}},
        {"by": {"const": "pixels"}, "width": {}},
        {"by": {"const": "pixels"}, "height": {}},
        {"by": {"const": "print"}, "print_width": {}},
        {"by": {"const": "print"}, "print_height": {}},
    )

    image: ImageRef = Field(title="Picture")
    by: Literal["factor", "preset", "side", "pixels", "print"] = Field(
        "factor",
        title="Size",
        description="How the size of the result is told. Left out, it is known by what is told.",
        json_schema_extra=ui(
            "segments",
            options=titled(factor="Factor", preset="For", side="Side", pixels="Pixels", print="Print"),
        ),
    )
    factor: Literal[2, 4, 8] = Field(
        2,
        title="Factor",
        description="How many times as wide and as high.",
        json_schema_extra=ui(
            "segments",
            unit="×",
            options=[{"value": factor, "title": f"{factor}×"} for factor in FACTORS],
            visible_if={"by": "factor"},
        ),
    )
    preset: Literal["web", "social", "print"] = Field(
        "web",
        title="For",
        description="Web has 2560, social 2160, print 4961 pixels (A3 at 300 dpi) on the long side.",
        json_schema_extra=ui(
            "segments", options=titled(web="Web", social="Social", print="Print"), visible_if={"by": "preset"}
        ),
    )
    target: int | None = Field(
        None,
        ge=16,
        le=30_000,
        title="Long side",
        description="In pixels.",
        json_schema_extra=ui("number", unit="px", step=1, visible_if={"by": "side"}),
    )
    width: int | None = Field(
        None,
        ge=16,
        le=30_000,
        title="Width",
        description="In pixels. Without a height, that follows.",
        json_schema_extra=ui("number", unit="px", step=1, visible_if={"by": "pixels"}),
    )
    height: int | None = Field(
        None,
        ge=16,
        le=30_000,
        title="Height",
        description="In pixels. Without a width, that follows.",
        json_schema_extra=ui("number", unit="px", step=1, visible_if={"by": "pixels"}),
    )
    print_width: float | None = Field(
        None,
        gt=0,
        le=500,
        title="Printed width",
        description="Without a height, that follows.",
        json_schema_extra=ui("number", step=0.1, visible_if={"by": "print"}),
    )
    print_height: float | None = Field(
        None,
        gt=0,
        le=500,
        title="Printed height",
        description="Without a width, that follows.",
        json_schema_extra=ui("number", step=0.1, visible_if={"by": "print"}),
    )
    unit: Literal["cm", "inch"] = Field(
        "cm",
        title="In",
        json_schema_extra=ui("segments", options=titled(cm="cm", inch="Inches"), visible_if={"by": "print"}),
    )
    dpi: int = Field(
        300,
        ge=30,
        le=2400,
        title="Dots per inch",
        description="300 for what is held in a hand, 150 for a poster. The file says it, too.",
        json_schema_extra=ui("number", unit="dpi", step=10, visible_if={"by": "print"}),
    )
    fit: Literal["fill", "whole"] = Field(
        "fill",
        title="Another shape",
        description="Where width and height have another shape than the picture: its edges are cut, or all of it is "
        "kept and one side is smaller.",
        json_schema_extra=ui(
            "segments",
            options=titled(fill="Cut the edges", whole="Keep it whole"),
            visible_if={"by": ["pixels", "print"]},
        ),
    )
    mode: Literal["auto", "conservative", "creative"] = Field(
        "auto",
        title="Detail",
        description="Conservative stays true to the picture; creative invents fine texture and grain. Automatic looks "
        "at the picture, and says why.",
        json_schema_extra=ui(
            "segments", options=titled(auto="Automatic", conservative="Conservative", creative="Creative")
        ),
    )
    creativity: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Creativity",
        json_schema_extra=ui("slider", step=0.05, visible_if={"mode": ["auto", "creative"]}),
    )
    denoise: float = Field(
        0,
        ge=0,
        le=1,
        title="Remove noise first",
        description="Also softens what a JPEG's compression left.",
        json_schema_extra=ui("slider", step=0.05, advanced=True),
    )
    prompt: str = Field(
        "",
        max_length=10_000,
        title="Prompt",
        description="What the picture shows, for a model that wants to know.",
        json_schema_extra=ui("prompt", advanced=True),
    )
    seed: Seed | None = Field(None, title="Seed", description="Of what is invented.")
    region: Region | None = Field(
        None,
        title="Part",
        description="A trial: this part alone is enlarged, as it would be within the whole. It is kept out of the "
        "library.",
        json_schema_extra=ui("region", advanced=True),
    )

    @model_validator(mode="before")
    @classmethod
    def _told(cls, given: Any) -> Any:
        """How the size is told, where only the size is."""
        if not isinstance(given, dict) or "by" in given:
            return given
        told = {"pixels": ("width", "height"), "print": ("print_width", "print_height"), "side": ("target",)}
        for by, names in (*told.items(), ("preset", ("preset",))):
            if any(given.get(name) is not None for name in names):
                return {**given, "by": by}
        return given

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.by == "side" and self.target is None:
            raise ValueError("say how many pixels the long side is to have")
        if self.by in ("pixels", "print") and self.asked() == (None, None):
            raise ValueError("say how wide or how high it is to be")
        return self

    def settled(self) -> Self:
        return self if self.seed is not None else self.model_copy(update={"seed": 0})

    def chosen(self, sources: Sources) -> tuple[Self, tuple[str, ...]]:
        source = sources.get(self.image)
        if source is None:
            return self, ()
        request = self
        if self.region is not None and self.region.of is None:
            request = self.model_copy(update={"region": self.region.within(source.width, source.height)})
        if self.mode != "auto":
            return request, ()
        if len(self.able) == 1:
            return request.model_copy(update={"mode": self.able[0]}), (ONLY[self.able[0]],)
        why = self._judged(source.megapixels, self._scale(source.width, source.height), source.seen)
        mode = "creative" if why in (SHOWS_LITTLE, SHOWS_SOFT) else "conservative"
        return request.model_copy(update={"mode": mode}), (why,)

    @staticmethod
    def _judged(megapixels: float, scale: float, seen: Any) -> str:
        """Which way suits a picture, in the words that say why; `seen` is what the intake saw of it."""
        if seen.get("faces"):
            return SHOWS_FACES
        if seen.get("text"):
            return SHOWS_WORDS
        if scale > 3 and megapixels < SMALL:
            return SHOWS_LITTLE
        if scale > 3 and seen.get("sharpness", 1) < SOFT:
            return SHOWS_SOFT
        return SHOWS_ENOUGH

    def asked(self) -> tuple[int | None, int | None]:
        """Width and height in pixels, as far as they are told."""
        if self.by == "pixels":
            return self.width, self.height
        if self.by != "print":
            return None, None
        dots = self.dpi / (INCH if self.unit == "cm" else 1)
        sides = [None if side is None else max(1, round(side * dots)) for side in (self.print_width, self.print_height)]
        return sides[0], sides[1]

    def goal(self, width: int, height: int) -> tuple[int, Size]:
        """The factor to work with, and the size that the whole picture gets, or the part that is tried."""
        whole = self.region.of if self.region is not None and self.region.of else (width, height)
        if self.by == "factor":
            return self.factor, (width * self.factor, height * self.factor)
        scale = self._scale(*whole)
        factor = next((factor for factor in FACTORS if factor >= scale), FACTORS[-1])
        across, down = max(1, round(width * scale)), max(1, round(height * scale))
        if whole == (width, height) and self.fit == "fill":
            # Not a pixel short of what is cut out of it.
            asked = self.asked()
            across, down = max(across, asked[0] or 0), max(down, asked[1] or 0)
        return factor, (across, down)

    def _scale(self, width: int, height: int) -> float:
        """How many times as wide and high a picture of this size gets."""
        if self.by == "factor":
            return self.factor
        if self.by in ("preset", "side"):
            return (PRESETS[self.preset] if self.by == "preset" else self.target or 0) / max(width, height)
        asked = self.asked()
        ways = [side / has for side, has in zip(asked, (width, height), strict=True) if side is not None]
        return max(ways) if self.fit == "fill" else min(ways)

    def _cut(self) -> Size | None:
        """What the middle of the enlarged picture is cut to."""
        across, down = self.asked()
        return (across, down) if across and down and self.fit == "fill" and self.region is None else None

    def size(self, source: Size | None) -> Size | None:
        return self._cut() or (source and self.goal(*source)[1])

    def finish(self) -> Finish:
        dots = {"print": self.dpi, "preset": PRINTED if self.preset == "print" else None}.get(self.by)
        return Finish(cut=self._cut(), dots=dots, judged=True)

    def check(self, sources: Sources) -> None:
        source = sources.get(self.image)
        if source is None or self.by == "factor":
            return
        whole = self.region.of if self.region is not None and self.region.of else (source.width, source.height)
        scale = self._scale(*whole)
        field = {"preset": "preset", "side": "target", "print": "print_width", "pixels": "width"}[self.by]
        if field not in ("preset", "target") and self.asked()[0] is None:
            field = field.replace("width", "height")
        if scale <= 1 and self.by == "print":
            has = math.floor(self.dpi / scale)
            message = f"the picture has pixels enough: printed in this size it has {has} dots an inch as it is"
        elif scale <= 1:
            message = f"the picture is {whole[0]} x {whole[1]} pixels, as large as is asked for"
        elif scale > FACTORS[-1]:
            message = f"that is {scale:.3g} times the picture's {whole[0]} x {whole[1]} pixels; eight times is the most"
        else:
            return
        raise Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])
