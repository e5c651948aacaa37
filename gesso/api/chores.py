"""Long work on the library, followed and stopped."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from gesso.api.desk import AtDesk
from gesso.library import Chore, chores
from gesso.runs import tagger

router = APIRouter(prefix="/chores", tags=["assets"])


class ChoreOut(BaseModel):
    """Long work on many assets: `done` and `failed` of `total` (0: nobody knows yet how much it is) are over, `found`
    is what it has found so far. It outlives every process: after a crash it goes on where it was."""

    id: UUID
    kind: Literal["look", "tag", "empty", "check", "clean", "verify"]
    state: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    total: int
    done: int
    failed: int
    found: dict[str, Any]
    stopping: bool
    note: str
    created_at: datetime
    ended_at: datetime | None


def chore_out(chore: Chore) -> ChoreOut:
    found = {name: value for name, value in chore.told.items() if name != "after"}
    plain = {name: getattr(chore, name) for name in ChoreOut.model_fields if name != "found"}
    return ChoreOut.model_validate(plain | {"found": found})


@router.get("")
async def listed(desk: AtDesk) -> list[ChoreOut]:
    """The newest of each kind."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return [chore_out(chore) for chore in await chores.latest(work)]


@router.get("/{chore_id}")
async def get(chore_id: UUID, desk: AtDesk) -> ChoreOut:
    """How far it is."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return chore_out(await chores.get(work, chore_id))


@router.post("/{chore_id}/cancel")
async def cancel(chore_id: UUID, desk: AtDesk) -> ChoreOut:
    """Stops it; what is done stays done. Twice is once."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        found = await chores.get(work, chore_id)
        if found.kind == tagger.KIND:
            await desk.studio.tagger.cancel(work, found)
        return chore_out(await chores.cancel(work, chore_id))
