"""The pipeline from the button to the asset, on both databases, through the HTTP surface."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, func, select

from gesso import credits, events
from gesso.accounts.tables import Member
from gesso.catalog import Catalog, Context, Provider, per_output
from gesso.credits.tables import Entry, Purse
from gesso.jobs import Job
from gesso.kit.errors import Refused, Retry
from gesso.kit.media import Media, Reply
from gesso.kit.money import Credits
from gesso.library import Asset
from gesso.ops.create import Generate
from gesso.ops.wording import Enhance
from gesso.runs.tables import Run
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=30"}
CAT = {"op": "image.generate", "offer": "shop/paint", "input": {"prompt": "a cat"}}


class Shop(Provider):
    """A provider that takes money: 2 credits a picture. `plan` is what happens at each call, in order."""

    def __init__(self, *plan: str, name: str = "shop") -> None:
        super().__init__(name, "A shop of the tests")
        self.plan = list(plan)
        self.bought: list[str] = []
        self.seen = 0

        @self.offers(Generate, model="paint", title="Paint", price=per_output(2))
        async def paint(request: Generate, ctx: Context) -> AsyncIterator[Media]:
            for index in range(ctx.done, request.count):
                ticket = await ctx.once(f"buy {index}", self.buy)
                await self.happen(ctx, "after buying")
                yield Media(photo(80 + int(ticket), 60 + index))

    async def buy(self) -> str:
        match self.plan.pop(0) if self.plan else "":
            case "refuse":
                raise Refused("We are closed.")
            case "busy":
                raise Retry("Too many customers.")
            case "vanish":
                self.bought.append("lost")
                raise ConnectionResetError("the line went dead")
        self.bought.append("bought")
        return str(len(self.bought))

    async def happen(self, ctx: Context, where: str) -> None:
        match self.plan[0] if self.plan else "":
            case "stumble":
                self.plan.pop(0)
                raise Retry("not ready yet")
            case "hang":
                while not ctx.cancelled():
                    await asyncio.sleep(0.02)
                    await ctx.progress(0.5, "waiting")
                await ctx.progress(0.5)


async def spendable(house: House, amount: int) -> None:
    async with house.studio.db.work(house.owner) as work:
        await credits.limit(work, Credits(amount))


async def money(client: httpx2.AsyncClient) -> tuple[int, int]:
    answer = (await client.get("/api/credits")).json()
    return answer["balance"], answer["reserved"]


async def test_a_picture_goes_from_the_button_to_the_library(house: House, client: httpx2.AsyncClient) -> None:
    source = await upload(client)
    order = {"op": "image.upscale", "input": {"image": source["id"], "factor": 2}}
    estimate = (await client.post("/api/runs/estimate", json=order)).json()
    assert (estimate["offer"], estimate["price"]) == ("local/detail", 0)

    answer = await client.post("/api/runs", json=order)
    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    run = (await client.get(f"/api/runs/{answer.json()['id']}", headers=WAIT)).json()
    assert (run["state"], run["progress"], run["error"]) == ("succeeded", 1.0, None)
    made = run["outputs"][0]
    assert (made["width"], made["height"]) == (2 * source["width"], 2 * source["height"])
    assert made["parents"] == [source["id"]]

    recipe = (await client.get(f"/api/assets/{made['id']}/recipe")).json()
    assert recipe["run"]["input"].items() >= {"image": source["id"], "factor": 2, "mode": "conservative"}.items()
    assert [parent["id"] for parent in recipe["parents"]] == [source["id"]]
    again = (await client.get(f"/api/assets/{source['id']}")).json()
    assert again["children"] == [made["id"]]


async def test_money_is_reserved_before_and_settled_after(house: House, client: httpx2.AsyncClient) -> None:
    house.offer(Shop())
    await spendable(house, 10_000)
    estimate = (await client.post("/api/runs/estimate", json=CAT)).json()
    assert estimate["price"] == 2000
    assert await money(client) == (10_000, 0)
    run = (await client.post("/api/runs", json=CAT)).json()
    assert await money(client) == (8_000, 2_000)
    run = (await client.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
    assert (run["state"], run["price"], run["spent"]) == ("succeeded", 2000, 2000)
    assert await money(client) == (8_000, 0)


async def test_the_estimated_time_learns_from_what_runs_took(house: House, client: httpx2.AsyncClient) -> None:
    house.offer(Shop())
    told = []
    for _ in range(3):
        told.append((await client.post("/api/runs/estimate", json=CAT)).json()["seconds"])
        run = (await client.post("/api/runs", json=CAT)).json()
        run = (await client.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
        assert run["state"] == "succeeded"
    # The shop says a second and takes none; the machine may be busy, but not for so long each time.
    assert told[0] == 1.0
    assert told[2] < told[0]


async def test_what_cannot_be_paid_is_not_promised(house: House, client: httpx2.AsyncClient) -> None:
    shop = Shop()
    house.offer(shop)
    await spendable(house, 1_999)
    answer = await client.post("/api/runs", json=CAT)
    assert (answer.status_code, answer.json()["code"]) == (402, "insufficient_credits")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get("/api/runs")).json()["items"] == []
    assert await money(client) == (1_999, 0)
    assert shop.bought == []


async def test_twenty_at_once_cannot_spend_more_than_there_is(house: House, client: httpx2.AsyncClient) -> None:
    house.offer(Shop())
    await spendable(house, 10_000)
    answers = await asyncio.gather(*(client.post("/api/runs", json=CAT, headers=WAIT) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {200: 5, 402: 15}
    assert await money(client) == (0, 0)
    async with house.studio.db.session(read_only=True) as session:
        entries = (await session.scalars(select(Entry))).all()
        purse = await session.get_one(Purse, house.owner.team_id)
    assert Counter(entry.kind for entry in entries) == {"limit": 1, "reserve": 5, "settle": 5}
    assert sum(entry.amount for entry in entries) == purse.balance == 0


async def test_one_key_ten_times_at_once_is_one_run(house: House, client: httpx2.AsyncClient) -> None:
    shop = Shop()
    house.offer(shop)
    key = {"Idempotency-Key": "a double click"} | WAIT
    answers = await asyncio.gather(*(client.post("/api/runs", json=CAT, headers=key) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert shop.bought == ["bought"]
    other = CAT | {"input": {"prompt": "a dog"}}
    answer = await client.post("/api/runs", json=other, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


@pytest.mark.row("U7", "E1", at="POST /api/runs/many")
async def test_several_orders_are_promised_together_or_not_at_all(house: House, client: httpx2.AsyncClient) -> None:
    shop = Shop("", "refuse", "")
    house.offer(shop)
    await spendable(house, 6_000)
    four, three = ({"orders": [CAT | {"input": {"prompt": f"cat {n}"}} for n in range(many)]} for many in (4, 3))
    told = (await client.post("/api/runs/many/estimate", json=four)).json()
    assert (told["price"], [one["price"] for one in told["each"]]) == (8_000, [2_000] * 4)
    refused = await client.post("/api/runs/many", json=four, headers={"Idempotency-Key": "a"})
    assert (refused.status_code, refused.json()["code"]) == (402, "insufficient_credits")
    assert (await client.get("/api/runs")).json()["items"] == []
    assert await money(client) == (6_000, 0)

    answers = await asyncio.gather(
        *(client.post("/api/runs/many", json=three, headers={"Idempotency-Key": "b"}) for _ in range(3))
    )
    assert {answer.status_code for answer in answers} == {202}
    known = {tuple(run["id"] for run in answer.json()["items"]) for answer in answers}
    assert len(known) == 1, "one key, one list of runs"
    ends = [(await client.get(f"/api/runs/{id}", headers=WAIT)).json() for id in known.pop()]
    assert [run["input"]["prompt"] for run in ends] == ["cat 0", "cat 1", "cat 2"]
    # One that fails costs nothing, and takes no other with it.
    assert Counter(run["state"] for run in ends) == {"succeeded": 2, "failed": 1}
    assert await money(client) == (2_000, 0)
    for other in ({"orders": three["orders"][:2]}, {"orders": [*three["orders"], CAT]}):
        answer = await client.post("/api/runs/many", json=other, headers={"Idempotency-Key": "b"})
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert len((await client.get("/api/runs")).json()["items"]) == 3


async def test_a_key_of_a_refused_request_can_be_used_again(house: House, client: httpx2.AsyncClient) -> None:
    house.offer(Shop())
    await spendable(house, 0)
    key = {"Idempotency-Key": "once more"} | WAIT
    assert (await client.post("/api/runs", json=CAT, headers=key)).status_code == 402
    await spendable(house, 2_000)
    assert (await client.post("/api/runs", json=CAT, headers=key)).json()["state"] == "succeeded"


async def test_what_was_bought_is_kept_though_its_provider_is_gone_by_then(
    house: House, client: httpx2.AsyncClient
) -> None:
    runs, shop = house.studio.runs, Shop()
    house.offer(shop)
    there = runs.shelf

    async def leaves() -> str:
        runs.shelf = Catalog([each for each in there.providers if each is not shop], {}, house.studio.settings.models)
        shop.bought.append("bought")
        return "1"

    shop.buy = leaves  # type: ignore[method-assign]
    begun = (await client.post("/api/runs", json=CAT)).json()
    run = (await client.get(f"/api/runs/{begun['id']}", headers=WAIT)).json()
    assert (run["state"], run["spent"], len(run["outputs"])) == ("succeeded", 2000, 1), run["error"]


async def test_a_run_that_must_be_tried_again_buys_once(house: House, client: httpx2.AsyncClient) -> None:
    shop = Shop("busy", "", "stumble", "stumble")
    house.offer(shop)
    await spendable(house, 10_000)
    run = (await client.post("/api/runs", json=CAT, headers=WAIT)).json()
    assert run["state"] == "succeeded"
    assert shop.bought == ["bought"]
    assert await money(client) == (8_000, 0)


async def test_a_run_that_never_succeeds_gives_the_money_back(house: House, client: httpx2.AsyncClient) -> None:
    house.offer(Shop(*["busy"] * 20))
    await spendable(house, 10_000)
    run = (await client.post("/api/runs", json=CAT, headers=WAIT)).json()
    assert run["state"] == "failed"
    assert run["error"]["message"] == "Tried 5 times. Too many customers."
    assert await money(client) == (10_000, 0)


async def test_a_refusal_is_tried_elsewhere_within_what_was_reserved(house: House, client: httpx2.AsyncClient) -> None:
    closed, open_ = Shop("refuse"), Shop(name="market")
    house.offer(closed, open_)
    order = CAT | {"fallbacks": ["market/paint"]}
    run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    assert (run["state"], run["offer"]) == ("succeeded", "market/paint")
    assert (closed.bought, open_.bought) == ([], ["bought"])


async def test_when_everybody_refuses_the_reason_is_told_and_nothing_is_spent(
    house: House, client: httpx2.AsyncClient
) -> None:
    house.offer(Shop("refuse"))
    await spendable(house, 10_000)
    run = (await client.post("/api/runs", json=CAT, headers=WAIT)).json()
    assert run["state"] == "failed"
    assert run["error"] == {"code": "refused", "title": "The provider refused", "message": "We are closed."}
    assert await money(client) == (10_000, 0)


@pytest.mark.parametrize(("charged", "left"), [(True, 8_000), (False, 10_000)])
async def test_what_nobody_knows_keeps_the_money_held_until_a_person_says(
    house: House, client: httpx2.AsyncClient, charged: bool, left: int
) -> None:
    shop = Shop("vanish")
    house.offer(shop)
    await spendable(house, 10_000)
    run = (await client.post("/api/runs", json=CAT, headers=WAIT)).json()
    assert (run["state"], run["error"]["code"]) == ("unknown", "undecided")
    assert await money(client) == (8_000, 2_000)
    assert shop.bought == ["lost"]
    assert (await client.post(f"/api/runs/{run['id']}/cancel")).status_code == 409
    answer = await client.post(f"/api/runs/{run['id']}/resolve", json={"charged": charged})
    assert answer.json()["state"] == "failed"
    assert await money(client) == (left, 0)
    assert (await client.post(f"/api/runs/{run['id']}/resolve", json={"charged": charged})).status_code == 409


async def until(client: httpx2.AsyncClient, run_id: str, **wanted: Any) -> dict[str, Any]:
    for _ in range(600):
        run: dict[str, Any] = (await client.get(f"/api/runs/{run_id}")).json()
        if all(run[name] == value for name, value in wanted.items()):
            return run
        await asyncio.sleep(0.02)
    raise AssertionError(f"never became {wanted}: {run}")


async def test_a_stopped_run_keeps_what_it_delivered_and_pays_for_that_alone(
    house: House, client: httpx2.AsyncClient
) -> None:
    house.offer(Shop("", "", "hang"))
    await spendable(house, 10_000)
    order = CAT | {"input": {"prompt": "cats", "count": 4}}
    run = (await client.post("/api/runs", json=order)).json()
    await until(client, run["id"], note="waiting")
    stopping = (await client.post(f"/api/runs/{run['id']}/cancel")).json()
    assert stopping["stopping"] is True
    run = (await client.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
    assert run["state"] == "cancelled"
    assert len(run["outputs"]) == 1
    assert run["spent"] == 2_000
    assert await money(client) == (8_000, 0)
    assert (await client.post(f"/api/runs/{run['id']}/cancel")).json()["state"] == "cancelled"


async def test_a_waiting_run_is_stopped_at_once(idle: House) -> None:
    client = await idle.as_owner()
    run = (await client.post("/api/runs", json=CAT | {"offer": "local/sketchbook"})).json()
    stopped = (await client.post(f"/api/runs/{run['id']}/cancel")).json()
    assert (stopped["state"], stopped["error"]["code"]) == ("cancelled", "cancelled")


async def test_nothing_runs_for_someone_who_has_left_the_team(idle: House) -> None:
    shop, client = Shop(), await idle.as_owner()
    idle.offer(shop)
    leaver = await idle.join("lea", "editor")
    run = (await leaver.post("/api/runs", json=CAT)).json()
    async with idle.studio.db.session() as session:
        await session.execute(delete(Member).where(Member.role == "editor"))
    await idle.work()
    run = (await client.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
    assert (run["state"], run["error"]["code"]) == ("failed", "denied")
    assert shop.bought == []


@pytest.mark.row("C9", "E13", at="POST /api/runs/{run_id}/rerun")
async def test_a_rerun_gives_the_same_picture_and_a_change_another(house: House, client: httpx2.AsyncClient) -> None:
    order = {"op": "image.generate", "input": {"prompt": "a lake at dawn", "width": 256, "height": 256}}
    first = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    assert isinstance(first["input"]["seed"], int), "chance is written down"
    again = (await client.post(f"/api/runs/{first['id']}/rerun", headers=WAIT)).json()
    assert again["rerun_of"] == first["id"]
    assert again["outputs"][0]["sha256"] == first["outputs"][0]["sha256"]
    change = {"input": {"seed": first["input"]["seed"] ^ 1}}
    other = (await client.post(f"/api/runs/{first['id']}/rerun", json=change, headers=WAIT)).json()
    assert other["outputs"][0]["sha256"] != first["outputs"][0]["sha256"]


async def test_outputs_appear_one_by_one(house: House, client: httpx2.AsyncClient) -> None:
    house.offer(Shop("", "", "hang"))
    order = CAT | {"input": {"prompt": "cats", "count": 3}}
    run = (await client.post("/api/runs", json=order)).json()
    seen = await until(client, run["id"], note="waiting")
    assert (seen["state"], len(seen["outputs"]), seen["expected"]) == ("running", 1, 3)
    await client.post(f"/api/runs/{run['id']}/cancel")
    await client.get(f"/api/runs/{run['id']}", headers=WAIT)


async def test_each_event_of_a_run_says_how_much_is_there(house: House, client: httpx2.AsyncClient) -> None:
    """So that whoever listens asks for the run when there is something new to see, and only then."""
    house.offer(Shop("", "", "hang"))
    order = CAT | {"input": {"prompt": "cats", "count": 3}}
    run = (await client.post("/api/runs", json=order)).json()
    await until(client, run["id"], note="waiting")
    await client.post(f"/api/runs/{run['id']}/cancel")
    await client.get(f"/api/runs/{run['id']}", headers=WAIT)
    done = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    async with house.studio.db.work(house.owner, read_only=True) as work:
        told = [event.data for event in await events.after(work, 0) if event.type == "run.changed"]
    assert {(data["op"], data["expected"]) for data in told} == {("image.generate", 3)}
    stopped = [(data["state"], data["made"]) for data in told if data["run"] == run["id"]]
    assert list(dict.fromkeys(stopped)) == [("queued", 0), ("running", 0), ("running", 1), ("cancelled", 1)]
    whole = [(data["state"], data["made"]) for data in told if data["run"] == done["id"]]
    assert list(dict.fromkeys(whole)) == [
        ("queued", 0),
        ("running", 0),
        ("running", 1),
        ("running", 2),
        ("succeeded", 3),
    ]


async def test_runs_are_listed_by_state_and_operation(idle: House) -> None:
    client = await idle.as_owner()
    picture = (await upload(client))["id"]
    made = [
        (await client.post("/api/runs", json=order)).json()["id"]
        for order in (
            CAT | {"offer": None},
            {"op": "image.upscale", "input": {"image": picture}},
            CAT | {"offer": None},
            {"op": "image.remove_background", "input": {"image": picture}},
        )
    ]
    await client.post(f"/api/runs/{made[0]}/cancel")

    async def listed(**wanted: Any) -> list[str]:
        answer = await client.get("/api/runs", params=wanted)
        assert answer.status_code == 200, answer.text
        return [run["id"] for run in answer.json()["items"]]

    newest = made[::-1]
    assert await listed() == newest
    assert await listed(state="cancelled") == made[:1]
    assert await listed(state=["queued", "cancelled"]) == newest
    assert await listed(op="image.generate") == [made[2], made[0]]
    assert await listed(op=["image.generate", "image.upscale"]) == newest[1:]
    assert await listed(op=["image.generate", "image.upscale"], state=["queued", "running"]) == [made[2], made[1]]
    assert await listed(op=["image.generate", "image.upscale"], limit=2) == [made[2], made[1]]
    assert await listed(op=["image.generate", "image.upscale"], limit=2, after=made[1]) == made[:1]
    assert await listed(op="image.nothing") == []
    for odd in ("state=over", "state=", "op=%00"):
        answer = await client.get(f"/api/runs?{odd}")
        assert answer.status_code in (200, 422), odd
        assert answer.status_code == 422 or answer.json()["items"] == []


async def test_an_engine_that_errs_fails_the_run_and_not_the_studio(house: House, client: httpx2.AsyncClient) -> None:
    provider = Provider("broken", "A broken engine")

    @provider.offers(Generate, model="x", title="X", price=per_output(1))
    async def generate(request: Generate, ctx: Context) -> AsyncIterator[Media]:
        yield Media(photo())
        raise ZeroDivisionError

    house.offer(provider)
    order = {"op": "image.generate", "offer": "broken/x", "input": {"prompt": "x", "count": 2}}
    run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    assert (run["state"], run["error"]["code"], run["spent"]) == ("failed", "failed", 1000)
    assert len(run["outputs"]) == 1


async def test_what_an_engine_makes_is_checked_before_it_is_kept(house: House, client: httpx2.AsyncClient) -> None:
    provider = Provider("liar", "Says that text is a picture")

    @provider.offers(Generate, model="x", title="X")
    async def generate(request: Generate, ctx: Context) -> AsyncIterator[Media]:
        yield Media(b"no picture at all", "image/png")

    house.offer(provider)
    order = {"op": "image.generate", "offer": "liar/x", "input": {"prompt": "x"}}
    run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    assert (run["state"], run["error"]["code"]) == ("failed", "bad_media")
    async with house.studio.db.session(read_only=True) as session:
        assert await session.scalar(select(func.count()).select_from(Asset)) == 0
        assert await session.scalar(select(func.count()).select_from(Run)) == 1


async def test_a_fallback_is_paid_at_its_own_price(house: House, client: httpx2.AsyncClient) -> None:
    dear = Provider("dear", "Dear")

    @dear.offers(Generate, model="x", title="X", price=per_output(10))
    async def never(request: Generate, ctx: Context) -> AsyncIterator[Media]:
        raise Refused("Too dear.")
        yield Media(b"")

    house.offer(dear, Shop("", "refuse"))
    await spendable(house, 50_000)
    order = CAT | {"offer": "dear/x", "fallbacks": ["shop/paint"], "input": {"prompt": "cats", "count": 2}}
    estimate = (await client.post("/api/runs/estimate", json=order)).json()
    assert estimate["price"] == 20_000
    run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    assert (run["state"], run["offer"], run["spent"]) == ("failed", "shop/paint", 2_000)
    assert await money(client) == (48_000, 0)


async def test_an_older_job_of_a_run_does_nothing(house: House, client: httpx2.AsyncClient) -> None:
    """A worker may die after it put a run back and before its job was closed; then that job is delivered again."""
    shop = Shop("", "hang")
    house.offer(shop)
    run = (await client.post("/api/runs", json=CAT)).json()
    await until(client, run["id"], note="waiting")
    await house.studio.runs.execute(Job(f"{run['id']}:7", run["id"]))
    async with house.studio.db.session(read_only=True) as session:
        assert await session.scalar(select(Run.attempt)) == 1
    await client.post(f"/api/runs/{run['id']}/cancel")
    await client.get(f"/api/runs/{run['id']}", headers=WAIT)
    assert shop.bought == ["bought"]


async def test_a_store_that_is_away_for_a_moment_loses_nothing_that_was_bought(
    house: House, client: httpx2.AsyncClient
) -> None:
    shop = Shop()
    house.offer(shop)
    store = house.studio.settings.data / "store"
    store.rename(store.with_name("gone"))
    store.write_text("no folder")
    run = (await client.post("/api/runs", json=CAT)).json()
    for _ in range(1000):
        if "could not be stored" in (await client.get(f"/api/runs/{run['id']}")).json()["note"]:
            break
        await asyncio.sleep(0.01)
    store.unlink()
    store.with_name("gone").rename(store)
    run = (await client.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
    assert run["state"] == "succeeded", run["error"]
    assert shop.bought == ["bought"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_marks_that_do_not_fit_the_picture_are_refused_before(house: House, client: httpx2.AsyncClient) -> None:
    image, small = (await upload(client))["id"], (await upload(client, photo(40, 40)))["id"]
    for marks in ({"mask": small}, {"box": "500,10,20,20"}):
        order = {"op": "image.remove_background", "input": {"image": image, **marks}}
        answer = await client.post("/api/runs", json=order)
        assert answer.status_code == 422, answer.text
        assert answer.json()["fields"][0]["field"] in marks


class Desk(Provider):
    """A writer that takes 5 credits at most, and says what it took. `plan` is what happens at each call, in order."""

    def __init__(self, *plan: str) -> None:
        super().__init__("desk", "A writing desk of the tests")
        self.plan = list(plan)
        self.asked = 0

        @self.offers(Enhance, model="pen", title="Pen", price=per_output(5))
        async def write(request: Enhance, ctx: Context) -> AsyncIterator[Reply]:
            kept = await ctx.once("words", self.write)
            if self.plan and self.plan[0] == "stumble":
                self.plan.pop(0)
                raise Retry("the ink has dried")
            yield Reply({"prompt": f"{request.prompt}, {kept['words']}"}, kept["cost"])

    async def write(self) -> dict[str, Any]:
        self.asked += 1
        match self.plan.pop(0) if self.plan else "":
            case "blot":
                raise Refused("Only a blot came.", charged=True, cost=700)
            case "dear":
                return {"words": "gilded", "cost": 9000}
            case "flat":
                return {"words": "inked", "cost": None}
        return {"words": "inked", "cost": 1200}


async def test_words_are_kept_on_the_run_and_cost_what_they_took(house: House, client: httpx2.AsyncClient) -> None:
    desk = Desk("", "stumble", "", "blot", "dear", "flat")
    house.offer(desk)
    await spendable(house, 50_000)
    order = {"op": "text.enhance", "offer": "desk/pen", "input": {"prompt": "a cat"}}
    left, wanted = 50_000, [(1200, "a cat, inked"), (1200, "a cat, inked"), (700, None), (5000, "a cat, gilded")]
    for spent, said in [*wanted, (5000, "a cat, inked")]:
        run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
        assert run["state"] == ("failed" if said is None else "succeeded"), run
        assert (run["price"], run["spent"], run["outputs"]) == (5000, spent, [])
        assert run["answer"] == (None if said is None else {"prompt": said})
        left -= spent
        assert await money(client) == (left, 0)
    assert desk.asked == 5, "what was answered is not asked for again"
    assert (await client.get("/api/assets")).json()["items"] == []
    key = {"Idempotency-Key": "words", **WAIT}
    twice = [(await client.post("/api/runs", json=order, headers=key)).json() for _ in range(2)]
    assert (twice[0]["id"], desk.asked) == (twice[1]["id"], 6)
    again = (await client.get("/api/runs", params={"op": "text.enhance"})).json()["items"]
    assert len(again) == 6
