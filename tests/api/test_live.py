"""The WebSocket through a real server: nothing missed, nothing twice, nothing of others, and an end that is told."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from gesso import accounts, events
from gesso.accounts.tables import Member, Visit
from gesso.api import events as stream
from gesso.api import live
from gesso.kit.ids import secret
from gesso.kit.time import now
from tests.api.conftest import serving, until
from tests.conftest import House, upload

pytestmark = pytest.mark.anyio
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is kept for whom is asked of both databases; how a line opens, beats and ends, of one."""

Server = tuple[str, int]


class Ear:
    """Listens as a page does."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line

    async def next(self, seconds: float = 20) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            told: dict[str, Any] = json.loads(await self.line.recv())
            return told

    async def end(self, seconds: float = 20) -> int:
        """The code that the server closes with, whatever it says before."""
        with suppress(ConnectionClosed):
            while await self.next(seconds):
                pass
        assert self.line.close_code is not None
        return self.line.close_code


@asynccontextmanager
async def listening(server: Server, token: str = "", since: object = None, **headers: str) -> AsyncIterator[Ear]:
    said = ({"Authorization": token} if token else {}) | headers
    query = "" if since is None else f"?since={since}"
    async with connect(f"ws://{server[0]}:{server[1]}/api/ws{query}", additional_headers=said, proxy=None) as line:
        yield Ear(line)


async def token(house: House) -> str:
    return (await house.as_owner()).headers["Authorization"]


async def visit(house: House) -> str:
    """A signed-in browser's cookie."""
    async with house.studio.db.session() as session:
        return f"gesso_visit={accounts.sign_in(session, house.owner)}"


async def tell(house: House, *numbers: int) -> None:
    for n in numbers:
        async with house.studio.db.work(house.owner) as work:
            events.emit(work, "test.told", n=n)


async def newest(house: House) -> int:
    async with house.studio.db.work(house.owner, read_only=True) as work:
        return await events.newest(work)


async def test_a_page_hears_what_happens_from_now_on_in_order(idle: House) -> None:
    owner = await idle.as_owner()
    await tell(idle, 0)
    async with serving(idle) as server, listening(server, owner.headers["Authorization"]) as ear:
        hello = await ear.next()
        assert hello == {"type": "hello", "seq": await newest(idle)}
        asset = (await upload(owner))["id"]
        await tell(idle, 1)
        first, second = await ear.next(), await ear.next()
        assert (first["type"], first["name"], first["data"]["asset"]) == ("event", "asset.added", asset)
        assert (second["name"], second["data"]) == ("test.told", {"n": 1})
        assert hello["seq"] < first["seq"] < second["seq"]
        assert first.keys() == {"type", "seq", "name", "at", "data"}


async def test_a_page_that_comes_back_misses_nothing_and_hears_nothing_twice(idle: House) -> None:
    who = await token(idle)
    await tell(idle, 0)
    async with serving(idle) as server:
        async with listening(server, who) as ear:
            last = (await ear.next())["seq"]
        await tell(idle, 1, 2)
        async with listening(server, who, last) as ear:
            assert await ear.next() == {"type": "hello", "seq": last}
            await tell(idle, 3)
            assert [(await ear.next())["data"]["n"] for _ in range(3)] == [1, 2, 3]
        async with listening(server, who, await newest(idle)) as ear:
            assert (await ear.next())["type"] == "hello"
            await tell(idle, 4)
            assert (await ear.next())["data"] == {"n": 4}


async def test_a_page_that_cannot_catch_up_is_told_to_ask_for_everything_again(idle: House) -> None:
    who = await token(idle)
    await tell(idle, 0, 1)
    first = await newest(idle) - 1
    async with serving(idle) as server:
        for odd in (first - 1, first + 1_000, "x", "-1", "", "9" * 30):
            async with listening(server, who, odd) as ear:
                seq = await newest(idle)
                assert await ear.next() == {"type": "hello", "seq": seq}, odd
                assert await ear.next() == {"type": "resync", "seq": seq}, odd
                await tell(idle, 2)
                assert (await ear.next())["data"] == {"n": 2}, odd
        seq = await newest(idle)
        async with idle.studio.db.work(idle.owner) as work:
            for n in range(500):
                events.emit(work, "test.told", n=n)
        async with listening(server, who, seq) as ear:
            assert await ear.next() == {"type": "hello", "seq": seq}
            assert [(await ear.next())["data"]["n"] for _ in range(500)] == list(range(500))
        await tell(idle, 500)
        async with listening(server, who, seq) as ear:
            assert [(await ear.next())["type"] for _ in range(2)] == ["hello", "resync"]


async def test_a_page_whose_last_event_was_forgotten_is_told_so(idle: House) -> None:
    who = await token(idle)
    await tell(idle, 0, 1, 2)
    last = await newest(idle)
    async with idle.studio.db.session() as session:
        await session.execute(update(events.Event).values(created_at=now() - events.KEPT - timedelta(days=1)))
    await events.sweep(idle.studio.db)
    assert await newest(idle) == last, "the last one stays, so that numbers go on"
    async with serving(idle) as server:
        async with listening(server, who, last) as ear:
            await tell(idle, 3)
            assert [(await ear.next())["type"] for _ in range(2)] == ["hello", "event"]
        async with listening(server, who, last - 1) as ear:
            assert [(await ear.next())["type"] for _ in range(2)] == ["hello", "resync"]


