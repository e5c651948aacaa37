"""Gone for good: out of the trash, with the bytes, and nothing else is harmed."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest

from gesso import library
from gesso.kit.errors import Retry, Unavailable
from gesso.library import Asset, Selection
from gesso.store import Store
from tests.api.conftest import resting
from tests.conftest import House, photo, upload
from tests.library.shelf import taken_in

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}


async def erased(client: httpx2.AsyncClient, asset: dict[str, Any]) -> None:
    path = f"/api/assets/{asset['id']}"
    await client.delete(path)
    answer = await client.delete(path, params={"forever": "true"})
    assert (answer.status_code, answer.content) == (204, b""), answer.text


async def titles(client: httpx2.AsyncClient, **asked: Any) -> list[str]:
    return [item["title"] for item in (await client.get("/api/assets", params=asked)).json()["items"]]


async def test_only_what_is_in_the_trash_can_be_erased(idle: House) -> None:
    client = await idle.as_owner()
    asset = await upload(client)
    path = f"/api/assets/{asset['id']}"
    refused = await client.delete(path, params={"forever": "true"})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert await titles(client) == ["photo"]
    viewer, stranger = await idle.join("Bob", "viewer"), await idle.join("Ada", team="Elsewhere")
    await client.delete(path)
    assert (await viewer.delete(path, params={"forever": "true"})).status_code == 403
    assert (await stranger.delete(path, params={"forever": "true"})).status_code == 404
    assert await titles(client, deleted=True) == ["photo"]


async def test_what_is_erased_is_nowhere_and_its_bytes_are_gone(idle: House) -> None:
    client = await idle.as_owner()
    asset, other = await upload(client, name="gone.png"), await upload(client, photo(40, 30), "kept.png")
    link = (await client.post(f"/api/assets/{asset['id']}/link")).json()["url"]
    await erased(client, asset)
    path = f"/api/assets/{asset['id']}"
    for gone in (path, f"{path}/file", f"{path}/thumbnail", f"{path}/recipe", f"{path}/versions", link):
        assert (await client.get(gone)).status_code == 404, gone
    for asked in (client.post(f"{path}/restore"), client.delete(path), client.patch(path, json={"favorite": True})):
        assert (await asked).status_code == 404
    assert await titles(client, deleted=True, purpose="any") == []
    assert await titles(client, purpose="any") == ["kept"]
    assert (await client.post("/api/assets/zip", json={"ids": [asset["id"]]})).status_code == 404
    assert all(other["sha256"] in key for key in await resting(idle))
    async with idle.studio.db.session(read_only=True) as session:
        left = await session.get_one(Asset, UUID(asset["id"]))
    assert (left.title, left.words, left.facts, left.key) == ("", "", {}, "")


async def test_bytes_stay_while_another_asset_rests_on_them(idle: House) -> None:
    client = await idle.as_owner()
    one, two = await upload(client), await upload(client)
    stranger = await idle.join("Ada", team="Elsewhere")
    theirs = await upload(stranger)
    await erased(client, one)
    assert (await client.get(two["file"])).content == photo()
    assert (await client.get(two["thumbnail"])).status_code == 200
    await client.delete(f"/api/assets/{two['id']}")
    assert (await client.get(two["file"])).status_code == 200, "also one that is in the trash"
    await erased(client, two)
    assert not any(key.startswith(str(idle.owner.team_id)) for key in await resting(idle))
    assert (await stranger.get(theirs["file"])).content == photo()
    again = await upload(client)
    assert (await client.get(again["file"])).content == photo(), "and the same picture can come again"


async def test_what_was_made_from_it_stays_whole(house: House) -> None:
    client = await house.as_owner()
    source = await upload(client)
    order = {"op": "image.upscale", "input": {"image": source["id"], "factor": 2}}
    first = (await client.post("/api/runs", json=order, headers=WAIT)).json()["outputs"][0]
    order = {"op": "image.remove_background", "input": {"image": first["id"]}}
    run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    last = run["outputs"][0]
    await erased(client, first)
    shown = (await client.get(f"/api/assets/{last['id']}")).json()
    assert (shown["parents"], shown["version_of"]) == ([first["id"]], source["id"])
    recipe = (await client.get(f"/api/assets/{last['id']}/recipe")).json()
    assert (recipe["parents"], recipe["run"]["id"]) == ([], run["id"])
    assert (await client.get(f"/api/assets/{source['id']}")).json()["children"] == []
    versions = (await client.get(f"/api/assets/{last['id']}/versions")).json()
    assert [each["id"] for each in versions] == [source["id"], last["id"]]
    assert (await client.get(f"/api/runs/{first['run']}")).json()["outputs"] == []
    rerun = await client.post(f"/api/runs/{run['id']}/rerun", json={})
    assert (rerun.status_code, rerun.json()["code"]) == (404, "not_found")


async def test_the_trash_is_emptied_at_once(idle: House) -> None:
    client = await idle.as_owner()
    made = [await upload(client, photo(8 + n, 8), f"{n}.png") for n in range(5)]
    for asset in made[:3]:
        await client.delete(f"/api/assets/{asset['id']}")
    body = {"select": {"all": {"deleted": True}}, "change": {"forever": True}}
    answer = await client.post("/api/assets/bulk", json=body)
    assert answer.json()["ids"] == [asset["id"] for asset in made[2::-1]]
    assert await titles(client) == ["4", "3"]
    assert {key.rpartition("/")[2].partition(".")[0] for key in await resting(idle)} == {
        asset["sha256"] for asset in made[3:]
    }
    named = {"select": {"ids": [made[4]["id"]]}, "change": {"forever": True}}
    told = (await client.post("/api/assets/bulk", json=named)).json()
    assert (told["changed"], told["ids"]) == (0, [])
    for wrong in (False, "no"):
        body = {"select": {"all": {"deleted": True}}, "change": {"forever": wrong}}
        assert (await client.post("/api/assets/bulk", json=body)).status_code == 422


class Away(Store):
    """A store whose bytes cannot be removed just now."""

    async def remove(self, keys: Any) -> None:
        raise Unavailable("The bucket is away.")


async def test_what_a_sweep_could_not_take_the_next_one_takes(idle: House) -> None:
    client = await idle.as_owner()
    asset = await upload(client)
    await client.delete(f"/api/assets/{asset['id']}")
    studio = idle.studio
    async with studio.db.work(idle.owner) as work:
        await library.erase(work, Selection([UUID(asset["id"])]))
    await library.sweep(studio.db, Away(studio.store._objects, None), idle.owner)
    assert len(await resting(idle)) == 3
    await library.sweep(studio.db, studio.store, idle.owner)
    assert await resting(idle) == set()


async def test_an_upload_never_points_at_bytes_that_a_sweep_took_meanwhile(idle: House) -> None:
    """The bytes were put to rest, found to be there already; then they were swept, as nobody's; then the row comes."""
    client = await idle.as_owner()
    asset = await upload(client, photo(8, 8))
    await client.delete(f"/api/assets/{asset['id']}")
    kept = await taken_in(idle)
    await client.delete(f"/api/assets/{asset['id']}", params={"forever": "true"})
    with pytest.raises(Retry):
        async with idle.studio.db.work(idle.owner) as work:
            await library.add(work, kept, idle.studio.store, title="late")
    assert await titles(client) == []


