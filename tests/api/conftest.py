"""For tests of the HTTP surface: a house where the database does not matter, and a real server on a real port."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from gesso.kit.pool import Pool
from gesso.library import Asset
from gesso.library.intake import DERIVED
from gesso.settings import Settings
from tests.conftest import House, open_house


@pytest.fixture
async def plain(sqlite_template: Path, tmp_path: Path, pool: Pool) -> AsyncIterator[House]:
    """Answers and works, on SQLite alone."""
    database = tmp_path / "plain.db"
    shutil.copy(sqlite_template, database)
    settings = Settings(data=tmp_path / "plain", database_url=f"sqlite:///{database}")
    async with open_house(settings, pool) as house:
        yield house


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Looks again and again; TimeoutError when it does not come true."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - a server and a file ring no bell
            await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[tuple[str, int]]:
    """The house behind a real server: (host, port)."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(house.app, lifespan="off", log_level="critical"))
    running = asyncio.create_task(server.serve([listening]))
    await until(lambda: server.started)
    host, port = listening.getsockname()
    try:
        yield host, port
    finally:
        house.studio.bell.close()
        server.should_exit = True
        await asyncio.wait_for(running, 15)
        listening.close()


async def strays(house: House) -> set[str]:
    """What lies about and belongs to nobody: half-arrived files, and bytes that no asset needs."""
    async with house.studio.db.session(read_only=True) as session:
        assets = (await session.scalars(Asset.__table__.select().with_only_columns(Asset.key))).all()
    known = set(assets) | {key.rpartition(".")[0] + end for key in assets for end in DERIVED.values()}
    return {str(path) for path in house.studio.scratch.iterdir()} | (await resting(house) - known)


async def resting(house: House) -> set[str]:
    """The keys of everything in the store."""
    listed = house.studio.store.keys()
    return {key async for key in listed}
