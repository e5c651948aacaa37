"""A board's whole way: made of what was selected, opened by a stranger with a password, talked about, closed again."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.conftest import photo
from tests.web.browser import Trouble, axe, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes

WEIGHT = 60_000
"""Bytes of script and style that whoever comes by a link fetches at most, as they travel."""


def weighed(page: Page) -> Callable[[], int]:
    """What the page has fetched of scripts and styles."""
    total = 0

    def count(response: object) -> None:
        nonlocal total
        url = getattr(response, "url", "")
        if re.search(r"/assets/.*\.(js|css)$", url):
            total += int(response.headers.get("content-length", "0"))  # type: ignore[attr-defined]

    page.on("response", count)
    return lambda: total


def test_a_board_is_made_shown_to_a_stranger_and_closed(visit: Visit, studio: Studio, trouble: Trouble) -> None:
    ids = [studio.upload(photo(320 + 40 * n, 240), f"idea {n}.png")["id"] for n in range(3)]
    page = visit("/library?place=uploads")
    for n in (2, 1, 0):
        page.get_by_role("gridcell", name=f"idea {n}").first.locator("[data-check]").click(force=True)
    page.get_by_role("toolbar").get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share 3 pictures")
    dialog.get_by_role("textbox", name="Title").fill("Ideas for Anna")
    dialog.get_by_role("button", name="Go on").click()

    sharing = page.get_by_role("dialog", name="Share “Ideas for Anna”")
    sharing.get_by_role("button", name="New link").click()
    sharing.get_by_role("textbox", name="What you call it").fill("Anna")
    sharing.get_by_role("radio", name="May comment").check(force=True)
    sharing.get_by_role("textbox", name="Password").fill("chalk and glue")
    sharing.get_by_role("switch", name="Downloads").check(force=True)
    axe(page, within="[role=dialog]")
    sharing.get_by_role("button", name="Make the link").click()
    url = sharing.locator("code").inner_text()
    assert re.search(r"/s/board_[\w-]{43}$", url)
    shot(page, "boards-sharing")
    page.keyboard.press("Escape")
    axe(page)
    shot(page, "boards-open")

    # Another order, by keys.
    first = page.locator("[data-id]").first
    moved = first.get_attribute("data-id")
    first.focus()
    page.keyboard.press("Alt+ArrowRight")
    (board,) = [each["id"] for each in studio.api("GET", "/api/boards")["items"]]

    def order() -> list[str]:
        return [each["asset"]["id"] for each in studio.api("GET", f"/api/boards/{board}/items")["items"]]

    becomes(lambda: order().index(str(moved)), 1)
    assert sorted(order()) == sorted(ids)

    # Somebody without an account, in a browser that has nothing but the link.
    trouble.allow(r"answer: 401 POST /api/shared/.*/open")
    stranger = visit("/icon.svg", signed_in=False, width=390, height=844, theme="light")
    weight = weighed(stranger)
    stranger.goto(url)
    stranger.get_by_label("Password").fill("chalk and gum")
    stranger.get_by_role("button", name="Open the board").click()
    expect(stranger.get_by_role("alert")).to_contain_text("not the password")
    axe(stranger)
    shot(stranger, "shared-door-light-390")
    stranger.get_by_label("Password").fill("chalk and glue")
    stranger.get_by_role("button", name="Open the board").click()
    expect(stranger.get_by_role("heading", name="Ideas for Anna")).to_be_visible()
    tiles = stranger.get_by_role("list", name="Pictures").get_by_role("listitem")
    expect(tiles).to_have_count(3)
    assert 1_000 < weight() < WEIGHT
    axe(stranger)
    shot(stranger, "shared-light-390")
    with stranger.expect_download() as saved:
        stranger.get_by_role("link", name="Download all").click()
    assert saved.value.suggested_filename == "Ideas for Anna.zip"

    stranger.get_by_role("button", name="Picture 1").click()
    viewer = stranger.get_by_role("dialog")
    viewer.locator(".picture img").click(position={"x": 80, "y": 60})
    viewer.get_by_role("textbox", name="Comment").fill("<b>Warmer</b> here, please")
    viewer.get_by_role("button", name="Send").click()
    stranger.get_by_role("textbox", name="Name").fill("Anna <i>B.</i>")
    stranger.get_by_role("button", name="Go on").click()
    expect(viewer.get_by_text("<b>Warmer</b> here, please")).to_be_visible()
    expect(viewer.get_by_role("button", name="Comment 1 by Anna <i>B.</i>")).to_be_visible()
    axe(stranger)
    shot(stranger, "shared-viewer-light-390")
    stranger.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("heading", name="Picture 2")).to_be_visible()
    viewer.get_by_role("button", name="Approve").click()
    expect(viewer.get_by_role("button", name="Approved")).to_be_visible()
    becomes(lambda: len(studio.api("GET", "/api/assets?status=approved")["items"]), 1)

    # The team sees it come in, and answers.
    page.get_by_role("button", name=re.compile("1 open comment")).click()
    talk = page.get_by_role("dialog")
    expect(talk.get_by_text("<b>Warmer</b> here, please")).to_be_visible()
    axe(page, within="[role=dialog]")
    shot(page, "boards-talk")
    talk.get_by_role("button", name="Resolve").click()
    expect(talk.get_by_role("button", name="Open again")).to_be_visible()
    page.keyboard.press("Escape")

    # Closed, it shows nothing more: not even what it had shown.
    page.get_by_role("button", name="Share").click()
    sharing.get_by_role("button", name="Revoke").click()
    expect(sharing.get_by_text("No link leads here yet", exact=False)).to_be_visible()
    trouble.allow(r"answer: 404 GET /(s|api/shared)/")
    pictures = stranger.locator(".tile img").evaluate_all("all => all.map(each => each.src)")
    assert [stranger.request.get(each).status for each in pictures] == [404] * 3
    stranger.reload()
    expect(stranger.get_by_role("heading", name="Nothing is here")).to_be_visible()
    axe(stranger)
