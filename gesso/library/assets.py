"""Assets: pictures kept, with where they came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from gesso import events
from gesso.db import Work
from gesso.kit.errors import Invalid, NotFound
from gesso.kit.ids import uuid7
from gesso.kit.media import kind
from gesso.kit.text import one_line
from gesso.kit.time import now
from gesso.library import collections, holds, looks, proposals, room, search, tagging
from gesso.library.erase import still_there
from gesso.library.filters import Wanted
from gesso.library.intake import Kept
from gesso.library.tables import Asset, Label, Parent, Purpose
from gesso.library.wanted import Selection, find
from gesso.ops.fields import AssetRef
from gesso.store import Store

_KINDS = {"image": "a picture", "video": "a video", "audio": "a sound", "mesh": "a 3D model", "text": "a text"}


@dataclass(frozen=True, slots=True)
class Lineage:
    parents: Sequence[UUID]
    children: Sequence[UUID]


async def add(
    work: Work,
    kept: Kept,
    store: Store,
    *,
    title: str,
    prompt: str = "",
    run_id: UUID | None = None,
    index: int | None = None,
    op: str | None = None,
    parents: Iterable[UUID] = (),
    purpose: Purpose = "picture",
    version_of: UUID | None = None,
) -> Asset:
    """Bytes first, row second: a row never points at bytes that are not there. `version_of` is the picture that this
    one is an edit of, itself an edit or not. Retry when the bytes were swept away meanwhile; NoRoom for a stranger's
    file that is more than the team or its person may keep. What was made here is kept in any case: it may be paid."""
    await still_there(work, store, kept.key)
    if kept.ceiling is not None:
        await room.require_room(work, kept.ceiling, kept.bytes, kept.key)
    asset = Asset(
        id=uuid7(),
        team_id=work.actor.team_id,
        user_id=work.actor.user_id,
        run_id=run_id,
        run_index=index,
        op=op,
        kind=kind(kept.type),
        type=kept.type,
        key=kept.key,
        sha256=kept.sha256,
        bytes=kept.bytes,
        width=kept.width,
        height=kept.height,
        title=search.title(title),
        words=search.words(search.title(title), prompt, body=kept.words),
        facts=kept.facts,
        purpose=purpose,
        version_of=await _first(work, version_of) if version_of else None,
    )
    await room.takes(work, asset)
    work.session.add(asset)
    await work.session.flush()
    work.session.add_all(Parent(child_id=asset.id, parent_id=parent) for parent in dict.fromkeys(parents))
    looks.note(work, asset, bytes.fromhex(kept.look))
    await proposals.at_intake(work, asset, prompt)
    await collections.land(work, asset)
    events.emit(work, "asset.added", asset=str(asset.id), run=str(run_id) if run_id else None)
    return asset


async def again(work: Work, kept: Kept) -> Asset | None:
    """The upload of these same bytes that is there already, if any: a request that is sent twice names it twice."""
    found: Asset | None = await work.session.scalar(
        Asset.visible_to(work.actor)
        .where(Asset.sha256 == kept.sha256, Asset.run_id.is_(None), Asset.deleted_at.is_(None))
        .order_by(Asset.id)
        .limit(1)
    )
    return found


async def get(work: Work, asset_id: UUID) -> Asset:
    """The asset, also from the trash; NotFound when the actor may not see it."""
    return await work.find(Asset, asset_id)


async def several(work: Work, asset_ids: Iterable[UUID]) -> Sequence[Asset]:
    """Those of the assets that the actor may see, the oldest first: one query, however many."""
    found = await work.session.scalars(
        Asset.visible_to(work.actor).where(Asset.id.in_(list(asset_ids))).order_by(Asset.id)
    )
    return found.all()


async def by_bytes(work: Work, hashes: Iterable[str]) -> dict[str, UUID]:
    """Those of the hashes (SHA-256) whose bytes are in the library, by the newest asset that has them."""
    wanted = list(hashes)
    if not wanted:
        return {}
    query = Asset.visible_to(work.actor).where(Asset.sha256.in_(wanted), Asset.deleted_at.is_(None)).order_by(Asset.id)
    rows = await work.session.execute(query.with_only_columns(Asset.sha256, Asset.id))
    return {row.sha256: row.id for row in rows}


async def versions(work: Work, asset_id: UUID) -> Sequence[Asset]:
    """The first original, then whatever was made of it by editing, in order of time; none that is in the trash. The
    same for each of them."""
    asset = await get(work, asset_id)
    first = asset.version_of or asset.id
    found = await work.session.scalars(
        Asset.visible_to(work.actor)
        .where((Asset.id == first) | (Asset.version_of == first), Asset.deleted_at.is_(None))
        .order_by(Asset.id != first, Asset.id)
    )
    return found.all()


async def bring_back(work: Work, asset_id: UUID, store: Store) -> Asset:
    """A version of a picture once more, as the newest of them: its very bytes, which are not copied, with what it was
    restored from as its parent. The newest one itself, where it has these bytes already. NotFound for what is in the
    trash."""
    chosen = await work.find(Asset, asset_id)
    await work.find(Asset, chosen.version_of or chosen.id, lock=True)
    every = await versions(work, asset_id)
    if chosen.deleted_at is not None:
        raise NotFound("This version is in the trash; restore it first.")
    if every[-1].sha256 == chosen.sha256:
        return every[-1]
    await still_there(work, store, chosen.key)
    copied = ("team_id", "op", "kind", "type", "key", "sha256", "bytes", "width", "height", "title", "words")
    facts = {name: told for name, told in chosen.facts.items() if name != "cost"}
    asset = Asset(
        id=uuid7(),
        user_id=work.actor.user_id,
        facts={**facts, "restored": str(chosen.id)},
        version_of=chosen.version_of or chosen.id,
        **{name: getattr(chosen, name) for name in copied},
    )
    await room.takes(work, asset)
    work.session.add(asset)
    await work.session.flush()
    work.session.add(Parent(child_id=asset.id, parent_id=chosen.id))
    if (seen := await looks.of(work, chosen.id)) is not None:
        looks.note(work, asset, seen)
    await tagging.copy(work, chosen.id, asset.id)
    events.emit(work, "asset.added", asset=str(asset.id), run=None)
    return asset


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list. `next`, when there is one, is where the page after it begins."""

    items: Sequence[Asset]
    next: str | None


