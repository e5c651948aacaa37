"""Named routes that other clients know, over the same `runs.submit`. The one file in `api/` that names operations.

An image is an asset id or, for convenience, base64 or a data URL, which is taken in as an upload first.
"""

import asyncio
import base64
import binascii
from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from gesso import library
from gesso.api.desk import AtDesk, Desk, TheStudio
from gesso.api.health import Health, health
from gesso.api.providers import ProviderOut
from gesso.api.providers import listed as providers_listed
from gesso.api.runs import IdempotencyKey, Prefer, estimate_out, promise
from gesso.api.shapes import EstimateOut, RunOut
from gesso.kit.errors import BadMedia, NotFound, TooLarge
from gesso.ops.fields import LATER
from gesso.runs import Order

INLINE_BYTES = 64 << 20
"""The most JSON that these routes read. It lies in memory; a larger picture is uploaded and named by its id."""

router = APIRouter(prefix="/image-studio", tags=["image studio"], max_body_size=INLINE_BYTES)

EDITS = {"remove_background": "image.remove_background"}

Image = Annotated[
    str,
    Field(
        min_length=1,
        validation_alias=AliasChoices("image", "image_base64"),
        description="An asset id, base64 or a data URL.",
    ),
]


class _Wanted(BaseModel):
    """`provider` and `model` name the offer, either alone also; without them the best is picked."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    provider: str | None = None
    model: str | None = None

    def given(self) -> dict[str, Any]:
        """What was said, without what was left to the defaults."""
        return self.model_dump(exclude_unset=True, exclude={"provider", "model", "operation"}, by_alias=False)


class CreateIn(_Wanted):
    prompt: str
    negative_prompt: str = ""
    width: int = 1024
    height: int = 1024
    count: int = Field(1, validation_alias=AliasChoices("count", "num_variations"))
    seed: int | None = None
    style: str | None = Field(None, validation_alias=AliasChoices("style", "style_preset"))
    quality: str = "standard"
    image: str | None = Field(
        None,
        validation_alias=AliasChoices("image", "image_base64"),
        description="A picture to start from: an asset id, base64 or a data URL.",
    )
    strength: float = 0.6
    references: list[Any] = []


class UpscaleIn(_Wanted):
    image: Image
    factor: int = 2


class EditIn(_Wanted):
    operation: Literal["remove_background"]
    image: Image
    mask: str | None = Field(None, validation_alias=AliasChoices("mask", "mask_base64"))
    box: Any = None
    background: Any = None
    feather: float = 0
    shift: float = 0
    decontaminate: bool = True


class CostIn(_Wanted):
    """What would be asked for: `input` as for the operation's own route, images by asset id."""

    operation: Literal["create", "upscale", "remove_background"]
    input: dict[str, Any]


OPERATIONS = {"create": "image.generate", "upscale": "image.upscale", **EDITS}


@router.post("/create", status_code=202)
async def create(
    wanted: CreateIn,
    desk: AtDesk,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> RunOut:
    """Makes pictures from a description."""
    order = await _with_assets(desk, "image.generate", wanted)
    return await promise(desk, response, order, idempotency_key, prefer)


@router.post("/upscale", status_code=202)
async def upscale(
    wanted: UpscaleIn,
    desk: AtDesk,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> RunOut:
    """Makes a picture larger."""
    order = await _with_assets(desk, "image.upscale", wanted)
    return await promise(desk, response, order, idempotency_key, prefer)


@router.post("/edit/process", status_code=202)
async def edit(
    wanted: EditIn,
    desk: AtDesk,
    response: Response,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> RunOut:
    """Edits a picture: `operation` says how."""
    order = await _with_assets(desk, EDITS[wanted.operation], wanted)
    return await promise(desk, response, order, idempotency_key, prefer)


@router.post("/estimate-cost")
async def estimate_cost(wanted: CostIn, desk: AtDesk) -> EstimateOut:
    """Price and time. Nothing is promised, nothing is spent."""
    desk.actor.require("runs.read")
    order = await _order(desk, OPERATIONS[wanted.operation], wanted, wanted.input)
    async with desk.read() as work:
        return estimate_out(await desk.studio.runs.estimate(work, order))


@router.get("/providers")
async def providers(desk: AtDesk) -> list[ProviderOut]:
    """Who offers what here, and what a provider must still be told."""
    return await providers_listed(desk)


@router.get("/health")
async def healthy(studio: TheStudio, response: Response) -> Health:
    """As `/api/health`. No actor: probes have no account, and no data is told."""
    found = await health(studio)
    response.status_code = 200 if found.ready else 503
    return found


async def _order(desk: Desk, op: str, wanted: _Wanted, given: dict[str, Any]) -> Order:
    """Of the offers that fit the provider and the model named, the one that ranks first."""
    if wanted.provider is None and wanted.model is None:
        return Order(op, given)
    async with desk.read() as work:
        catalog = await desk.studio.runs.catalog(work)
    fitting = [
        offer
        for offer in catalog.offers.get(op, {}).values()
        if wanted.provider in (None, offer.provider) and wanted.model in (None, offer.model)
    ]
    if not fitting:
        raise NotFound(f"“{wanted.provider or 'Any'}/{wanted.model or 'any'}” does not offer {op} here.")
    return Order(op, given, min(fitting, key=lambda offer: (offer.rank, offer.id)).id)


async def _with_assets(desk: Desk, op: str, wanted: _Wanted) -> Order:
    """Images that came as bytes become uploads, once it is known that the rest of the request fits."""
    desk.actor.require("runs.create")
    given = wanted.given()
    order = await _order(desk, op, wanted, given)
    sent = {
        name: given[name] for name in ("image", "mask") if isinstance(given.get(name), str) and not _is_id(given[name])
    }
    if sent:
        async with desk.read() as work:
            await desk.studio.runs.estimate(work, replace(order, input=given | dict.fromkeys(sent, str(LATER))))
    ids = {name: str(await _take_in(desk, name, value)) for name, value in sent.items()}
    return replace(order, input=given | ids)


async def _take_in(desk: Desk, name: str, text: str) -> UUID:
    desk.actor.require("library.write")
    limits = desk.studio.limits
    if len(text) > limits.bytes * 4 // 3 + 1024:
        raise TooLarge(f"The {name} is larger than {limits.bytes >> 20} MiB.")
    try:
        data = await asyncio.to_thread(base64.b64decode, text.rpartition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        raise BadMedia(f"“{name}” is neither an asset id nor base64.") from None
    path = desk.studio.scratch / str(uuid4())
    try:
        await asyncio.to_thread(path.write_bytes, data)
        kept = await library.take_in(desk.studio.pool, desk.studio.store, desk.actor.team_id, path, limits)
    finally:
        path.unlink(missing_ok=True)
    async with desk.work() as work:
        asset = await library.again(work, kept) or await library.add(
            work, kept, desk.studio.store, title=name.capitalize(), purpose="mask" if name == "mask" else "picture"
        )
        return asset.id


def _is_id(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False
