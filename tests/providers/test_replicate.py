"""Replicate over a real connection, against a server that checks every request by the schema of its model."""

import asyncio
import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.dev.fakes.replicate import MODELS, Replicate
from gesso.imaging import picture
from gesso.providers.replicate import provider
from tests.conftest import House, photo, upload
from tests.providers.orders import BROKEN, buyer, marks, noise

# What may go wrong with money in a database is tried on both in test_stability.py.
pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY = "r8_that_nobody_may_read"
WORDS = {"prompt": "a lighthouse at dusk", "width": 128, "height": 128}
ordered = buyer("replicate")


@pytest.fixture
def replicate() -> Iterator[Replicate]:
    with Replicate(KEY).running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, replicate: Replicate) -> AsyncIterator[httpx2.AsyncClient]:
    """The owner's client of a studio that knows a key."""
    house.tell("replicate", key=KEY, url=f"{replicate.url}/v1", poll_seconds=0.02, patience_seconds=8)
    yield client
    assert replicate.wrong == []


async def test_every_offer_is_carried_out_and_bought_once(shop: httpx2.AsyncClient, replicate: Replicate) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(301, 203))))
    image = (await upload(shop, photo(301, 203)))["id"]
    marked = (await upload(shop, marks(301, 203), "mask.png"))["id"]
    inputs: dict[str, tuple[dict[str, Any], tuple[int, int]]] = {
        "image.generate": ({**WORDS, "width": 500, "height": 260, "seed": 5, "quality": "draft"}, (500, 260)),
        "image.edit": ({"image": image, "prompt": "make it blue"}, (301, 203)),
        "image.inpaint": ({"image": image, "mask": marked, "prompt": "a red hat", "feather": 0}, (301, 203)),
        "image.upscale": ({"image": image, "factor": 2}, (602, 406)),
        "image.remove_background": ({"image": image}, (301, 203)),
    }
    asked = [(offer, *inputs[offer.request.op]) for offer in provider.listed]
    runs = await asyncio.gather(*(ordered(shop, offer.request.op, offer.model, input) for offer, input, _ in asked))
    for (offer, _, size), run in zip(asked, runs, strict=True):
        assert (run["state"], run["error"]) == ("succeeded", None), (offer.id, run)
        made = run["outputs"][0]
        assert (made["width"], made["height"]) == size, offer.id
        assert 0 < run["spent"] == run["price"], offer.id
        if offer.request.op == "image.inpaint":
            sent_mask = next(order.pictures["mask"] for order in replicate.orders if "mask" in order.pictures)
            white = np.asarray(sent_mask.convert("L")) == 255
            assert white.mean() == pytest.approx(1 / 16, abs=0.01)
            whole = picture.load((await shop.get(f"/api/assets/{made['id']}/file")).content)
            inside = np.asarray(Image.open(io.BytesIO(marks(301, 203)))) > 0
            assert (whole[~inside] == own[~inside]).all()
    assert len(replicate.orders) == len(provider.listed)
    assert {order.model for order in replicate.orders} == set(MODELS)
    sent = {order.model: order.fields for order in replicate.orders if order.fields.get("seed") == 5}
    assert sent["black-forest-labs/flux-dev"]["num_inference_steps"] == 14
    assert sent["black-forest-labs/flux-dev"]["megapixels"] == "0.25"
    pro = sent["black-forest-labs/flux-1.1-pro"]
    assert (pro["aspect_ratio"], pro["width"], pro["height"]) == ("custom", 496, 256)

    large = (await upload(shop, noise(500, 400)))["id"]
    run = await ordered(shop, "image.generate", "flux-dev", {**WORDS, "image": large, "strength": 0.3})
    assert (run["state"], replicate.orders[-1].fields["prompt_strength"]) == ("succeeded", 0.3)
    assert replicate.orders[-1].fields["image"].startswith(f"{replicate.url}/v1/files/"), "too large for a data URI"


NEVER = "The provider never got this, so nothing was bought. Run it again."
REFUSALS = {
    "401": "does not accept the key", "402": "too few credits", "404": "does not know this", "422": "a reason of 422",
    "failed": "NSFW content", "canceled": "does not charge", "aborted": "does not charge",
}  # fmt: skip


async def test_money_is_paid_once_and_for_what_came(shop: httpx2.AsyncClient, replicate: Replicate) -> None:
    async def tried(*ways: str, **more: Any) -> list[dict[str, Any]]:
        """Orders side by side, one for each way."""
        replicate.plan = list(ways)
        orders = (ordered(shop, "image.generate", "flux-1.1-pro", {**WORDS, **more}) for _ in ways)
        return list(await asyncio.gather(*orders))

    runs = await tried(*REFUSALS)
    assert {(run["state"], run["spent"], run["error"]["code"]) for run in runs} == {("failed", 0, "refused")}
    told = [run["error"]["message"] for run in runs]
    for way, said in REFUSALS.items():
        assert any(said in message for message in told), (way, told)
    replicate.orders.clear()
    ways = ("blank", "nothing", "words")
    for run in await tried(*ways):
        assert (run["state"], run["outputs"], run["spent"]) == ("failed", [], run["price"]), run
    assert len(replicate.orders) == len(ways)
    runs = await tried("429", "429 after", "slow")
    assert [run["state"] for run in runs] == ["succeeded"] * 3
    assert len(replicate.orders) == len(ways) + 3
    replicate.looks = ["500", "cut before", "cut answer", "cut after", "500"]
    [run] = await tried("", count=2)
    assert (run["state"], len(run["outputs"]), run["spent"]) == ("succeeded", 2, run["price"])

    # What may have been accepted is looked for in its list, and what is there is taken. Of the six ways, three are
    # past the point where it was accepted.
    replicate.orders.clear()
    runs = await tried(*BROKEN)
    assert Counter(run["state"] for run in runs) == {"succeeded": 3, "failed": 3}, runs
    assert {run["error"]["message"] for run in runs if run["error"]} == {NEVER}
    assert (len(replicate.orders), sum(run["spent"] for run in runs)) == (3, sum(run["price"] for run in runs[:3]))
    # Pictures are not told apart there, so that nobody can tell. It is never bought twice.
    image = (await upload(shop, photo(120, 80)))["id"]
    replicate.orders.clear()
    replicate.plan = ["500 after"]
    runs = [await ordered(shop, "image.edit", "flux-kontext-pro", {"image": image, "prompt": "blue"})]
    replicate.looks = ["lost"]
    runs += await tried("")
    assert ([run["state"] for run in runs], len(replicate.orders)) == (["unknown", "unknown"], 2)
    assert (await shop.get("/api/credits")).json()["reserved"] == sum(run["price"] for run in runs)


async def test_a_key_is_checked_for_nothing_and_never_told(
    house: House, client: httpx2.AsyncClient, replicate: Replicate, caplog: pytest.LogCaptureFixture
) -> None:
    house.tell("replicate", key=KEY, url=f"{replicate.url}/v1", poll_seconds=0.02)
    found = (await client.post("/api/providers/replicate/check")).json()
    assert (found["ok"], found["message"]) == (True, "The key works.")
    house.tell("replicate", key="r8_wrong_and_secret", url=f"{replicate.url}/v1", poll_seconds=0.02)
    run = await ordered(client, "image.generate", "flux-dev", WORDS)
    found = (await client.post("/api/providers/replicate/check")).json()
    assert "does not accept the key" in run["error"]["message"]
    assert "r8_wrong" not in json.dumps([run, found]) + caplog.text
    assert replicate.orders == []
