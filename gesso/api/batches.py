"""Batches: many rows at once, priced before, followed row by row, taken along at the end."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gesso import batches, library
from gesso.api.assets import attached, received, spooled
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.api.runs import IdempotencyKey
from gesso.api.shapes import PageOut, Problem
from gesso.batches import MOST_BYTES, MOST_ROWS, ROW_STATES, Batch, Row, Step, Template, Wanted, Which, orders, results
from gesso.catalog import Prefer
from gesso.db import Work
from gesso.kit.errors import Invalid
from gesso.kit.time import now
from gesso.library import Asset

router = APIRouter(prefix="/batches", tags=["batches"])

LONGEST_LIST: Final = 16 << 20
"""Bytes of rows that come as JSON; more come as a file."""
Closed = ConfigDict(extra="forbid")
Money = Annotated[int, Field(ge=0, le=10**12)]
Place = Annotated[int, Path(ge=0, lt=MOST_ROWS)]
State = Literal[
    "arriving", "draft", "checking", "ready", "running", "canary", "paused", "succeeded", "failed", "cancelled"
]
RowState = Literal[
    "unchecked",
    "invalid",
    "twin",
    "waiting",
    "running",
    "succeeded",
    "failed",
    "refused",
    "unknown",
    "cancelled",
]
FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "wanted": {"type": "string", "description": "What is to be done with its rows, as JSON."},
                    },
                }
            }
        },
    }
}


class StepIn(BaseModel):
    """An operation that is done to each row. `input` is the same for all rows, where a row does not say otherwise."""

    model_config = Closed

    op: str
    offer: str | None = None
    prefer: Prefer = "price"
    input: dict[str, Any] = {}


class LimitsIn(BaseModel):
    """What may be changed at any time. `cap` is the most that the batch may spend, in thousandths of a credit."""

    model_config = Closed

    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    cap: Money | None = None
    priority: batches.Priority = "normal"
    at_once: Annotated[int, Field(ge=1, le=256)] | None = Field(None, description="Rows that are made side by side.")
    per_minute: Annotated[int, Field(ge=1, le=6000)] | None = Field(None, description="Rows that begin in a minute.")


class WantedIn(LimitsIn):
    """What is to be done with the rows: one step, as `op`, `offer`, `prefer`, `input`; or several as `steps`, each fed
    with what the one before has made. `columns` says where the columns go: `prompt` is a field of the first step,
    `2:factor` one of the second, an empty text is nowhere; what it does not name goes by its name."""

    op: str | None = None
    offer: str | None = None
    prefer: Prefer = "price"
    input: dict[str, Any] = {}
    steps: list[StepIn] = Field([], max_length=orders.MOST_STEPS)
    columns: dict[str, str | None] = {}
    canary: int = Field(0, ge=0, le=MOST_ROWS, description="So many rows are made first; then it waits for a word.")
    twins: batches.Twins = Field("keep", description="Whether rows that say the same as an earlier one are made too.")
    collection: UUID | None = None
    start: bool = Field(False, description="Whether it begins as soon as its rows are checked.")

    def wanted(self) -> Wanted:
        if bool(self.op) == bool(self.steps):
            raise Invalid("Name one “op”, or several “steps”.", fields=[{"field": "op"}])
        steps = self.steps or [StepIn(op=self.op or "", offer=self.offer, prefer=self.prefer, input=self.input)]
        return Wanted(
            [Step(step.op, step.input, step.offer, step.prefer) for step in steps],
            self.columns,
            self.title,
            self.cap,
            self.canary,
            self.priority,
            self.at_once,
            self.per_minute,
            self.twins,
            self.collection,
            self.start,
        )


class BatchIn(WantedIn):
    """Rows that a program sends, each with its columns, or assets, each a row with one column `image`. It begins as
    soon as it is checked, unless `start` is false: then nothing is spent, and it says what it would cost."""

    rows: list[dict[str, Any] | str] = Field([], max_length=MOST_ROWS)
    assets: list[UUID] = Field([], max_length=MOST_ROWS)
    start: bool = True


class ColumnOut(BaseModel):
    """A column: where it goes (null: nowhere), and what stands in it in the first rows."""

    name: str
    into: str | None
    samples: list[str]


class StepOut(BaseModel):
    """A step; `feeds` is the field that takes what the step before has made."""

    op: str
    offer: str | None
    prefer: Prefer
    input: dict[str, Any]
    feeds: str | None


class FaultOut(BaseModel):
    """What is wrong with a row (`error`), what is not heeded (`ignored`), or that another says the same (`twin`)."""

    column: str
    field: str
    message: str
    kind: Literal["error", "ignored", "twin"]


class CommonFaultOut(FaultOut):
    """The same with many: in how many rows it is, and the line of the first."""

    rows: int
    line: int


class SheetFaultOut(BaseModel):
    """A line of the file that could not be read."""

    line: int
    message: str


class BatchSourceOut(BaseModel):
    """What the rows came in."""

    name: str
    format: Literal["csv", "tsv", "jsonl", "json", "xlsx", "assets"]
    encoding: str
    delimiter: str
    faults: list[SheetFaultOut]


class BatchOut(BaseModel):
    """A batch. Money is in thousandths of a credit: `price` is what all rows that can be made cost by the estimate,
    `held` what those at work may still cost, `spent` what was charged. `exceeding` rows would not be begun, because the
    cap or the credits end before them. `left` is how many seconds it still takes at its pace; null while nobody knows.
    """

    id: UUID
    title: str
    state: State
    note: str
    stopping: bool
    user: UUID
    source: BatchSourceOut
    columns: list[ColumnOut]
    steps: list[StepOut]
    total: int
    unchecked: int
    invalid: int
    twin: int
    waiting: int
    running: int
    succeeded: int
    failed: int
    refused: int
    unknown: int
    cancelled: int
    price: int
    held: int
    spent: int
    seconds: float
    left: float | None
    cap: int | None
    canary: int
    priority: batches.Priority
    at_once: int | None
    per_minute: int | None
    twins: batches.Twins
    collection: UUID | None
    start: bool
    problems: list[CommonFaultOut]
    exceeding: int
    exceeding_line: int | None
    fetching: bool = Field(description="Whether pictures that its cells name are still to come.")
    created_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None


class RowAssetOut(BaseModel):
    """A result of a row."""

    id: UUID
    kind: str
    title: str
    width: int
    height: int
    thumbnail: str


class RowOut(BaseModel):
    """A row: its cells as they came, what is wrong with it, the step at which it is (from 0), what it costs by the
    estimate (`price`, null in `prices` where that cannot be known) and what was charged, and what it made."""

    place: int
    line: int
    data: dict[str, Any]
    state: RowState
    problems: list[FaultOut]
    step: int
    offers: list[str]
    prices: list[int | None]
    price: int
    spent: int
    seconds: float
    run: UUID | None
    runs: list[UUID]
    error: Problem | None
    outputs: list[RowAssetOut]
    ended_at: datetime | None


class RowsOut(BaseModel):
    """A page of rows. `next`, when there is one, is the `after` of the page that follows."""

    items: list[RowOut]
    next: int | None


class RowIn(BaseModel):
    """Other cells for a row; those that are not named stay. Null empties one."""

    model_config = Closed

    data: dict[str, Any] = Field(min_length=1)


class RetryIn(BaseModel):
    """Which rows are tried again: those that may succeed without a change (`transient`), all that failed, all that were
    refused, or all that came to nothing; or those at `rows` (counted from 0)."""

    model_config = Closed

    which: Which = "failed"
    rows: list[Annotated[int, Field(ge=0, lt=MOST_ROWS)]] = Field([], max_length=1000)


class RetriedOut(BaseModel):
    """How many rows wait again."""

    count: int
    batch: BatchOut


class TemplateIn(BaseModel):
    model_config = Closed

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    wanted: WantedIn


class BatchTemplateOut(BaseModel):
    """What is done with files of a kind, kept to be used again."""

    id: UUID
    name: str
    wanted: WantedIn
    created_at: datetime


@router.post("", status_code=202, max_body_size=LONGEST_LIST)
async def create(wanted: BatchIn, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None) -> BatchOut:
    """Takes in rows and begins them, once each was checked and priced; with `start: false` nothing is begun. Rows that
    do not fit are left out (`invalid`), and take no other with them."""
    desk.actor.require("runs.create")
    if bool(wanted.rows) == bool(wanted.assets):
        raise Invalid("Send “rows”, or “assets”.", fields=[{"field": "rows"}])
    rows: Sequence[Any] = wanted.rows or [{"image": str(id)} for id in wanted.assets]
    sheet = batches.listed(rows, "assets" if wanted.assets else "json")
    title = wanted.title or f"Batch of {now():%Y-%m-%d %H:%M}"
    batch = await desk.studio.batches.take_in(desk.actor, sheet, title, wanted.wanted(), key=idempotency_key)
    response.headers["Location"] = f"/api/batches/{batch.id}"
    return await _one(desk, batch.id)


@router.post("/file", status_code=202, openapi_extra=FILE)
async def upload(
    request: Request, desk: AtDesk, response: Response, idempotency_key: IdempotencyKey = None
) -> BatchOut:
    """Takes in a file of rows: CSV, TSV, JSON Lines, JSON or a spreadsheet, in whatever encoding and with whatever
    delimiter. Without `wanted` it is a draft: it shows its columns, and waits for what is to be done with them."""
    desk.actor.require("runs.create")
    async with received(request, desk, most=MOST_BYTES) as (form, file, path):
        await asyncio.to_thread(spooled, file, path)
        data = await asyncio.to_thread(path.read_bytes)
        told = form.get("wanted")
        name = file.filename or "rows"
    wanted = _wanted(told) if isinstance(told, str) and told.strip() else None
    sheet = await desk.studio.batches.read(data, name)
    batch = await desk.studio.batches.take_in(desk.actor, sheet, name, wanted, key=idempotency_key)
    response.headers["Location"] = f"/api/batches/{batch.id}"
    return await _one(desk, batch.id)


@router.get("")
async def listed(
    desk: AtDesk, after: UUID | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> PageOut[BatchOut]:
    """The team's batches, the newest first."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        page = await orders.listed(work, after=after, limit=limit)
        return PageOut(items=await _out(desk, work, page.items, whole=False), next=page.next)


