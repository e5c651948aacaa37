"""Long work on the library, followed and stopped."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from gesso.api.desk import AtDesk
from gesso.upkeep import Chore, chores

router = APIRouter(prefix="/chores", tags=["storage"])


class ChoreOut(BaseModel):
    """`done` of `total` (0: nobody knows yet how much it is); `found` is what it has found so far. A chore outlives
    every process: after a crash it goes on where it was."""

    id: UUID
    kind: Literal["empty", "check", "clean", "verify"]
    state: Literal["waiting", "running", "done", "stopped", "failed"]
    done: int
    total: int
    found: dict[str, Any]
    error: str
    stopping: bool
    created_at: datetime
    ended_at: datetime | None


def chore_out(chore: Chore) -> ChoreOut:
    return ChoreOut.model_validate(
        {
            "id": chore.id,
            "kind": chore.kind,
            "state": chore.state,
            "done": chore.done,
            "total": chore.total,
            "found": {name: value for name, value in chore.told.items() if name != "after"},
            "error": chore.error,
            "stopping": chore.stopping,
            "created_at": chore.created_at,
            "ended_at": chore.ended_at,
        }
    )


@router.get("")
async def listed(desk: AtDesk) -> list[ChoreOut]:
    """The newest of each kind."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return [chore_out(chore) for chore in await chores.latest(work)]


@router.get("/{chore_id}")
async def get(chore_id: UUID, desk: AtDesk) -> ChoreOut:
    desk.actor.require("library.read")
    async with desk.read() as work:
        return chore_out(await chores.get(work, chore_id))


@router.delete("/{chore_id}")
async def stop(chore_id: UUID, desk: AtDesk) -> ChoreOut:
    """Stops it before its next step. What was done stays done. Twice is once."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        return chore_out(await chores.stop(work, chore_id))
