"""Wishes in plain words: what is understood is done, and what is not is said."""

import numpy as np
import pytest

from gesso.imaging import wishes
from gesso.imaging.picture import Pixels
from tests.imaging.photos import photo


def done(text: str, pixels: Pixels | None = None) -> tuple[Pixels, list[str]]:
    return wishes.grant(photo("coffee") if pixels is None else pixels, wishes.read(text)[0])


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("brighter", lambda before, after: after.mean() > before.mean() + 8),
        ("much darker", lambda before, after: after.mean() < before.mean() - 15),
        ("mach es etwas dunkler", lambda before, after: after.mean() < before.mean() - 3),
        (
            "warmer",
            lambda b, a: float(a[..., 0].mean()) - a[..., 2].mean() > float(b[..., 0].mean()) - b[..., 2].mean(),
        ),
        (
            "cooler",
            lambda b, a: float(a[..., 0].mean()) - a[..., 2].mean() < float(b[..., 0].mean()) - b[..., 2].mean(),
        ),
        ("more contrast", lambda before, after: after.std() > before.std() + 4),
        ("weniger Kontrast", lambda before, after: after.std() < before.std() - 4),
        ("black and white", lambda before, after: np.ptp(after.astype(int), axis=2).max() <= 1),
        ("schwarz-weiß", lambda before, after: np.ptp(after.astype(int), axis=2).max() <= 1),
        ("crop square", lambda before, after: after.shape == (400, 400, 3)),
        ("crop to 16:9", lambda before, after: after.shape == (338, 600, 3)),
        ("rotate", lambda before, after: after.shape == (600, 400, 3)),
        ("rotate 90 degrees left", lambda before, after: (after == np.rot90(before)).all()),
        ("flip", lambda before, after: (after == before[:, ::-1]).all()),
        ("upside down", lambda before, after: (after == before[::-1, ::-1]).all()),
    ],
)
def test_a_wish_is_granted(text: str, change: object) -> None:
    after, vain = done(text)
    assert vain == []
    assert wishes.read(text)[1] == ()
    assert callable(change)
    assert change(photo("coffee"), after)


def test_several_wishes_are_granted_in_their_order_and_how_much_is_heard() -> None:
    found, lost = wishes.read("brighter, slightly warmer and much more contrast, then crop square, vintage")
    assert lost == ()
    assert [bool(wish.amounts) for wish in found] == [True, True, True, False, False]
    assert found[1].amounts["temperature"] < 0.3 < 0.5 < found[2].amounts["contrast"]
    assert wishes.read("less noise")[0][0].amounts["denoise"] > 0


def test_one_colour_becomes_another_and_the_background_too() -> None:
    red = np.full((120, 160, 3), 235, np.uint8)
    red[30:90, 50:110] = (200, 40, 40)
    after, vain = done("make the red box blue", red)
    assert vain == []
    assert after[60, 80, 2] > after[60, 80, 0] + 60
    assert (after[5, 5] == 235).all()
    assert wishes.read("white background")[0][0].ground == (255, 255, 255)
    assert wishes.read("remove the background")[0][0].ground == "clear"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("add a unicorn", ("unicorn",)),
        ("brighter, with more dragons", ("dragons",)),
        ("make her smile", ("her", "smile")),
    ],
)
def test_what_no_rule_knows_is_given_back(text: str, lost: tuple[str, ...]) -> None:
    assert wishes.read(text)[1] == lost


def test_the_wishes_of_a_long_text_are_counted() -> None:
    found, lost = wishes.read("oil, " * 1_000)
    assert (len(found), lost) == (wishes.MOST, ("oil",))


def test_a_wish_that_finds_nothing_is_in_vain() -> None:
    grey = np.full((60, 60, 3), 128, np.uint8)
    after, vain = done("turn the purple car green", grey)
    assert (after == grey).all()
    assert vain == ["turn the purple car green"]
