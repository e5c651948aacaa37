"""`gesso assets`: what the studio keeps."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson, Output
from gesso.cli.pictures import Target

if TYPE_CHECKING:
    from gesso_client import Asset

OnlyFavorites = Annotated[bool, Parameter(negative="", help="Only favourites.")]
Trash = Annotated[bool, Parameter(negative="", help="The trash instead.")]


async def ls(
    *,
    q: str | None = None,
    kind: str | None = None,
    op: str | None = None,
    favorite: OnlyFavorites = False,
    deleted: Trash = False,
    limit: int = 50,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """List assets, the newest first.

    Parameters
    ----------
    q
        Words of title and prompt.
    kind
        image, video, audio, mesh or text.
    op
        The operation that made them.
    limit
        At most this many.
    """
    found: list[Asset] = []
    async with client(where) as gesso:
        every = gesso.assets.every(
            q=q, kind=kind, op=op, favorite=favorite or None, deleted=deleted, limit=max(1, min(limit, 200))
        )
        async for asset in every:
            if len(found) >= limit:
                break
            found.append(asset)
    if as_json:
        say.as_json([asset.raw for asset in found])
        return
    say.table(
        ("Id", "Size", "Made by", "When", "Title"),
        [
            (
                asset.id,
                f"{asset.width}x{asset.height}",
                asset.op or "upload",
                asset.created_at[:16].replace("T", " "),
                asset.title,
            )
            for asset in found
        ],
    )


async def get(id: str, *, output: Output = None, as_json: AsJson = False, where: Where = HERE) -> None:
    """Write an asset to a file; without --output, say what it is."""
    async with client(where) as gesso:
        asset = await gesso.assets.get(id)
        if output is not None:
            saved = await Target.of(output, makes=asset.kind).save(gesso, [asset])
            if not as_json:
                say.result(str(saved[0]))
                return
    if as_json:
        say.as_json(asset.raw)
        return
    shown = {name: value for name, value in asset.raw.items() if name not in ("facts", "file", "thumbnail", "preview")}
    say.table(("", ""), [(name, "" if value is None else str(value)) for name, value in shown.items()])


async def add(*files: Path, as_json: AsJson = False, where: Where = HERE) -> int:
    """Take pictures in; prints their ids."""
    if not files:
        say.note("Name the files to add.")
        return ends.USAGE
    async with client(where) as gesso:
        added = []
        for file in files:
            added.append(await gesso.assets.add(file))
            if not as_json:
                say.result(added[-1].id)
    if as_json:
        say.as_json([asset.raw for asset in added])
    return ends.OK


async def rm(*ids: str, where: Where = HERE) -> None:
    """Put assets in the trash. `gesso assets restore` takes them out again."""
    async with client(where) as gesso:
        for id in ids:
            say.result((await gesso.assets.remove(id)).id)


async def restore(*ids: str, where: Where = HERE) -> None:
    """Take assets out of the trash."""
    async with client(where) as gesso:
        for id in ids:
            say.result((await gesso.assets.restore(id)).id)
