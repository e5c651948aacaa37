"""Collections: nested, in order, deleted and brought back; campaigns and what they cost."""

import asyncio
import itertools
from typing import Any

import pytest

from gesso.kit import place
from tests.conftest import House
from tests.library.shelf import filled

pytestmark = pytest.mark.anyio

SHELF = "/api/content-assets/collections"


def test_there_is_room_between_any_two_places() -> None:
    places = place.between(None, None, 3)
    places = [*place.between(None, places[0], 2), *places, *place.between(places[-1], None, 2)]
    for _ in range(60):
        places[1:1] = place.between(places[0], places[1])
        places[-1:-1] = place.between(places[-2], places[-1], 3)
    assert all(one < other for one, other in itertools.pairwise(places))
    assert len(max(places, key=len)) < 60


async def test_they_are_nested_without_circles_and_come_back_as_they_were(idle: House) -> None:
    client = await idle.as_owner()

    async def make(name: str, **more: Any) -> str:
        answer = await client.post(SHELF, json={"name": name} | more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def tree() -> list[tuple[str, str | None]]:
        every = (await client.get(SHELF)).json()
        names = {each["id"]: each["name"] for each in every}
        return [(each["name"], names.get(each["parent"])) for each in every]

    a, b = await make("A"), await make("B")
    c = await make("C", parent=a)
    await make("D", parent=c)
    assert set(await tree()) == {("A", None), ("B", None), ("C", "A"), ("D", "C")}
    for under in (a, c):
        circle = await client.patch(f"{SHELF}/{a}", json={"parent": under})
        assert (circle.status_code, circle.json()["code"]) == (422, "invalid")
    assert (await client.patch(f"{SHELF}/{b}", json={"before": a})).status_code == 200
    assert [name for name, parent in await tree() if parent is None] == ["B", "A"]
    assert (await client.patch(f"{SHELF}/{b}", json={"parent": a, "before": c, "name": " <b>\n x "})).json()[
        "name"
    ] == "<b> x"
    assert [name for name, parent in await tree() if parent == "A"] == ["<b> x", "C"]
    before = await tree()
    assert (await client.delete(f"{SHELF}/{c}")).status_code == 204
    assert (await client.delete(f"{SHELF}/{a}")).status_code == 204
    assert (await client.get(f"{SHELF}/{a}")).status_code == 404
    assert await tree() == []
    await client.post(f"{SHELF}/{a}/restore")
    assert set(await tree()) == {("A", None), ("<b> x", "A")}, "what was deleted before stays so"
    await client.post(f"{SHELF}/{c}/restore")
    assert await tree() == before
    ids = [str(id) for id in await filled(idle, [{"title": name} for name in "xyz"])]
    put = await client.post(f"{SHELF}/{c}/assets", json={"ids": ids})
    assert put.json()["changed"] == 3
    shown = (await client.get(f"{SHELF}/{c}")).json()
    assert (shown["count"], shown["cover"]) == (3, ids[2])
    assert (await client.patch(f"{SHELF}/{c}", json={"cover": ids[0]})).json()["cover"] == ids[0]
    await client.delete(f"/api/assets/{ids[0]}")
    shown = (await client.get(f"{SHELF}/{c}")).json()
    assert (shown["count"], shown["cover"], shown["chosen_cover"]) == (2, ids[2], ids[0])
    assert [each["name"] for each in (await client.get(f"/api/assets/{ids[1]}/collections")).json()] == ["C"]
    await client.delete(f"/api/assets/{ids[0]}", params={"forever": True})
    assert (await client.get(f"{SHELF}/{c}")).json()["chosen_cover"] is None
    out = await client.delete(f"{SHELF}/{c}/assets/{ids[1]}")
    assert (out.json()["changed"], (await client.get(f"{SHELF}/{c}")).json()["count"]) == (1, 1)
    assert (await client.get(f"/api/assets/{ids[1]}")).status_code == 200


async def test_a_run_for_a_campaign_lands_in_it_and_stays_within_its_budget(house: House) -> None:
    client = await house.as_owner()
    told = {
        "name": "Spring",
        "kind": "campaign",
        "brief": "Light and air",
        "starts": "2027-03-01",
        "ends": "2027-04-01",
        "channels": ["Instagram", "Print"],
        "budget": 0,
    }
    wrong = await client.post(SHELF, json=told | {"ends": "2027-02-01"})
    assert wrong.status_code == 422
    made = (await client.post(SHELF, json=told)).json()
    assert {name: made[name] for name in told} == told
    order = {"op": "image.generate", "input": {"prompt": "a lake", "count": 2}, "collection": made["id"]}
    run = await client.post("/api/runs", json=order, headers={"Prefer": "wait=60"})
    while run.json()["state"] in ("queued", "running"):
        await asyncio.sleep(0.2)
        run = await client.get(f"/api/runs/{run.json()['id']}")
    assert run.json()["state"] == "succeeded", run.text
    within = (await client.get(f"{SHELF}/{made['id']}/assets")).json()["items"]
    assert {each["id"] for each in within} == {each["id"] for each in run.json()["outputs"]}
    shown = (await client.get(f"{SHELF}/{made['id']}")).json()
    assert (shown["count"], shown["spent"], shown["promised"]) == (2, run.json()["spent"], 0)
    assert [each["id"] for each in (await client.get(SHELF, params={"kind": "campaign"})).json()] == [made["id"]]
    unknown = order | {"collection": run.json()["id"]}
    assert (await client.post("/api/runs", json=unknown)).status_code == 404
