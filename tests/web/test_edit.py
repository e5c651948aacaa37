"""Edit and Upscale: one picture on the bench, what is painted and drawn on it, and the versions that come of it."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from gesso.imaging import picture
from tests.conftest import photo
from tests.web.browser import Trouble, axe, overflow, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, opened

RUN_MS = 60_000
"""The first run also starts the process that works on pixels; on a busy machine that takes a while."""
OP = "image.remove_background"


@pytest.fixture
def source(studio: Studio) -> dict[str, Any]:
    return studio.upload(photo(480, 320), "disc.png")


def button(page: Page, name: str = "Remove background") -> Locator:
    runs = page.get_by_role("button", name=re.compile(f"^{name}( Free)?$"))
    return runs.and_(page.locator(":not([data-version])"))


def line(page: Page) -> Locator:
    return page.get_by_role("slider", name="Dividing line")


def versions(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Versions").locator("[data-version]")


def easel(page: Page) -> Locator:
    """Where masks are painted, once it hears."""
    found = page.get_by_role("application")
    expect(found).to_have_attribute("aria-busy", "false")
    return found


def stroke(page: Page, on: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place to another, as parts of the element."""
    box = on.bounding_box()
    assert box is not None
    (x, y), (to_x, to_y) = ((box["x"] + box["width"] * a, box["y"] + box["height"] * b) for a, b in (start, end))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=6)
    page.mouse.up()


def shown(page: Page) -> str:
    """The version that the address names."""
    return str(re.findall(r"show=([\w-]+)", page.url)[0])


def cut_out(page: Page) -> str:
    """Runs it and gives the new version's id."""
    before = page.url
    button(page).click()
    page.wait_for_url(lambda url: url != before and "show=" in url, timeout=RUN_MS)
    expect(line(page)).to_be_visible()
    return shown(page)


@pytest.mark.row("E1", "E13")
def test_a_picture_is_chosen_and_its_background_removed(visit: Visit, studio: Studio, source: dict[str, Any]) -> None:
    page = visit("/edit")
    expect(page.get_by_role("heading", name="Choose a picture to edit")).to_be_visible()
    axe(page)
    page.get_by_role("main").get_by_role("button", name="disc", exact=True).first.click()
    expect(button(page)).to_be_enabled()
    result = cut_out(page)
    axe(page)
    expect(versions(page)).to_have_count(2)
    expect(versions(page).nth(1)).to_have_attribute("aria-current", "true")
    made = studio.api("GET", f"/api/assets/{result}")
    assert (made["op"], made["width"], made["height"], made["parents"]) == (OP, 480, 320, [source["id"]])
    assert made["facts"]["alpha"] is True
    # It leaves as a WebP with its transparency, through the room for files.
    page.goto(f"/convert?images={result}&way=convert")
    page.get_by_role("radio", name="WebP").check()
    page.get_by_role("button", name="Convert 1 picture Free").click()
    expect(page.get_by_text(re.compile("^1 of 1 done"))).to_be_visible(timeout=RUN_MS)
    with page.expect_download() as pending:
        page.get_by_role("button", name=re.compile("^Download")).first.click()
    assert Path(pending.value.suggested_filename).suffix == ".webp"
    with Image.open(pending.value.path()) as saved:
        assert (saved.format, saved.mode, saved.size) == ("WEBP", "RGBA", (480, 320))
        alpha = np.asarray(saved)[..., 3]
    before = picture.load(studio.ask("GET", f"/api/assets/{result}/file").content)[..., 3]
    assert {0, 255} <= set(alpha.ravel().tolist())
    assert (alpha == before).mean() > 0.99


def test_back_shows_what_was_shown_before(visit: Visit, source: dict[str, Any]) -> None:
    page = visit(f"/edit?asset={source['id']}")
    first = cut_out(page)
    versions(page).nth(0).click()
    expect(line(page)).to_have_count(0)
    page.go_back()
    expect(line(page)).to_be_visible()
    assert first in page.url
    page.go_back()
    expect(line(page)).to_have_count(0)
    assert page.url.endswith(f"asset={source['id']}")


