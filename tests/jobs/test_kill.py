"""kill -9, for real: processes die in the middle of their work, and nothing is lost, doubled or left behind."""

import contextlib
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import anyio
import httpx2
import pytest

from gesso import accounts, credits
from gesso.db import Database
from gesso.kit.money import Credits
from gesso.library import Asset
from gesso.library.intake import DERIVED
from gesso.studio import found
from tests import warm
from tests.conftest import photo
from tests.library.test_imports import packed

pytestmark = pytest.mark.anyio

RUNS = 12


class Processes:
    """The processes of one test: same data folder, same database."""

    def __init__(self, data: Path, database_url: str) -> None:
        self.data = data
        self.database_url = database_url
        self.sales = data.parent / "sales.txt"
        self.sales.touch()
        self.alive: list[warm.Process] = []

    def start(self, what: str, **settings: str) -> warm.Process:
        told = {"GESSO_DATA": str(self.data), "GESSO_DATABASE_URL": self.database_url, "GESSO_PORT": "0"}
        told["GESSO_PROCESSES"] = "1"
        env = os.environ | told | {"SALES": str(self.sales)} | settings
        process = warm.start("tests.jobs.server", what, env=env)
        self.alive.append(process)
        return process

    def serve(self, **settings: str) -> tuple[warm.Process, str]:
        process = self.start("serve", **settings)
        assert process.stdout is not None
        return process, f"http://127.0.0.1:{process.stdout.readline().strip()}"

    def end(self, process: warm.Process, by: signal.Signals) -> int:
        """Sends the signal and answers the exit status."""
        process.send_signal(by)
        status = process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
        self.alive.remove(process)
        return status

    def stop(self) -> None:
        for process in list(self.alive):
            self.end(process, signal.SIGTERM)


@pytest.fixture
def processes(tmp_path: Path, database_url: str) -> Iterator[Processes]:
    running = Processes(tmp_path / "data", database_url)
    yield running
    running.stop()


async def a_token(database_url: str, limit: int | None = None) -> str:
    db = Database(database_url)
    owner = await found(db)
    async with db.work(owner) as work:
        if limit is not None:
            await credits.limit(work, Credits(limit))
        token = await accounts.create_token(work.session, owner, "test")
    await db.close()
    return token


async def promised(client: httpx2.AsyncClient, offer: str, **more: Any) -> None:
    for seed in range(RUNS):
        given = {"prompt": "hills at dawn", "seed": seed, **more}
        answer = await client.post("/api/runs", json={"op": "image.generate", "offer": offer, "input": given})
        assert answer.status_code == 202, answer.text


