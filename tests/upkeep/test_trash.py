"""What is thrown away, what may not be, and what goes with what."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import update

from gesso.kit.time import now
from gesso.library import Asset, Chore
from tests.api.conftest import resting
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}


async def over(client: httpx2.AsyncClient, chore: dict[str, Any]) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while chore["state"] in ("queued", "running"):
            await asyncio.sleep(0.05)
            chore = (await client.get(f"/api/chores/{chore['id']}")).json()
    return chore


async def thrown(client: httpx2.AsyncClient, *names: str) -> dict[str, dict[str, Any]]:
    made = {}
    for number, name in enumerate(names):
        made[name] = await upload(client, photo(20 + number, 20), f"{name}.png")
        await client.delete(f"/api/assets/{made[name]['id']}")
    return made


async def aged(house: House, asset: dict[str, Any], days: float) -> None:
    async with house.studio.db.work(house.owner) as work:
        past = now() - timedelta(days=days)
        await work.session.execute(update(Asset).where(Asset.id == UUID(asset["id"])).values(deleted_at=past))


async def test_the_trash_is_swept_after_its_days_but_for_what_is_held(idle: House) -> None:
    client = await idle.as_owner()
    made = await thrown(client, "old", "held", "going", "new")
    for name, days in (("old", 31), ("held", 31), ("going", 26)):
        await aged(idle, made[name], days)
    held = {"select": {"ids": [made["held"]["id"]]}, "reason": "The case of the red disc"}
    assert (await client.post("/api/assets/hold", json=held)).json()["changed"] == 1
    told = (await client.get("/api/trash")).json()
    assert (told["days"], told["count"], told["held"], told["soon"]) == (30, 4, 1, 2)
    assert told["next_at"] < now().isoformat()
    never = {"trash_days": 0}
    assert (await client.patch("/api/storage/rules", json=never)).json()["trash_days"] == 0
    await idle.studio.tidy()
    told = (await client.get("/api/trash")).json()
    assert (told["days"], told["count"], told["next_at"]) == (0, 4, None)
    assert (await client.patch("/api/storage/rules", json={"trash_days": None})).json()["default_trash_days"] == 30
    await idle.studio.tidy()
    left = {item["title"] for item in (await client.get("/api/assets", params={"deleted": True})).json()["items"]}
    assert left == {"held", "going", "new"}
    keys = await resting(idle)
    assert not any(made["old"]["sha256"] in key for key in keys)
    assert any(made["held"]["sha256"] in key for key in keys)
    editor, stranger = await idle.join("Bob", "editor"), await idle.join("Ada", "owner", team="Elsewhere")
    assert (await editor.patch("/api/storage/rules", json=never)).status_code == 403
    assert (await stranger.get("/api/trash")).json()["count"] == 0


async def test_a_hold_forbids_every_way_out_until_it_is_lifted(idle: House) -> None:
    client = await idle.as_owner()
    asset, other = await upload(client), await upload(client, photo(30, 20), "other.png")
    path = f"/api/assets/{asset['id']}"
    editor, admin = await idle.join("Bob", "editor"), await idle.join("Amy", "admin")
    this = {"select": {"ids": [asset["id"]]}, "reason": "A <script> case"}
    assert (await editor.post("/api/assets/hold", json=this)).status_code == 403
    assert (await admin.post("/api/assets/hold", json=this | {"reason": " \n "})).status_code == 422
    assert (await admin.post("/api/assets/hold", json=this)).json()["ids"] == [asset["id"]]
    assert (await client.get(path)).json()["held"] is True
    both = {"select": {"ids": [asset["id"], other["id"]]}, "change": {"deleted": True}}
    tree = {"count": 1}
    for refused in (
        await client.delete(path),
        await client.post("/api/assets/bulk", json=both),
        await client.post(f"{path}/derived", json=tree),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict"), refused.text
        assert "legal hold (“A <script> case”)" in refused.json()["detail"]
        assert refused.json()["held"] == [asset["id"]]
    assert (await client.get(f"/api/assets/{other['id']}")).json()["deleted_at"] is None, "all or nothing"
    # A second one: what two have asked for, one does not give free by chance.
    assert (await client.post("/api/assets/hold", json=this | {"reason": "Another"})).status_code == 200
    assert (await editor.post("/api/assets/hold/lift", json=this)).status_code == 403
    lifted = await admin.post("/api/assets/hold/lift", json=this | {"reason": "Settled"})
    assert lifted.json()["ids"] == [asset["id"]]
    holds = (await editor.get(f"{path}/holds")).json()
    assert [(each["reason"], each["by"], each["lifted_by"], each["lifted_why"]) for each in holds] == [
        ("Another", "owner", "Amy", "Settled"),
        ("A <script> case", "Amy", "Amy", "Settled"),
    ]
    assert (await client.delete(path)).status_code == 200
    assert (await client.post("/api/assets/hold", json=this)).json()["changed"] == 1, "also in the trash"
    forever = await client.delete(path, params={"forever": True})
    assert forever.status_code == 409
    assert (await client.post(f"{path}/restore")).status_code == 200
    stranger = await idle.join("Ada", "owner", team="Elsewhere")
    assert (await stranger.post("/api/assets/hold/lift", json=this)).json()["changed"] == 0
    assert (await client.get(path)).json()["held"] is True


async def test_not_even_a_way_back_leads_what_is_held_into_the_trash(idle: House) -> None:
    client = await idle.as_owner()
    held, free = await upload(client), await upload(client, photo(30, 20), "free.png")
    both = {"select": {"ids": [held["id"], free["id"]]}}
    for deleted in (True, False):
        change = (await client.post("/api/assets/bulk", json={**both, "change": {"deleted": deleted}})).json()
        assert change["changed"] == 2
    this = {"select": {"ids": [held["id"]]}, "reason": "a case"}
    assert (await client.post("/api/assets/hold", json=this)).json()["changed"] == 1
    assert (await client.post(f"/api/assets/bulk/{change['id']}/undo")).json()["state"] == "undone"
    left = (await client.get("/api/assets")).json()["items"]
    assert [each["id"] for each in left] == [held["id"]]


async def test_emptying_the_trash_goes_on_after_a_kill_and_stops_when_told(idle: House) -> None:
    client = await idle.as_owner()
    made = await thrown(client, "one", "two", "three")
    kept = await upload(client, photo(50, 50), "kept.png")
    held = {"select": {"ids": [made["two"]["id"]]}, "reason": "x"}
    await client.post("/api/assets/hold", json=held)
    chore = (await client.post("/api/trash/empty")).json()
    assert (await client.post("/api/trash/empty")).json()["id"] == chore["id"], "once, however often it is asked"
    late = (await thrown(client, "late"))["late"]
    # The rows of the first step are written, its bytes are not yet gone: here the process was killed.
    async with idle.studio.db.work(idle.owner) as work:
        await work.session.execute(
            update(Asset).where(Asset.id == UUID(made["one"]["id"])).values(erased_at=now(), title="", facts={})
        )
        await work.session.execute(update(Chore).values(state="running", total=2, done=1))
    await idle.work()
    chore = await over(client, chore)
    assert (chore["state"], chore["done"], chore["total"]) == ("succeeded", 2, 2)
    left = {item["title"] for item in (await client.get("/api/assets", params={"deleted": True})).json()["items"]}
    assert left == {"two", "late"}, "what was thrown away later was not meant"
    stems = {key.rpartition("/")[2].partition(".")[0] for key in await resting(idle)}
    assert stems == {kept["sha256"], made["two"]["sha256"], late["sha256"]}
    used = (await client.get("/api/storage")).json()
    assert (used["used"], used["assets"]) == (sum(each["bytes"] for each in (kept, made["two"], late)), 3)
    again = (await client.post("/api/trash/empty")).json()
    assert again["id"] != chore["id"]
    assert (await over(client, again))["done"] == 1
    stranger = await idle.join("Ada", "owner", team="Elsewhere")
    assert (await stranger.get(f"/api/chores/{chore['id']}")).status_code == 404
    assert (await stranger.post(f"/api/chores/{chore['id']}/cancel")).status_code == 404


async def test_a_chore_that_waits_is_stopped_at_once(idle: House) -> None:
    client = await idle.as_owner()
    await thrown(client, "one")
    chore = (await client.post("/api/trash/empty")).json()
    assert (await client.post(f"/api/chores/{chore['id']}/cancel")).json()["state"] == "cancelled"
    await idle.work()
    assert (await client.get("/api/trash")).json()["count"] == 1
    done = await over(client, (await client.post("/api/trash/empty")).json())
    assert (done["state"], done["done"]) == ("succeeded", 1)


async def test_all_that_was_made_from_a_picture_goes_and_comes_back_as_one(house: House) -> None:
    client = await house.as_owner()
    root, other = await upload(client, photo(32, 24)), await upload(client, photo(24, 24), "other.png")

    async def made(op: str, **input: Any) -> dict[str, Any]:
        run = (await client.post("/api/runs", json={"op": op, "input": input}, headers=WAIT)).json()
        output: dict[str, Any] = run["outputs"][0]
        return output

    child = await made("image.upscale", image=root["id"], factor=2)
    grandchild = await made("image.rotate", image=child["id"], turn=90)
    joined = await made("image.grid", images=[grandchild["id"], other["id"]])
    await client.patch(f"/api/assets/{child['id']}", json={"favorite": True})
    await client.post(f"/api/assets/{grandchild['id']}/link")
    await house.studio.uses.write()
    path = f"/api/assets/{root['id']}/derived"
    tree = (await client.get(path)).json()
    assert [(leaf["asset"]["id"], leaf["depth"]) for leaf in tree["leaves"]] == [
        (root["id"], 0),
        (child["id"], 1),
        (grandchild["id"], tree["leaves"][2]["depth"]),
        (joined["id"], tree["leaves"][3]["depth"]),
    ]
    assert (tree["count"], tree["kinds"], tree["favourites"]) == (4, {"image": 4}, 1)
    assert (tree["shared"], tree["mixed"], tree["held"], tree["elsewhere"]) == (1, 1, 0, 0)
    without = (await client.get(path, params={"itself": False})).json()
    assert without["count"] == 3
    stale = await client.post(path, json={"count": 5})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    gone = (await client.post(path, json={"count": 3, "itself": False})).json()
    assert set(gone["ids"]) == {child["id"], grandchild["id"], joined["id"]}
    assert (await client.get(path)).json()["elsewhere"] == 3
    undo = {"select": {"ids": gone["ids"]}, "change": {"deleted": False}}
    assert (await client.post("/api/assets/bulk", json=undo)).json()["changed"] == 3
    assert (await client.post(path, json={"count": 4})).json()["changed"] == 4
    editor = await house.join("Bob", "editor")
    forever = {"count": 4, "where": "trash"}
    assert (await client.get(path, params={"where": "trash"})).json()["count"] == 4
    assert (await editor.post(path, json=forever)).status_code == 403
    assert (await client.post(path, json=forever)).json()["changed"] == 4
    assert (await client.get(path)).status_code == 404
    assert {key.rpartition("/")[2].partition(".")[0] for key in await resting(house)} == {other["sha256"]}
