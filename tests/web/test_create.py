"""Create: from a sentence to pictures, and all that can go otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import APIResponse, Locator, Page, Request, Route, WebSocketRoute, expect

from tests.conftest import photo
from tests.web.browser import Trouble, axe
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes

SLOW, FAILING, DEAR, SMALL, LOST = (f"stall/{model}" for model in ("slow", "failing", "dear", "small", "lost"))
PAINTED_MS = 60_000
"""The first picture also starts the process that paints; on a busy machine that takes a while."""
DOLLAR = 100_000
"""Thousandths of a credit."""
EVERYTHING = {"gesso.feed": json.dumps({"state": {"scope": "all", "grid": False}, "version": 0})}
"""A browser that shows what was made before, too."""


def draft(prompt: str, offer: str | None = None, **values: object) -> dict[str, str]:
    """What a browser keeps of a form that was filled in."""
    filled = {"prompt": prompt, "width": 256, "height": 256, "quality": "draft", **values}
    drafts = {"image.generate": {"offer": offer, "values": filled}}
    return {"gesso.drafts": json.dumps({"state": {"drafts": drafts}, "version": 1})}


def prompt(page: Page) -> Locator:
    return page.locator("[data-prompt]")


def button(page: Page) -> Locator:
    """The one that runs it."""
    return page.get_by_role("button", name=re.compile("^(Generate|Starting|Over budget)"))


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("article", name=f"Run: {title}", exact=True)


def tiles(card: Locator) -> Locator:
    return card.get_by_role("button", name=re.compile("^Open "))


def more(page: Page, tile: Locator, action: str) -> None:
    """Does it from the tile's menu, with the mouse."""
    figure = page.locator("figure").filter(has=tile)
    figure.hover()
    figure.get_by_role("button", name="More actions").click()
    # Beside a name its key stands.
    page.get_by_role("menuitem", name=re.compile(rf"^{re.escape(action)}(?: ?\S{{1,6}})?$")).click()


def stored(page: Page) -> dict[str, Any]:
    """What the form holds."""
    text = page.evaluate("localStorage.getItem('gesso.drafts')")
    values: dict[str, Any] = json.loads(text)["state"]["drafts"]["image.generate"]
    return values


# --- The way of a picture -----------------------------------------------------------------------------------


@pytest.mark.row("C1", "C10")
def test_a_sentence_becomes_a_picture_at_the_price_that_the_button_said(visit: Visit, studio: Studio) -> None:
    page = visit("/create")
    expect(page.get_by_text("Needed: Prompt")).to_be_visible()
    expect(button(page)).to_be_disabled()
    prompt(page).fill("a sailing boat on a calm lake")
    page.get_by_role("radio", name="Draft").check()
    expect(button(page)).to_be_enabled()
    expect(button(page)).to_contain_text("1 image")
    expect(button(page)).to_contain_text("Free")
    expect(page.get_by_text(re.compile(r"^About \d+ s"))).to_be_visible()
    button(page).click()
    run = card(page, "a sailing boat on a calm lake")
    expect(tiles(run)).to_have_count(1, timeout=PAINTED_MS)
    expect(run).to_contain_text("1024 × 1024")
    expect(run).to_contain_text("Free")
    expect(prompt(page)).to_have_value("a sailing boat on a calm lake")
    shown = tiles(run).locator("img")
    assert shown.evaluate("async (one) => { await one.decode(); return one.naturalWidth; }") > 256
    assert studio.runs()[0]["input"]["quality"] == "draft"


def test_from_the_room_of_films_it_goes_to_words_alone(visit: Visit, studio: Studio) -> None:
    page = visit("/transform")
    page.get_by_role("button", name="Text to video").click()
    page.wait_for_url("**/create?op=video.from_text")
    expect(page.get_by_role("radio", name="Text to video")).to_be_checked()
    prompt(page).fill("a lighthouse at dusk, pull out")
    page.get_by_role("textbox", name="Length").fill("1")
    page.keyboard.press("Tab")
    page.get_by_role("radio", name="480p").check()
    expect(button(page)).to_contain_text("Free")
    expect(button(page)).to_be_enabled()
    button(page).click()
    made = card(page, "a lighthouse at dusk, pull out")
    expect(tiles(made)).to_have_count(1, timeout=PAINTED_MS)
    expect(made.get_by_text("only a camera moves over it")).to_be_visible()
    run = studio.runs()[0]
    assert (run["op"], run["input"]["seconds"], run["outputs"][0]["kind"]) == ("video.from_text", 1, "video")


