"""What is sent, looked at before it is: picture and mask as they go, how large, to whom; and nothing leaves for it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from gesso.dev.fakes.openai import OpenAI
from tests.conftest import photo
from tests.web.browser import Trouble, axe
from tests.web.conftest import KEY, Visit
from tests.web.studio import Studio
from tests.web.test_edit import easel, stroke

OFFER = "openai/gpt-image-2.6-sunburst"


def chosen(page: Page) -> None:
    page.get_by_role("textbox", name="Prompt").fill("a red hat")
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="GPT Image inpaint").click()


def test_picture_and_mask_are_seen_as_they_go(shop: Studio, openai: OpenAI, visit: Visit, trouble: Trouble) -> None:
    # Before there is a mask, there is no price.
    trouble.allow("422 POST /api/runs/estimate")
    before = len(openai.seen), len(shop.runs())
    asset = shop.upload(photo(480, 320), "disc.png")
    page = visit(f"/edit?asset={asset['id']}&op=image.inpaint&tool=paint", of=shop)
    stroke(page, easel(page), (0.45, 0.45), (0.55, 0.45))
    chosen(page)
    page.get_by_role("button", name="What is sent").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Goes to {openai.url.removeprefix('http://')}")
    expect(dialog.get_by_role("img", name="Picture as it is sent: image")).to_be_visible()
    expect(dialog).to_contain_text("992 × 672 · PNG")
    expect(dialog).to_contain_text("The mask: what is transparent may change.")
    expect(dialog.locator("[data-marks=alpha]")).to_be_visible()
    dialog.get_by_role("button", name="Every field").click()
    expect(dialog).to_contain_text("In the transparent area: a red hat.")
    assert KEY not in page.content()
    axe(page)
    assert (len(openai.seen), len(shop.runs())) == before
