"""Duplicates: the same bytes twice, or what looks the same and was not made one from the other. They are shown and one
is proposed to stay; whoever decides has what was said of the others moved to it, and can take that back."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from gesso import events
from gesso.db import Owned, Table, Work
from gesso.kit.errors import Conflict, Invalid, NotFound
from gesso.kit.ids import uuid7
from gesso.kit.time import now
from gesso.library import holds, looks, search
from gesso.library.arranged import AssetTag, CollectionAsset
from gesso.library.looks import Sheet
from gesso.library.tables import Asset, Parent
from gesso.library.wanted import Selection

BITS: Final = 6
"""Of the 64 of two perceptual hashes, at most so many differ."""
APART: Final = 2_500
"""The squared distance up to which two pictures look the same."""
BANDS: Final = 6
"""Parts of a hash; where at most five bits differ, one of them is the same."""
REACH: Final = 64
"""Neighbours that each picture is compared with, in each band."""
MOST: Final = 50
"""In one group."""

Why = Literal["pixels", "bytes", "uses", "rating", "oldest"]


class Apart(Table):
    """That somebody has said of a group: these are no duplicates."""

    __tablename__ = "apart"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class Merge(Owned):
    """What was made one: `others` went into the trash at `created_at`, `before` and `after` are what is said of the one
    that was kept, `gained` the tags and collections that it has from them."""

    __tablename__ = "merge"

    user_id: Mapped[UUID]
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    others: Mapped[list[str]]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    gained: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Group:
    """`keep` is proposed to stay, because of `why`; `uses` are how many were made from each."""

    key: str
    same: bool
    """To the byte."""
    assets: Sequence[Asset]
    keep: UUID
    why: Why
    uses: dict[UUID, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of groups. `next` is the `after` of the page that follows."""

    groups: Sequence[Group]
    next: UUID | None


async def found(work: Work, *, after: UUID | None, limit: int) -> Found:
    """The groups, that with the newest picture first."""
    sheet = await looks.sheet(work)
    async with sheet.lock:
        if sheet.doubles is None or sheet.doubles[0] != sheet.count:
            sheet.doubles = sheet.count, await asyncio.to_thread(grouped, sheet, sheet.count)
    some = [ids for ids in sheet.doubles[1] if after is None or ids[0] < after]
    groups: list[Group] = []
    last: UUID | None = None
    while some:
        portion, some = some[:limit], some[limit:]
        for ids, group in await _groups(work, portion):
            if group is None:
                continue
            if len(groups) == limit:
                return Found(groups, last)
            groups.append(group)
            last = ids[0]
    return Found(groups, None)


