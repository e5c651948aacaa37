"""Files that become assets with what they say of themselves, and never twice where that is not wanted."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from gesso.db import Work
from gesso.library.assets import add, describe
from gesso.library.intake import Kept
from gesso.library.tables import Asset, Purpose
from gesso.store import Store


async def welcome(
    work: Work,
    kept: Kept,
    store: Store,
    *,
    name: str,
    purpose: Purpose = "picture",
    tags: Iterable[str] = (),
    facts: Mapping[str, Any] | None = None,
) -> Asset:
    """An asset out of a file that came in: by the title that it has itself, or else by `name`; with what it says that
    it shows, its keywords and its stars; and with `tags` besides."""
    told: Mapping[str, Any] = kept.facts.get("declared") or {}
    titled = str(told.get("title", "")) or name
    asset = await add(work, replace(kept, facts={**kept.facts, **(facts or {})}), store, title=titled, purpose=purpose)
    words = list(dict.fromkeys([*told.get("keywords", ()), *tags]))
    if told.get("caption") or words:
        await describe(work, asset.id, "", caption=told.get("caption"), tags=words[:50] or None)
    if told.get("rating"):
        asset.rating = int(told["rating"])
    return asset


async def twin(work: Work, sha256: str) -> Asset | None:
    """The asset with these very bytes that is in the library already, the newest, whoever made it."""
    query = Asset.visible_to(work.actor).where(
        Asset.sha256 == sha256, Asset.deleted_at.is_(None), Asset.purpose == "picture"
    )
    found: Asset | None = await work.session.scalar(query.order_by(Asset.id.desc()).limit(1))
    return found


async def present(work: Work, hashes: Iterable[str]) -> dict[str, UUID]:
    """Which of these bytes (SHA-256) are in the library, each with the asset that has them; in one query."""
    query = Asset.visible_to(work.actor).where(
        Asset.sha256.in_(list(hashes)), Asset.deleted_at.is_(None), Asset.purpose == "picture"
    )
    rows = await work.session.execute(query.with_only_columns(Asset.sha256, Asset.id).order_by(Asset.id))
    return {row.sha256: row.id for row in rows}