@pytest.mark.row("C5")
def test_four_pictures_come_one_by_one(visit: Visit, market: Studio, trouble: Trouble) -> None:
    page = visit("/create", of=market, keep=draft("four coats of paint", SLOW, count=4))
    expect(button(page)).to_contain_text("4 images")
    button(page).click()
    run = card(page, "four coats of paint")
    expect(run.get_by_role("progressbar", name="Progress of the run")).to_be_visible()
    expect(run).to_contain_text(re.compile(r"[12] of 4 ready, about \d+ s left"))
    expect(page).to_have_title(re.compile(r"^\(1\) Create"))
    expect(page.get_by_role("button", name="Activity: 1 running")).to_be_visible()
    expect(tiles(run)).to_have_count(4)
    expect(run.get_by_role("progressbar")).to_have_count(0)
    expect(page).to_have_title("Create · Gesso")
    expect(page.get_by_role("status").filter(has_text="four coats of paint is done")).to_have_count(1)


def test_a_run_begun_while_the_runs_are_still_being_read_is_shown(visit: Visit, market: Studio) -> None:
    page = visit("/create", of=market, keep=draft("sooner than the list", SLOW))
    late: list[tuple[Route, APIResponse]] = []

    def read_but_held(route: Route) -> None:
        late.append((route, route.fetch()))

    def silent(socket: WebSocketRoute) -> None:
        """News would have the runs read again."""

    page.route_web_socket(re.compile("/api/ws$"), silent)
    page.route(re.compile(r"/api/runs\?"), read_but_held, times=2)
    page.reload()
    with page.expect_response(re.compile("/api/runs$")):
        button(page).click()
    assert len(late) == 2
    for route, answer in late:
        route.fulfill(response=answer)
    expect(card(page, "sooner than the list")).to_be_visible()


@pytest.mark.row("C5")
def test_a_run_that_is_stopped_keeps_what_was_made(visit: Visit, market: Studio) -> None:
    page = visit("/create", of=market, keep=draft("stopped halfway", SLOW, count=4))
    button(page).click()
    run = card(page, "stopped halfway")
    expect(tiles(run)).to_have_count(1)
    run.get_by_role("button", name="Cancel").click()
    expect(run).to_contain_text(re.compile(r"Cancelled, [123] of 4 made"))
    made = tiles(run).count()
    ended = market.over(market.runs()[0]["id"])
    assert (ended["state"], len(ended["outputs"])) == ("cancelled", made)


@pytest.mark.row("C10")
def test_words_that_will_be_ignored_are_said_before_and_after(visit: Visit, market: Studio) -> None:
    page = visit("/create", of=market, keep=draft("paint it quickly", SLOW))
    expect(page.get_by_text("Will be ignored: quickly")).to_be_visible()
    button(page).click()
    expect(card(page, "paint it quickly")).to_contain_text("Ignored: quickly")
    prompt(page).fill("paint it slowly")
    expect(page.get_by_text("Will be ignored")).to_have_count(0)


# --- The form -----------------------------------------------------------------------------------------------


@pytest.mark.row("C4")
def test_a_shape_is_chosen_or_typed(visit: Visit) -> None:
    page = visit("/create")
    shape = page.get_by_role("radiogroup", name="Shape")
    shape.get_by_role("radio", name="16:9").check()
    expect(shape).to_contain_text("1344 × 768")
    shape.get_by_role("radio", name="Own").check()
    page.get_by_role("spinbutton", name="Width").fill("640")
    page.get_by_role("spinbutton", name="Width").press("Enter")
    page.get_by_role("spinbutton", name="Height").fill("333")
    page.get_by_role("spinbutton", name="Height").press("Tab")
    expect(shape).to_contain_text("640 × 333")
    page.get_by_role("button", name="Swap").click()
    expect(shape).to_contain_text("333 × 640")
    page.get_by_role("spinbutton", name="Width").fill("99999")
    page.get_by_role("spinbutton", name="Width").press("Enter")
    expect(shape).to_contain_text("4096 × 640")


