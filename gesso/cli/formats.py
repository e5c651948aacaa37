"""`gesso formats`: what platforms ask of a picture, and the formats of the team's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gesso.cli import say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson
from gesso.cli.presets import _read, _said, _write
from gesso.kit.errors import Invalid

if TYPE_CHECKING:
    from gesso_client import Format


async def ls(*words: str, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the formats of platforms, your own first; or those that answer the words.

    Parameters
    ----------
    words
        Such as `instagram story`. Slips and other words for the same are understood.
    """
    async with client(where) as gesso:
        found = await gesso.formats(" ".join(words))
    if as_json:
        say.as_json([each.raw for each in found])
        return
    say.table(("Format", "Title", "Size", "Types", "At most", "As of"), [_format(each) for each in found])


async def add(
    title: str,
    size: str,
    *,
    types: tuple[str, ...] = ("jpeg", "png"),
    max_kb: int | None = None,
    platform: str = "own",
    kind: str = "feed",
    source: str = "",
    where: Where = HERE,
) -> None:
    """Keep a format of your own.

    Parameters
    ----------
    title
        Its name.
    size
        Such as `1200x800`.
    types
        A type of file that is taken there: jpeg, png, gif, webp or avif. Can be given several times.
    max_kb
        How large a file may be, in thousands of bytes.
    platform
        Where it is listed: the id of a platform, or own.
    kind
        feed, story, profile, cover, ad, thumbnail, link or carousel.
    source
        Where it is written that it is so.
    """
    width, _, height = size.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise Invalid(f"“{size}” is no size. Write it like 1200x800.")
    said: dict[str, Any] = {"types": list(types), "platform": platform, "kind": kind, "source": source}
    if max_kb is not None:
        said["max_bytes"] = max_kb * 1000
    async with client(where) as gesso:
        made = await gesso.add_format(title, int(width), int(height), **said)
    say.result(made.id)


async def rm(format: str, *, where: Where = HERE) -> None:
    """Throw a format of your own away.

    Parameters
    ----------
    format
        Its id.
    """
    async with client(where) as gesso:
        await gesso.discard("formats", format)


async def export(file: Path | None = None, *, where: Where = HERE) -> None:
    """Write the team's own formats as JSON, for another studio.

    Parameters
    ----------
    file
        Where to. Else to stdout.
    """
    async with client(where) as gesso:
        _write(await gesso.handed("formats"), file)


async def take(file: Path, *, where: Where = HERE) -> None:
    """Take in the formats of such a file, all of them or none.

    Parameters
    ----------
    file
        As `gesso formats export` writes it.
    """
    async with client(where) as gesso:
        _said(await gesso.take("formats", _read(file)), "formats")


def _format(format: "Format") -> tuple[str, ...]:
    limit = "–" if format.max_bytes is None else f"{format.max_bytes / 1000:,.0f} kB"
    dated = f"{format.as_of} (stale)" if format.stale else format.as_of
    size = f"{format.width}x{format.height}"
    return format.id, format.title, size, " ".join(format.types), limit, dated
