"""Prompts: resolved before anything is bought, remembered, ranked by what became of them, and gone on with."""

from typing import Any

import httpx2
import pytest

from gesso.ops import OPERATIONS, wildcards
from tests.conftest import House, photo, upload
from tests.providers.orders import marks

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SMALL = {"width": 256, "height": 256, "quality": "draft"}


async def made(client: httpx2.AsyncClient, prompt: str, **input: Any) -> dict[str, Any]:
    order = {"op": "image.generate", "input": {**SMALL, "prompt": prompt, **input}}
    answer = await client.post("/api/runs", json=order, headers={"Prefer": "wait=60"})
    assert answer.status_code == 200, answer.text
    run: dict[str, Any] = answer.json()
    assert run["state"] == "succeeded", run
    return run


async def listed(client: httpx2.AsyncClient, **query: Any) -> list[str]:
    return [each["prompt"] for each in (await client.get("/api/prompts", params=query)).json()["items"]]


@pytest.mark.row("C6", at=["POST /api/prompts/resolve", "PUT /api/prompts/lists/{name}"])
async def test_a_prompt_is_resolved_once_and_remembered_as_it_was_written(
    house: House, client: httpx2.AsyncClient
) -> None:
    written = "a {red|blue} __boat__ at {when:dusk}"
    assert (await client.put("/api/prompts/lists/boat", json={"entries": [" dinghy", "dinghy"]})).json() == {
        "name": "boat",
        "entries": ["dinghy"],
        "own": True,
    }
    shown = (await client.post("/api/prompts/resolve", json={"prompt": written, "count": 2, "roll": 4})).json()
    assert {each["prompt"] for each in shown["items"]} == {"a red dinghy at dusk", "a blue dinghy at dusk"}
    assert (shown["open"], shown["wild"], shown["faults"]) == (True, True, [])
    assert shown["variables"] == [{"name": "when", "kind": "text", "default": "dusk", "options": []}]
    roll = shown["items"][0]["roll"]
    run = await made(client, written, roll=roll, seed=1)
    assert run["input"]["prompt"] == shown["items"][0]["prompt"]
    assert (run["input"]["wording"], run["input"]["roll"], run["title"]) == (written, roll, run["input"]["prompt"])
    assert (await client.get("/api/assets", params={"q": "dinghy"})).json()["items"][0]["run"] == run["id"]
    again = (await client.post(f"/api/runs/{run['id']}/rerun", headers={"Prefer": "wait=60"})).json()
    assert (again["input"], again["outputs"][0]["sha256"]) == (run["input"], run["outputs"][0]["sha256"])
    # Gone from the list, the word is kept by the run; and without its list a name stays as it stands.
    assert (await client.delete("/api/prompts/lists/boat")).status_code == 204
    assert (await client.delete("/api/prompts/lists/boat")).status_code == 404
    (one,) = (await client.get("/api/prompts")).json()["items"]
    assert (one["prompt"], one["said"], one["times"], one["made"]) == (written, run["input"]["prompt"], 2, 2)
    assert one["pictures"] == [again["outputs"][0]["id"], run["outputs"][0]["id"]]
    kept = (await client.post(f"/api/runs/{run['id']}/rerun", headers={"Prefer": "wait=60"})).json()["input"]
    assert kept == run["input"], "though its list is gone"
    other = {"input": {"prompt": "a {tin} boat", "variables": {"tin": "tin"}}}
    run = (await client.post(f"/api/runs/{run['id']}/rerun", json=other, headers={"Prefer": "wait=60"})).json()
    assert (run["input"]["prompt"], run["input"]["wording"]) == ("a tin boat", "a {tin} boat")
    # What has no value is told before anything is bought.
    for path in ("/api/runs", "/api/runs/estimate"):
        refused = await client.post(path, json={"op": "image.generate", "input": {**SMALL, "prompt": "a {hero}"}})
        assert refused.status_code == 422
        assert "hero" in refused.json()["fields"][0]["message"]
    film = {"op": "video.from_text", "input": {"prompt": "a {lake|lake}", "variables": {"x": "y"}}}
    assert (await client.post("/api/runs/estimate", json=film)).status_code == 200


