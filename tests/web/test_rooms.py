"""Every result goes to every other room in one click, and Back leads to where it came from."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect

from gesso.imaging import film, mesh
from tests.conftest import photo
from tests.imaging.test_casts import box
from tests.web.browser import Trouble
from tests.web.conftest import Visit
from tests.web.studio import Studio

MADE_MS = 60_000
"""The first run also starts the process that works on pixels."""


def reel() -> bytes:
    """A second of a bar that grows, with a hum."""
    writer = film.Writer(96, 64, 12, sound=np.sin(np.arange(film.RATE) / 20).astype(np.float32) * 0.3)
    for number in range(12):
        seen = np.zeros((64, 96, 3), np.uint8)
        seen[:, : 8 * (number + 1)] = (200, 90, 30)
        writer.add(seen)
    return writer.done()


def sent(page: Page, place: Page | Locator, item: str, where: str, more: str = "More actions") -> str:
    """Chooses it where it is seen, or in the menu; the id of the picture that the other room has then, by its
    address."""
    before = page.url
    menu, button = (place.get_by_role("button", name=name, exact=True) for name in (more, item))
    expect(menu.last).to_be_attached()
    if button.count() == 0:
        menu.last.click()
        # Its key stands beside its name.
        button = page.get_by_role("menuitem", name=re.compile(rf"^{re.escape(item)}( \w)?$"))
    button.last.click()
    page.wait_for_url(re.compile(where), timeout=MADE_MS)
    assert page.url != before
    found = re.search(r"[?&]asset=([0-9a-f-]{36})", page.url)
    if found is not None and "op=video.from_images" not in page.url:
        # It is not only named there, it is seen.
        expect(page.get_by_role("main").locator(f"img[src*='{found[1]}']").first).to_be_visible()
    return found[1] if found else ""


def back(page: Page, to: str) -> None:
    page.go_back()
    expect(page).to_have_url(to)


def test_every_kind_of_result_goes_from_its_viewer_to_the_other_rooms(
    visit: Visit, studio: Studio, trouble: Trouble
) -> None:
    # A picture is read from what was drawn: that waits for the drawing.
    trouble.allow("GPU stall due to ReadPixels")
    still = studio.upload(photo(320, 240), "disc.png")
    studio.api("PATCH", f"/api/assets/{still['id']}", {"caption": "a red disc on grey"})
    moves = studio.upload(reel(), "bar.mp4")
    body = studio.upload(mesh.glb(box()), "box.glb")
    page = visit("/library")

    def parent(asset: str) -> Any:
        return studio.api("GET", f"/api/assets/{asset}")["parents"]

    for asset, kind, ways in (
        (
            still,
            "",
            (
                ("Control", r"/control\?asset="),
                ("Start from this picture", r"/create"),
                ("Put on the line of a sequence", r"/transform\?.*op=video.from_images"),
                ("Use its caption as the prompt", r"/create"),
            ),
        ),
        (
            moves,
            "frame",
            (
                ("Edit this frame", r"/edit\?asset="),
                ("Use this frame as reference", r"/create"),
                ("Speak with this sound", r"/transform\?op=video.avatar"),
            ),
        ),
        (body, "view", (("Control by this view", r"/control\?asset="), ("Start from this view", r"/create"))),
    ):
        viewer = f"{studio.url}/library?view={asset['id']}"
        page.goto(viewer)
        dialog = page.get_by_role("dialog", name=asset["title"])
        if kind == "view":
            expect(page.get_by_role("application")).to_have_attribute("data-state", "ready", timeout=MADE_MS)
        if kind == "frame":
            page.get_by_role("slider", name="Position").press("End")
            expect(page.locator("[data-frame='11']")).to_be_visible()
        for item, where in ways:
            found = sent(page, dialog, item, where)
            if found and kind == "":
                assert found == asset["id"], item
            elif found and kind == "frame":
                assert parent(found) == [asset["id"]], item
                assert studio.runs()[0]["input"]["seconds"] > 0.8, "the frame that was seen"
            elif found:
                assert studio.api("GET", f"/api/assets/{found}")["facts"]["alpha"] is True
            if item == "Use its caption as the prompt":
                expect(page.get_by_role("textbox", name="Prompt")).to_have_value("a red disc on grey")
            if item.startswith("Start from"):
                drafts = page.evaluate("localStorage.getItem('gesso.drafts') ?? ''")
                assert asset["id"] in drafts or kind == "view"
            if item == "Speak with this sound":
                sound = studio.runs()[0]
                assert (sound["op"], sound["outputs"][0]["kind"]) == ("video.sound", "audio")
                assert sound["outputs"][0]["id"] in page.evaluate("localStorage.getItem('gesso.drafts') ?? ''")
            back(page, viewer)
            expect(dialog).to_be_visible()


def test_each_room_hands_on_what_it_made_and_back(visit: Visit, studio: Studio) -> None:
    made = studio.paint("a lighthouse", side=128)
    still = studio.upload(photo(320, 240), "disc.png")
    moves = studio.upload(reel(), "bar.mp4")
    compared = studio.api(
        "POST",
        "/api/comparisons",
        {"op": "image.generate", "input": made_of(made, studio), "axes": [{"field": "seed", "values": [1, 2]}]},
    )
    for cell in compared["cells"]:
        studio.over(cell["run"]["id"])
    page = visit("/create", keep={"gesso.feed": '{"state":{"scope":"all","grid":false},"version":0}'})
    rooms: tuple[tuple[str, str, str, str], ...] = (
        ("/create", "More actions", "Control", r"/control\?asset="),
        (f"/create?compare={compared['id']}", "Actions for 1", "Edit", r"/edit\?asset="),
        (f"/edit?asset={still['id']}", "More actions", "Transform", r"/transform\?asset="),
        (f"/upscale?asset={still['id']}", "More actions", "Control", r"/control\?asset="),
        (f"/control?asset={still['id']}", "More actions", "Transform", r"/transform\?asset="),
        (f"/transform?asset={still['id']}", "More actions", "Use as reference", r"/create"),
        (f"/transform?asset={still['id']}&show={moves['id']}", "More actions", "Control by this frame", r"/control\?"),
        (f"/library?asset={still['id']}", "More actions", "Put on the line of a sequence", r"/transform\?"),
    )
    for path, opener, item, where in rooms:
        page.goto(studio.url + path)
        sent(page, page, item, where, opener)
        back(page, studio.url + path)

    # Named by its address, a film waits in a room of pictures until one of its frames is taken.
    page.goto(f"{studio.url}/edit?asset={moves['id']}")
    page.get_by_role("button", name="Take this frame").click()
    expect(page.get_by_role("button", name=re.compile("^Remove background"))).to_be_visible(timeout=MADE_MS)
    assert moves["id"] not in page.url


def made_of(asset: dict[str, Any], studio: Studio) -> dict[str, Any]:
    """What made it."""
    told: dict[str, Any] = studio.api("GET", f"/api/runs/{asset['run']}")["input"]
    return {name: told[name] for name in ("prompt", "width", "height", "quality")}
