"""The room of films: a picture moves, speaks, becomes a body; pictures follow each other; and all of it is played, cut
and taken out again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from gesso.dev.fakes.shelf import SHELF
from gesso.dev.fakes.wavespeed import WaveSpeed
from gesso.imaging import film, mesh, picture
from tests.imaging.photos import photo
from tests.imaging.test_casts import box, read_stl
from tests.imaging.test_film import sound as hum
from tests.imaging.test_film import wav
from tests.imaging.test_footage import counted
from tests.web.browser import SWITCHES, Theme, Trouble, axe, chromium, overflow
from tests.web.conftest import PATIENCE_MS, Visit
from tests.web.studio import Studio, opened

KEY = "ws-0123456789-of-the-tests"
MADE_MS = 90_000
STALL = "GPU stall due to ReadPixels"
"""What Chromium says where it draws WebGL without a graphics card, as here."""


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}"))


def runs_it(page: Page) -> Locator:
    """The button that is the price."""
    return page.locator("button[aria-describedby=run-facts]")


def draft(op: str, **values: object) -> dict[str, str]:
    return {"gesso.drafts": json.dumps({"state": {"drafts": {op: {"offer": None, "values": values}}}, "version": 1})}


def frame_of(page: Page) -> Locator:
    return page.locator("[data-frame]")


def values_of(page: Page, op: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.evaluate("localStorage.getItem('gesso.drafts')"))["state"]["drafts"][op]
    return found["values"]  # type: ignore[no-any-return]


@pytest.mark.row("T1", "T6")
def test_a_picture_moves_as_chosen_and_a_frame_of_it_goes_on(visit: Visit, studio: Studio) -> None:
    source = studio.paint("a pier at dawn", side=256)
    page = visit(f"/transform?asset={source['id']}", keep=draft("video.from_image", seconds=1, resolution="480p"))
    expect(page.get_by_role("radio", name="Video", exact=True)).to_be_checked()
    tiles = page.get_by_role("radiogroup", name="Camera").get_by_role("radio")
    expect(tiles).to_have_count(10)
    for clip in page.get_by_role("radiogroup", name="Camera").locator("video").all():
        address = clip.get_attribute("src")
        assert address is not None
        answer = httpx2.get(studio.url + address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    page.get_by_role("radio", name="Pan left").check()
    puck = page.get_by_role("slider", name="Where the camera looks")
    puck.press("ArrowRight")
    puck.press("ArrowDown")
    expect(puck).to_have_attribute("aria-valuetext", "52% from the left, 52% from the top")
    ground = page.get_by_role("img", name="a pier at dawn").last.bounding_box()
    assert ground is not None
    page.mouse.click(ground["x"] + ground["width"] * 0.25, ground["y"] + ground["height"] * 0.75)
    expect(puck).to_have_attribute("aria-valuetext", "25% from the left, 75% from the top")
    run = runs_it(page)
    expect(run).to_contain_text("1 s")
    expect(run).to_contain_text("Free")
    run.click()
    expect(page.get_by_role("region", name=re.compile("^Film:"))).to_be_visible(timeout=MADE_MS)
    made = studio.runs()[0]
    told = {name: made["input"][name] for name in ("motion", "focus_x", "focus_y", "seconds")}
    assert told == {"motion": "pan_left", "focus_x": 0.25, "focus_y": 0.75, "seconds": 1}

    # Picture by picture, from either end.
    expect(frame_of(page)).to_contain_text("Frame 1 of 30")
    page.keyboard.press(".")
    page.keyboard.press(".")
    expect(frame_of(page)).to_contain_text("Frame 3 of 30")
    page.keyboard.press(",")
    expect(frame_of(page)).to_contain_text("Frame 2 of 30")
    position = page.get_by_role("slider", name="Position")
    position.press("End")
    expect(frame_of(page)).to_contain_text("Frame 30 of 30")
    expect(position).to_have_attribute("aria-valuetext", "0:00.97, frame 30 of 30")
    position.press("ArrowLeft")
    expect(frame_of(page)).to_contain_text("Frame 29 of 30")
    clip = page.locator(f"video[src='{made['outputs'][0]['file']}']")
    assert clip.evaluate("(one) => one.paused && one.loop")
    page.get_by_role("button", name="Again and again").click()
    page.get_by_role("button", name="Speed: 1×").click()
    page.get_by_role("menuitem", name="0.5×").click()
    assert clip.evaluate("(one) => [one.loop, one.playbackRate]") == [False, 0.5]
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.wait_for_function(
        "(src) => document.querySelector(`video[src='${src}']`).ended", arg=made["outputs"][0]["file"]
    )

    # What is taken out is the very picture that was seen.
    position.press("Home")
    expect(frame_of(page)).to_contain_text("Frame 1 of 30")
    button(page, "Save frame").click()
    expect(page.get_by_text("The frame is a picture of its own now")).to_be_visible(timeout=MADE_MS)
    frame = studio.runs()[0]["outputs"][0]
    assert (frame["op"], frame["parents"]) == ("video.frame", [made["outputs"][0]["id"]])
    size = made["outputs"][0]["width"], made["outputs"][0]["height"]
    assert (frame["width"], frame["height"]) == size
    position.press("End")
    expect(frame_of(page)).to_contain_text("Frame 30 of 30")
    button(page, "This frame").click()
    page.get_by_role("menuitem", name="Extend from this frame").click()
    page.wait_for_url(re.compile(r"/transform\?asset="), timeout=MADE_MS)
    expect(page).not_to_have_url(re.compile(source["id"]), timeout=MADE_MS)
    last = studio.runs()[0]["outputs"][0]
    expect(page).to_have_url(re.compile(last["id"]))
    assert last["sha256"] != frame["sha256"]
    page.go_back()
    expect(page.get_by_role("region", name=re.compile("^Film:"))).to_be_visible()


@pytest.fixture(scope="module")
def shop(built: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Studio, WaveSpeed]]:
    with WaveSpeed(KEY).running() as fake:
        told = {"wavespeed": SHELF["wavespeed"].settings(fake.url, KEY)}
        with opened(tmp_path_factory.mktemp("films"), GESSO_PROVIDERS=json.dumps(told)) as found:
            yield found, fake


@pytest.mark.row("T5", "T6")
def test_before_a_film_is_bought_its_motion_is_seen_for_nothing(shop: tuple[Studio, WaveSpeed], visit: Visit) -> None:
    studio, fake = shop
    source = studio.paint("a pier at dawn", side=256)
    keep = draft("video.from_image", seconds=3, motion="orbit", prompt="waves roll in")
    page = visit(f"/transform?asset={source['id']}", of=studio, keep=keep)
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="WAN 2.5").first.click()
    run = runs_it(page)
    expect(run).to_contain_text("3 s × $0.10 =")
    expect(run).to_contain_text("$0.30")
    page.get_by_role("textbox", name="Length").fill("5")
    page.keyboard.press("Tab")
    expect(run).to_contain_text("5 s × $0.10 =")
    expect(run).to_contain_text("$0.50")
    expect(page.get_by_text("This model goes by the words alone.")).to_be_visible()
    button(page, "Say it in the prompt").click()
    assert values_of(page, "video.from_image")["prompt"] == "waves roll in. The camera: orbit."
    page.get_by_role("textbox", name="Length").fill("3")
    page.keyboard.press("Tab")
    expect(run).to_contain_text("$0.30")

    button(page, "Make the animatic").click()
    expect(page.get_by_text("Animatic: a free sketch of the motion")).to_be_visible(timeout=MADE_MS)
    sketch = studio.runs()[0]
    assert (sketch["offer"], sketch["spent"]) == ("local/camera", 0)
    assert (sketch["input"]["motion"], sketch["input"]["seconds"]) == ("orbit", 3)
    assert fake.seen == [], "nobody else was asked"
    expect(page.get_by_role("navigation", name="Latest results").get_by_text("Animatic", exact=True)).to_be_visible()

    run.click()
    expect(button(page, "Beside its animatic")).to_be_visible(timeout=MADE_MS)
    bought = studio.runs()[0]
    assert (bought["state"], bought["spent"]) == ("succeeded", 30_000)
    button(page, "Beside its animatic").click()
    expect(page.get_by_role("region", name=re.compile("^Film:"))).to_have_count(2)
    expect(page.get_by_role("figure").first).to_contain_text("Animatic: a free sketch of the motion")
    expect(page.get_by_role("figure").last).to_contain_text("WAN 2.5")
    axe(page)


@pytest.mark.row("T2")
def test_a_portrait_speaks_what_was_recorded_cut_or_written(visit: Visit, studio: Studio) -> None:
    face = studio.upload(picture.png(photo("astronaut")[:320, 80:360]), "a face.png")
    voice = studio.upload(wav(hum(0.8), film.RATE), "a hum.wav")
    page = visit(
        f"/transform?asset={face['id']}&op=video.avatar", keep=draft("video.avatar", resolution="480p", fps=24)
    )
    expect(page.get_by_role("radio", name="Avatar")).to_be_checked()
    expect(page.get_by_text("Needed: Voice")).to_be_visible()
    page.get_by_role("button", name=re.compile("Choose or drop a sound")).click()
    page.get_by_role("button", name="a hum").first.click()
    expect(page.get_by_role("img", name="Waveform of a hum, 0:00.8 long")).to_be_visible()
    run = runs_it(page)
    expect(run).to_contain_text("0.8 s")
    start, end = (page.get_by_role("slider", name=name) for name in ("Start of the part", "End of the part"))
    start.press("ArrowRight")
    start.press("ArrowRight")
    end.press("ArrowLeft")
    expect(page.get_by_text("0:00.20 – 0:00.70 · 0:00.50")).to_be_visible()
    button(page, "Play the part").click()
    expect(button(page, "Play the part")).to_be_visible()
    button(page, "Cut to this part").click()
    expect(run).to_contain_text("0.5 s", timeout=MADE_MS)
    part = studio.runs()[0]
    assert (part["op"], part["input"]["start"], part["input"]["end"]) == ("audio.trim", 0.2, 0.7)
    assert part["outputs"][0]["parents"] == [voice["id"]]
    axe(page)
    run.click()
    expect(page.get_by_role("region", name=re.compile("^Film:"))).to_be_visible(timeout=MADE_MS)
    made = studio.runs()[0]
    assert made["input"]["audio"] == part["outputs"][0]["id"]
    assert made["outputs"][0]["facts"]["audio"] == "aac"
    expect(page.get_by_role("button", name="Mute")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")

    page.get_by_role("radio", name="Text", exact=True).check()
    page.get_by_role("textbox", name="Or text to speak").fill("Good morning to all of you, and welcome.")
    expect(page.get_by_text("Spoken in about 3 s")).to_be_visible()
    expect(run).to_contain_text(re.compile(r"\d(\.\d)? s"))
    voices = page.get_by_role("combobox", name="Voice")
    voices.click()
    voices.press("ArrowDown")
    page.get_by_role("option", name=re.compile("^German")).first.click()
    page.get_by_role("radio", name="High").check()
    with page.expect_response(re.compile(r"/api/voices/de%2Bf3/sample\?text=Good")) as said:
        button(page, "Listen").click()
    assert said.value.status in (200, 206)
    told = values_of(page, "video.avatar")
    assert (told["voice"], told["audio"]) == ("de+f3", None)
    axe(page)


@pytest.mark.row("T2")
def test_what_is_said_into_the_microphone_is_a_sound(browser: Browser, studio: Studio, trouble: Trouble) -> None:
    face = studio.paint("a round moon", side=256)
    device = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    heard = browser.browser_type.launch(executable_path=chromium(), args=[*SWITCHES, *device])
    try:
        context = heard.new_context(
            base_url=studio.url, storage_state={"cookies": [studio.cookie()], "origins": []}, locale="en-GB"
        )
        context.set_default_timeout(PATIENCE_MS)
        trouble.watch(context)
        page = context.new_page()
        page.goto(f"/transform?asset={face['id']}&op=video.avatar")
        button(page, "Record").click()
        stop = button(page, "Stop")
        expect(stop).to_contain_text("0:02")
        stop.click()
        expect(page.get_by_role("img", name=re.compile("^Waveform of Recording"))).to_be_visible()
        expect(runs_it(page)).to_contain_text(re.compile(r"[2-9](\.\d)? s"))
        kept = studio.api("GET", "/api/assets?kind=audio&limit=1")["items"][0]
        assert kept["type"] == "audio/webm"
        assert kept["facts"]["seconds"] > 1
        peaks = studio.api("GET", f"/api/assets/{kept['id']}/peaks")["peaks"]
        assert max(peaks) > 10, "the device beeps"
        context.close()
        trouble.check()
    finally:
        heard.close()


def seen(canvas: Locator) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return picture.load(canvas.screenshot(), alpha=False)


@pytest.mark.row("T3")
def test_a_body_is_turned_and_goes_to_other_programs(
    visit: Visit, studio: Studio, trouble: Trouble, tmp_path: Path
) -> None:
    trouble.allow(STALL)
    source = studio.paint("a pier at dawn", side=256)
    keep = draft("mesh.from_image", grid=64, subject=False)
    page = visit(f"/transform?asset={source['id']}", keep=keep)
    page.get_by_role("radio", name="3D", exact=True).check()
    expect(page).to_have_url(re.compile(r"op=mesh\.from_image"))
    button(page, "Image to 3D").click()
    canvas = page.get_by_role("application")
    expect(canvas).to_have_attribute("data-state", "ready", timeout=MADE_MS)
    facts = page.locator("dl[aria-label='About the model']")
    expect(facts).to_contain_text("Watertight")
    expect(facts).to_contain_text("Yes")
    expect(facts).to_contain_text(re.compile(r"100 × 100 × \d+ cm"))
    first = seen(canvas)
    assert np.ptp(first.reshape(-1, 3), axis=0).min() > 60, "something is drawn"
    canvas.press("ArrowLeft")
    canvas.press("ArrowLeft")
    expect(canvas).to_have_attribute("data-turn", "13")
    turned = seen(canvas)
    assert (np.abs(turned.astype(int) - first).max(2) > 30).mean() > 0.02
    canvas.press("0")
    expect(canvas).to_have_attribute("data-turn", "25")
    assert (np.abs(seen(canvas).astype(int) - first).max(2) > 30).mean() < 0.002
    page.get_by_role("button", name="Wireframe").click()
    assert (np.abs(seen(canvas).astype(int) - first).max(2) > 30).mean() > 0.02
    page.get_by_role("button", name="Turntable").click()
    expect(canvas).not_to_have_attribute("data-turn", "25")
    page.get_by_role("button", name="Turntable").click()
    axe(page)
    page.get_by_role("button", name="Export").click()
    page.get_by_role("radio", name="STL").check()
    size = page.get_by_role("spinbutton", name="Longest side in mm")
    size.fill("80")
    size.press("Enter")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download STL").click()
    saved.value.save_as(tmp_path / "pier.stl")
    corners = read_stl((tmp_path / "pier.stl").read_bytes())[1].reshape(-1, 3)
    assert np.ptp(corners, axis=0).max() == pytest.approx(80, abs=0.01)
    assert saved.value.suggested_filename.endswith(".stl")


@pytest.mark.row("T4")
def test_pictures_are_put_in_order_and_follow_each_other(visit: Visit, studio: Studio) -> None:
    files = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture.png(np.full((90, 160, 3), tone, np.uint8))}
        for name, tone in (("one", 40), ("two", 120), ("three", 220))
    ]
    page = visit(
        "/transform?op=video.from_images", keep=draft("video.from_images", resolution="480p", fps=24, moving=False)
    )
    expect(page.get_by_role("radio", name="Sequence")).to_be_checked()
    line = page.get_by_role("region", name="Sequence")
    line.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    shots = line.locator("[data-shot]")
    expect(shots).to_have_count(3)
    expect(line).to_contain_text("0:09.0")
    shots.nth(2).press("Alt+ArrowLeft")
    shots.nth(1).press("Alt+ArrowLeft")
    for name in ("1", "2", "3"):
        field = line.get_by_role("spinbutton", name=f"Seconds of picture {name}")
        field.fill("0.5" if name != "2" else "1")
        field.press("Enter")
    expect(line).to_contain_text("0:02.0")
    line.get_by_role("combobox", name="Between 1 and 2").click()
    page.get_by_role("option", name="Cut").click()
    run = runs_it(page)
    expect(run).to_contain_text("2 s")
    axe(page)
    run.click()
    expect(page.get_by_role("region", name=re.compile("^Film:"))).to_be_visible(timeout=MADE_MS)
    made = studio.runs()[0]
    titles = [studio.api("GET", f"/api/assets/{image}")["title"] for image in made["input"]["images"]]
    assert titles == ["three", "one", "two"]
    assert (made["input"]["lengths"], made["input"]["transitions"]) == ([0.5, 1, 0.5], ["cut", "fade"])
    assert made["outputs"][0]["facts"]["seconds"] == pytest.approx(2, abs=0.05)
    button(page, "The pictures").click()
    # By hand: the first behind the second.
    shots.nth(0).drag_to(shots.nth(2))
    expect(line.get_by_role("spinbutton", name="Seconds of picture 1")).to_have_value("1")
    shots.nth(0).press("Delete")
    expect(shots).to_have_count(2)


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("light", 390), ("dark", 768)])
def test_everybody_can_use_it_anywhere(
    visit: Visit, studio: Studio, trouble: Trouble, theme: Theme, width: int
) -> None:
    trouble.allow(STALL)
    source = studio.paint("a pier at dawn", side=256)
    reel = studio.upload(counted(12), "a reel.mp4")
    body = studio.upload(mesh.glb(box()), "a box.glb")
    voice = studio.upload(wav(hum(0.8), film.RATE), "a hum.wav")
    page = visit("/transform", theme=theme, width=width, touch=width < 400)
    here = f"/transform?asset={source['id']}"
    for path in (
        "/transform",
        here,
        f"{here}&show={reel['id']}",
        f"{here}&op=mesh.from_image&show={body['id']}",
        f"{here}&op=video.avatar",
        "/transform?op=video.from_images",
        f"/library?view={voice['id']}",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        expect(page.locator(".skeleton")).to_have_count(0)
        axe(page)
        assert overflow(page) == [], path


@pytest.mark.row("T6")
def test_the_library_plays_a_film_and_its_arrows_stay_its_own(visit: Visit, studio: Studio) -> None:
    own = counted(12)
    reel = studio.upload(own, "a reel.mp4")
    studio.upload(counted(13), "another reel.mp4")
    page = visit(f"/library?view={reel['id']}")
    expect(page.get_by_role("region", name="Film: a reel")).to_be_visible()
    page.keyboard.press(".")
    expect(frame_of(page)).to_contain_text("Frame 2 of 12")
    page.get_by_role("slider", name="Position").press("ArrowRight")
    expect(frame_of(page)).to_contain_text("Frame 3 of 12")
    expect(page).to_have_url(re.compile(reel["id"]))
    with page.expect_download() as pending:
        page.keyboard.press("d")
    assert pending.value.suggested_filename == "a reel.mp4"
    assert pending.value.path().read_bytes() == studio.ask("GET", reel["file"]).content == own