async def listed(work: Work, wanted: Wanted, *, after: str | None, limit: int) -> Listed:
    """A page costs the same at any depth."""
    ids, next = await find(work, wanted, lambda found: found.after(after, limit))
    known = {asset.id: asset for asset in await several(work, ids)}
    return Listed([known[id] for id in ids if id in known], next)


async def ids(work: Work, selection: Selection, *, limit: int) -> Sequence[UUID]:
    """The first of what is selected, in its order."""
    query = (await selection.query(work)).with_only_columns(Asset.id).limit(limit)
    return (await work.session.scalars(query)).all()


async def of_runs(work: Work, run_ids: Iterable[UUID]) -> dict[UUID, list[Asset]]:
    """The outputs of each run, in order."""
    found: dict[UUID, list[Asset]] = {run_id: [] for run_id in run_ids}
    rows = await work.session.scalars(
        Asset.visible_to(work.actor).where(Asset.run_id.in_(found)).order_by(Asset.run_id, Asset.run_index)
    )
    for asset in rows:
        if asset.run_id is not None:
            found[asset.run_id].append(asset)
    return found


async def lineage(work: Work, asset_ids: Iterable[UUID]) -> dict[UUID, Lineage]:
    """What each was made from, and what was made of it. (An edge joins assets of one team only.)"""
    ids = list(asset_ids)
    edges = (
        await work.session.execute(
            select(Parent.child_id, Parent.parent_id)
            .where(Parent.child_id.in_(ids) | Parent.parent_id.in_(ids))
            .order_by(Parent.child_id, Parent.parent_id)
        )
    ).all()
    parents: dict[UUID, list[UUID]] = {id: [] for id in ids}
    children: dict[UUID, list[UUID]] = {id: [] for id in ids}
    for edge in edges:
        if edge.child_id in parents:
            parents[edge.child_id].append(edge.parent_id)
        if edge.parent_id in children:
            children[edge.parent_id].append(edge.child_id)
    return {id: Lineage(parents[id], children[id]) for id in ids}


async def require(work: Work, refs: Iterable[AssetRef], known: dict[UUID, Asset] | None = None) -> dict[UUID, Asset]:
    """What a request names. NotFound unless the actor may see every one of them and none is in the trash; Invalid when
    one is not of the kind that is asked for. What is `known` already is not asked for again, what is found is added."""
    wanted = {ref: ref.kind for ref in refs}
    known = {} if known is None else known
    if unknown := wanted.keys() - known.keys():
        known |= {asset.id: asset for asset in await several(work, unknown)}
    found: dict[UUID, Asset] = {ref: known[ref] for ref in wanted if ref in known}
    if missing := wanted.keys() - found.keys():
        raise NotFound(f"There is no such asset: {min(missing)}.")
    if trashed := [asset.id for asset in found.values() if asset.deleted_at is not None]:
        raise NotFound(f"The asset {trashed[0]} is in the trash; restore it first.")
    for ref, needed in wanted.items():
        if (is_a := found[ref].kind) != needed:
            raise Invalid(f"The asset {ref} is {_KINDS[is_a]}, and {_KINDS[needed]} is needed.")
    return found


