"""Gemini's image models, over a real connection, against a server that is as strict as theirs."""

import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.dev.fakes.google import Google
from gesso.dialects.steered import REFERENCE_ONLY
from gesso.imaging import picture
from gesso.providers.google import provider
from tests.conftest import House, photo, upload
from tests.providers.orders import BROKEN, buyer, marks

# What may go wrong with money in a database is tried on both in test_stability.py.
pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY = "AIza-that-nobody-may-read"
FLASH = "gemini-3.1-flash-image"
WORDS = {"prompt": "a lighthouse at dusk"}
ordered = buyer("google")


@pytest.fixture
def google() -> Iterator[Google]:
    with Google(KEY).running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, google: Google) -> AsyncIterator[httpx2.AsyncClient]:
    """The owner's client of a studio that knows a key."""
    house.tell("google", key=KEY, url=f"{google.url}/v1", poll_seconds=0.02, patience_seconds=8)
    yield client
    assert google.wrong == []


async def test_every_offer_is_carried_out_and_bought_once(shop: httpx2.AsyncClient, google: Google) -> None:
    image = (await upload(shop, photo(600, 400)))["id"]
    inputs: dict[str, tuple[dict[str, Any], tuple[int, int] | None]] = {
        "image.generate": ({**WORDS, "width": 1200, "height": 630, "seed": 5}, (1200, 630)),
        "image.edit": ({"image": image, "prompt": "make it blue"}, (600, 400)),
        "image.sketch": ({"image": image, "prompt": "a red house"}, (600, 400)),
        "image.structure": ({"image": image, "prompt": "a watercolour"}, (600, 400)),
        "image.style_guide": ({"image": image, **WORDS, "width": 900, "height": 500}, (900, 500)),
        "video.from_text": ({**WORDS, "seconds": 4.5, "resolution": "1080p", "negative_prompt": "fog"}, None),
        "video.from_image": ({"image": image, "prompt": "waves roll in", "seconds": 1, "resolution": "480p"}, None),
    }
    other = (await upload(shop, photo(300, 300)))["id"]
    inputs["image.edit"][0]["references"] = [other]
    listed = [offer for offer in provider.listed if offer.request.makes in ("image", "video")]
    for offer in listed:
        input, size = inputs[offer.request.op]
        run = await ordered(shop, offer.request.op, offer.model, input)
        assert (run["state"], run["error"]) == ("succeeded", None), (offer.id, run)
        made = run["outputs"][0]
        if size is not None:
            assert (made["width"], made["height"]) == size, offer.id
            assert 0 < run["spent"] == run["price"], offer.id
        else:
            # The films here are of one second, the least that is charged are three.
            each = 10_500 if run["op"] == "video.from_text" else 7_000
            assert (made["kind"], run["spent"]) == ("video", 3 * each + 300), offer.id
        if made["op"] in ("image.sketch", "image.structure", "image.style_guide"):
            assert run["notes"] == [REFERENCE_ONLY], offer.id
    assert len(google.orders) == len(listed) == 22
    words, picture = google.orders[-2:]
    assert words.text == "a lighthouse at dusk\n\nLeave out: fog."
    assert (words.config["duration"], words.config["resolution"], words.config["aspect_ratio"]) == (
        "5s",
        "1080p",
        "16:9",
    )
    assert (picture.config["duration"], picture.config["video_config"]) == ("3s", {"task": "image_to_video"})
    assert google.orders[0].config["imageConfig"] == {"aspectRatio": "16:9"}
    both = {**WORDS, "image": image, "references": [{"image": image}]}
    await ordered(shop, "image.generate", FLASH, both)
    assert len(google.orders[-1].pictures) == 2


async def test_a_masked_edit_changes_nothing_outside(shop: httpx2.AsyncClient) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(1001, 703))))
    source, mask = await upload(shop, photo(1001, 703)), await upload(shop, marks(1001, 703), "mask.png")
    told = {"image": source["id"], "mask": mask["id"], "prompt": "a hat", "feather": 0}
    run = await ordered(shop, "image.edit", FLASH, told)
    made = picture.load((await shop.get(f"/api/assets/{run['outputs'][0]['id']}/file")).content)
    inside = np.asarray(Image.open(io.BytesIO(marks(1001, 703)))) > 0
    assert (made[~inside] == own[~inside]).all()
    assert (made[inside] != own[inside]).any()


