"""Whether all bytes are still what they were: read again, some at a time, and held against their digests.

Damaged bytes are told, on the asset, in the health of the storage and by an event, and never replaced: whoever has a
copy puts it there, and the next reading finds it well.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import func, select, update

from gesso import library
from gesso.db import Database, inserting
from gesso.kit.actor import Actor
from gesso.kit.errors import NotFound, Unavailable
from gesso.kit.time import now
from gesso.library import Asset, Chore, chores
from gesso.store import Store
from gesso.upkeep.strays import settle
from gesso.upkeep.tables import Round

AT_ONCE: Final = 50
AT_LEAST: Final = 64 << 20
"""Bytes that are read each time however little there is."""
LEASE: Final = timedelta(minutes=15)

log = structlog.get_logger(__name__)


async def verify(db: Database, store: Store, actor: Actor, chore: Chore) -> None:
    """Every asset of the team, from where a killed process has left off."""
    if not chore.total:
        async with db.work(actor) as work:
            every = Asset.visible_to(actor).where(Asset.key != "").with_only_columns(func.count())
            await chores.advance(work, chore, total=await work.session.scalar(every) or 0)
    after: UUID | None = UUID(chore.told["after"]) if "after" in chore.told else UUID(int=0)
    damaged = int(chore.told.get("damaged", 0))
    while after is not None:
        after, seen, wrong = await _some(db, store, actor, after, AT_LEAST)
        damaged += wrong
        async with db.work(actor) as work:
            told = {"damaged": damaged} | ({"after": str(after)} if after is not None else {})
            await chores.advance(work, chore, done=seen, told=told)


async def roll(db: Database, store: Store, days: float, seconds: float) -> None:
    """The part of each team's bytes that is due when all are to be read within so many days, and this is called once
    in so many seconds. One process at a time; where it is killed, the next goes on."""
    async with db.session(read_only=True) as session:
        teams = (await session.scalars(select(Asset.team_id).where(Asset.key != "").distinct())).all()
    for team in teams:
        actor = Actor(UUID(int=0), team, "nobody", frozenset())
        async with db.work(actor) as work:
            used = sum(share.bytes for share in await library.shares(work))
        await _roll(db, store, actor, max(AT_LEAST, int(used * seconds / (days * 86400))), timedelta(days=days))


async def _roll(db: Database, store: Store, actor: Actor, budget: int, every: timedelta) -> None:
    async with db.work(actor) as work:
        fresh = {"team_id": actor.team_id, "checked": 0}
        await work.session.execute(inserting(work.session)(Round).values(fresh).on_conflict_do_nothing())
        free = Round.busy_until.is_(None) | (Round.busy_until < now())
        claimed = update(Round).where(Round.team_id == actor.team_id, free).values(busy_until=now() + LEASE)
        mine = (await work.session.execute(claimed.returning(Round.after, Round.ended_at, Round.checked))).first()
    if mine is None:
        return
    rests = mine.after is None and mine.ended_at is not None and mine.ended_at > now() - every
    after, checked = mine.after, mine.checked if mine.after is not None else 0
    ends: dict[str, Any] = {}
    if not rests:
        try:
            at, seen, _ = await _some(db, store, actor, after or UUID(int=0), budget)
            began = {} if after is not None else {"began_at": now()}
            ends = {"after": at, "checked": checked + seen, **began} | ({"ended_at": now()} if at is None else {})
        except Unavailable as error:
            log.warning("the files of a team could not be read", team=str(actor.team_id), error=str(error))
    async with db.work(actor) as work:
        done = update(Round).where(Round.team_id == actor.team_id).values(busy_until=None, **ends)
        await work.session.execute(done)


async def _some(db: Database, store: Store, actor: Actor, after: UUID, budget: int) -> tuple[UUID | None, int, int]:
    """Reads assets that come after that one until the budget is spent: the last of them, None at the end; how many,
    and how many of them are damaged."""
    seen = wrong = 0
    while True:
        async with db.work(actor, read_only=True) as work:
            rows = (
                await work.session.execute(
                    Asset.visible_to(actor)
                    .where(Asset.id > after, Asset.key != "")
                    .with_only_columns(Asset.id, Asset.key, Asset.sha256, Asset.bytes, Asset.trouble)
                    .order_by(Asset.id)
                    .limit(AT_ONCE)
                )
            ).all()
        unread = 0
        for row in rows:
            try:
                sha256, _ = await store.digest(row.key)
                trouble = None if sha256 == row.sha256 else "changed"
            except NotFound:
                trouble = "missing"
            except Unavailable as error:
                # One that cannot be read holds up no other; where none can be, the store is away.
                unread += 1
                if unread == len(rows):
                    raise
                log.warning("a file could not be read", asset=str(row.id), error=str(error))
                trouble = row.trouble
            wrong += trouble is not None
            if trouble != row.trouble:
                await settle(db, actor, row.id, trouble)
            seen, budget, after = seen + 1, budget - row.bytes, row.id
            if budget <= 0:
                return after, seen, wrong
        if len(rows) < AT_ONCE:
            return None, seen, wrong
