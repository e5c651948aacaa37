"""Styles in requests: named by an id, ready-made or a team's own."""

from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from gesso import presets
from gesso.ops.fields import Form, ui

STYLE: Final[Any] = Field(
    None,
    max_length=100,
    title="Style",
    description="The manner or medium. Left empty, the prompt decides.",
    json_schema_extra=ui("styles") | {"examples": ["watercolour", "cinematic", "3d_model"]},
)


class OwnStyle(BaseModel):
    """What a style of a team's own said when it was asked for: it may be changed or thrown away after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    text: str
    negative: str = ""
    base: str = "painterly"


class Styled(Form):
    """A request with a field `style`. `own_style` is no field of its form: the studio writes there what an own one
    says."""

    own_style: SkipJsonSchema[OwnStyle | None] = None

    @field_validator("style", check_fields=False)
    @classmethod
    def _known(cls, style: str | None) -> str | None:
        """The id as we spell it; ValueError for what no style is called."""
        if style is None or not style.strip():
            return None
        if style.startswith(presets.OWN):
            return style
        found = presets.style(style)
        if found is None:
            near = presets.nearest(style)
            meant = f"did you mean {' or '.join(near)}?" if near else "the list of styles has them all"
            raise ValueError(f"no style is named “{style}”; {meant}")
        return found.id

    @model_validator(mode="after")
    def _written(self) -> Self:
        style = self._named
        if (style if style.startswith(presets.OWN) else None) != (self.own_style.id if self.own_style else None):
            raise ValueError("what this style of your own says is not known")
        return self

    @property
    def _named(self) -> str:
        return getattr(self, "style", None) or ""

    @property
    def worn(self) -> presets.Style | None:
        """The style itself."""
        if self.own_style is None:
            return presets.STYLES.get(self._named)
        own = self.own_style
        return presets.own_style(own.id, own.title, own.text, own.negative, own.base)
