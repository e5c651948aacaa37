"""`gesso assets`: what the studio keeps."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson, Output, WithRecipe
from gesso.cli.pictures import Target

if TYPE_CHECKING:
    from gesso_client import Asset

Forever = Annotated[bool, Parameter(negative="", help="Erase for good what is in the trash; there is no way back.")]

_GROUP = Group("Which assets", sort_key=50)
_FORM = Group("Files", sort_key=51)


@Parameter(name="*", group=_GROUP)
@dataclass(frozen=True)
class Which:
    """Which assets are meant."""

    q: Annotated[str | None, Parameter(help="Words and filters, as for `search`.")] = None
    kind: Annotated[str | None, Parameter(help="image, video, audio, mesh or text.")] = None
    op: Annotated[str | None, Parameter(help="The operation that made them.")] = None
    favorite: Annotated[bool, Parameter(negative="", help="Only favourites.")] = False
    uploads: Annotated[bool, Parameter(negative="", help="Only what was uploaded.")] = False
    deleted: Annotated[bool, Parameter(negative="", help="The trash instead.")] = False
    purpose: Annotated[str, Parameter(help="picture, mask or any.")] = "picture"
    shape: Annotated[str | None, Parameter(help="landscape, portrait or square.")] = None
    since: Annotated[str | None, Parameter(help="Came in on this date or later.")] = None
    until: Annotated[str | None, Parameter(help="Came in on this date or earlier.")] = None
    min_side: Annotated[int | None, Parameter(help="Pixels that the shorter side has at least.")] = None
    meaning: Annotated[str | None, Parameter(help="Words, or others for the same, English or German.")] = None
    colour: Annotated[str | None, Parameter(help="#rrggbb: what has this colour, the most of it first.")] = None
    status: Annotated[str | None, Parameter(help="approved, changes or open: what was decided on boards.")] = None
    sort: Annotated[str | None, Parameter(help="best, newest or oldest first.")] = None

    def told(self) -> dict[str, Any]:
        """The filters, as the client takes them."""
        return asdict(self) | {"favorite": self.favorite or None, "uploads": self.uploads or None}


ALL = Which()


async def ls(*, which: Which = ALL, limit: int = 50, as_json: AsJson = False, where: Where = HERE) -> None:
    """List assets, the newest first; with --q the best first.

    Parameters
    ----------
    limit
        At most this many.
    """
    found: list[Asset] = []
    async with client(where) as gesso:
        async for asset in gesso.assets.every(**which.told(), limit=max(1, min(limit, 200))):
            if len(found) >= limit:
                break
            found.append(asset)
    if as_json:
        say.as_json([asset.raw for asset in found])
        return
    say.table(
        ("Id", "Size", "Made by", "When", "Title"),
        [row(asset) for asset in found],
    )


def row(asset: "Asset") -> tuple[str, ...]:
    size, when = f"{asset.width}x{asset.height}", asset.created_at[:16].replace("T", " ")
    return asset.id, size, asset.op or "upload", when, asset.title


@Parameter(name="*", group=_FORM)
@dataclass(frozen=True)
class Form:
    """What pictures leave as."""

    format: Annotated[str | None, Parameter(help="jpeg, png, webp or avif. Else the originals.")] = None
    long: Annotated[int | None, Parameter(help="Pixels of the longer side at most.")] = None
    quality: Annotated[int | None, Parameter(help="1 to 100.")] = None
    metadata: Annotated[str | None, Parameter(help="all, safe (without place) or none.")] = None
    with_recipe: Annotated[bool, Parameter(negative="", help="Lay in how each was made.")] = False

    def told(self) -> dict[str, Any] | None:
        said = asdict(self) | {"recipe": self.with_recipe or None}
        del said["with_recipe"]
        return {name: value for name, value in said.items() if value is not None} or None


AS_THEY_ARE = Form()


async def pack(file: Path, *ids: str, which: Which = ALL, form: Form = AS_THEY_ARE, where: Where = HERE) -> None:
    """Write the originals to FILE as one ZIP, with a manifest: those named, or else all that the filters leave."""
    await asyncio.to_thread(file.parent.mkdir, parents=True, exist_ok=True)
    async with client(where) as gesso:
        say.result(str(await gesso.assets.zip(file, ids or None, form=form.told(), **which.told())))


async def get(
    id: str, *, output: Output = None, recipe: WithRecipe = True, as_json: AsJson = False, where: Where = HERE
) -> None:
    """Write an asset to a file; without --output, say what it is."""
    async with client(where) as gesso:
        asset = await gesso.assets.get(id)
        if output is not None:
            saved = await Target.of(output, makes=asset.kind).save(gesso, [asset], recipe=recipe)
            if not as_json:
                say.result(str(saved[0]))
                return
    if as_json:
        say.as_json(asset.raw)
        return
    shown = {name: value for name, value in asset.raw.items() if name not in ("facts", "file", "thumbnail", "preview")}
    say.table(("", ""), [(name, "" if value is None else str(value)) for name, value in shown.items()])


async def add(*files: str, as_json: AsJson = False, where: Where = HERE) -> int:
    """Take pictures in, from files or from addresses of the web; prints their ids."""
    if not files:
        say.note("Name the files to add.")
        return ends.USAGE
    async with client(where) as gesso:
        added = []
        for file in files:
            far = file.startswith(("https://", "http://"))
            added.append(await (gesso.assets.add_url(file) if far else gesso.assets.add(Path(file))))
            if not as_json:
                say.result(added[-1].id)
    if as_json:
        say.as_json([asset.raw for asset in added])
    return ends.OK


async def describe(
    id: str,
    *,
    caption: Annotated[str | None, Parameter(help="What it shows, in a sentence.")] = None,
    alt: Annotated[str | None, Parameter(help="The same for those who cannot see it.")] = None,
    tags: Annotated[str | None, Parameter(help="With commas between them.")] = None,
    where: Where = HERE,
) -> int:
    """Say what an asset shows; it is found by these words. `gesso words describe` proposes some. "" takes one away."""
    if caption is None and alt is None and tags is None:
        say.note("Name --caption, --alt or --tags.")
        return ends.USAGE
    listed = None if tags is None else [tag.strip() for tag in tags.split(",")]
    async with client(where) as gesso:
        say.result((await gesso.assets.describe(id, caption=caption, alt=alt, tags=listed)).id)
    return ends.OK


async def rm(*ids: str, forever: Forever = False, where: Where = HERE) -> int:
    """Put assets in the trash. `gesso assets restore` takes them out again."""
    return await _change(ids, where, forever=True) if forever else await _change(ids, where, deleted=True)


async def restore(*ids: str, where: Where = HERE) -> int:
    """Take assets out of the trash."""
    return await _change(ids, where, deleted=False)


async def versions(
    id: str,
    *,
    restore: Annotated[bool, Parameter(negative="", help="Make this one the newest again: free, and none is lost.")] = (
        False
    ),
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """List the versions of a picture, the original first; or restore one of them."""
    async with client(where) as gesso:
        found = [await gesso.assets.bring_back(id)] if restore else await gesso.assets.versions(id)
    if as_json:
        say.as_json([asset.raw for asset in found])
    elif restore:
        say.result(found[0].id)
    else:
        say.table(("Id", "Size", "Made by", "When", "Title"), [row(asset) for asset in found])


async def _change(ids: Sequence[str], where: Where, *, deleted: bool | None = None, forever: bool | None = None) -> int:
    async with client(where) as gesso:
        changed = set(await gesso.assets.change(ids, deleted=deleted, forever=forever))
        for id in ids:
            if id not in changed:
                # It is so already, or it is unknown: then this says it.
                asset = await gesso.assets.get(id)
                if forever:
                    say.note(f"{asset.id} is not in the trash. Without --forever it is put there.")
                    return ends.USAGE
            say.result(id)
    return ends.OK
