"""Cut-outs whose true alpha is known: drawn shapes over real textures, and photos from scikit-image."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from gesso.imaging.cutout import Box, decontaminate, remove, trimap
from gesso.kit.errors import Invalid

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


def disc(height: int = 240, width: int = 320, radius: float = 70.0, soft: float = 1.0) -> Floats:
    """Alpha of a disc in the middle; its edge is `soft` pixels wide."""
    y, x = np.mgrid[0:height, 0:width]
    away = np.hypot(x - width / 2, y - height / 2)
    alpha: Floats = np.clip((radius - away) / soft + 0.5, 0, 1)
    return alpha


def mug(height: int = 300, width: int = 400) -> Floats:
    """Alpha of a mug, with a hole in its handle."""
    canvas = np.zeros((height * 4, width * 4), np.uint8)
    cv2.ellipse(canvas, (1060, 600), (180, 200), 0, 0, 360, 255, 64)
    cv2.rectangle(canvas, (560, 280), (1040, 980), 255, -1)
    small = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    alpha: Floats = small.astype(np.float64) / 255
    return alpha


def over(front: tuple[int, int, int] | Bytes, back: tuple[int, int, int] | Bytes, alpha: Floats) -> Bytes:
    """`front` over `back`, with a camera's noise."""
    a = alpha[..., None]
    noise = np.random.default_rng(5).normal(0, 1.5, (*alpha.shape, 3))
    mixed = np.asarray(front) * a + np.asarray(back) * (1 - a) + noise
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def photo(name: str, height: int = 240, width: int = 320) -> Bytes:
    with Image.open(Path(data.data_dir) / name) as image:
        return np.asarray(image.convert("RGB").resize((width, height)))


def iou(rgba: Bytes, truth: Floats) -> float:
    a, b = rgba[..., 3] > 127, truth > 0.5
    return float((a & b).sum() / (a | b).sum())


def area(rgba: Bytes) -> float:
    return float(rgba[..., 3].sum()) / 255


def test_a_mug_on_white_is_cut_out_with_the_hole_of_its_handle() -> None:
    truth = mug()
    cut = remove(over((180, 40, 35), (250, 250, 250), truth))
    assert iou(cut.rgba, truth) > 0.98
    assert cut.rgba[150, 280, 3] == 0, "the hole of the handle"
    assert cut.confidence > 0.8
    assert cut.advice is None


def test_alpha_is_exactly_0_and_255_away_from_the_edge() -> None:
    truth = disc()
    alpha = remove(over((30, 90, 160), (235, 232, 228), truth)).rgba[..., 3]
    depth = disc(radius=62) == 1
    beyond = disc(radius=78) == 0
    assert (alpha[depth] == 255).all()
    assert (alpha[beyond] == 0).all()


def test_a_soft_shadow_on_a_gradient_goes_with_the_backdrop() -> None:
    truth = disc(radius=50)
    ramp = np.linspace(240, 205, 240)[:, None, None] * np.ones((1, 320, 3))
    shadow = cv2.GaussianBlur(np.roll(truth, (10, 14), axis=(0, 1)), (0, 0), 12)[..., None]
    back = (ramp * (1 - 0.3 * shadow)).astype(np.uint8)
    cut = remove(over((20, 110, 60), back, truth))
    assert iou(cut.rgba, truth) > 0.97


def test_a_subject_that_runs_out_at_the_bottom_is_kept() -> None:
    truth = np.zeros((240, 320))
    truth[100:, 110:210] = 1
    truth = np.maximum(truth, np.roll(disc(radius=40), -50, axis=0))
    assert iou(remove(over((60, 50, 120), (200, 205, 210), truth)).rgba, truth) > 0.97


def test_a_red_disc_on_grass_is_found_without_help() -> None:
    truth = np.roll(disc(radius=55), 20, axis=1)
    assert iou(remove(over((190, 40, 30), photo("grass.png"), truth)).rgba, truth) > 0.93


def test_a_box_improves_a_cut_out_from_clutter() -> None:
    truth = np.roll(disc(radius=38), (20, -60), axis=(0, 1))
    picture = over((40, 120, 200), photo("motorcycle_left.png"), truth)
    alone, boxed = remove(picture), remove(picture, box=Box(57, 97, 86, 86))
    assert iou(boxed.rgba, truth) > 0.9
    assert iou(boxed.rgba, truth) >= iou(alone.rgba, truth)
    outside = np.ones(truth.shape, np.bool_)
    outside[97:183, 57:143] = False
    assert (boxed.rgba[outside, 3] == 0).all()


