"""Models of one's own, drawn with in this process, ordered as anybody orders."""

import asyncio
import io
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
import torch
from PIL import Image

from gesso.imaging import picture
from gesso.providers.diffusers.engine import Ask, Cell, Engine, Ticket, engine_of
from gesso.providers.diffusers.folder import fetched
from tests.conftest import House, photo, upload
from tests.diffusers import tiny
from tests.providers.orders import WAIT, buyer, marks
from tests.providers.test_own_servers import offered

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # Of Diffusers and torch among themselves.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

WORDS = {"prompt": "a lighthouse at dusk", "width": 96, "height": 64, "quality": "draft"}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
ordered = buyer("diffusers")


def tell(house: House, **more: Any) -> None:
    told = {
        "models": "painter, own/other",
        "controlnets": "canny-of-others, own/canny, own/depth",
        "upscalers": "x4, latent-x2",
    }
    house.tell("diffusers", **told | more)


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, shelf: Path) -> httpx2.AsyncClient:
    models = house.studio.settings.models
    models.rmdir()
    models.symlink_to(shelf)
    tell(house)
    return client


@pytest.fixture
def drawer() -> Iterator[Engine]:
    """The engine of the fastest device here, which holds nothing yet."""
    engine_of.cache_clear()
    yield engine_of(DEVICE)
    engine_of.cache_clear()


async def bytes_of(client: httpx2.AsyncClient, asset: dict[str, Any]) -> bytes:
    return (await client.get(f"/api/assets/{asset['id']}/file")).content


async def made(client: httpx2.AsyncClient, model: str = "painter", **more: Any) -> list[bytes]:
    """The pictures of a run that must succeed."""
    run = await ordered(client, "image.generate", model, {**WORDS, **more})
    assert (run["state"], run["error"]) == ("succeeded", None), run
    return [await bytes_of(client, asset) for asset in run["outputs"]]


async def test_every_offer_gives_the_size_that_was_asked_for(shop: httpx2.AsyncClient, drawer: Engine) -> None:
    image = (await upload(shop, photo(150, 90)))["id"]
    small = (await upload(shop, photo(40, 24)))["id"]
    mask = (await upload(shop, marks(150, 90), "mask.png"))["id"]
    orders: dict[str, list[tuple[dict[str, Any], tuple[int, int]]]] = {
        "image.generate": [
            ({**WORDS, "negative_prompt": "rain", "style": "oil_painting"}, (96, 64)),
            ({**WORDS, "image": image, "strength": 0.0, "width": 100, "height": 77}, (100, 77)),
        ],
        "image.inpaint": [({"image": image, "mask": mask, "prompt": "a red hat"}, (150, 90))],
        "image.structure": [
            ({"image": image, "prompt": "dawn", "guide": guide}, (150, 90)) for guide in ("edges", "depth", "both")
        ],
        "image.sketch": [({"image": image, "prompt": "a red house"}, (150, 90))],
        "image.upscale": [({"image": small, "factor": 4}, (160, 96)), ({"image": small, "target": 100}, (100, 60))],
    }
    offers = await offered(shop, "diffusers")
    assert {op for op, _ in offers} == set(orders)
    assert len(offers) == 2 * 4 + 2
    for op, offer in offers:
        for input, size in orders[op]:
            run = await ordered(shop, op, offer.removeprefix("diffusers/"), input)
            assert (run["state"], run["error"]) == ("succeeded", None), (offer, input, run)
            found = run["outputs"][0]
            assert (found["width"], found["height"], run["spent"]) == (*size, 0), (offer, input)
    used = {"painter", "own/other", "own/canny", "own/depth", "x4", "latent-x2"}
    assert sorted(drawer.loads) == sorted(used), "each is loaded once, and what does not fit never"
    assert (await shop.post("/api/providers/diffusers/check")).json()["message"].endswith(f"draws on {DEVICE}.")


