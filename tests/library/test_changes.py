"""Changes of many: each undone exactly, gone on with where one was killed; collections, stacks, tags by the many."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import func, select

from gesso import library
from gesso.kit.ids import uuid7
from gesso.library import Asset, changes
from tests.conftest import House
from tests.library.shelf import filled

pytestmark = pytest.mark.anyio

SHELF = "/api/content-assets/collections"


async def changed(client: httpx2.AsyncClient, ids: list[str], **change: Any) -> dict[str, Any]:
    answer = await client.post("/api/assets/bulk", json={"select": {"ids": ids}, "change": change})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    assert (told["state"], told["left"]) == ("done", 0)
    return told


async def undone(client: httpx2.AsyncClient, told: dict[str, Any]) -> None:
    for _ in range(2):
        answer = await client.post(f"/api/assets/bulk/{told['id']}/undo")
        assert (answer.status_code, answer.json()["state"]) == (200, "undone"), "twice is once"


async def library_of(client: httpx2.AsyncClient) -> dict[str, Any]:
    """All that a change may touch, as it is seen from outside."""
    both = [*(await client.get("/api/assets")).json()["items"]]
    both += (await client.get("/api/assets", params={"deleted": True})).json()["items"]
    names = ("title", "favorite", "rating", "label", "tags", "stack", "deleted_at", "reference")
    seen: dict[str, Any] = {each["id"]: {name: each[name] for name in names} for each in both}
    for shelf in (await client.get(SHELF)).json():
        within = (await client.get(f"{SHELF}/{shelf['id']}/assets")).json()["items"]
        seen[shelf["name"]] = [shelf["count"], [each["id"] for each in within]]
    return seen


async def test_each_change_does_what_it_says_and_is_undone_exactly(idle: House) -> None:
    client = await idle.as_owner()
    made = [str(id) for id in await filled(idle, [{"title": name, "prompt": f"of {name}"} for name in "abcd"])]
    a, b, c, d = made
    one, two = [(await client.post(SHELF, json={"name": name})).json()["id"] for name in ("One", "Two")]
    # What is there differs from asset to asset, so that an undo that only turns a change round would show.
    await changed(client, [a], rating=5)
    await changed(client, [b], rating=2)
    await changed(client, [a, b], label="red")
    await changed(client, [a], tags={"add": ["Cat", "dog"]})
    await changed(client, [b], tags={"add": ["cat"]})
    await changed(client, [d], deleted=True)
    await changed(client, [a, c], collection={"add": one})
    await changed(client, [b, c], stack="together")
    cases: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
        ({"rating": 4}, lambda now: [now[id]["rating"] for id in (a, b, c)] == [4, 4, 4]),
        ({"rating": 0}, lambda now: [now[id]["rating"] for id in (a, b, c)] == [None] * 3),
        ({"label": "green"}, lambda now: now[c]["label"] == "green"),
        ({"label": "none"}, lambda now: now[a]["label"] is None),
        ({"favorite": True}, lambda now: all(now[id]["favorite"] for id in made)),
        ({"deleted": True}, lambda now: all(now[id]["deleted_at"] for id in made) and now["One"] == [0, []]),
        ({"deleted": False}, lambda now: now[d]["deleted_at"] is None),
        (
            {"tags": {"add": ["Bird"], "remove": ["CAT"]}},
            lambda now: (now[a]["tags"], now[b]["tags"]) == (["Bird", "dog"], ["Bird"]),
        ),
        ({"collection": {"add": two}}, lambda now: now["Two"] == [3, [c, b, a]]),
        ({"collection": {"add": one}}, lambda now: now["One"][1][:2] == [c, a] and b in now["One"][1]),
        ({"collection": {"remove": one}}, lambda now: now["One"] == [0, []]),
        ({"collection": {"move": one, "to": two}}, lambda now: (now["One"], now["Two"][1]) == ([0, []], [c, a])),
        ({"stack": "together"}, lambda now: now[a]["stack"]["count"] == 3),
        ({"stack": "none"}, lambda now: now[b]["stack"] is None),
        ({"title": "{title} no. {nn}"}, lambda now: (now[d]["title"], now[a]["title"]) == ("d no. 01", "a no. 04")),
    ]
    for change, expected in cases:
        before = await library_of(client)
        told = await changed(client, made, **change)
        after = await library_of(client)
        assert expected(after), (change, after)
        assert told["changed"] == len(told["ids"]) > 0
        await undone(client, told)
        assert await library_of(client) == before, change
    assert (await client.get("/api/assets", params={"q": "of a"})).json()["items"], "the words came back, too"
    await changed(client, [a], title="Quite {title}")
    found = (await client.get("/api/assets", params={"q": "quite of a"})).json()["items"]
    assert [each["id"] for each in found] == [a], "found by the new title and the old prompt"
    recent = (await client.get("/api/assets/bulk")).json()
    assert (recent[0]["change"], recent[0]["changed"]) == ({"title": "Quite {title}"}, 1)
    # In an order of one's own, with the keys of the list that shows it.
    await changed(client, [b, d], collection={"add": one})
    order = await changed(client, [a], collection={"order": one, "before": c})
    listed = {"collection": one, "sort": "collection"}
    ids, after_ = [], None
    while True:
        page = (
            await client.get("/api/assets", params=listed | {"limit": "1"} | ({"after": after_} if after_ else {}))
        ).json()
        ids += [each["id"] for each in page["items"]]
        after_ = page["next"]
        if after_ is None:
            break
    assert ids == [a, c, b]
    assert (await client.get("/api/assets/layout", params=listed)).json()["total"] == 3
    assert [each["id"] for each in (await client.get("/api/assets", params={"collection": one})).json()["items"]] == [
        c,
        b,
        a,
    ]
    await undone(client, order)
    assert (await library_of(client))["One"][1] == [c, a, b]


async def test_killed_in_between_it_is_whole_and_goes_on(idle: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a kill leaves it: what is committed stays, what comes after never was."""
    monkeypatch.setattr(changes, "AT_ONCE", 3)
    client = await idle.as_owner()
    made = [str(id) for id in await filled(idle, [{"title": f"{n}"} for n in range(8)])]
    await changed(client, [made[7]], rating=1)
    id = uuid7()
    what = {"rating": 5}
    meant = library.Selection(library.Wanted()).query
    async with idle.studio.db.work(idle.owner) as work:
        await changes._begun(work, id, meant, what)
    async with idle.studio.db.work(idle.owner) as work:
        assert not await changes._portion(work, id)
    try:
        async with idle.studio.db.work(idle.owner) as work:
            await changes._portion(work, id)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass

    async def rated() -> int:
        async with idle.studio.db.work(idle.owner, read_only=True) as work:
            return await work.session.scalar(select(func.count()).where(Asset.rating == 5)) or 0

    assert await rated() == 3, "the first portion, and nothing of the second"
    (broken,) = [each for each in (await client.get("/api/assets/bulk")).json() if each["id"] == str(id)]
    assert (broken["state"], broken["done"], broken["total"]) == ("running", 3, 8)
    body = {"select": {"all": {}}, "change": what, "id": str(id)}
    again = (await client.post("/api/assets/bulk", json=body)).json()
    assert (again["changed"], again["state"], await rated()) == (8, "done", 8)
    assert (await client.post("/api/assets/bulk", json=body)).json() == again, "sent again it changes nothing"
    other = await client.post("/api/assets/bulk", json=body | {"change": {"rating": 1}})
    assert other.status_code == 409
    # An undo that is killed goes on as well.
    async with idle.studio.db.work(idle.owner) as work:
        assert not await changes._back(work, id)
    assert await rated() == 6
    await undone(client, again)
    assert await rated() == 0
    assert (await client.get(f"/api/assets/{made[7]}")).json()["rating"] == 1


