"""`gesso assets search`, `facets`, `searches`, `save`, `forget`: what is found, and kept to be found again."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.library import row
from gesso.cli.make import AsJson

if TYPE_CHECKING:
    from gesso_client import Asset

Sort = Annotated[str | None, Parameter(help="best, newest or oldest first.")]
NAMED_AT_MOST = 10


async def search(*query: str, sort: Sort = None, limit: int = 50, as_json: AsJson = False, where: Where = HERE) -> None:
    """Find assets by words and filters, the best first.

    As in the library: gesso assets search storm -snow '"golden hour"' 'rating:>=4' tag:sea after:30d. After -- a word
    may begin with a dash.

    Parameters
    ----------
    query
        Words, "phrases", -without, and filters.
    limit
        At most this many.
    """
    q = " ".join(query)
    found: list[Asset] = []
    async with client(where) as gesso:
        read = await gesso.assets.read(q)
        async for asset in gesso.assets.every(q=q, sort=sort, limit=max(1, min(limit, 200))):
            if len(found) >= limit:
                break
            found.append(asset)
    if as_json:
        say.as_json([asset.raw for asset in found])
        return
    for word, near in read["instead"].items():
        say.note(f"Nothing has “{word}”; looked for instead: {', '.join(near)}.")
    say.table(("Id", "Size", "Made by", "When", "Title"), [row(asset) for asset in found])


async def facets(*query: str, as_json: AsJson = False, where: Where = HERE) -> None:
    """Say how many of what a query finds there are of each kind: each line can be added to the query."""
    async with client(where) as gesso:
        told = await gesso.assets.facets(q=" ".join(query) or None)
    if as_json:
        say.as_json(told)
        return
    rows = [
        (f"{name}:{each['value']}" if " " not in each["value"] else f'{name}:"{each["value"]}"', str(each["count"]))
        for name, values in told["fields"].items()
        for each in values[:NAMED_AT_MOST]
    ]
    say.table(("Narrowed", "Assets"), [*rows, ("all", str(told["total"]))])


async def searches(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the searches that are kept, with how many assets each finds now."""
    async with client(where) as gesso:
        found = await gesso.searches.list()
    if as_json:
        say.as_json(found)
        return
    say.table(
        ("Id", "Name", "Query", "Assets", "Seen by"),
        [
            (
                each["id"],
                each["name"],
                each["q"],
                "?" if each["count"] is None else str(each["count"]),
                "the team" if each["shared"] else "me",
            )
            for each in found
        ],
    )


async def save(
    name: str,
    *query: str,
    shared: Annotated[bool, Parameter(negative="", help="Let the whole team see it.")] = False,
    where: Where = HERE,
) -> int:
    """Keep a search under a name."""
    if not query:
        say.note("Name what to search for.")
        return ends.USAGE
    async with client(where) as gesso:
        say.result((await gesso.searches.save(name, " ".join(query), shared=shared))["id"])
    return ends.OK


async def forget(*ids: str, where: Where = HERE) -> None:
    """Delete kept searches; what they find stays."""
    async with client(where) as gesso:
        for id in ids:
            await gesso.searches.delete(id)
            say.result(id)
