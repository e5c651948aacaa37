from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Table


class Stray(Table):
    """Bytes that no row names, since when that was first seen, and when it was seen last."""

    __tablename__ = "stray"
    __table_args__ = (Index(None, "team_id", "stem"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[UUID]
    stem: Mapped[str]
    """What it has in common with what was derived from the same bytes."""
    bytes: Mapped[int] = mapped_column(BigInteger)
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Round(Table):
    """How far the reading of all bytes of a team has come, and who is at it."""

    __tablename__ = "storage_round"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    after: Mapped[UUID | None]
    began_at: Mapped[datetime | None]
    checked: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    """When the last whole round ended."""
    busy_until: Mapped[datetime | None]


class Figure(Table):
    """What one person of a team did on one day (UTC) by one offer of one operation (both empty: uploads). `runs` are
    those that ended then, `made` the assets that came, `spent` what the ledger settled, in thousandths of a credit."""

    __tablename__ = "figure"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    op: Mapped[str] = mapped_column(primary_key=True)
    offer: Mapped[str] = mapped_column(primary_key=True)
    runs: Mapped[int] = mapped_column(default=0)
    succeeded: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(BigInteger, default=0)


class Rolled(Table):
    """Up to which day, itself included, the figures of a team are written."""

    __tablename__ = "figure_rolled"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
