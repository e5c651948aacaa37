"""A process that only works: takes runs from the lanes until it is told to stop."""

import asyncio
import signal

import structlog

from gesso.settings import Settings
from gesso.studio import Studio

log = structlog.get_logger(__name__)


async def work(settings: Settings) -> None:
    """Returns after SIGINT or SIGTERM, when what could not be finished has gone back to the queue."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    studio = Studio.build(settings)
    async with studio.opened(work=True):
        worker = studio.jobs.worker
        log.info("working", lanes=dict(worker.lanes) if worker else {}, processes=studio.pool.size)
        await stop.wait()
        log.info("stopping")
