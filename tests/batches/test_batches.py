"""Batches: priced before, made row by row, stopped and taken up at the exact row, and never beyond their cap."""

import asyncio
import csv
import io
import json
import threading
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zipfile import ZipFile

import httpx2
import pytest
from sqlalchemy import select, update

from gesso.accounts.tables import Member, Person
from gesso.batches import Batches, steward
from gesso.catalog import Context, Provider, per_output
from gesso.kit.errors import Refused
from gesso.kit.fetch import Fetcher
from gesso.kit.media import Media
from gesso.ops.create import Generate
from tests.conftest import House, photo, upload
from tests.library.test_imports import packed

pytestmark = pytest.mark.anyio

SMALL = {"width": 64, "height": 64}


def shop(sold: list[str], gate: asyncio.Event | None = None, *, at_once: int = 8) -> Provider:
    """Sells a small picture for two credits, and writes down what was bought; “broken” breaks, “never” is refused."""
    made = Provider("shop", "A shop of the tests", at_once=at_once)

    @made.offers(Generate, model="quick", title="Quick", price=per_output(2), lane="remote")
    async def deliver(request: Generate, ctx: Context) -> AsyncIterator[Media]:
        async def buy() -> str:
            if "never" in request.prompt:
                raise Refused("This shop does not draw that.")
            sold.append(request.prompt)
            return "sold"

        await ctx.once("buy", buy)
        if gate is not None:
            await gate.wait()
        yield Media(photo(64, 64 + len(request.prompt)))

    return made


async def begin(client: httpx2.AsyncClient, rows: list[Any], **more: Any) -> dict[str, Any]:
    told = {"op": "image.generate", "rows": rows, **more}
    answer = await client.post("/api/batches", json=told)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def becomes(client: httpx2.AsyncClient, id: str, *states: str, seconds: float = 60) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        while True:
            seen: dict[str, Any] = (await client.get(f"/api/batches/{id}")).json()
            if seen["state"] in states:
                return seen
            await asyncio.sleep(0.05)


