"""The ways in and out, as a browser takes them."""

import asyncio
import time
from datetime import timedelta
from http.cookies import SimpleCookie

import httpx2
import pytest
from sqlalchemy import func, select, update

from gesso import accounts
from gesso.accounts.tables import Invitation, Token, Visit
from gesso.accounts.tries import MOST_KEPT, Tries
from gesso.kit.errors import Conflict, Invalid, NotFound, TooOften
from gesso.kit.time import now
from tests.conftest import House

pytestmark = pytest.mark.anyio

HERE = {"Origin": "http://gesso.test"}
PASSWORD = "correct horse battery"


async def link(house: House) -> str:
    async with house.studio.db.session() as session:
        return f"/sign-in?code={accounts.invite(session, house.owner)}"


async def browser(house: House) -> httpx2.AsyncClient:
    """A browser whose owner has opened a link."""
    client = house.client()
    assert (await client.get(await link(house))).status_code == 303
    return client


async def test_a_link_opens_once_and_then_no_more(idle: House) -> None:
    first, second, path = idle.client(), idle.client(), await link(idle)
    answer = await first.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = SimpleCookie(answer.headers["set-cookie"])["gesso_visit"]
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "lax"
    assert int(cookie["max-age"]) == 30 * 24 * 3600
    assert (await first.get("/api/me")).json()["role"] == "owner"

    again = await second.get(path)
    assert again.headers["location"] == "/welcome?used=1"
    assert "set-cookie" not in again.headers
    assert (await second.get("/api/me")).status_code == 401
    assert (await first.get("/api/me")).status_code == 200

    for odd in ("/sign-in?code=", "/sign-in?code=once_wrong", "/sign-in?code=%00", "/sign-in?code=" + "a" * 5000):
        assert (await second.get(odd)).headers["location"] == "/welcome?used=1"
    assert (await second.get("/sign-in")).status_code == 422


async def test_a_link_and_a_visit_end_with_their_time(idle: House) -> None:
    late, path = idle.client(), await link(idle)
    visitor = await browser(idle)
    assert (await visitor.get("/api/me")).status_code == 200
    async with idle.studio.db.session() as session:
        for kind in (Invitation, Visit):
            await session.execute(update(kind).values(expires_at=now() - timedelta(seconds=1)))
    assert (await late.get(path)).headers["location"] == "/welcome?used=1"
    assert (await visitor.get("/api/me")).status_code == 401
    async with idle.studio.db.session() as session:
        await accounts.sweep(session)
    async with idle.studio.db.session(read_only=True) as session:
        for kind in (Invitation, Visit):
            assert await session.scalar(select(func.count()).select_from(kind)) == 0


