"""What does not fit together, or would be too large, is refused before; and the size of a result is known before."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from gesso.ops.fields import LATER
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio


async def estimate(client: httpx2.AsyncClient, op: str, **given: Any) -> httpx2.Response:
    return await client.post("/api/runs/estimate", json={"op": op, "input": given})


async def test_a_result_that_is_too_large_is_refused_at_estimate_and_at_submit(
    house: House, client: httpx2.AsyncClient
) -> None:
    image = (await upload(client, photo(1500, 1200)))["id"]
    for path in ("/api/runs/estimate", "/api/runs"):
        order = {"op": "image.upscale", "input": {"image": image, "factor": 8}}
        answer = await client.post(path, json=order)
        assert answer.status_code == 422, path
        fault = answer.json()
        assert [field["field"] for field in fault["fields"]] == ["factor"]
        assert "12000 x 9600" in fault["detail"]
        assert "100 megapixels" in fault["detail"]
    assert (await client.get("/api/runs")).json()["items"] == []


async def test_the_size_of_the_result_is_known_before(house: House, client: httpx2.AsyncClient) -> None:
    image = (await upload(client, photo(90, 60)))["id"]
    for op, given, size in (
        ("image.upscale", {"image": image, "factor": 4}, {"width": 360, "height": 240}),
        ("image.remove_background", {"image": image}, {"width": 90, "height": 60}),
        ("image.generate", {"prompt": "a lake", "width": 512, "height": 768}, {"width": 512, "height": 768}),
        ("image.generate", {"prompt": "a lake", "image": image}, {"width": 1024, "height": 1024}),
    ):
        assert (await estimate(client, op, **given)).json()["size"] == size, op


async def test_a_picture_that_is_still_to_come_has_a_price_but_no_size(
    house: House, client: httpx2.AsyncClient
) -> None:
    told = (await estimate(client, "image.upscale", image=str(LATER), factor=8)).json()
    assert (told["price"], told["size"]) == (0, None)
    image = (await upload(client, photo(90, 60)))["id"]
    assert (await estimate(client, "image.remove_background", image=image, mask=str(LATER))).status_code == 200
    order = {"op": "image.upscale", "input": {"image": str(LATER)}}
    assert (await client.post("/api/runs", json=order)).status_code == 404, "a run needs the picture itself"


async def test_an_estimate_tells_nothing_of_what_one_may_not_see(house: House, client: httpx2.AsyncClient) -> None:
    hidden = (await upload(client, photo(90, 60)))["id"]
    stranger = await house.join("eve", "owner", team="Elsewhere")
    answers = [await estimate(stranger, "image.upscale", image=image) for image in (hidden, str(uuid4()))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({answer.json()["code"] for answer in answers}) == 1
    reference = {"prompt": "a lake", "references": [{"image": hidden}]}
    assert (await estimate(stranger, "image.generate", **reference)).status_code == 404


async def test_marks_that_do_not_fit_are_refused_at_estimate_too(house: House, client: httpx2.AsyncClient) -> None:
    image, mask = (await upload(client, photo(90, 60)))["id"], (await upload(client, photo(60, 90)))["id"]
    for given in ({"mask": mask}, {"box": [90, 0, 5, 5]}):
        answer = await estimate(client, "image.remove_background", image=image, **given)
        assert answer.status_code == 422
        assert answer.json()["fields"][0]["field"] in given
