"""The filters: each makes what it made when somebody last looked at it, at any size, and without a mask's edge."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gesso.imaging import filters, quality, resize
from gesso.imaging.filters import SHELF, Link, program
from gesso.imaging.filters.steps import blur, cube
from gesso.ops.filter import Filter
from tests.imaging.photos import photo

LOOKED_AT = Path(__file__).parent / "filters"
RENEW = bool(os.environ.get("GESSO_RENEW_PICTURES"))


def small() -> np.ndarray:
    return resize.reduce(photo("astronaut"), 96, 96)


@pytest.mark.parametrize("name", SHELF)
def test_a_filter_makes_what_its_reference_shows(name: str) -> None:
    amounts = {"radius": 0.01} if name == "sharpen" else {}  # else it is finer than so small a picture
    made = filters.apply(small(), [Link(name, amounts)], seed=5, texture=photo("gravel"))
    path = LOOKED_AT / f"{name}.png"
    if RENEW:
        Image.fromarray(made).save(path, optimize=True)
    known = np.asarray(Image.open(path))
    assert quality.psnr(made, known) > 45
    # It does something.
    assert quality.psnr(made, small()) < 50


@pytest.mark.parametrize("name", sorted(set(SHELF) - {"own"}))
def test_a_preview_shows_what_the_whole_picture_will_be(name: str) -> None:
    large = photo("astronaut")
    preview = filters.apply(resize.reduce(large, 256, 256), [Link(name)], seed=5)
    whole = resize.reduce(filters.apply(large, [Link(name)], seed=5), 256, 256)
    # Fine patterns (dots, grain, strokes) alias differently; everything wide must agree.
    assert quality.psnr(blur(preview, 3), blur(whole, 3)) > 23


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_grain() -> None:
    one, again, other = (filters.apply(small(), [Link("grain")], seed=seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


def test_no_strength_is_no_change_and_a_chain_is_one_after_another() -> None:
    picture = small()
    assert (filters.apply(picture, [Link("oil", strength=0)]) == picture).all()
    both = filters.apply(picture, filters.read("sepia amount=0.5, vignette"))
    assert (both == filters.apply(filters.apply(picture, [Link("sepia", {"amount": 0.5})]), [Link("vignette")])).all()


def test_alpha_stays_where_it_is_and_bends_where_the_picture_bends() -> None:
    clear = np.dstack([small(), np.full((96, 96), 255, np.uint8)])
    clear[:, :40, 3] = 0
    assert (filters.apply(clear, [Link("sepia")])[..., 3] == clear[..., 3]).all()
    assert (filters.apply(clear, [Link("swirl")])[..., 3] != clear[..., 3]).any()


def test_grey_edges_and_one_pixel_are_pictures_too() -> None:
    for shape in ((1, 1, 3), (1, 50, 3), (400, 8, 4)):
        tiny = np.full(shape, 128, np.uint8)
        for name in SHELF:
            assert filters.apply(tiny, [Link(name)]).shape == shape


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sepiaa", "no filter is called “sepiaa”"),
        ("sepia amount=2", "amount of sepia goes from 0 to 1"),
        ("sepia much", "“much” is no setting"),
        ("sepia size=1", "sepia has no “size”"),
        (", ".join(["sepia"] * 13), "at most 12"),
    ],
)
def test_a_chain_that_is_wrong_says_what_of_it(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        filters.read(text)
    with pytest.raises(ValueError, match=says):
        Filter(image="00000000-0000-7000-8000-000000000001", then=text)


@pytest.mark.parametrize(
    "text", ["__import__('os')", "here.real", "[1]", "here[0]", "open('x')", "here if 1 else 2", "a = 1", "1\n2", ""]
)
def test_a_program_is_arithmetic_and_nothing_else(text: str) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        program.parse(text)


def test_the_specification_is_whole_data_and_every_program_in_it_is_known() -> None:
    def strings(value: object) -> list[str]:
        match value:
            case str():
                return [value]
            case dict():
                return [
                    text for key, part in value.items() if key not in ("kind", "to", "of") for text in strings(part)
                ]
            case list() | tuple():
                return [text for part in value for text in strings(part)]
        return []

    everywhere = {"here", "x", "y", "u", "v", "far"}
    for one in filters.described():
        given = {parameter["name"] for parameter in one["parameters"]}
        layers = {step["to"] for step in one["steps"] if "to" in step} | (
            {"texture"} if one["name"] == "own" else set()
        )
        for step in one["steps"]:
            place = {"x"} if step["kind"] == "curve" else everywhere
            for text in filter(None, strings(step)):
                assert program.free(text) <= place | given | layers, (one["name"], text)


def test_a_look_is_a_cube_that_any_shader_can_read() -> None:
    same = cube("here", {})
    assert same.shape == (33, 33, 33, 3)
    assert np.allclose(same[32, 0, 16], (0.5, 0, 1))  # by blue, green, red


def test_a_wide_blur_is_a_true_gaussian() -> None:
    import cv2

    photo_ = photo("coffee")
    assert quality.psnr(blur(photo_, 14.0), np.asarray(cv2.GaussianBlur(photo_, (0, 0), 14.0))) > 42
