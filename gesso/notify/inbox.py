"""What each person is told of, in the studio: read, not read, gone after a while."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from gesso import events
from gesso.db import Work
from gesso.kit.errors import NotFound
from gesso.kit.page import Page
from gesso.kit.time import now
from gesso.library import Asset
from gesso.notify.tables import Letter, Notice

KEPT: Final = timedelta(days=90)
LETTERS_KEPT: Final = timedelta(days=30)


async def listed(work: Work, *, after: UUID | None = None, limit: int = 50, unread: bool = False) -> Page[Notice]:
    """The actor's own, the newest first."""
    work.actor.require("events.read")
    query = _mine(work).order_by(Notice.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(Notice.id < after)
    if unread:
        query = query.where(Notice.read_at.is_(None))
    return Page.cut((await work.session.scalars(query)).all(), limit, lambda notice: notice.id)


async def unread(work: Work, user: UUID | None = None) -> int:
    """How many the actor, or this person of the team, has not read."""
    whose = user or work.actor.user_id
    query = Notice.visible_to(work.actor).where(Notice.user_id == whose, Notice.shown, Notice.read_at.is_(None))
    return await work.session.scalar(query.with_only_columns(func.count())) or 0


async def read(work: Work, id: UUID) -> Notice:
    work.actor.require("events.read")
    notice = await _one(work, id)
    if notice.read_at is None:
        notice.read_at = now()
        await work.session.flush()
        await tell(work, [work.actor.user_id])
    return notice


async def read_all(work: Work, until: UUID | None = None) -> int:
    """All of them, or all up to that one: what came while somebody looked at the list stays unread. How many were."""
    work.actor.require("events.read")
    mine = [Notice.team_id == work.actor.team_id, Notice.user_id == work.actor.user_id, Notice.read_at.is_(None)]
    if until is not None:
        mine.append(Notice.id <= until)
    marked = update(Notice).where(*mine).values(read_at=now()).returning(Notice.id)
    done = (await work.session.scalars(marked.execution_options(synchronize_session=False))).all()
    if done:
        await tell(work, [work.actor.user_id])
    return len(done)


async def remove(work: Work, id: UUID) -> None:
    """Out of the list. It is remembered that it was told."""
    work.actor.require("events.read")
    notice = await _one(work, id)
    notice.shown, notice.read_at = False, notice.read_at or now()
    await work.session.flush()
    await tell(work, [work.actor.user_id])


async def tell(work: Work, users: Iterable[UUID]) -> None:
    """Lets the pages of these people know how many are unread. All of the team hears it, so it says nothing else."""
    for user in sorted(set(users)):
        events.emit(work, "notice.changed", user=str(user), unread=await unread(work, user))


async def pictures(work: Work, notices: Iterable[Notice]) -> set[UUID]:
    """Of the assets that these notices show, those that are still there to be seen."""
    named = {UUID(id) for notice in notices for id in notice.assets}
    if not named:
        return set()
    query = Asset.visible_to(work.actor).where(Asset.id.in_(named), Asset.deleted_at.is_(None))
    return set(await work.session.scalars(query.with_only_columns(Asset.id)))


async def sweep(session: AsyncSession) -> None:
    """Forgets what is older than `KEPT`, and letters that are long gone."""
    await session.execute(delete(Notice).where(Notice.created_at < now() - KEPT))
    old = Letter.created_at < now() - LETTERS_KEPT, Letter.state != "queued"
    await session.execute(delete(Letter).where(*old))


async def _one(work: Work, id: UUID) -> Notice:
    notice = await work.session.scalar(_mine(work).where(Notice.id == id))
    if notice is None:
        raise NotFound("There is no such notice.")
    return notice


def _mine(work: Work) -> Select[Notice]:
    return Notice.visible_to(work.actor).where(Notice.user_id == work.actor.user_id, Notice.shown)