@pytest.mark.row("C4")
def test_a_seed_is_thrown_kept_typed_and_let_go(visit: Visit) -> None:
    page = visit("/create")
    page.get_by_role("button", name="Advanced").click()
    seed = page.get_by_role("spinbutton", name="Seed")
    expect(seed).to_have_value("")
    expect(page.get_by_text("Every run gets a new seed.")).to_be_visible()
    page.get_by_role("button", name="Throw the dice").click()
    expect(seed).not_to_have_value("")
    first = seed.input_value()
    page.get_by_role("button", name="Throw the dice").click()
    expect(seed).not_to_have_value(first)
    seed.fill("42")
    seed.press("Enter")
    page.get_by_role("button", name="A new seed every time").click()
    expect(seed).to_have_value("")
    page.get_by_role("button", name="Keep one seed").click()
    expect(seed).not_to_have_value("")


def test_the_same_seed_paints_the_same_picture(visit: Visit, studio: Studio) -> None:
    page = visit("/create", keep=draft("two green hills", seed=7))
    button(page).click()
    run = card(page, "two green hills")
    expect(tiles(run.first)).to_have_count(1, timeout=PAINTED_MS)
    button(page).click()
    expect(run).to_have_count(2)
    expect(tiles(run.nth(0))).to_have_count(1, timeout=PAINTED_MS)
    one, other = (studio.over(run["id"])["outputs"][0] for run in studio.runs()[:2])
    assert one["sha256"] == other["sha256"]
    assert one["id"] != other["id"]


@pytest.mark.row("C3")
def test_a_style_is_found_and_worn(visit: Visit, studio: Studio) -> None:
    page = visit("/create", keep=draft("a jug"))
    page.get_by_role("button", name=re.compile(r"^Browse \d+")).click()
    gallery = page.get_by_role("dialog", name="Style")
    expect(gallery).to_be_visible()
    every = gallery.get_by_role("button", pressed=False).count()
    gallery.get_by_role("textbox", name="Search styles").fill("ink")
    expect(gallery.get_by_role("button", name="Ink wash", exact=True)).to_be_visible()
    expect(gallery.get_by_role("button", name="Photographic", exact=True)).to_have_count(0)
    assert gallery.get_by_role("button", pressed=False).count() < every
    gallery.get_by_role("textbox", name="Search styles").fill("qwxzv")
    expect(gallery.get_by_text("No style is called that.")).to_be_visible()
    gallery.get_by_role("textbox", name="Search styles").fill("ink")
    gallery.get_by_role("button", name="Ink wash", exact=True).click()
    expect(gallery).to_have_count(0)
    expect(page.get_by_role("group", name="Style").get_by_role("button", name="Ink wash")).to_have_attribute(
        "aria-pressed", "true"
    )
    button(page).click()
    expect(card(page, "a jug")).to_contain_text("Ink wash", timeout=PAINTED_MS)
    assert studio.runs()[0]["input"]["style"] == "ink_wash"


def test_what_the_studio_refuses_is_said_at_the_field(visit: Visit, market: Studio, trouble: Trouble) -> None:
    trouble.allow("answer: 422 POST /api/runs/estimate")
    before = len(market.runs())
    page = visit("/create", of=market, keep=draft("a mouse", SMALL))
    expect(button(page)).to_be_enabled()
    prompt(page).fill("an elephant")
    expect(page.get_by_role("alert").filter(has_text="lephants do not fit on a miniature")).to_be_visible()
    expect(prompt(page)).to_have_attribute("aria-invalid", "true")
    expect(button(page)).to_be_disabled()
    prompt(page).press("Control+Enter")
    prompt(page).fill("a mouse again")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(button(page)).to_be_enabled()
    assert len(market.runs()) == before


def test_a_draft_from_when_more_was_allowed_is_made_to_fit(visit: Visit) -> None:
    page = visit("/create", keep=draft("too wide a wall", width=9000, count=400))
    expect(page.get_by_role("radiogroup", name="Shape")).to_contain_text("4096 × 256")
    expect(page.get_by_role("spinbutton", name="Images")).to_have_value("10")
    expect(button(page)).to_be_enabled()


