"""What happened, written in the transaction in which it happened, and read by all who listen, in order.

Readers resume at a sequence number, so numbers must become visible in order. A writer therefore takes its
numbers last of all, just before the commit, one writer of a team at a time (on SQLite there is only one writer
anyway).
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, delete, event, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from gesso.db import Database, Table, Work
from gesso.kit.time import now

KEPT: Final = timedelta(days=30)
PORTION: Final = 2000
"""Events that are forgotten in one transaction."""


class Event(Table):
    __tablename__ = "event"
    __table_args__ = (Index(None, "team_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    team_id: Mapped[UUID]
    type: Mapped[str]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Bell:
    """Wakes the listeners of this process, by name; listeners also look by themselves now and then, since what
    happens in another process rings nothing here."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self.closed = False

    def ring(self, names: set[str]) -> None:
        for name in names:
            for waiting in self._waiting.get(name, ()):
                waiting.set()

    def close(self) -> None:
        """Sends every listener home: the studio stops."""
        self.closed = True
        self.ring(set(self._waiting))

    async def wait(self, name: str, seconds: float) -> None:
        """Until `name` is rung, or for `seconds`."""
        rung = asyncio.Event()
        self._waiting.setdefault(name, set()).add(rung)
        try:
            async with asyncio.timeout(seconds):
                await rung.wait()
        except TimeoutError:
            return
        finally:
            self._waiting[name].discard(rung)
            if not self._waiting[name]:
                del self._waiting[name]


def emit(work: Work, type: str, *, rings: str | None = None, **data: Any) -> None:
    """Tells `data` (JSON values) to the actor's team when, and only when, this work is committed. `rings` also
    wakes whoever waits for that one name."""
    pending: list[dict[str, Any]] = work.session.info.setdefault("events", [])
    pending.append({"team_id": work.actor.team_id, "type": type, "data": data})
    rung: set[str] = work.session.info.setdefault("rung", set())
    rung.update({str(work.actor.team_id)} | ({rings} if rings else set()))


@event.listens_for(Session, "before_commit")
def _number(session: Session) -> None:
    pending: list[dict[str, Any]] = session.info.pop("events", [])
    if not pending:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        for team in sorted({item["team_id"].int for item in pending}):
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": team % (1 << 63)})
    session.execute(insert(Event), pending)


async def after(work: Work, seq: int, limit: int = 500) -> Sequence[Event]:
    """The team's events after number `seq`, in order."""
    found = await work.session.scalars(
        select(Event).where(Event.team_id == work.actor.team_id, Event.seq > seq).order_by(Event.seq).limit(limit)
    )
    return found.all()


async def newest(work: Work) -> int:
    """The number of the team's last event; 0 when there was none."""
    found = await work.session.scalar(select(func.max(Event.seq)).where(Event.team_id == work.actor.team_id))
    return found or 0


async def resumable(work: Work, seq: int, most: int) -> bool:
    """Whether one who has heard all up to number `seq` can be told the rest: nothing of it is forgotten, and it is
    at most `most` events."""
    oldest = await work.session.scalar(select(func.min(Event.seq)).where(Event.team_id == work.actor.team_id))
    if not (oldest or 0) <= seq <= await newest(work):
        return False
    return len(await after(work, seq, most + 1)) <= most


async def sweep(db: Database) -> None:
    """Forgets what is older than `KEPT`: nobody resumes there. The last one stays, or SQLite would number anew. Each
    portion is a transaction of its own, so that nobody waits for long to write."""
    before = now() - KEPT
    while True:
        async with db.session() as session:
            last = select(func.max(Event.seq)).scalar_subquery()
            rows = select(Event.seq, Event.created_at).where(Event.seq < last).order_by(Event.seq).limit(PORTION)
            found = (await session.execute(rows)).all()
            old = [row.seq for row in found if row.created_at < before]
            if old:
                await session.execute(delete(Event).where(Event.seq <= old[-1], Event.created_at < before))
        if len(old) < PORTION:
            return
