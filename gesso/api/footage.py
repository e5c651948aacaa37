"""What a page asks of films, sounds and 3D models beside their files: how loud, in which format, by whose voice."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from gesso import library
from gesso.api.assets import FOREVER, attached, holds
from gesso.api.desk import AtDesk, Desk
from gesso.imaging import casts, speech
from gesso.kit.errors import Failed, Invalid, NotFound
from gesso.library import Asset

router = APIRouter()


class PeaksOut(BaseModel):
    """`peaks` are parts of the same length, from its start to its end."""

    seconds: float
    peaks: list[int] = Field(description="How far the sound goes from its middle, 0..255.")


class VoiceOut(BaseModel):
    """`name` is what the field `voice` of a request takes, `title` its language in English."""

    name: str
    title: str


@router.get("/assets/{asset_id}/peaks", tags=["assets"])
async def peaks(asset_id: UUID, desk: AtDesk, response: Response) -> PeaksOut:
    """How loud a sound is, or a film: what its waveform is drawn from."""
    asset = await _of(desk, asset_id, "audio", "video")
    found = await library.peaks(desk.studio.pool, desk.studio.store, asset)
    response.headers["Cache-Control"] = FOREVER
    return PeaksOut(seconds=float(asset.facts.get("seconds") or 0), peaks=found)


@router.get(
    "/assets/{asset_id}/strip",
    tags=["assets"],
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}}},
)
async def strip(asset_id: UUID, desk: AtDesk, request: Request) -> Response:
    """A film or a 3D model at a glance: twelve small pictures next to each other, from its start to its end, or from
    all around it."""
    asset = await _of(desk, asset_id, "video", "mesh")
    headers = {"ETag": f'"{asset.sha256}-strip"', "Cache-Control": FOREVER}
    if holds(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    data = await library.strip(desk.studio.pool, desk.studio.store, asset)
    return Response(data, media_type="image/webp", headers=headers)


@router.get("/assets/{asset_id}/mesh", tags=["assets"], response_class=Response)
async def mesh(
    asset_id: UUID,
    desk: AtDesk,
    request: Request,
    kind: Annotated[casts.Kind, Query(alias="as", description="OBJ comes as a ZIP with its surfaces.")] = "glb",
    mm: Annotated[float | None, Query(gt=0, le=100_000, description="How long its longest side shall be.")] = None,
) -> Response:
    """A 3D model in another format, to be kept. GLB and OBJ are in metres with y up, STL and PLY in millimetres with z
    up."""
    asset = await _of(desk, asset_id, "mesh")
    headers = {"ETag": f'"{asset.sha256}-{kind}-{mm or ""}"', "Cache-Control": FOREVER}
    if holds(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    data = await desk.studio.store.get(asset.key)
    made = await desk.studio.pool.run(casts.cast, data, kind, asset.title, mm)
    ending = "zip" if kind == "obj" else kind
    headers["Content-Disposition"] = attached(asset.title, ending)
    return Response(made.data, media_type=made.type, headers=headers)


@router.get("/voices", tags=["runs"])
async def voices(desk: AtDesk) -> list[VoiceOut]:
    """Who can read a text out on this server; nobody, where espeak-ng is not installed."""
    desk.actor.require("library.read")
    return [VoiceOut(name=voice.name, title=voice.title) for voice in await asyncio.to_thread(speech.voices)]


@router.get("/voices/{name}/sample", tags=["runs"], response_class=Response)
async def sample(
    name: str, desk: AtDesk, text: Annotated[str, Query(min_length=1, max_length=300)] = "One, two, three."
) -> Response:
    """A few words in this voice, as WAV."""
    desk.actor.require("library.read")
    if not speech.VOICE.fullmatch(name):
        raise NotFound(f"There is no voice “{name}”.")
    try:
        data = await desk.studio.pool.run(speech.read_out, text, name)
    except Failed as error:
        raise NotFound(str(error)) from error
    return Response(data, media_type="audio/wav", headers={"Cache-Control": "private, max-age=3600"})


async def _of(desk: Desk, asset_id: UUID, *kinds: str) -> Asset:
    """The asset; Invalid unless it is of one of the kinds."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        asset = await library.get(work, asset_id)
    if asset.kind not in kinds:
        what = {("mesh",): "a 3D model", ("video", "mesh"): "a film or a 3D model"}.get(kinds, "a sound or a film")
        raise Invalid(f"This is no such file: {what} is needed.")
    return asset
