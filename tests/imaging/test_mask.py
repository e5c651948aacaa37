"""Masks, and the promise that nothing outside of one changes."""

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray
from PIL import Image

from gesso.imaging import mask, picture
from gesso.kit.errors import Invalid
from tests.api.pictures import saved

sizes = some.integers(1, 40)
channels = some.sampled_from((3, 4))


def noise(seed: int, *shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


@settings(max_examples=120, deadline=None)
@given(sizes, sizes, channels, channels, some.floats(0, 30), some.integers(0, 9))
def test_not_one_byte_changes_outside_of_mask_and_feather(
    height: int, width: int, before: int, after: int, feather: float, seed: int
) -> None:
    source, edited = noise(seed, height, width, before), noise(seed + 1, height, width, after)
    marks = np.where(noise(seed + 2, height, width) > 200, noise(seed + 3, height, width), 0).astype(np.uint8)
    made = mask.composite(source, edited, marks, feather)
    far = cv2.distanceTransform((marks < 128).astype(np.uint8), cv2.DIST_L2, 5) if (marks >= 128).any() else None
    untouched = (marks == 0) & (far > feather + 1 if far is not None else True)
    same = mask.opaque(source) if made.shape[2] == 4 else source
    assert (made[untouched] == same[untouched]).all()
    assert mask.outside(source, made, marks, feather) == 0
    full = marks == 255
    whole = mask.opaque(edited) if made.shape[2] == 4 else edited
    assert (made[full] == whole[full]).all()


def test_a_change_outside_is_counted() -> None:
    source, marks = noise(1, 20, 30, 3), np.zeros((20, 30), np.uint8)
    marks[5:10, 5:10] = 255
    edited = source.copy()
    edited[0, 0] ^= 255
    edited[7, 7] ^= 255
    assert mask.outside(source, edited, marks) == 1


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "1"])
def test_whatever_kind_of_file_it_is_the_seal_holds(mode: str) -> None:
    shade = Image.fromarray(noise(3, 24, 36, 3))
    wide = Image.fromarray(noise(3, 24, 36).astype(np.uint16) * 257)
    image = wide if mode == "I;16" else shade.convert(mode)
    data = saved(image, "TIFF" if mode == "CMYK" else "PNG")
    marks = np.zeros((24, 36, 3), np.uint8)
    marks[8:16, 8:20] = 255
    other = picture.png(noise(4, 24, 36, 3))
    sealed, proof = mask.seal(data, other, picture.png(marks), 3)
    assert proof["outside_changed"] == 0
    assert sealed is not None
    made, before = picture.load(sealed, alpha=True), picture.load(data, alpha=True)
    assert (made[:4] == before[:4]).all()
    assert (made[9:15, 9:19, :3] == picture.load(other)[9:15, 9:19]).all()


def test_a_result_of_another_size_is_brought_to_the_sources() -> None:
    source, marks = noise(5, 30, 40, 3), np.full((30, 40, 3), 255, np.uint8)
    marks[:, 20:] = 0
    sealed, proof = mask.seal(picture.png(source), picture.png(noise(6, 64, 64, 3)), picture.png(marks), 0)
    assert sealed is not None
    assert (picture.load(sealed)[:, 20:] == source[:, 20:]).all()
    assert proof == {"outside_changed": 0, "mask_share": 0.5}


def test_what_is_true_already_is_not_written_anew() -> None:
    source = noise(7, 12, 12, 3)
    data = picture.png(source)
    assert mask.seal(data, data, picture.png(np.zeros_like(source)), 0)[0] is None


@pytest.mark.parametrize(("pixel", "seen"), [((255, 255, 255, 0), 0), ((0, 0, 0, 255), 0), ((255, 255, 255, 255), 255)])
def test_what_is_transparent_is_not_marked(pixel: Any, seen: int) -> None:
    assert mask.grey(np.full((2, 3, 4), pixel, np.uint8)).tolist() == [[seen] * 3] * 2


def test_nothing_marked_is_said() -> None:
    with pytest.raises(Invalid, match="nothing is marked"):
        mask.marked(np.zeros((4, 4), np.uint8))
