"""`gesso create`, `gesso run`, `gesso operations`: what makes pictures."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.pictures import Target
from gesso.kit import fields
from gesso.kit.errors import Failed, Invalid, NotFound

if TYPE_CHECKING:
    from gesso_client import Client, Estimate, Operation, Run

Output = Annotated[
    str | None,
    Parameter(
        name=["--output", "-o"],
        help="FILE or DIR/ to write to; the suffix chooses the format. Else results stay in the library.",
    ),
]
AsJson = Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="One JSON document on stdout.")]
WhichOffer = Annotated[str | None, Parameter(help="Who is to do it. Else the best that accepts.")]
Preferred = Annotated[
    Literal["price", "quality", "speed"], Parameter(name="--prefer", help="By what one is chosen, where none is named.")
]
Fields = Annotated[str, Parameter(name="FIELD=VALUE", help="Inputs, as `gesso operations OPERATION` lists them.")]
WithRecipe = Annotated[
    bool, Parameter(name="--recipe", negative="--no-recipe", help="Write into the file how it was made.")
]
DryRun = Annotated[bool, Parameter(negative="", show_default=False, help="Say price and time; make and spend nothing.")]

WORN: Final = {
    "native": "Style: applied natively.",
    "near": "Style: painted in the nearest of its own.",
    "text": "Style: told as text.",
    "unsupported": "Style: not supported there, and not heeded.",
}

# A dry run keeps nothing, so no file is uploaded for it: this id stands for one that is still to come.
NOWHERE: Final = "00000000-0000-7000-8000-000000000000"


async def create(
    prompt: str | None = None,
    *said: Fields,
    output: Output = None,
    count: int | None = None,
    size: Annotated[str | None, Parameter(help="WIDTHxHEIGHT in pixels, as 1024x768.")] = None,
    seed: Annotated[int | None, Parameter(help="The same seed and prompt give the same picture.")] = None,
    style: Annotated[str | None, Parameter(help="As `gesso styles ls` lists them.")] = None,
    brand: Annotated[str | None, Parameter(help="The id of a kit, or “default”: `gesso brand ls`.")] = None,
    quality: str | None = None,
    template: Annotated[
        str | None, Parameter(help="Size, style, quality and prompt of one that `gesso templates ls` lists.")
    ] = None,
    fill: Annotated[
        tuple[str, ...], Parameter(name="--fill", negative="", help="NAME=WORDS for a gap in the template's prompt.")
    ] = (),
    offer: WhichOffer = None,
    prefer: Preferred = "price",
    dry_run: DryRun = False,
    recipe: WithRecipe = True,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Make pictures from words.

    Parameters
    ----------
    prompt
        What the picture shows. A template brings one of its own.
    count
        How many pictures. Several are numbered: out-1.png, out-2.png, ...
    """
    width, height = _size(size) if size is not None else (None, None)
    if prompt is None and template is None:
        raise Invalid("Say what the picture shows, or name a template.")
    if template is not None:
        given = await _of_template(template, fill, where)
    elif fill:
        raise Invalid("There are gaps to fill in a template's prompt only: name one with --template.")
    else:
        given = {}
    flags = {
        "prompt": prompt,
        "count": count,
        "seed": seed,
        "style": style,
        "brand": brand,
        "quality": quality,
        "width": width,
        "height": height,
    }
    given |= {name: value for name, value in flags.items() if value is not None}
    return await _make(from_words, given, said, output, (offer, prefer), dry_run, as_json, where, recipe)


async def _of_template(name: str, fill: Sequence[str], where: Where) -> dict[str, Any]:
    """The input that a template stands for, with these words in its gaps."""
    from gesso import presets

    async with client(where) as gesso:
        found = {each.id: each for each in await gesso.templates()}
    template = found.get(name) or found.get(name.lower().replace("-", "_"))
    if template is None:
        raise NotFound(f"There is no template “{name}”. `gesso templates ls` lists them.")
    gaps = [each.name for each in presets.variables(template.prompt)]
    values = {}
    for each in fill:
        gap, equals, words = each.partition("=")
        if not equals or gap not in gaps:
            raise Invalid(f"“{each}” fills no gap of {name}. Write one of: {', '.join(f'{gap}=...' for gap in gaps)}.")
        values[gap] = words
    style = {"style": template.style} if template.style else {}
    size = {"width": template.width, "height": template.height, "quality": template.quality}
    return {"prompt": presets.filled(template.prompt, values), **size, **style}


