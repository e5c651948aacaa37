"""Every style of the Sketchbook, on a small scene with depth and on a photograph."""

from functools import cache
from itertools import combinations, cycle

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from gesso.imaging.sketchbook.styles import STYLES, Picture

Plane = NDArray[np.float32]
NAMES = list(STYLES)


def scene(height: int, width: int, seed: int = 7) -> Picture:
    """A sun over three ridges and a lake: gradients, a disc, hard edges and depth."""
    y, x = np.mgrid[:height, :width].astype(np.float32) + 0.5
    short = min(height, width)
    v, u = y / height, x / short
    low, high = np.array([0.96, 0.62, 0.42], np.float32), np.array([0.22, 0.30, 0.55], np.float32)
    rgb = high + (low - high) * np.clip(v / 0.6, 0, 1)[..., None]
    sun = np.hypot(x / short - 0.35, y / short - 0.34) < 0.09
    rgb[sun] = [1.0, 0.93, 0.75]
    depth = np.ones((height, width), np.float32)
    for k, tint in enumerate(([0.62, 0.42, 0.50], [0.34, 0.30, 0.44], [0.13, 0.18, 0.24])):
        crest = 0.48 + 0.13 * k + 0.05 * np.sin(u * (5 + 2 * k) + k) + 0.02 * np.sin(u * 23 + 2 * k)
        rgb[v > crest] = tint
        depth[v > crest] = 0.7 - 0.3 * k
    return picture(rgb, depth, seed)


def picture(rgb: NDArray[np.floating], depth: NDArray[np.floating], seed: int = 7) -> Picture:
    plane = np.ascontiguousarray(rgb, np.float32)
    palette = cv2.resize(plane, (3, 2), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    rng = np.random.default_rng(seed)
    return Picture(plane, np.ascontiguousarray(depth, np.float32), rng, palette, min(plane.shape[:2]) / 1024)


def photograph(size: int) -> Picture:
    pixels: NDArray[np.uint8] = data.chelsea()  # type: ignore[no-untyped-call]
    cat = pixels[:300, 75:375].astype(np.float32) / np.float32(255)
    rgb = cv2.resize(cat, (size, size), interpolation=cv2.INTER_AREA)
    return picture(rgb, np.zeros((size, size), np.float32))


@cache
def rendered(name: str) -> Plane:
    return STYLES[name].apply(scene(256, 256))


def half_scene() -> Picture:
    whole = scene(256, 256)
    return picture(reduced(whole.rgb, 128), reduced(whole.depth, 128))


@cache
def rendered_at_half(name: str) -> Plane:
    return STYLES[name].apply(half_scene())


def reduced(rgb: Plane, size: int) -> Plane:
    out: Plane = cv2.resize(rgb, (size, size), interpolation=cv2.INTER_AREA)
    return out


def outlines(grey: Plane) -> Plane:
    """How much line there is around each place."""
    bend = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 2), cv2.CV_32F)
    out: Plane = cv2.blur(np.abs(bend), (25, 25))
    return out


def test_there_are_at_least_eighteen_styles_and_the_first_is_painterly() -> None:
    assert len(STYLES) >= 18
    assert NAMES[0] == "painterly"


def test_no_word_calls_two_styles() -> None:
    words = [word for style in STYLES.values() for word in style.words]
    assert len(words) == len(set(words))
    assert all(word == word.lower().strip() and word for word in words)
    assert len({style.title for style in STYLES.values()}) == len(STYLES)


@pytest.mark.parametrize("name", NAMES)
def test_a_style_gives_a_finite_picture_between_black_and_white(name: str) -> None:
    out = rendered(name)
    assert out.shape == (256, 256, 3)
    assert out.dtype == np.float32
    assert np.isfinite(out).all()
    assert out.min() >= 0
    assert out.max() <= 1
    assert out.std() > 0.04  # a picture, not a sheet of one colour


@pytest.mark.parametrize("name", NAMES)
def test_the_same_picture_and_chance_give_the_same_bytes_and_leave_the_input_alone(name: str) -> None:
    again = half_scene()
    before = again.rgb.copy()
    assert STYLES[name].apply(again).tobytes() == rendered_at_half(name).tobytes()
    assert np.array_equal(again.rgb, before)


@pytest.mark.parametrize("name", NAMES)
def test_a_style_looks_alike_at_half_the_size(name: str) -> None:
    small, large = reduced(rendered_at_half(name), 64), reduced(rendered(name), 64)
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.87
    assert np.abs(small.mean((0, 1)) - large.mean((0, 1))).max() < 0.06


@pytest.mark.parametrize(("name", "shape"), list(zip(NAMES, cycle([(100, 300), (192, 48), (31, 17)]), strict=False)))
def test_a_style_takes_any_size_and_ratio(name: str, shape: tuple[int, int]) -> None:
    for size in (shape, (16, 16)):
        out = STYLES[name].apply(scene(*size))
        assert out.shape == (*size, 3)
        assert np.isfinite(out).all()


@pytest.mark.parametrize(("name", "value"), list(zip(NAMES, cycle([0.0, 1.0]), strict=False)))
def test_a_style_survives_a_sheet_of_one_colour(name: str, value: float) -> None:
    out = STYLES[name].apply(picture(np.full((40, 40, 3), value), np.full((40, 40), 0.5)))
    assert np.isfinite(out).all()


def test_no_two_styles_look_the_same() -> None:
    apart = {(a, b): float(np.abs(rendered(a) - rendered(b)).mean()) for a, b in combinations(NAMES, 2)}
    nearest = min(apart, key=lambda pair: apart[pair])
    assert apart[nearest] > 0.018, nearest


def test_painterly_stays_close_to_the_scene_and_the_others_leave_it() -> None:
    plain = scene(256, 256).rgb
    moved = {name: float(np.abs(rendered(name) - plain).mean()) for name in NAMES}
    assert moved["painterly"] < 0.03
    assert min(moved, key=lambda name: moved[name]) == "painterly"


def test_noir_and_the_drawings_have_no_colour_and_neon_is_dark() -> None:
    for name in ("noir", "pencil", "line_art", "ink_wash"):
        assert np.ptp(rendered(name), axis=-1).mean() < 0.05, name
    assert rendered("neon").mean() < 0.75 * scene(256, 256).rgb.mean()


def test_pixel_art_has_few_colours_and_square_cells() -> None:
    out = rendered("pixel")
    assert len(np.unique(out.reshape(-1, 3), axis=0)) <= 16
    assert np.array_equal(out[::2], out[1::2])
    assert np.array_equal(out[:, ::2], out[:, 1::2])


def test_another_seed_lays_other_strokes_on_the_same_picture() -> None:
    one, other = (STYLES["oil"].apply(scene(128, 128, seed)) for seed in (1, 2))
    assert np.abs(one - other).mean() > 0.005
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("name", ["watercolour", "linocut", "stained_glass", "neon"])
def test_a_photograph_without_depth_keeps_its_forms(name: str) -> None:
    cat = photograph(256)
    grey = cv2.cvtColor(STYLES[name].apply(cat), cv2.COLOR_RGB2GRAY)
    source = cv2.cvtColor(cat.rgb, cv2.COLOR_RGB2GRAY)
    edges, traces = outlines(source), outlines(grey)
    tones = np.corrcoef(reduced(source, 24).ravel(), reduced(grey, 24).ravel())[0, 1]
    lines = np.corrcoef(reduced(edges, 24).ravel(), reduced(traces, 24).ravel())[0, 1]
    assert max(tones, lines) > 0.4