@pytest.mark.row("C6", at=["GET /api/prompts", "GET /api/prompts/suggest", "GET /api/prompts/context"])
async def test_what_worked_is_learnt_from_favourites_and_ratings_and_can_be_forgotten(
    house: House, client: httpx2.AsyncClient
) -> None:
    prompts = ["a lake, golden haze", "a hill, golden haze", "a barn", "a lone cow"]
    runs = {prompt: await made(client, prompt, count=2) for prompt in prompts}
    assert await listed(client) == prompts[::-1]
    assert await listed(client, q="GOLDEN lake") == [prompts[0]]
    first = (await client.get("/api/prompts", params={"limit": 2})).json()
    second = (await client.get("/api/prompts", params={"limit": 2, "after": first["next"]})).json()
    assert [each["prompt"] for each in first["items"] + second["items"]] == prompts[::-1]
    assert second["next"] is None

    async def change(prompt: str, number: int, **what: Any) -> dict[str, Any]:
        asset = runs[prompt]["outputs"][number]["id"]
        answer = await client.patch(f"/api/assets/{asset}", json=what)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    assert (await change(prompts[0], 0, rating=5))["rating"] == 5
    await change(prompts[0], 1, rating=4)
    await change(prompts[1], 0, favorite=True)
    await change(prompts[2], 0, rating=1)
    await client.delete(f"/api/assets/{runs[prompts[2]]['outputs'][1]['id']}")
    assert await listed(client, sort="worked") == [prompts[0], prompts[1], prompts[3], prompts[2]]
    best = (await client.get("/api/prompts", params={"sort": "worked"})).json()["items"]
    assert [each["rating"] for each in best] == [4.5, None, None, 1.0]
    assert 0.4 < best[0]["worth"] < 0.7, "two pictures are not yet certainty"
    assert (best[1]["favorites"], best[3]["made"], len(best[3]["pictures"])) == (1, 2, 1)
    for wrong in (6, -1):
        asset = runs[prompts[0]]["outputs"][0]["id"]
        assert (await client.patch(f"/api/assets/{asset}", json={"rating": wrong})).status_code == 422
    assert (await change(prompts[2], 0, rating=0))["rating"] is None

    picture = (await upload(client, photo(300, 200)))["id"]
    context = (await client.get("/api/prompts/context", params={"asset": picture})).json()
    assert context["use"] == ["golden haze"], "both that worked have it"
    assert context["earlier"][0] == prompts[0]
    assert all(colour.startswith("#") for colour in context["palette"])
    assert context["palette"]
    around = {"op": "text.enhance", "input": {"prompt": "a fox", "seed": 1, "context": context}}
    said = (await client.post("/api/runs", json=around, headers={"Prefer": "wait=30"})).json()["answer"]["prompt"]
    assert said.startswith("a fox, golden haze, a palette of ")

    typed = (await client.get("/api/prompts/suggest", params={"text": "a fox, gol"})).json()
    assert typed["start"] == 7
    assert typed["items"][0] == {"text": "golden haze", "kind": "yours"}
    assert {"text": "golden hour", "kind": "phrase"} in typed["items"]

    assert (await client.post("/api/prompts/reset")).status_code == 200
    assert await listed(client, sort="worked") == prompts[::-1], "all are worth the same now"
    assert (await client.delete("/api/prompts/reset")).status_code == 204
    assert (await listed(client, sort="worked"))[0] == prompts[0], "nothing was lost"
    assert (await client.post("/api/prompts/reset")).status_code == 200
    other = await house.join("vera", "editor")
    assert (await listed(other, sort="worked"))[0] == prompts[0], "for others nothing was forgotten"
    assert await listed(other, mine=True) == []


