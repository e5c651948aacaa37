"""Runs: what was said, kept as a text."""

from uuid import UUID

from fastapi import APIRouter, Response

from gesso import library, runs
from gesso.api.desk import AtDesk
from gesso.api.shapes import AssetOut, assets_out
from gesso.kit.media import Media

router = APIRouter(prefix="/runs", tags=["runs"])


@router.post("/{run_id}/text", status_code=201)
async def keep(run_id: UUID, desk: AtDesk, response: Response) -> AssetOut:
    """Keeps the words that a run has said (a better prompt, a caption) as a text in the library, with what they were
    said of as its parents. Twice is once: 200. 404 where the run has said nothing."""
    desk.actor.require("library.write")
    async with desk.read() as work:
        run = await runs.get(work, run_id)
        text, parents = runs.spoken(await desk.studio.runs.catalog(work), run)
    studio = desk.studio
    media = Media(text.encode(), "text/plain")
    kept = await library.keep(studio.pool, studio.store, desk.actor.team_id, media, studio.limits)
    async with desk.work() as work:
        await work.find(runs.Run, run_id, lock=True)
        if there := (await library.of_runs(work, [run_id]))[run_id]:
            response.status_code = 200
            return (await assets_out(work, there))[0]
        asset = await library.add(
            work, kept, studio.store, title=run.title, run_id=run_id, index=0, op=run.op, parents=parents
        )
        return (await assets_out(work, [asset]))[0]
