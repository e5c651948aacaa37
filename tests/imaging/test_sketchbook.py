"""The Sketchbook: what it understands, and that it paints it, the same every time, in every frame."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from gesso.imaging.colour import decode, encode, to_lab
from gesso.imaging.sketchbook import SCENES, STYLES, paint, read
from gesso.imaging.sketchbook.canvas import Canvas
from gesso.imaging.sketchbook.lettering import FACES, typeset
from gesso.imaging.sketchbook.paint import compose
from gesso.imaging.sketchbook.palette import NAMED, code, colour, from_lch, to_lch
from gesso.imaging.sketchbook.words import Vocabulary, study
from gesso.kit.errors import Invalid

PLAIN = Vocabulary({"painterly": ()})
PROMPTS = {
    "mountains": "mountains at dawn",
    "sea": "the sea at sunset with a sailboat",
    "lighthouse": "a lighthouse on a headland at dusk",
    "lake": "a lake with a cabin",
    "dunes": "desert dunes",
    "forest": "a misty pine forest",
    "meadow": "a meadow with flowers and a path",
    "waterfall": "a waterfall",
    "city": "a city skyline at night",
    "stars": "the milky way",
    "aurora": "northern lights",
    "nebula": "a nebula in space",
    "clouds": "above the clouds",
    "stilllife": "a vase of flowers",
    "abstract": "abstract silk",
    "geometric": "a bauhaus pattern",
    "poster": 'a poster of mountains that says "Go outside"',
}


def scene(prompt: str, width: int, height: int, seed: int) -> NDArray[np.float32]:
    """The scene before any style, sRGB 0..1."""
    brief = study(prompt, None, PLAIN)
    return compose(brief, width, height, seed, lambda fraction: None).develop()


def hues(picture: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much of the picture's chroma lies in each of 24 sectors of hue, of a sum of 1."""
    lch = to_lch(decode(picture.reshape(-1, 3)))
    found, _ = np.histogram(lch[:, 2], bins=24, range=(0, 360), weights=lch[:, 1])
    return np.asarray(found / found.sum())


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_is_called_by_its_words_and_painted_with_depth_and_contrast(name: str) -> None:
    prompt = PROMPTS[name]
    assert read(prompt).scene == name
    brief = study(prompt, None, PLAIN)
    canvas = compose(brief, 128, 112, 5, lambda fraction: None)
    assert np.isfinite(canvas.rgb).all()
    assert np.isfinite(canvas.depth).all()
    assert canvas.depth.min() >= 0
    assert canvas.depth.max() <= 1
    assert canvas.develop().std() > 0.04


@pytest.mark.parametrize("name", SCENES)
def test_another_seed_is_another_composition(name: str) -> None:
    # Blurred, so that grain and specks do not count as a difference.
    first, second = (cv2.blur(scene(PROMPTS[name], 96, 96, seed), (5, 5)) for seed in (2, 3))
    assert np.abs(first - second).mean() > 0.025


@pytest.mark.parametrize("name", SCENES)
def test_the_same_seed_at_twice_the_size_is_the_same_composition(name: str) -> None:
    small = scene(PROMPTS[name], 160, 120, 7)
    large = cv2.resize(scene(PROMPTS[name], 320, 240, 7), (160, 120), interpolation=cv2.INTER_AREA)
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.9


@pytest.mark.parametrize(("width", "height"), [(256, 256), (700, 256), (256, 1024), (16, 16), (16, 64), (333, 97)])
def test_any_frame_is_filled(width: int, height: int) -> None:
    picture = paint("a lighthouse at dusk", width, height, 3)
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 8


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert np.array_equal(paint("autumn forest", 200, 150, 11), paint("autumn forest", 200, 150, 11))


def test_the_seed_of_a_run_is_not_cut_to_few_bits() -> None:
    assert not np.array_equal(scene("dunes", 64, 64, 1), scene("dunes", 64, 64, 1 + 2**40))


@pytest.mark.parametrize("quality", ["draft", "standard", "premium"])
def test_every_quality_shows_the_same_composition(quality: str) -> None:
    usual = paint("lake at golden hour", 320, 320, 2).astype(float)
    other = paint("lake at golden hour", 320, 320, 2, quality=quality).astype(float)
    assert other.shape == usual.shape
    assert np.corrcoef(usual.ravel(), other.ravel())[0, 1] > 0.9