async def rows_of(client: httpx2.AsyncClient, id: str, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/batches/{id}/rows", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_every_row_is_made_and_the_batch_says_what_it_cost(house: House, client: httpx2.AsyncClient) -> None:
    sold: list[str] = []
    house.offer(shop(sold))
    begun = await begin(client, [{"Prompt": f"hills {n}"} for n in range(7)], offer="shop/quick")
    assert (begun["total"], begun["columns"][0]["into"]) == (7, "prompt")
    ended = await becomes(client, begun["id"], "succeeded")
    assert (ended["succeeded"], ended["failed"], ended["price"], ended["spent"], ended["held"]) == (
        7,
        0,
        14000,
        14000,
        0,
    )
    assert sorted(sold) == [f"hills {n}" for n in range(7)]
    rows = await rows_of(client, begun["id"])
    assert [row["place"] for row in rows] == [*range(7)]
    assert all(row["state"] == "succeeded" and len(row["outputs"]) == 1 and row["spent"] == 2000 for row in rows)


@pytest.mark.row("B3", at="POST /api/batches")
async def test_a_dry_run_says_everything_and_spends_nothing(house: House, client: httpx2.AsyncClient) -> None:
    sold: list[str] = []
    house.offer(shop(sold))
    await client.post("/api/credits/limit", json={"balance": 5000})
    rows = [
        {"prompt": "a lighthouse", "width": "512"},
        {"prompt": "", "width": "512"},
        {"prompt": "a boat", "width": "wide"},
        {"prompt": "a lighthouse", "width": "512"},
        {"prompt": "a tower", "width": "99999999", "colour of the sky": "blue"},
        {"prompt": "a well"},
    ]
    draft = await begin(client, rows, offer="shop/quick", start=False)
    seen = await becomes(client, draft["id"], "ready")
    assert (seen["waiting"], seen["invalid"], seen["price"], seen["spent"]) == (3, 3, 6000, 0)
    assert (seen["exceeding"], seen["exceeding_line"]) == (1, 6), "of three rows for 6 credits, five credits pay two"
    assert {column["name"]: column["into"] for column in seen["columns"]}["colour of the sky"] is None
    bad = await rows_of(client, draft["id"], state="invalid")
    assert [(row["line"], row["problems"][0]["column"]) for row in bad] == [(2, "prompt"), (3, "width"), (5, "width")]
    assert bad[1]["problems"][0]["message"] == "a whole number, not “wide”"
    assert {each["message"] for each in seen["problems"]} >= {"the same as line 1", "a whole number, not “wide”"}
    assert sold == []
    purse = (await client.get("/api/credits")).json()
    assert (purse["balance"], purse["reserved"]) == (5000, 0)


async def test_rows_are_looked_at_anywhere_in_the_list(house: House, client: httpx2.AsyncClient) -> None:
    house.offer(shop([]))
    rows = [{"prompt": f"tower {n}", "width": "64" if n % 2 else "wide"} for n in range(8)]
    batch = await begin(client, rows, start=False)
    await becomes(client, batch["id"], "ready")
    assert [row["place"] for row in await rows_of(client, batch["id"], skip=3, limit=2)] == [3, 4]
    assert [row["place"] for row in await rows_of(client, batch["id"], state="invalid", skip=2)] == [4, 6]
    assert await rows_of(client, batch["id"], skip=8) == []


async def test_over_the_cap_by_one_row_that_row_alone_is_refused(house: House, client: httpx2.AsyncClient) -> None:
    sold: list[str] = []
    house.offer(shop(sold))
    begun = await begin(client, [f"hills {n}" for n in range(20)], offer="shop/quick", cap=19 * 2000 + 1999)
    ended = await becomes(client, begun["id"], "succeeded")
    assert (ended["succeeded"], ended["refused"], ended["spent"]) == (19, 1, 38000)
    [refused] = await rows_of(client, begun["id"], state="refused")
    assert refused["error"]["code"] == "over_cap"
    assert len(sold) == 19
    await client.patch(f"/api/batches/{begun['id']}", json={"cap": 40000})
    again = await client.post(f"/api/batches/{begun['id']}/retry", json={"which": "refused"})
    assert again.json()["count"] == 1
    ended = await becomes(client, begun["id"], "succeeded")
    assert (ended["succeeded"], ended["refused"], ended["spent"], len(sold)) == (20, 0, 40000, 20)


async def test_over_the_purse_by_one_row_that_row_alone_is_refused(house: House, client: httpx2.AsyncClient) -> None:
    sold: list[str] = []
    house.offer(shop(sold))
    await client.post("/api/credits/limit", json={"balance": 9 * 2000})
    begun = await begin(client, [f"hills {n}" for n in range(10)], offer="shop/quick")
    ended = await becomes(client, begun["id"], "succeeded")
    assert (ended["succeeded"], ended["refused"], ended["spent"]) == (9, 1, 18000)
    purse = (await client.get("/api/credits")).json()
    assert (purse["balance"], purse["reserved"]) == (0, 0)


@pytest.mark.row("B1", "B8", at="GET /api/batches/{batch_id}/archive")
async def test_steps_feed_each_other_and_the_results_are_taken_along(house: House, client: httpx2.AsyncClient) -> None:
    steps = [
        {"op": "image.generate", "offer": "local/sketchbook", "input": SMALL},
        {"op": "image.remove_background"},
        {"op": "image.upscale", "offer": "local/detail", "input": {"by": "factor"}},
    ]
    told = {"steps": steps, "rows": [{"prompt": f"a red cup {n}", "zoom": "2"} for n in range(2)]}
    answer = await client.post("/api/batches", json={**told, "columns": {"zoom": "3:factor"}})
    assert answer.status_code == 202, answer.text
    id = answer.json()["id"]
    ended = await becomes(client, id, "succeeded", "failed", seconds=120)
    rows = await rows_of(client, id)
    assert ended["succeeded"] == 2, rows
    assert [step["feeds"] for step in ended["steps"]] == [None, "image", "image"]
    made = rows[0]["outputs"][0]
    assert (made["width"], made["height"]) == (128, 128)
    lineage = (await client.get(f"/api/assets/{made['id']}")).json()
    assert len(rows[0]["runs"]) == 3
    assert lineage["op"] == "image.upscale"
    packed = await client.get(f"/api/batches/{id}/archive")
    with ZipFile(io.BytesIO(packed.content)) as archive:
        names = archive.namelist()
        assert sorted(names)[-2:] == ["manifest.csv", "manifest.jsonl"]
        assert [name[:5] for name in sorted(names)[:2]] == ["00001", "00002"]
        lines = archive.read("manifest.jsonl").decode().splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["succeeded", "succeeded"]
    assert json.loads(lines[0])["files"][0] in names


@pytest.mark.row("B5", at="POST /api/batches/{batch_id}/start")
async def test_the_first_rows_are_made_and_the_rest_waits_for_a_word(house: House, client: httpx2.AsyncClient) -> None:
    sold: list[str] = []
    house.offer(shop(sold))
    begun = await begin(client, [f"hills {n}" for n in range(9)], offer="shop/quick", canary=3)
    seen = await becomes(client, begun["id"], "canary")
    assert (seen["succeeded"], seen["waiting"], sorted(sold)) == (3, 6, [f"hills {n}" for n in range(3)])
    again = await client.post(f"/api/batches/{begun['id']}/start")
    assert again.json()["state"] == "canary", "a start that is said twice releases nothing"
    await client.post(f"/api/batches/{begun['id']}/start?release=true")
    ended = await becomes(client, begun["id"], "succeeded")
    assert (ended["succeeded"], len(sold)) == (9, 9)


async def test_paused_nothing_more_begins_and_what_waited_is_given_back(
    house: House, client: httpx2.AsyncClient
) -> None:
    sold, gate = list[str](), asyncio.Event()
    house.offer(shop(sold, gate, at_once=2))
    await client.post("/api/credits/limit", json={"balance": 100_000})
    begun = await begin(client, [f"hills {n}" for n in range(12)], offer="shop/quick")
    async with asyncio.timeout(20):
        while len(sold) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    paused = (await client.post(f"/api/batches/{begun['id']}/pause")).json()
    assert paused["state"] == "paused"
    gate.set()
    async with asyncio.timeout(20):
        while (seen := (await client.get(f"/api/batches/{begun['id']}")).json())["running"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    bought = len(sold)
    assert (seen["succeeded"], seen["waiting"], seen["held"]) == (bought, 12 - bought, 0)
    assert (await client.get("/api/credits")).json()["reserved"] == 0
    await asyncio.sleep(steward.PAUSE + 0.2)
    assert len(sold) == bought
    await client.post(f"/api/batches/{begun['id']}/start")
    ended = await becomes(client, begun["id"], "succeeded")
    assert (ended["succeeded"], sorted(sold)) == (12, sorted(f"hills {n}" for n in range(12)))


async def test_cancelled_what_was_made_stays_and_the_rest_is_never_begun(
    house: House, client: httpx2.AsyncClient
) -> None:
    sold, gate = list[str](), asyncio.Event()
    house.offer(shop(sold, gate, at_once=2))
    begun = await begin(client, [f"hills {n}" for n in range(8)], offer="shop/quick")
    async with asyncio.timeout(20):
        while len(sold) < 1:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await client.post(f"/api/batches/{begun['id']}/cancel")
    gate.set()
    ended = await becomes(client, begun["id"], "cancelled")
    assert ended["held"] == 0
    assert ended["waiting"] + ended["running"] == 0
    assert ended["succeeded"] + ended["cancelled"] == 8
    assert len(sold) <= 2


async def test_what_failed_alone_is_tried_again_and_a_row_is_mended_in_place(
    house: House, client: httpx2.AsyncClient
) -> None:
    sold: list[str] = []
    house.offer(shop(sold))
    begun = await begin(client, ["a hill", "never that", "a boat"], offer="shop/quick")
    ended = await becomes(client, begun["id"], "succeeded")
    assert (ended["succeeded"], ended["failed"], ended["spent"]) == (2, 1, 4000)
    [failed] = await rows_of(client, begun["id"], state="failed")
    assert (failed["place"], failed["error"]["message"]) == (1, "This shop does not draw that.")
    mended = await client.patch(f"/api/batches/{begun['id']}/rows/1", json={"data": {"prompt": "rather this"}})
    assert mended.status_code == 200, mended.text
    await client.post(f"/api/batches/{begun['id']}/retry", json={"rows": [1]})
    ended = await becomes(client, begun["id"], "succeeded")
    assert (ended["succeeded"], ended["failed"], sorted(sold)) == (3, 0, ["a boat", "a hill", "rather this"])


async def test_pictures_are_named_by_id_and_as_files_of_an_archive(house: House, client: httpx2.AsyncClient) -> None:
    mine = (await upload(client, photo(90, 60)))["id"]
    csv = f"picture,by\n{mine},factor\ncats/tom.png,factor\nTOM2.png,factor\nlost.png,factor\n"
    wanted = {"op": "image.upscale", "offer": "local/detail", "input": {"factor": 2}}
    sent = await client.post(
        "/api/batches/file", files={"file": ("zoom.csv", csv)}, data={"wanted": json.dumps(wanted)}
    )
    assert sent.status_code == 202, sent.text
    id = sent.json()["id"]
    seen = await becomes(client, id, "ready")
    assert (seen["waiting"], seen["invalid"]) == (1, 3)
    archive = packed({"cats/tom.png": photo(40, 30), "dogs/tom2.png": photo(50, 30)})
    answer = await client.post(f"/api/batches/{id}/pictures", files={"file": ("pictures.zip", archive)})
    assert answer.status_code == 202, answer.text
    seen = await becomes(client, id, "ready")
    assert (seen["waiting"], seen["invalid"]) == (3, 1)
    [lost] = await rows_of(client, id, state="invalid")
    assert lost["line"] == 5
    assert "lost.png" in lost["problems"][0]["message"]
    await client.post(f"/api/batches/{id}/start")
    ended = await becomes(client, id, "succeeded")
    rows = await rows_of(client, id, state="succeeded")
    assert [row["outputs"][0]["width"] for row in rows] == [180, 80, 100]
    corrected = (await client.get(f"/api/batches/{id}/corrected")).text
    assert corrected.splitlines()[0] == "\ufeffpicture,by,Problem (Gesso)"
    assert "lost.png" in corrected.splitlines()[1]
    assert ended["invalid"] == 1


async def test_pictures_are_named_by_address_and_fetched_with_care(house: House, client: httpx2.AsyncClient) -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if self.path.startswith("/cup") else 404)
            self.end_headers()
            self.wfile.write(photo(44, 33))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        place = f"http://127.0.0.1:{server.server_port}"
        house.studio.imports.fetcher = Fetcher([f"127.0.0.1:{server.server_port}"])
        named = [f"{place}/cup.png", f"{place}/gone.png", "http://169.254.169.254/latest", f"{place}/cup.png"]
        rows = [{"image": each} for each in named]
        told = {"op": "image.upscale", "offer": "local/detail", "input": {"factor": 2}, "rows": rows}
        begun = (await client.post("/api/batches", json=told)).json()
        ended = await becomes(client, begun["id"], "succeeded")
    finally:
        server.shutdown()
        server.server_close()
    assert (ended["succeeded"], ended["invalid"]) == (2, 2)
    bad = await rows_of(client, begun["id"], state="invalid")
    assert "404" in bad[0]["problems"][0]["message"]
    assert "public web" in bad[1]["problems"][0]["message"]
    assert sorted(asked) == ["/cup.png", "/gone.png"], "each address once"
    made = await rows_of(client, begun["id"], state="succeeded")
    assert [row["outputs"][0]["width"] for row in made] == [88, 88]


async def test_of_eight_stewards_at_once_none_goes_beyond_the_cap_or_makes_a_row_twice(idle: House) -> None:
    sold: list[str] = []
    idle.offer(shop(sold))
    client = await idle.as_owner()
    begun = await begin(client, [f"hills {n}" for n in range(30)], offer="shop/quick", cap=29 * 2000)
    mine = idle.studio.batches
    stewards = [Batches(mine.db, mine.runs, mine.imports, mine.pool) for _ in range(8)]
    await idle.work()
    async with asyncio.timeout(60):
        while (seen := (await client.get(f"/api/batches/{begun['id']}")).json())["state"] != "succeeded":
            await asyncio.gather(*(each.tend() for each in stewards))
    assert (seen["succeeded"], seen["refused"], seen["spent"], seen["held"]) == (29, 1, 58000, 0)
    assert len(sold) == len(set(sold)) == 29


async def test_who_may_no_longer_run_anything_has_the_batch_wait(house: House) -> None:
    sold, gate = list[str](), asyncio.Event()
    house.offer(shop(sold, gate, at_once=1))
    editor = await house.join("eddy", "editor")
    begun = await begin(editor, [f"hills {n}" for n in range(4)], offer="shop/quick")
    async with asyncio.timeout(20):
        while not sold:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    async with house.studio.db.session() as session:
        person = await session.scalar(select(Person).where(Person.name == "eddy"))
        assert person is not None
        await session.execute(update(Member).where(Member.user_id == person.id).values(role="viewer"))
    gate.set()
    seen = await becomes(editor, begun["id"], "paused")
    assert seen["note"]
    assert len(sold) == 1


async def test_the_manifest_is_no_danger_to_a_spreadsheet(house: House, client: httpx2.AsyncClient) -> None:
    house.offer(shop([]))
    begun = await begin(client, [{"prompt": "=1+1", "note": "@SUM(A1)"}, {"prompt": ""}], offer="shop/quick")
    await becomes(client, begun["id"], "succeeded")
    answer = await client.get(f"/api/batches/{begun['id']}/manifest")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = [*csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))]
    assert [(row["state"], row["prompt"], row["note"]) for row in rows] == [
        ("succeeded", "'=1+1", "'@SUM(A1)"),
        ("invalid", "", ""),
    ]
    assert rows[1]["problem"].startswith("prompt: ")
    lines = (await client.get(f"/api/batches/{begun['id']}/manifest?format=jsonl")).text.splitlines()
    assert json.loads(lines[0])["data"] == {"prompt": "=1+1", "note": "@SUM(A1)"}


