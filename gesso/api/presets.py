"""Styles and templates: what is ready-made, what is the team's own, what a person likes, and how they are found."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from gesso import brand, presets
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.brand import Kind, Own
from gesso.presets import Found, Style, Template

styles = APIRouter(prefix="/styles", tags=["styles"], max_body_size=BODY_BYTES)
templates = APIRouter(prefix="/templates", tags=["templates"], max_body_size=BODY_BYTES)

Asked = Annotated[str, Query(max_length=400, description="Words; slips and other words for the same are understood.")]
Closed = ConfigDict(extra="forbid")


class StyleOut(BaseModel):
    """`native` names the presets that there are of it: an offer whose `styles` is one of these applies it natively.
    Others are told `text`, and `negative` where they take one. An own one is painted offline as the style `base`."""

    id: str
    title: str
    group: str
    group_title: str
    picture: str
    text: str
    negative: str
    base: str
    native: list[str]
    own: bool
    favorite: bool


class ReasonOut(BaseModel):
    kind: Literal["platform", "shape", "use", "title", "category", "size"]
    value: str


class VariableOut(BaseModel):
    """A gap `{name:usual}` in the prompt."""

    name: str
    title: str
    usual: str


class TemplateOut(BaseModel):
    """`prompt` has gaps, which are its `variables`. `why` says what of it answers the words that were asked for."""

    id: str
    title: str
    platform: str
    platform_title: str
    category: str
    category_title: str
    width: int
    height: int
    style: str
    quality: str
    use_cases: list[str]
    prompt: str
    variables: list[VariableOut]
    picture: str | None
    own: bool
    favorite: bool
    why: list[ReasonOut]


class StyleIn(BaseModel):
    """A style of one's own; offline it is painted as the ready-made style `base`."""

    model_config = Closed

    title: str = Field(max_length=200)
    text: str = Field(max_length=1000)
    negative: str = Field("", max_length=1000)
    base: str = "painterly"


class StyleChange(BaseModel):
    """What is left out stays."""

    model_config = Closed

    title: str | None = Field(None, max_length=200)
    text: str | None = Field(None, max_length=1000)
    negative: str | None = Field(None, max_length=1000)
    base: str | None = None


class TemplateIn(BaseModel):
    """A template of one's own; `{name:words}` in its prompt is a gap with what stands in it at first."""

    model_config = Closed

    title: str = Field(max_length=200)
    prompt: str = Field(max_length=10_000)
    width: int
    height: int
    style: str = ""
    quality: str = "standard"
    platform: str = ""
    use_cases: list[str] = Field(default_factory=list, max_length=10)


class TemplateChange(BaseModel):
    """What is left out stays."""

    model_config = Closed

    title: str | None = Field(None, max_length=200)
    prompt: str | None = Field(None, max_length=10_000)
    width: int | None = None
    height: int | None = None
    style: str | None = None
    quality: str | None = None
    platform: str | None = None
    use_cases: list[str] | None = Field(None, max_length=10)


class Liking(BaseModel):
    model_config = Closed

    favorite: bool


class File(BaseModel):
    """A team's own, as one studio hands it to another."""

    model_config = Closed

    gesso: str
    format: int
    items: list[dict[str, Any]]


def style_out(style: Style, liked: frozenset[str]) -> StyleOut:
    return StyleOut(
        id=style.id,
        title=style.title,
        group=style.group,
        group_title=presets.GROUPS[style.group],
        picture=style.picture,
        text=style.text,
        negative=style.negative,
        base=style.base or style.id,
        native=sorted(style.native),
        own=style.group == "own",
        favorite=style.id in liked,
    )


def template_out(found: Found[Template], liked: frozenset[str]) -> TemplateOut:
    template = found.item
    return TemplateOut(
        id=template.id,
        title=template.title,
        platform=template.platform,
        platform_title=template.platform_title,
        category=template.category,
        category_title=presets.CATEGORIES[template.category],
        width=template.width,
        height=template.height,
        style=template.style,
        quality=template.quality,
        use_cases=list(template.use_cases),
        prompt=template.prompt,
        variables=[
            VariableOut(name=each.name, title=each.title, usual=each.usual)
            for each in presets.variables(template.prompt)
        ],
        picture=template.picture,
        own=template.category == "own",
        favorite=template.id in liked,
        why=[ReasonOut(kind=each.kind, value=each.value) for each in found.why],
    )


def _said(change: BaseModel) -> dict[str, Any]:
    """What a change says, without its title."""
    return {name: value for name, value in change.model_dump(exclude={"title"}).items() if value is not None}


def _alone(template: Template) -> Found[Template]:
    return Found(template, 0.0, ())


@styles.get("")
async def every_style(desk: AtDesk, q: Asked = "") -> list[StyleOut]:
    """All styles in their groups, the team's own first; or those that answer the words, the best first."""
    async with desk.read() as work:
        every = [*map(brand.style, await brand.listed(work, "style")), *presets.STYLES.values()]
        liked = await brand.favorites(work, "style")
    return [style_out(found.item, liked) for found in presets.search(q, every)]


