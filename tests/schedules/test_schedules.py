"""Schedules: begun once at each of their moments, whoever looks and whatever is killed; by what they have or find."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gesso.accounts.tables import Member
from gesso.batches import Batch
from gesso.catalog import Context, Provider, per_output
from gesso.dev.fakes.server import Answered, Asked, Fake
from gesso.events import Event
from gesso.kit.errors import Invalid
from gesso.kit.fetch import Fetcher
from gesso.kit.media import Media
from gesso.library import Asset
from gesso.ops.create import Generate
from gesso.runs import Run
from gesso.schedules import Schedule, Tick, folders
from gesso.schedules.clock import WAITS, Clock
from tests.conftest import House, photo
from tests.schedules.test_feeds import LAUGHS, RSS

pytestmark = pytest.mark.anyio

RUN = {"op": "image.generate", "offer": "shop/quick", "input": {"prompt": "a lake", "width": 64, "height": 64}}
DAILY = {"kind": "daily", "time": "09:00", "timezone": "Europe/Berlin"}
MADE = {"op": "image.generate", "offer": "shop/quick", "input": {"width": 64, "height": 64}}
UPSCALED = {"op": "image.upscale", "input": {"factor": 2}}


@pytest.fixture
def shop(idle: House) -> None:
    made = Provider("shop", "A shop of the tests")

    @made.offers(Generate, model="quick", title="Quick", price=per_output(2), lane="remote")
    async def deliver(request: Generate, ctx: Context) -> AsyncIterator[Media]:
        yield Media(photo(64, 64))

    idle.offer(made)


class Feed(Fake):
    """A server of one feed."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.type, self.asked = RSS, "application/rss+xml", list[dict[str, str]]()

    def answer(self, asked: Asked, way: str) -> Answered:
        if asked.path == "/gone":
            return Answered(503, b"no")
        headers = {name.lower(): value for name, value in asked.headers.items()}
        self.asked.append(headers)
        etag = f'"{hash(self.body)}"'
        if headers.get("if-none-match") == etag:
            return Answered(304)
        return Answered(200, self.body, {"content-type": self.type, "etag": etag})


async def made(client: httpx2.AsyncClient, **said: Any) -> dict[str, Any]:
    answer = await client.post("/api/schedules", json={"title": "Morning", "when": DAILY, **said})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def due(house: House, id: str, ago: timedelta = timedelta(seconds=1)) -> datetime:
    """Its next moment has come, that long ago."""
    at = datetime.now(UTC) - ago
    async with house.studio.db.session() as session:
        await session.execute(update(Schedule).where(Schedule.id == _id(id)).values(next_at=at))
    return at


