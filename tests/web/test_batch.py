"""Many rows at once: brought, checked, mended, made, looked at, tried again, taken along."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import photo
from tests.web.browser import Trouble, axe, overflow, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes

MADE_MS = 60_000
PROMPTS = ["a striped tower, at dusk", "a red bridge, at dawn", "three lemons, from above"]


def ended(studio: Studio, id: str, *states: str) -> dict[str, Any]:
    becomes(lambda: studio.api("GET", f"/api/batches/{id}")["state"] in (states or ("succeeded", "failed")), True)
    found: dict[str, Any] = studio.api("GET", f"/api/batches/{id}")
    return found


def begun(studio: Studio, rows: list[dict[str, Any]], **more: Any) -> str:
    """A batch of small pictures, made without the page."""
    sized = [{"width": 64, "height": 64, **row} for row in rows]
    batch = studio.api("POST", "/api/batches", {"op": "image.generate", "rows": sized, **more})
    return str(batch["id"])


def id_of(page: Page) -> str:
    page.wait_for_url("**/batch/*-*")
    return page.url.rpartition("/")[2].partition("?")[0]


def bring(page: Page, folder: Path, name: str, text: str) -> str:
    """A file through the page's button; the batch that it became."""
    file = folder / name
    file.write_text(text)
    page.locator("input[type=file]").first.set_input_files(file)
    return id_of(page)


def into(page: Page, column: str) -> Locator:
    return page.get_by_role("combobox", name=f"Column “{column}” goes into")


@pytest.mark.row("B1", "B2", "B3", "B5", "B8")
def test_pasted_prompts_are_checked_made_and_taken_along(visit: Visit, studio: Studio) -> None:
    page = visit("/batch", width=1280, height=800)
    expect(page.get_by_role("heading", name="Make many at once")).to_be_visible()
    axe(page)
    with page.expect_download() as sample:
        page.get_by_role("button", name="Download a sample table").click()
    assert sample.value.suggested_filename == "sample.csv"

    page.get_by_role("button", name="Paste").click()
    dialog = page.get_by_role("dialog", name="Paste prompts or a table")
    dialog.get_by_role("textbox", name="Rows").fill("\n".join(PROMPTS))
    expect(dialog.get_by_role("status")).to_have_text("3 prompts")
    axe(page, within="[role=dialog]")
    dialog.get_by_role("button", name="Go on").click()
    id = id_of(page)

    # The column is understood by its name, and each row is priced before anything begins.
    expect(into(page, "prompt")).to_have_value("Prompt")
    expect(page.get_by_role("button", name="Start 3 rows")).to_be_enabled()
    expect(page.get_by_role("button", name="Start 3 rows")).to_contain_text("Free")
    assert studio.api("GET", f"/api/batches/{id}")["spent"] == 0
    # A smaller size for all: each change is checked anew, and one that touches no row is not.
    page.get_by_role("radio", name="Draft").check(force=True)
    becomes(lambda: studio.api("GET", f"/api/batches/{id}")["steps"][0]["input"], {"quality": "draft"})
    expect(page.get_by_role("button", name="Start 3 rows")).to_be_enabled()
    axe(page)
    shot(page, "batch-setup")

    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible(timeout=MADE_MS)
    expect(page.get_by_text("3 of 3 made")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="a red bridge")).to_contain_text("Made")
    axe(page)
    shot(page, "batch-done")

    # The results, whole and one by one.
    page.get_by_role("button", name="As pictures").click()
    expect(page.get_by_role("list", name="Rows").locator("img")).to_have_count(3)
    axe(page)
    page.get_by_role("list", name="Rows").get_by_role("button").first.click()
    viewer = page.get_by_role("dialog", name=PROMPTS[0])
    expect(viewer).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name=PROMPTS[1])).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as archive:
        page.get_by_role("menuitem", name="All results (ZIP)").click()
    with zipfile.ZipFile(archive.value.path()) as packed:
        names = packed.namelist()
        assert sorted(names)[-2:] == ["manifest.csv", "manifest.jsonl"]
        assert len(names) == 5
        told = [json.loads(line) for line in packed.read("manifest.jsonl").decode().splitlines()]
    assert [row["data"]["prompt"] for row in told] == PROMPTS
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as listed:
        page.get_by_role("menuitem", name="List of all rows (CSV)").click()
    assert len(list(csv.DictReader(io.StringIO(Path(listed.value.path()).read_text("utf-8-sig"))))) == 3

    # The same rows once more, as a draft of its own with the same settings.
    page.get_by_role("button", name="Again with changes").click()
    expect(page).not_to_have_url(re.compile(id))
    copy = studio.api("GET", f"/api/batches/{id_of(page)}")
    assert copy["steps"][0]["input"] == {"quality": "draft"}
    assert copy["total"] == 3
    expect(page.get_by_role("button", name="Start 3 rows")).to_be_enabled()
    page.get_by_role("button", name="All batches").click()
    expect(page.get_by_role("list", name="Batches").get_by_role("listitem")).to_have_count(2)


