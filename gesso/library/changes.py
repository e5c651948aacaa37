"""Changes of many assets, in portions: each is one transaction with what was there before. Killed in between, a change
is left at a portion's end: sent again it goes on from there, and undone it puts back exactly what it found."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Select,
    String,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    true,
    update,
)

from gesso import events
from gesso.db import Work
from gesso.kit import place
from gesso.kit.errors import Conflict, Invalid
from gesso.kit.ids import uuid7
from gesso.kit.time import now
from gesso.library import assets, collections, holds, search, tagging
from gesso.library.arranged import PERSON, AssetTag, Change, ChangePart, CollectionAsset
from gesso.library.tables import Asset

AT_ONCE: Final = 1_000
WIDTH: Final = 16
TOLD: Final = 200
"""The most ids that an event names."""
KEPT: Final = timedelta(days=30)
"""So long a change can be undone."""
PLAIN: Final = ("favorite", "reference", "rating", "label")
"""What is one value in one column."""
TOKEN: Final = re.compile(r"\{(title|n|nn|nnn|nnnn|date|op)\}")

Working = Callable[[], AbstractAsyncContextManager[Work]]
Meant = Callable[[Work], Awaitable[Select[Asset]]]


@dataclass(frozen=True, slots=True)
class Done:
    """What a change really changed, the newest first; `left` of the assets that were meant are not looked at yet."""

    id: UUID
    state: str
    ids: list[UUID]
    left: int


async def carry_out(working: Working, id: UUID | None, meant: Meant, what: Mapping[str, Any]) -> Done:
    """Begins the change, or goes on with the one of this id, and ends it. Conflict where that was another change."""
    async with working() as work:
        change = await _begun(work, id, meant, what)
    return await resume(working, change.id)


async def resume(working: Working, id: UUID) -> Done:
    """Goes on with what broke off."""
    while True:
        async with working() as work:
            if await _portion(work, id):
                return await told(work, id)


async def undo(working: Working, id: UUID) -> Done:
    """Puts back what each asset had, but what was erased since. Twice is once."""
    while True:
        async with working() as work:
            if await _back(work, id):
                return await told(work, id)


async def told(work: Work, id: UUID) -> Done:
    change = await work.find(Change, id)
    ids: list[UUID] = []
    parts = select(ChangePart.before).where(ChangePart.change_id == id)
    for before in await work.session.scalars(parts):
        ids += map(UUID, before)
    return Done(id, change.state, sorted(ids, reverse=True), change.total - change.at)


async def recent(work: Work, limit: int = 20) -> Sequence[Change]:
    """The actor's own, the newest first: what can be undone, and what broke off and can be gone on with."""
    mine = Change.visible_to(work.actor).where(Change.user_id == work.actor.user_id)
    return (await work.session.scalars(mine.order_by(Change.created_at.desc()).limit(limit))).all()


def label_of(value: str | None) -> str | None:
    return None if value in (None, "none") else value


async def _begun(work: Work, id: UUID | None, meant: Meant, what: Mapping[str, Any]) -> Change:
    if id is not None and (known := await work.session.get(Change, id)) is not None:
        if known.team_id != work.actor.team_id or known.what != dict(what):
            raise Conflict("This id stands for another change.")
        return known
    old = Change.visible_to(work.actor).where(Change.created_at < now() - KEPT).with_only_columns(Change.id)
    stale = (await work.session.scalars(old.limit(100))).all()
    if stale:
        await work.session.execute(delete(ChangePart).where(ChangePart.change_id.in_(stale)))
        await work.session.execute(delete(Change).where(Change.id.in_(stale)))
    query = await meant(work)
    await _check(work, what, query)
    ids = await work.session.scalars(query.with_only_columns(cast(Asset.id, String)))
    # What is meant is settled here: what the change itself does may change what the filters find.
    settled = await asyncio.to_thread(_settled, ids.all())
    change = Change(
        id=id or uuid7(),
        team_id=work.actor.team_id,
        user_id=work.actor.user_id,
        what=dict(what),
        ids=settled,
        total=len(settled) // WIDTH,
        at=0,
        changed=0,
        state="running",
    )
    work.session.add(change)
    await work.session.flush()
    return change


