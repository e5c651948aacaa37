"""What was made, by whom, with what, and what it cost: in sums by day.

Days that are over are written once (`roll`), so that a million lines of the ledger are never added up while somebody
waits; what is not yet written is added up on the spot. Money is what the ledger settled, to the thousandth of a credit:
what a run reserved less what came back, on the day on which it came back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal, Self
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, String, cast, func, select, true
from sqlalchemy.orm import aliased

from gesso.credits.tables import Entry
from gesso.db import Database, Work, inserting
from gesso.kit.actor import Actor
from gesso.kit.errors import Invalid
from gesso.kit.time import now
from gesso.library import Asset
from gesso.library.uses import KINDS, Use
from gesso.ops import OPERATIONS
from gesso.runs import Run
from gesso.upkeep.tables import Figure, Rolled

LONGEST: Final = timedelta(days=5 * 366)
SLACK: Final = timedelta(hours=1)
"""So much younger than its id a row is at most."""
EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)
CHUNK: Final = timedelta(days=31)
"""Days that are written in one transaction."""
SETTLES: Final = timedelta(hours=1)
"""How long after midnight a day is surely over for whoever was still writing."""
TOP: Final = 10

Step = Literal["day", "week", "month"]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Sums:
    runs: int = 0
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    made: int = 0
    spent: int = 0
    favourites: int = 0

    def add(self, other: "Sums") -> None:
        for name, value in zip(_NAMES, astuple(other), strict=True):
            setattr(self, name, getattr(self, name) + value)

    @property
    def success(self) -> float | None:
        """Of the runs that came to an end of their own. None where there were none."""
        ended = self.succeeded + self.failed
        return self.succeeded / ended if ended else None


_NAMES: Final = tuple(each.name for each in fields(Sums))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures: of the days from `since` to `until`, both included, and of these only where any are named."""

    since: date
    until: date
    studio: str | None = None
    op: str | None = None
    offer: str | None = None
    person: UUID | None = None

    @classmethod
    def of(cls, since: date | None, until: date | None, **named: Any) -> Self:
        until = until or now().date()
        if not EARLIEST <= until <= LATEST:
            raise Invalid("This day is too far away.", fields=[{"field": "until"}])
        since = since or until - timedelta(days=29)
        if since > until:
            raise Invalid("The first day comes after the last.", fields=[{"field": "since"}])
        if until - since > LONGEST:
            raise Invalid("At most five years are added up at once.", fields=[{"field": "since"}])
        return cls(since, until, **named)

    @property
    def step(self) -> Step:
        """How finely it can be drawn."""
        days = (self.until - self.since).days
        return "day" if days <= 92 else "week" if days <= 730 else "month"

    def wants(self, user: UUID, op: str, offer: str) -> bool:
        return (
            (self.person is None or user == self.person)
            and (self.op is None or op == self.op)
            and (self.offer is None or offer == self.offer)
            and (self.studio is None or studio(op) == self.studio)
        )


@dataclass(frozen=True, slots=True)
class Point:
    """The sums of a day, a week or a month that begins then, all and by studio."""

    start: date
    sums: Sums
    studios: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    asked: Asked
    total: Sums
    points: Sequence[Point]
    studios: Mapping[str, Sums]
    operations: Mapping[str, Sums]
    offers: Mapping[str, Sums]
    people: Mapping[UUID, Sums]


_Place = tuple[date, UUID, str, str]


def studio(op: str) -> str:
    """The family that an operation belongs to: create, edit, upscale, ...; upload where there is none."""
    if not op:
        return "upload"
    kind = OPERATIONS.get(op)
    return kind.capability if kind is not None else "own"


async def figures(work: Work, asked: Asked) -> Figures:
    """The sums of what is asked for; bounded by days, people, operations and offers, not by what was done."""
    rolled = await _rolled(work)
    total = Sums()
    points = {start: (Sums(), dict[str, int]()) for start in _starts(asked)}
    groups: tuple[dict[Any, Sums], ...] = ({}, {}, {}, {})

    def add(day: date | None, user: UUID | None, op: str, offer: str | None, sums: Sums) -> None:
        if day is not None:
            at, studios = points[_start(day, asked)]
            at.add(sums)
            studios[studio(op)] = studios.get(studio(op), 0) + sums.made
        if user is not None:
            total.add(sums)
            for group, key in zip(groups, (studio(op), op, offer, user), strict=True):
                if key or group is not groups[2]:
                    group.setdefault(key, Sums()).add(sums)

    if rolled is not None and rolled >= asked.since:
        written = _written(work, asked, rolled)
        columns = [func.sum(getattr(Figure, name)) for name in _NAMES[:-1]]
        by_day = await work.session.execute(
            select(Figure.day, Figure.op, *columns).where(*written).group_by(Figure.day, Figure.op)
        )
        for day, op, *counts in by_day:
            add(day, None, op, None, Sums(*map(int, counts)))
        by_whom = await work.session.execute(
            select(Figure.user_id, Figure.op, Figure.offer, *columns)
            .where(*written)
            .group_by(Figure.user_id, Figure.op, Figure.offer)
        )
        for user, op, offer, *counts in by_whom:
            add(None, user, op, offer, Sums(*map(int, counts)))
    since = max(asked.since, rolled + timedelta(days=1)) if rolled is not None else asked.since
    if since <= asked.until:
        for (day, user, op, offer), sums in (await _added_up(work, since, asked.until)).items():
            if asked.wants(user, op, offer):
                add(day, user, op, offer, sums)
    for user, op, offer, count in await _liked(work, asked):
        if asked.wants(user, op, offer):
            add(None, user, op, offer, Sums(favourites=count))
    shown = [Point(start, sums, studios) for start, (sums, studios) in points.items()]
    return Figures(asked, total, shown, *groups)