def test_any_two_versions_are_compared_and_any_is_restored(visit: Visit, studio: Studio) -> None:
    original = studio.upload(photo(240, 160), "disc.png")
    bright, turned = [
        studio.run({"image": original["id"], **more}, op)["outputs"][0]
        for op, more in (("image.adjust", {"exposure": 1}), ("image.filter", {"filter": "noir"}))
    ]
    page = visit(f"/edit?asset={original['id']}&op={OP}")
    expect(versions(page)).to_have_count(3)
    page.get_by_role("button", name="History", exact=True).click()
    history = page.get_by_role("complementary", name="History")
    rows = history.get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Version 3")
    expect(rows.first).to_contain_text("Newest")
    expect(history.get_by_role("button", name="Restore: Version 3")).to_have_count(0)

    # Any two, whichever was made of which.
    rows.nth(1).get_by_role("button", name=re.compile("^Version 2")).click()
    history.get_by_role("button", name="Compare with Version 3").click()
    expect(line(page)).to_be_visible()
    expect(page).to_have_url(re.compile(f"show={bright['id']}.*against={turned['id']}"))
    page.get_by_role("button", name="Side by side").click()
    for name in ("Version 2", "Version 3"):
        expect(page.get_by_role("group", name=name, exact=True)).to_be_visible()
    axe(page)
    shot(page, "history-dark")

    # The first becomes the newest; taken back, all is as it was.
    history.get_by_role("button", name="Restore: Version 1").click()
    expect(page.get_by_text("Version 1 is the newest again")).to_be_visible()
    expect(versions(page)).to_have_count(4)
    expect(versions(page).last).to_have_attribute("aria-current", "true")
    expect(versions(page).last).to_contain_text("Restored from version 1")
    back = studio.api("GET", f"/api/assets/{original['id']}/versions")[-1]
    assert (back["sha256"], back["parents"]) == (original["sha256"], [original["id"]])
    expect(page).to_have_url(re.compile(f"asset={back['id']}"))
    page.get_by_role("button", name="Undo").click()
    expect(versions(page)).to_have_count(3)
    expect(page).to_have_url(re.compile(f"asset={original['id']}"))
    phone = visit(f"/edit?asset={original['id']}&op={OP}&show={bright['id']}", width=390, height=844, touch=True)
    phone.get_by_role("button", name="History", exact=True).click()
    expect(phone.get_by_role("dialog", name="History").get_by_role("listitem")).to_have_count(3)
    assert overflow(phone) == []
    axe(phone)
    shot(phone, "history-phone")

    # What is hardly anything without its tool begins with it, also by its address.
    page.goto(f"{studio.url}/edit?asset={original['id']}&op=image.outpaint")
    expect(page.get_by_role("radio", name="Frame")).to_be_checked()
    page.get_by_role("radio", name="View").check()
    expect(page.get_by_role("radio", name="Frame")).not_to_be_checked()


@pytest.mark.row("U3")
def test_the_line_is_moved_by_keys_and_both_pictures_are_zoomed_as_one(visit: Visit, source: dict[str, Any]) -> None:
    page = visit(f"/edit?asset={source['id']}")
    cut_out(page)
    line(page).focus()
    expect(line(page)).to_have_value("50")
    page.keyboard.press("ArrowRight")
    expect(line(page)).to_have_value("51")
    page.keyboard.press("Home")
    expect(line(page)).to_have_value("0")
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="Zoom 100%")).to_be_visible()
    places = "[...document.querySelectorAll('[data-pixels] img')].map((one) => one.getBoundingClientRect().x)"
    page.keyboard.press("+")
    assert len({round(x) for x in page.evaluate(places)}) == 1
    page.keyboard.press("0")
    page.get_by_role("button", name="Side by side").click()
    expect(line(page)).to_have_count(0)
    axe(page)


