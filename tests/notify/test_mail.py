"""Mails leave by a real SMTP server, look as they should, and are neither lost nor sent to who did not ask."""

import re
from datetime import timedelta
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import select, update

from gesso.accounts.tables import Member
from gesso.kit import mail as addresses
from gesso.kit.time import now
from gesso.notify import Letter, Wish, letters, post, wishes
from gesso.notify.letters import Brand, Item, Mail, composed
from gesso.settings import Settings
from tests.conftest import House, photo, upload
from tests.notify.conftest import SENDER, Mailbox, a_batch, certificate, happen, mailbox, someone
from tests.notify.test_notices import confirmed

pytestmark = pytest.mark.anyio
ADA = "ada@example.com"


async def preferences(client: httpx2.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/api/notifications/preferences")).json()
    return found


async def the_letter(house: House) -> Letter:
    async with house.studio.db.session(read_only=True) as session:
        return (await session.scalars(select(Letter))).one()


async def hurry(house: House) -> None:
    """What waits is due."""
    async with house.studio.db.session() as session:
        await session.execute(update(Letter).where(Letter.state == "queued").values(next_at=now()))


def bodies(mail: EmailMessage) -> tuple[str, str]:
    plain, html = mail.get_body(["plain"]), mail.get_body(["html"])
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


async def test_an_address_gets_nothing_but_a_code_until_that_was_said(told: House, box: Mailbox) -> None:
    client, owner = await told.as_owner(), told.owner
    asked = (await client.put("/api/notifications/email", json={"email": ADA})).json()
    assert (asked["email"], asked["confirmed"], asked["mails"]) == (ADA, False, True)
    await happen(told, owner, "batch.changed", **a_batch(owner))
    assert await told.studio.courier.send() == 1
    (mail,) = box.mails
    assert (mail["To"], mail["From"]) == (ADA, SENDER)
    code = re.search(r"\d{6}", mail["Subject"])
    assert code is not None
    assert f"https://studio.test/settings?part=notifications&code={code[0]}" in bodies(mail)[0]
    assert mail["List-Unsubscribe"] is None
    wrong = await client.post("/api/notifications/email/verify", json={"code": f"{(int(code[0]) + 1) % 10**6:06}"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "conflict")
    right = await client.post("/api/notifications/email/verify", json={"code": f" {code[0][:3]} {code[0][3:]}"})
    assert right.json()["confirmed"] is True
    await happen(told, owner, "batch.changed", **a_batch(owner, batch=str(uuid4())))
    assert await told.studio.courier.send() == 1
    assert len(box.mails) == 2
    assert await told.studio.courier.send() == 0
    other = (await client.put("/api/notifications/email", json={"email": "bob@example.com"})).json()
    assert other.get("confirmed") is not True, "another address is asked again"


async def test_a_code_cannot_be_guessed_and_cannot_be_sent_to_somebody_all_day(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    await client.put("/api/notifications/email", json={"email": ADA})
    code = (await the_letter(told)).items[0]["code"]
    for _ in range(5):
        assert (await client.post("/api/notifications/email/verify", json={"code": "x"})).status_code == 409
    assert (await client.post("/api/notifications/email/verify", json={"code": code})).status_code == 409
    again = await client.put("/api/notifications/email", json={"email": ADA})
    assert (again.status_code, again.json()["code"]) == (429, "too_often")
    assert int(again.headers["retry-after"]) <= 61
    async with told.studio.db.session() as session:
        wish = await session.get_one(Wish, (owner.team_id, owner.user_id))
        wish.code_at, wish.codes = now() - timedelta(hours=1), 10
    assert (await client.put("/api/notifications/email", json={"email": ADA})).status_code == 429
    assert (await client.delete("/api/notifications/email")).json()["email"] == ""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "a b@example.com",
        "a@b\nBcc: c@d.e",
        "a@b,c@d.e",
        '"a"@b.c',
        "é@b.c",
        "a@[1]",
        "a..b@example.com",
    ],
)
async def test_what_is_no_address_is_refused(told: House, address: str) -> None:
    client = await told.as_owner()
    assert (await client.put("/api/notifications/email", json={"email": address})).status_code == 422


async def test_a_batch_is_mailed_with_its_pictures_in_it_and_nothing_is_loaded_from_elsewhere(
    told: House, box: Mailbox
) -> None:
    client, owner = await told.as_owner(), told.owner
    await confirmed(told, owner)
    sample = [(await upload(client, photo(200 + 10 * n, 150)))["id"] for n in range(5)]
    evil = "<b>Autumn</b>\r\nBcc: eve@example.com"
    await happen(told, owner, "batch.changed", **a_batch(owner, title=evil, sample=sample[:4]))
    await told.studio.courier.send()
    (mail,) = box.mails
    assert [to for _, to, _ in box.came] == [[ADA]]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "<b>Autumn</b> Bcc: eve@example.com is done · Studio"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = bodies(mail)
    assert "48 of 50 made, 2 failed, $1.20 spent." in plain
    assert "https://studio.test/batch/" in plain
    assert "<b>Autumn" not in html
    assert "&lt;b&gt;Autumn" in html
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/jpeg"]
    assert len(pictures) == 4
    for part in pictures:
        assert part["Content-Disposition"].startswith("inline")
        assert f"cid:{part['Content-ID'].strip('<>')}" in html
        assert part.get_content().startswith(b"\xff\xd8")
    named = [unescape(link) for link in re.findall(r'(?:src|href)="([^"]+)"', html)]
    assert all(link.startswith(("cid:", "https://studio.test/")) for link in named), named
    assert "url(" not in html
    assert "<script" not in html


async def test_one_click_ends_mails_of_this_kind_and_looking_at_the_link_does_not(told: House, box: Mailbox) -> None:
    client, owner, anybody = await told.as_owner(), told.owner, told.client()
    await confirmed(told, owner)
    await happen(told, owner, "batch.changed", **a_batch(owner))
    await told.studio.courier.send()
    (mail,) = box.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>").removeprefix("https://studio.test")
    assert b"List-Unsubscribe: <https://studio.test/api/notifications/off/" in box.came[0][2], "in one line"
    page = await anybody.get(link)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    kinds = {each["kind"]: each for each in (await preferences(client))["kinds"]}
    assert kinds["batch.ended"]["email"] is True
    done = await anybody.post(link, content=b"List-Unsubscribe=One-Click")
    assert done.status_code == 200
    kinds = {each["kind"]: each for each in (await preferences(client))["kinds"]}
    assert (kinds["batch.ended"]["email"], kinds["batch.waits"]["email"]) == (False, True)
    for forged in (link[:-3] + "AAA", "/api/notifications/off/x.y", "/api/notifications/off/x"):
        for method in ("GET", "POST"):
            assert (await anybody.request(method, forged)).status_code == 404, forged


async def test_a_mail_goes_out_in_the_teams_colour_with_its_logo(told: House, box: Mailbox) -> None:
    client, owner = await told.as_owner(), told.owner
    await confirmed(told, owner)
    logo = (await upload(client, photo(120, 60)))["id"]
    kit = {"title": "ours", "palette": [{"colour": "#0b2a4a", "role": "primary"}], "logo": logo}
    made = (await client.post("/api/brand", json=kit)).json()
    name = made["name"] if "name" in made else made["id"]
    await client.put(f"/api/brand/{name}/default", json={"default": True})
    await happen(told, owner, "batch.changed", **a_batch(owner))
    await told.studio.courier.send()
    (mail,) = box.mails
    html = bodies(mail)[1]
    assert "background:#0b2a4a" in html
    assert "color:#ffffff" in html, "white is read on dark blue"
    assert 'src="cid:logo"' in html
    assert [part["Content-ID"] for part in mail.walk() if part.get_content_type() == "image/png"] == ["<logo>"]


async def test_what_was_read_meanwhile_is_not_in_the_digest(told: House, box: Mailbox) -> None:
    client, owner = await told.as_owner(), told.owner
    await confirmed(told, owner, digest="daily")
    for title in ("One", "Two", "Three"):
        await happen(told, owner, "batch.changed", **a_batch(owner, batch=str(uuid4()), title=title))
    assert await told.studio.courier.send() == 0
    found = (await client.get("/api/notifications")).json()["items"]
    await client.post(f"/api/notifications/{found[1]['id']}/read")
    await hurry(told)
    assert await told.studio.courier.send() == 1
    (mail,) = box.mails
    assert mail["Subject"] == "2 things have happened · Studio"
    plain, _ = bodies(mail)
    assert ("One is done" in plain, "Two is done" in plain, "Three is done" in plain) == (True, False, True)
    await happen(told, owner, "batch.changed", **a_batch(owner, batch=str(uuid4())))
    await client.post("/api/notifications/read", json={})
    await hurry(told)
    assert await told.studio.courier.send() == 1
    assert len(box.mails) == 1, "there was nothing left to tell"


async def test_a_mail_that_waited_is_not_for_who_has_silenced_it_or_left_the_team(told: House, box: Mailbox) -> None:
    ed, owner = await someone(told, "ed"), told.owner
    for who, address in ((ed, "ed@example.com"), (owner, ADA)):
        await confirmed(told, who, address, digest="daily")
        await happen(told, owner, "batch.changed", **a_batch(who, batch=str(uuid4())))
    async with told.studio.db.work(owner) as work:
        await wishes.silence(work, "batch.ended")
    async with told.studio.db.session() as session:
        await session.delete(await session.get_one(Member, (ed.user_id, ed.team_id)))
    await hurry(told)
    assert await told.studio.courier.send() == 2
    assert box.came == []


async def test_a_code_that_holds_no_longer_is_not_sent_and_is_forgotten(told: House, box: Mailbox) -> None:
    client = await told.as_owner()
    await client.put("/api/notifications/email", json={"email": ADA})
    box.answers = ["451 come again"]
    await told.studio.courier.send()
    async with told.studio.db.session() as session:
        born = now() - wishes.CODE_HOLDS
        await session.execute(update(Letter).values(created_at=born, next_at=now()))
    await told.studio.courier.send()
    letter = await the_letter(told)
    assert (letter.state, letter.items, box.came) == ("ended", [], [])


async def test_a_mail_that_cannot_be_written_waits_and_keeps_no_other_waiting(told: House, box: Mailbox) -> None:
    owner = told.owner
    await confirmed(told, owner)
    for _ in range(2):
        await happen(told, owner, "batch.changed", **a_batch(owner, batch=str(uuid4())))
    async with told.studio.db.session() as session:
        first = (await session.scalars(select(Letter).order_by(Letter.id).limit(1))).one()
        first.items = [{"kind": "batch.ended", "nobody": "has thought of this"}]
    assert await told.studio.courier.send() == 2
    async with told.studio.db.session(read_only=True) as session:
        broken, whole = (await session.scalars(select(Letter).order_by(Letter.id))).all()
    assert (broken.state, broken.tries, whole.state) == ("queued", 1, "sent")
    assert now() < broken.next_at <= now() + timedelta(minutes=1)
    assert "could not be written" in broken.error


async def test_a_server_that_is_not_there_is_tried_again_with_the_same_id_for_a_day_and_no_longer(
    told: House, box: Mailbox
) -> None:
    owner = told.owner
    await confirmed(told, owner)
    box.answers = ["451 come again", "421 busy"]
    await happen(told, owner, "batch.changed", **a_batch(owner))
    await told.studio.courier.send()
    letter = await the_letter(told)
    assert (letter.state, letter.tries, letter.error) == ("queued", 1, "451 come again")
    assert now() < letter.next_at <= now() + timedelta(minutes=1)
    for _ in range(2):
        await hurry(told)
        await told.studio.courier.send()
    letter = await the_letter(told)
    assert (letter.state, letter.tries, letter.items) == ("sent", 3, [])
    (mail,) = box.mails
    assert mail["Message-ID"] == f"<{letter.id}@gesso.test>"
    await happen(told, owner, "batch.changed", **a_batch(owner, "failed"))
    box.answers = ["451 no"] * 20
    for _ in range(8):
        await hurry(told)
        await told.studio.courier.send()
    async with told.studio.db.session(read_only=True) as session:
        last = (await session.scalars(select(Letter).order_by(Letter.id.desc()))).first()
    assert last is not None
    assert (last.state, last.tries, last.error) == ("ended", 8, "451 no")


async def test_an_address_that_refuses_for_good_is_left_alone_and_the_person_is_told(told: House, box: Mailbox) -> None:
    client, owner = await told.as_owner(), told.owner
    await confirmed(told, owner)
    box.refuses[ADA] = "550 5.1.1 nobody here"
    await happen(told, owner, "batch.changed", **a_batch(owner))
    await told.studio.courier.send()
    assert (await the_letter(told)).state == "ended"
    assert (await preferences(client))["failing"] == "550 5.1.1 nobody here"
    await happen(told, owner, "batch.changed", **a_batch(owner, "failed"))
    assert await told.studio.courier.send() == 0


async def test_a_sender_that_died_is_taken_over_and_two_at_once_send_once(told: House, box: Mailbox) -> None:
    import asyncio

    owner, courier = told.owner, told.studio.courier
    await confirmed(told, owner)
    await happen(told, owner, "batch.changed", **a_batch(owner))
    taken = await courier._taken()
    assert taken is not None
    assert await courier.send() == 0, "it is somebody's"
    await hurry(told)
    assert sum(await asyncio.gather(*(courier.send() for _ in range(4)))) == 1
    await courier._written(taken, post.Outcome("later", "late"))
    letter = await the_letter(told)
    assert (letter.state, letter.tries) == ("sent", 2), "who was thought dead says nothing any more"
    assert len(box.came) == 1


async def test_a_mail_goes_over_tls_with_a_password_and_not_without(tmp_path: Path) -> None:
    file, context = certificate(tmp_path)
    message = composed(mail_of(Item("A", "b")))
    with mailbox(tls=context, login=("studio", "s3cret/&")) as box:
        right = f"smtp://studio:s3cret%2F%26@{box.url}?ca={file}"
        for url, state in (
            (right, "sent"),
            (f"smtp://studio:wrong@{box.url}?ca={file}", "later"),
            (f"smtp://studio:s3cret%2F%26@{box.url}", "later"),
        ):
            outcome = await post.hand_over(addresses.Smtp.read(url), message, "studio@gesso.test", ADA)
            assert outcome.state == state, (url, outcome)
            assert "s3cret" not in outcome.why
        assert (len(box.came), box.encrypted) == (1, [True])
    with mailbox(login=("studio", "s3cret")) as box:
        asked = addresses.Smtp.read(f"smtp://studio:s3cret@{box.url}")
        outcome = await post.hand_over(asked, message, "studio@gesso.test", ADA)
        assert outcome.state == "later", "a password does not go over an open line, even where nobody offers another"
        assert box.came == []


async def test_nobody_there_is_no_reason_to_give_up() -> None:
    outcome = await post.hand_over(
        addresses.Smtp.read("smtp://127.0.0.1:1?starttls=off"), composed(mail_of(Item("A", ""))), "a@b.c", ADA
    )
    assert outcome.state == "later"


def test_a_mail_server_is_named_as_people_write_it() -> None:
    plain = addresses.Smtp.read("smtp://relay.example")
    assert (plain.port, plain.tls, plain.starttls) == (587, False, None)
    secure = addresses.Smtp.read("smtps://ada%40example.com:p%40ss@relay.example")
    assert (secure.port, secure.tls, secure.user, secure.password) == (465, True, "ada@example.com", "p@ss")
    assert addresses.Smtp.read("smtp://a:b@relay.example:25").starttls is True
    assert addresses.Smtp.read("smtp://a:b@relay.example:25?starttls=off").starttls is False
    for wrong in ("http://x", "smtp://", "smtp://a:99999", "smtp://a?starttls=maybe", "smtp://a?x=1"):
        with pytest.raises(ValueError, match=r"mail server|port"):
            addresses.Smtp.read(wrong)
    with pytest.raises(ValueError, match="sender"):
        Settings(smtp_url="smtp://relay.example", smtp_from="nobody")


def mail_of(*items: Item, brand: Brand | None = None, lead: str = "") -> Mail:
    sender = ("Gesso", "studio@gesso.test")
    return Mail("0190a000", ADA, sender, items[0].title, brand or Brand("Studio"), items, now(), lead)


def test_mails_with_links_need_an_address_that_people_reach() -> None:
    told: dict[str, Any] = {"smtp_url": "smtp://relay.example", "smtp_from": SENDER}
    for host in ("127.0.0.1", "::1", "localhost"):
        Settings(**told, host=host)
    Settings(**told, host="0.0.0.0", public_url="https://studio.example")
    with pytest.raises(ValueError, match="GESSO_PUBLIC_URL"):
        Settings(**told, host="0.0.0.0")


def test_nothing_that_somebody_wrote_makes_a_header_or_a_tag() -> None:
    nasty = 'a\r\nBcc: eve@example.com\n\n<script>alert(1)</script>" onload="x\u2028\0'
    team = 'Ada <ada@evil.test>, "x\r\nX-Evil: 1'
    message = composed(mail_of(Item(nasty, nasty, "https://studio.test/x?a=1&b=\"'<"), brand=Brand(team), lead=nasty))
    again = message.as_bytes()
    head = again.partition(b"\r\n\r\n")[0]
    assert not re.search(rb"(?im)^(bcc|x-evil):", head)
    html = bodies(message)[1]
    assert "<script" not in html
    assert 'onload="' not in html.replace("onload=&quot;", "")
    mail = Mail("0190a000", ADA, ("", "studio@gesso.test"), "A", Brand(team), [Item("A", "b")], now())
    (sender,) = composed(mail)["From"].addresses
    assert sender.addr_spec == "studio@gesso.test", "a team is called as it likes, and its mails are ours"


def test_words_on_the_button_are_read_on_any_colour() -> None:
    assert letters._over("#0b2a4a") == "#ffffff"
    assert letters._over("#c4ed48") == "#000000"


async def test_a_studio_without_a_mail_server_says_so(house: House) -> None:
    client = await house.as_owner()
    assert (await preferences(client))["mails"] is False
    answer = await client.put("/api/notifications/email", json={"email": ADA})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_whoever_may_do_less_than_their_person_changes_no_address(told: House) -> None:
    owner = await told.as_owner()
    made = await owner.post("/api/tokens", json={"name": "reads", "scopes": ["events.read"]})
    narrow = told.client(made.json()["token"])
    assert (await narrow.get("/api/notifications")).status_code == 200
    for method, path, body in (
        ("PUT", "/email", {"email": ADA}),
        ("PUT", "/preferences", {}),
        ("POST", "/email/verify", {"code": "1"}),
    ):
        assert (await narrow.request(method, f"/api/notifications{path}", json=body)).status_code == 403, path
    assert UUID((await owner.get("/api/me")).json()["user"])
