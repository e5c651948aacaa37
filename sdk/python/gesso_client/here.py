"""The studio in this process: no server, no token, the same surface."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from gesso.studio import Studio

LOOK_SECONDS = 2.0


@asynccontextmanager
async def here(data: Path | None, *, work: bool) -> AsyncIterator[httpx2.AsyncClient]:
    """Speaks to an application of its own on the machine's data folder (or `data`), for the machine's owner.

    With `work`, runs are carried out here, unless a server or a worker on the same folder does so already.
    """
    from gesso import migrations
    from gesso.api.desk import Desk, desk
    from gesso.app import create_app
    from gesso.db import Database
    from gesso.settings import Settings
    from gesso.studio import found

    settings = Settings() if data is None else Settings(data=data)
    settings = settings.model_copy(update={"worker": False})
    await asyncio.to_thread(settings.data.mkdir, mode=0o700, parents=True, exist_ok=True)
    await asyncio.to_thread(migrations.bring_up, Database(settings.database))
    app = create_app(settings)
    studio: Studio = app.state.studio
    owner = await found(studio.db)
    # Whoever can read the data folder owns what is in it: no token need be made, and forgotten, each time.
    app.dependency_overrides[desk] = lambda: Desk(studio, owner)
    async with app.router.lifespan_context(app), _hands(studio, work):
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://gesso.here", timeout=90) as http:
            yield http


@asynccontextmanager
async def _hands(studio: "Studio", work: bool) -> AsyncIterator[None]:
    """While it lasts, somebody works: whoever does already, else this process."""
    if not work:
        yield
        return
    over = asyncio.Event()
    stepping_in = None
    if not await _step_in(studio):
        stepping_in = asyncio.create_task(_watch(studio, over))
    try:
        yield
    finally:
        over.set()
        if stepping_in is not None:
            await stepping_in


async def _step_in(studio: "Studio") -> bool:
    """Works from now on when some lane of ours has nobody; says whether it does."""
    lanes = studio.settings.lanes
    if {lane for worker in await studio.jobs.living() for lane in worker.lanes}.issuperset(lanes):
        return False
    await studio.work()
    return True


async def _watch(studio: "Studio", over: asyncio.Event) -> None:
    """The server that works for us may be stopped in the middle of our run."""
    while not over.is_set():
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await over.wait()
        except TimeoutError:
            if await _step_in(studio):
                return
