"""What platforms ask of a picture: complete, dated, sourced, and found again."""

from datetime import date, timedelta

import pytest

from gesso import presets
from gesso.presets import FORMATS, platforms

STORY = (1080, 1920, 25, 15, 10, 10)
TOLD = {
    ("instagram", "Feed Square"): (1080, 1080, 15, 15, 10, 10, "jpeg png", 30),
    ("instagram", "Feed Portrait"): (1080, 1350, 20, 20, 10, 10, "jpeg png", 30),
    ("instagram", "Story"): (*STORY, "jpeg png", 30),
    ("instagram", "Reel"): (*STORY, "jpeg png", 30),
    ("facebook", "Feed"): (1200, 630, 15, 15, 10, 10, "jpeg png", 30),
    ("facebook", "Feed Square"): (1080, 1080, 15, 15, 10, 10, "jpeg png", 30),
    ("facebook", "Story"): (*STORY, "jpeg png", 30),
    ("facebook", "Cover Photo"): (820, 312, 20, 10, 15, 15, "jpeg png", 30),
    ("twitter", "Post"): (1200, 675, 15, 15, 10, 10, "jpeg png gif", 5),
    ("twitter", "Card"): (1200, 600, 15, 15, 10, 10, "jpeg png gif", 5),
    ("twitter", "Header"): (1500, 500, 20, 10, 15, 15, "jpeg png gif", 5),
    ("linkedin", "Feed"): (1200, 628, 15, 15, 10, 10, "jpeg png", 8),
    ("linkedin", "Feed Square"): (1080, 1080, 15, 15, 10, 10, "jpeg png", 8),
    ("linkedin", "Article"): (1200, 627, 15, 15, 10, 10, "jpeg png", 8),
    ("linkedin", "Company Cover"): (1128, 191, 20, 10, 15, 15, "jpeg png", 8),
    ("youtube", "Thumbnail"): (1280, 720, 15, 15, 10, 10, "jpeg png", 2),
    ("youtube", "Channel Art"): (2560, 1440, 20, 10, 15, 15, "jpeg png", 2),
    ("pinterest", "Pin"): (1000, 1500, 20, 20, 10, 10, "jpeg png", 20),
    ("pinterest", "Story Pin"): (*STORY, "jpeg png", 20),
    ("tiktok", "Video Cover"): (*STORY, "jpeg png", 10),
}
"""Size, the edges of top, bottom, left and right in per cent, accepted types, megabytes."""


@pytest.mark.parametrize(("where", "title"), TOLD)
def test_what_the_collected_facts_say_is_said(where: str, title: str) -> None:
    found = presets.platform(where)
    assert found
    (one,) = [each for each in found.formats if each.title == title]
    edges = [one.safe.top, one.safe.bottom, one.safe.left, one.safe.right]
    told = (one.width, one.height, *(round(100 * edge, 3) for edge in edges), " ".join(one.types))
    assert (*told, (one.max_bytes or 0) / 1e6) == TOLD[where, title]


def test_there_are_enough_and_each_is_sound_sourced_and_dated() -> None:
    assert len(FORMATS) >= 48
    assert len(platforms.PLATFORMS) >= 12
    assert {each.kind for each in FORMATS.values()} == set(platforms.FORMAT_KINDS)
    for one in FORMATS.values():
        assert one.id == f"{one.platform}.{one.name}"
        assert one.types, one.id
        assert set(one.types) <= set(platforms.TYPES), one.id
        assert one.source.startswith("https://") or one.source == platforms.OURS, one.id
        assert date(2019, 12, 31) < one.as_of <= date(2026, 11, 30), one.id
        assert one.max_bytes is None or one.max_bytes >= 100_000, one.id
        assert one.safe.top + one.safe.bottom < 1, one.id
        assert one.safe.left + one.safe.right < 1, one.id
        for zone in one.zones:
            assert min(zone.x, zone.y) >= 0, (one.id, zone.name)
            assert min(zone.width, zone.height) > 0, (one.id, zone.name)
            assert max(zone.x + zone.width, zone.y + zone.height) <= 1.0001, (one.id, zone.name)
        assert not one.round or one.width == one.height, one.id
    assert any(each.round for each in FORMATS.values())


def test_what_is_older_than_a_year_is_stale() -> None:
    story = FORMATS["instagram.story"]
    assert not story.stale_on(story.as_of + timedelta(days=365))
    assert story.stale_on(story.as_of + timedelta(days=366))
    old = {each.id for each in FORMATS.values() if each.stale_on(date(2026, 11, 30))}
    assert "mastodon.post" in old
    assert "bluesky.square" not in old


def test_a_format_is_found_by_its_id_by_other_names_and_by_words() -> None:
    for name in ("x.header", "twitter.header", " Twitter.Header "):
        assert presets.format(name) is FORMATS["x.header"], name
    assert presets.format("instagram.feed square") is FORMATS["instagram.feed_square"]
    for name in ("", "instagram", "instagram.", "nowhere.story", "own:1"):
        assert presets.format(name) is None, name
    for words, first in (
        ("insta stroy", "instagram.story"),
        ("twitter header", "x.header"),
        ("linkedin company cover", "linkedin.company_cover"),
        ("2560x1440", "youtube.channel_art"),
        ("opengraph", "blog.open_graph"),
        ("newsletter", "email.header"),
    ):
        assert presets.search(words, FORMATS.values())[0].item.id == first, words
    groups = presets.grouped(each.item for each in presets.search("profile picture", FORMATS.values()))
    assert {"instagram", "linkedin", "mastodon"} <= {one.id for one in groups}
