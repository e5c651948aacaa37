from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Row, Table
from gesso.kit.money import Credits
from gesso.kit.time import now

STATES: Final = ("queued", "running", "succeeded", "failed", "cancelled", "unknown")
OVER: Final = ("succeeded", "failed", "cancelled")
"""The final states. `unknown` waits for a person: nobody can tell whether a paid call was accepted."""


_UNKNOWN: Final = text("state = 'unknown'")


class Run(Owned):
    """One promised and paid execution of an operation."""

    __tablename__ = "run"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
        CheckConstraint("spent BETWEEN 0 AND price", name="spent"),
        Index(None, "team_id", "id"),
        Index("ix_run_ended", "team_id", "ended_at"),
        # Few at any time, and asked for again and again by whoever looks at the queue.
        Index("ix_run_unknown", "team_id", "id", sqlite_where=_UNKNOWN, postgresql_where=_UNKNOWN),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    op: Mapped[str]
    title: Mapped[str]
    """What its outputs are called: its words, or the title of the picture that it is made from."""
    offer: Mapped[str]
    """Who does it now: the first, or the one that is tried after a refusal."""
    prices: Mapped[dict[str, Any]]
    """Each offer that may be tried, in order, with the price that was promised for it."""
    request: Mapped[dict[str, Any]]
    """The recipe: every choice made, also those that were left to chance."""
    rerun_of: Mapped[UUID | None] = mapped_column(index=True)
    batch_id: Mapped[UUID | None] = mapped_column(index=True)
    """The batch that it carries a row of."""
    state: Mapped[str] = mapped_column(default="queued")
    progress: Mapped[float] = mapped_column(default=0.0)
    note: Mapped[str] = mapped_column(default="")
    expected: Mapped[int]
    """How many outputs the request asks for."""
    seconds: Mapped[float]
    """The estimate."""
    price: Mapped[int] = mapped_column(BigInteger)
    """What was reserved, in thousandths of a credit: the highest of `prices`."""
    spent: Mapped[int] = mapped_column(BigInteger, default=0)
    understood: Mapped[list[str]]
    ignored: Mapped[list[str]]
    notes: Mapped[list[str]]
    why: Mapped[list[str]]
    """Why this offer was chosen, where nobody named one."""
    answer: Mapped[dict[str, Any] | None]
    """What an operation that makes text has said. It is no asset: words are asked for a hundred times a day."""
    error: Mapped[dict[str, Any] | None]
    attempt: Mapped[int] = mapped_column(default=0)
    """Which execution this is. An older one, thought dead, may no longer write."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was put back to be tried later."""
    waits: Mapped[int] = mapped_column(default=0)
    """How often of these nothing was tried, because its provider was left alone."""
    stopping: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def due(self) -> Credits:
        """What the offer that does it takes for all of it."""
        return Credits(self.prices[self.offer])


class WordList(Owned):
    """A list of a team's own, that prompts draw from by its name."""

    __tablename__ = "word_list"
    __table_args__ = (UniqueConstraint("team_id", "name"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str]
    entries: Mapped[list[str]]


class Taste(Table):
    """Since when what somebody liked counts for them: they have begun anew."""

    __tablename__ = "prompt_taste"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class Step(Table):
    """One `Context.once`. Without an answer it has begun, and nobody knows whether it was bought."""

    __tablename__ = "run_step"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[dict[str, Any] | None]


class Key(Table):
    """An Idempotency-Key: the same key and body give the same run."""

    __tablename__ = "idempotency_key"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    run_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Comparison(Owned):
    """The same request, carried out once for each value of an axis, or each pair of two."""

    __tablename__ = "comparison"
    __table_args__ = (Index(None, "team_id", "id"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    title: Mapped[str]
    op: Mapped[str]
    request: Mapped[dict[str, Any]]
    """What all cells have in common: `input`, `offer` and `prefer`."""
    axes: Mapped[list[Any]]
    """One or two, each as `field`, `values`, `find`. The first runs across, the second down."""
    deleted_at: Mapped[datetime | None]
    """In the trash since then."""


class Cell(Table):
    """One place of a comparison, counted row by row, and the run that is in it now."""

    __tablename__ = "comparison_cell"

    comparison_id: Mapped[UUID] = mapped_column(ForeignKey("comparison.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("run.id"), index=True)
    before: Mapped[list[str]] = mapped_column(default=list)
    """The runs that were in it before, and did not work out."""
    trouble: Mapped[str] = mapped_column(default="")
    """Why it has no run: these values do not go together."""
    accepted: Mapped[bool] = mapped_column(default=False)


class Vote(Row):
    """Somebody saw pictures without their names: this one is better, than that one or than all."""

    __tablename__ = "comparison_vote"

    comparison_id: Mapped[UUID] = mapped_column(ForeignKey("comparison.id"), index=True)
    user_id: Mapped[UUID]
    winner: Mapped[int]
    loser: Mapped[int | None]
