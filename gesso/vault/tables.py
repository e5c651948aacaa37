from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned


class Told(Owned):
    """What a team told one provider."""

    __tablename__ = "provider_told"
    __table_args__ = (UniqueConstraint("team_id", "provider"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID]
    """Who told it last."""
    provider: Mapped[str]
    sealed: Mapped[bytes | None]
    """AES-256-GCM of the JSON; the team and the provider are bound in. None: nothing, what the machine says counts."""
    enabled: Mapped[bool]


class Certificate(Owned):
    """What a team signs its pictures with, or did. `own` was brought, any other made here."""

    __tablename__ = "certificate"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    user_id: Mapped[UUID]
    """Who brought it, or had the first picture signed."""
    own: Mapped[bool]
    chain: Mapped[str]
    """The leaf and those above it, PEM."""
    sealed: Mapped[bytes | None]
    """AES-256-GCM of the JSON with the key; the team is bound in. None: taken out; by the rest it is still known what
    was signed with it."""
    expires_at: Mapped[datetime]
