"""Recipes: how a picture was made, read from a file, from text, or from what the library knows."""

import asyncio
import json
from typing import Any, Self
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gesso import library, runs
from gesso.api.assets import received, spooled
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.imaging import recipes
from gesso.imaging.recipes import Recipe
from gesso.kit.errors import NotFound, TooLarge
from gesso.runs import Left, Recalled

router = APIRouter(prefix="/recipes", tags=["recipes"])

LONGEST = 2_000
"""Letters of what was not taken over."""


class RecipeIn(BaseModel):
    """Text that somebody copied, or an asset of the library. `op` and `offer` are what stands in the form now: they
    stay where the recipe names none that is here."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(None, max_length=BODY_BYTES)
    asset: UUID | None = None
    op: str | None = Field(None, max_length=100)
    offer: str | None = Field(None, max_length=200)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.text is None) == (self.asset is None):
            raise ValueError("name either “text” or “asset”")
        return self


class LeftOut(BaseModel):
    """Of a recipe what was not taken over, and why."""

    name: str
    value: str
    why: str


class RecalledOut(BaseModel):
    """A recipe as the form of `op` takes it; `offer` is null where no model of it is here. `source` wrote it: gesso,
    automatic1111, fooocus, comfyui, invokeai or swarmui. `also` was found beside it."""

    source: str
    op: str
    offer: str | None
    input: dict[str, Any]
    left: list[LeftOut]
    models: list[str]
    also: dict[str, str]


SENT = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": RecipeIn.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "op": {"type": "string"},
                        "offer": {"type": "string"},
                    },
                }
            },
        },
    }
}


@router.post("/read", openapi_extra=SENT)
async def read(request: Request, desk: AtDesk) -> RecalledOut:
    """The recipe of a picture: of a file (multipart field `file`; PNG, JPEG or WebP by Gesso, AUTOMATIC1111, ComfyUI,
    InvokeAI and others), of copied text, or of an asset. Nothing is kept. 404 where there is none."""
    desk.actor.require("library.read")
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        async with received(request, desk) as (form, file, path):
            await asyncio.to_thread(spooled, file, path)
            found = await desk.studio.pool.run(recipes.read, str(path))
            op, offer = form.get("op"), form.get("offer")
        return await _recalled(
            desk, found, op if isinstance(op, str) else None, offer if isinstance(offer, str) else None
        )
    wanted = await _wanted(request)
    if wanted.asset is not None:
        async with desk.read() as work:
            found = await runs.of_asset(work, await library.get(work, wanted.asset))
    else:
        found = await desk.studio.pool.run(recipes.read_text, wanted.text)
    return await _recalled(desk, found, wanted.op, wanted.offer)


async def _wanted(request: Request) -> RecipeIn:
    told = b""
    async for piece in request.stream():
        told += piece
        if len(told) > BODY_BYTES:
            raise TooLarge("This is more text than a recipe has.", limit=BODY_BYTES)
    try:
        return RecipeIn.model_validate_json(told)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise RequestValidationError([fault | {"loc": ("body", *fault["loc"])} for fault in faults]) from None


async def _recalled(desk: Desk, found: Recipe | None, op: str | None, offer: str | None) -> RecalledOut:
    if found is None:
        raise NotFound("There is no recipe in this.")
    async with desk.read() as work:
        return _out(await runs.recall(work, await desk.studio.runs.catalog(work), found, op=op, offer=offer))


def _out(found: Recalled) -> RecalledOut:
    return RecalledOut(
        source=found.source,
        op=found.op,
        offer=found.offer,
        input=dict(found.input),
        left=[left_out(each) for each in found.left],
        models=list(found.models),
        also=dict(found.also),
    )


def left_out(each: Left) -> LeftOut:
    return LeftOut(name=each.name, value=_shown(each.value), why=each.why)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
