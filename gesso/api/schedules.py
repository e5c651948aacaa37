"""Schedules: what is begun at its time, by itself; when it is next, and what came of it the last times."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gesso import schedules
from gesso.api.batches import Money, StepIn, WantedIn
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.api.runs import IdempotencyKey, order
from gesso.api.shapes import PageOut, RunIn
from gesso.db import Work
from gesso.kit.errors import Invalid
from gesso.kit.time import now
from gesso.schedules import MOST_ROWS, Missed, Plan, Schedule, Tick, Watch, When

router = APIRouter(prefix="/schedules", tags=["schedules"], max_body_size=BODY_BYTES)

Closed = ConfigDict(extra="forbid")
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
State = Literal["active", "paused", "ended"]
Outcome = Literal["started", "nothing", "skipped", "failed"]


class WatchIn(BaseModel):
    """Where new rows are found. `folder`: `place` is a path on the server, within the folders that its operator allows
    (GESSO_WATCH), and only admins may say so; its pictures become rows with a column `image`, each sheet in it a batch
    of its own. `feed`: `place` is an address of RSS, Atom or JSON Feed (columns title, summary, link, image,
    published), or of a sheet (CSV, JSON, JSON Lines). `first` says whether what is there now counts as new."""

    model_config = Closed

    kind: Literal["folder", "feed"]
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    first: Literal["all", "new"] = "new"


class WhatIn(BaseModel):
    """What is to be done: one `run`; or a `batch`, with its `rows` or with what is new in what it is to `watch`. What a
    schedule begins, begins by itself: `start` of the batch has no meaning here, and its title is the schedule's."""

    model_config = Closed

    run: RunIn | None = None
    batch: WantedIn | None = None
    rows: list[dict[str, Any] | str] = Field([], max_length=MOST_ROWS)
    watch: WatchIn | None = None


class ScheduleIn(WhatIn):
    """What is to be done, and when. `missed` says what becomes of moments at which the studio was away for longer than
    the `grace` (seconds): one is made up for (`once`), or none (`skip`). `until` ends it, and so does being done as
    often as `most`. `cap` is the most that it may cost each time, in thousandths of a credit; where something is
    watched and a row costs something, there has to be one."""

    title: Title
    when: When
    missed: Missed = "once"
    grace: int = Field(300, ge=0, le=86400)
    until: datetime | None = None
    most: int | None = Field(None, ge=1, le=1_000_000)
    cap: Money | None = None

    @model_validator(mode="after")
    def _zoned(self) -> Self:
        if self.until is not None and self.until.tzinfo is None:
            raise ValueError("`until` names its zone, as 2026-12-24T18:00:00+01:00 does")
        return self

    def plan(self) -> Plan:
        return _plan(self, self.title, self.when).limited(
            missed=self.missed, grace=self.grace, until=self.until, most=self.most, cap=self.cap
        )


class PreviewIn(WhatIn):
    """A rule of time, and what would be done, where that is known already."""

    when: When


class PreviewOut(BaseModel):
    """The next moments, by a clock of the zone; the rule in words; and what it would cost each time, in thousandths of
    a credit (null where nobody can know, or nothing was said)."""

    next: list[datetime]
    words: str
    price: int | None


class TickOut(BaseModel):
    """A moment that has come. `nothing`: there was nothing new. `skipped`: it was missed while the studio was away."""

    id: UUID
    due: datetime
    at: datetime
    outcome: Outcome
    by_hand: bool
    run: UUID | None
    batches: list[UUID]
    note: str


class ScheduleOut(BaseModel):
    """A schedule. `words` say when, `next_at` is its next moment (null unless it is active), `price` what it costs each
    time by the last estimate (thousandths of a credit, null where nobody can know before)."""

    id: UUID
    title: str
    state: State
    note: str
    when: When
    words: str
    next_at: datetime | None
    missed: Missed
    grace: int
    until: datetime | None
    most: int | None
    times: int
    cap: int | None
    price: int | None
    run: RunIn | None
    batch: WantedIn | None
    rows: int
    watch: WatchIn | None
    user: UUID
    last_at: datetime | None
    last: Outcome | None
    created_at: datetime


class ScheduleWholeOut(ScheduleOut):
    """A schedule with its next moments (by a clock of its zone), what came of the latest, and its own rows."""

    next: list[datetime]
    ticks: list[TickOut]
    data: list[dict[str, Any] | str]


@router.post("", status_code=201)
async def create(wanted: ScheduleIn, desk: AtDesk, response: Response) -> ScheduleWholeOut:
    """Makes a schedule, which is active at once. What it watches is looked at, so that what is wrong is told now."""
    made = await desk.studio.clock.create(desk.actor, wanted.plan())
    response.headers["Location"] = f"/api/schedules/{made.id}"
    return await _one(desk, made.id)