async def test_another_site_cannot_act_with_our_cookie(idle: House) -> None:
    visitor = await browser(idle)
    wanted = {"balance": 5}
    for foreign in (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://gesso.test.evil.example"},
        {"Origin": "http://evil.example/gesso.test"},
        {"Origin": "http://gesso.test@evil.example"},
        {"Origin": "http://["},
        {"Origin": "http://gesso.test:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ):
        answer = await visitor.post("/api/credits/limit", json=wanted, headers=foreign)
        assert (answer.status_code, answer.json()["code"]) == (403, "denied"), foreign
        assert (await visitor.delete("/api/session", headers=foreign)).status_code == 403
    assert (await visitor.get("/api/credits", headers={"Origin": "https://evil.example"})).json()["unlimited"]
    for ours in (HERE, {"Sec-Fetch-Site": "same-origin"}):
        answer = await visitor.post("/api/credits/limit", json=wanted, headers=ours)
        assert answer.json()["balance"] == 5, ours


async def test_signing_out_ends_the_visit_and_not_only_the_cookie(idle: House) -> None:
    visitor = await browser(idle)
    key = visitor.cookies["gesso_visit"]
    assert (await visitor.delete("/api/session", headers=HERE)).status_code == 204
    assert "gesso_visit" not in visitor.cookies
    stolen = idle.client(Cookie=f"gesso_visit={key}")
    assert (await stolen.get("/api/me")).status_code == 401


async def test_a_password_opens_for_the_right_name_alone(idle: House) -> None:
    visitor = await browser(idle)
    for short in ("", "123456789"):
        refused = await visitor.put("/api/me/password", json={"password": short}, headers=HERE)
        assert refused.status_code == 422
    other = await browser(idle)
    done = await visitor.put("/api/me/password", json={"password": PASSWORD}, headers=HERE)
    assert done.status_code == 204
    assert (await visitor.get("/api/me")).status_code == 401, "a new password ends every visit"
    assert (await other.get("/api/me")).status_code == 401

    client = idle.client()
    answers = [
        await client.post("/api/session", json={"name": name, "password": password})
        for name, password in (
            ("owner", "not the password"),
            ("owner", ""),
            ("nobody", PASSWORD),
            ("", PASSWORD),
            ("OWNER", PASSWORD),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1, "it is not told which of the two was wrong"
    assert (await client.get("/api/me")).status_code == 401

    assert (await client.post("/api/session", json={"name": " owner ", "password": PASSWORD})).status_code == 204
    assert (await client.get("/api/me")).json()["role"] == "owner"
    async with idle.studio.db.session() as session:
        await accounts.add_person(session, "linda", "viewer", team="Studio")
    never = await idle.client().post("/api/session", json={"name": "linda", "password": PASSWORD})
    assert never.status_code == 401, "who has no password signs in by link only"


async def test_passwords_cannot_be_tried_without_end(idle: House) -> None:
    """Not even the right one is looked at then; another name and another address are not kept waiting."""
    visitor, client = await browser(idle), idle.client()
    await visitor.put("/api/me/password", json={"password": PASSWORD}, headers=HERE)

    async def sign_in(name: str, password: str) -> httpx2.Response:
        return await client.post("/api/session", json={"name": name, "password": password})

    for _ in range(9):
        assert (await sign_in("owner", "a guess")).status_code == 401
    assert (await sign_in("owner", PASSWORD)).status_code == 204, "who remembers in time begins anew"
    answers = await asyncio.gather(*(sign_in(f"{' ' * n}owner", "a guess") for n in range(12)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 2
    refused = await sign_in("owner", PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_often")
    assert 0 < int(refused.headers["retry-after"]) <= 300
    assert "set-cookie" not in refused.headers
    assert (await sign_in("linda", "a guess")).status_code == 401
    elsewhere = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=idle.app, client=("192.0.2.7", 1)), base_url="http://gesso.test"
    )
    async with elsewhere:
        right = {"name": "owner", "password": PASSWORD}
        assert (await elsewhere.post("/api/session", json=right)).status_code == 204


def test_tries_are_forgotten_with_time_and_never_fill_the_memory() -> None:
    tries = Tries(most=2, seconds=0.05)
    for _ in range(2):
        tries.count("ada", "here")
    with pytest.raises(TooOften):
        tries.count("ada", "here")
    time.sleep(0.06)
    tries.count("ada", "here")
    for n in range(MOST_KEPT + 5):
        tries.count(f"nobody {n}", "there")
    assert len(tries._seen) == MOST_KEPT


async def test_who_one_is_has_a_name(idle: House) -> None:
    visitor = await browser(idle)
    me = (await visitor.get("/api/me")).json()
    assert (me["name"], me["team_name"], me["has_password"]) == ("owner", "Studio", False)
    await visitor.put("/api/me/password", json={"password": PASSWORD}, headers=HERE)
    assert (await (await browser(idle)).get("/api/me")).json()["has_password"] is True
    guest = await idle.join("vera", "viewer", team="Elsewhere")
    me = (await guest.get("/api/me")).json()
    assert (me["name"], me["team_name"], me["role"], me["has_password"]) == ("vera", "Elsewhere", "viewer", False)


async def test_no_secret_is_kept(idle: House) -> None:
    visitor = await browser(idle)
    token = (await visitor.post("/api/tokens", json={"name": "t"}, headers=HERE)).json()["token"]
    async with idle.studio.db.session(read_only=True) as session:
        kept = [found.sha256 for found in await session.scalars(select(Token))]
        kept += [found.sha256 for found in await session.scalars(select(Visit))]
    assert len(kept) == 2
    for secret in (token, visitor.cookies["gesso_visit"]):
        assert all(secret not in found and len(found) == 64 for found in kept)


async def test_people_are_added_once_to_a_team_and_only_in_a_role_that_there_is(idle: House) -> None:
    async with idle.studio.db.session() as session:
        await accounts.add_person(session, " ada ", "editor", team="Studio")
        two = await accounts.add_person(session, "ada", "viewer", team="Elsewhere")
        with pytest.raises(Conflict):
            await accounts.add_person(session, "ada", "owner", team="Studio")
        with pytest.raises(Invalid, match="no role"):
            await accounts.add_person(session, "bob", "emperor", team="Studio")
        for name, team in (("", "Studio"), ("bob", " "), ("b" * 201, "Studio")):
            with pytest.raises(Invalid):
                await accounts.add_person(session, name, "viewer", team=team)
    async with idle.studio.db.session(read_only=True) as session:
        assert ("ada", "Studio", "editor") in await accounts.people(session)
        assert (await accounts.named(session, "ada", "Elsewhere")).user_id == two.user_id
        assert (await accounts.founder(session)).user_id == idle.owner.user_id
        with pytest.raises(NotFound):
            await accounts.named(session, "nobody")
    async with idle.studio.db.session() as session:
        assert await accounts.first_owner(session) is None