@pytest.mark.row("E1")
def test_strokes_refine_a_cut_out(visit: Visit, studio: Studio, source: dict[str, Any]) -> None:
    page = visit(f"/edit?asset={source['id']}")
    cut_out(page)
    page.get_by_role("button", name="Refine").click()
    stroke(page, easel(page), (0.2, 0.2), (0.3, 0.2))
    page.keyboard.press("x")
    stroke(page, easel(page), (0.5, 0.45), (0.55, 0.5))
    expect(page.get_by_role("button", name="Painted")).to_be_visible()
    axe(page, within="main > section:last-of-type")
    result = cut_out(page)
    run = studio.api("GET", f"/api/assets/{result}/recipe")["run"]
    mask = studio.api("GET", f"/api/assets/{run['input']['mask']}")
    assert (mask["purpose"], mask["width"], mask["height"]) == ("mask", 480, 320)
    painted = picture.load(studio.ask("GET", mask["file"]).content)[..., 0]
    assert set(np.unique(painted)) == {0, 128, 255}
    alpha = picture.load(studio.ask("GET", f"/api/assets/{result}/file").content)[..., 3]
    assert (alpha[painted == 255] == 255).all()
    assert (alpha[painted == 0] == 0).all()
    # Not painted on: the same mask, and no second one in the store.
    again = studio.api("GET", f"/api/assets/{cut_out(page)}/recipe")["run"]
    assert again["input"]["mask"] == mask["id"]


def test_a_box_is_drawn_moved_by_keys_and_cleared(visit: Visit, source: dict[str, Any]) -> None:
    page = visit(f"/edit?asset={source['id']}&tool=box")
    stage = page.get_by_role("group", name=re.compile("^Around the subject: "))
    expect(stage).to_have_accessible_name("Around the subject: no box yet")
    page.wait_for_load_state("networkidle")
    stage.focus()
    expect(stage).to_be_focused()
    page.keyboard.press("Enter")
    expect(stage).to_have_accessible_name("Around the subject: 48 from the left, 32 from the top, 384 wide, 256 high")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_role("spinbutton", name="Left")).to_have_value("45")
    expect(page.get_by_role("spinbutton", name="Height")).to_have_value("257")
    axe(page)
    page.keyboard.press("Delete")
    expect(stage).to_have_accessible_name("Around the subject: no box yet")
    stroke(page, stage, (0.3, 0.3), (0.6, 0.6))
    expect(stage).to_have_accessible_name(re.compile(r"\d+ wide"))


def test_places_on_one_picture_are_forgotten_for_another(visit: Visit, studio: Studio, source: dict[str, Any]) -> None:
    other = studio.upload(photo(200, 200), "other.png")
    page = visit(f"/edit?asset={source['id']}&tool=box")
    stage = page.get_by_role("group", name=re.compile("^Around the subject: "))
    stage.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("spinbutton", name="Left")).to_have_value("48")
    page.goto(f"/edit?asset={other['id']}")
    expect(page.get_by_role("button", name="Set a box")).to_be_visible()
    expect(button(page)).to_be_enabled()


def test_a_run_is_still_followed_after_a_reload(visit: Visit, studio: Studio) -> None:
    large = studio.upload(photo(2400, 1600), "large.png")
    page = visit(f"/edit?asset={large['id']}")
    button(page).click()
    expect(page.get_by_role("progressbar", name="Progress: Remove background")).to_be_visible(timeout=RUN_MS)
    page.reload()
    expect(line(page)).to_be_visible(timeout=RUN_MS)
    assert "show=" in page.url


@pytest.fixture
def mortal(built: Path, tmp_path: Path) -> Iterator[Studio]:
    """A studio of its own, to be killed."""
    with opened(tmp_path / "mortal") as found:
        yield found