@pytest.mark.row("B2", at="POST /api/batches/file")
async def test_what_is_done_with_a_file_is_kept_and_said_anew(house: House, client: httpx2.AsyncClient) -> None:
    csv_file = {"file": ("ideas.csv", "Idee;Breite\nein Turm;64\nein Boot;96\n".encode("cp1252"))}
    draft = (await client.post("/api/batches/file", files=csv_file)).json()
    assert (draft["state"], draft["total"], draft["source"]["delimiter"]) == ("draft", 2, ";")
    assert [column["samples"] for column in draft["columns"]] == [["ein Turm", "ein Boot"], ["64", "96"]]
    wanted = {
        "op": "image.generate",
        "offer": "local/sketchbook",
        "columns": {"Idee": "prompt", "Breite": "width"},
        "input": {"height": 64},
    }
    kept = await client.post("/api/batches/templates", json={"name": "ideas", "wanted": wanted})
    assert kept.status_code == 200, kept.text
    [template] = (await client.get("/api/batches/templates")).json()
    settled = await client.put(f"/api/batches/{draft['id']}", json={**template["wanted"], "title": "Ideas"})
    assert settled.status_code == 200, settled.text
    ready = await becomes(client, draft["id"], "ready")
    assert (ready["title"], ready["waiting"], ready["price"]) == ("Ideas", 2, 0)
    wrong = await client.put(f"/api/batches/{draft['id']}", json={**wanted, "columns": {"Idee": "promt"}})
    assert wrong.status_code == 422
    assert "promt" in wrong.json()["detail"]
    assert (await client.delete(f"/api/batches/templates/{template['id']}")).status_code == 204
    await client.post(f"/api/batches/{draft['id']}/start")
    ended = await becomes(client, draft["id"], "succeeded")
    rows = await rows_of(client, draft["id"])
    assert ended["succeeded"] == 2
    assert [row["outputs"][0]["width"] for row in rows] == [64, 96]


