"""Runs: asked for, watched, stopped, carried out again."""

import asyncio
import json
import re
from collections.abc import Coroutine
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Body, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso import runs
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.api.shapes import EstimateOut, PageOut, RunIn, RunOut, SendingOut, SizeOut, run_out, runs_out, sending_out
from gesso.imaging import picture
from gesso.kit.errors import Cancelled, Failed, Invalid, NotFound
from gesso.runs import OVER, AtHand, Estimate, Order

router = APIRouter(prefix="/runs", tags=["runs"], max_body_size=BODY_BYTES)

IdempotencyKey = Annotated[
    str | None,
    Header(description="The same key and body give the same run; the same key with another body is a 409."),
]
Prefer = Annotated[
    str | None,
    Header(description="`wait=N` waits up to N seconds (60 at most) and answers 200 with the run's end."),
]
State = Literal["queued", "running", "succeeded", "failed", "cancelled", "unknown"]

T = TypeVar("T")

LONGEST_WAIT = 60.0
MOST_ORDERS = 200
"""That one request promises."""


class RerunIn(BaseModel):
    """What is to be different this time; nothing else changes, not even the seed."""

    model_config = ConfigDict(extra="forbid")

    offer: str | None = None
    input: dict[str, Any] = {}
    leave: list[Annotated[str, StringConstraints(max_length=100)]] = Field(
        [], max_length=100, description="Fields of the recipe that are left out, because the offer does not take them."
    )


class ManyIn(BaseModel):
    """Several orders at once: all of them are promised, or none."""

    model_config = ConfigDict(extra="forbid")

    orders: list[RunIn] = Field(min_length=1, max_length=MOST_ORDERS)


class ManyEstimateOut(BaseModel):
    """What they cost together; null while the price of one is still to come. `each` is in the order of the orders."""

    price: int | None
    seconds: float
    each: list[EstimateOut]


class ManyOut(BaseModel):
    """The runs, in the order of the orders."""

    items: list[RunOut]


class ResolveIn(BaseModel):
    """A person's word on a run whose outcome is unknown."""

    model_config = ConfigDict(extra="forbid")

    charged: bool


def order(wanted: RunIn) -> Order:
    return Order(wanted.op, wanted.input, wanted.offer, tuple(wanted.fallbacks), wanted.prefer, wanted.collection)


def estimate_out(found: Estimate) -> EstimateOut:
    return EstimateOut(
        offer=found.offer,
        price=found.price,
        seconds=found.seconds,
        understood=list(found.reading.understood),
        ignored=list(found.reading.ignored),
        style=found.reading.style,
        losses=list(found.reading.losses),
        why=list(found.why),
        size=SizeOut(width=found.size[0], height=found.size[1]) if found.size is not None else None,
    )


async def promise(desk: Desk, response: Response, wanted: Order, key: str | None, prefer: str | None) -> RunOut:
    """Submits, commits, and only then answers: 202, or 200 when it ended within the wait."""
    async with desk.work() as work:
        run = await desk.studio.runs.submit(work, wanted, key=key)
        answer = await run_out(work, run)
    return await settle_down(desk, response, answer, prefer)


async def settle_down(desk: Desk, response: Response, answer: RunOut, prefer: str | None) -> RunOut:
    asked = re.search(r"(?:^|[,;\s])wait=(\d+)", prefer or "")
    seconds = min(float(asked[1]), LONGEST_WAIT) if asked else 0.0
    ends = asyncio.get_running_loop().time() + seconds
    state = answer.state
    while state not in (*OVER, "unknown") and not desk.studio.bell.closed:
        left = ends - asyncio.get_running_loop().time()
        if left <= 0:
            break
        await desk.studio.bell.wait(str(answer.id), min(left, 0.5))
        async with desk.read() as work:
            state = await runs.state(work, answer.id)
            if state != answer.state or left <= 0.5:
                answer = await run_out(work, await runs.get(work, answer.id))
    response.status_code = 200 if answer.state in (*OVER, "unknown") else 202
    response.headers["Location"] = f"/api/runs/{answer.id}"
    return answer