@router.get("/templates")
async def templates(desk: AtDesk) -> list[BatchTemplateOut]:
    """What was kept to be done again with files of a kind, by name."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        return [_template_out(each) for each in await orders.templates(work)]


@router.post("/templates", max_body_size=BODY_BYTES)
async def keep_template(kept: TemplateIn, desk: AtDesk) -> BatchTemplateOut:
    """Keeps what is done with files of a kind, by a name: instead of what had that name."""
    kept.wanted.wanted()
    async with desk.work() as work:
        made = await orders.keep_template(work, kept.name, kept.wanted.model_dump(mode="json"))
        return _template_out(made)


@router.delete("/templates/{template_id}", status_code=204)
async def drop_template(template_id: UUID, desk: AtDesk) -> None:
    """Forgets a template."""
    async with desk.work() as work:
        await orders.drop_template(work, template_id)


@router.get("/{batch_id}")
async def get(batch_id: UUID, desk: AtDesk) -> BatchOut:
    """How a batch stands."""
    desk.actor.require("runs.read")
    return await _one(desk, batch_id)


@router.put("/{batch_id}", max_body_size=BODY_BYTES)
async def settle(batch_id: UUID, wanted: WantedIn, desk: AtDesk) -> BatchOut:
    """Says what is to be done with the rows, and has them checked and priced: a dry run, which spends nothing, unless
    it is to `start` then. As often as wanted, until it has begun."""
    desk.actor.require("runs.create")
    async with desk.work() as work:
        batch = await orders.find(work, batch_id, lock=True)
        await orders.settle(desk.studio.runs, work, batch, wanted.wanted())
    desk.studio.batches.wake()
    return await _one(desk, batch_id)


@router.patch("/{batch_id}", max_body_size=BODY_BYTES)
async def limit(batch_id: UUID, wanted: LimitsIn, desk: AtDesk) -> BatchOut:
    """Another title, cap, priority or pace, also while it runs. What is not named stays."""
    async with desk.work() as work:
        await orders.limit(work, batch_id, wanted.model_dump(exclude_unset=True))
    desk.studio.batches.wake()
    return await _one(desk, batch_id)


@router.delete("/{batch_id}", status_code=204)
async def remove(batch_id: UUID, desk: AtDesk) -> None:
    """Forgets a batch that is over, or was never begun. What it made stays in the library."""
    async with desk.work() as work:
        await orders.remove(work, batch_id)


@router.post("/{batch_id}/pictures", status_code=202, openapi_extra=FILE)
async def pictures(batch_id: UUID, request: Request, desk: AtDesk) -> BatchOut:
    """A ZIP archive of pictures, which the cells name as files. They come into the library, tagged with the title of
    the batch; then its rows are checked anew."""
    desk.actor.require("library.write")
    async with desk.read() as work:
        batch = await orders.find(work, batch_id)
        await library.require_room(work, desk.studio.limits.ceiling)
    async with received(request, desk, most=desk.studio.settings.max_import_mb << 20) as (_, file, path):
        await asyncio.to_thread(spooled, file, path)
        name = file.filename or "pictures.zip"
        tags = [batch.title[:60]]
        begun = await desk.studio.imports.archive(desk.actor, path, name, folders="none", tags=tags)
    await desk.studio.batches.pictured(desk.actor, batch_id, begun)
    return await _one(desk, batch_id)


@router.post("/{batch_id}/start")
async def start(
    batch_id: UUID,
    desk: AtDesk,
    release: Annotated[bool, Query(description="After the first rows: makes the rest.")] = False,
) -> BatchOut:
    """Begins it, or lets it go on after a pause. Where its first rows wait to be looked at, it goes on with `release`
    alone. Twice is once."""
    async with desk.work() as work:
        await desk.studio.batches.tell(work, await orders.start(work, batch_id, release=release))
    desk.studio.batches.wake()
    return await _one(desk, batch_id)


@router.post("/{batch_id}/pause")
async def pause(batch_id: UUID, desk: AtDesk) -> BatchOut:
    """No further row begins: what is at work ends, what only waited is taken back. Twice is once."""
    async with desk.work() as work:
        await desk.studio.batches.tell(work, await orders.pause(desk.studio.runs, work, batch_id))
    return await _one(desk, batch_id)


@router.post("/{batch_id}/cancel")
async def cancel(batch_id: UUID, desk: AtDesk) -> BatchOut:
    """Stops it for good. What was made stays; what is at work is stopped, and only what was delivered is charged."""
    async with desk.work() as work:
        await desk.studio.batches.tell(work, await orders.cancel(desk.studio.runs, work, batch_id))
    desk.studio.batches.wake()
    return await _one(desk, batch_id)


@router.post("/{batch_id}/retry", max_body_size=BODY_BYTES)
async def retry(batch_id: UUID, wanted: RetryIn, desk: AtDesk) -> RetriedOut:
    """Tries rows again that came to nothing, at the step at which they did: what was paid for is not bought again."""
    async with desk.work() as work:
        count = await orders.retry(work, batch_id, wanted.which, wanted.rows)
    desk.studio.batches.wake()
    return RetriedOut(count=count, batch=await _one(desk, batch_id))


@router.get("/{batch_id}/rows")
async def rows(
    batch_id: UUID,
    desk: AtDesk,
    state: Annotated[
        list[RowState] | None, Query(description="Rows in this state; of several, in any of them.")
    ] = None,
    noted: Annotated[bool, Query(description="Only rows of which there is something to be said.")] = False,
    after: Annotated[int, Query(ge=-1, lt=MOST_ROWS)] = -1,
    skip: Annotated[int, Query(ge=0, lt=MOST_ROWS, description="So many of those that come are left out.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> RowsOut:
    """The rows in their order, each with what came of it."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        batch = await orders.find(work, batch_id)
        found = await orders.page(
            work, batch_id, states=state or (), noted=noted, after=after, skip=skip, limit=limit + 1
        )
        shown = found[:limit]
        return RowsOut(items=await _rows_out(work, batch, shown), next=shown[-1].place if len(found) > limit else None)