def test_progress_rises_to_one() -> None:
    told: list[float] = []
    paint("dunes", 64, 64, 0, report=told.append)
    assert len(told) >= 4
    assert all(a <= b for a, b in pairwise(told))
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (
            "Pink flowers on green hills, noon",
            {"scene": "meadow", "time": "noon", "colours": ("pink", "green"), "ignored": ()},
        ),
        (
            "a dragon above snowy mountains",
            {"scene": "mountains", "season": "winter", "ignored": ("dragon",)},
        ),
        ("an astronaut in space", {"scene": "nebula", "time": "night", "ignored": ("astronaut",)}),
        (
            "misty autumn woods at golden hour",
            {"scene": "forest", "weather": "fog", "season": "autumn", "time": "golden"},
        ),
        ("sailboats on a calm sea", {"scene": "sea", "subjects": ("boat", "sea"), "mood": "calm"}),
        ("the northern lights over a lake", {"scene": "aurora", "subjects": ("aurora", "lake")}),
        ("a bouquet in a blue vase", {"scene": "stilllife", "colours": ("blue",)}),
        ("dunes in watercolor", {"scene": "dunes", "style": "watercolour"}),
        ("poster that says Night Market", {"scene": "poster", "lettering": "Night Market"}),
        (
            "“Salt & Light” by the sea",
            {"scene": "poster", "lettering": "Salt & Light", "understood": ("sea",)},
        ),
        ("stormy sea at night", {"scene": "sea", "weather": "storm", "time": "night"}),
        ("grey city in the rain", {"scene": "city", "weather": "rain", "colours": ("grey",)}),
        ("hot air balloons at sunrise", {"subjects": ("balloon",), "time": "dawn"}),
        ("", {"understood": (), "ignored": (), "style": "painterly"}),
        ("дракон и рыцарь", {"understood": (), "ignored": ("дракон", "и", "рыцарь")}),
    ],
)
def test_words_are_understood_or_reported_as_ignored(prompt: str, expected: dict[str, object]) -> None:
    reading = read(prompt)
    assert {key: getattr(reading, key) for key in expected} == expected


def test_words_keep_their_order_and_stop_words_are_in_neither_list() -> None:
    reading = read("The unicorn of the misty forest at dawn, with a knight")
    assert reading.understood == ("misty", "forest", "dawn")
    assert reading.ignored == ("unicorn", "knight")


def test_what_is_excluded_is_not_painted() -> None:
    reading = read("mountains at dusk without birds or clouds")
    assert "birds" not in reading.subjects
    assert "clouds" not in reading.subjects
    prompt = "the dunes at noon, no sun"
    clear, cloudy = (scene(prompt + more, 128, 128, 2)[:40] for more in (", no clouds", ", with clouds"))
    assert clear.std(axis=1).mean() < 0.5 * cloudy.std(axis=1).mean()


def test_a_style_given_apart_overrules_the_prompt() -> None:
    assert read("dunes in watercolour", style="oil").style == "oil"
    with pytest.raises(Invalid):
        read("dunes", style="no such style")


@pytest.mark.parametrize(
    ("width", "height", "quality", "seed"),
    [(8, 64, "standard", 0), (64, 5000, "standard", 0), (64, 64, "best", 0), (64, 64, "draft", -1)],
)
def test_what_cannot_be_painted_is_refused(width: int, height: int, quality: str, seed: int) -> None:
    with pytest.raises(Invalid):
        paint("dunes", width, height, seed, quality=quality)


