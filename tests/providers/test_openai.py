"""OpenAI's image models, over a real connection, against a server that is as strict as theirs."""

import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.dev.fakes.openai import OpenAI
from gesso.imaging import picture
from gesso.providers.openai import provider
from tests.conftest import House, photo, upload
from tests.providers.orders import BROKEN, buyer, marks

# What may go wrong with money in a database is tried on both in test_stability.py.
pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY = "sk-proj-that-nobody-may-read"
FLARE = "gpt-image-2.6-flare"
EDITOR = "gpt-image-2.6-sunburst"
WORDS = {"prompt": "a lighthouse at dusk"}
ordered = buyer("openai")


@pytest.fixture
def openai() -> Iterator[OpenAI]:
    with OpenAI(KEY).running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, openai: OpenAI) -> AsyncIterator[httpx2.AsyncClient]:
    """The owner's client of a studio that knows a key."""
    house.tell("openai", key=KEY, url=f"{openai.url}/v1")
    yield client
    assert openai.wrong == []


async def test_every_offer_is_carried_out_and_costs_what_it_took(shop: httpx2.AsyncClient, openai: OpenAI) -> None:
    source, mask = await upload(shop, photo(600, 400)), await upload(shop, marks(600, 400), "mask.png")
    image, masked = {"image": source["id"]}, {"image": source["id"], "mask": mask["id"]}
    orders: list[tuple[str, str, dict[str, Any], tuple[int, int]]] = [
        *(
            ("image.generate", offer.model, {**WORDS, "width": 1200, "height": 630}, (1200, 630))
            for offer in provider.listed
            if offer.request.op == "image.generate"
        ),
        ("image.generate", FLARE, {**WORDS, **image, "style": "oil", "width": 300, "height": 300}, (300, 300)),
        ("image.generate", FLARE, {**WORDS, "references": [image, image], "quality": "draft"}, (1024, 1024)),
        ("image.edit", EDITOR, {**image, "prompt": "make it blue"}, (600, 400)),
        ("image.edit", EDITOR, {**masked, "prompt": "make it blue"}, (600, 400)),
        ("image.edit", EDITOR, {**image, "prompt": "like those", "references": [mask["id"]] * 2}, (600, 400)),
        ("image.inpaint", EDITOR, {**masked, "prompt": "a red hat"}, (600, 400)),
        ("image.erase", EDITOR, masked, (600, 400)),
    ]
    for op, model, input, size in orders:
        before = len(openai.orders)
        run = await ordered(shop, op, model, input)
        assert (run["state"], run["error"]) == ("succeeded", None), (op, run)
        assert len(openai.orders) == before + 1
        made = run["outputs"][0]
        assert (made["width"], made["height"]) == size, op
        assert 0 < run["spent"] == made["facts"]["cost"] <= run["price"], (op, run["spent"], run["price"])
    assert {(op, f"openai/{model}") for op, model, _, _ in orders} == {
        (offer.request.op, offer.id) for offer in provider.listed if offer.request.makes == "image"
    }


async def test_a_masked_edit_changes_nothing_outside(shop: httpx2.AsyncClient, openai: OpenAI) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(1001, 703))))
    source, mask = await upload(shop, photo(1001, 703)), await upload(shop, marks(1001, 703), "mask.png")
    told = {"image": source["id"], "mask": mask["id"], "prompt": "a hat", "feather": 0}
    run = await ordered(shop, "image.inpaint", EDITOR, told)
    sent = openai.orders[0]
    assert sent.mask is not None
    assert sent.mask.size == sent.pictures[0].size
    clear = np.asarray(sent.mask)[..., 3] == 0
    assert clear.mean() == pytest.approx(1 / 16, abs=0.003)
    made = picture.load((await shop.get(f"/api/assets/{run['outputs'][0]['id']}/file")).content)
    inside = np.asarray(Image.open(io.BytesIO(marks(1001, 703)))) > 0
    assert (made[~inside] == own[~inside]).all()
    assert (made[inside] != own[inside]).any()


async def test_a_bill_above_the_price_book_is_told_and_no_more_is_taken_than_was_promised(
    shop: httpx2.AsyncClient, openai: OpenAI
) -> None:
    openai.dearer = 3
    run = await ordered(shop, "image.generate", FLARE, WORDS)
    assert (run["state"], run["spent"]) == ("succeeded", run["price"])
    assert run["outputs"][0]["facts"]["cost"] > 2 * run["price"]
    assert any("charged more" in note for note in run["notes"])


REFUSALS = {"moderated": "flagged", "quota": "no quota"}


@pytest.mark.parametrize("way", REFUSALS)
async def test_a_refusal_costs_nothing_and_says_why(shop: httpx2.AsyncClient, openai: OpenAI, way: str) -> None:
    openai.plan = [way]
    run = await ordered(shop, "image.generate", FLARE, WORDS)
    assert (run["state"], run["spent"], run["error"]["code"]) == ("failed", 0, "refused")
    assert REFUSALS[way] in run["error"]["message"]
    assert len(openai.seen) == 1


async def test_too_many_requests_are_tried_again_later(shop: httpx2.AsyncClient, openai: OpenAI) -> None:
    openai.plan = ["429"]
    run = await ordered(shop, "image.generate", FLARE, WORDS)
    assert run["state"] == "succeeded"
    assert len(openai.orders) == 1


@pytest.mark.parametrize("way", BROKEN)
async def test_what_nobody_can_tell_is_never_bought_twice(shop: httpx2.AsyncClient, openai: OpenAI, way: str) -> None:
    openai.plan = [way]
    run = await ordered(shop, "image.generate", FLARE, WORDS)
    assert run["state"] == "unknown"
    assert len(openai.orders) <= 1
    assert (await shop.get("/api/credits")).json()["reserved"] == run["price"]


@pytest.mark.parametrize("way", ["blank", "nothing"])
async def test_what_is_no_picture_is_no_success(shop: httpx2.AsyncClient, openai: OpenAI, way: str) -> None:
    openai.plan = [way]
    run = await ordered(shop, "image.generate", FLARE, WORDS)
    assert (run["state"], run["outputs"], run["spent"]) == ("failed", [], run["price"])


async def test_a_wrong_key_and_a_model_that_has_ended_are_told(
    house: House, client: httpx2.AsyncClient, openai: OpenAI
) -> None:
    house.tell("openai", key="sk-wrong-and-secret", url=f"{openai.url}/v1")
    run = await ordered(client, "image.generate", FLARE, WORDS)
    assert "does not accept the key" in run["error"]["message"]
    found = (await client.post("/api/providers/openai/check")).json()
    assert (found["ok"], "sk-wrong" in found["message"]) == (False, False)
    house.tell("openai", key=KEY, url=f"{openai.url}/v1")
    openai.models = ["gpt-5"]
    run = await ordered(client, "image.generate", FLARE, WORDS)
    assert "does not have this model" in run["error"]["message"]
    assert "none of its models" in (await client.post("/api/providers/openai/check")).json()["message"]
