"""Assets: what differs between two of them, in their pixels and in how they were made."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from gesso import library, runs
from gesso.api.assets import FOREVER, holds
from gesso.api.desk import AtDesk
from gesso.imaging.difference import difference as differing
from gesso.kit.errors import Invalid

router = APIRouter(prefix="/assets", tags=["assets"])

Against = Annotated[UUID, Query(description="The asset that it is held against: the one before.")]


class ChangeOut(BaseModel):
    """`name` is a field of the recipe, or op, offer or cost (thousandths of a credit) of the whole; null where one of
    the two has none."""

    name: str
    title: str
    before: Any
    after: Any


class ChangesOut(BaseModel):
    """What differs between how two assets were made; `same` counts the settings that do not. Where it is not known of
    one of them, there is nothing to compare."""

    before_known: bool
    after_known: bool
    items: list[ChangeOut]
    same: int = Field(description="Settings that are alike.")


@router.get("/{asset_id}/difference", response_class=Response, responses={200: {"content": {"image/png": {}}}})
async def difference(
    asset_id: UUID,
    against: Against,
    desk: AtDesk,
    request: Request,
    tolerance: Annotated[int, Query(ge=0, le=255, description="Up to this much of 255 is no difference.")] = 0,
) -> Response:
    """Where two pictures differ: a PNG of this one's size whose pixel has the colour of how much it differs, dark where
    it does not. `Gesso-Facts` says in JSON: `pixels`, `changed`, `largest`, `mean` (of 255), and `scaled`, where the
    other had another size."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        after, before = await library.get(work, asset_id), await library.get(work, against)
    if after.kind != "image" or before.kind != "image":
        raise Invalid("Two pictures are needed to see where they differ.")
    headers = {"ETag": f'"{before.sha256}-{after.sha256}-{tolerance}"', "Cache-Control": FOREVER}
    if holds(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    studio = desk.studio
    data = [await studio.store.get(each.key) for each in (before, after)]
    found = await studio.pool.run(differing, *data, tolerance, studio.limits.pixels)
    told = {name: getattr(found, name) for name in ("pixels", "changed", "largest", "mean", "scaled")}
    return Response(found.png, media_type="image/png", headers={**headers, "Gesso-Facts": json.dumps(told)})


@router.get("/{asset_id}/changes")
async def changes(asset_id: UUID, against: Against, desk: AtDesk) -> ChangesOut:
    """What differs between how two assets were made: their words, settings, model and cost."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        after, before = await library.get(work, asset_id), await library.get(work, against)
        found = await runs.changes(work, await desk.studio.runs.catalog(work), before, after)
    known = found.known
    return ChangesOut(
        before_known=known[0],
        after_known=known[1],
        items=[ChangeOut(name=c.name, title=c.title, before=c.before, after=c.after) for c in found.items],
        same=found.same,
    )
