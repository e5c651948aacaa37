"""Crops, turns and perspective."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from gesso.imaging import geometry
from gesso.kit.errors import Invalid, TooLarge
from gesso.kit.ids import uuid7
from gesso.ops.adjust import Crop


def noise(*shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("channels", [3, 4])
def test_quarter_turns_keep_every_byte_and_four_of_them_change_nothing(channels: int) -> None:
    pixels = noise(7, 11, channels)
    once = geometry.turn(pixels, 1)
    assert once.shape == (11, 7, channels)
    assert (once[0, -1] == pixels[0, 0]).all(), "clockwise: the top left corner goes to the top right"
    assert (geometry.turn(once, 3) == pixels).all()
    assert (geometry.rotate(pixels, 90, "expand") == once).all()


@pytest.mark.parametrize("angle", [-31.0, -3.5, 0.4, 12.0, 45.0])
def test_a_straightened_picture_has_no_empty_corner(angle: float) -> None:
    pixels = np.full((80, 130, 3), 200, np.uint8)
    made = geometry.rotate(pixels, angle, "crop")
    assert made.shape[1::-1] == geometry.rotated(130, 80, angle, "crop")
    assert made.min() > 190
    assert abs(made.shape[1] / made.shape[0] - 130 / 80) < 0.06


def test_expanded_corners_are_transparent_or_of_the_colour_that_was_asked_for() -> None:
    pixels = np.full((60, 60, 3), 200, np.uint8)
    clear = geometry.rotate(pixels, 30, "expand")
    assert clear.shape == (82, 82, 4)
    assert clear[0, 0, 3] == 0
    assert clear[41, 41].tolist() == [200, 200, 200, 255]
    red = geometry.rotate(pixels, 30, "expand", (255, 0, 0))
    assert red[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("angle", [-31.0, -2.5, 12.0])
def test_a_crop_of_a_turned_picture_is_a_part_of_it_turned(angle: float) -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (90, 130, 3)).astype(np.uint8)
    whole = geometry.rotate(pixels, angle, "keep")
    part = geometry.straightened(pixels, angle, 40, 30, 50, 30)
    assert part.shape == (30, 50, 3)
    assert np.abs(part.astype(int) - whole[30:60, 40:90, :3]).mean() < 0.1
    # Up to the corners of the picture: what lies beside it is transparent, and nothing else.
    corner = geometry.straightened(pixels, angle, 0, 0, 130, 90)
    assert (corner[..., 3] == whole[..., 3]).all()
    assert corner[0, 0, 3] == 0


def test_a_crop_without_a_box_has_no_empty_corner() -> None:
    for angle in (-45.0, -7.0, 0.3, 20.0):
        part = Crop(image=uuid7(), angle=angle).part(130, 90)
        made = geometry.straightened(np.full((90, 130, 3), 255, np.uint8), angle, *part)
        assert made.shape == (part[3], part[2], 3)
        assert (made == 255).all()


def test_a_tilted_horizon_is_found() -> None:
    sky = np.full((300, 420, 3), 220, np.uint8)
    sky[170:] = 60
    tilted = geometry.rotate(sky, 4, "crop")
    assert geometry.level(tilted) == pytest.approx(-4, abs=0.4)
    assert geometry.level(noise(200, 200, 3) // 8) == 0


def test_a_slanted_page_is_seen_straight_on() -> None:
    page = np.zeros((200, 300, 3), np.uint8)
    corners = ((60.0, 30.0), (240.0, 50.0), (260.0, 170.0), (40.0, 150.0))
    cv2.fillPoly(page, [np.array(corners, np.int32)], (250, 250, 250))
    flat = geometry.flatten(page, corners)
    assert flat[4:-4, 4:-4].min() > 240
    assert flat.shape[1] == pytest.approx(221, abs=3)


@pytest.mark.parametrize("corners", [((0, 0), (9, 9), (9, 0), (0, 9)), ((0, 0), (0, 0), (0, 0), (0, 0))])
def test_corners_that_go_around_nothing_are_refused(corners: geometry.Corners) -> None:
    with pytest.raises(Invalid, match="clockwise"):
        geometry.flatten(noise(20, 20, 3), corners)


def test_what_would_be_too_large_is_refused_before_it_is_made() -> None:
    with pytest.raises(TooLarge):
        geometry.rotate(noise(10, 10, 3), 45, "expand", max_pixels=100)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 50, 4), (50, 1, 3)])
def test_the_smallest_pictures_can_be_turned(shape: tuple[int, ...]) -> None:
    for angle in (7.0, 90.0):
        assert geometry.rotate(noise(*shape), angle, "crop").size > 0
        assert geometry.rotate(noise(*shape), angle, "expand").size > 0
    assert geometry.keystone(noise(*shape), 0, 0).shape == shape if min(shape[:2]) > 1 else True
