"""Strokes on a cut-out that went wrong: they mend it, and what they do not speak of stays."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gesso.imaging.cutout import remove
from tests.imaging.test_cutout import disc, iou, over, photo

Bytes = NDArray[np.uint8]


def strokes(shape: tuple[int, ...], *, keep: tuple[slice, slice], drop: tuple[slice, slice] | None = None) -> Bytes:
    hints = np.full(shape[:2], 128, np.uint8)
    hints[keep] = 255
    if drop is not None:
        hints[drop] = 0
    return hints


@pytest.mark.parametrize("ground", ["gravel.png", "grass.png"])
def test_two_strokes_turn_to_the_subject_that_was_missed(ground: str) -> None:
    subject = np.roll(disc(radius=55), -70, axis=1)
    ball = np.roll(disc(radius=36), 85, axis=1)
    picture = over((92, 100, 96), over((215, 40, 30), photo(ground), ball), subject)
    assert iou(remove(picture).rgba, subject) < 0.3, "by itself it takes the red ball"
    hints = strokes(picture.shape, keep=np.s_[80:160, 86:94], drop=np.s_[116:124, 225:265])
    assert iou(remove(picture, hints=hints).rgba, subject) > 0.9


def test_more_strokes_do_not_make_it_worse() -> None:
    subject = np.roll(disc(radius=55), -70, axis=1)
    ball = np.roll(disc(radius=36), 85, axis=1)
    picture = over((92, 100, 96), over((215, 40, 30), photo("grass.png"), ball), subject)
    hints = strokes(picture.shape, keep=np.s_[80:160, 86:94], drop=np.s_[116:124, 225:265])
    # A third of the frame painted over is still no lasso.
    for more in (np.s_[4:16, 10:310], np.s_[222:236, 10:310], np.s_[20:220, 165:180], np.s_[20:220, 300:314]):
        hints[more] = 0
        assert iou(remove(picture, hints=hints).rgba, subject) > 0.9


@pytest.mark.parametrize(
    ("keep", "drop"),
    [
        (np.s_[325:335, 300:360], np.s_[20:380, 560:580]),
        (np.s_[240:280, 230:300], np.s_[380:390, 20:300]),
    ],
)
def test_strokes_that_say_what_is_so_already_change_nothing_else(
    keep: tuple[slice, slice], drop: tuple[slice, slice]
) -> None:
    cup = photo("coffee.png", 400, 600)
    before = remove(cup).rgba
    after = remove(cup, hints=strokes(cup.shape, keep=keep, drop=drop)).rgba
    assert iou(after, before[..., 3] / 255) > 0.97


def test_what_was_taken_wrongly_goes_and_the_rest_stays() -> None:
    astronaut = photo("astronaut.png", 512, 512)
    before = remove(astronaut).rgba[..., 3] > 127
    model, person = np.s_[270:330, 400:500], np.s_[60:500, 60:330]
    assert before[model].mean() > 0.7, "the black model beside her"
    hints = np.full(before.shape, 128, np.uint8)
    hints[280:300, 390:490] = 0
    after = remove(astronaut, hints=hints).rgba[..., 3] > 127
    assert after[model].mean() < 0.1
    assert (after[person] == before[person]).mean() > 0.98


def test_what_was_missed_comes_and_the_rest_stays() -> None:
    astronaut = photo("astronaut.png", 512, 512)
    before = remove(astronaut).rgba[..., 3] > 127
    helmet = np.s_[350:375, 420:460]
    assert before[helmet].mean() < 0.5, "the white rim of the helmet"
    hints = np.full(before.shape, 128, np.uint8)
    hints[352:362, 400:455] = 255
    after = remove(astronaut, hints=hints).rgba[..., 3] > 127
    assert after[helmet].mean() > 0.8
    elsewhere = np.ones(before.shape, np.bool_)
    elsewhere[320:420, 340:] = False
    assert (after == before)[elsewhere].mean() > 0.98
