"""What a team has of its own: kept, changed, liked, handed on; and what becomes of it in a run."""

from typing import Any

import httpx2
import pytest

from tests.conftest import House

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}
MUD = {"title": "Mud", "text": "painted with mud on bark", "negative": "blue", "base": "charcoal"}
CARD = {"title": "Our card", "prompt": "a {thing:boat} at sea", "width": 320, "height": 200, "style": "oil-painting"}
SMALL = {"prompt": "a lake", "width": 256, "height": 256, "quality": "draft", "seed": 3}


async def made(client: httpx2.AsyncClient, **input: Any) -> dict[str, Any]:
    answer = await client.post("/api/runs", json={"op": "image.generate", "input": {**SMALL, **input}}, headers=WAIT)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert found["state"] == "succeeded", found
    return found


async def test_a_style_of_ones_own_is_worn_and_a_recipe_keeps_what_it_said(house: House) -> None:
    client = await house.as_owner()
    style = (await client.post("/api/styles", json=MUD)).json()
    assert (style["own"], style["group"], style["picture"]) == (True, "own", "/styles/charcoal.webp")
    run = await made(client, style=style["id"])
    assert run["input"]["own_style"] == {"id": style["id"], **MUD}
    plain = await made(client, style="charcoal")
    assert run["outputs"][0]["sha256"] == plain["outputs"][0]["sha256"]

    order = {"op": "image.generate", "input": {**SMALL, "style": style["id"]}}
    assert (await client.post("/api/runs/estimate", json=order)).json()["style"] == "near"
    changed = await client.patch(f"/api/styles/{style['id']}", json={"base": "mosaic"})
    assert (changed.json()["base"], changed.json()["text"]) == ("mosaic", MUD["text"])
    other = await made(client, style=style["id"])
    assert other["outputs"][0]["sha256"] != plain["outputs"][0]["sha256"]

    assert (await client.delete(f"/api/styles/{style['id']}")).status_code == 204
    again = (await client.post(f"/api/runs/{run['id']}/rerun", json={}, headers=WAIT)).json()
    assert again["outputs"][0]["sha256"] == plain["outputs"][0]["sha256"]
    bare = (await client.post(f"/api/runs/{run['id']}/rerun", json={"input": {"style": "oil"}}, headers=WAIT)).json()
    assert (bare["input"]["style"], bare["input"]["own_style"]) == ("oil", None)
    gone = await client.post("/api/runs", json=order)
    assert (gone.status_code, gone.json()["fields"][0]["field"]) == (422, "style")
    assert "no longer there" in gone.json()["detail"]


async def test_a_style_that_nobody_knows_is_said_with_those_that_may_be_meant(idle: House) -> None:
    client = await idle.as_owner()
    for style, hint in (("watercolor", "did you mean watercolour?"), ("xyzzy", "the list of styles has them all")):
        answer = await client.post("/api/runs", json={"op": "image.generate", "input": {**SMALL, "style": style}})
        assert answer.status_code == 422
        assert answer.json()["fields"][0]["field"] == "style"
        assert hint in answer.json()["detail"]
    forged = {"id": "own:x", "title": "x", "text": "x"}
    answer = await client.post(
        "/api/runs", json={"op": "image.generate", "input": {**SMALL, "style": "oil", "own_style": forged}}
    )
    assert answer.json()["input"]["own_style"] is None


