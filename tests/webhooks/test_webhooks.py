"""Webhooks: what happens is told, signed, each thing once; and again until it is heard."""

import asyncio
import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
import structlog
from sqlalchemy import select, update
from standardwebhooks import WebhookVerificationError

from gesso import credits, webhooks
from gesso.dev.fakes.server import Answered
from gesso.events import Event
from gesso.kit.fetch import Fetcher
from gesso.kit.ids import uuid7
from gesso.kit.money import Credits
from gesso.kit.pool import Pool
from gesso.kit.time import now
from gesso.settings import Settings
from gesso.webhooks import Delivery, Webhook, Webhooks
from gesso.webhooks.post import AFTER, EACH_AT_ONCE, FAILS_FOR, KEPT
from tests.api.conftest import until
from tests.conftest import House, open_house, upload
from tests.webhooks.conftest import Receiver, ended, happen, hooked, hurry, log, turn, verified

pytestmark = pytest.mark.anyio

one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_what_happens_is_told_once_with_a_signature_that_others_verify(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver)
    assert hook["secret"].startswith("whsec_")
    assert 24 <= len(base64.b64decode(hook["secret"][6:])) <= 64
    run = await ended(studio)
    await ended(studio, run=UUID(run))
    await turn(studio)
    await turn(studio)
    (asked,) = receiver.seen
    told = verified(asked, hook["secret"])
    assert (asked.method, asked.path, asked.headers["content-type"]) == ("POST", "/hook", "application/json")
    assert asked.headers["webhook-id"].startswith("msg_")
    assert told["type"] == "run.succeeded"
    assert datetime.fromisoformat(told["timestamp"]).tzinfo is not None
    assert told["data"]["run"] == run
    assert told["data"]["url"] == f"https://studio.example/api/runs/{run}"
    with pytest.raises(WebhookVerificationError):
        verified(asked, "whsec_" + base64.b64encode(b"x" * 32).decode())
    (kept,) = await log(owner, hook)
    assert (kept["message"], kept["state"], kept["status"], kept["answer"]) == (
        asked.headers["webhook-id"], "delivered", 200, None,
    )  # fmt: skip
    assert kept["payload"].encode() == asked.body
    listed = (await owner.get("/api/webhooks")).json()
    assert (listed[0]["last"]["state"], listed[0]["waiting"], listed[0]["plain"]) == ("delivered", 0, True)