async def test_a_seed_gives_the_same_picture_in_any_company(
    house: House, shop: httpx2.AsyncClient, drawer: Engine
) -> None:
    one = await made(shop, seed=5)
    tell(house, together=1)
    three = await made(shop, seed=4, count=3)
    assert len(set(three)) == 3
    assert three[1] == one[0]
    assert await made(shop, seed=5, prompt="a lighthouse at dawn") != one
    drawer.calls.clear()
    tell(house, together=3)
    together = await made(shop, seed=4, count=3)
    assert drawer.calls == [3]
    for alone, among in zip(three, together, strict=True):
        far = picture.load(alone).astype(int) - picture.load(among)
        assert abs(far).max() <= 2, "other companies may round otherwise, on some devices"
    assert drawer.loads == ["painter"]


async def test_equal_orders_are_drawn_together(house: House, shop: httpx2.AsyncClient, drawer: Engine) -> None:
    tell(house, together=8)
    alone = [(await made(shop, seed=seed, prompt=f"number {seed}"))[0] for seed in range(3)]
    first = fetched(house.studio.settings.models, "painter")
    drawer.calls.clear()
    # Something else keeps the engine busy, so that the orders meet in line.
    busy = Ticket(Ask("text", first, (64, 64), 60), [Cell("any", 1)] * 4)
    drawer.take(busy)
    told = [
        {"op": "image.generate", "offer": "diffusers/painter", "input": {**WORDS, "prompt": f"number {n}", "seed": n}}
        for n in range(3)
    ]
    runs = [(await shop.post("/api/runs", json=each)).json()["id"] for each in told]
    await asyncio.sleep(0.5)
    assert len(busy.made) < 4, "it was busy for too short a time"
    found = [(await shop.get(f"/api/runs/{id}", headers=WAIT)).json() for id in runs]
    assert drawer.calls[-1] == 3
    together = [await bytes_of(shop, run["outputs"][0]) for run in found]
    for own, among in zip(alone, together, strict=True):
        assert abs(picture.load(own).astype(int) - picture.load(among)).max() <= 2


async def test_a_masked_edit_changes_nothing_outside(shop: httpx2.AsyncClient, drawer: Engine) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(201, 143))))
    source, mask = await upload(shop, photo(201, 143)), await upload(shop, marks(201, 143), "mask.png")
    told = {"image": source["id"], "mask": mask["id"], "prompt": "a hat", "feather": 0}
    run = await ordered(shop, "image.inpaint", "painter", told)
    edited = picture.load(await bytes_of(shop, run["outputs"][0]))
    inside = np.asarray(Image.open(io.BytesIO(marks(201, 143)))) > 0
    assert (edited[~inside] == own[~inside]).all()
    assert (edited[inside] != own[inside]).any()


async def test_what_steers_it_is_seen_in_the_picture(shop: httpx2.AsyncClient, drawer: Engine) -> None:
    image = (await upload(shop, photo(150, 90)))["id"]
    other = (await upload(shop, photo(90, 90)))["id"]

    async def held(**more: Any) -> bytes:
        run = await ordered(shop, "image.structure", "painter", {"image": image, "prompt": "dawn", **more})
        return await bytes_of(shop, run["outputs"][0])

    assert await held() == await held()
    assert len({await held(), await held(strength=0.1), await held(guide="depth"), await held(image=other)}) == 4


async def test_a_model_goes_where_another_needs_its_room(
    house: House, shop: httpx2.AsyncClient, drawer: Engine
) -> None:
    await made(shop)
    [one] = (held.bytes for held in drawer.loaded.values())
    tell(house, memory=1.5 * one / 1e9)
    await made(shop, "own-other")
    assert [path.name for path in drawer.loaded] == ["other"]
    await made(shop)
    assert drawer.loads == ["painter", "own/other", "painter"]
    tell(house, memory=2.5 * one / 1e9)
    for model in ("own-other", "painter", "own-other"):
        await made(shop, model)
    assert drawer.loads == ["painter", "own/other", "painter", "own/other"]
    tell(house, memory=0.5 * one / 1e9)
    engine_of.cache_clear()
    run = await ordered(shop, "image.generate", "painter", WORDS)
    assert (run["state"], run["spent"]) == ("failed", 0)
    assert "GB of memory" in run["error"]["message"]


