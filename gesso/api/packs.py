"""What runs made for platforms, to be handed on as one ZIP."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from gesso import library, presets, runs
from gesso.api.assets import attached
from gesso.api.desk import AtDesk, Desk
from gesso.catalog import Catalog
from gesso.db import Work
from gesso.kit.errors import NotFound
from gesso.kit.time import now
from gesso.library import Batch
from gesso.presets import OWN
from gesso.runs import OVER, Run

router = APIRouter(tags=["runs"])

MOST_PACKED = 500
"""Runs in one archive."""
AT_ONCE = 50
"""Of these so many are read before they are sent."""

Chosen = Annotated[list[UUID], Query(min_length=1, max_length=MOST_PACKED, description="A run; of several, all.")]


@router.get("/runs/{run_id}/pack", response_class=StreamingResponse)
async def pack(run_id: UUID, desk: AtDesk) -> StreamingResponse:
    """What a run made, as a ZIP: a folder for each platform, `manifest.csv` and `manifest.json` that say what each file
    is and what could not be made, and `posts.txt` with the words that go beside them. Of a run that is not over, what
    is there."""
    return await _sent(desk, [run_id], several=False)


@router.get("/packs", response_class=StreamingResponse)
async def packs(desk: AtDesk, run: Chosen) -> StreamingResponse:
    """The same of several runs, with a folder for each picture."""
    return await _sent(desk, list(dict.fromkeys(run)), several=True)


async def _sent(desk: Desk, ids: Sequence[UUID], *, several: bool) -> StreamingResponse:
    desk.actor.require("library.read")
    async with desk.read() as work:
        every = await runs.several(work, ids)
        outputs = await library.of_runs(work, ids)
    if not any(asset.deleted_at is None for some in outputs.values() for asset in some):
        raise NotFound("Nothing is here that could be packed.")
    name = every[0].title if len(every) == 1 else f"gesso-{now():%Y-%m-%d}"
    headers = {"Content-Disposition": attached(name, "zip"), "Cache-Control": "no-store"}
    pieces = library.pack(desk.studio.store, _batches(desk, ids), several=several)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


async def _batches(desk: Desk, ids: Sequence[UUID]) -> AsyncIterator[Batch]:
    """Some runs at a time: no transaction is open while they are sent."""
    for start in range(0, len(ids), AT_ONCE):
        async with desk.read() as work:
            batches = await _read(work, await desk.studio.runs.catalog(work), ids[start : start + AT_ONCE])
        for batch in batches:
            each = [asset.id for asset in batch.outputs]
            desk.studio.uses.count(desk.actor.team_id, each, "downloads", str(desk.actor.user_id))
            yield batch


async def _read(work: Work, catalog: Catalog, ids: Sequence[UUID]) -> list[Batch]:
    every, outputs = await runs.several(work, ids), await library.of_runs(work, ids)
    images = {run.id: UUID(image) for run in every if isinstance(image := run.request.get("image"), str)}
    sources = {asset.id: asset for asset in await library.several(work, set(images.values()))}

    async def batch(run: Run) -> Batch:
        source = sources.get(images.get(run.id, run.id))
        told = str(run.request.get("alt_text") or "")
        alt, by = told, "person" if told else ""
        if source is not None:
            alt, by = await runs.worded(work, catalog, source, told)
        return Batch(
            run=str(run.id),
            picture=run.title,
            outputs=[asset for asset in outputs[run.id] if asset.deleted_at is None],
            alt=alt,
            alt_by=by,
            missed=_missed(run, {str(asset.facts.get("format")) for asset in outputs[run.id]}),
            caption=str(run.request.get("caption") or ""),
            captions=run.request.get("captions") or {},
        )

    return [await batch(run) for run in every]


def _missed(run: Run, made: set[str]) -> dict[str, str]:
    """The formats that were wanted and are not there, with what the run said of each."""
    own = {each["id"]: each["title"] for each in run.request.get("own_formats") or ()}
    missed = {}
    for id in run.request.get("formats") or ():
        if id in made:
            continue
        found = presets.format(id) if not id.startswith(OWN) else None
        name = f"{found.platform_title} {found.title}" if found is not None else own.get(id, id)
        usual = "It was not made." if run.state in OVER else "It is not made yet."
        error = (run.error or {}).get("message")
        missed[id] = next((note for note in run.notes if note.startswith(f"{name} was not made")), error or usual)
    return missed
