from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Owned, Row, Table
from gesso.kit.time import now


class Person(Row):
    __tablename__ = "person"

    name: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str | None]
    """An argon2id hash in PHC form; None where the person signs in by link only."""


class Team(Row):
    __tablename__ = "team"

    name: Mapped[str] = mapped_column(unique=True)


class Member(Table):
    __tablename__ = "member"
    __table_args__ = (CheckConstraint("role IN ('owner', 'admin', 'editor', 'commenter', 'viewer')", name="role"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Token(Owned):
    """An API token, of which only the digest is kept."""

    __tablename__ = "token"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    revoked_at: Mapped[datetime | None]


class Visit(Table):
    """A signed-in browser."""

    __tablename__ = "visit"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    expires_at: Mapped[datetime]


class Invitation(Table):
    """A sign-in link that opens once."""

    __tablename__ = "invitation"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    expires_at: Mapped[datetime]