async def runs(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    for _ in range(100):
        try:
            found: list[dict[str, Any]] = (await client.get("/api/runs?limit=100")).json()["items"]
            return found
        except httpx2.TransportError:
            await anyio.sleep(0.1)
    raise AssertionError("The server does not answer.")


async def some_done(client: httpx2.AsyncClient, least: int) -> None:
    for _ in range(2000):
        if Counter(run["state"] for run in await runs(client))["succeeded"] >= least:
            return
        await anyio.sleep(0.05)
    raise AssertionError("Nothing gets done.")


async def all_over(client: httpx2.AsyncClient, seconds: float) -> list[dict[str, Any]]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen = await runs(client)
        if all(run["state"] not in ("queued", "running") for run in seen):
            return seen
        await anyio.sleep(0.2)
    raise AssertionError(Counter(run["state"] for run in seen))


async def strays(data: Path, database_url: str) -> set[str]:
    """Files of the data folder that no asset accounts for."""
    db = Database(database_url)
    async with db.work(await found(db), read_only=True) as work:
        assets = (await work.session.scalars(Asset.visible_to(work.actor))).all()
    await db.close()
    known = {asset.key for asset in assets}
    for asset in assets:
        known |= {asset.key.rpartition(".")[0] + suffix for suffix in DERIVED.values()}
    store = data / "store"
    resting = {path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file()}
    scratch = {path.name for path in (data / "tmp").rglob("*") if path.is_file()}
    return (resting - known) | scratch


def headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_killed_server_finishes_every_run_after_its_restart(processes: Processes) -> None:
    token = await a_token(processes.database_url)
    first, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        await promised(client, "local/sketchbook", width=256, height=256)
        await some_done(client, 3)
        processes.end(first, signal.SIGKILL)
    _, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        seen = await all_over(client, 90)
        assert Counter(run["state"] for run in seen) == {"succeeded": RUNS}
        assert all(len(run["outputs"]) == 1 for run in seen)
        assert len((await client.get("/api/assets?limit=200")).json()["items"]) == RUNS
    assert await strays(processes.data, processes.database_url) == set()


async def test_a_killed_server_buys_nothing_twice_and_the_ledger_adds_up(processes: Processes) -> None:
    token = await a_token(processes.database_url, limit=RUNS * 2_000 + 500)
    first, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        await promised(client, "shop/slow")
        await some_done(client, 1)
        processes.end(first, signal.SIGKILL)
    _, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        seen = await all_over(client, 90)
        states = Counter(run["state"] for run in seen)
        # Killed in the very instant of a purchase, a run cannot know; it says so and keeps the money held.
        assert set(states) <= {"succeeded", "unknown"}
        assert states["succeeded"] >= RUNS // 2
        sales = Counter(processes.sales.read_text().split())
        assert max(sales.values()) == 1
        assert {run["input"]["seed"] for run in seen if run["state"] == "succeeded"} <= {int(s) for s in sales}
        money = (await client.get("/api/credits")).json()
        assert money == {"balance": 500, "reserved": states["unknown"] * 2_000, "unlimited": False}
    assert await strays(processes.data, processes.database_url) == set()


async def test_a_killed_server_goes_on_with_an_export_where_it_stood_and_packs_it_once(processes: Processes) -> None:
    token = await a_token(processes.database_url, limit=500)
    formats = [
        "x.profile",
        "linkedin.feed",
        "facebook.feed",
        "instagram.story",
        "instagram.profile",
        "youtube.thumbnail",
    ]
    first, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        image = (await client.post("/api/assets", files={"file": ("disc.png", photo(2400, 1800))})).json()["id"]
        order = {"op": "image.social", "input": {"image": image, "formats": formats, "crop": "centre"}}
        run = (await client.post("/api/runs", json=order)).json()["id"]
        there: list[str] = []
        with anyio.fail_after(60):
            while len(there) < 2:
                await anyio.sleep(0.05)
                there = [each["id"] for each in (await client.get(f"/api/runs/{run}")).json()["outputs"]]
        processes.end(first, signal.SIGKILL)
    _, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        (seen,) = await all_over(client, 90)
        assert seen["state"] == "succeeded", seen
        assert [each["facts"]["format"] for each in seen["outputs"]] == formats, "each is made once, in its order"
        assert [each["id"] for each in seen["outputs"]][: len(there)] == there, "what was there is not made again"
        pack = await client.get(f"/api/runs/{run}/pack")
        with ZipFile(BytesIO(pack.content)) as archive:
            rows = json.loads(archive.read("manifest.json"))
            assert sorted(row["file"] for row in rows["files"]) == sorted(
                name for name in archive.namelist() if "/" in name
            )
        assert ([row["format"] for row in rows["files"]], rows["missing"]) == (formats, [])
        money = (await client.get("/api/credits")).json()
        assert money == {"balance": 500, "reserved": 0, "unlimited": False}
    assert await strays(processes.data, processes.database_url) == set()


async def test_a_killed_import_goes_on_after_the_restart_and_takes_nothing_in_twice(processes: Processes) -> None:
    token = await a_token(processes.database_url)
    first, address = processes.serve()
    many = 12
    data = packed({f"a/{n}.png": photo(200 + n, 200) for n in range(many)} | {"twin.png": photo(200, 200)})

    async def stands(client: httpx2.AsyncClient, least: int) -> dict[str, Any]:
        for _ in range(900):
            with contextlib.suppress(httpx2.TransportError):
                [order] = (await client.get("/api/imports")).json()
                if order["ended_at"] is not None or order["kept"] >= least:
                    found: dict[str, Any] = order
                    return found
            await anyio.sleep(0.1)
        raise AssertionError("Nothing comes in.")

    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        sent = await client.post("/api/imports/zip", files={"file": ("a.zip", data)}, data={"folders": "tags"})
        assert sent.status_code == 202, sent.text
        broken = await stands(client, 3)
        processes.end(first, signal.SIGKILL)
        assert 3 <= broken["kept"] < many
    _, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        order = await stands(client, many + 1)
        assert (order["state"], order["total"], order["kept"], order["twins"]) == ("succeeded", many + 1, many, 1)
        found = (await client.get("/api/assets?limit=200")).json()["items"]
        assert len({asset["sha256"] for asset in found}) == len(found) == many
        assert all(asset["tags"] == ["a"] for asset in found if asset["title"] != "twin")
    for _ in range(100):
        # The archive goes just after its import is over.
        if not (left := await strays(processes.data, processes.database_url)):
            break
        await anyio.sleep(0.1)
    assert left == set()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_when_one_of_two_workers_is_killed_the_other_finishes_its_runs(processes: Processes) -> None:
    token = await a_token(processes.database_url)
    _, address = processes.serve(GESSO_WORKER="false")
    first = processes.start("work")
    processes.start("work")
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        await promised(client, "local/sketchbook", width=256, height=256)
        await some_done(client, 2)
        processes.end(first, signal.SIGKILL)
        seen = await all_over(client, 60)
        assert Counter(run["state"] for run in seen) == {"succeeded": RUNS}
        assert all(len(run["outputs"]) == 1 for run in seen)
    assert await strays(processes.data, processes.database_url) == set()


async def test_a_stopped_server_gives_its_work_back_and_the_next_one_takes_it_up(processes: Processes) -> None:
    token = await a_token(processes.database_url)
    first, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        await promised(client, "local/sketchbook", width=256, height=256)
        await some_done(client, 1)
    assert processes.end(first, signal.SIGTERM) in (0, -signal.SIGTERM)
    _, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        seen = await all_over(client, 120)
        assert Counter(run["state"] for run in seen) == {"succeeded": RUNS}
        assert [run["error"] for run in seen if run["error"]] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_run_that_kills_every_worker_is_given_up_and_its_money_returns(processes: Processes) -> None:
    token = await a_token(processes.database_url, limit=5_000)
    first, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        order = {"op": "image.generate", "offer": "shop/bomb", "input": {"prompt": "boom"}}
        assert (await client.post("/api/runs", json=order)).status_code == 202
    assert first.wait(60) == 9
    for _ in range(2):
        again, _ = processes.serve()
        assert again.wait(60) == 9
    _, address = processes.serve()
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        (run,) = await all_over(client, 60)
        assert run["state"] == "failed"
        assert run["error"]["message"] == "3 workers died while they worked on this."
        assert (await client.get("/api/credits")).json() == {"balance": 5_000, "reserved": 0, "unlimited": False}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_export_for_platforms_goes_on_where_it_was_killed(processes: Processes) -> None:
    """Each format comes once, also after one that cannot be made; and what could not be made is told all the same."""
    formats = ["x.profile", "linkedin.feed", "facebook.cover", "linkedin.company_logo", "youtube.thumbnail", "x.post"]
    token = await a_token(processes.database_url)
    first, address = processes.serve(GESSO_PROCESSES="1")
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        image = (await client.post("/api/assets", files={"file": ("a.png", photo(900, 700))})).json()["id"]
        given = {"image": image, "formats": formats, "crop": "centre", "small": "skip", "file": "png"}
        run = (await client.post("/api/runs", json={"op": "image.social", "input": given})).json()
        for _ in range(4000):
            if len((await client.get(f"/api/runs/{run['id']}")).json()["outputs"]) >= 2:
                break
            await anyio.sleep(0.01)
        processes.end(first, signal.SIGKILL)
    _, address = processes.serve(GESSO_PROCESSES="1")
    async with httpx2.AsyncClient(base_url=address, headers=headers(token), timeout=60) as client:
        (ended,) = await all_over(client, 60)
    assert ended["state"] == "succeeded", ended["error"]
    made = [output["facts"]["format"] for output in ended["outputs"]]
    assert made == ["x.profile", "facebook.cover", "linkedin.company_logo"]
    for name in ("LinkedIn Feed", "YouTube Thumbnail", "X (Twitter) Post"):
        assert [note for note in ended["notes"] if note.startswith(f"{name} was not made")], ended["notes"]
    # A sealed file is never the same twice: one that rested and was not written down is left for the upkeep to find.
    left = await strays(processes.data, processes.database_url)
    assert len({name.partition(".")[0] for name in left}) <= 1