@pytest.mark.row("C1")
def test_another_model_keeps_what_both_know(visit: Visit, market: Studio) -> None:
    page = visit("/create", of=market, keep=draft("kept words", count=3, width=2048, height=2048, style="watercolour"))
    model = page.get_by_role("combobox", name="Model")
    expect(model).to_contain_text("Automatic")
    model.click()
    page.get_by_role("option", name="Miniatures").click()
    expect(prompt(page)).to_have_value("kept words")
    expect(page.get_by_role("spinbutton", name="Images")).to_have_value("3")
    expect(page.get_by_role("radiogroup", name="Shape")).to_contain_text("512 × 512")
    model.click()
    page.get_by_role("option", name="Automatic, cheapest").click()
    expect(prompt(page)).to_have_value("kept words")
    expect(page.get_by_role("spinbutton", name="Images")).to_have_value("3")


def test_a_draft_survives_a_reload_and_a_walk_through_the_house(visit: Visit) -> None:
    page = visit("/create")
    prompt(page).fill("not yet finished")
    page.get_by_role("button", name="More: Images").click()
    page.reload()
    expect(prompt(page)).to_have_value("not yet finished")
    page.get_by_role("link", name="Library", exact=True).click()
    page.get_by_role("link", name="Create", exact=True).click()
    expect(prompt(page)).to_have_value("not yet finished")
    expect(page.get_by_role("spinbutton", name="Images")).to_have_value("2")


def test_the_order_can_be_taken_away_as_a_call_and_as_a_command(visit: Visit) -> None:
    page = visit("/create", keep=draft("it's a copy"))
    expect(button(page)).to_be_enabled()
    for item, begins in (("Copy as API call", "curl "), ("Copy as command", "gesso run image.generate ")):
        page.get_by_role("button", name="More ways to run").click()
        page.get_by_role("menuitem", name=item).click()
        expect(page.get_by_role("status").filter(has_text="Copied").first).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(begins)
        assert "copy" in copied
    page.get_by_role("button", name="More ways to run").click()
    page.get_by_role("menuitem", name="Reset the form").click()
    expect(prompt(page)).to_have_value("")


# --- Money --------------------------------------------------------------------------------------------------


@pytest.fixture
def purse(market: Studio) -> Iterator[Studio]:
    """Ten dollars, for one test."""
    market.api("POST", "/api/credits/limit", {"balance": 10 * DOLLAR})
    yield market
    market.api("DELETE", "/api/credits/limit")


def test_the_price_is_on_the_button_and_what_is_left_below_it(visit: Visit, purse: Studio) -> None:
    page = visit("/create", of=purse, keep=draft("one sheet of gold", DEAR))
    expect(button(page)).to_contain_text("$0.60")
    expect(page.get_by_text(re.compile(r"\$9\.40 left after"))).to_be_visible()
    button(page).click()
    run = card(page, "one sheet of gold")
    expect(tiles(run)).to_have_count(1)
    expect(run).to_contain_text("$0.60")
    expect(page.get_by_role("link", name=re.compile("Budget"))).to_contain_text("$9.40 left")
    assert purse.runs()[0]["spent"] == 60_000


def test_more_than_a_dollar_is_asked_for_and_no_is_no(visit: Visit, purse: Studio) -> None:
    before = len(purse.runs())
    page = visit("/create", of=purse, keep=draft("two sheets of gold", DEAR, count=2))
    expect(button(page)).to_contain_text("$1.20")
    button(page).click()
    sure = page.get_by_role("dialog", name="Spend $1.20?")
    expect(sure).to_contain_text("$8.80 is left after it.")
    sure.get_by_role("button", name="Cancel").click()
    expect(sure).to_have_count(0)
    assert len(purse.runs()) == before
    prompt(page).press("Control+Enter")
    sure.get_by_role("button", name="Run for $1.20").click()
    expect(tiles(card(page, "two sheets of gold"))).to_have_count(2)


