"""Files by the names that other clients know: what they come to is told to the byte, and nothing of that is kept."""

import asyncio
import base64
import io
from typing import Any

import pytest
from PIL import Image
from starlette.requests import Request

from gesso.api.runs import while_waited_for
from gesso.imaging import picture
from gesso.kit.errors import Cancelled
from tests.api.conftest import strays
from tests.conftest import House, upload
from tests.imaging.photos import photo

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}
AT = "/api/image-studio"


async def test_a_file_is_made_smaller_and_of_another_format_as_was_told_before(house: House) -> None:
    client = await house.as_owner()
    data = picture.jpeg(photo("coffee"), quality=95)
    asset = await upload(client, data, "coffee.jpg")
    inline = "data:image/jpeg;base64," + base64.b64encode(data).decode()
    before = len((await client.get("/api/assets")).json()["items"])

    known = (await client.get(f"{AT}/compress/presets")).json()["presets"]
    assert [one["id"] for one in known] == ["web", "email", "social", "high_quality", "maximum"]
    formats = (await client.get(f"{AT}/convert-format/supported")).json()
    assert {one["format"] for one in formats["writes"]} == {"jpeg", "png", "webp", "avif", "gif", "tiff"}
    assert {"image/heic", "image/bmp", "image/avif"} < set(formats["reads"])

    told: dict[str, Any] = {}
    for sent in (asset["id"], inline):
        wanted = {
            "image_base64": sent,
            "target_size_kb": 40,
            "format": "webp",
            "all_presets": True,
            "strip_metadata": True,
        }
        answer = await client.post(f"{AT}/compress/estimate", json=wanted)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert (told["before"], told["chosen"]["type"]) == (len(data), "image/webp")
        assert told["chosen"]["bytes"] <= 40_000
        assert told["chosen"]["saved"] == len(data) - told["chosen"]["bytes"]
        assert [one["preset"] for one in told["presets"]] == [one["id"] for one in known]
        assert all(one["trouble"] is None and 0.5 < one["ssim"] <= 1 for one in told["presets"])
    assert len((await client.get("/api/assets")).json()["items"]) == before
    assert await strays(house) == set()

    run = await client.post(
        f"{AT}/compress",
        json={"image": inline, "target_kb": 40, "format": "webp", "strip_metadata": True},
        headers=WAIT,
    )
    made = run.json()["outputs"][0]
    assert (run.status_code, run.json()["op"], made["bytes"]) == (200, "image.compress", told["chosen"]["bytes"])
    # It leaves as it was made: how it was made is not written into it, which would make it larger.
    file = await client.get(f"/api/assets/{made['id']}/file", params={"download": True})
    assert len(file.content) == made["bytes"]

    order = {"op": "image.compress", "input": {"image": asset["id"], "target_kb": 40, "format": "webp"}}
    signed = await client.post("/api/runs/glimpse", json=order)
    # What the file says of where it comes from counts as well.
    assert len(signed.content) <= 40_000
    assert b"c2pa" in signed.content
    assert not (await client.get("/api/credentials")).json()["issued"], "nothing is written down for a look"
    order["input"] |= {"metadata": "none"}  # type: ignore[operator]
    seen = await client.post("/api/runs/glimpse", json=order)
    assert (seen.content, seen.headers["content-type"]) == (file.content, "image/webp")
    assert '"ssim"' in seen.headers["gesso-facts"]

    answer = await client.post(
        f"{AT}/convert-format", json={"image": asset["id"], "target_format": "tiff"}, headers=WAIT
    )
    assert answer.json()["outputs"][0]["type"] == "image/tiff"
    sent = {"image": asset["id"], "strip_metadata": True, "preset": "smallest"}
    answer = await client.post(f"{AT}/compress", json=sent, headers=WAIT)
    assert (answer.json()["input"]["preset"], answer.json()["input"]["metadata"]) == ("maximum", "none")


async def test_what_cannot_be_is_said_and_what_is_wrong_is_refused(house: House) -> None:
    client = await house.as_owner()
    out = io.BytesIO()
    Image.fromarray(photo("astronaut")).save(out, "PNG")
    image = base64.b64encode(out.getvalue()).decode()
    wanted = {"image": image, "target_kb": 3, "format": "png", "smaller": False}
    answer = (await client.post(f"{AT}/compress/estimate", json=wanted)).json()
    assert answer["chosen"]["bytes"] is None
    assert "does not fit into 3 kB" in answer["chosen"]["trouble"]
    asset = (await upload(client, out.getvalue()))["id"]
    order = {"op": "image.compress", "input": wanted | {"image": asset}}
    assert (await client.post("/api/runs/glimpse", json=order)).status_code == 422
    for body, status in (
        ({"image": "%%%"}, 422),
        ({"image": base64.b64encode(b"no picture").decode()}, 422),
        ({"image": image, "preset": "none"}, 422),
        ({"image": image, "strip_metadata": True, "keep_metadata": True}, 422),
        ({"image": image, "long": 100, "percent": 50}, 422),
        ({"image": image, "unknown": 1}, 422),
        ({"image": "0197b7a0-0000-7000-8000-000000000000"}, 404),
    ):
        answer = await client.post(f"{AT}/compress/estimate", json=body)
        assert answer.status_code == status, (body, answer.text)


async def test_work_that_nobody_waits_for_is_stopped() -> None:
    stopped = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Cancelled):
        await while_waited_for(Request({"type": "http"}, receive), work())
    assert stopped.is_set()
