"""All that was made from an asset, thrown away or erased as one."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Query
from pydantic import BaseModel, ConfigDict, Field

from gesso import library
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.shapes import AssetOut, Touched, assets_out
from gesso.library.derived import MOST, SHOWN

router = APIRouter(prefix="/assets", tags=["assets"])

Where = Literal["kept", "trash"]


class LeafOut(BaseModel):
    """`depth` steps from the root; `parent` is what it was reached by."""

    asset: AssetOut
    depth: int
    parent: UUID | None


class TreeOut(BaseModel):
    """What would go. `leaves` are the first of the `count`, by depth. `held` are under a legal hold (then nothing
    goes), `shared` have a link, `mixed` were made from other pictures as well, `elsewhere` are in the trash while this
    is about what is kept, or the other way round."""

    count: int
    kinds: dict[str, int]
    bytes: int
    held: int
    shared: int
    mixed: int
    favourites: int
    elsewhere: int
    leaves: list[LeafOut]


class Going(BaseModel):
    """`count` is how many were shown: when there are more or fewer by now, nothing goes."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(ge=1, le=MOST)
    where: Where = Field("kept", description="kept: into the trash. trash: erased for good, which is for admins.")
    itself: bool = Field(True, description="With the asset itself.")


@router.get("/{asset_id}/derived")
async def shown(
    asset_id: UUID, desk: AtDesk, where: Where = "kept", itself: Annotated[bool, Query()] = True
) -> TreeOut:
    """The tree of all that was made from an asset, and from that, and so on."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        tree = await library.derived(work, asset_id, where, itself=itself)
        leaves = tree.leaves[:SHOWN]
        assets = await assets_out(work, [leaf.asset for leaf in leaves])
    return TreeOut(
        count=len(tree.leaves),
        kinds=tree.kinds,
        bytes=tree.bytes,
        held=tree.held,
        shared=tree.shared,
        mixed=tree.mixed,
        favourites=tree.favourites,
        elsewhere=tree.elsewhere,
        leaves=[
            LeafOut(asset=asset, depth=leaf.depth, parent=leaf.parent)
            for asset, leaf in zip(assets, leaves, strict=True)
        ],
    )


@router.post("/{asset_id}/derived", max_body_size=BODY_BYTES)
async def go(asset_id: UUID, asked: Going, desk: AtDesk, after: BackgroundTasks) -> Touched:
    """Throws the whole tree away, as one step that naming its `ids` undoes; or, from the trash, erases it for good."""
    erases = asked.where == "trash"
    desk.actor.require("library.manage" if erases else "library.write")
    async with desk.work() as work:
        ids = await library.go(work, asset_id, asked.where, itself=asked.itself, expected=asked.count)
    if erases:
        after.add_task(library.sweep, desk.studio.db, desk.studio.store, desk.actor)
    return Touched(changed=len(ids), ids=ids)
