"""A reader is given everything that happened since it read last, once, in order, and goes on where it was."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from gesso import accounts, events
from gesso.db import Database, Work
from gesso.events import Event
from gesso.events.readers import PATIENCE
from gesso.kit.actor import Actor
from gesso.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    db = Database(settings.database)
    yield db
    await db.close()


async def join(db: Database, name: str, team: str) -> Actor:
    async with db.session() as session:
        return await accounts.add_person(session, name, "owner", team=team)


async def happen(db: Database, actor: Actor, *numbers: int) -> None:
    for number in numbers:
        async with db.work(actor) as work:
            events.emit(work, "thing.happened", n=number)


async def test_it_hears_of_every_team_what_came_after_its_beginning_and_nothing_twice(db: Database) -> None:
    ada, bob = await join(db, "ada", "A"), await join(db, "bob", "B")
    teams = [ada.team_id, bob.team_id]
    heard: list[int] = []

    async def take(work: Work, found: Sequence[Event]) -> None:
        assert {event.team_id for event in found} == {work.actor.team_id}
        heard.extend(event.data["n"] for event in found)

    await happen(db, ada, 1)
    assert await events.read(db, "test", teams, take) == 0, "what was before it began is not for it"
    await happen(db, ada, *range(2, 5))
    await happen(db, bob, 10)
    assert await events.read(db, "test", teams, take) == 4
    assert await events.read(db, "test", teams, take) == 0
    assert sorted(heard) == [2, 3, 4, 10]


async def test_what_it_could_not_write_down_it_is_given_again(db: Database) -> None:
    ada = await join(db, "ada", "A")
    heard: list[int] = []

    async def stumble(work: Work, found: Sequence[Event]) -> None:
        raise RuntimeError("the disk is full")

    async def take(work: Work, found: Sequence[Event]) -> None:
        heard.extend(event.data["n"] for event in found)

    await events.read(db, "test", [ada.team_id], take)
    await happen(db, ada, 1, 2)
    assert await events.read(db, "test", [ada.team_id], stumble) == 0
    await events.read(db, "test", [ada.team_id], take)
    assert heard == [1, 2]


async def test_what_goes_wrong_in_one_team_stops_no_other_and_is_stepped_over_at_last(db: Database) -> None:
    ada, bob = await join(db, "ada", "A"), await join(db, "bob", "B")
    teams = [ada.team_id, bob.team_id]
    heard: list[int] = []
    tried = 0

    async def take(work: Work, found: Sequence[Event]) -> None:
        nonlocal tried
        if any(event.data["n"] == 2 for event in found):
            tried += len(found) == 1
            raise RuntimeError("nobody has thought of this")
        heard.extend(event.data["n"] for event in found)

    await events.read(db, "test", teams, take)
    await happen(db, ada, 1, 2, 3)
    await happen(db, bob, 10)
    assert await events.read(db, "test", teams, take) == 2
    assert sorted(heard) == [1, 10], "what was before it, and what is of others"
    for _ in range(PATIENCE - 2):
        assert await events.read(db, "test", teams, take) == 0
    await events.read(db, "test", teams, take)
    assert (tried, sorted(heard)) == (PATIENCE, [1, 3, 10])


async def test_of_several_at_once_each_event_goes_to_one(db: Database) -> None:
    ada = await join(db, "ada", "A")
    heard: list[int] = []

    async def take(work: Work, found: Sequence[Event]) -> None:
        await asyncio.sleep(0.01)
        heard.extend(event.data["n"] for event in found)

    await events.read(db, "test", [ada.team_id], take)
    await happen(db, ada, *range(20))
    await asyncio.gather(*(events.read(db, "test", [ada.team_id], take) for _ in range(4)))
    await events.read(db, "test", [ada.team_id], take)
    assert heard == [*range(20)]
