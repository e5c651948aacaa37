"""What a campaign's runs cost, and what its budget still allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select

from gesso.db import Work
from gesso.kit.errors import Conflict
from gesso.library import Collection, CollectionRun, collections
from gesso.runs.tables import OVER, Run


@dataclass(frozen=True, slots=True)
class Cost:
    """In thousandths of a credit: what is spent, and what those that work may still cost."""

    spent: int = 0
    promised: int = 0


async def costs(work: Work, ids: Iterable[UUID]) -> dict[UUID, Cost]:
    """By collection what the runs that were made for it cost."""
    wanted = list(ids)
    found = {id: Cost() for id in wanted}
    if not wanted:
        return found
    open_ = case((Run.state.in_(OVER), 0), else_=Run.price - Run.spent)
    query = (
        select(CollectionRun.collection_id, func.sum(Run.spent), func.sum(open_))
        .join(Run, Run.id == CollectionRun.run_id)
        .where(Run.team_id == work.actor.team_id, CollectionRun.collection_id.in_(wanted))
        .group_by(CollectionRun.collection_id)
    )
    for id, spent, promised in await work.session.execute(query):
        found[id] = Cost(int(spent), int(promised))
    return found


async def enter(work: Work, collection_id: UUID, run: Run) -> None:
    """The run is made for this collection. Conflict where it may cost more than the budget has left: then nothing is
    promised."""
    await collections.find(work, collection_id)
    # Two at once see each other's price.
    campaign = await work.find(Collection, collection_id, lock=True)
    await collections.within(work, collection_id, run.id)
    if campaign.budget is None:
        return
    cost = (await costs(work, [collection_id]))[collection_id]
    if cost.spent + cost.promised > campaign.budget:
        left = max(0, campaign.budget - cost.spent - cost.promised + run.price)
        raise Conflict(
            f"This may cost {_said(run.price)}, and “{campaign.name}” has {_said(left)} of its budget left. Raise its "
            "budget, or make this outside of it.",
            left=left,
            price=run.price,
        )


def _said(amount: int) -> str:
    return f"{amount / 1000:g} credits"
