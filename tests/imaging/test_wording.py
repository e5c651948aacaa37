"""Words by rules: what they add, what they never touch, and what they say that they do not know."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesso.imaging import picture, sketchbook, wording
from tests.conftest import photo

PROMPTS = (
    "a lighthouse at dusk",
    "portrait of an old fisherman",
    "watercolour of a village in the rain",
    "minimal logo for a bakery",
    "Ein alter Leuchtturm im Sturm",
    "ein Hund ohne Hintergrund",
    "poster that says “Open at 9, closed at 5”",
)
OPEN = "a fox"


def added(prompt: str, **more: object) -> str:
    made = wording.enhanced(prompt, **more)  # type: ignore[arg-type]
    assert made is not None
    assert made.startswith(prompt.rstrip(".,")), "what it says stays, word for word"
    return made[len(prompt.rstrip(".,")) :].lower()


@pytest.mark.parametrize("prompt", PROMPTS)
def test_an_improved_prompt_keeps_every_word_and_says_more_the_more_is_wanted(prompt: str) -> None:
    lengths = [len(added(prompt, detail=detail, seed=1)) for detail in ("short", "medium", "long")]
    assert 0 < lengths[0] <= lengths[1] <= lengths[2]


def test_the_same_seed_finds_the_same_words_and_another_others() -> None:
    assert added(OPEN, seed=3) == added(OPEN, seed=3)
    assert len({added(OPEN, seed=seed) for seed in range(12)}) > 2


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("in soft light", r"\blight\b|shadow"),
        ("at night", r"sun|morning|daylight|noon"),
        ("seen from above", r"eye level|horizon|low angle"),
        ("as a watercolour", r"\bmm\b|lens|depth of field"),
        ("as a pencil drawing", r"\bmm\b|lens|brush"),
        ("in black and white", r"palette|colour|warm note"),
        ("out of focus", r"\bmm\b|depth of field"),
        ("without texture", r"texture"),
        ("with no background", r"background"),
    ],
)
def test_nothing_is_added_to_what_a_prompt_has_spoken_of(said: str, never: str) -> None:
    for subject in ("a fox", "portrait of a woman", "a castle", "a mountain lake", "a bottle of perfume"):
        for seed in range(6):
            words = added(f"{subject} {said}", detail="long", seed=seed)
            assert not re.search(never, words), words


def test_a_style_is_said_unless_the_prompt_has_its_own() -> None:
    assert "oil painting" in added("a fox", style="oil")
    assert "ölgemälde" in added("ein Fuchs im Wald", style="oil")
    assert "oil" not in added("watercolour of a fox", style="oil")


def test_a_prompt_keeps_its_language_and_one_that_rules_do_not_know_is_not_touched() -> None:
    assert re.search(r"licht|mm-objektiv|blick|details", added("ein Fuchs im Wald", detail="long"))
    for prompt in ("un château au bord de la mer", "夕日の海", "замок на берегу моря", "un castillo en la playa"):
        assert wording.enhanced(prompt) is None, prompt


def test_languages_are_told_apart() -> None:
    for prompt, code in {
        "a lighthouse at dusk": "en",
        "lighthouse, dusk, oil": "en",
        "ein Leuchtturm am Meer": "de",
        "Bäume, Häuser, Straßen": "de",
        "une maison dans la forêt": "fr",
        "una casa en el bosque": "es",
        "una casa nel bosco": "it",
        "een huis in het bos": "nl",
        "海边的灯塔": "zh",
        "灯台の夕暮れ": "ja",
        "маяк на берегу": "ru",
        "": "en",
    }.items():
        assert wording.language(prompt) == code, prompt


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("ein roter Leuchtturm am Meer bei Sonnenuntergang", "a red lighthouse by the sea at sunset"),
        (
            "Aquarell von einem alten Haus am See, goldene Stunde",
            "watercolour of an old house by the lake, golden hour",
        ),
        (
            "Schwarz-weiß Porträt einer jungen Frau mit Hut, Gegenlicht",
            "black and white portrait of a young woman with hat, backlight",
        ),
        ("Bergsee mit Spiegelungen der Wälder", "mountain lake with reflections of the forests"),
        (
            "zwei kleine Segelboote auf dem ruhigen Wasser, im Hintergrund ein Schloss",
            "two small sailing boats on the quiet water, in the background a castle",
        ),
        ("der Himmel über der Stadt ist voller Sterne", "the sky over the city is full of stars"),
        ("Plakat mit der Aufschrift „Grüße aus Wien“, 3:4", "poster with the lettering „Grüße aus Wien“, 3:4"),
    ],
)
def test_german_prompts_in_english(german: str, english: str) -> None:
    made = wording.translated(german)
    assert (made.text, made.unknown) == (english, ())


def test_what_the_lexicon_does_not_know_stays_and_is_told() -> None:
    made = wording.translated("ein Mops auf dem Sofa, daneben ein Kaktus")
    assert made.unknown == ("Mops", "daneben", "Kaktus")
    assert made.text == "a Mops on the sofa, daneben a Kaktus"


def test_the_sketchbook_understands_what_is_translated() -> None:
    made = wording.translated("verschneiter Wald bei Nacht, Vollmond, ein Boot auf dem See")
    reading = sketchbook.read(made.text)
    assert {"forest", "moon", "boat", "lake"} <= set(reading.subjects)
    assert reading.time == "night"
    assert reading.ignored == ()


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=150)
def test_any_text_can_be_read(text: str) -> None:
    wording.translated(text)
    made = wording.enhanced(text, detail="long")
    if made is not None and text.strip():
        assert " ".join(text.split()).rstrip(",;: ") in made


def test_a_picture_is_told_by_its_facts_in_both_languages() -> None:
    pixels = picture.load(photo(300, 200))
    told = wording.told(pixels, 300, 200)
    assert told.caption.startswith("A wide")
    assert told.alt.startswith(told.caption)
    assert {"wide", "grey", "red"} <= set(told.tags)
    german = wording.told(pixels, 300, 200, "de")
    assert re.match(r"Ein breites,? .*Bild.*, vor allem in (Grau|Rot) und (Grau|Rot|Braun)", german.caption), german
    assert {"Querformat", "Grau", "Rot"} <= set(german.tags)


def test_light_and_greyness_are_among_the_tags() -> None:
    night = np.full((64, 48, 3), 12, np.uint8)
    told = wording.told(night, 480, 640)
    assert {"dark", "black-and-white", "tall", "low contrast"} <= set(told.tags)
    assert "dark" in told.alt
    assert not {"black", "grey"} & set(told.tags), "without colours none is named"


# --- In another manner, weighed, gone on with


@pytest.mark.parametrize("tone", wording.MANNERS)
def test_in_another_manner_a_prompt_shows_the_same(tone: str) -> None:
    for prompt, stays, goes in (
        (
            "watercolour of an old lighthouse at dusk, soft light, pastel colours",
            "old lighthouse at dusk",
            "pastel col",
        ),
        ("Aquarell von einem Haus am See, {rot|blau}, weiches Licht", "von einem Haus am See, {rot|blau}", "weiches L"),
        ('a sign that says "Open, now", 85 mm lens, snow on the roof', 'a sign that says "Open, now", snow', "85 mm"),
    ):
        made = wording.restyled(prompt, tone, seed=1)
        assert made is not None
        assert stays in made.text
        assert goes not in made.text
        assert made.text != prompt
        assert made == wording.restyled(prompt, tone, seed=1)
    assert wording.restyled("un château au bord de la mer", tone) is None


def test_a_manner_in_ones_own_words_counts_more_and_what_no_rule_knows_is_told() -> None:
    def told(towards: str) -> wording.Restyled:
        made = wording.restyled("watercolour of a fox, soft light", "cinematic", towards=towards)
        assert made is not None
        return made

    assert told("as a linocut").text == "linocut of a fox, soft light"
    assert told("ink_wash").text == "ink wash of a fox, soft light"
    assert told("more dramatic").text.startswith("watercolour of a fox, ")
    assert (told("like a wet street").text, told("like a wet street").said) == (
        "watercolour of a fox, soft light, wet street",
        "wet street",
    )
    assert told("less colour").said == "less colour", "no rule takes away"


def mended(prompt: str, code: str) -> tuple[str, str]:
    mend = next(each.mend for each in wording.score(prompt).reasons if each.code == code)
    assert mend is not None
    return mend.prompt, mend.negative


def test_the_score_rises_with_what_a_prompt_says() -> None:
    steps = (
        "",
        "a fox",
        "a fox in the snow",
        "a fox in the snow, soft morning light",
        "watercolour of a fox in the snow, soft morning light",
        "watercolour of a fox in the snow, soft morning light, wide view, calm mood, muted colours",
    )
    values = [wording.score(step).value for step in steps]
    assert values == sorted(values)
    assert (values[0], values[-1]) == (0, 100)
    assert wording.score("a fox in the snow", style="watercolour").value > values[2]
    for prompt in PROMPTS:
        for reason in wording.score(prompt).reasons:
            if reason.mend:
                assert wording.score(reason.mend.prompt).value > wording.score(prompt).value, reason


@pytest.mark.parametrize(
    ("prompt", "code", "after"),
    [
        ("a beach without any people at sunset", "negation", ("a beach at sunset", "people")),
        ("ein Fuchs im Wald, keine Häuser", "negation", ("ein Fuchs im Wald", "Häuser")),
        ("a street at night in bright daylight", "contradiction", ("a street at night", "")),
        ("a fox (red and white, in snow", "brackets", ("a fox (red and white, in snow)", "")),
        ("a fox) in the snow", "brackets", ("a fox in the snow", "")),
        ("a fox, soft light, snow, soft light", "repetition", ("a fox, soft light, snow", "")),
        ("a fox, masterpiece, 8k, in the snow", "boosters", ("a fox, in the snow", "")),
    ],
)
def test_what_is_wrong_with_a_prompt_is_mended(prompt: str, code: str, after: tuple[str, str]) -> None:
    assert mended(prompt, code) == after
    assert wording.score(after[0]).value > wording.score(prompt).value
    assert code not in {each.code for each in wording.score(after[0], negative=after[1]).reasons}


@pytest.mark.parametrize(
    "prompt",
    ["a sign that says “no entry”", "a night sky, no one around", "two :) smileys (here)", 'a 5" plate'],
)
def test_nothing_is_blamed_that_is_right(prompt: str) -> None:
    assert [each.code for each in wording.score(prompt).reasons if each.points < 0] == []


def test_of_a_language_that_no_rule_knows_only_a_part_is_weighed() -> None:
    found = wording.score("une maison dans la forêt au bord de la mer")
    assert "language" in {each.code for each in found.reasons}
    assert all(each.mend is None for each in found.reasons)
    assert found.value < 80


def test_suggestions_go_on_from_what_was_typed() -> None:
    own = wording.worth([("a lighthouse, golden haze", 0.6), ("a barn, golden haze", 0.2), ("a goldfinch", 0.9)])
    made = wording.suggested("a fox, gol", 10, own)
    assert (made.start, made.items[0].text, made.items[0].kind) == (7, "golden haze", "yours")
    assert "golden hour" in [each.text for each in made.items]
    assert wording.suggested("a li", 4, own).items[0].text == "a lighthouse"
    assert wording.suggested("ein Fuchs, weiches F", 20, {}).items[0].text == "weiches Fensterlicht"
    named = wording.suggested("an __ani", 8, {}, ["anise", "boat"])
    assert [each.text for each in named.items] == ["__animal__", "__anise__"]
    assert wording.suggested("golden hour, golden hou", 23, {}).items == (), "it is said already"
    assert wording.suggested("a fox", 3, own).items == (), "in the midst of a word nothing is suggested"
    assert wording.suggested("", 0, own).items == ()


@given(st.text(max_size=200), st.integers(0, 200))
@settings(deadline=None, max_examples=150)
def test_any_text_can_be_weighed_and_gone_on_with(text: str, at: int) -> None:
    found = wording.score(text)
    assert 0 <= found.value <= 100
    wording.suggested(text, min(at, len(text)), {"a fox": 1.0})
    wording.restyled(text, "vintage", towards=text[:50])