async def test_steps_are_told_and_it_stops_between_them(house: House, shop: httpx2.AsyncClient, drawer: Engine) -> None:
    await made(shop)
    pipe = next(iter(drawer.loaded.values())).model
    steps, seen = [0], set()

    def slow(module: Any, given: Any) -> None:
        steps[0] += 1
        time.sleep(0.12)

    hook = pipe.unet.register_forward_pre_hook(slow)
    told = {"op": "image.generate", "offer": "diffusers/painter", "input": {**WORDS, "quality": "premium"}}
    id = (await shop.post("/api/runs", json=told)).json()["id"]
    for _ in range(100):
        run = (await shop.get(f"/api/runs/{id}")).json()
        seen.add(run["progress"])
        if len(seen) > 3:
            break
        await asyncio.sleep(0.1)
    assert len(seen) > 3, seen
    assert max(seen) < 0.9
    await shop.post(f"/api/runs/{id}/cancel")
    run = (await shop.get(f"/api/runs/{id}", headers=WAIT)).json()
    assert (run["state"], run["outputs"]) == ("cancelled", [])
    await asyncio.sleep(0.3)
    stopped = steps[0]
    assert stopped < 40
    await asyncio.sleep(0.4)
    assert steps[0] == stopped, "it went on"
    hook.remove()
    await made(shop)


async def test_where_memory_ends_pictures_are_drawn_one_by_one(
    house: House, shop: httpx2.AsyncClient, drawer: Engine
) -> None:
    tell(house, together=3)
    alone = await made(shop, seed=1, count=3)
    await made(shop, "own-other")
    pipe = drawer.loaded[(house.studio.settings.models / "painter").resolve()].model
    most = [4]

    def full(module: Any, given: Any) -> None:
        # Each picture is there twice: with its prompt, and without.
        if len(given[0]) > most[0]:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    hook = pipe.unet.register_forward_pre_hook(full)
    drawer.calls.clear()
    again = await made(shop, seed=1, count=3)
    assert drawer.calls == [3, 1, 1, 1]
    assert [path.name for path in drawer.loaded] == ["painter"], "others gave their room"
    for own, among in zip(alone, again, strict=True):
        assert abs(picture.load(own).astype(int) - picture.load(among)).max() <= 2
    most[0] = 0
    run = await ordered(shop, "image.generate", "painter", WORDS)
    assert (run["state"], run["spent"]) == ("failed", 0)
    assert "not enough memory" in run["error"]["message"]
    hook.remove()
    await made(shop)


async def test_what_cannot_be_loaded_is_told_and_costs_nothing(
    house: House, shop: httpx2.AsyncClient, shelf: Path, tmp_path: Path, drawer: Engine
) -> None:
    models = house.studio.settings.models
    models.unlink()
    models.mkdir()
    tiny.pickled(shelf / "painter", models / "pickled")
    tiny.shortened(shelf / "painter", models / "short")
    tiny.of_other_shape(shelf / "painter", models / "odd")
    shutil.copytree(shelf / "own/canny", models / "net")
    (models / "empty").mkdir()
    (models / "out").symlink_to(tmp_path)
    said = {
        "absent": "no folder absent",
        "pickled": "as pickles",
        "short": "no whole safetensors file",
        "odd": "cannot be loaded",
        "empty": "holds no model",
        "net": "holds no pipeline",
        "out": "leads out of the folder",
    }
    tell(house, models=", ".join(said), controlnets="", upscalers="odd")
    for model, part in said.items():
        run = await ordered(shop, "image.generate", model, WORDS)
        assert (run["state"], run["spent"], run["outputs"]) == ("failed", 0, []), model
        assert part in run["error"]["message"], (model, run["error"])
    image = (await upload(shop, photo(64, 64)))["id"]
    run = await ordered(shop, "image.upscale", "odd", {"image": image})
    assert "does not enlarge" in run["error"]["message"]
    assert drawer.loaded == {}


async def test_a_black_picture_is_refused(shop: httpx2.AsyncClient, drawer: Engine) -> None:
    await made(shop)
    pipe = next(iter(drawer.loaded.values())).model
    hook = pipe.vae.decoder.register_forward_hook(lambda module, given, result: torch.zeros_like(result))
    run = await ordered(shop, "image.generate", "painter", WORDS)
    hook.remove()
    assert (run["state"], run["outputs"], run["spent"]) == ("failed", [], 0)
    assert "all of one colour" in run["error"]["message"]