def test_a_photographed_cup_in_a_box_is_whole() -> None:
    picture = photo("coffee.png", 400, 600)
    cut = remove(picture, box=Box(70, 12, 415, 382))
    inside = [(150, 280), (300, 150), (340, 350), (60, 300), (230, 440)]
    outside = [(20, 500), (390, 60), (30, 100), (390, 520)]
    assert all(cut.rgba[y, x, 3] == 255 for y, x in inside)
    assert all(cut.rgba[y, x, 3] == 0 for y, x in outside)


def test_a_face_brings_its_person_along() -> None:
    alpha = remove(photo("astronaut.png", 512, 512)).rgba[..., 3]
    assert all(alpha[y, x] == 255 for y, x in [(100, 220), (40, 220), (350, 130), (450, 100)])
    assert all(alpha[y, x] == 0 for y, x in [(30, 330), (100, 100), (60, 130), (60, 500)])


def test_a_cluttered_picture_is_doubted_and_gets_advice() -> None:
    cut = remove(photo("motorcycle_left.png"))
    assert cut.confidence < 0.5
    assert cut.advice is not None
    assert "box" in cut.advice


def test_decided_hints_are_obeyed_to_the_pixel_whatever_the_picture_says() -> None:
    picture = photo("coffee.png")
    hints = np.full(picture.shape[:2], 128, np.uint8)
    hints[5:15, 5:60] = 255
    hints[100:120, 130:180] = 0
    for feather in (0.0, 6.0):
        alpha = remove(picture, hints=hints, feather=feather, shift=3).rgba[..., 3]
        assert (alpha[hints == 255] == 255).all()
        assert (alpha[hints == 0] == 0).all()


def test_strokes_choose_between_two_things() -> None:
    left, right = np.roll(disc(radius=40), -70, axis=1), np.roll(disc(radius=40), 70, axis=1)
    picture = over((40, 60, 180), over((190, 60, 40), photo("grass.png"), left), right)
    hints = np.full(picture.shape[:2], 128, np.uint8)
    hints[115:125, 70:110] = 255
    hints[115:125, 210:250] = 0
    assert iou(remove(picture, hints=hints).rgba, left) > 0.9


def test_hints_that_decide_everything_are_the_answer() -> None:
    picture = photo("chelsea.png")
    hints = np.where(disc() > 0.5, np.uint8(255), np.uint8(0))
    cut = remove(picture, hints=hints)
    assert (cut.rgba[..., 3] == hints).all()
    assert cut.confidence == 1


@pytest.mark.parametrize(
    "hints",
    [
        np.full((239, 320), 255, np.uint8),
        np.zeros((240, 320), np.uint8),
        np.full((240, 320), 128, np.uint8),
        np.full((240, 320), 1.0),
    ],
    ids=["wrong size", "remove everything", "decide nothing", "no bytes"],
)
def test_hints_that_make_no_sense_are_invalid(hints: Bytes) -> None:
    with pytest.raises(Invalid, match="hints"):
        remove(photo("coffee.png"), hints=hints)


def test_a_box_beside_the_picture_a_grey_array_and_a_wild_feather_are_invalid() -> None:
    picture = photo("coffee.png")
    with pytest.raises(Invalid, match="beside"):
        remove(picture, box=Box(400, 0, 20, 20))
    with pytest.raises(Invalid, match="RGB"):
        remove(picture[..., 0])
    with pytest.raises(Invalid, match="feather"):
        remove(picture, feather=-1)


def test_hair_before_a_plain_wall_is_soft() -> None:
    canvas = np.zeros((960, 1280), np.uint8)
    cv2.circle(canvas, (640, 480), 240, 255, -1)
    for angle in np.arange(0, 2 * np.pi, np.pi / 90):
        way = np.array([np.cos(angle), np.sin(angle)])
        start, end = (640, 480) + 235 * way, (640, 480) + 300 * way
        cv2.line(canvas, start.astype(int).tolist(), end.astype(int).tolist(), 255, 3)
    truth = cv2.resize(canvas, (320, 240), interpolation=cv2.INTER_AREA) / 255.0
    alpha = remove(over((60, 35, 20), (175, 190, 205), truth)).rgba[..., 3] / 255
    hairs = (truth > 0.15) & (truth < 0.85) & (disc(radius=64) == 0)
    assert hairs.sum() > 500
    assert ((alpha > 0.05) & (alpha < 0.95))[hairs].mean() > 0.7
    assert np.abs(alpha - truth)[hairs].mean() < 0.2


