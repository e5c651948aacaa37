"""People, teams and roles. Everyone who acts is resolved here, and only here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gesso.accounts.tables import Member, Person, Team
from gesso.kit.actor import Actor
from gesso.kit.errors import Conflict, Denied, Invalid, NotFound
from gesso.kit.ids import uuid7

_VIEW: Final = frozenset({"library.read", "runs.read", "credits.read", "events.read"})
_COMMENT: Final = _VIEW | {"comments.write"}
_EDIT: Final = _COMMENT | {"library.write", "runs.create"}
_ADMIN: Final = _EDIT | {"library.manage", "people.manage", "providers.manage", "tokens.manage", "webhooks.manage"}
_OWN: Final = _ADMIN | {"credits.manage", "team.manage"}

ROLES: Final[dict[str, frozenset[str]]] = {
    "viewer": _VIEW,
    "commenter": _COMMENT,
    "editor": _EDIT,
    "admin": _ADMIN,
    "owner": _OWN,
}
SCOPES: Final = tuple(sorted(_OWN))


@dataclass(frozen=True, slots=True)
class Card:
    """Who somebody is by name, in which team, and whether a password opens the door to them."""

    name: str
    team: str
    has_password: bool


async def actor(session: AsyncSession, user_id: UUID, team_id: UUID, scopes: Iterable[str] | None = None) -> Actor:
    """What this person may do in this team now, narrowed to `scopes`. Denied when no longer a member."""
    member = await session.get(Member, (user_id, team_id), populate_existing=True)
    if member is None:
        raise Denied("You are not a member of this team, or no longer.")
    permissions = ROLES[member.role]
    if scopes is not None:
        permissions &= frozenset(scopes)
    return Actor(user_id, team_id, member.role, permissions)


async def card(session: AsyncSession, who: Actor) -> Card:
    """The actor, as people know them."""
    query = (
        select(Person.name, Team.name, Person.password.is_not(None))
        .join(Member, Member.user_id == Person.id)
        .join(Team, Team.id == Member.team_id)
        .where(Person.id == who.user_id, Team.id == who.team_id)
    )
    name, team, has_password = (await session.execute(query)).one()
    return Card(name, team, has_password)


async def alone(session: AsyncSession, who: Actor) -> bool:
    """Whether the actor owns the only team here: what the server may do, they may have it do."""
    teams = await session.scalar(select(func.count()).select_from(Team))
    return who.may("team.manage") and teams == 1


async def keeper(session: AsyncSession, who: Actor) -> bool:
    """Whether the actor keeps this machine: they own the team that was here first."""
    first = await session.scalar(select(Team.id).order_by(Team.id).limit(1))
    return who.may("team.manage") and who.team_id == first


def require_whole(who: Actor) -> None:
    """Raises Denied for a narrowed token. It guards what would let the narrow have the whole."""
    if who.permissions != ROLES[who.role]:
        raise Denied("This token may do less than you may, so it cannot do this. Sign in instead.")


async def first_owner(session: AsyncSession, name: str = "owner", team: str = "Studio") -> Actor | None:
    """Makes the first person and the first team. None when there are people already."""
    if await session.scalar(select(func.count()).select_from(Person)):
        return None
    return await add_person(session, name, "owner", team=team)


async def founder(session: AsyncSession) -> Actor:
    """The person who has owned a team the longest: who acts when the command line speaks for the machine."""
    found = (
        await session.execute(
            select(Member.user_id, Member.team_id).where(Member.role == "owner").order_by(Member.created_at).limit(1)
        )
    ).first()
    if found is None:
        raise NotFound("There is no owner yet: `gesso serve` makes one.")
    return await actor(session, found.user_id, found.team_id)


async def named(session: AsyncSession, person: str | None = None, team: str | None = None) -> Actor:
    """Whom the machine's administrator means: this person, in this team; where a name is left out, whoever
    joined first, or the team that was joined first. NotFound when there is nobody."""
    query = (
        select(Member.user_id, Member.team_id)
        .join(Person, Person.id == Member.user_id)
        .join(Team, Team.id == Member.team_id)
        .order_by(Member.created_at)
        .limit(1)
    )
    if person is not None:
        query = query.where(Person.name == person.strip())
    if team is not None:
        query = query.where(Team.name == team.strip())
    found = (await session.execute(query)).first()
    if found is None:
        who = f"nobody named “{person}”" if person is not None else "nobody"
        raise NotFound(f"There is {who}{f' in “{team}”' if team is not None else ''}. `gesso people ls` lists all.")
    return await actor(session, found.user_id, found.team_id)


async def add_person(session: AsyncSession, name: str, role: str, *, team: str) -> Actor:
    """Adds the person (made when new) to the team (made when new). Conflict when already in it."""
    name, team = name.strip(), team.strip()
    if role not in ROLES:
        raise Invalid(f"There is no role “{role}”. Roles: {', '.join(ROLES)}.")
    if not 1 <= len(name) <= 200 or not 1 <= len(team) <= 200:
        raise Invalid("A name has 1 to 200 characters.")
    person = await session.scalar(select(Person).where(Person.name == name))
    if person is None:
        person = Person(id=uuid7(), name=name)
        session.add(person)
    group = await session.scalar(select(Team).where(Team.name == team))
    if group is None:
        group = Team(id=uuid7(), name=team)
        session.add(group)
    await session.flush()
    if await session.get(Member, (person.id, group.id)) is not None:
        raise Conflict(f"{name} is in {team} already.")
    session.add(Member(user_id=person.id, team_id=group.id, role=role))
    await session.flush()
    return await actor(session, person.id, group.id)


async def names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """What people are called, also those who have left."""
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


async def teams(session: AsyncSession) -> Sequence[UUID]:
    """All of them, for the machine's administrator."""
    return (await session.scalars(select(Team.id).order_by(Team.id))).all()


async def people(session: AsyncSession) -> Sequence[tuple[str, str, str]]:
    """(person, team, role), for the machine's administrator."""
    rows = await session.execute(
        select(Person.name, Team.name, Member.role)
        .join(Member, Member.user_id == Person.id)
        .join(Team, Team.id == Member.team_id)
        .order_by(Team.name, Person.name)
    )
    return [(person, team, role) for person, team, role in rows.all()]


async def team_name(session: AsyncSession, team_id: UUID) -> str:
    return (await session.execute(select(Team.name).where(Team.id == team_id))).scalar_one()


async def team_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """What these teams are called."""
    rows = await session.execute(select(Team.id, Team.name).where(Team.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


async def members(session: AsyncSession, who: Actor) -> Sequence[tuple[UUID, str, str]]:
    """(person, name, role) of everybody in the actor's team."""
    rows = await session.execute(
        select(Person.id, Person.name, Member.role)
        .join(Member, Member.user_id == Person.id)
        .where(Member.team_id == who.team_id)
        .order_by(Person.name)
    )
    return [(id, name, role) for id, name, role in rows.all()]
