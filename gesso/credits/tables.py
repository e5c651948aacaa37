from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table


class Purse(Table):
    """What a team may still spend, in thousandths of a credit. `balance` is always the sum of its entries,
    `reserved` what its runs hold at present. An unlimited purse may go below nothing: then it counts what was spent."""

    __tablename__ = "purse"
    __table_args__ = (
        CheckConstraint("unlimited OR balance >= 0", name="balance"),
        CheckConstraint("reserved >= 0", name="reserved"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    balance: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved: Mapped[int] = mapped_column(BigInteger, default=0)
    unlimited: Mapped[bool] = mapped_column(default=False)
    ceiling: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """What could be spent when a limit was set or credits were granted last; of it, a share is used."""
    warned: Mapped[int] = mapped_column(default=0, server_default="0")
    """The highest share of the ceiling, in percent, that was told to be used: 0, 80 or 100."""


class Entry(Owned):
    """One movement of the balance. The unique pair lets each kind happen once in the life of a run."""

    __tablename__ = "credit_entry"
    __table_args__ = (
        UniqueConstraint("run_id", "kind"),
        CheckConstraint("kind IN ('grant', 'limit', 'reserve', 'settle')", name="kind"),
        Index("ix_credit_entry_settled", "team_id", "kind", "created_at"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    user_id: Mapped[UUID]
    run_id: Mapped[UUID | None]
    kind: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
