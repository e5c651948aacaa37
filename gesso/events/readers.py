"""Who reads all events of all teams, each once: what is to be told elsewhere is found here.

A reader is a name with a place in the events of each team. What it makes of some events and how far it has read are
written in one transaction: whoever takes over goes on there, and nothing is told twice or left out.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import BigInteger, exists, func, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Database, Table, Work, inserting
from gesso.events.outbox import Event, after
from gesso.kit.actor import Actor

NOBODY: Final = UUID(int=0)
"""Who reads for the studio."""
AT_ONCE: Final = 200
PATIENCE: Final = 20
"""How often something that goes wrong by itself is tried; then the others go on without it."""

Take = Callable[[Work, Sequence[Event]], Awaitable[None]]


log = structlog.get_logger(__name__)

_failed: dict[tuple[str, UUID], tuple[int, int]] = {}
"""By reader and team: what this process stumbles over (its number), and how often it has."""


class Reader(Table):
    """How far `name` has read what happened in a team."""

    __tablename__ = "event_reader"

    name: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


async def read(db: Database, name: str, teams: Sequence[UUID], take: Take) -> int:
    """Gives `take` what happened in these teams since it read last, some at a time; answers how many that were. What
    happened before its first time is not for it. Where another process reads already, it is left to that. What goes
    wrong in one team is logged, and keeps no other waiting."""
    async with db.session(read_only=True) as session:
        known = set(await session.scalars(select(Reader.team_id).where(Reader.name == name)))
        newer = exists().where(Event.team_id == Reader.team_id, Event.seq > Reader.seq)
        waiting = (await session.scalars(select(Reader.team_id).where(Reader.name == name, newer))).all()
    count = 0
    for team in set(teams) - known:
        await _begin(db, name, team)
    for team in waiting:
        count += await _of_team(db, name, team, take)
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


async def _of_team(db: Database, name: str, team: UUID, take: Take) -> int:
    """Reads what waits in one team. Whatever goes wrong there, it is logged, and the others are read: what failed
    together is read one by one, and what fails alone is tried again in the next round, `PATIENCE` times in all."""
    count, most = 0, AT_ONCE
    while True:
        try:
            some = await _some(db, name, team, take, most)
        except _Stumbled as stumbled:
            if stumbled.count > 1:
                most = 1
                continue
            if not await _passed(db, name, team, stumbled):
                return count
            some, most = 1, AT_ONCE
        except Exception:
            # The database itself: no event is to blame.
            log.exception("what happened could not be read, and will be", reader=name, team=str(team))
            return count
        if some == 0:
            return count
        count += some


class _Stumbled(Exception):
    """What was made of `count` events, of which the first is number `seq`, went wrong."""

    def __init__(self, seq: int, count: int) -> None:
        super().__init__(f"event {seq} and {count - 1} more")
        self.seq, self.count = seq, count


async def _passed(db: Database, name: str, team: UUID, stumbled: _Stumbled) -> bool:
    """Whether this event was tried often enough, and is stepped over now."""
    seq, tries = _failed.get((name, team), (0, 0))
    tries = tries + 1 if seq == stumbled.seq else 1
    _failed[name, team] = stumbled.seq, tries
    told: dict[str, Any] = {
        "reader": name,
        "team": str(team),
        "seq": stumbled.seq,
        "tries": tries,
        "exc_info": stumbled.__cause__,
    }
    if tries < PATIENCE:
        log.error("something that happened could not be told, and is tried again", **told)
        return False
    mine = Reader.name == name, Reader.team_id == team, Reader.seq < stumbled.seq
    async with db.session() as session:
        await session.execute(update(Reader).where(*mine).values(seq=stumbled.seq))
    del _failed[name, team]
    log.error("something that happened could not be told, and never is", **told)
    return True


async def _some(db: Database, name: str, team: UUID, take: Take, most: int) -> int:
    seqs: list[int] = []
    try:
        async with db.work(Actor(NOBODY, team, "nobody", frozenset())) as work:
            mine = select(Reader).where(Reader.name == name, Reader.team_id == team)
            reader = await work.session.scalar(mine.with_for_update(skip_locked=True))
            if reader is None:
                return 0
            found = await after(work, reader.seq, most)
            seqs = [event.seq for event in found]
            if found:
                await take(work, found)
                reader.seq = seqs[-1]
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if not seqs:
            raise
        raise _Stumbled(seqs[0], len(seqs)) from error
    return len(seqs)
