"""The formats of platforms and a team's own, and where a picture is cut for them."""

from typing import Any

import httpx2
import pytest

from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

WALL = {
    "title": "Lobby wall",
    "width": 3000,
    "height": 1000,
    "types": ["png"],
    "max_bytes": 900_000,
    "safe": {"top": 0.1, "bottom": 0.2, "left": 0.0, "right": 0.0},
    "zones": [{"name": "clock", "x": 0.9, "y": 0, "width": 0.1, "height": 0.3}],
    "source": "the janitor",
    "as_of": "2026-01-02",
}


async def listed(client: httpx2.AsyncClient, words: str = "") -> dict[str, dict[str, object]]:
    answer = await client.get("/api/platforms", params={"q": words})
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for one in answer.json()["platforms"] for each in one["formats"]}


async def test_own_formats_stand_beside_those_of_the_platforms(idle: House) -> None:
    owner, editor = await idle.as_owner(), await idle.join("ed", "editor")
    stranger = await idle.join("eve", "owner", team="Elsewhere")
    every = await listed(owner)
    story = every["instagram.story"]
    assert (story["width"], story["height"], story["own"], story["max_bytes"]) == (1080, 1920, False, 30_000_000)
    assert story["safe"] == {"top": 0.25, "bottom": 0.15, "left": 0.1, "right": 0.1}
    assert every["mastodon.post"]["stale"] is True
    assert next(iter(await listed(owner, "twitter header"))) == "x.header"

    wall = (await editor.post("/api/formats", json=WALL)).json()
    assert wall == WALL | {
        "id": wall["id"],
        "platform": "own",
        "round": False,
        "kind": "feed",
        "caption": None,
        "alt_max": None,
        "note": "",
        "own": True,
        "stale": wall["stale"],
    }
    assert (await listed(owner))[wall["id"]] == wall
    assert next(iter(await listed(owner, "lobby"))) == wall["id"]
    assert wall["id"] not in await listed(stranger)
    path = f"/api/formats/{wall['id']}"
    changed = await owner.patch(path, json={"platform": "twitter", "max_bytes": None})
    assert (changed.json()["platform"], changed.json()["max_bytes"], changed.json()["width"]) == ("x", None, 3000)
    (x,) = [one for one in (await owner.get("/api/platforms")).json()["platforms"] if one["id"] == "x"]
    assert wall["id"] in [each["id"] for each in x["formats"]]
    for answer in (
        await stranger.patch(path, json={"width": 640}),
        await stranger.delete(path),
        await owner.patch("/api/formats/instagram.story", json={"width": 640}),
    ):
        assert answer.status_code == 404, answer.text
    for wrong, field in (
        ({"width": 9}, "width"),
        ({"types": ["bmp"]}, "body.types.0"),
        ({"types": []}, "types"),
        ({"platform": "xyzzy"}, "platform"),
        ({"safe": {"top": 0.6, "bottom": 0.5}}, "safe"),
        ({"title": " "}, "title"),
    ):
        answer = await owner.post("/api/formats", json=WALL | wrong)
        assert answer.status_code == 422, answer.text
        assert field.split(".")[-2 if "." in field else 0] in answer.text, answer.text

    file = (await owner.get("/api/formats/export")).json()
    assert [each["title"] for each in (await stranger.post("/api/formats/import", json=file)).json()] == ["Lobby wall"]
    assert (await stranger.post("/api/formats/import", json=file)).json() == []
    assert (await owner.delete(path)).status_code == 204
    assert wall["id"] not in await listed(owner)


async def test_where_a_picture_is_cut_is_told_in_whole_pixels(house: House) -> None:
    client = await house.as_owner()
    asset = await upload(client, photo(1500, 1000))
    wall = (await client.post("/api/formats", json=WALL)).json()
    path = f"/api/assets/{asset['id']}/crops"
    order = {"formats": ["instagram.feed_square", "twitter.header", wall["id"], "x.header"], "crop": "centre"}
    told = (await client.post(path, json=order)).json()
    assert [each["format"] for each in told["crops"]] == ["instagram.feed_square", "x.header", wall["id"]]
    square, header, own = told["crops"]
    assert square == {
        "format": "instagram.feed_square",
        "box": [250 / 1500, 0, 1000 / 1500, 1],
        "pixels": [250, 0, 1000, 1000],
        "enlarged": 1.08,
        "left_out": 0,
    }
    assert header["pixels"] == [0, 250, 1500, 500]
    assert (header["enlarged"], own["enlarged"]) == (1, 2)

    by_hand = {
        "formats": ["instagram.feed_square", "x.header", "instagram.story"],
        "focal": [0.9, 0.5],
        "overrides": {"twitter.header": {"box": [0.1, 0.2, 0.5, 0.25]}, "instagram.story": {"crop": "fit"}},
    }
    told = (await client.post(path, json=by_hand)).json()
    assert [each["pixels"] for each in told["crops"]] == [[500, 0, 1000, 1000], [150, 200, 750, 250], None]
    # What is said of one of them goes before what was said of all.
    by_hand["overrides"] = {"instagram.feed_square": {"crop": "centre"}, "x.header": {"crop": "fit", "focal": [0, 0]}}
    told = (await client.post(path, json=by_hand)).json()
    assert [each["pixels"] for each in told["crops"][:2]] == [[250, 0, 1000, 1000], None]
    smart = (await client.post(path, json={"formats": ["instagram.feed_square"]})).json()
    assert smart == (await client.post(path, json={"formats": ["instagram.feed_square"]})).json()
    wrongs: list[dict[str, Any]] = [
        {"formats": ["instagram.xyzzy"]},
        {"formats": []},
        {"formats": ["x.post"], "focal": [1.1, 0]},
        {"formats": ["x.post"], "overrides": {"x.post": {"box": [0.6, 0, 0.5, 0.5]}}},
    ]
    for wrong in wrongs:
        answer = await client.post(path, json=wrong)
        assert answer.status_code == 422, (wrong, answer.text)
    unknown = await client.post(path, json={"formats": ["instagram.xyzzy"]})
    assert unknown.json()["fields"][0]["field"] == "formats"
