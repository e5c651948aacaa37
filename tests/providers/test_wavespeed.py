"""WaveSpeed over a real connection, against a server that checks every request by the schema of its model."""

import io
import json
from collections.abc import AsyncIterator, Iterator
from importlib.resources import files
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.dev.fakes.wavespeed import WaveSpeed
from gesso.imaging import mesh, picture
from gesso.providers.wavespeed import provider
from tests.conftest import House, photo, upload
from tests.providers.orders import BROKEN, buyer, hum, marks

# What may go wrong with money in a database is tried on both in test_stability.py.
pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY = "ws-key-that-nobody-may-read"
WORDS = {"prompt": "a lighthouse at dusk"}
ordered = buyer("wavespeed")
MODELS = json.loads(files("gesso.providers").joinpath("wavespeed.json").read_text())


@pytest.fixture
def wavespeed() -> Iterator[WaveSpeed]:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.uint32)
    body = mesh.Mesh(points, np.array([[0, 0, 1]] * 4, np.float32), np.zeros((4, 2), np.float32), faces, None)
    with WaveSpeed(KEY, mesh=mesh.glb(body)).running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, wavespeed: WaveSpeed) -> AsyncIterator[httpx2.AsyncClient]:
    """The owner's client of a studio that knows a key."""
    house.tell("wavespeed", key=KEY, url=wavespeed.url, poll_seconds=0.02, patience_seconds=8)
    yield client
    assert wavespeed.wrong == []


async def test_every_offer_is_carried_out_and_bought_once(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    image = (await upload(shop, photo(600, 400)))["id"]
    marked = (await upload(shop, marks(600, 400), "mask.png"))["id"]
    masked = {"image": image, "mask": marked}
    sound = (await upload(shop, hum(1.5), "hum.wav"))["id"]
    inputs: dict[str, tuple[dict[str, Any], tuple[int, int] | None]] = {
        "image.generate": ({**WORDS, "width": 500, "height": 260, "seed": 5}, (500, 260)),
        "image.edit": ({"image": image, "prompt": "make it blue"}, (600, 400)),
        "image.inpaint": ({**masked, "prompt": "a red hat"}, (600, 400)),
        "image.erase": (masked, (600, 400)),
        "image.upscale": ({"image": image, "factor": 2}, (1200, 800)),
        "image.remove_background": ({"image": image}, (600, 400)),
        "video.from_image": ({"image": image, "prompt": "waves roll in", "seconds": 4.5, "resolution": "480p"}, None),
        "mesh.from_image": ({"image": image}, None),
        "video.from_text": (
            {**WORDS, "seconds": 6, "resolution": "1080p", "aspect": "9:16", "audio": sound, "negative_prompt": "fog"},
            None,
        ),
        "video.avatar": ({"image": image, "audio": sound, "resolution": "480p"}, None),
        "image.face_swap": ({"image": image, "face": image, "consent": True}, (600, 400)),
    }
    for offer in provider.listed:
        input, size = inputs[offer.request.op]
        # What takes several pictures to one edit is given two.
        several = "references" in offer.request.model_fields and offer.request.op == "image.edit"
        run = await ordered(shop, offer.request.op, offer.model, input | ({"references": [image]} if several else {}))
        assert (run["state"], run["error"]) == ("succeeded", None), (offer.id, run)
        if several:
            assert len(wavespeed.orders[-1].fields["images"]) == 2, offer.id
        made = run["outputs"][0]
        if size is not None:
            assert (made["width"], made["height"]) == size, offer.id
        assert 0 < run["spent"] <= run["price"], offer.id
    assert len(wavespeed.orders) == len(provider.listed)
    assert {order.model for order in wavespeed.orders} == {line["id"] for line in MODELS}
    size = next(order.fields["size"] for order in wavespeed.orders if order.model == "bytedance/seedream-v4.5")
    across, down = map(int, size.split("*"))
    assert across * down >= 2560 * 1440, "it makes nothing smaller"


async def test_prices_are_those_of_the_formulas(shop: httpx2.AsyncClient) -> None:
    image = (await upload(shop, photo(64, 64)))["id"]

    async def price(op: str, model: str, **input: Any) -> int:
        told = {"op": op, "offer": f"wavespeed/{model}", "input": input}
        answer = await shop.post("/api/runs/estimate", json=told)
        assert answer.status_code == 200, answer.text
        found: int = answer.json()["price"]
        return found

    assert await price("image.generate", "flux-schnell", **WORDS, count=3) == 3 * 300
    assert await price("image.generate", "google-nano-banana-2-text-to-image", **WORDS) == 7_000
    large = {**WORDS, "width": 2000, "height": 2000}
    assert await price("image.generate", "google-nano-banana-2-text-to-image", **large) == 10_500
    film = {"image": image, "prompt": "it moves", "resolution": "1080p", "seconds": 10}
    assert await price("video.from_image", "alibaba-wan-2.5-image-to-video", **film) == 150_000
    assert await price("mesh.from_image", "hunyuan3d-v3-image-to-3d", image=image) == 37_500
    told = {**WORDS, "resolution": "480p", "seconds": 6}
    assert await price("video.from_text", "alibaba-wan-2.5-text-to-video", **told) == 50_000


async def test_an_edit_is_settled_by_what_was_sent(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    image = (await upload(shop, photo(600, 400)))["id"]
    run = await ordered(shop, "image.edit", "google-nano-banana-2-edit", {"image": image, "prompt": "blue"})
    assert (run["price"], run["spent"]) == (14_000, 7_000)
    assert wavespeed.orders[0].fields["resolution"] == "1k"


async def test_a_masked_edit_changes_nothing_outside(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(1001, 703))))
    source, mask = await upload(shop, photo(1001, 703)), await upload(shop, marks(1001, 703), "mask.png")
    told = {"image": source["id"], "mask": mask["id"], "prompt": "a hat", "feather": 0}
    run = await ordered(shop, "image.inpaint", "flux-fill-dev", told)
    white = np.asarray(wavespeed.orders[0].pictures["mask_image"].convert("L")) == 255
    assert white.mean() == pytest.approx(1 / 16, abs=0.003)
    made = picture.load((await shop.get(f"/api/assets/{run['outputs'][0]['id']}/file")).content)
    inside = np.asarray(Image.open(io.BytesIO(marks(1001, 703)))) > 0
    assert (made[~inside] == own[~inside]).all()
    assert (made[inside] != own[inside]).any()


