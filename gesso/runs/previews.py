"""How a picture looks that is still being made: the last glimpse of it, kept only while its run goes on."""

from uuid import UUID

from gesso.db import Work
from gesso.kit.errors import NotFound
from gesso.runs.tables import Run
from gesso.store import Store


async def keep(store: Store, run: Run, number: int, preview: bytes) -> None:
    """Numbers grow. Who was told of the one before may still be fetching it."""
    await store.put(_key(run.team_id, run.id, number), preview)
    await store.remove([_key(run.team_id, run.id, number - 2)])


async def clear(store: Store, run: Run, number: int) -> None:
    """When the run is over. What a killed worker left is looked for only where there was one."""
    left = [_key(run.team_id, run.id, each) for each in (number - 1, number)] if number else []
    if run.attempt > 1:
        left += [key async for key in store.keys(f"{run.team_id}/preview/{run.id}")]
    if left:
        await store.remove(left)


async def preview(work: Work, store: Store, run_id: UUID, number: int) -> bytes:
    """Raises NotFound where there is a newer one, or the picture itself."""
    run = await work.find(Run, run_id)
    try:
        return await store.get(_key(run.team_id, run.id, number))
    except NotFound:
        raise NotFound("This preview is gone.") from None


def _key(team: UUID, run: UUID, number: int) -> str:
    return f"{team}/preview/{run}/{number}"
