from datetime import datetime
from typing import Any, Final, Literal, Self
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Select, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table
from gesso.kit.actor import Actor

Purpose = Literal["picture", "mask", "trial"]
Label = Literal["red", "orange", "yellow", "green", "blue", "purple", "grey"]
LABELS: Final[tuple[Label, ...]] = ("red", "orange", "yellow", "green", "blue", "purple", "grey")

ERASED: Final = "erased_at IS NOT NULL"
STACKED: Final = "stack_id IS NOT NULL"


class Asset(Owned):
    """Bytes with provenance. The bytes at `key` are never changed; delete is a date in `deleted_at`.

    Erased for good (`erased_at`) means that the bytes and the words are gone. The row stays, seen by nobody: runs count
    it, and what was made from it names it.
    """

    __tablename__ = "asset"
    __table_args__ = (
        UniqueConstraint("run_id", "run_index"),
        CheckConstraint("kind IN ('image', 'video', 'audio', 'mesh', 'text')", name="kind"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("purpose IN ('picture', 'mask', 'trial')", name="purpose"),
        CheckConstraint(f"label IN {LABELS}", name="label"),
        CheckConstraint("erased_at IS NULL OR deleted_at IS NOT NULL", name="erased_at"),
        Index(None, "team_id", "deleted_at", "id"),
        # Holds all that the layout of a whole library is drawn from.
        Index("ix_asset_layout", "team_id", "purpose", "deleted_at", "erased_at", "id", "width", "height"),
        Index("ix_asset_review", "team_id", "review", "id"),
        Index("ix_asset_erased", "team_id", sqlite_where=text(ERASED), postgresql_where=text(ERASED)),
        Index(
            "ix_asset_stack",
            "stack_id",
            "stack_position",
            "id",
            sqlite_where=text(STACKED),
            postgresql_where=text(STACKED),
        ),
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
    """What it is found by besides its tags: title, prompt and description in lower case. Written by
    `library.search.words` alone."""
    facts: Mapped[dict[str, Any]]
    """What its maker and the intake say of it: pages, alpha, icc, thumbhash, colour, preview, confidence, ...; and as
    `described` what somebody has said of it: caption, alt, and `by` what program an alt is that no person wrote; as
    `provenance` what its file says of where it comes from, as `sealed` what was laid into it here."""
    favorite: Mapped[bool] = mapped_column(default=False)
    rating: Mapped[int | None]
    """How well it turned out, from 1 to 5, where somebody has said so."""
    label: Mapped[Label | None] = mapped_column(String)
    """A colour that somebody marked it with; what it means is theirs to say."""
    reference: Mapped[bool] = mapped_column(server_default=false())
    """Kept to be shown to models as what to go by: for its style, its colours, its subject."""
    purpose: Mapped[Purpose] = mapped_column(String, server_default="picture")
    """A mask serves to make pictures and is no picture of its own, a trial shows a part of what might be bought: lists
    leave them out unless they are asked for them."""
    review: Mapped[str | None]
    """What was decided last on a board: approved, or changes are wanted. Written by `sharing.decide` alone."""
    version_of: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id"), index=True)
    """The first original, when this is that picture edited or enlarged, however often."""
    stack_id: Mapped[UUID | None]
    """What it is stacked with has the same; no row stands behind it. Of a stack that is closed the top is seen: the
    first of those that are not in the trash, by `stack_position` and id."""
    stack_position: Mapped[int | None]
    deleted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    @classmethod
    def visible_to(cls, actor: Actor) -> Select[Self]:
        return super().visible_to(actor).where(cls.erased_at.is_(None))


class Parent(Table):
    """That one asset was made from another."""

    __tablename__ = "asset_parent"

    child_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
