"""A schedule's whole way in the browser: made of a prompt, seen, paused, done now, changed, deleted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.browser import Trouble, axe, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio


@pytest.mark.row("B4")
def test_a_schedule_is_made_looked_at_run_and_deleted(visit: Visit, studio: Studio, trouble: Trouble) -> None:
    trouble.allow("422 POST /api/schedules/preview")
    trouble.allow("422 POST /api/runs/estimate")
    page = visit("/batch/schedules")
    expect(page.get_by_role("heading", name="Nothing is scheduled")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="New schedule").click()
    page.get_by_role("textbox", name="Title").fill("Morning lake")
    page.get_by_role("textbox", name="Prompt").first.fill("a lake at dawn")
    page.get_by_role("combobox", name="How often").click()
    page.get_by_role("option", name="Cron").click()
    cron = page.get_by_role("textbox", name="Five fields of cron")
    cron.fill("0 25 * * *")
    expect(page.get_by_text("“25” is no hour.")).to_be_visible()
    expect(page.get_by_role("button", name="Make the schedule")).to_be_disabled()
    cron.fill("30 9 * * MON-FRI")
    expect(page.get_by_text("“25” is no hour.")).to_be_hidden()
    expect(page.locator("ol li").filter(has_text="9:30")).to_have_count(5)
    axe(page)
    shot(page, "schedules-editor")
    page.get_by_role("button", name="Make the schedule").click()

    line = page.get_by_role("listitem", name="Morning lake")
    expect(line).to_contain_text("Cron 30 9 * * MON-FRI")
    line.get_by_role("button", name="Run now").click()
    expect(page.get_by_text("“Morning lake” has begun")).to_be_visible()
    expect(line).to_contain_text("Begun")
    line.get_by_role("button", name="Next times and history").click()
    expect(line).to_contain_text("by hand")
    line.get_by_role("switch", name="Active").uncheck(force=True)
    expect(line).to_contain_text("Paused")
    line.get_by_role("switch", name="Active").check(force=True)
    expect(line.get_by_role("switch", name="Active")).to_be_checked()
    axe(page)
    shot(page, "schedules-list")

    line.get_by_role("button", name="More with Morning lake").click()
    page.get_by_role("menuitem", name="Change").click()
    expect(page.get_by_role("textbox", name="Prompt").first).to_have_value("a lake at dawn")
    page.get_by_role("textbox", name="Title").fill("Evening lake")
    page.get_by_role("radio", name="Rows").check(force=True)
    page.get_by_role("textbox", name="Rows").fill("prompt;seed\na boat;1\na tower;2")
    expect(page.get_by_text("2 rows: prompt, seed")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    line = page.get_by_role("listitem", name="Evening lake")
    (found,) = studio.api("GET", "/api/schedules")["items"]
    assert (found["title"], found["rows"], found["batch"]["steps"][0]["op"]) == ("Evening lake", 2, "image.generate")
    line.get_by_role("button", name="More with Evening lake").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Nothing is scheduled")).to_be_visible()


def test_create_schedules_what_stands_in_its_form(visit: Visit, studio: Studio, trouble: Trouble) -> None:
    page = visit("/create")
    page.get_by_role("textbox", name="Prompt").first.fill("a quiet harbour")
    page.get_by_role("button", name="More ways to run").click()
    page.get_by_role("menuitem", name="Schedule it").click()
    expect(page.get_by_role("heading", name="New schedule")).to_be_visible()
    expect(page.get_by_role("textbox", name="Prompt").first).to_have_value("a quiet harbour")