async def test_tags_are_listed_completed_renamed_merged_and_deleted(idle: House) -> None:
    client = await idle.as_owner()
    a, b, c = [str(id) for id in await filled(idle, [{"title": name} for name in "abc"])]
    await changed(client, [a, b, c], tags={"add": ["Dog"]})
    await changed(client, [a], tags={"add": ["Cat", "doll"]})
    await changed(client, [b], tags={"add": ["kitten"]})
    await changed(client, [c], deleted=True)
    async with idle.studio.db.work(idle.owner) as work:
        told = {"asset_id": UUID(b), "team_id": idle.owner.team_id, "by": "rules", "state": "proposed"}
        work.session.add(library.AssetTag(**told, key="cat", tag="Cat"))

    async def tags(path: str = "/api/tags", **asked: Any) -> list[tuple[str, int]]:
        return [(each["tag"], each["count"]) for each in (await client.get(path, params=asked)).json()]

    assert await tags() == [("Cat", 1), ("Dog", 2), ("doll", 1), ("kitten", 1)], "not what lies in the trash"
    assert await tags(after="cat", limit=2) == [("Dog", 2), ("doll", 1)]
    assert await tags("/api/tags/complete", q="DO") == [("Dog", 2), ("doll", 1)]
    before = await library_of(client)
    merged = (await client.post("/api/tags/rename", json={"tags": ["kitten", "cat"], "to": "Feline"})).json()
    assert await tags() == [("Dog", 2), ("doll", 1), ("Feline", 2)]
    assert (await client.get("/api/assets", params={"tag": "feline", "q": "feline"})).json()["items"][0]["id"] == b
    assert (await client.get("/api/assets", params={"tag": ["feline", "doll"]})).json()["items"][0]["id"] == a
    await undone(client, merged)
    assert await library_of(client) == before
    gone = (await client.post("/api/tags/delete", json={"tags": ["dog"]})).json()
    assert gone["changed"] == 3, "also in the trash"
    assert await tags() == [("Cat", 1), ("doll", 1), ("kitten", 1)]
    await undone(client, gone)
    assert await library_of(client) == before
    case = (await client.post("/api/tags/rename", json={"tags": ["Dog"], "to": "dog"})).json()
    assert (case["changed"], await tags(limit=2)) == (3, [("Cat", 1), ("dog", 2)])
    stranger = await idle.join("eve", "owner", team="Elsewhere")
    assert (await stranger.get("/api/tags")).json() == []
    assert (await stranger.post("/api/tags/delete", json={"tags": ["dog"]})).json()["changed"] == 0