async def seen(client: httpx2.AsyncClient, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/api/schedules/{id}")).json()
    return found


async def ticked(house: House, client: httpx2.AsyncClient, id: str) -> dict[str, Any]:
    """Its moment comes, and is seen to; what came of it."""
    await due(house, id)
    await house.studio.clock.tend()
    tick: dict[str, Any] = (await seen(client, id))["ticks"][0]
    return tick


async def every(house: House, table: Any) -> list[Any]:
    async with house.studio.db.session(read_only=True) as session:
        return [*(await session.scalars(select(table).order_by(table.id)))]


async def told(house: House) -> list[tuple[str, str]]:
    async with house.studio.db.session(read_only=True) as session:
        events = await session.scalars(select(Event).where(Event.type == "schedule.changed").order_by(Event.seq))
        return [(event.data["state"], event.data["note"]) for event in events]


def _id(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


@pytest.fixture
async def client(idle: House) -> httpx2.AsyncClient:
    return await idle.as_owner()


async def test_it_says_when_in_words_when_next_and_for_how_much(
    idle: House, shop: None, client: httpx2.AsyncClient
) -> None:
    answer = await client.post("/api/schedules/preview", json={"when": DAILY, "run": RUN})
    assert (answer.json()["words"], answer.json()["price"]) == ("Every day at 09:00, Europe/Berlin", 2000)
    assert [each[11:16] for each in answer.json()["next"]] == ["09:00"] * 5
    wrong = await client.post("/api/schedules/preview", json={"when": {"kind": "cron", "cron": "0 25 * * *"}})
    assert (wrong.status_code, wrong.json()["fields"][0]["field"]) == (422, "when.cron")
    found = await made(client, run=RUN, cap=5000)
    assert (found["words"], found["price"], found["state"]) == ("Every day at 09:00, Europe/Berlin", 2000, "active")
    assert len(found["next"]) == 5
    assert found["ticks"] == []
    rows = await made(client, batch=MADE, rows=[{"prompt": "a"}, {"prompt": "b"}, "c"])
    assert (rows["price"], rows["rows"], rows["data"][2]) == (6000, 3, "c")
    listed = (await client.get("/api/schedules")).json()["items"]
    assert [each["id"] for each in listed] == [rows["id"], found["id"]]


@pytest.mark.row("B4", at="POST /api/schedules")
async def test_a_moment_is_begun_once_by_however_many_look(idle: House, shop: None, client: httpx2.AsyncClient) -> None:
    one, two = await made(client, run=RUN), await made(client, batch=MADE, rows=["a boat", "a tower"])
    clocks = [replace(idle.studio.clock, me=f"clock {n}") for n in range(3)]
    for _ in range(3):
        for id in (one["id"], two["id"]):
            await due(idle, id)
        await asyncio.gather(*(clock.tend() for clock in clocks for _ in range(3)))
    assert len(await every(idle, Run)) == 3
    batches = await every(idle, Batch)
    assert [(batch.state, batch.total, batch.begins) for batch in batches] == [("checking", 2, True)] * 3
    assert [tick.outcome for tick in await every(idle, Tick)] == ["started"] * 6
    assert (await seen(client, one["id"]))["times"] == 3
    assert [state for state, _ in await told(idle)].count("started") == 6


async def test_a_kill_between_what_is_begun_and_its_record_leaves_nothing_and_the_moment_due(
    idle: House, shop: None, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    one, two = await made(client, run=RUN), await made(client, batch=MADE, rows=["a boat"])
    for id in (one["id"], two["id"]):
        await due(idle, id)
        with monkeypatch.context() as patched:
            patched.setattr(Clock, "_onward", kill)
            with pytest.raises(Killed):
                await idle.studio.clock._moment(_id(id))
    assert (await every(idle, Run), await every(idle, Batch), await every(idle, Tick)) == ([], [], [])
    await idle.studio.clock.tend()
    await idle.studio.clock.tend()
    assert (len(await every(idle, Run)), len(await every(idle, Batch))) == (1, 1)
    assert (await client.get("/api/credits")).json()["reserved"] == 2000


async def test_what_was_missed_is_made_up_for_once_or_passed_over(
    idle: House, shop: None, client: httpx2.AsyncClient
) -> None:
    hourly = {"kind": "cron", "cron": "0 * * * *"}
    rarely = {"kind": "cron", "cron": "0 0 1 1 *"}
    late = timedelta(days=3)
    once, skip = await made(client, run=RUN, when=rarely), await made(client, run=RUN, when=rarely, missed="skip")
    often = await made(client, run=RUN, when=hourly, missed="skip", grace=3600)
    ended = await made(client, run=RUN, when={"kind": "once", "at": "2999-01-01T09:00"}, missed="skip")
    for each in (once, skip, often, ended):
        await due(idle, each["id"], late)
    await idle.studio.clock.tend()
    assert [tick["outcome"] for tick in (await seen(client, once["id"]))["ticks"]] == ["started"]
    passed = await seen(client, skip["id"])
    assert [(tick["outcome"], tick["note"][:13]) for tick in passed["ticks"]] == [("skipped", "It was missed")]
    assert passed["state"] == "active"
    assert passed["next_at"] > datetime.now(UTC).isoformat()
    fresh = await seen(client, often["id"])
    assert [tick["outcome"] for tick in fresh["ticks"]] == ["started", "skipped"], "the latest hour is no missed one"
    assert fresh["ticks"][0]["due"][14:16] == "00"
    assert (await seen(client, ended["id"]))["state"] == "active", "its own moment is still to come"
    assert len(await every(idle, Run)) == 2
    short = await made(client, run=RUN, when=rarely, missed="skip", grace=600)
    await due(idle, short["id"], timedelta(minutes=9))
    await idle.studio.clock.tend()
    assert (await seen(client, short["id"]))["last"] == "started", "within the grace nothing is missed"


async def test_it_ends_by_itself(idle: House, shop: None, client: httpx2.AsyncClient) -> None:
    twice = await made(client, run=RUN, most=2)
    assert len(twice["next"]) == 2
    await ticked(idle, client, twice["id"])
    await ticked(idle, client, twice["id"])
    found = await seen(client, twice["id"])
    assert (found["state"], found["times"], found["next"], found["next_at"]) == ("ended", 2, [], None)
    until = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    assert 1 <= len((await made(client, run=RUN, until=until))["next"]) <= 2
    past = {"kind": "once", "at": "2020-01-01T09:00"}
    answer = await client.post("/api/schedules", json={"title": "Late", "when": past, "run": RUN})
    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, "when.at")
    assert ("ended", "") in await told(idle)


async def test_it_waits_goes_on_is_changed_and_goes(idle: House, shop: None, client: httpx2.AsyncClient) -> None:
    found = await made(client, run=RUN)
    at = f"/api/schedules/{found['id']}"
    for _ in range(2):
        assert (await client.post(f"{at}/pause")).json()["state"] == "paused"
    await idle.studio.clock.tend()
    changed = {"title": "Evening", "when": {**DAILY, "time": "18:00"}, "run": RUN}
    paused = (await client.put(at, json=changed)).json()
    assert (paused["state"], paused["title"], paused["next"]) == ("paused", "Evening", [])
    resumed = (await client.post(f"{at}/resume")).json()
    assert (resumed["state"], resumed["next"][0][11:16]) == ("active", "18:00")
    tick = (await client.post(f"{at}/run", headers={"Idempotency-Key": "k"})).json()
    assert (tick["outcome"], tick["by_hand"]) == ("started", True)
    assert (await client.post(f"{at}/run", headers={"Idempotency-Key": "k"})).json() == tick
    assert [str(run.id) for run in await every(idle, Run)] == [tick["run"]]
    assert (await seen(client, found["id"]))["next_at"] == resumed["next_at"]
    assert (await client.delete(at)).status_code == 204
    assert (await client.get(at)).status_code == 404
    assert len(await every(idle, Run)) == 1
    assert await every(idle, Tick) == []


async def test_what_fails_is_told_and_tried_at_the_next_moment(
    idle: House, shop: None, client: httpx2.AsyncClient
) -> None:
    found = await made(client, run=RUN)
    dear = await made(client, run=RUN, cap=1999)
    assert "may cost 2 credits" not in (await ticked(idle, client, dear["id"]))["note"]
    assert (await seen(client, dear["id"]))["ticks"][0]["outcome"] == "failed"
    await client.post("/api/credits/limit", json={"balance": 1000})
    tick = await ticked(idle, client, found["id"])
    assert tick["outcome"] == "failed"
    assert "credits" in tick["note"]
    told_now = await seen(client, found["id"])
    assert (told_now["state"], told_now["note"], told_now["last"]) == ("active", tick["note"], "failed")
    assert ("failed", tick["note"]) in await told(idle)
    refused = await client.post(f"/api/schedules/{found['id']}/run")
    assert refused.status_code == 402
    await client.post("/api/credits/limit", json={"balance": 9000})
    assert (await ticked(idle, client, found["id"]))["outcome"] == "started"
    runs = idle.studio.runs
    runs.shelf = type(runs.shelf)([each for each in runs.shelf.providers if each.name != "shop"], {}, runs.models)
    gone = await ticked(idle, client, found["id"])
    assert gone["outcome"] == "failed"
    assert "shop/quick" in gone["note"]
    assert len(await every(idle, Run)) == 1


async def test_without_its_makers_rights_it_waits(idle: House, shop: None, client: httpx2.AsyncClient) -> None:
    editor = await idle.join("Ada")
    found = await made(editor, run=RUN)
    async with idle.studio.db.session() as session:
        await session.execute(delete(Member).where(Member.role == "editor"))
    await due(idle, found["id"])
    await idle.studio.clock.tend()
    left = await seen(client, found["id"])
    assert (left["state"], left["last"]) == ("paused", "failed")
    assert "may not have it done" in left["note"]
    assert (await told(idle))[-2:] == [("failed", left["note"]), ("paused", left["note"])]
    assert await every(idle, Run) == []
    mine = await client.put(f"/api/schedules/{found['id']}", json={"title": "Mine", "when": DAILY, "run": RUN})
    assert mine.json()["state"] == "paused"
    assert (await client.post(f"/api/schedules/{found['id']}/resume")).json()["state"] == "active"
    assert (await ticked(idle, client, found["id"]))["outcome"] == "started"


async def test_other_teams_see_nothing_and_viewers_change_nothing(
    idle: House, shop: None, client: httpx2.AsyncClient
) -> None:
    found = await made(client, run=RUN)
    at = f"/api/schedules/{found['id']}"
    other, viewer = await idle.join("Eve", "owner", team="Others"), await idle.join("Vic", "viewer")
    body = {"title": "Mine", "when": DAILY, "run": RUN}
    for asked in (
        other.get(at),
        other.put(at, json=body),
        other.delete(at),
        other.post(f"{at}/pause"),
        other.post(f"{at}/resume"),
        other.post(f"{at}/run"),
    ):
        assert (await asked).status_code == 404
    assert (await other.get("/api/schedules")).json()["items"] == []
    assert (await viewer.get(at)).status_code == 200
    for refused in (viewer.post("/api/schedules", json=body), viewer.post(f"{at}/run"), viewer.delete(at)):
        assert (await refused).status_code == 403


async def test_the_same_failure_is_told_once_and_after_many_it_waits(
    idle: House, shop: None, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gesso.schedules.clock.ENOUGH", 3)
    found = await made(client, run=RUN, cap=1999)
    await ticked(idle, client, found["id"])
    first = await ticked(idle, client, found["id"])
    assert [state for state, _ in await told(idle)] == ["active", "failed"]
    await ticked(idle, client, found["id"])
    left = await seen(client, found["id"])
    assert (left["state"], left["note"]) == ("paused", f"{WAITS} {first['note']}")
    assert [tick["outcome"] for tick in left["ticks"]] == ["failed"] * 3
    assert (await told(idle))[2:] == [("failed", left["note"]), ("paused", left["note"])]
    await client.post(f"/api/schedules/{found['id']}/resume")
    await ticked(idle, client, found["id"])
    assert (await seen(client, found["id"]))["state"] == "active", "it has as many tries as before"


async def test_by_hand_it_counts_and_what_is_over_is_over(idle: House, shop: None, client: httpx2.AsyncClient) -> None:
    found = await made(client, run=RUN, most=1)
    at = f"/api/schedules/{found['id']}/run"
    tick = (await client.post(at, headers={"Idempotency-Key": "k"})).json()
    left = await seen(client, found["id"])
    assert (left["state"], left["times"], left["next_at"]) == ("ended", 1, None)
    assert (await client.post(at)).status_code == 409
    assert (await client.post(at, headers={"Idempotency-Key": "k"})).json() == tick
    assert len(await every(idle, Run)) == 1


async def test_its_history_is_bounded(
    idle: House, shop: None, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gesso.schedules.clock.KEPT", 3)
    found = await made(client, run=RUN)
    for _ in range(5):
        await client.post(f"/api/schedules/{found['id']}/run")
    assert len(await every(idle, Tick)) == 3
    assert len(await every(idle, Run)) == 5


# -- folders


@pytest.fixture
def drop(idle: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    idle.studio.clock.within = (folder,)
    monkeypatch.setattr(folders, "QUIET", 0.0)
    return folder


def laid(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def test_new_pictures_and_sheets_of_a_folder_are_taken_once(
    idle: House, shop: None, client: httpx2.AsyncClient, drop: Path
) -> None:
    laid(drop, "old.png", photo(40, 40))
    await asyncio.sleep(0.05)
    found = await made(client, batch=UPSCALED, watch={"kind": "folder", "place": str(drop)})
    tick = await ticked(idle, client, found["id"])
    assert (tick["outcome"], tick["batches"]) == ("nothing", []), "what was there already is not new"
    laid(drop, "one.png", photo(41, 40))
    laid(drop, "two.png", photo(42, 40))
    laid(drop, "same.png", photo(42, 40))
    laid(drop, ".hidden.png", photo(43, 40))
    laid(drop, "note.txt", b"hello, this is a note")
    laid(drop, "broken.png", photo(44, 40)[:60])
    await asyncio.sleep(0.05)
    tick = await ticked(idle, client, found["id"])
    assert tick["outcome"] == "started"
    assert "note.txt was left out" in tick["note"]
    assert "broken.png" in tick["note"]
    (batch,) = await every(idle, Batch)
    rows = (await client.get(f"/api/batches/{batch.id}/rows")).json()["items"]
    assert sorted(row["data"]["file"] for row in rows) == ["one.png", "same.png"]
    assets = await every(idle, Asset)
    assert sorted(row["data"]["image"] for row in rows) == sorted(str(asset.id) for asset in assets)
    assert {asset.facts["came"]["path"] for asset in assets} == {"one.png", "same.png"}
    for _ in range(2):
        tick = await ticked(idle, client, found["id"])
        assert (tick["outcome"], tick["note"]) == ("nothing", ""), "what was seen is not looked at again"
    assert len((await seen(client, found["id"]))["ticks"]) == 3, "of moments with nothing new the last is kept"
    asset = str(assets[0].id)
    laid(drop, "rows.csv", f"image,factor\n{asset},2\n{asset},4\n".encode())
    laid(drop, "list.jsonl", json.dumps({"image": asset}).encode())
    laid(drop, "bad.csv", b"one,two\n1,2,3\n")
    await asyncio.sleep(0.05)
    tick = await ticked(idle, client, found["id"])
    assert (tick["outcome"], len(await every(idle, Batch))) == ("nothing", 1)
    assert "rows.csv begins when it is still the same at the next look" in tick["note"]
    assert await idle.studio.clock.tend() == 1, "which follows soon"
    tick = (await seen(client, found["id"]))["ticks"][0]
    assert len(tick["batches"]) == 2
    assert "bad.csv was left out" in tick["note"]
    assert sorted((each.title.rpartition(" ")[2], each.total) for each in (await every(idle, Batch))[1:]) == [
        ("list.jsonl", 1),
        ("rows.csv", 2),
    ]


async def test_a_file_that_is_still_written_waits(
    idle: House, shop: None, client: httpx2.AsyncClient, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await made(client, batch=UPSCALED, watch={"kind": "folder", "place": str(drop), "first": "all"})
    whole = photo(60, 40)
    os.utime(laid(drop, "tomorrow.png", whole), (2**32, 2**32))
    laid(drop, "half.png", whole[:50])
    monkeypatch.setattr(folders, "QUIET", 0.3)
    assert (await ticked(idle, client, found["id"]))["outcome"] == "nothing"
    laid(drop, "half.png", whole)
    os.utime(drop / "half.png", (1, 1))
    assert (await ticked(idle, client, found["id"]))["outcome"] == "nothing", "an old date makes it no older"
    await asyncio.sleep(0.4)
    assert (await ticked(idle, client, found["id"]))["outcome"] == "started"
    assert len(await every(idle, Asset)) == 1


async def test_links_lead_nowhere_and_only_named_folders_are_watched(
    idle: House, shop: None, client: httpx2.AsyncClient, drop: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    laid(secret, "key.png", photo(50, 50))
    (drop / "link.png").symlink_to(secret / "key.png")
    (drop / "way").symlink_to(secret)
    (drop / "inside").mkdir()
    os.mkfifo(drop / "pipe.png")
    await asyncio.sleep(0.05)

    def wanted(place: str) -> dict[str, Any]:
        watch = {"kind": "folder", "place": place, "first": "all"}
        return {"title": "W", "when": DAILY, "batch": UPSCALED, "watch": watch}

    for place in (secret, drop / "way", drop / ".." / "secret", Path("/etc"), tmp_path, Path("relative"), Path("/nix")):
        refused = await client.post("/api/schedules", json=wanted(str(place)))
        assert refused.status_code == 403, place
    assert (await client.post("/api/schedules", json=wanted(str(drop / "none")))).status_code == 422
    assert (await client.post("/api/schedules", json=wanted("a\0b"))).status_code in (403, 422)
    editor = await idle.join("Ada")
    assert (await editor.post("/api/schedules", json=wanted(str(drop)))).status_code == 403
    inside = await client.post("/api/schedules", json=wanted(str(drop / "inside")))
    assert inside.status_code == 201
    found = (await client.post("/api/schedules", json=wanted(str(drop)))).json()
    assert (await ticked(idle, client, found["id"]))["outcome"] == "nothing"
    # The folder itself becomes a link that leads out.
    (drop / "inside").rmdir()
    (drop / "inside").symlink_to(secret)
    tick = await ticked(idle, client, inside.json()["id"])
    assert tick["outcome"] == "failed"
    assert "not among those" in tick["note"]
    assert await every(idle, Asset) == []
    # And so where it was one when it was asked.
    with pytest.raises(Invalid, match="cannot be read"):
        folders.look(drop / "inside")
    assert folders.copy(drop / "inside", folders.look(secret)[0], tmp_path / "copy", 1 << 20) is None
    idle.studio.clock.within = ()
    assert "No folder may be watched" in (await ticked(idle, client, found["id"]))["note"]


async def test_a_name_that_is_no_text_is_taken_and_shown(
    idle: House, shop: None, client: httpx2.AsyncClient, drop: Path
) -> None:
    found = await made(client, batch=UPSCALED, watch={"kind": "folder", "place": str(drop)})
    laid(drop, os.fsdecode(b"caf\xe9.png"), photo(41, 40))
    laid(drop, os.fsdecode(b"n\xe9.txt"), b"a note")
    await asyncio.sleep(0.05)
    tick = await ticked(idle, client, found["id"])
    assert tick["outcome"] == "started", tick["note"]
    assert "n\ufffd.txt was left out" in tick["note"]
    (asset,) = await every(idle, Asset)
    assert (asset.title, asset.facts["came"]["path"]) == ("caf\ufffd", "caf\ufffd.png")
    assert (await ticked(idle, client, found["id"]))["outcome"] == "nothing"


async def test_of_several_teams_only_who_keeps_the_server_has_its_folders_watched(
    idle: House, shop: None, client: httpx2.AsyncClient, drop: Path
) -> None:
    admin = await idle.join("Ada", "admin")
    body = {"title": "W", "when": DAILY, "batch": UPSCALED, "watch": {"kind": "folder", "place": str(drop)}}
    theirs = (await admin.post("/api/schedules", json=body)).json()
    other = await idle.join("Eve", "owner", team="Others")
    for who in (admin, other):
        assert (await who.post("/api/schedules", json=body)).status_code == 403
    assert (await admin.post(f"/api/schedules/{theirs['id']}/run")).status_code == 403
    assert (await client.post("/api/schedules", json=body)).status_code == 201
    await due(idle, theirs["id"])
    await idle.studio.clock.tend()
    assert (await seen(client, theirs["id"]))["state"] == "paused"


async def test_a_folder_that_does_not_answer_has_failed(
    idle: House, shop: None, client: httpx2.AsyncClient, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await made(client, batch=UPSCALED, watch={"kind": "folder", "place": str(drop)})
    monkeypatch.setattr("gesso.schedules.clock.PATIENCE", 0.1)
    monkeypatch.setattr(folders, "look", lambda folder: time.sleep(1))
    assert "did not answer" in (await ticked(idle, client, found["id"]))["note"]


# -- feeds


@pytest.fixture
def feed(idle: House) -> Iterator[Feed]:
    with Feed().running() as server:
        idle.studio.clock.fetcher = Fetcher([server.url.removeprefix("http://")], seconds=5)
        yield server


async def test_new_items_of_a_feed_become_rows_once(
    idle: House, shop: None, client: httpx2.AsyncClient, feed: Feed
) -> None:
    watch = {"kind": "feed", "place": f"{feed.url}/news"}
    batch = {**MADE, "columns": {"title": "prompt", "summary": None}}
    uncapped = await client.post("/api/schedules", json={"title": "F", "when": DAILY, "batch": batch, "watch": watch})
    assert (uncapped.status_code, uncapped.json()["fields"][0]["field"]) == (422, "cap"), "its rows cost something"
    found = await made(client, batch=batch, watch=watch, cap=9000)
    every_item = await made(client, batch={**batch, "cap": 9000}, watch={**watch, "first": "all"})
    assert (await ticked(idle, client, found["id"]))["outcome"] == "nothing"
    assert "if-none-match" in feed.asked[-1]
    tick = await ticked(idle, client, every_item["id"])
    rows = (await client.get(f"/api/batches/{tick['batches'][0]}/rows")).json()["items"]
    assert [row["data"]["title"] for row in rows] == ["Fog", "Rain", "Sun & sea"], "the oldest first"
    assert rows[2]["data"]["image"] == "https://cdn.example/sun.jpg"
    snow = b"<item><title>Snow</title><guid>a-4</guid></item><item><title>Sun"
    feed.body = RSS.replace(b"<item><title>Sun", snow)
    clocks = [replace(idle.studio.clock, me=f"clock {n}") for n in range(3)]
    for each in (found, every_item):
        await due(idle, each["id"])
    await asyncio.gather(*(clock.tend() for clock in clocks))
    batches = await every(idle, Batch)
    assert [batch.total for batch in batches] == [3, 1, 1]
    assert (await ticked(idle, client, found["id"]))["outcome"] == "nothing"


async def test_a_look_that_is_killed_loses_nothing_and_two_looks_at_once_double_nothing(
    idle: House, shop: None, client: httpx2.AsyncClient, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    async def kill(self: Clock, session: AsyncSession, *_: object) -> None:
        raise Killed

    batch = {**MADE, "columns": {"title": "prompt", "summary": None}}
    watch = {"kind": "feed", "place": f"{feed.url}/news", "first": "all"}
    found = await made(client, batch=batch, watch=watch, cap=9000)
    await due(idle, found["id"])
    with monkeypatch.context() as patched:
        patched.setattr(Clock, "_remember", kill)
        with pytest.raises(Killed):
            await idle.studio.clock._moment(_id(found["id"]))
    assert await every(idle, Batch) == []
    clock = idle.studio.clock
    looks = [clock.now(idle.owner, _id(found["id"])) for _ in range(3)]
    ticks = await asyncio.gather(clock.tend(), *looks)
    assert [batch.total for batch in await every(idle, Batch)] == [3], ticks
    other = replace(clock, me="another")
    await due(idle, found["id"])
    assert await other.tend() == 1
    assert len(await every(idle, Batch)) == 1


async def test_a_feed_may_be_a_sheet_and_is_told_when_it_does_not_come(
    idle: House, shop: None, client: httpx2.AsyncClient, feed: Feed
) -> None:
    feed.body, feed.type = b"prompt,width\na boat,64\na boat,64\n", "text/csv"
    watch = {"kind": "feed", "place": f"{feed.url}/rows", "first": "all"}
    found = await made(client, batch=MADE, watch=watch, cap=9000)
    await ticked(idle, client, found["id"])
    feed.body += b"a tower,64\n"
    await ticked(idle, client, found["id"])
    assert [batch.total for batch in await every(idle, Batch)] == [1, 1]
    feed.body = LAUGHS + b"<rss/>"
    tick = await ticked(idle, client, found["id"])
    assert tick["outcome"] == "failed"
    assert "declares entities" in tick["note"]
    feed.body = b"<rss>" + b" " * (17 << 20) + b"</rss>"
    assert "larger than 16 MiB" in (await ticked(idle, client, found["id"]))["note"]
    for place, status in ((f"{feed.url}/gone", 502), ("http://10.0.0.1/feed", 422), ("ftp://x.example/", 422)):
        body = {"title": "F", "when": DAILY, "batch": MADE, "watch": {"kind": "feed", "place": place}, "cap": 9000}
        assert (await client.post("/api/schedules", json=body)).status_code == status, place


async def test_what_does_not_fit_together_is_refused(idle: House, shop: None, client: httpx2.AsyncClient) -> None:
    for body in (
        {},
        {"run": RUN, "batch": MADE},
        {"batch": MADE},
        {"run": RUN, "rows": ["a"]},
        {"batch": MADE, "rows": ["a"], "watch": {"kind": "feed", "place": "https://x.example"}},
        {"run": {"op": "image.generate", "offer": "shop/quick", "input": {"width": 64}}},
        {"batch": {**MADE, "input": {"colour of the sky": 1}}, "rows": ["a"]},
        {"batch": {**MADE, "canary": 3}, "rows": ["a"]},
        {"run": RUN, "until": "2030-01-01T09:00:00"},
        {"run": RUN, "until": "2020-01-01T09:00:00Z"},
    ):
        answer = await client.post("/api/schedules", json={"title": "T", "when": DAILY, **body})
        assert answer.status_code == 422, (body, answer.text)
    assert await every(idle, Schedule) == []
