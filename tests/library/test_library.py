"""Pictures kept: found again, favoured, renamed, thrown away and taken out of the trash."""

import asyncio

import httpx2
import pytest

from gesso.kit.ids import uuid7
from gesso.library import search
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}


async def found(client: httpx2.AsyncClient, **wanted: object) -> list[str]:
    """The titles of what is listed, the newest first."""
    answer = await client.get("/api/assets", params={key: str(value) for key, value in wanted.items()})
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def test_paging_visits_every_asset_once_while_new_ones_arrive(idle: House) -> None:
    client = await idle.as_owner()
    small = photo(8, 8)
    made = [(await upload(client, small, f"{n}.png"))["id"] for n in range(11)]
    visited: list[str] = []
    after: str | None = None
    while True:
        page = (await client.get("/api/assets", params={"limit": "3"} | ({"after": after} if after else {}))).json()
        visited += [item["id"] for item in page["items"]]
        await upload(client, small, "late.png")
        after = page["next"]
        if after is None:
            break
    assert visited == made[::-1]
    exact = (await client.get("/api/assets", params={"limit": "15"})).json()
    assert (len(exact["items"]), exact["next"]) == (15, None)
    beyond = (await client.get("/api/assets", params={"after": made[0]})).json()
    assert beyond == {"items": [], "next": None}
    unknown = (await client.get("/api/assets", params={"after": str(uuid7())})).json()
    assert len(unknown["items"]) == 15


async def test_filters_narrow_and_can_be_combined(house: House) -> None:
    client = await house.as_owner()
    source = await upload(client, name="source.png")
    order = {"op": "image.upscale", "input": {"image": source["id"], "factor": 2}}
    run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    made = run["outputs"][0]
    assert await found(client, op="image.upscale") == [made["title"]]
    assert await found(client, op="image.generate") == []
    assert await found(client, kind="image") == [made["title"], "source"]
    assert await found(client, kind="video") == []
    await client.patch(f"/api/assets/{source['id']}", json={"favorite": True})
    assert await found(client, favorite="true") == ["source"]
    assert await found(client, favorite="false") == [made["title"]]
    assert await found(client, favorite="true", op="image.upscale") == []
    await client.patch(f"/api/assets/{source['id']}", json={"favorite": False})
    assert await found(client, favorite="true") == []
    for wrong in ({"kind": "hologram"}, {"favorite": "perhaps"}, {"limit": "0"}, {"after": "x"}):
        assert (await client.get("/api/assets", params=wrong)).status_code == 422, wrong


async def test_words_find_in_any_order_and_any_case_and_no_sign_is_special(idle: House) -> None:
    client = await idle.as_owner()
    small = photo(8, 8)
    for title in (
        "Old Lighthouse at dusk",
        "100% wool",
        "100 sheep",
        "snake_case",
        "snakeXcase",
        'it\'s "quoted" \\ back/slash',
        "Straße am Café",
    ):
        answer = await client.post("/api/assets", files={"file": ("x.png", small)}, data={"title": title})
        assert answer.json()["title"] == title
    assert await found(client, q="dusk lighthouse") == ["Old Lighthouse at dusk"]
    assert await found(client, q="  DUSK   light OLD ") == ["Old Lighthouse at dusk"]
    assert await found(client, q="dusk dawn") == []
    assert await found(client, q="100%") == ["100% wool"]
    assert await found(client, q="%") == ["100% wool"]
    assert await found(client, q="_") == ["snake_case"]
    assert await found(client, q="e_c") == ["snake_case"]
    assert await found(client, q="it's") == await found(client, q='"quoted"') == await found(client, q="\\")
    assert len(await found(client, q="\\")) == 1
    assert await found(client, q="'; DROP TABLE asset; --") == []
    assert await found(client, q="STRASSE cafe\u0301") == ["Straße am Café"], "however the é is written"
    assert len(await found(client, q="   ")) == 7
    assert (await client.get("/api/assets", params={"q": "a" * 501})).status_code == 422


