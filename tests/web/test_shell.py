"""The frame around every page: the door, the ways, the keys, the palette, the looks, the languages."""

from __future__ import annotations

import json
import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests import warm
from tests.warm import ROOT
from tests.web.browser import Trouble, overflow
from tests.web.conftest import Visit
from tests.web.studio import PASSWORD, Studio

PAGES = ["/", "/create", "/edit", "/upscale", "/library", "/settings"]


def look(**state: object) -> dict[str, str]:
    """What a browser remembers of how its person likes the studio to look."""
    return {"gesso.look": json.dumps({"state": state, "version": 0})}


# --- The door -----------------------------------------------------------------------------------------------


def fresh_link(studio: Studio) -> str:
    done = warm.run("gesso", "link", env=studio.environment)
    assert done.returncode == 0, done.stderr
    (query,) = re.findall(r"/sign-in\?code=[\w.~-]+", done.stdout)
    return str(query)


def test_a_link_signs_in_once_and_says_so_the_second_time(visit: Visit, studio: Studio, trouble: Trouble) -> None:
    link = fresh_link(studio)
    page = visit(link, signed_in=False)
    expect(page).to_have_url(f"{studio.url}/")
    expect(page.get_by_role("heading", level=2)).to_contain_text(studio.owner)
    again = visit(link, signed_in=False)
    expect(again).to_have_url(re.compile("/welcome"))
    expect(again.get_by_role("alert")).to_contain_text("This link has been used or is too old")


def test_who_is_not_signed_in_is_led_to_the_door_and_then_to_where_he_wanted(
    visit: Visit, studio: Studio, trouble: Trouble
) -> None:
    trouble.allow("answer: 401 ")
    page = visit("/settings?part=tokens", signed_in=False)
    expect(page).to_have_url(re.compile("/welcome"))
    sign_in = page.get_by_role("button", name="Sign in")
    expect(sign_in).to_be_disabled()
    page.get_by_label("Name", exact=True).fill(studio.owner)
    page.get_by_label("Password").fill("not the password")
    sign_in.click()
    expect(page.get_by_text("Name and password do not go together.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value(studio.owner)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page).to_have_url(f"{studio.url}/settings?part=tokens")
    expect(page.get_by_role("heading", name="API tokens")).to_be_visible()


def test_the_door_leads_to_no_other_site(visit: Visit, studio: Studio, trouble: Trouble) -> None:
    for strange in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        page = visit(f"/welcome?next={strange}", signed_in=False)
        page.get_by_label("Name", exact=True).fill(studio.owner)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{studio.url}/")


def test_who_signs_out_is_out_in_every_tab(visit: Visit, studio: Studio, trouble: Trouble) -> None:
    trouble.allow("answer: 401 ")
    page = visit("/welcome", signed_in=False)
    page.get_by_label("Name", exact=True).fill(studio.owner)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{studio.url}/")
    other = page.context.new_page()
    other.goto("/library")
    page.get_by_role("button", name=f"Account: {studio.owner}").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page).to_have_url(re.compile("/welcome"))
    other.reload()
    expect(other).to_have_url(re.compile("/welcome"))
    page.goto("/create")
    expect(page).to_have_url(re.compile("/welcome"))


# --- Ways ---------------------------------------------------------------------------------------------------

WAYS = [
    ("Create", "/create", "g c"),
    ("Edit", "/edit", "g e"),
    ("Upscale", "/upscale", "g u"),
    ("Library", "/library", "g l"),
    ("Boards", "/boards", "g b"),
    ("Analytics", "/analytics", "g a"),
    ("Settings", "/settings", "g ,"),
    ("Home", "/", "g h"),
]


def test_every_page_is_a_click_away(page: Page, studio: Studio) -> None:
    ways = page.get_by_role("navigation", name="Main")
    for name, path, _ in WAYS:
        ways.get_by_role("link", name=name, exact=True).click()
        expect(page).to_have_url(studio.url + path)
        expect(ways.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("banner").get_by_role("heading", level=1)).to_have_text(name)
        expect(page).to_have_title(f"{name} · Gesso")
    page.go_back()
    expect(page).to_have_url(f"{studio.url}/settings")


def test_every_page_is_two_keys_away(page: Page, studio: Studio) -> None:
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    for _, path, keys in WAYS:
        for key in keys.split():
            page.keyboard.press(key)
        expect(page).to_have_url(studio.url + path)


def test_single_keys_do_nothing_while_somebody_types_and_can_be_switched_off(visit: Visit, studio: Studio) -> None:
    page = visit("/create")
    prompt = page.locator("[data-prompt]")
    prompt.click()
    page.keyboard.type("g l ?")
    expect(prompt).to_have_value("g l ?")
    expect(page).to_have_url(f"{studio.url}/create")
    page.goto("/settings")
    page.get_by_text("Shortcuts of a single letter", exact=True).click()
    page.get_by_role("banner").click()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.keyboard.press("?")
    page.wait_for_timeout(200)
    expect(page).to_have_url(f"{studio.url}/settings")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_list_of_keys_tells_those_of_this_page(visit: Visit) -> None:
    page = visit("/create")
    expect(page.locator("[data-prompt]")).to_be_visible()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Go to Library")
    expect(keys).to_contain_text("Write a prompt")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)