async def looked_at(work: Work, asked: Asked) -> tuple[Mapping[str, int], Sequence[tuple[UUID, Mapping[str, int]]]]:
    """How often the team's assets were viewed, downloaded, shared and used on those days, and which of them most."""
    days = Use.team_id == work.actor.team_id, Use.day >= asked.since, Use.day <= asked.until
    sums = [func.coalesce(func.sum(getattr(Use, what)), 0) for what in KINDS]
    total = (await work.session.execute(select(*sums).where(*days))).one()
    weight = func.sum(Use.views + 3 * Use.downloads + 3 * Use.uses + 5 * Use.shares)
    top = await work.session.execute(
        select(Use.asset_id, *sums).where(*days).group_by(Use.asset_id).order_by(weight.desc(), Use.asset_id).limit(TOP)
    )
    return (
        {what: int(count) for what, count in zip(KINDS, total, strict=True)},
        [(row[0], {what: int(count) for what, count in zip(KINDS, row[1:], strict=True)}) for row in top],
    )


async def favourites(work: Work) -> int:
    """How many of what is kept somebody likes."""
    liked = Asset.visible_to(work.actor).where(Asset.favorite == true(), Asset.deleted_at.is_(None))
    return await work.session.scalar(liked.with_only_columns(func.count())) or 0


async def roll(db: Database) -> None:
    """Writes the days of every team that are over."""
    async with db.session(read_only=True) as session:
        teams = (await session.scalars(select(Asset.team_id).union(select(Run.team_id)))).all()
    over = (now() - SETTLES).date() - timedelta(days=1)
    for team in teams:
        actor = Actor(UUID(int=0), team, "nobody", frozenset())
        while await _roll(db, actor, over):
            pass


async def _roll(db: Database, actor: Actor, over: date) -> bool:
    """The next days of a team; whether there may be more."""
    async with db.work(actor, read_only=True) as work:
        rolled = await _rolled(work)
        since = rolled + timedelta(days=1) if rolled is not None else await _first(work)
    if since is None or since > over:
        return False
    until = min(since + CHUNK - timedelta(days=1), over)
    async with db.work(actor, read_only=True) as work:
        found = await _added_up(work, since, until)
    rows = [
        {"team_id": actor.team_id, "day": day, "user_id": user, "op": op, "offer": offer}
        | {name: getattr(sums, name) for name in _NAMES[:-1]}
        for (day, user, op, offer), sums in found.items()
    ]
    async with db.work(actor) as work:
        statement = inserting(work.session)(Rolled).values(team_id=actor.team_id, day=until)
        # Another process may have written these days meanwhile: then it was the one.
        moved = statement.on_conflict_do_update(
            index_elements=["team_id"], set_={"day": until}, where=Rolled.day == since - timedelta(days=1)
        ).returning(Rolled.day)
        if await work.session.scalar(moved) is not None and rows:
            await work.session.execute(inserting(work.session)(Figure).on_conflict_do_nothing(), rows)
    return until < over


async def _rolled(work: Work) -> date | None:
    return await work.session.scalar(select(Rolled.day).where(Rolled.team_id == work.actor.team_id))


async def _first(work: Work) -> date | None:
    """The day on which the team did something for the first time."""
    runs = Run.visible_to(work.actor).with_only_columns(Run.id).order_by(Run.id)
    assets = select(Asset.id).where(Asset.team_id == work.actor.team_id).order_by(Asset.id)
    found = [await work.session.scalar(query.limit(1)) for query in (runs, assets)]
    ids = [id for id in found if id is not None]
    return datetime.fromtimestamp((min(ids).int >> 80) / 1000, UTC).date() if ids else None


