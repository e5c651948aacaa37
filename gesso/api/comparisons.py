"""Comparisons: the same request side by side, what each cost, and which people like better."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.runs import IdempotencyKey, Prefer, settle_down
from gesso.api.shapes import PageOut, RunOut, run_out, runs_out
from gesso.catalog import Offer
from gesso.catalog import Prefer as Preferred
from gesso.db import Work
from gesso.runs import Axis, Order, comparison
from gesso.runs.axes import MOST
from gesso.runs.comparison import Plan, Seen, Sum, Wanted

router = APIRouter(prefix="/comparisons", tags=["comparisons"], max_body_size=BODY_BYTES)

Number = Annotated[int, Path(ge=0, lt=MOST)]


class AxisIn(BaseModel):
    """A field of the operation, or `offer`, and its values: a list, or a text as a person types it. In a text commas
    stand between values (of a prompt: bars or new lines), of numbers 10-30/5 is 10, 15, 20, 25, 30, and of offers
    `all` is every one. With `find`, these words in the field are replaced by each value."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(min_length=1, max_length=100)
    values: Annotated[str, Field(max_length=20_000)] | Annotated[list[Any], Field(max_length=1000)]
    find: str = Field("", max_length=1000)


class ComparisonIn(BaseModel):
    """What all cells have in common, and one axis or two: the first runs across, the second down."""

    model_config = ConfigDict(extra="forbid")

    op: str
    offer: str | None = None
    prefer: Preferred = "price"
    input: dict[str, Any]
    axes: list[AxisIn] = Field(min_length=1, max_length=2)

    def wanted(self) -> Wanted:
        axes = [
            Axis(axis.field, axis.values if isinstance(axis.values, str) else tuple(axis.values), axis.find)
            for axis in self.axes
        ]
        return Wanted(Order(self.op, self.input, self.offer, (), self.prefer), axes)


class AxisOut(BaseModel):
    """`labels` are the values as people call them."""

    field: str
    title: str
    find: str
    values: list[Any]
    labels: list[str]


class ProposedOut(BaseModel):
    """A cell before anything is promised; `trouble` says why it cannot be, `dropped` names fields that its offer does
    not have."""

    place: int
    offer: str | None
    price: int | None
    seconds: float
    ignored: list[str]
    dropped: list[str]
    trouble: str


class PlanOut(BaseModel):
    """What a comparison would cost in all (thousandths of a credit; null while that cannot be known), how much work it
    is in seconds, and how many of its cells the team can pay for."""

    axes: list[AxisOut]
    cells: list[ProposedOut]
    possible: int
    fits: int
    price: int | None
    seconds: float


class CellOut(BaseModel):
    """One place, counted row by row. `tries` counts the runs that were in it, `spent` what all of them cost."""

    place: int
    offer: str
    run: RunOut | None
    trouble: str
    accepted: bool
    tries: int
    spent: int
    wins: int
    losses: int


class SumOut(BaseModel):
    """`cost` is what was spent for each accepted picture, in thousandths of a credit; null while none is."""

    cells: int
    made: int
    accepted: int
    spent: int
    cost: float | None
    wins: int
    losses: int


class OfferSumOut(SumOut):
    offer: str
    title: str


class ComparisonOut(BaseModel):
    """A comparison. It is over when nothing of it goes on by itself."""

    id: UUID
    title: str
    op: str
    input: dict[str, Any]
    state: Literal["working", "over"]
    axes: list[AxisOut]
    cells: list[CellOut]
    votes: int
    whole: SumOut
    offers: list[OfferSumOut]
    created_at: datetime
    deleted_at: datetime | None


class ComparisonChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class CellChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    accepted: bool


class VoteIn(BaseModel):
    """The better of two, or the best of all where no `loser` is named: places of cells."""

    model_config = ConfigDict(extra="forbid")

    winner: int = Field(ge=0, lt=MOST)
    loser: int | None = Field(None, ge=0, lt=MOST)


