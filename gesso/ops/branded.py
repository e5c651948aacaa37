"""Brands in requests: a team's kit is named by its id, and what it says is written beside the name."""

import re
from functools import partial
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from gesso.ops.fields import Colour, Form, ImageRef, titled, ui
from gesso.presets import OWN

BRAND: Final[Any] = Field(
    None,
    max_length=100,
    title="Brand",
    description="A kit of your team's: its words and its colours go into the picture.",
    json_schema_extra=ui("brand"),
)
STAMP: Final[Any] = Field(
    None,
    max_length=100,
    title="Brand",
    description="A kit of your team's: its logo is drawn on the picture.",
    json_schema_extra=ui("brand", advanced=True),
)
LOGO: Final[Any] = Field(
    "bottom_right",
    title="Logo",
    description="Where it stands, as far from the edge as the kit wants it to be.",
    json_schema_extra=ui(
        "select",
        advanced=True,
        visible_if={"brand": "set"},
        options=titled(
            top_left="Top left",
            top="Top",
            top_right="Top right",
            centre="Centre",
            bottom_left="Bottom left",
            bottom="Bottom",
            bottom_right="Bottom right",
        ),
    ),
)
LOGO_SIZE: Final[Any] = Field(
    0.18,
    ge=0.02,
    le=1,
    title="Size of the logo",
    description="Its long side, as a share of the picture's short side.",
    json_schema_extra=ui("slider", step=0.01, advanced=True, visible_if={"brand": "set"}),
)
LOGO_OPACITY: Final[Any] = Field(
    1,
    ge=0.1,
    le=1,
    title="Opacity of the logo",
    json_schema_extra=ui("slider", step=0.05, advanced=True, visible_if={"brand": "set"}),
)
Role = Literal["primary", "accent", "ground", "text"]
Corner = Literal["top_left", "top", "top_right", "centre", "bottom_left", "bottom", "bottom_right"]
_NEVER: Final = re.compile(
    r"^(never|no|not|do(n[\u2019']t| not)|avoid|nie|niemals|keine?n?|nicht)\b[\s:]*(show|use|have|zeigen)?\b\s*",
    re.IGNORECASE,
)

_SAID: Final = ConfigDict(frozen=True, extra="forbid")


class Shade(BaseModel):
    """A colour of a palette, and what it is for."""

    model_config = _SAID

    colour: Colour
    name: str = Field("", max_length=40)
    role: Role = "primary"

    @property
    def words(self) -> str:
        """As a model is told of it."""
        return f"{self.name} {self.colour}".strip()


class Avoided(BaseModel):
    """A word that a brand does not say; `instead` stands in its place where there is one."""

    model_config = _SAID

    word: str = Field(min_length=1, max_length=60)
    instead: str = Field("", max_length=60)

    @field_validator("word", "instead")
    @classmethod
    def _bare(cls, text: str) -> str:
        return " ".join(text.split())

    @property
    def pattern(self) -> re.Pattern[str]:
        """Where it stands in a text, on its own or in the plural."""
        return re.compile(rf"(?<!\w){re.escape(self.word)}(?:e?s)?(?!\w)", re.IGNORECASE)


class OwnBrand(BaseModel):
    """What a kit said when it was asked for: it may be changed or thrown away after."""

    model_config = _SAID

    id: str
    title: str
    voice: str = ""
    use: tuple[str, ...] = ()
    dos: tuple[str, ...] = ()
    donts: tuple[str, ...] = ()
    avoid: tuple[Avoided, ...] = ()
    palette: tuple[Shade, ...] = ()

    def spoken(self, words: str) -> str:
        """The words, with what is not said replaced where the kit knows better."""
        for each in self.avoid:
            if each.instead:
                words = each.pattern.sub(partial(_cased, each.instead), words)
        return words

    @property
    def told(self) -> tuple[str, ...]:
        """What models are told beside the prompt."""
        colours = ", ".join(shade.words for shade in self.palette)
        said = (self.voice, *self.use, *self.dos, f"in the colours {colours}" if colours else "")
        return tuple(part.strip().rstrip(".,") for part in said if part.strip())

    @property
    def text(self) -> str:
        return ", ".join(self.told)

    @property
    def negative(self) -> str:
        """What is to be left out, as things: a model that is told to avoid “never fog” would paint fog."""
        things = (_NEVER.sub("", each).strip().rstrip(".,") for each in self.donts)
        return ", ".join(dict.fromkeys([*(each.word for each in self.avoid), *filter(None, things)]))


class OwnLogo(BaseModel):
    """The logo of a kit, as it was when it was asked for. `dark` is the one for dark grounds, `clear` the space around
    it, a share of its height; `least` its smallest width in pixels."""

    model_config = _SAID

    id: str
    title: str
    light: ImageRef
    dark: ImageRef | None = None
    clear: float = 0.5
    least: int = 0


class _Named(Form):
    """A request with a field `brand`. What the kit says is no field of its form: the studio writes it there."""

    @field_validator("brand", check_fields=False)
    @classmethod
    def _a_kit(cls, brand: str | None) -> str | None:
        if brand is None or not brand.strip():
            return None
        if not brand.startswith(OWN):
            raise ValueError("name a kit by its id, as the list of kits does")
        return brand

    def _agrees(self, kept: OwnBrand | OwnLogo | None) -> None:
        if (getattr(self, "brand", None) or None) != (kept.id if kept else None):
            raise ValueError("what this kit says is not known")


class Branded(_Named):
    """Words and colours of a kit."""

    own_brand: SkipJsonSchema[OwnBrand | None] = None

    @model_validator(mode="after")
    def _its_words(self) -> Self:
        self._agrees(self.own_brand)
        return self

    @property
    def spoken(self) -> str:
        """The prompt, with what the brand does not say replaced."""
        prompt = str(getattr(self, "prompt", ""))
        return self.own_brand.spoken(prompt) if self.own_brand else prompt


class Stamped(_Named):
    """The logo of a kit, drawn on a picture that leaves the studio: its fields are `brand`, `logo`, `logo_size` and
    `logo_opacity`."""

    own_logo: SkipJsonSchema[OwnLogo | None] = None

    @model_validator(mode="after")
    def _its_logo(self) -> Self:
        self._agrees(self.own_logo)
        return self

    @property
    def marks(self) -> tuple[ImageRef, ...]:
        """The logo's pictures: the usual one, and that for dark grounds, if there is one."""
        own = self.own_logo
        return tuple(ref for ref in (own.light, own.dark) if ref is not None) if own else ()


def _cased(new: str, found: re.Match[str]) -> str:
    return new[:1].upper() + new[1:] if found[0][:1].isupper() else new