def test_a_painted_mask_outlives_a_reload_and_a_dead_studio(visit: Visit, mortal: Studio, trouble: Trouble) -> None:
    trouble.allow("net::ERR_CONNECTION_REFUSED|net::ERR_CONNECTION_RESET|net::ERR_EMPTY_RESPONSE")
    trouble.allow("net::ERR_CONTENT_LENGTH_MISMATCH")
    trouble.allow("WebSocket connection to .* failed|WebSocket is closed")
    asset = mortal.upload(photo(480, 320), "disc.png")
    page = visit(f"/edit?asset={asset['id']}&tool=paint", of=mortal)
    stroke(page, easel(page), (0.45, 0.45), (0.55, 0.45))
    expect(page.get_by_role("button", name="Painted")).to_be_visible()
    mortal.stop(signal.SIGKILL)
    page.keyboard.press("x")
    stroke(page, easel(page), (0.1, 0.15), (0.2, 0.15))
    button(page).click()
    expect(page.get_by_role("alert").filter(has_text="The studio did not take the painted mask")).to_be_visible()
    page.wait_for_function(
        """() => new Promise((done) => {
            const asked = indexedDB.open("gesso.masks");
            asked.onsuccess = () => {
                const all = asked.result.transaction("masks").objectStore("masks").count();
                all.onsuccess = () => done(all.result > 0);
            };
        })"""
    )
    page.wait_for_timeout(1_000)  # A draft is written half a second after the last stroke.
    mortal.start()
    page.reload()
    easel(page)
    expect(page.get_by_role("button", name="Painted")).to_be_visible()
    result = cut_out(page)
    run = mortal.api("GET", f"/api/assets/{result}/recipe")["run"]
    mask = picture.load(mortal.ask("GET", f"/api/assets/{run['input']['mask']}/file").content)
    assert set(np.unique(mask[..., 0])) == {0, 128, 255}


def test_on_a_phone_the_form_is_a_sheet(visit: Visit, source: dict[str, Any]) -> None:
    page = visit(f"/edit?asset={source['id']}", width=390, height=844, touch=True)
    expect(button(page)).to_be_enabled()
    assert overflow(page) == []
    page.get_by_role("button", name="Settings").tap()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("Keep and remove")).to_be_visible()
    axe(page)
    sheet.get_by_role("button", name="Paint on the picture").tap()
    easel(page)
    assert overflow(page) == []
    axe(page)


@pytest.mark.row("U1", "U3")
def test_a_picture_is_enlarged_and_compared_at_its_new_size(visit: Visit, studio: Studio) -> None:
    small = studio.upload(photo(120, 80), "small.png")
    page = visit(f"/upscale?asset={small['id']}")
    page.get_by_role("radio", name="4×").check(force=True)
    button(page, "Upscale").click()
    expect(line(page)).to_be_visible(timeout=RUN_MS)
    made = studio.api("GET", f"/api/assets/{shown(page)}")
    assert (made["width"], made["height"]) == (480, 320)
    page.keyboard.press("1")
    wide = "Math.round([...document.querySelectorAll('main [role=group] img')].at(-1).getBoundingClientRect().width)"
    page.wait_for_function(f"() => {wide} === 480")
    expect(page.get_by_role("navigation", name="Latest results").locator("[data-version]")).to_have_count(2)
    axe(page)


def test_a_logo_has_a_field_of_its_own_and_what_is_missing_is_said(visit: Visit, studio: Studio) -> None:
    asset = studio.upload(photo(120, 80), "ground.png")
    page = visit(f"/edit?asset={asset['id']}&op=image.annotate")
    expect(page.get_by_text("Needed: Text")).to_be_visible()
    expect(page.get_by_role("button", name="Add a picture")).to_have_count(0)
    page.get_by_role("radio", name="Logo").check(force=True)
    expect(page.get_by_role("group", name="Logo", exact=True)).to_be_visible()
    expect(page.get_by_text("Needed: Logo")).to_be_visible()
