from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table
from gesso.kit.time import now


class Notice(Owned):
    """What one person is told of one thing. What becomes of the same thing (`subject`) takes its place, with an id of
    its own: so it stands where its news are, and whoever has read all up to an id has read this or that, never both."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("team_id", "user_id", "subject"),
        Index(None, "team_id", "user_id", "id"),
        Index(None, "created_at"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    subject: Mapped[str]
    data: Mapped[dict[str, Any]]
    """The facts. They are put into words where they are read (`kinds.words`, and the page in its language)."""
    about: Mapped[str]
    """Where in the page that is."""
    assets: Mapped[list[str]]
    """Pictures that show it, four at most."""
    shown: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether it is in the inbox; one that is not is kept to know what was told already."""
    read_at: Mapped[datetime | None]


class Wish(Table):
    """How one person wants to be told in one team. Without a row: as `kinds` has it, and in the inbox alone."""

    __tablename__ = "notice_wish"
    __table_args__ = (
        CheckConstraint("digest IN ('once', 'hourly', 'daily')", name="digest"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kinds: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By kind and channel, what differs from what everybody has: `{"batch.ended": {"email": false}}`."""
    digest: Mapped[str] = mapped_column(default="once")
    hour: Mapped[int] = mapped_column(default=8)
    zone: Mapped[str] = mapped_column(default="UTC")
    email: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(default="")
    """Of the code that was sent to the address, a digest; empty where none is waited for."""
    code_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)
    codes: Mapped[int] = mapped_column(default=0)
    """How many were sent since `codes_since`."""
    codes_since: Mapped[datetime | None]
    failing: Mapped[str] = mapped_column(default="")
    """What the address was refused with. Nothing goes there until it is confirmed anew."""


class Letter(Owned):
    """What is to leave the house, a mail or a push to one browser: written with what it tells, and sent after."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'push')", name="channel"),
        CheckConstraint("form IN ('notice', 'digest', 'code', 'test')", name="form"),
        CheckConstraint("state IN ('queued', 'sent', 'ended')", name="state"),
        Index(None, "state", "next_at"),
        Index(None, "team_id", "user_id", "id"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str]
    form: Mapped[str]
    recipient: Mapped[str]
    """The address, or the id of the browser."""
    subject: Mapped[str] = mapped_column(default="")
    """Of the notice that it tells; empty for a digest."""
    items: Mapped[list[Any]]
    """What is told, as it was when it was written. Forgotten once it was sent."""
    state: Mapped[str] = mapped_column(default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class Browser(Owned):
    """A browser that may be pushed to: where its push service takes messages, and what they are sealed with."""

    __tablename__ = "notice_browser"
    __table_args__ = (UniqueConstraint("team_id", "user_id", "sha256"), Index(None, "sha256"))

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    endpoint: Mapped[str]
    sha256: Mapped[str]
    """Of the endpoint: by this a browser knows itself in the list."""
    p256dh: Mapped[str]
    auth: Mapped[str]
    name: Mapped[str]
