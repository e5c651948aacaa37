"""Texts as pages, and pictures held against each other."""

import numpy as np
import pytest

from gesso.imaging import difference, picture, strip, writing
from gesso.kit.errors import BadMedia, TooLarge
from tests.imaging.test_film import made


def read(data: bytes, name: str = "a.txt") -> writing.Writing:
    type = writing.named(name)
    assert type is not None
    return writing.read(data, type)


def test_a_text_is_what_it_is_named_as_or_refused_in_words() -> None:
    assert [writing.named(name) for name in ("A.TXT", "b.md", "c.png", "txt", "d.tar.json")] == [
        "text/plain",
        "text/markdown",
        None,
        None,
        "application/json",
    ]
    found = read("\ufeffOne line\nand \u202eanother".encode())
    assert (found.lines, found.words, found.text[0]) == (2, 4, "O")
    assert found.head == "One line and ⟦right-to-left override⟧another"
    bad = [
        (b"", "a.txt"),
        (b" \n\t", "a.txt"),
        ("Grüße".encode("latin-1"), "a.txt"),
        (b"a\x00b", "a.txt"),
        (b"a\x1b[31mb", "a.csv"),
        (b"{'a': 1}", "a.json"),
        (b"[" * 200_000, "a.json"),
        (b"1\n00:00:01.000 --> 00:00:02.000\nHi", "a.vtt"),
    ]
    for data, name in bad:
        with pytest.raises(BadMedia, match=r"\w{4}"):
            read(data, name)
    with pytest.raises(TooLarge):
        read(b"a" * (writing.MOST + 1))
    assert read(b'{"a": 1}', "a.json").type == "application/json"
    assert read(b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi", "a.vtt").type == "text/vtt"


def test_a_page_shows_the_first_lines_and_runs_over_no_edge() -> None:
    for text in (
        "Hi",
        "<b>&amp;</b> " * 900,
        "x" * 9_000,
        "a\n" * 900,
        "שלום 你好 🙂",
        "\u202e" * 50,
        "\u200d\u0301" * 9,
    ):
        page = writing.page(text)
        assert page.shape == (writing.HEIGHT, writing.WIDTH, 3)
        ground = page[0, 0]
        for edge in (page[:, :40], page[:, -40:], page[:30]):
            assert (edge == ground).all(), text[:9]
    assert (writing.page("Hi") != writing.page("Ho")).any()
    # What is marked up is read as itself.
    assert (writing.page("<b>Hi</b>") != writing.page("Hi")).any()


def test_a_difference_is_told_for_each_pixel_and_no_other() -> None:
    rng = np.random.default_rng(7)
    before = rng.integers(0, 256, (37, 53, 3), np.uint8)
    after = before.copy()
    after[5, 9, 1] ^= 0b111
    after[36, 52] = 255 - after[36, 52]
    found = difference.difference(picture.png(before), picture.png(after), 0, 10**8)
    level = np.abs(before.astype(int) - after.astype(int)).max(2)
    assert (found.pixels, found.changed, found.largest) == (37 * 53, 2, level.max())
    assert found.mean == round(float(level.mean()), 4)
    assert (picture.load(found.png) == difference.palette()[level]).all()
    passed = difference.difference(picture.png(before), picture.png(after), int(level[5, 9]), 10**8)
    assert passed.changed == 1
    assert (picture.load(passed.png)[5, 9] == difference.palette()[0]).all()
    # Colours that nobody sees are no difference; how much is seen is one.
    clear = np.dstack([before, np.zeros((37, 53), np.uint8)])
    other = np.dstack([after, np.zeros((37, 53), np.uint8)])
    assert difference.difference(picture.png(clear), picture.png(other), 0, 10**8).changed == 0
    solid = np.dstack([before, np.full((37, 53), 255, np.uint8)])
    assert difference.difference(picture.png(before), picture.png(solid), 0, 10**8).changed == 0
    assert difference.difference(picture.png(clear), picture.png(solid), 0, 10**8).changed == 37 * 53
    half = difference.difference(picture.png(before[::2, ::2].copy()), picture.png(after), 0, 10**8)
    assert (half.scaled, half.pixels) == (True, 37 * 53)


def test_a_film_at_a_glance_is_twelve_moments_in_order() -> None:
    shown = picture.load(strip.moments(made(24)))
    assert shown.shape[:2] == (64, 96 * strip.COUNT)
    red = [int((shown[:, at * 96 : (at + 1) * 96, 0] > 100).sum()) for at in range(strip.COUNT)]
    assert red != [red[0]] * strip.COUNT
