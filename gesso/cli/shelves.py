"""`gesso collections` and `gesso tags`: what people arrange their assets by."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson
from gesso.kit.errors import Invalid, NotFound
from gesso.kit.money import credits

if TYPE_CHECKING:
    from gesso_client import Client

Under = Annotated[str | None, Parameter(help="The collection that it is nested in.")]


async def ls(*, kind: str | None = None, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the collections as they are nested.

    Parameters
    ----------
    kind
        Only these: collection or campaign.
    """
    async with client(where) as gesso:
        found = await gesso.collections.list(kind)
    if as_json:
        say.as_json(found)
        return
    rows = [(each["id"], str(each["count"]), _spent(each), "  " * deep + each["name"]) for each, deep in _nested(found)]
    say.table(("Id", "Assets", "Spent", "Name"), rows)


async def get(collection: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Say what a collection is, by its id or its name."""
    async with client(where) as gesso:
        found = await _found(gesso, collection)
    if as_json:
        say.as_json(found)
        return
    say.table(("", ""), [(name, "" if value is None else str(value)) for name, value in found.items()])


async def add(
    name: str,
    *,
    under: Under = None,
    campaign: Annotated[bool, Parameter(negative="", help="A campaign: with what follows.")] = False,
    brief: Annotated[str, Parameter(help="What it is about.")] = "",
    starts: Annotated[str | None, Parameter(help="A date.")] = None,
    ends: Annotated[str | None, Parameter(help="A date.")] = None,
    budget: Annotated[float | None, Parameter(help="Credits; a run for it that goes beyond is refused.")] = None,
    channel: Annotated[tuple[str, ...], Parameter(help="Can be given several times.")] = (),
    where: Where = HERE,
) -> None:
    """Make a collection, or a campaign; prints its id."""
    told: dict[str, Any] = {"brief": brief, "channels": [*channel]}
    told |= {"starts": starts, "ends": ends, "budget": None if budget is None else credits(budget)}
    async with client(where) as gesso:
        parent = (await _found(gesso, under))["id"] if under else None
        made = await gesso.collections.make(name, kind="campaign" if campaign else "collection", parent=parent, **told)
    say.result(made["id"])


async def rename(collection: str, name: str, *, where: Where = HERE) -> None:
    """Give a collection another name."""
    async with client(where) as gesso:
        say.result((await gesso.collections.change((await _found(gesso, collection))["id"], name=name))["id"])


async def move(collection: str, *, under: Under = None, where: Where = HERE) -> None:
    """Move a collection under another one; without --under, to the top."""
    async with client(where) as gesso:
        parent = (await _found(gesso, under))["id"] if under else None
        say.result((await gesso.collections.change((await _found(gesso, collection))["id"], parent=parent))["id"])


async def rm(collection: str, *, where: Where = HERE) -> None:
    """Delete a collection with what is nested in it. No asset is deleted; `gesso collections restore ID` undoes it."""
    async with client(where) as gesso:
        found = await _found(gesso, collection)
        await gesso.collections.remove(found["id"])
    say.result(found["id"])


async def restore(id: str, *, where: Where = HERE) -> None:
    """Bring a deleted collection back, by its id."""
    async with client(where) as gesso:
        say.result((await gesso.collections.restore(id))["id"])


async def put(collection: str, *ids: str, where: Where = HERE) -> None:
    """Add assets to a collection, at its end."""
    async with client(where) as gesso:
        told = await gesso.collections.add((await _found(gesso, collection))["id"], ids)
    _say(told)


async def take(collection: str, *ids: str, where: Where = HERE) -> None:
    """Take assets out of a collection; they stay in the library."""
    async with client(where) as gesso:
        told = await gesso.collections.take_out((await _found(gesso, collection))["id"], ids)
    _say(told)


async def ls_tags(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the tags, and how many assets have each."""
    async with client(where) as gesso:
        found = await gesso.tags.list()
    if as_json:
        say.as_json(found)
        return
    say.table(("Assets", "Tag"), [(str(each["count"]), each["tag"]) for each in found])


async def tag(
    *ids: str,
    add: Annotated[tuple[str, ...], Parameter(help="Can be given several times.")] = (),
    remove: Annotated[tuple[str, ...], Parameter(help="Can be given several times.")] = (),
    where: Where = HERE,
) -> int:
    """Tag assets, or take tags away from them."""
    if not ids or not (add or remove):
        say.note("Name assets, and what to --add or to --remove.")
        return ends.USAGE
    async with client(where) as gesso:
        _say(await gesso.tags.put(ids, add, remove))
    return ends.OK


async def rename_tag(tag: str, to: str, *, where: Where = HERE) -> None:
    """Rename a tag on all assets; where TO is there already, it is merged into that."""
    async with client(where) as gesso:
        _say(await gesso.tags.rename([tag], to))


async def merge_tags(to: str, *tags: str, where: Where = HERE) -> int:
    """Merge tags into TO."""
    if not tags:
        say.note("Name the tags to merge.")
        return ends.USAGE
    async with client(where) as gesso:
        _say(await gesso.tags.rename(tags, to))
    return ends.OK


async def rm_tag(*tags: str, where: Where = HERE) -> int:
    """Take tags off all assets."""
    if not tags:
        say.note("Name the tags to delete.")
        return ends.USAGE
    async with client(where) as gesso:
        _say(await gesso.tags.remove(tags))
    return ends.OK


async def undo(change: str, *, where: Where = HERE) -> None:
    """Take a change of many back, by the id that it said."""
    async with client(where) as gesso:
        await gesso.assets.undo(change)
    say.result(change)


def _say(told: Mapping[str, Any]) -> None:
    many = told["changed"]
    say.result(told["id"])
    say.note(f"{many:,} changed. `gesso assets undo {told['id']}` takes it back.")


def _spent(each: Mapping[str, Any]) -> str:
    if each["kind"] != "campaign":
        return ""
    of = f" of {say.amount(each['budget'])}" if each["budget"] is not None else ""
    return f"{say.amount(each['spent'])}{of}"


def _nested(found: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Each after what it is nested in, with how deep."""
    below: dict[str | None, list[Mapping[str, Any]]] = {}
    ids = {each["id"] for each in found}
    for each in found:
        below.setdefault(each["parent"] if each["parent"] in ids else None, []).append(each)
    left = [(each, 0) for each in reversed(below.get(None, []))]
    while left:
        each, deep = left.pop()
        yield each, deep
        left += [(child, deep + 1) for child in reversed(below.get(each["id"], []))]


async def _found(gesso: "Client", told: str) -> Mapping[str, Any]:
    """By its id, or by its name where that is one collection's alone."""
    try:
        UUID(told)
    except ValueError:
        named = [each for each in await gesso.collections.list() if each["name"].casefold() == told.casefold()]
        if not named:
            raise NotFound(f"There is no collection “{told}”.") from None
        if len(named) > 1:
            raise Invalid(f"Several collections are called “{told}”: name one by its id.") from None
        return named[0]
    return await gesso.collections.get(told)
