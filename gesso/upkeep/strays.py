"""Bytes that no row names, and rows whose bytes are gone.

Only three shapes of keys are ever removed: what an asset rested on, what was kept for a run, and the archive of an
import. A run keeps its bytes while anybody may still ask for them: until it is over, and that is not before a person
has said whether it was bought. An import keeps its archive until it is over.
Whatever else lies in the store is told and left alone.

Something is a stray when it is seen as one; it is removed when it was one for a while (`grace`), is one still, and
nobody adds to the bytes of the team at this moment.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select, update

from gesso import events
from gesso.db import Database, Work, inserting
from gesso.kit.actor import Actor
from gesso.kit.errors import NotFound
from gesso.kit.time import now
from gesso.library import Asset, Chore, Import, chores, imports
from gesso.library.erase import hold_bytes
from gesso.library.intake import DERIVED, SHARED
from gesso.runs import OVER, Run
from gesso.store import Resting, Store
from gesso.upkeep.tables import Stray

AT_ONCE: Final = 500
REMOVED_AT_ONCE: Final = 50
ASKED_AT_ONCE: Final = 16
EXAMPLES: Final = 20

log = structlog.get_logger(__name__)


@dataclass
class Report:
    """`ripe` strays have been there for longer than the grace: `clean` removes them. `strange` are keys that nobody
    here has made; they are left alone. `missing` and `changed` are assets whose bytes are gone or of another length."""

    objects: int = 0
    bytes: int = 0
    strays: int = 0
    stray_bytes: int = 0
    ripe: int = 0
    ripe_bytes: int = 0
    strange: int = 0
    missing: int = 0
    changed: int = 0
    removed: int = 0
    removed_bytes: int = 0
    examples: list[str] = field(default_factory=list)


async def check(db: Database, store: Store, actor: Actor, grace: timedelta, chore: Chore | None = None) -> Report:
    """Looks at all that the team keeps and changes none of it; what is found is written down."""
    began, report = now(), Report()
    if chore is not None:
        async with db.work(actor) as work:
            await chores.advance(work, chore, anew=True)
    async for batch in store.objects(f"{actor.team_id}"):
        async with db.work(actor) as work:
            await _note(work, batch, report)
            if chore is not None:
                await chores.advance(work, chore, done=len(batch))
    async with db.work(actor) as work:
        # What was seen before and not now is gone, or somebody's again.
        mine = Stray.team_id == actor.team_id
        await work.session.execute(delete(Stray).where(mine, Stray.seen_at < began))
        ripe = await work.session.execute(
            select(func.count(), func.coalesce(func.sum(Stray.bytes), 0)).where(mine, Stray.found_at <= now() - grace)
        )
        report.ripe, report.ripe_bytes = map(int, ripe.one())
        first = select(Stray.key).where(mine).order_by(Stray.found_at, Stray.key).limit(EXAMPLES)
        report.examples = list(await work.session.scalars(first))
    await _missing(db, store, actor, report)
    if chore is not None:
        async with db.work(actor) as work:
            await chores.advance(work, chore, told=asdict(report))
    return report


async def clean(
    db: Database, store: Store, actor: Actor, grace: timedelta, chore: Chore | None = None, *, dry: bool = False
) -> Report:
    """Looks, and then removes what has been a stray for longer than the grace. `dry` says what that would be."""
    report = await check(db, store, actor, grace, chore)
    while not dry:
        async with db.work(actor) as work:
            await hold_bytes(work, alone=True)
            ripe = Stray.team_id == actor.team_id, Stray.found_at <= now() - grace
            stems = (
                await work.session.scalars(select(Stray.stem).where(*ripe).distinct().limit(REMOVED_AT_ONCE))
            ).all()
            if not stems:
                break
            # Together with what stands beside it: an upload that comes now finds either all of it or nothing.
            rows = (
                await work.session.scalars(select(Stray).where(Stray.team_id == actor.team_id, Stray.stem.in_(stems)))
            ).all()
            lost = await _nobodys(work, [row.key for row in rows])
            going = [row for row in rows if row.key in lost]
            await store.remove(row.key for row in going if _is_original(row.key))
            await store.remove(row.key for row in going if not _is_original(row.key))
            await work.session.execute(delete(Stray).where(Stray.key.in_([row.key for row in rows])))
            report.removed += len(going)
            report.removed_bytes += sum(row.bytes for row in going)
            if chore is not None:
                told = {"removed": report.removed, "removed_bytes": report.removed_bytes}
                await chores.advance(work, chore, told=told)
    if report.removed:
        log.info("strays were removed", team=str(actor.team_id), count=report.removed, bytes=report.removed_bytes)
    return report


async def _note(work: Work, batch: Sequence[Resting], report: Report) -> None:
    report.objects += len(batch)
    report.bytes += sum(each.bytes for each in batch)
    known = [each for each in batch if _owner(each.key) is not None]
    report.strange += len(batch) - len(known)
    lost = await _nobodys(work, [each.key for each in known])
    at = now()
    rows: list[dict[str, Any]] = [
        {
            "key": each.key,
            "team_id": work.actor.team_id,
            "stem": _stem(each.key),
            "bytes": each.bytes,
            # What has just come to rest is an upload's whose row is about to be written.
            "found_at": at,
            "seen_at": at,
        }
        for each in known
        if each.key in lost
    ]
    report.strays += len(rows)
    report.stray_bytes += sum(row["bytes"] for row in rows)
    if rows:
        statement = inserting(work.session)(Stray)
        seen = {"seen_at": statement.excluded.seen_at, "bytes": statement.excluded.bytes}
        await work.session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=seen).values(rows))


async def _nobodys(work: Work, keys: Iterable[str]) -> set[str]:
    """Those of the keys that no asset rests on and no run may still ask for."""
    by_asset: dict[str, set[str]] = {}
    by_work: dict[UUID, set[str]] = {}
    for key in keys:
        owner = _owner(key)
        if isinstance(owner, UUID):
            by_work.setdefault(owner, set()).add(key)
        elif owner is not None:
            by_asset.setdefault(owner, set()).add(key)
    team = work.actor.team_id
    if by_asset:
        resting = select(Asset.sha256).where(Asset.team_id == team, Asset.sha256.in_(by_asset), Asset.key != "")
        for sha256 in await work.session.scalars(resting):
            by_asset.pop(sha256, None)
    if by_work:
        going = Run.visible_to(work.actor).where(Run.id.in_(by_work), Run.state.not_in(OVER))
        coming = Import.visible_to(work.actor).where(Import.id.in_(by_work), Import.state.not_in(imports.OVER))
        for query in (going.with_only_columns(Run.id), coming.with_only_columns(Import.id)):
            for each in await work.session.scalars(query):
                by_work.pop(each, None)
    return {key for owned in (*by_asset.values(), *by_work.values()) for key in owned}


async def _missing(db: Database, store: Store, actor: Actor, report: Report) -> None:
    """Asks the store for the length of each asset's bytes."""
    after = UUID(int=0)
    while True:
        async with db.work(actor, read_only=True) as work:
            rows = (
                await work.session.execute(
                    Asset.visible_to(actor)
                    .where(Asset.id > after, Asset.key != "")
                    .with_only_columns(Asset.id, Asset.key, Asset.bytes, Asset.trouble)
                    .order_by(Asset.id)
                    .limit(AT_ONCE)
                )
            ).all()
        for start in range(0, len(rows), ASKED_AT_ONCE):
            some = rows[start : start + ASKED_AT_ONCE]
            sizes = await asyncio.gather(*(_size(store, row.key) for row in some))
            for row, size in zip(some, sizes, strict=True):
                wrong = "missing" if size is None else "changed" if size != row.bytes else None
                report.missing += wrong == "missing"
                report.changed += wrong == "changed"
                # Bytes of the right length may have changed even so: only who reads them may say that they are well.
                if wrong != row.trouble and not (wrong is None and row.trouble == "changed"):
                    await settle(db, actor, row.id, wrong)
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].id


