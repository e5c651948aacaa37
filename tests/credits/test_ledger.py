"""The purse: whatever happens in whatever order, it is the sum of its entries and is never overspent."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from gesso import accounts, credits
from gesso.credits.tables import Entry, Purse
from gesso.db import Database, Work
from gesso.kit.actor import Actor
from gesso.kit.errors import InsufficientCredits, Invalid
from gesso.kit.ids import uuid7
from gesso.kit.money import Credits
from gesso.settings import Settings

AMOUNTS = st.integers(0, 5_000)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), AMOUNTS),
        st.tuples(st.just("limit"), AMOUNTS),
        st.tuples(st.just("unlimit"), st.just(0)),
        st.tuples(st.just("reserve"), AMOUNTS),
        st.tuples(st.just("settle"), st.integers(0, 100)),
        st.tuples(st.just("settle again"), st.just(0)),
    ),
    max_size=14,
)


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    """One event loop for all examples: hypothesis itself knows none."""
    with start_blocking_portal() as portal:
        yield portal


@dataclass
class Model:
    """What the purse ought to hold."""

    balance: int = 0
    unlimited: bool = True
    held: dict[UUID, int] = field(default_factory=dict)
    settled: list[tuple[UUID, int]] = field(default_factory=list)

    async def play(self, db: Database, actor: Actor, move: str, amount: int) -> None:
        match move:
            case "grant" if amount == 0:
                with pytest.raises(Invalid):
                    await self.do(db, actor, "grant", Credits(0))
            case "grant":
                await self.do(db, actor, "grant", Credits(amount))
                self.balance += amount
            case "limit":
                await self.do(db, actor, "limit", Credits(amount))
                self.balance, self.unlimited = amount, False
            case "unlimit":
                await self.do(db, actor, "unlimit")
                self.unlimited = True
            case "reserve":
                run = uuid7()
                if self.unlimited or amount <= self.balance:
                    await self.do(db, actor, "reserve", run, Credits(amount))
                    self.balance -= amount
                    self.held[run] = amount
                else:
                    with pytest.raises(InsufficientCredits) as refused:
                        await self.do(db, actor, "reserve", run, Credits(amount))
                    assert refused.value.facts == {"price": amount, "balance": self.balance}
            case "settle" if self.held:
                run, reserved = self.held.popitem()
                spent = reserved * amount // 100
                await self.do(db, actor, "settle", run, Credits(reserved), Credits(spent))
                self.balance += reserved - spent
                self.settled.append((run, reserved))
            case "settle again" if self.settled and self.settled[-1][1]:
                run, reserved = self.settled[-1]
                with pytest.raises(IntegrityError):
                    await self.do(db, actor, "settle", run, Credits(reserved))

    async def do(self, db: Database, actor: Actor, name: str, *given: Any) -> None:
        async with db.work(actor) as work:
            await getattr(credits, name)(work, *given)

    async def check(self, db: Database, actor: Actor) -> None:
        async with db.work(actor, read_only=True) as work:
            purse = await work.session.get_one(Purse, actor.team_id)
            total = await work.session.scalar(select(func.sum(Entry.amount)).where(Entry.team_id == actor.team_id))
            seen = await credits.balance(work)
        assert purse.balance == (total or 0) == self.balance
        assert purse.reserved == sum(self.held.values()) >= 0
        assert purse.unlimited is self.unlimited
        assert self.unlimited or purse.balance >= 0
        assert seen == credits.Balance(Credits(max(self.balance, 0)), Credits(purse.reserved), self.unlimited)


async def a_team(db: Database, name: str) -> Actor:
    async with db.session() as session:
        actor = await accounts.add_person(session, "Ada", "owner", team=name)
        await credits.open_purse(Work(session, actor), unlimited=True)
    return actor


def test_the_purse_is_what_its_entries_say_after_any_moves(settings: Settings, portal: BlockingPortal) -> None:
    db = Database(settings.database)
    numbers = itertools.count()

    async def play(moves: list[tuple[str, int]]) -> None:
        actor, model = await a_team(db, f"team {next(numbers)}"), Model()
        for move, amount in moves:
            await model.play(db, actor, move, amount)
            await model.check(db, actor)

    @trials(max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(MOVES)
    def any_moves(moves: list[tuple[str, int]]) -> None:
        portal.call(play, moves)

    try:
        any_moves()
    finally:
        portal.call(db.close)


def test_nobody_spends_more_than_was_reserved_or_reserves_more_than_there_is(
    settings: Settings, portal: BlockingPortal
) -> None:
    db = Database(settings.database)

    async def play() -> None:
        actor, model = await a_team(db, "team"), Model()
        run = uuid7()
        await model.do(db, actor, "limit", Credits(1_000))
        await model.do(db, actor, "reserve", run, Credits(400))
        for spent in (401, -1):
            with pytest.raises(ValueError, match="reserved"):
                await model.do(db, actor, "settle", run, Credits(400), Credits(spent))
        for refused in ("grant", "limit"):
            with pytest.raises(Invalid):
                await model.do(db, actor, refused, Credits(-1))
        with pytest.raises(InsufficientCredits, match=r"costs 0\.601 credits and the team has 0\.6 left"):
            await model.do(db, actor, "reserve", uuid7(), Credits(601))
        async with db.work(actor, read_only=True) as work:
            assert await credits.balance(work) == credits.Balance(Credits(600), Credits(400), False)
        await model.do(db, actor, "reserve", uuid7(), Credits(600))
        async with db.work(actor, read_only=True) as work:
            assert await credits.balance(work) == credits.Balance(Credits(0), Credits(1_000), False)

    try:
        portal.call(play)
    finally:
        portal.call(db.close)
