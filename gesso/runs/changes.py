"""What differs between how two assets were made: the words, the settings, who made them, what that cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gesso.catalog import Catalog
from gesso.db import Work
from gesso.kit.errors import NotFound
from gesso.library import Asset
from gesso.ops import OPERATIONS
from gesso.runs.costs import costs
from gesso.runs.recall import of_asset

WHOLE: Final = {"op": "Made by", "offer": "Model", "cost": "Cost"}
"""What is told of a recipe beside its fields."""


@dataclass(frozen=True, slots=True)
class Change:
    """`name` is a field of the recipe, or `op`, `offer` or `cost` of the whole. None where one of them has none."""

    name: str
    title: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changes:
    """`known` says of the first and of the second whether anybody knows how it was made."""

    known: tuple[bool, bool]
    items: tuple[Change, ...]
    same: int
    """Settings that are alike."""


async def changes(work: Work, catalog: Catalog, before: Asset, after: Asset) -> Changes:
    one, other = await _told(work, before), await _told(work, after)
    if one is None or other is None:
        return Changes((one is not None, other is not None), (), 0)
    bears = await costs(work, [before, after])
    whole = [
        Change("op", WHOLE["op"], _op(one["op"]), _op(other["op"])),
        Change("offer", WHOLE["offer"], _offer(catalog, one), _offer(catalog, other)),
        Change("cost", WHOLE["cost"], bears[before.id].part, bears[after.id].part),
    ]
    first, second = one["input"], other["input"]
    kind = OPERATIONS.get(other["op"]) or OPERATIONS.get(one["op"])
    order = list(kind.model_fields) if kind is not None else []
    names = sorted({*first, *second}, key=lambda name: (order.index(name) if name in order else len(order), name))
    fields = [Change(name, _title(kind, name), first.get(name), second.get(name)) for name in names]
    every = [change for change in (*whole, *fields) if not _alike(change)]
    return Changes((True, True), tuple(every), len(names) - sum(1 for change in fields if not _alike(change)))


async def _told(work: Work, asset: Asset) -> Mapping[str, Any] | None:
    try:
        found = await of_asset(work, asset)
    except NotFound:
        return None
    return {"op": found.op, "offer": found.offer, "models": found.models, "input": dict(found.fields)}


def _alike(change: Change) -> bool:
    empty: tuple[Any, ...] = (None, "", [], {})
    return change.before == change.after or (change.before in empty and change.after in empty)


def _op(op: str | None) -> str | None:
    kind = OPERATIONS.get(op or "")
    return kind.title if kind is not None else op


def _offer(catalog: Catalog, told: Mapping[str, Any]) -> str | None:
    offer = catalog.offers.get(told["op"] or "", {}).get(told["offer"] or "")
    return offer.title if offer is not None else told["offer"] or next(iter(told["models"]), None)


def _title(kind: Any, name: str) -> str:
    field = kind.model_fields.get(name) if kind is not None else None
    return (field.title if field is not None else None) or name.replace("_", " ").capitalize()
