from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Row, Table
from gesso.kit.time import now

STATES: Final = ("active", "paused", "ended")
OUTCOMES: Final = ("started", "nothing", "skipped", "failed")
"""`nothing`: there was nothing new in what it watches. `skipped`: its time had passed while the studio was away."""


class Schedule(Owned):
    """What is begun at its time: a run, or a batch of rows that it has or finds. Money is in thousandths of a
    credit."""

    __tablename__ = "schedule"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("missed IN ('skip', 'once')", name="missed"),
        CheckConstraint("state <> 'active' OR next_at IS NOT NULL", name="comes"),
        Index(None, "team_id", "id"),
        Index(None, "next_at"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    """Who made it: with their rights of the day it is done."""
    title: Mapped[str]
    rule: Mapped[dict[str, Any]]
    """`moments.When`."""
    missed: Mapped[str]
    """What becomes of moments that were missed: `skip`, or `once`: one is made up for."""
    grace: Mapped[int]
    """Seconds by which a moment may be late and is not missed."""
    state: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    next_at: Mapped[datetime | None]
    """None unless it is active."""
    until: Mapped[datetime | None]
    most: Mapped[int | None]
    """How often it is done at most; None: for ever."""
    times: Mapped[int] = mapped_column(default=0)
    order: Mapped[dict[str, Any] | None]
    """What is run: `op`, `offer`, `prefer`, `fallbacks`, `input`, `collection`."""
    batch: Mapped[dict[str, Any] | None]
    """Or what is done with rows: `steps`, `into` and the rest of `batches.Wanted`."""
    rows: Mapped[list[Any] | None]
    watch: Mapped[dict[str, Any] | None]
    """Or where new rows are found: `kind` (folder, feed), `place` (a path, an address), `first` (all, new)."""
    mark: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By what a feed is asked whether anything is new: `etag`, `modified`."""
    cap: Mapped[int | None] = mapped_column(BigInteger)
    """The most that it may cost each time."""
    price: Mapped[int | None] = mapped_column(BigInteger)
    """What it costs each time by the last estimate; None where that cannot be known before."""
    last_at: Mapped[datetime | None]
    last: Mapped[str] = mapped_column(default="")
    """How it went the last time; empty before."""
    lease: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    """Who looks at what it watches, and until when nobody else does."""


class Tick(Row):
    """One moment that has come, and what came of it. `id` and `created_at` are when it was done."""

    __tablename__ = "schedule_tick"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        UniqueConstraint("schedule_id", "due"),
        Index(None, "schedule_id", "id"),
    )

    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("schedule.id"))
    due: Mapped[datetime]
    outcome: Mapped[str]
    by_hand: Mapped[bool] = mapped_column(default=False)
    run_id: Mapped[UUID | None]
    batches: Mapped[list[str]]
    note: Mapped[str] = mapped_column(default="")


class Seen(Table):
    """What was found in a watched input and needs no second look: a digest of its name, or of what it is."""

    __tablename__ = "schedule_seen"
    __table_args__ = (Index(None, "schedule_id", "at"),)

    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