def test_a_red_disc_on_green_keeps_no_green_at_its_soft_edge() -> None:
    truth = disc(soft=10)
    picture = over((220, 30, 30), (30, 200, 40), truth)
    alpha = np.rint(truth * 255).astype(np.uint8)
    edge = (alpha > 25) & (alpha < 230)
    fringe = picture[edge].astype(int)
    clean = decontaminate(picture, alpha)[edge].astype(int)
    assert (fringe[:, 1] - 30).mean() > 70, "there was a green fringe to remove"
    assert np.abs(clean - (220, 30, 30)).mean() < 6
    assert (decontaminate(picture, alpha)[alpha == 255] == picture[alpha == 255]).all()


def test_decontamination_works_above_the_size_of_its_levels_too() -> None:
    truth = disc(900, 1200, radius=300, soft=30)
    picture = over((220, 30, 30), (30, 200, 40), truth)
    alpha = np.rint(truth * 255).astype(np.uint8)
    edge = (alpha > 25) & (alpha < 230)
    assert np.abs(decontaminate(picture, alpha)[edge].astype(int) - (220, 30, 30)).mean() < 6


def test_shift_moves_the_edge_by_its_pixels() -> None:
    picture = over((30, 60, 150), (240, 240, 240), disc())
    radius = [np.sqrt(area(remove(picture, shift=shift).rgba) / np.pi) for shift in (-5, 0, 5)]
    assert radius[2] - radius[1] == pytest.approx(5, abs=0.7)
    assert radius[1] - radius[0] == pytest.approx(5, abs=0.7)


def test_feather_softens_the_edge_and_keeps_the_area() -> None:
    picture = over((30, 60, 150), (240, 240, 240), disc())
    hard, soft = remove(picture).rgba, remove(picture, feather=4).rgba
    between = [int(((r[..., 3] > 8) & (r[..., 3] < 247)).sum()) for r in (hard, soft)]
    assert between[1] > 3 * between[0]
    assert area(soft) == pytest.approx(area(hard), rel=0.03)


def test_without_decontamination_the_colours_are_the_pictures_own() -> None:
    picture = over((30, 60, 150), (240, 240, 240), disc(soft=6))
    assert (remove(picture, decontaminate=False).rgba[..., :3] == picture).all()
    assert (remove(picture).rgba[..., :3] != picture).any()


def test_a_picture_of_one_colour_is_kept_whole_and_says_so() -> None:
    cut = remove(np.full((120, 160, 3), 90, np.uint8))
    assert (cut.rgba[..., 3] == 255).all()
    assert cut.confidence == 0
    assert cut.advice is not None


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (3, 3), (1, 700), (500, 1), (4, 900)])
def test_any_size_gives_a_cut_out_of_that_size(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (*shape, 3)).astype(np.uint8)
    hints = np.full(shape, 128, np.uint8)
    hints[0, 0] = 255
    for cut in (remove(picture), remove(picture, box=Box(0, 0, 1, 1)), remove(picture, hints=hints)):
        assert cut.rgba.shape == (*shape, 4)
        assert 0 <= cut.confidence <= 1


def test_the_same_picture_gives_the_same_cut_out() -> None:
    picture = photo("coffee.png")
    first = remove(picture)
    cv2.setRNGSeed(12345)
    again = remove(picture)
    assert (first.rgba == again.rgba).all()
    assert first.confidence == again.confidence


def test_progress_rises_to_1() -> None:
    told: list[float] = []
    remove(photo("coffee.png"), report=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_a_trimap_is_read_from_grey_colour_and_painted_layers() -> None:
    grey = np.array([[0, 128, 255]], np.uint8)
    assert trimap(grey).tolist() == [[0, 128, 255]]
    assert trimap(np.repeat(grey[..., None], 3, axis=2)).tolist() == [[0, 128, 255]]
    layer = np.zeros((1, 3, 4), np.uint8)
    layer[0, 0], layer[0, 2] = (255, 255, 255, 255), (0, 0, 0, 255)
    assert trimap(layer).tolist() == [[255, 128, 0]]
    with pytest.raises(Invalid):
        trimap(np.zeros((2, 2, 7), np.uint8))