@pytest.mark.row("B2", "B3", "B5")
def test_problems_are_mended_in_place_and_columns_are_put_where_they_belong(
    visit: Visit, studio: Studio, tmp_path: Path
) -> None:
    page = visit("/batch", width=1280, height=900, theme="light")
    text = "what,width,height,sku\na tower,64,64,A\na bridge,wide,64,B\na tower,64,64,A\na river,,64,C\n"
    id = bring(page, tmp_path, "autumn tiles.csv", text)
    expect(page.get_by_role("textbox", name="Title of the batch")).to_have_value("autumn tiles")
    # Nothing says what is to be painted, until a column is put there.
    expect(page.get_by_text("No row can be made as it is.")).to_be_visible()
    into(page, "what").click()
    page.get_by_role("option", name="Prompt", exact=True).click()
    expect(page.get_by_text("3 rows are ready")).to_be_visible()
    expect(page.get_by_text("1 row has a problem")).to_be_visible()
    expect(page.get_by_text("Goes nowhere: sku")).to_be_visible()
    expect(page.get_by_role("region", name="First row, as understood")).to_contain_text("a tower")

    # Those that say the same are made once.
    page.get_by_role("button", name="Leave out").click()
    expect(page.get_by_text("2 rows are ready")).to_be_visible()
    expect(page.get_by_text("is left out")).to_be_visible()

    cell = page.get_by_role("textbox", name="width in row 2")
    cell.fill("broad")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("list", name="Rows with problems")).to_contain_text("broad")
    axe(page)
    shot(page, "batch-mending-light")
    cell.fill("64")
    cell.press("Enter")
    expect(page.get_by_role("button", name="Start 3 rows")).to_be_enabled()
    expect(page.get_by_role("list", name="Rows with problems")).to_have_count(0)

    # A second step takes what the first makes.
    page.get_by_role("button", name="Add a step").click()
    expect(page.get_by_role("region", name="Step 2").get_by_text("from step 1")).to_be_visible()
    expect(page.get_by_role("button", name="Start 3 rows")).to_be_enabled()
    assert [step["feeds"] for step in studio.api("GET", f"/api/batches/{id}")["steps"]] == [None, "image"]
    page.get_by_role("button", name="Move step 2 up").click()
    expect(page.get_by_role("combobox", name="Operation of step 1")).to_have_value("Remove background")
    page.get_by_role("button", name="Remove step 1").click()
    expect(page.get_by_role("button", name="Start 3 rows")).to_be_enabled()
    becomes(lambda: [step["op"] for step in studio.api("GET", f"/api/batches/{id}")["steps"]], ["image.generate"])

    # What was chosen is kept as a template, and used with another file.
    page.get_by_role("button", name="Templates").click()
    dialog = page.get_by_role("dialog", name="Templates for batches")
    dialog.get_by_role("textbox", name="Save this as").fill("Tiles")
    dialog.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{studio.url}/batch")
    other = bring(page, tmp_path, "winter tiles.csv", "what,sku\na pine,A\na pine,A\n")
    expect(page.get_by_text("No row can be made as it is.")).to_be_visible()
    page.get_by_role("button", name="Templates").click()
    page.get_by_role("dialog").get_by_role("button", name="Use “Tiles”").click()
    expect(page.get_by_role("button", name="Start 1 row")).to_be_enabled()
    assert studio.api("GET", f"/api/batches/{other}")["columns"][0]["into"] == "prompt"
    # What was written a moment ago is there after a reload.
    page.reload()
    expect(page.get_by_role("button", name="Start 1 row")).to_be_enabled()
    page.get_by_role("button", name="Delete batch").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete batch").click()
    expect(page).to_have_url(f"{studio.url}/batch")


