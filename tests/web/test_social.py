"""One picture for every platform: chosen, cut by hand and by keys, worded, exported and packed in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Request, expect

from gesso.imaging import picture
from tests.web.browser import Trouble, axe, overflow, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, opened

RUN_MS = 60_000
CHOSEN = "instagram.feed_square,instagram.story,x.post"


@pytest.fixture(scope="module")
def house(built: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with opened(tmp_path_factory.mktemp("social")) as found:
        yield found


def board(width: int, height: int, at: tuple[int, int], side: int = 300) -> bytes:
    """Plain grey, with one thing that draws the eye."""
    pixels = np.full((height, width, 3), 150, np.uint8)
    x, y = at
    pixels[y : y + side, x : x + side] = (np.indices((side, side)).sum(0) // 20 % 2 * 255).astype(np.uint8)[..., None]
    return picture.png(pixels)


def tile(page: Page, name: str, platform: str) -> Locator:
    return page.get_by_role("region", name=platform).get_by_role("group", name=re.compile(f"^{name}: "))


def places(label: str | None) -> list[int]:
    """From the left, from the top, zoom: in per cent."""
    return [int(found) for found in re.findall(r"(\d+)%", label or "")]


def pulled(page: Page, what: Locator, across: int, down: int) -> None:
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across, y + down, steps=6)
    page.mouse.up()


def test_a_picture_is_cut_for_all_exported_and_packed(house: Studio, visit: Visit, trouble: Trouble) -> None:
    source = house.upload(board(2400, 1600, (1900, 400)), "board.png")["id"]
    page = visit(f"/library?view={source}", of=house)
    expect(page.get_by_role("dialog").get_by_text("board").first).to_be_visible()
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(f"/social\\?image={source}"))
    expect(page.get_by_role("button", name=re.compile(r"^Export \d+ files Free$"))).to_be_enabled()
    page.goto(f"/social?image={source}&formats={CHOSEN}")
    square, story = tile(page, "Feed Square", "Instagram"), tile(page, "Story", "Instagram")
    # What draws the eye is at the right, and so are the crops.
    expect(square).to_have_attribute("aria-label", re.compile("crop from (2[5-9]|3[0-3])% left, 0% top, zoom 100%"))
    button = page.get_by_role("button", name=re.compile("^Export 3 files Free$"))
    expect(button).to_be_enabled()
    axe(page)
    shot(page, "social dark")

    # By hand: nothing is asked of the server for it, and the other crops stay.
    before = story.get_attribute("aria-label")
    asked: list[str] = []

    def seen(request: Request) -> None:
        asked.append(request.url)

    page.on("request", seen)
    pulled(page, square, 60, 0)
    # (The rest of the program may still be on its way.)
    assert [url for url in asked if "/api/" in url and "estimate" not in url] == []
    page.remove_listener("request", seen)
    x, _, zoom = places(square.get_attribute("aria-label"))
    assert (x < 20, zoom) == (True, 100)
    expect(story).to_have_attribute("aria-label", before or "")
    expect(page.get_by_text("Set by hand")).to_have_count(1)
    # By keys: nearer, to the left, back again and again.
    story.focus()
    for key in ("+", "+", "+", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    assert places(story.get_attribute("aria-label"))[2] == 152
    expect(page.get_by_text(re.compile(r"^Too small for it \(×1\.8\): the edges are filled"))).to_be_visible()
    for _ in range(5):
        page.keyboard.press("Control+z")
    expect(story).to_have_attribute("aria-label", before or "")
    page.keyboard.press("Control+Shift+z")
    expect(story).not_to_have_attribute("aria-label", before or "")
    page.keyboard.press("0")
    expect(story).to_have_attribute("aria-label", before or "")
    # A point for all: the square that was set by hand stays as it is.
    page.keyboard.press("Shift+f")
    point = page.get_by_role("dialog", name="What must be seen").get_by_role("group")
    expect(point).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Escape")
    expect(story).to_have_attribute("aria-label", re.compile("crop from 0% left"))
    assert places(square.get_attribute("aria-label"))[0] == x
    # The post is to be a PNG, and is not to be cut.
    page.get_by_role("region", name="X (Twitter)").get_by_role("button", name="Settings of Post").click()
    own = page.get_by_role("dialog", name="Settings of Post")
    own.get_by_role("radio", name="Fit").check()
    own.get_by_role("combobox", name="File type").click()
    page.get_by_role("option", name="PNG").click()
    axe(page)
    page.keyboard.press("Escape")
    expect(tile(page, "Post", "X (Twitter)")).to_have_attribute("aria-label", re.compile("the whole picture"))

    # Words on it, and beside it.
    page.get_by_role("button", name="Texts on the picture").click()
    page.get_by_role("button", name="Add a text").click()
    page.get_by_role("textbox", name="Text", exact=True).fill("Now open")
    expect(page.get_by_role("region", name="Preview").get_by_text("Now open")).to_have_count(3)
    page.get_by_role("textbox", name="Alternative text").fill("A chessboard on grey.")
    expect(page.get_by_text("Written by a person")).to_be_visible()
    page.get_by_role("textbox", name="Caption").fill("We are open. #chess #open")
    expect(page.get_by_text("2 hashtags")).to_be_visible()
    page.get_by_role("combobox", name="Caption for").click()
    page.get_by_role("option", name=re.compile("^X")).click()
    page.get_by_role("textbox", name="Caption").fill("Open " + "very " * 60)
    expect(page.get_by_text("Too long for X (Twitter)")).to_be_visible()
    page.get_by_role("textbox", name="Caption").fill("Open.")
    expect(page.get_by_text(re.compile("^5 / 280$"))).to_be_visible()
    axe(page)

    # All of it outlives a reload.
    page.reload()
    expect(page.get_by_role("textbox", name="Caption")).to_have_value("We are open. #chess #open")
    assert places(square.get_attribute("aria-label"))[0] == x
    button.click()
    page.wait_for_url(re.compile("run="))
    expect(page.get_by_text("3 files are ready").first).to_be_visible(timeout=RUN_MS)
    expect(page.get_by_role("link", name="Open Feed Square")).to_be_visible()
    expect(page.get_by_text(re.compile("^1080 × 1920 · (JPEG|PNG)$"))).to_be_visible()
    axe(page)
    shot(page, "social exported")
    run = house.runs()[0]
    made = {one["facts"]["format"]: one for one in run["outputs"]}
    assert {name: (one["width"], one["height"]) for name, one in made.items()} == {
        "instagram.feed_square": (1080, 1080),
        "instagram.story": (1080, 1920),
        "x.post": (1200, 675),
    }
    # What was seen is what was made.
    assert abs(made["instagram.feed_square"]["facts"]["box"][0] * 100 - x) < 1
    assert made["instagram.story"]["facts"]["box"][0] < 0.01
    assert made["x.post"]["facts"]["padded"]
    assert made["x.post"]["type"] == "image/png"
    with page.expect_download() as pending:
        page.get_by_role("button", name="Download all (ZIP)").click()
    with ZipFile(pending.value.path()) as pack:
        names = sorted(pack.namelist())
        assert any(name.endswith("manifest.json") for name in names)
        (square_file,) = [name for name in names if "square" in name]
        with Image.open(BytesIO(pack.read(square_file))) as image:
            assert image.size == (1080, 1080)
        posts = pack.read(next(name for name in names if name.endswith("posts.txt"))).decode()
        assert "We are open. #chess #open" in posts
        assert "\nOpen." in posts
        assert "A chessboard on grey." in posts

    # What cannot be made says why, and is tried again by itself.
    page.get_by_role("radiogroup", name="What is shown").get_by_role("radio", name="Preview").check()
    small = house.upload(board(700, 500, (100, 100), 100), "small.png")["id"]
    page.goto(f"/social?image={small}&formats=instagram.profile,instagram.story")
    page.get_by_role("combobox", name="Where it is too small").click()
    page.get_by_role("option", name="Leave that format out").click()
    expect(page.get_by_text(re.compile("left out"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Export 2 files")).click()
    expect(page.get_by_text(re.compile(r"was not made: the picture would have to be enlarged"))).to_be_visible(
        timeout=RUN_MS
    )
    expect(page.get_by_text("1 could not be made")).to_be_visible()
    page.get_by_role("button", name="Retry those").click()
    page.wait_for_url(re.compile("run=[^&]*%2C|run=[^&]*,"))
    expect(page.get_by_text("1 could not be made")).to_be_visible(timeout=RUN_MS)
    assert house.runs()[0]["input"]["formats"] == ["instagram.story"]

    # More picture instead of filled edges: one for both of the shape, seen at once, taken back, there after a reload.
    page.goto(f"/social?image={small}&formats=instagram.story,tiktok.video_cover,instagram.profile")
    page.get_by_role("radiogroup", name="Crop", exact=True).get_by_role("radio", name="Fit").check()
    expect(page.get_by_role("button", name="Extend all that are padded (3)")).to_be_visible()
    page.get_by_role("button", name="Extend the picture: Story").click()
    panel = page.get_by_role("dialog", name="Extend the picture")
    expect(panel.get_by_role("checkbox", name="For all 2 formats of this shape")).to_be_checked()
    expect(panel.get_by_text(re.compile("^700 × 500 → 1080 × 1920 · Free$"))).to_be_visible()
    axe(page)
    shot(page, "social extend")
    panel.get_by_role("button", name=re.compile(r"^Extend\s*Free$")).click()
    expect(panel).to_be_hidden()
    expect(story).to_have_attribute("aria-label", re.compile("crop from 0% left, 0% top, zoom 100%"), timeout=RUN_MS)
    expect(page.get_by_text("· Extended")).to_have_count(2)
    axe(page)
    shot(page, "social extended")
    for keys, many in (("Control+z", 0), ("Control+Shift+z", 2)):
        page.keyboard.press(keys)
        expect(page.get_by_text("· Extended")).to_have_count(many)
    page.reload()
    expect(page.get_by_text("· Extended")).to_have_count(2)
    page.get_by_role("button", name="Extend all that are padded (1)").click()
    expect(panel.get_by_role("button", name=re.compile(r"^Extend\s*Free$"))).to_be_enabled()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Export 3 files")).click()
    page.wait_for_url(re.compile("run="))
    expect(page.get_by_text("3 files are ready").first).to_be_visible(timeout=RUN_MS)
    run = house.runs()[0]
    filled = {one["facts"]["format"]: one["facts"]["padded"] for one in run["outputs"]}
    assert filled == {"instagram.story": False, "tiktok.video_cover": False, "instagram.profile": True}
    # What is thrown away while nobody looks is no longer used, and the person told.
    page.goto("/settings")
    own = run["input"]["overrides"]["instagram.story"]["picture"]
    trouble.allow("404 POST /api/runs/estimate")
    house.api("POST", "/api/assets/bulk", {"select": {"ids": [own]}, "change": {"deleted": True}})
    page.goto(f"/social?image={small}&formats=instagram.story")
    expect(page.get_by_text("An extended picture is gone: the edges are filled again")).to_be_visible()
    expect(page.get_by_role("button", name="Extend the picture: Story")).to_be_visible()


def test_formats_are_found_kept_and_added_and_many_pictures_go_together(house: Studio, visit: Visit) -> None:
    first = house.upload(board(1600, 1200, (200, 200)), "first.png")["id"]
    second = house.upload(board(1200, 1600, (700, 900)), "second.png")["id"]
    page = visit("/library", of=house, theme="light")
    page.get_by_role("gridcell", name=re.compile("^second")).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_role("toolbar").get_by_role("button", name="Make a social set").click()
    expect(page).to_have_url(re.compile("images="))
    formats = page.get_by_role("region", name="Formats")
    formats.get_by_role("button", name="None").click()
    expect(page.get_by_role("heading", name="No format is chosen")).to_be_visible()
    axe(page)
    # By platform, with three states; by words.
    formats.get_by_role("searchbox", name="Search formats").fill("bluesky")
    bluesky = formats.get_by_role("checkbox", name="Bluesky", exact=True)
    formats.get_by_role("checkbox", name="Post", exact=True).check()
    assert bluesky.evaluate("one => one.indeterminate")
    bluesky.check()
    assert not bluesky.evaluate("one => one.indeterminate")
    formats.get_by_role("checkbox", name=re.compile("^Banner")).uncheck()
    formats.get_by_role("button", name="My sets").click()
    page.get_by_role("menuitem", name="Keep this choice …").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Kept as “My usual formats”")).to_be_visible()
    # One of the team's own.
    formats.get_by_role("button", name="Own format …").click()
    dialog = page.get_by_role("dialog", name="A format of your own")
    dialog.get_by_role("textbox", name="Name").fill("Hall screen")
    for name, value in (("Width", "1000"), ("Height", "250"), ("Left", "20")):
        dialog.get_by_role("spinbutton", name=name, exact=True).fill(value)
    axe(page)
    dialog.get_by_role("button", name="Save").click()
    screen = page.get_by_role("group", name=re.compile("^Hall screen: "))
    expect(screen).to_be_visible()
    formats.get_by_role("button", name="None").click()
    formats.get_by_role("button", name="My sets").click()
    page.get_by_role("menuitem", name="My usual formats", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("^Export 6 files"))).to_be_enabled()
    formats.get_by_role("searchbox", name="Search formats").fill("1000x250")
    formats.get_by_role("checkbox", name="Hall screen").check()
    page.get_by_role("list", name="Pictures of this set").get_by_role("button", name="Show second").click()
    expect(page).to_have_url(re.compile(f"image={second}"))
    page.get_by_role("button", name=re.compile("^Export 8 files")).click()
    page.wait_for_url(re.compile("run="))
    expect(page.get_by_text("4 files are ready").first).to_be_visible(timeout=RUN_MS)
    page.get_by_role("button", name="Show first").click()
    expect(page.get_by_text("4 files are ready").first).to_be_visible(timeout=RUN_MS)
    runs = house.runs()[:2]
    assert {run["input"]["image"] for run in runs} == {first, second}
    assert all(any(one["width"] == 1000 for one in run["outputs"]) for run in runs)
    axe(page)

    # In German, on a phone.
    page = visit(f"/social?image={first}&formats={CHOSEN}", of=house, locale="de-AT", width=390, height=844, touch=True)
    expect(page.get_by_role("button", name=re.compile("^3 Dateien exportieren"))).to_be_enabled()
    assert overflow(page) == []
    axe(page)
    page.get_by_role("button", name="Formate (3)").click()
    sheet = page.get_by_role("dialog", name="Formate")
    sheet.get_by_role("searchbox", name="Formate suchen").fill("Bluesky")
    sheet.get_by_role("checkbox", name="Bluesky", exact=True).check()
    axe(page)
    shot(page, "social phone formats")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Einstellungen", exact=True).click()
    expect(page.get_by_role("textbox", name="Alternativtext")).to_be_visible()
    axe(page)
    assert overflow(page) == []
    assert json.loads(page.evaluate("localStorage.getItem('gesso.social')"))["state"]["chosen"] is not None
