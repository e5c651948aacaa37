"""All that lists, filters, counts and searches of a team's library go by, held in memory as columns.

A question about 200,000 assets (which of them, in which order, how many of each kind) is answered from columns in a few
milliseconds, by the same lines on both databases; the assets of a page are then read by their ids. The database stays
the truth: triggers (migration 0019) write into `asset_touched` whose row, tags, collections or run were changed, in the
transaction that changes them, and before each answer those are read anew.
"""

import asyncio
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    String,
    Uuid,
    cast,
    column,
    func,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy import (
    Index as DatabaseIndex,
)
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Database, Table, Work
from gesso.library import search
from gesso.library.arranged import AssetTag, CollectionAsset
from gesso.library.ratio import coded
from gesso.library.tables import Asset

A = TypeVar("A")
Mask = NDArray[np.bool_]

KINDS: Final = ("image", "video", "audio", "mesh", "text")
PURPOSES: Final = ("picture", "mask", "trial")
FEW: Final = 500
"""So many that were touched are named to the database; more are joined."""
LATELY: Final = 1_000
"""So many of the newest assets say which teams are busy."""
TEAMS: Final = 16
"""Libraries that are held at once."""

NUMBERS: Final = {
    "created": np.int64,
    "width": np.int32,
    "height": np.int32,
    "bytes": np.int64,
    "cost": np.int64,
    "rating": np.uint8,
    "favorite": np.bool_,
    "reference": np.bool_,
    "deleted": np.bool_,
    "erased": np.bool_,
    "version": np.bool_,
    "held": np.bool_,
    "position": np.int64,
    "ratio": np.uint8,
    "first": np.uint64,
    "rest": np.uint64,
    "text": np.int64,
}
CODED: Final = ("kind", "purpose", "type", "op", "offer", "state", "user", "label", "stack", "review")
"""What is one of a few: the columns hold its number in `Index.values`."""

_run = table("run", *map(column, ("id", "offer", "state", "spent", "expected")))


class Touched(Table):
    """That something an asset is found by was changed. Written by triggers alone; `at` is the number of the change on
    SQLite, which has one writer, and that of the transaction on PostgreSQL."""

    __tablename__ = "asset_touched"
    __table_args__ = (DatabaseIndex(None, "team_id", "at"),)

    asset_id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID]
    at: Mapped[int] = mapped_column(BigInteger)