async def test_a_sweep_waits_for_an_upload_that_is_under_way(idle: House) -> None:
    client = await idle.as_owner()
    asset = await upload(client, photo(8, 8))
    await client.delete(f"/api/assets/{asset['id']}")
    kept, studio = await taken_in(idle), idle.studio
    async with studio.db.work(idle.owner) as work:
        await library.erase(work, Selection([UUID(asset["id"])]))
    async with studio.db.work(idle.owner) as work:
        added = await library.add(work, kept, studio.store, title="new")
        sweeping = asyncio.create_task(library.sweep(studio.db, studio.store, idle.owner))
        done, _ = await asyncio.wait({sweeping}, timeout=0.3)
        assert not done
    await sweeping
    assert (await client.get(f"/api/assets/{added.id}/file")).content == photo(8, 8)


async def test_many_uploads_and_erasures_of_one_picture_leave_every_picture_whole(idle: House) -> None:
    client = await idle.as_owner()

    async def come_and_go() -> None:
        answer = await client.post("/api/assets", files={"file": ("x.png", photo(8, 8))})
        if answer.status_code == 503:
            return
        await erased(client, answer.json())

    async def stay() -> dict[str, Any] | None:
        answer = await client.post("/api/assets", files={"file": ("x.png", photo(8, 8))})
        assert answer.status_code in (201, 503), answer.text
        return answer.json() if answer.status_code == 201 else None

    for _ in range(4):
        done = await asyncio.gather(come_and_go(), stay(), come_and_go(), stay())
        for asset in filter(None, done):
            assert (await client.get(asset["file"])).content == photo(8, 8)
            assert (await client.get(asset["thumbnail"])).status_code == 200
            await erased(client, asset)
    assert await resting(idle) == set()
