"""The darkroom, and what is written on pictures."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gesso.imaging import adjust, annotate, resize
from gesso.imaging.adjust import Amounts
from tests.imaging.photos import photo


@pytest.fixture(scope="module")
def cup() -> NDArray[np.uint8]:
    return np.ascontiguousarray(photo("coffee")[::2, ::2])


def light(pixels: NDArray[np.uint8]) -> float:
    return float(pixels[..., :3].mean())


def test_nothing_asked_for_changes_nothing(cup: NDArray[np.uint8]) -> None:
    assert adjust.adjust(cup, Amounts()) is cup


@pytest.mark.parametrize("name", ["exposure", "brightness", "shadows", "whites", "highlights"])
def test_more_is_brighter_and_less_is_darker(cup: NDArray[np.uint8], name: str) -> None:
    shades = [light(adjust.adjust(cup, Amounts(**{name: amount}))) for amount in (-0.8, -0.3, 0.3, 0.8)]
    assert shades == sorted(shades)
    assert shades[1] < light(cup) < shades[2]


def test_warmer_is_redder_and_a_grey_keeps_its_lightness() -> None:
    grey = np.full((40, 40, 3), 128, np.uint8)
    warm, cold = (adjust.adjust(grey, Amounts(temperature=amount))[20, 20].astype(int) for amount in (0.6, -0.6))
    assert warm[0] > 128 > warm[2]
    assert cold[0] < 128 < cold[2]
    weights = np.array([0.2126, 0.7152, 0.0722])
    assert abs(float(warm @ weights) - 128) < 6


def test_without_saturation_it_is_grey_and_alpha_stays(cup: NDArray[np.uint8]) -> None:
    clear = np.dstack([cup, np.arange(cup.shape[0] * cup.shape[1]).reshape(cup.shape[:2]).astype(np.uint8)])
    made = adjust.adjust(clear, Amounts(saturation=-1, exposure=0.5))
    assert (made[..., 3] == clear[..., 3]).all()
    assert int(np.ptp(made[..., :3].astype(int), axis=2).max()) <= 2


def test_bands_leave_no_seams(cup: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch) -> None:
    by = Amounts(exposure=0.3, clarity=0.6, sharpness=0.7, shadows=0.5, vignette=-0.4)
    whole = adjust.adjust(cup, by).astype(int)
    monkeypatch.setattr(adjust, "_ROWS", 37)
    assert np.abs(adjust.adjust(cup, by).astype(int) - whole).max() <= 1


def test_a_preview_looks_as_the_export_will() -> None:
    large = photo("coffee")
    by = Amounts(contrast=0.5, clarity=0.6, vignette=-0.6, highlights=-0.5, temperature=0.3)
    export = resize.reduce(adjust.adjust(large, by), 300, 200).astype(int)
    preview = adjust.adjust(resize.reduce(large, 300, 200), by).astype(int)
    assert np.abs(export - preview).mean() < 3


def test_grain_is_the_same_for_the_same_seed(cup: NDArray[np.uint8]) -> None:
    first, again, other = (adjust.adjust(cup, Amounts(grain=0.5), seed=seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).mean() > 0.3


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 60, 4), (60, 1, 3)])
def test_the_smallest_pictures_are_developed_and_labelled(shape: tuple[int, ...]) -> None:
    pixels = np.full(shape, 90, np.uint8)
    assert adjust.adjust(pixels, Amounts(exposure=1, clarity=1, grain=1, sharpness=1, denoise=1)).shape == shape
    assert annotate.words(pixels, "word", annotate.Lettering(), "centre").shape == shape


def test_words_are_never_cut_off(cup: NDArray[np.uint8]) -> None:
    text = "A sentence far too long for one line, & with <signs> in it. " * 3
    made = annotate.words(cup, text, annotate.Lettering(size=0.3, shadow=False), "centre", margin=0.05)
    changed = (made != cup).any(2)
    assert changed.mean() > 0.05
    edge = 8
    assert not changed[:edge].any()
    assert not changed[-edge:].any()
    assert not changed[:, :edge].any()
    assert not changed[:, -edge:].any()


def test_ink_on_nothing_is_there() -> None:
    empty = np.zeros((60, 200, 4), np.uint8)
    made = annotate.words(empty, "Words", annotate.Lettering(size=0.5, shadow=False, colour=(255, 0, 0)), "left")
    assert made[..., 3].max() == 255
    assert made[made[..., 3] == 255][0].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize("kind", ["rectangle", "ellipse", "line", "arrow"])
def test_shapes_stay_where_they_are_drawn(cup: NDArray[np.uint8], kind: annotate.Shape) -> None:
    made = annotate.shape(cup, kind, (60, 40, 90, 70), colour=(0, 255, 0), stroke=0.02)
    rows, columns = np.nonzero((made != cup).any(2))
    assert 50 < columns.min() < 70
    assert 30 < rows.min() < 50
    assert columns.max() < 160
    assert rows.max() < 120


def test_a_logo_half_over_the_edge_is_no_trouble(cup: NDArray[np.uint8]) -> None:
    mark = np.full((300, 500, 4), (0, 0, 255, 128), np.uint8)
    assert annotate.logo(cup, mark, "bottom_right", size=1.0, margin=0).shape == cup.shape
    tiled = annotate.logo(cup, mark, "centre", size=0.1, tiled=True)
    assert 0.1 < (tiled != cup).any(2).mean() < 0.8


@pytest.mark.parametrize("text", ["A", "gypsum and chalk", "one\ntwo\nthree"])
def test_words_in_a_box_fill_it_and_do_not_leave_it(text: str) -> None:
    ground = np.zeros((200, 320, 3), np.uint8)
    made = annotate.words(ground, text, annotate.Lettering(shadow=False), "top", box=(40, 60, 180, 90))
    rows, columns = np.nonzero(made.any(axis=2))
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    assert (top >= 60, left >= 40, bottom <= 150, right <= 220) == (True,) * 4
    assert max((bottom - top) / 90, (right - left) / 180) > 0.93
    assert abs((top + bottom) / 2 - 105) <= 1.5
    assert abs((left + right) / 2 - 130) <= 1.5
