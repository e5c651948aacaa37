"""`gesso each`: the same done to many pictures at once."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from gesso.cli import ends, make, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.files import gathered, parted
from gesso.cli.make import NOWHERE, AsJson, DryRun, Preferred, WhichOffer
from gesso.cli.pictures import Target
from gesso.kit import fields
from gesso.kit.errors import Invalid

if TYPE_CHECKING:
    from gesso_client import Client, Run

Pictures = Annotated[
    str,
    Parameter(
        name="PICTURE|FIELD=VALUE", help="Files, folders or ids of assets; and inputs that are the same for all."
    ),
]
Folder = Annotated[
    Path | None, Parameter(name=["--output", "-o"], help="Folder to write to. Else results stay in the library.")
]


async def each(
    operation: str,
    *said: Pictures,
    output: Folder = None,
    offer: WhichOffer = None,
    prefer: Preferred = "price",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Do the same to many pictures: `gesso each remove_background *.jpg -o cut/`. The price of all of them is told
    first; they are promised together or not at all, and one that fails takes no other with it.

    Parameters
    ----------
    operation
        Its name, as `gesso operations` lists them.
    """
    words, rest = parted(said)
    pictures = [one for word in words for one in _within(word)]
    if not pictures:
        raise Invalid("Name the pictures: gesso each remove_background one.jpg two.jpg")
    async with client(where, work=not dry_run) as gesso:
        known = make.named(await gesso.operations(), operation)
        inputs = fields.of(one.input for one in known.offers if offer in (None, one.id))
        told = [fields.parse(inputs, [f"image={picture}", *rest]) for picture in pictures]
        blind = [_order(known.op, fields.replaced(one, lambda _: NOWHERE), offer, prefer) for one in told]
        price, seconds = await gesso.estimate_all(blind)
        facts = f"{len(told)} pictures: {say.price(price)}, about {say.duration(seconds)}"
        if dry_run:
            if as_json:
                say.as_json({"price": price, "seconds": seconds})
            else:
                say.result(facts)
            return ends.OK
        if not as_json:
            say.note(facts)
        uploaded = {path: (await gesso.assets.add(path)).id for path in sorted(set().union(*map(fields.files, told)))}
        orders = [_order(known.op, fields.replaced(one, uploaded.__getitem__), offer, prefer) for one in told]
        ended = await _watch(gesso, await gesso.submit_all(orders))
        outputs = [asset for run in ended for asset in run.outputs]
        saved = await Target(_made(output), None, "").save(gesso, outputs) if output is not None else []
    if as_json:
        say.as_json({"runs": [run.raw for run in ended], "files": [str(path) for path in saved]})
    else:
        for line in map(str, saved) if output is not None else (asset.id for asset in outputs):
            say.result(line)
    for picture, run in zip(pictures, ended, strict=True):
        if run.state != "succeeded":
            why = (run.error or {}).get("message") or f"the run was {run.state}"
            say.note(f"{picture}: {why}")
    spent = sum(run.spent for run in ended)
    if not as_json:
        say.note(f"Charged: {say.amount(spent)}.")
    return ends.OK if all(run.state == "succeeded" for run in ended) else ends.FAILED


def _within(word: str) -> list[str]:
    """Of a folder, all pictures that lie in it."""
    return [str(work.source) for work in gathered([word])] if Path(word).is_dir() else [word]


def _order(op: str, input: dict[str, Any], offer: str | None, prefer: str) -> dict[str, Any]:
    return {"op": op, "input": input, "offer": offer, "prefer": prefer}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def _watch(gesso: "Client", runs: Sequence["Run"]) -> list["Run"]:
    """All at their ends. Interrupted, those that wait or work are stopped."""
    try:
        return list(await asyncio.gather(*(gesso.wait(run.id) for run in runs)))
    except asyncio.CancelledError:
        say.note("Stopping the runs ...")
        await asyncio.gather(*(gesso.cancel(run.id) for run in runs), return_exceptions=True)
        raise
