"""Pictures side by side: each where it belongs, and their names legible and never over them."""

import numpy as np

from gesso.imaging import sheet
from gesso.imaging.picture import Pixels
from gesso.imaging.sheet import Titles

PAPER, BLANK = (250, 250, 249), (232, 231, 228)


def plain(red: int, width: int = 60, height: int = 40) -> Pixels:
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:] = (red, 20, 30)
    return pixels


def where(page: Pixels, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """(left, top, width, height) of what has exactly this colour."""
    rows, columns = np.nonzero((page == np.array(colour)).all(2))
    return columns.min(), rows.min(), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def test_every_picture_stands_whole_in_its_place_and_an_empty_one_stays_empty() -> None:
    cells = [plain(200), plain(150, 40, 60), None, plain(100, 60, 60)]
    page = sheet.sheet(cells, 2, Titles("a barn", ["one", "two"], ["up", "down"]))
    first, second, third = (where(page, (red, 20, 30)) for red in (200, 150, 100))
    assert (first[2:], second[2:], third[2:]) == ((60, 40), (40, 60), (60, 60))
    assert where(page, BLANK)[2:] == (60, 60)
    assert first[0] < second[0]
    assert abs((second[0] + 20) - (third[0] + 30)) <= 1, "in the middle of its column"
    assert third[1] > second[1] + 60
    ink = (page.astype(int).sum(2) < 150) & (page[..., 0] < 100)
    assert ink[: second[1] - 2].any(), "the heading and the names of the columns"
    assert ink[:, : first[0] - 2].any(), "the names of the rows"
    for left, top, width, height in (first, second, third):
        assert not ink[top : top + height, left : left + width].any(), "no letter stands on a picture"


def test_names_without_end_are_cut_short_and_names_of_nothing_take_no_room() -> None:
    long = "a name that goes on and on and on without any end to it at all " * 20
    page = sheet.sheet([plain(200), plain(150)], 2, Titles(long, [long, "x" * 500], [long]))
    assert page.shape[0] < 40 + 3 * 120
    bare = sheet.sheet([plain(200)], 1, Titles("", ["\n", ""], ["", "\x07"]))
    left, top, width, height = where(bare, (200, 20, 30))
    assert bare.shape[:2] == (height + 2 * top, width + 2 * left)
    dark = sheet.sheet([plain(200)], 1, Titles(), ground="dark")
    assert tuple(dark[0, 0]) != PAPER
