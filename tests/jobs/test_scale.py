"""Many workers: they come and go while there is work, each holds as much as it may, and who looks on sees it."""

import signal
import time
from collections import Counter, defaultdict
from typing import Any

import anyio
import httpx2
import pytest

from tests.jobs.test_kill import Processes, a_token, all_over, headers, processes, promised, runs, strays

__all__ = ["processes"]

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]


async def looked(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/queue")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def until(client: httpx2.AsyncClient, true: Any, seconds: float = 20) -> dict[str, Any]:
    """The queue, as soon as it is as it should be."""
    end = time.monotonic() + seconds
    while not true(seen := await looked(client)):
        assert time.monotonic() < end, seen
        await anyio.sleep(0.1)
    return seen


async def test_three_workers_come_and_go_and_each_holds_no_more_than_it_may(processes: Processes) -> None:
    """One leaves, one is killed, another comes: every run is there, and none was bought twice."""
    token = await a_token(processes.database_url)
    _, address = processes.serve(GESSO_WORKER="false")
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        # Long enough that all of them meet at it.
        for _ in range(3):
            await promised(client, "shop/slow")
        remote = next(lane for lane in (await looked(client))["lanes"] if lane["name"] == "remote")
        assert (remote["waiting"], remote["workers"], remote["running"]) == (36, 0, 0)
        assert remote["age"] is not None

        leaves = processes.start("work", GESSO_LANES="remote:1,cpu:1")
        dies = processes.start("work", GESSO_LANES="remote:3")
        seen = await until(client, lambda queue: len(queue["workers"]) == 2)
        rooms = {worker["pid"]: worker["lanes"] for worker in seen["workers"]}
        assert rooms == {leaves.pid: {"remote": 1, "cpu": 1}, dies.pid: {"remote": 3}}

        most: dict[int, int] = defaultdict(int)
        seen = await until(client, lambda queue: any(worker["holds"] for worker in queue["workers"]))
        for _ in range(15):
            seen = await looked(client)
            for worker in seen["workers"]:
                most[worker["pid"]] = max(most[worker["pid"]], worker["holding"])
            await anyio.sleep(0.1)
        assert most == {leaves.pid: 1, dies.pid: 3}, "the small one holds little, the large one what it may"
        hold = next(hold for worker in seen["workers"] for hold in worker["holds"])
        assert (hold["task"]["kind"], hold["task"]["title"]) == ("run", "hills at dawn")

        assert processes.end(leaves, signal.SIGTERM) == 0
        processes.start("work", GESSO_LANES="remote:4")
        processes.end(dies, signal.SIGKILL)
        seen = await until(client, lambda queue: {each["pid"]: each["gone"] for each in queue["workers"]}.get(dies.pid))
        assert leaves.pid not in {worker["pid"] for worker in seen["workers"]}, "who leaves is not missed"

        ended = await all_over(client, 60)
        states = Counter(run["state"] for run in ended)
        assert states["succeeded"] >= 33
        assert set(states) <= {"succeeded", "unknown"}
        sales = Counter(processes.sales.read_text().split())
        assert max(sales.values()) == 3, "each of the three orders of a seed was sold once"
        seen = await looked(client)
        remote = next(lane for lane in seen["lanes"] if lane["name"] == "remote")
        assert (remote["waiting"], remote["running"], remote["workers"], remote["room"]) == (0, 0, 1, 4)
        assert remote["ended"] >= 30
        assert sum(remote["pace"]) >= 36
        assert {each["why"] for each in seen["stuck"]} <= {"unknown"}
    assert await strays(processes.data, processes.database_url) == set()


async def test_what_a_dead_worker_held_is_seen_as_left_alone_until_another_takes_it_up(processes: Processes) -> None:
    token = await a_token(processes.database_url)
    _, address = processes.serve(GESSO_WORKER="false")
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        dies = processes.start("work", GESSO_LANES="cpu:1")
        order = {"op": "image.generate", "offer": "local/sketchbook", "input": {"prompt": "hills", "width": 2048}}
        await client.post("/api/runs", json=order)
        await until(client, lambda queue: any(worker["holding"] for worker in queue["workers"]))
        processes.end(dies, signal.SIGKILL)
        seen = await until(client, lambda queue: queue["stuck"])
        (stuck,) = seen["stuck"]
        assert (stuck["why"], stuck["task"]["title"], stuck["lane"]) == ("abandoned", "hills", "cpu")
        assert [worker["gone"] for worker in seen["workers"]] == [True]
        assert (await client.get("/api/health")).json()["worker"].startswith("none is alive")

        # Put back by hand, it waits for whoever comes; and was not the death of anybody.
        assert (await client.post(f"/api/queue/{stuck['job']}/resume")).status_code == 204
        seen = await looked(client)
        assert seen["stuck"] == []
        cpu = next(lane for lane in seen["lanes"] if lane["name"] == "cpu")
        assert (cpu["waiting"], cpu["workers"]) == (1, 0)
        processes.start("work", GESSO_LANES="cpu:1")
        assert [run["state"] for run in await all_over(client, 60)] == ["succeeded"]
        assert (await client.post(f"/api/queue/{stuck['job']}/resume")).status_code == 404
        assert len(await runs(client)) == 1
