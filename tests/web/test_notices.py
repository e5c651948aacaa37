"""The bell and its settings: what happened while nobody looked, where it is mailed to, and a browser that is told."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import photo
from tests.library.test_imports import packed
from tests.notify.conftest import SENDER, Mailbox, Service, mailbox
from tests.notify.test_push import Reader
from tests.web.browser import Trouble, axe, overflow, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes, opened


@dataclass
class Post:
    """A studio with a mail server and a push service."""

    studio: Studio
    box: Mailbox
    service: Service


@pytest.fixture(scope="module")
def post(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with mailbox() as box, Service().running() as service:
        told = {"GESSO_SMTP_URL": f"smtp://{box.url}", "GESSO_SMTP_FROM": SENDER}
        told["GESSO_PUSH_ALLOW"] = service.url.removeprefix("http://")
        with opened(tmp_path_factory.mktemp("post"), **told) as studio:
            yield Post(studio, box, service)


def listed(studio: Studio) -> list[str]:
    return [each["title"] for each in studio.api("GET", "/api/notifications")["items"]]


def bring(studio: Studio, name: str) -> None:
    """An import that ends."""
    archive = packed({f"{name}.png": photo(40 + sum(map(ord, name)) % 50, 40)})
    answer = studio.ask("POST", "/api/imports/zip", files={"file": (f"{name}.zip", archive)})
    assert answer.status_code in (200, 201, 202), answer.text


@pytest.mark.row("B7")
def test_the_bell_rings_by_itself_shows_what_happened_and_leads_there(
    visit: Visit, studio: Studio, trouble: Trouble
) -> None:
    trouble.allow(r"answer: 404 GET /api/assets/.*/(preview|file)")
    page = visit("/")
    bell = page.get_by_role("button", name=re.compile("^Notifications"))
    bell.click()
    inbox = page.get_by_role("dialog", name="Notifications")
    expect(inbox.get_by_text("Nothing to tell")).to_be_visible()
    axe(page, within="[role=dialog]")
    shot(page, "notices-empty")
    page.keyboard.press("Escape")

    lost = studio.upload(photo(200, 150), "lost.png")
    bring(studio, "autumn")
    becomes(lambda: listed(studio), ["autumn.zip is imported"])
    (original,) = (studio.data / "store").rglob(f"*{lost['sha256']}.png")
    original.unlink()
    studio.api("POST", "/api/storage/check")
    becomes(lambda: listed(studio)[0], "A file is damaged")
    expect(page.get_by_role("button", name="Notifications: 2 unread")).to_be_visible()

    bell.focus()
    page.keyboard.press("Enter")
    damaged = inbox.get_by_role("button", name=re.compile("^Unread: A file is damaged"))
    expect(damaged.locator("img")).to_be_visible()
    expect(inbox.get_by_role("button", name=re.compile("1 taken in"))).to_be_visible()
    axe(page, within="[role=dialog]")
    shot(page, "notices-dark")
    damaged.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/library\?view={lost['id']}"))
    expect(page.get_by_role("button", name="Notifications: 1 unread", include_hidden=True)).to_have_count(1)

    page.goto("/")
    bell.click()
    inbox.get_by_role("button", name="Mark all read").click()
    expect(page.get_by_role("button", name="Notifications", exact=True)).to_be_visible()
    inbox.get_by_role("button", name="Remove “autumn.zip is imported”").click()
    becomes(lambda: listed(studio), ["A file is damaged"])
    expect(inbox.get_by_role("listitem")).to_have_count(1)


def test_on_a_phone_the_inbox_is_a_sheet_and_speaks_german(visit: Visit, studio: Studio) -> None:
    bring(studio, "herbst")
    becomes(lambda: "herbst.zip is imported" in listed(studio), True)
    page = visit("/", width=390, height=844, touch=True, theme="light", locale="de-AT")
    page.get_by_role("button", name=re.compile("^Mitteilungen: ")).click()
    sheet = page.get_by_role("dialog", name="Mitteilungen")
    expect(sheet.get_by_text("herbst.zip ist importiert")).to_be_visible()
    expect(sheet.get_by_text("1 aufgenommen").first).to_be_visible()
    assert overflow(page) == []
    axe(page, within="[role=dialog]")
    shot(page, "notices-light-390")
    sheet.get_by_role("link", name="Einstellungen der Mitteilungen").click()
    expect(page.get_by_role("heading", name="Was dir gemeldet wird")).to_be_visible()
    expect(page.get_by_text("Dieses Studio versendet keine E-Mails", exact=False)).to_be_visible()
    assert overflow(page) == []
    axe(page)
    shot(page, "notices-settings-light-390")


def test_an_address_is_confirmed_and_what_is_wanted_is_kept(visit: Visit, post: Post, trouble: Trouble) -> None:
    trouble.allow("answer: 409 POST /api/notifications/email/verify")
    page = visit("/settings?part=notifications", of=post.studio)
    mails = page.get_by_role("checkbox", name="A batch has ended: E-mail")
    expect(mails).to_be_disabled()
    page.get_by_role("textbox", name="Address").fill("ada@example.com")
    page.get_by_role("button", name="Send a code").click()
    code = page.get_by_role("textbox", name="Code")
    expect(code).to_be_visible()
    becomes(lambda: len(post.box.mails), 1)
    sent = re.search(r"\d{6}", post.box.mails[0]["Subject"])
    assert sent is not None
    code.fill("not it")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("not the code")
    axe(page)
    shot(page, "notices-code-dark")

    # As the link in the mail opens it.
    page.goto(f"/settings?part=notifications&code={sent[0]}")
    expect(code).to_have_value(sent[0])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("ada@example.com", exact=True)).to_be_visible()
    expect(mails).to_be_checked()
    mails.click(force=True)
    expect(mails).not_to_be_checked()
    page.get_by_role("checkbox", name="An import has ended: E-mail").click(force=True)
    page.get_by_role("radio", name="Daily").click(force=True)
    expect(page.get_by_role("combobox", name=re.compile("Time zone"))).to_have_value("Europe/Vienna")

    def kept() -> list[object]:
        now = post.studio.api("GET", "/api/notifications/preferences")
        wanted = {each["kind"]: each["email"] for each in now["kinds"]}
        return [wanted["batch.ended"], wanted["import.ended"], now["digest"], now["zone"], now["hour"]]

    becomes(kept, [False, True, "daily", "Europe/Vienna", 8])
    axe(page)
    shot(page, "notices-settings-dark")


def keys_of(reader: Reader) -> dict[str, str]:
    def text(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    return {"p256dh": text(reader.point), "auth": text(reader.auth)}


def subscribing(page: Page, endpoint: str, reader: Reader) -> None:
    """Chromium asks a push service of its maker, which is not to be reached from here: ours takes its place. All else
    (the permission, the worker, what it shows) is the browser's own."""
    subscription = {"endpoint": endpoint, "keys": keys_of(reader)}
    script = """((told) => {
        const leave = async () => (localStorage.removeItem("pushed"), true);
        const made = { ...told, toJSON: () => told, unsubscribe: leave };
        PushManager.prototype.subscribe = async () => (localStorage.setItem("pushed", "1"), made);
        PushManager.prototype.getSubscription = async () => (localStorage.getItem("pushed") ? made : null);
    })(TOLD)"""
    page.add_init_script(script.replace("TOLD", json.dumps(subscription)))


