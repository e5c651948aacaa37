"""What is kept and by whom, how much may be, and whether all of it is well."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gesso import accounts, library
from gesso.api.chores import ChoreOut, chore_out
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.shapes import AssetOut, assets_out
from gesso.library import chores
from gesso.library.room import MOST_BYTES, MOST_DAYS
from gesso.upkeep import health
from gesso.upkeep.figures import studio as studio_of

router = APIRouter(prefix="/storage", tags=["storage"], max_body_size=BODY_BYTES)

HEAVIEST = 12


class ShareOut(BaseModel):
    """`key` is a studio, an operation (empty: uploads), a kind, or a person's id; `title` is a person's name."""

    key: str
    title: str = ""
    bytes: int
    assets: int


class RulesOut(BaseModel):
    """What the team has settled; null: as the studio's settings say (`default_...`). Bytes; 0 is no limit."""

    trash_days: int | None
    room: int | None
    person_room: int | None
    default_trash_days: int
    most_room: int
    most_person_room: int


class RulesIn(BaseModel):
    """What is not named stays; null is the studio's setting. A team settles less room than the studio allows."""

    model_config = ConfigDict(extra="forbid")

    trash_days: int | None = Field(None, ge=0, le=MOST_DAYS, description="0: never by itself.")
    room: int | None = Field(None, ge=0, le=MOST_BYTES, description="Bytes.")
    person_room: int | None = Field(None, ge=0, le=MOST_BYTES, description="Bytes.")


class StorageOut(BaseModel):
    """Bytes of originals; the same bytes count once, and what is in the trash counts until it is erased. `own` is
    yours. A limit of 0 is none. `nearly`: 80 % of a limit are used; `full`: nothing comes in, and no run is begun."""

    used: int
    limit: int
    own: int
    own_limit: int
    nearly: bool
    full: bool
    assets: int
    rules: RulesOut
    people: list[ShareOut]
    studios: list[ShareOut]
    operations: list[ShareOut]
    kinds: list[ShareOut]
    heaviest: list[AssetOut]


class StraysOut(BaseModel):
    """Bytes that nobody needs, as the last check saw them. `ripe` ones may be removed now, `ripe_at` is when the next
    may."""

    count: int
    bytes: int
    ripe: int
    ripe_bytes: int
    ripe_at: datetime | None
    grace_hours: int


class RoundOut(BaseModel):
    """How far the reading of all bytes has come: `checked` assets since `began_at`. 0 days: only when asked for."""

    days: int
    checked: int
    began_at: datetime | None
    ended_at: datetime | None


class HealthOut(BaseModel):
    """`damaged` assets have lost their bytes (missing) or have others than came to rest (changed)."""

    damaged: int
    assets: list[AssetOut]
    strays: StraysOut
    round: RoundOut
    chores: list[ChoreOut]


class CleanIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(True, description="Only says what would be removed.")


@router.get("")
async def shown(desk: AtDesk) -> StorageOut:
    """What the team keeps, and what takes most. Who keeps how much is told to owners and admins, and to each of
    themselves."""
    actor, ceiling = desk.actor, desk.studio.limits.ceiling
    actor.require("library.read")
    async with desk.read() as work:
        rules = await library.rules(work)
        found = await library.room(work, ceiling, rules)
        shares = await library.shares(work)
        heavy = await assets_out(work, await library.heaviest(work, HEAVIEST))
        people = _sums((str(each.user_id), each) for each in shares if _may_see(desk, each.user_id))
        names = await accounts.names(work.session, [UUID(each.key) for each in people])
    for each in people:
        each.title = names.get(UUID(each.key), "")
    return StorageOut(
        used=found.used,
        limit=found.limit,
        own=found.own,
        own_limit=found.own_limit,
        nearly=found.nearly,
        full=found.full,
        assets=max(sum(each.assets for each in shares), 0),
        rules=_rules(desk, rules),
        people=people,
        studios=_sums((studio_of(each.op), each) for each in shares),
        operations=_sums((each.op, each) for each in shares),
        kinds=_sums((each.kind, each) for each in shares),
        heaviest=heavy,
    )


@router.patch("/rules")
async def settle(asked: RulesIn, desk: AtDesk) -> RulesOut:
    """How long the trash keeps, and how much the team and each of its people may. For owners and admins."""
    desk.actor.require("library.manage")
    told = {name: getattr(asked, name) for name in asked.model_fields_set}
    async with desk.work() as work:
        return _rules(desk, await library.settle_rules(work, **told))


@router.get("/health")
async def healthy(desk: AtDesk) -> HealthOut:
    """Whether all bytes are there and are what they were. For owners and admins."""
    desk.actor.require("library.manage")
    upkeep = desk.studio.upkeep
    async with desk.read() as work:
        found = await health.health(work, upkeep.grace)
        return HealthOut(
            damaged=found.damaged,
            assets=await assets_out(work, found.assets),
            strays=StraysOut(
                count=found.strays,
                bytes=found.stray_bytes,
                ripe=found.ripe,
                ripe_bytes=found.ripe_bytes,
                ripe_at=found.ripe_at,
                grace_hours=int(upkeep.grace.total_seconds() // 3600),
            ),
            round=RoundOut(
                days=upkeep.verify_days, checked=found.checked, began_at=found.began_at, ended_at=found.ended_at
            ),
            chores=[chore_out(chore) for chore in await chores.latest(work)],
        )


@router.post("/check", status_code=202)
async def check(desk: AtDesk) -> ChoreOut:
    """Looks for bytes that no asset names and for assets whose bytes are gone; changes nothing."""
    return await _begin(desk, "check")


@router.post("/clean", status_code=202)
async def clean(asked: CleanIn, desk: AtDesk) -> ChoreOut:
    """Looks, and then removes what nobody has needed for longer than the grace. With `dry_run` it removes nothing."""
    return await _begin(desk, "clean", dry=asked.dry_run)


@router.post("/verify", status_code=202)
async def verify(desk: AtDesk) -> ChoreOut:
    """Reads all bytes and holds them against their checksums. What is damaged is told, and never replaced."""
    return await _begin(desk, "verify")


async def _begin(desk: AtDesk, kind: str, **asked: Any) -> ChoreOut:
    desk.actor.require("library.manage")
    async with desk.work() as work:
        return chore_out(await desk.studio.chores.begin(work, kind, asked, 0))


def _may_see(desk: AtDesk, user: UUID) -> bool:
    return user == desk.actor.user_id or desk.actor.may("library.manage")


def _rules(desk: AtDesk, rules: library.Rules) -> RulesOut:
    ceiling = desk.studio.limits.ceiling
    return RulesOut(
        trash_days=rules.trash_days,
        room=rules.room,
        person_room=rules.person_room,
        default_trash_days=desk.studio.upkeep.trash_days,
        most_room=ceiling.team,
        most_person_room=ceiling.person,
    )


def _sums(shares: Any) -> list[ShareOut]:
    """Joined by their keys, the largest first."""
    found: dict[str, ShareOut] = {}
    for key, share in shares:
        sums = found.setdefault(key, ShareOut(key=key, bytes=0, assets=0))
        sums.bytes += share.bytes
        sums.assets += share.assets
    every = [each for each in found.values() if each.assets > 0 or each.bytes > 0]
    for each in every:
        each.bytes, each.assets = max(each.bytes, 0), max(each.assets, 0)
    return sorted(every, key=lambda each: (-each.bytes, each.key))
