"""Finding by look: what is like a picture, and what has a colour.

Beside each asset stands what it looks like. All of a team's is held in memory, as numbers: to compare one picture with
200,000 takes some hundredths of a second, in a thread. The database says afterwards which of those that were found the
actor may see and wants.
"""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from gesso.db import Database, Table, Work
from gesso.imaging.likeness import BYTES, COLOURS, FAR, SIZE, VERSION, Likeness, Shade, shade
from gesso.kit.errors import Invalid, NotFound
from gesso.kit.time import now
from gesso.library.query import FINDERS, NAMED
from gesso.library.tables import Asset

MOST: Final = 1_000
"""That one search finds."""
NEAR: Final = 50_000
"""The squared distance up to which a picture is like another."""
KINDS: Final = ("image", "video", "mesh")
"""What can be looked at; a film and a body by the picture that stands for it."""
LATE: Final = timedelta(seconds=15)
"""What is written is read by others at most this much later than it says."""
HELD: Final = 1_000_000
"""Pictures of which is held in memory what they look like: half a kilobyte each. The teams that nobody has asked for
the longest go first."""
STALE: Final = 6 * 3600.0
"""Seconds after which a team's is read anew, without what was erased meanwhile."""

STEPS: Final = 1_000_000
"""A score as a whole number."""

_Rows = NDArray[np.int64]
_Scores = NDArray[np.float64]


class Look(Table):
    """What an asset looks like (`imaging.likeness`); nothing, where it could not be looked at. `digest` is the
    beginning of its SHA-256."""

    __tablename__ = "look"
    __table_args__ = (Index("ix_look_team", "team_id", "seen_at"),)

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    team_id: Mapped[UUID]
    seen_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int]
    packed: Mapped[bytes]
    digest: Mapped[bytes]


@dataclass(frozen=True, slots=True)
class Like:
    """What is looked for: what is `like` a picture (packed), has a `colour` up to a `tolerance` (0..100, of the way
    from black to white), or both. `but` is not found: the picture itself."""

    like: bytes | None = None
    colour: Shade | None = None
    tolerance: int = 12
    but: UUID | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    asset_id: UUID
    score: float
    """From 0 to 1: how like, or how much of the colour."""


@dataclass
class Sheet:
    """All of a team's, as columns; the first `count` rows are filled, and never change."""

    count: int = 0
    ids: list[UUID] = field(default_factory=list)
    vectors: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, SIZE), np.float32))
    squares: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    hashes: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    digests: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    shades: NDArray[np.uint8] = field(default_factory=lambda: np.empty((4, 0, COLOURS), np.uint8))
    upto: datetime | None = None
    doubles: tuple[int, list[tuple[UUID, ...]]] | None = None
    """Which of the first so many are duplicates, once somebody has asked (`library.doubles`)."""
    recent: set[UUID] = field(default_factory=set)
    """What was read and may be read again."""
    born: float = field(default_factory=monotonic)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def take(self, rows: Sequence[tuple[UUID, datetime, bytes, bytes]]) -> None:
        """Adds what is not there yet."""
        fresh = [row for row in rows if row[0] not in self.recent and len(row[2]) == BYTES]
        if rows:
            self.upto = max(row[1] for row in rows)
            self.recent = {row[0] for row in rows if row[1] > self.upto - LATE}
        if not fresh:
            return
        end = self.count + len(fresh)
        if end > len(self.vectors):
            self._grow(max(end, 2 * self.count, 256))
        raw = np.frombuffer(b"".join(row[2] for row in fresh), np.uint8).reshape(-1, BYTES)
        here = slice(self.count, end)
        self.vectors[here] = raw[:, :SIZE].view(np.int8)
        self.squares[here] = (self.vectors[here] ** 2).sum(1)
        self.hashes[here] = np.ascontiguousarray(raw[:, SIZE : SIZE + 8]).view(">u8")[:, 0]
        self.digests[here] = np.frombuffer(b"".join(row[3] for row in fresh), ">u8")
        self.shades[:, here] = np.moveaxis(raw[:, SIZE + 8 :].reshape(-1, COLOURS, 4), 2, 0)
        self.ids.extend(row[0] for row in fresh)
        self.count = end

    def _grow(self, size: int) -> None:
        """Into new columns: who looks at the old ones goes on with those."""
        for name in ("vectors", "squares", "hashes", "digests"):
            old = getattr(self, name)
            fresh = np.zeros((size, *old.shape[1:]), old.dtype)
            fresh[: self.count] = old[: self.count]
            setattr(self, name, fresh)
        shades = np.zeros((4, size, COLOURS), np.uint8)
        shades[:, : self.count] = self.shades[:, : self.count]
        self.shades = shades


_held: WeakKeyDictionary[Database, OrderedDict[UUID, Sheet]] = WeakKeyDictionary()
"""What the teams' pictures look like, in memory."""


async def found(work: Work, like: Like) -> list[Hit]:
    """At most `MOST`, the best first."""
    seen = await sheet(work)
    return await asyncio.to_thread(_search, seen, seen.count, like)


async def sheet(work: Work) -> Sheet:
    """The team's, with all that was written until now."""
    database: Database = work.session.info["database"]
    sheets = _held.setdefault(database, OrderedDict())
    team_id = work.actor.team_id
    sheet = sheets.get(team_id)
    if sheet is None or monotonic() - sheet.born > STALE:
        sheet = sheets[team_id] = Sheet()
    sheets.move_to_end(team_id)
    async with sheet.lock:
        await asyncio.to_thread(_read, database, team_id, sheet)
    while len(sheets) > 1 and sum(each.count for each in sheets.values()) > HELD:
        sheets.popitem(last=False)
    return sheet