async def test_a_refusal_costs_nothing_and_says_why(shop: httpx2.AsyncClient, google: Google) -> None:
    for way, said in {"blocked": "PROHIBITED_CONTENT", "no image": "I cannot draw that"}.items():
        google.plan = [way]
        run = await ordered(shop, "image.generate", FLASH, WORDS)
        assert (run["state"], run["spent"], run["error"]["code"]) == ("failed", 0, "refused"), way
        assert said in run["error"]["message"]


async def test_what_is_no_picture_is_no_success(shop: httpx2.AsyncClient, google: Google) -> None:
    for way in ("blank", "garbage"):
        google.plan = [way]
        run = await ordered(shop, "image.generate", FLASH, WORDS)
        assert (run["state"], run["outputs"], run["spent"]) == ("failed", [], run["price"]), way


async def test_too_many_requests_are_tried_again_later(shop: httpx2.AsyncClient, google: Google) -> None:
    google.plan = ["429"]
    run = await ordered(shop, "image.generate", FLASH, WORDS)
    assert (run["state"], len(google.orders)) == ("succeeded", 1)


async def test_what_nobody_can_tell_is_never_bought_twice(shop: httpx2.AsyncClient, google: Google) -> None:
    for number, way in enumerate(BROKEN, 1):
        google.plan = [way]
        before = len(google.orders)
        run = await ordered(shop, "image.generate", FLASH, WORDS)
        assert run["state"] == "unknown", way
        assert len(google.orders) <= before + 1, way
        assert (await shop.get("/api/credits")).json()["reserved"] == number * run["price"]


async def test_a_wrong_key_and_a_model_that_has_ended_are_told(
    house: House, client: httpx2.AsyncClient, google: Google
) -> None:
    house.tell("google", key="AIza-wrong-and-secret", url=f"{google.url}/v1")
    run = await ordered(client, "image.generate", FLASH, WORDS)
    assert "does not accept the key" in run["error"]["message"]
    found = (await client.post("/api/providers/google/check")).json()
    assert (found["ok"], "AIza-wrong" in found["message"]) == (False, False)
    house.tell("google", key=KEY, url=f"{google.url}/v1")
    google.models = ["gemini-text"]
    run = await ordered(client, "image.generate", FLASH, WORDS)
    assert "does not have this model" in run["error"]["message"]
    assert "none of its models" in (await client.post("/api/providers/google/check")).json()["message"]


FILM = "gemini-omni-1.2-flash"
FILMED = {**WORDS, "seconds": 5}


async def test_a_film_is_fetched_from_wherever_it_lies(shop: httpx2.AsyncClient, google: Google) -> None:
    for way in ("", "whole", "inline", "moved", "elsewhere"):
        google.plan = [way]
        run = await ordered(shop, "video.from_text", FILM, FILMED)
        assert (run["state"], run["error"], run["price"]) == ("succeeded", None, 35_300), way
        assert run["outputs"][0]["facts"]["seconds"] > 0
    assert len(google.orders) == 5
    assert {asked.path for asked in google.seen if asked.path.startswith("/elsewhere/")} != set()


async def test_a_film_that_is_not_made_is_not_charged(shop: httpx2.AsyncClient, google: Google) -> None:
    refusals = {"blocked": "blocked by the safety filter", "filtered": "I cannot film that", "failed": "out of memory"}
    for way, said in refusals.items():
        google.plan = [way]
        run = await ordered(shop, "video.from_text", FILM, FILMED)
        assert (run["state"], run["spent"], run["error"]["code"]) == ("failed", 0, "refused"), way
        assert said in run["error"]["message"]
    for way in ("page", "short"):
        google.plan = [way]
        run = await ordered(shop, "video.from_text", FILM, FILMED)
        assert (run["state"], run["outputs"], run["spent"]) == ("failed", [], run["price"]), way


async def test_a_film_is_ordered_once_whatever_the_line_does(shop: httpx2.AsyncClient, google: Google) -> None:
    google.looks = ["500", "cut before", "cut answer", "500"]
    google.plan = ["429"]
    run = await ordered(shop, "video.from_text", FILM, FILMED)
    assert (run["state"], len(google.orders)) == ("succeeded", 1)
    google.looks = ["lost"]
    run = await ordered(shop, "video.from_text", FILM, FILMED)
    assert (run["state"], len(google.orders)) == ("unknown", 2)
    for way in BROKEN:
        google.plan = [way]
        before = len(google.orders)
        assert (await ordered(shop, "video.from_text", FILM, FILMED))["state"] == "unknown", way
        assert len(google.orders) <= before + 1, way
