"""Words without a key: they keep on the run, say what they cannot, and a picture takes them over."""

from typing import Any

import httpx2
import pytest

from tests.conftest import House, upload
from tests.providers.orders import WAIT

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


async def asked(client: httpx2.AsyncClient, op: str, key: str | None = None, **input: Any) -> dict[str, Any]:
    headers = WAIT if key is None else {**WAIT, "Idempotency-Key": key}
    answer = await client.post("/api/runs", json={"op": op, "input": input}, headers=headers)
    assert answer.status_code in (200, 202), answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_words_without_a_key(house: House, client: httpx2.AsyncClient) -> None:
    run = await asked(client, "text.enhance", "once", prompt="a lighthouse at dusk", seed=7)
    assert (run["state"], run["offer"], run["price"], run["outputs"]) == ("succeeded", "local/rules", 0, [])
    assert run["answer"]["prompt"].startswith("a lighthouse at dusk, ")
    assert (await asked(client, "text.enhance", "once", prompt="a lighthouse at dusk", seed=7))["id"] == run["id"]
    again = (await client.post(f"/api/runs/{run['id']}/rerun", headers=WAIT)).json()
    assert (again["answer"], again["rerun_of"]) == (run["answer"], run["id"])
    listed = (await client.get("/api/runs", params={"op": "text.enhance"})).json()["items"]
    assert [each["answer"] for each in listed] == [run["answer"]] * 2
    foreign = await asked(client, "text.enhance", prompt="un château au bord de la mer")
    assert (foreign["state"], foreign["answer"]) == ("failed", None)
    assert "English and in German" in foreign["error"]["message"]
    full = await asked(
        client, "text.enhance", prompt="watercolour fox, soft light, close-up, calm, red, detailed, white paper left"
    )
    assert full["state"] == "succeeded"


async def test_what_a_prompt_is_worth_is_answered_by_rules_as_it_is_while_one_writes(
    client: httpx2.AsyncClient,
) -> None:
    written = {"prompt": "a {fox|owl} at night, no people", "negative_prompt": "fog"}
    at_once = (await client.post("/api/prompts/score", json=written)).json()
    run = await asked(client, "text.weigh", **written)
    assert (run["state"], run["offer"], run["price"]) == ("succeeded", "local/rules", 0)
    assert {name: run["answer"][name] for name in ("score", "reasons")} == at_once
    assert 3 <= len(run["answer"]["suggestions"]) <= 6
    assert not any(each in written["prompt"] for each in run["answer"]["suggestions"])
    mends = [each["mend"]["prompt"] for each in run["answer"]["reasons"] if each["mend"]]
    assert mends
    assert all(mend.startswith(written["prompt"]) for mend in mends)
    german = await asked(client, "text.weigh", prompt="eine Straße", language="de")
    assert german["notes"] == ["Rules give their reasons in English."]


async def test_a_translation_says_before_and_after_what_it_does_not_know(client: httpx2.AsyncClient) -> None:
    given = {"op": "text.translate", "input": {"prompt": "ein Mops am Strand"}}
    assert (await client.post("/api/runs/estimate", json=given)).json()["ignored"] == ["Mops"]
    run = await asked(client, "text.translate", prompt="ein Mops am Strand")
    assert run["answer"] == {"prompt": "a Mops on the beach", "from": "de"}
    assert run["notes"] == ["Not in the lexicon, and left as they are: Mops."]
    english = await asked(client, "text.translate", prompt="a pug on the beach")
    assert english["answer"] == {"prompt": "a pug on the beach", "from": "en"}
    french = await asked(client, "text.translate", prompt="une maison dans la forêt")
    assert "knows German only" in french["error"]["message"]
    refused = await client.post(
        "/api/runs", json={"op": "text.translate", "input": {"prompt": "a pug", "to": "fr"}}, headers=WAIT
    )
    assert refused.status_code == 422, "nobody here speaks French"


async def test_a_picture_takes_its_description_over_and_is_found_by_it(client: httpx2.AsyncClient) -> None:
    image = (await upload(client))["id"]
    run = await asked(client, "text.describe", image=image)
    said = run["answer"]
    assert said["alt"].startswith(said["caption"])
    assert any("facts alone" in note for note in run["notes"])
    assert (await client.get(f"/api/assets/{image}")).json()["facts"].get("described") is None, "nobody accepted it yet"
    kept = (await client.patch(f"/api/assets/{image}", json={**said, "tags": ["Rote Scheibe", "disc", "disc"]})).json()
    assert kept["facts"]["described"] == {
        "caption": said["caption"],
        "alt": said["alt"],
    }
    assert kept["tags"] == ["disc", "Rote Scheibe"]
    assert [each["id"] for each in (await client.get("/api/assets", params={"q": "rote disc"})).json()["items"]] == [
        image
    ]
    # A new title does not lose the words, and what is emptied goes.
    await client.patch(f"/api/assets/{image}", json={"title": "A sign"})
    assert (await client.get("/api/assets", params={"q": "sign scheibe"})).json()["items"]
    less = (await client.patch(f"/api/assets/{image}", json={"tags": [], "alt": ""})).json()
    assert less["facts"]["described"] == {"caption": said["caption"]}
    assert less["facts"]["caption"], "what the intake saw is another fact"
    assert (await client.get("/api/assets", params={"q": "scheibe"})).json()["items"] == []
    assert (await client.patch(f"/api/assets/{image}", json={"tags": ["x" * 61]})).status_code == 422