async def while_waited_for(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Done as long as whoever asked is there; else it is stopped. The body must have been read."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    doing, leaving = asyncio.create_task(work), asyncio.create_task(gone())
    try:
        await asyncio.wait((doing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise Cancelled("Nobody waits for it any more.")
        return doing.result()
    finally:
        doing.cancel()
        leaving.cancel()
        await asyncio.gather(doing, leaving, return_exceptions=True)


@router.post("/estimate")
async def estimate(wanted: RunIn, desk: AtDesk) -> EstimateOut:
    """Price, time, the size of the result and what will be ignored. Nothing is promised, nothing is spent.

    The id 00000000-0000-7000-8000-000000000000 stands for a picture that is still to be uploaded.
    """
    desk.actor.require("runs.read")
    async with desk.read() as work:
        return estimate_out(await desk.studio.runs.estimate(work, order(wanted)))


@router.post("/preview")
async def preview(wanted: RunIn, desk: AtDesk) -> SendingOut:
    """What this run would send to its provider, made by the same code, and not sent: pictures and mask in the size and
    format in which they would go, and every field. Keys are not shown. Nothing is promised, nothing is spent."""
    return sending_out(*await desk.studio.runs.rehearse(desk.actor, order(wanted)))


@router.post("/preview/{number}", response_class=Response)
async def preview_picture(number: Annotated[int, Path(ge=1, le=100)], wanted: RunIn, desk: AtDesk) -> Response:
    """The picture of that number that this run would send, the very bytes."""
    _, sent = await desk.studio.runs.rehearse(desk.actor, order(wanted))
    pictures = [shown.media for each in sent for shown in each.pictures]
    if number > len(pictures):
        raise NotFound("There is no such picture in it.")
    media = pictures[number - 1]
    return Response(media.data, media_type=media.type, headers={"Cache-Control": "no-store"})


@router.post("/glimpse", response_class=Response, responses={200: {"content": {"image/*": {}}}})
async def look(wanted: RunIn, desk: AtDesk, request: Request) -> Response:
    """What a quick operation makes of its picture, while its settings are still changed: of a small copy of it, or, of
    those whose form says `whole`, of all of it, to the byte. `Gesso-Facts` is what is said of it, in JSON. Nothing is
    promised, nothing is kept; it is stopped when nobody waits for it any more."""
    try:
        media = await while_waited_for(request, desk.studio.runs.glimpse(desk.actor, order(wanted)))
    except Failed as error:
        # Nothing has gone wrong here: it cannot be done, and that is what was asked.
        raise Invalid(str(error)) from None
    # (Without what is laid into the file, which may be long: many a proxy takes no more than 4 kB of headers.)
    said = {name: value for name, value in media.facts.items() if name != "sealed"}
    headers = {"Cache-Control": "no-store", "Gesso-Facts": json.dumps(said)}
    return Response(media.data, media_type=media.type, headers=headers)


@router.post("", status_code=202)
async def create(
    wanted: RunIn,
    desk: AtDesk,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> RunOut:
    """Promises a run. The price is reserved before, and settled after."""
    return await promise(desk, response, order(wanted), idempotency_key, prefer)


@router.post("/many/estimate")
async def estimate_many(wanted: ManyIn, desk: AtDesk) -> ManyEstimateOut:
    """What several orders would cost and take, each and together. Nothing is promised, nothing is spent."""
    desk.actor.require("runs.read")
    hand = AtHand()
    async with desk.read() as work:
        each = [estimate_out(await desk.studio.runs.estimate(work, order(one), hand)) for one in wanted.orders]
    prices = [one.price for one in each if one.price is not None]
    return ManyEstimateOut(
        price=sum(prices) if len(prices) == len(each) else None, seconds=sum(one.seconds for one in each), each=each
    )


@router.post("/many", status_code=202)
async def create_many(wanted: ManyIn, desk: AtDesk, idempotency_key: IdempotencyKey = None) -> ManyOut:
    """Promises a run for each order, all of them or none: what cannot be paid as a whole is not begun. Each then goes
    its own way, and costs nothing if it fails."""
    async with desk.work() as work:
        runs_ = await desk.studio.runs.submit_all(work, [order(one) for one in wanted.orders], key=idempotency_key)
        return ManyOut(items=await runs_out(work, runs_))


@router.get("")
async def listed(
    desk: AtDesk,
    state: Annotated[list[State] | None, Query(description="One state, or several.")] = None,
    op: Annotated[list[str] | None, Query(max_length=100, description="One operation, or several.")] = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PageOut[RunOut]:
    """The team's runs, the newest first."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        page = await runs.listed(work, states=state or (), ops=op or (), after=after, limit=limit)
        return PageOut(items=await runs_out(work, page.items), next=page.next)


@router.get("/{run_id}")
async def get(run_id: UUID, desk: AtDesk, response: Response, prefer: Prefer = None) -> RunOut:
    """One run, with the outputs that are there so far."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        answer = await run_out(work, await runs.get(work, run_id))
    answer = await settle_down(desk, response, answer, prefer)
    response.status_code = 200
    return answer


@router.get("/{run_id}/preview/{number}", response_class=Response, responses={200: {"content": {"image/*": {}}}})
async def glimpse(run_id: UUID, number: Annotated[int, Path(ge=0, lt=2**31)], desk: AtDesk) -> Response:
    """How the next picture looks so far: small, and gone when it is made. Events of the run name its number."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        seen = await runs.preview(work, desk.studio.store, run_id, number)
    type = picture.sniff(seen[:64]) or ""
    if not type.startswith("image/"):
        raise NotFound("This preview is no picture.")
    return Response(seen, media_type=type, headers={"Cache-Control": "private, max-age=600, immutable"})


@router.post("/{run_id}/cancel")
async def cancel(run_id: UUID, desk: AtDesk) -> RunOut:
    """Stops the run. What it delivered stays; the rest is not charged."""
    async with desk.work() as work:
        return await run_out(work, await desk.studio.runs.cancel(work, run_id))


@router.post("/{run_id}/rerun", status_code=202)
async def rerun(
    run_id: UUID,
    desk: AtDesk,
    response: Response,
    changes: Annotated[RerunIn | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> RunOut:
    """The same recipe again, on the same offer or another, with changes if wanted."""
    wanted = changes or RerunIn()
    async with desk.work() as work:
        run = await desk.studio.runs.rerun(
            work, run_id, offer=wanted.offer, changes=wanted.input, key=idempotency_key, leave=wanted.leave
        )
        answer = await run_out(work, run)
    return await settle_down(desk, response, answer, prefer)


@router.post("/{run_id}/resolve")
async def resolve(run_id: UUID, word: ResolveIn, desk: AtDesk) -> RunOut:
    """Ends a run whose outcome is unknown: it was charged, or it was not and the money returns."""
    async with desk.work() as work:
        answer = await run_out(work, await desk.studio.runs.resolve(work, run_id, charged=word.charged))
    await desk.studio.runs.clear(run_id)
    return answer
