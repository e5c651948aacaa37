"""`gesso assets`: what is alike, what is there twice, and what programs propose to say of pictures."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson


async def similar(
    like: Annotated[str | None, Parameter(help="The id of an asset, or a file.")] = None,
    *,
    colour: Annotated[str | None, Parameter(help="#rrggbb: what has this colour.")] = None,
    tolerance: Annotated[int, Parameter(help="How far off the colour may be, 1 to 100.")] = 12,
    limit: int = 20,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Find what looks like an asset or a file, or has a colour: by colours, where they lie, and edges."""
    if like is None and colour is None:
        say.note("Name an asset, a file or a --colour.")
        return ends.USAGE
    async with client(where) as gesso:
        if like is not None and await asyncio.to_thread(Path(like).is_file):
            found = (await gesso.looks.similar_to(like))[:limit]
        else:
            found = await gesso.looks.similar(like, colour=colour, tolerance=tolerance, limit=max(1, min(limit, 200)))
    if as_json:
        say.as_json(found)
    else:
        rows = [(item["asset"]["id"], f"{item['score']:.0%}", item["asset"]["title"]) for item in found]
        say.table(("Id", "Alike", "Title"), rows)
    return ends.OK


async def duplicates(
    *,
    merge: Annotated[
        bool, Parameter(negative="", help="Keep the proposed one of each group, and put the others into the trash.")
    ] = False,
    limit: Annotated[int, Parameter(help="At most so many groups.")] = 20,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """List pictures that are there more than once, by their bytes or by their look. The one that may stay is marked."""
    async with client(where) as gesso:
        groups = await gesso.looks.duplicates(limit)
        if merge:
            for group in groups:
                others = [each for each in _ids(group) if each != group["keep"]]
                made = await gesso.looks.merge(group["keep"], others)
                if not as_json:
                    say.result(f"{group['keep']}\t{len(others)} to the trash\t{made['id']}")
    if as_json:
        say.as_json(groups)
    elif not merge:
        rows = [
            (str(number), "keep" if item["asset"]["id"] == group["keep"] else "", *_row(item["asset"]))
            for number, group in enumerate(groups, 1)
            for item in group["items"]
        ]
        say.table(("Group", "", "Id", "Size", "Bytes", "Title"), rows)


async def tag(
    *ids: str,
    offer: Annotated[str | None, Parameter(help="A model that sees; without it rules do it, for nothing.")] = None,
    language: Annotated[str, Parameter(help="Of the tags: en, de ...")] = "en",
    accept: Annotated[bool, Parameter(negative="", help="Keep everything at once.")] = False,
    estimate: Annotated[bool, Parameter(negative="", help="Only say what it would cost.")] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Have pictures described, those named or all: tags, a caption and an alternative text are proposed."""
    async with client(where) as gesso:
        told = await gesso.looks.describe(ids or None, offer=offer, language=language, accept=accept, estimate=estimate)
    if as_json:
        say.as_json(told)
    elif estimate:
        price = "unknown" if told["price"] is None else f"{told['price'] / 1000:g} credits"
        say.result(f"{told['count']} pictures, {price}")
    else:
        say.result(f"{told['done']} of {told['total']} described")
    return ends.OK if estimate or told["state"] == "succeeded" else ends.FAILED


async def proposals(
    *ids: str,
    keep: Annotated[bool, Parameter(negative="", help="Keep what is proposed, for those named or for all.")] = False,
    reject: Annotated[bool, Parameter(negative="", help="Reject it: it is not proposed again.")] = False,
    tags: Annotated[str | None, Parameter(help="Of these tags alone, with commas between them.")] = None,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """List what is proposed to be said of pictures; or keep it, or reject it."""
    if keep and reject:
        say.note("Name --keep or --reject, not both.")
        return ends.USAGE
    async with client(where) as gesso:
        if keep or reject:
            named = None if tags is None else [each.strip() for each in tags.split(",")]
            decided = await gesso.looks.decide(ids or None, keep, tags=named)
            if as_json:
                say.as_json(decided)
            else:
                say.result(str(len(decided["tags"].keys() | decided["fields"].keys())))
            return ends.OK
        found: list[dict[str, Any]] = []
        for id in ids or (None,):
            found += await gesso.looks.proposals(id)
    if as_json:
        say.as_json(found)
        return ends.OK
    rows = [(item["asset"]["id"], "tag", each["by"], each["tag"]) for item in found for each in item["tags"]]
    rows += [(item["asset"]["id"], each["field"], each["by"], each["text"]) for item in found for each in item["texts"]]
    say.table(("Id", "What", "By", "Proposed"), rows)
    return ends.OK


def _ids(group: dict[str, Any]) -> list[str]:
    return [str(item["asset"]["id"]) for item in group["items"]]


def _row(asset: dict[str, Any]) -> tuple[str, str, str, str]:
    return asset["id"], f"{asset['width']}x{asset['height']}", str(asset["bytes"]), asset["title"]
