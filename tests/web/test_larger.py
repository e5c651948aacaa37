"""The rooms for larger pictures and for guides: what is tried, drawn, seen and asked for in a browser."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from gesso.imaging import picture
from tests.conftest import photo
from tests.web.browser import axe, overflow
from tests.web.conftest import Visit
from tests.web.studio import Studio

RUN_MS = 60_000


def chess(width: int = 900, height: int = 600) -> bytes:
    """Plain grey, with a small chessboard at the lower right."""
    pixels = np.full((height, width, 3), 150, np.uint8)
    board = (np.indices((120, 120)).sum(0) // 6 % 2 * 255).astype(np.uint8)
    pixels[height - 160 : height - 40, width - 160 : width - 40] = board[..., None]
    return picture.png(pixels)


def panes(page: Page) -> Locator:
    return page.locator("[data-pixels] > div:has(> img)")


def choose(page: Page, group: str, name: str) -> None:
    page.get_by_role("radiogroup", name=group, exact=True).get_by_role("radio", name=name, exact=True).check()


@pytest.mark.row("U5", "U3")
def test_a_part_is_tried_on_several_and_one_of_them_is_taken(visit: Visit, studio: Studio) -> None:
    source = studio.upload(chess(), "board.png")
    page = visit(f"/upscale?asset={source['id']}")
    expect(page.get_by_role("button", name=re.compile("^Upscale Free$"))).to_be_enabled()
    page.keyboard.press("Shift+T")
    # The part with the most detail is proposed.
    part = page.get_by_role("group", name=re.compile("^The part to try: "))
    expect(part).to_have_attribute("aria-label", re.compile("from the left"))
    label = part.get_attribute("aria-label") or ""
    x, y, width, height = map(int, re.findall(r"\d+", label))
    assert (width, height) == (320, 320)
    assert x <= 740 <= 860 <= x + width
    assert y <= 440 <= 560 <= y + height
    part.focus()
    page.keyboard.press("ArrowLeft")
    expect(part).not_to_have_attribute("aria-label", label)
    expect(page.get_by_text("This part Free · all of it Free")).to_have_count(2)
    axe(page)
    page.get_by_role("button", name=re.compile("^Try on 2 models")).click()
    takes = page.get_by_role("button", name="Take this: Lanczos (offline, quick)")
    expect(takes).to_be_enabled(timeout=RUN_MS)
    expect(page.get_by_role("button", name="Take this: Detail (offline)")).to_be_enabled(timeout=RUN_MS)
    expect(panes(page)).to_have_count(3)
    axe(page)
    # All are zoomed and moved as one, up to 800 %.
    page.get_by_role("group", name="As it is").focus()
    page.get_by_role("button", name=re.compile(r"^Zoom \d")).click()
    page.get_by_role("menuitem", name="800%").click()
    expect(page.get_by_role("button", name="Zoom 800%")).to_be_visible()
    page.get_by_role("group", name="As it is").focus()
    page.keyboard.press("ArrowRight")
    places = panes(page).evaluate_all(
        "all => all.map((one) => [one.style.transform, getComputedStyle(one).width, getComputedStyle(one).transform])"
    )
    assert len({tuple(place) for place in places}) == 1
    assert places[0][1] == "5120px"
    takes.click()
    expect(page.get_by_role("group", name="As it is")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Model")).to_contain_text("Lanczos")
    tried = studio.api("GET", "/api/assets?purpose=trial&limit=2")["items"]
    assert [(made["width"], made["height"]) for made in tried] == [(640, 640)] * 2
    assert studio.api("GET", f"/api/assets/{source['id']}/versions") == [
        studio.api("GET", f"/api/assets/{source['id']}")
    ]


@pytest.mark.row("U1", "U2", "U6")
def test_a_print_has_its_size_and_says_how_true_it_is(visit: Visit, studio: Studio) -> None:
    source = studio.upload(chess(600, 400), "board.png")
    page = visit(f"/upscale?asset={source['id']}", theme="light")
    choose(page, "Size", "Print")
    page.get_by_role("spinbutton", name="Printed width").fill("10")
    page.keyboard.press("Tab")
    expect(page.get_by_text("1181 × 787 · 10 × 6.7 cm · 300 dpi")).to_be_visible()
    expect(page.get_by_text("Conservative: the picture has detail enough to stay true to.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name=re.compile("^Upscale Free$")).click()
    page.wait_for_url(re.compile("show="), timeout=RUN_MS)
    expect(page.get_by_text("Scaled down again it")).to_be_visible()
    page.get_by_role("button", name="Where it differs").click()
    shown = page.get_by_role("img", name="Map of the differences")
    expect(shown).to_be_visible()
    assert shown.evaluate("one => [one.width, one.height]") == [600, 400]
    # On plain ground nothing differs; what does is at the edges of the board.
    brightest = """(one) => [[100, 100], [450, 250]].map(([x, y]) => {
        const copy = new OffscreenCanvas(100, 100).getContext("2d", { willReadFrequently: true });
        copy.drawImage(one, -x, -y);
        return Math.max(...copy.getImageData(0, 0, 100, 100).data.filter((_, at) => at % 4 < 3));
    })"""
    ground, board = shown.evaluate(brightest)
    assert ground == 0 < board
    expect(page.get_by_text("Structure that it shares with the original")).to_be_visible()
    axe(page)
    made = studio.api("GET", f"/api/assets/{re.findall('show=([^&]+)', page.url)[0]}")
    data = studio.ask("GET", made["file"]).content
    with Image.open(BytesIO(data)) as image:
        assert (image.size, round(image.info["dpi"][0])) == ((1181, 787), 300)


@pytest.mark.row("U7")
def test_several_pictures_are_enlarged_for_one_price(visit: Visit, studio: Studio) -> None:
    page = visit("/upscale")
    page.get_by_role("button", name="Several pictures").click()
    expect(page.get_by_role("button", name=re.compile("^Enlarge 0 pictures"))).to_be_disabled()
    sent: list[FilePayload] = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": photo(side, side)}
        for name, side in (("a", 60), ("b", 90))
    ]
    page.get_by_label("Files").set_input_files(sent)
    expect(page.get_by_text("60 × 60 → 120 × 120")).to_be_visible()
    expect(page.get_by_text("90 × 90 → 180 × 180")).to_be_visible()
    axe(page)
    page.get_by_role("button", name=re.compile("^Enlarge 2 pictures Free$")).click()
    for side in (120, 180):
        expect(page.get_by_role("link", name=f"{side} × {side}")).to_be_visible(timeout=RUN_MS)
    page.set_viewport_size({"width": 390, "height": 800})
    assert overflow(page) == []


@pytest.mark.row("K1")
def test_a_drawing_becomes_a_picture(visit: Visit, studio: Studio) -> None:
    page = visit("/control")
    page.get_by_role("button", name="Draw a sketch").click()
    sheet = page.get_by_role("application", name="Paper to draw on")
    expect(sheet).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("button", name="Use the drawing")).to_be_disabled()
    box = sheet.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle[0] - 150, middle[1] - 100)
    page.mouse.down()
    for step in ((150, -100), (150, 100), (-150, 100), (-150, -100)):
        page.mouse.move(middle[0] + step[0], middle[1] + step[1], steps=8)
    page.mouse.up()
    # By keys as well, and taken back, and done again.
    sheet.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()
    axe(page)
    page.wait_for_timeout(700)
    page.reload()
    expect(page.get_by_role("button", name="Use the drawing")).to_be_enabled()
    page.set_viewport_size({"width": 390, "height": 800})
    assert overflow(page) == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("asset="))
    expect(page.get_by_role("button", name=re.compile("^Sketch to picture"))).to_be_visible()
    drawn = studio.api("GET", f"/api/assets/{re.findall('asset=([^&]+)', page.url)[0]}")
    ink = picture.load(studio.ask("GET", drawn["file"]).content, alpha=False)
    assert (drawn["title"], ink.shape) == ("Sketch", (1024, 1024, 3))
    assert ink.min() < 60
    assert 0.002 < float((ink < 128).mean()) < 0.1
    assert (ink[0] == 255).all()


def test_a_pen_draws_as_hard_as_it_is_pressed(visit: Visit, studio: Studio) -> None:
    page = visit("/control?tool=draw")
    sheet = page.get_by_role("application", name="Paper to draw on")
    expect(sheet).to_have_attribute("aria-busy", "false")
    sheet.evaluate(
        """(sheet) => {
            const { left, top, width, height } = sheet.getBoundingClientRect();
            const stroke = (y, pressure) => {
                const way = [["pointerdown", -120, 1], ["pointermove", 120, 1], ["pointerup", 120, 0]];
                for (const [type, x, buttons] of way)
                    sheet.dispatchEvent(new PointerEvent(type, {
                        bubbles: true, pointerId: 7, pointerType: "pen", isPrimary: true,
                        button: type === "pointermove" ? -1 : 0, buttons, pressure: buttons ? pressure : 0,
                        clientX: left + width / 2 + x, clientY: top + height / 2 + y }));
            };
            stroke(-60, 1);
            stroke(60, 0.3);
        }"""
    )
    page.get_by_role("button", name="Use the drawing").click()
    page.wait_for_url(re.compile("asset="))
    drawn = studio.api("GET", f"/api/assets/{re.findall('asset=([^&]+)', page.url)[0]}")
    ink = 255.0 - picture.load(studio.ask("GET", drawn["file"]).content, alpha=False)[..., 0]
    hard, soft = ink[:512].sum(), ink[512:].sum()
    assert hard > 5 * soft > 0


@pytest.mark.row("K2", "K6", "K7")
def test_a_guide_is_seen_while_its_settings_change(visit: Visit, studio: Studio) -> None:
    source = studio.upload(chess(), "board.png")
    before = len(studio.runs())
    page = visit(f"/control?asset={source['id']}&op=image.preprocess&tool=guide")
    line = page.get_by_role("slider", name="Dividing line")
    expect(line).to_be_visible()
    pictures = page.locator("img[src^='blob:']")
    first = pictures.last.get_attribute("src")
    # The line lies over the picture, and moves by keys.
    line.focus()
    page.keyboard.press("Home")
    page.get_by_role("slider", name="Detail").focus()
    page.keyboard.press("End")
    expect(pictures.last).not_to_have_attribute("src", first or "")
    expect(line).to_have_value("0")
    axe(page)
    assert len(studio.runs()) == before

    # Two guides at once, each of which can be seen; one is a reference that came with the studio.
    page.goto(f"/control?asset={source['id']}&op=image.structure&tool=guide")
    page.get_by_role("group", name="Add a guide").get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("radio", name="Ready-made").check()
    page.get_by_role("dialog").get_by_role("button", name="Linocut").click()
    guide = page.get_by_role("group", name="More guides").get_by_role("group", name="Picture 1").first
    choose(page, "Takes", "Depth")
    expect(page.get_by_text("Depth of guide 1", exact=True)).to_be_visible()
    page.get_by_role("radio", name="Depth of guide 1").check()
    expect(guide).to_be_visible()
    expect(pictures.last).to_be_visible()
    axe(page)
    page.get_by_role("textbox", name="Prompt").fill("a watercolour at dawn")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("show="), timeout=RUN_MS)
    run: dict[str, Any] = studio.runs()[0]
    kept = studio.api("GET", "/api/assets?reference=true")["items"]
    assert [(one["image"], one["kind"]) for one in run["input"]["controls"]] == [(kept[0]["id"], "depth")]
    # Picked again, it is the same one; and the library has a place for it.
    page.goto("/library?place=references")
    expect(page.get_by_role("button", name="References")).to_have_attribute("aria-current", "page")
    assert [one["title"] for one in kept] == ["Linocut"]