async def favorite(work: Work, asset_id: UUID, value: bool) -> Asset:
    asset = await get(work, asset_id)
    asset.favorite = value
    events.emit(work, "asset.changed", asset=str(asset.id))
    return asset


async def rate(work: Work, asset_id: UUID, value: int | None) -> Asset:
    """From 1 to 5; None takes it away."""
    asset = await get(work, asset_id)
    asset.rating = value
    events.emit(work, "asset.changed", asset=str(asset.id))
    return asset


async def mark(work: Work, asset_id: UUID, label: Label | None) -> Asset:
    """With a colour; None takes it away."""
    asset = await get(work, asset_id)
    asset.label = label
    events.emit(work, "asset.changed", asset=str(asset.id))
    return asset


async def refer(work: Work, asset_id: UUID, value: bool) -> Asset:
    """Keeps it as a reference for models to go by, or no longer."""
    asset = await get(work, asset_id)
    asset.reference = value
    events.emit(work, "asset.changed", asset=str(asset.id))
    return asset


async def rename(work: Work, asset_id: UUID, title: str, prompt: str) -> Asset:
    asset = await get(work, asset_id)
    remember(asset)
    asset.title = search.title(title)
    asset.words = search.words(asset.title, prompt, *_described(asset), body=search.body(asset.words))
    events.emit(work, "asset.changed", asset=str(asset.id))
    return asset


def remember(asset: Asset) -> None:
    """What somebody added is still found by the name of its file when it gets another title."""
    if asset.run_id is None:
        asset.facts = {"file": asset.title, **asset.facts}


async def describe(
    work: Work,
    asset_id: UUID,
    prompt: str,
    *,
    caption: str | None = None,
    alt: str | None = None,
    alt_by: str = "person",
    tags: Sequence[str] | None = None,
) -> Asset:
    """What it shows, in a sentence, for those who cannot see it, and in tags; by these it is found as well. What is
    None stays, what is empty goes. (What the intake saw by itself is another fact.)

    An alternative text that is not by a person is marked as what it is by, and never takes a person's place."""
    asset = await get(work, asset_id)
    said = dict(asset.facts.get("described") or {})
    if caption is not None:
        said["caption"] = one_line(caption)
        said["by"] = {name: told for name, told in (said.get("by") or {}).items() if name != "caption"}
    by = (said.get("by") or {}).get("alt", "person")
    if alt is not None and (alt_by == "person" or not said.get("alt") or by != "person"):
        said["alt"] = one_line(alt)
        others = {name: told for name, told in (said.get("by") or {}).items() if name != "alt"}
        said["by"] = others | ({"alt": alt_by} if said["alt"] and alt_by != "person" else {})
    if tags is not None:
        await tagging.write(work, asset, tags)
    asset.facts = {**asset.facts, "described": {name: told for name, told in said.items() if told}}
    asset.words = search.words(asset.title, prompt, *_described(asset), body=search.body(asset.words))
    events.emit(work, "asset.changed", asset=str(asset.id))
    return asset


async def remove(work: Work, asset_id: UUID) -> Asset:
    """Into the trash, from which it can be restored. Twice is once. Conflict for one that is under a legal hold."""
    asset = await work.find(Asset, asset_id, lock=True)
    if asset.deleted_at is None:
        await holds.require_free(work, Selection([asset_id]), Asset.deleted_at.is_(None))
        asset.deleted_at = now()
        events.emit(work, "asset.deleted", asset=str(asset.id))
    return asset


async def restore(work: Work, asset_id: UUID) -> Asset:
    asset = await get(work, asset_id)
    if asset.deleted_at is not None:
        asset.deleted_at = None
        events.emit(work, "asset.restored", asset=str(asset.id))
    return asset


async def _first(work: Work, asset_id: UUID) -> UUID | None:
    """The first original of the family; None when the picture is gone."""
    query = Asset.visible_to(work.actor).where(Asset.id == asset_id)
    first: UUID | None = await work.session.scalar(
        query.with_only_columns(func.coalesce(Asset.version_of, Asset.id, type_=Asset.id.type))
    )
    return first


def _described(asset: Asset) -> list[str]:
    """What somebody has said of it."""
    said = asset.facts.get("described") or {}
    return [said.get("caption", ""), said.get("alt", ""), asset.facts.get("file", "")]
