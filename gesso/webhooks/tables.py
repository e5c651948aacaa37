from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table
from gesso.kit.time import now

State = Literal["queued", "delivered", "failed", "dropped"]


class Webhook(Owned):
    """An address that is told what happens in a team."""

    __tablename__ = "webhook"
    __table_args__ = (Index(None, "team_id", "id"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    """Who made it."""
    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[str]]
    """Types, in the order of the list of all; `["*"]`: whatever there is."""
    enabled: Mapped[bool] = mapped_column(default=True)
    sealed: Mapped[bytes]
    """AES-256-GCM of the JSON with the secret; the team and the webhook are bound in."""
    previous: Mapped[bytes | None]
    """The secret before, sealed likewise: until `previous_until` it signs, too."""
    previous_until: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    """Since when nothing arrives; None while it does."""
    off_because: Mapped[str] = mapped_column(default="")
    """Why it was switched off by itself; empty where a person did that."""


class Delivery(Owned):
    """One message to one webhook, and what came of it."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'delivered', 'failed', 'dropped')", name="state"),
        Index(None, "state", "next_at"),
        Index(None, "webhook_id", "id"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    type: Mapped[str]
    payload: Mapped[str] = mapped_column(Text)
    """JSON, letter by letter as it is sent."""
    state: Mapped[State] = mapped_column(String, default="queued")
    begun_at: Mapped[datetime] = mapped_column(default=now)
    """Since when it is tried: its birth, or the last time that somebody wanted it sent again."""
    tries: Mapped[int] = mapped_column(default=0)
    """Since then."""
    next_at: Mapped[datetime | None]
    """When it is tried (again); None: no more."""
    leased_until: Mapped[datetime | None]
    """A worker sends it at present. One that was killed has it until then."""
    status: Mapped[int | None]
    """Of the last answer; None where there was none."""
    answer: Mapped[str | None] = mapped_column(Text)
    """The first kilobyte of it, read as text."""
    error: Mapped[str | None] = mapped_column(Text)
    """What was wrong the last time; None when it arrived."""
    seconds: Mapped[float | None]
    """How long the last try took."""
    attempts: Mapped[list[Any]]
    """The last tries, the oldest first: `at`, `status`, `error`, `seconds`."""
    ended_at: Mapped[datetime | None]

    @property
    def message(self) -> str:
        """What the receiver knows it by, the same over all tries."""
        return f"msg_{self.id.hex}"


class Heard(Table):
    """In which state a thing was when its team's webhooks were last told of it: what is said twice is told once."""

    __tablename__ = "webhook_heard"

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
