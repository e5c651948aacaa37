"""Light, guides, manners and drawings: each slider is felt, and each result is the same every time."""

import cv2
import numpy as np
import pytest

from gesso.imaging import drawing, guides, quality, relight, resize, restyle
from gesso.imaging.picture import Pixels
from tests.imaging.photos import photo


def ball() -> tuple[Pixels, np.ndarray]:
    """A grey ball, and where it is."""
    picture, alpha = np.full((200, 200, 3), 150, np.uint8), np.zeros((200, 200), np.uint8)
    cv2.circle(alpha, (100, 100), 70, 255, -1)
    return picture, alpha


@pytest.mark.parametrize(("direction", "axis", "sign"), [(90, 1, 1), (270, 1, -1), (0, 0, -1), (180, 0, 1)])
def test_light_comes_from_where_it_is_said_to(direction: float, axis: int, sign: int) -> None:
    picture, alpha = ball()
    lit = relight.light(picture, relight.Lamp(direction, 0.2, 0.8), alpha).mean(2)
    first, last = np.split(np.where(alpha > 0, lit, 0), 2, axis=axis)
    assert sign * (last.sum() - first.sum()) > 0.04 * (first.sum() + last.sum())


def test_the_colour_and_the_strength_of_light_are_felt() -> None:
    picture, alpha = ball()
    weak, strong = (relight.light(picture, relight.Lamp(90, 0.2, s), alpha).astype(int) for s in (0.2, 0.9))
    assert np.abs(strong - picture).mean() > 2 * np.abs(weak - picture).mean()
    red = relight.light(picture, relight.Lamp(90, 0.2, 0.9, (255, 80, 60)), alpha)
    assert red[100, 155, 0] > int(red[100, 155, 2]) + 15
    assert (relight.light(picture, relight.Lamp(strength=0)) == picture).all()


def test_colours_are_matched_and_a_shadow_falls_away_from_the_lamp() -> None:
    picture, alpha = ball()
    ground = np.full((200, 200, 3), (60, 90, 200), np.uint8)
    matched = relight.harmonize(picture, alpha, ground, 0.8)
    assert matched[100, 100, 2] > int(matched[100, 100, 0]) + 10
    assert (relight.harmonize(picture, alpha, ground, 0) == picture).all()
    lack = relight.shadow(alpha, relight.Lamp(300), 0.6)
    assert 0 < lack.max() <= 1
    assert lack[165:185, 90:110].mean() > lack[5:25, 5:25].mean() + 0.1
    assert not relight.shadow(np.zeros((9, 9), np.uint8), relight.Lamp()).any()


@pytest.mark.parametrize("kind", guides.KINDS)
def test_a_guide_has_the_size_of_its_picture_and_says_what_it_shows(kind: str) -> None:
    pixels = photo("astronaut")[:300, :420]
    made, facts = guides.read(pixels, kind)
    assert made.shape == pixels.shape
    assert made.std() > 5
    assert (made == guides.read(pixels, kind)[0]).all()
    if kind == "palette":
        assert len(np.unique(made.reshape(-1, 3), axis=0)) == 8 == len(facts["palette"])  # type: ignore[arg-type]
    if kind == "segments":
        assert 4 < int(facts["segments"]) < 200  # type: ignore[call-overload]


def test_more_detail_is_more_edges_and_nothing_has_none() -> None:
    few, many = (guides.canny(photo("coffee"), detail) > 0 for detail in (0.1, 0.9))
    assert many.mean() > 1.5 * few.mean()
    assert not guides.canny(np.full((40, 40, 3), 90, np.uint8)).any()


def test_each_share_of_a_manner_is_felt() -> None:
    picture, style = resize.fit(photo("astronaut"), 256), photo("gravel")
    assert (restyle.restyle(picture, style, colour=0, texture=0) == picture).all()
    steps = [restyle.restyle(picture, style, colour=share, texture=0) for share in (0.3, 0.9)]
    assert quality.psnr(steps[0], picture) > quality.psnr(steps[1], picture) + 2
    rough = [restyle.restyle(picture, style, colour=0, texture=share, seed=1) for share in (0.3, 0.9)]
    assert quality.psnr(rough[0], picture) > quality.psnr(rough[1], picture) + 1
    assert (rough[1] == restyle.restyle(picture, style, colour=0, texture=0.9, seed=1)).all()


def house() -> Pixels:
    sheet = np.full((240, 320, 3), 255, np.uint8)
    cv2.rectangle(sheet, (110, 110), (210, 190), (20, 20, 20), 3)
    cv2.line(sheet, (0, 170), (108, 170), (20, 20, 20), 3)
    cv2.line(sheet, (212, 170), (320, 170), (20, 20, 20), 3)
    return sheet


def test_areas_are_found_between_lines_also_through_a_gap() -> None:
    read = drawing.read(house())
    assert sorted(read.open) == [False, True, True]
    gap = house()
    gap[110:113, 150:152] = 255
    assert sorted(drawing.read(gap).open) == [False, True, True]


@pytest.mark.parametrize("invert", [False, True])
def test_the_named_colour_fills_the_thing_and_the_scene_its_ground(invert: bool) -> None:
    sheet = 255 - house() if invert else house()
    scene = np.full((100, 100, 3), (120, 170, 230), np.uint8)
    scene[70:] = (90, 150, 60)
    made = drawing.coloured(drawing.read(sheet), scene, [(200, 40, 40)])
    assert made[150, 160, 0] > int(made[150, 160, 2]) + 60
    assert made[30, 160, 2] > int(made[30, 160, 0]) + 30
    assert made[225, 30, 1] > int(made[225, 30, 2]) + 20


def test_shading_and_lines_are_felt_and_a_blank_sheet_is_one_area() -> None:
    read, scene = drawing.read(house()), np.full((50, 50, 3), 200, np.uint8)
    flat, round_ = (drawing.coloured(read, scene, shading=share).astype(int) for share in (0, 1))
    assert np.ptp(round_[120:180, 120:200].mean(2)) > np.ptp(flat[120:180, 120:200].mean(2)) + 10
    painted = np.full((240, 320, 3), 200, np.uint8)
    assert drawing.inked(painted, read.ink, 1.0).min() < 80 < 150 < drawing.inked(painted, read.ink, 0.2).min()
    blank = drawing.read(np.full((60, 60, 3), 255, np.uint8))
    assert (len(blank.open), bool(blank.open[0])) == (1, True)
