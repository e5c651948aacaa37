"""`POST /api/assets/{id}/segment`: a mask for a click."""

import numpy as np
import pytest

from gesso.imaging import picture
from tests.conftest import House, photo, upload
from tests.imaging.test_pointing import models

pytestmark = pytest.mark.anyio


@pytest.mark.row("E10", at="POST /api/assets/{asset_id}/segment")
async def test_a_click_is_answered_with_a_mask_by_colours_or_by_the_operators_own_model(plain: House) -> None:
    client = await plain.as_owner()
    asset = await upload(client, photo(480, 320))
    place = f"/api/assets/{asset['id']}/segment"
    answer = await client.post(place, json={"points": [{"x": 240, "y": 160}]})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["gesso-method"] == "colours and edges"
    mask = picture.load(answer.content)
    assert mask.shape[:2] == (320, 480)
    assert mask[160, 240, 0] == 255
    assert 0 < (mask[..., 0] > 127).mean() < 1
    for body in ({}, {"points": [{"x": 240, "y": 160, "keep": False}]}, {"points": [{"x": 480, "y": 0}]}):
        assert (await client.post(place, json=body)).status_code == 422, body

    # One that cannot be read changes nothing; one that can is asked, and looks at each picture once.
    folder = plain.studio.settings.models
    (folder / "other.encoder.onnx").write_bytes(b"nothing")
    (folder / "other.decoder.onnx").write_bytes(b"nothing")
    again = await client.post(place, json={"points": [{"x": 240, "y": 160}]})
    assert again.headers["gesso-method"] == "colours and edges"
    models(folder, "point_coords")
    for x in (240, 5):
        found = await client.post(place, json={"points": [{"x": x, "y": 160}]})
        assert found.headers["gesso-method"] == "tiny.decoder"
        assert picture.load(found.content)[160, x, 0] == 255
    assert len(plain.studio.pointer.seen) == 1
    assert set(np.unique(picture.load(found.content)[..., 0])) <= {0, 255}
