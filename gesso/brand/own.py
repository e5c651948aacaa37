"""Keeping what is a team's own: written, changed, thrown away, handed on as a file and taken in from one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlalchemy import delete, func, select

from gesso import presets
from gesso.brand.kit import KitBody
from gesso.brand.tables import Favorite, Own
from gesso.db import Work
from gesso.kit.errors import Conflict, Invalid, NotFound
from gesso.kit.time import now
from gesso.presets import OWN, OWN_PLATFORM, Caption, Format, FormatKind, Safe, Style, Template, Type, Zone

Kind = Literal["style", "template", "kit", "format"]

MOST: Final = 500
"""Of each kind, for a team: all of them are in every list."""
TITLE: Final = 100
FORMAT: Final = 1


class StyleBody(BaseModel):
    """What a style says to models; offline it is painted as the style `base`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=1000)
    negative: str = Field("", max_length=1000)
    base: str = "painterly"

    @field_validator("base")
    @classmethod
    def _known(cls, base: str) -> str:
        found = presets.style(base)
        if found is None:
            raise ValueError(f"no style is named “{base}”")
        return found.id


class TemplateBody(BaseModel):
    """What a template fills a form with. `{name:words}` in the prompt is a gap with what stands in it at first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: str = Field(min_length=1, max_length=10_000)
    width: int = Field(ge=64, le=8192)
    height: int = Field(ge=64, le=8192)
    style: str = Field("", max_length=100)
    quality: Literal["draft", "standard", "premium"] = "standard"
    platform: str = Field("", max_length=50)
    use_cases: tuple[str, ...] = Field((), max_length=10)

    @field_validator("style")
    @classmethod
    def _known(cls, style: str) -> str:
        if not style or style.startswith(OWN):
            return style
        found = presets.style(style)
        if found is None:
            raise ValueError(f"no style is named “{style}”")
        return found.id


Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class SafeBody(BaseModel):
    """The shares of the edges that are covered or cut: something is left between them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    top: Share = 0.0
    bottom: Share = 0.0
    left: Share = 0.0
    right: Share = 0.0

    @model_validator(mode="after")
    def _some(self) -> "SafeBody":
        if self.top + self.bottom >= 1 or self.left + self.right >= 1:
            raise ValueError("the safe edges leave nothing of the picture")
        return self


class ZoneBody(BaseModel):
    """What is drawn over the picture, in shares of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=60)
    x: Share
    y: Share
    width: Share
    height: Share


class CaptionBody(BaseModel):
    """How long the words beside a picture may be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max: int | None = Field(None, ge=1, le=1_000_000)
    hashtags: int | None = Field(None, ge=0, le=1000)
    mentions: int | None = Field(None, ge=0, le=1000)
    source: str = Field("", max_length=500)


