"""One change to many assets at once."""

import json
from typing import Any
from uuid import UUID

import httpx2
import pytest

from gesso import events
from gesso.kit.ids import uuid7
from tests.conftest import House
from tests.library.shelf import filled

pytestmark = pytest.mark.anyio


async def changed(client: httpx2.AsyncClient, select: dict[str, Any], **change: Any) -> list[str]:
    """The ids that were changed."""
    answer = await client.post("/api/assets/bulk", json={"select": select, "change": change})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["changed"] == len(told["ids"])
    ids: list[str] = told["ids"]
    return ids


async def titles(client: httpx2.AsyncClient, **asked: Any) -> list[str]:
    return [item["title"] for item in (await client.get("/api/assets", params=asked)).json()["items"]]


async def shelf(house: House, *names: str) -> dict[str, str]:
    """An asset of each name, and its id."""
    ids = await filled(house, [{"title": name} for name in names])
    return dict(zip(names, map(str, ids), strict=True))


async def heard(house: House, after: int = 0) -> list[tuple[str, dict[str, Any]]]:
    async with house.studio.db.work(house.owner, read_only=True) as work:
        return [(event.type, event.data) for event in await events.after(work, after)]


async def test_what_is_named_is_changed_and_the_answer_names_what_really_was(idle: House) -> None:
    client = await idle.as_owner()
    ids = await shelf(idle, "a", "b", "c")
    assert await changed(client, {"ids": [ids["a"], ids["b"]]}, favorite=True) == [ids["b"], ids["a"]]
    assert await changed(client, {"ids": list(ids.values())}, favorite=True) == [ids["c"]], "the others were already"
    assert await changed(client, {"ids": [ids["a"], str(uuid7())]}, deleted=True) == [ids["a"]]
    assert await titles(client) == ["c", "b"]
    assert await changed(client, {"ids": list(ids.values())}, deleted=False) == [ids["a"]]
    assert await changed(client, {"ids": []}, favorite=False) == []
    assert await titles(client, favorite=True) == ["c", "b", "a"]


async def test_all_that_the_filters_leave_but_a_few(idle: House) -> None:
    client = await idle.as_owner()
    ids = await shelf(idle, "red one", "red two", "red three", "blue")
    gone = await changed(client, {"all": {"q": "red"}, "except": [ids["red two"]]}, deleted=True)
    assert gone == [ids["red three"], ids["red one"]]
    assert await titles(client) == ["blue", "red two"]
    assert await changed(client, {"all": {}}, favorite=True) == [ids["blue"], ids["red two"]], (
        "not what is in the trash"
    )
    assert await changed(client, {"all": {"deleted": True}}, deleted=False) == gone
    assert await changed(client, {"all": {"op": "a.one"}}, deleted=True) == []
    assert await changed(client, {"all": {"sort": "oldest", "uploads": True}}, favorite=False) == [
        ids["blue"],
        ids["red two"],
    ]


async def test_one_event_tells_of_all(idle: House) -> None:
    client = await idle.as_owner()
    made = await filled(idle, [{}] * 203)
    before = len(await heard(idle))
    ids = await changed(client, {"all": {}}, favorite=True)
    assert await changed(client, {"all": {}}, favorite=True) == []
    ((type, told),) = (await heard(idle))[before:]
    assert (type, told["count"], told["change"]) == ("assets.changed", 203, {"favorite": True})
    assert told["ids"] == ids[:200] == [str(id) for id in made[::-1][:200]]


async def test_nobody_reaches_into_another_team_and_a_viewer_changes_nothing(idle: House) -> None:
    client = await idle.as_owner()
    ids = await shelf(idle, "a")
    stranger = await idle.join("Ada", team="Elsewhere")
    assert await changed(stranger, {"ids": [ids["a"]]}, deleted=True) == []
    assert await changed(stranger, {"all": {}}, deleted=True) == []
    viewer = await idle.join("Bob", "viewer")
    refused = await viewer.post("/api/assets/bulk", json={"select": {"ids": [ids["a"]]}, "change": {"deleted": True}})
    assert refused.status_code == 403
    assert await titles(client) == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        {"select": {}, "change": {"favorite": True}},
        {"select": {"ids": [], "all": {}}, "change": {"favorite": True}},
        {"select": {"ids": [str(UUID(int=7))] * 10_001}, "change": {"favorite": True}},
        {"select": {"all": {"favourite": True}}, "change": {"deleted": True}},
        {"select": {"all": {}}, "change": {}},
        {"select": {"all": {}}, "change": {"favorite": True, "deleted": True}},
        {"select": {"all": {}}, "change": {"name": "x"}},
        {"select": {"all": {}}},
    ],
    ids=lambda body: json.dumps(body)[:60],
)
async def test_what_is_unclear_changes_nothing(idle: House, body: dict[str, Any]) -> None:
    client = await idle.as_owner()
    await shelf(idle, "a")
    answer = await client.post("/api/assets/bulk", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert await titles(client, favorite=False) == ["a"]


async def test_ten_thousand_can_be_named(idle: House) -> None:
    client = await idle.as_owner()
    ids = await shelf(idle, "a")
    many = [str(uuid7()) for _ in range(9_999)]
    assert await changed(client, {"ids": [*many, ids["a"]]}, favorite=True) == [ids["a"]]
    assert await changed(client, {"all": {}, "except": [*many, ids["a"]]}, favorite=False) == []
