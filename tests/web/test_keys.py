"""From the door to a favourite picture without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.web.conftest import Visit
from tests.web.studio import PASSWORD, Studio, becomes
from tests.web.test_create import PAINTED_MS, button, card, tiles

FOCUSED = """() => {
    const one = document.activeElement;
    const labels = [...(one?.labels ?? [])].map((label) => label.textContent).join(" ");
    return one?.getAttribute("aria-label") || labels || one?.textContent || "";
}"""
SEEN = """() => {
    // It, or the field around it, looks otherwise than without the focus.
    const one = document.activeElement;
    const near = [one, one.parentElement, one.parentElement?.parentElement].filter(Boolean);
    const look = () => near.map((each) => {
        const { outlineStyle, outlineWidth, boxShadow, borderTopColor, backgroundColor } = getComputedStyle(each);
        return [outlineStyle, outlineWidth, boxShadow, borderTopColor, backgroundColor].join();
    }).join();
    for (const each of near) each.style.transition = "none";
    const with_focus = look();
    one.blur();
    const without = look();
    one.focus();
    return with_focus !== without;
}"""


def test_from_the_door_to_a_favourite_without_a_mouse(visit: Visit, studio: Studio) -> None:
    page = visit("/welcome", signed_in=False)
    keys = page.keyboard
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()

    def tab_to(name: str, most: int = 60) -> None:
        """Tab, until what has the focus is called so."""
        for _ in range(most):
            keys.press("Tab")
            focused: str = page.evaluate(FOCUSED)
            assert page.evaluate(SEEN), f"Nobody sees that {focused!r} has the focus."
            if re.search(name, focused):
                return
        raise AssertionError(f"{most} times Tab did not lead to {name}")

    tab_to("^Name")
    keys.type(studio.owner)
    tab_to("^Password")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_contain_text(studio.owner)
    keys.press("g")
    keys.press("c")
    expect(button(page)).to_be_visible()
    keys.press("/")
    expect(page.locator("[data-prompt]")).to_be_focused()
    keys.type("a key in a keyhole")
    expect(button(page)).to_be_enabled()
    keys.press("Control+Enter")
    run = card(page, "a key in a keyhole")
    expect(tiles(run)).to_have_count(1, timeout=PAINTED_MS)
    tab_to("^Open a key in a keyhole")
    keys.press("f")
    expect(page.get_by_role("button", name="No longer a favourite")).to_have_count(1)
    asset = studio.over(studio.runs()[0]["id"])["outputs"][0]
    becomes(lambda: studio.api("GET", f"/api/assets/{asset['id']}")["favorite"], True)