class FormatBody(BaseModel):
    """What a place of the team's own asks of a picture. Its `platform` is one of those known, or “own”."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: str = OWN_PLATFORM
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    types: tuple[Type, ...] = Field(("jpeg", "png"), min_length=1, max_length=5)
    max_bytes: int | None = Field(None, ge=1000, le=1_000_000_000)
    safe: SafeBody = SafeBody()
    zones: tuple[ZoneBody, ...] = Field((), max_length=20)
    round: bool = False
    kind: FormatKind = "feed"
    caption: CaptionBody | None = None
    alt_max: int | None = Field(None, ge=1, le=100_000)
    source: str = Field("", max_length=500)
    as_of: date = Field(default_factory=lambda: now().date())
    note: str = Field("", max_length=500)

    @field_validator("platform")
    @classmethod
    def _known(cls, platform: str) -> str:
        if platform in ("", OWN_PLATFORM):
            return OWN_PLATFORM
        found = presets.platform(platform)
        if found is None:
            raise ValueError(f"no platform is named “{platform}”")
        return found.id


KINDS: Final[Mapping[Kind, type[StyleBody] | type[TemplateBody] | type[KitBody] | type[FormatBody]]] = {
    "style": StyleBody,
    "template": TemplateBody,
    "kit": KitBody,
    "format": FormatBody,
}


def style(row: Own) -> Style:
    """An own style, as the ready-made ones are."""
    body = StyleBody.model_validate(row.body)
    return presets.own_style(f"{OWN}{row.id}", row.title, body.text, body.negative, body.base)


def template(row: Own) -> Template:
    """An own template, as the ready-made ones are."""
    told = TemplateBody.model_validate(row.body).model_dump()
    return Template(f"{OWN}{row.id}", row.title, told.pop("platform"), "own", **told)


def format(row: Own) -> Format:
    """An own format, as those of the platforms are."""
    body = FormatBody.model_validate(row.body)
    return Format(
        f"{OWN}{row.id}",
        body.platform,
        row.title,
        body.width,
        body.height,
        body.types,
        body.max_bytes,
        Safe(**body.safe.model_dump()),
        tuple(Zone(**zone.model_dump()) for zone in body.zones),
        body.round,
        body.kind,
        Caption(**body.caption.model_dump()) if body.caption else None,
        body.alt_max,
        body.source,
        body.as_of,
        body.note,
        own=True,
    )


async def formats(work: Work) -> list[Format]:
    """All formats: the team's own, the newest first, and those of the platforms."""
    return [*map(format, await listed(work, "format")), *presets.FORMATS.values()]


async def named(work: Work, names: Sequence[str]) -> list[Format]:
    """The formats of these ids, ready-made or own, each once and in this order; Invalid names those that are none."""
    known: dict[str, Format] = {}
    missing = []
    own = {each.id: each for each in await formats(work) if each.own} if any(map(_owned, names)) else {}
    for name in names:
        found = own.get(name) if _owned(name) else presets.format(name)
        if found is None:
            missing.append(name)
        else:
            known.setdefault(found.id, found)
    if missing:
        message = f"no format is named “{missing[0]}”; the list of formats has them all"
        raise Invalid(f"formats: {message}.", fields=[_fault("formats", message)], missing=missing)
    return list(known.values())


def _owned(name: str) -> bool:
    return name.startswith(OWN)


async def listed(work: Work, kind: Kind) -> Sequence[Own]:
    """The team's own of a kind, the newest first."""
    work.actor.require("library.read")
    query = Own.visible_to(work.actor).where(Own.kind == kind).order_by(Own.id.desc())
    return (await work.session.scalars(query)).all()


async def get(work: Work, kind: Kind, name: str) -> Own:
    """By the name that a request calls it, `own:<id>`; NotFound for what is not the team's, or not of this kind."""
    work.actor.require("library.read")
    try:
        id = UUID(name.removeprefix(OWN))
    except ValueError:
        raise NotFound(f"There is no such {kind}.") from None
    row = await work.session.scalar(Own.visible_to(work.actor).where(Own.id == id, Own.kind == kind))
    if row is None:
        raise NotFound(f"There is no such {kind}.")
    return row


async def add(work: Work, kind: Kind, title: str, body: Mapping[str, Any]) -> Own:
    work.actor.require("library.write")
    await _room(work, kind, 1)
    row = _row(work, kind, title, body)
    work.session.add(row)
    await work.session.flush()
    return row


async def change(work: Work, kind: Kind, name: str, title: str | None, body: Mapping[str, Any]) -> Own:
    """What is not in `body` stays as it was."""
    work.actor.require("library.write")
    row = await get(work, kind, name)
    row.title, row.body = _title(row.title if title is None else title), _body(kind, {**row.body, **body})
    row.changed_at = now()
    await work.session.flush()
    return row


async def remove(work: Work, kind: Kind, name: str) -> None:
    """Nobody likes it any more, either. Runs that used it keep what it said."""
    work.actor.require("library.write")
    row = await get(work, kind, name)
    gone = (Favorite.team_id == work.actor.team_id, Favorite.kind == kind, Favorite.name == f"{OWN}{row.id}")
    await work.session.execute(delete(Favorite).where(*gone))
    await work.session.delete(row)
    await work.session.flush()


