"""Webhooks in the settings: added with what they are told of, tried, read, switched off, their secret exchanged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from gesso.dev.fakes.server import Answered
from tests.web.browser import Trouble, axe, overflow, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes, opened
from tests.webhooks.conftest import Receiver, verified


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver().running() as found:
        yield found


@pytest.fixture(scope="module")
def hooked(built: object, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with opened(tmp_path_factory.mktemp("hooked"), GESSO_FETCH_ALLOW=f"127.0.0.1:{receiver.port}") as found:
        yield found


def choose(page: Page, what: str) -> None:
    page.get_by_role("button", name="More for My server").click()
    page.get_by_role("menuitem", name=what).click()


def test_a_webhook_is_added_tried_read_and_removed(
    hooked: Studio, receiver: Receiver, visit: Visit, trouble: Trouble
) -> None:
    page = visit("/settings?part=webhooks", of=hooked)
    part = page.get_by_role("region", name="Webhooks")
    expect(part).to_contain_text("Nobody is told yet")
    axe(page)
    shot(page, "webhooks-none")
    part.get_by_role("button", name="Add a webhook").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Address").fill("https://10.0.0.1/hook")
    trouble.allow(r"answer: 422 POST /api/webhooks")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("not one of the public web")
    dialog.get_by_label("Address").fill(f"{receiver.url}/hook")
    dialog.get_by_label("Name").fill("My server")
    dialog.get_by_label("Everything, also what is still to come").uncheck(force=True)
    expect(dialog.get_by_role("button", name="Add", exact=True)).to_be_disabled()
    dialog.get_by_role("group", name="Runs").get_by_label("Runs").check(force=True)
    dialog.get_by_label("run.cancelled").uncheck(force=True)
    axe(page)
    shot(page, "webhooks-adding")
    dialog.get_by_role("button", name="Add", exact=True).click()

    one = page.get_by_role("listitem", name="My server")
    expect(one).to_contain_text("It is shown this once")
    expect(one).to_contain_text("run.succeeded, run.failed, run.unknown")
    expect(one).to_contain_text("not encrypted")
    secret = one.locator("code").inner_text()
    one.get_by_role("button", name="Copy the secret").click()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    one.get_by_role("button", name="Send a test").click()
    expect(one).to_contain_text("It answered 200, after")
    assert verified(receiver.seen[0], secret)["type"] == "webhook.test"

    # What happens is seen without asking again.
    receiver.says = lambda asked: Answered(500, b"on <b>fire</b>")
    hooked.paint("a lake", 1)
    expect(one).to_contain_text("run.succeeded · Waiting")
    expect(one).to_contain_text("Failing")
    axe(page)
    shot(page, "webhooks")
    one.get_by_role("button", name="Log").click()
    expect(dialog).to_contain_text("What My server was told")
    dialog.get_by_role("button", name="run.succeeded").click()
    expect(dialog).to_contain_text("It answered 500.")
    expect(dialog.get_by_role("region", name="Message")).to_contain_text('"title": "a lake"')
    # What a server within says is nobody's to read, though it may be told.
    expect(dialog.get_by_role("region", name="Answer")).to_have_count(0)
    axe(page)
    shot(page, "webhooks-log")
    dialog.get_by_role("radio", name="Failed").check(force=True)
    expect(dialog).to_contain_text("Nothing of this kind.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    receiver.says = lambda asked: Answered(200)
    choose(page, "Switch off")
    expect(one).to_contain_text("Off")
    expect(one).to_contain_text("run.succeeded · Dropped")
    one.get_by_role("button", name="Switch on").click()
    expect(one.get_by_role("button", name="Switch on")).to_be_hidden()
    one.get_by_role("button", name="Log").click()
    dialog.get_by_role("button", name="run.succeeded").click()
    before = len(receiver.seen)
    dialog.get_by_role("button", name="Send again").click()
    expect(dialog).to_contain_text("Delivered")
    becomes(lambda: len(receiver.seen), before + 1)
    page.keyboard.press("Escape")

    choose(page, "Rotate the secret")
    page.get_by_role("dialog").get_by_role("button", name="Rotate the secret").click()
    expect(one.locator("code")).not_to_have_text(secret)
    expect(one).to_contain_text("the secret before signs, too")
    page.close()

    page = visit("/settings?part=webhooks", of=hooked, width=390, height=844, theme="light", touch=True)
    one = page.get_by_role("listitem", name="My server")
    expect(one).to_be_visible()
    assert secret not in page.content()
    assert overflow(page) == []
    axe(page)
    shot(page, "webhooks-phone")
    one.get_by_role("button", name="Log").click()
    page.get_by_role("dialog").get_by_role("button", name="run.succeeded").first.click()
    assert overflow(page) == []
    axe(page)
    shot(page, "webhooks-log-phone")
    page.keyboard.press("Escape")
    choose(page, "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("region", name="Webhooks")).to_contain_text("Nobody is told yet")
    assert hooked.api("GET", "/api/webhooks") == []
