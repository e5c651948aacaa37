"""Finding by colour and click, and other colours."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from gesso.imaging import recolour
from tests.imaging.photos import photo


def balls() -> NDArray[np.uint8]:
    """A red ball and a blue one, lit from above, on grey."""
    pixels = np.full((120, 200, 3), 150, np.uint8)
    shade = np.linspace(1.1, 0.45, 120)[:, None, None]
    for x, colour in ((55, (210, 40, 40)), (145, (50, 80, 200))):
        disc = np.zeros((120, 200), np.uint8)
        cv2.circle(disc, (x, 60), 35, 255, -1)
        pixels = np.where(disc[..., None] > 0, np.clip(np.array(colour) * shade, 0, 255), pixels).astype(np.uint8)
    return pixels


@pytest.mark.parametrize(("word", "x"), [("red", 55), ("blue", 145)])
def test_a_colour_word_finds_the_thing_in_light_and_shade(word: str, x: int) -> None:
    colour = recolour.named(word)
    assert colour
    found = recolour.by_colour(balls(), colour)
    disc = np.zeros((120, 200), np.uint8)
    cv2.circle(disc, (x, 60), 35, 255, -1)
    both = ((found.mask > 127) & (disc > 0)).sum() / ((found.mask > 127) | (disc > 0)).sum()
    assert both > 0.9
    assert found.confidence > 0.5


def test_a_click_finds_what_it_is_on_and_not_the_other() -> None:
    found = recolour.by_click(balls(), 55, 60)
    assert found.mask[60, 55] > 250
    assert found.mask[60, 145] == 0
    assert found.mask[5, 5] == 0


def test_a_new_colour_keeps_light_and_shade() -> None:
    pixels = balls()
    found = recolour.by_click(pixels, 55, 60)
    made = recolour.recolour(pixels, found.mask, (30, 160, 60))
    before, after = (each[30:91, 55].astype(float) @ [0.3, 0.59, 0.11] for each in (pixels, made))
    assert np.corrcoef(before, after)[0, 1] > 0.99
    red, green, blue = made[60, 55].astype(int)
    assert green > red
    assert green > blue
    assert (made[found.mask == 0] == pixels[found.mask == 0]).all()


@pytest.mark.parametrize(("colour", "low", "high"), [((245, 245, 245), 150, 255), ((15, 15, 15), 0, 90)])
def test_white_and_black_are_colours_too(colour: tuple[int, int, int], low: int, high: int) -> None:
    pixels = balls()
    found = recolour.by_click(pixels, 55, 60)
    middle = recolour.recolour(pixels, found.mask, colour)[60, 55].astype(int)
    assert low <= middle.mean() <= high
    assert np.ptp(middle) < 14


@pytest.mark.parametrize(("word", "name"), [("roten", "red"), ("Blaues", "blue"), ("reddish", "red"), ("GRAY", "grey")])
def test_words_are_known_with_their_endings_in_two_languages(word: str, name: str) -> None:
    assert recolour.named(word) == recolour.NAMES[name]
    assert recolour.named("car") is None


def test_what_is_not_there_is_not_found() -> None:
    found = recolour.by_colour(photo("grass")[:200, :200], (215, 35, 35))
    assert not found.mask.any()
    assert found.confidence == 0


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 50, 4), (40, 2, 3)])
def test_the_smallest_pictures_can_be_searched(shape: tuple[int, ...]) -> None:
    pixels = np.full(shape, 200, np.uint8)
    assert recolour.by_click(pixels, 0, 0).mask.shape == shape[:2]
    assert recolour.by_colour(pixels, (215, 35, 35)).mask.shape == shape[:2]
    assert recolour.recolour(pixels, np.full(shape[:2], 255, np.uint8), (255, 0, 0)).shape == shape
