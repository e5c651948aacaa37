"""Who reads all events of all teams, each once: what is to be told elsewhere is found here.

A reader is a name with a place in the events of each team. What it makes of some events and how far it has read are
written in one transaction: whoever takes over goes on there, and nothing is told twice or left out.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Database, Table, Work, inserting
from gesso.events.outbox import Event, after
from gesso.kit.actor import Actor

NOBODY: Final = UUID(int=0)
"""Who reads for the studio."""
AT_ONCE: Final = 200

Take = Callable[[Work, Sequence[Event]], Awaitable[None]]


class Reader(Table):
    """How far `name` has read what happened in a team."""

    __tablename__ = "event_reader"

    name: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


async def read(db: Database, name: str, teams: Sequence[UUID], take: Take) -> int:
    """Gives `take` what happened in these teams since it read last, some at a time; answers how many that were. What
    happened before its first time is not for it. Where another process reads already, it is left to that."""
    async with db.session(read_only=True) as session:
        known = set(await session.scalars(select(Reader.team_id).where(Reader.name == name)))
        newer = exists().where(Event.team_id == Reader.team_id, Event.seq > Reader.seq)
        waiting = (await session.scalars(select(Reader.team_id).where(Reader.name == name, newer))).all()
    for team in set(teams) - known:
        await _begin(db, name, team)
    count = 0
    for team in waiting:
        while (some := await _some(db, name, team, take)) > 0:
            count += some
    return count


async def begin(work: Work, name: str) -> None:
    """From now on `name` reads what happens in the actor's team, also what this very work tells. Where it reads
    already, it goes on where it is."""
    await _start(work.session, name, work.actor.team_id)


async def _begin(db: Database, name: str, team: UUID) -> None:
    async with db.session() as session:
        await _start(session, name, team)


async def _start(session: AsyncSession, name: str, team: UUID) -> None:
    newest = await session.scalar(select(func.max(Event.seq)).where(Event.team_id == team)) or 0
    row = {"name": name, "team_id": team, "seq": newest}
    await session.execute(inserting(session)(Reader).values(row).on_conflict_do_nothing())


async def _some(db: Database, name: str, team: UUID, take: Take) -> int:
    async with db.work(Actor(NOBODY, team, "nobody", frozenset())) as work:
        mine = select(Reader).where(Reader.name == name, Reader.team_id == team)
        reader = await work.session.scalar(mine.with_for_update(skip_locked=True))
        if reader is None:
            return 0
        found = await after(work, reader.seq, AT_ONCE)
        if found:
            await take(work, found)
            reader.seq = found[-1].seq
        return len(found)
