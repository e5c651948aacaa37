"""fal over a real connection, against a server that checks every request by the schema of its model."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.dev.fakes.fal import MODELS, Fal
from gesso.imaging import picture
from gesso.providers.fal import provider
from tests.conftest import House, photo, upload
from tests.providers.orders import BROKEN, WAIT, buyer, marks, noise

# What may go wrong with money in a database is tried on both in test_stability.py.
pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY = "an-id:and-a-secret-that-nobody-may-read"
WORDS = {"prompt": "a lighthouse at dusk", "width": 256, "height": 256}
ordered = buyer("fal")


def places(fake: Fal) -> dict[str, Any]:
    return {"url": fake.url, "storage": fake.url, "platform": f"{fake.url}/v1", "poll_seconds": 0.02}


@pytest.fixture
def fal() -> Iterator[Fal]:
    with Fal(KEY, admins=("an-admin:s-secret",)).running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, fal: Fal) -> AsyncIterator[httpx2.AsyncClient]:
    """The owner's client of a studio that knows a key."""
    house.tell("fal", key=KEY, patience_seconds=8, **places(fal))
    yield client
    assert fal.wrong == []


async def test_every_offer_is_carried_out_and_bought_once(shop: httpx2.AsyncClient, fal: Fal) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(301, 203))))
    image = (await upload(shop, photo(301, 203)))["id"]
    marked = (await upload(shop, marks(301, 203), "mask.png"))["id"]
    inputs: dict[str, tuple[dict[str, Any], tuple[int, int] | None]] = {
        "image.generate": ({**WORDS, "width": 500, "height": 260, "seed": 5, "negative_prompt": "fog"}, (500, 260)),
        "image.edit": ({"image": image, "prompt": "make it blue"}, (301, 203)),
        "image.inpaint": ({"image": image, "mask": marked, "prompt": "a red hat", "feather": 0}, (301, 203)),
        "image.upscale": ({"image": image, "factor": 2}, (602, 406)),
        "image.remove_background": ({"image": image}, (301, 203)),
        "video.from_image": ({"image": image, "prompt": "waves roll in", "seconds": 4.5}, None),
    }
    asked = [(offer, *inputs[offer.request.op]) for offer in provider.listed]
    runs = await asyncio.gather(*(ordered(shop, offer.request.op, offer.model, input) for offer, input, _ in asked))
    for (offer, _, size), run in zip(asked, runs, strict=True):
        assert (run["state"], run["error"]) == ("succeeded", None), (offer.id, run)
        made = run["outputs"][0]
        if size is not None:
            assert (made["width"], made["height"]) == size, offer.id
        assert 0 < run["spent"] <= run["price"], offer.id
        if offer.request.op == "image.inpaint":
            assert (run["price"], run["spent"]) == (10_000, 5_000), "two megapixels at most, and one was begun"
            whole = picture.load((await shop.get(f"/api/assets/{made['id']}/file")).content)
            inside = np.asarray(Image.open(io.BytesIO(marks(301, 203)))) > 0
            assert (whole[~inside] == own[~inside]).all()
        if offer.request.op == "image.upscale":
            assert (run["price"], run["spent"]) == (48_000, 3_000)
    assert len(fal.orders) == len(provider.listed)
    assert {order.model for order in fal.orders} == set(MODELS)
    sent = {order.model: order.fields for order in fal.orders}
    first = sent["fal-ai/flux/schnell"]
    assert first["image_size"] == {"width": 496, "height": 256}
    assert "fog" in first["prompt"], "what has no field of its own is said in words"
    assert sent["fal-ai/kling-video/v2.5-turbo/pro/image-to-video"]["duration"] == "5"

    # What it ends with, where its model takes that, and only there.
    between = {"image": image, "prompt": "waves roll in", "end_image": (await upload(shop, photo(200, 301)))["id"]}
    run = await ordered(shop, "video.from_image", "kling-video-v2.5-turbo-pro-image-to-video", between)
    assert run["state"] == "succeeded", run
    assert set(run["outputs"][0]["parents"]) == {image, between["end_image"]}
    told = fal.orders[-1].fields
    assert told["image_url"] != told["tail_image_url"]
    plain = {"op": "video.from_image", "offer": "fal/kling-video-v2.5-turbo-standard-image-to-video", "input": between}
    assert (await shop.post("/api/runs/estimate", json=plain)).json()["fields"][0]["field"] == "end_image"

    large = (await upload(shop, noise(500, 400)))["id"]
    run = await ordered(shop, "image.edit", "flux-pro-kontext", {"image": large, "prompt": "make it blue"})
    assert run["state"] == "succeeded"
    assert fal.orders[-1].fields["image_url"].startswith(f"{fal.url}/files/"), "too large for a data URI"
    told = {"op": "image.upscale", "offer": "fal/clarity-upscaler", "input": {"image": image, "factor": 8}}
    assert "up to 4 times" in (await shop.post("/api/runs/estimate", json=told)).json()["detail"]
    told = {"op": "image.generate", "offer": "fal/flux-dev", "input": {**WORDS, "width": 1500, "height": 1100}}
    assert (await shop.post("/api/runs/estimate", json=told)).json()["price"] == 5_000