@router.post("/estimate")
async def estimate(wanted: ComparisonIn, desk: AtDesk) -> PlanOut:
    """What a comparison would cost, cell by cell and in all. Nothing is promised, nothing is spent."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        plan = await comparison.plan(desk.studio.runs, work, wanted.wanted())
        offers = (await desk.studio.runs.catalog(work)).offers.get(wanted.op, {})
    return _plan_out(plan, offers)


@router.post("", status_code=202)
async def create(
    wanted: ComparisonIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None
) -> ComparisonOut:
    """Promises every cell as a run of its own, all in one step or none: a 402 says how many would fit (`fits`)."""
    async with desk.work() as work:
        made = await comparison.begin(desk.studio.runs, work, wanted.wanted(), key=idempotency_key)
        answer = await _out(desk, work, made.id)
    response.headers["Location"] = f"/api/comparisons/{answer.id}"
    return answer


@router.get("")
async def listed(
    desk: AtDesk,
    deleted: bool = False,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> PageOut[ComparisonOut]:
    """The team's comparisons, the newest first; those in the trash with `deleted`."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        page = await comparison.listed(work, deleted=deleted, after=after, limit=limit)
        return PageOut(items=[await _shown(desk, work, seen) for seen in page.items], next=page.next)


@router.get("/{comparison_id}")
async def get(comparison_id: UUID, desk: AtDesk) -> ComparisonOut:
    """One comparison, with what came of each cell so far."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        return await _out(desk, work, comparison_id)


@router.patch("/{comparison_id}")
async def rename(comparison_id: UUID, wanted: ComparisonChange, desk: AtDesk) -> ComparisonOut:
    """A new title."""
    async with desk.work() as work:
        await comparison.rename(work, comparison_id, wanted.title)
        return await _out(desk, work, comparison_id)


@router.delete("/{comparison_id}", response_model=ComparisonOut, responses={204: {"description": "Erased for good."}})
async def remove(comparison_id: UUID, desk: AtDesk, forever: bool = False) -> ComparisonOut | Response:
    """Into the trash; `POST /api/comparisons/{id}/restore` takes it out again. What is there can be erased: `forever`.
    What its runs made stays in the library either way."""
    async with desk.work() as work:
        if forever:
            await comparison.erase(work, comparison_id)
            return Response(status_code=204)
        await comparison.remove(work, comparison_id)
        return await _out(desk, work, comparison_id)


@router.post("/{comparison_id}/restore")
async def restore(comparison_id: UUID, desk: AtDesk) -> ComparisonOut:
    """Out of the trash again."""
    async with desk.work() as work:
        await comparison.restore(work, comparison_id)
        return await _out(desk, work, comparison_id)


@router.post("/{comparison_id}/cancel")
async def cancel(comparison_id: UUID, desk: AtDesk) -> ComparisonOut:
    """Stops all that is not over. What was delivered stays; the rest is not charged."""
    async with desk.work() as work:
        await comparison.cancel(desk.studio.runs, work, comparison_id)
        return await _out(desk, work, comparison_id)


@router.patch("/{comparison_id}/cells/{place}")
async def change(comparison_id: UUID, place: Number, wanted: CellChange, desk: AtDesk) -> ComparisonOut:
    """Marks a cell as good enough to be used: what an accepted picture costs is counted by it."""
    async with desk.work() as work:
        await comparison.accept(work, comparison_id, place, wanted.accepted)
        return await _out(desk, work, comparison_id)


@router.post("/{comparison_id}/cells/{place}/retry")
async def retry(
    comparison_id: UUID, place: Number, desk: AtDesk, idempotency_key: IdempotencyKey = None
) -> ComparisonOut:
    """The same cell once more, where it failed or was stopped. Its price is reserved anew."""
    async with desk.work() as work:
        await comparison.retry(desk.studio.runs, work, comparison_id, place, key=idempotency_key)
        return await _out(desk, work, comparison_id)


@router.post("/{comparison_id}/votes")
async def vote(comparison_id: UUID, wanted: VoteIn, desk: AtDesk) -> ComparisonOut:
    """Somebody who did not see the names says which picture is better."""
    async with desk.work() as work:
        await comparison.vote(work, comparison_id, wanted.winner, wanted.loser)
        return await _out(desk, work, comparison_id)


@router.post("/{comparison_id}/image", status_code=202)
async def image(
    comparison_id: UUID,
    desk: AtDesk,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> RunOut:
    """All cells as one picture with their labels, kept in the library: a run like any other."""
    async with desk.work() as work:
        seen = await comparison.seen(work, comparison_id)
        offers = (await desk.studio.runs.catalog(work)).offers.get(seen.comparison.op, {})
        columns, *rows = [comparison.labels(axis, offers) for axis in seen.axes]
        run = await comparison.sheet(
            desk.studio.runs, work, comparison_id, columns, rows[0] if rows else [], key=idempotency_key
        )
        answer = await run_out(work, run)
    return await settle_down(desk, response, answer, prefer)


async def _out(desk: AtDesk, work: Work, comparison_id: UUID) -> ComparisonOut:
    return await _shown(desk, work, await comparison.seen(work, comparison_id))


async def _shown(desk: AtDesk, work: Work, seen: Seen) -> ComparisonOut:
    made, places = seen.comparison, seen.places
    offers = (await desk.studio.runs.catalog(work)).offers.get(made.op, {})
    told = {run.id: run for run in await runs_out(work, [place.run for place in places if place.run is not None])}
    return ComparisonOut(
        id=made.id,
        title=made.title,
        op=made.op,
        input=made.request["input"],
        state="over" if comparison.is_over(seen) else "working",
        axes=[_axis_out(axis, offers) for axis in seen.axes],
        cells=[
            CellOut(
                place=place.cell.place,
                offer=place.offer,
                run=told[place.run.id] if place.run is not None else None,
                trouble=place.cell.trouble,
                accepted=place.cell.accepted,
                tries=len(place.cell.before) + (place.run is not None),
                spent=place.spent,
                wins=place.wins,
                losses=place.losses,
            )
            for place in places
        ],
        votes=seen.votes,
        whole=SumOut(**_counted(seen.whole)),
        offers=[
            OfferSumOut(offer=name, title=offers[name].title if name in offers else name, **_counted(found))
            for name, found in sorted(seen.offers.items())
        ],
        created_at=made.created_at,
        deleted_at=made.deleted_at,
    )


def _counted(found: Sum) -> dict[str, Any]:
    return {
        "cells": found.cells,
        "made": found.made,
        "accepted": found.accepted,
        "spent": found.spent,
        "cost": found.cost,
        "wins": found.wins,
        "losses": found.losses,
    }


def _plan_out(plan: Plan, offers: Mapping[str, Offer[Any]]) -> PlanOut:
    cells = [
        ProposedOut(
            place=cell.place,
            offer=cell.estimate.offer if cell.estimate is not None else cell.order.offer,
            price=cell.estimate.price if cell.estimate is not None else None,
            seconds=cell.estimate.seconds if cell.estimate is not None else 0.0,
            ignored=list(cell.estimate.reading.ignored) if cell.estimate is not None else [],
            dropped=list(cell.dropped),
            trouble=cell.trouble,
        )
        for cell in plan.cells
    ]
    return PlanOut(
        axes=[_axis_out(axis, offers) for axis in plan.axes],
        cells=cells,
        possible=sum(not cell.trouble for cell in cells),
        fits=plan.fits,
        price=plan.price,
        seconds=plan.seconds,
    )


def _axis_out(axis: Axis, offers: Mapping[str, Offer[Any]]) -> AxisOut:
    return AxisOut(
        field=axis.field,
        title=comparison.title(axis, offers),
        find=axis.find,
        values=list(axis.values),
        labels=comparison.labels(axis, offers),
    )
