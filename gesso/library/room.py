"""How much a team keeps: by whom, made by what, of which kind; and how much it may.

The same bytes rest once in a team, so they count once: for whoever had them first. The sums are written in the
transactions in which assets come and bytes go, so that asking costs nothing; `recount` puts right what two at the same
moment, or a crash, left wrong.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Select, case, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from gesso import events
from gesso.db import Table, Work, inserting
from gesso.kit.errors import Invalid, NoRoom
from gesso.library.intake import Ceiling
from gesso.library.tables import Asset

WARNED: Final = 0.8
"""Of what may be kept: from here on people are told."""
MOST_DAYS: Final = 3650
MOST_BYTES: Final = 1 << 60


class Share(Table):
    """What one person of a team keeps of one kind, made by one operation (empty: uploaded)."""

    __tablename__ = "storage_share"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    op: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    assets: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)


class Rules(Table):
    """What a team has settled for its library; None: as the studio's settings say."""

    __tablename__ = "library_rules"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    trash_days: Mapped[int | None]
    """Days in the trash until something is erased; 0: never by itself."""
    room: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes that the team may keep, below what the studio allows; 0: as much as that."""
    person_room: Mapped[int | None] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Room:
    """What is kept and what may be: by the team, and by the actor. A limit of 0 is none."""

    used: int
    limit: int
    own: int
    own_limit: int

    @property
    def full(self) -> bool:
        return bool(self.limit and self.used >= self.limit) or bool(self.own_limit and self.own >= self.own_limit)

    @property
    def nearly(self) -> bool:
        """Whether it is time to say so."""
        team = bool(self.limit) and self.used >= self.limit * WARNED
        return team or (bool(self.own_limit) and self.own >= self.own_limit * WARNED)


async def rules(work: Work) -> Rules:
    found = await work.session.get(Rules, work.actor.team_id, populate_existing=True)
    return found or Rules(team_id=work.actor.team_id, trash_days=None, room=None, person_room=None)


async def settle_rules(work: Work, **told: int | None) -> Rules:
    """Changes what is named; None: as the settings say. For admins."""
    work.actor.require("library.manage")
    for name, value in told.items():
        most = MOST_DAYS if name == "trash_days" else MOST_BYTES
        if value is not None and not 0 <= value <= most:
            raise Invalid(f"{name}: from 0 to {most:,}.", fields=[{"field": name}])
    if told:
        statement = inserting(work.session)(Rules).values(team_id=work.actor.team_id, **told)
        statement = statement.on_conflict_do_update(index_elements=["team_id"], set_=told)
        await work.session.execute(statement)
        events.emit(work, "library.rules", rules=told)
    return await rules(work)


async def room(work: Work, ceiling: Ceiling, wanted: Rules | None = None) -> Room:
    """Asks two small sums."""
    wanted = wanted or await rules(work)
    mine = case((Share.user_id == work.actor.user_id, Share.bytes), else_=0)
    query = select(func.coalesce(func.sum(Share.bytes), 0), func.coalesce(func.sum(mine), 0))
    used, own = (await work.session.execute(query.where(Share.team_id == work.actor.team_id))).one()
    limit, own_limit = _least(ceiling.team, wanted.room), _least(ceiling.person, wanted.person_room)
    return Room(max(int(used), 0), limit, max(int(own), 0), own_limit)


async def require_room(work: Work, ceiling: Ceiling, more: int = 0, key: str = "") -> Room:
    """NoRoom where `more` bytes would be too many. Those that rest under `key` already take none."""
    wanted = await rules(work)
    if not (ceiling.team or ceiling.person or wanted.room or wanted.person_room):
        return Room(0, 0, 0, 0)
    if more and work.session.get_bind().dialect.name == "postgresql":
        # One file after the other, or two would both see the same room.
        await work.session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"room {work.actor.team_id}", 0)))
        )
    found = await room(work, ceiling, wanted)
    if key and (await work.session.execute(_same(work, key).limit(1))).first() is not None:
        return found
    for used, limit, whose in ((found.used, found.limit, "the team"), (found.own, found.own_limit, "you")):
        if limit and (used + more > limit or (not more and used >= limit)):
            left = f"{whose} may keep {_size(limit)}, and {_size(used)} of it are used"
            this = f"This has {_size(more)}: " if more else ""
            what = "Empty the trash or delete what takes most (Settings, Storage), or have an admin give more room."
            raise NoRoom(f"{this}{left}. {what}", limit=limit, used=used)
    return found


async def takes(work: Work, asset: Asset) -> None:
    """Counts an asset that is about to come. Where it rests on bytes that are damaged, it says so from the start."""
    same = _same(work, asset.key).order_by(Asset.trouble != "changed", Asset.trouble.is_(None))
    there = (await work.session.execute(same.limit(1))).first()
    if there is not None and there.trouble == "changed":
        asset.trouble = "changed"
    await _add(work, asset.user_id, asset.op or "", asset.kind, 1, 0 if there is not None else asset.bytes)


async def gives_back(work: Work, erased: Sequence[UUID], unused: Collection[str]) -> None:
    """Counts assets off whose row lets go of its bytes now; only the `unused` bytes are given back, each once."""
    columns = Asset.user_id, Asset.op, Asset.kind, Asset.key, Asset.bytes
    rows = await work.session.execute(
        select(*columns).where(Asset.team_id == work.actor.team_id, Asset.id.in_(erased)).order_by(Asset.id)
    )
    left = set(unused)
    for row in rows.all():
        freed = row.bytes if row.key in left else 0
        left.discard(row.key)
        await _add(work, row.user_id, row.op or "", row.kind, -1, -freed)


async def recount(work: Work) -> None:
    """Writes the sums anew. The caller is alone with the bytes of the team (`erase.hold_bytes`)."""
    place = func.row_number().over(partition_by=Asset.key, order_by=Asset.id).label("place")
    op = func.coalesce(Asset.op, "").label("op")
    every = (
        select(Asset.user_id, op, Asset.kind, Asset.bytes, place)
        .where(Asset.team_id == work.actor.team_id, Asset.key != "")
        .subquery()
    )
    once = func.sum(case((every.c.place == 1, every.c.bytes), else_=0))
    found = await work.session.execute(
        select(every.c.user_id, every.c.op, every.c.kind, func.count(), once).group_by(
            every.c.user_id, every.c.op, every.c.kind
        )
    )
    team = work.actor.team_id
    rows = [
        {"team_id": team, "user_id": user, "op": op, "kind": kind, "assets": count, "bytes": int(size)}
        for user, op, kind, count, size in found.all()
    ]
    await work.session.execute(delete(Share).where(Share.team_id == team))
    if rows:
        await work.session.execute(inserting(work.session)(Share), rows)


async def shares(work: Work) -> Sequence[Share]:
    """Who keeps what, made by which operation."""
    found = await work.session.scalars(
        select(Share).where(Share.team_id == work.actor.team_id).order_by(Share.bytes.desc(), Share.op, Share.kind)
    )
    return found.all()


async def heaviest(work: Work, limit: int) -> Sequence[Asset]:
    """What takes most, also from the trash."""
    found = await work.session.scalars(
        Asset.visible_to(work.actor).order_by(Asset.bytes.desc(), Asset.id.desc()).limit(limit)
    )
    return found.all()


def _same(work: Work, key: str) -> Select[UUID, str | None]:
    """The assets of the team, living or not yet swept, that rest on these very bytes."""
    sha256 = key.rpartition("/")[2].partition(".")[0]
    return select(Asset.id, Asset.trouble).where(
        Asset.team_id == work.actor.team_id, Asset.sha256 == sha256, Asset.key == key
    )


async def _add(work: Work, user: UUID, op: str, kind: str, assets: int, size: int) -> None:
    row = {"team_id": work.actor.team_id, "user_id": user, "op": op, "kind": kind, "assets": assets, "bytes": size}
    statement = inserting(work.session)(Share).values(row)
    grown = {"assets": Share.assets + assets, "bytes": Share.bytes + size}
    await work.session.execute(
        statement.on_conflict_do_update(index_elements=["team_id", "user_id", "op", "kind"], set_=grown)
    )


def _least(ceiling: int, wanted: int | None) -> int:
    """A team settles less than the studio allows, not more."""
    return min(filter(None, (ceiling, wanted or 0)), default=0)


def _size(count: int) -> str:
    """As people say it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}" if count < size * 1000 else f"{count / size:,.0f} {unit}"
    return f"{count} bytes"
