from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Table
from gesso.kit.time import now


class Own(Owned):
    """A style, a template, a brand kit or a format that a team made itself. `body` is read by the form of its kind; new
    requests begin with the kit that is `chosen`."""

    __tablename__ = "own"
    __table_args__ = (
        CheckConstraint("kind IN ('style', 'template', 'kit', 'format')", name="kind"),
        Index(None, "team_id", "kind"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    chosen: Mapped[bool] = mapped_column(default=False, server_default=false())


class Favorite(Table):
    """That a person likes something, ready-made or a team's own, by the name that a request calls it."""

    __tablename__ = "favorite"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
