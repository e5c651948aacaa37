"""`gesso credits`: what the team may spend. Amounts are typed and shown in credits; 1 credit = US$0.01."""

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from gesso.cli import say
from gesso.cli.door import HERE, Where, client, machine, only_here
from gesso.cli.make import AsJson

if TYPE_CHECKING:
    from gesso.db import Work

OfTeam = Annotated[str | None, Parameter(help="The team whose credits they are. Else the owner's.")]


async def show(*, team: OfTeam = None, as_json: AsJson = False, where: Where = HERE) -> None:
    """Show what the team may still spend."""
    if where.is_here:
        async with machine() as here, here.db.session(read_only=True) as session:
            found = await _balance(await _of(session, team))
    else:
        async with client(where) as gesso:
            found = dict((await gesso.credits()).raw)
    if as_json:
        say.as_json(found)
        return
    left = "unlimited" if found["unlimited"] else say.amount(found["balance"])
    say.result(left)
    if found["reserved"]:
        say.note(f"Besides, runs hold {say.amount(found['reserved'])}.")


async def limit(amount: float, *, team: OfTeam = None, where: Where = HERE) -> None:
    """From now on the team may spend this many credits, and no more."""
    from gesso import credits as purse
    from gesso.kit.money import credits

    if not where.is_here:
        async with client(where) as gesso:
            await gesso.limit_credits(credits(amount))
    else:
        async with machine() as here, here.db.session() as session:
            await purse.limit(await _of(session, team), credits(amount))
    await show(team=team, where=where)


async def unlimit(*, team: OfTeam = None, where: Where = HERE) -> None:
    """Take the team's limit away."""
    from gesso import credits as purse

    if not where.is_here:
        async with client(where) as gesso:
            await gesso.unlimit_credits()
    else:
        async with machine() as here, here.db.session() as session:
            await purse.unlimit(await _of(session, team))
    await show(team=team, where=where)


async def grant(amount: float, *, team: OfTeam = None, where: Where = HERE) -> None:
    """Add this many credits to what the team may spend."""
    only_here(where, "`gesso credits grant`")
    from gesso import credits as purse
    from gesso.kit.money import credits

    async with machine() as here, here.db.session() as session:
        await purse.grant(await _of(session, team), credits(amount))
    await show(team=team, where=where)


async def _of(session: Any, team: str | None) -> "Work":
    """On behalf of the team's first member: the purse belongs to all of them."""
    from gesso import accounts
    from gesso.db import Work

    actor = await accounts.founder(session) if team is None else await accounts.named(session, None, team)
    return Work(session, actor)


async def _balance(work: "Work") -> dict[str, Any]:
    from gesso import credits as purse

    found = await purse.balance(work)
    return {"balance": found.balance, "reserved": found.reserved, "unlimited": found.unlimited}
