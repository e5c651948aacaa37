"""Whoever keeps a studio's library in order: carries out its chores, and tidies up by itself."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from gesso import library
from gesso.db import Database, Work
from gesso.jobs import Job
from gesso.kit.actor import Actor
from gesso.kit.errors import Cancelled, GessoError, Retry, Unavailable
from gesso.kit.time import now
from gesso.library import Asset
from gesso.library.erase import hold_bytes
from gesso.store import Store
from gesso.upkeep import chores, figures, proof, strays, trash
from gesso.upkeep.tables import OVER, Chore

ROLLS_AGAIN: Final = 600.0
"""Seconds between two parts of the reading of all bytes."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Upkeep:
    """`trash_days` and `verify_days`: 0 is never. `grace` is how long a stray rests before it may be removed."""

    db: Database
    store: Store
    trash_days: int
    verify_days: int
    grace: timedelta

    async def execute(self, job: Job) -> None:
        """A chore: whatever happens is written down as its end; where the database or the store is away, the job is
        tried again."""
        chore_id = UUID(job.about.removeprefix(chores.ABOUT))
        begun = await self._begin(chore_id)
        if begun is None:
            return
        chore, actor = begun
        state, error = "done", ""
        try:
            await self._carry_out(actor, chore)
        except (Retry, Unavailable, SQLAlchemyError, OSError):
            raise
        except Cancelled:
            state = "stopped"
        except GessoError as problem:
            state, error = "failed", str(problem)
        except Exception:
            log.exception("a chore failed in an unforeseen way", chore=str(chore_id))
            state, error = "failed", "The studio made a mistake with this. It was noted down."
        async with self.db.work(actor) as work:
            current = await work.find(Chore, chore_id, lock=True)
            if current.state not in OVER:
                current.state, current.error, current.ended_at = state, error, now()
                chores.tell(work, current)

    async def _begin(self, chore_id: UUID) -> tuple[Chore, Actor] | None:
        async with self.db.session() as session:
            found = (await session.execute(select(Chore.team_id, Chore.user_id).where(Chore.id == chore_id))).first()
            if found is None:
                return None
            # It was allowed when it was promised, and is the studio's work from then on.
            actor = Actor(found.user_id, found.team_id, "nobody", frozenset())
            work = Work(session, actor)
            chore = await work.find(Chore, chore_id, lock=True)
            if chore.state in OVER:
                return None
            chore.state = "running"
            chores.tell(work, chore)
            return chore, actor

    async def _carry_out(self, actor: Actor, chore: Chore) -> None:
        match chore.kind:
            case "empty":
                await trash.empty(self.db, self.store, actor, chore)
            case "check":
                await strays.check(self.db, self.store, actor, self.grace, chore)
            case "clean":
                report = await strays.clean(
                    self.db, self.store, actor, self.grace, chore, dry=bool(chore.asked.get("dry"))
                )
                async with self.db.work(actor) as work:
                    await chores.step(work, chore, told=asdict(report))
            case _:
                await proof.verify(self.db, self.store, actor, chore)
        if chore.kind in ("empty", "clean"):
            await self.recount(actor)

    async def tidy(self) -> None:
        """What is due now and then: the trash, the days that are over, the sums."""
        await trash.sweep(self.db, self.store, self.trash_days)
        await figures.roll(self.db)
        async with self.db.session(read_only=True) as session:
            teams = (await session.scalars(select(Asset.team_id).distinct())).all()
        for team in teams:
            await self.recount(Actor(UUID(int=0), team, "nobody", frozenset()))

    async def recount(self, actor: Actor) -> None:
        async with self.db.work(actor) as work:
            await hold_bytes(work, alone=True)
            await library.recount(work)

    async def prove(self) -> None:
        """The next part of reading all bytes again."""
        if self.verify_days:
            await proof.roll(self.db, self.store, self.verify_days, ROLLS_AGAIN)
