"""Tags, captions and alternative texts that programs propose: asked for, looked at, kept or rejected."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from gesso.api.assets import Selection
from gesso.api.chores import ChoreOut, chore_out
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.runs import IdempotencyKey
from gesso.api.shapes import AssetOut, assets_out
from gesso.db import Work
from gesso.library import chores, proposals
from gesso.library.proposals import Decided, Mode
from gesso.runs import tagger

router = APIRouter(prefix="/tagging", tags=["assets"], max_body_size=BODY_BYTES)

Language = Annotated[str, Field(pattern="^[a-z]{2}$", description="In which the tags are, as “en”.")]
Texts = Literal["caption", "alt"]


class TaggingIn(BaseModel):
    """How what comes in is tagged, by rules and for nothing: not at all, with proposals, or at once."""

    model_config = ConfigDict(extra="forbid")

    mode: Mode
    language: Literal["en", "de"] = "en"


class TaggingOut(BaseModel):
    """`pending` proposals wait for a word (at most 1,001 are counted); `chore` describes pictures now, or did last."""

    mode: Mode
    language: str
    pending: int
    chore: ChoreOut | None


class DescribeIn(BaseModel):
    """Which pictures, and by what: rules, where no `offer` of `text.describe` is named. With `accept` what comes of it
    holds at once; a person's words stay, whatever it is."""

    model_config = ConfigDict(extra="forbid")

    select: Selection
    offer: str | None = Field(None, max_length=200)
    language: Language = "en"
    accept: bool = False


class PriceOut(BaseModel):
    """Thousandths of a credit for all; null where that cannot be known before."""

    count: int
    price: int | None
    seconds: float


class TagProposed(BaseModel):
    tag: str
    by: str


class TextProposed(BaseModel):
    field: Texts
    text: str
    by: str


class WaitingOut(BaseModel):
    """What waits on one asset, each with by whom: a “rule” or a “model”."""

    asset: AssetOut
    tags: list[TagProposed]
    texts: list[TextProposed]


class ProposalsOut(BaseModel):
    items: list[WaitingOut]
    next: UUID | None


class DecideIn(BaseModel):
    """A word on what is proposed for these assets (or, without `ids`, for all): kept or rejected. Where `tags` or
    `fields` are named, on those alone."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(None, max_length=10_000)
    state: Literal["kept", "rejected"]
    tags: list[Annotated[str, Field(max_length=100)]] | None = Field(None, max_length=100)
    fields: list[Texts] | None = None


class DecidedOut(BaseModel):
    """What was decided, by asset: sent to `undo`, it waits again."""

    model_config = ConfigDict(extra="forbid")

    tags: dict[UUID, list[str]] = Field(max_length=500)
    fields: dict[UUID, list[Texts]] = Field(max_length=500)


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    asset: UUID | None = None
    after: UUID | None = None
    limit: int = Field(50, ge=1, le=200)


@router.get("")
async def settings(desk: AtDesk) -> TaggingOut:
    """How the team wants it, and what waits."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        return await _told(work)


@router.put("")
async def change(told: TaggingIn, desk: AtDesk) -> TaggingOut:
    """Says how what comes in is tagged from now on."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        await proposals.set_mode(work, told.mode, told.language)
        return await _told(work)


@router.post("/estimate")
async def estimate(told: DescribeIn, desk: AtDesk) -> PriceOut:
    """What it would cost and take. Nothing is promised, nothing is spent."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        found = await desk.studio.tagger.price(work, await _wanted(told, work))
        return PriceOut(count=found.count, price=found.price, seconds=found.seconds)


@router.post("/chores", status_code=202)
async def begin(told: DescribeIn, desk: AtDesk, idempotency_key: IdempotencyKey = None) -> ChoreOut:
    """Has them described. By a model, each is a run of its own, and all are promised together or none is."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        wanted = await _wanted(told, work)
        return chore_out(await desk.studio.tagger.begin(work, desk.studio.chores, wanted, idempotency_key))


@router.get("/proposals")
async def listed(desk: AtDesk, asked: Annotated[Asked, Query()]) -> ProposalsOut:
    """What waits for a person's word, the newest asset first."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        found = await proposals.waiting(work, after=asked.after, limit=asked.limit + 1, asset_id=asked.asset)
        shown = await assets_out(work, [each.asset for each in found[: asked.limit]])
        items = [
            WaitingOut(
                asset=asset,
                tags=[TagProposed(tag=tag, by=by) for tag, by in each.tags],
                texts=[
                    TextProposed(field=name, text=each.texts[name][0], by=each.texts[name][1])
                    for name in proposals.FIELDS
                    if name in each.texts
                ],
            )
            for asset, each in zip(shown, found, strict=False)
        ]
        return ProposalsOut(items=items, next=items[-1].asset.id if len(found) > asked.limit else None)


@router.post("/decide")
async def decide(told: DecideIn, desk: AtDesk) -> DecidedOut:
    """Keeps proposals, or rejects them: those are not proposed again."""
    desk.actor.require("library.write")
    async with desk.work() as work:
        decided = await proposals.decide(work, told.ids, told.state, tags=told.tags, fields=told.fields)
        return _decided(decided)


@router.post("/undo")
async def undo(told: DecidedOut, desk: AtDesk) -> DecidedOut:
    """What was decided waits again."""
    desk.actor.require("library.write")
    again = Decided()
    async with desk.work() as work:
        for id in told.tags.keys() | told.fields.keys():
            tags, fields = told.tags.get(id, []), told.fields.get(id, [])
            found = await proposals.decide(work, [id], "proposed", tags=tags, fields=fields)
            again.tags.update(found.tags)
            again.fields.update(found.fields)
        return _decided(again)


async def _told(work: Work) -> TaggingOut:
    mode, language = await proposals.mode(work)
    last = await chores.newest(work, tagger.KIND, 1)
    chore = chore_out(last[0]) if last else None
    return TaggingOut(mode=mode, language=language, pending=await proposals.pending(work), chore=chore)


async def _wanted(told: DescribeIn, work: Work) -> tagger.Wanted:
    return tagger.Wanted(await told.select.chosen(work), told.offer, told.language, told.accept)


def _decided(decided: Decided) -> DecidedOut:
    return DecidedOut.model_construct(tags=decided.tags, fields=decided.fields)
