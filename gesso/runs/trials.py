"""Trials are swept away: a part that was made to be looked at is nobody's once it was.

What somebody kept stays (a favourite, rated, labelled, a reference, described or tagged, in a collection or a stack,
named anew), and so does whatever else rests on it: an asset that was made from it, a run that could still be carried
out, a comparison, a kit with it as a logo.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from gesso import library
from gesso.brand import Own
from gesso.db import Database, Work
from gesso.kit.actor import Actor
from gesso.library import Asset, AssetTag, CollectionAsset, Parent, Selection
from gesso.runs.tables import Comparison, Run
from gesso.store import Store

AT_ONCE: Final = 200
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

S = TypeVar("S", bound=Select[*tuple[Any, ...]])

log = structlog.get_logger(__name__)


async def sweep(db: Database, store: Store, before: datetime) -> int:
    """Erases, for every team, the trials that were made before then and that nobody kept; how many."""
    async with db.session(read_only=True) as session:
        teams = (await session.scalars(_lost(select(Asset.team_id), before).distinct())).all()
    swept = 0
    for team in teams:
        # Nobody's wish: it is the studio that tidies up.
        actor = Actor(UUID(int=0), team, "nobody", frozenset())
        gone, after = 0, UUID(int=0)
        while True:
            async with db.work(actor) as work:
                some = await _some(work, before, after)
                named = await _named(work) if some else set()
                free = [trial.id for trial in some if trial.id not in named and trial.as_made]
                if free:
                    await library.change(work, Selection(free), "deleted", True)
                    await library.erase(work, Selection(free))
            gone += len(free)
            if len(some) < AT_ONCE:
                break
            after = some[-1].id
        if gone:
            await library.sweep(db, store, actor)
            log.info("trials were swept away", team=str(team), count=gone)
        swept += gone
    return swept


@dataclass(frozen=True, slots=True)
class _Trial:
    id: UUID
    title: str
    made_as: str

    @property
    def as_made(self) -> bool:
        """Whether it has the title still that its run gave it."""
        return self.title.startswith(" ".join(self.made_as.split()))


async def _some(work: Work, before: datetime, after: UUID) -> list[_Trial]:
    """The first of a team's after that one."""
    query = _lost(Asset.visible_to(work.actor).with_only_columns(Asset.id, Asset.title, Run.title), before)
    rows = await work.session.execute(query.where(Asset.id > after).order_by(Asset.id).limit(AT_ONCE))
    return [_Trial(*row) for row in rows]


def _lost(query: S, before: datetime) -> S:
    """Those that were made for another purpose than to be a result, and that nobody kept and nothing was made from."""
    child, edit = aliased(Parent), aliased(Asset)
    return query.join(Run, Run.id == Asset.run_id).where(
        Asset.purpose != "picture",
        Asset.erased_at.is_(None),
        Asset.held.is_(False),
        Asset.created_at < before,
        Asset.favorite.is_(False),
        Asset.rating.is_(None),
        Asset.reference.is_(False),
        Asset.facts["described"].as_string().is_(None),
        Asset.label.is_(None),
        Asset.stack_id.is_(None),
        ~exists().where(AssetTag.asset_id == Asset.id, AssetTag.state == "kept"),
        ~exists().where(CollectionAsset.asset_id == Asset.id),
        ~select(child.child_id).where(child.parent_id == Asset.id).exists(),
        ~select(edit.id).where(edit.version_of == Asset.id).exists(),
    )


async def _named(work: Work) -> set[UUID]:
    """Whatever is named by what is still to come, or could come again."""
    asked = Run.visible_to(work.actor).where(Run.state != "succeeded").with_only_columns(Run.request)
    compared = Comparison.visible_to(work.actor).with_only_columns(Comparison.request)
    axes = Comparison.visible_to(work.actor).with_only_columns(Comparison.axes)
    owned = Own.visible_to(work.actor).with_only_columns(Own.body)
    return {id for query in (asked, compared, axes, owned) for id in _ids(await work.session.scalars(query))}


def _ids(bodies: Iterable[Any]) -> set[UUID]:
    return {UUID(found) for body in bodies for found in _UUID.findall(json.dumps(body))}