async def test_a_team_hears_nothing_of_another(idle: House) -> None:
    stranger = await idle.join("eve", "viewer", team="Elsewhere")
    async with serving(idle) as server, listening(server, stranger.headers["Authorization"]) as ear:
        assert await ear.next() == {"type": "hello", "seq": 0}
        await tell(idle, 1, 2)
        with pytest.raises(TimeoutError):
            await ear.next(1.5)


@ONE
async def test_no_socket_opens_to_a_stranger(idle: House) -> None:
    """Who is turned away hears a code and nothing else."""
    narrow = await (await idle.as_owner()).post("/api/tokens", json={"name": "n", "scopes": ["library.read"]})
    kept = await visit(idle)
    async with serving(idle) as server:
        here = f"http://{server[0]}:{server[1]}"
        for code, headers in (
            (4401, {}),
            (4401, {"Authorization": "Bearer gesso_wrong"}),
            (4401, {"Authorization": "Basic YTpi"}),
            (4401, {"Authorization": "Bearer "}),
            (4401, {"Cookie": "gesso_visit=visit_wrong", "Origin": here}),
            (4403, {"Authorization": f"Bearer {narrow.json()['token']}"}),
            (4403, {"Cookie": kept}),
            (4403, {"Cookie": kept, "Origin": "null"}),
            (4403, {"Cookie": kept, "Origin": "http://evil.test"}),
            (4403, {"Cookie": kept, "Origin": f"{here}.evil.test"}),
            (4403, {"Cookie": kept, "Origin": f"http://{server[0]}:1"}),
            (4403, {"Cookie": kept, "Origin": "http://evil.test", "Sec-Fetch-Site": "cross-site"}),
        ):
            async with listening(server, **headers) as ear:
                with pytest.raises(ConnectionClosed) as closed:
                    await ear.next()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == code, headers
        async with listening(server, Cookie=kept, Origin=here) as ear:
            assert (await ear.next())["type"] == "hello"


@ONE
async def test_a_silent_socket_beats_and_says_when_one_may_listen_no_more(
    idle: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.2)
    cookie = await visit(idle)
    member = await idle.join("lea", "viewer")
    async with serving(idle) as server:
        here = f"http://{server[0]}:{server[1]}"
        async with (
            listening(server, Cookie=cookie, Origin=here) as ear,
            listening(server, member.headers["Authorization"]) as other,
        ):
            assert [(await ear.next())["type"] for _ in range(3)] == ["hello", "beat", "beat"]
            async with idle.studio.db.session() as session:
                await session.execute(delete(Visit))
                left = (await session.scalars(select(Member).where(Member.role == "viewer"))).one()
                await session.delete(left)
            assert await ear.end() == 4401
            assert await other.end() == 4401


@ONE
async def test_all_sockets_are_told_when_the_studio_stops(idle: House) -> None:
    who = await token(idle)
    async with serving(idle) as server, listening(server, who) as ear, listening(server, who) as other:
        assert (await ear.next())["type"] == (await other.next())["type"] == "hello"
        idle.studio.bell.close()
        assert (await ear.end(), await other.end()) == (1012, 1012)


@ONE
async def test_a_client_has_nothing_to_say_but_its_beat(idle: House) -> None:
    who = await token(idle)
    async with serving(idle) as server:
        for word in (
            "",
            "hello",
            "null",
            '{"type": "event"}',
            '{"type": "beat", "more": 1}',
            "[" * 4_000,
            '{"type": "beat"}' + " " * 4_096,
            b'{"type": "beat"}',
        ):
            async with listening(server, who) as ear:
                assert (await ear.next())["type"] == "hello"
                await ear.line.send('{"type": "beat"}')
                await tell(idle, 1)
                assert (await ear.next())["data"] == {"n": 1}
                await ear.line.send(word)
                assert await ear.end() == 1008, word


@ONE
async def test_a_client_that_takes_nothing_is_given_up(idle: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken from the database for it meanwhile: whoever speaks waits for whoever listens."""
    monkeypatch.setattr(live, "STALLED_SECONDS", 0.5)
    who = await token(idle)

    def told() -> bool:
        return any("_tell" in repr(task.get_coro()) for task in asyncio.all_tasks())

    async with serving(idle) as server:
        deaf = socket.create_connection(server)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(
            f"GET /api/ws HTTP/1.1\r\nHost: gesso.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Authorization: {who}\r\n\r\n".encode()
        )
        await until(told)
        for n in range(40):
            async with idle.studio.db.work(idle.owner) as work:
                for _ in range(100):
                    events.emit(work, "test.told", n=n, words=secret("x") * 100)
        await until(lambda: not told())
        deaf.close()
