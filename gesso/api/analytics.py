"""What was made, with what, by whom, how well and for how much; and how often it was looked at."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from gesso import accounts, library
from gesso.api.desk import AtDesk, Desk
from gesso.api.shapes import AssetOut, assets_out
from gesso.kit import sheet
from gesso.upkeep import figures
from gesso.upkeep.figures import Asked, Figures, Sums

router = APIRouter(tags=["analytics"])

MILLS = Decimal(100_000)
"""Thousandths of a credit in a US dollar."""
LONGEST_NAME = 200

Group = Literal["day", "studio", "operation", "model", "person"]


class AskedIn(BaseModel):
    """Which days (UTC, both included; without: the last thirty), and of what; what is not named does not narrow."""

    model_config = ConfigDict(extra="forbid")

    since: date | None = None
    until: date | None = None
    studio: str | None = Field(None, max_length=LONGEST_NAME, description="create, edit, upscale, ... or upload.")
    op: str | None = Field(None, max_length=LONGEST_NAME)
    offer: str | None = Field(None, max_length=LONGEST_NAME, description="The model, by the id of its offer.")
    person: UUID | None = None

    def asked(self) -> Asked:
        return Asked.of(self.since, self.until, studio=self.studio, op=self.op, offer=self.offer, person=self.person)


class TableIn(AskedIn):
    """And a line for each of what."""

    by: Group = "day"


class SumsOut(BaseModel):
    """`runs` that ended, and how; `made` assets that came; `spent` thousandths of a credit that the ledger settled;
    `favourites` of what came. `success` is null where nothing succeeded or failed."""

    runs: int
    succeeded: int
    failed: int
    cancelled: int
    made: int
    spent: int
    favourites: int
    success: float | None


class PointOut(SumsOut):
    """Of the day, week or month that begins then; `studios` says which studios made how many. Favourites are counted
    for the whole alone."""

    start: date
    studios: dict[str, int]


class GroupOut(SumsOut):
    """`key` is a studio, an operation (empty: uploads), an offer, or a person's id; `title` is a person's name."""

    key: str
    title: str = ""


class LookedAtOut(BaseModel):
    views: int
    downloads: int
    shares: int
    uses: int


class TopOut(LookedAtOut):
    asset: AssetOut


class AnalyticsOut(BaseModel):
    """`people` are all of the team for owners and admins, for others themselves."""

    since: date
    until: date
    step: Literal["day", "week", "month"]
    total: SumsOut
    points: list[PointOut]
    studios: list[GroupOut]
    operations: list[GroupOut]
    models: list[GroupOut]
    people: list[GroupOut]
    looked_at: LookedAtOut
    top: list[TopOut]


class UsageDay(LookedAtOut):
    day: date


class UsageOut(BaseModel):
    """How often an asset was viewed, downloaded, shared and worked with, since ever and by day. The same person counts
    once a day; what happened in the last seconds may be missing."""

    asset: UUID
    total: LookedAtOut
    days: list[UsageDay]


class SeenOut(BaseModel):
    counted: bool


@router.get("/analytics")
async def shown(desk: AtDesk, wanted: Annotated[AskedIn, Query()]) -> AnalyticsOut:
    """The figures of some days. Days that are over are added up once, so that it matters little how much was done."""
    asked = wanted.asked()
    desk.actor.require("runs.read")
    desk.actor.require("credits.read")
    async with desk.read() as work:
        found = await figures.figures(work, asked)
        total, top = await figures.looked_at(work, asked)
        there = {asset.id: asset for asset in await library.several(work, [id for id, _ in top])}
        kept = [(id, counts) for id, counts in top if id in there and there[id].deleted_at is None]
        assets = await assets_out(work, [there[id] for id, _ in kept])
        people = await _people(desk, found)
    return AnalyticsOut(
        since=asked.since,
        until=asked.until,
        step=asked.step,
        total=SumsOut(**_told(found.total)),
        points=[
            PointOut(start=point.start, studios=dict(point.studios), **_told(point.sums)) for point in found.points
        ],
        studios=_groups(found.studios),
        operations=_groups(found.operations),
        models=_groups(found.offers),
        people=people,
        looked_at=LookedAtOut(**total),
        top=[TopOut(asset=asset, **counts) for asset, (_, counts) in zip(assets, kept, strict=True)],
    )


@router.get("/analytics/csv", response_class=Response)
async def csv(desk: AtDesk, wanted: Annotated[TableIn, Query()]) -> Response:
    """The same as a table for spreadsheets: by day (week or month, where there are many), studio, operation, model or
    person. `spent` is in thousandths of a credit, `usd` the same in dollars, both to the digit."""
    asked, by = wanted.asked(), wanted.by
    desk.actor.require("runs.read")
    desk.actor.require("credits.read")
    async with desk.read() as work:
        found = await figures.figures(work, asked)
        people = await _people(desk, found)
    groups = {
        "studio": _groups(found.studios),
        "operation": _groups(found.operations),
        "model": _groups(found.offers),
        "person": people,
    }
    rows: list[dict[str, Any]]
    if by == "day":
        rows = [{by: str(point.start), **_row(point.sums)} for point in found.points]
    else:
        rows = [
            {by: (each.title or each.key) if by == "person" else each.key or "upload", **_row(each)}
            for each in groups[by]
        ]
    name = f"gesso-{by}-{asked.since}-{asked.until}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    columns = (by, "runs", "succeeded", "failed", "cancelled", "made", "favourites", "success", "spent", "usd")
    return Response(sheet.table(columns, rows), headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/assets/{asset_id}/usage")
async def usage(asset_id: UUID, desk: AtDesk, days: Annotated[int, Query(ge=1, le=731)] = 30) -> UsageOut:
    """How often an asset was looked at and used."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        found = await library.usage(work, asset_id, days)
    return UsageOut(
        asset=asset_id,
        total=LookedAtOut(**found.total),
        days=[UsageDay(day=day, **counts) for day, counts in found.days],
    )


@router.post("/assets/{asset_id}/views")
async def seen(asset_id: UUID, desk: AtDesk) -> SeenOut:
    """Says that you look at an asset. A page says so when it shows it, since what it fetches ahead is not looked at."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        await library.get(work, asset_id)
    desk.studio.uses.count(desk.actor.team_id, [asset_id], "views", str(desk.actor.user_id))
    return SeenOut(counted=True)


async def _people(desk: Desk, found: Figures) -> list[GroupOut]:
    mine = {
        user: sums
        for user, sums in found.people.items()
        if user == desk.actor.user_id or desk.actor.may("library.manage")
    }
    async with desk.read() as work:
        names = await accounts.names(work.session, mine)
    people = _groups({str(user): sums for user, sums in mine.items()})
    for each in people:
        each.title = names.get(UUID(each.key), "")
    return people


def _groups(found: Any) -> list[GroupOut]:
    """What cost most first, then what made most."""
    every = [GroupOut(key=key, **_told(sums)) for key, sums in found.items()]
    return sorted(every, key=lambda each: (-each.spent, -each.made, -each.runs, each.key))


def _told(sums: Sums) -> dict[str, Any]:
    return {name: getattr(sums, name) for name in SumsOut.model_fields}


def _row(sums: Sums | GroupOut) -> dict[str, Any]:
    told = {name: getattr(sums, name) for name in SumsOut.model_fields}
    success = "" if sums.success is None else f"{sums.success:.4f}"
    return told | {"success": success, "usd": f"{Decimal(sums.spent) / MILLS:.5f}"}
