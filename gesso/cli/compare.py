"""`gesso compare`, `gesso recipe`: the same request side by side; and how a picture was made."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import NOWHERE, AsJson, DryRun, Fields, Output, Preferred, WhichOffer, from_words, named
from gesso.cli.pictures import Target
from gesso.kit import fields
from gesso.kit.errors import Invalid

if TYPE_CHECKING:
    from gesso_client import Client, Comparison

Over = Annotated[
    list[str],
    Parameter(
        name="--over",
        negative="",
        help="FIELD=VALUES, once or twice: seed=1-9/2, style=oil,pastel, offer=all; prompt:red=red,blue for words.",
    ),
]


async def compare(
    prompt: str,
    *said: Fields,
    over: Over,
    operation: str | None = None,
    output: Output = None,
    offer: WhichOffer = None,
    prefer: Preferred = "price",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Carry the same request out side by side: by several models, or over one or two fields.

    Parameters
    ----------
    prompt
        What the pictures show.
    operation
        Another operation that takes a prompt.
    """
    axes = [_axis(text) for text in over]
    async with client(where, work=not dry_run) as gesso:
        found = await gesso.operations()
        one = from_words(found) if operation is None else named(found, operation)
        inputs = fields.of(each.input for each in one.offers)
        input: dict[str, Any] = {"prompt": prompt, **fields.parse(inputs, said)}
        plan = await gesso.comparisons.estimate(
            one.op, fields.replaced(input, lambda _: NOWHERE), axes, offer=offer, prefer=prefer
        )
        if dry_run:
            _planned(plan, as_json)
            return ends.OK
        if not as_json:
            say.note(_priced(plan))
        uploaded = {path: (await gesso.assets.add(path)).id for path in sorted(fields.files(input))}
        input = fields.replaced(input, uploaded.__getitem__)
        begun = await gesso.comparisons.begin(one.op, input, axes, offer=offer, prefer=prefer)
        ended = await _watch(gesso, begun)
        saved = []
        if output is not None and any(cell.run and cell.run.outputs for cell in ended.cells):
            sheet = await gesso.comparisons.image(ended.id)
            saved = await Target.of(output).save(gesso, sheet.outputs)
    if as_json:
        say.as_json({**ended.raw, "files": [str(path) for path in saved]})
    else:
        _shown(ended)
        for path in saved:
            say.result(str(path))
    return ends.OK if all(cell.run and cell.run.state == "succeeded" for cell in ended.cells) else ends.FAILED


async def recipe(what: str, *, as_json: AsJson = False, where: Where = HERE) -> int:
    """Say how a picture was made: by Gesso, AUTOMATIC1111, ComfyUI, InvokeAI and others.

    Parameters
    ----------
    what
        A file (a picture, or text that was copied), or an asset's id.
    """
    async with client(where) as gesso:
        path = await asyncio.to_thread(_file, what)
        if path is None:
            found = await gesso.read_recipe(asset=_id(what))
        elif text := await asyncio.to_thread(_text, path):
            found = await gesso.read_recipe(text=text)
        else:
            found = await gesso.read_recipe(file=path)
    if as_json:
        say.as_json(found.raw)
        return ends.OK
    rows = [("made by", found.source), ("operation", found.op), *([("offer", found.offer)] if found.offer else [])]
    say.table(("", ""), [*rows, *((name, _one(value)) for name, value in found.input.items())])
    for each in found.left:
        say.note(f"Not taken over: {each['name']} {_one(each['value'])}. {each['why']}")
    if found.also:
        say.note("Also found: " + "; ".join(f"{name} {value}" for name, value in found.also.items()))
    return ends.OK


def _axis(text: str) -> dict[str, str]:
    name, equals, values = text.partition("=")
    field, _, find = name.partition(":")
    if not equals:
        raise Invalid(f"“{text}” is no FIELD=VALUES, such as seed=1,2,3.")
    return {"field": field.strip().lstrip("-").replace("-", "_"), "values": values, "find": find}


def _file(what: str) -> Path | None:
    path = Path(what).expanduser()
    return path if path.is_file() else None


def _id(what: str) -> str:
    try:
        return str(UUID(what))
    except ValueError:
        raise Invalid(f"There is no file “{what}”, and it is no asset's id.") from None


def _text(path: Path) -> str:
    """What is in a file of text; nothing of any other."""
    with path.open("rb") as file:
        head = file.read(1 << 20)
    try:
        return "" if b"\0" in head else head.decode()
    except UnicodeDecodeError:
        return ""


def _priced(plan: Mapping[str, Any]) -> str:
    count = plan["possible"]
    pictures = f"{count} run{'' if count == 1 else 's'}"
    less = f" (of {len(plan['cells'])}; the others cannot be)" if count < len(plan["cells"]) else ""
    return f"{pictures}{less}: {say.price(plan['price'])} in all, about {say.duration(plan['seconds'])} of work"


def _planned(plan: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        say.as_json(plan)
        return
    say.result(_priced(plan))
    names = _names(plan["axes"])
    say.table(
        ("Cell", "Offer", "Price", ""),
        [
            (
                name,
                cell["offer"] or "–",
                "–" if cell["trouble"] else say.price(cell["price"]),
                cell["trouble"] or ", ".join(f"ignores {word}" for word in [*cell["ignored"], *cell["dropped"]]),
            )
            for name, cell in zip(names, plan["cells"], strict=True)
        ],
    )


def _names(axes: Sequence[Mapping[str, Any]]) -> list[str]:
    """What each cell is called, row by row."""
    across = axes[0]["labels"]
    return [
        " · ".join(filter(None, (label, row)))
        for row in (axes[1]["labels"] if len(axes) > 1 else [""])
        for label in across
    ]


def _shown(ended: "Comparison") -> None:
    rows = []
    for name, cell in zip(_names(ended.axes), ended.cells, strict=True):
        run = cell.run
        error = (run.error or {}).get("message", "") if run is not None else cell.trouble
        made = " ".join(asset.id for asset in run.outputs) if run is not None else ""
        rows.append((name, run.state if run is not None else "impossible", say.price(cell.spent), made or error))
    say.table(("Cell", "", "Spent", ""), rows)


async def _watch(gesso: "Client", begun: "Comparison") -> "Comparison":
    """At its end. Interrupted, all that is not over is stopped, and what it did not deliver is not charged."""
    try:
        return await gesso.comparisons.wait(begun.id)
    except asyncio.CancelledError:
        await gesso.comparisons.cancel(begun.id)
        ended = await gesso.comparisons.wait(begun.id)
        say.note(f"Stopped. Charged: {say.amount(int(ended.whole.get('spent', 0)))}.")
        raise


def _one(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
