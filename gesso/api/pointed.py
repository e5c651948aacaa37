"""Assets: what somebody points at in a picture."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gesso import library
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.imaging.pointing import Point
from gesso.ops.fields import Box

router = APIRouter(prefix="/assets", tags=["assets"], max_body_size=BODY_BYTES)

Coordinate = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class PointIn(BaseModel):
    """In pixels of the picture, from its top left corner."""

    model_config = ConfigDict(extra="forbid")

    x: Coordinate
    y: Coordinate
    keep: bool = Field(True, description="false: what is here is not meant.")


class PointedIn(BaseModel):
    """Points on a thing, a box around it, or both."""

    model_config = ConfigDict(extra="forbid")

    points: list[PointIn] = Field([], max_length=64)
    box: Box | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.box is None and not any(point.keep for point in self.points):
            raise ValueError("name a point on it, or a box around it")
        return self


@router.post("/{asset_id}/segment", response_class=Response, responses={200: {"content": {"image/png": {}}}})
async def segment(asset_id: UUID, told: PointedIn, desk: AtDesk) -> Response:
    """The mask of the thing that is pointed at: a grey PNG of the picture's size, white where it is. Nothing is kept,
    nothing is sent anywhere. `Gesso-Method` says by what it was found: the operator's Segment Anything model, or
    colours and edges."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        asset = await library.get(work, asset_id)
    box = (told.box.x, told.box.y, told.box.width, told.box.height) if told.box else None
    points = [Point(point.x, point.y, point.keep) for point in told.points]
    mask, method = await desk.studio.pointer.mask(asset, points, box)
    return Response(mask, media_type="image/png", headers={"Cache-Control": "no-store", "Gesso-Method": method})
