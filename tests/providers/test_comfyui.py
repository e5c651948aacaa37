"""A ComfyUI server of one's own, over a real connection, against one that checks graphs as the real one does."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.dev.fakes.comfyui import ComfyUI
from gesso.imaging import picture
from tests.conftest import House, photo, upload
from tests.providers.orders import BROKEN, WAIT, buyer, marks
from tests.providers.test_own_servers import offered

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

WORDS = {"prompt": "a lighthouse at dusk"}
ordered = buyer("comfyui")


@pytest.fixture
def comfy() -> Iterator[ComfyUI]:
    with ComfyUI().running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, comfy: ComfyUI) -> AsyncIterator[httpx2.AsyncClient]:
    tell(house, comfy)
    yield client
    assert comfy.wrong == []


def tell(house: House, comfy: ComfyUI, checkpoints: str = "sd15.safetensors, xl/sdxl.safetensors") -> None:
    house.tell(
        "comfyui",
        url=comfy.url,
        checkpoints=checkpoints,
        upscalers="RealESRGAN_x4plus.pth",
        poll_seconds=0.02,
        patience_seconds=8,
    )


async def begun(comfy: ComfyUI) -> None:
    for _ in range(200):
        if comfy.jobs:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no job came")


async def test_every_offer_is_carried_out(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    image = (await upload(shop, photo(600, 400)))["id"]
    mask = (await upload(shop, marks(600, 400), "mask.png"))["id"]
    inputs: dict[str, tuple[dict[str, Any], tuple[int, int]]] = {
        "image.generate": ({**WORDS, "width": 900, "height": 500, "seed": 5, "negative_prompt": "rain"}, (900, 500)),
        "image.inpaint": ({"image": image, "mask": mask, "prompt": "a red hat"}, (600, 400)),
        "image.upscale": ({"image": image, "factor": 2}, (1200, 800)),
    }
    offers = await offered(shop, "comfyui")
    for op, offer in offers:
        input, size = inputs[op]
        run = await ordered(shop, op, offer.removeprefix("comfyui/"), input)
        assert (run["state"], run["error"]) == ("succeeded", None), (offer, run)
        made = run["outputs"][0]
        assert (made["width"], made["height"], run["spent"]) == (*size, 0), offer
    assert len(comfy.orders) == len(offers) == 5
    run = await ordered(shop, "image.generate", "sd15", {**WORDS, "image": image, "strength": 0.4})
    assert (run["state"], comfy.orders[-1]["ks"]["inputs"]["denoise"]) == ("succeeded", 0.4)
    found = (await shop.post("/api/providers/comfyui/check")).json()
    assert found["message"] == "It answers, and has the models."


async def test_a_masked_edit_changes_nothing_outside(shop: httpx2.AsyncClient) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(1001, 703))))
    source, mask = await upload(shop, photo(1001, 703)), await upload(shop, marks(1001, 703), "mask.png")
    told = {"image": source["id"], "mask": mask["id"], "prompt": "a hat", "feather": 0}
    run = await ordered(shop, "image.inpaint", "sd15", told)
    made = picture.load((await shop.get(f"/api/assets/{run['outputs'][0]['id']}/file")).content)
    inside = np.asarray(Image.open(io.BytesIO(marks(1001, 703)))) > 0
    assert (made[~inside] == own[~inside]).all()
    assert (made[inside] != own[inside]).any()


async def test_a_broken_line_is_mended_without_a_second_job(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    for number, way in enumerate(BROKEN, 1):
        comfy.plan = [way]
        comfy.looks = ["", "", "cut before", "cut answer", "500"]
        run = await ordered(shop, "image.generate", "sd15", {**WORDS, "seed": number})
        assert (run["state"], len(comfy.orders)) == ("succeeded", number), way


async def test_what_it_lacks_is_named(house: House, client: httpx2.AsyncClient) -> None:
    with ComfyUI("GrowMask").running() as fake:
        tell(house, fake)
        image = (await upload(client, photo(64, 64)))["id"]
        mask = (await upload(client, marks(64, 64), "mask.png"))["id"]
        run = await ordered(client, "image.inpaint", "sd15", {"image": image, "mask": mask, "prompt": "a hat"})
        assert "has no node GrowMask" in run["error"]["message"]
        tell(house, fake, "absent.safetensors")
        run = await ordered(client, "image.generate", "absent", WORDS)
        assert "has no ckpt_name “absent.safetensors”" in run["error"]["message"]
        assert "It has: sd15.safetensors" in run["error"]["message"]
        assert "has no checkpoint absent" in (await client.post("/api/providers/comfyui/check")).json()["message"]
        assert fake.orders == []


async def test_what_fails_there_is_told(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    for way, said in {"failed": "out of memory", "garbage": "no picture", "full": "outputs"}.items():
        comfy.plan = [way]
        run = await ordered(shop, "image.generate", "sd15", WORDS)
        assert (run["state"], run["outputs"]) == ("failed", []), way
        assert said in run["error"]["message"]


async def test_what_is_stopped_is_stopped_there(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    comfy.waits = True
    told = {"op": "image.generate", "offer": "comfyui/sd15", "input": WORDS}
    run = (await shop.post("/api/runs", json=told)).json()
    await begun(comfy)
    await shop.post(f"/api/runs/{run['id']}/cancel")
    run = (await shop.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
    assert run["state"] == "cancelled"
    assert set(comfy.stopped) == set(comfy.jobs)


async def test_a_server_that_forgot_is_told(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    comfy.waits = True
    told = {"op": "image.generate", "offer": "comfyui/sd15", "input": WORDS}
    run = (await shop.post("/api/runs", json=told)).json()
    await begun(comfy)
    comfy.jobs.clear()
    run = (await shop.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
    assert "has forgotten this" in run["error"]["message"]
