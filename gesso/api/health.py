"""Whether the studio lives, and whether each part is ready. No actor: probes have no account, and no data is told."""

import asyncio

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text

from gesso.api.desk import TheStudio
from gesso.studio import Studio

router = APIRouter(prefix="/health", tags=["health"])


class Health(BaseModel):
    """Each part: `ok`, or what is wrong with it."""

    ready: bool
    database: str
    store: str
    worker: str


@router.get("/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("")
async def ready(studio: TheStudio, response: Response) -> Health:
    """Database, store and at least one worker are there; 503 otherwise."""
    found = await health(studio)
    response.status_code = 200 if found.ready else 503
    return found


async def health(studio: Studio) -> Health:
    database, store, worker = await asyncio.gather(_database(studio), _store(studio), _worker(studio))
    return Health(ready=database == store == worker == "ok", database=database, store=store, worker=worker)


async def _database(studio: Studio) -> str:
    try:
        async with asyncio.timeout(5), studio.db.session(read_only=True) as session:
            await session.execute(text("SELECT 1"))
        return "ok"
    except Exception as error:
        return f"cannot be reached ({type(error).__name__})"


async def _store(studio: Studio) -> str:
    try:
        async with asyncio.timeout(5):
            await studio.store.ready()
        return "ok"
    except Exception as error:
        return f"cannot be written ({type(error).__name__})"


async def _worker(studio: Studio) -> str:
    try:
        async with asyncio.timeout(5):
            return "ok" if await studio.jobs.living() else "none is alive; start one with `gesso worker`"
    except Exception as error:
        return f"cannot be asked ({type(error).__name__})"
