"""Boards in the team: their order, who may do what with them, and a collection that is shown live."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from gesso.kit.ids import uuid7
from gesso.library import Collection, CollectionAsset
from gesso.sharing import boards
from tests.conftest import House, upload

pytestmark = pytest.mark.anyio


async def made(client: httpx2.AsyncClient, *assets: str, **said: Any) -> str:
    answer = await client.post("/api/boards", json={"title": "Ours", "assets": list(assets), **said})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def order(client: httpx2.AsyncClient, board: str) -> list[str]:
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await client.get(f"/api/boards/{board}/items", params={"limit": "2", **after})).json()
        found += [each["asset"]["id"] for each in page["items"]]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


async def test_pictures_keep_the_order_that_they_are_given(idle: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # With so little room between two, they are soon numbered anew.
    monkeypatch.setattr(boards, "GAP", 4)
    owner = await idle.as_owner()
    a, b, c, d = [(await upload(owner))["id"] for _ in range(4)]
    board = await made(owner, c, a)
    assert (await owner.post(f"/api/boards/{board}/items", json={"assets": [b, a], "before": a})).json() == {
        "assets": [b]
    }
    assert await order(owner, board) == [c, b, a]
    await owner.post(f"/api/boards/{board}/items", json={"assets": [d]})
    for before, moved, wanted in (
        (c, [a], [a, c, b, d]),
        (c, [d, b], [a, d, b, c]),
        (None, [a], [d, b, c, a]),
        (b, [a], [d, a, b, c]),
        (b, [c], [d, a, c, b]),
        (c, [d], [a, d, c, b]),
        (d, [b], [a, b, d, c]),
    ):
        asked = {"assets": moved, "before": before}
        assert (await owner.post(f"/api/boards/{board}/items/move", json=asked)).status_code == 200
        assert await order(owner, board) == wanted
    told = (await owner.get(f"/api/boards/{board}")).json()
    assert (told["count"], told["covers"]) == (4, [a, b, d, c])
    assert (await owner.patch(f"/api/boards/{board}", json={"cover": c})).json()["covers"] == [c, a, b, d]
    assert (await owner.post(f"/api/boards/{board}/items/remove", json={"assets": [c, c]})).json() == {"assets": [c]}
    assert (await owner.get(f"/api/boards/{board}")).json()["covers"] == [a, b, d]
    for wrong in ({"assets": [a], "before": a}, {"assets": [c], "before": a}, {"assets": [a], "before": c}):
        assert (await owner.post(f"/api/boards/{board}/items/move", json=wrong)).status_code in (404, 422)
    assert await order(owner, board) == [a, b, d]


async def test_the_team_shares_a_board_by_role(idle: House) -> None:
    owner = await idle.as_owner()
    maker, editor = await idle.join("mia", "editor"), await idle.join("ed", "editor")
    viewer, admin = await idle.join("vera", "viewer"), await idle.join("adam", "admin")
    asset = (await upload(owner))["id"]
    board = await made(maker, asset, everybody="viewer")
    people = {each["name"]: each["id"] for each in (await maker.get(f"/api/boards/{board}/people")).json()}

    async def may(client: httpx2.AsyncClient) -> str:
        """How far somebody gets."""
        seen = await client.get(f"/api/boards/{board}")
        said = await client.post(f"/api/boards/{board}/remarks", json={"asset": asset, "words": "x"})
        put = await client.post(f"/api/boards/{board}/items", json={"assets": [asset]})
        changed = await client.patch(f"/api/boards/{board}", json={"words": "x"})
        linked = await client.post(f"/api/boards/{board}/links", json={})
        assert changed.is_success == linked.is_success
        reached = [
            name
            for name, answer in (("sees", seen), ("says", said), ("adds", put), ("edits", changed))
            if answer.is_success
        ]
        listed = [each["id"] for each in (await client.get("/api/boards")).json()["items"]]
        assert (board in listed) == seen.is_success
        return reached[-1] if reached else "nothing"

    assert [await may(each) for each in (maker, admin, editor, viewer)] == ["edits", "edits", "sees", "sees"]
    await maker.patch(f"/api/boards/{board}", json={"everybody": "uploader"})
    assert [await may(each) for each in (editor, viewer)] == ["adds", "sees"], (
        "nobody may here what they may not in the team"
    )
    await maker.patch(f"/api/boards/{board}", json={"everybody": "nobody"})
    assert [await may(each) for each in (editor, viewer)] == ["nothing", "nothing"]
    await maker.put(f"/api/boards/{board}/people/{people['vera']}", json={"role": "commenter"})
    assert [await may(each) for each in (editor, viewer)] == ["nothing", "says"], (
        "who is named may what they are named for"
    )
    # A narrowed token may no more than it says, on a board as elsewhere.
    narrow = (await maker.post("/api/tokens", json={"name": "n", "scopes": ["library.read"]})).json()["token"]
    assert await may(idle.client(narrow)) == "sees"
    await maker.put(f"/api/boards/{board}/people/{people['vera']}", json={"role": None})
    assert await may(viewer) == "nothing"
    stranger = await idle.join("eve", "owner", team="Elsewhere")
    assert await may(stranger) == "nothing"
    eve = (await stranger.get("/api/me")).json()["user"]
    assert (await maker.put(f"/api/boards/{board}/people/{eve}", json={"role": "viewer"})).status_code == 404
    theirs = (await upload(stranger))["id"]
    assert (await maker.post(f"/api/boards/{board}/items", json={"assets": [theirs]})).status_code == 404


async def test_a_collection_is_shown_live(idle: House) -> None:
    owner = await idle.as_owner()
    one, two, three = [(await upload(owner))["id"] for _ in range(3)]
    async with idle.studio.db.work(idle.owner) as work:
        kept = Collection(id=uuid7(), team_id=idle.owner.team_id, user_id=idle.owner.user_id, name="All", position="a")
        work.session.add(kept)
        await work.session.flush()
        for asset, place in ((one, "b"), (two, "a")):
            work.session.add(CollectionAsset(collection_id=kept.id, asset_id=UUID(asset), position=place))
    board = await made(owner, collection=str(kept.id))
    assert await order(owner, board) == [two, one]
    async with idle.studio.db.work(idle.owner) as work:
        work.session.add(CollectionAsset(collection_id=kept.id, asset_id=UUID(three), position="ab"))
    assert await order(owner, board) == [two, three, one]
    told = (await owner.get(f"/api/boards/{board}")).json()
    assert (told["collection"], told["count"], told["covers"]) == (str(kept.id), 3, [two, three, one])
    assert (await owner.post(f"/api/boards/{board}/items", json={"assets": [one]})).status_code == 409
    assert (await owner.post(f"/api/boards/{board}/links", json={"role": "uploader"})).status_code == 409
    said = {"asset": three, "words": "Good"}
    assert (await owner.post(f"/api/boards/{board}/remarks", json=said)).status_code == 201
    assert [each["id"] for each in (await owner.get(f"/api/assets/{one}/reviews")).json()["boards"]] == [board]
    stranger = await idle.join("eve", "owner", team="Elsewhere")
    answer = await stranger.post("/api/boards", json={"title": "x", "collection": str(kept.id)})
    assert answer.status_code == 404
