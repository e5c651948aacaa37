"""Tags: what an asset is filed under. The one place that writes them."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, insert, select

from gesso.db import Work
from gesso.kit.text import one_line
from gesso.library.arranged import PERSON, AssetTag
from gesso.library.tables import Asset

LONGEST: Final = 60


def key(tag: str) -> str:
    """The tag as it is compared: without case, each letter spelled one way, nothing in it that cannot be seen."""
    folded = unicodedata.normalize("NFKC", tag).casefold()
    return " ".join("".join(char for char in folded if unicodedata.category(char) != "Cf").split())


def spelled(tags: Iterable[str]) -> dict[str, str]:
    """By its key each tag as it is shown: the first way that it is spelled in, on one line."""
    shown: dict[str, str] = {}
    for tag in tags:
        line = one_line(tag)
        if folded := key(line):
            shown.setdefault(folded, line)
    return shown


async def of(work: Work, asset_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The tags that each asset keeps, in the order of their keys. (Ask for assets that the actor may see.)"""
    found: dict[UUID, list[str]] = {id: [] for id in asset_ids}
    if found:
        kept = select(AssetTag.asset_id, AssetTag.tag).where(AssetTag.asset_id.in_(found), AssetTag.state == "kept")
        for row in await work.session.execute(kept.order_by(AssetTag.asset_id, AssetTag.key)):
            found[row.asset_id].append(row.tag)
    return found


async def write(work: Work, asset: Asset, tags: Iterable[str]) -> None:
    """Exactly these the asset keeps, as a person wants it. What a program has proposed and is not among them stays a
    proposal; what one has tagged and a person takes away is rejected, so that it is not proposed again."""
    wanted = spelled(tags)
    there = {row.key: row for row in await work.session.scalars(select(AssetTag).where(AssetTag.asset_id == asset.id))}
    for each, row in there.items():
        if each in wanted:
            row.state, row.tag = "kept", wanted[each]
        elif row.state == "kept" and row.by == PERSON:
            await work.session.delete(row)
        elif row.state == "kept":
            row.state = "rejected"
    work.session.add_all(
        AssetTag(asset_id=asset.id, key=each, team_id=asset.team_id, tag=tag, by=PERSON, state="kept")
        for each, tag in wanted.items()
        if each not in there
    )
    await work.session.flush()


async def copy(work: Work, source: UUID, target: UUID) -> None:
    """What the one keeps the other has as well; it has none yet."""
    columns = ("key", "team_id", "tag", "by", "state")
    kept = select(*(getattr(AssetTag, name) for name in columns)).where(
        AssetTag.asset_id == source, AssetTag.state == "kept"
    )
    rows = [{"asset_id": target, **row._mapping} for row in await work.session.execute(kept)]
    if rows:
        await work.session.execute(insert(AssetTag), rows)


def has(word: str) -> ColumnElement[bool]:
    """Whether an asset keeps a tag in which this stands."""
    return exists().where(
        AssetTag.asset_id == Asset.id, AssetTag.state == "kept", AssetTag.key.contains(word, autoescape=True)
    )