def test_a_browser_is_told_shows_what_it_was_told_and_stops(visit: Visit, post: Post) -> None:
    studio, reader = post.studio, Reader()
    page = visit("/settings?part=notifications", of=studio)
    page.context.grant_permissions(["notifications"], origin=studio.url)
    subscribing(page, f"{post.service.url}/p/1", reader)
    page.reload()
    expect(page.get_by_text("Not told.")).to_be_visible()
    page.get_by_role("button", name="Tell this browser").click()
    expect(page.get_by_text("Told.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Try it").click()
    becomes(lambda: len(post.service.orders), 1)
    assert post.service.wrong == []
    told = reader.opened(post.service.orders[0].body).decode()
    assert json.loads(told)["title"] == "This browser is told"
    axe(page)
    shot(page, "notices-push-dark")

    # What its push service would hand to the worker.
    line = page.context.new_cdp_session(page)
    found: list[str] = []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
    )
    line.send("ServiceWorker.enable")
    becomes(lambda: page.wait_for_timeout(50) or bool(found), True)  # type: ignore[func-returns-value]
    line.send("ServiceWorker.deliverPushMessage", {"origin": studio.url, "registrationId": found[0], "data": told})
    shown = (
        "navigator.serviceWorker.ready.then((own) => own.getNotifications()).then((all) => all.map((one) => one.title))"
    )
    becomes(lambda: page.evaluate(shown), ["This browser is told"])

    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Not told.")).to_be_visible()
    assert studio.api("GET", "/api/notifications/push")["browsers"] == []


def test_a_browser_that_may_not_tell_anything_says_why(visit: Visit, studio: Studio) -> None:
    page = visit("/settings?part=notifications", theme="light")
    expect(page.get_by_text("Its settings forbid this page to tell you anything.")).to_be_visible()
    expect(page.get_by_role("button", name="Tell this browser")).to_have_count(0)
    expect(page.get_by_text("For mails, confirm an address; for push, let a browser be told.")).to_be_visible()
    axe(page)
    shot(page, "notices-settings-light")
