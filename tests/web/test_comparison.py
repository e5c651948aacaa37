"""Side by side: models and values at a price that is said before, voted on without names; and recipes that are dropped
or pasted into the form."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.imaging.test_recipes import INFOTEXT, png
from tests.web.browser import Trouble, axe, overflow, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio
from tests.web.test_create import PAINTED_MS, draft, prompt, stored

DROP = """
([name, type, bytes]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const happened = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.querySelector("main").dispatchEvent(happened);
}
"""
PASTE = """
(text) => {
  const transfer = new DataTransfer();
  transfer.setData("text/plain", text);
  const where = document.querySelector("[data-prompt]");
  where.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
}
"""

# Several things that are said at once stand above one another: each can be read and answered.
APART = """
() => {
  const toasts = [...document.querySelectorAll("[data-scope=toast][data-part=root]")];
  const boxes = toasts.map((toast) => toast.getBoundingClientRect());
  boxes.sort((one, other) => one.top - other.top);
  return boxes.length > 1 && boxes.every((box, i) => i === 0 || box.top >= boxes[i - 1].bottom);
}
"""


def setup(page: Page) -> Locator:
    page.get_by_role("button", name="More ways to run").click()
    page.get_by_role("menuitem", name="Compare…").click()
    return page.get_by_role("dialog", name="Compare side by side")


def only(dialog: Locator, *names: str) -> None:
    """Of the models, these."""
    group = dialog.get_by_role("group", name="Values").first
    group.get_by_role("checkbox", name="All", exact=True).uncheck()
    for name in names:
        group.get_by_role("checkbox", name=name, exact=True).check()


@pytest.mark.row("C1", "C5")
def test_models_are_compared_and_voted_on_without_their_names(visit: Visit, market: Studio) -> None:
    market.api("POST", "/api/credits/limit", {"balance": 100_000})
    page = visit("/create", of=market, keep=draft("a boat on a lake", seed=5))
    dialog = setup(page)
    only(dialog, "Sketchbook (offline, procedural)", "Gold leaf", "Dry tubes")
    go = dialog.get_by_role("button", name=re.compile("^Compare"))
    expect(go).to_contain_text("3 runs · $0.60")
    dialog.get_by_role("combobox", name="Down").click()
    page.get_by_role("option", name="Seed", exact=True).click()
    dialog.get_by_role("textbox", name="Values").fill("1-5/2")
    expect(dialog.get_by_text("You have $1.00: the first")).to_be_visible()
    expect(go).to_be_disabled()
    dialog.get_by_role("combobox", name="Down").click()
    page.get_by_role("option", name="Nothing", exact=True).click()
    expect(go).to_be_enabled()
    axe(page)
    shot(page, "comparison-setup-dark")
    go.click()

    expect(page).to_have_url(re.compile(r"/create\?compare=[0-9a-f-]{36}"))
    table = page.get_by_role("table", name="Comparison")
    heads = table.get_by_role("columnheader")
    expect(heads).to_have_text(["Sketchbook (offline, procedural)", "Dry tubes", "Gold leaf"])
    expect(table.locator("figure img")).to_have_count(2, timeout=PAINTED_MS)
    expect(table.get_by_text("The paint ran dry.")).to_be_visible()
    expect(page.get_by_text("2 of 3 ready · $0.60 spent")).to_be_visible()
    table.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("2 tries")).to_have_count(0)
    table.get_by_role("button", name="Accept Gold leaf").click()
    expect(page.get_by_text("$0.60 for each accepted picture")).to_be_visible()

    # Without names: the keys say which is better.
    page.get_by_role("button", name="Vote without names").click()
    ballot = page.get_by_role("dialog", name="Which is better?")
    expect(ballot.get_by_text("1 of 1")).to_be_visible()
    for name in ("Gold leaf", "Sketchbook"):
        expect(ballot.get_by_text(name)).to_have_count(0)
    axe(page, within="[role=dialog]")
    shot(page, "comparison-ballot-dark")
    page.keyboard.press("ArrowLeft")
    expect(ballot.get_by_text("Here are the names")).to_be_visible()
    tally = ballot.get_by_role("table")
    expect(tally.get_by_text("1 vote")).to_be_visible()
    expect(tally.get_by_role("rowheader", name="Gold leaf")).to_be_visible()
    page.keyboard.press("Escape")
    expect(ballot).to_be_hidden()

    page.get_by_role("button", name="Zoom together").click()
    expect(table.get_by_role("group")).to_have_count(2)
    page.keyboard.press("1")
    expect(page.get_by_role("button", name=re.compile("^Zoom 100"))).to_be_visible()
    page.get_by_role("button", name="Zoom together").click()
    axe(page)
    shot(page, "comparison-dark")
    page.get_by_role("button", name="Save as one picture").click()
    page.get_by_role("button", name="Show", exact=True).click(timeout=PAINTED_MS)
    expect(page.get_by_role("dialog", name="a boat on a lake")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="All comparisons").click()
    expect(
        page.get_by_role("region", name="Comparisons").get_by_role("button", name=re.compile("^a boat"))
    ).to_be_visible()

    # Named anew, thrown away, taken back; what it made stays.
    earlier = page.get_by_role("region", name="Comparisons")
    page.get_by_role("button", name=re.compile("^Actions for the comparison")).click()
    page.get_by_role("menuitem", name="Rename…").click()
    page.get_by_role("textbox", name="Title").fill("Boats")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Actions for the comparison “Boats”").click()
    page.get_by_role("menuitem", name="Move to trash").click()
    expect(earlier.get_by_text("Nothing has been compared yet.")).to_be_visible()
    page.get_by_role("button", name="Trash", exact=True).click()
    expect(earlier.get_by_role("button", name=re.compile("^Boats"))).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Undo").click()
    expect(earlier.get_by_text("No comparison is in the trash.")).to_be_visible()
    page.get_by_role("button", name="Trash", exact=True).click()
    expect(earlier.get_by_role("button", name=re.compile("^Boats"))).to_be_visible()
    page.get_by_role("button", name="Back to the results").click()
    expect(page).to_have_url(re.compile(r"/create$"))
    market.api("DELETE", "/api/credits/limit")


@pytest.mark.row("C5")
def test_a_grid_of_two_axes_fits_a_phone_and_light(visit: Visit, studio: Studio) -> None:
    wanted = {
        "op": "image.generate",
        "input": {"prompt": "a red barn", "width": 256, "height": 256, "quality": "draft", "seed": 3},
        "axes": [
            {"field": "style", "values": "watercolour, oil, linocut"},
            {"field": "prompt", "find": "red", "values": "red, blue"},
        ],
    }
    made = studio.api("POST", "/api/comparisons", wanted)
    for cell in made["cells"]:
        studio.over(cell["run"]["id"])
    studio.api("POST", f"/api/comparisons/{made['id']}/votes", {"winner": 0, "loser": 1})
    page = visit(f"/create?compare={made['id']}", theme="light")
    table = page.get_by_role("table", name="Comparison")
    expect(table.locator("figure img")).to_have_count(6, timeout=PAINTED_MS)
    expect(table.get_by_role("rowheader")).to_have_text(["redred", "redblue"])
    axe(page)
    shot(page, "comparison-light")
    phone = visit(f"/create?compare={made['id']}", width=390, height=844, touch=True)
    expect(phone.get_by_role("table", name="Comparison").locator("figure img")).to_have_count(6)
    assert overflow(phone) == []
    axe(phone)
    shot(phone, "comparison-phone")


@pytest.mark.row("C9")
def test_a_recipe_fills_the_form_and_what_has_no_place_is_said(visit: Visit, studio: Studio, trouble: Trouble) -> None:
    page = visit("/create", keep=draft("my own words"))
    expect(prompt(page)).to_have_value("my own words")
    page.evaluate(DROP, ["fox.png", "image/png", [*png(parameters=INFOTEXT)]])
    expect(prompt(page)).to_have_value(re.compile("^a red fox in the snow"))
    said = page.get_by_text(re.compile("Not taken over: .*sd_xl_base"))
    expect(said).to_be_visible()
    values = stored(page)["values"]
    assert (values["seed"], values["width"], values["steps"], values["negative_prompt"]) == (
        3141592653,
        768,
        28,
        "blurry, low quality\nwatermark",
    )
    shot(page, "recipe-restored-dark")
    page.get_by_role("button", name="Undo").click()
    expect(prompt(page)).to_have_value("my own words")
    prompt(page).focus()
    page.evaluate(PASTE, INFOTEXT)
    expect(prompt(page)).to_have_value(re.compile("^a red fox"))

    # On the prompt itself a picture becomes a reference, and its recipe is offered.
    prompt(page).fill("my own words")
    page.evaluate(DROP.replace('"main"', '"[data-prompt]"'), ["fox.png", "image/png", [*png(parameters=INFOTEXT)]])
    expect(page.get_by_role("button", name=re.compile("^Reference 1: fox"))).to_be_visible()
    page.wait_for_function(APART)
    page.get_by_role("button", name="Use this recipe").click()
    expect(prompt(page)).to_have_value(re.compile("^a red fox"))

    # A picture that says nothing is taken in, as anywhere.
    trouble.allow(r"answer: 404 POST /api/recipes/read")
    with page.expect_response(lambda answer: answer.url.endswith("/api/assets")) as taken:
        page.evaluate(DROP, ["plain.png", "image/png", [*png(other="nothing")]])
    assert taken.value.status == 201
    expect(page.get_by_text("plain.png")).to_be_visible()

    # In the library its details show what the file says; its keys take it into the form.
    asset = studio.upload(png(parameters=INFOTEXT), "fox.png")
    other = visit(f"/library?view={asset['id']}")
    other.get_by_role("button", name="Details").click()
    found = other.get_by_text("What its file says, by AUTOMATIC1111")
    expect(found).to_be_visible()
    expect(other.get_by_text("DPM++ 2M Karras")).to_be_visible()
    axe(other)
    shot(other, "recipe-details-dark")
    other.keyboard.press("s")
    expect(other).to_have_url(re.compile("/create"))
    assert stored(other)["values"]["seed"] == 3141592653