async def run(
    operation: str,
    *said: Fields,
    output: Output = None,
    offer: WhichOffer = None,
    prefer: Preferred = "price",
    dry_run: DryRun = False,
    recipe: WithRecipe = True,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Carry out any operation: `gesso operations` lists them.

    Parameters
    ----------
    operation
        Its name. A picture's field takes an asset's id or a file, which is uploaded first.
    """

    def chosen(found: Sequence["Operation"]) -> "Operation":
        return named(found, operation)

    return await _make(chosen, {}, said, output, (offer, prefer), dry_run, as_json, where, recipe)


async def words(
    operation: str,
    of: str,
    *said: Fields,
    offer: WhichOffer = None,
    prefer: Preferred = "price",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Ask for words: `gesso words enhance "a lighthouse"`, `gesso words restyle "a lighthouse" tone=dreamy`,
    `gesso words translate "ein Turm"`, `gesso words weigh "a street"`, `gesso words describe photo.jpg`.

    Parameters
    ----------
    operation
        What is to be done: the end of its name, as `gesso operations` lists them.
    of
        The prompt, or the picture: an asset's id or a file, which is uploaded first.
    """
    given: dict[str, Any] = {}

    def chosen(found: Sequence["Operation"]) -> "Operation":
        writes = [each for each in found if each.makes == "text" and each.offers]
        one = named(writes, operation)
        inputs = fields.of(each.input for each in one.offers)
        asked = next(field.name for field in inputs.values() if field.required)
        given.update(fields.parse(inputs, [f"{asked}={of}"]))
        return one

    return await _make(chosen, given, said, None, (offer, prefer), dry_run, as_json, where)


async def operations(operation: str | None = None, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """List what the studio can do; or the fields of one operation.

    Parameters
    ----------
    operation
        The one whose fields and offers are wanted.
    """
    async with client(where) as gesso:
        found = await gesso.operations()
    if operation is None:
        if as_json:
            say.as_json([each.raw for each in found])
            return
        rows = [(each.op, each.title, ", ".join(offer.id for offer in each.offers) or "–") for each in found]
        say.table(("Operation", "", "Offers"), rows)
        return
    one = named(found, operation)
    if as_json:
        say.as_json(one.raw)
        return
    say.note(f"{one.op}: {one.description or one.title}")
    inputs = fields.of(offer.input for offer in one.offers)
    say.table(
        ("Field", "Value", "Default", ""),
        [(field.name, field.kind, _default(field), field.description) for field in inputs.values()],
    )
    say.note("Offers:")
    say.table(("", ""), [(offer.id, offer.title) for offer in one.offers])


async def _make(
    choose: "Callable[[Sequence[Operation]], Operation]",
    given: Mapping[str, Any],
    said: Sequence[str],
    output: str | None,
    wish: tuple[str | None, Literal["price", "quality", "speed"]],
    dry_run: bool,
    as_json: bool,
    where: Where,
    recipe: bool = True,
) -> int:
    """From what was typed to files: the input is read, priced, shown, bought, watched, saved."""
    offer, prefer = wish
    async with client(where, work=not dry_run) as gesso:
        operation = choose(await gesso.operations())
        schemas = [each.input for each in operation.offers if offer in (None, each.id)]
        if not schemas:
            offered = ", ".join(each.id for each in operation.offers) or "nobody here"
            raise NotFound(f"“{offer}” does not offer {operation.op}. Offers: {offered}.")
        input = {**given, **fields.parse(fields.of(schemas), said)}
        if dry_run:
            estimate = await gesso.estimate(
                operation.op, fields.replaced(input, lambda _: NOWHERE), offer, prefer=prefer
            )
            _show(estimate, as_json)
            return ends.OK
        target = Target.of(output, makes=operation.makes) if output is not None else None
        # Priced before anything is uploaded: what will not be accepted shall leave no trace.
        estimate = await gesso.estimate(operation.op, fields.replaced(input, lambda _: NOWHERE), offer, prefer=prefer)
        if not as_json:
            say.note(_price(estimate))
        uploaded = {path: (await gesso.assets.add(path)).id for path in sorted(fields.files(input))}
        input = fields.replaced(input, uploaded.__getitem__)
        if estimate.price is None:
            # It depends on how long a file is: nothing is bought whose price was not shown.
            estimate = await gesso.estimate(operation.op, input, estimate.offer)
            if not as_json:
                say.note(_price(estimate))
        # By the offer whose price was shown, and by no other.
        promised = await gesso.submit(operation.op, input, offer=estimate.offer)
        ended = await _watch(gesso, promised, shown=not as_json)
        try:
            saved = await target.save(gesso, ended.outputs, recipe=recipe) if target is not None else []
        except OSError as error:
            kept = " ".join(asset.id for asset in ended.outputs)
            raise Failed(
                f"It was made and is in the library ({kept}), but could not be saved: {error.strerror}. "
                "`gesso assets get ID -o FILE` saves it elsewhere."
            ) from None
    if as_json:
        files = {"files": [str(path) for path in saved]} if target is not None else {}
        say.as_json({**ended.raw, **files})
    else:
        _told(ended)
        _answer(ended)
        for line in map(str, saved) if target is not None else (asset.id for asset in ended.outputs):
            say.result(line)
    return _end(ended)


async def _watch(gesso: "Client", run: "Run", *, shown: bool) -> "Run":
    """The run at its end. Interrupted, it is stopped, and what it did not deliver is not charged."""
    try:
        with say.progress(shown=shown) as follow:
            return await gesso.wait(run.id, on_progress=follow)
    except asyncio.CancelledError:
        stopping = await gesso.cancel(run.id)
        say.note("Stopping the run ...")
        ended = stopping if stopping.over else await gesso.wait(run.id)
        say.note(f"The run was {ended.state}. Charged: {say.amount(ended.spent)}.")
        if ended.outputs:
            say.note(f"In the library: {len(ended.outputs)} of {ended.expected}.")
        raise


def from_words(found: Sequence["Operation"]) -> "Operation":
    """The operation that makes pictures from a prompt."""
    for operation in found:
        inputs = fields.of(offer.input for offer in operation.offers)
        if operation.capability == "create" and operation.makes == "image" and "prompt" in inputs:
            return operation
    raise NotFound("Nobody here makes pictures from words.")


def named(found: Sequence["Operation"], name: str) -> "Operation":
    """By its whole name, or by its last part where that says which."""
    exact = [each for each in found if each.op == name]
    fitting = exact or [each for each in found if each.op.rpartition(".")[2] == name.replace("-", "_")]
    if len(fitting) != 1:
        raise NotFound(f"There is no operation “{name}”. Operations: {', '.join(sorted(each.op for each in found))}.")
    return fitting[0]


def _size(text: str) -> tuple[int, int]:
    parts = re.fullmatch(r"(\d{1,6})\s*[xX×*]\s*(\d{1,6})", text.strip())
    if parts is None:
        raise Invalid(f"“{text}” is no size. Write width and height in pixels: 1024x768.")
    return int(parts[1]), int(parts[2])


def _show(estimate: "Estimate", as_json: bool) -> None:
    if as_json:
        say.as_json(estimate.raw)
        return
    say.result(_price(estimate))
    _reading(estimate.understood, estimate.ignored)
    if estimate.style in WORN:
        say.note(WORN[estimate.style])


def _price(estimate: "Estimate") -> str:
    facts = f"{estimate.offer}: {say.price(estimate.price)}, about {say.duration(estimate.seconds)}"
    return f"{facts}. {' '.join(estimate.why)}" if estimate.why else facts


def _reading(understood: Sequence[str], ignored: Sequence[str]) -> None:
    """What the engine made of the words, also where that is not flattering."""
    if understood:
        say.note(f"Understood: {', '.join(understood)}")
    if ignored:
        say.note(f"Ignored: {', '.join(ignored)}")


def _told(run: "Run") -> None:
    if run.input.get("wording"):
        say.note(f"Drawn: {run.input['prompt']}")
    if run.input.get("negative_wording"):
        say.note(f"Drawn, to leave out: {run.input['negative_prompt']}")
    _reading(run.understood, run.ignored)
    for note in run.notes:
        say.note(note)


def _answer(run: "Run") -> None:
    """What was answered in words. Where it is the prompt itself in other words, a program reads that alone."""
    said = dict(run.answer or {})
    if "score" in said:
        say.score(said)
        return
    alone = next((said.pop(name) for name in [*said] if name in run.input), None)
    if alone is not None:
        say.result(str(alone))
        for name, value in said.items():
            say.note(f"{name}: {_listed(value)}")
    elif said:
        say.table(("", ""), [(name, _listed(value)) for name, value in said.items()])


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _end(run: "Run") -> int:
    """The exit code, and on stderr why a run did not succeed."""
    if run.state == "succeeded":
        return ends.OK
    error = run.error or {"title": f"The run was {run.state}", "message": ""}
    say.note(": ".join(filter(None, (error.get("title"), error.get("message")))))
    if run.state == "unknown":
        say.note(f"Its price stays reserved until somebody says whether it was charged (run {run.id}).")
    return ends.FAILED


def _default(field: fields.Field) -> str:
    if field.required:
        return "required"
    if field.default is None or field.default == "":
        return "–"
    return field.default if isinstance(field.default, str) else json.dumps(field.default)
