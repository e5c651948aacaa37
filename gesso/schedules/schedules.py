"""What a person asks of a schedule: that there is one, that it waits, goes on, or goes. Each is one step in the
caller's transaction; what is due is begun by the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import delete, func, select

from gesso import accounts, events
from gesso.batches import Step, Wanted
from gesso.db import Work
from gesso.kit.errors import Conflict, Denied, Invalid
from gesso.kit.page import Page
from gesso.kit.time import now
from gesso.runs import Order
from gesso.schedules.moments import When
from gesso.schedules.tables import Schedule, Seen, Tick

MOST: Final = 200
"""Schedules of a team."""
MOST_ROWS: Final = 2_000
"""That a schedule keeps, and does again each time."""
KEPT: Final = 100
"""Of so many moments it is kept what came of them."""

PASSED: Final = "This moment has passed."
TOO_SOON: Final = "It would end before it is ever done."
NO_CAP: Final = (
    "How much will be new there nobody knows, and a row costs something: say how much it may cost each time."
)
KEEPER: Final = "With several teams here, only the owner of the first may have a folder of the server watched."

Missed = Literal["skip", "once"]


@dataclass(frozen=True, slots=True)
class Watch:
    """Where new rows are found. `kind` folder: `place` is a path on the server; feed: an address. `first` says whether
    what is there already counts as new."""

    kind: Literal["folder", "feed"]
    place: str
    first: Literal["all", "new"] = "new"


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is said of a schedule: what (an order; or what is done with rows, with the rows or where they are
    found), when, and within which limits."""

    title: str
    when: When
    order: Order | None = None
    batch: Wanted | None = None
    rows: Sequence[Any] = ()
    watch: Watch | None = None
    missed: Missed = "once"
    grace: int = 300
    until: datetime | None = None
    most: int | None = None
    cap: int | None = None

    def limited(
        self, *, missed: Missed, grace: int, until: datetime | None, most: int | None, cap: int | None
    ) -> "Plan":
        """The same within these limits."""
        return replace(self, missed=missed, grace=grace, until=until, most=most, cap=cap)

    def checked(self) -> "Plan":
        """Itself, where it fits together. Invalid otherwise, with the field that is to blame."""
        self.when.checked()
        if (self.order is None) == (self.batch is None):
            raise Invalid("Say what is to be done: “run”, or “batch”.", fields=[{"field": "run"}])
        if self.batch is not None and bool(self.rows) == (self.watch is not None):
            raise Invalid("A batch takes “rows”, or what is new in what it is to “watch”.", fields=[{"field": "rows"}])
        if self.order is not None and (self.rows or self.watch is not None):
            raise Invalid("Rows, or what is new somewhere, are done in a “batch”.", fields=[{"field": "run"}])
        if len(self.rows) > MOST_ROWS:
            raise Invalid(f"A schedule keeps at most {MOST_ROWS:,} rows.", fields=[{"field": "rows"}])
        return self


async def require(work: Work, watch: Watch | None) -> None:
    """Denied unless the actor may have this done. A folder of the server is for those who manage the library, and where
    several teams share the server, for who keeps it."""
    work.actor.require("runs.create")
    if watch is not None and watch.kind == "folder" and not work.actor.may("library.manage"):
        raise Denied("Only admins may have a folder of the server watched.")
    if watch is not None and watch.kind == "folder" and not await _at_home(work):
        raise Denied(KEEPER)
    if watch is not None:
        work.actor.require("library.write")


async def _at_home(work: Work) -> bool:
    """Whether the folders of the server are the actor's: there is no other team, or they keep the server."""
    return len(await accounts.teams(work.session)) == 1 or await accounts.keeper(work.session, work.actor)


async def create(work: Work, plan: Plan, *, price: int | None) -> Schedule:
    """A schedule that is active from now on."""
    await require(work, plan.watch)
    count = await work.session.scalar(
        select(func.count()).select_from(Schedule).where(Schedule.team_id == work.actor.team_id)
    )
    if (count or 0) >= MOST:
        raise Conflict(f"A team has at most {MOST} schedules.")
    made = Schedule(team_id=work.actor.team_id, user_id=work.actor.user_id, state="active", times=0, mark={})
    _said(made, plan, price)
    _wound(made)
    work.session.add(made)
    await work.session.flush()
    tell(work, made, "active")
    return made


async def change(work: Work, schedule_id: UUID, plan: Plan, *, price: int | None) -> Schedule:
    """Another plan for the schedule, which from now on is the actor's. One that is paused stays so."""
    await require(work, plan.watch)
    found = await find(work, schedule_id, lock=True)
    if found.watch is not None and plan.watch != watch_of(found):
        await work.session.execute(delete(Seen).where(Seen.schedule_id == found.id))
        found.mark = {}
    found.user_id = work.actor.user_id
    _said(found, plan, price)
    if found.state != "paused":
        found.times, found.state = (0 if found.state == "ended" else found.times), "active"
        _wound(found)
    await work.session.flush()
    tell(work, found, found.state)
    return found


async def pause(work: Work, schedule_id: UUID) -> Schedule:
    """Nothing is begun until it is resumed. Twice is once."""
    work.actor.require("runs.create")
    found = await find(work, schedule_id, lock=True)
    if found.state == "ended":
        raise Conflict("This schedule is over.")
    if found.state == "active":
        found.state, found.next_at, found.note = "paused", None, ""
        tell(work, found, "paused")
    return found


