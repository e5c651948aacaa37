"""A photograph painted anew, and a scene in the look of others."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from gesso.imaging import resize
from gesso.imaging.colour import LINEAR, decode, to_lab
from gesso.imaging.sketchbook import STYLES, Start, paint
from gesso.imaging.sketchbook.look import blended, look, taken_on
from tests.imaging.test_cutout import photo

Bytes = NDArray[np.uint8]
CUP, CAT = photo("coffee.png", 200, 300), photo("chelsea.png", 200, 300)


def floats(pixels: Bytes) -> NDArray[np.float32]:
    return pixels.astype(np.float32) / np.float32(255)


def lab(pixels: Bytes) -> NDArray[np.float32]:
    return to_lab(LINEAR[pixels])


def likeness(one: Bytes, other: Bytes) -> float:
    """The correlation of two pictures' lightness."""
    return float(np.corrcoef(lab(one)[..., 0].ravel(), lab(other)[..., 0].ravel())[0, 1])


def test_at_strength_0_it_is_the_photograph() -> None:
    made = paint("anything", 180, 120, 1, start=Start(CUP, 0.0))
    assert (made == resize.cover(CUP, 180, 120)).all()


def test_at_strength_1_it_is_the_scene_of_the_prompt() -> None:
    assert (paint("dunes at noon", 96, 64, 1, start=Start(CUP, 1.0)) == paint("dunes at noon", 96, 64, 1)).all()


@pytest.mark.parametrize("style", ["painterly", "watercolour", "oil", "gouache", "low_poly", "vintage", "pixel"])
def test_the_composition_stays(style: str) -> None:
    made = paint("a cup", 300, 200, 1, style=style, start=Start(CUP, 0.6))
    assert made.shape == (200, 300, 3)
    inner = np.s_[30:-30, 30:-30]  # without the margin of a sheet of paper
    assert likeness(made[inner], CUP[inner]) > 0.7
    assert not (made == CUP).all()


def test_the_stronger_the_farther_from_the_photograph() -> None:
    away = [
        float(
            np.abs(
                lab(paint("at sunset", 150, 100, 1, start=Start(CAT, strength))) - lab(resize.to(CAT, 150, 100))
            ).mean()
        )
        for strength in (0.0, 0.3, 0.6, 0.9)
    ]
    assert away == sorted(away)
    assert away[0] == 0 < away[1]


def test_the_light_of_the_prompt_is_taken_on() -> None:
    night = lab(paint("at night", 150, 100, 1, style="photographic", start=Start(CUP, 0.8)))
    plain = lab(paint("a cup", 150, 100, 1, style="photographic", start=Start(CUP, 0.8)))
    assert night[..., 0].mean() < plain[..., 0].mean() - 0.05
    assert night[..., 2].mean() < plain[..., 2].mean(), "bluer"


@pytest.mark.parametrize("style", list(STYLES))
def test_every_style_repaints_a_photograph_the_same_every_time(style: str) -> None:
    made = [paint("x", 96, 96, 5, style=style, quality="draft", start=Start(CAT, 0.5)) for _ in range(2)]
    assert (made[0] == made[1]).all()
    assert made[0].std() > 5


@pytest.mark.parametrize("size", [(64, 256), (256, 64), (16, 16)])
@pytest.mark.parametrize("quality", ["draft", "standard", "premium"])
def test_any_frame_can_be_filled_from_any_picture(size: tuple[int, int], quality: str) -> None:
    for source in (CUP, CUP[:1, :1], CUP[:3], np.ascontiguousarray(CUP[:, :2])):
        made = paint("x", *size, 1, quality=quality, start=Start(source, 0.5), looks=[(source, 0.5)])
        assert made.shape == (size[1], size[0], 3)


def test_a_scene_takes_on_the_colours_of_a_reference_by_its_weight() -> None:
    goal = look(floats(CUP)).mean
    away = []
    for weight in (0.0, 0.4, 1.0):
        made = paint("a lighthouse at noon", 192, 128, 2, looks=[(CUP, weight)])
        away.append(float(np.hypot(*(look(floats(made)).mean - goal))))
    assert away[0] > away[1] > away[2]
    assert away[2] < 0.5 * away[0]
    assert (
        paint("a lighthouse at noon", 192, 128, 2, looks=[(CUP, 0.0)]) == paint("a lighthouse at noon", 192, 128, 2)
    ).all()


def test_several_references_weigh_more_than_one_and_lie_between_them() -> None:
    one, two = look(floats(CUP), 0.5), look(floats(CAT), 0.5)
    both = blended([one, two])
    assert both is not None
    assert both.weight == pytest.approx(0.75)
    assert (both.mean == (one.mean + two.mean) / 2).all()
    assert blended([]) is None
    assert blended([look(floats(CUP), 0.0)]) is None


def test_black_and_white_stay_clean_in_the_look_of_another() -> None:
    page = np.full((64, 64, 3), 255, np.uint8)
    page[20:44, 20:44] = 0
    page[:, :8] = (90, 140, 60)
    made = taken_on(floats(page), look(floats(CUP)))
    for spot, most in ((made[4, 40], 0.03), (made[32, 32], 0.03)):
        colours = to_lab(decode(spot))[1:]
        assert np.hypot(*colours) < most


def test_a_gradient_does_not_band() -> None:
    ramp = np.repeat(np.linspace(0.05, 0.95, 512, dtype=np.float32)[None, :, None], 8, 0).repeat(3, 2)
    made = taken_on(ramp, look(floats(CUP)))
    light = to_lab(decode(made[0]))[:, 0]
    assert (np.diff(light) >= -1e-4).all(), "no tone overtakes another"
    assert np.diff(light).max() < 3 * np.diff(to_lab(decode(ramp[0]))[:, 0]).max()


@given(arrays(np.uint8, (12, 12, 3)), arrays(np.uint8, (9, 5, 3)), st.floats(0, 1))
@settings(max_examples=40)
def test_any_picture_takes_on_any_look_and_stays_a_picture(picture: Bytes, other: Bytes, weight: float) -> None:
    made = taken_on(floats(picture), look(floats(other), weight))
    assert np.isfinite(made).all()
    assert made.min() >= 0
    assert made.max() <= 1
    if weight == 0:
        assert np.abs(made - floats(picture)).max() < 0.004


def test_progress_rises_to_1() -> None:
    said: list[float] = []
    listen: Callable[[float], None] = said.append
    paint("x", 64, 64, 1, start=Start(CUP, 0.5), report=listen)
    assert said == sorted(said)
    assert said[-1] == 1.0