async def like(work: Work, kind: Kind, name: str, favorite: bool) -> None:
    """Marks something, ready-made or own, as one that this person likes; or no more. Twice is once."""
    work.actor.require("library.write")
    if name.startswith(OWN):
        name = f"{OWN}{(await get(work, kind, name)).id}"
    else:
        known = presets.style(name) if kind == "style" else presets.template(name) if kind == "template" else None
        if known is None:
            raise NotFound(f"There is no such {kind}.")
        name = known.id
    key = (work.actor.team_id, work.actor.user_id, kind, name)
    row = await work.session.get(Favorite, key)
    if favorite and row is None:
        work.session.add(Favorite(team_id=key[0], user_id=key[1], kind=kind, name=name))
    elif row is not None and not favorite:
        await work.session.delete(row)
    await work.session.flush()


async def favorites(work: Work, kind: Kind) -> frozenset[str]:
    """The names of what this person likes."""
    work.actor.require("library.read")
    query = select(Favorite.name).where(
        Favorite.team_id == work.actor.team_id, Favorite.user_id == work.actor.user_id, Favorite.kind == kind
    )
    return frozenset((await work.session.scalars(query)).all())


async def handed(work: Work, kind: Kind) -> dict[str, Any]:
    """All of the team's own of a kind, as a file that another studio takes in."""
    rows = await listed(work, kind)
    return {"gesso": f"{kind}s", "format": FORMAT, "items": [{"title": row.title, **row.body} for row in rows]}


async def taken(work: Work, kind: Kind, file: Mapping[str, Any]) -> list[Own]:
    """What stands in such a file, all of it or nothing; what is there already, word for word, is not doubled."""
    work.actor.require("library.write")
    items = readable(kind, file)
    await _room(work, kind, len(items))
    known = {(row.title, tuple(sorted(map(repr, row.body.items())))) for row in await listed(work, kind)}
    fresh = []
    for item in items:
        said = dict(item)
        row = _row(work, kind, str(said.pop("title", "")), said)
        if (row.title, tuple(sorted(map(repr, row.body.items())))) not in known:
            fresh.append(row)
    work.session.add_all(fresh)
    await work.session.flush()
    return fresh


def readable(kind: Kind, file: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What stands in a file of this kind; Invalid for what is none, or holds something that does not fit."""
    if file.get("gesso") != f"{kind}s" or file.get("format") != FORMAT:
        raise Invalid(f"This is no file of {kind}s that this studio can read.")
    items = file.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Invalid(f"This file has no list of {kind}s.")
    for number, item in enumerate(items, 1):
        try:
            _title(str(item.get("title", "")))
            _body(kind, {name: value for name, value in item.items() if name != "title"})
        except Invalid as error:
            raise Invalid(f"Number {number} of the file: {error}", **error.facts) from error
    return items


def _row(work: Work, kind: Kind, title: str, body: Mapping[str, Any]) -> Own:
    actor = work.actor
    return Own(
        team_id=actor.team_id, user_id=actor.user_id, kind=kind, title=_title(title), body=_body(kind, dict(body))
    )


async def _room(work: Work, kind: Kind, more: int) -> None:
    query = select(func.count()).select_from(Own.visible_to(work.actor).where(Own.kind == kind).subquery())
    if (await work.session.scalar(query) or 0) + more > MOST:
        raise Conflict(f"A team keeps at most {MOST} {kind}s of its own. Remove some first.")


def _title(title: str) -> str:
    title = " ".join("".join(sign if sign.isprintable() else " " for sign in title).split())
    if not 1 <= len(title) <= TITLE:
        raise Invalid(f"title: 1 to {TITLE} characters.", fields=[_fault("title", f"1 to {TITLE} characters")])
    return title


def _body(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return KINDS[kind].model_validate(body).model_dump(mode="json")
    except ValidationError as error:
        faults = [
            _fault(".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, "))
            for fault in error.errors()
        ]
        raise Invalid(f"{faults[0]['field']}: {faults[0]['message']}.", fields=faults) from error


def _fault(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": message, "kind": "misfit"}