async def test_own_ones_are_the_teams_and_likings_are_each_persons(idle: House) -> None:
    owner, editor = await idle.as_owner(), await idle.join("ed", "editor")
    stranger = await idle.join("eve", "owner", team="Elsewhere")
    ours = (await owner.post("/api/templates", json=CARD | {"style": "oil"})).json()
    assert [each["id"] for each in (await editor.get("/api/templates")).json() if each["own"]] == [ours["id"]]
    assert [each for each in (await stranger.get("/api/templates")).json() if each["own"]] == []
    path = f"/api/templates/{ours['id']}"
    for answer in (
        await stranger.patch(path, json={"title": "mine now"}),
        await stranger.delete(path),
        await stranger.put(f"{path}/favorite", json={"favorite": True}),
        await owner.patch(f"/api/styles/{ours['id']}", json={"title": "of another kind"}),
        await owner.patch("/api/templates/facebook_feed", json={"title": "ready-made"}),
        await owner.put("/api/styles/xyzzy/favorite", json={"favorite": True}),
    ):
        assert answer.status_code == 404, answer.text
    for name in (ours["id"], "facebook_feed", "facebook-feed"):
        for _ in range(2):
            assert (await editor.put(f"/api/templates/{name}/favorite", json={"favorite": True})).status_code == 204
    liked = [each["id"] for each in (await editor.get("/api/templates")).json() if each["favorite"]]
    assert sorted(liked) == sorted([ours["id"], "facebook_feed"])
    assert not any(each["favorite"] for each in (await owner.get("/api/templates")).json())
    await editor.put("/api/templates/facebook_feed/favorite", json={"favorite": False})
    assert (await owner.delete(path)).status_code == 204
    assert not any(each["favorite"] for each in (await editor.get("/api/templates")).json())


async def test_own_ones_are_found_and_what_does_not_fit_is_said(idle: House) -> None:
    client = await idle.as_owner()
    ours = (await client.post("/api/templates", json=CARD | {"style": "oil", "platform": "Intranet"})).json()
    assert ours["variables"] == [{"name": "thing", "title": "Thing", "usual": "boat"}]
    for query in ("?q=our crad", "?q=intranet", "/recommend?text=something for the intranet"):
        assert (await client.get(f"/api/templates{query}")).json()[0]["id"] == ours["id"], query
    found = (await client.get("/api/templates/recommend", params={"text": "story on instagram"})).json()
    assert found[0]["id"] == "instagram_story"
    assert {"kind": "platform", "value": "Instagram"} in found[0]["why"]
    assert (await client.get("/api/styles?q=aquarell")).json()[0]["id"] == "watercolour"
    for wrong, field in (
        ({"title": " \u0000 "}, "title"),
        ({"style": "xyzzy"}, "style"),
        ({"width": 9}, "width"),
        ({"quality": "divine"}, "quality"),
    ):
        answer = await client.post("/api/templates", json=CARD | {"style": "oil"} | wrong)
        assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, field), wrong
    answer = await client.post("/api/styles", json=MUD | {"base": "xyzzy"})
    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, "base")


@pytest.mark.row("C2", at=["GET /api/templates/export", "POST /api/templates/import"])
async def test_what_one_studio_hands_on_another_takes_in_once(idle: House) -> None:
    owner, stranger = await idle.as_owner(), await idle.join("eve", "owner", team="Elsewhere")
    for kind, body in (("styles", MUD), ("templates", CARD | {"style": "oil"})):
        kept = (await owner.post(f"/api/{kind}", json=body)).json()
        file = (await owner.get(f"/api/{kind}/export")).json()
        assert (file["gesso"], file["format"], len(file["items"])) == (kind, 1, 1)
        taken = await stranger.post(f"/api/{kind}/import", json=file)
        assert taken.status_code == 201
        assert [each["title"] for each in taken.json()] == [body["title"]]
        assert taken.json()[0]["id"] != kept["id"]
        assert (await stranger.get(f"/api/{kind}/export")).json() == file
        assert (await stranger.post(f"/api/{kind}/import", json=file)).json() == []
        broken = file | {"items": [*file["items"], {"title": "no body"}]}
        answer = await stranger.post(f"/api/{kind}/import", json=broken)
        assert (answer.status_code, "Number 2 of the file" in answer.json()["detail"]) == (422, True)
        assert (await stranger.get(f"/api/{kind}/export")).json() == file
        for strange in (file | {"format": 2}, file | {"gesso": "recipes"}):
            assert (await stranger.post(f"/api/{kind}/import", json=strange)).status_code == 422
