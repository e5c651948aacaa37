"""A brand kit in the browser: written with what it looks like in sight, worn by a picture, warned of, thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from gesso.imaging import picture
from tests.web.browser import axe, overflow, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, opened


@pytest.fixture(scope="module")
def house(built: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose team has no kit yet, and a logo in its library."""
    with opened(tmp_path_factory.mktemp("brand")) as found:
        out = BytesIO()
        Image.new("RGB", (200, 100), (20, 33, 61)).save(out, "PNG")
        found.upload(out.getvalue(), "logo.png")
        yield found


@pytest.mark.row("C7")
def test_a_kit_is_written_worn_warned_of_and_thrown_away(house: Studio, visit: Visit) -> None:
    page = visit("/settings?part=brand", of=house)
    expect(page.get_by_role("heading", name="Your brand, in every picture")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="New kit").click()
    expect(page).to_have_url(re.compile("kit=new"))
    page.get_by_label("Name", exact=True).fill("Northwind")
    page.get_by_label("Voice").fill("calm and clear")
    page.get_by_label("Name of Colour 1").fill("deep blue")
    page.get_by_label("Words to use").fill("hand-made, open sky")
    page.get_by_label("What pictures show").fill("room to breathe")
    page.get_by_label("What they never show").fill("crowds")
    page.get_by_label("Words to avoid").fill("castle → lake\ncheap")
    page.get_by_label("A prompt", exact=True).fill("a cheap castle")
    told = page.get_by_role("definition")
    expect(told.first).to_contain_text(
        "a cheap lake, calm and clear, hand-made, open sky, room to breathe, in the colours deep blue #14213d"
    )
    expect(told.last).to_have_text("castle, cheap, crowds")
    page.get_by_role("button", name="Choose, drop or paste a picture").first.click()
    page.get_by_role("dialog").get_by_role("button", name="logo").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    axe(page)
    shot(page, "brand-editor")
    page.get_by_role("button", name="Save", exact=True).click()
    card = page.get_by_role("listitem").filter(has_text="Northwind")
    expect(card).to_contain_text("calm and clear")
    page.get_by_role("button", name="More for Northwind").click()
    page.get_by_role("menuitem", name="Use by default").click()
    expect(card).to_contain_text("Default")
    axe(page)
    shot(page, "brand-kits")

    # A new draft begins with the team's default, and says so; taken off, it stays off.
    page.goto("/create")
    chip = page.get_by_role("button", name="Brand: Northwind")
    expect(chip).to_be_visible()
    page.get_by_role("textbox", name="Prompt").fill("a castle by the sea")
    shot(page, "brand-create")
    axe(page)
    page.get_by_role("button", name="Generate").first.click()
    expect(page.get_by_role("article", name="Run: a castle by the sea")).to_be_visible()
    run = house.over(house.runs()[0]["id"])
    assert run["input"]["own_brand"]["title"] == "Northwind"
    assert "#14213d" in " ".join(run["understood"])
    # What it shows and what it never shows are kept with the run, and each is heeded or said to be not.
    own = run["input"]["own_brand"]
    assert (own["use"], own["dos"], own["donts"]) == (["hand-made", "open sky"], ["room to breathe"], ["crowds"])
    assert "hand-made" in " ".join([*run["understood"], *run["ignored"]])
    chip.click()
    page.get_by_role("menuitem", name="None").click()
    expect(page.get_by_role("button", name="Brand: None")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Brand: None")).to_be_visible()

    out = BytesIO()
    Image.new("RGB", (300, 200), (30, 190, 30)).save(out, "PNG")
    green = house.upload(out.getvalue(), "cheap.png")
    page.goto(f"/library?view={green['id']}")
    page.get_by_role("button", name="Details").click()
    line = page.get_by_role("region", name="Brand")
    expect(line).to_contain_text("3 notes on Northwind")
    expect(line).to_contain_text("The title says “cheap”.")
    expect(line).to_contain_text("#1ebe1e")
    shot(page, "brand-line")

    # What leaves the studio carries the logo, where that was asked for.
    out = BytesIO()
    Image.new("RGB", (300, 200), (30, 190, 30)).save(out, "PNG")
    meadow = house.upload(out.getvalue(), "meadow.png")
    page.goto(f"/convert?images={meadow['id']}&way=convert")
    page.get_by_role("radio", name="PNG").check()
    page.get_by_role("button", name=re.compile("^Advanced")).click()
    page.get_by_role("button", name=re.compile("^Brand: ")).click()
    page.get_by_role("menuitem", name=re.compile("^Northwind")).click()
    page.get_by_role("button", name="Convert 1 picture Free").click()
    expect(page.get_by_text(re.compile("^1 of 1 done"))).to_be_visible(timeout=60_000)
    made = house.runs()[0]["outputs"][0]
    pixels = picture.load(house.ask("GET", made["file"]).content)[..., :3]
    changed = (pixels != (30, 190, 30)).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert (rows.min() > 100, columns.min() > 150) == (True, True), "in its corner"
    assert (pixels[changed] == (20, 33, 61)).all(axis=1).mean() > 0.8

    phone = visit(
        "/settings?part=brand&kit=new", of=house, width=390, height=844, touch=True, locale="de-AT", theme="light"
    )
    expect(phone.get_by_label("Stimme")).to_be_visible()
    assert overflow(phone) == []
    axe(phone)
    shot(phone, "brand-phone")

    page.goto("/settings?part=brand")
    page.get_by_role("button", name="More for Northwind").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("heading", name="Your brand, in every picture")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(card).to_contain_text("Default")
