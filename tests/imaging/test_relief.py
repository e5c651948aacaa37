"""Bodies out of pictures: closed, facing outwards, and read again as they were written."""

import struct

import numpy as np
import pytest

from gesso.imaging import mesh, picture, relief
from gesso.kit.errors import BadMedia
from tests.imaging.photos import photo


@pytest.mark.parametrize("back", ["flat", "mirrored"])
@pytest.mark.parametrize("grid", [32, 96])
def test_a_relief_is_closed_and_looks_outwards(back: relief.Back, grid: int) -> None:
    body, sure = relief.relief(photo("astronaut"), grid=grid, back=back)
    count, open_ = relief.edges(body)
    assert (open_, count > 100) == (0, True)
    assert relief.volume(body) > 0
    assert np.allclose(np.linalg.norm(body.normals, axis=1), 1, atol=1e-3)
    assert 0 <= sure <= 1


def test_a_cut_out_is_the_body_and_two_pieces_are_one() -> None:
    cut = np.zeros((120, 160, 4), np.uint8)
    cut[20:100, 20:70] = (200, 60, 60, 255)
    cut[40:60, 110:120] = (60, 200, 60, 255)
    body, _ = relief.relief(cut, grid=64)
    assert relief.edges(body)[1] == 0
    assert np.ptp(body.points[:, 0]) < np.ptp(body.points[:, 1]) * 0.8


def test_a_glb_is_written_and_read_again() -> None:
    body, _ = relief.relief(photo("coffee"), grid=48, texture=128)
    data = mesh.glb(body)
    assert data == mesh.glb(body)
    assert struct.unpack_from("<4sII", data) == (b"glTF", 2, len(data))
    again = mesh.read(data)
    assert (again.faces == body.faces).all()
    assert np.allclose(again.points, body.points, atol=1e-5)
    assert again.texture is not None
    seen = mesh.render(again, 128, 96)
    assert seen.shape == (96, 128, 3)
    assert seen.std() > 10


@pytest.mark.parametrize("cut", [12, 60, 2_000, -10])
def test_a_damaged_glb_is_refused(cut: int) -> None:
    data = mesh.glb(relief.relief(photo("coffee"), grid=32, texture=64)[0])
    with pytest.raises(BadMedia):
        mesh.read(data[:cut])


def test_the_smallest_picture_is_a_body_too() -> None:
    assert relief.edges(relief.relief(np.full((1, 1, 3), 90, np.uint8), grid=16)[0])[1] == 0
    assert picture.sniff(mesh.glb(relief.relief(np.full((2, 40, 3), 90, np.uint8), grid=16)[0])) == "model/gltf-binary"
