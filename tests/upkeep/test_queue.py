"""The queue as admins see it: what waits, what is stuck, who is told of what, and a hand for what hangs."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import insert, select, update

from gesso.catalog import Context, Provider, per_output
from gesso.jobs.tables import Crash, Heartbeat
from gesso.kit.media import Media
from gesso.ops.create import Generate
from gesso.runs import Run
from gesso.upkeep import queue
from tests.conftest import House, photo

pytestmark = pytest.mark.anyio

SKETCH = {"op": "image.generate", "input": {"prompt": "a lake", "width": 256, "height": 256}}


async def looked(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/queue")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def lane(found: dict[str, Any], name: str) -> dict[str, Any]:
    told: dict[str, Any] = next(each for each in found["lanes"] if each["name"] == name)
    return told


async def until(client: httpx2.AsyncClient, true: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The queue, as soon as it is as it should be."""
    async with asyncio.timeout(20):
        while True:
            if true(found := await looked(client)):
                return found
            await asyncio.sleep(0.05)


async def over(client: httpx2.AsyncClient, run: str) -> str:
    async with asyncio.timeout(30):
        while True:
            state: str = (await client.get(f"/api/runs/{run}")).json()["state"]
            if state not in ("queued", "running"):
                return state
            await asyncio.sleep(0.02)


async def test_a_quiet_queue_shows_both_lanes_and_nobody(idle: House) -> None:
    found = await looked(await idle.as_owner())
    assert [(each["name"], each["waiting"], each["workers"], each["age"]) for each in found["lanes"]] == [
        ("remote", 0, 0, None),
        ("cpu", 0, 0, None),
    ]
    assert (found["workers"], found["stuck"], found["elsewhere"], found["whole"]) == ([], [], 0, True)


async def test_what_waits_is_counted_until_a_worker_comes_and_then_what_was_done(idle: House) -> None:
    owner = await idle.as_owner()
    runs = [(await owner.post("/api/runs", json=SKETCH)).json()["id"] for _ in range(3)]
    cpu = lane(await looked(owner), "cpu")
    assert (cpu["waiting"], cpu["running"], cpu["workers"], cpu["ended"]) == (3, 0, 0, 0)
    assert 0 <= cpu["age"] < 20
    await idle.work()
    assert {await over(owner, run) for run in runs} == {"succeeded"}
    found = await until(owner, lambda found: not lane(found, "cpu")["running"])
    cpu = lane(found, "cpu")
    assert (cpu["waiting"], cpu["workers"], cpu["begun"], cpu["ended"], sum(cpu["pace"])) == (0, 1, 3, 3, 3)
    (worker,) = found["workers"]
    assert (worker["gone"], worker["holding"], worker["silent"] < 10) == (False, 0, True)
    assert worker["lanes"] == {"remote": 32, "cpu": cpu["room"]}


async def test_a_lane_that_only_the_queue_knows_is_shown_with_nobody_on_it(idle: House) -> None:
    """Somebody has a model for the GPU, and no worker for it."""
    painter = Provider("painter", "A painter of the tests")

    @painter.offers(Generate, model="oil", title="Oil", price=per_output(0), lane="gpu")
    async def paint(request: Generate, ctx: Context) -> AsyncIterator[Media]:
        yield Media(photo())

    idle.offer(painter)
    await idle.work()
    owner = await idle.as_owner()
    await owner.post("/api/runs", json=SKETCH | {"offer": "painter/oil"})
    gpu = lane(await looked(owner), "gpu")
    assert (gpu["waiting"], gpu["workers"], gpu["room"]) == (1, 0, 0)


