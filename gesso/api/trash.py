"""The trash: what is in it, what goes when, and emptying it."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from gesso.api.chores import ChoreOut, chore_out
from gesso.api.desk import AtDesk
from gesso.kit.time import now
from gesso.upkeep import trash

router = APIRouter(prefix="/trash", tags=["storage"])


class TrashOut(BaseModel):
    """Something is erased `days` after it was deleted (0: never by itself). `held` are under a legal hold and stay,
    `soon` go within a week, `next_at` is when the first does."""

    days: int
    default_days: int
    count: int
    bytes: int
    held: int
    soon: int
    next_at: datetime | None


@router.get("")
async def shown(desk: AtDesk) -> TrashOut:
    """What is in the trash, and when it goes. `GET /api/assets?deleted=true` lists it."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        found = await trash.outline(work, desk.studio.upkeep.trash_days)
    return TrashOut(
        days=found.days,
        default_days=found.default_days,
        count=found.count,
        bytes=found.bytes,
        held=found.held,
        soon=found.soon,
        next_at=found.next_at,
    )


@router.post("/empty", status_code=202)
async def empty(desk: AtDesk) -> ChoreOut:
    """Erases for good all that is in the trash now, but for what is under a legal hold; there is no way back. It is
    done in steps, which `GET /api/chores/{id}` follows. Asked again meanwhile, it is the same chore."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        return chore_out(await desk.studio.chores.begin(work, "empty", {"until": now().isoformat()}, 0))
