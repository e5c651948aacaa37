"""What rests is counted, bounded, looked after and proved."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from gesso import events, library
from gesso.catalog import Context, Provider, per_output
from gesso.kit.media import Media
from gesso.kit.pool import Pool
from gesso.kit.time import now
from gesso.library import Ceiling
from gesso.ops.create import Generate
from gesso.runs import Run
from gesso.settings import Settings
from gesso.upkeep import Stray, strays
from gesso.upkeep.tables import Round
from tests.api.conftest import resting
from tests.conftest import House, open_house, photo, upload
from tests.library.test_imports import ended, packed
from tests.upkeep.test_trash import over

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}
DRAWN = {"op": "image.generate", "input": {"prompt": "a lake", "width": 256, "height": 256}}


@pytest.fixture(params=["file", "memory"])
async def shelf(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path, pool: Pool
) -> AsyncIterator[House]:
    """On a disk, and on what is asked as S3 is."""
    database = tmp_path / "shelf.db"
    shutil.copy(sqlite_template, database)
    store = "memory:///" if request.param == "memory" else ""
    settings = Settings(data=tmp_path / "shelf", database_url=f"sqlite:///{database}", store_url=store)
    async with open_house(settings.model_copy(update={"worker": False}), pool) as house:
        yield house


async def test_strays_go_after_their_time_and_nothing_that_somebody_needs(shelf: House) -> None:
    client, studio = await shelf.as_owner(), shelf.studio
    asset = await upload(client)
    run = (await client.post("/api/runs", json=DRAWN)).json()["id"]
    team = shelf.owner.team_id
    lost = "ab" + "0" * 62
    put = {
        f"{team}/ab/{lost}.png": b"nobody's",
        f"{team}/ab/{lost}.256.webp": b"nor this",
        f"{team}/bought/{run}/{lost}": b"bought, and not yet an asset",
        f"{team}/preview/{run}/1": b"a glimpse",
        f"{team}/bought/{UUID(int=7)}/{lost}": b"of a run that never was",
        f"{team}/something/else": b"of a later version",
        f"{team}/ab/{lost}.shared/plain.preview": b"drawn for a guest",
        f"{team}/imports/{UUID(int=7)}.zip": b"of an import that never was",
    }
    for key, data in put.items():
        await studio.store.put(key, data)
    before = await resting(shelf)
    async with studio.db.work(shelf.owner) as work:
        # Nobody knows whether this was bought: a person has still to say so.
        await work.session.execute(update(Run).values(state="unknown", tries=7))
    await shelf.work()
    chore = await over(client, (await client.post("/api/storage/check")).json())
    found = chore["found"]
    assert chore["state"] == "succeeded", chore
    assert (found["strays"], found["ripe"], found["strange"], found["missing"]) == (5, 0, 1, 0)
    assert found["objects"] == len(before) == chore["done"]
    health = (await client.get("/api/storage/health")).json()["strays"]
    assert (health["count"], health["ripe"], health["grace_hours"]) == (5, 0, 72)
    assert health["ripe_at"] > now().isoformat()
    chore = await over(client, (await client.post("/api/storage/clean", json={"dry_run": False})).json())
    assert chore["found"]["removed"] == 0, "not yet"
    async with studio.db.work(shelf.owner) as work:
        await work.session.execute(update(Stray).values(found_at=now() - timedelta(hours=73)))
    chore = await over(client, (await client.post("/api/storage/clean", json={})).json())
    assert (chore["found"]["ripe"], chore["found"]["removed"]) == (5, 0), "a dry run"
    assert await resting(shelf) == before
    # Somebody sends what was lost a moment before it would have gone.
    again = await upload(client, photo(60, 60))
    chore = await over(client, (await client.post("/api/storage/clean", json={"dry_run": False})).json())
    assert chore["found"]["removed"] == 5
    after = await resting(shelf)
    assert before - after == {key for key in put if key not in {*list(put)[2:4], list(put)[5]}}
    for each in (asset, again):
        assert (await client.get(each["file"])).status_code == 200
        assert (await client.get(each["thumbnail"])).status_code == 200
    async with studio.db.work(shelf.owner) as work:
        await work.session.execute(update(Run).values(state="failed", ended_at=now()))
        assert (await work.session.scalars(select(Stray))).all() == []
    report = await strays.clean(studio.db, studio.store, shelf.owner, timedelta(0))
    assert report.removed == 2, "now it is over"
    editor = await shelf.join("Bob", "editor")
    for path in ("check", "clean", "verify"):
        assert (await editor.post(f"/api/storage/{path}", json={})).status_code == 403


async def test_what_rests_is_proved_and_damage_is_told_and_never_replaced(shelf: House) -> None:
    client, studio = await shelf.as_owner(), shelf.studio
    made = [await upload(client, photo(20 + n, 20), f"{n}.png") for n in range(4)]

    def key(asset: dict[str, Any]) -> str:
        return f"{shelf.owner.team_id}/{asset['sha256'][:2]}/{asset['sha256']}.png"

    rotten = bytearray(photo(21, 20))
    rotten[-30] ^= 1
    await studio.store.remove([key(made[1]), key(made[2])])
    await studio.store.put(key(made[1]), bytes(rotten))
    await shelf.work()
    chore = await over(client, (await client.post("/api/storage/verify")).json())
    assert (chore["state"], chore["done"], chore["total"], chore["found"]) == ("succeeded", 4, 4, {"damaged": 2})
    told = [(await client.get(f"/api/assets/{each['id']}")).json()["trouble"] for each in made]
    assert told == [None, "changed", "missing", None]
    health = (await client.get("/api/storage/health")).json()
    assert (health["damaged"], [each["id"] for each in health["assets"]]) == (2, [made[2]["id"], made[1]["id"]])
    # The same bytes once more do not cover the damage up.
    double = await upload(client, photo(21, 20), "again.png")
    assert double["trouble"] == "changed"
    assert await studio.store.get(key(made[1])) == bytes(rotten)
    await over(client, (await client.post("/api/storage/check")).json())
    assert (await client.get(f"/api/assets/{made[1]['id']}")).json()["trouble"] == "changed"
    # Whoever has a copy puts it there.
    await studio.store.remove([key(made[1])])
    await studio.store.put(key(made[1]), photo(21, 20))
    await studio.store.put(key(made[2]), photo(22, 20))
    async with studio.db.work(shelf.owner) as work:
        work.session.add(Round(team_id=shelf.owner.team_id, busy_until=now() + timedelta(minutes=5)))
    await studio.upkeep.prove()
    assert (await client.get("/api/storage/health")).json()["damaged"] == 3, "another process is at it"
    async with studio.db.work(shelf.owner) as work:
        await work.session.execute(update(Round).values(busy_until=now() - timedelta(seconds=1)))
    await studio.upkeep.prove()
    health = (await client.get("/api/storage/health")).json()
    assert (health["damaged"], health["round"]["checked"], health["round"]["days"]) == (0, 5, 30)
    assert health["round"]["ended_at"] is not None
    async with studio.db.work(shelf.owner, read_only=True) as work:
        heard = {each.type for each in await events.after(work, 0)}
    assert {"asset.damaged", "asset.mended", "chore.changed"} <= heard


class Dear(Provider):
    """Sells a picture, while the library fills up."""

    def __init__(self) -> None:
        super().__init__("dear", "Dear")
        self.sold = 0

        @self.offers(Generate, model="one", title="One", price=per_output(5))
        async def one(request: Generate, ctx: Context) -> AsyncIterator[Media]:
            async def buy() -> Media:
                self.sold += 1
                return Media(photo(300, 200))

            yield await ctx.bought("order", buy)


async def test_room_is_bounded_told_and_never_taken_from_what_was_paid(house: House) -> None:
    client = await house.as_owner()
    first, _ = await upload(client), await upload(client)
    size = first["bytes"]
    told = (await client.get("/api/storage")).json()
    assert (told["used"], told["assets"], told["limit"], told["nearly"]) == (size, 2, 0, False), "the same bytes once"
    assert [(each["key"], each["assets"]) for each in told["studios"]] == [("upload", 2)]
    assert [each["title"] for each in told["people"]] == ["owner"]
    dear = Dear()
    house.offer(dear)
    admin = await house.join("Amy", "admin")
    assert (await admin.patch("/api/storage/rules", json={"room": size + 10})).json()["room"] == size + 10
    told = (await client.get("/api/storage")).json()
    assert (told["limit"], told["nearly"], told["full"]) == (size + 10, True, False)
    order = {"op": "image.generate", "offer": "dear/one", "input": {"prompt": "x"}}
    run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    assert (run["state"], run["spent"], len(run["outputs"])) == ("succeeded", 5000, 1), "bought, so kept"
    assert (await client.get(run["outputs"][0]["file"])).status_code == 200
    told = (await client.get("/api/storage")).json()
    assert told["full"]
    assert {each["key"]: each["bytes"] for each in told["studios"]} == {
        "upload": size,
        "create": run["outputs"][0]["bytes"],
    }
    for refused in (
        await client.post("/api/assets", files={"file": ("a.png", photo(50, 50))}),
        await client.post("/api/runs", json=order),
        await client.post("/api/runs/estimate", json=order),
        await client.post("/api/image-studio/upscale", json={"image": "data:image/png;base64,iVBORw0KGgo="}),
    ):
        assert refused.status_code in (413, 422), refused.text
    assert (refused := await client.post("/api/runs", json=order)).json()["code"] == "no_room"
    assert "the team may keep" in refused.json()["detail"]
    assert dear.sold == 1
    # The words of an answer take no room, and what is thrown away gives it back once it is erased.
    enhanced = {"op": "text.enhance", "input": {"prompt": "a lake"}}
    assert (await client.post("/api/runs", json=enhanced, headers=WAIT)).json()["state"] == "succeeded"
    await client.delete(f"/api/assets/{run['outputs'][0]['id']}")
    assert (await client.get("/api/storage")).json()["full"]
    await over(client, (await client.post("/api/trash/empty")).json())
    assert not (await client.get("/api/storage")).json()["full"]
    await admin.patch("/api/storage/rules", json={"room": 0, "person_room": size + 100})
    refused = await client.post("/api/assets", files={"file": ("a.png", photo(500, 500))})
    assert refused.json()["code"] == "no_room"
    assert "you may keep" in refused.json()["detail"]
    assert (await admin.post("/api/assets", files={"file": ("a.png", photo(40, 40))})).status_code == 201
    # A team settles less than the studio allows, not more.
    async with house.studio.db.work(house.owner) as work:
        found = await library.room(work, Ceiling(team=1000, person=20))
        assert (found.limit, found.own_limit) == (1000, 20)


async def test_of_an_archive_what_has_room_comes_in(house: House) -> None:
    client = await house.as_owner()
    small, large = photo(40, 40), photo(900, 900)
    await client.patch("/api/storage/rules", json={"room": len(small) + 50})
    data = packed({"a-large.png": large, "b-small.png": small})
    order = await ended(client, (await client.post("/api/imports/zip", files={"file": ("a.zip", data)})).json())
    assert (order["state"], order["kept"], order["refused"]) == ("succeeded", 1, 1)
    (refused,) = (await client.get(f"/api/imports/{order['id']}/files", params={"state": "refused"})).json()
    assert (refused["name"], "the team may keep" in refused["why"]) == ("a-large.png", True)
    await client.patch("/api/storage/rules", json={"room": 10})
    for path, sent in (
        ("/api/imports/zip", {"files": {"file": ("a.zip", data)}}),
        ("/api/imports/urls", {"json": {"urls": ["https://example.com/a.png"]}}),
        ("/api/assets/url", {"json": {"url": "https://example.com/a.png"}}),
        ("/api/content-assets", {"files": {"file": ("a.png", small)}}),
    ):
        full = await client.post(path, **sent)
        assert (full.status_code, full.json()["code"]) == (413, "no_room"), path


async def test_the_sums_are_put_right(idle: House) -> None:
    client = await idle.as_owner()
    await upload(client, photo(30, 30))
    bob = await idle.join("Bob")
    theirs = [await upload(bob, photo(30, 30)), await upload(bob, photo(31, 31))]
    before = (await client.get("/api/storage")).json()
    async with idle.studio.db.work(idle.owner) as work:
        await work.session.execute(update(library.Share).values(bytes=999, assets=7))
    await idle.studio.tidy()
    after = (await client.get("/api/storage")).json()
    for name in ("used", "assets", "people", "kinds", "studios"):
        assert after[name] == before[name], name
    mine = (await bob.get("/api/storage")).json()
    assert [each["title"] for each in mine["people"]] == ["Bob"], "others' is for admins"
    assert mine["own"] == theirs[1]["bytes"], "the first who had them has them"
