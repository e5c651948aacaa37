"""Whoever keeps a studio's library in order: carries out its tasks, and tidies up by itself."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select

from gesso import library
from gesso.db import Database
from gesso.kit.actor import Actor
from gesso.library import Asset, Chore, chores
from gesso.library.chores import Task
from gesso.library.erase import hold_bytes
from gesso.store import Store
from gesso.upkeep import figures, proof, strays, trash

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

    def tasks(self) -> dict[str, Task]:
        """What people may ask for, each by its kind."""
        return {"empty": self._empty, "check": self._check, "clean": self._clean, "verify": self._verify}

    async def _empty(self, chore: Chore, actor: Actor) -> None:
        await trash.empty(self.db, self.store, actor, chore)
        await self.recount(actor)

    async def _check(self, chore: Chore, actor: Actor) -> None:
        await strays.check(self.db, self.store, actor, self.grace, chore)

    async def _clean(self, chore: Chore, actor: Actor) -> None:
        report = await strays.clean(self.db, self.store, actor, self.grace, chore, dry=bool(chore.asked.get("dry")))
        async with self.db.work(actor) as work:
            await chores.advance(work, chore, told=asdict(report))
        await self.recount(actor)

    async def _verify(self, chore: Chore, actor: Actor) -> None:
        await proof.verify(self.db, self.store, actor, chore)

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
