"""Writing a prompt: what it becomes, how it may go on, what it is worth, what worked before; and never is it lost."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from gesso.dev.fakes.openai import OpenAI
from tests.web.browser import Trouble, axe
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes
from tests.web.test_create import PAINTED_MS, button, card, draft, prompt, stored, tiles


def sent(page: Page) -> Locator:
    return page.get_by_role("region", name=re.compile("^What is sent"))


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="How the prompt may go on").get_by_role("option")


@pytest.mark.row("C6")
def test_each_picture_has_words_of_its_own_and_what_was_written_stays(visit: Visit, studio: Studio) -> None:
    written = "a {tin|paper} boat, {when:dusk}"
    page = visit("/create", keep=draft(written, count=2))
    shown = sent(page).get_by_role("listitem")
    expect(shown).to_have_count(2)
    words = {text.lstrip("12") for text in shown.all_inner_texts()}
    assert words == {"a tin boat, dusk", "a paper boat, dusk"}
    page.get_by_role("textbox", name="when").fill("dawn")
    expect(shown.first).to_contain_text("dawn")
    sent(page).get_by_role("button", name="Roll again").click()
    axe(page)
    before = len(studio.runs())
    expect(button(page)).to_contain_text("2 images")
    button(page).click()
    for material in ("tin", "paper"):
        expect(tiles(card(page, f"a {material} boat, dawn"))).to_have_count(1, timeout=PAINTED_MS)
    made = studio.runs()[: len(studio.runs()) - before]
    assert [run["input"]["wording"] for run in made] == [written] * 2
    assert {run["input"]["prompt"] for run in made} == {"a tin boat, dawn", "a paper boat, dawn"}
    expect(prompt(page)).to_have_value(written)
    prompt(page).fill("something else")
    card(page, "a tin boat, dawn").get_by_role("button", name="Reuse these settings").click()
    expect(prompt(page)).to_have_value(written)
    # With the words that it had.
    expect(shown).to_have_text(["a tin boat, dawn"])


def test_what_is_still_to_be_filled_in_keeps_the_button_shut(visit: Visit) -> None:
    page = visit("/create", keep=draft('a {hero} with {"json": "kept"} and {red fox'))
    expect(button(page)).to_be_disabled()
    expect(sent(page).get_by_text("Still to be filled in")).to_be_visible()
    expect(sent(page).get_by_text("stay as they stand")).to_be_visible()
    expect(sent(page).get_by_text("is never closed")).to_be_visible()
    page.get_by_role("textbox", name="hero").fill("fox")
    expect(button(page)).to_be_enabled()
    expect(sent(page).get_by_role("listitem")).to_have_text('a fox with {"json": "kept"} and {red fox')


@pytest.mark.row("C6")
def test_words_that_may_follow_are_taken_by_keyboard_and_never_in_the_way(visit: Visit) -> None:
    page = visit("/create")
    field = prompt(page)
    # What is asked of older words is called off by newer ones: an answer that comes late takes no place.
    late: list[Route] = []
    page.route("**/api/prompts/suggest*", lambda route: route.fallback() if late else late.append(route))
    with page.expect_request(lambda asked: "/suggest" in asked.url):
        field.press_sequentially("a fox, soft lig")
    with page.expect_event("requestfailed", lambda asked: asked is late[0].request):
        field.fill("")
        field.press_sequentially("a fox, golden ho")
    expect(options(page)).to_have_text([re.compile("golden hour")])
    axe(page)
    field.press("Enter")
    expect(field).to_have_value("a fox, golden ho\n")
    field.press("Backspace")
    expect(options(page)).to_have_count(1)
    field.press("Escape")
    expect(options(page)).to_have_count(0)
    field.press("u")
    expect(options(page)).to_have_count(1)
    field.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options(page).first.get_attribute("id")
    field.press("Tab")
    expect(field).to_have_value("a fox, golden hour")
    expect(field).to_be_focused()
    expect(options(page)).to_have_count(0)
    field.press("Control+z")
    expect(field).to_have_value("a fox, golden hou")
    page.get_by_role("button", name="Prompt score").click()
    page.get_by_text("Suggest words while writing").click()
    page.keyboard.press("Escape")
    page.reload()
    with page.expect_response(re.compile("/api/prompts/score")):
        prompt(page).press_sequentially(" golden ho")
    expect(options(page)).to_have_count(0)


@pytest.mark.row("C6")
def test_a_score_says_why_and_mends_and_takes_the_mend_back(visit: Visit) -> None:
    mine = "a street at night, no people"
    page = visit("/create", keep=draft(mine))
    ring = page.get_by_role("button", name="Prompt score")
    expect(ring).to_have_text(re.compile(r"\d+"))
    low = int(ring.inner_text())
    ring.click()
    panel = page.get_by_role("dialog", name="What the prompt says")
    expect(panel.get_by_text("The light is left open")).to_have_count(0)
    axe(page)
    panel.get_by_role("button", name=re.compile("^Fix: Models draw")).click()
    expect(prompt(page)).to_have_value("a street at night")
    assert stored(page)["values"]["negative_prompt"] == "people"
    panel.get_by_role("button", name=re.compile("^Fix: How the picture is framed")).click()
    expect(prompt(page)).to_have_value(re.compile("^a street at night, .+"))
    expect(panel.get_by_text("It says how the picture is framed.")).to_be_visible()
    page.keyboard.press("Escape")
    assert int(ring.inner_text()) > low
    # What was said last comes first.
    page.get_by_role("button", name="Undo").first.click()
    expect(prompt(page)).to_have_value("a street at night")


@pytest.mark.row("C6")
def test_a_model_weighs_where_it_is_asked_to_and_its_failure_leaves_what_rules_say(
    shop: Studio, openai: OpenAI, visit: Visit
) -> None:
    page = visit("/create", of=shop, keep=draft("misty street at night, no people"))
    page.get_by_role("button", name="Prompt score").click()
    panel = page.get_by_role("dialog", name="What the prompt says")
    ask = panel.get_by_role("button", name=re.compile("^Ask a model.*\\$"))
    expect(ask).to_be_enabled()
    asked = len(openai.orders)
    assert [run for run in shop.runs() if run["op"] == "text.weigh"] == [], "nothing is bought without being asked"
    openai.plan = ["refused"]
    ask.click()
    expect(panel.get_by_role("alert")).to_contain_text("What rules say stands.")
    expect(panel.get_by_text("Models draw what is named")).to_be_visible()
    # What takes long is stopped, and is kept as stopped.
    openai.plan = ["hold"]
    ask.click()
    with page.expect_response(re.compile("/cancel$")):
        panel.get_by_role("button", name="Stop").click()
    openai.free()
    expect(ask).to_be_enabled()
    ask.click()
    by_model = panel.get_by_role("radio", name=re.compile("^GPT.*: 64$"))
    expect(by_model).to_be_checked()
    expect(panel.get_by_text(re.compile(r"Weighed by GPT.*, for \$0\.\d+"))).to_be_visible()
    axe(page)
    # One mend after another, each of what stands there by then, and words to go on with.
    panel.get_by_role("button", name="Fix: The light is missing.").click()
    expect(prompt(page)).to_have_value("misty street at night, no people, soft light from the left")
    panel.get_by_role("button", name="Fix: “misty” is in the way.").click()
    expect(prompt(page)).to_have_value("street at night, no people, soft light from the left")
    assert stored(page)["values"]["negative_prompt"] == "misty"
    panel.get_by_role("button", name="in muted greens").click()
    expect(prompt(page)).to_have_value("street at night, no people, soft light from the left, in muted greens")
    expect(panel.get_by_role("button", name="in muted greens")).to_have_count(0)
    # By rules it has become better at once, and a judgement that was bought is there again when the panel is.
    panel.get_by_role("radio", name=re.compile("^Rules: ")).check()
    expect(panel.get_by_text("It speaks of the light.")).to_be_visible()
    runs = [run for run in shop.runs() if run["op"] == "text.weigh"]
    assert [(run["state"], run["spent"] > 0) for run in runs][::2] == [("succeeded", True), ("failed", True)]
    assert len(openai.orders) == asked + 3


@pytest.mark.row("C6")
def test_what_worked_is_found_judged_and_taken_over(visit: Visit, studio: Studio) -> None:
    best = studio.paint("a kite over dunes", side=320)
    studio.paint("a kite over roofs", side=320)
    page = visit("/create", keep=draft("mine, unfinished"))
    page.get_by_role("tab", name="Recent").click()
    page.get_by_role("searchbox", name="Search your prompts").fill("kite")
    entries = page.get_by_role("tabpanel").get_by_role("listitem")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("a kite over roofs")
    page.get_by_role("radio", name="What worked").check()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        entries.filter(has_text="dunes").get_by_role("button", name="5 stars").click()
    expect(entries.first).to_contain_text("a kite over dunes")
    expect(entries.first.get_by_role("button", name="5 stars")).to_have_attribute("aria-pressed", "true")
    becomes(lambda: studio.api("GET", f"/api/assets/{best['id']}")["rating"], 5)
    axe(page)
    page.get_by_role("button", name="Forget what was liked so far").click()
    expect(entries.first).to_contain_text("a kite over roofs")
    page.get_by_role("button", name="Undo").click()
    expect(entries.first).to_contain_text("a kite over dunes")
    entries.first.get_by_role("button", name="a kite over dunes").click()
    expect(prompt(page)).to_have_value("a kite over dunes")
    page.get_by_role("button", name="Undo").last.click()
    expect(prompt(page)).to_have_value("mine, unfinished")
    page.get_by_role("tab", name="Recent").click()
    page.get_by_role("searchbox", name="Search your prompts").fill("dunes")
    expect(entries).to_have_count(1)
    entries.first.get_by_role("button", name="Take over everything").click()
    expect(prompt(page)).to_have_value("a kite over dunes")
    assert stored(page)["values"]["width"] == 320
    # With Alt and the arrows, one prompt after another, and back to what was typed.
    prompt(page).fill("typed by hand")
    newest = studio.api("GET", "/api/prompts")["items"]
    prompt(page).press("Alt+ArrowUp")
    expect(prompt(page)).to_have_value(newest[0]["prompt"])
    prompt(page).press("Alt+ArrowUp")
    expect(prompt(page)).to_have_value(newest[1]["prompt"])
    prompt(page).press("Alt+ArrowDown")
    prompt(page).press("Alt+ArrowDown")
    expect(prompt(page)).to_have_value("typed by hand")
    # The stars stand at the picture, too.
    page.goto(f"/library?asset={best['id']}")
    stars = page.get_by_role("group", name="Rating")
    expect(stars.get_by_role("button", name="5 stars")).to_have_attribute("aria-pressed", "true")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        stars.get_by_role("button", name="5 stars").click()
    expect(stars.get_by_role("button", name="5 stars")).to_have_attribute("aria-pressed", "false")
    becomes(lambda: studio.api("GET", f"/api/assets/{best['id']}")["rating"], None)


def test_a_prompt_is_not_lost_by_an_error_a_reload_or_a_wrong_click(visit: Visit, trouble: Trouble) -> None:
    trouble.allow("answer: 500|/api/runs")
    mine = "words that took a while\nand a second line"
    page = visit("/create")
    prompt(page).fill(mine)
    expect(button(page)).to_be_enabled()
    problem = {"code": "broken", "title": "It broke", "detail": "It broke.", "fields": []}
    page.route(
        re.compile("/api/runs$"),
        lambda route: (
            route.fulfill(status=500, content_type="application/problem+json", body=json.dumps(problem))
            if route.request.method == "POST"
            else route.fallback()
        ),
    )
    button(page).click()
    expect(page.get_by_text("It broke").first).to_be_visible()
    expect(prompt(page)).to_have_value(mine)
    page.goto("/library")
    page.go_back()
    expect(prompt(page)).to_have_value(mine)
    page.reload()
    expect(prompt(page)).to_have_value(mine)
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(prompt(page)).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(prompt(page)).to_have_value(mine)


@pytest.mark.row("C6")
def test_a_prompt_goes_with_what_worked_before_where_that_is_wanted(visit: Visit, studio: Studio) -> None:
    for place in ("barn", "mill"):
        made = studio.paint(f"a {place}, silver haze")
        studio.api("PATCH", f"/api/assets/{made['id']}", {"favorite": True})
    kit = studio.ask(
        "POST",
        "/api/brand",
        json={"title": "Quiet", "palette": [{"colour": "#223344"}], "avoid": [{"word": "dramatic"}]},
    ).json()["id"]
    page = visit("/create", keep=draft("a fox", brand=kit))
    page.get_by_role("button", name="Improve").click()
    panel = page.get_by_role("dialog", name="Improve")
    expect(panel.locator("ins").first).to_be_visible()
    panel.get_by_text("What worked before: silver haze").click()
    with page.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith("/api/runs")) as sent:
        panel.get_by_role("button", name="Again").click()
    said = sent.value.post_data_json
    assert said is not None
    assert said["input"]["context"]["use"] == ["silver haze"]
    assert said["input"]["context"]["avoid"] == ["dramatic"], "what the brand does not say"
    expect(panel.locator("ins").first).to_contain_text("silver haze")
    panel.get_by_role("radio", name="Restyle a prompt").check()
    expect(panel.locator("ins").first).to_contain_text("film still")
    assert studio.ask("DELETE", f"/api/brand/{kit}").status_code == 204
