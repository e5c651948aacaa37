"""The Sketchbook's offer: what it says of a request before, and what becomes of start pictures and references."""

from typing import Any
from uuid import uuid4

import httpx2
import numpy as np
import pytest
from pydantic import ValidationError

from gesso.imaging import picture
from gesso.providers.local.sketchbook import Sketch, paint, read
from tests.conftest import House, photo, upload

ID = str(uuid4())


def sketch(**fields: Any) -> Sketch:
    return Sketch.model_validate(
        {"prompt": "a lighthouse at sunset with a dragon", "width": 256, "height": 256} | fields
    )


def made(request: Sketch, start: bytes | None = None, *looks: bytes) -> picture.Pixels:
    return picture.load(paint(request, 0, start, looks, lambda fraction: None).data)


def test_from_a_picture_the_words_for_things_are_ignored_and_said_to_be() -> None:
    assert read(sketch()).understood == ("lighthouse", "sunset")
    said = read(sketch(image=ID))
    assert said.understood == ("sunset",)
    assert said.ignored == ("dragon", "lighthouse")
    assert "“Hello”" in read(sketch(image=ID, prompt='a poster that says "Hello"')).ignored


def test_at_full_strength_the_picture_is_ignored_and_said_to_be() -> None:
    said = read(sketch(image=ID, strength=1))
    assert said.understood == ("lighthouse", "sunset")
    assert said.ignored == ("dragon", "image")


def test_a_start_picture_of_any_shape_is_painted_in_the_size_that_was_asked_for() -> None:
    for width, height in ((400, 90), (90, 400), (32, 32)):
        assert made(sketch(image=ID, width=320), photo(width, height)).shape == (256, 320, 3)


def test_a_transparent_start_picture_lies_on_white() -> None:
    clear = np.zeros((256, 256, 4), np.uint8)
    assert (made(sketch(image=ID, strength=0), picture.png(clear)) == 255).all()


def test_references_change_the_picture() -> None:
    red = picture.png(np.full((64, 64, 3), (180, 30, 20), np.uint8))
    request = sketch(seed=4, references=[{"image": ID, "weight": 1}])
    changed, plain = made(request, None, red), made(sketch(seed=4))
    assert changed[..., 0].mean() - changed[..., 2].mean() > plain[..., 0].mean() - plain[..., 2].mean() + 20


@pytest.mark.parametrize(
    "fields",
    [
        {"strength": 1.1},
        {"strength": -0.1},
        {"references": [{"image": ID, "weight": 2}]},
        {"references": [{"weight": 0.5}]},
        {"references": [{"image": ID}] * 5},
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        sketch(**fields)


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_start_picture_comes_first_among_the_parents(house: House, client: httpx2.AsyncClient) -> None:
    start, look = (await upload(client, photo(90, 60)))["id"], (await upload(client, photo(60, 90)))["id"]
    given = {
        "prompt": "at sunset",
        "width": 256,
        "height": 256,
        "references": [{"image": look}, {"image": start, "weight": 0.2}],
        "image": start,
    }
    order = {"op": "image.generate", "offer": "local/sketchbook", "input": given}
    run = (await client.post("/api/runs", json=order, headers={"Prefer": "wait=60"})).json()
    assert run["state"] == "succeeded", run["error"]
    assert run["outputs"][0]["parents"] == [start, look]
    assert run["notes"] == ["The start picture was cropped to the shape of 256 x 256."]
    again = (await client.post(f"/api/runs/{run['id']}/rerun", json={}, headers={"Prefer": "wait=60"})).json()
    assert again["outputs"][0]["sha256"] == run["outputs"][0]["sha256"]
    given["references"] = [{"image": ID}]
    assert (await client.post("/api/runs", json=order)).status_code == 404
