"""How long an offer takes on this machine: what it says of itself, corrected by what its runs took.

The offers' own estimates were measured on one machine. The correction is one factor an offer: the geometric mean of
took / estimated. The first runs count in full, later ones a tenth each, so that it follows a change.
"""

from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Table, Work

REMEMBERED: Final = 10
MOST: Final = 20.0
"""The factor lies within 1/20 and 20: what is beyond is no slower machine but a stall."""
LEAST_SECONDS: Final = 0.05


class Pace(Table):
    __tablename__ = "pace"

    offer: Mapped[str] = mapped_column(primary_key=True)
    factor: Mapped[float]
    runs: Mapped[int]


async def of(work: Work, offer: str) -> float:
    """What the offer's own estimate is to be multiplied with; 1 before it ever ran."""
    return await work.session.scalar(select(Pace.factor).where(Pace.offer == offer)) or 1.0


async def every(work: Work) -> dict[str, float]:
    """The same, of each offer that ever ran."""
    return {row.offer: row.factor for row in await work.session.execute(select(Pace.offer, Pace.factor))}


async def learn(work: Work, offer: str, told: float, took: float) -> None:
    """A run took `took` seconds that was told to take `told`. Two at once may count as one: it is a mean."""
    ratio = max(took, LEAST_SECONDS) / max(told, LEAST_SECONDS)
    known = await work.session.execute(select(Pace.factor, Pace.runs).where(Pace.offer == offer))
    factor, runs = known.one_or_none() or (1.0, 0)
    weight = 1 / min(runs + 1, REMEMBERED)
    better = min(max(factor * ratio**weight, 1 / MOST), MOST)
    if runs:
        await work.session.execute(update(Pace).where(Pace.offer == offer).values(factor=better, runs=runs + 1))
        return
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"offer": offer, "factor": better, "runs": 1}
    await work.session.execute(dialect.insert(Pace).values(row).on_conflict_do_nothing())