def test_what_is_found_by_is_one_line_of_bounded_length() -> None:
    assert search.words("A  Title\n", " the\tPROMPT ") == "a title the prompt"
    assert len(search.words("a", "b " * 20_000)) == 20_000


async def test_a_new_name_keeps_it_findable_by_its_prompt(house: House) -> None:
    client = await house.as_owner()
    order = {"op": "image.generate", "input": {"prompt": "a lake at dawn", "width": 256, "height": 256}}
    run = (await client.post("/api/runs", json=order, headers=WAIT)).json()
    asset = run["outputs"][0]["id"]
    assert await found(client, q="dawn") == ["a lake at dawn"]
    renamed = await client.patch(f"/api/assets/{asset}", json={"title": "  Holidays\r\n 2031\u0007 "})
    assert renamed.json()["title"] == "Holidays 2031"
    assert await found(client, q="dawn holidays") == ["Holidays 2031"]
    for wrong in ("", "   ", "a" * 301, 7):
        assert (await client.patch(f"/api/assets/{asset}", json={"title": wrong})).status_code == 422
    unchanged = await client.patch(f"/api/assets/{asset}", json={})
    assert unchanged.json()["title"] == "Holidays 2031"
    assert (await client.patch(f"/api/assets/{asset}", json={"sha256": "0"})).status_code == 422


async def test_what_is_thrown_away_can_be_seen_and_restored_but_not_used(idle: House) -> None:
    client = await idle.as_owner()
    kept, gone = await upload(client, name="kept.png"), await upload(client, name="gone.png")
    path = f"/api/assets/{gone['id']}"
    first = (await client.delete(path)).json()
    assert first["deleted_at"] is not None
    assert (await client.delete(path)).json()["deleted_at"] == first["deleted_at"], "twice is once"
    assert await found(client) == ["kept"]
    assert await found(client, deleted="true") == ["gone"]
    for shown in (path, f"{path}/recipe", f"{path}/file", f"{path}/thumbnail"):
        assert (await client.get(shown)).status_code == 200, shown
    for op in ("image.upscale", "image.remove_background"):
        answer = await client.post("/api/runs", json={"op": op, "input": {"image": gone["id"]}})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    masked = {"image": kept["id"], "mask": gone["id"]}
    refused = await client.post("/api/runs", json={"op": "image.remove_background", "input": masked})
    assert refused.status_code == 404
    assert (await client.get("/api/runs")).json()["items"] == []
    for _ in range(2):
        assert (await client.post(f"{path}/restore")).json()["deleted_at"] is None
    assert await found(client) == ["gone", "kept"]
    answer = await client.post("/api/runs", json={"op": "image.upscale", "input": {"image": gone["id"]}})
    assert answer.status_code == 202


async def test_a_recipe_still_names_parents_that_were_thrown_away(house: House) -> None:
    client = await house.as_owner()
    source = await upload(client)
    order = {"op": "image.upscale", "input": {"image": source["id"], "factor": 2}}
    made = (await client.post("/api/runs", json=order, headers=WAIT)).json()["outputs"][0]
    await client.delete(f"/api/assets/{source['id']}")
    recipe = (await client.get(f"/api/assets/{made['id']}/recipe")).json()
    assert [parent["id"] for parent in recipe["parents"]] == [source["id"]]
    assert recipe["run"]["op"] == "image.upscale"
    above = (await client.get(f"/api/assets/{source['id']}/recipe")).json()
    assert (above["run"], [child["id"] for child in above["children"]]) == (None, [made["id"]])


async def test_the_same_bytes_rest_once_however_often_and_at_once_they_come(idle: House) -> None:
    client = await idle.as_owner()
    same = await asyncio.gather(*(upload(client, photo(), f"{n}.png") for n in range(6)))
    assert len({asset["id"] for asset in same}) == 6
    assert len({asset["sha256"] for asset in same}) == 1
    listed = idle.studio.store.keys()
    assert len([key async for key in listed]) == 3, "the picture and its two thumbnails"
    await client.delete(f"/api/assets/{same[0]['id']}")
    assert (await client.get(same[1]["file"])).content == photo()
