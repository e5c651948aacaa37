"""kill -9 during a batch, in full: a server killed ten times in 500 rows, and three workers on PostgreSQL, one of which
is killed every ten seconds.

Run it: `python -m bench crashes`. The provider is slow and strict: it writes down every sale before it delivers. What
must be true in the end is asserted (`tests.batches.crashes`): every row ended once, none was bought twice, the ledger
adds up, no bytes lie about. Told are how many rows were made in each stretch between two kills.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path

from gesso import migrations
from gesso.db import Database
from tests.batches.crashes import is_exact, killed_alone, killed_in_turn
from tests.jobs.test_kill import Processes
from tests.postgres import Postgres

ROWS, KILLS, EVERY = 500, 10, 10.0


async def alone(folder: Path) -> None:
    url = f"sqlite:///{folder}/gesso.db"
    migrations.bring_up(Database(url))
    processes = Processes(folder / "data", url)
    try:
        begun = time.perf_counter()
        found = await killed_alone(processes, ROWS, KILLS, random.Random(), 900)
        await is_exact(processes, found, ROWS)
    finally:
        processes.stop()
    seconds = time.perf_counter() - begun
    print(
        f"  SQLite, one process killed {KILLS} times: {ROWS} rows in {seconds:.0f} s, {found.batch['unknown']} unknown"
    )


async def in_turn(folder: Path, server: Postgres) -> None:
    url = server.create("crashes")
    migrations.bring_up(Database(url))
    processes = Processes(folder / "data", url)
    try:
        begun = time.perf_counter()
        found, made = await killed_in_turn(processes, ROWS, EVERY, 900)
        await is_exact(processes, found, ROWS)
    finally:
        processes.stop()
    seconds = time.perf_counter() - begun
    print(
        f"  PostgreSQL, one of three workers killed every {EVERY:g} s: {ROWS} rows in {seconds:.0f} s, "
        f"{found.batch['unknown']} unknown; made between two kills: {', '.join(map(str, made))}"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as first:
        asyncio.run(alone(Path(first)))
    with tempfile.TemporaryDirectory() as second, Postgres() as server:
        asyncio.run(in_turn(Path(second), server))


if __name__ == "__main__":
    main()