def test_the_palette_does_and_finds_and_is_worked_by_keys(page: Page, studio: Studio) -> None:
    asset = studio.paint("a palette knife on red cloth", seed=11)
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search or run a command")
    expect(box).to_be_focused()
    page.keyboard.type("go to lib")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Go to Library")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{studio.url}/library")
    page.keyboard.press("Control+k")
    page.keyboard.type("theme")
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("Control+k")
    page.keyboard.type("palette knife")
    expect(page.get_by_role("option", name="a palette knife on red cloth")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(asset["id"]))
    expect(page.get_by_role("dialog", name="Picture").or_(page.get_by_role("dialog")).first).to_be_visible()


def test_the_palette_says_when_there_is_nothing(page: Page) -> None:
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    page.get_by_role("button", name="Search or run a command").first.click()
    expect(page.get_by_role("combobox", name="Search or run a command")).to_be_focused()
    page.keyboard.type("zzzzzz")
    expect(page.get_by_text("Nothing here is called “zzzzzz”.")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_first_tab_skips_to_the_content(visit: Visit) -> None:
    page = visit("/library")
    expect(page.get_by_role("banner")).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_the_sidebar_becomes_a_rail_and_stays_one(page: Page) -> None:
    ways = page.get_by_role("navigation", name="Main")
    wide = ways.bounding_box()
    page.get_by_role("button", name="Collapse sidebar").click()
    page.reload()
    expect(page.get_by_role("button", name="Expand sidebar")).to_be_visible()
    narrow = ways.bounding_box()
    assert wide
    assert narrow
    assert narrow["width"] < wide["width"] / 2
    ways.get_by_role("link", name="Library").hover()
    expect(page.get_by_text(re.compile("^Library")).filter(visible=True)).to_have_count(1)
    page.keyboard.press("\\")
    expect(page.get_by_role("button", name="Collapse sidebar")).to_be_visible()


def test_an_address_that_leads_nowhere_says_so_and_leads_home(visit: Visit, studio: Studio) -> None:
    page = visit("/no/such/page")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    page.get_by_role("link", name="Go home").click()
    expect(page).to_have_url(f"{studio.url}/")


def test_a_page_that_stumbles_says_so_and_can_be_tried_again(visit: Visit, trouble: Trouble) -> None:
    """An answer that no studio gives makes the page fall over: the frame catches it."""
    trouble.allow("^page: |^console: ")

    def nonsense(route: Route) -> None:
        offer = {"id": "no/schema", "title": "Without a schema", "provider": "no"}
        route.fulfill(json=[{"op": "image.generate", "title": "Generate", "capability": "create", "offers": [offer]}])

    page = visit("/welcome")
    page.context.route("**/api/operations", nonsense)
    page.goto("/create")
    expect(page.get_by_role("heading", name="This page stumbled")).to_be_visible()
    page.context.unroute("**/api/operations")
    page.get_by_role("button", name="Go home").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


# --- Looks --------------------------------------------------------------------------------------------------

SEEN = """
window.seen = [];
const look = () => {
    const root = document.documentElement;
    if (root) window.seen.push(root.dataset.theme);
    requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@pytest.mark.parametrize(
    ("chosen", "system", "worn"),
    [
        ("light", "dark", "light"),
        ("dark", "light", "dark"),
        ("system", "light", "light"),
        ("system", "dark", "dark"),
    ],
)
def test_the_chosen_theme_is_there_from_the_first_frame(visit: Visit, chosen: str, system: str, worn: str) -> None:
    page = visit("/welcome", theme="dark" if system == "dark" else "light", keep=look(theme=chosen))
    page.add_init_script(SEEN)

    def late(route: Route) -> None:
        time.sleep(0.2)
        route.continue_()

    page.route("**/first.js", late)
    page.goto("/")
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    assert set(page.evaluate("window.seen")) == {worn}


def test_a_theme_is_chosen_in_settings_and_follows_the_system_if_wanted(visit: Visit) -> None:
    page = visit("/settings")
    root = page.locator("html")
    for name, worn in (("Light", "light"), ("Dark", "dark"), ("System", "dark")):
        page.get_by_role("radiogroup", name="Theme").get_by_role("radio", name=name, exact=True).check()
        expect(root).to_have_attribute("data-theme", worn)
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-theme", "light")


ENGLISH = {
    namespace.stem: json.loads(namespace.read_text()) for namespace in sorted((ROOT / "web/src/i18n/en").glob("*.json"))
}


def words(value: object) -> set[str]:
    """All sentences of a catalogue that have no gap in them."""
    if isinstance(value, str):
        return set() if "{{" in value else {value}
    assert isinstance(value, dict)
    return {word for inner in value.values() for word in words(inner)}


def test_in_german_no_english_is_left(visit: Visit, studio: Studio) -> None:
    german = set[str]()
    for namespace in (ROOT / "web/src/i18n/de").glob("*.json"):
        german |= words(json.loads(namespace.read_text()))
    # What pictures are called is their owner's to say.
    called = {asset["title"] for asset in studio.api("GET", "/api/assets?limit=100")["items"]}
    page = visit("/", locale="de-AT")
    left: dict[str, list[str]] = {}
    for path in [*PAGES, "/settings?part=budget", "/settings?part=tokens", "/settings?part=profile"]:
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.get_by_role("main").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        shown: list[str] = page.evaluate(
            """() => {
                const found = new Set();
                const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (walk.nextNode()) found.add(walk.currentNode.textContent.trim());
                for (const name of ["aria-label", "placeholder", "title", "alt"])
                    for (const one of document.querySelectorAll(`[${name}]`)) found.add(one.getAttribute(name).trim());
                return [...found];
            }"""
        )
        left[path] = sorted(set(shown) & (words(ENGLISH) - german - called))
    assert left == {path: [] for path in left}


def test_a_language_is_chosen_in_settings_and_kept(visit: Visit) -> None:
    page = visit("/settings")
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    way = page.get_by_role("link", name="Einstellungen", exact=True)
    expect(way).to_be_visible()
    page.reload()
    expect(way).to_be_visible()


# --- Small and large ----------------------------------------------------------------------------------------


def test_a_phone_has_its_ways_below(visit: Visit, studio: Studio) -> None:
    page = visit("/", width=390, height=844, touch=True)
    ways = page.get_by_role("navigation", name="Main")
    expect(ways).to_have_count(1)
    box = ways.bounding_box()
    assert box
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    for name in ("Create", "Edit", "Library"):
        way = ways.get_by_role("link", name=name)
        size = way.bounding_box()
        assert size
        assert min(size["width"], size["height"]) >= 44
        way.tap()
        expect(way).to_have_attribute("aria-current", "page")
    ways.get_by_role("button", name="More").tap()
    page.get_by_role("dialog", name="More").get_by_role("link", name="Upscale").tap()
    expect(page).to_have_url(f"{studio.url}/upscale")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "height"), [(720, 450), (390, 844), (320, 640)], ids=["200 percent", "phone", "400 percent"]
)
def test_no_page_must_be_scrolled_sideways(visit: Visit, studio: Studio, width: int, height: int) -> None:
    studio.paint("a very wide panorama of a harbour", seed=12, width=1024, height=256)
    page = visit("/welcome", width=width, height=height)
    out: dict[str, list[str]] = {"/welcome": overflow(page)}
    for path in [*PAGES, "/settings?part=budget", "/settings?part=tokens", "/settings?part=models"]:
        page.goto(path)
        expect(page.get_by_role("main").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        out[path] = overflow(page)
    assert out == {path: [] for path in out}
