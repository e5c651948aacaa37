"""Events are told once they are true, in the order of their numbers, to their own team, and none is missed."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from gesso import accounts, events
from gesso.db import Database
from gesso.events import Bell
from gesso.kit.actor import Actor
from gesso.kit.time import now
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


async def change_my_mind(db: Database, actor: Actor) -> None:
    async with db.work(actor) as work:
        events.emit(work, "thing.happened", n=1)
        raise RuntimeError("changed my mind")


async def read(db: Database, actor: Actor, seq: int = 0, limit: int = 500) -> list[tuple[int, object]]:
    async with db.work(actor, read_only=True) as work:
        return [(event.seq, event.data.get("n")) for event in await events.after(work, seq, limit)]


async def test_what_is_rolled_back_is_never_told_and_rings_nothing(db: Database) -> None:
    actor = await join(db, "ada", "one")
    rung: list[set[str]] = []
    db.after_commit.append(rung.append)
    with pytest.raises(RuntimeError, match="changed my mind"):
        await change_my_mind(db, actor)
    assert (await read(db, actor), rung) == ([], [])
    async with db.work(actor) as work:
        events.emit(work, "thing.happened", n=2, rings="somebody")
    assert [n for _, n in await read(db, actor)] == [2]
    assert rung == [{str(actor.team_id), "somebody"}]


async def test_a_team_hears_only_of_itself(db: Database) -> None:
    one, two = await join(db, "ada", "one"), await join(db, "bob", "two")
    for n in range(4):
        async with db.work(one if n % 2 else two) as work:
            events.emit(work, "thing.happened", n=n)
    assert [n for _, n in await read(db, one)] == [1, 3]
    assert [n for _, n in await read(db, two)] == [0, 2]
    async with db.work(two, read_only=True) as work:
        assert await events.newest(work) == (await read(db, two))[-1][0]


async def commit_slowly(db: Database) -> None:
    """Each event now rests for a while between the taking of its number and the commit that shows it."""
    async with db.session() as session:
        await session.execute(
            text(
                "CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN PERFORM pg_sleep(random() * 0.01); RETURN NULL; END $$"
            )
        )
        await session.execute(
            text(
                "CREATE CONSTRAINT TRIGGER rest AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION rest()"
            )
        )


async def test_a_reader_who_looks_while_many_write_misses_no_number(db: Database) -> None:
    """A number that becomes visible after a higher one would be passed over for good."""
    actor, writers, each = await join(db, "ada", "one"), 8, 10
    if not db.on_sqlite:
        await commit_slowly(db)
    chance = random.Random(7)
    pauses = [[chance.random() / 100 for _ in range(each)] for _ in range(writers)]
    writing = True
    seen: list[tuple[int, object]] = []

    async def write(writer: int) -> None:
        for n, pause in enumerate(pauses[writer]):
            async with db.work(actor) as work:
                events.emit(work, "thing.happened", n=writer * each + n)
                events.emit(work, "thing.happened", n=None)
                await asyncio.sleep(pause)

    async def listen() -> None:
        while True:
            last_look = not writing
            found = await read(db, actor, seen[-1][0] if seen else 0, limit=7)
            seen.extend(found)
            if last_look and not found:
                return

    listening = asyncio.create_task(listen())
    await asyncio.gather(*(write(writer) for writer in range(writers)))
    writing = False
    await listening
    assert [seq for seq, _ in seen] == sorted({seq for seq, _ in seen})
    assert sorted(n for _, n in seen if isinstance(n, int)) == list(range(writers * each))
    assert seen == await read(db, actor)
    for writer in range(writers):
        mine = [n for _, n in seen if isinstance(n, int) and n // each == writer]
        assert mine == sorted(mine)


async def test_a_bell_wakes_who_waits_for_that_name_and_at_the_end_everybody() -> None:
    bell = Bell()
    one, two = (asyncio.create_task(bell.wait(name, 60)) for name in ("one", "two"))
    await asyncio.sleep(0)
    bell.ring({"one", "nobody"})
    await asyncio.wait_for(one, 5)
    assert not two.done()
    bell.close()
    await asyncio.wait_for(two, 5)
    assert bell.closed
    await asyncio.wait_for(bell.wait("three", 0.01), 5)


async def test_old_events_are_forgotten_and_new_ones_kept(db: Database) -> None:
    actor = await join(db, "ada", "Studio")
    async with db.work(actor) as work:
        events.emit(work, "thing.happened", n=1)
        events.emit(work, "thing.happened", n=2)
    (old, _), (new, _) = await read(db, actor)
    async with db.session() as session:
        long_ago = now() - events.KEPT - timedelta(minutes=1)
        await session.execute(update(events.Event).where(events.Event.seq == old).values(created_at=long_ago))
    await events.sweep(db)
    assert await read(db, actor) == [(new, 2)]