def grouped(sheet: Sheet, count: int) -> list[tuple[UUID, ...]]:
    """In a thread: those that are the same or look so, each the newest first, that with the newest of all first."""
    if count < 2:
        return []
    born = np.frombuffer(b"".join(id.bytes for id in sheet.ids[:count]), ">u8").reshape(-1, 2)
    first, last = born[:, 0].astype(np.uint64), born[:, 1].astype(np.uint64)
    roots = _Roots(count)
    order = np.lexsort((last, first, sheet.digests[:count]))
    same = sheet.digests[order][1:] == sheet.digests[order][:-1]
    roots.join(order[:-1][same], order[1:][same])
    hashes = sheet.hashes[:count]
    width = -(-64 // BANDS)
    for band in range(BANDS):
        turned = _turned(hashes, band * width)
        order = np.lexsort((last, first, turned))
        keys = turned[order] >> np.uint64(64 - width)
        for step in range(1, min(REACH, count - 1) + 1):
            level = np.flatnonzero(keys[step:] == keys[:-step])
            if not len(level):
                break
            one, other = order[level], order[level + step]
            like = np.bitwise_count(hashes[one] ^ hashes[other]) <= BITS
            like &= roots.of[one] != roots.of[other]
            one, other = one[like], other[like]
            apart = ((sheet.vectors[one] - sheet.vectors[other]) ** 2).sum(1)
            roots.join(one[apart <= APART], other[apart <= APART])
    groups = [tuple(sorted((sheet.ids[row] for row in rows), reverse=True)) for rows in roots.groups()]
    return sorted(groups, reverse=True)


class _Roots:
    """Which belong together: `of` each, the least of its group."""

    def __init__(self, count: int) -> None:
        self.of: NDArray[np.int64] = np.arange(count)

    def join(self, ones: NDArray[np.int64], others: NDArray[np.int64]) -> None:
        for one, other in zip(ones.tolist(), others.tolist(), strict=True):
            low, high = sorted((self._root(one), self._root(other)))
            self.of[high] = low
        if len(ones):
            while not np.array_equal(further := self.of[self.of], self.of):
                self.of = further

    def _root(self, row: int) -> int:
        while (up := int(self.of[row])) != row:
            row = up
        return row

    def groups(self) -> list[list[int]]:
        order = np.argsort(self.of, kind="stable")
        ends = np.flatnonzero(np.diff(self.of[order])) + 1
        return [rows.tolist() for rows in np.split(order, ends) if len(rows) > 1]


def _turned(hashes: NDArray[np.uint64], by: int) -> NDArray[np.uint64]:
    """Each with its bits from number `by` on in front."""
    if not by:
        return hashes
    return (hashes << np.uint64(by)) | (hashes >> np.uint64(64 - by))


async def _groups(work: Work, portion: Sequence[tuple[UUID, ...]]) -> list[tuple[tuple[UUID, ...], Group | None]]:
    """Of each what is still there and not of one origin; None where that is fewer than two."""
    ids = [id for ids in portion for id in ids[: 4 * MOST]]
    query = Asset.visible_to(work.actor).where(
        Asset.id.in_(ids), Asset.deleted_at.is_(None), Asset.purpose == "picture"
    )
    assets = {asset.id: asset for asset in await work.session.scalars(query)}
    edges = await work.session.execute(
        select(Parent.child_id, Parent.parent_id).where(Parent.child_id.in_(assets)).order_by(Parent.child_id)
    )
    parents: dict[UUID, set[UUID]] = {}
    for edge in edges:
        parents.setdefault(edge.child_id, set()).add(edge.parent_id)
    used = select(Parent.parent_id, func.count()).where(Parent.parent_id.in_(assets)).group_by(Parent.parent_id)
    uses = {row[0]: row[1] for row in await work.session.execute(used)}
    chosen = [_strangers([assets[id] for id in ids if id in assets], parents)[:MOST] for ids in portion]
    keys = [keyed(asset.id for asset in some) for some in chosen]
    left = set(
        await work.session.scalars(select(Apart.key).where(Apart.team_id == work.actor.team_id, Apart.key.in_(keys)))
    )
    told: list[tuple[tuple[UUID, ...], Group | None]] = []
    for group, some, key in zip(portion, chosen, keys, strict=True):
        told.append((group, _group(some, key, uses) if len(some) > 1 and key not in left else None))
    return told


def _strangers(assets: Sequence[Asset], parents: dict[UUID, set[UUID]]) -> list[Asset]:
    """Of those that were made one from another, from the same picture or in the same run, the oldest alone."""
    families: list[tuple[set[UUID], Asset]] = []
    for asset in reversed(assets):
        kin = {asset.id, *parents.get(asset.id, ())}
        kin |= {id for id in (asset.version_of, asset.run_id) if id is not None}
        joined = [family for family in families if family[0] & kin]
        head = joined[0][1] if joined else asset
        families = [family for family in families if family not in joined]
        families.append((kin.union(*(family[0] for family in joined)), min(head, asset, key=lambda one: one.id)))
    return sorted((head for _, head in families), key=lambda one: one.id, reverse=True)


def _group(assets: Sequence[Asset], key: str, uses: dict[UUID, int]) -> Group:
    def worth(asset: Asset) -> tuple[int, int, int, int, int]:
        pixels = asset.width * asset.height
        return pixels, asset.bytes, uses.get(asset.id, 0), asset.rating or 0, -asset.id.int

    best = max(assets, key=worth)
    reasons: tuple[Why, ...] = ("pixels", "bytes", "uses", "rating", "oldest")
    columns = zip(reasons, *(worth(asset) for asset in assets), strict=True)
    why = next(reason for reason, *values in columns if len(set(values)) > 1)
    same = len({asset.sha256 for asset in assets}) == 1
    return Group(key, same, assets, best.id, why, {asset.id: uses.get(asset.id, 0) for asset in assets})


def keyed(ids: Iterable[UUID]) -> str:
    """A name for a group, by who is in it."""
    return sha256("".join(sorted(id.hex for id in ids)).encode()).hexdigest()


async def part(work: Work, ids: Sequence[UUID], apart: bool) -> None:
    """Says that these are no duplicates of each other, or takes it back."""
    seen = await _living(work, ids)
    key = keyed(asset.id for asset in seen)
    await work.session.execute(delete(Apart).where(Apart.team_id == work.actor.team_id, Apart.key == key))
    if apart:
        work.session.add(Apart(team_id=work.actor.team_id, key=key))


async def merge(work: Work, keep: UUID, others: Sequence[UUID]) -> Merge:
    """Keeps one and puts the others into the trash, all or nothing: their tags, their collections, the best rating, and
    what is said of them where nothing is said of it, are its own from now on."""
    gone = [id for id in dict.fromkeys(others) if id != keep]
    if not gone:
        raise Invalid("Name the duplicates that shall go.", fields=[{"field": "others"}])
    for id in sorted((keep, *gone)):
        await work.find(Asset, id, lock=True)
    every = {asset.id: asset for asset in await _living(work, [keep, *gone])}
    await holds.require_free(work, Selection(gone))
    kept, rest = every[keep], [every[id] for id in gone]
    before = _said(kept)
    ratings = [asset.rating for asset in every.values() if asset.rating is not None]
    kept.rating = max(ratings, default=None)
    kept.favorite = any(asset.favorite for asset in every.values())
    kept.reference = any(asset.reference for asset in every.values())
    kept.facts = _described(kept, rest)
    said = kept.facts.get("described") or {}
    kept.words = search.also(kept.words, *(said[name] for name in ("caption", "alt") if name in said))
    gained = {"tags": await _tags(work, kept, gone), "collections": await _collections(work, keep, gone)}
    made = Merge(
        id=uuid7(),
        team_id=work.actor.team_id,
        user_id=work.actor.user_id,
        kept_id=keep,
        others=[str(id) for id in gone],
        before=before,
        after=_said(kept),
        gained=gained,
    )
    work.session.add(made)
    await work.session.flush()
    for asset in rest:
        asset.deleted_at = made.created_at
    _tell(work, made)
    return made


async def unmerge(work: Work, merge_id: UUID) -> Merge:
    """As it was before; what somebody has said of it since stays. Twice is once."""
    made = await work.find(Merge, merge_id, lock=True)
    if made.undone_at is not None:
        return made
    kept = await work.find(Asset, made.kept_id, lock=True)
    now_said = _said(kept)
    for name in ("rating", "favorite", "reference", "words"):
        if now_said[name] == made.after[name]:
            setattr(kept, name, made.before[name])
    if now_said["described"] == made.after["described"]:
        plain = {name: told for name, told in kept.facts.items() if name != "described"}
        kept.facts = plain | ({} if made.before["described"] is None else {"described": made.before["described"]})
    mine = AssetTag.asset_id == kept.id, AssetTag.key.in_(made.gained["tags"]), AssetTag.state == "kept"
    await work.session.execute(delete(AssetTag).where(*mine))
    collections = [UUID(id) for id in made.gained["collections"]]
    put = CollectionAsset.asset_id == kept.id, CollectionAsset.collection_id.in_(collections)
    await work.session.execute(delete(CollectionAsset).where(*put))
    gone = Asset.visible_to(work.actor).where(Asset.id.in_([UUID(id) for id in made.others]))
    for asset in await work.session.scalars(gone):
        if asset.deleted_at == made.created_at:
            asset.deleted_at = None
    made.undone_at = now()
    _tell(work, made)
    return made


async def kept(work: Work, made: Merge) -> Asset:
    return await work.find(Asset, made.kept_id)


def _said(asset: Asset) -> dict[str, Any]:
    names = ("rating", "favorite", "reference", "words")
    return {name: getattr(asset, name) for name in names} | {"described": asset.facts.get("described")}


def _described(kept: Asset, rest: Sequence[Asset]) -> dict[str, Any]:
    """Its facts, with the caption and the alternative text of the first that has one, where it has none."""
    said = dict(kept.facts.get("described") or {})
    for asset in rest:
        theirs = asset.facts.get("described") or {}
        for name in ("caption", "alt"):
            if theirs.get(name) and not said.get(name):
                said[name] = theirs[name]
                if name in (theirs.get("by") or {}):
                    said["by"] = {**said.get("by", {}), name: theirs["by"][name]}
    return {**kept.facts, "described": said} if said else kept.facts


async def _tags(work: Work, kept: Asset, gone: Sequence[UUID]) -> list[str]:
    """The keys of the tags that it has from the others."""
    query = select(AssetTag).where(AssetTag.asset_id.in_([kept.id, *gone])).order_by(AssetTag.key)
    rows = (await work.session.scalars(query)).all()
    there = {row.key for row in rows if row.asset_id == kept.id}
    fresh = {row.key: row for row in rows if row.asset_id != kept.id and row.state == "kept" and row.key not in there}
    work.session.add_all(
        AssetTag(asset_id=kept.id, key=key, team_id=kept.team_id, tag=row.tag, by=row.by, state="kept")
        for key, row in fresh.items()
    )
    return list(fresh)


async def _collections(work: Work, keep: UUID, gone: Sequence[UUID]) -> list[str]:
    """The collections that it is in from now on, each in the place of the first of them."""
    query = select(CollectionAsset).where(CollectionAsset.asset_id.in_([keep, *gone]))
    rows = (await work.session.scalars(query.order_by(CollectionAsset.collection_id, CollectionAsset.position))).all()
    there = {row.collection_id for row in rows if row.asset_id == keep}
    fresh: dict[UUID, CollectionAsset] = {}
    for row in rows:
        if row.collection_id not in there:
            fresh.setdefault(row.collection_id, row)
    work.session.add_all(
        CollectionAsset(collection_id=id, asset_id=keep, position=row.position, by=row.by) for id, row in fresh.items()
    )
    return [str(id) for id in fresh]


async def _living(work: Work, ids: Sequence[UUID]) -> Sequence[Asset]:
    """All of them. NotFound where one is not the actor's; Conflict where one is in the trash."""
    wanted = set(ids)
    found = (await work.session.scalars(Asset.visible_to(work.actor).where(Asset.id.in_(wanted)))).all()
    if len(found) < len(wanted):
        raise NotFound("There is no such asset.")
    if any(asset.deleted_at is not None for asset in found):
        raise Conflict("One of them is in the trash already. Look again.")
    return found


def _tell(work: Work, made: Merge) -> None:
    ids = [str(made.kept_id), *made.others]
    events.emit(work, "assets.changed", count=len(ids), ids=ids, change={"deleted": made.undone_at is None})
    events.emit(work, "asset.changed", asset=str(made.kept_id))
