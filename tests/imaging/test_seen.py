"""What is said of a picture without a model is true."""

import cv2
import numpy as np
import pytest

from gesso.imaging import resize, seen
from gesso.imaging.picture import Pixels
from tests.imaging.photos import photo


@pytest.mark.parametrize(
    ("name", "faces", "text"),
    [("astronaut", 1, False), ("coffee", 0, False), ("chelsea", 0, False), ("grass", 0, False), ("page", 0, True)],
)
def test_faces_and_writing_are_found_where_they_are(name: str, faces: int, text: bool) -> None:
    found = seen.look(photo(name))
    assert (found.faces, found.text) == (faces, text)


def poster(words: str, ink: int, ground: int) -> Pixels:
    made = np.full((360, 640, 3), ground, np.uint8)
    cv2.putText(made, words, (30, 190), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (ink,) * 3, 3, cv2.LINE_AA)
    return made


@pytest.mark.parametrize(("ink", "ground"), [(10, 240), (250, 30)])
def test_a_line_of_writing_is_writing_and_a_plain_ground_is_none(ink: int, ground: int) -> None:
    assert seen.look(poster("Summer sale begins", ink, ground)).text
    assert not seen.look(poster("", ink, ground)).text


def test_numbers_mean_what_they_say() -> None:
    sharp = seen.look(photo("astronaut"))
    blurred = seen.look(np.asarray(cv2.GaussianBlur(photo("astronaut"), (0, 0), 6), np.uint8))
    assert sharp.sharpness > 2 * blurred.sharpness
    dark, bright = (seen.look(np.full((50, 50, 3), level, np.uint8)) for level in (10, 245))
    assert dark.brightness < 0.2 < 0.9 < bright.brightness
    assert (dark.colourful, dark.contrast, len(dark.colours)) == (0, 0, 1)
    halves = np.full((80, 80, 3), (200, 30, 30), np.uint8)
    halves[:, 50:] = (30, 60, 200)
    assert len(seen.look(halves).colours) == 2


def test_the_hash_outlives_size_light_and_compression_and_tells_pictures_apart() -> None:
    first = seen.look(photo("astronaut")).phash
    for changed in (
        resize.reduce(photo("astronaut"), 200, 200),
        np.clip(photo("astronaut") * 0.8, 0, 255).astype(np.uint8),
    ):
        assert seen.alike(first, seen.look(changed).phash) <= 6
    for other in ("coffee", "chelsea", "rocket"):
        assert seen.alike(first, seen.look(photo(other)).phash) > 16


def test_a_caption_says_no_more_than_was_seen() -> None:
    def said(name: str) -> str:
        pixels = photo(name)
        return seen.caption(seen.look(pixels), pixels.shape[1], pixels.shape[0])

    assert said("astronaut").startswith("A square picture with a face, mostly ")
    assert "writing" in said("page")
    assert "black-and-white" in said("grass")


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 300, 4), (300, 3, 3)])
def test_the_smallest_pictures_are_looked_at_too(shape: tuple[int, int, int]) -> None:
    assert seen.look(np.zeros(shape, np.uint8)).faces == 0