async def test_a_step_that_takes_no_picture_cannot_follow_one_that_makes_one(client: httpx2.AsyncClient) -> None:
    steps = [{"op": "image.generate"}, {"op": "image.generate"}, {"op": "speech.generate"}]
    answer = await client.post("/api/batches", json={"steps": steps, "rows": ["a lake"]})
    assert answer.status_code in (404, 422), answer.text
    many = [{"op": "image.generate", "input": {**SMALL, "count": 2}}, {"op": "image.upscale"}]
    begun = await client.post("/api/batches", json={"steps": many, "rows": ["a lake"], "start": False})
    seen = await becomes(client, begun.json()["id"], "ready", "draft")
    assert (seen["invalid"], seen["problems"][0]["field"]) == (1, "count")


async def test_the_same_key_is_the_same_batch_and_another_team_sees_none(
    house: House, client: httpx2.AsyncClient
) -> None:
    told = {"op": "image.generate", "rows": ["a hill"], "start": False}
    first = (await client.post("/api/batches", json=told, headers={"Idempotency-Key": "k"})).json()
    again = (await client.post("/api/batches", json=told, headers={"Idempotency-Key": "k"})).json()
    assert again["id"] == first["id"]
    other = await client.post("/api/batches", json={**told, "rows": ["a boat"]}, headers={"Idempotency-Key": "k"})
    assert other.status_code == 409
    stranger = await house.join("eve", "owner", team="Others")
    for method, path in (("GET", ""), ("GET", "/rows"), ("GET", "/manifest"), ("POST", "/start"), ("DELETE", "")):
        answer = await stranger.request(method, f"/api/batches/{first['id']}{path}")
        assert answer.status_code == 404, (method, path)
    viewer = await house.join("vic", "viewer")
    assert (await viewer.get(f"/api/batches/{first['id']}")).status_code == 200
    assert (await viewer.post(f"/api/batches/{first['id']}/start")).status_code == 403
    assert (await client.delete(f"/api/batches/{first['id']}")).status_code == 204
    assert (await client.get(f"/api/batches/{first['id']}")).status_code == 404
