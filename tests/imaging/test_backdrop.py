"""What stands behind a subject: exact where the subject is all or nothing, clean where it is soft."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from gesso.imaging import backdrop, stage
from gesso.imaging.colour import LINEAR
from gesso.ops.fields import TemplateBackdrop

Bytes = NDArray[np.uint8]
SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))
CODES = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def pixels(channels: int) -> st.SearchStrategy[Bytes]:
    return SIZES.flatmap(lambda size: arrays(np.uint8, (*size, channels)))


def dotted(height: int = 120, width: int = 160) -> Bytes:
    """A dark wall with lamps."""
    wall = np.full((height, width, 3), 20, np.uint8)
    wall[10::40, 10::40] = 255
    return wall


@given(pixels(4), CODES)
def test_alpha_0_shows_exactly_the_colour_and_alpha_255_exactly_the_subject(subject: Bytes, code: str) -> None:
    height, width = subject.shape[:2]
    ground = backdrop.plain(width, height, backdrop.rgb(code))
    made = backdrop.over(subject, ground)
    alpha = subject[..., 3]
    assert made.shape == (height, width, 3)
    assert (made[alpha == 255] == subject[alpha == 255][:, :3]).all()
    assert (made[alpha == 0] == np.frombuffer(bytes.fromhex(code[1:]), np.uint8)).all()


@given(pixels(4), CODES)
def test_a_soft_pixel_lies_between_the_subject_and_the_ground(subject: Bytes, code: str) -> None:
    ground = backdrop.plain(subject.shape[1], subject.shape[0], backdrop.rgb(code))
    made = backdrop.over(subject, ground)
    low, high = np.minimum(subject[..., :3], ground), np.maximum(subject[..., :3], ground)
    assert ((made >= low) & (made <= high)).all()


def test_the_seam_of_two_bright_colours_is_not_dark() -> None:
    red = np.dstack([np.full((1, 255), 255), np.zeros((1, 255)), np.zeros((1, 255)), np.arange(255)[None]])
    made = backdrop.over(red.astype(np.uint8), backdrop.plain(255, 1, (0, 255, 0)))
    light = LINEAR[made[..., :2]].sum(axis=-1)
    assert np.abs(light - 1).max() < 0.01, "red and green light add up to one everywhere"


@pytest.mark.parametrize(
    ("angle", "first", "last"),
    [(0, (-1, 0), (0, 0)), (90, (0, 0), (0, -1)), (180, (0, 0), (-1, 0)), (270, (0, -1), (0, 0))],
)
def test_a_gradient_runs_by_its_angle(angle: float, first: tuple[int, int], last: tuple[int, int]) -> None:
    made = backdrop.gradient(64, 48, (250, 120, 10), (20, 40, 160), angle).astype(int)
    assert np.abs(made[first] - (250, 120, 10)).max() <= 2
    assert np.abs(made[last] - (20, 40, 160)).max() <= 2


def test_a_gradient_has_no_bands_and_is_the_same_every_time() -> None:
    made = backdrop.gradient(1024, 64, (40, 40, 40), (56, 56, 56), 90)
    assert (made == backdrop.gradient(1024, 64, (40, 40, 40), (56, 56, 56), 90)).all()
    columns = made[..., 0].mean(axis=0)
    assert np.abs(columns - np.linspace(columns[0], columns[-1], 1024)).max() < 1.2, "no steps"
    assert len(np.unique(made[:, 500])) > 1, "dithered"


def test_a_picture_covers_is_contained_or_repeats() -> None:
    halves = np.zeros((40, 80, 3), np.uint8)
    halves[:, :40] = (200, 0, 0)
    halves[:, 40:] = (0, 0, 200)
    cover = backdrop.laid(halves, 60, 60, "cover")
    assert (cover[:, 0] == (200, 0, 0)).all()
    assert (cover[:, -1] == (0, 0, 200)).all()
    contain = backdrop.laid(halves, 60, 60, "contain")
    assert (contain[30, 2] == (200, 0, 0)).all()
    assert (contain[30, -3] == (0, 0, 200)).all()
    assert contain[2, 30, 0] > 0, "above it the picture again, out of focus"
    assert contain[2, 30, 2] > 0
    tile = backdrop.laid(halves, 100, 50, "tile")
    assert (tile[:, :80][:40] == halves).all()
    assert (tile[40:] == tile[:10]).all()
    for fit in (cover, contain):
        assert fit.shape == (60, 60, 3)


def test_a_blurred_background_does_not_hold_the_subject() -> None:
    scene = np.full((100, 140, 3), (30, 90, 160), np.uint8)
    alpha = np.zeros((100, 140), np.uint8)
    alpha[30:70, 50:90] = 255
    scene[alpha == 255] = (255, 40, 20)
    made = backdrop.blurred(scene, alpha, 12).astype(int)
    assert np.abs(made - (30, 90, 160)).max() <= 2


@pytest.mark.parametrize("radius", [1, 6, 17, 60, 128])
def test_light_is_spread_and_not_lost(radius: float) -> None:
    wall = dotted()
    made = backdrop.blurred(wall, np.zeros(wall.shape[:2], np.uint8), radius)
    assert made.shape == wall.shape
    assert made.max() < 255
    assert LINEAR[made].mean() == pytest.approx(LINEAR[wall].mean(), rel=0.15)
    assert (made == backdrop.blurred(wall, np.zeros(wall.shape[:2], np.uint8), radius)).all()


@given(pixels(4), st.floats(1, 128))
def test_any_picture_can_be_blurred(picture: Bytes, radius: float) -> None:
    assert backdrop.blurred(picture[..., :3], picture[..., 3], radius).shape == (*picture.shape[:2], 3)


@pytest.mark.parametrize("name", stage.NAMES)
@pytest.mark.parametrize("size", [(320, 240), (90, 400), (3, 2)])
def test_a_template_fills_any_frame_and_is_the_same_every_time(name: str, size: tuple[int, int]) -> None:
    drawn = stage.draw(name, *size)
    assert drawn.shape == (size[1], size[0], 3)
    assert (drawn == stage.draw(name, *size)).all()
    if min(size) > 50:
        assert drawn.std() > 2


def test_the_templates_of_the_form_are_those_that_can_be_drawn() -> None:
    names = TemplateBackdrop.model_json_schema()["properties"]["name"]["enum"]
    assert set(names) == set(stage.NAMES)
