"""Texts in the library; how two assets differ; a recipe by another; a film at a glance."""

import json
from typing import Any

import httpx2
import pytest

from gesso.imaging import picture
from tests.conftest import House, photo, upload
from tests.library.test_versions import made

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}
LETTER = "# A letter\n\nDear Ada, the Ärmelkanal is \u202ecalm\u202c.\n<script>alert(1)</script>\n"


async def found(client: httpx2.AsyncClient, **asked: str) -> list[str]:
    return [item["id"] for item in (await client.get("/api/assets", params=asked)).json()["items"]]


async def test_a_text_is_kept_found_shown_as_letters_and_never_as_a_program(house: House) -> None:
    client = await house.as_owner()
    text = await upload(client, LETTER.encode(), "Letter to Ada.md")
    assert (text["kind"], text["type"], text["title"]) == ("text", "text/markdown", "Letter to Ada")
    assert (text["facts"]["lines"], text["facts"]["words"]) == (4, 10)
    assert "\u202e" not in text["facts"]["head"]
    answer = await client.get(text["file"])
    assert answer.content == LETTER.encode()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert '.md"' in (await client.get(text["file"], params={"download": True})).headers["content-disposition"]
    thumbnail = await client.get(text["thumbnail"])
    assert (thumbnail.headers["content-type"], picture.inspect(thumbnail.content).width) == ("image/webp", 410)

    # Found by what is written in it, also when somebody has named and described it anew.
    assert await found(client, q="ärmelkanal calm") == await found(client, kind="text") == [text["id"]]
    await client.patch(f"/api/assets/{text['id']}", json={"title": "Post", "tags": ["mail"]})
    assert await found(client, q="ärmelkanal post mail") == [text["id"]]
    await client.patch(f"/api/assets/{text['id']}", json={"title": "Post again"})
    assert await found(client, q="ärmelkanal again mail") == [text["id"]]

    # By its name alone nothing becomes a text, and by its bytes alone neither.
    for data, name in (
        (LETTER.encode(), "photo.png"),
        (b"<!doctype html><script>alert(1)</script>", "a.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.md"),
        (b"%PDF-1.7\n", "a.txt"),
        (b"PK\3\4aaaa", "a.csv"),
        ("Grüße".encode("latin-1"), "a.txt"),
    ):
        refused = await client.post("/api/assets", files={"file": (name, data)})
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_media"), name
    picked = {"op": "image.upscale", "input": {"image": text["id"]}}
    assert (await client.post("/api/runs", json=picked)).status_code == 422

    # What a run has said is kept as one, once.
    image = await upload(client)
    body = {"op": "text.describe", "input": {"image": image["id"]}}
    run = (await client.post("/api/runs", json=body, headers=WAIT)).json()
    kept = await client.post(f"/api/runs/{run['id']}/text")
    twice = await client.post(f"/api/runs/{run['id']}/text")
    assert (kept.status_code, twice.status_code, twice.json()) == (201, 200, kept.json())
    assert (kept.json()["kind"], kept.json()["parents"]) == ("text", [image["id"]])
    assert run["answer"]["caption"] in (await client.get(kept.json()["file"])).text
    told = (await client.get(f"/api/assets/{kept.json()['id']}/lineage")).json()
    assert [(edge["parent"], edge["op"]) for edge in told["edges"]] == [(image["id"], "text.describe")]
    drawn = await made(client, "image.generate", prompt="a lake", width=256, height=256)
    assert (await client.post(f"/api/runs/{drawn['run']}/text")).status_code == 404


async def test_two_assets_are_held_against_each_other(house: House) -> None:
    client = await house.as_owner()
    body: dict[str, Any] = {"op": "image.generate", "input": {"prompt": "a red lake", "width": 256, "height": 256}}
    run = (await client.post("/api/runs", json=body, headers=WAIT)).json()
    other = await client.post(
        f"/api/runs/{run['id']}/rerun", json={"input": {"prompt": "a blue lake", "seed": 5}}, headers=WAIT
    )
    one, two = run["outputs"][0]["id"], other.json()["outputs"][0]["id"]
    told = (await client.get(f"/api/assets/{two}/changes", params={"against": one})).json()
    assert (told["before_known"], told["after_known"]) == (True, True)
    by = {item["name"]: (item["before"], item["after"]) for item in told["items"]}
    assert by["prompt"] == ("a red lake", "a blue lake")
    assert by["seed"][1] == 5
    assert "width" not in by
    assert told["same"] > 2
    photo_ = await upload(client)
    unknown = (await client.get(f"/api/assets/{two}/changes", params={"against": photo_["id"]})).json()
    assert (unknown["before_known"], unknown["items"]) == (False, [])

    heat = await client.get(f"/api/assets/{two}/difference", params={"against": one})
    facts = json.loads(heat.headers["gesso-facts"])
    assert (heat.headers["content-type"], facts["pixels"], facts["scaled"]) == ("image/png", 256 * 256, False)
    assert facts["changed"] > 0
    assert picture.inspect(heat.content).width == 256
    tag = {"If-None-Match": heat.headers["etag"]}
    assert (await client.get(f"/api/assets/{two}/difference", params={"against": one}, headers=tag)).status_code == 304
    same = await client.get(f"/api/assets/{one}/difference", params={"against": one})
    assert json.loads(same.headers["gesso-facts"])["changed"] == 0

    # Who else could make it, for how much, and what would be lost.
    offers = (await client.get(f"/api/runs/{run['id']}/elsewhere")).json()
    assert [each["own"] for each in offers].count(True) == 1
    assert all(each["price"] is not None or each["trouble"] for each in offers)
    own = next(each for each in offers if each["own"])
    assert (own["left"], own["trouble"], own["price"]) == ([], "", 0)
    left = await client.post(
        f"/api/runs/{run['id']}/rerun", json={"offer": own["offer"], "leave": ["width", "height"]}, headers=WAIT
    )
    assert (left.json()["state"], left.json()["rerun_of"]) == ("succeeded", run["id"])
    assert left.json()["input"]["width"] != 256

    film = await made(client, "video.from_image", image=one, seconds=1)
    strip = await client.get(f"/api/assets/{film['id']}/strip")
    again = await client.get(f"/api/assets/{film['id']}/strip")
    assert (strip.headers["content-type"], again.content) == ("image/webp", strip.content)
    assert (await client.get(f"/api/assets/{one}/strip")).status_code == 422
    assert (await client.get(f"/api/assets/{film['id']}/difference", params={"against": one})).status_code == 422

    stranger = await house.join("Ada", team="Elsewhere")
    theirs = await upload(stranger, photo(9, 9))
    for path in (
        f"/api/assets/{theirs['id']}/difference?against={one}",
        f"/api/assets/{theirs['id']}/changes?against={one}",
        f"/api/assets/{one}/changes?against={theirs['id']}",
        f"/api/assets/{film['id']}/strip",
        f"/api/runs/{run['id']}/elsewhere",
    ):
        assert (await stranger.get(path)).status_code == 404, path
