"""What every operation and every offer must be: a new one is held to this without a line of test written for it."""

import asyncio
import wave
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import httpx2
import numpy as np
import pytest

from gesso import catalog
from gesso.catalog import Offer
from gesso.imaging import film, picture
from gesso.ops import OPERATIONS, Operation
from gesso.ops.fields import WIDGETS, AssetRef
from gesso.ops.sealed import Sealed
from tests.conftest import House, photo, upload

SHELF = catalog.load({}, Path("no models"))
OFFERS = [offer for offers in SHELF.offers.values() for offer in offers.values()]


def widgets(schema: Any) -> set[str]:
    match schema:
        case dict():
            own = {schema["x-ui"]["widget"]} if "widget" in schema.get("x-ui", {}) else set()
            return own.union(*(widgets(value) for value in schema.values()))
        case list():
            return set().union(*(widgets(value) for value in schema)) if schema else set()
    return set()


@pytest.mark.parametrize("kind", OPERATIONS.values(), ids=lambda kind: kind.op)
def test_an_operation_says_what_it_is(kind: type[Operation]) -> None:
    assert kind.title
    assert kind.title[0].isupper()
    assert kind.__doc__
    assert kind.op.count(".") == 1
    assert kind.makes in ("image", "video", "audio", "mesh", "text")
    assert kind.brought or SHELF.offers.get(kind.op), "somebody offers it without a key"


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: f"{offer.request.op} {offer.id}")
def test_an_offer_can_be_drawn_as_a_form(offer: Offer[Any]) -> None:
    schema = offer.request.model_json_schema()
    assert widgets(schema) <= WIDGETS
    assert [field["x-ui"]["order"] for field in schema["properties"].values()] == sorted(
        {field["x-ui"]["order"] for field in schema["properties"].values()}
    ), "each field has its own place in the form"
    for name, field in schema["properties"].items():
        hint = field["x-ui"]
        assert field.get("title"), name
        assert hint.get("widget") in WIDGETS, f"nobody could ask for {name}"
        if hint["widget"] == "slider":
            assert {"minimum", "maximum"} <= field.keys(), f"the slider of {name} has two ends"
            assert hint["step"] > 0, name
        if "enum" in field and "options" in hint:
            assert [option["value"] for option in hint["options"]] == field["enum"], f"{name} has a title for each"
        for other, wanted in hint.get("visible_if", {}).items():
            assert other in schema["properties"], name
            assert wanted
    assert offer.title
    assert offer.lane in ("remote", "cpu", "gpu")


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: f"{offer.request.op} {offer.id}")
def test_an_offer_knows_its_price_and_its_time_before(offer: Offer[Any]) -> None:
    assets = dict.fromkeys(("asset", "mask", "voice", "film"), "0" * 32)
    request = offer.request.model_validate(offer.request.told(assets))
    price = offer.price(request, {})
    assert price is not None
    assert price >= 0
    assert 0 < offer.seconds(request, {}) < 3600
    assert request.outputs() >= 1
    assert request.settled().settled() == request.settled()
    reading = offer.read(request)
    assert all(isinstance(word, str) for word in reading.understood + reading.ignored)
    named = [each for _, value in request for each in (value if isinstance(value, tuple) else (value,))]
    assert len(list(request.assets())) == sum(isinstance(each, AssetRef) for each in named)


def voice() -> bytes:
    """A second of a hum that rises and falls, as WAV."""
    time = np.arange(16_000) / 16_000
    hum = np.sin(2 * np.pi * 220 * time) * np.sin(np.pi * time) ** 2 * 12_000
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(hum.astype("<i2").tobytes())
    return file.getvalue()


def reel() -> bytes:
    """Half a second of a bar that grows, with a hum, as MP4."""
    hum = np.sin(np.arange(film.RATE // 2) / 20).astype(np.float32) * 0.3
    writer = film.Writer(96, 64, 24, sound=hum)
    for number in range(12):
        shown = np.zeros((64, 96, 3), np.uint8)
        shown[:, : 8 * (number + 1)] = (200, 90, 30)
        writer.add(shown)
    return writer.done()


async def examples(client: httpx2.AsyncClient, width: int, height: int) -> dict[str, str]:
    """What examples may speak of: a picture, and a mask of its size with a spot in the middle."""
    spot = np.zeros((height, width, 3), np.uint8)
    cv2.circle(spot, (width // 2, height // 2), height // 8, (255, 255, 255), -1)
    return {
        "asset": (await upload(client, photo(width, height)))["id"],
        "mask": (await upload(client, picture.png(spot), "mask.png"))["id"],
        "voice": (await upload(client, voice(), "voice.wav"))["id"],
        "film": (await upload(client, reel(), "film.mp4"))["id"],
    }


async def carried_out(client: httpx2.AsyncClient, offer: Offer[Any], assets: dict[str, str]) -> dict[str, Any]:
    """The run of the offer's example, when it is over."""
    # Two signatures of the same are never the same.
    unsigned = {"credentials": "none"} if issubclass(offer.request, Sealed) else {}
    order = {"op": offer.request.op, "offer": offer.id, "input": offer.request.told(assets) | unsigned}
    run: dict[str, Any] = (await client.post("/api/runs", json=order)).json()
    while run.get("state") in ("queued", "running"):
        run = (await client.get(f"/api/runs/{run['id']}", headers={"Prefer": "wait=60"})).json()
    return run


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.row("E12", "K7", "T1", "T2", "T3", "T4", at="POST /api/runs")
async def test_every_offer_carries_its_example_out_twice_alike(house: House, client: httpx2.AsyncClient) -> None:
    assets = await examples(client, 240, 180)
    runs = await asyncio.gather(*(carried_out(client, offer, assets) for offer in OFFERS * 2))
    for offer, run, again in zip(OFFERS, runs, runs[len(OFFERS) :], strict=False):
        assert run["state"] == "succeeded", (offer.id, run["error"])
        if offer.request.makes == "text":
            # Words are kept on the run: nothing of them litters the library.
            assert (run["outputs"], run["expected"]) == ([], 1)
            assert all(run["answer"].values())
            assert run["answer"] == again["answer"], offer.id
            continue
        assert (len(run["outputs"]), run["answer"]) == (run["expected"], None)
        assert all(made["kind"] == offer.request.makes for made in run["outputs"])
        used = {str(ref) for ref in offer.request.model_validate(offer.request.told(assets)).assets()}
        assert all(set(made["parents"]) == used for made in run["outputs"])
        assert run["outputs"][0]["sha256"] == again["outputs"][0]["sha256"], offer.id
