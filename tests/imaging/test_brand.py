"""A brand on pictures: painted in its palette, its logo where it belongs, and what does not keep to it."""

from collections.abc import Sequence

import numpy as np
import pytest

from gesso.imaging import brand, sketchbook
from gesso.imaging.brand import Lettered, Logo, Spot
from gesso.imaging.picture import Pixels
from gesso.imaging.seen import look
from gesso.imaging.sketchbook import Ink
from gesso.ops.branded import Avoided, OwnBrand

PALETTES = (
    (("#0b2a4a", "text"), ("#2f6f9f", "primary"), ("#e9dfc8", "ground"), ("#f2a33a", "accent")),
    (("#5a1846", "primary"), ("#c70039", "accent"), ("#ffe5d9", "ground")),
    (("#1f3d2b", "text"), ("#7fa650", "primary"), ("#f4f1de", "ground"), ("#d1495b", "accent")),
)


def plain(colour: str, width: int = 200, height: int = 100) -> Pixels:
    rgb = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return np.tile(np.array(rgb, np.uint8), (height, width, 1))


def apart(one: str, palette: Sequence[str]) -> float:
    """How far a colour is from the nearest of a palette, in OKLab."""
    return float(np.linalg.norm(brand._lab([one]) - brand._lab(palette), axis=1).min())


@pytest.mark.parametrize("palette", PALETTES, ids=("north", "berry", "moss"))
def test_the_sketchbook_paints_in_a_palette(palette: Sequence[tuple[str, str]]) -> None:
    codes = [code for code, _ in palette]
    inks = [Ink(*each) for each in palette]
    for prompt, style in (
        ("a mountain lake at sunset", None),
        ("a city at night", "ink"),
        ("flowers in a meadow", "film"),
    ):
        painted = sketchbook.paint(prompt, 256, 192, 3, style=style if style in sketchbook.STYLES else None)
        made = sketchbook.dyed(painted, inks)
        before, after = brand.fitting(painted, codes)[0], brand.fitting(made, codes)[0]
        assert after > max(0.72, 0.95 * before), (prompt, before, after)
        assert np.mean([apart(each, codes) for each in look(made).colours[:3]]) < 0.13, prompt
        # What was lighter than its surroundings still is: the picture is the same.
        was, now = (pixels.mean(axis=2).ravel() for pixels in (painted, made))
        assert np.corrcoef(was, now)[0, 1] > 0.75, prompt
    assert (sketchbook.dyed(painted, inks) == made).all()
    assert (sketchbook.dyed(painted, []) == painted).all()
    assert (sketchbook.dyed(painted, inks, 0) == painted).all()


def test_alpha_stays_and_one_colour_is_a_palette() -> None:
    pixels = np.dstack([plain("#808080", 40, 30), np.arange(1200, dtype=np.uint32).reshape(30, 40).astype(np.uint8)])
    made = sketchbook.dyed(pixels, [Ink("#c70039")])
    assert (made[..., 3] == pixels[..., 3]).all()
    assert apart("#" + "".join(f"{value:02x}" for value in made[0, 0, :3]), ["#c70039"]) < 0.02


def test_a_logo_stands_in_its_corner_with_its_space_and_in_the_variant_that_is_seen() -> None:
    dark, pale = plain("#0b2a4a", 100, 50), plain("#ffffff", 100, 50)
    logo = Logo([dark, pale], clear=0.5, least=10)
    for ground, ink in (("#f4f1de", dark), ("#101820", pale)):
        for place in ("top_left", "bottom_right"):
            made = brand.stamped(plain(ground, 400, 200), logo, Spot(place, 0.4))
            changed = (made != plain(ground, 400, 200)).any(axis=2)
            rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
            assert (len(rows), len(columns)) == (40, 80)
            edge = (rows[0], columns[0]) if place == "top_left" else (199 - rows[-1], 399 - columns[-1])
            assert edge == (20, 20)
            assert (made[rows[20], columns[40]] == ink[0, 0]).all()
    half = brand.stamped(plain("#ffffff", 400, 200), Logo([dark]), Spot(size=0.4), opacity=0.5)
    assert 0x0B < int(half[170, 340, 0]) < 255


def test_a_logo_on_what_is_transparent_brings_its_own_alpha() -> None:
    mark = np.dstack([plain("#c70039", 100, 100), np.full((100, 100), 128, np.uint8)])
    clear = np.zeros((200, 200, 4), np.uint8)
    made = brand.stamped(clear, Logo([mark], clear=0), Spot("centre", 0.5))
    assert made[100, 100].tolist() == [0xC7, 0x00, 0x39, 128]
    assert not made[0, 0].any()


def test_what_does_not_keep_to_a_brand_is_said() -> None:
    mark = plain("#0b2a4a", 100, 50)
    rules = {
        "palette": brand.of_palette(plain("#12b812"), ["#0b2a4a", "#f2a33a"]),
        "seen": brand.of_logo(plain("#0d2c4c", 400, 200), Logo([mark]), Spot()),
        "small": brand.of_logo(plain("#ffffff", 400, 200), Logo([mark], least=64), Spot()),
        "space": brand.of_logo(plain("#ffffff", 400, 200), Logo([mark], clear=2), Spot(size=0.9)),
        "restless": brand.of_logo(
            np.random.default_rng(1).choice(np.array([0, 255], np.uint8), (200, 400, 1)).repeat(3, 2),
            Logo([mark]),
            Spot(),
        ),
        "font": brand.of_letters(
            plain("#ffffff"), Lettered("Jost Bold", "#000000", None, "bottom", 0.1), ["DM Serif Display"]
        ),
        "contrast": brand.of_letters(plain("#ffffff"), Lettered("Jost Bold", "#cccccc", None, "top", 0.1), ["Jost"]),
        "words": brand.of_words(
            [("prompt", "Two CHEAPS seats")], [(Avoided(word="cheap").pattern, "cheap", "affordable")]
        ),
    }
    for name, found in rules.items():
        assert found, name
        assert all(each.message.endswith(".") and each.advice.endswith(".") for each in found), name
    assert "#12b812" in rules["palette"][0].message
    assert "affordable" in rules["words"][0].advice

    fine = (
        brand.of_palette(plain("#f4b45a"), ["#f2a33a"]),
        brand.of_palette(plain("#777777"), ["#f2a33a"]),
        brand.of_logo(plain("#ffffff", 800, 600), Logo([mark], least=64), Spot()),
        brand.of_letters(plain("#ffffff"), Lettered("Jost Bold", "#000000", None, "top", 0.02), ["Jost"]),
        brand.of_letters(plain("#ffffff"), Lettered("Jost Bold", "#ffffff", "#000000", "top", 0.1), []),
        brand.of_words([("title", "cheapskate and a lake")], [(Avoided(word="cheap").pattern, "cheap", "")]),
    )
    assert fine == ([],) * len(fine)


def test_words_are_replaced_once_and_a_prohibition_becomes_a_thing() -> None:
    own = OwnBrand(
        id="own:1",
        title="North",
        voice="calm, clear.",
        use=("hand-made",),
        donts=("Never show fog", "Don't use neon signs.", "crowds"),
        avoid=(Avoided(word="cheap", instead="good"), Avoided(word="deal")),
        palette=({"colour": "#0B2A4A", "name": "deep blue"},),
    )
    assert own.spoken("Cheap chairs, a cheap deal, cheapness") == "Good chairs, a good deal, cheapness"
    assert own.text == "calm, clear, hand-made, in the colours deep blue #0b2a4a"
    assert own.negative == "cheap, deal, fog, neon signs, crowds"
