"""Collections and campaigns: made, nested, put in order, deleted and brought back; and what is in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update

from gesso import events
from gesso.db import Work
from gesso.kit import place
from gesso.kit.errors import Invalid, NotFound
from gesso.kit.ids import uuid7
from gesso.kit.text import one_line
from gesso.kit.time import now
from gesso.library.arranged import Collection, CollectionAsset, CollectionRun
from gesso.library.tables import Asset

LONGEST: Final = 120
MOST: Final = 2_000
"""Collections of a team."""
DEEPEST: Final = 12

FREE: Final = ("note", "brief", "starts", "ends", "budget", "channels")
"""What is written as it is said."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A collection, with how many of its assets are not in the trash, and what it is shown by."""

    collection: Collection
    count: int
    cover: UUID | None


async def tree(work: Work, *, kind: str | None = None) -> list[Shown]:
    """All that are not deleted, in the order of those of one parent."""
    query = _living(work).order_by(Collection.position, Collection.id)
    if kind is not None:
        query = query.where(Collection.kind == kind)
    return await _shown(work, (await work.session.scalars(query)).all())


async def get(work: Work, id: UUID) -> Shown:
    return (await _shown(work, [await find(work, id)]))[0]


async def find(work: Work, id: UUID, *, deleted: bool = False) -> Collection:
    """NotFound where the actor may not see it, or it is deleted and may not be."""
    found = await work.find(Collection, id)
    if found.deleted_at is not None and not deleted:
        raise NotFound("This collection was deleted.")
    return found


async def of(work: Work, asset_id: UUID) -> Sequence[Collection]:
    """Those that an asset is in."""
    query = _living(work).join(CollectionAsset, CollectionAsset.collection_id == Collection.id)
    found = await work.session.scalars(query.where(CollectionAsset.asset_id == asset_id).order_by(Collection.name))
    return found.all()


async def make(work: Work, name: str, *, kind: str = "collection", wish: Mapping[str, Any] | None = None) -> Collection:
    every = (await work.session.execute(_living(work).with_only_columns(func.count()).order_by(None))).scalar_one()
    if every >= MOST:
        raise Invalid(f"A team has {MOST:,} collections at most. Delete some first.")
    made = Collection(
        id=uuid7(),
        team_id=work.actor.team_id,
        user_id=work.actor.user_id,
        name=_name(name),
        kind=kind,
        note="",
        brief="",
        channels=[],
        position=place.between(None, None)[0],
    )
    work.session.add(made)
    await _write(work, made, {"parent": None} | dict(wish or {}))
    _tell(work, made)
    return made


async def change(work: Work, id: UUID, wish: Mapping[str, Any]) -> Collection:
    """`name`, `kind`, `parent`, `before` (the neighbour it comes to stand in front of, None for the end), `cover`, and
    what is `FREE`. What is not named stays."""
    found = await find(work, id)
    await _write(work, found, wish)
    _tell(work, found)
    return found


async def remove(work: Work, id: UUID) -> Collection:
    """With all that is nested in it; the assets stay where they are. Twice is once."""
    found = await work.find(Collection, id)
    if found.deleted_at is None:
        gone, moment = await _within(work, id), now()
        await work.session.execute(
            update(Collection)
            .where(Collection.id.in_(gone), Collection.deleted_at.is_(None))
            .values(deleted_at=moment)
            .execution_options(synchronize_session=False)
        )
        await work.session.refresh(found)
        _tell(work, found)
    return found


async def restore(work: Work, id: UUID) -> Collection:
    """With what went with it, and where it was; at the top where its parent is gone."""
    found = await work.find(Collection, id)
    if found.deleted_at is not None:
        back = await _within(work, id)
        await work.session.execute(
            update(Collection)
            .where(Collection.id.in_(back), Collection.deleted_at == found.deleted_at)
            .values(deleted_at=None)
            .execution_options(synchronize_session=False)
        )
        await work.session.refresh(found)
        if found.parent_id is not None and (await work.find(Collection, found.parent_id)).deleted_at is not None:
            found.parent_id = None
        _tell(work, found)
    return found


async def within(work: Work, id: UUID, run_id: UUID) -> None:
    """That a run is made for it: what it makes will be in it."""
    await find(work, id)
    await work.session.execute(insert(CollectionRun).values(collection_id=id, run_id=run_id))


async def land(work: Work, asset: Asset) -> None:
    """What a run has made goes into the collection that it is made for."""
    if asset.run_id is None or asset.purpose != "picture":
        return
    meant = select(CollectionRun.collection_id).where(CollectionRun.run_id == asset.run_id)
    for id in (await work.session.scalars(meant)).all():
        last = await end(work, id)
        work.session.add(
            CollectionAsset(
                collection_id=id, asset_id=asset.id, position=place.between(last, None)[0], added_at=now(), by="run"
            )
        )


async def end(work: Work, id: UUID) -> str | None:
    """The last place that is taken."""
    found: str | None = await work.session.scalar(
        select(func.max(CollectionAsset.position)).where(CollectionAsset.collection_id == id)
    )
    return found