def _settled(ids: Sequence[str]) -> bytes:
    """They come as text and are read beside the event loop: there may be a hundred thousand."""
    return b"".join(bytes.fromhex(id.replace("-", "")) for id in ids)


async def _check(work: Work, what: Mapping[str, Any], meant: Select[Asset]) -> None:
    """Before anything is begun: what is named must be there, and what is to be deleted under no legal hold."""
    ((kind, value),) = what.items()
    if kind == "deleted" and value:
        await holds.require_free(work, meant, Asset.deleted_at.is_(None))
    if kind == "collection":
        for name in ("add", "remove", "order", "move", "to"):
            if value.get(name):
                await collections.find(work, UUID(value[name]))
    if kind == "title" and not value.strip():
        raise Invalid("A title has at least one letter.", fields=[{"field": "title", "kind": "missing"}])
    if kind == "tags" and not tagging.spelled([*value.get("add", ()), *value.get("remove", ())]):
        raise Invalid("Name a tag to add or to remove.", fields=[{"field": "tags", "kind": "missing"}])


async def _portion(work: Work, id: UUID) -> bool:
    """Whether it was the last."""
    change = await work.find(Change, id, lock=True)
    if change.state != "running":
        return True
    cut = func.substr(Change.ids, change.at * WIDTH + 1, AT_ONCE * WIDTH, type_=LargeBinary())
    raw: bytes = await work.session.scalar(select(cut).where(Change.id == id)) or b""
    ids = [UUID(bytes=raw[start : start + WIDTH]) for start in range(0, len(raw), WIDTH)]
    before = await _apply(work, change, ids) if ids else {}
    if before:
        work.session.add(ChangePart(change_id=id, number=change.at // AT_ONCE, before=before))
        change.changed += len(before)
        _tell(work, list(before), dict(change.what))
    change.at += len(ids)
    if change.at >= change.total:
        change.state = "done"
    await work.session.flush()
    return change.state == "done"


async def _back(work: Work, id: UUID) -> bool:
    change = await work.find(Change, id, lock=True)
    if change.state == "undone":
        return True
    change.state = "undoing"
    query = select(ChangePart).where(ChangePart.change_id == id).order_by(ChangePart.number.desc()).limit(1)
    part = await work.session.scalar(query)
    if part is None:
        change.state = "undone"
        return True
    there = Asset.visible_to(work.actor).where(Asset.id.in_([UUID(each) for each in part.before]))
    ids = set((await work.session.scalars(there.with_only_columns(Asset.id))).all())
    before = {UUID(each): value for each, value in part.before.items() if UUID(each) in ids}
    ((kind, value),) = change.what.items()
    if before:
        await _UNDO.get(kind, _columns_back)(work, kind, value, before)
        now_deleted = {"deleted": not value} if kind == "deleted" else {}
        _tell(work, list(part.before), {"undone": kind, **now_deleted})
    await work.session.delete(part)
    await work.session.flush()
    return False


def _tell(work: Work, ids: list[str], change: dict[str, Any]) -> None:
    ids = sorted(ids, reverse=True)
    events.emit(work, "assets.changed", count=len(ids), ids=ids[:TOLD], change=change)


async def _apply(work: Work, change: Change, ids: list[UUID]) -> dict[str, Any]:
    """What was there before, of those that it changes."""
    ((kind, value),) = change.what.items()
    match kind:
        case "tags":
            return await _tags(work, ids, value)
        case "collection":
            return await _collection(work, ids, value, first=change.at == 0)
        case "stack":
            return await _stack(work, change, ids, value)
        case "title":
            return await _titles(work, ids, value, change.at)
        case "deleted":
            # What came under a legal hold since this began stays where it is.
            differs = Asset.deleted_at.is_(None) & Asset.held.is_(False) if value else Asset.deleted_at.is_not(None)
            return await _column(work, ids, "deleted_at", now() if value else None, differs)
        case "label":
            value = label_of(value)
        case "rating":
            value = value or None
    return await _column(work, ids, kind, value, getattr(Asset, kind).is_distinct_from(value))


# -- one value in one column


async def _column(work: Work, ids: list[UUID], name: str, value: Any, differs: ColumnElement[bool]) -> dict[str, Any]:
    column = getattr(Asset, name)
    query = Asset.visible_to(work.actor).where(Asset.id.in_(ids), differs).with_only_columns(Asset.id, column)
    found = (await work.session.execute(query.with_for_update())).all()
    await work.session.execute(
        update(Asset)
        .where(Asset.id.in_([row[0] for row in found]))
        .values({name: value})
        .execution_options(synchronize_session=False)
    )
    return {str(row[0]): row[1].isoformat() if isinstance(row[1], datetime) else row[1] for row in found}


async def _columns_back(work: Work, kind: str, value: Any, before: Mapping[UUID, Any]) -> None:
    name = "deleted_at" if kind == "deleted" else kind
    same: dict[Any, list[UUID]] = {}
    for id, was in before.items():
        same.setdefault(was, []).append(id)
    for was, ids in same.items():
        put = datetime.fromisoformat(was) if name == "deleted_at" and was is not None else was
        # Not even a way back leads what is held into the trash.
        free = Asset.held.is_(False) if isinstance(put, datetime) else true()
        await work.session.execute(
            update(Asset)
            .where(Asset.id.in_(ids), free)
            .values({name: put})
            .execution_options(synchronize_session=False)
        )


# -- tags


async def _tags(work: Work, ids: list[UUID], value: Mapping[str, Any]) -> dict[str, Any]:
    """`add` are kept as a person's, `remove` are taken away; where `only` is said, only where that was, in whatever
    state: so a tag is renamed, and the state goes along."""
    add = tagging.spelled(value.get("add", ()))
    remove = {key for key in tagging.spelled(value.get("remove", ())) if key not in add}
    only = set(tagging.spelled(value["only"])) if value.get("only") else set()
    ours = Asset.visible_to(work.actor).where(Asset.id.in_(ids)).with_only_columns(Asset.id)
    meant = (await work.session.scalars(ours)).all()
    rows = await work.session.scalars(
        select(AssetTag).where(AssetTag.asset_id.in_(meant), AssetTag.key.in_(add.keys() | remove | only))
    )
    there: dict[UUID, dict[str, AssetTag]] = {}
    for row in rows:
        there.setdefault(row.asset_id, {})[row.key] = row
    before: dict[str, Any] = {}
    for id in meant:
        known = there.get(id, {})
        was = [[row.key, row.tag, row.by, row.state] for row in known.values()]
        source = [known[key] for key in only if key in known]
        if only and not source:
            continue
        if await _retag(work, id, known, add, remove, source):
            before[str(id)] = was
    await work.session.flush()
    return before


async def _retag(
    work: Work,
    id: UUID,
    known: Mapping[str, AssetTag],
    add: Mapping[str, str],
    remove: set[str],
    source: Sequence[AssetTag],
) -> bool:
    """Whether that changed anything."""
    changed = False
    # Of what is renamed a kept one counts more than a proposed one, and that more than a rejected one.
    best = min(source, key=lambda row: ("kept", "proposed", "rejected").index(row.state)) if source else None
    by, state = (best.by, best.state) if best is not None else (PERSON, "kept")
    for key, tag in add.items():
        row = known.get(key)
        if row is None:
            work.session.add(AssetTag(asset_id=id, key=key, team_id=work.actor.team_id, tag=tag, by=by, state=state))
            changed = True
        elif (row.state != "kept" and state == "kept") or row.tag != tag:
            row.tag = tag
            row.state = "kept" if state == "kept" else row.state
            changed = True
    for key in remove & known.keys():
        row = known[key]
        if source or row.by == PERSON:
            await work.session.delete(row)
            changed = True
        elif row.state != "rejected":
            row.state = "rejected"
            changed = True
    return changed


async def _tags_back(work: Work, kind: str, value: Any, before: Mapping[UUID, Any]) -> None:
    keys = {key for name in ("add", "remove", "only") for key in tagging.spelled(value.get(name) or ())}
    await work.session.execute(
        delete(AssetTag)
        .where(AssetTag.asset_id.in_(before), AssetTag.key.in_(keys))
        .execution_options(synchronize_session=False)
    )
    rows = [
        {"asset_id": id, "team_id": work.actor.team_id, "key": key, "tag": tag, "by": by, "state": state}
        for id, was in before.items()
        for key, tag, by, state in was
    ]
    if rows:
        await work.session.execute(insert(AssetTag), rows)


# -- collections


async def _collection(work: Work, ids: list[UUID], value: Mapping[str, Any], *, first: bool) -> dict[str, Any]:
    """What it was in of those collections that the change touches, by asset and collection."""
    ours = Asset.visible_to(work.actor).where(Asset.id.in_(ids)).with_only_columns(Asset.id)
    meant = set((await work.session.scalars(ours)).all())
    # In the order in which they were seen.
    order = [id for id in ids if id in meant]
    touched = [UUID(each) for each in _touched(value)]
    rows = await work.session.scalars(
        select(CollectionAsset).where(CollectionAsset.collection_id.in_(touched), CollectionAsset.asset_id.in_(meant))
    )
    there = {(row.collection_id, row.asset_id): row for row in rows}
    before: dict[str, Any] = {}

    def was(id: UUID) -> dict[str, Any]:
        found = ((each, there.get((each, id))) for each in touched)
        return {str(each): [row.position, row.added_at.isoformat(), row.by] if row else None for each, row in found}

    into = value.get("add") or value.get("to")
    out = value.get("remove") or value.get("move")
    if value.get("order"):
        return await _order(work, [id for id in order if (touched[0], id) in there], there, value, was)
    leaving = [id for id in order if out and (UUID(out), id) in there]
    coming = [id for id in (leaving if value.get("move") else order) if into and (UUID(into), id) not in there]
    for id in dict.fromkeys([*leaving, *coming]):
        before[str(id)] = was(id)
    for id in leaving:
        await work.session.delete(there[UUID(out), id])
    if coming:
        places = place.between(await collections.end(work, UUID(into)), None, len(coming))
        moment = now()
        await work.session.execute(
            insert(CollectionAsset),
            [
                {"collection_id": UUID(into), "asset_id": id, "position": each, "added_at": moment, "by": PERSON}
                for id, each in zip(coming, places, strict=True)
            ],
        )
    await work.session.flush()
    return before


async def _order(
    work: Work,
    moved: list[UUID],
    there: Mapping[tuple[UUID, UUID], CollectionAsset],
    value: Mapping[str, Any],
    was: Callable[[UUID], dict[str, Any]],
) -> dict[str, Any]:
    id, front = UUID(value["order"]), value.get("before")
    if not moved:
        return {}
    if front is None:
        low, high = await collections.end(work, id), None
    elif UUID(front) in moved:
        return {}
    else:
        low, high = await collections.ahead(work, id, UUID(front), moved)
    before = {str(each): was(each) for each in moved}
    for each, position in zip(moved, place.between(low, high, len(moved)), strict=True):
        there[id, each].position = position
    await work.session.flush()
    return before


async def _collection_back(work: Work, kind: str, value: Any, before: Mapping[UUID, Any]) -> None:
    touched = [UUID(each) for each in _touched(value)]
    await work.session.execute(
        delete(CollectionAsset)
        .where(CollectionAsset.collection_id.in_(touched), CollectionAsset.asset_id.in_(before))
        .execution_options(synchronize_session=False)
    )
    rows = [
        {
            "collection_id": UUID(collection),
            "asset_id": id,
            "position": row[0],
            "added_at": datetime.fromisoformat(row[1]),
            "by": row[2],
        }
        for id, was in before.items()
        for collection, row in was.items()
        if row is not None
    ]
    if rows:
        await work.session.execute(insert(CollectionAsset), rows)


def _touched(value: Mapping[str, Any]) -> list[str]:
    return [value[name] for name in ("add", "remove", "order", "move", "to") if value.get(name)]


# -- stacks


async def _stack(work: Work, change: Change, ids: list[UUID], value: str) -> dict[str, Any]:
    query = Asset.visible_to(work.actor).where(Asset.id.in_(ids))
    known = {asset.id: asset for asset in await work.session.scalars(query)}
    order = [known[id] for id in ids if id in known]
    before: dict[str, Any] = {}
    for at, asset in enumerate(order):
        match value:
            case "together":
                wanted: tuple[UUID | None, int | None] = (change.id, change.at + at)
            case "runs" if asset.stack_id is None and asset.run_id is not None:
                wanted = (asset.run_id, asset.run_index or 0)
            case "top" if asset.stack_id is not None:
                wanted = (asset.stack_id, await _above(work, asset))
            case "none":
                wanted = (None, None)
            case _:
                continue
        if (asset.stack_id, asset.stack_position) != wanted:
            before[str(asset.id)] = [str(asset.stack_id) if asset.stack_id else None, asset.stack_position]
            asset.stack_id, asset.stack_position = wanted
    await work.session.flush()
    return before


async def _above(work: Work, asset: Asset) -> int:
    """Right above all others of its stack; where it lies, if that is so already."""
    query = (
        Asset.visible_to(work.actor).where(Asset.stack_id == asset.stack_id).order_by(Asset.stack_position, Asset.id)
    )
    row = (await work.session.execute(query.with_only_columns(Asset.id, Asset.stack_position).limit(1))).one()
    return (asset.stack_position or 0) if row.id == asset.id else row.stack_position - 1


async def _stacks_back(work: Work, kind: str, value: Any, before: Mapping[UUID, Any]) -> None:
    statement = (
        update(Asset.__table__)  # type: ignore[arg-type]
        .where(Asset.__table__.c.id == bindparam("an"))
        .values(stack_id=bindparam("stack"), stack_position=bindparam("position"))
    )
    connection = await work.session.connection()
    await connection.execute(
        statement,
        [
            {"an": id, "stack": UUID(stack) if stack else None, "position": position}
            for id, (stack, position) in before.items()
        ],
    )


# -- titles


async def _titles(work: Work, ids: list[UUID], pattern: str, done: int) -> dict[str, Any]:
    """By a pattern: {title} is what it was called, {n} its number among those that are meant, {nn} with two digits and
    so on, {date} when it came in, {op} what made it."""
    query = Asset.visible_to(work.actor).where(Asset.id.in_(ids))
    known = {asset.id: asset for asset in await work.session.scalars(query)}
    before: dict[str, Any] = {}
    for at, id in enumerate(ids):
        asset = known.get(id)
        if asset is None:
            continue
        title = search.title(filled(pattern, asset, done + at + 1))
        if title != asset.title:
            named = "file" in asset.facts
            before[str(id)] = asset.title
            assets.remember(asset)
            told = search.renamed(asset.words, asset.title, title)
            asset.words = search.also(told, "" if named else asset.facts.get("file", ""))
            asset.title = title
    await work.session.flush()
    return before


def filled(pattern: str, asset: Asset, number: int) -> str:
    def put(match: re.Match[str]) -> str:
        match match[1]:
            case "title":
                return asset.title
            case "date":
                return f"{asset.created_at:%Y-%m-%d}"
            case "op":
                return asset.op or "upload"
            case digits:
                return str(number).zfill(len(digits))

    return TOKEN.sub(put, pattern)


async def _titles_back(work: Work, kind: str, value: Any, before: Mapping[UUID, Any]) -> None:
    query = Asset.visible_to(work.actor).where(Asset.id.in_(before))
    for asset in await work.session.scalars(query):
        asset.words = search.renamed(asset.words, asset.title, before[asset.id])
        asset.title = before[asset.id]


_UNDO: Final = {"tags": _tags_back, "collection": _collection_back, "stack": _stacks_back, "title": _titles_back}
