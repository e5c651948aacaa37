"""A legal hold: what is under one is neither thrown away nor erased nor swept nor merged, by nobody, until it is
lifted.

Each hold is a row of its own that never goes: who set it, when and why, who lifted it, when and why. An asset is held
as long as one of its holds is open.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, func, select, text, true, update
from sqlalchemy.orm import Mapped, mapped_column

from gesso import events
from gesso.db import Owned, Work
from gesso.kit.errors import Conflict, Invalid, TooLarge
from gesso.kit.ids import uuid7
from gesso.kit.time import now
from gesso.library.tables import Asset
from gesso.library.wanted import Selection

MOST: Final = 10_000
"""Assets that are put under hold, or freed, at once."""
NAMED: Final = 200
"""The most ids of held assets that an error names."""
AT_ONCE: Final = 500
LONGEST: Final = 1_000
"""Characters of a reason."""
OPEN: Final = "lifted_at IS NULL"


class Hold(Owned):
    __tablename__ = "asset_hold"
    __table_args__ = (
        Index(None, "asset_id"),
        Index("ix_asset_hold_open", "team_id", "asset_id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    user_id: Mapped[UUID]
    reason: Mapped[str]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]
    lifted_why: Mapped[str | None]


async def hold(work: Work, selection: Selection, reason: str) -> list[UUID]:
    """Puts what is selected under a hold, also what is in the trash and what others hold already; those ids."""
    work.actor.require("library.manage")
    reason = _reason(reason)
    ids = await _some(work, selection)
    for some in _cut(ids):
        await work.session.execute(
            update(Asset).where(Asset.id.in_(some)).values(held=True).execution_options(synchronize_session=False)
        )
        told = {"team_id": work.actor.team_id, "user_id": work.actor.user_id, "reason": reason}
        work.session.add_all(Hold(id=uuid7(), asset_id=id, **told) for id in some)
        await work.session.flush()
    _tell(work, ids, True)
    return ids


async def lift(work: Work, selection: Selection, reason: str) -> list[UUID]:
    """Ends every hold on what is selected; the ids of those that were held."""
    work.actor.require("library.manage")
    reason = _reason(reason)
    ids = await _some(work, selection, Asset.held == true())
    for some in _cut(ids):
        ended = {"lifted_at": now(), "lifted_by": work.actor.user_id, "lifted_why": reason}
        mine = Hold.team_id == work.actor.team_id, Hold.asset_id.in_(some), Hold.lifted_at.is_(None)
        await work.session.execute(update(Hold).where(*mine).values(ended).execution_options(synchronize_session=False))
        await work.session.execute(
            update(Asset).where(Asset.id.in_(some)).values(held=False).execution_options(synchronize_session=False)
        )
    _tell(work, ids, False)
    return ids


async def of_asset(work: Work, asset_id: UUID) -> Sequence[Hold]:
    """All holds that the asset is and was under, the newest first; NotFound when the actor may not see it."""
    await work.find(Asset, asset_id)
    found = await work.session.scalars(
        Hold.visible_to(work.actor).where(Hold.asset_id == asset_id).order_by(Hold.id.desc())
    )
    return found.all()


async def require_free(work: Work, selection: Selection | Select[Asset], *those: ColumnElement[bool]) -> None:
    """Conflict when one of what is selected is held: whatever throws away, erases or merges asks here first. Of `those`
    only, where some of them are not concerned."""
    meant = await selection.query(work) if isinstance(selection, Selection) else selection
    query = meant.where(Asset.held == true(), *those).order_by(None)
    ids = (await work.session.scalars(query.with_only_columns(Asset.id).order_by(Asset.id.desc()).limit(NAMED))).all()
    if not ids:
        return
    many = await work.session.scalar(select(func.count()).select_from(query.with_only_columns(Asset.id).subquery()))
    reason = await work.session.scalar(
        Hold.visible_to(work.actor)
        .where(Hold.asset_id == ids[0], Hold.lifted_at.is_(None))
        .with_only_columns(Hold.reason)
        .order_by(Hold.id)
        .limit(1)
    )
    what = "This is" if many == 1 else f"{many} of these are"
    raise Conflict(
        f"{what} under a legal hold (“{reason}”): nothing was changed. Leave it out, or have an admin lift it.",
        held=[str(id) for id in ids],
        count=many,
    )


async def _some(work: Work, selection: Selection, *those: ColumnElement[bool]) -> list[UUID]:
    meant = (await selection.query(work)).where(*those).with_only_columns(Asset.id).limit(MOST + 1)
    query = meant.with_for_update(of=Asset)
    ids = list(await work.session.scalars(query))
    if len(ids) > MOST:
        raise TooLarge(f"A hold takes {MOST:,} assets at a time. Select fewer.", limit=MOST)
    return ids


def _cut(ids: Sequence[UUID]) -> Collection[Sequence[UUID]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]


def _reason(told: str) -> str:
    said = " ".join(told.split())
    if not 1 <= len(said) <= LONGEST:
        raise Invalid(f"A reason has 1 to {LONGEST:,} characters.", fields=[{"field": "reason"}])
    return said


def _tell(work: Work, ids: Sequence[UUID], value: bool) -> None:
    if ids:
        told = [str(id) for id in ids[:NAMED]]
        events.emit(work, "assets.changed", count=len(ids), ids=told, change={"held": value})
