"""What programs say of pictures: kept apart, looked at, kept or rejected, and never in a person's place."""

from typing import Any

import httpx2
import pytest

from gesso.library import synonyms
from tests.conftest import House, photo, upload
from tests.library.test_looks import file, over, scene

pytestmark = pytest.mark.anyio


async def proposed(client: httpx2.AsyncClient, asset: str) -> dict[str, Any]:
    """Its tags, and its texts by their field."""
    answer = await client.get("/api/tagging/proposals", params={"asset": asset})
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    if not items:
        return {"tags": [], "texts": {}}
    assert len(items) == 1
    texts = {each["field"]: each["text"] for each in items[0]["texts"]}
    return {"tags": [each["tag"] for each in items[0]["tags"]], "texts": texts}


async def test_what_comes_in_is_tagged_with_proposals_that_a_person_decides_on(idle: House) -> None:
    client = await idle.as_owner()
    asset = (await upload(client, file(scene()), "meadow.png"))["id"]
    url = f"/api/assets/{asset}"
    assert (await client.get(url)).json()["tags"] == [], "a proposal is no tag"
    first = await proposed(client, asset)
    assert first["texts"] == {}
    assert {"blue", "green", "wide"} <= set(first["tags"])
    assert (await client.get("/api/assets", params={"q": "wide"})).json()["items"] == []
    assert (await client.get("/api/tagging")).json()["pending"] == len(first["tags"])

    # One is kept, one is rejected, and taken back.
    one = {"ids": [asset], "tags": ["blue"]}
    kept = (await client.post("/api/tagging/decide", json=one | {"state": "kept"})).json()
    assert kept == {"tags": {asset: ["blue"]}, "fields": {}}
    assert (await client.get(url)).json()["tags"] == ["blue"]
    rejected = await client.post("/api/tagging/decide", json={"ids": [asset], "tags": ["wide"], "state": "rejected"})
    assert rejected.json()["tags"] == {asset: ["wide"]}
    assert set((await proposed(client, asset))["tags"]) == set(first["tags"]) - {"blue", "wide"}
    assert (await client.post("/api/tagging/undo", json=kept)).json()["tags"] == {asset: ["blue"]}
    assert (await client.get(url)).json()["tags"] == []

    # A person's own words stay, whatever a program says; what was rejected is not proposed again.
    await client.patch(url, json={"caption": "My meadow", "tags": ["Green"]})
    other = (await upload(client, photo(), "disc.png"))["id"]
    ask: dict[str, Any] = {"select": {"all": {}}}
    assert (await client.post("/api/tagging/estimate", json=ask)).json() | {"price": 0, "count": 2} == (
        await client.post("/api/tagging/estimate", json=ask)
    ).json()
    begun = await client.post("/api/tagging/chores", json=ask)
    assert begun.status_code == 202, begun.text
    await idle.work()
    chore = await over(client, f"/api/chores/{begun.json()['id']}")
    assert (chore["state"], chore["done"], chore["failed"]) == ("succeeded", 2, 0)
    mine = await proposed(client, asset)
    assert "wide" not in mine["tags"]
    assert list(mine["texts"]) == ["alt"], "it has a caption already"
    assert list((await proposed(client, other))["texts"]) == ["caption", "alt"]

    every = (await client.post("/api/tagging/decide", json={"state": "kept"})).json()
    assert set(every["fields"]) == {asset, other}
    seen = (await client.get(url)).json()
    assert seen["facts"]["described"] | {"caption": "My meadow", "by": {"alt": "rule"}} == seen["facts"]["described"]
    assert {"Green", "blue"} <= set(seen["tags"])
    assert (await client.get("/api/tagging")).json()["pending"] == 0
    found = (await client.get("/api/assets", params={"q": "picture mostly grey"})).json()["items"]
    assert [item["id"] for item in found] == [other], "what was kept is found by"
    await client.post("/api/tagging/undo", json=every)
    seen = (await client.get(url)).json()
    assert seen["facts"]["described"] == {"caption": "My meadow"}
    assert seen["tags"] == ["Green"]
    assert (await client.get("/api/assets", params={"q": "picture mostly grey"})).json()["items"] == []

    # A model's, each bought as a run of its own.
    order = {"select": {"ids": [other]}, "offer": "local/facts", "language": "de", "accept": True}
    bought = await client.post("/api/tagging/chores", json=order, headers={"Idempotency-Key": "once"})
    assert bought.status_code == 202, bought.text
    assert (await over(client, f"/api/chores/{bought.json()['id']}"))["state"] == "succeeded"
    told = (await client.get(f"/api/assets/{other}")).json()
    assert "Querformat" in told["tags"]
    runs = (await client.get("/api/runs", params={"op": "text.describe"})).json()["items"]
    assert [(run["state"], run["spent"]) for run in runs] == [("succeeded", 0)]

    # By other words for the same, in either language.
    await client.patch(url, json={"caption": "Waves of the ocean"})
    for word in ("Meer", "sea", "OZEAN"):
        items = (await client.get("/api/assets", params={"meaning": word})).json()["items"]
        assert [item["id"] for item in items] == [asset], word
    assert (await client.get("/api/assets", params={"meaning": "mountain"})).json()["items"] == []

    assert (await client.put("/api/tagging", json={"mode": "accept", "language": "de"})).json()["mode"] == "accept"
    at_once = (await upload(client, file(scene("#0b1030", "#101418", 300)), "night.png"))["id"]
    assert "Querformat" in (await client.get(f"/api/assets/{at_once}")).json()["tags"]
    await client.put("/api/tagging", json={"mode": "off"})
    plain = (await upload(client, file(scene("#c04a90", "#402f7d", 200)), "plain.png"))["id"]
    assert await proposed(client, plain) == {"tags": [], "texts": {}}

    stranger = await idle.join("Eve", team="Elsewhere")
    assert (await stranger.get("/api/tagging/proposals")).json()["items"] == []
    assert (await stranger.post("/api/tagging/decide", json=one | {"state": "kept"})).status_code == 404
    assert (await stranger.post("/api/tagging/undo", json=kept)).status_code == 404
    assert (await stranger.post("/api/tagging/chores", json={"select": {"ids": [asset]}})).status_code == 422


def test_the_dictionary_has_both_languages_and_names_what_a_prompt_is_about() -> None:
    assert synonyms.concepts("ein alter Leuchtturm am Ozean, science fiction", "en") == [
        "science fiction",
        "lighthouse",
        "sea",
    ]
    assert synonyms.concepts("A dog <script>", "de") == ["Hund"]
    assert set(synonyms.kin("ocean")) >= {"ocean", "sea", "meer"}
    assert synonyms.kin("zzz") == ("zzz",)


async def test_an_alternative_text_that_a_program_proposed_is_no_persons_when_it_is_exported(house: House) -> None:
    client = await house.as_owner()
    asset = (await upload(client, photo(320, 240), "disc.png"))["id"]
    order = {"op": "text.describe", "input": {"image": asset}}
    run = (await client.post("/api/runs", json=order, headers={"Prefer": "wait=50"})).json()
    alt = run["answer"]["alt"]
    for words, by in ((alt, "rule"), (f"{alt} Really.", "person")):
        social = {"image": asset, "formats": ["linkedin.feed_square"], "smaller": True, "alt_text": words}
        made = {"op": "image.social", "input": social}
        answer = await client.post("/api/runs", json=made, headers={"Prefer": "wait=50"})
        assert answer.status_code in (200, 202), answer.text
        assert answer.json()["outputs"][0]["facts"]["sealed"]["alt_by"] == by
