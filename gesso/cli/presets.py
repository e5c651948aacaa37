"""`gesso templates`, `gesso styles`: what is ready-made and what is one's own, found, handed on, taken in."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gesso.cli import say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson
from gesso.kit.errors import Invalid

if TYPE_CHECKING:
    from gesso_client import Style, Template


async def ls(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the templates, your own first."""
    async with client(where) as gesso:
        _templates(await gesso.templates(), as_json)


async def search(words: str, /, *more: str, as_json: AsJson = False, where: Where = HERE) -> None:
    """Find templates by words; slips and other words for the same are understood.

    Parameters
    ----------
    words
        Such as `instagram story`.
    """
    async with client(where) as gesso:
        _templates(await gesso.templates(" ".join([words, *more])), as_json)


async def recommend(sentence: str, /, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Say which templates suit what you have in mind, and why.

    Parameters
    ----------
    sentence
        Such as "product launch on instagram, vertical".
    """
    async with client(where) as gesso:
        _templates(await gesso.recommended(sentence), as_json)


async def export_templates(file: Path | None = None, *, where: Where = HERE) -> None:
    """Write the team's own templates as JSON, for another studio.

    Parameters
    ----------
    file
        Where to. Else to stdout.
    """
    async with client(where) as gesso:
        _write(await gesso.handed("templates"), file)


async def import_templates(file: Path, *, where: Where = HERE) -> None:
    """Take in the templates of such a file, all of them or none.

    Parameters
    ----------
    file
        As `gesso templates export` writes it.
    """
    async with client(where) as gesso:
        _said(await gesso.take("templates", _read(file)), "templates")


async def ls_styles(words: str = "", /, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the styles, your own first; or those that answer the words.

    Parameters
    ----------
    words
        Such as `watercolor` or `schwarzweiß`.
    """
    async with client(where) as gesso:
        found = await gesso.styles(words)
    if as_json:
        say.as_json([each.raw for each in found])
        return
    say.table(("Style", "Title", "Group", "Natively"), [_style(each) for each in found])


async def export_styles(file: Path | None = None, *, where: Where = HERE) -> None:
    """Write the team's own styles as JSON, for another studio.

    Parameters
    ----------
    file
        Where to. Else to stdout.
    """
    async with client(where) as gesso:
        _write(await gesso.handed("styles"), file)


async def import_styles(file: Path, *, where: Where = HERE) -> None:
    """Take in the styles of such a file, all of them or none.

    Parameters
    ----------
    file
        As `gesso styles export` writes it.
    """
    async with client(where) as gesso:
        _said(await gesso.take("styles", _read(file)), "styles")


def _style(style: "Style") -> tuple[str, ...]:
    return style.id, style.title, str(style.raw.get("group_title", "")), ", ".join(style.native) or "–"


def _templates(found: "list[Template]", as_json: bool) -> None:
    if as_json:
        say.as_json([each.raw for each in found])
        return
    rows = [
        (
            each.id,
            each.title,
            f"{each.width}x{each.height}",
            ", ".join(str(why["value"]) for why in each.why) or str(each.raw.get("platform_title", "")),
        )
        for each in found
    ]
    say.table(("Template", "Title", "Size", ""), rows)


def _write(told: dict[str, Any], file: Path | None) -> None:
    if file is None:
        say.as_json(told)
        return
    try:
        file.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}.") from error
    say.note(f"{len(told['items'])} written to {file}.")


def _read(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Invalid(f"{file} cannot be read: {error}") from error
    if not isinstance(told, dict):
        raise Invalid(f"{file} is no file of styles or templates.")
    return told


def _said(taken: list[dict[str, Any]], what: str) -> None:
    say.note(f"{len(taken)} new {what}.")
    for each in taken:
        say.result(f"{each['id']}\t{each['title']}")