@pytest.mark.row("C6", at="POST /api/prompts/score")
async def test_a_score_says_why_and_a_mend_puts_it_right(client: httpx2.AsyncClient) -> None:
    async def weighed(prompt: str, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = (await client.post("/api/prompts/score", json={"prompt": prompt, **more})).json()
        return told

    poor = await weighed("a street at night, no people")
    (negation,) = [each for each in poor["reasons"] if each["code"] == "negation"]
    assert negation["mend"] == {"prompt": "a street at night", "negative_prompt": "people"}
    prompt = poor
    for _ in range(8):
        mend = next((each["mend"] for each in prompt["reasons"] if each["mend"]), None)
        if mend is None:
            break
        better = await weighed(**mend)
        assert better["score"] > prompt["score"]
        prompt = better
    assert prompt["score"] > 80
    # Of a prompt with wildcards nothing is taken out, and what is added goes to the end of what was written.
    wild = await weighed("a {fox|owl}, no people")
    mends = [each["mend"] for each in wild["reasons"] if each["mend"]]
    assert mends
    assert all(mend["prompt"].startswith("a {fox|owl}, no people, ") for mend in mends)


@pytest.mark.row("C6", "E2", "U4", at=["POST /api/runs", "POST /api/image-studio/edit/process"])
async def test_every_prompt_is_drawn_by_its_seed_wherever_it_stands(house: House, client: httpx2.AsyncClient) -> None:
    picture, mask = photo(96, 96), marks(96, 96)
    assets = {"asset": (await upload(client, picture))["id"], "mask": (await upload(client, mask, "mask.png"))["id"]}
    prompted = [
        kind
        for kind in OPERATIONS.values()
        if "prompt" in kind.model_fields and kind.capability != "words" and not kind.brought
    ]
    assert len(prompted) >= 13
    for kind in prompted:
        written = "a {red|blue|green} {thing:hat}"
        input = {**kind.told(assets), "prompt": written, "seed": 5, "variables": {"thing": "boat"}}
        input |= {"background": None} if kind.op == "image.relight" else {}
        refused = await client.post("/api/runs/estimate", json={"op": kind.op, "input": input | {"prompt": "a {hero}"}})
        assert (refused.status_code, refused.json()["fields"][0]["field"]) == (422, "prompt"), kind.op
        if "negative_prompt" in kind.model_fields:
            input["negative_prompt"] = "{fog|rain} {thing}"
        run = (await client.post("/api/runs", json={"op": kind.op, "input": input})).json()
        await client.post(f"/api/runs/{run['id']}/cancel")
        drawn = wildcards.resolved(written, 5, values={"thing": "boat"})
        assert (run["input"]["prompt"], run["input"]["wording"], run["input"]["roll"]) == (drawn.text, written, 5)
        if "negative_prompt" in kind.model_fields:
            assert run["input"]["negative_prompt"] in ("fog boat", "rain boat"), kind.op
            assert run["input"]["negative_wording"] == "{fog|rain} {thing}"
    # Through the route of another name, to its end; and what was drawn is what is found again.
    wanted = {"operation": "inpaint", "image": assets["asset"], "mask": assets["mask"], "prompt": "a {tall|tiny} hat"}
    answer = await client.post("/api/image-studio/edit/process", json=wanted, headers={"Prefer": "wait=60"})
    run = answer.json()
    assert (run["state"], run["input"]["wording"]) == ("succeeded", "a {tall|tiny} hat"), run
    assert run["input"]["prompt"] in ("a tall hat", "a tiny hat")
    again = (await client.post(f"/api/runs/{run['id']}/rerun", headers={"Prefer": "wait=60"})).json()
    assert (again["input"], again["outputs"][0]["sha256"]) == (run["input"], run["outputs"][0]["sha256"])
    other = (await client.post(f"/api/runs/{run['id']}/rerun", json={"input": {"prompt": "a pale hat"}})).json()
    assert (other["input"]["prompt"], other["input"]["wording"]) == ("a pale hat", None)
