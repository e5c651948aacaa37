"""What a person asks of a batch: that it comes in, what is done with its rows, and that it begins, waits or stops.

Every function is one step in the caller's transaction; what takes longer is left to the steward.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import delete, func, insert, null, select, update

from gesso import events
from gesso.batches import cells
from gesso.batches.cells import Place
from gesso.batches.sheet import Sheet
from gesso.batches.tables import ENDED, Batch, Row, Template
from gesso.catalog import Catalog, Prefer
from gesso.db import Work
from gesso.kit import fields
from gesso.kit.errors import Conflict, Invalid, NotFound
from gesso.kit.fields import Field
from gesso.kit.ids import uuid7
from gesso.kit.page import Page
from gesso.kit.time import now
from gesso.library import collections
from gesso.ops import OPERATIONS
from gesso.runs import Runs

Priority = Literal["high", "normal", "low"]
Twins = Literal["keep", "skip"]
Which = Literal["transient", "failed", "refused", "all"]

MOST_STEPS: Final = 8
MOST_TEMPLATES: Final = 200
MOST_OPEN: Final = 200
SAMPLES: Final = 3
AT_ONCE: Final = 1_000
"""Rows that are written down in one statement."""
TRANSIENT: Final = ("retry", "unavailable", "exhausted", "unreached")
"""Codes of what may succeed when it is tried again."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation that is done to each row. `input` is the same for all, where a row does not say otherwise."""

    op: str
    input: Mapping[str, Any] = field(default_factory=dict)
    offer: str | None = None
    prefer: Prefer = "price"

    def told(self) -> dict[str, Any]:
        return {"op": self.op, "offer": self.offer, "prefer": self.prefer, "input": dict(self.input)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done with the rows. `into` says where each column goes (`prompt`, `2:factor`; None: nowhere); those
    that it does not name go by their names."""

    steps: Sequence[Step]
    into: Mapping[str, str | None] = field(default_factory=dict)
    title: str = ""
    cap: int | None = None
    canary: int = 0
    priority: Priority = "normal"
    at_once: int | None = None
    per_minute: int | None = None
    twins: Twins = "keep"
    collection: UUID | None = None
    begins: bool = False

    def digest(self, rows: object = None) -> str:
        """The same for the same wish and the same rows."""
        said: list[Any] = [[step.told() for step in self.steps], dict(self.into), self.title, self.cap, self.canary]
        said += [self.priority, self.at_once, self.per_minute, self.twins, str(self.collection), self.begins, rows]
        return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


# -- coming in


async def room(work: Work) -> None:
    """Conflict where a team has as many batches that are not over as it may."""
    going = Batch.visible_to(work.actor).where(Batch.state.not_in(ENDED)).with_only_columns(func.count())
    if (await work.session.scalar(going) or 0) >= MOST_OPEN:
        raise Conflict(
            f"A team has at most {MOST_OPEN} batches that are not over. Stop some of them, or delete drafts."
        )


def arriving(work: Work, sheet: Sheet, title: str, id: UUID | None = None) -> Batch:
    """A batch whose rows are still to be written down (`rows`, then `arrived`)."""
    work.actor.require("runs.create")
    samples: dict[str, list[str]] = {name: [] for name in sheet.columns}
    for line in sheet.lines[:200]:
        for name, value in line.data.items():
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            if shown.strip() and len(samples[name]) < SAMPLES and (cut := shown[:200]) not in samples[name]:
                samples[name].append(cut)
    batch = Batch(
        id=id or uuid7(),
        team_id=work.actor.team_id,
        user_id=work.actor.user_id,
        title=title[:300] or "Batch",
        state="arriving",
        source={
            "name": title[:300],
            "format": sheet.format,
            "encoding": sheet.encoding,
            "delimiter": sheet.delimiter,
            "faults": [{"line": line, "message": why} for line, why in sheet.faults],
        },
        columns=[{"name": name, "into": None, "samples": samples[name]} for name in sheet.columns],
        steps=[],
        imports=[],
        told={},
        total=len(sheet.lines),
    )
    work.session.add(batch)
    return batch


async def rows(work: Work, batch_id: UUID, sheet: Sheet, start: int, count: int) -> None:
    """Writes some of the rows down."""
    told = [
        {
            "batch_id": batch_id,
            "place": place,
            "line": line.line,
            "data": line.data,
            "state": "unchecked",
            "noted": False,
            "problems": [],
            "inputs": [],
            "offers": [],
            "prices": [],
            "price": 0,
            "seconds": 0.0,
            "step": 0,
            "runs": [],
            "held": 0,
            "spent": 0,
        }
        for place, line in enumerate(sheet.lines[start : start + count], start)
    ]
    for begin in range(0, len(told), AT_ONCE):
        await work.session.execute(insert(Row), told[begin : begin + AT_ONCE])


# -- what is to be done


def known(catalog: Catalog, step: Step) -> dict[str, Field]:
    """The fields of a step, of all who may carry it out. NotFound where nobody does."""
    offers = catalog.offers.get(step.op, {})
    if not offers:
        raise NotFound(
            f"Nobody here offers “{step.op}”." if step.op in OPERATIONS else f"There is no operation “{step.op}”."
        )
    if step.offer is not None and step.offer not in offers:
        raise NotFound(f"“{step.offer}” does not offer {step.op}. Offers: {', '.join(sorted(offers))}.")
    chosen = [offers[step.offer]] if step.offer is not None else list(offers.values())
    return fields.of(_schema(offer.request) for offer in chosen)


def feeds(steps: Sequence[Step], each: Sequence[Mapping[str, Field]]) -> list[str | None]:
    """The field of each step that takes what the one before it has made; the first has none. Invalid where one takes
    nothing of that kind."""
    found: list[str | None] = [None]
    for number, (before, step) in enumerate(pairwise(steps), 2):
        makes = OPERATIONS[before.op].makes
        takes = [name for name, told in each[number - 1].items() if told.takes(makes)]
        if not takes:
            message = f"Step {number} ({step.op}) takes no {makes}, and that is what step {number - 1} makes."
            raise Invalid(message, fields=[{"field": f"steps.{number - 1}.op", "message": message}])
        found.append("image" if "image" in takes else takes[0])
    return found


async def settle(runs: Runs, work: Work, batch: Batch, wanted: Wanted) -> None:
    """Says what is to be done with the rows, and has them checked, anew where they were."""
    work.actor.require("runs.create")
    if batch.state not in ("arriving", "draft", "checking", "ready"):
        raise Conflict("This batch has begun. Copy it to do something else with its rows.")
    if not 1 <= len(wanted.steps) <= MOST_STEPS:
        raise Invalid(f"A row is carried out in 1 to {MOST_STEPS} steps.", fields=[{"field": "steps"}])
    catalog = await runs.catalog(work)
    each = [known(catalog, step) for step in wanted.steps]
    for number, (step, told) in enumerate(zip(wanted.steps, each, strict=True)):
        for name in step.input:
            if name not in told:
                field = f"steps.{number}.input.{name}"
                raise Invalid(f"{step.op} has no field “{name}”.", fields=[{"field": field, "message": "unknown"}])
    fed = feeds(wanted.steps, each)
    taken = [Place(number, name) for number, name in enumerate(fed) if name is not None]
    names = [column["name"] for column in batch.columns]
    if strange := [name for name in wanted.into if name not in names]:
        raise Invalid(f"There is no column “{strange[0]}”. Columns: {', '.join(names)}.", fields=[{"field": "columns"}])
    into = cells.guessed(names, each, taken) | _places(wanted.into, each)
    if wanted.collection is not None:
        await collections.find(work, wanted.collection)
    twice = [place for place in into.values() if place is not None and [*into.values()].count(place) > 1]
    if twice and not wanted.into:
        raise Invalid(f"Two columns go into “{twice[0]}”.", fields=[{"field": "columns"}])
    if twice:
        # What was said stands; what was guessed goes.
        into = {name: None if into[name] in twice and name not in wanted.into else into[name] for name in names}
        if len({*filter(None, into.values())}) < len([*filter(None, into.values())]):
            raise Invalid(f"Two columns go into “{twice[0]}”.", fields=[{"field": "columns"}])
    batch.columns = [{**column, "into": into[column["name"]]} for column in batch.columns]
    batch.steps = [{**step.told(), "feeds": field} for step, field in zip(wanted.steps, fed, strict=True)]
    batch.title = wanted.title[:300] or batch.title
    batch.begins, batch.canary, batch.twins = wanted.begins, wanted.canary, wanted.twins
    batch.collection_id = wanted.collection
    _limited(batch, wanted.cap, wanted.priority, wanted.at_once, wanted.per_minute)
    batch.fetched = False
    if batch.state != "arriving":
        await recheck(work, batch)


def _places(into: Mapping[str, str | None], each: Sequence[Mapping[str, Field]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for column, text in into.items():
        if not text:
            found[column] = None
            continue
        place = Place.read(text)
        if not 0 <= place.step < len(each) or place.field not in each[place.step]:
            step = min(max(place.step, 0), len(each) - 1)
            message = f"There is no field “{text}”. Fields of step {step + 1}: {', '.join(each[step])}."
            raise Invalid(message, fields=[{"field": "columns", "message": message}])
        found[column] = str(place)
    return found


async def recheck(work: Work, batch: Batch) -> None:
    """Every row is looked at again."""
    batch.state, batch.revision, batch.note = "checking", batch.revision + 1, ""
    batch.lease_until, batch.price, batch.seconds, batch.told = None, 0, 0.0, {}
    await work.session.execute(
        update(Row).where(Row.batch_id == batch.id, Row.state != "unchecked").values(state="unchecked")
    )


def _limited(batch: Batch, cap: int | None, priority: Priority, at_once: int | None, per_minute: int | None) -> None:
    batch.cap, batch.priority, batch.at_once, batch.per_minute = cap, priority, at_once, per_minute


async def limit(work: Work, batch_id: UUID, changes: Mapping[str, Any]) -> Batch:
    """What may be changed at any time: `title`, `cap`, `priority`, `at_once`, `per_minute`. What is not named stays."""
    work.actor.require("runs.create")
    batch = await find(work, batch_id, lock=True)
    for name in ("cap", "priority", "at_once", "per_minute"):
        if name in changes:
            setattr(batch, name, changes[name])
    batch.title = str(changes.get("title") or batch.title)[:300]
    return batch


# -- begin, wait, stop


async def start(work: Work, batch_id: UUID, *, release: bool = False) -> Batch:
    """Begins what was checked, lets go on what was paused; with `release`, makes the rest after the first rows.
    Twice is once."""
    work.actor.require("runs.create")
    batch = await find(work, batch_id, lock=True)
    match batch.state:
        case "checking":
            batch.begins = True
        case "ready" | "paused":
            begin(batch)
        case "canary" if release:
            batch.canary = 0
            begin(batch)
        case "running" | "canary":
            pass
        case "arriving" | "draft":
            raise Conflict("Say first what is to be done with its rows.")
        case _:
            raise Conflict("This batch is over. Its failed rows can be tried again.")
    return batch


def begin(batch: Batch) -> None:
    batch.state, batch.note, batch.seen_at = "running", "", None
    batch.begun_at, batch.ended_at = batch.begun_at or now(), None


async def pause(runs: Runs, work: Work, batch_id: UUID, note: str = "") -> Batch:
    """No further row begins. What is at work ends; what only waited in the queue is taken back, and its money is free.
    Twice is once."""
    work.actor.require("runs.create")
    batch = await find(work, batch_id, lock=True)
    if batch.stopping:
        return batch
    if batch.state == "checking":
        batch.begins = False
    elif batch.state in ("running", "canary"):
        batch.state, batch.note, batch.seen_at = "paused", note, None
        await _taken_back(runs, work, batch)
    elif batch.state != "paused":
        raise Conflict("Only a batch that runs can be paused.")
    return batch


async def cancel(runs: Runs, work: Work, batch_id: UUID) -> Batch:
    """Stops it for good: what was made stays, what is at work is stopped, the rest is never begun. Twice is once."""
    work.actor.require("runs.create")
    batch = await find(work, batch_id, lock=True)
    if batch.state in ENDED:
        return batch
    if batch.state == "arriving":
        raise Conflict("Its rows are still coming in.")
    await _taken_back(runs, work, batch)
    await work.session.flush()
    waits = Row.batch_id == batch.id, Row.state.in_(("waiting", "unchecked"))
    batch.held -= await work.session.scalar(select(func.sum(Row.held)).where(*waits)) or 0
    await work.session.execute(update(Row).where(*waits).values(state="cancelled", held=0, ended_at=now()))
    batch.stopping, batch.begins = True, False
    for row in await _at_work(work, batch):
        assert row.run_id is not None
        # What nobody knows the outcome of stays as it is.
        with suppress(Conflict):
            await runs.cancel(work, row.run_id)
    # Over at once where nothing is at work; else when that has ended.
    batch.state = "running"
    return batch


async def _taken_back(runs: Runs, work: Work, batch: Batch) -> None:
    """Rows whose runs were promised and not begun wait again."""
    rows = await _at_work(work, batch)
    # All of them before any money: a worker that ends one has its run first, and then the purse.
    await runs.held(work, [row.run_id for row in rows if row.run_id is not None])
    for row in rows:
        assert row.run_id is not None
        if (run := await runs.withdraw(work, row.run_id)) is None:
            continue
        row.state, row.run_id, row.runs = "waiting", None, [id for id in row.runs if id != str(run.id)]
        batch.held -= row.held
        row.held = 0


async def _at_work(work: Work, batch: Batch) -> Sequence[Row]:
    query = select(Row).where(Row.batch_id == batch.id, Row.state == "running", Row.run_id.is_not(None))
    return (await work.session.scalars(query.order_by(Row.place))).all()


async def retry(work: Work, batch_id: UUID, which: Which, places: Sequence[int] = ()) -> int:
    """Lets rows that came to nothing be tried again, at the step at which they did: those that may succeed without a
    change (`transient`), all that `failed`, all that were `refused` (for want of money, say), `all` of them and those
    that were stopped, or those at these places. Answers how many."""
    work.actor.require("runs.create")
    batch = await find(work, batch_id, lock=True)
    if batch.state not in (*ENDED, "running", "paused", "canary") or batch.stopping:
        raise Conflict("Only rows of a batch that has begun can be tried again.")
    states = {"transient": ("failed",), "failed": ("failed",), "refused": ("refused",)}.get(
        which, ("failed", "refused", "cancelled")
    )
    # One that was never looked at has nothing that could be tried again.
    again = [Row.batch_id == batch.id, Row.state.in_(states), Row.said.is_not(None)]
    if places:
        again[1] = Row.state.in_(("failed", "refused", "cancelled"))
        again.append(Row.place.in_(places))
    elif which == "transient":
        again.append(Row.error["code"].as_string().in_(TRANSIENT))
    waits = update(Row).where(*again).values(state="waiting", run_id=None, error=null(), ended_at=None)
    answer = await work.session.execute(waits.execution_options(synchronize_session=False))
    count: int = answer.rowcount  # type: ignore[attr-defined]
    if not count:
        raise Conflict("There is nothing here to be tried again.")
    if batch.state in (*ENDED, "canary"):
        # The first rows stay the first: the rest waits as before.
        begin(batch)
    return count


async def remove(work: Work, batch_id: UUID) -> None:
    """Forgets the batch and its rows for good; what they made stays in the library. Conflict while it runs."""
    work.actor.require("runs.create")
    batch = await find(work, batch_id, lock=True)
    if batch.state in ("running", "paused", "canary"):
        raise Conflict("This batch is not over. Stop it first.")
    if await work.session.scalar(select(Row.place).where(Row.batch_id == batch.id, Row.state == "unknown").limit(1)):
        raise Conflict("Of some rows nobody knows whether they were bought. Say so first.")
    await work.session.execute(delete(Row).where(Row.batch_id == batch.id))
    await work.session.delete(batch)
    events.emit(work, "batch.changed", batch=str(batch_id), user=str(batch.user_id), title=batch.title, state="deleted")


# -- looking


async def find(work: Work, batch_id: UUID, *, lock: bool = False) -> Batch:
    """The batch; NotFound when the actor may not see it."""
    return await work.find(Batch, batch_id, lock=lock)


async def listed(work: Work, *, after: UUID | None, limit: int) -> Page[Batch]:
    """The newest first."""
    query = Batch.visible_to(work.actor).where(Batch.state != "arriving").order_by(Batch.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(Batch.id < after)
    return Page.cut((await work.session.scalars(query)).all(), limit, lambda batch: batch.id)


async def counts(work: Work, ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """How many rows of each batch are in each state."""
    found: dict[UUID, dict[str, int]] = {id: {} for id in ids}
    if ids:
        query = (
            select(Row.batch_id, Row.state, func.count()).where(Row.batch_id.in_(ids)).group_by(Row.batch_id, Row.state)
        )
        for id, state, count in await work.session.execute(query):
            found[id][state] = count
    return found


async def page(
    work: Work,
    batch_id: UUID,
    *,
    states: Sequence[str] = (),
    noted: bool = False,
    after: int = -1,
    skip: int = 0,
    limit: int,
) -> Sequence[Row]:
    """Rows in their order: of these states, or with something to be said of them. `skip` leaves out the first of them:
    a list that is looked into anywhere does not know what stands before."""
    await find(work, batch_id)
    query = select(Row).where(Row.batch_id == batch_id, Row.place > after).order_by(Row.place).limit(limit)
    if skip:
        query = query.offset(skip)
    if states:
        query = query.where(Row.state.in_(states))
    if noted:
        query = query.where(Row.noted)
    return (await work.session.scalars(query)).all()


async def row(work: Work, batch_id: UUID, place: int, *, lock: bool = False) -> Row:
    """NotFound where there is none, or the batch is not the actor's to see."""
    await find(work, batch_id, lock=lock)
    found = await work.session.get(Row, (batch_id, place))
    if found is None:
        raise NotFound("There is no such row.")
    return found


# -- templates


async def templates(work: Work) -> Sequence[Template]:
    return (await work.session.scalars(Template.visible_to(work.actor).order_by(Template.name))).all()


async def keep_template(work: Work, name: str, wanted: Mapping[str, Any]) -> Template:
    """A template by that name, instead of one that was there."""
    work.actor.require("runs.create")
    found: Template | None = await work.session.scalar(Template.visible_to(work.actor).where(Template.name == name))
    if found is None:
        if len(await templates(work)) >= MOST_TEMPLATES:
            raise Invalid(f"A team has at most {MOST_TEMPLATES} templates of batches.")
        found = Template(team_id=work.actor.team_id, user_id=work.actor.user_id, name=name, wanted={})
        work.session.add(found)
    found.wanted = dict(wanted)
    await work.session.flush()
    return found


async def drop_template(work: Work, template_id: UUID) -> None:
    work.actor.require("runs.create")
    await work.session.delete(await work.find(Template, template_id))


_schemas: dict[type, dict[str, Any]] = {}


def _schema(request: Any) -> dict[str, Any]:
    """Of a request type, written once."""
    if request not in _schemas:
        _schemas[request] = request.model_json_schema()
    return _schemas[request]
