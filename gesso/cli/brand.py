"""`gesso brand`: the team's kits, which of them is chosen, and what does not keep to it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from gesso.cli import say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson
from gesso.cli.presets import _read, _write
from gesso.kit.errors import Invalid, NotFound

if TYPE_CHECKING:
    from gesso_client import Client, Kit


async def ls(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the kits, the newest first."""
    async with client(where) as gesso:
        found = await gesso.kits()
    if as_json:
        say.as_json([each.raw for each in found])
        return
    rows = [
        (each.id, each.title, "default" if each.default else "", " ".join(shade["colour"] for shade in each.palette))
        for each in found
    ]
    say.table(("Kit", "Title", "", "Palette"), rows)


async def add(
    title: str,
    *colour: str,
    voice: str = "",
    use: tuple[str, ...] = (),
    avoid: tuple[str, ...] = (),
    logo: str | None = None,
    where: Where = HERE,
) -> None:
    """Keep a kit.

    Parameters
    ----------
    title
        Its name.
    colour
        1 to 8 colours, `#rrggbb`, `#rrggbb=name` or `#rrggbb=name:role`; roles are primary, accent, ground, text.
    voice
        A sentence or some adjectives.
    use
        A word to use. Can be given several times.
    avoid
        A word to avoid, or `word=instead`. Can be given several times.
    logo
        A picture: its id, or a file.
    """
    palette = [_shade(each) for each in colour]
    words = [dict(zip(("word", "instead"), each.split("=", 1), strict=False)) for each in avoid]
    async with client(where) as gesso:
        mark = await _picture(gesso, logo) if logo else None
        made = await gesso.add_kit(title, palette, voice=voice, use=list(use), avoid=words, logo=mark)
    say.result(made.id)


async def use(kit: str, *, off: bool = False, where: Where = HERE) -> None:
    """Make a kit the team's default: `gesso create --brand default` wears it.

    Parameters
    ----------
    kit
        Its id or its title.
    off
        It is no longer the default.
    """
    async with client(where) as gesso:
        found = await _kit(gesso, kit)
        await gesso.choose_kit(found.id, not off)
    say.note(f"“{found.title}” is {'no longer ' if off else ''}the default.")


async def lint(
    what: str, *, kit: str = "default", prompt: bool = False, as_json: AsJson = False, where: Where = HERE
) -> None:
    """Say what of a picture or a prompt does not keep to a kit. It only warns.

    Parameters
    ----------
    what
        The id of an asset, a file, or with `--prompt` words.
    kit
        Its id or its title. Else the team's default.
    prompt
        `what` is a prompt.
    """
    async with client(where) as gesso:
        name = kit if kit == "default" else (await _kit(gesso, kit)).id
        told = await gesso.lint(name, **({"prompt": what} if prompt else {"asset": await _picture(gesso, what)}))
    if as_json:
        say.as_json(told.raw)
        return
    for found in told.findings:
        say.result(f"{found['severity']}: {found['message']} {found['advice']}")
    if not told.findings:
        say.note(f"It is in keeping with “{told.title}”.")


async def export(file: Path | None = None, *, kit: str | None = None, where: Where = HERE) -> None:
    """Write the kits as JSON with their logos, for another studio.

    Parameters
    ----------
    file
        Where to. Else to stdout.
    kit
        One alone: its id or its title.
    """
    async with client(where) as gesso:
        _write(await gesso.handed_kits((await _kit(gesso, kit)).id if kit else None), file)


async def take(file: Path, *, where: Where = HERE) -> None:
    """Take in the kits of such a file, all of them or none.

    Parameters
    ----------
    file
        As `gesso brand export` writes it.
    """
    async with client(where) as gesso:
        taken = await gesso.take_kits(_read(file))
    say.note(f"{len(taken)} new kits.")
    for each in taken:
        say.result(f"{each.id}\t{each.title}")


def _shade(told: str) -> dict[str, Any]:
    colour, _, rest = told.partition("=")
    name, _, role = rest.partition(":")
    return {"colour": colour, "name": name} | ({"role": role} if role else {})


async def _kit(gesso: "Client", name: str) -> "Kit":
    """By id or title; of several with one title, the newest."""
    for each in await gesso.kits():
        if name in (each.id, each.title):
            return each
    raise NotFound(f"There is no kit “{name}”. `gesso brand ls` lists them.")


async def _picture(gesso: "Client", name: str) -> str:
    """The id of an asset, or of the file that is uploaded for it."""
    try:
        return str(UUID(name))
    except ValueError:
        pass
    try:
        return (await gesso.assets.add(name)).id
    except OSError as error:
        raise Invalid(f"{name} is neither the id of an asset nor a file: {error.strerror}.") from error