@styles.post("", status_code=201)
async def add_style(said: StyleIn, desk: AtDesk) -> StyleOut:
    """Keeps a style of the team's own. Requests name it by its `id`."""
    return style_out(brand.style(await _add(desk, "style", said)), frozenset())


@styles.get("/export")
async def export_styles(desk: AtDesk) -> File:
    """The team's own styles as a file."""
    async with desk.read() as work:
        return File.model_validate(await brand.handed(work, "style"))


@styles.post("/import", status_code=201)
async def import_styles(file: File, desk: AtDesk) -> list[StyleOut]:
    """Takes in the styles of such a file, all of them or none; gives those that are new here."""
    return [style_out(brand.style(row), frozenset()) for row in await _take(desk, "style", file)]


@styles.patch("/{name}")
async def change_style(name: str, said: StyleChange, desk: AtDesk) -> StyleOut:
    """Changes a style of the team's own. What was made with it stays as it is, also when it is made again."""
    row, liked = await _change(desk, "style", name, said.title, _said(said))
    return style_out(brand.style(row), liked)


@styles.delete("/{name}", status_code=204)
async def remove_style(name: str, desk: AtDesk) -> None:
    """Throws a style of the team's own away."""
    async with desk.work() as work:
        await brand.remove(work, "style", name)


@styles.put("/{name}/favorite", status_code=204)
async def like_style(name: str, liking: Liking, desk: AtDesk) -> None:
    """Marks a style, ready-made or own, as one that you like."""
    async with desk.work() as work:
        await brand.like(work, "style", name, liking.favorite)


@templates.get("")
async def every_template(desk: AtDesk, q: Asked = "") -> list[TemplateOut]:
    """All templates, the team's own first; or those that answer the words, the best first."""
    every, liked = await _templates(desk)
    return [template_out(found, liked) for found in presets.search(q, every)]


@templates.get("/recommend")
async def recommended(
    desk: AtDesk,
    text: Annotated[str, Query(min_length=1, max_length=400, description="What it is for, in a sentence.")],
) -> list[TemplateOut]:
    """The templates that a sentence asks for, as “product launch on instagram, vertical” does, with the reasons."""
    every, liked = await _templates(desk)
    return [template_out(found, liked) for found in presets.recommend(text, every)]


@templates.post("", status_code=201)
async def add_template(said: TemplateIn, desk: AtDesk) -> TemplateOut:
    """Keeps a template of the team's own."""
    return template_out(_alone(brand.template(await _add(desk, "template", said))), frozenset())


@templates.get("/export")
async def export_templates(desk: AtDesk) -> File:
    """The team's own templates as a file."""
    async with desk.read() as work:
        return File.model_validate(await brand.handed(work, "template"))


@templates.post("/import", status_code=201)
async def import_templates(file: File, desk: AtDesk) -> list[TemplateOut]:
    """Takes in the templates of such a file, all of them or none; gives those that are new here."""
    return [template_out(_alone(brand.template(row)), frozenset()) for row in await _take(desk, "template", file)]


@templates.patch("/{name}")
async def change_template(name: str, said: TemplateChange, desk: AtDesk) -> TemplateOut:
    """Changes a template of the team's own."""
    row, liked = await _change(desk, "template", name, said.title, _said(said))
    return template_out(_alone(brand.template(row)), liked)


@templates.delete("/{name}", status_code=204)
async def remove_template(name: str, desk: AtDesk) -> None:
    """Throws a template of the team's own away."""
    async with desk.work() as work:
        await brand.remove(work, "template", name)


@templates.put("/{name}/favorite", status_code=204)
async def like_template(name: str, liking: Liking, desk: AtDesk) -> None:
    """Marks a template, ready-made or own, as one that you like."""
    async with desk.work() as work:
        await brand.like(work, "template", name, liking.favorite)


async def _templates(desk: Desk) -> tuple[list[Template], frozenset[str]]:
    async with desk.read() as work:
        every = [*map(brand.template, await brand.listed(work, "template")), *presets.TEMPLATES.values()]
        return every, await brand.favorites(work, "template")


async def _add(desk: Desk, kind: Kind, said: StyleIn | TemplateIn) -> Own:
    async with desk.work() as work:
        return await brand.add(work, kind, said.title, _said(said))


async def _change(
    desk: Desk, kind: Kind, name: str, title: str | None, body: Mapping[str, Any]
) -> tuple[Own, frozenset[str]]:
    async with desk.work() as work:
        return await brand.change(work, kind, name, title, body), await brand.favorites(work, kind)


async def _take(desk: Desk, kind: Kind, file: File) -> list[Own]:
    async with desk.work() as work:
        return await brand.taken(work, kind, file.model_dump())