class Index:
    """The library of one team. An asset has a slot, which it keeps; its id says its place in time."""

    def __init__(self, team_id: UUID) -> None:
        self.team_id = team_id
        self.total = 0
        self.ids: list[bytes] = []
        self.slots: dict[bytes, int] = {}
        self.values: dict[str, list[str]] = {name: [""] for name in CODED}
        self.words = search.Words()
        self.tags = Pairs()
        self.collections = Pairs()
        self.shown: dict[str, str] = {}
        """By its key each tag as it is written."""
        self._codes: dict[str, dict[str, int]] = {name: {"": 0} for name in CODED}
        self._columns: dict[str, NDArray[Any]] = {name: np.zeros(0, kind) for name, kind in NUMBERS.items()}
        self._columns |= {name: np.zeros(0, np.int32) for name in CODED}
        self._order: NDArray[np.int64] | None = None
        self._place: NDArray[np.int64] | None = None
        self._floor: int | None = None
        self._applied: dict[bytes, int] = {}
        self._sorted = True

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name][: self.total]

    def is_one_of(self, name: str, values: Iterable[str]) -> Mask:
        codes = [code for value in values if (code := self._codes[name].get(value)) is not None]
        return np.isin(self[name], codes)

    @property
    def place(self) -> NDArray[np.int64]:
        """Of each slot: how many assets are older."""
        if self._place is None:
            if self._sorted:
                self._order = self._place = np.arange(self.total, dtype=np.int64)
            else:
                self._order = np.lexsort((self["rest"], self["first"])).astype(np.int64)
                self._place = np.empty(self.total, np.int64)
                self._place[self._order] = np.arange(self.total)
        return self._place

    @property
    def order(self) -> NDArray[np.int64]:
        """The slots by time."""
        _ = self.place
        assert self._order is not None
        return self._order

    def by_time(self, mask: Mask) -> NDArray[np.int64]:
        """The slots of a mask, the oldest first."""
        found = np.flatnonzero(mask)
        return found if self._sorted else self.order[np.sort(self.place[found])]

    def older(self, id: bytes) -> int:
        """How many assets are older than that id."""
        first, rest = (np.uint64(int.from_bytes(half)) for half in (id[:8], id[8:]))
        same = self["first"] == first
        return int(np.count_nonzero((self["first"] < first) | (same & (self["rest"] < rest))))

    def begins(self, plain: str) -> NDArray[np.intp]:
        """The slots whose ids begin so (hexadecimal, without dashes)."""
        low, high = (int(plain[:16].ljust(16, fill), 16) for fill in "0f")
        found = np.flatnonzero((self["first"] >= np.uint64(low)) & (self["first"] <= np.uint64(high)))
        if len(plain) > 16:
            return np.array([slot for slot in found if self.ids[slot].hex().startswith(plain)], np.intp)
        return found

    # -- kept like the database

    def refresh(self, database: Database) -> None:
        """Reads what was changed since the last time; all of it the first time."""
        levels = {} if database.on_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with database.aside.connect().execution_options(reads=True, **levels) as connection, connection.begin():
            self._read(connection)

    def _read(self, connection: Connection) -> None:
        ours = Touched.team_id == self.team_id
        if connection.dialect.name == "sqlite":
            floor = connection.scalar(select(func.max(Touched.at)).where(ours)) or 0
            since = ours & (Touched.at > (self._floor or 0))
        else:
            low, high = connection.execute(_SNAPSHOT).one()
            # What was still open when we last looked has a number from the floor on. Those from the snapshot's end on
            # are of another server, whose numbers were higher: a copy of its tables was laid in here.
            floor, since = low, ours & (Touched.at >= (self._floor or 0)) & (Touched.at < high)
        if self._floor is None:
            self._take(connection, None)
        else:
            touched = connection.execute(select(_raw(Touched.asset_id), Touched.at).where(since)).all()
            news = {_bytes(id): at for id, at in touched}
            fresh = [id for id, at in news.items() if self._applied.get(id) != at]
            if fresh:
                named = [UUID(bytes=id) for id in fresh] if len(fresh) <= FEW else None
                which = select(Touched.asset_id).where(since)
                self._take(connection, lambda id: id.in_(named if named is not None else which))
            self._applied = {} if connection.dialect.name == "sqlite" else news
        self._floor = floor

    def _take(self, connection: Connection, which: Callable[[ColumnElement[UUID]], ColumnElement[bool]] | None) -> None:
        """Reads these assets, or all, with their runs, tags and collections."""

        def condition(id: Any) -> list[ColumnElement[bool]]:
            return [which(id)] if which else []

        assets = _assets(connection.dialect.name).where(Asset.team_id == self.team_id, *condition(Asset.id))
        rows = connection.execute(assets.order_by(Asset.id)).all()
        if not rows:
            return
        slots = self._slots([_bytes(row[0]) for row in rows])
        self._fill(slots, rows)
        tags = self._tagged(connection, slots, condition)
        self._say(slots, rows, tags)

    def _slots(self, ids: Sequence[bytes]) -> NDArray[np.int64]:
        """A slot for each, old or new."""
        before = self.total
        known = self.slots
        for id in ids:
            if id not in known:
                known[id] = len(self.ids)
                if self.ids and id < self.ids[-1]:
                    self._sorted = False
                self.ids.append(id)
        self.total = len(self.ids)
        if self.total > before:
            self._place = self._order = None
            for name, values in self._columns.items():
                if len(values) < self.total:
                    grown = np.zeros(max(self.total, len(values) + len(values) // 4), values.dtype)
                    grown[: len(values)] = values
                    self._columns[name] = grown
            pairs = np.frombuffer(b"".join(self.ids[before:]), ">u8").reshape(-1, 2)
            self["first"][before:], self["rest"][before:] = pairs[:, 0], pairs[:, 1]
        return np.fromiter((known[id] for id in ids), np.int64, len(ids))

    def _fill(self, slots: NDArray[np.int64], rows: Sequence[Row[Any]]) -> None:
        told = dict(zip(_NAMES, zip(*rows, strict=True), strict=True))
        created = told["created"]
        moments = np.array(created, "datetime64[us]") if isinstance(created[0], str) else np.array(created, np.int64)
        self["created"][slots] = moments.astype(np.int64)
        for name in (
            "width",
            "height",
            "bytes",
            "rating",
            "favorite",
            "reference",
            "deleted",
            "erased",
            "version",
            "held",
            "position",
        ):
            self[name][slots] = np.array(told[name], np.int64)
        expected = np.maximum(np.array(told["expected"], np.int64), 1)
        self["cost"][slots] = np.array(told["spent"], np.int64) // expected
        sides = (np.array(told[name], np.float64) for name in ("width", "height"))
        self["ratio"][slots] = coded(*sides)
        for name in CODED:
            codes = self._codes[name]
            values = map(_hex, told[name]) if name in ("user", "stack") else told[name]
            numbers = [codes.setdefault(value or "", len(codes)) for value in values]
            self.values[name] += list(codes)[len(self.values[name]) :]
            self[name][slots] = np.array(numbers, np.int32)

    def _tagged(self, connection: Connection, slots: NDArray[np.int64], condition: Any) -> dict[int, list[str]]:
        """The tags and the collections of these slots; what each tag is written as."""
        kept = select(_raw(AssetTag.asset_id), AssetTag.key, AssetTag.tag).where(
            AssetTag.team_id == self.team_id, AssetTag.state == "kept", *condition(AssetTag.asset_id)
        )
        rows = connection.execute(kept.order_by(AssetTag.asset_id, AssetTag.key)).all()
        known = self.slots
        placed = [(known[_bytes(id)], key) for id, key, _ in rows]
        self.tags.take(slots, placed, self.total)
        self.shown |= {key: tag for _, key, tag in rows}
        tags: dict[int, list[str]] = {}
        for slot, key in placed:
            tags.setdefault(slot, []).append(key)
        # By the assets of the team, since a membership itself does not name it.
        ours = Asset.team_id == self.team_id
        members = (
            select(_raw(CollectionAsset.asset_id), _raw(CollectionAsset.collection_id))
            .join(Asset, Asset.id == CollectionAsset.asset_id)
            .where(ours, *condition(CollectionAsset.asset_id))
        )
        pairs = connection.execute(members).all()
        self.collections.take(slots, [(known[_bytes(id)], _hex(collection)) for id, collection in pairs], self.total)
        return tags

    def _say(self, slots: NDArray[np.int64], rows: Sequence[Row[Any]], tags: Mapping[int, list[str]]) -> None:
        """What each is found by; who is found by the same as before is left as it is."""
        title, words, offer = (_NAMES.index(name) for name in ("title", "words", "offer"))
        texts: dict[int, search.Text] = {}
        signs = array("q")
        for slot, row in zip(slots.tolist(), rows, strict=True):
            many = len(row[title].split())
            said = row[words].split(None, many)
            rest = said.pop() if len(said) > many else ""
            text: search.Text = ((search.TITLE, " ".join(said)), (search.SAID, rest))
            if slot in tags:
                text = (*text, (search.TAG, " | ".join(tags[slot])))
            if row[offer]:
                text = (*text, (search.MADE_BY, row[offer].casefold()))
            texts[slot] = text
            signs.append(hash(text))
        new = np.frombuffer(signs, np.int64)
        same = self["text"][slots] == new
        self["text"][slots] = new
        changed = {slot: texts[slot] for slot in slots[~same].tolist()}
        if changed:
            self.words.take(changed, self.total)


class Pairs:
    """Which assets have which of many: the slots beside what each has, by number."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.codes: dict[str, int] = {}
        self.slots: NDArray[np.int32] = np.zeros(0, np.int32)
        self.which: NDArray[np.int32] = np.zeros(0, np.int32)

    def take(self, slots: NDArray[np.int64], pairs: Iterable[tuple[int, str]], total: int) -> None:
        """These slots have these now, and no others."""
        if len(self.slots):
            gone = np.zeros(total, bool)
            gone[slots] = True
            keep = ~gone[self.slots]
            self.slots, self.which = self.slots[keep], self.which[keep]
        codes = self.codes
        listed = [(slot, codes.setdefault(name, len(codes))) for slot, name in pairs]
        self.names += list(codes)[len(self.names) :]
        if listed:
            more = np.array(listed, np.int32)
            self.slots = np.concatenate([self.slots, more[:, 0]])
            self.which = np.concatenate([self.which, more[:, 1]])

    def having(self, names: Iterable[str], total: int) -> Mask:
        """Who has any of these."""
        found = np.zeros(total, bool)
        for name in names:
            if (code := self.codes.get(name)) is not None:
                found[self.slots[self.which == code]] = True
        return found

    def any(self, total: int) -> Mask:
        found = np.zeros(total, bool)
        found[self.slots] = True
        return found

    def counted(self, mask: Mask) -> dict[str, int]:
        """How many of those in the mask have each."""
        many = np.bincount(self.which[mask[self.slots]], minlength=len(self.names))
        return {self.names[code]: int(many[code]) for code in np.flatnonzero(many)}


# -- one for each team that asks


@dataclass(slots=True)
class _Held:
    index: Index
    turn: asyncio.Lock
    alone: threading.Lock

    def refresh(self, database: Database) -> None:
        """Anew where it has become many pieces, and where a reading broke off in its midst."""
        try:
            if self.index.words.crowded:
                self.index = Index(self.index.team_id)
            self.index.refresh(database)
        except BaseException:
            self.index = Index(self.index.team_id)
            raise


_libraries: WeakKeyDictionary[Database, dict[UUID, _Held]] = WeakKeyDictionary()


async def ask(work: Work, question: Callable[[Index], A]) -> A:
    """What the index of the actor's team answers, beside the event loop; as the database is now, as far as it is
    committed."""
    database: Database = work.session.info["database"]
    held = _held(database, work.actor.team_id)

    def answer() -> A:
        with held.alone:
            held.refresh(database)
            return question(held.index)

    async with held.turn:
        return await asyncio.to_thread(answer)


async def warm(database: Database) -> None:
    """Reads the libraries of the teams that were busy last, before somebody asks: at 200,000 assets that takes seconds.
    Cancelled, it ends with the library that it is at."""
    async with database.session(read_only=True) as session:
        last = await session.scalars(select(Asset.team_id).order_by(Asset.id.desc()).limit(LATELY))
    for team_id in [*dict.fromkeys(last)][:TEAMS]:
        held = _held(database, team_id)
        async with held.turn:
            reading = asyncio.create_task(asyncio.to_thread(_read_once, held, database))
            try:
                await asyncio.shield(reading)
            except asyncio.CancelledError:
                await asyncio.wait([reading])
                raise


def _read_once(held: _Held, database: Database) -> None:
    with held.alone:
        held.refresh(database)


def _held(database: Database, team_id: UUID) -> _Held:
    ours = _libraries.setdefault(database, {})
    held = ours.pop(team_id, None) or _Held(Index(team_id), asyncio.Lock(), threading.Lock())
    ours[team_id] = held
    while len(ours) > TEAMS:
        del ours[next(iter(ours))]
    return held


# -- what is read

_NAMES: Final = (
    "id",
    "created",
    "user",
    "op",
    "kind",
    "type",
    "purpose",
    "bytes",
    "width",
    "height",
    "rating",
    "favorite",
    "reference",
    "deleted",
    "erased",
    "version",
    "held",
    "stack",
    "position",
    "label",
    "review",
    "title",
    "words",
    "offer",
    "state",
    "spent",
    "expected",
)
_SNAPSHOT: Final = text(
    "SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint FROM pg_current_snapshot() AS now"
)


def _assets(dialect: str) -> Select[Any]:
    """Plain values: 200,000 rows are read, and every conversion would take its time."""
    if dialect == "sqlite":
        created: ColumnElement[Any] = type_coerce(Asset.created_at, String)
    else:
        created = cast(func.extract("epoch", Asset.created_at) * 1_000_000, BigInteger)
    columns: tuple[Any, ...] = (
        _raw(Asset.id),
        created,
        _raw(Asset.user_id),
        Asset.op,
        Asset.kind,
        Asset.type,
        type_coerce(Asset.purpose, String),
        Asset.bytes,
        Asset.width,
        Asset.height,
        func.coalesce(Asset.rating, 0),
        cast(Asset.favorite, Integer),
        cast(Asset.reference, Integer),
        cast(Asset.deleted_at.is_not(None), Integer),
        cast(Asset.erased_at.is_not(None), Integer),
        cast(Asset.version_of.is_not(None), Integer),
        cast(Asset.held, Integer),
        _raw(Asset.stack_id),
        func.coalesce(Asset.stack_position, 0),
        type_coerce(Asset.label, String),
        Asset.review,
        Asset.title,
        Asset.words,
        _run.c.offer,
        _run.c.state,
        func.coalesce(_run.c.spent, 0),
        func.coalesce(_run.c.expected, 1),
    )
    return select(*columns).outerjoin_from(Asset.__table__, _run, Asset.run_id == type_coerce(_run.c.id, Uuid()))


def _raw(id: Any) -> ColumnElement[Any]:
    """An id as the driver gives it."""
    return type_coerce(id, String)


def _bytes(id: str | UUID) -> bytes:
    return id.bytes if isinstance(id, UUID) else bytes.fromhex(id)


def _hex(id: str | UUID | None) -> str:
    return id.hex if isinstance(id, UUID) else id or ""
