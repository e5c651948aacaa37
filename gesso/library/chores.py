"""Long work on many assets, in small strides: each stride and how far it leads are written in one transaction, so that
whoever takes the work over goes on where it was left, and nothing is done twice.

Most kinds are strides that this module writes down (`Step`). A `Task` finds its own way and writes down each part of it
with `advance`; it is tried again where the database or the store is away."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import CheckConstraint, Index
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from gesso import accounts, events, jobs
from gesso.db import Database, Owned, Work
from gesso.jobs import Job, Jobs
from gesso.kit.actor import Actor
from gesso.kit.errors import Cancelled, Denied, GessoError, Retry, Unavailable
from gesso.kit.ids import uuid7
from gesso.kit.time import now

PREFIX: Final = "chore-"
OVER: Final = ("succeeded", "failed", "cancelled")
MAX_CRASHES: Final = 3
PAUSES: Final = (1.0, 4.0, 16.0)
"""Seconds between the tries of a stride that met trouble."""
PATIENT: Final = 200
"""Behind all that somebody waits for."""
NOBODY: Final = UUID(int=0)
"""Who wants what the studio does by itself."""
MISTAKE: Final = "The studio made a mistake. It was noted down."

log = structlog.get_logger(__name__)


class Chore(Owned):
    """`cursor` is the last asset that is done with, `told` what was found so far; `attempt` counts who took it up, so
    that one writes to it."""

    __tablename__ = "chore"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="state"),
        Index("ix_chore_team", "team_id", "kind", "state"),
    )

    user_id: Mapped[UUID]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    asked: Mapped[dict[str, Any]]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[UUID | None]
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempt: Mapped[int] = mapped_column(default=0)
    stopping: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Stride:
    """What was found out without a transaction, and is written in one: up to which asset, how many, and of how many it
    came to nothing. `lasts`: there is nothing after it."""

    write: Callable[[Work], Awaitable[None]]
    cursor: UUID | None
    done: int
    failed: int = 0
    lasts: bool = False


Step = Callable[[Chore, Actor], Awaitable[Stride | None]]
"""The next stride; None where nothing is left."""
Task = Callable[[Chore, Actor], Awaitable[None]]
"""All of it, from where it was left."""


@dataclass
class Chores:
    db: Database
    jobs: Jobs
    steps: Mapping[str, Step]
    tasks: Mapping[str, Task]

    async def begin(self, work: Work, kind: str, asked: Mapping[str, Any], total: int, *, lane: str = "cpu") -> Chore:
        """Promises it in the caller's transaction. Of a task there is one at a time: that which is under way."""
        if kind in self.tasks and (under_way := await going(work, kind)) is not None:
            return under_way
        chore = Chore(
            id=uuid7(),
            team_id=work.actor.team_id,
            user_id=work.actor.user_id,
            kind=kind,
            asked=dict(asked),
            total=total,
        )
        work.session.add(chore)
        await work.session.flush()
        name = f"{PREFIX}{chore.id}"
        await self.jobs.enqueue(work, name, name, lane=lane, priority=PATIENT)
        _tell(work, chore)
        return chore

    async def execute(self, job: Job) -> None:
        """The job: stride by stride, until nothing is left or it is stopped."""
        begun = await self._begin(UUID(job.about.removeprefix(PREFIX)))
        if begun is None:
            return
        chore, actor = begun
        if chore.kind in self.tasks:
            return await self._task(chore, actor)
        tries = 0
        while True:
            try:
                if not await self._stride(chore, actor):
                    return
                tries = 0
            except (GessoError, SQLAlchemyError, OSError) as error:
                log.warning("a stride met trouble", chore=str(chore.id), error=repr(error))
                if tries == len(PAUSES):
                    return await self._end(chore, actor, "failed", str(error) if isinstance(error, GessoError) else "")
                await asyncio.sleep(PAUSES[tries])
                tries += 1
            except Exception:
                log.exception("a chore failed in an unforeseen way", chore=str(chore.id))
                return await self._end(chore, actor, "failed", MISTAKE)

    async def _begin(self, id: UUID) -> tuple[Chore, Actor] | None:
        async with self.db.session() as session:
            chore = await session.get(Chore, id, with_for_update=True)
            if chore is None or chore.state in OVER:
                return None
            actor = Actor(chore.user_id, chore.team_id, "nobody", frozenset())
            work = Work(session, actor)
            # A task was allowed when it was promised, and is the studio's work from then on.
            if chore.user_id != NOBODY and chore.kind not in self.tasks:
                try:
                    actor = await accounts.actor(session, chore.user_id, chore.team_id)
                    actor.require("library.write")
                except Denied as error:
                    _over(work, chore, "failed", str(error))
                    return None
            if chore.attempt and await jobs.crashes(session, f"{PREFIX}{id}") >= MAX_CRASHES:
                _over(work, chore, "failed", "Several workers died while they worked on this.")
                return None
            chore.state, chore.attempt = "running", chore.attempt + 1
            _tell(work, chore)
            return chore, actor

    async def _task(self, chore: Chore, actor: Actor) -> None:
        state, note = "succeeded", ""
        try:
            await self.tasks[chore.kind](chore, actor)
        except (Retry, Unavailable, SQLAlchemyError, OSError):
            raise
        except Cancelled:
            state = "cancelled"
        except GessoError as error:
            state, note = "failed", str(error)
        except Exception:
            log.exception("a chore failed in an unforeseen way", chore=str(chore.id))
            state, note = "failed", MISTAKE
        await self._end(chore, actor, state, note)

    async def _stride(self, chore: Chore, actor: Actor) -> bool:
        """Whether there may be more."""
        async with self.db.work(actor, read_only=True) as work:
            current = await work.find(Chore, chore.id)
        if current.attempt != chore.attempt or current.state != "running":
            return False
        if current.stopping:
            await self._end(chore, actor, "cancelled")
            return False
        stride = await self.steps[current.kind](current, actor)
        async with self.db.work(actor) as work:
            mine = await work.find(Chore, chore.id, lock=True)
            if mine.attempt != chore.attempt or mine.state != "running":
                return False
            if stride is not None:
                await stride.write(work)
                mine.cursor, mine.done = stride.cursor, mine.done + stride.done
                mine.failed += stride.failed
                mine.total = max(mine.total, mine.done + mine.failed)
            if stride is None or stride.lasts:
                _over(work, mine, "succeeded")
                return False
            _tell(work, mine)
        return True

    async def _end(self, chore: Chore, actor: Actor, state: str, note: str = "") -> None:
        async with self.db.work(actor) as work:
            mine = await work.find(Chore, chore.id, lock=True)
            if mine.attempt == chore.attempt and mine.state not in OVER:
                _over(work, mine, state, note)


