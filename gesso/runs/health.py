"""How a team's providers fare: whom to leave alone for a while, and until when.

A provider that asks for a pause gets it, from every run of the team. One that fails `BREAKS` times in a row is left
alone for a while that doubles; then one run goes first, and its success mends all. What is left alone is no longer
picked by itself, and a run that may go elsewhere does.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Table, Work
from gesso.kit.errors import GessoError, Retry
from gesso.kit.time import now

BREAKS: Final = 3
DOUBLINGS: Final = 5
"""How often the pause doubles at most."""


class Health(Table):
    """No row: it is well."""

    __tablename__ = "provider_health"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(primary_key=True)
    troubles: Mapped[int]
    """In a row."""
    until: Mapped[datetime | None]
    said: Mapped[str]
    """What it said last."""

    def asks(self, moment: datetime) -> Retry:
        """For a pause from `moment` on."""
        seconds = (self.until - moment).total_seconds() if self.until else None
        return Retry(self.said, retry_after=seconds, waits=True)


async def every(work: Work) -> Mapping[str, Health]:
    """Those that are not well, by name."""
    rows = await work.session.scalars(select(Health).where(Health.team_id == work.actor.team_id))
    return {row.provider: row for row in rows}


async def away(work: Work) -> dict[str, Retry]:
    """Those that are left alone just now, each with what it said and the seconds that are left of it."""
    moment = now()
    return {
        name: row.asks(moment)
        for name, row in (await every(work)).items()
        if row.until is not None and row.until > moment
    }


async def waits(work: Work, provider: str, pause: float) -> Retry | None:
    """None: it may be asked now. Whether one that failed again and again is back, one run finds out; the others wait
    for that, `pause` seconds at most."""
    row = await work.session.get(Health, (work.actor.team_id, provider), with_for_update=True)
    moment = now()
    if row is None or row.until is None:
        return None
    if row.until > moment:
        return row.asks(moment)
    if row.troubles >= BREAKS:
        row.until = moment + timedelta(seconds=pause)
    return None


async def trouble(work: Work, provider: str, error: GessoError, pause: float) -> None:
    """`provider` could not do it. `pause` are the seconds for which it is left alone when it breaks."""
    team, moment = work.actor.team_id, now()
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    fresh = {"team_id": team, "provider": provider, "troubles": 0, "until": None, "said": ""}
    await work.session.execute(dialect.insert(Health).values(fresh).on_conflict_do_nothing())
    row = await work.session.get_one(Health, (team, provider), with_for_update=True)
    row.troubles, row.said = row.troubles + 1, str(error)[:500]
    seconds = float(error.facts.get("retry_after") or 0)
    if row.troubles >= BREAKS:
        seconds = max(seconds, pause * 2 ** min(row.troubles - BREAKS, DOUBLINGS))
    if seconds and (row.until is None or row.until < moment + timedelta(seconds=seconds)):
        row.until = moment + timedelta(seconds=seconds)


async def well(work: Work, provider: str) -> None:
    """It did something: what went before is over."""
    mine = Health.team_id == work.actor.team_id, Health.provider == provider
    await work.session.execute(delete(Health).where(*mine))
