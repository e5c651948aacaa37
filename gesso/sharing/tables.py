from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table

Role = Literal["viewer", "commenter", "uploader"]
State = Literal["approved", "changes", "open"]

_ROLES = "IN ('viewer', 'commenter', 'uploader')"


class Board(Owned):
    """Chosen assets in an order, or whatever is in a collection, to be shown to others."""

    __tablename__ = "board"
    __table_args__ = (
        CheckConstraint(f"everybody {_ROLES}", name="everybody"),
        Index(None, "team_id", "deleted_at", "id"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    """Who made it."""
    title: Mapped[str]
    words: Mapped[str]
    cover_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id"))
    """None: the first picture on it."""
    collection_id: Mapped[UUID | None]
    """What it shows, live; None: its own items."""
    everybody: Mapped[Role | None] = mapped_column(String)
    """What everybody of the team may do with it, as far as they may do such things at all. None: it is only seen by who
    made it, by those who are named, and by admins."""
    deleted_at: Mapped[datetime | None]


class Sharer(Table):
    """Somebody of the team who was named for a board."""

    __tablename__ = "board_person"
    __table_args__ = (CheckConstraint(f"role {_ROLES}", name="role"),)

    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(String)


class Link(Owned):
    """A way to a board for whoever has its secret, of which only the digest is kept."""

    __tablename__ = "board_link"
    __table_args__ = (CheckConstraint(f"role {_ROLES}", name="role"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    """Who made it. What a guest brings is theirs."""
    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id"), index=True)
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(String)
    sha256: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str | None]
    """An argon2id hash in PHC form."""
    expires_at: Mapped[datetime | None]
    downloads: Mapped[bool]
    watermark: Mapped[str]
    """What is written over every picture; empty: nothing. With it no original is ever sent."""
    names: Mapped[bool]
    """Whether titles are shown. That of a picture that was made here is often its prompt."""
    recipes: Mapped[bool]
    """Whether prompt and model are shown, and stay in what is downloaded."""
    views: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Item(Table):
    """An asset on a board."""

    __tablename__ = "board_item"
    __table_args__ = (Index(None, "board_id", "place", "asset_id"),)

    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id"), primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
    place: Mapped[int] = mapped_column(BigInteger)
    """Its order; there is room between two, so that a move changes one row."""
    waiting: Mapped[bool] = mapped_column(default=False)
    """A guest brought it, and nobody of the team has taken it in yet."""
    user_id: Mapped[UUID]
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("board_link.id"))
    guest: Mapped[str] = mapped_column(default="")
    """The name that the guest gave who brought it."""


class _Said(Owned):
    """By a person of the team, or by a guest: then `link_id` says by which link they came, `guest` how they called
    themselves, and `guest_key` which browser it was."""

    __abstract__ = True

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id"))
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    words: Mapped[str]
    user_id: Mapped[UUID | None]
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("board_link.id"))
    guest: Mapped[str] = mapped_column(default="")
    guest_key: Mapped[str] = mapped_column(default="")


class Remark(_Said):
    """A comment on a picture, pinned to a point of it or not; or an answer in its thread."""

    __tablename__ = "board_remark"
    __table_args__ = (Index(None, "board_id", "asset_id", "id"),)

    thread_id: Mapped[UUID | None] = mapped_column(ForeignKey("board_remark.id"))
    """What it answers to: the first of the thread."""
    x: Mapped[float | None]
    y: Mapped[float | None]
    """Shares of the picture's width and height, from its upper left corner."""
    edited_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str] = mapped_column(default="")
    deleted_at: Mapped[datetime | None]


class Verdict(_Said):
    """That a picture is approved, or is to be changed, or that this was taken back. None is ever changed: the newest
    counts."""

    __tablename__ = "board_verdict"
    __table_args__ = (
        CheckConstraint("state IN ('approved', 'changes', 'open')", name="state"),
        Index(None, "board_id", "asset_id", "id"),
        Index(None, "asset_id", "id"),
    )

    state: Mapped[State] = mapped_column(String)
