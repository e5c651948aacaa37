"""How many of what is found there are of each kind; and what may be typed next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np

from gesso import accounts
from gesso.db import Work
from gesso.kit.time import now
from gesso.library import nested, query, search
from gesso.library.filters import FILTERS, Known, Wanted
from gesso.library.index import Index, Mask, ask
from gesso.library.query import CHOICES, FINDERS, IS, LABELS, NAMES, Part, parse
from gesso.library.wanted import Found, find

MOST_VALUES: Final = 50
MONTHS: Final = 24
OFFERED: Final = 12
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "is": IS,
    "size": ("<1mp", ">=1mp", ">=4mp", ">=16mp"),
    "ratio": ("landscape", "portrait", "square", "16:9", "4:5", "9:16", "1:1"),
    "cost": ("free", "<0.05", ">=0.05"),
    "after": ("today", "7d", "30d", "1y"),
}
"""Values that are counted each by itself, since they overlap."""


@dataclass(frozen=True, slots=True)
class Value:
    """One of what a filter may ask for, as it is typed, and how many there are of it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    total: int
    fields: Mapping[str, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a query was read as; for each word that is nowhere what is looked for in its place; and what may stand where
    the cursor is, as it is typed."""

    parts: Sequence[Part]
    instead: Mapping[str, Sequence[str]]
    offered: Sequence[str]


async def facets(work: Work, wanted: Wanted) -> Facets:
    """Of each filter the values that what is wanted has, and how often. A filter that is set does not narrow its own
    values: so it shows what else could be chosen. (Tags and collections are chosen one with the other.)"""
    collections = await nested.wholes(work)
    people = {id: name for id, name, _ in await accounts.members(work.session, work.actor)}
    return await find(work, wanted, lambda found: _counted(found, collections, people))


def _counted(found: Found, collections: Mapping[str, Sequence[UUID]], people: Mapping[UUID, str]) -> Facets:
    index, masks = found.index, found.masks
    fields: dict[str, list[Value]] = {}
    for name, count in _COUNTS.items():
        fields[name] = [Value(value, many) for value, many in count(index, masks.all(but=name)) if many]
    moment, nothing = now(), Known()
    for name, values in STEPS.items():
        mask = masks.all(but=name)
        for value in values:
            meant = query.FIELDS[name](value, moment)
            many = int(np.count_nonzero(mask & FILTERS[name](index, meant, nothing)))
            if many:
                fields.setdefault(name, []).append(Value(value, many))
    mask = masks.all()
    fields["tag"] = _most((index.shown[key], many) for key, many in index.tags.counted(mask).items())
    direct = index.collections.counted(mask)
    fields["collection"] = _most(
        (name, many)
        for name, ids in collections.items()
        if (many := direct.get(ids[0].hex, 0) if len(ids) == 1 else _within(index, ids, mask))
    )
    fields["by"] = _most(
        (people[id], many)
        for each, many in _of(index, masks.all(but="by"), "user")
        if each and (id := UUID(each)) in people
    )
    return Facets(len(found.slots), fields)


def _within(index: Index, collections: Sequence[UUID], mask: Mask) -> int:
    return int(np.count_nonzero(mask & index.collections.having([id.hex for id in collections], index.total)))


def _most(values: Iterator[tuple[str, int]]) -> list[Value]:
    ordered = sorted(values, key=lambda each: (-each[1], each[0]))
    return [Value(value, many) for value, many in ordered[:MOST_VALUES]]


def _of(index: Index, mask: Mask, name: str) -> list[tuple[str, int]]:
    """Each value that a column has within the mask, the most frequent first."""
    many = np.bincount(index[name][mask], minlength=len(index.values[name]))
    found = [(index.values[name][code], int(many[code])) for code in np.flatnonzero(many)]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def _studios(index: Index, mask: Mask) -> Iterator[tuple[str, int]]:
    sums: dict[str, int] = {}
    for op, many in _of(index, mask, "op"):
        sums[query.studio(op)] = sums.get(query.studio(op), 0) + many
    yield from sorted(sums.items(), key=lambda each: (-each[1], each[0]))


def _ratings(index: Index, mask: Mask) -> Iterator[tuple[str, int]]:
    many = np.bincount(index["rating"][mask], minlength=6)
    yield from ((str(rating) if rating else "none", int(many[rating])) for rating in (5, 4, 3, 2, 1, 0))


def _labels(index: Index, mask: Mask) -> Iterator[tuple[str, int]]:
    known = dict(_of(index, mask, "label"))
    yield from ((name, known.get(name.replace("none", ""), 0)) for name in LABELS)


def _states(index: Index, mask: Mask) -> Iterator[tuple[str, int]]:
    yield from (each for each in _of(index, mask, "state") if each[0])
    yield "uploaded", int(np.count_nonzero(mask & (index["op"] == 0)))


def _months(index: Index, mask: Mask) -> Iterator[tuple[str, int]]:
    months = index["created"][mask].view("datetime64[us]").astype("datetime64[M]")
    if len(months):
        first = months.min()
        many = np.bincount((months - first).astype(np.int64))
        for step in [int(each) for each in np.flatnonzero(many)][: -MONTHS - 1 : -1]:
            yield str(first + np.timedelta64(step, "M")), int(many[step])


def _formats(index: Index, mask: Mask) -> Iterator[tuple[str, int]]:
    yield from ((type.rpartition("/")[2], many) for type, many in _of(index, mask, "type"))


_COUNTS: Final[Mapping[str, Callable[[Index, Mask], Iterator[tuple[str, int]]]]] = {
    "type": lambda index, mask: iter(_of(index, mask, "kind")),
    "studio": _studios,
    "op": lambda index, mask: (each for each in _of(index, mask, "op") if each[0]),
    "model": lambda index, mask: (each for each in _of(index, mask, "offer")[: MOST_VALUES + 1] if each[0]),
    "format": _formats,
    "status": _states,
    "rating": _ratings,
    "label": _labels,
    "on": _months,
}


async def reading(work: Work, text: str, at: int | None = None) -> Reading:
    """What a query is read as. With `at`, the place of the cursor, also what may stand there."""
    told = parse(text)
    people = [name for _, name, _ in await accounts.members(work.session, work.actor)]
    titles = list(await nested.wholes(work))
    here = next((part for part in told.parts if at is not None and part.start < at <= part.end), None)

    def answer(index: Index) -> Reading:
        instead = {word: near for word in told.asked.words if (near := index.words.near(word))}
        offered = list(_offered(index, here, people, titles)) if here else []
        return Reading(told.parts, instead, offered[:OFFERED])

    return await ask(work, answer)


def _offered(index: Index, part: Part, people: Sequence[str], titles: Sequence[str]) -> Iterator[str]:
    sign = "-" if part.without else ""
    begun = search.folded(part.value)
    if part.field is None:
        names = [*query.FIELDS, *FINDERS]
        yield from (f"{sign}{name}:" for name in names if not part.phrase and name.startswith(begun))
        yield from (f"{sign}{name}:" for word, name in NAMES.items() if word != name and word == begun)
        return
    everyone = ~index["erased"] & ~index["deleted"]
    values: Mapping[str, Callable[[], Sequence[str]]] = {
        "tag": lambda: [index.shown[key] for key, _ in _sorted(index.tags.counted(everyone))],
        "collection": lambda: sorted(titles),
        "by": lambda: ["me", *people],
        "op": lambda: [op for op, _ in _of(index, everyone, "op") if op],
        "model": lambda: [offer for offer, _ in _of(index, everyone, "offer") if offer],
        "format": lambda: [type for type, _ in _formats(index, everyone)],
    }
    of = values[part.field]() if part.field in values else CHOICES.get(part.field, ())
    firsts = [value for value in of if search.folded(value).startswith(begun)]
    others = [value for value in of if begun in search.folded(value) and value not in firsts]
    yield from (sign + query.written(part.field, value) for value in (*firsts, *others))


def _sorted(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))
