"""The library arranged in a browser: collections filled by hand and by keys, tags, labels, stacks, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.browser import axe
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes, opened
from tests.web.test_library import bar, grid, plain, tile

SHELF = "/api/content-assets/collections"


@pytest.fixture(scope="module")
def few(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with opened(tmp_path_factory.mktemp("few")) as found:
        for index in range(6):
            found.upload(plain(index * 40), f"Picture {index:02}.png")
        yield found


def leaf(page: Page, name: str) -> Locator:
    return page.locator("[data-collection]").filter(has_text=name)


def test_collections_are_made_nested_filled_by_hand_and_put_in_order(visit: Visit, few: Studio) -> None:
    page = visit("/library", of=few)
    expect(grid(page, 6)).to_be_visible()
    places = page.get_by_role("navigation", name="Part of the library")
    places.get_by_role("button", name="New collection").click()
    page.get_by_role("menuitem", name="New campaign").click()
    page.get_by_label("Name").fill("Autumn")
    page.get_by_label("Budget, in dollars").fill("2.5")
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Autumn")).to_be_visible()
    expect(page.get_by_text("There is nothing in this collection yet")).to_be_visible()
    address = page.url
    assert "collection=" in address
    places.get_by_role("button", name=re.compile(r"^All( \d|$)")).click()
    # Carried by hand onto it: those that are selected.
    tile(page, "Picture 05").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(bar(page)).to_contain_text("3 selected")
    tile(page, "Picture 04").hover()
    page.mouse.down()
    leaf(page, "Autumn").hover()
    page.mouse.up()
    expect(page.get_by_text("3 pictures added to “Autumn”")).to_be_visible()
    expect(leaf(page, "Autumn")).to_contain_text("3")
    page.goto(address)
    expect(grid(page, 3)).to_be_visible()
    first = page.get_by_role("gridcell").first
    expect(first).to_have_accessible_name("Picture 05")
    first.focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(first).to_have_accessible_name("Picture 04")
    page.get_by_role("button", name="Undo").last.click()
    expect(first).to_have_accessible_name("Picture 05")
    axe(page)
    leaf(page, "Autumn").hover()
    leaf(page, "Autumn").get_by_role("button", name="Autumn: actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(grid(page, 6)).to_be_visible()
    page.get_by_role("button", name="Undo").last.click()
    expect(leaf(page, "Autumn")).to_be_visible()
    assert [each["count"] for each in few.api("GET", SHELF)] == [3]


def test_keys_rate_label_tag_and_stack_and_all_is_taken_back(visit: Visit, few: Studio) -> None:
    page = visit("/library", of=few)
    expect(grid(page, 6)).to_be_visible()
    tile(page, "Picture 05").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("4")
    expect(tile(page, "Picture 05, 4 stars")).to_be_visible()
    page.keyboard.press("6")
    expect(tile(page, "Picture 04, 4 stars, label Red")).to_be_visible()
    page.keyboard.press("t")
    page.get_by_label("Add", exact=True).fill("Rowan, <b>leaf</b>")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Tags of 2 pictures changed")).to_be_visible()
    page.get_by_role("button", name="All tags").click()
    tags = page.get_by_role("dialog", name="All tags")
    tags.get_by_role("checkbox", name="<b>leaf</b>").check()
    tags.get_by_role("button", name="Rename").click()
    tags.get_by_role("textbox", name=re.compile("New name")).fill("leaf")
    axe(page)
    tags.get_by_role("button", name="Apply").click()
    expect(tags.get_by_role("checkbox", name="leaf", exact=True)).to_be_visible()
    tags.get_by_role("listitem").filter(has_text="leaf").get_by_role("button").click()
    expect(grid(page, 2)).to_be_visible()
    assert "tag=leaf" in page.url
    page.get_by_role("button", name="Clear filters").first.click()
    expect(grid(page, 6)).to_be_visible()
    tile(page, "Picture 03").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+G")
    expect(grid(page, 5)).to_be_visible()
    expect(tile(page, "Picture 03, stack of 2")).to_be_visible()
    tile(page, "Picture 03, stack of 2").locator("[data-stack]").click()
    expect(grid(page, 2)).to_be_visible()
    page.get_by_role("button", name="Undo").first.click()
    becomes(lambda: len(few.api("GET", "/api/assets?stacks=closed")["items"]), 6)
    page.goto(f"{few.url}/library")
    expect(grid(page, 6)).to_be_visible()