async def resume(work: Work, schedule_id: UUID) -> Schedule:
    """It goes on with the next of its moments; those of the pause are not made up for. Twice is once."""
    work.actor.require("runs.create")
    found = await find(work, schedule_id, lock=True)
    await require(work, watch_of(found))
    if found.state == "ended":
        raise Conflict("This schedule is over.")
    if found.state == "paused":
        found.state, found.note = "active", ""
        _wound(found)
        tell(work, found, "active")
    return found


async def remove(work: Work, schedule_id: UUID) -> None:
    """Forgets the schedule and what is known of its moments. What it began stays."""
    work.actor.require("runs.create")
    found = await find(work, schedule_id, lock=True)
    for table in (Seen, Tick):
        await work.session.execute(delete(table).where(table.schedule_id == found.id))
    tell(work, found, "deleted")
    await work.session.delete(found)


async def find(work: Work, schedule_id: UUID, *, lock: bool = False) -> Schedule:
    """The schedule; NotFound when the actor may not see it."""
    return await work.find(Schedule, schedule_id, lock=lock)


async def listed(work: Work, *, after: UUID | None, limit: int) -> Page[Schedule]:
    """The newest first."""
    query = Schedule.visible_to(work.actor).order_by(Schedule.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(Schedule.id < after)
    return Page.cut((await work.session.scalars(query)).all(), limit, lambda schedule: schedule.id)


async def ticks(work: Work, schedule_id: UUID, limit: int = 20) -> Sequence[Tick]:
    """What came of its latest moments, the newest first."""
    await find(work, schedule_id)
    query = select(Tick).where(Tick.schedule_id == schedule_id).order_by(Tick.id.desc()).limit(limit)
    return (await work.session.scalars(query)).all()


def tell(
    work: Work, schedule: Schedule, state: str, *, note: str = "", batch: str | None = None, run: str | None = None
) -> None:
    """To whoever listens: `started` or `failed` of a moment, or how the schedule stands."""
    events.emit(
        work,
        "schedule.changed",
        schedule=str(schedule.id),
        title=schedule.title,
        user=str(schedule.user_id),
        state=state,
        note=note or schedule.note,
        batch=batch,
        run=run,
    )


def _said(schedule: Schedule, plan: Plan, price: int | None) -> None:
    plan.checked()
    schedule.title = plan.title[:200] or "Schedule"
    schedule.rule = plan.when.model_dump(mode="json")
    schedule.missed, schedule.grace = plan.missed, plan.grace
    schedule.until, schedule.most, schedule.cap, schedule.price = plan.until, plan.most, plan.cap, price
    schedule.order = order_told(plan.order) if plan.order else None
    schedule.batch = wanted_told(plan.batch) if plan.batch else None
    schedule.rows = [*plan.rows] if plan.rows else None
    schedule.watch = asdict(plan.watch) if plan.watch else None
    schedule.note = ""


def _wound(schedule: Schedule) -> None:
    """Sets when it is next. Invalid where that is never."""
    schedule.next_at = coming(schedule, now())
    if schedule.next_at is None:
        field = "when.at" if schedule.rule["kind"] == "once" else "until"
        message = PASSED if field == "when.at" else TOO_SOON
        raise Invalid(message, fields=[{"field": field, "message": message}])


def coming(schedule: Schedule, after: datetime) -> datetime | None:
    """The next of its moments, within its limits."""
    if schedule.most is not None and schedule.times >= schedule.most:
        return None
    found = when_of(schedule).after(after)
    return None if found is None or (schedule.until is not None and found > schedule.until) else found


# -- as it is written down, and read again


def when_of(schedule: Schedule) -> When:
    return When.model_validate(schedule.rule)


def watch_of(schedule: Schedule) -> Watch | None:
    return Watch(**schedule.watch) if schedule.watch else None


def order_told(order: Order) -> dict[str, Any]:
    return {
        "op": order.op,
        "offer": order.offer,
        "prefer": order.prefer,
        "fallbacks": [*order.fallbacks],
        "input": dict(order.input),
        "collection": str(order.collection) if order.collection else None,
    }


def order_of(told: Mapping[str, Any]) -> Order:
    collection = UUID(told["collection"]) if told["collection"] else None
    return Order(told["op"], told["input"], told["offer"], tuple(told["fallbacks"]), told["prefer"], collection)


def wanted_told(wanted: Wanted) -> dict[str, Any]:
    return {
        "steps": [step.told() for step in wanted.steps],
        "into": dict(wanted.into),
        "cap": wanted.cap,
        "canary": wanted.canary,
        "priority": wanted.priority,
        "at_once": wanted.at_once,
        "per_minute": wanted.per_minute,
        "twins": wanted.twins,
        "collection": str(wanted.collection) if wanted.collection else None,
    }


def wanted_of(told: Mapping[str, Any], *, title: str = "", cap: int | None = None) -> Wanted:
    """What is done with its rows, which begins by itself; `cap` where that is less than its own."""
    caps = [each for each in (told["cap"], cap) if each is not None]
    return Wanted(
        [Step(step["op"], step["input"], step["offer"], step["prefer"]) for step in told["steps"]],
        told["into"],
        title,
        min(caps, default=None),
        told["canary"],
        told["priority"],
        told["at_once"],
        told["per_minute"],
        told["twins"],
        UUID(told["collection"]) if told["collection"] else None,
        True,
    )
