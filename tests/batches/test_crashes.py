"""kill -9 in the middle of a batch: every row ends once, and nothing is bought twice."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batches.crashes import is_exact, killed_alone, killed_in_turn
from tests.jobs.test_kill import Processes

pytestmark = pytest.mark.anyio


@pytest.fixture
def processes(tmp_path: Path, database_url: str) -> Iterator[Processes]:
    running = Processes(tmp_path / "data", database_url)
    yield running
    running.stop()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.row("B6", at="GET /api/batches/{batch_id}/rows")
async def test_a_batch_whose_server_is_killed_again_and_again_is_exact(processes: Processes) -> None:
    found = await killed_alone(processes, 40, 3, random.Random(7), 150)
    await is_exact(processes, found, 40)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_batch_of_three_workers_of_which_one_after_the_other_is_killed_is_exact(processes: Processes) -> None:
    found, _ = await killed_in_turn(processes, 60, 8, 200)
    await is_exact(processes, found, 60)
