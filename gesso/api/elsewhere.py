"""Runs: the same recipe by others."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gesso import runs
from gesso.api.desk import AtDesk
from gesso.api.recipes import LeftOut, left_out

router = APIRouter(prefix="/runs", tags=["runs"])


class ElsewhereOut(BaseModel):
    """Who could make the same recipe. Of it, `left` has no place there (name these in `leave` to run it), `ignored` is
    taken and has no effect, `losses` says what is made less of. `trouble` says why it cannot be made there."""

    offer: str
    title: str
    own: bool = Field(description="It is the one that made it.")
    price: int | None
    seconds: float
    left: list[LeftOut]
    ignored: list[str]
    losses: list[str]
    trouble: str


@router.get("/{run_id}/elsewhere")
async def elsewhere(run_id: UUID, desk: AtDesk) -> list[ElsewhereOut]:
    """Each offer of the operation with what the same recipe would cost there, the cheapest first. To have it made:
    `POST /api/runs/{run_id}/rerun` with that offer."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        run = await runs.get(work, run_id)
        found = await runs.elsewhere(work, desk.studio.runs, run)
    return [
        ElsewhereOut(
            offer=each.offer.id,
            title=each.offer.title,
            own=each.offer.id == run.offer,
            price=each.price,
            seconds=each.seconds,
            left=[left_out(one) for one in each.left],
            ignored=list(each.ignored),
            losses=list(each.losses),
            trouble=each.trouble,
        )
        for each in found
    ]
