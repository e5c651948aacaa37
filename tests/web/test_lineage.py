"""Where a picture came from and what came of it; two pictures held against each other; texts; a recipe elsewhere."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.web.browser import axe
from tests.web.conftest import Visit
from tests.web.studio import Studio


def test_a_lineage_is_walked_by_keys_and_a_recipe_goes_to_another_model(visit: Visit, market: Studio) -> None:
    run = market.run({"prompt": "a boat", "seed": 5, "width": 256, "height": 256}, offer="stall/small")
    first = run["outputs"][0]["id"]
    children = [market.run({"image": first, "turn": 90}, "image.rotate")["outputs"][0]["id"] for _ in range(2)]
    text = market.upload("One \u202etwo\u202c <script>alert(1)</script>".encode(), "note.txt")
    page = visit(f"/lineage?asset={first}", of=market)
    card = page.locator(f"[data-node='{first}']")
    expect(card).to_have_attribute("aria-current", "true")
    expect(card).to_have_accessible_name(re.compile("^a boat, Picture, .*2 made of it"))
    axe(page)
    card.focus()
    page.keyboard.press("ArrowRight")
    focused = "document.activeElement.dataset.node"
    assert page.evaluate(focused) in children
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == first
    page.keyboard.press("Enter")
    page.wait_for_url(f"**view={first}")

    # The same recipe by another, with its price and what is lost of it before.
    page.get_by_role("dialog").get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Again by another model").click()
    asked = page.get_by_role("dialog", name="The same recipe by another model")
    expect(asked.get_by_role("radio")).not_to_have_count(0)
    asked.get_by_text("Slow oils").click()
    asked.get_by_role("button", name="Make it · Free").click()
    expect(asked).to_have_count(0)
    again = market.over(market.runs()[0]["id"])
    assert (again["offer"], again["rerun_of"]) == ("stall/slow", run["id"])

    # Beside what it is like, and in words as well; on a phone too.
    page = visit(f"/lineage?asset={first}&as=list", of=market, width=390, height=800, touch=True)
    expect(page.get_by_role("heading", name="The same recipe again")).to_be_visible()
    axe(page)

    # The two held against each other.
    page = visit(f"/lineage?asset={first}&view={again['outputs'][0]['id']}", of=market)
    changes = market.api("GET", f"/api/assets/{again['outputs'][0]['id']}/changes?against={first}")
    assert "offer" in [item["name"] for item in changes["items"]]

    # A text is letters, and what is hidden in it is not.
    page = visit(f"/library?view={text['id']}", of=market, theme="light")
    shown = page.get_by_role("dialog").locator("pre")
    expect(shown).to_contain_text("<script>alert(1)</script>")
    expect(shown.locator("mark")).to_have_text(["U+202E", "U+202C"])
    axe(page)
