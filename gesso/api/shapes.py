"""The values that the HTTP surface speaks in. Their names are fixed for clients."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gesso import library
from gesso.catalog import Offer, Prefer
from gesso.catalog.finish import Marks
from gesso.catalog.manner import State
from gesso.db import Work
from gesso.library import Asset, Label, Lineage, Purpose
from gesso.library.stacks import Stack
from gesso.runs import Run, Sent

T = TypeVar("T")


class StackOut(BaseModel):
    """What it is stacked with: so many in all, those in the trash not counted."""

    id: UUID
    count: int


class AssetOut(BaseModel):
    """An asset: bytes with provenance. `run` made it (None for an upload), `parents` are what it was made from;
    `version_of` is the first original, when this is that picture edited or enlarged; `review` what was decided of it
    on a board (approved, changes)."""

    id: UUID
    kind: str
    type: str
    width: int
    height: int
    bytes: int
    sha256: str
    title: str
    favorite: bool
    rating: int | None
    label: Label | None
    tags: list[str]
    stack: StackOut | None
    reference: bool
    created_at: datetime
    deleted_at: datetime | None
    held: bool = Field(description="Under a legal hold: it can be neither deleted nor erased.")
    trouble: str | None = Field(description="What is wrong with its bytes: missing, or changed.")
    op: str | None
    run: UUID | None
    parents: list[UUID]
    children: list[UUID]
    purpose: Purpose
    version_of: UUID | None
    review: str | None
    facts: dict[str, Any]
    file: str
    thumbnail: str
    preview: str


class Problem(BaseModel):
    """Why a run did not succeed."""

    code: str
    title: str
    message: str


class RunOut(BaseModel):
    """A run. `price` and `spent` are thousandths of a credit; `outputs` appear one by one; `why` says why its offer was
    chosen, where nobody named one."""

    id: UUID
    op: str
    title: str
    offer: str
    state: str = Field(description="queued, running, succeeded, failed, cancelled, or unknown")
    progress: float
    note: str
    stopping: bool
    expected: int
    seconds: float
    price: int
    spent: int
    input: dict[str, Any]
    understood: list[str]
    ignored: list[str]
    notes: list[str]
    why: list[str]
    error: Problem | None
    answer: dict[str, Any] | None = Field(description="What it has said, where its operation makes text.")
    outputs: list[AssetOut]
    rerun_of: UUID | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class PageOut(BaseModel, Generic[T]):
    """A page of a list. `next`, when there is one, is the `after` of the page that follows."""

    items: list[T]
    next: UUID | None


class RunIn(BaseModel):
    """What is wanted. Without `offer` the best one that accepts is picked, by what is preferred; `fallbacks` may be
    tried after it."""

    model_config = ConfigDict(extra="forbid")

    op: str
    offer: str | None = None
    input: dict[str, Any]
    prefer: Prefer = "price"
    collection: UUID | None = Field(None, description="Where what it makes goes; a campaign counts what it costs.")
    fallbacks: list[str] = Field(default_factory=list, max_length=10)


class SizeOut(BaseModel):
    """Pixels."""

    width: int
    height: int


class EstimateOut(BaseModel):
    """Before anything is promised: who would do it and why, its price (thousandths of a credit; null while the sound
    or film that decides it is still to be uploaded), about how long it takes, the words it understands and what it will
    ignore, in sentences what it makes less of than is meant, and the size of each result where it is known before."""

    offer: str
    price: int | None
    seconds: float
    understood: list[str]
    ignored: list[str]
    style: State = Field(description="What becomes of the style: a preset of theirs, the nearest, words; or nothing.")
    losses: list[str]
    why: list[str]
    size: SizeOut | None


class PictureSentOut(BaseModel):
    """A picture as it is sent: `name` is its field there, `file` (POST, the same body) gives it. For a mask, `marks`
    says how it tells what to change: by white, by black, or by what is transparent (alpha)."""

    name: str
    type: str
    width: int | None
    height: int | None
    bytes: int
    marks: Marks | None
    file: str


class FieldSentOut(BaseModel):
    name: str
    value: str


class RequestSentOut(BaseModel):
    """One request to the provider, `bytes` of body in all. `address` is empty where the provider says it then; `buys`
    is the one that costs."""

    method: str
    address: str
    bytes: int
    buys: bool
    fields: list[FieldSentOut]
    pictures: list[PictureSentOut]


class SendingOut(BaseModel):
    """What a run would send for its first output; no request where it is done on this machine."""

    offer: str
    title: str
    requests: list[RequestSentOut]


def sending_out(offer: Offer[Any], sent: Iterable[Sent]) -> SendingOut:
    numbers = count(1)
    return SendingOut(
        offer=offer.id,
        title=offer.title,
        requests=[
            RequestSentOut(
                method=each.method,
                address=each.address,
                bytes=each.bytes,
                buys=each.buys,
                fields=[FieldSentOut(name=name, value=value) for name, value in each.fields],
                pictures=[
                    PictureSentOut(
                        name=shown.name,
                        type=shown.media.type,
                        width=shown.media.facts.get("width"),
                        height=shown.media.facts.get("height"),
                        bytes=len(shown.media.data),
                        marks=shown.marks,
                        file=f"/api/runs/preview/{next(numbers)}",
                    )
                    for shown in each.pictures
                ],
            )
            for each in sent
        ],
    )


class Touched(BaseModel):
    """What really changed, in one step."""

    changed: int
    ids: list[UUID]


def asset_out(asset: Asset, lineage: Lineage, tags: Sequence[str], stack: Stack | None) -> AssetOut:
    return AssetOut(
        id=asset.id,
        kind=asset.kind,
        type=asset.type,
        width=asset.width,
        height=asset.height,
        bytes=asset.bytes,
        sha256=asset.sha256,
        title=asset.title,
        favorite=asset.favorite,
        rating=asset.rating,
        label=asset.label,
        tags=list(tags),
        stack=StackOut(id=stack.id, count=stack.count) if stack else None,
        reference=asset.reference,
        created_at=asset.created_at,
        deleted_at=asset.deleted_at,
        held=asset.held,
        trouble=asset.trouble,
        op=asset.op,
        run=asset.run_id,
        parents=list(lineage.parents),
        children=list(lineage.children),
        purpose=asset.purpose,
        version_of=asset.version_of,
        review=asset.review,
        facts=asset.facts,
        file=f"/api/assets/{asset.id}/file",
        thumbnail=f"/api/assets/{asset.id}/thumbnail",
        preview=f"/api/assets/{asset.id}/preview",
    )


async def assets_out(work: Work, found: Sequence[Asset]) -> list[AssetOut]:
    ids = [asset.id for asset in found]
    lineages = await library.lineage(work, ids) if found else {}
    tags = await library.tagging.of(work, ids)
    piled = await library.stacks.of(work, found)
    return [asset_out(asset, lineages[asset.id], tags[asset.id], piled.get(asset.id)) for asset in found]


async def runs_out(work: Work, found: Iterable[Run]) -> list[RunOut]:
    """The runs with their outputs: three queries, however many runs."""
    runs = list(found)
    begun = [run.id for run in runs if run.attempt]
    outputs = await library.of_runs(work, begun) if begun else {}
    shown = {each.id: each for each in await assets_out(work, [asset for made in outputs.values() for asset in made])}
    return [
        RunOut(
            id=run.id,
            op=run.op,
            title=run.title,
            offer=run.offer,
            state=run.state,
            progress=run.progress,
            note=run.note,
            stopping=run.stopping,
            expected=run.expected,
            seconds=run.seconds,
            price=run.price,
            spent=run.spent,
            input=run.request,
            understood=run.understood,
            ignored=run.ignored,
            notes=run.notes,
            why=run.why,
            error=Problem(**run.error) if run.error else None,
            answer=run.answer,
            outputs=[shown[asset.id] for asset in outputs.get(run.id, ())],
            rerun_of=run.rerun_of,
            created_at=run.created_at,
            started_at=run.started_at,
            ended_at=run.ended_at,
        )
        for run in runs
    ]


async def run_out(work: Work, run: Run) -> RunOut:
    return (await runs_out(work, [run]))[0]
