"""What is ready-made is whole, is drawn, and is found by whoever does not know what it is called."""

from pathlib import Path

import pytest

from gesso import presets
from gesso.dev.fakes import stability
from gesso.imaging import filters, picture, sketchbook
from gesso.presets import STYLES, TEMPLATES

PUBLIC = Path(__file__).parents[2] / "web/public"
SOURCE = {
    "instagram_feed_square": (1080, 1080), "instagram_feed_portrait": (1080, 1350), "instagram_story": (1080, 1920),
    "instagram_reel_cover": (1080, 1920), "facebook_feed": (1200, 630), "facebook_feed_square": (1080, 1080),
    "facebook_story": (1080, 1920), "facebook_cover": (820, 312), "twitter_post": (1600, 900),
    "twitter_card": (1200, 600), "twitter_header": (1500, 500), "linkedin_post": (1200, 628),
    "linkedin_post_square": (1080, 1080), "linkedin_article": (1200, 627), "linkedin_cover": (1128, 191),
    "youtube_thumbnail": (1280, 720), "youtube_channel_art": (2560, 1440), "pinterest_pin": (1000, 1500),
    "pinterest_story": (1080, 1920), "tiktok_video_cover": (1080, 1920), "blog_header": (1920, 1080),
    "blog_header_wide": (2560, 1080), "email_banner": (1920, 1080), "email_product": (1080, 1080),
    "website_hero": (2560, 1080), "website_banner": (1920, 1080),
}  # fmt: skip


def test_there_are_enough_and_the_sizes_are_those_of_the_platforms() -> None:
    assert len(STYLES) >= 48
    assert len(TEMPLATES) >= 40
    assert {id: (TEMPLATES[id].width, TEMPLATES[id].height) for id in SOURCE} == SOURCE
    assert {each.category for each in TEMPLATES.values()} | {"own"} == presets.CATEGORIES.keys()
    assert {each.platform for each in TEMPLATES.values()} == presets.PLATFORMS.keys()
    assert {each.group for each in STYLES.values()} | {"own"} == presets.GROUPS.keys()


def test_every_style_is_one_that_the_sketchbook_can_paint_and_has_words_of_its_own() -> None:
    for style in STYLES.values():
        assert style.sketchbook in sketchbook.STYLES, style.id
        assert sketchbook.read(style.hints).ignored == (), style.id
        assert sketchbook.read(style.hints).things == (), style.id
        filters.read(style.filters)
        assert len(style.text) > 20, style.id
        assert style.negative, style.id
    assert {id for id, each in STYLES.items() if "sketchbook" in each.native} == sketchbook.STYLES.keys()
    assert len({each.text for each in STYLES.values()}) == len({each.title for each in STYLES.values()}) == len(STYLES)


def test_all_presets_of_stability_are_styles_here() -> None:
    native = [style.native["stability"] for style in STYLES.values() if "stability" in style.native]
    assert sorted(native) == sorted(stability.STYLES)
    for name in stability.STYLES:
        found = presets.style(name)
        assert found is not None
        assert found.native["stability"] == name


def test_each_style_and_each_template_has_a_small_picture_that_comes_with_the_page() -> None:
    for style in STYLES.values():
        data = (PUBLIC / style.picture.removeprefix("/")).read_bytes()
        assert len(data) <= 6_000, style.id
        assert picture.load(data).shape == (160, 160, 3), style.id
    for template in TEMPLATES.values():
        data = (PUBLIC / str(template.picture).removeprefix("/")).read_bytes()
        assert len(data) <= 8_000, template.id
        height, width = picture.load(data).shape[:2]
        assert max(height, width) == 240, template.id
        assert abs(width * template.height / template.width - height) <= 1, template.id
    for folder, known in (("styles", STYLES.keys()), ("templates", TEMPLATES.keys())):
        assert {path.stem for path in (PUBLIC / folder).iterdir()} == known


def test_every_template_is_a_request_with_all_its_gaps_filled() -> None:
    for template in TEMPLATES.values():
        assert presets.style(template.style) is not None, template.id
        assert presets.variables(template.prompt), template.id
        told = template.request({})
        assert not set("{}=") & set(str(told["prompt"])), template.id


def test_gaps_are_filled_with_what_is_told_else_with_what_stands_in_them() -> None:
    prompt = "a {colour:red} {thing} by {thing}, {colour}"
    assert [(each.name, each.usual) for each in presets.variables(prompt)] == [("colour", "red"), ("thing", "")]
    assert presets.filled(prompt, {}) == "a red thing by thing, red"
    assert presets.filled(prompt, {"thing": "boat", "colour": " "}) == "a red boat by boat, red"
    assert presets.filled("no { gap } {1} here {}", {}) == "no { gap } {1} here {}"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("instgram story", "instagram_story"),
        ("insta hochformat", "instagram_feed_portrait"),
        ("YouTube Vorschaubild", "youtube_thumbnail"),
        ("1500 x 500", "twitter_header"),
        ("plakat", "poster_a4"),
        ("Visitenkarte", "business_card"),
        ("kindel cover", "book_cover"),
        ("company page banner linkdin", "linkedin_cover"),
        ("tik tok", "tiktok_video_cover"),
        ("podcats", "podcast_cover"),
    ],
)
def test_a_template_is_found_in_spite_of_slips_and_by_other_words(asked: str, first: str) -> None:
    assert presets.search(asked, TEMPLATES.values())[0].item.id == first


def test_what_nothing_answers_finds_nothing_and_no_words_find_all() -> None:
    assert presets.search("qwxzv", TEMPLATES.values()) == []
    assert [found.item for found in presets.search("  ", TEMPLATES.values())] == list(TEMPLATES.values())
    assert presets.recommend("qwxzv", TEMPLATES.values()) == []
    assert [each.item.id for each in presets.search("aquarell", STYLES.values())] == ["watercolour"]
    assert presets.search("cyberpnk", STYLES.values())[0].item.id == "neon_punk"


@pytest.mark.parametrize(
    ("sentence", "first", "why"),
    [
        (
            "product launch on instagram, vertical",
            "instagram_story_ad",
            {("use", "Product launches"), ("platform", "Instagram"), ("shape", "portrait")},
        ),
        (
            "I need a wide header for our company page on LinkedIn",
            "linkedin_cover",
            {("platform", "LinkedIn"), ("shape", "landscape"), ("title", "LinkedIn Company Cover")},
        ),
        ("Ein Plakat für unser Konzert", "poster_a4", {("title", "Poster A4"), ("use", "Events")}),
        ("Einladung zum Geburtstag", "greeting_card", {("use", "Greetings"), ("use", "Birthdays")}),
    ],
)
def test_a_sentence_is_answered_with_templates_and_the_reasons(
    sentence: str, first: str, why: set[tuple[str, str]]
) -> None:
    best = presets.recommend(sentence, TEMPLATES.values())[0]
    assert best.item.id == first
    assert {(each.kind, each.value) for each in best.why} == why


def test_who_names_a_place_is_not_sent_elsewhere_first() -> None:
    found = presets.recommend("a square ad for facebook", TEMPLATES.values())
    assert found[0].item.id == "facebook_ad"
    assert {each.item.platform for each in found[:3]} == {"facebook"}


def test_a_style_has_one_name_however_it_is_spelled() -> None:
    assert all(presets.style(name) is STYLES["comic"] for name in ("comic-book", "Comic Book", "comic", "COMIC"))
    assert presets.style("no such thing") is None
    assert presets.nearest("watercolor") == ["watercolour"]
