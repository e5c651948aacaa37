"""A receiver with a real socket, and a studio that may ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import func, select, update
from standardwebhooks import Webhook as Verifier

from gesso import events
from gesso.dev.fakes.server import Answered, Asked, Fake
from gesso.kit.ids import uuid7
from gesso.kit.pool import Pool
from gesso.kit.time import now
from gesso.settings import Settings
from gesso.webhooks import Delivery
from tests.conftest import House, open_house


class Receiver(Fake):
    """Takes whatever comes. `says` is what it answers from now on."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Callable[[Asked], Answered] = lambda asked: Answered(200, b"thanks")

    def answer(self, asked: Asked, way: str) -> Answered:
        return self.says(asked)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def heard(self) -> list[tuple[str, dict[str, Any]]]:
        """(message, payload) of each, in the order in which they came."""
        return [(asked.headers["webhook-id"], asked.json()) for asked in self.seen]


def verified(asked: Asked, secret: str) -> Any:
    """The payload, held against its signature by code that is not ours."""
    return Verifier(secret).verify(asked.body, dict(asked.headers))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().running() as found:
        yield found


@pytest.fixture
def allowed(settings: Settings, receiver: Receiver) -> Settings:
    told = {"fetch_allow": (f"127.0.0.1:{receiver.port}",), "public_url": "https://studio.example/"}
    return settings.model_copy(update=told)


@pytest.fixture
async def studio(allowed: Settings, pool: Pool) -> AsyncIterator[House]:
    """Does not work by itself: a test says when it is a second later."""
    async with open_house(allowed.model_copy(update={"worker": False}), pool) as house:
        yield house


@pytest.fixture
async def owner(studio: House) -> httpx2.AsyncClient:
    return await studio.as_owner()


async def hooked(client: httpx2.AsyncClient, receiver: Receiver, *types: str, path: str = "/hook") -> dict[str, Any]:
    """A webhook for the receiver, with its secret."""
    told = {"url": receiver.url + path, "name": path, "events": list(types) or ["*"]}
    answer = await client.post("/api/webhooks", json=told)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def happen(house: House, type: str, **data: Any) -> None:
    async with house.studio.db.work(house.owner) as work:
        events.emit(work, type, **data)


async def ended(house: House, state: str = "succeeded", run: UUID | None = None) -> str:
    """Some run came to its end."""
    id = str(run or uuid7())
    await happen(house, "run.changed", run=id, op="image.generate", state=state, made=1, expected=1)
    return id


async def turn(house: House) -> None:
    """Until what is due by now has been sent, however long that takes on a busy machine."""
    due = select(func.count(Delivery.id)).where(Delivery.state == "queued", Delivery.leased_until.is_(None))
    while True:
        await house.studio.webhooks.turn()
        async with house.studio.db.session(read_only=True) as session:
            left = await session.scalar(due.where(Delivery.next_at <= now()))
        if not left and not house.studio.webhooks.under_way:
            return


async def log(client: httpx2.AsyncClient, hook: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/webhooks/{hook['id']}/deliveries", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def hurry(house: House, **values: Any) -> None:
    """Moves the clock of what waits."""
    async with house.studio.db.session() as session:
        await session.execute(
            update(Delivery).where(Delivery.state == "queued").values(**(values or {"next_at": now()}))
        )
