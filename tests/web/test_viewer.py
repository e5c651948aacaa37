"""The viewer: one picture over the page, its neighbours, and two pictures compared."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import photo
from tests.web.browser import Trouble, axe
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes


@pytest.fixture(scope="module")
def run(studio: Studio) -> dict[str, Any]:
    """Three pictures of one run."""
    given = {"prompt": "three boats", "seed": 5, "width": 256, "height": 256, "quality": "draft", "count": 3}
    return studio.run(given)


def viewer(page: Page) -> Locator:
    return page.get_by_role("dialog")


def shown(page: Page) -> str:
    return str(re.findall(r"view=([\w-]+)", page.url)[0])


def open_at(visit: Visit, asset: str, **kind: Any) -> Page:
    page = visit(f"/settings?view={asset}", **kind)
    expect(viewer(page).locator("img").last).to_be_visible()
    return page


def test_it_takes_the_focus_and_leaves_with_escape(visit: Visit, run: dict[str, Any]) -> None:
    page = open_at(visit, run["outputs"][0]["id"])
    assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    axe(page)
    page.keyboard.press("Escape")
    expect(viewer(page)).to_have_count(0)
    assert page.url.endswith("/settings")


def test_arrows_go_through_the_pictures_of_the_run(visit: Visit, run: dict[str, Any]) -> None:
    first, second, third = (output["id"] for output in run["outputs"])
    page = open_at(visit, first)
    expect(page.get_by_role("button", name="Next picture")).to_be_visible()
    expect(page.get_by_role("button", name="Previous picture")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**view={second}")
    expect(page.get_by_role("button", name="Previous picture")).to_be_visible()
    page.get_by_role("button", name="Next picture").click()
    page.wait_for_url(f"**view={third}")
    expect(page.get_by_role("button", name="Next picture")).to_have_count(0)


def test_a_key_makes_it_a_favourite_and_another_shows_its_details(
    visit: Visit, studio: Studio, run: dict[str, Any]
) -> None:
    asset = run["outputs"][1]["id"]
    page = open_at(visit, asset)
    # The page shows it before the studio has written it down.
    with page.expect_response(lambda answer: answer.request.method != "GET" and asset in answer.url):
        page.keyboard.press("f")
    expect(viewer(page).get_by_role("button", name="No longer a favourite").first).to_be_visible()
    becomes(lambda: studio.api("GET", f"/api/assets/{asset}")["favorite"], True)
    page.keyboard.press("i")
    expect(page.get_by_role("complementary", name="Details")).to_contain_text("three boats")
    axe(page)


def test_two_pictures_are_compared_and_escape_ends_that_first(visit: Visit, run: dict[str, Any]) -> None:
    page = open_at(visit, run["outputs"][0]["id"])
    expect(page.get_by_role("button", name="Next picture")).to_be_visible()
    page.keyboard.press("c")
    page.get_by_role("button", name=re.compile("Picture 2 of the same run")).click()
    line = page.get_by_role("slider", name="Dividing line")
    expect(line).to_be_visible()
    axe(page)
    line.focus()
    page.keyboard.press("ArrowRight")
    expect(line).to_have_value("51")
    assert shown(page) == run["outputs"][0]["id"]
    page.keyboard.press("Escape")
    expect(line).to_have_count(0)
    expect(viewer(page)).to_be_visible()


def test_the_file_itself_comes_when_the_preview_is_not_enough(visit: Visit, studio: Studio) -> None:
    large = studio.upload(photo(3000, 2000, "JPEG", quality=80), "large.jpg")
    page = open_at(visit, large["id"])
    picture = viewer(page).locator("img:not(.invisible)")
    expect(picture).to_have_attribute("src", re.compile("/preview"))
    page.keyboard.press("1")
    expect(picture).to_have_attribute("src", re.compile("/file"))
    expect(page.get_by_role("button", name="Zoom 100%")).to_be_visible()


def test_what_was_deleted_for_ever_is_missed_politely(visit: Visit, trouble: Trouble) -> None:
    trouble.allow("answer: 404 GET /api/assets/01a00000")
    page = visit("/settings?view=01a00000-0000-7000-8000-000000000000")
    expect(page.get_by_text("This picture is not here any more.")).to_be_visible()
    viewer(page).get_by_role("button", name="Close").click()
    expect(viewer(page)).to_have_count(0)


def test_a_picture_is_described_and_the_words_are_kept_when_they_are_saved(
    visit: Visit, studio: Studio, run: dict[str, Any]
) -> None:
    asset = run["outputs"][0]["id"]
    page = open_at(visit, asset)
    page.keyboard.press("i")
    page.get_by_role("button", name="Describe", exact=True).click()
    alt = page.get_by_label("Alternative text")
    expect(alt).to_have_value(re.compile("^A .*square.* picture"))
    expect(page.get_by_text("these are facts alone")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(alt).to_have_count(0)
    expect(viewer(page).first).to_be_visible()
    assert "described" not in studio.api("GET", f"/api/assets/{asset}")["facts"], "nothing is kept that was not saved"
    page.get_by_role("button", name="Describe", exact=True).click()
    expect(alt).to_have_value(re.compile("^A "))
    alt.fill("Three boats on a calm lake")
    page.get_by_role("textbox", name="Tags").fill("boats, lake")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Three boats on a calm lake")).to_be_visible()
    expect(page.get_by_role("list", name="Tags", exact=True)).to_have_text(["boatslake"])
    expect(page.get_by_role("button", name="Change", exact=True)).to_be_focused()
    expect(viewer(page).get_by_role("img", name="Three boats on a calm lake").first).to_be_visible()
    found = studio.api("GET", "/api/assets?q=boats+lake+calm")["items"]
    assert [each["id"] for each in found] == [asset]
