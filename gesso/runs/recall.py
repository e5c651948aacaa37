"""Recipes on their way: what a file is told when it leaves, and what of a recipe that comes in has a place here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from pydantic import ValidationError

from gesso import library
from gesso.catalog import Catalog, Offer, plain
from gesso.db import Work
from gesso.imaging import recipes
from gesso.imaging.recipes import Recipe
from gesso.kit.errors import NotFound
from gesso.library import Asset
from gesso.ops import OPERATIONS
from gesso.runs.pipeline import get

SHA: Final = "sha256:"
"""Begins what stands for a picture in a recipe: its bytes are known everywhere, its id only here."""
NO_FIELD: Final = "There is no such field here."
NO_PICTURE: Final = "This picture is not in your library."
NO_MODEL: Final = "This model is not here."
NO_OPERATION: Final = "This is not offered here."


@dataclass(frozen=True, slots=True)
class Left:
    """What was not taken over, and why."""

    name: str
    value: Any
    why: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """A recipe as a form takes it: `input` fits `op` by `offer`, or by any where that is None. `also` was found in it
    and has no place in any form."""

    source: str
    op: str
    offer: str | None
    input: Mapping[str, Any]
    left: tuple[Left, ...]
    models: tuple[str, ...]
    also: Mapping[str, str]


async def inscription(work: Work, asset: Asset) -> str | None:
    """The recipe that travels in the asset's file: what was asked for, by whom it was done, the pictures that it was
    made from by their bytes alone. None for what was not made here, and for a file that has the size that was asked
    for: it leaves as it is."""
    if asset.run_id is None:
        return None
    run = await get(work, asset.run_id)
    if (kind := OPERATIONS.get(run.op)) is not None and kind.capability == "export":
        return None
    parents = (await library.lineage(work, [asset.id]))[asset.id].parents
    named = {str(parent.id): SHA + parent.sha256 for parent in await library.several(work, parents)}
    input = {name: _replaced(value, named) for name, value in _of_this(asset, run.request).items()}
    made = run.created_at.date().isoformat()
    return recipes.written(run.op, run.offer, input, version=version("gesso"), made=made)


async def of_asset(work: Work, asset: Asset) -> Recipe:
    """How it was made here, or what its file said when it came. NotFound where nobody knows."""
    if asset.run_id is not None:
        run = await get(work, asset.run_id)
        return Recipe("gesso", _of_this(asset, run.request), op=run.op, offer=run.offer)
    if found := asset.facts.get("recipe"):
        return Recipe.of(found)
    raise NotFound("This picture does not say how it was made.")


async def recall(
    work: Work, catalog: Catalog, found: Recipe, *, op: str | None = None, offer: str | None = None
) -> Recalled:
    """What of the recipe has a field here. `op` and `offer` are what stands in the form now: they stay, where the
    recipe names none that is here."""
    left: list[Left] = []
    offers = catalog.offers
    wanted = found.op if offers.get(found.op) else op if op is not None and offers.get(op) else _makes(offers)
    if found.op and found.op != wanted:
        left.append(Left("operation", found.op, NO_OPERATION))
    by = _by(offers[wanted], found)
    if by is None:
        left += [Left("model", model, NO_MODEL) for model in (found.models or filter(None, [found.offer]))]
    shown = by or offers[wanted].get(offer or "") or min(offers[wanted].values(), key=_order)
    hashes = {text.removeprefix(SHA) for text in _texts(found.fields) if text.startswith(SHA)}
    known = {SHA + sha: str(id) for sha, id in (await library.by_bytes(work, hashes)).items()}
    input: dict[str, Any] = {}
    for name, value in found.fields.items():
        if name not in shown.request.model_fields:
            left.append(Left(name, value, NO_FIELD))
            continue
        here = _replaced(value, known)
        if any(text.startswith(SHA) for text in _texts(here)):
            left.append(Left(name, value, NO_PICTURE))
        else:
            input[name] = here
    return Recalled(
        found.source,
        wanted,
        by.id if by is not None else None,
        input,
        (*left, *misfits(shown, input)),
        found.models,
        found.also,
    )


def _of_this(asset: Asset, request: Mapping[str, Any]) -> dict[str, Any]:
    """The request, narrowed to this one of its pictures."""
    seed = asset.facts.get("seed")
    if not isinstance(seed, int) or "seed" not in request:
        return dict(request)
    return {**request, "seed": seed} | ({"count": 1} if "count" in request else {})


def misfits(offer: Offer[Any], input: dict[str, Any]) -> Iterator[Left]:
    """Takes out of the input what the offer does not take, until all of it fits. What is lacking is no fault."""
    while True:
        try:
            offer.request.model_validate(input)
            return
        except ValidationError as error:
            wrong = {
                str(fault["loc"][0]): plain(fault["msg"])
                for fault in error.errors(include_url=False, include_input=False, include_context=False)
                if fault["loc"] and fault["loc"][0] in input
            }
        if not wrong:
            return
        for name, why in wrong.items():
            yield Left(name, input.pop(name), why)


def _by(offers: Mapping[str, Offer[Any]], found: Recipe) -> Offer[Any] | None:
    """Who has done it, or has the model that did."""
    if found.offer in offers:
        return offers[found.offer]
    names = {_name(model) for model in found.models} - {""}
    return next((offer for offer in offers.values() if {_name(offer.model), _name(offer.title)} & names), None)


def _name(model: str) -> str:
    """A model's name without its folder, its file's ending and its signs."""
    stem = model.replace("\\", "/").rpartition("/")[2].lower()
    for ending in (".safetensors", ".ckpt", ".gguf", ".sft"):
        stem = stem.removesuffix(ending)
    return "".join(letter for letter in stem if letter.isalnum())


def _makes(offers: Mapping[str, Mapping[str, Offer[Any]]]) -> str:
    """The operation that makes pictures from words: with it the studio opens."""
    makers = [
        kind
        for op, kind in OPERATIONS.items()
        if (kind.capability, kind.makes) == ("create", "image") and "prompt" in kind.model_fields and offers.get(op)
    ]
    if not makers:
        raise NotFound("Nobody here makes pictures from words.")
    return min(makers, key=lambda kind: (kind.rank, kind.title)).op


def _order(offer: Offer[Any]) -> tuple[bool, int, int, str]:
    """As in the list of operations, whose first one's form is shown."""
    price = offer.typical()
    return price is None, price or 0, offer.rank, offer.id


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            yield from _all(value.values())
        case list() | tuple():
            yield from _all(value)


def _all(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        yield from _texts(value)


def _replaced(value: Any, by: Mapping[str, str]) -> Any:
    match value:
        case str():
            return by.get(value, value)
        case Mapping():
            return {name: _replaced(each, by) for name, each in value.items()}
        case list() | tuple():
            return [_replaced(each, by) for each in value]
    return value
