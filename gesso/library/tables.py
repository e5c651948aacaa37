from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table


class Asset(Owned):
    """Bytes with provenance. The bytes at `key` are never changed; delete is a date in `deleted_at`."""

    __tablename__ = "asset"
    __table_args__ = (
        UniqueConstraint("run_id", "run_index"),
        CheckConstraint("kind IN ('image', 'video', 'audio', 'mesh', 'text')", name="kind"),
        Index(None, "team_id", "deleted_at", "id"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("run.id"))
    run_index: Mapped[int | None]
    op: Mapped[str | None] = mapped_column(index=True)
    """The operation of the run that made it; None for an upload."""
    kind: Mapped[str]
    type: Mapped[str]
    key: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int]
    height: Mapped[int]
    title: Mapped[str]
    words: Mapped[str]
    """What it is found by: title and prompt in lower case. Written by `library.search.words` alone."""
    facts: Mapped[dict[str, Any]]
    """What its maker and the intake say of it: pages, alpha, icc, thumbhash, colour, preview, confidence, ..."""
    favorite: Mapped[bool] = mapped_column(default=False)
    deleted_at: Mapped[datetime | None]


class Parent(Table):
    """That one asset was made from another."""

    __tablename__ = "asset_parent"

    child_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