@pytest.mark.parametrize("name", ["red", "teal", "purple", "gold", "pink", "blue", "emerald", "orange"])
@pytest.mark.parametrize("subject", ["abstract waves", "mountains"])
def test_a_named_colour_appears_and_more_than_without_it(name: str, subject: str) -> None:
    sector = int(to_lch(colour(name))[2] // 15)
    near = [(sector + k) % 24 for k in (-2, -1, 0, 1, 2)]
    named, plain = (
        hues(scene(f"{name} {subject}", 96, 96, 3))[near].sum(),
        hues(scene(subject, 96, 96, 3))[near].sum(),
    )
    assert named > 0.15
    assert named > plain or named > 0.4


@pytest.mark.parametrize("subject", ["mountains", "sea", "forest", "city", "meadow", "dunes"])
def test_night_is_darker_than_noon(subject: str) -> None:
    assert scene(f"{subject} at night", 96, 96, 4).mean() < 0.6 * scene(f"{subject} at noon", 96, 96, 4).mean()


@pytest.mark.parametrize(("width", "height"), [(900, 300), (300, 900), (300, 300)])
def test_the_moon_is_round_in_every_frame(width: int, height: int) -> None:
    bright = scene("full moon over the dunes at night, no clouds, no stars", width, height, 6).min(-1) > 0.6
    count, _, boxes, _ = cv2.connectedComponentsWithStats(bright.astype(np.uint8))
    largest = boxes[1:count][np.argmax(boxes[1:count, cv2.CC_STAT_AREA])]
    across, down, area = (largest[k] for k in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    assert 0.9 < across / down < 1.1
    assert area == pytest.approx(np.pi / 4 * across * down, rel=0.12)


def test_a_nebula_has_no_moon_in_it() -> None:
    picture = scene("purple nebula", 256, 256, 3)
    count, _, boxes, _ = cv2.connectedComponentsWithStats((picture.min(-1) > 0.85).astype(np.uint8))
    assert all(boxes[k, cv2.CC_STAT_AREA] < 256 * 256 * 0.004 for k in range(1, count))


def test_lamps_light_a_city_at_night_without_swamping_it() -> None:
    picture = scene("city skyline at night", 320, 320, 4)
    warm = (picture[..., 0] > 0.55) & (picture[..., 0] > picture[..., 2] + 0.1)
    assert 0.004 < warm.mean() < 0.12


def test_gradients_do_not_band() -> None:
    picture = paint("calm sky at dusk, no clouds, no stars", 400, 300, 1)
    # Without dither, rows of one colour follow one another and few levels occur in a strip.
    assert (np.diff(picture[10:120, 50].astype(int), axis=0) != 0).any(-1).mean() > 0.5


@pytest.mark.parametrize("face", sorted(FACES))
def test_words_are_set_as_large_as_their_box_allows(face: str) -> None:
    mask = typeset("Night Market", 400, 160, face)
    assert mask.shape[0] <= 160
    assert mask.shape[1] <= 400
    assert mask.shape[1] > 340 or mask.shape[0] > 136
    assert 0.1 < mask.mean() < 0.8


@pytest.mark.parametrize(
    "text",
    [
        "夜の市場",
        "سوق الليل",
        "🎈🎈",
        "a < b & c > d",
        "\u200b",
        "é" * 40,
        "one two three four five six seven eight nine",
    ],
)
def test_any_letters_can_be_set(text: str) -> None:
    mask = typeset(text, 200, 120)
    assert np.isfinite(mask).all()
    assert mask.shape[0] <= 120
    assert mask.shape[1] <= 200
    assert paint(f'poster that says "{text}"', 96, 128, 1).shape == (128, 96, 3)


def test_different_words_make_a_different_poster() -> None:
    first, second = (scene(f'a poster of dunes "{text}"', 160, 200, 3) for text in ("Slow down", "Speed"))
    assert np.abs(first - second).mean() > 0.003


def test_a_style_changes_the_picture() -> None:
    plain = scene("lighthouse at sunset", 64, 64, 2)
    for name in list(STYLES)[1:6]:
        picture = paint("lighthouse at sunset", 64, 64, 2, style=name)
        assert picture.shape == (64, 64, 3)
        assert np.abs(picture / 255 - plain).mean() > 0.01, name


def test_oklch_and_srgb_come_back_from_a_round_trip() -> None:
    shades = np.stack([colour(name) for name in NAMED])
    assert np.allclose(from_lch(to_lch(shades)), shades, atol=3e-3)
    assert np.allclose(decode(encode(shades)), shades, atol=1e-4)
    # White and mid grey have no chroma in OKLab, and lightness 1 and 0.6 (Ottosson's definition).
    assert np.allclose(to_lab(np.array([1.0, 1.0, 1.0])), [1, 0, 0], atol=1e-3)
    assert code(colour("#12ab9f")) == "#12ab9f"


def test_features_draw_from_generators_of_their_own() -> None:
    canvas = Canvas(32, 32, 9)
    canvas.rng("ridge").random(1000)
    assert canvas.rng("sun").random() == Canvas(64, 64, 9).rng("sun").random()