def test_what_is_over_budget_cannot_be_run_and_the_way_out_is_said(visit: Visit, purse: Studio) -> None:
    purse.api("POST", "/api/credits/limit", {"balance": DOLLAR // 2})
    page = visit("/create", of=purse, keep=draft("gold without money", DEAR))
    expect(button(page)).to_contain_text("Over budget by $0.10")
    expect(button(page)).to_be_disabled()
    expect(page.get_by_text("can raise the limit in Settings, Budget.")).to_be_visible()
    purse.api("POST", "/api/credits/limit", {"balance": 2 * DOLLAR})
    page.reload()
    expect(button(page)).to_be_enabled()


# --- When it goes wrong -------------------------------------------------------------------------------------


def test_a_run_that_failed_says_why_what_it_cost_and_what_to_do(visit: Visit, market: Studio) -> None:
    page = visit("/create", of=market, keep=draft("a dry tube", FAILING))
    button(page).click()
    run = card(page, "a dry tube")
    failure = run.get_by_role("alert")
    expect(failure).to_contain_text("The paint ran dry.")
    expect(failure).to_contain_text("You were not charged.")
    failure.get_by_role("button", name="Details").click()
    expect(failure).to_contain_text(market.runs()[0]["id"])
    prompt(page).fill("something else")
    failure.get_by_role("button", name="Change the request").click()
    expect(prompt(page)).to_have_value("a dry tube")
    expect(prompt(page)).to_be_focused()
    failure.get_by_role("button", name="Try again").click()
    expect(run).to_have_count(2)
    run.first.get_by_role("button", name=re.compile("^Run on ")).first.click()
    expect(tiles(run.first)).to_have_count(1, timeout=PAINTED_MS)
    assert market.runs()[0]["offer"] != FAILING


def test_what_nobody_knows_is_decided_by_a_person(visit: Visit, purse: Studio) -> None:
    page = visit("/create", of=purse, keep=draft("a lost letter", LOST))
    button(page).click()
    run = card(page, "a lost letter")
    expect(run.get_by_role("alert")).to_contain_text("Nobody knows whether this was bought")
    expect(run.get_by_role("alert")).to_contain_text("$0.01 stays reserved")
    run.get_by_role("button", name="It was not charged").click()
    expect(run.get_by_text("Nobody knows whether this was bought")).to_have_count(0)
    becomes(lambda: purse.api("GET", "/api/credits")["reserved"], 0)


# --- A picture that is there --------------------------------------------------------------------------------


@pytest.fixture
def made(visit: Visit, studio: Studio, request: pytest.FixtureRequest) -> tuple[Page, dict[str, Any], Locator]:
    """Create, showing everything that was made; the newest asset; its tile."""
    name = request.node.name.replace("_", " ")
    asset = studio.paint(name, seed=21, style="gouache")
    page = visit("/create", keep=EVERYTHING)
    tile = page.get_by_role("button", name=f"Open {name}", exact=True)
    expect(tile).to_be_visible()
    return page, asset, tile


Made = tuple[Page, dict[str, Any], Locator]


def test_a_favourite_is_one_everywhere(made: Made, studio: Studio) -> None:
    page, asset, tile = made
    figure = page.locator("figure").filter(has=tile)
    figure.hover()
    figure.get_by_role("button", name="Favourite", exact=True).click()
    expect(figure.get_by_role("button", name="No longer a favourite")).to_have_attribute("aria-pressed", "true")
    page.goto("/")
    expect(page.get_by_role("region", name="Favourites").get_by_role("button", name=asset["title"])).to_be_visible()
    becomes(lambda: studio.api("GET", f"/api/assets/{asset['id']}")["favorite"], True)


def test_a_picture_becomes_a_reference(made: Made) -> None:
    page, asset, tile = made
    more(page, tile, "Use as reference")
    expect(page.get_by_text("Added as a reference")).to_be_visible()
    assert [one["image"] for one in stored(page)["values"]["references"]] == [asset["id"]]
    more(page, tile, "Use as reference")
    assert len(stored(page)["values"]["references"]) == 1


@pytest.mark.row("C9")
def test_everything_is_recalled_or_only_the_prompt_or_only_the_seed(made: Made) -> None:
    page, asset, tile = made
    prompt(page).fill("other words")
    more(page, tile, "Recall the seed")
    expect(page.get_by_text("The seed is back in the form")).to_be_visible()
    expect(prompt(page)).to_have_value("other words")
    assert stored(page)["values"]["seed"] == 21
    more(page, tile, "Recall the prompt")
    expect(prompt(page)).to_have_value(asset["title"])
    more(page, tile, "Recall everything")
    expect(page.get_by_text("The form is as it was for this picture")).to_be_visible()
    expect(page.get_by_role("group", name="Style").get_by_role("button", name="Gouache")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("radiogroup", name="Shape")).to_contain_text("256 × 256")


def test_a_run_is_run_again(made: Made, studio: Studio) -> None:
    page, asset, _ = made
    run = card(page, asset["title"])
    run.get_by_role("button", name="Run again", exact=True).click()
    expect(run).to_have_count(2)
    expect(tiles(run.first)).to_have_count(1, timeout=PAINTED_MS)
    assert studio.runs()[0]["outputs"][0]["sha256"] == asset["sha256"]


def test_what_is_deleted_can_be_had_back(made: Made, studio: Studio) -> None:
    page, asset, tile = made
    more(page, tile, "Move to trash")
    expect(tile).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(tile).to_be_visible()
    becomes(lambda: studio.api("GET", f"/api/assets/{asset['id']}")["deleted_at"], None)


def test_a_download_has_what_the_studio_keeps_and_how_it_was_made(made: Made, studio: Studio, tmp_path: Path) -> None:
    page, asset, tile = made
    kept = studio.ask("GET", asset["file"]).content
    for action, same in (("Download without the recipe", True), ("Download", False)):
        with page.expect_download() as waiting:
            more(page, tile, action)
        waiting.value.save_as(tmp_path / "picture")
        found = (tmp_path / "picture").read_bytes()
        assert (found == kept) == same
        assert waiting.value.suggested_filename.endswith(".png")
        # Its pixels are the same, whatever stands beside them.
        assert Image.open(BytesIO(found)).tobytes() == Image.open(BytesIO(kept)).tobytes()


def test_a_picture_is_copied_as_a_picture(made: Made) -> None:
    page, _, tile = made
    more(page, tile, "Copy picture")
    expect(page.get_by_role("status").filter(has_text="Copied").first).to_be_visible()
    kinds = page.evaluate("navigator.clipboard.read().then((items) => items.flatMap((item) => item.types))")
    assert kinds == ["image/png"]


def test_a_click_opens_the_picture_and_escape_closes_it(made: Made) -> None:
    page, asset, tile = made
    tile.click()
    expect(page).to_have_url(re.compile(f"view={asset['id']}"))
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.get_by_role("dialog", name=asset["title"])).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("view="))
    expect(tile).to_be_focused()


