"""What every page looks like, and that everybody can use it: axe, dark, light and small; pictures to compare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.browser import RENEW, Theme, axe, same, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, opened
from tests.web.test_create import EVERYTHING, SLOW, button, card, draft

NOON = "2026-03-02T12:00:00+01:00"
SCENES = [
    ("a lighthouse on a headland at dusk, watercolour", 7, 384, 256),
    ("misty mountain ridges at sunrise", 3, 256, 256),
    ("paper-cut flowers in a vase", 5, 256, 320),
    ("a city skyline at night, neon", 9, 384, 256),
]


@pytest.fixture(scope="module")
def gallery(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Four pictures that are the same every time, one of them a favourite."""
    with opened(tmp_path_factory.mktemp("gallery")) as found:
        for words, seed, width, height in SCENES:
            asset = found.paint(words, seed, width=width, height=height)
        found.api("PATCH", f"/api/assets/{asset['id']}", {"favorite": True})
        yield found


def settled(page: Page) -> None:
    """Everything asked for is there, and nothing is a placeholder any more."""
    # Also behind a sheet that has covered it.
    expect(page.locator("main").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".skeleton")).to_have_count(0)


def moving(page: Page) -> list[Locator]:
    """What is not of this page: the samples of the styles and the pictures to begin with are painted anew at times."""
    return [page.locator(f"img[src^='/{folder}/']") for folder in ("styles", "starters", "templates")]


def newest(gallery: Studio) -> str:
    found: str = gallery.api("GET", "/api/assets?limit=1")["items"][0]["id"]
    return found


def social(asset: str) -> str:
    return f"/social?image={asset}&formats=instagram.feed_square,instagram.story,instagram.profile,x.post"


def pages(gallery: Studio) -> list[str]:
    asset = newest(gallery)
    parts = [f"/settings?part={part}" for part in ("look", "profile", "brand", "budget", "tokens", "models")]
    workshops = ["/edit", f"/edit?asset={asset}", "/upscale", f"/upscale?asset={asset}", "/social", social(asset)]
    templates = ["/create?tab=templates", "/create?tab=templates&template=youtube_thumbnail"]
    rest = ["/library", f"/library?view={asset}", *parts, "/welcome", "/no/such/page"]
    return ["/", "/create", *templates, *workshops, *rest]


@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize(
    ("themes", "width", "height"), [(("dark", "light"), 1440, 900), (("light",), 390, 844)], ids=["desk", "phone"]
)
def test_every_page_passes_axe(
    visit: Visit, gallery: Studio, themes: tuple[Theme, ...], width: int, height: int, part: int
) -> None:
    """A page is loaded once, and follows its system from dark to light."""
    page = visit("/", of=gallery, theme=themes[0], width=width, height=height, touch=width < 400, keep=EVERYTHING)
    found: list[str] = []
    for path in pages(gallery)[part::3]:
        page.goto(path)
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            expect(page.locator(f"html[data-theme={theme}]:not([data-turning])")).to_be_attached()
            settled(page)
            try:
                axe(page)
            except AssertionError as breach:
                found.append(f"{theme} {breach}")
            shot(page, f"{theme} {width} {re.sub('[^a-z]+', ' ', path.partition('=')[0])}".strip())
    assert found == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_opens_over_a_page_passes_axe(visit: Visit, gallery: Studio, theme: Theme) -> None:
    page = visit("/create", of=gallery, theme=theme, keep=EVERYTHING | draft("a red door"))
    settled(page)
    words = SCENES[-1][0]
    tile = page.get_by_role("button", name=f"Open {words}", exact=True)

    def look(name: str) -> None:
        shot(page, f"{theme} over {name}")
        axe(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("menu")).to_have_count(0)

    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or run a command")).to_be_focused()
    look("palette")
    page.get_by_role("banner").click(position={"x": 300, "y": 20})
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    look("shortcuts")
    page.get_by_role("button", name=re.compile("^Activity")).click()
    expect(page.get_by_role("heading", name="Activity")).to_be_visible()
    look("activity")
    page.get_by_role("button", name=re.compile("^Account")).click()
    expect(page.get_by_role("menu")).to_be_visible()
    look("account")
    page.get_by_role("button", name=re.compile(r"^Browse \d+")).click()
    expect(page.get_by_role("dialog", name="Style")).to_be_visible()
    look("styles")
    page.get_by_role("button", name="More ways to run").click()
    expect(page.get_by_role("menu")).to_be_visible()
    look("more ways")
    figure = page.locator("figure").filter(has=tile)
    figure.hover()
    figure.get_by_role("button", name="More actions").click()
    expect(page.get_by_role("menu")).to_be_visible()
    look("tile menu")
    page.get_by_role("button", name="Advanced").click()
    expect(page.get_by_role("spinbutton", name="Seed")).to_be_visible()
    look("advanced")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_run_under_way_and_one_that_failed_pass_axe(visit: Visit, market: Studio, theme: Theme) -> None:
    failed = market.run({"prompt": "a dry brush", "width": 256, "height": 256}, offer="stall/failing")
    assert failed["state"] == "failed"
    page = visit("/create", of=market, theme=theme, keep=EVERYTHING | draft("wet paint", SLOW, count=6))
    button(page).click()
    run = card(page, "wet paint").first
    expect(run.get_by_role("progressbar")).to_be_visible()
    expect(card(page, "a dry brush").first.get_by_role("alert")).to_be_visible()
    axe(page)
    shot(page, f"{theme} under way")
    run.get_by_role("button", name="Cancel").click()
    expect(run).to_contain_text("Cancelled")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_main_pages_look_as_they_did(visit: Visit, gallery: Studio, theme: Theme) -> None:
    asset = newest(gallery)
    screens = {
        "home": "/",
        "create": "/create",
        "library": "/library",
        "edit": f"/edit?asset={asset}",
        "upscale": f"/upscale?asset={asset}",
        "social": social(asset),
        "convert": f"/convert?images={asset}",
        "settings": "/settings",
    }
    page = visit("/welcome", of=gallery, theme=theme, keep=EVERYTHING)
    page.clock.set_fixed_time(NOON)
    different: list[str] = []
    for name, path in screens.items():
        page.goto(path)
        settled(page)
        try:
            same(page, f"{name}-{theme}", mask=[*moving(page), page.locator("article p.num")])
        except (AssertionError, pytest.fail.Exception) as found:
            different.append(str(found))
    assert different == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_beginning_looks_as_it_did(visit: Visit, gallery: Studio, theme: Theme) -> None:
    page = visit("/create", of=gallery, theme=theme)
    settled(page)
    expect(page.get_by_role("heading", name="Start with a sentence")).to_be_visible()
    same(page, f"create-empty-{theme}", mask=moving(page))


def test_the_tools_of_these_tests_can_say_no(visit: Visit, gallery: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that never fails proves nothing."""
    monkeypatch.delenv(RENEW, raising=False)
    page = visit("/settings", of=gallery)
    settled(page)
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"/icon.svg\"><input>'")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)
    with pytest.raises(pytest.fail.Exception, match="looks different"):
        same(page, "settings-dark")