async def settle(db: Database, actor: Actor, asset_id: UUID, trouble: str | None) -> None:
    """Writes down what is wrong with an asset's bytes, or that nothing is any more, and tells it."""
    async with db.work(actor) as work:
        mine = Asset.id == asset_id, Asset.team_id == actor.team_id, Asset.erased_at.is_(None)
        written = update(Asset).where(*mine, Asset.trouble.is_distinct_from(trouble)).values(trouble=trouble)
        done = await work.session.scalar(written.returning(Asset.id).execution_options(synchronize_session=False))
        if done is not None:
            events.emit(work, "asset.damaged" if trouble else "asset.mended", asset=str(asset_id), trouble=trouble)
            if trouble:
                log.error("the bytes of an asset are not what they were", asset=str(asset_id), trouble=trouble)


async def _size(store: Store, key: str) -> int | None:
    try:
        return await store.size(key)
    except NotFound:
        return None


def _owner(key: str) -> str | UUID | None:
    """The digest of the asset, or the run or the import, whose bytes these are; None for what is not ours to know."""
    parts = key.split("/")
    if (len(parts) == 4 and parts[1] in ("bought", "preview")) or (len(parts) == 3 and parts[1] == "imports"):
        try:
            return UUID(parts[2].removesuffix(".zip"))
        except ValueError:
            return None
    if len(parts) == 4 and parts[2].endswith(SHARED):
        parts = [*parts[:2], f"{parts[2].removesuffix(SHARED)}.{parts[3]}"]
    if len(parts) != 3:
        return None
    sha256, _, ending = parts[2].partition(".")
    ours = len(sha256) == 64 and set(sha256) <= _HEX and sha256[:2] == parts[1] and ending.replace(".", "").isalnum()
    return sha256 if ours else None


_HEX: Final = frozenset("0123456789abcdef")


def _stem(key: str) -> str:
    folder, _, name = key.rpartition("/")
    return folder.removesuffix(SHARED) if folder.endswith(SHARED) else f"{folder}/{name.partition('.')[0]}"


def _is_original(key: str) -> bool:
    return not key.endswith(tuple(DERIVED.values())) and f"{SHARED}/" not in key
