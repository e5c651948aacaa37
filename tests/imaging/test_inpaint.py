"""Holes, and what comes into them."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from gesso.imaging import inpaint
from tests.imaging.photos import photo


def loss(made: NDArray[np.uint8], truth: NDArray[np.uint8], hole: NDArray[np.bool_]) -> float:
    return float(np.mean((made[hole].astype(float) - truth[hole]) ** 2))


def test_thin_damage_comes_back_truer_than_telea_makes_it() -> None:
    truth = photo("chelsea")[:200, :300]
    marks = np.zeros(truth.shape[:2], np.uint8)
    for start, end in (((10, 10), (280, 150)), ((20, 180), (250, 20)), ((150, 5), (140, 190))):
        cv2.line(marks, start, end, 255, 3)
    cv2.putText(marks, "Gesso", (40, 110), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 4)
    hole = marks > 0
    torn = truth.copy()
    torn[hole] = 255
    made = inpaint.fill(torn, hole)
    telea = np.asarray(cv2.inpaint(torn, marks, 3, cv2.INPAINT_TELEA))
    assert loss(made, truth, hole) < 0.9 * loss(telea, truth, hole)
    assert (made[~hole] == torn[~hole]).all()


def test_a_large_hole_takes_on_the_texture_around_it() -> None:
    truth = photo("gravel")[:180, :180]
    hole = np.zeros((180, 180), np.bool_)
    hole[70:110, 70:120] = True
    torn = truth.copy()
    torn[hole] = (255, 0, 255)
    made = inpaint.fill(torn, hole, seed=1)
    telea = np.asarray(cv2.inpaint(torn, hole.astype(np.uint8), 3, cv2.INPAINT_TELEA))

    def detail(pixels: NDArray[np.uint8]) -> float:
        grey = pixels[..., 1].astype(np.float32)
        return float((grey - cv2.GaussianBlur(grey, (0, 0), 2))[75:105, 75:115].std())

    assert 0.6 * detail(truth) < detail(made) < 1.5 * detail(truth)
    assert detail(telea) < 0.3 * detail(truth), "else this says nothing"
    assert abs(float(made[hole].mean()) - float(truth[hole].mean())) < 20


def test_the_same_seed_fills_it_in_the_same_way_and_another_does_not() -> None:
    torn = photo("gravel")[:90, :90]
    hole = np.zeros((90, 90), np.bool_)
    hole[30:60, 30:60] = True
    first, second, third = (inpaint.fill(torn, hole, seed=seed) for seed in (1, 1, 2))
    assert (first == second).all()
    assert (first != third).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 150), (9, 9)])
@pytest.mark.parametrize("channels", [3, 4])
def test_odd_shapes_are_filled_and_extended(shape: tuple[int, int], channels: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*shape, channels), np.uint8)
    hole = np.zeros(shape, np.bool_)
    hole.flat[0] = True
    assert inpaint.fill(pixels, hole).shape == pixels.shape
    made = inpaint.extend(pixels, 3, 0, 5, 2)
    assert made.shape == (shape[0] + 2, shape[1] + 8, channels)
    assert (made[: shape[0], 3 : 3 + shape[1]] == pixels).all()


def test_where_nothing_is_known_everything_stays() -> None:
    pixels = photo("coffee")[:20, :20]
    assert (inpaint.fill(pixels, np.ones((20, 20), np.bool_)) == pixels).all()


def test_a_picture_goes_on_without_a_seam() -> None:
    pixels = photo("coffee")[40:240, 60:360]
    made = inpaint.extend(pixels, 60, 0, 0, 0).astype(float)
    seam = np.abs(made[:, 60] - made[:, 59]).mean()
    usual = np.abs(np.diff(made[:, 60:80], axis=1)).mean()
    assert seam < 1.3 * usual
