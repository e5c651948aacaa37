"""Named routes for what the studio keeps, for clients that know assets by these names. They do what those under
`/assets` do, by the same functions."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gesso import library
from gesso.api import assets
from gesso.api.assets import AssetChange, Filters
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.api.imports import UrlIn, taken
from gesso.api.shapes import AssetOut, assets_out
from gesso.kit.errors import Invalid

router = APIRouter(prefix="/content-assets", tags=["content assets"])

JSON = "application/json"
CREATE = {
    "requestBody": {
        "required": True,
        "content": {
            **assets.UPLOAD["requestBody"]["content"],  # type: ignore[dict-item]
            JSON: {"schema": {"$ref": "#/components/schemas/UrlIn"}},
        },
    }
}


class ContentPage(BaseModel):
    """A page of the list. `next`, when there is one, is the `after` of the page that follows."""

    items: list[AssetOut]
    next: str | None


class ContentList(Filters):
    """The filters of `/assets`, by their own names and by those that other clients know."""

    asset_type: Literal["image", "video", "audio", "mesh", "text"] | None = None
    search: Annotated[str, StringConstraints(max_length=500)] | None = None
    favorites_only: bool = False
    source_module: str | None = Field(None, max_length=100, description="The operation that made it.")
    after: Annotated[str, StringConstraints(pattern=assets.CURSOR)] | None = None
    limit: int = Field(50, ge=1, le=200)

    def named(self) -> Filters:
        told = self.model_dump(include=self.model_fields_set & Filters.model_fields.keys())
        more = {"kind": self.asset_type, "q": self.search, "favorite": self.favorites_only or None}
        told |= {name: value for name, value in more.items() if value is not None}
        if self.source_module is not None:
            told["op"] = [self.source_module]
        return Filters.model_validate(told)


class Favourite(BaseModel):
    model_config = ConfigDict(extra="forbid")

    favorite: bool


@router.get("")
async def listed(desk: AtDesk, asked: Annotated[ContentList, Query()]) -> ContentPage:
    """The team's assets that the filters leave, the newest first unless `sort` says otherwise."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        page = await library.listed(work, await asked.named().resolved(work), after=asked.after, limit=asked.limit)
        return ContentPage(items=await assets_out(work, page.items), next=page.next)


@router.post("", status_code=201, openapi_extra=CREATE)
async def create(request: Request, desk: AtDesk, response: Response) -> AssetOut:
    """Takes a file in: as multipart field `file`, or as JSON with the `url` where it lies."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON:
        asked = await _told(request)
        return await taken(desk, asked.url, response, title=asked.title, tags=asked.tags)
    return await assets.upload(request, desk, response)


@router.get("/{asset_id}")
async def get(asset_id: UUID, desk: AtDesk) -> AssetOut:
    """One asset, also from the trash."""
    return await assets.get(asset_id, desk)


@router.put("/{asset_id}", max_body_size=BODY_BYTES)
@router.patch("/{asset_id}", max_body_size=BODY_BYTES)
async def update(asset_id: UUID, wanted: AssetChange, desk: AtDesk) -> AssetOut:
    """Changes what is named: title, favourite, rating, caption, alternative text, tags."""
    return await assets.change(asset_id, wanted, desk)


@router.delete("/{asset_id}")
async def remove(asset_id: UUID, desk: AtDesk) -> AssetOut:
    """Into the trash."""
    return await _changed(desk, asset_id, "deleted", True)


@router.post("/{asset_id}/favorite", max_body_size=BODY_BYTES)
async def favourite(asset_id: UUID, desk: AtDesk, wanted: Favourite | None = None) -> AssetOut:
    """A favourite, or with `favorite` false no longer one; without a body, the other of what it is."""
    async with desk.read() as work:
        now = (await library.get(work, asset_id)).favorite
    return await _changed(desk, asset_id, "favorite", not now if wanted is None else wanted.favorite)


@router.head("/{asset_id}/content", include_in_schema=False)
@router.get("/{asset_id}/content", response_class=Response)
async def content(
    asset_id: UUID, desk: AtDesk, request: Request, download: bool = False, recipe: bool | None = None
) -> Response:
    """The original bytes, by ranges too."""
    return await assets.file(asset_id, desk, request, download, recipe)


async def _changed(desk: Desk, asset_id: UUID, what: Literal["deleted", "favorite"], value: bool) -> AssetOut:
    desk.actor.require("library.write")
    async with desk.work() as work:
        asset = await (
            library.favorite(work, asset_id, value) if what == "favorite" else library.remove(work, asset_id)
        )
        return (await assets_out(work, [asset]))[0]


async def _told(request: Request) -> UrlIn:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise Invalid("This is too long.")
    try:
        return UrlIn.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join(map(str, fault["loc"])) or "url"
        raise Invalid(f"{field}: {fault['msg']}.", fields=[{"field": field}]) from None
