"""How the storage of a team fares, as the last looks at it have found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, func, select

from gesso.db import Work
from gesso.kit.time import now
from gesso.library import Asset
from gesso.upkeep.tables import Round, Stray

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Health:
    damaged: int
    assets: Sequence[Asset]
    strays: int
    stray_bytes: int
    ripe: int
    ripe_bytes: int
    ripe_at: datetime | None
    checked: int
    began_at: datetime | None
    ended_at: datetime | None


async def health(work: Work, grace: timedelta) -> Health:
    team = work.actor.team_id
    broken = (
        Asset.visible_to(work.actor).where(Asset.trouble.is_not(None)).order_by(Asset.trouble.desc(), Asset.id.desc())
    )
    damaged = await work.session.scalar(broken.order_by(None).with_only_columns(func.count()))
    assets = (await work.session.scalars(broken.limit(SHOWN))).all()
    old = Stray.found_at <= now() - grace
    columns = (
        func.count(),
        func.coalesce(func.sum(Stray.bytes), 0),
        func.coalesce(func.sum(case((old, 1), else_=0)), 0),
        func.coalesce(func.sum(case((old, Stray.bytes), else_=0)), 0),
        func.min(case((old, None), else_=Stray.found_at)),
    )
    count, size, ripe, ripe_size, young = (
        await work.session.execute(select(*columns).where(Stray.team_id == team))
    ).one()
    found = await work.session.get(Round, team)
    return Health(
        damaged or 0,
        assets,
        count,
        int(size),
        int(ripe),
        int(ripe_size),
        young + grace if young is not None else None,
        found.checked if found else 0,
        found.began_at if found else None,
        found.ended_at if found else None,
    )
