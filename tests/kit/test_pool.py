"""Heavy work in processes: it can be stopped, it has limits, and whatever it does, the pool works on."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from gesso.kit.errors import Exhausted, TooLarge
from gesso.kit.pool import SLOTS, Pool
from tests.kit import tasks

pytestmark = pytest.mark.anyio


@pytest.fixture
async def small() -> AsyncIterator[Pool]:
    """One process, with little memory and little time."""
    pool = Pool(1, memory=1 << 30, seconds=2)
    yield pool
    await asyncio.to_thread(pool.stop)


def wait_for(note: Path) -> None:
    ends = time.monotonic() + 30
    while not note.exists() or not note.read_text():
        assert time.monotonic() < ends
        time.sleep(0.02)


async def test_work_is_done_elsewhere(small: Pool) -> None:
    assert await small.run(tasks.double, 21) == 42
    assert await small.run(tasks.me) != os.getpid()


async def test_cancelling_ends_the_process_at_once_and_the_pool_works_on(small: Pool, tmp_path: Path) -> None:
    note = tmp_path / "note"
    working = asyncio.create_task(small.run(tasks.sleep, 60, str(note)))
    await asyncio.to_thread(wait_for, note)
    sleeper = psutil.Process(int(note.read_text()))
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    await asyncio.to_thread(psutil.wait_procs, [sleeper], 10)
    assert not sleeper.is_running() or sleeper.status() == psutil.STATUS_ZOMBIE
    assert await small.run(tasks.double, 2) == 4
    assert note.read_text() != "woke"


async def test_what_takes_too_long_is_stopped_and_the_pool_works_on(small: Pool, tmp_path: Path) -> None:
    await small.run(tasks.double, 1)
    began = time.monotonic()
    with pytest.raises(Exhausted, match="longer than 2 seconds"):
        await small.run(tasks.sleep, 60, str(tmp_path / "note"))
    assert time.monotonic() - began < 20
    assert await small.run(tasks.double, 2) == 4


async def test_what_takes_too_much_memory_is_refused_and_the_pool_works_on(small: Pool) -> None:
    with pytest.raises(Exhausted, match="more memory"):
        await small.run(tasks.eat, 4 << 30)
    assert await small.run(tasks.eat, 1 << 20) == 1 << 20


async def test_a_process_that_dies_takes_only_its_own_work_along(small: Pool) -> None:
    for _ in range(3):
        with pytest.raises(Exhausted, match="died"):
            await small.run(tasks.die)
    assert await small.run(tasks.double, 2) == 4


async def test_an_error_comes_home_as_it_was_raised(small: Pool) -> None:
    with pytest.raises(TooLarge, match="Too much of it") as raised:
        await small.run(tasks.refuse)
    assert raised.value.facts == {"limit": 7}
    assert await small.run(tasks.double, 2) == 4


async def test_a_task_or_a_result_that_cannot_travel_is_an_error_and_the_pool_works_on(small: Pool) -> None:
    with pytest.raises(ModuleNotFoundError, match="a_module_that_is_nowhere"):
        await small.run(tasks.Absent())
    with pytest.raises(Exhausted):
        await small.run(tasks.stuck)
    with pytest.raises(RuntimeError, match="Fussy: 1 and 2"):
        await small.run(tasks.fuss)
    for _ in range(SLOTS + 1):
        with pytest.raises(Exception, match="pickle"):
            await small.run(lambda report: report(0.5), report=lambda fraction: None)
    heard: list[float] = []
    await small.run(tasks.count, report=heard.append)
    assert heard, "what could not be packed must not use up the places for progress"


async def test_progress_arrives_while_the_work_goes_on(small: Pool) -> None:
    heard: list[float] = []
    assert await small.run(tasks.count, report=heard.append) == "counted"
    assert heard == sorted(set(heard))
    assert set(heard) <= {0.25, 0.5, 0.75}
    assert len(heard) >= 2