@pytest.mark.row("B5")
def test_first_rows_are_looked_at_then_it_is_paused_and_goes_on(visit: Visit, market: Studio) -> None:
    rows = [{"prompt": f"tower {n}", "seed": n} for n in range(12)]
    id = begun(market, rows, offer="stall/slow", canary=2, start=False, at_once=2, title="Towers")
    ended(market, id, "ready")
    page = visit(f"/batch/{id}", of=market, width=1280)
    page.get_by_role("button", name="Run 2 rows first").click()
    expect(page.get_by_role("heading", name="The first 2 rows are there")).to_be_visible(timeout=MADE_MS)
    expect(page.get_by_role("region", name="The first 2 rows are there").locator("img")).to_have_count(2)
    axe(page)
    shot(page, "batch-canary")
    page.get_by_role("button", name="Make the other 10 rows").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status").filter(has_text="Paused")).to_be_visible()
    becomes(lambda: market.api("GET", f"/api/batches/{id}")["running"], 0)

    # Meanwhile it may be given another pace.
    page.get_by_role("button", name="Limit and pace").click()
    dialog = page.get_by_role("dialog", name="Limit and pace")
    dialog.get_by_role("spinbutton", name="Side by side").fill("6")
    dialog.get_by_role("radio", name="High").check(force=True)
    axe(page, within="[role=dialog]")
    dialog.get_by_role("button", name="Save").click()
    becomes(lambda: market.api("GET", f"/api/batches/{id}")["at_once"], 6)
    page.get_by_role("button", name="Go on").click()
    # It is followed without a reload: rows become made one by one.
    expect(page.get_by_role("button", name="Made 12")).to_be_visible(timeout=MADE_MS)
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()


@pytest.mark.row("B5")
def test_what_failed_is_tried_again_and_rows_are_changed_in_place(visit: Visit, market: Studio) -> None:
    id = begun(market, [{"prompt": "a tower"}, {"prompt": "a bridge"}], offer="stall/failing", title="Broken")
    ended(market, id, "failed")
    page = visit(f"/batch/{id}", of=market, width=1280)
    expect(page.get_by_role("status").filter(has_text="Nothing worked out")).to_be_visible()
    expect(page.get_by_role("button", name="Failed 2")).to_be_visible()
    page.get_by_role("button", name="Failed 2").click()
    row = page.get_by_role("list", name="Rows").get_by_role("listitem").first
    row.get_by_role("button").first.click()
    dialog = page.get_by_role("dialog", name="Row 1")
    expect(dialog).to_contain_text("Failed")
    axe(page, within="[role=dialog]")
    dialog.get_by_role("textbox", name="prompt").fill("a wall")
    dialog.get_by_role("button", name="Save and run").click()
    becomes(lambda: market.api("GET", f"/api/batches/{id}/rows?limit=1")["items"][0]["data"]["prompt"], "a wall")
    expect(dialog).to_have_count(0)
    ended(market, id, "failed")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("menuitem", name="All 2 that failed").click()
    expect(page.get_by_text("2 rows are tried again")).to_be_visible()
    found = ended(market, id, "failed")
    assert found["failed"] == 2
    becomes(lambda: len(market.api("GET", f"/api/batches/{id}/rows?limit=1")["items"][0]["runs"]) >= 3, True)


@pytest.mark.row("B3", "B5")
def test_no_more_is_spent_than_the_limit_and_the_rest_is_made_when_it_is_raised(visit: Visit, market: Studio) -> None:
    id = begun(market, [{"prompt": f"tower {n}"} for n in range(3)], offer="stall/dear", start=False, title="Gold")
    ended(market, id, "ready")
    page = visit(f"/batch/{id}", of=market, width=1280)
    expect(page.get_by_role("button", name="Start 3 rows")).to_contain_text("$1.80")
    page.get_by_role("button", name="How it is made").click()
    limit = page.get_by_role("spinbutton", name="Spend at most, in dollars")
    limit.fill("1")
    limit.press("Enter")
    expect(page.get_by_text("2 rows go beyond the limit")).to_be_visible()
    expect(page.get_by_role("button", name="Start 1 row")).to_contain_text("at most $1.00")
    axe(page)
    page.get_by_role("button", name="Start 1 row").click()
    expect(page.get_by_role("status").filter(has_text="Done, not all of it")).to_be_visible(timeout=MADE_MS)
    expect(page.get_by_role("button", name="Not begun 2")).to_be_visible()
    page.get_by_role("button", name="Limit and pace").click()
    dialog = page.get_by_role("dialog", name="Limit and pace")
    dialog.get_by_role("spinbutton", name="Spend at most, in dollars").fill("2")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("menuitem", name="All 2 not begun").click()
    expect(page.get_by_role("button", name="Made 3")).to_be_visible(timeout=MADE_MS)
    assert market.api("GET", f"/api/batches/{id}")["spent"] == 180_000


