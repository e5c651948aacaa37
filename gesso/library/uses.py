"""How often an asset was looked at, downloaded, shared and worked with, by day.

Reading is not slowed by counting: what happened is gathered here and written some seconds later, in one transaction.
Whoever looks at a picture again on the same day counts once, and who it was is written nowhere. A process that is
killed forgets what it has not yet written.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import Final, Literal
from uuid import UUID

import structlog
from sqlalchemy import Date, ForeignKey, Index, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Database, Table, Work, inserting
from gesso.kit.time import now
from gesso.library.tables import Asset

What = Literal["views", "downloads", "shares", "uses"]
KINDS: Final[tuple[What, ...]] = ("views", "downloads", "shares", "uses")

REMEMBERED: Final = 100_000
"""The most pairs of somebody and an asset that a process keeps in mind."""
GATHERED: Final = 20_000
"""The most assets whose counts wait to be written; what comes beyond them is not counted."""
AT_ONCE: Final = 500

log = structlog.get_logger(__name__)


class Use(Table):
    __tablename__ = "asset_use"
    __table_args__ = (Index(None, "team_id", "day"),)

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    team_id: Mapped[UUID]
    views: Mapped[int] = mapped_column(default=0)
    downloads: Mapped[int] = mapped_column(default=0)
    shares: Mapped[int] = mapped_column(default=0)
    uses: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class Usage:
    """Since ever, and by day (UTC) of the latest ones."""

    total: dict[What, int]
    days: Sequence[tuple[date, dict[What, int]]]


class Uses:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._counts: dict[tuple[UUID, date], tuple[UUID, dict[What, int]]] = {}
        self._writing = asyncio.Lock()

    def count(self, team: UUID, assets: Iterable[UUID], what: What, who: str = "") -> None:
        """Notes that it happened; of the same `who`, once a day. Takes no time and touches no database."""
        today = now().date()
        for asset in assets:
            if who and not self._first(f"{today} {what} {asset} {who}"):
                continue
            place = asset, today
            if place not in self._counts and len(self._counts) >= GATHERED:
                return
            _, counts = self._counts.setdefault(place, (team, dict.fromkeys(KINDS, 0)))
            counts[what] += 1

    def _first(self, said: str) -> bool:
        mark = blake2b(said.encode(errors="replace"), digest_size=16).digest()
        if mark in self._seen:
            self._seen.move_to_end(mark)
            return False
        self._seen[mark] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True

    async def write(self) -> None:
        """Writes what was gathered; what cannot be written now waits for the next time."""
        async with self._writing:
            taken, self._counts = self._counts, {}
            # In one order, so that two processes never wait for each other.
            rows = sorted(taken.items())
            for start in range(0, len(rows), AT_ONCE):
                some = rows[start : start + AT_ONCE]
                try:
                    await self._write(some)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("uses of assets could not be written down yet", error=str(error))
                    for (asset, day), (team, counts) in rows[start:]:
                        _, later = self._counts.setdefault((asset, day), (team, dict.fromkeys(KINDS, 0)))
                        for what in KINDS:
                            later[what] += counts[what]
                    return

    async def _write(self, some: Sequence[tuple[tuple[UUID, date], tuple[UUID, dict[What, int]]]]) -> None:
        async with self._db.session() as session:
            # Whoever counts has seen the asset; a row that is gone altogether would stop all others.
            there = set(await session.scalars(select(Asset.id).where(Asset.id.in_([place[0] for place, _ in some]))))
            rows = [
                {"asset_id": asset, "day": day, "team_id": team, **counts}
                for (asset, day), (team, counts) in some
                if asset in there
            ]
            if not rows:
                return
            statement = inserting(session)(Use)
            grown = {what: getattr(Use, what) + getattr(statement.excluded, what) for what in KINDS}
            await session.execute(
                statement.on_conflict_do_update(index_elements=["asset_id", "day"], set_=grown).values(rows)
            )


async def usage(work: Work, asset_id: UUID, days: int) -> Usage:
    """NotFound when the actor may not see the asset."""
    await work.find(Asset, asset_id)
    mine = Use.team_id == work.actor.team_id, Use.asset_id == asset_id
    sums = [func.coalesce(func.sum(getattr(Use, what)), 0) for what in KINDS]
    total = (await work.session.execute(select(*sums).where(*mine))).one()
    since = now().date() - timedelta(days=days - 1)
    rows = await work.session.scalars(select(Use).where(*mine, Use.day >= since).order_by(Use.day))
    return Usage(
        {what: int(count) for what, count in zip(KINDS, total, strict=True)},
        [(row.day, {what: getattr(row, what) for what in KINDS}) for row in rows],
    )


async def shared(work: Work, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the assets that somebody has made a link to."""
    wanted, found = list(ids), set[UUID]()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        query = select(Use.asset_id).where(Use.team_id == work.actor.team_id, Use.asset_id.in_(some), Use.shares > 0)
        found |= set(await work.session.scalars(query.distinct()))
    return found
