"""Which assets are meant: by what they are like, or by name. The one place where that becomes a list of ids."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Select, Subquery, Uuid, func, literal, select, type_coerce

from gesso import accounts
from gesso.db import Work
from gesso.library import filters, index, nested, search
from gesso.library.arranged import CollectionAsset
from gesso.library.filters import Known, Masks, Wanted
from gesso.library.index import Index
from gesso.library.query import FINDERS, Query, parse
from gesso.library.tables import Asset

A = TypeVar("A")

SHIFT: Final = 32


@dataclass(frozen=True, slots=True)
class Found:
    """What an index has found: its slots in the order of the list, and beside each the key that it is sorted by."""

    index: Index
    masks: Masks
    slots: NDArray[np.int64]
    keys: NDArray[np.int64]
    descending: bool
    ranked: bool
    named: Mapping[bytes, int] | None = None
    """The place of each id, in a list whose order is not of the index."""

    def after(self, cursor: str | None, limit: int) -> tuple[list[UUID], str | None]:
        """The ids of a page, and the cursor of the next one."""
        start = 0 if cursor is None else self._start(cursor)
        some = self.slots[start : start + limit]
        ids = [UUID(bytes=self.index.ids[slot]) for slot in some.tolist()]
        return ids, self._cursor(start + limit - 1) if start + limit < len(self.slots) else None

    def _cursor(self, at: int) -> str:
        """The id of an asset, and in a list by rank how well it fits: so the place is found again also when the asset
        has other words by then."""
        id = str(UUID(bytes=self.index.ids[int(self.slots[at])]))
        return f"{id}~{int(self.keys[at]) >> SHIFT}" if self.ranked else id

    def _start(self, cursor: str) -> int:
        id, _, told = cursor.partition("~")
        raw = UUID(id).bytes
        if self.named is not None:
            return int(np.searchsorted(self.keys, self.named.get(raw, len(self.named)), "right"))
        place = self.index.older(raw)
        score = (int(told) if told else self._score(raw)) if self.ranked else 0
        key = score << SHIFT | place
        if self.descending:
            return len(self.keys) - int(np.searchsorted(self.keys[::-1], key, "left"))
        # Of an id that is not here (any more) the place is that of the next younger one.
        return int(np.searchsorted(self.keys, key, "right" if raw in self.index.slots else "left"))

    def _score(self, raw: bytes) -> int:
        slot = self.index.slots.get(raw)
        if slot is None:
            return 0
        at = np.flatnonzero(self.slots == slot)
        return int(self.keys[at[0]]) >> SHIFT if len(at) else 0


async def find(work: Work, wanted: Wanted, answer: Callable[[Found], A]) -> A:
    """What `answer` makes of what is found, beside the event loop."""
    query = parse(wanted.q or "").checked()
    known = await _known(work, wanted, query)
    return await index.ask(work, lambda library: answer(_found(library, wanted, query, known)))


async def count(work: Work, every: Sequence[Wanted]) -> list[int]:
    """How many there are of each."""
    read = [(wanted, query := parse(wanted.q or "").checked(), await _known(work, wanted, query)) for wanted in every]
    return await index.ask(work, lambda library: [len(_found(library, *each).slots) for each in read])


def _found(library: Index, wanted: Wanted, query: Query, known: Known) -> Found:
    masks = filters.masks(library, wanted, query.terms, known)
    scores = np.zeros(library.total, np.int32)
    if query.asked != search.Asked():
        also = {word: library.begins(plain) for word in query.asked.words if (plain := search.ids(word))}
        scores = library.words.scores(query.asked, also, library.total)
        masks.narrow("words", scores > 0)
    for term in query.terms:
        if term.field in FINDERS and not term.without:
            scores = scores + filters.looked(library, term, known)
    ranks = query.asked.ranks or any(term.field in FINDERS and not term.without for term in query.terms)
    if known.named is not None:
        return _in_order(library, masks, known.named)
    sort = wanted.sort or ("best" if ranks else "newest")
    slots = library.by_time(masks.all())
    keys = library.place[slots]
    if sort == "best":
        keys = np.sort(scores[slots].astype(np.int64) << SHIFT | keys)
        slots = library.order[keys & ((1 << SHIFT) - 1)]
    if sort != "oldest":
        slots, keys = slots[::-1], keys[::-1]
    return Found(library, masks, slots, keys, sort != "oldest", sort == "best")


def _in_order(library: Index, masks: Masks, named: Sequence[UUID]) -> Found:
    places = {id.bytes: place for place, id in enumerate(named)}
    among = np.zeros(library.total, bool)
    pairs = [(place, library.slots[raw]) for raw, place in places.items() if raw in library.slots]
    keys, slots = np.array(pairs, np.int64).reshape(-1, 2).T
    among[slots] = True
    masks.narrow("", among)
    keep = masks.all()[slots]
    return Found(library, masks, slots[keep], keys[keep], descending=False, ranked=False, named=places)


async def _known(work: Work, wanted: Wanted, query: Query) -> Known:
    """Looks up what only the database knows."""
    named: Sequence[UUID] | None = wanted.ranked
    if named is None and wanted.collection is not None and wanted.by_hand:
        members = select(CollectionAsset.asset_id).where(CollectionAsset.collection_id == wanted.collection)
        ordered = members.order_by(CollectionAsset.position, CollectionAsset.asset_id)
        named = (await work.session.scalars(ordered)).all()
    fields = {term.field for term in query.terms}
    people: dict[str, list[UUID]] = {}
    if "by" in fields:
        for person, name, _ in await accounts.members(work.session, work.actor):
            people.setdefault(search.folded(name), []).append(person)
        people.setdefault("me", []).append(work.actor.user_id)
    collections = await nested.named(work) if "collection" in fields else {}
    found = {term: await FINDERS[term.field](work, term.value) for term in query.terms if term.field in FINDERS}
    return Known(people, collections, named, found)


@dataclass(frozen=True, slots=True)
class Selection:
    """What somebody has selected: the assets named in `among`, or all that are like that, but not those named in `but`.
    Whoever selects a hundred thousand names none of them."""

    among: Wanted | Collection[UUID]
    but: Collection[UUID] = ()

    async def query(self, work: Work) -> Select[Asset]:
        """Those that the actor may see, in the order in which they are wanted; of those that are named the newest
        first."""
        query = Asset.visible_to(work.actor)
        if isinstance(self.among, Wanted):
            found = await find(work, self.among, lambda found: [found.index.ids[slot] for slot in found.slots.tolist()])
            each = _each(work, found)
            query = query.join_from(Asset, each, Asset.id == each.c.id).order_by(each.c.place)
        else:
            query = query.where(Asset.id.in_(self.among)).order_by(Asset.id.desc())
        return query.where(Asset.id.not_in(self.but)) if self.but else query


def _each(work: Work, ids: list[bytes]) -> Subquery:
    """These ids and their places, of which there may be more than a statement takes parameters: so they are one."""
    if work.session.get_bind().dialect.name == "postgresql":
        listed = literal([UUID(bytes=id) for id in ids], ARRAY(Uuid()))
        rows = func.unnest(listed).table_valued("value", with_ordinality="key").render_derived()
    else:
        rows = func.json_each(json.dumps([id.hex() for id in ids])).table_valued("key", "value")
    return select(type_coerce(rows.c.value, Uuid()).label("id"), rows.c.key.label("place")).subquery()