@router.patch("/{batch_id}/rows/{place}", max_body_size=BODY_BYTES)
async def edit(batch_id: UUID, place: Place, wanted: RowIn, desk: AtDesk) -> RowOut:
    """Other cells for a row, which is checked at once. One that came to nothing waits for `retry`, and begins at its
    first step again; one that was made can be made anew in the same way."""
    async with desk.work() as work:
        row = await desk.studio.batches.edit(work, batch_id, place, wanted.data)
        return (await _rows_out(work, await orders.find(work, batch_id), [row]))[0]


@router.get("/{batch_id}/manifest", response_class=StreamingResponse)
async def manifest(batch_id: UUID, desk: AtDesk, format: Literal["csv", "jsonl"] = "csv") -> StreamingResponse:
    """Every row with what became of it, as CSV or JSON Lines."""
    batch = await _read(desk, batch_id)
    pieces = results.manifest(desk.studio.db, desk.actor, batch, format)
    return _sent(pieces, batch, format, "text/csv; charset=utf-8" if format == "csv" else "application/x-ndjson")


@router.get("/{batch_id}/archive", response_class=StreamingResponse)
async def archive(batch_id: UUID, desk: AtDesk) -> StreamingResponse:
    """Every file that it made, as a ZIP with the manifest in it, written while it is sent."""
    desk.actor.require("library.read")
    batch = await _read(desk, batch_id)
    return _sent(results.archive(desk.studio.db, desk.studio.store, desk.actor, batch), batch, "zip", "application/zip")


