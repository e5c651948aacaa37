"""What may be wanted of a library, and what each filter leaves of it: one function for each, on its index's columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from gesso.library import query, search, synonyms, tagging
from gesso.library.index import Index, Mask
from gesso.library.query import Bounds, Term
from gesso.library.tables import Label, Purpose

Shape = Literal["landscape", "portrait", "square"]
Status = Literal["approved", "changes", "open"]

SQUARE: Final = 103
"""A picture is square when no side is longer than this many hundredths of the other."""
NEAR: Final = 0.02
"""Two ratios are the same when they are within this of each other."""
ANY_OF: Final = frozenset({"type", "studio", "op", "model", "format", "by", "status", "label", "ratio", "id"})
"""Of what an asset has one, several filters mean any of them; of the others all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which assets are asked for, and in which order. None does not narrow.

    `q` is as people type it (`library.query`). Of `ops` any may have made it; `since` and `until` (both included,
    UTC) are about when it came into the library; `min_side` is the shorter side in pixels; `uploads` says whether
    no operation made it; `status` is what was decided of it on a board, open where nothing was. Unless a `sort` is
    named, what is looked for by words comes the best first, and all else the newest. All of `tags` it keeps. In a
    `collection` the order is, `by_hand`, the one that people made; where stacks are `closed`, only their tops are
    there. `meaning` is met by other words for the same as well. `ranked` are these alone, in this order: what a
    search by look has found.
    """

    q: str | None = None
    meaning: str | None = None
    kind: str | None = None
    ops: tuple[str, ...] = ()
    favorite: bool | None = None
    reference: bool | None = None
    deleted: bool = False
    purpose: Purpose | None = "picture"
    shape: Shape | None = None
    since: datetime | None = None
    until: datetime | None = None
    min_side: int | None = None
    uploads: bool | None = None
    status: Status | None = None
    sort: Literal["best", "newest", "oldest"] | None = None
    collection: UUID | None = None
    by_hand: bool = False
    tags: tuple[str, ...] = ()
    label: Label | Literal["none"] | None = None
    stack: UUID | None = None
    closed: bool = False
    ranked: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up in the database for a question: the people of the team and its collections by name, and what
    the finders found."""

    people: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    collections: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    named: Sequence[UUID] | None = None
    """The assets in an order that is not of the index: a collection's own, or what a search by look has found."""
    found: Mapping[Term, Mapping[UUID, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Masks:
    """Which assets each field leaves; a field that is not there leaves all."""

    total: int
    by_field: dict[str, Mask] = field(default_factory=dict)

    def narrow(self, name: str, mask: Mask) -> None:
        known = self.by_field.get(name)
        self.by_field[name] = mask if known is None else known & mask

    def all(self, but: str | None = None) -> Mask:
        out = np.ones(self.total, bool)
        for name, mask in self.by_field.items():
            if name != but:
                out &= mask
        return out


def masks(index: Index, wanted: Wanted, terms: Iterable[Term], known: Known) -> Masks:
    """What is left by what is wanted and by the filters that were typed."""
    found = Masks(index.total)
    found.narrow("", ~index["erased"])
    told = list(terms)
    trash = wanted.deleted or any(
        term.field == "status" and not term.without and "trash" in term.value for term in told
    )
    found.narrow("", index["deleted"] if trash else ~index["deleted"])
    served = {name for term in told if term.field == "is" and not term.without for name in term.value}
    purposes = served & {"mask", "trial"} or ({wanted.purpose} if wanted.purpose else set())
    if purposes:
        found.narrow("", index.is_one_of("purpose", purposes))
    for name, mask in _named(index, wanted):
        found.narrow(name, mask)
    either: dict[str, Mask] = {}
    for term in told:
        mask = FILTERS[term.field](index, term.value, known) if term.field in FILTERS else _looked(index, term, known)
        if term.without:
            found.narrow(term.field, ~mask)
        elif term.field in ANY_OF:
            either[term.field] = either[term.field] | mask if term.field in either else mask
        else:
            found.narrow(term.field, mask)
    for name, mask in either.items():
        found.narrow(name, mask)
    return found


def _named(index: Index, wanted: Wanted) -> Iterator[tuple[str, Mask]]:
    """The filters that have a parameter of their own."""
    if wanted.meaning:
        yield "words", index.words.meaning(synonyms.meant(wanted.meaning), index.total)
    if wanted.kind:
        yield "type", index.is_one_of("kind", [wanted.kind])
    if wanted.ops:
        yield "op", index.is_one_of("op", wanted.ops)
    if wanted.uploads is not None:
        yield "op", (index["op"] == 0) == wanted.uploads
    if wanted.favorite is not None:
        yield "is", index["favorite"] == wanted.favorite
    if wanted.reference is not None:
        yield "is", index["reference"] == wanted.reference
    if wanted.status is not None:
        yield "review", index.is_one_of("review", [wanted.status.replace("open", "")])
    if wanted.shape:
        yield "ratio", shape(index, wanted.shape)
    if wanted.min_side is not None:
        yield "size", np.minimum(index["width"], index["height"]) >= wanted.min_side
    if wanted.since is not None:
        yield "date", index["created"] >= microseconds(wanted.since)
    if wanted.until is not None:
        yield "date", index["created"] <= microseconds(wanted.until)
    if wanted.collection is not None:
        yield "collection", index.collections.having([wanted.collection.hex], index.total)
    for tag in wanted.tags:
        yield "tag", index.tags.having([tagging.key(tag)], index.total)
    if wanted.label is not None:
        yield "label", index.is_one_of("label", [wanted.label.replace("none", "")])
    if wanted.stack is not None:
        yield "stack", index.is_one_of("stack", [wanted.stack.hex])
    if wanted.closed:
        yield "stack", _on_top(index)


def _on_top(index: Index) -> Mask:
    """Who lies on top of their stack, of those that are not in the trash; and who lies in none."""
    out = np.ones(index.total, bool)
    lying = np.flatnonzero(index["stack"] > 0)
    if len(lying):
        lying = lying[np.lexsort((index.place[lying], index["position"][lying], index["stack"][lying]))]
        stacks, counts = index["stack"][lying], ~index["deleted"][lying]
        above = np.cumsum(counts) - counts
        first = np.flatnonzero(np.concatenate([[True], stacks[1:] != stacks[:-1]]))
        lengths = np.diff(np.concatenate([first, [len(lying)]]))
        out[lying] = above == np.repeat(above[first], lengths)
    return out


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def shape(index: Index, name: str) -> Mask:
    wide = index["width"].astype(np.int64) * 100 > index["height"].astype(np.int64) * SQUARE
    tall = index["height"].astype(np.int64) * 100 > index["width"].astype(np.int64) * SQUARE
    return {"landscape": wide, "portrait": tall, "square": ~(wide | tall)}[name]


def within(numbers: NDArray[Any], bounds: Bounds) -> Mask:
    out = np.ones(len(numbers), bool)
    for sign, number in bounds:
        out &= _COMPARE[sign](numbers, number)
    return out


_COMPARE: Final[Mapping[str, Callable[[Any, float], Any]]] = {
    "=": lambda numbers, number: numbers == number,
    ">": lambda numbers, number: numbers > number,
    ">=": lambda numbers, number: numbers >= number,
    "<": lambda numbers, number: numbers < number,
    "<=": lambda numbers, number: numbers <= number,
}


def _type(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    return index.is_one_of("kind", value)


def _studio(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    return index.is_one_of("op", [op for op in index.values["op"] if query.studio(op) in value])


def _op(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    """By its whole name, or what stands after the dot."""
    wanted = {each.casefold() for each in value}
    return index.is_one_of("op", [op for op in index.values["op"] if op and {op, op.partition(".")[2]} & wanted])


def _model(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    wanted = [each.casefold() for each in value]
    offers = [offer for offer in index.values["offer"] if any(each in offer.casefold() for each in wanted)]
    return index.is_one_of("offer", offers)


def _format(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    wanted = {each.casefold().replace("jpg", "jpeg") for each in value}
    return index.is_one_of("type", [type for type in index.values["type"] if {type, type.rpartition("/")[2]} & wanted])


def _is(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    out = np.ones(index.total, bool)
    for name in value:
        out &= _STATES[name](index)
    return out


_STATES: Final[Mapping[str, Callable[[Index], Mask]]] = {
    "favourite": lambda index: index["favorite"],
    "reference": lambda index: index["reference"],
    "upload": lambda index: index["op"] == 0,
    "made": lambda index: index["op"] != 0,
    "version": lambda index: index["version"],
    "original": lambda index: ~index["version"],
    "mask": lambda index: index.is_one_of("purpose", ["mask"]),
    "trial": lambda index: index.is_one_of("purpose", ["trial"]),
    "rated": lambda index: index["rating"] > 0,
    "tagged": lambda index: index.tags.any(index.total),
    "collected": lambda index: index.collections.any(index.total),
    "labelled": lambda index: index["label"] > 0,
    "stacked": lambda index: index["stack"] > 0,
    "approved": lambda index: index.is_one_of("review", ["approved"]),
    "changes": lambda index: index.is_one_of("review", ["changes"]),
    "held": lambda index: index["held"],
}


def _status(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    """That of the run that made it."""
    if value == ("trash",):
        return index["deleted"]
    states = index.is_one_of("state", set(value) - {"uploaded", "trash"})
    return states | (index["op"] == 0) if "uploaded" in value else states


def _label(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    return index.is_one_of("label", [name.replace("none", "") for name in value])


def _tag(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    return index.tags.having(map(tagging.key, value), index.total)


def _collection(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    meant = [id.hex for name in value for id in known.collections.get(search.folded(name), ())]
    return index.collections.having(meant, index.total)


def _by(index: Index, value: tuple[str, ...], known: Known) -> Mask:
    return index.is_one_of("user", [id.hex for name in value for id in known.people.get(search.folded(name), ())])


def _rating(index: Index, value: Bounds, known: Known) -> Mask:
    return within(index["rating"], value)


def _after(index: Index, value: tuple[datetime, datetime], known: Known) -> Mask:
    return index["created"] >= microseconds(value[0])


def _before(index: Index, value: tuple[datetime, datetime], known: Known) -> Mask:
    return index["created"] < microseconds(value[0])


def _on(index: Index, value: tuple[datetime, datetime], known: Known) -> Mask:
    return (index["created"] >= microseconds(value[0])) & (index["created"] < microseconds(value[1]))


def _size(index: Index, value: tuple[str, Bounds], known: Known) -> Mask:
    what, bounds = value
    width, height = index["width"].astype(np.int64), index["height"].astype(np.int64)
    if what == "sides":
        exactly: Mask = (width == bounds[0][1]) & (height == bounds[1][1])
        return exactly
    measured = {"pixels": width * height, "side": np.minimum(width, height), "bytes": index["bytes"]}
    return within(measured[what], bounds)


def _width(index: Index, value: Bounds, known: Known) -> Mask:
    return within(index["width"], value)


def _height(index: Index, value: Bounds, known: Known) -> Mask:
    return within(index["height"], value)


def _ratio(index: Index, value: str | Bounds, known: Known) -> Mask:
    if isinstance(value, str):
        return shape(index, value)
    ratios = index["width"] / np.maximum(index["height"], 1)
    if value[0][0] == "=":
        near: Mask = np.abs(ratios - value[0][1]) <= NEAR * value[0][1]
        return near
    return within(ratios, value)


def _cost(index: Index, value: Bounds, known: Known) -> Mask:
    return within(index["cost"], value)


def _id(index: Index, value: str, known: Known) -> Mask:
    out = np.zeros(index.total, bool)
    out[index.begins(value)] = True
    return out


FILTERS: Final[Mapping[str, Callable[[Index, Any, Known], Mask]]] = {
    "type": _type,
    "studio": _studio,
    "op": _op,
    "model": _model,
    "format": _format,
    "is": _is,
    "status": _status,
    "label": _label,
    "tag": _tag,
    "collection": _collection,
    "by": _by,
    "rating": _rating,
    "after": _after,
    "before": _before,
    "on": _on,
    "size": _size,
    "width": _width,
    "height": _height,
    "ratio": _ratio,
    "cost": _cost,
    "id": _id,
}


def _looked(index: Index, term: Term, known: Known) -> Mask:
    return looked(index, term, known) > 0


def looked(index: Index, term: Term, known: Known) -> NDArray[np.int32]:
    """How well each asset fits what a finder looked for."""
    out = np.zeros(index.total, np.int32)
    for id, score in known.found.get(term, {}).items():
        if (slot := index.slots.get(id.bytes)) is not None:
            out[slot] = score
    return out