async def test_pictures_to_start_from_and_references(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    image = (await upload(shop, photo(600, 400)))["id"]
    run = await ordered(shop, "image.generate", "z-image-turbo", {**WORDS, "image": image, "strength": 0.3})
    assert (run["state"], wavespeed.orders[-1].fields["strength"]) == ("succeeded", 0.3)
    three = {**WORDS, "references": [{"image": image}] * 3}
    run = await ordered(shop, "image.generate", "ideogram-ai-ideogram-v3-turbo", three)
    assert (run["state"], len(wavespeed.orders[-1].pictures)) == ("succeeded", 3)
    told = {"op": "image.generate", "offer": "wavespeed/flux-1.1-pro", "input": {**WORDS, "image": image}}
    assert "does not start from a picture" in (await shop.post("/api/runs/estimate", json=told)).json()["detail"]


REFUSALS = {"poor": "too little money", "envelope": "was refused", "failed": "out of memory"}


async def test_a_refusal_costs_nothing_and_says_why(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    for way, said in REFUSALS.items():
        wavespeed.plan = [way]
        run = await ordered(shop, "image.generate", "flux-dev", WORDS)
        assert (run["state"], run["spent"], run["error"]["code"]) == ("failed", 0, "refused"), way
        assert said in run["error"]["message"]


async def test_what_is_no_picture_is_no_success(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    for way in ("blank", "nothing", "words", "nsfw"):
        wavespeed.plan = [way]
        before = len(wavespeed.orders)
        run = await ordered(shop, "image.generate", "flux-dev", WORDS)
        assert (run["state"], run["outputs"], run["spent"]) == ("failed", [], run["price"]), way
        assert len(wavespeed.orders) == before + 1, way


async def test_what_nobody_can_tell_is_never_bought_twice(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    for number, way in enumerate(BROKEN, 1):
        wavespeed.plan = [way]
        before = len(wavespeed.orders)
        run = await ordered(shop, "image.generate", "flux-dev", WORDS)
        assert run["state"] == "unknown", way
        assert len(wavespeed.orders) <= before + 1, way
        assert (await shop.get("/api/credits")).json()["reserved"] == number * run["price"]


async def test_a_bad_line_after_the_order_is_waited_out(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    wavespeed.plan = ["429"]
    wavespeed.looks = ["500", "cut before", "cut answer", "cut after", "500"]
    run = await ordered(shop, "image.generate", "flux-dev", WORDS)
    assert (run["state"], len(wavespeed.orders)) == ("succeeded", 1)


async def test_trouble_before_the_order_leaves_no_question(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    image = (await upload(shop, photo(64, 64)))["id"]
    wavespeed.looks = ["500"] * 8
    run = await ordered(shop, "image.edit", "qwen-image-edit", {"image": image, "prompt": "blue"})
    assert (run["state"], len(wavespeed.orders)) == ("succeeded", 1)


async def test_a_result_that_is_lost_is_a_question_for_a_person(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    wavespeed.looks = ["lost"]
    run = await ordered(shop, "image.generate", "flux-dev", WORDS)
    assert (run["state"], len(wavespeed.orders)) == ("unknown", 1)
    assert "no longer knows" in run["error"]["message"]


async def test_an_older_server_and_a_wrong_key(house: House, client: httpx2.AsyncClient) -> None:
    with WaveSpeed(KEY, older=True).running() as fake:
        house.tell("wavespeed", key=KEY, url=fake.url, poll_seconds=0.02)
        image = (await upload(client, photo(64, 64)))["id"]
        run = await ordered(client, "image.edit", "qwen-image-edit", {"image": image, "prompt": "blue"})
        assert (run["state"], fake.wrong) == ("succeeded", [])
        found = (await client.post("/api/providers/wavespeed/check")).json()
        assert (found["message"], found["balance"], found["unit"]) == ("The key works.", 12.5, "US$")
        house.tell("wavespeed", key="ws-wrong-and-secret", url=fake.url, poll_seconds=0.02)
        run = await ordered(client, "image.edit", "qwen-image-edit", {"image": image, "prompt": "blue"})
        assert "does not accept the key" in run["error"]["message"]
        assert "ws-wrong" not in json.dumps(run)


async def test_a_portrait_costs_by_the_length_of_its_sound(shop: httpx2.AsyncClient, wavespeed: WaveSpeed) -> None:
    image = (await upload(shop, photo(600, 400)))["id"]
    long, short = [(await upload(shop, hum(seconds), "hum.wav"))["id"] for seconds in (12.5, 1)]
    later = "00000000-0000-7000-8000-000000000000"

    async def asked(model: str | None = "infinitetalk", **input: Any) -> dict[str, Any]:
        offer = {"offer": f"wavespeed/{model}"} if model else {}
        told = {"op": "video.avatar", **offer, "input": {"image": image, "resolution": "720p", **input}}
        found: dict[str, Any] = (await shop.post("/api/runs/estimate", json=told)).json()
        return found

    # Thirteen seconds begun, of six cents each; five at least; and of what is still to come nobody knows.
    assert (await asked(audio=long))["price"] == 78_000
    assert (await asked(audio=short))["price"] == 30_000
    assert (await asked(audio=later))["price"] is None
    assert (await asked(None, audio=later))["price"] == 0
    assert (await asked(None, audio=long))["offer"] == "local/portrait"
    run = await ordered(shop, "video.avatar", "infinitetalk", {"image": image, "audio": long, "resolution": "720p"})
    assert (run["state"], run["price"], run["spent"]) == ("succeeded", 78_000, 75_000)
    assert wavespeed.orders[-1].seconds == pytest.approx(12.5, abs=0.05)
    assert wavespeed.asked_prices == 1
    assert run["outputs"][0]["kind"] == "video"
    assert run["outputs"][0]["facts"]["seconds"] > 0
    # A text is read out here; what it costs is guessed generously, and settled by how long it took.
    script = {"image": image, "script": "Good morning, and welcome to the lighthouse. " * 4, "resolution": "480p"}
    run = await ordered(shop, "video.avatar", "hunyuan-avatar", script)
    spoken = wavespeed.orders[-1].seconds
    assert run["state"] == "succeeded", run["error"]
    assert run["spent"] == pytest.approx(spoken * 3_000, abs=40)
    assert run["spent"] < run["price"]
    # Masks, and the ends of what a model speaks.
    mask = (await upload(shop, marks(600, 400), "mask.png"))["id"]
    run = await ordered(shop, "video.avatar", "infinitetalk-fast", {"image": image, "audio": short, "mask": mask})
    assert (run["state"], "mask_image" in wavespeed.orders[-1].pictures) == ("succeeded", True)
    assert "for a mask take another" in (await asked("hunyuan-avatar", audio=short, mask=mask))["detail"]
    assert "120 seconds at most" in (await asked("hunyuan-avatar", script="Hello there. " * 300))["detail"]


async def test_a_dear_run_is_not_bought_for_more_than_is_reserved(
    shop: httpx2.AsyncClient, wavespeed: WaveSpeed
) -> None:
    told = {**WORDS, "resolution": "480p", "seconds": 5}
    wan = "alibaba-wan-2.5-text-to-video"
    for markup, state, spent in ((1.3, "failed", 0), (0.8, "succeeded", 20_000), (1.0, "succeeded", 25_000)):
        wavespeed.markup = markup
        before = len(wavespeed.orders)
        run = await ordered(shop, "video.from_text", wan, told)
        assert (run["state"], run["spent"], run["price"]) == (state, spent, 25_000), markup
        assert len(wavespeed.orders) == before + (state == "succeeded"), markup
        if state == "failed":
            assert "asks US$ 0.33 for this now, more than the US$ 0.25" in run["error"]["message"]
    # Where it says no prices, the list's holds.
    wavespeed.mute = True
    run = await ordered(shop, "video.from_text", wan, told)
    assert (run["state"], run["spent"]) == ("succeeded", 25_000)
    found = (await shop.post("/api/providers/wavespeed/check")).json()
    assert found["message"] == "The key works."
    wavespeed.list, every = [], wavespeed.list
    assert (await shop.post("/api/providers/wavespeed/check")).json()["message"] == "The key works."
    wavespeed.list = every
    gone = wavespeed.list.pop()
    wavespeed.list[0]["base_price"] = 1
    wavespeed.list[1]["api_schema"]["api_schemas"][0]["request_schema"]["required"] = ["prompt", "style"]
    found = (await shop.post("/api/providers/wavespeed/check")).json()
    assert f"Gone there: {MODELS[-1]['title']}." in found["message"]
    assert "Not as in our book: Z-Image Turbo, Ideogram V3 Turbo." in found["message"]
    assert gone["model_id"] == MODELS[-1]["id"]


async def test_a_film_that_is_none_is_no_success_and_one_that_is_lost_is_asked_for(
    shop: httpx2.AsyncClient, wavespeed: WaveSpeed
) -> None:
    told = {**WORDS, "resolution": "480p"}
    wan = "alibaba-wan-2.5-text-to-video"
    for way, said in (("short film", "no film that can be played"), ("words", "something else than video")):
        wavespeed.plan = [way]
        run = await ordered(shop, "video.from_text", wan, told)
        assert (run["state"], run["outputs"], run["spent"]) == ("failed", [], run["price"]), way
        assert said in run["error"]["message"]
    for way in BROKEN:
        wavespeed.plan = [way]
        before = len(wavespeed.orders)
        assert (await ordered(shop, "video.from_text", wan, told))["state"] == "unknown", way
        assert len(wavespeed.orders) <= before + 1, way
    wavespeed.looks = ["500", "cut before", "cut answer"]
    before = len(wavespeed.orders)
    run = await ordered(shop, "video.from_text", wan, told)
    assert (run["state"], len(wavespeed.orders)) == ("succeeded", before + 1)
