"""A studio that dies while somebody works in it, and comes back."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.browser import Trouble
from tests.web.conftest import Visit
from tests.web.studio import Studio, opened
from tests.web.test_create import PAINTED_MS, button, card, draft, prompt, tiles

AWAY = "The studio does not answer. What you typed is kept"


@pytest.fixture
def mortal(built: Path, tmp_path: Path) -> Iterator[Studio]:
    """A studio of its own, to be killed."""
    with opened(tmp_path / "mortal") as found:
        yield found


@pytest.fixture
def forgiving(trouble: Trouble) -> None:
    """Requests to a studio that is away fail, and the browser says so."""
    trouble.allow("net::ERR_CONNECTION_REFUSED|net::ERR_CONNECTION_RESET|net::ERR_EMPTY_RESPONSE")
    # It died in the middle of an answer.
    trouble.allow("net::ERR_CONTENT_LENGTH_MISMATCH|net::ERR_INCOMPLETE_CHUNKED_ENCODING")
    trouble.allow("WebSocket connection to .* failed|WebSocket is closed")


def notice(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text=AWAY)


@pytest.mark.usefixtures("forgiving")
def test_a_page_outlives_its_studio(visit: Visit, mortal: Studio) -> None:
    page = visit("/create", of=mortal, keep=draft("typed before"))
    expect(button(page)).to_be_enabled()
    page.evaluate("window.same = true")
    mortal.stop(signal.SIGKILL)
    prompt(page).fill("typed while nobody listened")
    begun = time.monotonic()
    expect(notice(page)).to_be_visible(timeout=6_000)
    assert time.monotonic() - begun < 6
    expect(prompt(page)).to_have_value("typed while nobody listened")
    button(page).click()
    expect(page.get_by_role("status").filter(has_text="The studio does not answer.").last).to_be_visible()
    mortal.start()
    expect(notice(page)).to_have_count(0)
    expect(prompt(page)).to_have_value("typed while nobody listened")
    button(page).click()
    run = card(page, "typed while nobody listened")
    expect(tiles(run)).to_have_count(1, timeout=PAINTED_MS)
    assert [one["title"] for one in mortal.runs()] == ["typed while nobody listened"]
    assert page.evaluate("window.same"), "The page was loaded again, and whatever was not kept was lost."


@pytest.mark.usefixtures("forgiving")
def test_a_run_that_was_under_way_goes_on_when_the_studio_is_back(visit: Visit, mortal: Studio) -> None:
    page = visit("/create", of=mortal, keep=draft("killed while painting", count=6, width=768, height=768))
    button(page).click()
    run = card(page, "killed while painting")
    expect(tiles(run).first).to_be_visible(timeout=PAINTED_MS)
    mortal.stop(signal.SIGKILL)
    expect(notice(page)).to_be_visible()
    expect(tiles(run).first).to_be_visible()
    mortal.start()
    expect(notice(page)).to_have_count(0)
    # Its lease has to run out before another process takes it over.
    expect(tiles(run)).to_have_count(6, timeout=60_000)
    expect(run.get_by_role("progressbar")).to_have_count(0)


@pytest.mark.usefixtures("forgiving")
def test_what_happened_meanwhile_elsewhere_is_there_afterwards(visit: Visit, mortal: Studio) -> None:
    page = visit("/", of=mortal)
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    mortal.stop(signal.SIGTERM)
    expect(notice(page)).to_be_visible()
    mortal.start()
    mortal.paint("painted while the page was away")
    picture = page.get_by_role("button", name=re.compile("painted while the page was away"))
    expect(picture).to_be_visible()


@pytest.mark.usefixtures("forgiving")
def test_a_page_that_is_opened_while_the_studio_is_away_comes_by_itself(visit: Visit, mortal: Studio) -> None:
    """Another page of the same tab: what it shows is not there yet."""
    page = visit("/create", of=mortal)
    expect(button(page)).to_be_visible()
    mortal.stop(signal.SIGKILL)
    expect(notice(page)).to_be_visible()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Home", exact=True).click()
    mortal.start()
    expect(page.get_by_role("heading", level=2)).to_contain_text(mortal.owner)
    expect(notice(page)).to_have_count(0)


@pytest.mark.usefixtures("forgiving")
def test_a_part_that_failed_to_come_is_fetched_all_the_same(visit: Visit, studio: Studio, trouble: Trouble) -> None:
    """The browser remembers for as long as the page lives that a module could not be fetched."""
    trouble.allow("net::ERR_FAILED")
    page = visit("/create", keep=draft("kept over it"))
    page.route("**/assets/home-*.js", lambda route: route.abort(), times=1)
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Home", exact=True)
    # A pointer over the link fetches what is behind it, and takes nothing away when that fails.
    with page.expect_event("requestfailed"):
        link.hover()
    page.wait_for_timeout(300)
    assert page.evaluate("performance.getEntriesByType('navigation').at(-1).type") == "navigate", "not loaded anew"
    link.click()
    expect(page.get_by_role("heading", level=2)).to_contain_text(studio.owner)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Create", exact=True).click()
    expect(prompt(page)).to_have_value("kept over it")
