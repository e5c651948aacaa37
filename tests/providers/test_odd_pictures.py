"""Pictures that nobody thinks of: every operation of the built-in engine makes of them what is right, or says clearly
why not. None of them may end in an error that nobody has put into words."""

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso import catalog
from gesso.catalog import Offer
from gesso.imaging import picture
from gesso.kit.errors import GessoError, Invalid
from gesso.ops import Source
from gesso.ops.fields import LATER
from tests.conftest import upload
from tests.test_contract import voice

pytestmark = pytest.mark.anyio

VOICE = UUID(int=7)
SHELF = catalog.load({}, Path("no-such-folder"))
OFFERS = [
    offer
    for offers in SHELF.offers.values()
    for offer in offers.values()
    if "image" in offer.request.model_fields and offer.request.capability != "create"
]


def encoded(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def noisy(height: int, width: int, channels: int) -> Image.Image:
    shape = (height, width) if channels == 1 else (height, width, channels)
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, shape, np.uint8))


ODD = {
    "one pixel": encoded(Image.new("RGB", (1, 1), (200, 30, 30))),
    "fifty to one": encoded(noisy(12, 600, 3)),
    "transparent": encoded(Image.new("RGBA", (90, 60), (0, 0, 0, 0))),
    "grey": encoded(noisy(60, 90, 1)),
    "sixteen bits": encoded(Image.fromarray(np.full((60, 90), 40_000, np.uint16))),
    "for print": encoded(noisy(60, 90, 4).convert("RGB").convert("CMYK"), "JPEG"),
    "one colour": encoded(Image.new("RGB", (80, 80), (9, 9, 9))),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ODD)
async def test_an_odd_picture_has_a_right_result_or_a_clear_error(client: httpx2.AsyncClient, kind: str) -> None:
    image = await upload(client, ODD[kind], "odd.jpg" if kind == "for print" else "odd.png")
    whole = picture.png(np.full((image["height"], image["width"], 3), 255, np.uint8))
    mask = await upload(client, whole, "mask.png")
    assets = {"asset": image["id"], "mask": mask["id"], "voice": (await upload(client, voice(), "voice.wav"))["id"]}

    async def tried(offer: Offer[Any]) -> tuple[int, dict[str, Any]]:
        given = offer.request.told(assets) | {"image": image["id"]}
        given.pop("face", None)
        if offer.request.op == "image.search_recolor":
            given = {"image": image["id"], "click": "0,0", "colour": "#3355aa"}
        answer = await client.post("/api/runs", json={"op": offer.request.op, "offer": offer.id, "input": given})
        told: dict[str, Any] = answer.json()
        while told.get("state") in ("queued", "running"):
            told = (await client.get(f"/api/runs/{told['id']}", headers={"Prefer": "wait=60"})).json()
        return answer.status_code, told

    for offer, (status, told) in zip(OFFERS, await asyncio.gather(*map(tried, OFFERS)), strict=True):
        if status >= 400:
            assert status == 422, (offer.id, told)
            assert told["detail"], (offer.id, told)
        elif told["state"] != "succeeded":
            assert told["state"] == "failed", (offer.id, told)
            assert told["error"]["code"] != "internal", (offer.request.op, told["error"])
            assert len(told["error"]["message"]) > 20, (offer.request.op, told["error"])
        elif offer.request.makes == "text":
            assert told["answer"], offer.request.op
        else:
            assert told["outputs"][0]["width"] > 0, offer.request.op


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a" + bytes(40), ODD["grey"][:60]], ids=["empty", "a GIF's head", "cut off"]
)
async def test_what_is_broken_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(GessoError):
        picture.load(data)


async def test_a_recording_that_is_too_long_is_refused_before_anything_runs() -> None:
    [(_, request)] = SHELF.accepting("video.avatar", None, {"image": str(LATER), "audio": str(VOICE)})
    request.check({VOICE: Source("audio", 0, 0, 599.0)})
    with pytest.raises(Invalid, match=r"10\.1 minutes long; at most 10"):
        request.check({VOICE: Source("audio", 0, 0, 606.0)})
