"""Collections by name, as filters mean them: with what is nested in them."""

from uuid import UUID

from gesso.db import Work
from gesso.library import search
from gesso.library.arranged import Collection


async def wholes(work: Work) -> dict[str, list[UUID]]:
    """By its name each collection of the team that is not deleted, with all that are nested in it. Those of one name
    are meant together."""
    return _wholes(await _all(work))


async def named(work: Work) -> dict[str, list[UUID]]:
    """The same by name as names are compared, and by id."""
    rows = await _all(work)
    found: dict[str, list[UUID]] = {}
    for name, ids in _wholes(rows).items():
        found.setdefault(search.folded(name), []).extend(ids)
    below = _wholes([(id, str(id), parent) for id, _, parent in rows])
    return found | below


def _wholes(rows: list[tuple[UUID, str, UUID | None]]) -> dict[str, list[UUID]]:
    below: dict[UUID | None, list[UUID]] = {}
    for id, _, parent in rows:
        below.setdefault(parent, []).append(id)
    found: dict[str, list[UUID]] = {}
    for id, name, _ in rows:
        whole = [id]
        for each in whole:
            whole += below.get(each, ())
        found.setdefault(name, []).extend(whole)
    return found


async def _all(work: Work) -> list[tuple[UUID, str, UUID | None]]:
    rows = await work.session.execute(
        Collection.visible_to(work.actor)
        .where(Collection.deleted_at.is_(None))
        .order_by(Collection.id)
        .with_only_columns(Collection.id, Collection.name, Collection.parent_id)
    )
    return [(row.id, row.name, row.parent_id) for row in rows]
