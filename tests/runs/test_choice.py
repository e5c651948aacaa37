"""Who is chosen where nobody is named, and what becomes of a run whose provider has trouble."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from gesso import credits, runs
from gesso.catalog import Context, Provider, per_output
from gesso.catalog.catalog import ONLY, TROUBLED, UNPAID, WHY
from gesso.kit.errors import Retry, Undecided
from gesso.kit.media import Media
from gesso.kit.money import Credits
from gesso.kit.time import now
from gesso.ops.create import Generate
from gesso.runs import health
from tests.conftest import House, photo

pytestmark = [pytest.mark.anyio]

WAIT = {"Prefer": "wait=30"}
CAT: dict[str, Any] = {"op": "image.generate", "input": {"prompt": "a cat"}}


class Stall(Provider):
    """Sells pictures with one offer; `plan` is what happens at each call, in order, `pause` how long one takes."""

    def __init__(self, name: str, price: float, seconds: float, quality: int, *plan: str) -> None:
        super().__init__(name, name.title(), at_once=2)
        self.plan = list(plan)
        self.calls = self.looks = self.going = self.most = 0
        self.pause = 0.0
        self.asked = asyncio.Event()
        self.log: list[str] = []
        self.accepted: list[str] | None = None
        self.tickets: list[str] = []

        @self.offers(
            Generate,
            model="x",
            title=name.title(),
            price=per_output(price),
            seconds=lambda request, sources: seconds,
            quality=quality,
        )
        async def paint(request: Generate, ctx: Context) -> AsyncIterator[Media]:
            self.going += 1
            self.log.append("in")
            self.most = max(self.most, self.going)
            try:
                self.tickets.append(await ctx.once("buy", self.buy, self.find if self.accepted is not None else None))
                await asyncio.sleep(self.pause)
                self.looks += 1
                if self.plan and self.plan[0] == "slow":
                    self.plan.pop(0)
                    raise Undecided("It did not finish in time.")
                if self.plan and self.plan[0] == "away":
                    self.plan.pop(0)
                    raise Retry("Gone for lunch.")
                yield Media(photo(60, 60))
            finally:
                self.going -= 1
                self.log.append("out")

    async def buy(self) -> str:
        self.calls += 1
        self.asked.set()
        match self.plan[0] if self.plan else "":
            case "busy":
                self.plan.pop(0)
                raise Retry("Too many customers.", retry_after=0.3)
            case "down":
                raise Retry("The line is dead.")
            case "lost":
                self.plan.pop(0)
                raise Undecided("The line broke.")
        return "ticket"

    async def find(self, since: datetime) -> list[str]:
        assert now() - since < timedelta(minutes=1)
        if self.plan and self.plan[0] == "hidden":
            self.plan.pop(0)
            raise Retry("The line is dead.")
        return self.accepted or []


async def asked(client: httpx2.AsyncClient, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await client.post("/api/runs/estimate", json=CAT | more)).json()
    return found


async def test_what_is_preferred_decides_and_is_told(house: House, client: httpx2.AsyncClient) -> None:
    fine, quick, dear = Stall("fine", 5, 30, 5), Stall("quick", 3, 0.01, 3), Stall("dear", 90, 60, 5)
    found = await asked(client, prefer="quality")
    assert (found["offer"], found["why"]) == ("local/sketchbook", [ONLY])
    house.offer(fine, quick, dear)
    found = await asked(client)
    assert (found["offer"], found["why"]) == ("local/sketchbook", [WHY["price"]])
    found = await asked(client, prefer="speed")
    assert (found["offer"], found["why"]) == ("quick/x", [WHY["speed"]])
    found = await asked(client, prefer="quality")
    assert (found["offer"], found["why"]) == ("dear/x", [WHY["quality"]])
    assert (await asked(client, prefer="quality", offer="quick/x"))["why"] == []
    async with house.studio.db.work(house.owner) as work:
        await credits.limit(work, Credits(10_000))
    found = await asked(client, prefer="quality")
    assert (found["offer"], found["why"]) == ("fine/x", [WHY["quality"], UNPAID])
    run = (await client.post("/api/runs", json=CAT | {"prefer": "quality"}, headers=WAIT)).json()
    assert (run["state"], run["offer"], run["why"]) == ("succeeded", "fine/x", [WHY["quality"], UNPAID])


async def test_who_has_trouble_is_left_alone(house: House, client: httpx2.AsyncClient) -> None:
    shaky, other = Stall("shaky", 5, 1, 5, *["down"] * 99), Stall("other", 4, 1, 5)
    house.offer(shaky, other)
    house.studio.runs.retry_seconds = 0.01
    told = CAT | {"offer": "shaky/x", "fallbacks": ["other/x"]}
    # It failed in all its tries and nothing was bought: the other is asked within what was promised.
    run = (await client.post("/api/runs", json=told, headers=WAIT)).json()
    assert (run["state"], run["offer"], run["spent"], other.calls) == ("succeeded", "other/x", 4_000, 1)
    async with house.studio.db.work(house.owner) as work:
        await health.trouble(work, "shaky", Retry("The line is dead."), 60)
    found = await asked(client, prefer="quality")
    assert (found["offer"], found["why"]) == ("other/x", [WHY["quality"], TROUBLED])
    calls = shaky.calls
    run = (await client.post("/api/runs", json=told, headers=WAIT)).json()
    assert (run["state"], run["offer"], shaky.calls) == ("succeeded", "other/x", calls)
    # What it said is on the page of providers, until it is well again.
    page = {each["name"]: each for each in (await client.get("/api/providers")).json()}
    assert page["shaky"]["trouble"]["said"] == "The line is dead."
    assert page["other"]["trouble"] is None


async def test_a_pause_that_is_asked_for_is_kept_by_every_run(house: House, client: httpx2.AsyncClient) -> None:
    stall = Stall("stall", 1, 1, 3, "busy")
    house.offer(stall)
    first = (await client.post("/api/runs", json=CAT | {"offer": "stall/x"})).json()
    async with asyncio.timeout(20):
        await stall.asked.wait()
    second = (await client.post("/api/runs", json=CAT | {"offer": "stall/x"})).json()
    ended = [(await client.get(f"/api/runs/{run['id']}", headers=WAIT)).json() for run in (first, second)]
    assert [run["state"] for run in ended] == ["succeeded", "succeeded"]
    page = {each["name"]: each for each in (await client.get("/api/providers")).json()}
    assert (stall.calls, page["stall"]["trouble"]) == (3, None)


async def test_one_run_finds_out_whether_a_provider_is_back(house: House, client: httpx2.AsyncClient) -> None:
    stall = Stall("stall", 1, 1, 3)
    stall.pause = 0.5
    house.offer(stall)
    house.studio.runs.retry_seconds = 0.2
    async with house.studio.db.work(house.owner) as work:
        for _ in range(health.BREAKS):
            await health.trouble(work, "stall", Retry("The line is dead."), 0.1)
    every = [(await client.post("/api/runs", json=CAT | {"offer": "stall/x"})).json() for _ in range(3)]
    ended = [(await client.get(f"/api/runs/{run['id']}", headers=WAIT)).json() for run in every]
    assert [run["state"] for run in ended] == ["succeeded"] * 3
    # The first was over before anybody else was let through.
    assert (stall.log[:2], stall.calls) == (["in", "out"], 3)


async def test_with_one_key_only_so_many_go_at_once(house: House, client: httpx2.AsyncClient) -> None:
    stall = Stall("stall", 1, 1, 3)
    stall.pause = 0.3
    house.offer(stall)
    every = [(await client.post("/api/runs", json=CAT | {"offer": "stall/x"})).json() for _ in range(5)]
    ended = [(await client.get(f"/api/runs/{run['id']}", headers=WAIT)).json() for run in every]
    assert [run["state"] for run in ended] == ["succeeded"] * 5
    assert stall.most == 2


async def test_what_was_bought_and_cannot_be_had_is_a_question(house: House, client: httpx2.AsyncClient) -> None:
    stall = Stall("stall", 2, 1, 3, *["away"] * 5)
    house.offer(stall)
    house.studio.runs.retry_seconds = 0.01
    run = (await client.post("/api/runs", json=CAT | {"offer": "stall/x"}, headers=WAIT)).json()
    assert (run["state"], run["error"]["message"], run["spent"]) == ("unknown", "Tried 5 times. Gone for lunch.", 0)
    assert (stall.calls, (await client.get("/api/credits")).json()["reserved"]) == (1, 2_000)


async def test_what_was_accepted_is_asked_for_again_by_itself(house: House, client: httpx2.AsyncClient) -> None:
    stall = Stall("stall", 2, 1, 3, "slow", "slow")
    house.offer(stall)
    house.studio.runs.ask_again_seconds = 0.05
    run = (await client.post("/api/runs", json=CAT | {"offer": "stall/x"}, headers=WAIT)).json()
    while run["state"] in ("unknown", "queued", "running"):
        await asyncio.sleep(0.05)
        run = (await client.get(f"/api/runs/{run['id']}")).json()
    assert (run["state"], run["error"], run["spent"]) == ("succeeded", None, 2_000)
    assert (stall.calls, stall.looks) == (1, 3)


async def test_an_answer_that_was_lost_is_looked_for_where_that_is_listed(
    house: House, client: httpx2.AsyncClient
) -> None:
    stall = Stall("stall", 2, 1, 3, "lost")
    stall.accepted = ["first", "second"]
    house.offer(stall)
    house.studio.runs.ask_again_seconds = 0.05
    runs = []
    for plan in (["lost"], ["lost", "hidden"], ["lost"]):
        stall.plan = plan
        run = (await client.post("/api/runs", json=CAT | {"offer": "stall/x"}, headers=WAIT)).json()
        while run["state"] in ("unknown", "queued", "running"):
            await asyncio.sleep(0.05)
            run = (await client.get(f"/api/runs/{run['id']}")).json()
        runs.append(run)
    # Each has its own, and of what nobody has nothing was bought.
    assert [(run["state"], run["spent"]) for run in runs] == [("succeeded", 2_000)] * 2 + [("failed", 0)]
    assert (stall.tickets, stall.calls) == (["first", "second"], 3)
    assert runs[-1]["error"]["message"] == "The provider never got this, so nothing was bought. Run it again."


async def test_to_wait_until_a_provider_is_well_again_is_no_try(house: House, client: httpx2.AsyncClient) -> None:
    stall = Stall("stall", 1, 1, 3)
    house.offer(stall)
    house.studio.runs.retry_seconds = 0.01
    order = {**CAT, "offer": "stall/x"}
    async with house.studio.db.work(house.owner) as work:
        for _ in range(health.BREAKS):
            await health.trouble(work, "stall", Retry("The line is dead."), 1)
    run = (await client.post("/api/runs", json=order)).json()
    waits = 0
    while waits < 6:
        async with house.studio.db.work(house.owner) as work:
            (await health.every(work))["stall"].until = now() + timedelta(seconds=0.5)
            waits = (await runs.get(work, UUID(run["id"]))).waits
        await asyncio.sleep(0.05)
    run = (await client.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
    assert (run["state"], stall.calls) == ("succeeded", 1)
