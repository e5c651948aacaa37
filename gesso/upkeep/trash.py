"""The trash: how long something stays, what goes when, and emptying it in steps that no kill leaves half-done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import Select, case, func, select

from gesso import library
from gesso.db import Database, Work
from gesso.kit.actor import Actor
from gesso.kit.time import now
from gesso.library import Asset, Chore, Selection, chores
from gesso.store import Store

AT_ONCE: Final = 200
SOON: Final = timedelta(days=7)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outline:
    """`days` until something goes by itself (0: never). `soon` go within a week, `next_at` is when the first does.
    `held` are those that stay whatever happens."""

    days: int
    default_days: int
    count: int
    bytes: int
    held: int
    soon: int
    next_at: datetime | None


async def outline(work: Work, default_days: int) -> Outline:
    days = await _days(work, default_days)
    lives = timedelta(days=days)
    soon = case((Asset.deleted_at < now() - lives + SOON, 1), else_=0)
    free = case((Asset.held, 0), else_=1)
    query = _thrown(work.actor).with_only_columns(
        func.count(),
        func.coalesce(func.sum(Asset.bytes), 0),
        func.coalesce(func.sum(1 - free), 0),
        func.coalesce(func.sum(soon * free), 0),
        func.min(case((Asset.held, None), else_=Asset.deleted_at)),
    )
    count, size, held, going, first = (await work.session.execute(query)).one()
    goes = first + lives if first is not None and days else None
    return Outline(days, default_days, count, int(size), int(held), int(going) if days else 0, goes)


async def sweep(db: Database, store: Store, default_days: int) -> int:
    """Erases, for every team, what has been in the trash for longer than the team wants; how many."""
    async with db.session(read_only=True) as session:
        teams = (await session.scalars(select(Asset.team_id).where(Asset.deleted_at.is_not(None)).distinct())).all()
    swept = 0
    for team in teams:
        actor = Actor(UUID(int=0), team, "nobody", frozenset())
        gone = 0
        while True:
            async with db.work(actor) as work:
                days = await _days(work, default_days)
                ids = await _some(work, now() - timedelta(days=days)) if days else []
                gone += len(await library.erase(work, Selection(ids))) if ids else 0
            if len(ids) < AT_ONCE:
                break
        if gone:
            await library.sweep(db, store, actor)
            log.info("the trash was swept", team=str(team), count=gone)
        swept += gone
    return swept


async def empty(db: Database, store: Store, actor: Actor, chore: Chore) -> None:
    """All that was in the trash when it was asked for, but what is held: some at a time, each time with its count."""
    until = datetime.fromisoformat(chore.asked["until"])
    if not chore.total:
        async with db.work(actor) as work:
            waiting = _free(work.actor, until).with_only_columns(func.count()).order_by(None)
            await chores.advance(work, chore, total=await work.session.scalar(waiting) or 0)
    while True:
        async with db.work(actor) as work:
            ids = await _some(work, until)
            if ids:
                gone = await library.erase(work, Selection(ids))
                await chores.advance(work, chore, done=len(gone))
        # Here at the latest after a kill: what was erased before it has its bytes still.
        await library.sweep(db, store, actor)
        if len(ids) < AT_ONCE:
            return


async def _days(work: Work, default_days: int) -> int:
    told = (await library.rules(work)).trash_days
    return default_days if told is None else told


def _thrown(actor: Actor) -> Select[Asset]:
    return Asset.visible_to(actor).where(Asset.deleted_at.is_not(None))


def _free(actor: Actor, until: datetime) -> Select[Asset]:
    return Asset.visible_to(actor).where(Asset.deleted_at <= until, Asset.held.is_(False))


async def _some(work: Work, until: datetime) -> list[UUID]:
    """What was thrown away by then and may go, the first of it. A hold that comes meanwhile waits for us."""
    query = _free(work.actor, until).with_only_columns(Asset.id).order_by(Asset.deleted_at, Asset.id).limit(AT_ONCE)
    return list(await work.session.scalars(query.with_for_update(skip_locked=True)))