@router.get("/{batch_id}/corrected", response_class=StreamingResponse)
async def corrected(batch_id: UUID, desk: AtDesk, every: bool = False) -> StreamingResponse:
    """The rows that could not be made, as CSV, with what is wrong in a column of its own: to be mended and sent again.
    With `every`, all rows."""
    batch = await _read(desk, batch_id)
    pieces = results.corrected(desk.studio.db, desk.actor, batch, every=every)
    return _sent(pieces, batch, "csv", "text/csv; charset=utf-8")


def _wanted(told: str) -> Wanted:
    """From the field `wanted` of a form."""
    try:
        return WantedIn.model_validate_json(told).wanted()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise RequestValidationError([fault | {"loc": ("body", "wanted", *fault["loc"])} for fault in faults]) from None


async def _read(desk: Desk, batch_id: UUID) -> Batch:
    desk.actor.require("runs.read")
    async with desk.read() as work:
        return await orders.find(work, batch_id)


def _sent(pieces: Any, batch: Batch, ending: str, type: str) -> StreamingResponse:
    stem = batch.title.rpartition(".")[0] if "." in batch.title[-6:] else batch.title
    headers = {"Content-Disposition": attached(stem, ending), "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type=type, headers=headers)


async def _one(desk: Desk, batch_id: UUID) -> BatchOut:
    async with desk.read() as work:
        return (await _out(desk, work, [await orders.find(work, batch_id)], whole=True))[0]


async def _out(desk: Desk, work: Work, found: Sequence[Batch], *, whole: bool) -> list[BatchOut]:
    """With the `whole`, also how many rows there is no money for."""
    counts = await orders.counts(work, [batch.id for batch in found])
    shown = []
    for batch in found:
        count = counts[batch.id]
        exceeding: tuple[int, int | None] = (0, None)
        if whole and batch.state == "ready":
            exceeding = await desk.studio.batches.exceeding(work, batch)
        fetching = whole and batch.state == "checking" and await desk.studio.batches.coming(work, batch)
        shown.append(_batch_out(batch, count, exceeding, fetching))
    return shown


def _batch_out(batch: Batch, count: dict[str, int], exceeding: tuple[int, int | None], fetching: bool) -> BatchOut:
    done = sum(count.get(state, 0) for state in ("succeeded", "failed", "refused", "unknown", "cancelled"))
    waits = count.get("waiting", 0) + count.get("running", 0)
    left = None
    if batch.state == "running" and done and batch.worked:
        left = waits * batch.worked / done
    return BatchOut(
        id=batch.id,
        title=batch.title,
        state=batch.state,
        note=batch.note,
        stopping=batch.stopping,
        user=batch.user_id,
        source=BatchSourceOut.model_validate(batch.source),
        columns=[ColumnOut.model_validate(each) for each in batch.columns],
        steps=[StepOut.model_validate(each) for each in batch.steps],
        total=batch.total,
        **{state: count.get(state, 0) for state in ROW_STATES},
        price=batch.price,
        held=batch.held,
        spent=batch.spent,
        seconds=batch.seconds,
        left=left,
        cap=batch.cap,
        canary=batch.canary,
        priority=batch.priority,
        at_once=batch.at_once,
        per_minute=batch.per_minute,
        twins=batch.twins,
        collection=batch.collection_id,
        start=batch.begins,
        problems=[CommonFaultOut.model_validate(each) for each in batch.told.get("problems", ())],
        exceeding=exceeding[0],
        exceeding_line=exceeding[1],
        fetching=fetching,
        created_at=batch.created_at,
        begun_at=batch.begun_at,
        ended_at=batch.ended_at,
    )


async def _rows_out(work: Work, batch: Batch, rows: Sequence[Row]) -> list[RowOut]:
    made = await results.made_by(work, batch, rows)
    return [
        RowOut(
            place=row.place,
            line=row.line,
            data=row.data,
            state=row.state,
            problems=[FaultOut.model_validate(each) for each in row.problems],
            step=row.step,
            offers=row.offers,
            prices=row.prices,
            price=row.price,
            spent=row.spent,
            seconds=row.seconds,
            run=row.run_id,
            runs=[UUID(id) for id in row.runs],
            error=Problem.model_validate(row.error) if row.error else None,
            outputs=[_asset_out(asset) for asset in results.of(batch, row, made)],
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def _asset_out(asset: Asset) -> RowAssetOut:
    return RowAssetOut(
        id=asset.id,
        kind=asset.kind,
        title=asset.title,
        width=asset.width,
        height=asset.height,
        thumbnail=f"/api/assets/{asset.id}/thumbnail",
    )


def _template_out(found: Template) -> BatchTemplateOut:
    return BatchTemplateOut(
        id=found.id, name=found.name, wanted=WantedIn.model_validate(found.wanted), created_at=found.created_at
    )
