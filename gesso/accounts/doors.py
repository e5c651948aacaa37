"""The ways in: a one-time link, a password, a session cookie, an API token. Of each secret only a digest is kept."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from gesso.accounts.people import SCOPES, actor
from gesso.accounts.tables import Invitation, Member, Person, Token, Visit
from gesso.db import Database, Work
from gesso.kit.actor import Actor
from gesso.kit.errors import Denied, Invalid, SignedOut
from gesso.kit.ids import secret
from gesso.kit.time import now

LINK_HOLDS: Final = timedelta(hours=24)
VISIT_HOLDS: Final = timedelta(days=30)
PASSWORD_LENGTH: Final = 10


def digest(secret: str) -> str:
    """These secrets have 256 random bits, so a plain digest cannot be guessed back."""
    return sha256(secret.encode()).hexdigest()


def invite(session: AsyncSession, who: Actor) -> str:
    """A code that signs `who` in, once, within a day."""
    code = secret("once")
    session.add(
        Invitation(sha256=digest(code), user_id=who.user_id, team_id=who.team_id, expires_at=now() + LINK_HOLDS)
    )
    return code


async def by_code(session: AsyncSession, code: str) -> Actor:
    """Uses the link up. SignedOut when it was used before, has expired or never was."""
    used = (
        await session.execute(
            delete(Invitation)
            .where(Invitation.sha256 == digest(code), Invitation.expires_at > now())
            .returning(Invitation.user_id, Invitation.team_id)
        )
    ).first()
    if used is None:
        raise SignedOut("This link was used already, or has expired. `gesso link` prints a new one.")
    return await actor(session, used.user_id, used.team_id)


def sign_in(session: AsyncSession, who: Actor) -> str:
    """Starts a visit; what is returned goes into the cookie."""
    key = secret("visit")
    session.add(Visit(sha256=digest(key), user_id=who.user_id, team_id=who.team_id, expires_at=now() + VISIT_HOLDS))
    return key


async def sign_out(session: AsyncSession, key: str) -> None:
    await session.execute(delete(Visit).where(Visit.sha256 == digest(key)))


async def by_session(session: AsyncSession, key: str) -> Actor:
    found = await session.get(Visit, digest(key))
    if found is None or found.expires_at <= now():
        raise SignedOut("Your visit has ended. Sign in again.")
    return await actor(session, found.user_id, found.team_id)


async def by_token(session: AsyncSession, token: str) -> Actor:
    found = await session.scalar(select(Token).where(Token.sha256 == digest(token)))
    if found is None or found.revoked_at is not None:
        raise SignedOut("This token is not known here, or was revoked.")
    return await actor(session, found.user_id, found.team_id, found.scopes or None)


async def by_password(db: Database, name: str, password: str) -> Actor:
    """Takes the same time whether or not the person exists, and holds no connection meanwhile."""
    async with db.session(read_only=True) as session:
        person = await session.scalar(select(Person).where(Person.name == name.strip()))
    kept = person.password if person is not None else None
    matches = await confirmed(kept or _decoy(), password)
    if person is None or kept is None or not matches:
        raise SignedOut("The name or the password is not right.")
    async with db.session(read_only=True) as session:
        return await _in_first_team(session, person)


async def _in_first_team(session: AsyncSession, person: Person) -> Actor:
    member = await session.scalar(
        select(Member).where(Member.user_id == person.id).order_by(Member.created_at).limit(1)
    )
    if member is None:
        raise Denied("You are in no team.")
    return await actor(session, person.id, member.team_id)


async def set_password(db: Database, user_id: UUID, password: str) -> None:
    """Also ends every visit of that person. The hash, which is slow by design, is made before a writer's turn."""
    if not PASSWORD_LENGTH <= len(password) <= 1000:
        raise Invalid(f"A password has {PASSWORD_LENGTH} characters or more.")
    kept = await hashed(password)
    async with db.session() as session:
        person = await session.get_one(Person, user_id)
        person.password = kept
        await session.execute(delete(Visit).where(Visit.user_id == user_id))


async def create_token(session: AsyncSession, who: Actor, name: str, scopes: Iterable[str] = ()) -> str:
    """The token itself, which cannot be had again. Without scopes it may do what its person may."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown:
        raise Invalid(f"There is no scope “{unknown[0]}”. Scopes: {', '.join(SCOPES)}.")
    if not 1 <= len(name.strip()) <= 200:
        raise Invalid("A token's name has 1 to 200 characters.")
    token = secret("gesso")
    session.add(Token(team_id=who.team_id, user_id=who.user_id, name=name.strip(), sha256=digest(token), scopes=wanted))
    return token


async def tokens(work: Work) -> Sequence[Token]:
    """The actor's own tokens that still hold."""
    found = await work.session.scalars(
        Token.visible_to(work.actor)
        .where(Token.user_id == work.actor.user_id, Token.revoked_at.is_(None))
        .order_by(Token.id)
    )
    return found.all()


async def revoke_token(work: Work, token_id: UUID) -> None:
    token = await work.find(Token, token_id)
    if token.user_id != work.actor.user_id:
        work.actor.require("tokens.manage")
    token.revoked_at = now()


async def sweep(session: AsyncSession) -> None:
    """Forgets links and visits that no longer hold."""
    await session.execute(delete(Invitation).where(Invitation.expires_at <= now()))
    await session.execute(delete(Visit).where(Visit.expires_at <= now()))


async def hashed(password: str) -> str:
    """As it may be kept. Slow by design."""
    return await asyncio.to_thread(PasswordHasher().hash, password)


async def confirmed(kept: str, password: str) -> bool:
    """Whether that is the password of which this is kept. As slow."""
    return await asyncio.to_thread(_matches, kept, password)


def _matches(kept: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return PasswordHasher().hash(secret("nobody"))