@router.get("")
async def listed(
    desk: AtDesk, after: UUID | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> PageOut[ScheduleOut]:
    """The team's schedules, the newest first."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        page = await schedules.listed(work, after=after, limit=limit)
        return PageOut(items=[ScheduleOut(**_told(each)) for each in page.items], next=page.next)


@router.post("/preview")
async def preview(wanted: PreviewIn, desk: AtDesk) -> PreviewOut:
    """When it would be, and for how much, without making it. What is wrong is told with its field
    (`when.cron`, ...)."""
    desk.actor.require("runs.read")
    when = wanted.when.checked()
    price = None
    if wanted.run is not None or wanted.batch is not None:
        async with desk.read() as work:
            price = await desk.studio.clock.price(work, _plan(wanted, "", when).checked())
    return PreviewOut(next=when.shown(now()), words=when.words(), price=price)


@router.get("/{schedule_id}")
async def get(schedule_id: UUID, desk: AtDesk) -> ScheduleWholeOut:
    """A schedule with its next five moments, and what came of the latest."""
    desk.actor.require("runs.read")
    return await _one(desk, schedule_id)


@router.put("/{schedule_id}")
async def change(schedule_id: UUID, wanted: ScheduleIn, desk: AtDesk) -> ScheduleWholeOut:
    """Another plan for it; from now on it is done with your rights. One that is paused stays so; one that is over is
    active again."""
    await desk.studio.clock.change(desk.actor, schedule_id, wanted.plan())
    return await _one(desk, schedule_id)


@router.delete("/{schedule_id}", status_code=204)
async def remove(schedule_id: UUID, desk: AtDesk) -> None:
    """Forgets it. What it began stays."""
    async with desk.work() as work:
        await schedules.remove(work, schedule_id)


@router.post("/{schedule_id}/pause")
async def pause(schedule_id: UUID, desk: AtDesk) -> ScheduleWholeOut:
    """Nothing is begun until it is resumed. Twice is once."""
    async with desk.work() as work:
        await schedules.pause(work, schedule_id)
    return await _one(desk, schedule_id)


@router.post("/{schedule_id}/resume")
async def resume(schedule_id: UUID, desk: AtDesk) -> ScheduleWholeOut:
    """It goes on with its next moment. Twice is once."""
    async with desk.work() as work:
        await schedules.resume(work, schedule_id)
    return await _one(desk, schedule_id)


@router.post("/{schedule_id}/run", status_code=202)
async def begin(schedule_id: UUID, desk: AtDesk, idempotency_key: IdempotencyKey = None) -> TickOut:
    """Does it now, besides its moments: with the rights of who made it, and within its cap."""
    return _tick_out(await desk.studio.clock.now(desk.actor, schedule_id, key=idempotency_key))


def _plan(wanted: WhatIn, title: str, when: When) -> Plan:
    if wanted.batch is not None and wanted.batch.canary:
        raise Invalid("Nobody is there to look at the first rows.", fields=[{"field": "batch.canary"}])
    return Plan(
        title,
        when,
        order(wanted.run) if wanted.run is not None else None,
        wanted.batch.wanted() if wanted.batch is not None else None,
        wanted.rows,
        Watch(wanted.watch.kind, wanted.watch.place, wanted.watch.first) if wanted.watch is not None else None,
    )


async def _one(desk: Desk, schedule_id: UUID) -> ScheduleWholeOut:
    async with desk.read() as work:
        return await _whole(work, await schedules.find(work, schedule_id))


async def _whole(work: Work, found: Schedule) -> ScheduleWholeOut:
    ticks: Sequence[Tick] = await schedules.ticks(work, found.id)
    coming: list[datetime] = []
    if found.state == "active":
        left = None if found.most is None else found.most - found.times
        shown = schedules.when_of(found).shown(now())
        coming = [each for each in shown if found.until is None or each <= found.until][:left]
    return ScheduleWholeOut(
        **_told(found), next=coming, ticks=[_tick_out(each) for each in ticks], data=found.rows or []
    )


def _told(found: Schedule) -> dict[str, Any]:
    when = schedules.when_of(found)
    return {
        "id": found.id,
        "title": found.title,
        "state": found.state,
        "note": found.note,
        "when": when,
        "words": when.words(),
        "next_at": found.next_at,
        "missed": found.missed,
        "grace": found.grace,
        "until": found.until,
        "most": found.most,
        "times": found.times,
        "cap": found.cap,
        "price": found.price,
        "run": RunIn(**found.order) if found.order else None,
        "batch": _batch_in(found.batch) if found.batch else None,
        "rows": len(found.rows or ()),
        "watch": WatchIn(**found.watch) if found.watch else None,
        "user": found.user_id,
        "last_at": found.last_at,
        "last": found.last or None,
        "created_at": found.created_at,
    }


def _batch_in(told: dict[str, Any]) -> WantedIn:
    rest = {name: value for name, value in told.items() if name not in ("steps", "into")}
    return WantedIn(steps=[StepIn(**step) for step in told["steps"]], columns=told["into"], start=True, **rest)


def _tick_out(found: Tick) -> TickOut:
    return TickOut(
        id=found.id,
        due=found.due,
        at=found.created_at,
        outcome=found.outcome,
        by_hand=found.by_hand,
        run=found.run_id,
        batches=[UUID(id) for id in found.batches],
        note=found.note,
    )
