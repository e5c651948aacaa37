"""Named routes that other clients know: how many assets there are, and how often one was used."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gesso.api import analytics, storage, trash
from gesso.api.analytics import LookedAtOut, UsageOut
from gesso.api.desk import AtDesk
from gesso.kit.time import now
from gesso.upkeep import figures
from gesso.upkeep.figures import Asked

router = APIRouter(prefix="/content-assets", tags=["content assets"])


class StatisticsOut(BaseModel):
    """`total` counts what is kept; what is in the trash besides is `deleted`. Bytes (of originals), and what is
    told by kind, studio and operation, include the trash; uses are those of the last thirty days."""

    total: int
    deleted: int
    bytes: int
    by_kind: dict[str, int]
    by_studio: dict[str, int]
    by_operation: dict[str, int]
    favourites: int
    usage: LookedAtOut


@router.get("/statistics")
async def statistics(desk: AtDesk) -> StatisticsOut:
    """The team's assets in numbers."""
    desk.actor.require("library.read")
    kept, thrown = await storage.shown(desk), await trash.shown(desk)
    async with desk.read() as work:
        liked = await figures.favourites(work)
        used, _ = await figures.looked_at(work, Asked.of(None, now().date()))
    return StatisticsOut(
        total=max(kept.assets - thrown.count, 0),
        deleted=thrown.count,
        bytes=kept.used,
        by_kind={each.key: each.assets for each in kept.kinds},
        by_studio={each.key: each.assets for each in kept.studios},
        by_operation={each.key or "upload": each.assets for each in kept.operations},
        favourites=liked,
        usage=LookedAtOut(**used),
    )


@router.get("/{asset_id}/usage")
async def usage(asset_id: UUID, desk: AtDesk, days: Annotated[int, Query(ge=1, le=731)] = 30) -> UsageOut:
    """How often an asset was viewed, downloaded, shared and worked with."""
    return await analytics.usage(asset_id, desk, days)
