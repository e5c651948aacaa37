"""`gesso providers`: who offers what here, the keys they need, and whether those work."""

import asyncio
import sys
from collections.abc import Mapping
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson
from gesso.kit.errors import Invalid, NotFound

if TYPE_CHECKING:
    from gesso_client import Provider


async def ls(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the providers: which are ready, what the others still need, and how much they offer."""
    async with client(where) as gesso:
        found = await gesso.providers()
    if as_json:
        say.as_json([dict(provider.raw) for provider in found])
        return
    say.table(
        ("Provider", "Title", "State", "Offers"),
        [(each.name, each.title, _state(each), str(len(each.offers))) for each in found],
    )


async def check(name: str, *, where: Where = HERE) -> int:
    """Ask the provider's own server, at no cost, whether what it was told is right.

    Parameters
    ----------
    name
        As `gesso providers ls` shows it.
    """
    async with client(where) as gesso:
        return _said(await gesso.check_provider(name))


async def free(name: str, *, where: Where = HERE) -> int:
    """Make a server of your own give the memory of its models free.

    Parameters
    ----------
    name
        As `gesso providers ls` shows it.
    """
    async with client(where) as gesso:
        return _said(await gesso.free_provider(name))


def _said(found: Mapping[str, Any]) -> int:
    left = f" {found['balance']:g} {found['unit']} are left there." if found.get("balance") is not None else ""
    (say.result if found["ok"] else say.note)(found["message"] + left)
    return ends.OK if found["ok"] else ends.FAILED


async def tell(
    name: str,
    *settings: Annotated[str, Parameter(help="FIELD=VALUE, such as url=http://127.0.0.1:8188. Not for secrets.")],
    stdin: Annotated[bool, Parameter(negative="", help="Read the secret from the first line of stdin.")] = False,
    off: Annotated[bool, Parameter(negative="", help="Keep what it was told, and offer nothing of it.")] = False,
    unchecked: Annotated[bool, Parameter(negative="", help="Do not ask its server first.")] = False,
    where: Where = HERE,
) -> int:
    """Tell a provider its key and what else it needs; it is tried first, and kept sealed.

    A key is asked for, or read from stdin: as a word of the command it would stay in the shell's history.

    Parameters
    ----------
    name
        As `gesso providers ls` shows it.
    """
    async with client(where) as gesso:
        provider = next((each for each in await gesso.providers() if each.name == name), None)
        if provider is None:
            raise NotFound(f"There is no provider “{name}”. `gesso providers ls` lists them.")
        if off:
            await gesso.tell_provider(name, enabled=False)
            return ends.OK
        told = await _asked(provider, settings, stdin)
        if provider.raw.get("checkable") and not unchecked:
            found = await gesso.check_provider(name, told)
            if not found["ok"]:
                say.note(found["message"])
                return ends.FAILED
        made = await gesso.tell_provider(name, told)
    say.result(f"{made.title}: {_state(made)}")
    return ends.OK


async def forget(name: str, *, where: Where = HERE) -> None:
    """Forget what the team told a provider.

    Parameters
    ----------
    name
        As `gesso providers ls` shows it.
    """
    async with client(where) as gesso:
        await gesso.forget_provider(name)


async def bring(
    provider: str,
    name: str,
    file: Path,
    *,
    title: Annotated[str, Parameter(help="What it is called. Else as its name.")] = "",
    fields: Annotated[
        str, Parameter(help="The inputs that its form asks for, as --look lists them, with commas between.")
    ] = "",
    look: Annotated[bool, Parameter(negative="", help="List what could be asked for; keep nothing.")] = False,
    where: Where = HERE,
) -> None:
    """Make an operation with a form of a graph of your own, as the provider's own page exports it for its API.

    Parameters
    ----------
    provider
        As `gesso providers ls` shows it.
    name
        Small letters, digits and dashes. One of the same name is replaced.
    file
        The graph, JSON.
    """
    try:
        graph = await asyncio.to_thread(file.read_text, "utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} cannot be read: {error}") from error
    async with client(where) as gesso:
        found = await gesso.bring_workflow(provider, name, graph, title=title, keep=False)
        may = {each["name"]: each for each in found["may"]}
        if look:
            rows = [(each["name"], each["title"], each["kind"], _mark(each)) for each in may.values()]
            return say.table(("Field", "Title", "Kind", ""), rows)
        wanted = None
        if fields:
            if strange := [each for each in map(str.strip, fields.split(",")) if each not in may]:
                raise Invalid(f"The graph has no “{strange[0]}”. It has: {', '.join(may)}.")
            wanted = [may[each] for each in map(str.strip, fields.split(","))]
        made = await gesso.bring_workflow(provider, name, graph, title=title, fields=wanted)
    asked = ", ".join(each["name"] for each in made["fields"])
    say.result(f"{made['title']} is offered as {provider}/{name}, and asks for {asked or 'nothing'}.")


async def send_off(provider: str, name: str, *, where: Where = HERE) -> None:
    """Forget a graph that was brought.

    Parameters
    ----------
    provider
        As `gesso providers ls` shows it.
    name
        The graph's name.
    """
    async with client(where) as gesso:
        await gesso.forget_workflow(provider, name)


def _mark(field: Mapping[str, Any]) -> str:
    return "asked for" if field["likely"] else ""


async def _asked(provider: "Provider", settings: tuple[str, ...], stdin: bool) -> dict[str, Any]:
    fields: Mapping[str, Any] = provider.form.get("properties", {})
    secret = next((field for field, asked in fields.items() if asked.get("format") == "password"), None)
    told: dict[str, Any] = {}
    for setting in settings:
        field, equals, value = setting.partition("=")
        if not equals or field not in fields:
            raise Invalid(f"“{field}” is nothing that {provider.title} is told. It is told: {', '.join(fields)}.")
        told[field] = value
    if secret is not None and secret not in told:
        if stdin:
            told[secret] = sys.stdin.readline().rstrip("\r\n")
        elif sys.stdin.isatty():
            told[secret] = await asyncio.to_thread(getpass, f"{fields[secret].get('title', secret)}: ")
        elif not told:
            raise Invalid("There is no terminal to ask at. Give the key on stdin, with --stdin.")
    return told


def _state(provider: "Provider") -> str:
    if provider.ready:
        return "ready"
    if not provider.enabled:
        return "off"
    return f"needs {provider.missing}" if provider.missing else "not ready"
