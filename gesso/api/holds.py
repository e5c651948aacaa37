"""Legal holds: what is under one can be neither deleted nor erased, by nobody and by no clock."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gesso import accounts, library
from gesso.api.assets import Selection
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.shapes import Touched

router = APIRouter(prefix="/assets", tags=["holds"])


class HoldIn(BaseModel):
    """Which assets, and why: the reason is kept, and told whenever the hold forbids something."""

    model_config = ConfigDict(extra="forbid")

    select: Selection
    reason: str = Field(min_length=1, max_length=library.LONGEST_REASON)


class HoldOut(BaseModel):
    """A hold that an asset is under, or was: `lifted_at` is when that ended."""

    id: UUID
    reason: str
    by: str
    created_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_why: str | None


@router.post("/hold", max_body_size=BODY_BYTES)
async def hold(asked: HoldIn, desk: AtDesk) -> Touched:
    """Puts assets under a legal hold. For owners and admins."""
    desk.actor.require("library.manage")
    async with desk.work() as work:
        ids = await library.hold(work, await asked.select.chosen(work), asked.reason)
    return Touched(changed=len(ids), ids=ids)


@router.post("/hold/lift", max_body_size=BODY_BYTES)
async def lift(asked: HoldIn, desk: AtDesk) -> Touched:
    """Ends every hold on these assets. Who did so, when and why stays written. For owners and admins."""
    desk.actor.require("library.manage")
    async with desk.work() as work:
        ids = await library.lift(work, await asked.select.chosen(work), asked.reason)
    return Touched(changed=len(ids), ids=ids)


@router.get("/{asset_id}/holds")
async def holds(asset_id: UUID, desk: AtDesk) -> list[HoldOut]:
    """The holds that an asset is and was under, the newest first."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        found = await library.of_asset(work, asset_id)
        people = {each.user_id for each in found} | {each.lifted_by for each in found if each.lifted_by}
        names = await accounts.names(work.session, people)
    return [
        HoldOut(
            id=each.id,
            reason=each.reason,
            by=names.get(each.user_id, ""),
            created_at=each.created_at,
            lifted_at=each.lifted_at,
            lifted_by=names.get(each.lifted_by, "") if each.lifted_by else None,
            lifted_why=each.lifted_why,
        )
        for each in found
    ]