async def test_each_event_of_ours_comes_to_what_the_list_promises(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    before = (await upload(owner))["id"]
    await hooked(owner, receiver)
    batch, asset = str(uuid7()), str(uuid7())
    said = {"title": "Autumn", "user": str(uuid7()), "total": 3, "price": 30, "spent": 10}
    for state in ("failed", "cancelled", "unknown", "running", "queued"):
        await ended(studio, state)
    for state in ("checking", "running", "running", "canary", "canary", "running", "paused", "running", "paused",
                  "running", "succeeded", "succeeded"):  # fmt: skip
        await happen(studio, "batch.changed", batch=batch, state=state, note="", sample=[], **said)
    for state in ("started", "failed", "failed"):
        await happen(studio, "schedule.changed", schedule=str(uuid7()), title="Mondays", state=state, note="No room.")
    await happen(studio, "import.changed", id=str(uuid7()), state="succeeded")
    await happen(studio, "board.changed", board=str(uuid7()))
    await happen(studio, "assets.changed", count=3, ids=[asset], change={"deleted": True})
    await happen(studio, "assets.changed", count=1, ids=[asset], change={"undone": "deleted", "deleted": False})
    await happen(studio, "assets.changed", count=1, ids=[asset], change={"favorite": True})
    mine = (await upload(owner))["id"]
    assert (await owner.delete(f"/api/assets/{before}")).is_success
    assert (await owner.post(f"/api/assets/{before}/restore")).is_success
    await turn(studio)
    heard = [told for _, told in sorted(receiver.heard)]
    assert sorted(told["type"] for told in heard) == [
        *("asset.created", "asset.deleted", "asset.deleted", "asset.restored", "asset.restored"),
        *("batch.finished", "batch.paused", "batch.paused", "batch.waiting", "import.finished"),
        *("run.cancelled", "run.failed", "run.unknown", "schedule.failed", "schedule.failed"),
    ]
    (end,) = (told["data"] for told in heard if told["type"] == "batch.finished")
    assert (end["batch"], end["state"], end["total"], end["spent"]) == (batch, "succeeded", 3, 10)
    (made,) = (told["data"] for told in heard if told["type"] == "asset.created")
    assert made["assets"] == [{"asset": mine, "url": f"https://studio.example/api/assets/{mine}"}]
    assert (made["title"], made["kind"], made["run"]) == ("photo", "image", None)
    assert 3 in [told["data"]["count"] for told in heard if told["type"] == "asset.deleted"]


@one_database
async def test_many_at_once_are_one_message_and_so_is_the_way_back(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    ids = [(await upload(owner))["id"] for _ in range(2)]
    await hooked(owner, receiver)
    order = {"select": {"ids": ids}, "change": {"deleted": True}}
    done = (await owner.post("/api/assets/bulk", json=order)).json()
    assert (await owner.post(f"/api/assets/bulk/{done['id']}/undo")).is_success
    await turn(studio)
    told = {told["type"]: told["data"] for _, told in receiver.heard}
    assert sorted(told) == ["asset.deleted", "asset.restored"]
    for data in told.values():
        assert (data["count"], {each["asset"] for each in data["assets"]}) == (2, set(ids))


async def test_only_what_was_chosen_and_happened_since_is_told(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    first = await hooked(owner, receiver, "run.failed", path="/first")
    await ended(studio)
    await ended(studio, "failed")
    await hooked(owner, receiver, path="/second")
    await turn(studio)
    assert [(asked.path, told["type"]) for asked, (_, told) in zip(receiver.seen, receiver.heard, strict=True)] == [
        ("/first", "run.failed")
    ]
    changed = await owner.patch(f"/api/webhooks/{first['id']}", json={"events": ["run.succeeded", "run.failed"]})
    assert changed.json()["events"] == ["run.succeeded", "run.failed"]
    await ended(studio)
    await turn(studio)
    assert sorted(asked.path for asked in receiver.seen) == ["/first", "/first", "/second"]


async def test_a_real_run_is_told_by_a_studio_that_works(allowed: Settings, pool: Pool, receiver: Receiver) -> None:
    async with open_house(allowed, pool) as house:
        client = await house.as_owner()
        hook = await hooked(client, receiver, "run.succeeded")
        order = {"op": "image.generate", "input": {"prompt": "a lake", "width": 256, "height": 256}}
        run = (await client.post("/api/runs", json=order, headers={"Prefer": "wait=60"})).json()
        await until(lambda: receiver.seen != [])
        told = verified(receiver.seen[0], hook["secret"])["data"]
        assert (told["run"], told["state"], told["title"], told["offer"]) == (
            run["id"], "succeeded", "a lake", "local/sketchbook",
        )  # fmt: skip
        assert [each["asset"] for each in told["assets"]] == [each["id"] for each in run["outputs"]]
        assert (told["price"], told["spent"]) == (run["price"], run["spent"])


# --- again and again


async def test_what_is_not_taken_comes_again_at_growing_distances_for_a_day(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver)
    receiver.says = lambda asked: Answered(500, b"on fire")
    await ended(studio)
    for tries, pause in enumerate(AFTER, 1):
        await turn(studio)
        (kept,) = await log(owner, hook)
        assert (kept["state"], kept["tries"], kept["error"]) == ("queued", tries, "It answered 500.")
        left = (datetime.fromisoformat(kept["next_at"]) - now()).total_seconds()
        assert pause * 0.9 - 10 <= left <= pause, tries
        if pause > 30:  # a busy machine may take seconds from here to there
            await turn(studio)
            assert len(receiver.seen) == tries, "not before its time"
        await hurry(studio)
    await turn(studio)
    (kept,) = await log(owner, hook)
    assert (kept["state"], kept["tries"], kept["next_at"], kept["answer"]) == ("failed", 11, None, None)
    assert [each["status"] for each in kept["attempts"]] == [500] * 11
    assert 23 * 3600 < sum(AFTER) < 24 * 3600
    await turn(studio)
    assert len({message for message, _ in receiver.heard}) == 1
    for asked in receiver.seen:
        verified(asked, hook["secret"])
    (listed,) = (await owner.get("/api/webhooks")).json()
    assert listed["failing_since"] is not None
    receiver.says = lambda asked: Answered(204)
    await ended(studio)
    await turn(studio)
    assert (await owner.get(f"/api/webhooks/{hook['id']}")).json()["failing_since"] is None


@one_database
async def test_who_asks_for_time_gets_it_within_the_day(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver)
    soon = datetime.now(UTC) + timedelta(hours=2)
    dated = soon.strftime("%a, %d %b %Y %H:%M:%S GMT")
    for said, low, high in (("3600", 3590, 3601), (dated, 7180, 7201), ("999999", 86_000, 86_401), ("soon", 4, 6)):
        answered = Answered(503, headers={"retry-after": said})
        receiver.says = lambda asked, answered=answered: answered  # type: ignore[misc]
        await ended(studio)
        await turn(studio)
        kept = (await log(owner, hook))[0]
        left = (datetime.fromisoformat(kept["next_at"]) - now()).total_seconds()
        assert low - 10 <= left <= high, said
    receiver.says = lambda asked: Answered(500, headers={"retry-after": "3600"})
    await ended(studio)
    await turn(studio)
    assert datetime.fromisoformat((await log(owner, hook))[0]["next_at"]) < now() + timedelta(seconds=6)


async def test_what_was_sent_and_not_written_down_goes_out_again_with_the_same_id(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    """As when a worker is killed between the two: it has the delivery until its lease is over."""
    hook = await hooked(owner, receiver)
    receiver.plan = ["hold"]
    await ended(studio)
    while not receiver.seen:
        await studio.studio.webhooks.turn()
    await studio.studio.webhooks.stop()
    await studio.studio.webhooks.turn()
    assert len(receiver.seen) == 1, "it may be alive yet"
    receiver.free()
    await hurry(studio, leased_until=now())
    await turn(studio)
    assert len(receiver.seen) == 2
    assert len({message for message, _ in receiver.heard}) == 1
    (kept,) = await log(owner, hook)
    assert (kept["state"], kept["tries"]) == ("delivered", 1)


async def test_of_several_workers_one_sends_and_a_slow_receiver_keeps_no_other_waiting(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    await hooked(owner, receiver, path="/slow")
    await hooked(owner, receiver, path="/quick")
    receiver.at["/slow"] = ["hold"] * 40
    await asyncio.gather(*(ended(studio) for _ in range(12)))
    one, two = studio.studio.webhooks, Webhooks(studio.studio.db, studio.studio.webhooks.fetcher, b"x", "")
    two._secret = one._secret
    async with asyncio.timeout(60):
        while len([asked for asked in receiver.seen if asked.path == "/quick"]) < 12:
            await asyncio.gather(one.turn(), two.turn())
    assert len([asked for asked in receiver.seen if asked.path == "/slow"]) == EACH_AT_ONCE
    receiver.at["/slow"] = []
    receiver.free()
    async with asyncio.timeout(60):
        while len([asked for asked in receiver.seen if asked.path == "/slow"]) < 12:
            await asyncio.gather(one.turn(), two.turn())
    await two.stop()
    for path in ("/slow", "/quick"):
        messages = [asked.headers["webhook-id"] for asked in receiver.seen if asked.path == path]
        assert len(set(messages)) == len(messages) == 12


# --- the end of it


async def test_one_that_is_gone_is_switched_off_and_what_waits_is_dropped(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver)
    receiver.says = lambda asked: Answered(500)
    await ended(studio)
    await turn(studio)
    receiver.says = lambda asked: Answered(410)
    await ended(studio)
    await turn(studio)
    (listed,) = (await owner.get("/api/webhooks")).json()
    assert (listed["enabled"], "410" in listed["off_because"]) == (False, True)
    assert sorted(each["state"] for each in await log(owner, hook)) == ["dropped", "failed"]
    await ended(studio)
    await turn(studio)
    assert len(receiver.seen) == 2
    async with studio.studio.db.session(read_only=True) as session:
        (said,) = (await session.scalars(select(Event.data).where(Event.type == "webhook.disabled"))).all()
    assert (said["webhook"], said["user"], "410" in said["reason"]) == (hook["id"], str(studio.owner.user_id), True)
    receiver.says = lambda asked: Answered(200)
    on = await owner.patch(f"/api/webhooks/{hook['id']}", json={"enabled": True})
    assert (on.json()["enabled"], on.json()["off_because"], on.json()["failing_since"]) == (True, "", None)
    await ended(studio)
    await turn(studio)
    assert len(receiver.seen) == 3


@one_database
async def test_one_at_which_nothing_arrives_for_days_is_switched_off(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver)
    receiver.says = lambda asked: Answered(500)
    for since, stays in ((FAILS_FOR - timedelta(hours=1), True), (FAILS_FOR + timedelta(hours=1), False)):
        async with studio.studio.db.session() as session:
            await session.execute(update(Webhook).values(failing_since=now() - since))
        await ended(studio)
        await turn(studio)
        listed = (await owner.get(f"/api/webhooks/{hook['id']}")).json()
        assert listed["enabled"] is stays
    assert listed["off_because"] == "Nothing has arrived there for 3 days."


@one_database
async def test_a_message_is_replayed_with_its_id_and_one_that_is_off_takes_none(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook, other = await hooked(owner, receiver, path="/a"), await hooked(owner, receiver, "run.failed", path="/b")
    receiver.says = lambda asked: Answered(500)
    await ended(studio)
    await turn(studio)
    await hurry(studio, tries=10, next_at=now())
    await turn(studio)
    (kept,) = await log(owner, hook, state="failed")
    receiver.says = lambda asked: Answered(200)
    path = f"/api/webhooks/{hook['id']}/deliveries/{kept['id']}/replay"
    assert (await owner.post(path)).json()["state"] == "queued"
    await turn(studio)
    (kept,) = await log(owner, hook, state="delivered")
    assert [each["status"] for each in kept["attempts"]] == [500, 500, 200]
    assert len({message for message, _ in receiver.heard}) == 1
    assert (await owner.post(path.replace(hook["id"], other["id"]))).status_code == 404
    await owner.patch(f"/api/webhooks/{hook['id']}", json={"enabled": False})
    assert (await owner.post(path)).status_code == 409


@one_database
async def test_the_log_is_read_page_by_page_and_forgotten_after_a_month(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver)
    for _ in range(5):
        await ended(studio)
    await turn(studio)
    path, seen, after = f"/api/webhooks/{hook['id']}/deliveries", [], None
    for _ in range(3):
        page = (await owner.get(path, params={"limit": 2} | ({"after": after} if after else {}))).json()
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
    assert (len(set(seen)), after, seen) == (5, None, sorted(seen, reverse=True))
    async with studio.studio.db.session() as session:
        old = update(Delivery).where(Delivery.id.in_([UUID(id) for id in seen[:2]]))
        await session.execute(old.values(created_at=now() - KEPT - timedelta(hours=1)))
    await webhooks.sweep(studio.studio.db)
    assert len(await log(owner, hook)) == 3
    assert (await owner.delete(f"/api/webhooks/{hook['id']}")).status_code == 204
    assert (await owner.get(path)).status_code == 404
    async with studio.studio.db.session(read_only=True) as session:
        assert (await session.scalars(select(Delivery))).all() == []


# --- secrets


async def test_after_a_rotation_both_secrets_sign_for_a_day(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver)
    fresh = (await owner.post(f"/api/webhooks/{hook['id']}/rotate")).json()
    assert fresh["secret"] != hook["secret"]
    assert fresh["previous_until"] is not None
    await ended(studio)
    await turn(studio)
    (asked,) = receiver.seen
    assert len(asked.headers["webhook-signature"].split(" ")) == 2
    assert verified(asked, hook["secret"]) == verified(asked, fresh["secret"])
    async with studio.studio.db.session() as session:
        await session.execute(update(Webhook).values(previous_until=now()))
    await ended(studio)
    await turn(studio)
    verified(receiver.seen[1], fresh["secret"])
    with pytest.raises(WebhookVerificationError):
        verified(receiver.seen[1], hook["secret"])


async def test_a_secret_is_shown_once_and_is_in_no_list_log_event_or_row(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    with structlog.testing.capture_logs() as logged:
        hook = await hooked(owner, receiver, path="/hook?token=of-the-receiver")
        secret = (await owner.post(f"/api/webhooks/{hook['id']}/rotate")).json()["secret"]
        await ended(studio)
        await turn(studio)
        await owner.post(f"/api/webhooks/{hook['id']}/test")
        said = [
            (await owner.get(path)).text
            for path in ("/api/webhooks", f"/api/webhooks/{hook['id']}", f"/api/webhooks/{hook['id']}/deliveries")
        ]
    said += [asked.body.decode() + json.dumps(dict(asked.headers)) for asked in receiver.seen]
    async with studio.studio.db.session(read_only=True) as session:
        told = json.dumps([event.data for event in await session.scalars(select(Event))])
        rows = repr([(row.sealed, row.previous) for row in await session.scalars(select(Webhook))])
    for key in (secret, hook["secret"]):
        for text in (*said, told, rows, repr(logged)):
            assert key not in text
            assert key.removeprefix("whsec_") not in text
    assert "of-the-receiver" not in told + repr(logged)


@one_database
async def test_a_secret_that_can_no_longer_be_opened_says_so_until_it_is_rotated(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver)
    async with studio.studio.db.session() as session:
        await session.execute(update(Webhook).values(sealed=b"x" * 60))
    await ended(studio)
    await turn(studio)
    assert "Rotate it" in (await log(owner, hook))[0]["error"]
    fresh = (await owner.post(f"/api/webhooks/{hook['id']}/rotate")).json()
    await hurry(studio)
    await turn(studio)
    verified(receiver.seen[0], fresh["secret"])


# --- addresses


async def test_an_address_that_is_not_public_is_refused_when_it_is_entered_and_when_it_is_asked(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    for url in (
        *("http://127.0.0.1:1/", "https://10.0.0.1/hook", "http://169.254.169.254/latest", "http://[::1]/"),
        *("https://u:p@example.com/", "ftp://example.com/", "nonsense", "https://no-such-host.invalid/"),
    ):
        answer = await owner.post("/api/webhooks", json={"url": url})
        assert answer.status_code == 422, url
        assert answer.json()["fields"][0]["field"] == "url"
    addresses = ["127.0.0.1"]

    async def resolve(host: str, port: int) -> list[str]:
        return addresses

    posts = studio.studio.webhooks
    posts.fetcher = Fetcher(studio.studio.settings.fetch_allow, resolve=resolve)
    url = f"http://hooks.example:{receiver.port}/hook"
    hook = (await owner.post("/api/webhooks", json={"url": url})).json()
    await ended(studio)
    await turn(studio)
    assert len(receiver.seen) == 1
    addresses[:] = ["10.0.0.1"]
    await ended(studio)
    await turn(studio)
    kept = (await log(owner, hook))[0]
    assert (kept["state"], kept["status"]) == ("queued", None)
    assert "not one of the public web" in kept["error"]
    assert (await owner.get(f"/api/webhooks/{hook['id']}")).json()["failing_since"]
    moved = await owner.patch(f"/api/webhooks/{hook['id']}", json={"url": f"{receiver.url}/new"})
    assert moved.json()["failing_since"] is None, "what failed there says nothing of the new address"
    url = moved.json()["url"]
    changed = await owner.patch(f"/api/webhooks/{hook['id']}", json={"url": "http://10.0.0.1/"})
    assert changed.status_code == 422
    assert (await owner.get(f"/api/webhooks/{hook['id']}")).json()["url"] == url


@one_database
async def test_nobody_follows_a_redirect(studio: House, owner: httpx2.AsyncClient, receiver: Receiver) -> None:
    hook = await hooked(owner, receiver)
    receiver.says = lambda asked: Answered(302, headers={"location": f"{receiver.url}/elsewhere"})
    await ended(studio)
    await turn(studio)
    assert [asked.path for asked in receiver.seen] == ["/hook"]
    (kept,) = await log(owner, hook)
    assert (kept["status"], kept["error"].startswith("It answered 302: it lies elsewhere.")) == (302, True)


async def test_whatever_a_receiver_says_a_kilobyte_of_it_is_kept(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the receiver were somewhere in the world: of one that is only allowed, nothing is kept.
    monkeypatch.setattr("gesso.kit.fetch.public", lambda address: True)
    hook = await hooked(owner, receiver)
    bomb = gzip.compress(b"0" * (32 << 20))
    for body, headers in (
        (b"x" * (3 << 20), {}),
        (bytes(range(256)) * 8, {"content-type": "image/png"}),
        (bomb, {"content-encoding": "gzip"}),
        (b"zzz", {"content-encoding": "br"}),
        (b"zzz", {"content-encoding": "gzip"}),
        (b"", {}),
    ):
        answered = Answered(200, body, headers)
        receiver.says = lambda asked, answered=answered: answered  # type: ignore[misc]
        await ended(studio)
        await turn(studio)
        kept = (await log(owner, hook))[0]
        assert (kept["state"], kept["error"]) == ("delivered", None), headers
        assert len(kept["answer"] or "") <= 1024
        assert (kept["answer"] is None) == (body in (b"", b"zzz")), headers
        assert "\0" not in (kept["answer"] or "")


async def test_half_of_a_letter_is_told_as_it_came(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    await hooked(owner, receiver)
    said = {"schedule": "s", "title": "Nightly", "user": "u", "state": "failed", "note": "cut \ud83d", "batch": None}
    await happen(studio, "schedule.changed", **said, run=None)
    await turn(studio)
    ((_, told),) = receiver.heard
    assert told["data"]["note"] == "cut \ud83d"


@one_database
async def test_one_that_never_ends_or_never_answers_is_given_up(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Says 200 and then a letter now and then, for ever."""
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        try:
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)
        except (ConnectionError, asyncio.CancelledError):
            writer.close()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    monkeypatch.setattr("gesso.webhooks.post.SECONDS", 1.0)
    monkeypatch.setattr("gesso.webhooks.post.ANSWER_SECONDS", 0.3)
    for speaks, state in ((drip, "delivered"), (mute, "failed")):
        server = await asyncio.start_server(speaks, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        studio.studio.webhooks.fetcher = Fetcher((f"127.0.0.1:{port}",))
        hook = (await owner.post("/api/webhooks", json={"url": f"http://127.0.0.1:{port}/"})).json()
        done = (await owner.post(f"/api/webhooks/{hook['id']}/test")).json()
        assert done["state"] == state, done
        assert done["seconds"] < 5
        server.close()
    assert "longer than" in done["error"]


# --- the test, and who may do what


async def test_the_test_says_at_once_what_came_of_it_and_is_sent_once(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver, "run.failed")
    done = (await owner.post(f"/api/webhooks/{hook['id']}/test")).json()
    assert (done["state"], done["type"], done["status"], done["answer"]) == ("delivered", "webhook.test", 200, None)
    told = verified(receiver.seen[0], hook["secret"])
    assert (told["type"], told["data"]) == ("webhook.test", {"webhook": hook["id"]})
    await owner.patch(f"/api/webhooks/{hook['id']}", json={"enabled": False})
    receiver.says = lambda asked: Answered(503, b"later")
    done = (await owner.post(f"/api/webhooks/{hook['id']}/test")).json()
    assert (done["state"], done["error"], done["answer"]) == ("failed", "It answered 503.", None)
    await hurry(studio)
    await turn(studio)
    assert len(receiver.seen) == 2


async def test_webhooks_are_for_admins_and_another_teams_are_not_there(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    hook = await hooked(owner, receiver)
    await ended(studio)
    await turn(studio)
    (kept,) = await log(owner, hook)
    admin, editor = await studio.join("ada", "admin"), await studio.join("ed", "editor")
    stranger = await studio.join("eve", "owner", team="Elsewhere")
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"/api/webhooks/{hook['id']}", {}),
        ("PATCH", f"/api/webhooks/{hook['id']}", {"json": {"name": "mine"}}),
        ("POST", f"/api/webhooks/{hook['id']}/rotate", {}),
        ("POST", f"/api/webhooks/{hook['id']}/test", {}),
        ("GET", f"/api/webhooks/{hook['id']}/deliveries", {}),
        ("POST", f"/api/webhooks/{hook['id']}/deliveries/{kept['id']}/replay", {}),
        ("DELETE", f"/api/webhooks/{hook['id']}", {}),
    ]
    for method, path, body in asked:
        assert (await editor.request(method, path, **body)).status_code == 403, path
        assert (await stranger.request(method, path, **body)).status_code == 404, path
    assert (await editor.get("/api/webhooks")).status_code == 403
    assert (await stranger.get("/api/webhooks")).json() == []
    (seen,) = (await admin.get("/api/webhooks")).json()
    assert (seen["name"], seen["by"]) == ("/hook", "owner")
    await ended(studio)
    await turn(studio)
    assert len(receiver.seen) == 2
    types = {each["type"]: each for each in (await admin.get("/api/webhooks/events")).json()}
    assert (types["run.failed"]["group"], types["run.failed"]["text"][:5]) == ("run", "A run")


@one_database
async def test_what_makes_no_sense_is_refused(studio: House, owner: httpx2.AsyncClient, receiver: Receiver) -> None:
    for types in ([], ["run.exploded"], ["webhook.test"]):
        answer = await owner.post("/api/webhooks", json={"url": receiver.url, "events": types})
        assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, "events")
    for _ in range(webhooks.MOST):
        await hooked(owner, receiver)
    answer = await owner.post("/api/webhooks", json={"url": receiver.url})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_the_budget_is_told_at_each_level_once_until_it_is_settled_anew(
    studio: House, owner: httpx2.AsyncClient, receiver: Receiver
) -> None:
    await hooked(owner, receiver, "budget.reached")

    async def spend(amount: int) -> None:
        async with studio.studio.db.work(studio.owner) as work:
            await credits.reserve(work, uuid7(), Credits(amount))
        await turn(studio)

    await spend(10_000)
    assert receiver.seen == [], "without a limit there is no budget"
    await owner.post("/api/credits/limit", json={"balance": 100_000})
    for amount in (40_000, 15_000, 30_000, 11_000, 2_000, 2_000):
        await spend(amount)
    assert [(told["data"]["percent"], told["data"]["balance"]) for _, told in receiver.heard] == [
        (80, 15_000),
        (100, 0),
    ]
    await owner.post("/api/credits/limit", json={"balance": 10_000})
    await spend(8_500)
    told = receiver.heard[-1][1]["data"]
    assert (told["percent"], told["balance"], told["limit"], len(receiver.seen)) == (80, 1_500, 10_000, 3)
