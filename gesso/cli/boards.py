"""`gesso boards`: pictures that are shown to others, and the links that open them."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from gesso.cli import say
from gesso.cli.door import HERE, Where, address, client
from gesso.cli.make import AsJson
from gesso.kit.errors import NotFound

if TYPE_CHECKING:
    from gesso_client import Client

Role = Literal["viewer", "commenter", "uploader"]


async def ls(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the boards, the newest first."""
    async with client(where) as gesso:
        found = await gesso.boards.list()
    if as_json:
        say.as_json(found)
        return
    rows = [(each["id"], each["title"], str(each["count"]), str(each["links"]), each["standing"]) for each in found]
    say.table(("Board", "Title", "Pictures", "Links", "You are"), rows)


async def create(
    title: str,
    *assets: str,
    words: str = "",
    everybody: Literal["viewer", "commenter", "uploader", "nobody"] = "commenter",
    collection: str | None = None,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """Make a board.

    Parameters
    ----------
    title
        What it is called.
    assets
        Ids of the pictures on it, in their order.
    words
        What is said of it.
    everybody
        What all of your team may do with it; nobody: only who is named sees it.
    collection
        The id of a collection that it shows instead, live.
    """
    shared = None if everybody == "nobody" else everybody
    async with client(where) as gesso:
        made = await gesso.boards.create(title, assets, words=words, everybody=shared, collection=collection)
    if as_json:
        say.as_json(made)
    else:
        say.result(made["id"])


async def add(board: str, *assets: str, where: Where = HERE) -> None:
    """Put pictures of the library on a board, at its end; prints those that were not on it.

    Parameters
    ----------
    board
        Its id or its title.
    assets
        Ids of the pictures.
    """
    async with client(where) as gesso:
        for id in await gesso.boards.add(await _board(gesso, board), assets):
            say.result(id)


async def links(board: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the links of a board, with who made them and when they were last opened.

    Parameters
    ----------
    board
        Its id or its title.
    """
    async with client(where) as gesso:
        found = await gesso.boards.links(await _board(gesso, board))
    if as_json:
        say.as_json(found)
        return
    rows = [
        (
            each["id"],
            each["name"],
            each["role"],
            each["by"],
            "revoked" if each["revoked_at"] else (each["expires_at"] or "")[:16],
            str(each["views"]),
            (each["opened_at"] or "")[:16],
        )
        for each in found
    ]
    say.table(("Link", "Name", "Role", "By", "Until", "Opened", "Last"), rows)


async def link(
    board: str,
    *,
    name: str = "",
    role: Role = "viewer",
    expires: Annotated[str | None, Parameter(help="A date or a time after which it holds no longer.")] = None,
    password: Annotated[str, Parameter(help="What is asked for before anything is shown.")] = "",
    downloads: Annotated[bool, Parameter(negative="", help="The originals may be had.")] = False,
    watermark: Annotated[str, Parameter(help="Words over every picture; no original is sent then.")] = "",
    names: Annotated[bool, Parameter(negative="", help="Titles are shown.")] = False,
    recipes: Annotated[bool, Parameter(negative="", help="Prompts and models are shown.")] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """Make a link that opens a board for whoever has it. It is printed this once.

    Parameters
    ----------
    board
        Its id or its title.
    name
        What you call it.
    role
        A viewer looks, a commenter also comments and approves, an uploader also brings pictures.
    """
    terms: dict[str, Any] = {"name": name, "role": role, "downloads": downloads, "names": names, "recipes": recipes}
    terms |= {"watermark": watermark, "password": password, "expires_at": expires}
    async with client(where) as gesso:
        made = await gesso.boards.link(await _board(gesso, board), **terms)
    if where.is_here:
        made["url"] = _outside() + made["url"][made["url"].index("/s/") :]
    if as_json:
        say.as_json(made)
        return
    say.note("This link is told this once: only its digest is kept.")
    say.result(made["url"])


async def revoke(board: str, link: str, *, where: Where = HERE) -> None:
    """End a link: from now on it opens nothing.

    Parameters
    ----------
    board
        Its id or its title.
    link
        Its id or its name; `gesso boards links` lists them.
    """
    async with client(where) as gesso:
        id = await _board(gesso, board)
        found = [
            each
            for each in await gesso.boards.links(id)
            if link in (each["id"], each["name"]) and each["revoked_at"] is None
        ]
        if not found:
            raise NotFound(f"There is no link “{link}” to this board. `gesso boards links` lists them.")
        for each in found:
            say.result((await gesso.boards.revoke(id, each["id"]))["id"])


async def rm(board: str, *, restore: bool = False, where: Where = HERE) -> None:
    """Delete a board and its links; its pictures stay.

    Parameters
    ----------
    board
        Its id or its title; to restore it, its id.
    restore
        The board again, with its links as they were.
    """
    async with client(where) as gesso:
        if restore:
            say.result((await gesso.boards.restore(board))["id"])
            return
        id = await _board(gesso, board)
        await gesso.boards.discard(id)
        say.result(id)


def _outside() -> str:
    """Where a server on this machine is reached."""
    from gesso.settings import Settings

    settings = Settings()
    return address(settings, settings.host, settings.port)


async def _board(gesso: "Client", name: str) -> str:
    """By id or title; of several with one title, the newest."""
    for each in await gesso.boards.list():
        if name in (each["id"], each["title"]):
            return str(each["id"])
    raise NotFound(f"There is no board “{name}”. `gesso boards ls` lists them.")
