"""What is set on the picture itself, by hand and by keys; variations that wait; many pictures at once."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from gesso.imaging import picture
from tests.conftest import photo
from tests.web.browser import axe, overflow
from tests.web.conftest import Visit
from tests.web.studio import Studio

RUN_MS = 90_000
Place = tuple[float, float]


@pytest.fixture
def source(studio: Studio) -> dict[str, Any]:
    return studio.upload(photo(480, 320), "disc.png")


def stage(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name=re.compile(f"^{title}: "))


def number(page: Page, name: str) -> int:
    return int(page.get_by_role("spinbutton", name=name, exact=True).input_value())


def middle(found: Locator) -> Place:
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start: Place, by: Place) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=5)
    page.mouse.up()


def scale(page: Page) -> float:
    """CSS pixels for each pixel of a picture that is 480 wide."""
    box = page.locator("main [role=group] img").last.bounding_box()
    assert box is not None
    return box["width"] / 480


def shown(page: Page, studio: Studio) -> dict[str, Any]:
    """The version that the address names."""
    (id,) = re.findall(r"show=([\w-]+)", page.url)
    found: dict[str, Any] = studio.api("GET", f"/api/assets/{id}")
    return found


def made(page: Page, studio: Studio, name: str) -> dict[str, Any]:
    """Carries it out; the asset that came of it."""
    before = page.url
    page.get_by_role("button", name=re.compile(f"^{name} ?(Free)?$")).and_(page.locator(":not([data-version])")).click()
    page.wait_for_url(lambda url: url != before and "show=" in url, timeout=RUN_MS)
    return shown(page, studio)


@pytest.mark.row("E4")
def test_a_frame_is_pulled_and_the_picture_goes_on_there(visit: Visit, studio: Studio, source: dict[str, Any]) -> None:
    page = visit(f"/edit?asset={source['id']}&op=image.outpaint&tool=frame")
    frame = stage(page, "Extend")
    expect(frame).to_have_accessible_name("Extend: 0 to the left, 0 at the top, 0 to the right, 0 at the bottom")
    each = scale(page)
    drag(page, middle(page.locator("[data-grip='1 0']")), (60 * each, 0))
    expect(page.get_by_role("spinbutton", name="Right")).not_to_have_value("0")
    assert abs(number(page, "Right") - 60) <= 2
    frame.focus()
    page.keyboard.press("ArrowUp")
    top = number(page, "Top")
    assert top > 0
    page.keyboard.press("Shift+ArrowUp")
    expect(page.get_by_role("spinbutton", name="Top")).to_have_value("0")
    axe(page)
    page.get_by_role("button", name="1:1", exact=True).click()
    expect(frame).to_have_accessible_name("Extend: 0 to the left, 80 at the top, 0 to the right, 80 at the bottom")
    result = made(page, studio, "Extend")
    assert (result["width"], result["height"]) == (480, 480)
    kept = picture.load(studio.ask("GET", result["file"]).content)[80:400, :, :3]
    assert (kept == picture.load(photo(480, 320))[..., :3]).all()
    # Back goes to where it was set.
    page.go_back()
    expect(stage(page, "Extend")).to_be_visible()


@pytest.mark.row("E12")
def test_a_crop_keeps_its_shape_and_is_straightened(visit: Visit, studio: Studio, source: dict[str, Any]) -> None:
    page = visit(f"/edit?asset={source['id']}&op=image.crop&tool=box")
    box = stage(page, "What stays")
    expect(box).to_have_accessible_name("What stays: 0 from the left, 0 from the top, 480 wide, 320 high")
    page.get_by_role("button", name="1:1", exact=True).click()
    expect(box).to_have_accessible_name("What stays: 80 from the left, 0 from the top, 320 wide, 320 high")
    drag(page, middle(page.locator("[data-grip='1 1']")), (-100, -40))
    expect(page.get_by_role("spinbutton", name="Width")).not_to_have_value("320")
    assert number(page, "Width") == number(page, "Height") < 320
    box.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("spinbutton", name="Left")).to_have_value("81")
    tilt = page.get_by_role("slider", name="Straighten").and_(page.locator("input"))
    tilt.last.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    axe(page)
    expect(page.locator("[style*='--tilt: 2deg']")).to_have_count(1)
    result = made(page, studio, "Crop")
    assert (result["width"], result["height"]) == (number(page, "Width"), number(page, "Height"))
    assert result["facts"]["alpha"] is False
    run = studio.api("GET", f"/api/assets/{result['id']}/recipe")["run"]
    assert run["input"]["angle"] == 2


def test_corners_a_point_and_a_light_are_set_by_hand_and_by_keys(
    visit: Visit, studio: Studio, source: dict[str, Any]
) -> None:
    page = visit(f"/edit?asset={source['id']}&op=image.perspective&tool=corners")
    corner = page.get_by_role("button", name="Top left corner")
    drag(page, middle(corner), (30 * scale(page), 0))
    expect(stage(page, "Four corners")).to_have_accessible_name(re.compile(r": 10[12],48 408,48 408,272 72,272$"))
    corner.focus()
    page.keyboard.press("ArrowDown")
    expect(stage(page, "Four corners")).to_have_accessible_name(re.compile(r": 10[12],49 "))
    axe(page)

    page.goto(f"/edit?asset={source['id']}&op=image.search_recolor&tool=point")
    page.mouse.click(*middle(stage(page, "Or a point on it")))
    expect(stage(page, "Or a point on it")).to_have_accessible_name(re.compile(r"point on it: 2[34]\d from the left"))
    stage(page, "Or a point on it").focus()
    page.keyboard.press("Delete")
    expect(stage(page, "Or a point on it")).to_have_accessible_name("Or a point on it: no point yet")
    # A colour is taken from the picture: the ground is grey.
    page.get_by_role("button", name="New colour: take it from the picture").click()
    pipette = page.get_by_role("button", name="Take the colour of a pixel")
    pipette.focus()
    for _ in range(14):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    code = page.get_by_role("textbox", name="New colour: colour code")
    expect(code).not_to_have_value("#2060d0")
    ground = picture.load(photo(480, 320))[160, 8, :3]
    assert code.input_value() == "#" + bytes(ground.tolist()).hex()
    axe(page)

    page.goto(f"/edit?asset={source['id']}&op=image.relight&tool=light")
    light = stage(page, "Light from")
    expect(light).to_have_accessible_name("Light from: 315 degrees, 40 percent from the front")
    light.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(light).to_have_accessible_name("Light from: 320 degrees, 45 percent from the front")
    drag(page, middle(page.locator("[data-grip=light]")), (600, 0))
    expect(light).to_have_accessible_name(re.compile(r"Light from: \d+ degrees, 0 percent"))
    axe(page)


@pytest.mark.row("E12")
def test_words_are_typed_where_they_stand(visit: Visit, studio: Studio, source: dict[str, Any]) -> None:
    page = visit(f"/edit?asset={source['id']}&op=image.annotate&tool=box")
    where = stage(page, "Where")
    x, y = middle(where)
    drag(page, (x - 150, y - 60), (300, 120))
    expect(where).to_have_accessible_name(re.compile("wide"))
    page.mouse.click(x, y)
    expect(page.get_by_role("textbox", name="Text on the picture")).to_be_focused()
    page.keyboard.type("Gesso")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Gesso")
    page.keyboard.press("Escape")
    axe(page)
    box = [number(page, name) for name in ("Left", "Top", "Width", "Height")]
    page.get_by_role("switch", name="Shadow").uncheck(force=True)
    result = made(page, studio, "Text, shapes and logo")
    changed = (
        picture.load(studio.ask("GET", result["file"]).content)[..., :3] != picture.load(photo(480, 320))[..., :3]
    ).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert (box[0] <= columns.min(), columns.max() < box[0] + box[2]) == (True, True)
    assert (box[1] <= rows.min(), rows.max() < box[1] + box[3]) == (True, True)
    assert columns.max() - columns.min() > 0.9 * box[2] or rows.max() - rows.min() > 0.9 * box[3]


@pytest.mark.row("E3", "E10", "E13")
def test_a_click_selects_a_thing_and_variations_wait_for_a_word(
    visit: Visit, studio: Studio, source: dict[str, Any]
) -> None:
    page = visit(f"/edit?asset={source['id']}&op=image.erase&tool=paint")
    easel = page.get_by_role("application")
    expect(easel).to_have_attribute("aria-busy", "false")
    page.keyboard.press("s")
    page.mouse.click(*middle(easel.locator("img")))
    expect(page.get_by_role("button", name="Painted")).to_be_visible()
    axe(page)

    page.get_by_role("radio", name="3", exact=True).check(force=True)
    page.keyboard.press("Control+Enter")
    strip = page.get_by_role("navigation", name="Variations")
    cards = strip.get_by_role("button", name=re.compile(r"^Variation \d$"))
    expect(cards).to_have_count(3, timeout=RUN_MS)
    runs = [run for run in studio.runs() if run["input"].get("image") == source["id"]]
    assert len({run["input"]["seed"] for run in runs}) == len(runs) == 3
    mask = studio.ask("GET", f"/api/assets/{runs[0]['input']['mask']}/file").content
    disc, pixels = picture.load(mask)[..., 0] > 127, picture.load(photo(480, 320))[..., :3].astype(int)
    wanted = pixels[..., 0] > pixels[..., 1] + 60
    assert (disc & wanted).sum() / (disc | wanted).sum() > 0.95
    expect(page.get_by_role("navigation", name="Versions")).to_have_count(0)
    page.keyboard.press("Shift+v")
    page.keyboard.press("]")
    axe(page)
    page.reload()
    expect(cards).to_have_count(3)
    page.keyboard.press("Shift+Enter")
    expect(cards).to_have_count(2)
    versions = page.get_by_role("navigation", name="Versions").locator("[data-version]")
    expect(versions).to_have_count(2)
    strip.get_by_role("button", name="Discard: Variation 1").click()
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(cards).to_have_count(2)
    strip.get_by_role("button", name="Discard all").click()
    expect(strip).to_have_count(0)
    expect(versions).to_have_count(2)


@pytest.mark.row("E1")
def test_many_are_edited_together_and_the_whole_is_priced_first(visit: Visit, studio: Studio) -> None:
    names = [studio.upload(photo(200 + 10 * index, 160), f"batch {index}.png")["id"] for index in range(3)]
    page = visit("/library?q=batch")
    tiles = page.get_by_role("gridcell", name=re.compile("^batch"))
    expect(tiles).to_have_count(3)
    tiles.first.click(modifiers=["ControlOrMeta"])
    page.keyboard.press("ControlOrMeta+a")
    expect(page.get_by_role("toolbar", name="Selected pictures")).to_contain_text("3 selected")
    page.keyboard.press("b")
    dialog = page.get_by_role("dialog", name="Edit 3 pictures together")
    expect(dialog).to_contain_text("3 pictures together")
    axe(page)
    dialog.get_by_role("button", name="Remove background · Free").click()
    expect(dialog.get_by_role("status")).to_contain_text("3 of 3 done", timeout=RUN_MS)
    axe(page)
    dialog.get_by_role("button", name="Close").last.click()
    for name in names:
        (cut,) = studio.api("GET", f"/api/assets/{name}/recipe")["children"]
        assert cut["op"] == "image.remove_background"


def test_on_a_phone_the_tools_fit_and_are_readable_by_day(visit: Visit, source: dict[str, Any]) -> None:
    page = visit(f"/edit?asset={source['id']}&op=image.crop&tool=box", width=390, height=844, touch=True, theme="light")
    for op, tool, title in (
        ("image.crop", "box", "What stays"),
        ("image.outpaint", "frame", "Extend"),
        ("image.relight", "light", "Light from"),
        ("image.perspective", "corners", "Four corners"),
        ("image.annotate", "box", "Where"),
    ):
        page.goto(f"/edit?asset={source['id']}&op={op}&tool={tool}")
        expect(stage(page, title)).to_be_visible()
        assert overflow(page) == [], op
        axe(page)


@pytest.mark.row("E10", "E11")
def test_what_is_painted_at_three_percent_on_24_megapixels_is_what_is_edited(visit: Visit, studio: Studio) -> None:
    """Drawn in a window in which a picture of 12000 x 2000 fits at 3 %: not one pixel more is changed, nor one less."""
    large = studio.upload(picture.png(np.full((2000, 12000, 3), 90, np.uint8), level=1), "panorama.png")
    given = {"image": large["id"], "exposure": 1.0, "feather": 0}
    draft = {"offer": None, "values": {"exposure": 1.0, "feather": 0}}
    keep = {"gesso.drafts": f'{{"state":{{"drafts":{{"image.adjust":{json.dumps(draft)}}}}},"version":1}}'}
    page = visit(f"/edit?asset={large['id']}&op=image.adjust&tool=paint", width=390, height=844, keep=keep)
    easel = page.get_by_role("application")
    expect(easel).to_have_attribute("aria-busy", "false")
    expect(page.get_by_text("3.1 %")).to_be_visible()
    box = easel.locator("img").bounding_box()
    assert box is not None
    page.keyboard.press("r")
    drag(page, (box["x"] + 90, box["y"] + 15), (70, 25))
    page.get_by_role("button", name="Adjust Free").click()
    page.wait_for_url(re.compile("show="), timeout=RUN_MS * 2)
    result = shown(page, studio)
    run = studio.api("GET", f"/api/assets/{result['id']}/recipe")["run"]
    assert run["input"].items() >= given.items()
    mask = picture.load(studio.ask("GET", f"/api/assets/{run['input']['mask']}/file").content)[..., 0]
    assert mask.shape == (2000, 12000)
    after = picture.load(studio.ask("GET", result["file"]).content)[..., :3]
    changed = (after != 90).any(axis=2)
    assert (changed == (mask > 0)).all()
    rows, columns = np.nonzero(changed)
    each = 12000 / box["width"]
    ends = columns.min() / each, columns.max() / each, rows.min() / each, rows.max() / each
    assert ends == pytest.approx((90, 160, 15, 40), abs=1)
