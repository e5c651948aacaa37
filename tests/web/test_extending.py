"""More picture for platforms, bought of a provider: at the price that was said, refused, lost, and stopped."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from gesso.dev.fakes.stability import Stability
from tests.conftest import photo
from tests.web.browser import shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes
from tests.web.test_edit import RUN_MS
from tests.web.test_heeded import models

FREE_TO_GO = re.compile(r"^Extend.*\$0[.]04$")


def test_more_picture_is_bought_once_at_the_price_that_was_said(
    visit: Visit, shop: Studio, stability: Stability
) -> None:
    source = shop.upload(photo(600, 400), "a disc to extend.png")["id"]
    before = len(stability.orders)
    page = visit(f"/social?image={source}&formats=instagram.story,instagram.feed_square", of=shop)
    page.get_by_role("radiogroup", name="Crop", exact=True).get_by_role("radio", name="Fit").check()
    panel = page.get_by_role("dialog", name="Extend the picture")
    story = page.get_by_role("button", name="Extend the picture: Story")
    square = page.get_by_role("button", name="Extend the picture: Feed Square")

    # Both, each with its price; nothing is bought before.
    page.get_by_role("button", name="Extend all that are padded (2)").click()
    models(page, "Stability Outpaint")
    expect(panel.get_by_text(re.compile(r"^600 × 400 → 1080 × \d+ · \$0[.]04$"))).to_have_count(2)
    buy = panel.get_by_role("button", name=re.compile(r"^Extend to 2 shapes\s*\$0[.]08$"))
    expect(buy).to_be_enabled()
    shot(page, "social extend paid")
    assert len(stability.orders) == before
    panel.get_by_role("checkbox", name="Instagram Feed Square").uncheck()

    # Refused: said, nothing is charged, and tried again from there.
    stability.plan = ["403"]
    panel.get_by_role("button", name=FREE_TO_GO).click()
    expect(panel).to_be_hidden()
    expect(page.get_by_role("alert").filter(has_text="moderation")).to_be_visible(timeout=RUN_MS)
    assert len(stability.orders) == before
    page.get_by_role("button", name="Try again …").click()
    panel.get_by_role("button", name=FREE_TO_GO).click()
    expect(page.get_by_text("· Extended")).to_have_count(1, timeout=RUN_MS)
    run = shop.runs()[0]
    assert (run["offer"], run["spent"], len(stability.orders)) == ("stability/outpaint", 4000, before + 1)

    # A provider that dies may have accepted: nobody asks it twice, and the edges are as they were.
    expect(story).to_have_count(0)
    stability.plan = ["cut after"]
    square.click()
    panel.get_by_role("button", name=FREE_TO_GO).click()
    lost = page.get_by_role("alert").filter(has_text="accepted")
    expect(lost).to_be_visible(timeout=RUN_MS)
    shot(page, "social extend lost")
    expect(page.get_by_role("button", name="Try again …")).to_have_count(0)
    page.get_by_role("button", name="Leave it").click()
    expect(lost).to_have_count(0)
    assert shop.runs()[0]["state"] == "unknown"

    # Stopped while it is made: what was accepted is paid for, so it comes.
    stability.plan = ["hold"]
    square.click()
    panel.get_by_role("button", name=FREE_TO_GO).click()
    stop = page.get_by_role("button", name="Stop extending for Feed Square")
    becomes(lambda: stability.held, 1)
    stop.click()
    expect(stop).to_be_disabled()
    stability.free()
    expect(page.get_by_text("· Extended")).to_have_count(2, timeout=RUN_MS)
    page.get_by_role("button", name=re.compile("^Export 2 files")).click()
    expect(page.get_by_text("2 files are ready").first).to_be_visible(timeout=RUN_MS)
    made = shop.runs()[0]
    assert {one["facts"]["padded"] for one in made["outputs"]} == {False}
    paid = [run["spent"] for run in shop.runs() if run["op"] == "image.outpaint" and run["input"]["image"] == source]
    # The last, the one of which nobody knows yet, the one tried again, and the refused.
    assert paid == [4000, 0, 4000, 0]