def test_a_picture_that_is_dropped_on_the_prompt_is_uploaded(visit: Visit, studio: Studio) -> None:
    page = visit("/create")
    dropped = page.evaluate_handle(
        """(bytes) => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], "disc.png", { type: "image/png" }));
            return files;
        }""",
        list(photo(300, 200)),
    )
    prompt(page).dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.get_by_role("button", name=re.compile("^Reference 1: disc"))).to_be_visible()
    assert studio.api("GET", "/api/assets?limit=1")["items"][0]["width"] == 300


# --- More than one at a time --------------------------------------------------------------------------------


def test_a_double_click_makes_one_run(visit: Visit, market: Studio) -> None:
    page = visit("/create", of=market, keep=draft("clicked twice", SLOW))
    expect(button(page)).to_be_enabled()
    button(page).dblclick()
    expect(tiles(card(page, "clicked twice"))).to_have_count(1)
    assert [run["title"] for run in market.runs()].count("clicked twice") == 1


def test_an_order_whose_answer_was_lost_is_not_bought_twice(visit: Visit, purse: Studio, trouble: Trouble) -> None:
    trouble.allow("failed: POST /api/runs")
    page = visit("/create", of=purse, keep=draft("the answer was lost", DEAR))
    lost: list[Request] = []

    def lose(route: Any) -> None:
        # The studio takes the order; the answer never arrives.
        route.fetch()
        lost.append(route.request)
        route.abort()

    page.route("**/api/runs", lose, times=1)
    button(page).click()
    expect(page.get_by_text("The studio does not answer").first).to_be_visible()
    button(page).click()
    expect(tiles(card(page, "the answer was lost"))).to_have_count(1)
    assert len(lost) == 1
    assert [run["title"] for run in purse.runs()].count("the answer was lost") == 1


def test_a_reload_in_the_middle_shows_the_run_again(visit: Visit, market: Studio) -> None:
    page = visit("/create", of=market, keep=draft("reloaded halfway", SLOW, count=3))
    button(page).click()
    run = card(page, "reloaded halfway")
    expect(tiles(run)).to_have_count(1)
    page.reload()
    expect(run.get_by_role("progressbar")).to_be_visible()
    expect(tiles(run)).to_have_count(3)
    expect(run.get_by_role("progressbar")).to_have_count(0)