async def get(work: Work, chore_id: UUID) -> Chore:
    return await work.find(Chore, chore_id)


async def going(work: Work, kind: str) -> Chore | None:
    """The newest of this kind that is not over."""
    query = Chore.visible_to(work.actor).where(Chore.kind == kind, Chore.state.not_in(OVER))
    found: Chore | None = await work.session.scalar(query.order_by(Chore.id.desc()).limit(1))
    return found


async def newest(work: Work, kind: str, limit: int) -> list[Chore]:
    query = Chore.visible_to(work.actor).where(Chore.kind == kind).order_by(Chore.id.desc()).limit(limit)
    return list(await work.session.scalars(query))


async def latest(work: Work) -> list[Chore]:
    """The newest of each kind."""
    found: dict[str, Chore] = {}
    for chore in await work.session.scalars(Chore.visible_to(work.actor).order_by(Chore.id.desc()).limit(50)):
        found.setdefault(chore.kind, chore)
    return list(found.values())


async def advance(
    work: Work,
    chore: Chore,
    *,
    done: int = 0,
    total: int | None = None,
    told: Mapping[str, Any] | None = None,
    anew: bool = False,
) -> None:
    """Writes down, in the transaction of what a task has done, that it was; with `anew` the count begins again.
    Cancelled where somebody stopped it, or another worker took it up: then what was done in this transaction is not."""
    mine = await work.find(Chore, chore.id, lock=True)
    if mine.stopping or mine.state != "running" or mine.attempt != chore.attempt:
        raise Cancelled("Stopped.")
    mine.done = done if anew else mine.done + done
    mine.total = mine.total if total is None else total
    mine.told = {**mine.told, **(told or {})}
    chore.done, chore.total, chore.told = mine.done, mine.total, mine.told
    _tell(work, mine)


async def cancel(work: Work, chore_id: UUID) -> Chore:
    """Stops it: at once where it only waits, after its stride where it is at work. Twice is once."""
    chore = await work.find(Chore, chore_id, lock=True)
    if chore.state == "queued":
        _over(work, chore, "cancelled")
    elif chore.state == "running":
        chore.stopping = True
        _tell(work, chore)
    return chore


def _over(work: Work, chore: Chore, state: str, note: str = "") -> None:
    chore.state, chore.note, chore.ended_at = state, note, now()
    _tell(work, chore)


def _tell(work: Work, chore: Chore) -> None:
    events.emit(
        work,
        "chore.changed",
        chore=str(chore.id),
        kind=chore.kind,
        state=chore.state,
        total=chore.total,
        done=chore.done,
        failed=chore.failed,
    )


__all__ = [
    "NOBODY",
    "OVER",
    "PREFIX",
    "Chore",
    "Chores",
    "Step",
    "Stride",
    "Task",
    "advance",
    "cancel",
    "get",
    "going",
    "latest",
    "newest",
]
