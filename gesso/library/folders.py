"""Folders that became collections: each once, by its name, in the one that it lay in."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from gesso.db import Work
from gesso.kit import place
from gesso.kit.text import one_line
from gesso.library import collections
from gesso.library.arranged import Collection, CollectionAsset
from gesso.library.tables import Asset


async def shelve(work: Work, asset: Asset, folders: Sequence[str]) -> None:
    """Puts the asset into the collection of the innermost folder, which is made where there is none, as are those
    around it. What is in there stays where it is."""
    parent: UUID | None = None
    for folder in folders[: collections.DEEPEST]:
        parent = await _collection(work, one_line(folder)[: collections.LONGEST] or "Folder", parent)
    if parent is None:
        return
    here = select(CollectionAsset.asset_id).where(
        CollectionAsset.collection_id == parent, CollectionAsset.asset_id == asset.id
    )
    if await work.session.scalar(here) is None:
        position = place.between(await collections.end(work, parent), None)[0]
        work.session.add(CollectionAsset(collection_id=parent, asset_id=asset.id, position=position))
        await work.session.flush()


async def _collection(work: Work, name: str, parent: UUID | None) -> UUID:
    within = Collection.parent_id.is_(None) if parent is None else Collection.parent_id == parent
    query = Collection.visible_to(work.actor).where(
        within, Collection.name == name, Collection.kind == "collection", Collection.deleted_at.is_(None)
    )
    found: Collection | None = await work.session.scalar(query.order_by(Collection.id).limit(1))
    if found is None:
        found = await collections.make(work, name, wish={"parent": parent})
        await work.session.flush()
    return found.id