def test_two_tabs_agree(visit: Visit, market: Studio) -> None:
    page = visit("/create", of=market, keep=draft("seen by two", SLOW, count=2) | EVERYTHING)
    other = page.context.new_page()
    other.goto("/create")
    home = page.context.new_page()
    home.goto("/")
    expect(button(other)).to_be_enabled()
    expect(home.get_by_role("heading", level=2)).to_be_visible()
    page.bring_to_front()
    button(page).click()
    run = card(other, "seen by two")
    expect(run.get_by_role("progressbar")).to_be_visible()
    expect(home.get_by_role("region", name="Running now")).to_contain_text("seen by two")
    expect(tiles(run)).to_have_count(2)
    expect(home.get_by_role("region", name="Running now")).to_have_count(0)
    expect(
        home.get_by_role("region", name="Recent").get_by_role("button", name=re.compile("seen by two"))
    ).to_have_count(2)


def test_ten_tabs_do_not_block_each_other(visit: Visit, market: Studio) -> None:
    """Browsers open six connections to a server; sockets for news must not take those of requests."""
    first = visit("/create", of=market, keep=draft("ten pairs of eyes", SLOW) | EVERYTHING)
    pages = [first, *(first.context.new_page() for _ in range(9))]
    for number, page in enumerate(pages[1:]):
        page.goto("/library" if number % 2 else "/create")
    for page in pages:
        expect(page.get_by_role("button", name="Activity: idle")).to_be_visible()
    first.bring_to_front()
    button(first).click()
    for page in pages:
        new = page.get_by_role("gridcell", name="ten pairs of eyes").or_(tiles(card(page, "ten pairs of eyes")))
        expect(new).to_have_count(1)
        expect(page.get_by_role("button", name="Activity: idle")).to_be_visible()


def improving(page: Page) -> Locator:
    page.get_by_role("button", name="Improve", exact=True).click()
    return page.get_by_role("dialog", name="Improve")


@pytest.mark.row("C6")
def test_a_prompt_is_improved_and_translated_and_mine_comes_back(visit: Visit, studio: Studio) -> None:
    mine = "a lighthouse at dusk"
    page = visit("/create", keep=draft(mine, style="oil"))
    panel = improving(page)
    expect(panel.locator("ins")).to_contain_text("oil painting")
    axe(page)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(prompt(page)).to_have_value(mine)
    improving(page).get_by_role("button", name="Use this").click()
    expect(prompt(page)).to_have_value(re.compile(f"^{mine}, oil painting, "))
    page.get_by_role("button", name="Undo").click()
    expect(prompt(page)).to_have_value(mine)
    improving(page).get_by_role("button", name="Use this").click()
    expect(prompt(page)).not_to_have_value(mine)
    prompt(page).press("Control+z")
    expect(prompt(page)).to_have_value(mine)
    prompt(page).fill("ein Mops am Strand")
    panel = improving(page)
    expect(panel.locator("ins").first).to_be_visible()
    panel.get_by_role("radio", name="Translate a prompt").check()
    expect(panel.get_by_text("Not in the lexicon, and left as they are: Mops.")).to_be_visible()
    expect(panel.locator("del").first).to_have_text("ein")
    panel.get_by_role("button", name="Use this").click()
    expect(prompt(page)).to_have_value("a Mops on the beach")
    words = [run for run in studio.runs() if run["op"].startswith("text.")]
    assert len(words) == 4 + 1, "each opening asked once, and the tab once more"
    assert not any(run["outputs"] for run in words)


def test_words_that_cost_are_paid_for_by_hand_alone(visit: Visit, market: Studio) -> None:
    page = visit("/create", of=market, keep=draft("a boat at noon"))
    panel = improving(page)
    expect(panel.get_by_text("costs about $0.02 at most")).to_be_visible()
    before = len(market.runs())
    panel.get_by_role("button", name="Suggest $0.02").click()
    expect(panel.locator("ins")).to_have_text(["tall ship"])
    expect(panel.locator("del")).to_have_text(["boat"])
    panel.get_by_role("button", name="Keep mine").click()
    expect(prompt(page)).to_have_value("a boat at noon")
    run = market.runs()[0]
    assert (len(market.runs()), run["offer"], run["price"], run["spent"]) == (before + 1, "stall/scribe", 2000, 1500)
