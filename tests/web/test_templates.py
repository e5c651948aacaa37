"""Templates and styles in the browser: found, filled, undone, one's own."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.web.browser import axe
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes
from tests.web.test_create import draft, prompt, stored


@pytest.mark.row("C2", "C3")
def test_a_sentence_finds_a_template_whose_gaps_fill_the_form_and_it_can_be_undone(visit: Visit) -> None:
    page = visit("/create", keep=draft("what I wrote", count=2))
    page.get_by_role("tab", name="Templates").click()
    expect(page).to_have_url(re.compile(r"tab=templates"))
    expect(page.get_by_role("region", name="Instagram").get_by_text("Instagram Story", exact=True)).to_be_visible()
    axe(page)
    page.get_by_role("textbox", name="Search, or say").fill("product launch on instagram, vertical")
    best = page.get_by_role("tabpanel").get_by_role("listitem").first
    expect(best).to_contain_text("Instagram Story Ad")
    expect(best).to_contain_text("Product launches · Instagram · portrait")
    best.get_by_role("button").first.click()
    expect(page).to_have_url(re.compile(r"template=instagram_story_ad"))
    page.reload()
    page.get_by_role("textbox", name="Product").fill("a red bicycle")
    expect(page.get_by_text("a red bicycle standing alone, studio light, room above and below")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Use this template").click()
    expect(prompt(page)).to_have_value("a red bicycle standing alone, studio light, room above and below")
    expect(page.get_by_text("Painted in the nearest of its own")).to_be_visible()
    values = stored(page)["values"]
    assert (values["width"], values["height"], values["style"], values["quality"], values["count"]) == (
        1080,
        1920,
        "product_studio",
        "premium",
        2,
    )
    page.get_by_role("button", name="Undo").click()
    expect(prompt(page)).to_have_value("what I wrote")
    assert stored(page)["values"]["width"] == 256
    page.go_back()
    expect(page.get_by_role("region", name="Instagram")).to_be_visible()


@pytest.mark.row("C2")
def test_the_form_is_kept_as_a_template_of_ones_own_handed_on_and_thrown_away(visit: Visit, studio: Studio) -> None:
    page = visit("/create?tab=templates", keep=draft("a {thing:kite} in the wind", style="oil"))
    page.get_by_role("radio", name="Yours").check()
    page.get_by_role("button", name="Save the form as a template").click()
    dialog = page.get_by_role("dialog", name="Template")
    dialog.get_by_role("textbox", name="Name").fill("Our kite")
    axe(page)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("textbox", name="Thing")).to_have_attribute("placeholder", "kite")
    (kept,) = [each for each in studio.api("GET", "/api/templates") if each["own"]]
    assert (kept["title"], kept["width"], kept["style"], kept["quality"]) == ("Our kite", 256, "oil", "draft")
    page.get_by_role("button", name="All templates").click()
    page.get_by_role("button", name="More", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Export yours").click()
    told = json.loads(saved.value.path().read_text())
    assert [each["title"] for each in told["items"]] == ["Our kite"]
    page.get_by_text("Our kite", exact=True).click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“Our kite” was deleted")).to_be_visible()
    becomes(lambda: [each for each in studio.api("GET", "/api/templates") if each["own"]], [])
    page.get_by_label("File of templates").set_input_files(saved.value.path())
    expect(page.get_by_text("1 new template")).to_be_visible()
    expect(page.get_by_text("Our kite", exact=True)).to_be_visible()


def test_a_style_is_liked_written_and_worn(visit: Visit, studio: Studio) -> None:
    page = visit("/create", keep=draft("a jug"))
    page.get_by_role("button", name=re.compile(r"^Browse \d+")).click()
    gallery = page.get_by_role("dialog", name="Style", exact=True)
    expect(gallery.get_by_role("region", name="Paintings")).to_be_visible()
    gallery.get_by_role("button", name="Favourite: Mosaic").click()
    expect(gallery.get_by_role("button", name="Favourite: Mosaic")).to_have_attribute("aria-pressed", "true")
    gallery.get_by_role("radio", name="Favourites").check()
    expect(gallery.get_by_role("button", name="Favourite: Ink wash")).to_have_count(0)
    axe(page)
    gallery.get_by_role("button", name="New style").click()
    writing = page.get_by_role("dialog", name="New style")
    writing.get_by_role("textbox", name="Name").fill("Mud on bark")
    writing.get_by_role("textbox", name="What models are told").fill("painted with mud")
    writing.get_by_role("button", name="Save").click()
    expect(writing).to_have_count(0)
    gallery.get_by_role("button", name="Close").click()
    worn = page.get_by_role("group", name="Style").get_by_role("button", name="Mud on bark")
    expect(worn).to_have_attribute("aria-pressed", "true")
    assert stored(page)["values"]["style"].startswith("own:")
    becomes(lambda: [each["id"] for each in studio.api("GET", "/api/styles") if each["favorite"]], ["mosaic"])