REFUSALS = {
    "401": "does not accept the key", "403": "too little money", "404": "does not know this", "422": "a reason of 422",
    "failed": "fell over", "invalid": "out of its mind",
}  # fmt: skip


async def test_money_is_paid_once_and_for_what_came(shop: httpx2.AsyncClient, fal: Fal) -> None:
    async def tried(*ways: str, **more: Any) -> list[dict[str, Any]]:
        """Orders side by side, one for each way."""
        fal.plan = list(ways)
        orders = (ordered(shop, "image.generate", "flux-dev", {**WORDS, **more}) for _ in ways)
        return list(await asyncio.gather(*orders))

    runs = await tried(*REFUSALS)
    assert {(run["state"], run["spent"], run["error"]["code"]) for run in runs} == {("failed", 0, "refused")}
    told = [run["error"]["message"] for run in runs]
    for way, said in REFUSALS.items():
        assert any(said in message for message in told), (way, told)
    fal.orders.clear()
    ways = ("blank", "nothing", "words", "nsfw", "flagged")
    for run in await tried(*ways):
        assert (run["state"], run["outputs"], run["spent"]) == ("failed", [], run["price"]), run
    assert len(fal.orders) == len(ways)
    runs = await tried("429", "429 after", "slow")
    assert [run["state"] for run in runs] == ["succeeded"] * 3
    assert len(fal.orders) == len(ways) + 3
    fal.looks = ["500", "cut before", "cut answer", "cut after", "500"]
    [run] = await tried("", count=2)
    assert (run["state"], len(run["outputs"]), run["spent"]) == ("succeeded", 2, run["price"])

    # What is stopped after it was ordered is fetched all the same: it is paid for.
    fal.orders.clear()
    order = {"op": "image.generate", "offer": "fal/flux-dev", "input": {**WORDS, "count": 9}}
    run = (await shop.post("/api/runs", json=order)).json()
    while not fal.orders:  # noqa: ASYNC110 - a server rings no bell
        await asyncio.sleep(0.01)
    await shop.post(f"/api/runs/{run['id']}/cancel")
    run = (await shop.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
    assert run["state"] == "cancelled"
    assert 0 < len(run["outputs"]) == len(fal.orders)
    assert run["spent"] == 2_500 * len(fal.orders)

    # What nobody can tell is never bought twice. Of the six ways, three are past the point where it was accepted.
    fal.orders.clear()
    runs = await tried(*BROKEN)
    assert ({run["state"] for run in runs}, len(fal.orders)) == ({"unknown"}, 3)
    fal.looks = ["lost"]
    runs += await tried("")
    assert (runs[-1]["state"], len(fal.orders)) == ("unknown", 4)
    assert (await shop.get("/api/credits")).json()["reserved"] == sum(run["price"] for run in runs)


async def test_a_key_is_checked_for_nothing_and_never_told(
    house: House, client: httpx2.AsyncClient, fal: Fal, caplog: pytest.LogCaptureFixture
) -> None:
    for key, balance in ((KEY, None), ("an-admin:s-secret", 24.5)):
        house.tell("fal", key=key, **places(fal))
        found = (await client.post("/api/providers/fal/check")).json()
        assert (found["ok"], found["message"], found["balance"]) == (True, "The key works.", balance)
    house.tell("fal", key="wrong:and-secret", **places(fal))
    run = await ordered(client, "image.generate", "flux-dev", WORDS)
    found = (await client.post("/api/providers/fal/check")).json()
    assert "does not accept the key" in run["error"]["message"]
    assert "and-secret" not in json.dumps([run, found]) + caplog.text
    assert fal.orders == []
