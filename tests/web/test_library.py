"""The library in a browser: found, chosen, put away and brought back, and whatever comes in from outside."""

from __future__ import annotations

import json
import re
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.web.browser import Trouble, axe
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes, opened

MANY = 36
LARGE = {"gesso.library": json.dumps({"state": {"mode": "squares", "size": 420}, "version": 0})}
"""A browser that likes its pictures large, so that few of them fill the page."""
DROP = """
([name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const happened = new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.querySelector("main").dispatchEvent(happened);
  }
}
"""
PASTE = """
([name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
}
"""


def plain(red: int, width: int = 60, height: int = 40) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (red % 256, red * 7 % 256, 90)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def shelf(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Pictures 0 to 35, the newest last; every third one is upright."""
    with opened(tmp_path_factory.mktemp("shelf")) as found:
        for index in range(MANY):
            found.upload(plain(index, *((40, 60) if index % 3 == 0 else (60, 40))), f"Picture {index:02}.png")
        yield found


def tile(page: Page, title: str) -> Locator:
    return page.get_by_role("gridcell", name=re.compile(f"^{title}"))


def grid(page: Page, many: int) -> Locator:
    return page.get_by_role("grid", name=f"{many} picture{'' if many == 1 else 's'}", exact=True)


def bar(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Selected pictures")


def shown(studio: Studio, query: str = "") -> list[str]:
    return [asset["title"] for asset in studio.api("GET", f"/api/assets?limit=200{query}")["items"]]


def test_filters_and_words_narrow_the_list_and_stand_in_the_address(visit: Visit, shelf: Studio) -> None:
    page = visit("/library", of=shelf)
    expect(grid(page, MANY)).to_be_visible()
    page.get_by_role("button", name="Shape", exact=True).click()
    shape = page.get_by_role("dialog", name="Shape")
    shape.get_by_role("radio", name="Portrait").check()
    expect(grid(page, 12)).to_be_visible()
    shape.press("Escape")
    expect(shape).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("picture 3")
    expect(grid(page, 3)).to_be_visible()
    page.reload()
    expect(grid(page, 3)).to_be_visible()
    assert "shape=portrait" in page.url
    page.get_by_role("searchbox").fill("no such thing")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    axe(page)
    page.get_by_role("main").get_by_role("button", name="Clear filters").last.click()
    expect(grid(page, MANY)).to_be_visible()
    assert "shape" not in page.url


def test_a_filter_becomes_a_chip_is_counted_kept_and_taken_away(visit: Visit, shelf: Studio) -> None:
    page = visit("/library", of=shelf)
    field = page.get_by_role("searchbox")
    field.fill("ratio:por")
    page.get_by_role("option", name="ratio:portrait").click()
    expect(grid(page, 12)).to_be_visible()
    expect(field).to_have_value("")
    field.fill("pitcure")
    expect(page.get_by_text("shown is picture")).to_be_visible()
    expect(grid(page, 12)).to_be_visible()
    field.fill("rating:x")
    expect(page.get_by_role("alert")).to_contain_text("A rating is a number")
    expect(grid(page, 12)).to_be_visible()
    field.fill("")
    page.get_by_role("button", name="All filters").click()
    panel = page.get_by_role("dialog", name="All filters")
    expect(panel.get_by_role("button", name="Landscape 24")).to_be_visible()
    axe(page)
    panel.press("Escape")
    page.get_by_role("button", name="Keep this search").click()
    dialog = page.get_by_role("dialog", name="Keep this search")
    dialog.get_by_label("Name").fill("Upright")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("button", name="ratio:portrait: remove filter").click()
    expect(grid(page, MANY)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Upright 12")).click()
    expect(grid(page, 12)).to_be_visible()


def test_a_range_chosen_by_keys_goes_to_the_trash_and_comes_back_as_it_was(visit: Visit, shelf: Studio) -> None:
    before = shown(shelf)
    page = visit("/library", of=shelf)
    tile(page, "Picture 35").focus()
    page.keyboard.press("ArrowRight")
    expect(tile(page, "Picture 34")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(bar(page)).to_contain_text("3 selected")
    axe(page)
    page.keyboard.press("Delete")
    expect(grid(page, MANY - 3)).to_be_visible()
    expect(tile(page, "Picture 34")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(grid(page, MANY)).to_be_visible()
    expect(tile(page, "Picture 34")).to_be_visible()
    page.reload()
    expect(grid(page, MANY)).to_be_visible()
    becomes(lambda: shown(shelf), before)


def test_all_but_two_are_one_archive(visit: Visit, shelf: Studio) -> None:
    page = visit("/library", of=shelf)
    tile(page, "Picture 35").focus()
    page.keyboard.press("Control+a")
    expect(bar(page)).to_contain_text(f"{MANY} selected")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(bar(page)).to_contain_text(f"{MANY - 2} selected")
    with page.expect_download() as coming:
        bar(page).get_by_role("button", name="Download", exact=True).click()
    with zipfile.ZipFile(coming.value.path()) as archive:
        assert archive.testzip() is None
        names = {name for name in archive.namelist() if name.endswith(".png")}
    assert names == {f"Picture {index:02}.png" for index in range(MANY - 2)}
    page.keyboard.press("Escape")
    expect(bar(page)).to_have_count(0)


def test_a_favourite_is_found_under_favourites(visit: Visit, shelf: Studio) -> None:
    page = visit("/library", of=shelf)
    tile(page, "Picture 20").focus()
    page.keyboard.press("f")
    expect(tile(page, "Picture 20, favourite")).to_be_visible()
    page.get_by_role("button", name="Favourites").click()
    expect(grid(page, 1)).to_be_visible()
    tile(page, "Picture 20").click()
    viewer = page.get_by_role("dialog")
    expect(viewer).to_be_visible()
    page.keyboard.press("i")
    expect(viewer).to_contain_text("60 × 40")
    viewer.get_by_label("Title").fill("The one")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(tile(page, "The one")).to_be_visible()
    becomes(lambda: shown(shelf, "&favorite=true"), ["The one"])


def test_what_comes_in_on_top_moves_nothing_that_is_looked_at(visit: Visit, shelf: Studio) -> None:
    page = visit("/library", of=shelf, keep=LARGE)
    tile(page, "Picture 35").focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    looked_at = page.locator("[role=gridcell]:focus")
    title, place = looked_at.get_attribute("aria-label"), looked_at.bounding_box()
    total = len(shown(shelf))
    shelf.upload(plain(200), "Later.png")
    fresh = page.get_by_role("button", name="1 new picture")
    expect(fresh).to_be_visible()
    still = tile(page, title or "")
    expect(still).to_be_focused()
    assert still.bounding_box() == place
    fresh.click()
    expect(grid(page, total + 1)).to_be_visible()
    expect(tile(page, "Later")).to_be_visible()


def test_dropped_and_pasted_files_come_in_and_what_is_no_picture_says_why(
    visit: Visit, shelf: Studio, trouble: Trouble
) -> None:
    trouble.allow("answer: 415|answer: 422")
    page = visit("/library", of=shelf)
    expect(page.get_by_role("grid")).to_be_visible()
    panel = page.get_by_role("region", name="Uploads")
    page.evaluate(DROP, ["Dropped.png", "image/png", b64encode(plain(210)).decode()])
    expect(tile(page, "Dropped")).to_be_visible()
    expect(panel).to_contain_text("1 file added")
    page.evaluate(PASTE, ["Pasted.png", "image/png", b64encode(plain(210)).decode()])
    expect(panel).to_contain_text("The same picture is here already: Dropped")
    page.evaluate(DROP, ["broken.png", "image/png", b64encode(b"no picture at all").decode()])
    expect(panel).to_contain_text("1 file was not added")
    expect(panel.get_by_role("button", name="Try broken.png again")).to_be_visible()
    axe(page)
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)


def test_only_the_trash_deletes_for_ever_and_asks_first(visit: Visit, shelf: Studio) -> None:
    doomed = shelf.upload(plain(220), "Doomed.png")
    shelf.api("DELETE", f"/api/assets/{doomed['id']}")
    page = visit("/library?place=trash", of=shelf)
    tile(page, "Doomed").hover()
    tile(page, "Doomed").click(modifiers=["Control"])
    bar(page).get_by_role("button", name="Delete for ever").click()
    dialog = page.get_by_role("dialog", name="Delete 1 picture for ever?")
    expect(dialog).to_be_visible()
    axe(page)
    dialog.get_by_role("button", name="Delete for ever").click()
    expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    becomes(lambda: shelf.ask("GET", f"/api/assets/{doomed['id']}").status_code, 404)


def test_on_a_phone_a_long_press_begins_a_selection(visit: Visit, shelf: Studio) -> None:
    page = visit("/library", of=shelf, width=390, height=844, touch=True)
    first, second = page.get_by_role("gridcell").nth(0), page.get_by_role("gridcell").nth(4)
    expect(second).to_be_visible()
    place = first.bounding_box()
    assert place is not None
    touch = page.context.new_cdp_session(page)
    point = {"x": place["x"] + 20, "y": place["y"] + 20}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(bar(page)).to_contain_text("1 selected")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    second.tap()
    expect(bar(page)).to_contain_text("2 selected")
    # All of it is in reach: what has no room in the bar is a press further away.
    for button in bar(page).get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    bar(page).get_by_role("button", name="More actions").tap()
    page.get_by_role("menuitem", name="Share").tap()
    expect(page.get_by_role("dialog", name="Share 2 pictures")).to_be_visible()
