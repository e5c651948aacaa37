"""Who is told of what, once, and how loudly."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from gesso_client import Client
from sqlalchemy import select, update

from gesso import accounts, credits
from gesso.accounts.tables import Member
from gesso.events import Event
from gesso.kit.actor import Actor
from gesso.kit.money import Credits
from gesso.kit.time import now
from gesso.notify import KINDS, Letter, Notice, inbox, wishes, words
from gesso.runs import Run
from tests.conftest import House, photo, upload
from tests.notify.conftest import a_batch, happen, someone

pytestmark = pytest.mark.anyio
SKETCH = {"op": "image.generate", "input": {"prompt": "a lake", "width": 256, "height": 256}}


async def listed(client: httpx2.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    answer = await client.get("/api/notifications", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def letters(house: House) -> list[Letter]:
    async with house.studio.db.session(read_only=True) as session:
        return list(await session.scalars(select(Letter).order_by(Letter.id)))


async def confirmed(house: House, actor: Any, address: str = "ada@example.com", **more: Any) -> None:
    """This person may be mailed to."""
    async with house.studio.db.work(actor) as work:
        wish = await wishes._locked(work)
        wish.email, wish.confirmed_at = address, now()
        for name, value in more.items():
            setattr(wish, name, value)


async def failed(house: House, client: httpx2.AsyncClient, took: float, state: str = "failed", op: str = "") -> str:
    """A run that has come to this end after so many seconds."""
    id: str = (await client.post("/api/runs", json=SKETCH)).json()["id"]
    error = {"code": "refused", "title": "The provider refused", "message": "The words are not allowed."}
    async with house.studio.db.session() as session:
        mine = update(Run).where(Run.id == UUID(id))
        began = now() - timedelta(seconds=took)
        await session.execute(mine.values(state=state, error=error, started_at=began, ended_at=now()))
    return id


def a_schedule(actor: Actor, state: str = "failed", **more: Any) -> dict[str, Any]:
    """What a schedule says of one of its moments."""
    said = {"schedule": "s", "title": "Nightly", "user": str(actor.user_id), "note": "The file is gone."}
    return said | {"state": state, "batch": None, "run": None} | more


@pytest.mark.row("B7", at="GET /api/notifications")
async def test_of_a_batch_the_last_word_is_told_once_and_its_rows_never(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    await happen(told, owner, "batch.changed", **a_batch(owner, "running"))
    assert await listed(client) == []
    await happen(told, owner, "batch.changed", **a_batch(owner, "canary"))
    (waits,) = await listed(client)
    assert (waits["kind"], waits["title"]) == ("batch.waits", "Autumn waits for your word")
    await happen(told, owner, "batch.changed", **a_batch(owner, "running"))
    assert await listed(client) == [], "who was waited for has spoken"
    for _ in range(2):
        await happen(told, owner, "run.changed", run=str(uuid4()), state="failed", batch="b")
        await happen(told, owner, "batch.changed", **a_batch(owner))
    (ended,) = await listed(client)
    assert (ended["title"], ended["text"]) == ("Autumn is done", "48 of 50 made, 2 failed, $1.20 spent.")
    assert ended["about"] == "/batch/0190a000-0000-7000-8000-00000000000b"
    assert ended["data"]["state"] == "succeeded"


async def test_a_batch_that_its_person_paused_is_no_news_and_one_that_the_studio_paused_is(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    await happen(told, owner, "batch.changed", **a_batch(owner, "paused"))
    assert await listed(client) == []
    await happen(told, owner, "batch.changed", **a_batch(owner, "paused", note="The budget is used up."))
    (paused,) = await listed(client)
    assert (paused["title"], paused["text"]) == ("Autumn was paused", "The budget is used up.")


async def test_what_becomes_of_the_same_thing_is_news_and_what_is_only_counted_again_is_not(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    await happen(told, owner, "batch.changed", **a_batch(owner, unknown=1))
    (before,) = await listed(client)
    assert (await client.post(f"/api/notifications/{before['id']}/read")).json() == {"unread": 0}
    await happen(told, owner, "batch.changed", **a_batch(owner, succeeded=49))
    (settled,) = await listed(client)
    assert (settled["id"], settled["data"]["succeeded"]) == (before["id"], 49)
    assert settled["read_at"] is not None
    await happen(told, owner, "batch.changed", **a_batch(owner, "failed"))
    (after,) = await listed(client)
    assert after["id"] > before["id"]
    assert after["read_at"] is None


async def test_only_whoever_asked_is_told_and_nobody_reads_of_others(told: House) -> None:
    ed, eve = await someone(told, "ed"), await someone(told, "eve", "owner", team="Elsewhere")
    await told.studio.courier.hear()
    await happen(told, told.owner, "batch.changed", **a_batch(ed))
    await happen(told, eve, "batch.changed", **a_batch(ed, title="of another team"))
    client = await told.as_owner()
    assert await listed(client) == []
    async with told.studio.db.session(read_only=True) as session:
        (notice,) = await session.scalars(select(Notice))
        said = (await session.scalars(select(Event).where(Event.type == "notice.changed"))).all()
    assert notice.user_id == ed.user_id
    assert [event.data for event in said] == [{"user": str(ed.user_id), "unread": 1}], "not a word of what it says"
    for method, path in (("POST", f"/{notice.id}/read"), ("DELETE", f"/{notice.id}")):
        answer = await client.request(method, f"/api/notifications{path}")
        assert answer.status_code == 404, path


async def test_a_failed_run_is_in_the_inbox_and_is_mailed_only_where_somebody_has_gone_away(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    await confirmed(told, owner)
    short = await failed(told, client, 5)
    await happen(told, owner, "run.changed", run=short, state="failed")
    (told_of,) = await listed(client)
    assert (told_of["kind"], told_of["title"]) == ("run.failed", "a lake failed")
    assert told_of["text"] == "The words are not allowed."
    assert await letters(told) == []
    await client.post("/api/notifications/read", json={})
    long = await failed(told, client, 100)
    await happen(told, owner, "run.changed", run=long, state="failed")
    assert [letter.form for letter in await letters(told)] == ["notice"]


async def test_what_nobody_knows_of_is_always_mailed_and_gone_when_somebody_has_decided(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    await confirmed(told, owner)
    run = await failed(told, client, 1, "unknown")
    await happen(told, owner, "run.changed", run=run, state="unknown")
    assert [notice["kind"] for notice in await listed(client)] == ["run.unknown"]
    assert [letter.recipient for letter in await letters(told)] == ["ada@example.com"]
    await happen(told, owner, "run.changed", run=run, state="failed")
    assert [notice["kind"] for notice in await listed(client)] == []


async def test_many_runs_that_fail_for_one_reason_are_one_notice(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    await confirmed(told, owner)
    for _ in range(4):
        run = await failed(told, client, 100)
        await happen(told, owner, "run.changed", run=run, state="failed")
    (joined,) = await listed(client)
    assert (joined["title"], joined["data"]["count"]) == ("4 runs failed", 4)
    assert len(await letters(told)) == 1, "one mail, not four"


async def test_an_import_a_schedule_and_damage_are_told(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    admin, editor = await told.join("amy", "admin"), await told.join("ed", "editor")
    order = (await client.post("/api/imports/urls", json={"urls": ["http://10.0.0.1/a.png"]})).json()["id"]
    assert (await client.post(f"/api/imports/{order}/cancel")).status_code == 200
    async with told.studio.db.session() as session:
        from gesso.library import Import

        gone = update(Import).where(Import.id == UUID(order))
        await session.execute(gone.values(state="succeeded", kept=3, twins=1, refused=2, name="pictures.zip"))
    await happen(told, owner, "import.changed", id=order, state="succeeded")
    told_of = {"schedule": "s", "title": "Nightly", "user": str(owner.user_id), "note": "The file is gone."}
    await happen(told, owner, "schedule.changed", **told_of, state="started", batch=None, run=None)
    await happen(told, owner, "schedule.changed", **told_of, state="failed", batch=None, run=None)
    one, two = (await upload(client))["id"], (await upload(client, photo(40, 40)))["id"]
    await happen(told, owner, "asset.damaged", asset=one, trouble="missing")
    await happen(told, owner, "asset.damaged", asset=two, trouble="missing")
    damaged, nightly, taken = await listed(client)
    assert (taken["title"], taken["text"]) == (
        "pictures.zip is imported",
        "3 taken in, 1 were here already, 2 refused.",
    )
    assert (nightly["title"], nightly["text"]) == ("Nightly could not be started", "The file is gone.")
    assert (damaged["title"], damaged["assets"]) == ("2 files are damaged", [one, two])
    assert [each["kind"] for each in await listed(admin)] == ["asset.damaged"]
    assert await listed(editor) == []


async def test_eighty_percent_and_all_of_a_budget_are_told_once_each_and_again_after_another_limit(told: House) -> None:
    client, owner = await told.as_owner(), told.owner

    async def reserve(amount: int) -> None:
        async with told.studio.db.work(owner) as work:
            await credits.reserve(work, uuid4(), Credits(amount))

    async def limit(amount: int) -> None:
        async with told.studio.db.work(owner) as work:
            await credits.limit(work, Credits(amount))

    await reserve(5_000)
    await limit(100_000)
    for amount in (79_000, 1_000, 10_000, 10_000):
        await reserve(amount)
    await told.studio.courier.hear()
    whole, most = await listed(client)
    assert (most["title"], most["text"]) == ("80 % of the budget is used", "$0.20 of $1.00 is left.")
    assert (whole["title"], whole["text"]) == ("All of the budget is used", "$0.00 of $1.00 is left.")
    assert most["about"] == "/settings?part=budget"
    async with told.studio.db.work(owner) as work:
        await credits.grant(work, Credits(1_000))
    await reserve(900)
    await reserve(50)
    await told.studio.courier.hear()
    assert len(await listed(client)) == 3
    async with told.studio.db.session(read_only=True) as session:
        said = (await session.scalars(select(Event).where(Event.type == "budget.reached"))).all()
    assert [event.data for event in said] == [
        {"percent": 80, "balance": 20_000, "limit": 100_000},
        {"percent": 100, "balance": 0, "limit": 100_000},
        {"percent": 80, "balance": 100, "limit": 1_000},
    ]


async def test_the_inbox_is_read_page_by_page_and_what_came_meanwhile_stays_unread(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    ids = [f"0190a000-0000-7000-8000-0000000000{number:02}" for number in range(5)]
    for id in ids:
        await happen(told, owner, "batch.changed", **a_batch(owner, batch=id))
    first = (await client.get("/api/notifications", params={"limit": 2})).json()
    assert first["unread"] == 5
    second = (await client.get("/api/notifications", params={"limit": 2, "after": first["next"]})).json()
    third = (await client.get("/api/notifications", params={"limit": 2, "after": second["next"]})).json()
    assert third["next"] is None
    seen = [notice["data"]["batch"] for page in (first, second, third) for notice in page["items"]]
    assert seen == ids[::-1]
    newest = first["items"][0]["id"]
    await happen(told, owner, "batch.changed", **a_batch(owner, batch=str(uuid4())))
    assert (await client.post("/api/notifications/read", json={"until": newest})).json() == {"unread": 1}
    (left,) = await listed(client, unread=True)
    assert left["id"] > newest
    assert (await client.delete(f"/api/notifications/{left['id']}")).status_code == 204
    assert (await client.get("/api/notifications")).json()["unread"] == 0
    assert len(await listed(client)) == 5


async def test_what_is_shown_with_a_notice_is_what_is_still_there(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    one, two = (await upload(client))["id"], (await upload(client, photo(40, 40)))["id"]
    await happen(told, owner, "batch.changed", **a_batch(owner, sample=[one, two]))
    assert (await listed(client))[0]["assets"] == [one, two]
    await client.delete(f"/api/assets/{one}")
    assert (await listed(client))[0]["assets"] == [two]


async def test_a_kind_that_somebody_does_not_want_is_not_in_the_inbox_and_not_mailed(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    await confirmed(told, owner)
    wanted = {"batch.ended": {"inbox": False, "email": False}}
    settled = (await client.put("/api/notifications/preferences", json={"kinds": wanted})).json()
    ended = next(each for each in settled["kinds"] if each["kind"] == "batch.ended")
    assert (ended["inbox"], ended["email"], ended["push"]) == (False, False, True)
    assert {each["kind"] for each in settled["kinds"]} == KINDS.keys()
    await happen(told, owner, "batch.changed", **a_batch(owner))
    await happen(told, owner, "batch.changed", **a_batch(owner))
    assert await listed(client) == []
    assert await letters(told) == []
    await client.put("/api/notifications/preferences", json={"kinds": {"batch.ended": {"inbox": True}}})
    again = (await client.get("/api/notifications/preferences")).json()
    ended = next(each for each in again["kinds"] if each["kind"] == "batch.ended")
    assert (ended["inbox"], ended["email"]) == (True, False), "what is not named stays"


@pytest.mark.parametrize(
    "body",
    [
        {"kinds": {"nothing": {"inbox": True}}},
        {"kinds": {"batch.ended": {"pigeon": True}}},
        {"zone": "Mars/Olympus"},
        {"zone": "../../etc/passwd"},
        {"zone": "\0"},
        {"hour": 24},
        {"digest": "weekly"},
    ],
)
async def test_wishes_that_make_no_sense_are_refused(told: House, body: dict[str, Any]) -> None:
    client = await told.as_owner()
    assert (await client.put("/api/notifications/preferences", json=body)).status_code == 422


async def test_mails_are_gathered_by_the_hour_and_by_the_day(told: House) -> None:
    owner = told.owner
    await confirmed(told, owner, digest="hourly")
    for id in range(3):
        batch = f"0190a000-0000-7000-8000-00000000000{id}"
        await happen(told, owner, "batch.changed", **a_batch(owner, batch=batch))
    await happen(told, owner, "batch.changed", **a_batch(owner, "failed", batch=batch))
    (letter,) = await letters(told)
    assert letter.form == "digest"
    assert [item["data"]["state"] for item in letter.items] == ["succeeded", "succeeded", "failed"]
    assert letter.next_at.minute == 0
    assert letter.next_at > now()


async def test_more_mails_than_anybody_reads_in_an_hour_are_gathered(told: House) -> None:
    owner = told.owner
    await confirmed(told, owner)
    for _ in range(14):
        await happen(told, owner, "batch.changed", **a_batch(owner, batch=str(uuid4())))
    found = await letters(told)
    assert [letter.form for letter in found] == ["notice"] * 10 + ["digest"]
    assert len(found[-1].items) == 4


def test_a_digest_comes_at_the_hour_on_the_wall_also_when_the_clocks_change() -> None:
    wish = wishes.fresh(uuid4(), uuid4())
    wish.digest, wish.hour, wish.zone = "daily", 8, "Europe/Vienna"
    summer = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)
    assert wishes.due(wish, summer) == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    assert wishes.due(wish, datetime(2026, 7, 1, 6, 0, tzinfo=UTC)) == datetime(2026, 7, 2, 6, 0, tzinfo=UTC)
    before_winter = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert wishes.due(wish, before_winter) == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


async def test_old_notices_are_forgotten(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    for _ in range(2):
        await happen(told, owner, "batch.changed", **a_batch(owner, batch=str(uuid4())))
    async with told.studio.db.session() as session:
        old = (await session.scalars(select(Notice).order_by(Notice.id))).first()
        assert old is not None
        old.created_at = now() - inbox.KEPT - timedelta(hours=1)
    await told.studio.courier.tidy()
    assert len(await listed(client)) == 1


async def test_whoever_has_left_the_team_is_told_nothing_more(told: House) -> None:
    ed = await someone(told, "ed")
    async with told.studio.db.session() as session:
        member = await session.get_one(Member, (ed.user_id, ed.team_id))
        await session.delete(member)
    await happen(told, told.owner, "batch.changed", **a_batch(ed))
    async with told.studio.db.session(read_only=True) as session:
        assert (await session.scalars(select(Notice))).all() == []


async def test_what_somebody_has_to_see_to_is_told_to_owners_and_admins_where_its_person_is_gone(told: House) -> None:
    client, owner, ed = await told.as_owner(), told.owner, await someone(told, "ed")
    async with told.studio.db.session() as session:
        await session.delete(await session.get_one(Member, (ed.user_id, ed.team_id)))
    await happen(told, owner, "batch.changed", **a_batch(ed, "paused", note="The key is refused."))
    await happen(told, owner, "schedule.changed", **a_schedule(ed))
    assert [each["kind"] for each in await listed(client)] == ["schedule.failed", "batch.waits"]


async def test_a_schedule_that_fails_for_one_reason_is_told_once_until_it_starts(told: House) -> None:
    client, owner = await told.as_owner(), told.owner
    for _ in range(3):
        await happen(told, owner, "schedule.changed", **a_schedule(owner))
    assert len(await listed(client)) == 1
    await happen(told, owner, "schedule.changed", **a_schedule(owner, note="There is no budget."))
    assert [each["text"] for each in await listed(client)] == ["There is no budget."]
    await happen(told, owner, "schedule.changed", **a_schedule(owner, state="started"))
    await happen(told, owner, "schedule.changed", **a_schedule(owner, note="There is no budget."))
    assert len(await listed(client)) == 2


async def test_a_webhook_that_was_switched_off_is_told_to_owners_and_admins(told: House) -> None:
    client, admin = await told.as_owner(), await told.join("amy", "admin")
    editor, owner = await told.join("ed", "editor"), told.owner
    off = {"webhook": "w", "name": "Shop", "reason": "Nothing has arrived there for 3 days."}
    await happen(told, owner, "webhook.disabled", **off, user=str(owner.user_id))
    for who in (client, admin):
        (notice,) = await listed(who)
        assert (notice["title"], notice["text"]) == ("Shop was switched off", off["reason"])
        assert (notice["kind"], notice["about"]) == ("webhook.disabled", "/settings?part=webhooks")
    assert await listed(editor) == []


def test_every_kind_has_words_for_whatever_it_is_told() -> None:
    for kind in KINDS:
        for data in ({}, {"title": "A", "note": "why", "state": "failed", "count": 3, "percent": 100}):
            title, text = words(kind, data)
            assert title
            assert "None" not in title + text


async def test_a_studio_that_works_tells_by_itself(house: House) -> None:
    client, owner = await house.as_owner(), house.owner
    await house.studio.courier.hear()
    await happen(house, owner, "batch.changed", **a_batch(owner))
    assert [notice["kind"] for notice in await listed(client)] == ["batch.ended"]


async def test_scripts_read_what_happened_and_settle_how_they_are_told(told: House) -> None:
    owner = told.owner
    async with told.studio.db.session() as session:
        token = await accounts.create_token(session, owner, "scripts")
    await happen(told, owner, "batch.changed", **a_batch(owner))
    transport = httpx2.ASGITransport(app=told.app)
    async with Client("http://gesso.test", token, transport=transport) as gesso:
        (notice,) = await gesso.notifications.list()
        assert await gesso.notifications.unread() == 1
        assert await gesso.notifications.read(notice["id"]) == 0
        assert await gesso.notifications.list(unread=True) == []
        await gesso.notifications.prefer(
            {"batch.ended": {"email": False}}, digest="daily", hour=7, zone="Europe/Vienna"
        )
        await gesso.notifications.prefer(digest="hourly")
        now_told = await gesso.notifications.preferences()
        assert (now_told["digest"], now_told["hour"], now_told["zone"]) == ("hourly", 7, "Europe/Vienna")
        await gesso.notifications.remove(notice["id"])
        assert await gesso.notifications.read_all() == 0
        assert await gesso.notifications.list() == []