@pytest.mark.row("B5", "B6")
def test_of_a_row_that_nobody_knows_of_a_person_says_whether_it_was_bought(visit: Visit, market: Studio) -> None:
    id = begun(market, [{"prompt": "a letter"}], offer="stall/lost", title="Letters")
    becomes(lambda: market.api("GET", f"/api/batches/{id}")["unknown"], 1)
    page = visit(f"/batch/{id}", of=market, width=1280)
    page.get_by_role("list", name="Rows").get_by_role("listitem").get_by_role("button").first.click()
    dialog = page.get_by_role("dialog", name="Row 1")
    expect(dialog).to_contain_text("nobody knows whether this was bought")
    axe(page, within="[role=dialog]")
    dialog.get_by_role("button", name="It was not charged").click()
    becomes(lambda: market.api("GET", f"/api/batches/{id}")["unknown"], 0)
    expect(dialog).to_contain_text("Failed")
    assert market.api("GET", f"/api/batches/{id}")["spent"] == 0


def test_pictures_of_the_library_become_rows_and_a_phone_shows_all(visit: Visit, studio: Studio) -> None:
    ids = [studio.upload(photo(64 + 8 * n, 64), f"shoe {n}.png")["id"] for n in range(2)]
    page = visit("/library?place=uploads")
    for n in range(2):
        page.get_by_role("gridcell", name=f"shoe {n}").first.locator("[data-check]").click(force=True)
    page.get_by_role("toolbar").get_by_role("button", name="Work on as a batch").click()
    id = id_of(page)
    expect(page.get_by_role("button", name="Start 2 rows")).to_be_enabled()
    columns = studio.api("GET", f"/api/batches/{id}")["columns"]
    assert [column["into"] for column in columns] == ["image"]
    assert set(columns[0]["samples"]) == set(ids)

    # Another operation, on a phone.
    phone = visit(f"/batch/{id}", width=390, height=844, touch=True, theme="light")
    expect(phone.get_by_role("button", name="Start 2 rows")).to_be_in_viewport()
    assert overflow(phone) == []
    axe(phone)
    shot(phone, "batch-setup-light-390")
    phone.get_by_role("button", name="Start 2 rows").click()
    expect(phone.get_by_role("status").filter(has_text="Done")).to_be_visible(timeout=MADE_MS)
    expect(phone.get_by_role("list", name="Rows").locator("img")).to_have_count(2)
    assert overflow(phone) == []
    axe(phone)
    shot(phone, "batch-done-light-390")
    phone.goto(f"{studio.url}/batch")
    expect(phone.get_by_role("list", name="Batches")).to_be_visible()
    assert overflow(phone) == []
    axe(phone)


def test_ten_thousand_rows_are_scrolled_and_only_those_in_view_stand_there(visit: Visit, studio: Studio) -> None:
    rows = [{"prompt": f"tower {n}"} for n in range(10_000)]
    id = begun(studio, rows, start=False, title="Ten thousand")
    studio.api("POST", f"/api/batches/{id}/cancel")
    ended(studio, id, "cancelled")
    page = visit(f"/batch/{id}", width=1280)
    listed = page.get_by_role("list", name="Rows")
    expect(listed.get_by_text("tower 0", exact=False).first).to_be_visible()
    page.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    expect(listed.get_by_text("tower 9999")).to_be_visible()
    assert listed.get_by_role("listitem").count() < 60
    # By the arrows from one to the next.
    page.locator('[data-row="9990"] [data-main]').focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator('[data-row="9989"] [data-main]')).to_be_focused()


def test_what_stands_in_create_is_taken_along_for_many_prompts(visit: Visit, studio: Studio, trouble: Trouble) -> None:
    page = visit("/create")
    page.locator("[data-prompt]").fill("a tower")
    page.get_by_role("radio", name="Draft").check(force=True)
    page.get_by_role("button", name="More ways to run").click()
    page.get_by_role("menuitem", name="As a batch…").click()
    dialog = page.get_by_role("dialog", name="Paste prompts or a table")
    expect(dialog.get_by_role("textbox", name="Rows")).to_have_value("a tower")
    dialog.get_by_role("textbox", name="Rows").fill("a tower\na bridge")
    dialog.get_by_role("button", name="Go on").click()
    id = id_of(page)
    expect(page.get_by_role("button", name="Start 2 rows")).to_be_enabled()
    assert studio.api("GET", f"/api/batches/{id}")["steps"][0]["input"]["quality"] == "draft"
