"""The pipeline from the button to the asset, on both databases, through the HTTP surface."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, func, select

from gesso import credits
from gesso.accounts.tables import Member
from gesso.catalog import Context, Provider, per_output
from gesso.credits.tables import Entry, Purse
from gesso.kit.errors import Refused, Retry
from gesso.kit.media import Media
from gesso.kit.money import Credits
from gesso.library import Asset
from gesso.ops.create import Generate
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
    assert (estimate["offer"], estimate["price"]) == ("local/lanczos", 0)

    answer = await client.post("/api/runs", json=order)
    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    run = (await client.get(f"/api/runs/{answer.json()['id']}", headers=WAIT)).json()
    assert (run["state"], run["progress"], run["error"]) == ("succeeded", 1.0, None)
    made = run["outputs"][0]
    assert (made["width"], made["height"]) == (2 * source["width"], 2 * source["height"])
    assert made["parents"] == [source["id"]]

    recipe = (await client.get(f"/api/assets/{made['id']}/recipe")).json()
    assert recipe["run"]["input"] == order["input"]
    assert [parent["id"] for parent in recipe["parents"]] == [source["id"]]
    again = (await client.get(f"/api/assets/{source['id']}")).json()
    assert again["children"] == [made["id"]]
