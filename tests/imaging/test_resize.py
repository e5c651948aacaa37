"""Pictures in other sizes."""

from collections.abc import Callable
from typing import Literal

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data
from skimage.metrics import peak_signal_noise_ratio

from gesso.imaging.picture import Pixels, within
from gesso.imaging.resize import Factor, fit, reduce, upscale
from gesso.imaging.upscale import enlarge
from gesso.kit.errors import TooLarge

METHODS: dict[str, Callable[..., Pixels]] = {"lanczos": upscale, "detail": enlarge}
Upscaler = Callable[..., Pixels]


def photo(name: str) -> Pixels:
    return np.asarray(getattr(data, name)(), np.uint8)


def noise(height: int, width: int, channels: int) -> Pixels:
    return np.random.default_rng(3).integers(0, 256, (height, width, channels), dtype=np.uint8)


# ------------------------------------------------------------------------------------------------------- fit


@given(width=st.integers(1, 100_000), height=st.integers(1, 100_000), inside=st.integers(1, 5000))
def test_a_size_within_a_square_keeps_its_shape_and_never_grows_or_vanishes(
    width: int, height: int, inside: int
) -> None:
    new_width, new_height = within(width, height, inside)
    assert 1 <= new_width <= min(width, inside)
    assert 1 <= new_height <= min(height, inside)
    if max(width, height) >= inside:
        assert max(new_width, new_height) == inside
    else:
        assert (new_width, new_height) == (width, height)
    # Each side is at most half a pixel from the exact one, but for the one pixel that must remain.
    scale = min(1, inside / max(width, height))
    assert abs(new_width - width * scale) <= 0.5 or new_width == 1
    assert abs(new_height - height * scale) <= 0.5 or new_height == 1


@given(
    width=st.integers(1, 60),
    height=st.integers(1, 60),
    inside=st.integers(1, 70),
    channels=st.sampled_from([3, 4]),
)
@settings(deadline=None)
def test_a_picture_is_fitted_to_just_that_size(width: int, height: int, inside: int, channels: int) -> None:
    fitted = fit(noise(height, width, channels), inside)
    assert fitted.shape == (*within(width, height, inside)[::-1], channels)
    assert fitted.dtype == np.uint8


def test_a_picture_is_reduced_to_the_size_that_is_asked() -> None:
    assert reduce(noise(40, 60, 3), 31, 7).shape == (7, 31, 3)
    assert reduce(noise(40, 60, 4), 1, 40).shape == (40, 1, 4)


def test_a_picture_that_fits_is_left_alone() -> None:
    pixels = noise(20, 30, 4)
    assert fit(pixels, 30) is pixels


def test_fitting_averages_and_does_not_mix_in_the_colour_of_what_is_transparent() -> None:
    pixels = np.zeros((2, 4, 4), np.uint8)
    pixels[:, ::2] = [200, 100, 0, 255]
    pixels[:, 1::2] = [0, 0, 255, 0]
    assert fit(pixels, 2).tolist() == [[[200, 100, 0, 128], [200, 100, 0, 128]]]


# --------------------------------------------------------------------------------------------------- upscale


@given(
    width=st.integers(1, 24),
    height=st.integers(1, 24),
    factor=st.sampled_from([2, 4, 8]),
    method=st.sampled_from(list(METHODS.values())),
    channels=st.sampled_from([3, 4]),
)
@settings(deadline=None, max_examples=60)
def test_every_size_grows_by_just_the_factor(
    width: int, height: int, factor: Literal[2, 4, 8], method: Upscaler, channels: int
) -> None:
    shares: list[float] = []
    large = method(noise(height, width, channels), factor, report=shares.append)
    assert large.shape == (height * factor, width * factor, channels)
    assert large.dtype == np.uint8
    assert shares[-1] == 1


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize("factor", [2, 4, 8])
@pytest.mark.parametrize("channels", [3, 4])
def test_tiles_leave_no_seam(method: Upscaler, factor: Factor, channels: int) -> None:
    # Wide enough for two tiles in each direction, and a corner that is too small to be cut into tiles.
    side = 1024 // factor
    pixels = noise(side + 70, side + 90, channels)
    corner = method(pixels[-150:, -160:], factor)
    whole = method(pixels, factor)
    inner = 40 * factor
    apart = whole[-150 * factor + inner :, -160 * factor + inner :].astype(int) - corner[inner:, inner:]
    assert np.abs(apart).max() <= (0 if method is upscale else 6)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_plain_colour_stays_plain_up_to_its_edges(method: Upscaler) -> None:
    for colour in ([0, 255, 17], [90, 91, 92, 128]):
        large = method(np.full((9, 5, len(colour)), colour, np.uint8), 4)
        np.testing.assert_array_equal(large, np.broadcast_to(colour, large.shape))


@pytest.mark.parametrize(("name", "floor"), [("astronaut", 25.6), ("coffee", 25.9), ("chelsea", 30.3)])
def test_an_upscaled_photo_is_nearer_to_the_truth_than_bilinear_and_detail_nearer_still(
    name: str, floor: float
) -> None:
    truth = photo(name)
    height, width = truth.shape[0] // 4, truth.shape[1] // 4
    truth = truth[: height * 4, : width * 4]
    small = np.asarray(cv2.resize(truth, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    plain = cv2.resize(small, (width * 4, height * 4), interpolation=cv2.INTER_LINEAR)
    bilinear, lanczos, projected = (
        float(peak_signal_noise_ratio(truth, guess))  # type: ignore[no-untyped-call]
        for guess in (plain, upscale(small, 4), enlarge(small, 4))
    )
    assert lanczos > floor
    assert bilinear < lanczos < projected


def test_detail_scales_down_to_the_picture_it_came_from() -> None:
    small = photo("chelsea")[:120, :160]
    errors = {}
    for name, method in METHODS.items():
        again = cv2.resize(method(small, 4), (160, 120), interpolation=cv2.INTER_AREA)
        errors[name] = float(np.abs(again.astype(int) - small).mean())
    assert errors["detail"] < errors["lanczos"] / 3


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_upscaling_does_not_bleed_the_colour_of_what_is_transparent(method: Upscaler) -> None:
    pixels = np.full((30, 30, 4), [0, 255, 0, 0], np.uint8)
    pixels[10:20, 10:20] = [200, 0, 0, 255]
    large = method(pixels, 4)
    seen = large[large[..., 3] > 8]
    assert seen[:, 1].max() == 0
    assert large[..., 3].max() == 255


def test_more_pixels_than_allowed_are_refused_before_any_work() -> None:
    with pytest.raises(TooLarge, match=r"8 times 4000 x 3000 is 32000 x 24000.*smaller factor"):
        upscale(np.zeros((3000, 4000, 3), np.uint8), 8)
    with pytest.raises(TooLarge):
        upscale(np.zeros((10, 10, 3), np.uint8), 2, max_pixels=399)
    assert upscale(np.zeros((10, 10, 3), np.uint8), 2, max_pixels=400).shape == (20, 20, 3)


def test_progress_rises_to_one() -> None:
    shares: list[float] = []
    upscale(noise(300, 300, 3), 8, report=shares.append)
    assert len(shares) == 9
    assert shares == sorted(shares)
    assert shares[-1] == 1
