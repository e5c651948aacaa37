"""Hugging Face over a real connection: models that are named, each as who runs it takes it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError

from gesso.dev.fakes.huggingface import HuggingFace
from gesso.providers.huggingface import Settings
from tests.conftest import House, photo, upload
from tests.providers.orders import BROKEN, buyer

# What may go wrong with money in a database is tried on both in test_stability.py.
pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY = "hf_that_nobody_may_read"
WORDS = {"prompt": "a lighthouse", "width": 400, "height": 300, "seed": 5, "negative_prompt": "fog"}
ordered = buyer("huggingface")


def told(fake: HuggingFace, key: str = KEY) -> dict[str, Any]:
    models = "lights/painter, lights/fast@together,lights/fast@nscale"
    return {"key": key, "models": models, "editors": "lights/editor", "price": 2, "url": fake.url, "hub": fake.url}


@pytest.fixture
def hub() -> Iterator[HuggingFace]:
    with HuggingFace(KEY).running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, hub: HuggingFace) -> AsyncIterator[httpx2.AsyncClient]:
    """The owner's client of a studio that knows a key and models."""
    house.tell("huggingface", **told(hub))
    yield client
    assert hub.wrong == []


async def test_named_models_are_offered_and_bought_once(shop: httpx2.AsyncClient, hub: HuggingFace) -> None:
    image = (await upload(shop, photo(301, 203)))["id"]
    for model in ("lights/painter", "lights/fast@together", "lights/fast@nscale"):
        run = await ordered(shop, "image.generate", model, WORDS)
        assert (run["state"], run["error"], run["spent"]) == ("succeeded", None, 2_000), model
        assert (run["outputs"][0]["width"], run["outputs"][0]["height"]) == (400, 300)
    run = await ordered(shop, "image.edit", "lights/editor", {"image": image, "prompt": "make it blue"})
    assert (run["state"], run["outputs"][0]["width"], run["outputs"][0]["height"]) == ("succeeded", 301, 203)
    own, together, nscale, edited = hub.orders
    assert own.told == {"inputs": "a lighthouse", "width": 400, "height": 304, "negative_prompt": "fog", "seed": 5}
    assert (together.model, together.told["width"], nscale.told["size"]) == ("lights/FAST-turbo", 400, "400x304")
    assert "fog" in together.told["prompt"]
    assert edited.told["prompt"] == "make it blue"


async def test_money_is_paid_once_and_for_what_came(shop: httpx2.AsyncClient, hub: HuggingFace) -> None:
    async def tried(*ways: str, model: str = "lights/painter") -> list[dict[str, Any]]:
        """Orders side by side, one for each way."""
        hub.plan = list(ways)
        return list(await asyncio.gather(*(ordered(shop, "image.generate", model, WORDS) for _ in ways)))

    runs = await tried("402", "422")
    assert {(run["state"], run["spent"], run["error"]["code"]) for run in runs} == {("failed", 0, "refused")}
    messages = " ".join(run["error"]["message"] for run in runs)
    assert "too few credits" in messages
    assert "a reason of 422" in messages
    for model in ("lights/painter", "lights/fast@together"):
        for run in await tried("blank", "words", model=model):
            assert (run["state"], run["outputs"], run["spent"]) == ("failed", [], run["price"]), run
    hub.orders.clear()
    runs = await tried("429", "429 after", "loading", "slow")
    assert ([run["state"] for run in runs], len(hub.orders)) == (["succeeded"] * 4, 4)
    hub.looks = ["500", "cut after"]
    [run] = await tried("", model="lights/fast@together")
    assert (run["state"], len(hub.orders)) == ("succeeded", 5)
    hub.orders.clear()
    # What nobody can tell is never bought twice. Of the six ways, three are past the point where it was accepted.
    runs = await tried(*BROKEN)
    assert ({run["state"] for run in runs}, len(hub.orders)) == ({"unknown"}, 3)
    assert (await shop.get("/api/credits")).json()["reserved"] == sum(run["price"] for run in runs)


async def test_a_key_and_who_runs_what_are_checked_for_nothing(
    house: House, client: httpx2.AsyncClient, hub: HuggingFace, caplog: pytest.LogCaptureFixture
) -> None:
    async def checked(**more: Any) -> dict[str, Any]:
        house.tell("huggingface", **{**told(hub), **more})
        found: dict[str, Any] = (await client.post("/api/providers/huggingface/check")).json()
        return found

    assert (await checked())["message"] == "The key works. Whether the models are run shows when one is first used."
    assert (await checked(models="", editors=""))["message"] == "The key works. Name a model, and its offers appear."
    found = await checked(models="lights/unknown@nscale")
    assert (found["ok"], "nscale does not run lights/unknown" in found["message"]) == (False, True)
    run = await ordered(client, "image.generate", "lights/unknown@nscale", WORDS)
    assert (run["state"], run["spent"], run["error"]["code"]) == ("failed", 0, "refused")
    found = await checked(key="hf_wrong_and_secret")
    run = await ordered(client, "image.generate", "lights/painter", WORDS)
    assert "does not accept the key" in run["error"]["message"]
    assert "hf_wrong" not in json.dumps([run, found]) + caplog.text
    assert hub.orders == []
    for strange in ("../whoami", "a/..", "a/b@nobody", "a/b?c", "a/b/c"):
        with pytest.raises(ValidationError):
            Settings.model_validate({"key": KEY, "models": strange})
