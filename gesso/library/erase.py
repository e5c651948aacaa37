"""Gone for good: out of the trash, and no way back.

First the row says so, in a transaction; then the bytes go, unless another asset of the team rests on the same ones. A
crash in between leaves bytes that nobody sees, and the next sweep of the team takes them.
"""

from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from gesso.db import Database, Work
from gesso.kit.actor import Actor
from gesso.kit.errors import Conflict, GessoError, NotFound, Retry
from gesso.library import room
from gesso.library.arranged import AssetTag, Collection, CollectionAsset
from gesso.library.bulk import change
from gesso.library.doubles import Merge
from gesso.library.intake import DERIVED, SHARED
from gesso.library.looks import Look
from gesso.library.proposals import Proposal
from gesso.library.tables import Asset, Parent
from gesso.library.wanted import Selection
from gesso.store import Store

SWEPT_AT_ONCE: Final = 100
NAMED_AT_ONCE: Final = 1_000

log = structlog.get_logger(__name__)


async def erase(work: Work, selection: Selection) -> list[UUID]:
    """Of what is selected, all that is in the trash is erased: those ids. What was made from them still names them;
    what they were made from no longer does. Their bytes go with the next `sweep`."""
    ids = await change(work, selection, "forever", True)
    for start in range(0, len(ids), NAMED_AT_ONCE):
        some = ids[start : start + NAMED_AT_ONCE]
        await work.session.execute(delete(Parent).where(Parent.child_id.in_(some)))
        await work.session.execute(delete(AssetTag).where(AssetTag.asset_id.in_(some)))
        await work.session.execute(delete(CollectionAsset).where(CollectionAsset.asset_id.in_(some)))
        await work.session.execute(delete(Look).where(Look.asset_id.in_(some)))
        await work.session.execute(delete(Proposal).where(Proposal.asset_id.in_(some)))
        await work.session.execute(delete(Merge).where(Merge.kept_id.in_(some)))
        await work.session.execute(update(Collection).where(Collection.cover_id.in_(some)).values(cover_id=None))
    return ids


async def erase_one(work: Work, asset_id: UUID) -> None:
    """Conflict unless the asset is in the trash."""
    asset = await work.find(Asset, asset_id)
    if asset.deleted_at is None:
        raise Conflict("Only what is in the trash can be erased for good. Delete it first.")
    await erase(work, Selection([asset_id]))


async def sweep(db: Database, store: Store, actor: Actor) -> None:
    """Removes the bytes of what the actor's team has erased. When the store cannot be asked now, a later sweep does
    it."""
    try:
        while await _sweep_some(db, store, actor):
            pass
    except (GessoError, SQLAlchemyError) as error:
        log.warning("the bytes of erased assets are still there", team=str(actor.team_id), error=str(error))


async def _sweep_some(db: Database, store: Store, actor: Actor) -> bool:
    """Whether there may be more."""
    async with db.work(actor) as work:
        await hold_bytes(work, alone=True)
        ours = select(Asset.id, Asset.key, Asset.sha256).where(Asset.team_id == actor.team_id)
        erased = (
            await work.session.execute(ours.where(Asset.erased_at.is_not(None), Asset.key != "").limit(SWEPT_AT_ONCE))
        ).all()
        if not erased:
            return False
        hashes = {row.sha256 for row in erased}
        living = await work.session.execute(ours.where(Asset.erased_at.is_(None), Asset.sha256.in_(hashes)))
        unused = {row.key for row in erased} - {row.key for row in living}
        stems = {key.rpartition(".")[0] for key in unused}
        # The originals first: broken off in between, this leaves none that has lost its thumbnails.
        await store.remove(unused)
        await store.remove(stem + end for stem in stems for end in DERIVED.values())
        await store.remove([key for stem in stems async for key in store.keys(stem + SHARED)])
        await room.gives_back(work, [row.id for row in erased], unused)
        await work.session.execute(
            update(Asset)
            .where(Asset.id.in_([row.id for row in erased]))
            .values(key="")
            .execution_options(synchronize_session=False)
        )
        return len(erased) == SWEPT_AT_ONCE


async def still_there(work: Work, store: Store, key: str) -> None:
    """Retry when the bytes, which were put to rest a moment ago, were swept since: they were those of an erased asset.
    Until this work is committed no sweep of the team begins."""
    await hold_bytes(work, alone=False)
    try:
        await store.size(key)
    except NotFound:
        raise Retry("The same picture was being erased at this very moment. Send it again.") from None


async def hold_bytes(work: Work, *, alone: bool) -> None:
    """Until the commit: a sweep is alone with the bytes of its team, and whoever adds to them is not disturbed. (On
    SQLite there is one writer at a time anyway.)"""
    if work.session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        await work.session.execute(select(lock(func.hashtextextended(f"bytes of {work.actor.team_id}", 0))))
