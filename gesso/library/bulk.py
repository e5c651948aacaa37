"""One change to many assets at once: one statement, one event."""

import asyncio
from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, update

from gesso import events
from gesso.db import Work
from gesso.kit.time import now
from gesso.library import holds
from gesso.library.tables import Asset
from gesso.library.wanted import Selection

What = Literal["favorite", "reference", "deleted", "forever"]

TOLD: Final = 200
"""The most ids that an event names."""


async def change(work: Work, selection: Selection, what: What, value: bool) -> list[UUID]:
    """The assets that this really changed, the newest first: to undo it, name exactly these. Conflict, and nothing is
    changed, where one that would be deleted or erased is under a legal hold."""
    differs, values = _step(what, value)
    meant = await selection.query(work)
    if what in ("deleted", "forever") and value:
        await holds.require_free(work, meant, differs)
        differs &= Asset.held.is_(False)
    chosen = meant.order_by(None).with_only_columns(Asset.id)
    statement = (
        update(Asset)
        .where(Asset.id.in_(chosen), differs)
        .values(values)
        .returning(cast(Asset.id, String))
        .execution_options(synchronize_session=False)
    )
    ids = await asyncio.to_thread(_ordered, (await work.session.scalars(statement)).all())
    if ids:
        told = [str(id) for id in ids[:TOLD]]
        events.emit(work, "assets.changed", count=len(ids), ids=told, change={what: value})
    return ids


def _ordered(ids: Sequence[str]) -> list[UUID]:
    """The newest first. They come as text and are read here, beside the event loop: there may be a hundred thousand."""
    return [UUID(id) for id in sorted(ids, reverse=True)]


def _step(what: What, value: bool) -> tuple[ColumnElement[bool], dict[str, object]]:
    """What has to be so before, and what is written then."""
    match what, value:
        case "favorite", _:
            return Asset.favorite.is_not(value), {"favorite": value}
        case "reference", _:
            return Asset.reference.is_not(value), {"reference": value}
        case "deleted", True:
            return Asset.deleted_at.is_(None), {"deleted_at": now()}
        case "forever", True:
            emptied = {"title": "", "words": "", "facts": {}, "favorite": False, "rating": None, "reference": False}
            emptied |= {"label": None, "stack_id": None, "stack_position": None, "trouble": None, "review": None}
            return Asset.deleted_at.is_not(None), {"erased_at": now(), **emptied}
        case "forever", False:
            raise ValueError("what is erased is gone")
        case _:
            return Asset.deleted_at.is_not(None), {"deleted_at": None}
