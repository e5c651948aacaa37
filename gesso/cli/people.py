"""`gesso token`, `gesso people`, `gesso link`, `gesso password`: who may come in, and how."""

import asyncio
import sys
from collections.abc import Sequence
from getpass import getpass
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import Parameter

from gesso.cli import say
from gesso.cli.door import HERE, Machine, Where, client, machine, only_here
from gesso.cli.make import AsJson
from gesso.kit.errors import Invalid, NotFound

if TYPE_CHECKING:
    from gesso_client import Token
    from sqlalchemy.ext.asyncio import AsyncSession

    from gesso.kit.actor import Actor

As = Annotated[str | None, Parameter(name="--as", help="The person whose token it is. Else the owner.")]
Scopes = Annotated[tuple[str, ...], Parameter(negative="", help="What it may do (repeatable). Else all.")]
InTeam = Annotated[str | None, Parameter(help="The team in which. Else the person's first.")]


async def create_token(
    name: str,
    *,
    person: As = None,
    team: InTeam = None,
    scope: Scopes = (),
    where: Where = HERE,
) -> None:
    """Make an API token; prints it, alone, this once."""
    if not where.is_here:
        if person is not None or team is not None:
            only_here(where, "--as and --team")
        async with client(where) as gesso:
            say.result(await gesso.create_token(name, scope))
        return
    from gesso import accounts

    async with machine() as here, here.db.session() as session:
        actor = await _who(here, session, person, team)
        token = await accounts.create_token(session, actor, name, scope)
    say.result(token)


async def ls_tokens(*, person: As = None, team: InTeam = None, as_json: AsJson = False, where: Where = HERE) -> None:
    """List tokens; what they are is not kept, so it cannot be shown."""
    found = await _tokens(person, team, where)
    if as_json:
        names = ("id", "name", "scopes", "created_at")
        say.as_json([{name: getattr(token, name) for name in names} for token in found])
        return
    say.table(
        ("Id", "Name", "May", "Since"),
        [
            (token.id, token.name, ", ".join(token.scopes) or "all", token.created_at[:16].replace("T", " "))
            for token in found
        ],
    )


async def revoke_token(token: str, *, person: As = None, team: InTeam = None, where: Where = HERE) -> None:
    """End a token, named by its id or its name."""
    ids = [each.id for each in await _tokens(person, team, where) if token in (each.id, each.name)]
    if not ids:
        raise NotFound(f"There is no token “{token}”. `gesso token ls` lists them.")
    if len(ids) > 1:
        raise Invalid(f"{len(ids)} tokens are named “{token}”. Name one by its id: {', '.join(ids)}.")
    if not where.is_here:
        async with client(where) as gesso:
            await gesso.revoke_token(ids[0])
        return
    from gesso import accounts
    from gesso.db import Work

    async with machine() as here, here.db.session() as session:
        actor = await _who(here, session, person, team)
        await accounts.revoke_token(Work(session, actor), UUID(ids[0]))


async def add_person(
    name: str,
    *,
    role: Annotated[str, Parameter(help="viewer, commenter, editor, admin or owner.")] = "editor",
    team: Annotated[str | None, Parameter(help="The team, made when new. Else the owner's.")] = None,
    where: Where = HERE,
) -> None:
    """Add a person; prints a link that signs them in once."""
    only_here(where, "`gesso people`")
    from gesso import accounts, credits
    from gesso.db import Work

    async with machine() as here, here.db.session() as session:
        known = await accounts.people(session)
        home = team or next(each for _, each, its_role in known if its_role == "owner")
        actor = await accounts.add_person(session, name, role, team=home)
        await credits.open_purse(Work(session, actor), unlimited=True)
        code = accounts.invite(session, actor)
        url = here.url
    say.note(f"{name} is now in {home}, as {role}. This link signs them in once, within a day:")
    say.result(f"{url}/sign-in?code={code}")


async def ls_people(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List everyone, with team and role."""
    only_here(where, "`gesso people`")
    from gesso import accounts

    async with machine() as here, here.db.session(read_only=True) as session:
        found = await accounts.people(session)
    if as_json:
        say.as_json([dict(zip(("name", "team", "role"), row, strict=True)) for row in found])
        return
    say.table(("Name", "Team", "Role"), found)


async def link(person: str | None = None, *, team: InTeam = None) -> None:
    """Print a new link that signs a person (else the owner) in, once, within a day."""
    from gesso import accounts

    async with machine() as here, here.db.session() as session:
        actor = await _who(here, session, person, team)
        code = accounts.invite(session, actor)
        url = here.url
    say.result(f"{url}/sign-in?code={code}")


async def password(
    person: str | None = None,
    *,
    stdin: Annotated[bool, Parameter(negative="", help="Read it from the first line of stdin.")] = False,
) -> None:
    """Set the password of a person (else the owner), and end their visits."""
    from gesso import accounts

    wanted = sys.stdin.readline().rstrip("\r\n") if stdin else await asyncio.to_thread(_asked_twice)
    async with machine() as here:
        async with here.db.session(read_only=True) as session:
            actor = await _who(here, session, person, None)
        await accounts.set_password(here.db, actor.user_id, wanted)
    say.note("The password is set.")


def _asked_twice() -> str:
    if not sys.stdin.isatty():
        raise Invalid("There is no terminal to ask at. Give the password on stdin, with --stdin.")
    wanted = getpass("New password: ")
    if getpass("Again: ") != wanted:
        raise Invalid("The two are not the same. Nothing was changed.")
    return wanted


async def _tokens(person: str | None, team: str | None, where: Where) -> "Sequence[Token]":
    if not where.is_here:
        async with client(where) as gesso:
            return await gesso.tokens()
    from gesso_client import Token

    from gesso import accounts
    from gesso.db import Work

    async with machine() as here, here.db.session(read_only=True) as session:
        found = await accounts.tokens(Work(session, await _who(here, session, person, team)))
    return [Token(str(token.id), token.name, tuple(token.scopes), token.created_at.isoformat()) for token in found]


async def _who(here: Machine, session: "AsyncSession", person: str | None, team: str | None) -> "Actor":
    """The one who is named, else the machine's owner."""
    from gesso import accounts

    if person is None and team is None:
        return here.owner
    return await accounts.named(session, person, team)
