"""The cut-out's offers: on transparency, or before another background."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import numpy as np
import pytest
from pydantic import ValidationError

from gesso.imaging import picture
from gesso.ops.edit import RemoveBackground
from gesso.providers.local.cutout import cut, cut_by_model
from tests.conftest import House, photo, upload
from tests.imaging.test_matting import luminance

ID = str(uuid4())
BACKDROPS: list[dict[str, Any]] = [
    {"kind": "colour", "colour": "#20A0C0"},
    {"kind": "gradient", "start": "#204060", "end": "#f0e0d0", "angle": 45},
    {"kind": "image", "image": ID, "fit": "cover"},
    {"kind": "image", "image": ID, "fit": "contain"},
    {"kind": "image", "image": ID, "fit": "tile"},
    {"kind": "blur", "radius": 10},
]


def made(background: dict[str, Any] | None, source: bytes, model: Path | None = None) -> picture.Pixels:
    request = RemoveBackground.model_validate({"image": ID, "background": background})
    behind = photo(50, 70) if background and background["kind"] == "image" else None
    if model is not None:
        return picture.load(cut_by_model(request, str(model), source, None, behind).data)
    return picture.load(cut(request, source, None, behind, lambda fraction: None).data)


@pytest.mark.parametrize("background", BACKDROPS, ids=lambda wanted: f"{wanted['kind']} {wanted.get('fit', '')}")
def test_a_new_background_makes_the_picture_whole_and_leaves_the_subject_as_it_is(background: dict[str, Any]) -> None:
    source = photo(160, 120)
    cut_out, whole = made(None, source), made(background, source)
    assert whole.shape == (120, 160, 3)
    sure = cut_out[..., 3] == 255
    assert sure.mean() > 0.1
    assert (whole[sure] == cut_out[sure][:, :3]).all()


def test_a_colour_is_exactly_that_colour() -> None:
    assert (made({"kind": "colour", "colour": "#20A0C0"}, photo(160, 120))[0, 0] == (0x20, 0xA0, 0xC0)).all()


def test_a_model_of_the_users_has_the_same_backgrounds(tmp_path: Path) -> None:
    model = luminance(tmp_path / "bright.onnx")
    bright = np.full((90, 140, 3), 8, np.uint8)
    bright[:, 70:] = 250
    for background in BACKDROPS:
        whole = made(background, picture.png(bright), model)
        assert whole.shape == (90, 140, 3)
        assert (whole[:, 100:] == 250).all(), background
    assert (made({"kind": "colour", "colour": "#20a0c0"}, picture.png(bright), model)[:, :40, 0] < 0x30).all()


def test_what_was_transparent_before_shows_the_new_background() -> None:
    source = np.dstack([picture.load(photo(160, 120)), np.full((120, 160), 255, np.uint8)])
    source[:30, :, 3] = 0
    whole = made({"kind": "colour", "colour": "#20a0c0"}, picture.png(source))
    assert (whole[:30] == (0x20, 0xA0, 0xC0)).all()


@pytest.mark.parametrize(
    "background",
    [
        {"kind": "colour", "colour": "red"},
        {"kind": "colour"},
        {"kind": "blur", "radius": 0},
        {"kind": "gradient", "start": "#000000", "end": "#ffffff", "angle": 361},
        {"kind": "video"},
        {"colour": "#ffffff"},
    ],
)
def test_a_background_that_cannot_be_is_refused(background: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RemoveBackground.model_validate({"image": ID, "background": background})


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_picture_behind_is_a_parent_and_must_be_visible(house: House, client: httpx2.AsyncClient) -> None:
    front, behind = (await upload(client, photo(90, 60)))["id"], (await upload(client, photo(60, 90)))["id"]
    background = {"kind": "image", "image": behind}
    order = {"op": "image.remove_background", "input": {"image": front, "background": background}}
    run = (await client.post("/api/runs", json=order, headers={"Prefer": "wait=60"})).json()
    assert run["state"] == "succeeded", run["error"]
    assert run["outputs"][0]["parents"] == [front, behind]
    background["image"] = ID
    assert (await client.post("/api/runs", json=order)).status_code == 404