@pytest.mark.parametrize("deed", ["resume", "cancel"])
async def test_a_run_that_hangs_is_found_and_taken_up_again_or_ended(
    idle: House, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LEAST_TOO_LONG", 0.3)
    monkeypatch.setattr(queue, "TIMES_TOO_LONG", 0)
    began: list[int] = []
    mill = Provider("mill", "A mill of the tests")

    @mill.offers(Generate, model="stuck", title="Stuck", price=per_output(0), lane="remote")
    async def hang(request: Generate, ctx: Context) -> AsyncIterator[Media]:
        began.append(1)
        if len(began) == 1:
            await asyncio.sleep(3600)
        yield Media(photo(70, 70))

    idle.offer(mill)
    await idle.work()
    owner = await idle.as_owner()
    run = (await owner.post("/api/runs", json=SKETCH | {"offer": "mill/stuck"})).json()["id"]
    found = await until(owner, lambda found: found["stuck"])
    (stuck,) = found["stuck"]
    assert (stuck["why"], stuck["task"]["id"], stuck["lane"], stuck["crashes"]) == ("slow", run, "remote", 0)
    assert [hold["job"] for hold in found["workers"][0]["holds"]] == [stuck["job"]]
    answer = await owner.post(f"/api/queue/{stuck['job']}/{deed}")
    assert answer.status_code == 204, answer.text
    assert await over(owner, run) == ("succeeded" if deed == "resume" else "cancelled")
    assert len(began) == (2 if deed == "resume" else 1)
    told = (await owner.get(f"/api/runs/{run}")).json()
    assert len(told["outputs"]) == (1 if deed == "resume" else 0)


async def test_what_killed_workers_and_what_nobody_can_decide_is_stuck_and_named(idle: House) -> None:
    owner = await idle.as_owner()
    bad, odd = [(await owner.post("/api/runs", json=SKETCH)).json()["id"] for _ in range(2)]
    async with idle.studio.db.session() as session:
        await session.execute(insert(Crash).values(job_id=f"{bad}:0", times=2))
        await session.execute(insert(Crash).values(job_id="of-the-past:0", times=3))
        await session.execute(update(Run).where(Run.id == UUID(odd)).values(state="unknown"))
    found = await looked(owner)
    told = {each["why"]: each for each in found["stuck"]}
    assert told.keys() == {"crashed", "unknown"}
    assert (told["crashed"]["task"]["id"], told["crashed"]["crashes"], told["crashed"]["worker"]) == (bad, 2, None)
    assert (told["unknown"]["task"]["id"], told["unknown"]["job"]) == (odd, None)
    assert (await owner.post(f"/api/queue/{bad}:0/cancel")).status_code == 204
    assert (await owner.get(f"/api/runs/{bad}")).json()["state"] == "cancelled"


async def test_admins_of_other_teams_learn_only_that_there_is_something(idle: House) -> None:
    """All see the lanes and the workers, since all share them. The keeper of the machine also sees what jobs are of."""
    owner, admin = await idle.as_owner(), await idle.join("amy", "admin")
    stranger = await idle.join("eve", "owner", team="Elsewhere")
    ours = (await owner.post("/api/runs", json=SKETCH)).json()["id"]
    theirs = (await stranger.post("/api/runs", json=SKETCH)).json()["id"]
    async with idle.studio.db.session() as session:
        for run in (ours, theirs):
            await session.execute(insert(Crash).values(job_id=f"{run}:0", times=1))

    def seen(found: dict[str, Any]) -> tuple[set[tuple[str, str | None]], int, bool]:
        tasks = {(each["task"]["id"], each["task"]["team"]) for each in found["stuck"]}
        return tasks, found["elsewhere"], found["whole"]

    assert seen(await looked(owner)) == ({(ours, None), (theirs, "Elsewhere")}, 0, True)
    assert seen(await looked(admin)) == ({(ours, None)}, 1, False)
    assert seen(await looked(stranger)) == ({(theirs, None)}, 1, False)
    assert {lane(await looked(who), "cpu")["waiting"] for who in (owner, admin, stranger)} == {2}
    for deed in ("resume", "cancel"):
        assert (await stranger.post(f"/api/queue/{ours}:0/{deed}")).status_code == 404
        assert (await admin.post(f"/api/queue/{theirs}:0/{deed}")).status_code == 404
    assert (await owner.post(f"/api/queue/{theirs}:0/resume")).status_code == 204
    assert (await owner.post(f"/api/queue/{theirs}:0/cancel")).status_code == 404, "only a team ends what is its own"
    for role in ("viewer", "commenter", "editor"):
        assert (await (await idle.join(f"a {role}", role)).get("/api/queue")).status_code == 403


async def test_who_died_is_remembered_for_an_hour(idle: House) -> None:
    await idle.work()
    owner = await idle.as_owner()
    (alive,) = (await looked(owner))["workers"]
    # Another machine's, so that only its silence tells.
    lost = {"host": "elsewhere 1 2", "pid": 1, "born": 1e9, "lanes": "remote,cpu"}
    async with idle.studio.db.session() as session:
        for name, ago in (("lately", 60.0), ("long-ago", 7200.0)):
            at = time.time() - ago
            await session.execute(insert(Heartbeat).values(id=f"0-{name}", beat_at=at, **lost))
    found = await looked(owner)
    assert [(each["host"], each["gone"]) for each in found["workers"]] == [("elsewhere", True), (alive["host"], False)]
    assert found["workers"][0]["lanes"] == {"remote": 0, "cpu": 0}, "an older version did not say how many"

    async def known() -> set[str]:
        async with idle.studio.db.session(read_only=True) as session:
            return set(await session.scalars(select(Heartbeat.id)))

    for _ in range(100):
        if "0-long-ago" not in await known():
            break
        await asyncio.sleep(0.1)
    assert {name for name in await known() if name.startswith("0-")} == {"0-lately"}
