"""The other ways into the library: addresses, archives, the camera, photographs of others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from gesso.dev.fakes.stock import Unsplash, picture
from tests.conftest import photo
from tests.library.test_imports import packed
from tests.web.conftest import Visit
from tests.web.studio import Studio, opened

KEY = "key-of-the-tests-1234"
LONG_MS = 60_000
CAMERA = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = 320; canvas.height = 200;
  const paint = () => { const ink = canvas.getContext("2d"); ink.fillStyle = `hsl(${performance.now() % 360} 60% 50%)`;
    ink.fillRect(0, 0, 320, 200); requestAnimationFrame(paint); };
  paint();
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);
}"""


@pytest.fixture(scope="module")
def unsplash() -> Iterator[Unsplash]:
    with Unsplash(KEY).running() as fake:
        yield fake


@pytest.fixture(scope="module")
def studio(built: Path, unsplash: Unsplash, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One that may fetch from the fake, and from no other private address."""
    told = {
        "GESSO_FETCH_ALLOW": unsplash.url.removeprefix("http://"),
        "GESSO_STOCK": json.dumps({"unsplash": {"url": unsplash.url}}),
    }
    with opened(tmp_path_factory.mktemp("intake"), **told) as found:
        yield found


def way(page: Page, name: str) -> Locator:
    """Opened from the menu beside the button that uploads."""
    page.get_by_role("button", name="More ways to add").click()
    page.get_by_role("menuitem", name=name).click()
    return page.get_by_role("dialog")


def close(dialog: Locator) -> None:
    dialog.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_what_lies_elsewhere_comes_in_with_whose_it_is(
    visit: Visit, studio: Studio, unsplash: Unsplash, tmp_path: Path
) -> None:
    page = visit("/library")
    page.evaluate(CAMERA)

    # Addresses: what came is there, what did not stays to be mended.
    dialog = way(page, "From addresses…")
    field = dialog.get_by_role("textbox", name="Addresses, one a line")
    field.fill(f"{unsplash.url}/files/1.jpeg\nhttp://10.0.0.1/secret.png")
    dialog.get_by_role("button", name="Fetch 2 files").click()
    expect(dialog.get_by_role("status")).to_have_text("All is in", timeout=LONG_MS)
    expect(dialog.get_by_text("not one of the public web")).to_be_visible()
    expect(field).to_have_value("http://10.0.0.1/secret.png")
    close(dialog)

    # An archive, with what is wrong in it.
    archive = tmp_path / "trip.zip"
    archive.write_bytes(packed({"Lake/a.png": photo(90, 60), "Lake/notes.bin": b"no", "../b.png": photo(91, 60)}))
    page.get_by_label("ZIP archive…").set_input_files(archive)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Import").click()
    expect(dialog.get_by_text("1 taken in")).to_be_visible(timeout=LONG_MS)
    expect(dialog.get_by_text("Its name leads out of the archive.")).to_be_visible(timeout=LONG_MS)
    close(dialog)

    # The camera.
    dialog = way(page, "Take a picture…")
    dialog.get_by_role("button", name="Take it").click()
    dialog.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("region", name="Uploads").get_by_text("Camera")).to_be_visible(timeout=LONG_MS)

    # Photographs of others: a key first, then what is found, shown from where it is, taken in with whose it is.
    page.context.route("https://images.unsplash.com/**", lambda route: shown(route))
    dialog = way(page, "Stock photographs…")
    expect(dialog.get_by_role("heading", name="Unsplash needs a key")).to_be_visible(timeout=LONG_MS)
    dialog.get_by_label("Key of Unsplash").fill(KEY)
    dialog.get_by_role("button", name="Try and keep").click()
    words = dialog.get_by_role("textbox", name="What to look for")
    words.fill("hills")
    words.press("Enter")
    first = dialog.get_by_role("listitem").first
    expect(first.get_by_role("img")).to_have_js_property("naturalWidth", 305)
    expect(first.get_by_role("link", name="Ansel <i>Adams")).to_have_attribute(
        "href", "https://unsplash.com/@ansel?utm_source=gesso&utm_medium=referral"
    )
    first.get_by_role("button", name="Add").click()
    expect(first.get_by_text("Added")).to_be_visible(timeout=LONG_MS)
    assert unsplash.told == ["un-0"]
    titles = {asset["title"]: asset for asset in studio.api("GET", "/api/assets")["items"]}
    assert len(titles) == 4
    assert titles["a"]["tags"] == ["Lake"]


def shown(route: Route) -> None:
    route.fulfill(body=picture(5), content_type="image/jpeg")
