"""The mask editor: what is painted in a browser is, to the pixel, what is saved."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.conftest import photo
from tests.web.browser import axe
from tests.web.conftest import Visit
from tests.web.studio import Studio

Bytes = NDArray[np.uint8]
Place = tuple[float, float]

KEEP, OPEN, DROP = 255, 128, 0
WIDE = (1500, 500)
LARGE = (6000, 4000)


@pytest.fixture
def paints(visit: Visit, studio: Studio) -> Callable[..., Page]:
    """The editor over a new picture of a given size."""

    def opens(size: tuple[int, int] = WIDE, **how: Any) -> Page:
        asset = studio.upload(photo(*size), "subject.png")
        page = visit(f"/edit?asset={asset['id']}&tool=paint", **how)
        ready(page)
        page.evaluate(
            """() => {
                window.heard = [];
                for (const type of ["pointerdown", "pointermove", "pointerup"]) addEventListener(type, (event) => {
                    if (event.buttons === 0 && type !== "pointerup") return;
                    const between = type === "pointermove" ? event.getCoalescedEvents() : [];
                    for (const { clientX, clientY } of between.length > 0 ? between : [event])
                        window.heard.push([clientX, clientY]);
                }, true);
            }"""
        )
        return page

    return opens


def ready(page: Page) -> Locator:
    stage = page.get_by_role("application")
    expect(stage).to_have_attribute("aria-busy", "false")
    return stage


def frame(page: Page) -> tuple[float, float, float]:
    """CSS pixels for each pixel of the picture, and where its corner stands in the page."""
    image = page.get_by_role("application").locator("img")
    box = image.bounding_box()
    assert box is not None
    return box["width"] / float(image.get_attribute("width") or 1), box["x"], box["y"]


def at(page: Page, place: Place) -> Place:
    scale, x, y = frame(page)
    return x + place[0] * scale, y + place[1] * scale


def drag(page: Page, *places: Place) -> list[Place]:
    """Along places of the picture. Returns those that the page heard of, which are a little off."""
    page.evaluate("window.heard = []")
    page.mouse.move(*at(page, places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*at(page, place), steps=8)
    page.mouse.up()
    scale, x, y = frame(page)
    return [((left - x) / scale, (top - y) / scale) for left, top in page.evaluate("window.heard")]


def saved(page: Page, folder: Path) -> Bytes:
    """The mask, as the editor hands it out."""
    page.get_by_role("button", name="More for the mask").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download the mask").click()
    download.value.save_as(folder / "mask.png")
    page.get_by_role("application").focus()
    with Image.open(folder / "mask.png") as image:
        assert image.mode == "L"
        return np.asarray(image)


def middles(left: int, top: int, right: int, bottom: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y, x = np.mgrid[top:bottom, left:right]
    return x + 0.5, y + 0.5


def distance(heard: list[Place], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """From each place to the line through those that were heard of."""
    far = np.full(x.shape, np.inf)
    for (ax, ay), (bx, by) in itertools.pairwise(heard):
        long = (bx - ax) ** 2 + (by - ay) ** 2
        t = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long, 0, 1) if long > 0 else 0.0
        far = np.minimum(far, np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    return far


def corners(heard: list[Place]) -> tuple[int, int, int, int]:
    (ax, ay), (bx, by) = heard[0], heard[-1]
    left, top, right, bottom = (math.floor(v + 0.5) for v in (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
    return left, top, right, bottom


def undo_all(page: Page) -> None:
    undo = page.get_by_role("button", name="Undo")
    while undo.is_enabled():
        page.keyboard.press("Control+z")
        page.wait_for_timeout(30)


@pytest.mark.parametrize(("size", "closer"), [(WIDE, 0), (WIDE, 4), (LARGE, 0), (LARGE, 4)])
@pytest.mark.row("E10")
def test_each_shape_is_saved_to_the_pixel(
    paints: Callable[..., Page], tmp_path: Path, size: tuple[int, int], closer: int
) -> None:
    page = paints(size)
    stage = page.get_by_role("application")
    stage.focus()
    if closer:
        page.keyboard.press("1")
        for _ in range(closer):
            page.keyboard.press("+")
        # The view moves with the next frame of the screen, and a busy machine is late with it.
        for _ in range(100):
            if frame(page)[0] == 4:
                break
            page.wait_for_timeout(50)
        assert frame(page)[0] == 4
    # Everything happens in the middle of what is in sight.
    view = stage.bounding_box()
    assert view is not None
    scale, x, y = frame(page)
    cx, cy = (view["x"] + view["width"] / 2 - x) / scale, (view["y"] + view["height"] / 2 - y) / scale
    unit = 60 / scale
    wanted = np.full(size[::-1], OPEN, np.uint8)

    page.keyboard.press("r")
    left, top, right, bottom = corners(drag(page, (cx - 4 * unit, cy - unit), (cx - 2 * unit, cy + unit * 0.9)))
    wanted[top:bottom, left:right] = KEEP
    mask = saved(page, tmp_path)
    assert mask.shape == wanted.shape
    assert int((mask != wanted).sum()) == 0, "rectangle"

    page.keyboard.press("o")
    left, top, right, bottom = corners(drag(page, (cx - unit, cy - unit), (cx + unit, cy + unit * 0.7)))
    x_of, y_of = middles(left, top, right, bottom)
    rx, ry = (right - left) / 2, (bottom - top) / 2
    wanted[top:bottom, left:right][((x_of - left - rx) / rx) ** 2 + ((y_of - top - ry) / ry) ** 2 < 1] = KEEP
    assert int((saved(page, tmp_path) != wanted).sum()) == 0, "ellipse"

    page.keyboard.press("b")
    page.keyboard.press("x")
    width = float(page.get_by_role("textbox", name="Size").input_value())
    heard = drag(page, (cx + 2 * unit, cy - unit), (cx + 3 * unit, cy + unit * 0.5), (cx + 4 * unit, cy - unit))
    xs, ys = zip(*heard, strict=True)
    low, high = int(min(xs) - width), int(max(xs) + width)
    upper, lower = int(min(ys) - width), int(max(ys) + width)
    far = distance(heard, *middles(low, upper, high, lower))
    part = np.s_[upper:lower, low:high]
    wanted[part][far < width / 2] = DROP
    mask = saved(page, tmp_path)
    wrong = mask != wanted
    wrong[part] &= np.abs(far - width / 2) > 1e-3  # On the very edge, either is right.
    assert int(wrong.sum()) == 0, "brush"

    undo_all(page)
    assert set(np.unique(saved(page, tmp_path))) == {OPEN}
    while page.get_by_role("button", name="Redo").is_enabled():
        page.keyboard.press("Control+Shift+z")
        page.wait_for_timeout(30)
    assert (saved(page, tmp_path) == mask).all()


@pytest.mark.row("E10")
def test_everything_can_be_painted_without_a_mouse(paints: Callable[..., Page], tmp_path: Path) -> None:
    page = paints((300, 200))
    page.get_by_role("application").focus()
    page.keyboard.press("r")
    page.keyboard.press("Enter")  # Shows the crosshair, in the middle.
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=re.compile(r"Rectangle at \d+, \d+"))).to_be_attached()
    mask = saved(page, tmp_path)
    assert int((mask == KEEP).sum()) == 40 * 40
    page.keyboard.press("Delete")
    assert set(np.unique(saved(page, tmp_path))) == {OPEN}


@pytest.mark.row("E10")
def test_one_finger_paints_and_two_move_the_picture(paints: Callable[..., Page], tmp_path: Path) -> None:
    page = paints(WIDE, width=390, height=844, touch=True)
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *places: Place) -> None:
        points = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = at(page, (750, 250))
    touch("touchStart", (x - 80, y))
    for step in range(1, 10):
        touch("touchMove", (x - 80 + step * 16, y))
    touch("touchEnd")
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    before = saved(page, tmp_path)
    assert int((before == KEEP).sum()) > 10_000
    scale = frame(page)[0]
    touch("touchStart", (x - 20, y))
    touch("touchMove", (x - 22, y))
    touch("touchStart", (x - 22, y), (x + 20, y))
    for step in range(1, 10):
        touch("touchMove", (x - 22 - step * 6, y), (x + 20 + step * 6, y))
    touch("touchEnd")
    assert frame(page)[0] > 2 * scale
    assert (saved(page, tmp_path) == before).all()


@pytest.mark.row("E10")
def test_a_mask_of_another_size_is_asked_about_and_scaled(paints: Callable[..., Page], tmp_path: Path) -> None:
    page = paints(WIDE)
    half = np.full((250, 750), 128, np.uint8)
    half[50:150, 100:300] = 255
    packed = BytesIO()
    Image.fromarray(half).save(packed, "PNG")
    page.get_by_label("Open a mask").set_input_files(
        {"name": "half.png", "mimeType": "image/png", "buffer": packed.getvalue()}
    )
    dialog = page.get_by_role("dialog", name="The mask has another size")
    expect(dialog).to_contain_text("750 × 250")
    axe(page)
    dialog.get_by_role("button", name="Scale it").click()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    ready(page)
    assert (saved(page, tmp_path) == np.kron(half, np.ones((2, 2), np.uint8))).all()
    page.get_by_label("Open a mask").set_input_files(
        {"name": "words.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    expect(page.get_by_text("This file cannot be read as a picture")).to_be_visible()


@pytest.mark.row("E10")
def test_the_wand_takes_what_has_one_colour(paints: Callable[..., Page], tmp_path: Path, studio: Studio) -> None:
    page = paints((600, 400))
    picture = np.asarray(Image.open(BytesIO(photo(600, 400))).convert("RGB")).astype(int)
    near = np.abs(picture - picture[200, 300]).max(axis=2)
    page.get_by_role("application").focus()
    page.keyboard.press("w")
    page.mouse.click(*at(page, (300.5, 200.5)))
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    mask = saved(page, tmp_path)
    # What is shown is a preview, encoded with loss: only what is clearly alike or clearly not is judged.
    assert (mask[196:204, 296:304] == KEEP).all()
    assert int(((mask == KEEP) & (near > 80)).sum()) == 0


def test_the_editor_is_for_everybody(paints: Callable[..., Page]) -> None:
    page = paints(WIDE)
    axe(page)
    for name, opened in (
        ("How the mask is shown", page.get_by_role("dialog", name="How the mask is shown")),
        ("More for the mask", page.get_by_role("menu", name="More for the mask")),
    ):
        page.get_by_role("button", name=name).click()
        expect(opened).to_be_visible()
        axe(page)
        page.keyboard.press("Escape")
        expect(opened).to_be_hidden()
    page = paints(WIDE, theme="light", width=390, height=844, touch=True, locale="de-AT")
    expect(page.get_by_role("button", name="Pinsel")).to_be_visible()
    axe(page)
