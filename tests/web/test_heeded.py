"""What is set on a page is what the run is told: the controls of each room, those of hosted models too."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from gesso.imaging import film, picture
from tests.conftest import photo
from tests.imaging.test_film import sound as hum
from tests.imaging.test_film import wav
from tests.web.browser import Trouble
from tests.web.conftest import Visit
from tests.web.studio import Studio
from tests.web.test_create import PAINTED_MS, button, card, draft, prompt, tiles
from tests.web.test_edit import RUN_MS, easel, stroke
from tests.web.test_transform import draft as filled


def slid(page: Page, name: str, key: str = "End") -> None:
    page.get_by_role("slider", name=name, exact=True).last.press(key)


def typed(page: Page, name: str, value: str) -> None:
    field = page.get_by_role("spinbutton", name=name, exact=True)
    field.fill(value)
    field.press("Tab")


def run_of(page: Page, studio: Studio) -> dict[str, Any]:
    """Carried out from its page: the run, when the page shows what it made."""
    before = page.url
    run = page.locator("button[aria-describedby=run-facts]")
    expect(run).to_be_enabled()
    run.click()
    page.wait_for_url(lambda url: url != before and "show=" in url, timeout=RUN_MS)
    shown = re.findall(r"show=([\w-]+)", page.url)[0]
    asset: dict[str, Any] = studio.api("GET", f"/api/assets/{shown}")
    made: dict[str, Any] = studio.over(asset["run"])
    assert made["state"] == "succeeded", made
    return made


def models(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name=name).first.click()


@pytest.mark.row("C4", "C8", "C10")
def test_every_control_of_create_is_in_the_order_and_what_is_not_heeded_is_said(visit: Visit, studio: Studio) -> None:
    page = visit("/create", keep=draft("a mill by a {river|lake}", count=1))
    typed(page, "Width", "320")
    page.get_by_role("textbox", name="Ratio").fill("1.91:1")
    expect(page.get_by_role("radiogroup", name="Shape")).to_contain_text("320 × 168")
    for quality in ("Premium", "Draft", "Standard"):
        page.get_by_role("radio", name=quality).check()
    dropped = page.evaluate_handle(
        """(bytes) => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], "disc.png", { type: "image/png" }));
            return files;
        }""",
        list(photo(300, 200)),
    )
    prompt(page).dispatch_event("drop", {"dataTransfer": dropped})
    page.get_by_role("button", name=re.compile("^Reference 1: disc")).click()
    slid(page, "Weight")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=re.compile("^Reference 1: disc, 100"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Advanced")).click()
    typed(page, "Guidance", "7.5")
    typed(page, "Steps", "30")
    typed(page, "Seed", "0")
    page.get_by_role("textbox", name="Leave out").fill("{fog|rain}")
    expect(page.get_by_role("region", name=re.compile("^What is sent"))).to_contain_text(
        re.compile("a mill by a (river|lake) · without (fog|rain)")
    )
    expect(page.get_by_text(re.compile("Will be ignored: .*negative_prompt"))).to_be_visible()
    expect(button(page)).to_contain_text("Free")
    button(page).click()
    expect(tiles(card(page, "a mill by a river").or_(card(page, "a mill by a lake")))).to_have_count(
        1, timeout=PAINTED_MS
    )
    told = studio.runs()[0]["input"]
    assert (told["width"], told["height"], told["quality"], told["seed"]) == (320, 168, "standard", 0)
    assert (told["guidance"], told["steps"], told["negative_wording"]) == (7.5, 30, "{fog|rain}")
    assert told["negative_prompt"] in ("fog", "rain")
    assert [reference["weight"] for reference in told["references"]] == [1]
    # And from a picture to start from, with how far the result may leave it.
    page.get_by_role("button", name="Add a picture", exact=True).click()
    page.get_by_role("menuitem", name="Start from a picture").click()
    page.get_by_role("dialog").get_by_role("button", name="disc", exact=True).first.click()
    page.get_by_role("button", name=re.compile("^Start from a picture: disc")).click()
    slid(page, "Strength", "Home")
    page.keyboard.press("Escape")
    with page.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith("/api/runs")) as sent:
        button(page).click()
    order = sent.value.post_data_json
    assert order is not None
    assert order["input"]["strength"] == 0


@pytest.mark.row("E1", "E2", "E11", "E13")
def test_backgrounds_edges_and_a_mask_are_in_the_order_and_the_rest_is_proved(
    visit: Visit, studio: Studio, trouble: Trouble
) -> None:
    # A picture behind it that is still to be chosen.
    trouble.allow("422 POST /api/runs/estimate")
    source = studio.upload(photo(240, 160), "disc.png")
    other = studio.upload(photo(120, 80), "backdrop.png")
    page = visit(f"/edit?asset={source['id']}&op=image.remove_background")
    backdrop = page.get_by_role("radiogroup", name="New background")
    slid(page, "Soften the edge", "PageUp")
    page.get_by_role("button", name=re.compile("^Advanced")).click()
    slid(page, "Move the edge", "PageUp")
    page.get_by_role("switch", name="Clean the edge colours").uncheck(force=True)
    cut = run_of(page, studio)
    assert cut["input"]["feather"] > 0 < cut["input"]["shift"]
    assert (cut["input"]["decontaminate"], cut["outputs"][0]["facts"]["alpha"]) == (False, True)
    for kind in ("Colour", "Gradient", "Picture", "Blur", "Template"):
        backdrop.get_by_role("radio", name=kind, exact=True).check()
        if kind == "Picture":
            page.get_by_role("button", name=re.compile("^Choose, drop or paste")).click()
            page.get_by_role("dialog").get_by_role("button", name="backdrop", exact=True).first.click()
        made = run_of(page, studio)
        assert made["input"]["background"]["kind"] == {"Picture": "image"}.get(kind, kind.lower())
        assert made["input"]["background"].get("image") == (other["id"] if kind == "Picture" else None)
        assert made["outputs"][0]["facts"]["alpha"] is False, kind

    # A mask and words, drawn as in Create; the proof stands beside the picture, and it is made again from there.
    page.goto(f"/edit?asset={source['id']}&op=image.inpaint&tool=paint")
    stroke(page, easel(page), (0.45, 0.45), (0.55, 0.5))
    page.get_by_role("textbox", name="Prompt").fill("a {red|blue} hat")
    expect(page.get_by_role("region", name=re.compile("^What is sent"))).to_contain_text(re.compile("a (red|blue) hat"))
    run = run_of(page, studio)
    assert run["input"]["wording"] == "a {red|blue} hat"
    assert run["input"]["prompt"] in ("a red hat", "a blue hat")
    (made,) = run["outputs"]
    after, before = (
        picture.load(studio.ask("GET", f"/api/assets/{id}/file").content)[..., :3] for id in (made["id"], source["id"])
    )
    assert (after[:40] == before[:40]).all()
    page.goto(f"/library?view={made['id']}")
    page.get_by_role("button", name="Details").click()
    expect(page.get_by_text("0 pixels changed")).to_be_visible()
    runs = len(studio.runs())
    page.get_by_role("button", name="More actions").first.click()
    page.get_by_role("menuitem", name="Run again").click()
    expect(page.get_by_text(re.compile("^Running again: a .* hat"))).to_be_visible()
    again = studio.over(studio.runs()[0]["id"])
    assert (len(studio.runs()), again["rerun_of"]) == (runs + 1, run["id"])
    assert again["outputs"][0]["sha256"] == made["sha256"]
    kept = {version["id"] for version in studio.api("GET", f"/api/assets/{source['id']}/versions")}
    assert {source["id"], made["id"], again["outputs"][0]["id"]} <= kept


@pytest.mark.row("U1", "U2", "U4")
def test_a_purpose_a_size_a_mode_and_words_are_in_the_order(visit: Visit, studio: Studio) -> None:
    source = studio.upload(photo(96, 64), "disc.png")
    page = visit(f"/upscale?asset={source['id']}")
    sizes: Locator = page.get_by_role("radiogroup", name="Size", exact=True)
    for factor in ("2×", "4×", "8×"):
        page.get_by_role("radio", name=factor).check(force=True)
        times = int(factor[0])
        expect(page.get_by_text(f"{96 * times} × {64 * times}", exact=True)).to_be_visible()
    page.get_by_role("radiogroup", name="Detail").get_by_role("radio", name="Creative").check()
    page.get_by_role("button", name=re.compile("^Advanced")).click()
    page.get_by_role("textbox", name="Prompt").fill("a {red|crimson} disc")
    made = run_of(page, studio)
    assert (made["input"]["mode"], made["input"]["factor"], made["outputs"][0]["width"]) == ("creative", 8, 768)
    assert made["input"]["prompt"] in ("a red disc", "a crimson disc")
    page.goto(f"/upscale?asset={studio.upload(photo(900, 600), 'large.png')['id']}")
    sizes.get_by_role("radio", name="For", exact=True).check()
    purpose = page.get_by_role("radiogroup", name="For", exact=True)
    for name, side in (("Print", 4961), ("Web", 2560), ("Social", 2160)):
        purpose.get_by_role("radio", name=name).check()
        expect(page.get_by_text(re.compile(rf"^{side} × \d+"))).to_be_visible()
    page.get_by_role("radiogroup", name="Detail").get_by_role("radio", name="Conservative").check()
    made = run_of(page, studio)
    assert (made["input"]["preset"], made["outputs"][0]["width"]) == ("social", 2160)
    sizes.get_by_role("radio", name="Side", exact=True).check()
    typed(page, "Long side", "1200")
    assert run_of(page, studio)["outputs"][0]["width"] == 1200


@pytest.mark.row("K2", "K3", "K4", "K5")
def test_strengths_shapes_and_styles_are_in_the_order_of_whoever_has_them(visit: Visit, shop: Studio) -> None:
    source = shop.upload(photo(192, 128), "disc.png")
    page = visit(f"/control?asset={source['id']}&op=image.structure", of=shop)
    models(page, re.compile("^Sketchbook|offline"))
    page.get_by_role("textbox", name="Prompt").fill("a watercolour at {dawn|dusk}")
    slid(page, "Keep the structure", "Home")
    page.get_by_role("button", name=re.compile(r"^Browse \d+")).click()
    gallery = page.get_by_role("dialog", name="Style", exact=True)
    gallery.get_by_role("textbox", name="Search styles").fill("watercolour")
    gallery.get_by_role("button", name="Watercolour", exact=True).click()
    page.get_by_role("button", name=re.compile("^Advanced")).click()
    typed(page, "Seed", "0")
    told = run_of(page, shop)["input"]
    assert (told["strength"], told["seed"], told["style"]) == (0, 0, "watercolour")
    assert told["prompt"] in ("a watercolour at dawn", "a watercolour at dusk")
    page.goto(f"/control?asset={source['id']}&op=image.style_guide")
    models(page, re.compile("^Sketchbook|offline"))
    page.get_by_role("textbox", name="Prompt").fill("a lake")
    slid(page, "Fidelity")
    page.get_by_role("radiogroup", name="Shape").get_by_role("radio", name="Own").check()
    typed(page, "Width", "382")
    page.get_by_role("textbox", name="Ratio").fill("1.49:1")
    made = run_of(page, shop)
    assert (made["input"]["fidelity"], made["outputs"][0]["width"], made["outputs"][0]["height"]) == (1, 382, 256)
    page.goto(f"/control?asset={source['id']}&op=image.style_transfer")
    models(page, "Stability Style Transfer")
    page.get_by_role("button", name=re.compile("^Choose, drop or paste")).click()
    page.get_by_role("dialog").get_by_role("button", name="disc", exact=True).first.click()
    slid(page, "Composition", "Home")
    slid(page, "Change")
    made = run_of(page, shop)
    assert (made["input"]["composition"], made["input"]["change"]) == (0, 1)
    assert made["spent"] > 0


@pytest.mark.row("T1")
def test_a_films_length_resolution_sound_and_words_are_in_the_order(visit: Visit, studio: Studio) -> None:
    source = studio.paint("a pier at noon", side=128)
    sound = studio.upload(wav(hum(0.8), film.RATE), "a hum.wav")
    page = visit(f"/transform?asset={source['id']}", keep=filled("video.from_image", parallax=0, fps=24))
    facts = page.locator("button[aria-describedby=run-facts]")
    for seconds in ("10", "5"):
        page.get_by_role("textbox", name="Length").fill(seconds)
        page.keyboard.press("Tab")
        expect(facts).to_contain_text(f"{seconds} s")
    for lines in ("1080p", "720p", "480p"):
        page.get_by_role("radio", name=lines).check()
    page.get_by_role("button", name=re.compile("^Advanced")).click()
    page.get_by_role("textbox", name="Prompt").fill("waves")
    page.get_by_role("button", name="Improve").click()
    panel = page.get_by_role("dialog", name="Improve")
    panel.get_by_role("button", name="Use this").click()
    expect(page.get_by_role("textbox", name="Prompt")).to_have_value(re.compile("^waves, .+"))
    page.get_by_role("button", name=re.compile("Choose or drop a sound")).click()
    page.get_by_role("dialog").get_by_role("button", name="a hum").first.click()
    page.get_by_role("textbox", name="Length").fill("1")
    page.keyboard.press("Tab")
    expect(facts).to_contain_text("1 s")
    facts.click()
    expect(page.get_by_role("region", name=re.compile("^Film:"))).to_be_visible(timeout=RUN_MS)
    made = studio.runs()[0]
    told = made["input"]
    assert (told["seconds"], told["resolution"], told["audio"]) == (1, "480p", sound["id"])
    assert made["outputs"][0]["facts"]["audio"] == "aac"
    assert told["prompt"].startswith("waves, ")
