from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table

STATES: Final = (
    "arriving",
    "draft",
    "checking",
    "ready",
    "running",
    "canary",
    "paused",
    "succeeded",
    "failed",
    "cancelled",
)
"""`arriving`: its rows are still being written down. `draft`: nobody has said yet what is to be done with them.
`checking`: each row is looked at and priced. `ready`: it was, and nothing is spent. `canary`: its first rows are there
to be looked at, and the rest waits for a word."""
ENDED: Final = ("succeeded", "failed", "cancelled")
"""`succeeded`: it came to its end, with at least one row made."""

ROW_STATES: Final = (
    "unchecked",
    "invalid",
    "twin",
    "waiting",
    "running",
    "succeeded",
    "failed",
    "refused",
    "unknown",
    "cancelled",
)
"""`invalid`: it cannot be carried out as it is. `twin`: the same as an earlier one, and passed over. `refused`: it was
not begun, because there was no money for it, or it no longer fits."""


class Batch(Owned):
    """Many rows, each to be carried out in one step or several. Money is in thousandths of a credit."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("held >= 0 AND spent >= 0", name="money"),
        Index(None, "team_id", "id"),
        Index("ix_batch_state", "state"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    title: Mapped[str]
    state: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    source: Mapped[dict[str, Any]]
    """What the rows came in: `name`, `format`, and of a text its `encoding` and `delimiter`."""
    columns: Mapped[list[Any]]
    """The columns in their order: `name`, what it goes `into` (None: nowhere), and `samples`."""
    steps: Mapped[list[Any]]
    """What is done to each row, one after the other: `op`, `offer`, `prefer`, `input` (what is the same for all rows)
    and `feeds`, the field that takes what the step before has made."""
    total: Mapped[int] = mapped_column(default=0)
    cap: Mapped[int | None] = mapped_column(BigInteger)
    """The most that it may spend."""
    canary: Mapped[int] = mapped_column(default=0)
    """So many rows are made first; 0: none, or they were released."""
    priority: Mapped[str] = mapped_column(default="normal")
    at_once: Mapped[int | None]
    per_minute: Mapped[int | None]
    twins: Mapped[str] = mapped_column(default="keep")
    """What becomes of rows that say the same as an earlier one: keep or skip."""
    collection_id: Mapped[UUID | None]
    imports: Mapped[list[Any]]
    """The imports in which its pictures come: from an archive, or from addresses."""
    fetched: Mapped[bool] = mapped_column(default=False)
    """Whether the addresses among its cells were handed over to an import."""
    begins: Mapped[bool] = mapped_column(default=False)
    """Whether it begins as soon as it is checked."""
    revision: Mapped[int] = mapped_column(default=0)
    """What was found out of rows before this is of no worth any more."""
    lease: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    """Who checks rows at present, and until when nobody else does."""
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was found out of all rows together when they were checked: `problems`, each with how many rows have it and
    the first line; `open`, how many prices cannot be known before."""
    price: Mapped[int] = mapped_column(BigInteger, default=0)
    """What all rows that can be made cost by the estimate."""
    held: Mapped[int] = mapped_column(BigInteger, default=0)
    """What the rows that are being made may still cost."""
    spent: Mapped[int] = mapped_column(BigInteger, default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    """How much work it is, by the estimate."""
    worked: Mapped[float] = mapped_column(default=0.0)
    """Seconds for which it ran."""
    seen_at: Mapped[datetime | None]
    """When it was last seen running."""
    next_at: Mapped[datetime | None]
    """Before that no further row begins, where only so many may in a minute."""
    stopping: Mapped[bool] = mapped_column(default=False)
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Row(Table):
    """One row: what it says, what was found out of it, and what became of it."""

    __tablename__ = "batch_row"
    __table_args__ = (
        CheckConstraint(f"state IN {ROW_STATES}", name="state"),
        Index("ix_batch_row_state", "batch_id", "state", "place"),
        Index("ix_batch_row_said", "batch_id", "said"),
        Index("ix_batch_row_run", "run_id"),
        Index(
            "ix_batch_row_onward",
            "batch_id",
            "place",
            sqlite_where=text("state = 'waiting' AND step > 0"),
            postgresql_where=text("state = 'waiting' AND step > 0"),
        ),
        Index(
            "ix_batch_row_unknown",
            "batch_id",
            sqlite_where=text("state = 'unknown'"),
            postgresql_where=text("state = 'unknown'"),
        ),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counted from 0."""
    line: Mapped[int]
    """Where it begins in the file, counted from 1."""
    data: Mapped[dict[str, Any]]
    """Its cells by their columns, as they came."""
    inputs: Mapped[list[Any]] = mapped_column(default=list)
    """What each step is asked for, as its cells were understood."""
    state: Mapped[str] = mapped_column(default="unchecked")
    noted: Mapped[bool] = mapped_column(default=False)
    """Whether there are any `problems`."""
    problems: Mapped[list[Any]] = mapped_column(default=list)
    """What is wrong with it, or was not heeded: `column`, `field`, `message`, and `kind` (error, ignored, twin)."""
    said: Mapped[str | None]
    """A digest of what it asks for: rows with the same say the same."""
    offers: Mapped[list[Any]] = mapped_column(default=list)
    """Who would carry out each step, by the estimate."""
    prices: Mapped[list[Any]] = mapped_column(default=list)
    """What each step costs by the estimate; None where that cannot be known before."""
    price: Mapped[int] = mapped_column(BigInteger, default=0)
    """All that is known of them."""
    seconds: Mapped[float] = mapped_column(default=0.0)
    step: Mapped[int] = mapped_column(default=0)
    """The step that is next, or at work."""
    fed: Mapped[UUID | None]
    """What the step before has made."""
    run_id: Mapped[UUID | None]
    """The run of the step."""
    runs: Mapped[list[Any]] = mapped_column(default=list)
    """All runs of the row, in order."""
    held: Mapped[int] = mapped_column(BigInteger, default=0)
    spent: Mapped[int] = mapped_column(BigInteger, default=0)
    error: Mapped[dict[str, Any] | None]
    ended_at: Mapped[datetime | None]


class Template(Owned):
    """How a file of this kind is read, and what is done with it: kept to be used again."""

    __tablename__ = "batch_template"
    __table_args__ = (UniqueConstraint("team_id", "name"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    name: Mapped[str]
    wanted: Mapped[dict[str, Any]]
