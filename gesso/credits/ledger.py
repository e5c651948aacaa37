"""A run reserves before it starts and settles once when it ends. Amounts are thousandths of a credit.

When a reservation brings a limited purse to 80 % or all of what could be spent since the last limit or grant,
`budget.reached` is told: once for each, and again after another limit or grant.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update

from gesso import events
from gesso.credits.tables import Entry, Purse
from gesso.db import Work
from gesso.kit.errors import InsufficientCredits, Invalid
from gesso.kit.money import ZERO, Credits

TOLD_AT: Final = (100, 80)
"""Percent of the ceiling at whose use somebody is told, the most first."""


@dataclass(frozen=True, slots=True)
class Balance:
    balance: Credits
    reserved: Credits
    unlimited: bool


async def open_purse(work: Work, *, unlimited: bool) -> None:
    """Gives a team that has none its purse: empty."""
    if await work.session.get(Purse, work.actor.team_id) is None:
        work.session.add(Purse(team_id=work.actor.team_id, unlimited=unlimited))


async def balance(work: Work) -> Balance:
    purse = await work.session.get_one(Purse, work.actor.team_id, populate_existing=True)
    return Balance(Credits(max(purse.balance, 0)), Credits(purse.reserved), purse.unlimited)


async def grant(work: Work, amount: Credits) -> None:
    """Adds to what the team may spend."""
    if amount <= 0:
        raise Invalid("A grant is more than nothing.")
    await _move(work, None, "grant", amount)
    mine = Purse.team_id == work.actor.team_id, ~Purse.unlimited
    await work.session.execute(update(Purse).where(*mine).values(ceiling=Purse.balance, warned=0))


async def limit(work: Work, amount: Credits) -> None:
    """From now on the team may spend `amount`, and no more, beyond what its runs hold already."""
    if amount < 0:
        raise Invalid("A limit is nothing or more.")
    purse = await work.session.scalar(
        select(Purse)
        .where(Purse.team_id == work.actor.team_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    assert purse is not None
    difference = amount - purse.balance
    purse.balance, purse.unlimited = amount, False
    purse.ceiling, purse.warned = amount, 0
    work.session.add(_entry(work, None, "limit", difference))


async def unlimit(work: Work) -> None:
    await work.session.execute(update(Purse).where(Purse.team_id == work.actor.team_id).values(unlimited=True))


async def reserve(work: Work, run_id: UUID, amount: Credits) -> None:
    """Holds `amount` for the run; InsufficientCredits, and nothing held, when the purse has less.

    One guarded UPDATE decides, so any number at once cannot spend more than there is.
    """
    if amount and not await _move(work, run_id, "reserve", Credits(-amount), held=amount):
        left = (await balance(work)).balance
        raise InsufficientCredits(
            f"This costs {amount / 1000:g} credits and the team has {left / 1000:g} left.",
            price=amount,
            balance=left,
        )


async def settle(work: Work, run_id: UUID, reserved: Credits, spent: Credits = ZERO) -> None:
    """Lets go of what the run held: what was not spent returns. A second settling of a run raises."""
    if not 0 <= spent <= reserved:
        raise ValueError(f"Spent {spent} of {reserved} reserved.")
    if reserved:
        await _move(work, run_id, "settle", Credits(reserved - spent), held=Credits(-reserved))


async def spent(work: Work, run_ids: Iterable[UUID]) -> dict[UUID, Credits | None]:
    """What each of the runs took in the end, by the entries; None while it is held and not settled. Of one that cost
    nothing there is no entry."""
    query = (
        Entry.visible_to(work.actor)
        .where(Entry.run_id.in_(list(run_ids)))
        .with_only_columns(Entry.run_id, func.sum(Entry.amount).label("moved"), func.count().label("entries"))
        .group_by(Entry.run_id)
    )
    rows = await work.session.execute(query)
    return {row.run_id: Credits(-int(row.moved)) if row.entries == 2 else None for row in rows}


async def _move(work: Work, run_id: UUID | None, kind: str, amount: Credits, held: Credits = ZERO) -> bool:
    """Moves the balance and writes the entry, unless a limited balance would fall below nothing."""
    moved = (
        await work.session.execute(
            update(Purse)
            .where(Purse.team_id == work.actor.team_id, Purse.unlimited | (Purse.balance + amount >= 0))
            .values(balance=Purse.balance + amount, reserved=Purse.reserved + held)
            .returning(Purse.unlimited, Purse.balance, Purse.ceiling, Purse.warned)
            .execution_options(synchronize_session=False)
        )
    ).first()
    if moved is None:
        return False
    work.session.add(_entry(work, run_id, kind, amount))
    await work.session.flush()
    if kind == "reserve" and not moved.unlimited:
        await _warn(work, moved.balance, moved.ceiling, moved.warned)
    return True


async def _warn(work: Work, left: int, ceiling: int, warned: int) -> None:
    """Tells that so much is used, where that was not told yet. The purse is ours until the commit."""
    used = 100 * (ceiling - left)
    percent = next((each for each in TOLD_AT if used >= each * ceiling > 0), 0)
    if percent > warned:
        mine = Purse.team_id == work.actor.team_id
        told = update(Purse).where(mine).values(warned=percent).execution_options(synchronize_session=False)
        await work.session.execute(told)
        events.emit(work, "budget.reached", percent=percent, balance=left, limit=ceiling)


def _entry(work: Work, run_id: UUID | None, kind: str, amount: int) -> Entry:
    actor = work.actor
    return Entry(team_id=actor.team_id, user_id=actor.user_id, run_id=run_id, kind=kind, amount=amount)
