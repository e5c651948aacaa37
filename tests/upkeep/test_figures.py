"""What was done, in sums: the same whether it was added up before or just now, and money to the digit."""

import csv
import io
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from gesso import accounts
from gesso.credits.tables import Entry
from gesso.db import Work
from gesso.kit import sheet
from gesso.kit.time import now
from gesso.library import Asset
from gesso.library.uses import Use
from gesso.runs import Run
from gesso.upkeep import figures
from gesso.upkeep.figures import Asked
from gesso.upkeep.tables import Figure, Rolled
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

TODAY = now().date()


def at(days: int, hour: float) -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(days=days) + timedelta(hours=hour)


def born(moment: datetime, number: int) -> UUID:
    """As `uuid7` would have made it then."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | number)


async def lived(work: Work, users: list[UUID], days: int) -> int:
    """Some months of a team: what the ledger says that it spent."""
    roll, spent = Random(7), 0
    team = work.actor.team_id
    for number in range(days * 4):
        began = at(number // 4, roll.uniform(0, 23.9))
        ended = min(began + timedelta(minutes=roll.choice((1, 90))), now())
        op, offer = roll.choice((("image.generate", "x/a"), ("image.upscale", "x/b"), ("workflow.mine", "=cmd()")))
        state = roll.choice(("succeeded", "succeeded", "failed", "cancelled"))
        price = roll.randrange(1, 5000)
        cost = price - roll.randrange(price) if state == "succeeded" else 0
        user = roll.choice(users)
        run = Run(id=born(began, number), team_id=team, user_id=user, op=op, offer=offer, state=state, title="x")
        run.prices, run.request, run.expected, run.seconds, run.price, run.spent = {}, {}, 1, 1.0, price, cost
        run.understood = run.ignored = run.notes = run.why = []
        run.created_at, run.ended_at = began, ended
        work.session.add(run)
        await work.session.flush()
        for kind, amount, when in (("reserve", -price, began), ("settle", price - cost, ended)):
            told: dict[str, Any] = {"team_id": team, "user_id": user, "run_id": run.id, "kind": kind}
            work.session.add(Entry(amount=amount, created_at=when, **told))
        spent += cost
        if state == "succeeded":
            asset = Asset(id=born(ended, number), team_id=team, user_id=user, run_id=run.id, run_index=0, op=op)
            asset.kind, asset.type, asset.key, asset.sha256 = "image", "image/png", "", ""
            asset.title = asset.words = ""
            asset.bytes = asset.width = asset.height = 1
            asset.facts, asset.favorite, asset.created_at = {}, roll.random() < 0.3, ended
            work.session.add(asset)
    return spent


async def test_figures_are_the_same_added_up_before_and_now(idle: House) -> None:
    client = await idle.as_owner()
    await upload(client)
    bob = await idle.join("=HYPERLINK(0)")
    me = (await bob.get("/api/me")).json()["user"]
    async with idle.studio.db.work(idle.owner) as work:
        spent = await lived(work, [idle.owner.user_id, UUID(me)], 100)
    since = (TODAY - timedelta(days=120)).isoformat()
    before = (await client.get("/api/analytics", params={"since": since})).json()
    async with idle.studio.db.work(idle.owner) as work:
        assert await work.session.scalar(select(func.count()).select_from(Figure)) == 0
        # The ledger's own word: nothing but what was reserved and came back.
        assert -(await work.session.scalar(select(func.sum(Entry.amount))) or 0) == spent
    await figures.roll(idle.studio.db)
    async with idle.studio.db.work(idle.owner) as work:
        assert await work.session.scalar(select(Rolled.day)) is not None
        assert await work.session.scalar(select(func.count()).select_from(Figure))
    after = (await client.get("/api/analytics", params={"since": since})).json()
    assert after == before
    assert before["step"] == "week"
    assert before["total"]["spent"] == spent
    assert before["total"]["runs"] == 400
    for groups in ("points", "studios", "operations", "people"):
        for name in ("made", "runs", "spent", "succeeded", "failed", "cancelled"):
            assert sum(each[name] for each in before[groups]) == before["total"][name], (groups, name)
    assert sum(sum(point["studios"].values()) for point in before["points"]) == before["total"]["made"]
    assert {each["key"] for each in before["studios"]} == {"create", "upscale", "own", "upload"}
    assert sum(each["spent"] for each in before["models"]) == spent
    ended = before["total"]["succeeded"] + before["total"]["failed"]
    assert before["total"]["success"] == before["total"]["succeeded"] / ended

    narrow = {"since": since, "studio": "upscale", "person": me}
    some = (await client.get("/api/analytics", params=narrow)).json()
    (mine,) = some["people"]
    assert (mine["key"], mine["title"], mine["spent"]) == (me, "=HYPERLINK(0)", some["total"]["spent"])
    assert [each["key"] for each in some["operations"]] == ["image.upscale"]
    week = (await client.get("/api/analytics", params={"since": (TODAY - timedelta(days=6)).isoformat()})).json()
    assert (week["step"], len(week["points"])) == ("day", 7)
    assert [point["start"] for point in week["points"]][-1] == TODAY.isoformat()

    assert (await client.get("/api/analytics", params={"until": "0001-01-01"})).status_code == 422
    own = (await bob.get("/api/analytics", params={"since": since})).json()
    assert [each["key"] for each in own["people"]] == [me], "what others did is for admins"
    stranger = await idle.join("Ada", "owner", team="Elsewhere")
    assert (await stranger.get("/api/analytics", params={"since": since})).json()["total"]["runs"] == 0
    for wrong in ({"since": "2026-02-02", "until": "2026-02-01"}, {"since": "1999-01-01"}, {"since": "x"}):
        assert (await client.get("/api/analytics", params=wrong)).status_code == 422
    # A second time there is nothing to add up, and two processes write nothing twice.
    await figures.roll(idle.studio.db)
    assert (await client.get("/api/analytics", params={"since": since})).json() == before

    people = await client.get("/api/analytics/csv", params={"since": since, "by": "person"})
    assert people.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(people.text.removeprefix("\ufeff"))))
    assert {row["person"] for row in rows} == {"owner", "'=HYPERLINK(0)"}
    assert sum(int(row["spent"]) for row in rows) == spent
    assert sum(round(float(row["usd"]) * 100_000) for row in rows) == spent
    models = (await client.get("/api/analytics/csv", params={"since": since, "by": "model"})).text
    assert "\r\n'=cmd()," in models
    days = (await client.get("/api/analytics/csv", params={"since": since, "by": "day"})).text
    assert len(days.splitlines()) == len(before["points"]) + 1


def test_what_a_spreadsheet_would_reckon_with_is_text() -> None:
    for hostile in ("=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1"):
        assert sheet.cell(hostile) == "'" + hostile
    assert [sheet.cell(value) for value in ("1", -5, None, True, "a=1")] == ["1", -5, "", "yes", "a=1"]


async def test_uses_are_counted_once_a_day_for_each_and_cost_no_read(idle: House) -> None:
    client, bob = await idle.as_owner(), await idle.join("Bob", "viewer")
    asset, other = await upload(client), await upload(client, photo(20, 20), "other.png")
    path = f"/api/assets/{asset['id']}"
    for _ in range(20):
        assert (await client.post(f"{path}/views")).json() == {"counted": True}
        await client.get(asset["file"], params={"download": True})
    await bob.post(f"{path}/views")
    await client.get(asset["thumbnail"])
    await client.get(asset["preview"])
    link = (await client.post(f"{path}/link")).json()["url"]
    for _ in range(3):
        assert (await idle.client().get(link)).status_code == 200
    await client.post("/api/assets/zip", json={"ids": [asset["id"], other["id"]]})
    named = "/api/content-assets"
    assert (await client.get(f"{path}/usage")).json()["days"] == [], "nothing is written while somebody waits"
    await idle.studio.uses.write()
    await idle.studio.uses.write()
    told = (await client.get(f"{path}/usage")).json()
    assert told["total"] == {"views": 3, "downloads": 1, "shares": 1, "uses": 0}
    assert [day["day"] for day in told["days"]] == [TODAY.isoformat()]
    assert (await client.get(f"{named}/{asset['id']}/usage")).json() == told
    assert (await client.get(f"/api/assets/{other['id']}/usage")).json()["total"]["downloads"] == 1
    order = {"op": "image.rotate", "input": {"image": asset["id"], "turn": 90}}
    run = (await client.post("/api/runs", json=order)).json()["id"]
    await idle.work()
    await client.get(f"/api/runs/{run}", headers={"Prefer": "wait=60"})
    async with idle.studio.db.work(idle.owner) as work:
        await work.session.execute(update(Use).values(day=TODAY - timedelta(days=40)))
    await idle.studio.uses.write()
    told = (await client.get(f"{path}/usage")).json()
    assert told["total"] == {"views": 3, "downloads": 1, "shares": 1, "uses": 1}
    assert [day["uses"] for day in told["days"]] == [1], "those of the last thirty days"
    shown = (await client.get("/api/analytics")).json()
    assert shown["looked_at"] == {"views": 0, "downloads": 0, "shares": 0, "uses": 1}
    assert [each["asset"]["id"] for each in shown["top"]] == [asset["id"]]
    await client.delete(f"/api/assets/{other['id']}")
    await client.patch(path, json={"favorite": True})
    counted = (await client.get(f"{named}/statistics")).json()
    assert (counted["total"], counted["deleted"], counted["favourites"]) == (2, 1, 1)
    assert counted["by_studio"] == {"upload": 2, "edit": 1}
    stranger = await idle.join("Ada", "owner", team="Elsewhere")
    for gone in (f"{path}/usage", f"{named}/{asset['id']}/usage"):
        assert (await stranger.get(gone)).status_code == 404
    assert (await stranger.get(f"{named}/statistics")).json()["total"] == 0
    assert Asked.of(None, TODAY).since == TODAY - timedelta(days=29)
    async with idle.studio.db.session(read_only=True) as session:
        assert await accounts.names(session, [idle.owner.user_id]) == {idle.owner.user_id: "owner"}
