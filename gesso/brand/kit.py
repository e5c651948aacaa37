"""A brand kit: how a brand looks and speaks. Its logo is an asset of the library."""

from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select, update

from gesso import library
from gesso.brand.tables import Own
from gesso.db import Work
from gesso.kit.errors import Invalid, NotFound
from gesso.ops.branded import Avoided, OwnBrand, OwnLogo, Shade
from gesso.ops.fields import ImageRef
from gesso.presets import OWN

DEFAULT: Final = "default"
"""Names, in a request, the kit that the team has chosen."""


class KitBody(BaseModel):
    """`voice` is a sentence or some adjectives. `heading` and `body` are names of fonts, `logo_dark` is the logo for
    dark grounds. `clear_space` is a share of the logo's height, `least` the smallest width of the logo in pixels.
    `dos` and `donts` say what pictures show and what they never show."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voice: str = Field("", max_length=300)
    palette: tuple[Shade, ...] = Field(min_length=1, max_length=8)
    heading: str = Field("", max_length=80)
    body: str = Field("", max_length=80)
    logo: UUID | None = None
    logo_dark: UUID | None = None
    clear_space: float = Field(0.5, ge=0, le=2)
    least: int = Field(64, ge=0, le=2000)
    use: tuple[str, ...] = Field((), max_length=30)
    avoid: tuple[Avoided, ...] = Field((), max_length=50)
    dos: tuple[str, ...] = Field((), max_length=10)
    donts: tuple[str, ...] = Field((), max_length=10)

    @field_validator("use", "dos", "donts")
    @classmethod
    def _short(cls, said: tuple[str, ...]) -> tuple[str, ...]:
        tidy = tuple(dict.fromkeys(filter(None, (" ".join(each.split()) for each in said))))
        if any(len(each) > 200 for each in tidy):
            raise ValueError("200 characters each at most")
        return tidy

    @field_validator("voice", "heading", "body")
    @classmethod
    def _line(cls, said: str) -> str:
        return " ".join(said.split())


def words(name: str, title: str, body: KitBody) -> OwnBrand:
    """What a run is told of a kit."""
    return OwnBrand(
        id=name,
        title=title,
        voice=body.voice,
        use=body.use,
        dos=body.dos,
        donts=body.donts,
        avoid=body.avoid,
        palette=body.palette,
    )


def worded(prompt: str, body: KitBody) -> tuple[str, str]:
    """A prompt as models are told it, and what they are told to leave out."""
    own = words("", "", body)
    return ", ".join(filter(None, (own.spoken(prompt).strip().rstrip(",."), own.text))), own.negative


def mark(name: str, title: str, body: KitBody) -> OwnLogo:
    """The logo of a kit for an export; Invalid where it has none."""
    if body.logo is None:
        fault = {"field": "brand", "message": "this kit has no logo", "kind": "misfit"}
        raise Invalid("brand: this kit has no logo.", fields=[fault])
    light, dark = ImageRef(int=body.logo.int), ImageRef(int=body.logo_dark.int) if body.logo_dark else None
    return OwnLogo(id=name, title=title, light=light, dark=dark, clear=body.clear_space, least=body.least)


async def logos_there(work: Work, said: Any) -> None:
    """Raises Invalid unless the logos that a kit names are pictures of the team's."""
    for field in ("logo", "logo_dark"):
        if (id := said.get(field)) is not None:
            try:
                await library.require(work, [ImageRef(str(id))])
            except (NotFound, Invalid, ValueError):
                fault = {"field": field, "message": "is no picture of your library", "kind": "misfit"}
                raise Invalid(f"{field}: is no picture of your library.", fields=[fault]) from None


async def choose(work: Work, row: Own, on: bool) -> None:
    """Makes a kit the one that new requests begin with, or none. There is one at most."""
    work.actor.require("library.write")
    await work.session.execute(
        update(Own).where(Own.team_id == work.actor.team_id, Own.kind == "kit").values(chosen=False)
    )
    row.chosen = on
    await work.session.flush()


async def chosen(work: Work) -> str | None:
    """The name of the team's default kit."""
    query = select(Own.id).where(Own.team_id == work.actor.team_id, Own.kind == "kit", Own.chosen)
    id = await work.session.scalar(query)
    return None if id is None else f"{OWN}{id}"
