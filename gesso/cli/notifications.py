"""`gesso notifications`: what you are told of."""

from typing import Annotated

from cyclopts import Parameter

from gesso.cli import say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson
from gesso.kit.errors import Invalid


async def ls(
    *,
    unread: Annotated[bool, Parameter(negative="", help="Only what you have not read.")] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """List what you are told of, the newest first."""
    async with client(where) as gesso:
        found = await gesso.notifications.list(unread=unread)
    if as_json:
        say.as_json(found)
        return
    rows = [
        (each["id"], each["created_at"][:16], "" if each["read_at"] else "unread", each["title"], each["text"])
        for each in found
    ]
    say.table(("Notice", "When", "", "What", ""), rows)


async def read(
    *notices: str,
    every: Annotated[bool, Parameter(name="--all", negative="", help="All of them.")] = False,
    where: Where = HERE,
) -> None:
    """Mark notices as read; prints how many are left.

    Parameters
    ----------
    notices
        Their ids.
    """
    if every == bool(notices):
        raise Invalid("Name notices, or say --all. `gesso notifications ls` lists them.")
    async with client(where) as gesso:
        left = await gesso.notifications.read_all() if every else 0
        for id in notices:
            left = await gesso.notifications.read(id)
    say.result(str(left))
