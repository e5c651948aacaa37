"""A newcomer with a key: enters it on the page, sees what it costs, makes a picture with it, and takes it away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from gesso.dev.fakes.stability import Stability
from tests.web.conftest import Visit
from tests.web.studio import Studio, opened

KEY = "sk-0123456789-of-the-tests"


@pytest.fixture(scope="module")
def stability() -> Iterator[Stability]:
    with Stability(KEY, credits=250).running() as fake:
        yield fake


@pytest.fixture(scope="module")
def shop(built: object, stability: Stability, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose Stability lives on this machine, and that knows no key yet."""
    with opened(tmp_path_factory.mktemp("shop"), GESSO_PROVIDERS__STABILITY__URL=stability.url) as found:
        yield found


def test_a_key_is_entered_tried_used_and_taken_away(shop: Studio, stability: Stability, visit: Visit) -> None:
    page = visit("/settings?part=providers", of=shop)
    card = page.get_by_role("region", name="Stability AI")
    expect(card).to_contain_text("Not set up")
    expect(card).to_contain_text("A key would add")
    card.get_by_role("button", name="Models and prices").click()
    expect(card).to_contain_text("$0.03")

    card.get_by_role("button", name="Set up Stability AI").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("API key").fill("sk-a-wrong-key-of-mine")
    dialog.get_by_role("button", name="Test and save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("does not accept the key")
    expect(dialog.get_by_label("API key")).to_have_value("sk-a-wrong-key-of-mine")

    dialog.get_by_label("API key").fill(KEY)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(card).to_contain_text("…ests")
    expect(card).to_contain_text("Ready")
    card.get_by_role("button", name="Test connection").click()
    expect(card.get_by_role("status")).to_contain_text("250 credits are left there")
    assert KEY not in page.content()

    run = shop.run({"prompt": "a lighthouse"}, offer="stability/core")
    assert (run["state"], run["spent"]) == ("succeeded", 3000)
    assert len(stability.orders) == 1

    page.goto("/settings?part=providers")
    card.get_by_role("switch", name="Offer its models to this team").click()
    expect(card).to_contain_text("Switched off")
    card.get_by_role("button", name="Change Stability AI").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget it").click()
    expect(card).to_contain_text("Not set up")


def test_it_fits_a_phone(shop: Studio, visit: Visit) -> None:
    page = visit("/settings?part=providers", of=shop, width=390, height=844, theme="light")
    expect(page.get_by_role("region", name="Built-in engine")).to_contain_text("Ready. Part of Gesso")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
