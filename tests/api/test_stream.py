"""Server-sent events through a real server: nothing missed, nothing twice, nothing of others, and an end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import httpx2
import pytest

from gesso import events
from gesso.api import events as stream
from tests.api.conftest import serving
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio


@dataclass
class Told:
    id: int
    type: str
    data: dict[str, Any]


class Ear:
    """Listens as a browser's EventSource does."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self.lines = answer.aiter_lines()
        self.retry = ""
        self.beats = 0

    async def next(self, seconds: float = 20) -> Told | None:
        """The next event; None when the stream has ended."""
        fields: dict[str, str] = {}
        with anyio.fail_after(seconds):
            async for line in self.lines:
                if line.startswith(":"):
                    self.beats += 1
                elif line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "event" in fields:
                    return Told(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                else:
                    self.retry, fields = fields.get("retry", self.retry), {}
            return None


@asynccontextmanager
async def listening(server: tuple[str, int], token: str, path: str = "", **headers: str) -> AsyncIterator[Ear]:
    said = {"Authorization": token} | {name.replace("_", "-"): value for name, value in headers.items()}
    given = [(name.encode(), value.encode("latin-1")) for name, value in said.items()]
    url = f"http://{server[0]}:{server[1]}/api/events{path}"
    async with (
        httpx2.AsyncClient(timeout=30, verify=False) as client,
        client.stream("GET", url, headers=given) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        yield Ear(answer)


async def tell(house: House, *numbers: int) -> None:
    for n in numbers:
        async with house.studio.db.work(house.owner) as work:
            events.emit(work, "test.told", n=n)


async def tell_and_fail(house: House) -> None:
    async with house.studio.db.work(house.owner) as work:
        events.emit(work, "test.told", n=-1)
        raise RuntimeError


async def test_a_listener_hears_what_happens_from_now_on_in_order(idle: House) -> None:
    owner = await idle.as_owner()
    token = owner.headers["Authorization"]
    await tell(idle, 0)
    async with serving(idle) as server, listening(server, token) as ear:
        asset = (await upload(owner))["id"]
        await tell(idle, 1)
        first, second = await ear.next(), await ear.next()
        assert first is not None
        assert second is not None
        assert (first.type, first.data["asset"], "at" in first.data) == ("asset.added", asset, True)
        assert (second.type, second.data["n"]) == ("test.told", 1)
        assert second.id > first.id
        assert ear.retry == "2000"


async def test_a_listener_who_comes_back_misses_nothing_and_hears_nothing_twice(idle: House) -> None:
    token = (await idle.as_owner()).headers["Authorization"]
    async with serving(idle) as server:
        heard: list[Told] = []
        async with listening(server, token, "?after=0") as ear:
            await tell(idle, 0, 1, 2)
            for _ in range(2):
                told = await ear.next()
                assert told is not None
                heard.append(told)
        await tell(idle, 3, 4)
        for back in (
            {"Last_Event_ID": str(heard[-1].id)},
            {"path": f"?after={heard[-1].id}"},
            {"path": "?after=0", "Last_Event_ID": str(heard[-1].id)},
        ):
            async with listening(server, token, **back) as ear:
                rest = [await ear.next() for _ in range(3)]
                assert [told.data["n"] for told in rest if told] == [2, 3, 4], back
        for odd in ("", "x", "-1", "²", "9" * 40, "1 2"):
            async with listening(server, token, Last_Event_ID=odd) as ear:
                await tell(idle, 5)
                told = await ear.next()
                assert told is not None
                assert told.data["n"] == 5, "what is no number counts as none"
        async with httpx2.AsyncClient(verify=False) as client:
            for wrong in ("after=-1", "after=x", "after=" + "9" * 30):
                url = f"http://{server[0]}:{server[1]}/api/events?{wrong}"
                assert (await client.get(url, headers={"Authorization": token})).status_code == 422


async def test_more_than_one_reading_holds_arrives_whole(idle: House) -> None:
    token = (await idle.as_owner()).headers["Authorization"]
    async with idle.studio.db.work(idle.owner) as work:
        for n in range(1_203):
            events.emit(work, "test.told", n=n)
    async with serving(idle) as server, listening(server, token, "?after=0") as ear:
        heard = [await ear.next() for _ in range(1_203)]
    assert [told.data["n"] for told in heard if told] == list(range(1_203))


async def test_a_team_hears_nothing_of_another_and_nothing_that_was_taken_back(idle: House) -> None:
    owner, stranger = await idle.as_owner(), await idle.join("eve", "owner", team="Elsewhere")
    await owner.post("/api/credits/limit", json={"balance": 0})
    async with serving(idle) as server:
        async with listening(server, stranger.headers["Authorization"], "?after=0") as ear:
            await upload(owner)
            await owner.post(
                "/api/runs",
                json={"op": "image.generate", "input": {"prompt": "a lake", "width": 256, "height": 256}},
            )
            with pytest.raises(RuntimeError):
                await tell_and_fail(idle)
            mine = (await upload(stranger))["id"]
            told = await ear.next()
            assert told is not None
            assert (told.type, told.data["asset"]) == ("asset.added", mine)
        async with listening(server, owner.headers["Authorization"], "?after=0") as ear:
            await tell(idle, 1)
            heard = [await ear.next() for _ in range(3)]
            assert [told.type for told in heard if told] == ["asset.added", "run.changed", "test.told"]
            assert mine not in str(heard)


async def test_a_silent_stream_beats_and_a_revoked_token_ends_it(idle: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.3)
    owner = await idle.as_owner()
    token = (await owner.post("/api/tokens", json={"name": "ear"})).json()["token"]
    async with serving(idle) as server, listening(server, f"Bearer {token}") as ear:
        with pytest.raises(TimeoutError):
            await ear.next(2)
        assert ear.beats >= 1
    async with serving(idle) as server:
        idle.studio.bell.closed = False
        async with listening(server, f"Bearer {token}") as ear:
            (found,) = [kept for kept in (await owner.get("/api/tokens")).json() if kept["name"] == "ear"]
            assert (await owner.delete(f"/api/tokens/{found['id']}")).status_code == 204
            await asyncio.sleep(0.5)
            assert await ear.next(10) is None, "whoever is shut out hears no more"


async def test_streams_end_when_the_studio_stops(idle: House) -> None:
    token = (await idle.as_owner()).headers["Authorization"]
    async with serving(idle) as server, listening(server, token) as ear, listening(server, token) as other:
        idle.studio.bell.close()
        assert await ear.next(10) is None
        assert await other.next(10) is None


async def test_whoever_waits_for_a_run_is_answered_when_the_studio_stops(idle: House) -> None:
    client = await idle.as_owner()
    asset = (await upload(client, photo()))["id"]
    order = {"op": "image.upscale", "input": {"image": asset}}
    waiting = asyncio.create_task(client.post("/api/runs", json=order, headers={"Prefer": "wait=60"}))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    idle.studio.bell.close()
    answer = await asyncio.wait_for(waiting, 10)
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