def _came(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    """By the id, which the index has; it is made a little before the row, so the row has the last word."""
    ids = Asset.id >= _least(start - SLACK), Asset.id < _least(end)
    return *ids, Asset.created_at >= start, Asset.created_at < end


async def _added_up(work: Work, since: date, until: date) -> dict[_Place, Sums]:
    """From the runs, the assets and the ledger themselves."""
    start, end = _midnight(since), _midnight(until + timedelta(days=1))
    found: dict[_Place, Sums] = {}

    def at(day: str, user: UUID, op: str | None, offer: str | None) -> Sums:
        return found.setdefault((date.fromisoformat(day), user, op or "", offer or ""), Sums())

    day = _day(work, Run.ended_at)
    ended = (
        Run.visible_to(work.actor)
        .where(Run.ended_at >= start, Run.ended_at < end)
        .with_only_columns(day, Run.user_id, Run.op, Run.offer, Run.state, func.count())
        .group_by(day, Run.user_id, Run.op, Run.offer, Run.state)
    )
    for when, user, op, offer, state, count in await work.session.execute(ended):
        sums = at(when, user, op, offer)
        sums.runs += count
        setattr(sums, state, getattr(sums, state) + count)

    day = _day(work, Asset.created_at)
    came = (
        select(day, Asset.user_id, Asset.op, Run.offer, func.count())
        .outerjoin(Run, Run.id == Asset.run_id)
        .where(Asset.team_id == work.actor.team_id, *_came(start, end))
        .group_by(day, Asset.user_id, Asset.op, Run.offer)
    )
    for when, user, made_by, offer, count in await work.session.execute(came):
        at(when, user, made_by, offer).made += count

    settled, reserved = aliased(Entry), aliased(Entry)
    day = _day(work, settled.created_at)
    paid = (
        select(day, reserved.user_id, Run.op, Run.offer, func.sum(settled.amount + reserved.amount))
        .join(reserved, (reserved.run_id == settled.run_id) & (reserved.kind == "reserve"))
        .join(Run, Run.id == settled.run_id)
        .where(settled.team_id == work.actor.team_id, settled.kind == "settle")
        .where(settled.created_at >= start, settled.created_at < end)
        .group_by(day, reserved.user_id, Run.op, Run.offer)
    )
    for when, user, op, offer, amount in await work.session.execute(paid):
        at(when, user, op, offer).spent -= int(amount)
    return found


async def _liked(work: Work, asked: Asked) -> Iterable[tuple[UUID, str, str, int]]:
    """What came on those days and is a favourite now."""
    start, end = _midnight(asked.since), _midnight(asked.until + timedelta(days=1))
    op, offer = func.coalesce(Asset.op, ""), func.coalesce(Run.offer, "")
    query = (
        select(Asset.user_id, op, offer, func.count())
        .outerjoin(Run, Run.id == Asset.run_id)
        .where(Asset.team_id == work.actor.team_id, Asset.favorite == true())
        .where(Asset.id >= _least(start), Asset.id < _least(end), Asset.deleted_at.is_(None))
        .group_by(Asset.user_id, op, offer)
    )
    return [(user, op, offer, count) for user, op, offer, count in await work.session.execute(query)]


def _written(work: Work, asked: Asked, rolled: date) -> list[ColumnElement[bool]]:
    wanted = [
        Figure.team_id == work.actor.team_id,
        Figure.day >= asked.since,
        Figure.day <= min(asked.until, rolled),
    ]
    if asked.person is not None:
        wanted.append(Figure.user_id == asked.person)
    if asked.op is not None:
        wanted.append(Figure.op == asked.op)
    if asked.offer is not None:
        wanted.append(Figure.offer == asked.offer)
    if asked.studio == "upload":
        wanted.append(Figure.op == "")
    elif asked.studio == "own":
        wanted.append(Figure.op.not_in(["", *OPERATIONS]))
    elif asked.studio is not None:
        wanted.append(Figure.op.in_([op for op in OPERATIONS if studio(op) == asked.studio]))
    return wanted


def _starts(asked: Asked) -> list[date]:
    days = (asked.since + timedelta(days=n) for n in range((asked.until - asked.since).days + 1))
    return list(dict.fromkeys(_start(day, asked) for day in days))


def _start(day: date, asked: Asked) -> date:
    """Of the step in which the day lies; the first one begins where the figures do."""
    match asked.step:
        case "week":
            begins = day - timedelta(days=day.weekday())
        case "month":
            begins = day.replace(day=1)
        case _:
            begins = day
    return max(begins, asked.since)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _least(moment: datetime) -> UUID:
    """Ids sort by birth: all that came then or later are this or greater."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


def _day(work: Work, moment: Any) -> ColumnElement[str]:
    """The day (UTC) of a moment, as text."""
    if work.session.get_bind().dialect.name == "sqlite":
        return func.substr(cast(moment, String), 1, 10)
    return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD")
