"""Where an asset came from and what came of it, over all generations, and what that cost."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from gesso import library
from gesso.kit.ids import uuid7
from tests.conftest import House, photo, upload
from tests.library.shelf import filled
from tests.library.test_versions import made

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}


async def lineage(client: httpx2.AsyncClient, id: object, **asked: object) -> dict[str, Any]:
    answer = await client.get(f"/api/assets/{id}/lineage", params={name: str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def joined(told: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(edge["parent"], edge["child"], edge["relation"]) for edge in told["edges"]}


def node(told: dict[str, Any], id: object) -> dict[str, Any]:
    return next(each for each in told["nodes"] if each["id"] == id)


async def test_a_picture_is_followed_from_its_first_words_to_all_that_came_of_it(house: House) -> None:
    client = await house.as_owner()
    drawn = await made(client, "image.generate", prompt="a lake", width=256, height=256)
    larger = await made(client, "image.upscale", image=drawn["id"], factor=2)
    cut = await made(client, "image.remove_background", image=larger["id"])
    film = await made(client, "video.from_image", image=larger["id"], seconds=1)
    back = (await client.post(f"/api/assets/{drawn['id']}/versions")).json()
    told = await lineage(client, larger["id"])
    assert joined(told) == {
        (drawn["id"], larger["id"], "made"),
        (larger["id"], cut["id"], "made"),
        (larger["id"], film["id"], "made"),
    }
    assert (told["before"], node(told, film["id"])["kind"]) == (1, "video")
    assert (node(told, drawn["id"])["children"], node(told, larger["id"])["parents"]) == (2, 1)
    assert (drawn["id"], back["id"], "restored") in joined(await lineage(client, drawn["id"]))

    # What is in the trash is seen as that; of what is erased the place is left, and what it was made of is not known.
    await client.delete(f"/api/assets/{drawn['id']}")
    assert node(await lineage(client, cut["id"]), drawn["id"])["state"] == "trash"
    await client.delete(f"/api/assets/{drawn['id']}", params={"forever": True})
    told = await lineage(client, cut["id"])
    gap = node(told, drawn["id"])
    assert (gap["state"], gap["title"], gap["thumbnail"], gap["op"]) == ("erased", "", None, "image.generate")
    assert told["total"]["least"] is True
    assert (await client.get(f"/api/assets/{drawn['id']}/lineage")).status_code == 404

    stranger = await house.join("Ada", team="Elsewhere")
    assert (await stranger.get(f"/api/assets/{cut['id']}/lineage")).status_code == 404
    assert (await client.get(f"/api/assets/{uuid7()}/lineage")).status_code == 404


async def test_what_a_run_took_is_shared_among_its_outputs_and_counted_once(house: House) -> None:
    client = await house.as_owner()
    body = {"op": "image.generate", "input": {"prompt": "a lake", "width": 256, "height": 256, "count": 3}}
    run = (await client.post("/api/runs", json=body, headers=WAIT)).json()
    first, second, third = (each["id"] for each in run["outputs"])
    async with house.studio.db.work(house.owner) as work:
        # The painters of this house cost nothing: 10 thousandths are put into the books as what it took.
        from gesso import credits
        from gesso.kit.money import Credits

        await credits.reserve(work, UUID(run["id"]), Credits(25))
        await credits.settle(work, UUID(run["id"]), Credits(25), Credits(10))
        kept = await library.get(work, UUID(first))
        one = await library.several(work, [UUID(first)])
        assert one == [kept]
    parts = [node(await lineage(client, id), id) for id in (first, second, third)]
    assert sorted(each["cost"] for each in parts) == [3, 3, 4]
    assert [(each["whole"], each["outputs"], each["told"]) for each in parts] == [(10, 3, False)] * 3
    larger = await made(client, "image.upscale", image=second, factor=2)
    total = (await lineage(client, larger["id"]))["total"]
    assert total == {"cost": parts[1]["cost"], "whole": 10, "least": False}

    # The same recipe again is a sibling, from either side.
    again = (await client.post(f"/api/runs/{run['id']}/rerun", json={"input": {"count": 1}}, headers=WAIT)).json()
    sibling = again["outputs"][0]["id"]
    assert (first, sibling, "again") in joined(await lineage(client, first))
    told = await lineage(client, sibling)
    assert {(id, sibling, "again") for id in (first, second, third)} <= joined(told)
    assert told["total"] == {"cost": 0, "whole": 0, "least": False}


async def test_of_many_children_the_newest_are_shown_and_the_others_counted(idle: House) -> None:
    client = await idle.as_owner()
    [root] = await filled(idle, [{}])
    children = await filled(idle, [{"parents": [root]} for _ in range(30)])
    grown = await filled(idle, [{"parents": [child]} for child in children])
    [both] = await filled(idle, [{"parents": [children[0], children[29]]}])
    told = await lineage(client, root, fan=3)
    shown = {each["id"] for each in told["nodes"]}
    newest = children[-3:]
    assert shown == {str(id) for id in (root, *newest, *grown[-3:], both)}
    assert node(told, str(root))["children"] == 30
    assert node(told, str(both))["parents"] == 2, "one of them is not shown"
    assert len(told["edges"]) == 3 + 3 + 1
    up = await lineage(client, both)
    assert up["before"] == 3
    assert (await client.get(f"/api/assets/{root}/lineage", params={"fan": 0})).status_code == 422
    # Nothing of another team is ever shown, even where something joined them.
    stranger = await idle.join("Ada", team="Elsewhere")
    theirs = await upload(stranger, photo(9, 9))
    from gesso.library import Parent

    async with idle.studio.db.work(idle.owner) as work:
        work.session.add(Parent(child_id=UUID(theirs["id"]), parent_id=root))
    assert theirs["id"] not in {each["id"] for each in (await lineage(client, root, fan=50))["nodes"]}
