"""Searches that are kept: collections that fill themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Select, func
from sqlalchemy.orm import Mapped, mapped_column

from gesso import events
from gesso.db import Owned, Work
from gesso.kit.errors import Conflict, Denied, NotFound
from gesso.kit.text import one_line
from gesso.library.filters import Wanted
from gesso.library.query import parse
from gesso.library.wanted import count

MOST: Final = 200


class SavedSearch(Owned):
    """A query with a name: somebody's own, or shared with their team."""

    __tablename__ = "saved_search"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    user_id: Mapped[UUID]
    name: Mapped[str]
    q: Mapped[str]
    shared: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True, slots=True)
class Counted:
    search: SavedSearch
    count: int | None
    """None where its query can no longer be read."""


async def saved(work: Work) -> Sequence[Counted]:
    """Those that the actor sees, by name, and how many assets each finds now."""
    found = (await work.session.scalars(_seen(work))).all()
    ordered = sorted(found, key=lambda each: (each.name.casefold(), each.id))
    return [Counted(each, many) for each, many in zip(ordered, await _many(work, ordered), strict=True)]


async def _many(work: Work, searches: Sequence[SavedSearch]) -> list[int | None]:
    readable = [each for each in searches if not any(part.trouble for part in parse(each.q).parts)]
    counts = dict(zip(readable, await count(work, [Wanted(q=each.q) for each in readable]), strict=True))
    return [counts.get(each) for each in searches]


async def save(work: Work, name: str, q: str, *, shared: bool = False) -> Counted:
    """Invalid when the query cannot be read."""
    parse(q).checked()
    if (await work.session.scalar(_seen(work).with_only_columns(func.count()).order_by(None)) or 0) >= MOST:
        raise Conflict(f"There are {MOST} saved searches already. Delete one first.")
    search = SavedSearch(
        team_id=work.actor.team_id, user_id=work.actor.user_id, name=one_line(name)[:100], q=q.strip(), shared=shared
    )
    work.session.add(search)
    await work.session.flush()
    return await _told(work, search)


async def alter(
    work: Work, search_id: UUID, *, name: str | None = None, q: str | None = None, shared: bool | None = None
) -> Counted:
    """What is None stays. A shared one may be changed by whoever may write; whether it is shared says who made it."""
    search = await _find(work, search_id)
    if q is not None:
        parse(q).checked()
        search.q = q.strip()
    if name is not None:
        search.name = one_line(name)[:100]
    if shared is not None and shared != search.shared:
        if search.user_id != work.actor.user_id:
            raise Denied("Only who made this search may share it or keep it to themselves.")
        search.shared = shared
    return await _told(work, search)


async def forget(work: Work, search_id: UUID) -> None:
    search = await _find(work, search_id)
    await work.session.delete(search)
    events.emit(work, "search.changed", search=str(search.id))


async def _told(work: Work, search: SavedSearch) -> Counted:
    events.emit(work, "search.changed", search=str(search.id))
    (many,) = await _many(work, [search])
    return Counted(search, many)


async def _find(work: Work, search_id: UUID) -> SavedSearch:
    found = await work.session.scalar(_seen(work).where(SavedSearch.id == search_id))
    if found is None:
        raise NotFound("There is no such saved search.")
    return found


def _seen(work: Work) -> Select[SavedSearch]:
    mine = SavedSearch.shared | (SavedSearch.user_id == work.actor.user_id)
    return SavedSearch.visible_to(work.actor).where(mine)