def _read(database: Database, team_id: UUID, sheet: Sheet) -> None:
    """In a thread, by a connection of its own: there may be hundreds of thousands."""
    query = select(Look.asset_id, Look.seen_at, Look.packed, Look.digest).where(
        Look.team_id == team_id, Look.version == VERSION
    )
    if sheet.upto is not None:
        query = query.where(Look.seen_at > sheet.upto - LATE)
    with database.aside.connect().execution_options(reads=True) as connection:
        sheet.take([(row[0], row[1], row[2], row[3]) for row in connection.execute(query)])


def note(work: Work, asset: Asset, packed: bytes) -> None:
    """Writes down what an asset looks like."""
    if asset.kind in KINDS and asset.purpose in (None, "picture"):
        digest = bytes.fromhex(asset.sha256)[:8]
        work.session.add(Look(asset_id=asset.id, team_id=asset.team_id, version=VERSION, packed=packed, digest=digest))


async def of(work: Work, asset_id: UUID) -> bytes | None:
    """What an asset looks like, where that is written down already."""
    query = Asset.visible_to(work.actor).join(Look, Look.asset_id == Asset.id).where(Asset.id == asset_id)
    packed: bytes | None = await work.session.scalar(query.with_only_columns(Look.packed))
    return packed or None


async def meant(work: Work, like: str) -> tuple[bytes, UUID | None]:
    """What `like` says: the id of an asset, or what `told` made of a picture that is none."""
    try:
        asset_id = UUID(like)
    except ValueError:
        return _untold(like), None
    asset = await work.find(Asset, asset_id)
    packed = await of(work, asset_id)
    if packed is not None:
        return packed, asset_id
    if asset.kind not in KINDS:
        raise Invalid("Only what can be seen is like something else: a picture, a film or a 3D model.")
    raise NotFound("The studio has not looked at this picture yet; it does so by itself. Try again in a while.")


def told(packed: bytes) -> str:
    """What a picture looks like, as text that fits into an address."""
    return urlsafe_b64encode(packed).decode().rstrip("=")


def _untold(text: str) -> bytes:
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        Likeness.read(packed)
    except ValueError:
        raise Invalid(
            "“like” is the id of an asset, or what a search by an uploaded picture has answered.",
            fields=[{"field": "like"}],
        ) from None
    return packed


def _search(sheet: Sheet, count: int, like: Like) -> list[Hit]:
    """In a thread. The same for the same pictures, on every machine: all numbers are whole."""
    ids = sheet.ids
    rows = np.arange(count)
    scores = np.ones(count)
    if like.colour is not None:
        rows, scores = _coloured(sheet, count, like.colour, like.tolerance)
    if like.like is not None and len(rows):
        rows, scores = _alike(sheet, count, rows, like.like)
    if like.but is not None:
        keep = np.array([ids[row] != like.but for row in rows.tolist()], bool)
        rows, scores = rows[keep], scores[keep]
    if len(rows) > MOST:
        # All that are as good as the last of them: below it is their ids that decide.
        level = np.partition(scores, -MOST)[-MOST]
        rows, scores = rows[scores >= level], scores[scores >= level]
    hits = [Hit(ids[row], score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]
    hits.sort(key=lambda hit: (-hit.score, -hit.asset_id.int))
    return hits[:MOST]


def _alike(sheet: Sheet, count: int, rows: _Rows, packed: bytes) -> tuple[_Rows, _Scores]:
    vector = Likeness.read(packed).vector.astype(np.float32)
    some = len(rows) < count
    vectors, squares = sheet.vectors[:count], sheet.squares[:count]
    if some:
        vectors, squares = vectors[rows], squares[rows]
    # Each product is a whole number below 2^24, so exact in whatever order it is summed.
    distances = squares.astype(np.float64) - 2.0 * (vectors @ vector) + float(vector @ vector)
    near = np.flatnonzero(distances <= NEAR)
    return rows[near], 1 - np.sqrt(np.maximum(distances[near], 0) / FAR)


def _coloured(sheet: Sheet, count: int, shade: Shade, tolerance: int) -> tuple[_Rows, _Scores]:
    """Those with such a colour, by how much of it they have and how near it comes."""
    reach = max(1, tolerance * 5 // 2)
    planes = sheet.shades[:, :count]
    inside = planes[3] > 0
    for plane, wanted in zip(planes, shade, strict=False):
        inside &= (plane >= max(0, wanted - reach)) & (plane <= min(255, wanted + reach))
    rows, places = np.nonzero(inside)
    apart = np.zeros(len(rows))
    for plane, wanted in zip(planes, shade, strict=False):
        apart += (plane[rows, places].astype(np.float64) - wanted) ** 2
    near = apart <= reach**2
    rows, places, apart = rows[near], places[near], apart[near]
    worth = planes[3][rows, places] / 255 * (1 - 0.5 * np.sqrt(apart) / reach)
    found, where = np.unique(rows, return_inverse=True)
    return found, np.minimum(1.0, np.bincount(where, worth, len(found)))


# -- as filters that are typed


async def _typed_colour(work: Work, value: str) -> dict[UUID, int]:
    plain = NAMED.get(value.casefold(), f"#{value.removeprefix('#')}")
    return _scored(await found(work, Like(colour=shade(plain))))


async def _typed_like(work: Work, value: str) -> dict[UUID, int]:
    like, but = await meant(work, value)
    return _scored(await found(work, Like(like, but=but)))


def _scored(hits: Sequence[Hit]) -> dict[UUID, int]:
    return {hit.asset_id: 1 + round(hit.score * STEPS) for hit in hits}


FINDERS["colour"], FINDERS["like"] = _typed_colour, _typed_like