async def ahead(work: Work, id: UUID, asset_id: UUID, moved: Iterable[UUID]) -> tuple[str | None, str]:
    """The places between which something comes to stand right in front of an asset; those that are moved count for
    nothing. NotFound where the asset is not in the collection."""
    after = await work.session.scalar(
        select(CollectionAsset.position).where(
            CollectionAsset.collection_id == id, CollectionAsset.asset_id == asset_id
        )
    )
    if after is None:
        raise NotFound("The picture to put them in front of is not in this collection.")
    before: str | None = await work.session.scalar(
        select(func.max(CollectionAsset.position)).where(
            CollectionAsset.collection_id == id,
            CollectionAsset.position < after,
            CollectionAsset.asset_id.not_in(list(moved)),
        )
    )
    return before, after


async def _write(work: Work, found: Collection, wish: Mapping[str, Any]) -> None:
    if wish.get("name") is not None:
        found.name = _name(wish["name"])
    if wish.get("kind") is not None:
        found.kind = wish["kind"]
    for name in FREE:
        if name in wish:
            setattr(found, name, wish[name])
    starts: date | None = found.starts
    if starts is not None and found.ends is not None and found.ends < starts:
        raise Invalid("It ends before it begins.", fields=[{"field": "ends", "kind": "misfit"}])
    if "cover" in wish:
        if wish["cover"] is not None:
            await work.find(Asset, wish["cover"])
        found.cover_id = wish["cover"]
    if "parent" in wish:
        await _nest(work, found, wish["parent"])
    if "parent" in wish or "before" in wish:
        await _stand(work, found, wish.get("before"))
    await work.session.flush()


async def _nest(work: Work, found: Collection, parent_id: UUID | None) -> None:
    """Under another one, which may be neither itself nor something in it."""
    # One at a time, or two moves could make a circle together.
    rows = await work.session.scalars(Collection.visible_to(work.actor).order_by(Collection.id).with_for_update())
    parents = {row.id: row.parent_id for row in rows}
    if parent_id is not None:
        await find(work, parent_id)
    deep, each = 1, parent_id
    while each is not None:
        if each == found.id:
            raise Invalid("A collection cannot be moved into itself.", fields=[{"field": "parent", "kind": "misfit"}])
        deep, each = deep + 1, parents.get(each)
    if deep > DEEPEST:
        raise Invalid(f"Collections are nested {DEEPEST} deep at most.", fields=[{"field": "parent", "kind": "misfit"}])
    found.parent_id = parent_id


async def _stand(work: Work, found: Collection, before: UUID | None) -> None:
    beside = _living(work).where(
        Collection.parent_id.is_(None) if found.parent_id is None else Collection.parent_id == found.parent_id,
        Collection.id != found.id,
    )
    query = beside.with_only_columns(Collection.id, Collection.position).order_by(Collection.position, Collection.id)
    rows = (await work.session.execute(query)).all()
    at = next((at for at, row in enumerate(rows) if row.id == before), len(rows))
    low = rows[at - 1].position if at > 0 else None
    high = rows[at].position if at < len(rows) else None
    if low is not None and low == high:
        high = None
    found.position = place.between(low, high)[0]


async def _within(work: Work, id: UUID) -> list[UUID]:
    """It and all that is nested in it."""
    query = Collection.visible_to(work.actor).with_only_columns(Collection.id, Collection.parent_id)
    below: dict[UUID | None, list[UUID]] = {}
    for row in await work.session.execute(query):
        below.setdefault(row.parent_id, []).append(row.id)
    found = [id]
    for each in found:
        found += [child for child in below.get(each, ()) if child not in found]
    return found


async def _shown(work: Work, found: Sequence[Collection]) -> list[Shown]:
    """Three queries, however many. Counted are all members but those in the trash, which are few."""
    ids = [each.id for each in found]
    if not ids:
        return []
    many = select(CollectionAsset.collection_id, func.count()).where(CollectionAsset.collection_id.in_(ids))
    counts = {row[0]: row[1] for row in await work.session.execute(many.group_by(CollectionAsset.collection_id))}
    trashed = (
        select(CollectionAsset.collection_id, func.count())
        .join(Asset, Asset.id == CollectionAsset.asset_id)
        .where(Asset.team_id == work.actor.team_id, Asset.deleted_at.is_not(None))
        .group_by(CollectionAsset.collection_id)
    )
    less = {row[0]: row[1] for row in await work.session.execute(trashed)}
    first = (
        select(CollectionAsset.asset_id)
        .join(Asset, Asset.id == CollectionAsset.asset_id)
        .where(CollectionAsset.collection_id == Collection.id, Asset.deleted_at.is_(None))
        .order_by(CollectionAsset.position, CollectionAsset.asset_id)
        .limit(1)
        .scalar_subquery()
    )
    chosen = (
        select(Asset.id).where(Asset.id == Collection.cover_id, Asset.deleted_at.is_(None)).limit(1).scalar_subquery()
    )
    covers = {
        row[0]: row[1] or row[2]
        for row in await work.session.execute(select(Collection.id, chosen, first).where(Collection.id.in_(ids)))
    }
    return [Shown(each, counts.get(each.id, 0) - less.get(each.id, 0), covers.get(each.id)) for each in found]


def _living(work: Work) -> Select[Collection]:
    return Collection.visible_to(work.actor).where(Collection.deleted_at.is_(None))


def _name(name: str) -> str:
    plain = one_line(name)[:LONGEST].strip()
    if not plain:
        raise Invalid("A collection has a name.", fields=[{"field": "name", "kind": "missing"}])
    return plain


def _tell(work: Work, found: Collection) -> None:
    events.emit(work, "collection.changed", collection=str(found.id))
