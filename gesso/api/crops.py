"""Assets: where a picture is cut for the formats that are chosen."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gesso import brand, library, presets
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.imaging import crop
from gesso.imaging.crop import How

router = APIRouter(prefix="/assets", tags=["assets"], max_body_size=BODY_BYTES)

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Spot = tuple[Share, Share]
Part = tuple[Share, Share, Share, Share]


class Placing(BaseModel):
    """How one format is cut, where that differs: around a point, or by a box made by hand. All in shares, 0 to 1."""

    model_config = ConfigDict(extra="forbid")

    crop: How | None = None
    focal: Spot | None = None
    box: Part | None = None


class CropsIn(BaseModel):
    """`focal` is the point that is to be in the middle. In `overrides` stands, by format, what is to be else there."""

    model_config = ConfigDict(extra="forbid")

    formats: list[Annotated[str, Field(max_length=100)]] = Field(min_length=1, max_length=200)
    crop: How = "smart"
    focal: Spot | None = None
    overrides: dict[str, Placing] = Field({}, max_length=200)


class CropOut(BaseModel):
    """`box` is left, top, width and height in shares of the upright picture; null: the whole picture, with room around
    it. `pixels` are the same in whole pixels. `enlarged` is how many times larger than life it is shown; 1.0: not at
    all. `left_out` are faces that are not wholly in it, for there is no room for all."""

    format: str
    box: Part | None
    pixels: tuple[int, int, int, int] | None
    enlarged: float
    left_out: int


class CropsOut(BaseModel):
    """`faces` are the faces that were found, in shares of the picture, the surest first."""

    faces: list[Part]
    crops: list[CropOut]


@router.post("/{asset_id}/crops")
async def crops(asset_id: UUID, asked: CropsIn, desk: AtDesk) -> CropsOut:
    """Where a picture is cut for each format: what an export of it would do. Nothing is made or kept."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        asset = await library.get(work, asset_id)
        formats = await brand.named(work, asked.formats)
    # Under whatever name of theirs it was asked for.
    overrides = {known.id if (known := presets.format(name)) else name: own for name, own in asked.overrides.items()}
    focus = await desk.studio.gaze.focus(asset)
    size = asset.width, asset.height
    made = []
    for format in formats:
        own = overrides.get(format.id, Placing())
        target = format.width, format.height
        # A way of cutting that is its own does not mind the point that was set for all.
        focal = own.focal or (asked.focal if own.crop is None else None)
        box = crop.placed(size, target, own.crop or asked.crop, focus, focal=focal, box=own.box)
        made.append(
            CropOut(
                format=format.id,
                box=box.shares(size) if box else None,
                pixels=(box.left, box.top, box.width, box.height) if box else None,
                enlarged=round(crop.enlarged(size, target, box), 4),
                left_out=crop.left_out(size, box, focus),
            )
        )
    return CropsOut(faces=list(focus.faces), crops=made)
