"""Looking at what came into the library before the studio had eyes for it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select

from gesso.db import Database, Work
from gesso.imaging.likeness import VERSION, likeness
from gesso.imaging.picture import MAX_PIXELS
from gesso.kit.actor import Actor
from gesso.kit.errors import GessoError, NotFound, Retry, Unavailable
from gesso.kit.pool import Pool
from gesso.library import chores, looks
from gesso.library.chores import Chore, Chores, Stride
from gesso.library.intake import DERIVED
from gesso.library.looks import KINDS, Look
from gesso.library.tables import Asset
from gesso.store import Store

KIND: Final = "look"
STRIDE: Final = 64


@dataclass(frozen=True, slots=True)
class CatchUp:
    db: Database
    store: Store
    pool: Pool

    async def step(self, chore: Chore, actor: Actor) -> Stride | None:
        async with self.db.work(actor, read_only=True) as work:
            query = Asset.visible_to(actor).where(*_unseen()).order_by(Asset.id).limit(STRIDE)
            if chore.cursor is not None:
                query = query.where(Asset.id > chore.cursor)
            found = (await work.session.scalars(query)).all()
        if not found:
            return None
        seen = await asyncio.gather(*(self._look(asset) for asset in found))

        async def write(work: Work) -> None:
            await _write(work, found, seen)

        missed = sum(not packed for packed in seen)
        return Stride(write, found[-1].id, len(found) - missed, missed, lasts=len(found) < STRIDE)

    async def _look(self, asset: Asset) -> bytes:
        """By the small picture that stands for it; nothing, where none can be read."""
        for key in (asset.key.rpartition(".")[0] + DERIVED["512"], asset.key if asset.kind == "image" else ""):
            try:
                if key:
                    return await self.pool.run(likeness, await self.store.get(key), max_pixels=MAX_PIXELS)
            except NotFound:
                continue
            except (Retry, Unavailable):
                # That says nothing of the picture.
                raise
            except GessoError:
                return b""
        return b""


async def due(work: Work) -> int:
    """How many of the team's the studio has not looked at."""
    query = Asset.visible_to(work.actor).where(*_unseen()).with_only_columns(func.count())
    return await work.session.scalar(query) or 0


async def ensure(db: Database, chores_: Chores) -> None:
    """Sees to it that every team's are looked at."""
    async with db.session(read_only=True) as session:
        teams = (
            await session.scalars(select(Asset.team_id).where(Asset.erased_at.is_(None), *_unseen()).distinct())
        ).all()
    for team in teams:
        async with db.work(Actor(chores.NOBODY, team, "nobody", frozenset())) as work:
            if await chores.going(work, KIND) is None:
                await chores_.begin(work, KIND, {}, await due(work))


def _unseen() -> tuple[ColumnElement[bool], ...]:
    seen = exists().where(Look.asset_id == Asset.id, Look.version == VERSION)
    return Asset.kind.in_(KINDS), Asset.purpose == "picture", Asset.key != "", ~seen


async def _write(work: Work, found: Sequence[Asset], seen: Sequence[bytes]) -> None:
    ids: list[UUID] = [asset.id for asset in found]
    still = set(
        await work.session.scalars(
            Asset.visible_to(work.actor).where(Asset.id.in_(ids), *_unseen()).with_only_columns(Asset.id)
        )
    )
    # What was written for an earlier version goes.
    await work.session.execute(delete(Look).where(Look.asset_id.in_(still)))
    for asset, packed in zip(found, seen, strict=True):
        if asset.id in still:
            looks.note(work, asset, packed)
