"""The room for files: what each becomes is seen and weighed before, and all of them are made at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from gesso.imaging import picture
from tests.imaging.photos import photo
from tests.web.browser import Trouble, axe, overflow
from tests.web.conftest import Visit
from tests.web.studio import Studio, opened

SOON = 60_000
CLEAR = picture.png(
    np.dstack([photo("chelsea"), np.where(np.indices((300, 451)).sum(0) < 200, 0, 255).astype(np.uint8)])
)


@pytest.fixture(scope="module")
def counter(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with opened(tmp_path_factory.mktemp("files")) as studio:
        yield studio


def weight(page: Page) -> tuple[float, str]:
    """What the file has now, and in which unit."""
    told = page.get_by_role("status").filter(has_text="→").locator("strong")
    found = re.fullmatch(r"([\d.,]+) (kB|MB)", told.inner_text())
    assert found is not None
    return float(found[1].replace(",", ".")), found[2]


def test_a_file_is_seen_before_and_after_and_many_are_made_smaller_at_once(
    visit: Visit, counter: Studio, trouble: Trouble
) -> None:
    # What does not fit is refused, and said.
    trouble.allow("answer: 422 POST /api/runs/glimpse")
    cup = counter.upload(picture.png(photo("coffee")), "cup.png")
    cat = counter.upload(CLEAR, "cat.png")
    count = len(counter.api("GET", "/api/assets?limit=50")["items"])
    page = visit(f"/convert?images={cup['id']},{cat['id']}", of=counter)
    expect(page.get_by_role("radio", name=re.compile("^Web ")).first).to_be_checked()
    # The very bytes, and what each preset comes to for this picture.
    expect(page.get_by_role("status").filter(has_text="→")).to_be_visible(timeout=SOON)
    expect(page.get_by_text(re.compile("^SSIM 0[.]9"))).to_be_visible()
    expect(page.locator("fieldset .skeleton")).to_have_count(0, timeout=SOON)
    expect(page.locator("fieldset").get_by_text(re.compile(r"^\d+ kB$"))).to_have_count(5)
    axe(page)

    most = page.get_by_role("spinbutton", name="At most")
    most.fill("24")
    most.press("Enter")
    expect(page.get_by_role("status").filter(has_text=re.compile("→.*2[0-4] kB"))).to_be_visible(timeout=SOON)
    assert weight(page)[0] <= 24
    most.fill("1")
    most.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="does not fit")).to_be_visible(timeout=SOON)
    most.fill("24")
    most.press("Enter")

    # As close as one likes, both at once.
    page.get_by_role("button", name="Side by side").click()
    expect(page.locator("[data-pixels]")).to_have_count(2)
    page.get_by_role("button", name=re.compile(r"^Zoom \d")).click()
    page.get_by_role("menuitem", name=re.compile("^800")).click()
    places = page.locator("[data-pixels]").evaluate_all("found => found.map(one => one.style.getPropertyValue('--w'))")
    assert len(set(places)) == 1
    # Nothing of all this was kept.
    assert len(counter.api("GET", "/api/assets?limit=50")["items"]) == count

    page.get_by_role("button", name="Compress 2 pictures Free").click()
    expect(page.get_by_text(re.compile("^2 of 2 done · .* saved"))).to_be_visible(timeout=SOON)
    expect(page.get_by_role("link", name="Open")).to_have_count(2)
    made = [one for one in counter.api("GET", "/api/assets?limit=50")["items"] if one["op"] == "image.compress"]
    assert len(made) == 2
    assert all(one["bytes"] <= 24_000 for one in made)
    with page.expect_download() as packed:
        page.get_by_role("button", name="Download all (ZIP)").click()
    with ZipFile(packed.value.path()) as archive:
        assert sorted(Path(name).suffix for name in archive.namelist()) == [".json", ".webp", ".webp"]
    page.get_by_role("link", name="Open").first.click()
    expect(page).to_have_url(re.compile("view="))


def test_a_picture_becomes_another_format_and_what_it_loses_is_said_before(visit: Visit, counter: Studio) -> None:
    cat = counter.upload(CLEAR, "clear.png")
    film: Any = [Image.fromarray(np.roll(photo("coffee")[:80, :120], 9 * step, 1)) for step in range(4)]
    out = BytesIO()
    film[0].save(out, "GIF", save_all=True, append_images=film[1:], duration=120, loop=0)
    page = visit(f"/library?view={cat['id']}", of=counter)
    # From the viewer by its key.
    expect(page.get_by_role("dialog").get_by_role("img", name="clear").first).to_be_visible()
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile(f"/convert.*{cat['id']}"))
    page.get_by_role("radio", name="Convert").check()
    page.get_by_role("radio", name="JPEG").check()
    notes = page.get_by_role("list", name="What to know of this file")
    expect(notes).to_contain_text("JPEG knows no transparency", timeout=SOON)
    page.get_by_role("radio", name="Percent").check()
    page.get_by_role("spinbutton", name="Percent").fill("50")
    page.get_by_role("spinbutton", name="Percent").press("Enter")
    page.get_by_role("radio", name="AVIF").check()
    expect(notes).to_have_count(0, timeout=SOON)

    page.get_by_label("Add files").set_input_files(
        [FilePayload(name="film.gif", mimeType="image/gif", buffer=out.getvalue())]
    )
    rows = page.get_by_role("region", name="Pictures")
    rows.get_by_role("button", name=re.compile("film")).first.click()
    page.get_by_role("radio", name="TIFF").check()
    expect(notes).to_contain_text("3 more frames were left out", timeout=SOON)
    expect(page.get_by_text("After: browsers do not show this format")).to_be_visible()
    page.get_by_role("radio", name="WebP").check()
    expect(notes).to_have_count(0, timeout=SOON)
    page.set_viewport_size({"width": 390, "height": 844})
    assert overflow(page) == []
    axe(page)
    page.get_by_role("button", name="Convert 2 pictures Free").click()
    expect(page.get_by_text(re.compile("^2 of 2 done"))).to_be_visible(timeout=SOON)
    made = [one for one in counter.api("GET", "/api/assets?limit=9")["items"] if one["op"] == "image.convert"]
    assert sorted((one["type"], one["width"], one["height"]) for one in made) == [
        ("image/webp", 60, 40),
        ("image/webp", 226, 150),
    ]
