"""A batch whose processes are killed at random moments, and what must be true of it in the end. The tests do it in
small, `bench.crashes` in full."""

import asyncio
import contextlib
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx2

from tests.jobs.test_kill import Processes, a_token, headers, strays

PRICE = 2_000
OVER = ("succeeded", "failed", "cancelled")


@dataclass
class Ended:
    batch: dict[str, Any]
    rows: list[dict[str, Any]]
    money: dict[str, Any]
    sales: Counter[str]


@asynccontextmanager
async def asked(address: str, token: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=30) as client:
        yield client


async def begun(client: httpx2.AsyncClient, rows: int) -> str:
    told = {
        "op": "image.generate",
        "offer": "shop/slow",
        "rows": [{"prompt": f"hills {n}", "seed": n} for n in range(rows)],
    }
    answer = await client.post("/api/batches", json=told)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def seen(client: httpx2.AsyncClient, id: str) -> dict[str, Any]:
    for _ in range(200):
        with contextlib.suppress(httpx2.TransportError):
            answer = await client.get(f"/api/batches/{id}")
            if answer.status_code == 200:
                found: dict[str, Any] = answer.json()
                return found
        await asyncio.sleep(0.1)
    raise AssertionError("The server does not answer.")


async def further(client: httpx2.AsyncClient, id: str, before: int) -> int:
    """How many rows are made, once that is more than `before`, or all is over."""
    async with asyncio.timeout(120):
        while True:
            batch = await seen(client, id)
            if batch["succeeded"] > before or batch["state"] in OVER:
                return int(batch["succeeded"])
            await asyncio.sleep(0.1)


async def ended(processes: Processes, client: httpx2.AsyncClient, id: str, seconds: float) -> Ended:
    async with asyncio.timeout(seconds):
        while (batch := await seen(client, id))["state"] not in OVER:  # noqa: ASYNC110 - a server rings no bell
            await asyncio.sleep(0.2)
    rows: list[dict[str, Any]] = []
    while len(rows) < batch["total"]:
        page = await client.get(f"/api/batches/{id}/rows", params={"after": len(rows) - 1, "limit": 500})
        rows += page.json()["items"]
    money = (await client.get("/api/credits")).json()
    return Ended(batch, rows, money, Counter(processes.sales.read_text().split()))


async def killed_alone(processes: Processes, rows: int, kills: int, lucky: random.Random, seconds: float) -> Ended:
    """One process that serves and works, killed again and again."""
    token = await a_token(processes.database_url, limit=rows * PRICE + 500)
    process, address = processes.serve()
    async with asked(address, token) as client:
        id = await begun(client, rows)
    made = 0
    for _ in range(kills):
        # A run whose worker dies three times is given up: so each life gets something done.
        async with asked(address, token) as client:
            made = await further(client, id, made)
        await asyncio.sleep(lucky.uniform(0.0, 1.5))
        processes.end(process, signal.SIGKILL)
        process, address = processes.serve()
    async with asked(address, token) as client:
        return await ended(processes, client, id, seconds)


async def killed_in_turn(processes: Processes, rows: int, every: float, seconds: float) -> tuple[Ended, list[int]]:
    """Three workers beside a server, one of which is killed in every so many seconds; with how many rows were made in
    each of these."""
    token = await a_token(processes.database_url, limit=rows * PRICE + 500)
    _, address = processes.serve(GESSO_WORKER="false")
    workers = [processes.start("work", GESSO_LEASE_SECONDS="5") for _ in range(3)]
    made = [0]
    async with asked(address, token) as client:
        id = await begun(client, rows)
        async with asyncio.timeout(seconds):
            while (batch := await seen(client, id))["state"] not in OVER:
                await asyncio.sleep(every)
                made.append(await further(client, id, made[-1]))
                processes.end(workers.pop(0), signal.SIGKILL)
                workers.append(processes.start("work", GESSO_LEASE_SECONDS="5"))
        assert batch
        return await ended(processes, client, id, seconds), [after - before for before, after in pairwise(made)]


async def is_exact(processes: Processes, found: Ended, rows: int) -> None:
    """Every row ended once, nothing was bought twice, the ledger adds up, and nothing lies about."""
    batch, counts = found.batch, Counter(row["state"] for row in found.rows)
    assert len(found.rows) == rows
    # Killed in the very instant of a purchase, a row cannot know; it says so, and its money stays held.
    assert set(counts) <= {"succeeded", "unknown"}, counts
    assert (batch["succeeded"], batch["unknown"]) == (counts["succeeded"], counts["unknown"])
    assert all(len(row["outputs"]) == 1 for row in found.rows if row["state"] == "succeeded")
    assert max(found.sales.values()) == 1, "a row was bought twice"
    assert sum(row["spent"] for row in found.rows) == batch["spent"] == counts["succeeded"] * PRICE
    assert found.money == {"balance": 500, "reserved": counts["unknown"] * PRICE, "unlimited": False}
    assert batch["held"] == counts["unknown"] * PRICE
    assert await strays(processes.data, processes.database_url) == set()