async def test_a_stack_shows_its_top_and_what_lies_in_it_is_found(idle: House) -> None:
    client = await idle.as_owner()
    a, b, c, d = [str(id) for id in await filled(idle, [{"title": name} for name in "abcd"])]
    await changed(client, [a, b, c], stack="together")

    async def seen(**asked: Any) -> list[tuple[str, int]]:
        items = (await client.get("/api/assets", params={"stacks": "closed"} | asked)).json()["items"]
        return [(each["title"], each["stack"]["count"] if each["stack"] else 0) for each in items]

    assert await seen() == [("d", 0), ("c", 3)], "the first of those that were selected, as they were seen"
    assert (await client.get("/api/assets/layout", params={"stacks": "closed"})).json()["total"] == 2
    await changed(client, [a], stack="top")
    assert await seen() == [("d", 0), ("a", 3)]
    assert [each["title"] for each in (await client.get(f"/api/assets/{b}/stack")).json()] == ["a", "c", "b"]
    await client.delete(f"/api/assets/{a}")
    assert await seen() == [("d", 0), ("c", 2)], "the next one takes its place"
    await client.post(f"/api/assets/{a}/restore")
    assert await seen() == [("d", 0), ("a", 3)]
    await changed(client, [c, a], stack="none")
    assert await seen() == [("d", 0), ("c", 0), ("b", 0), ("a", 0)], "one that lies alone is in no stack"
    assert (await client.get(f"/api/assets/{d}/stack")).json() == []
