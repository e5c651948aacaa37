"""Assets: where one came from and what came of it, over all generations, with what each step cost."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gesso import library, runs
from gesso.api.desk import AtDesk
from gesso.library import Asset, Purpose, Tree
from gesso.runs.costs import Cost

router = APIRouter(prefix="/assets", tags=["assets"])

WIDEST = 50


class NodeOut(BaseModel):
    """An asset of the tree. Of one that is erased only the place is left: it has no title and nothing to see. `cost` is
    what it bears of `whole`, which its run took for its `outputs`; null while that is not settled. `told` says that
    its provider named its part; otherwise each output bears the same. (All in thousandths of a credit.)"""

    id: UUID
    state: Literal["here", "trash", "erased"]
    kind: str
    purpose: Purpose
    title: str
    op: str | None = Field(description="The operation that made it; null for an upload.")
    run: UUID | None
    offer: str | None
    version_of: UUID | None
    restored: bool = Field(description="It is an earlier version that was made the newest again.")
    width: int
    height: int
    created_at: datetime
    cost: int | None
    whole: int | None
    outputs: int
    told: bool
    parents: int = Field(description="How many it was made from, shown or not.")
    children: int = Field(description="How many were made of it, shown or not.")
    thumbnail: str | None


class EdgeOut(BaseModel):
    """`child` was made of `parent`, or is the same recipe `again`. `cost` is what the child bears: of one that was made
    of several it stands at each of these edges, and counts once."""

    parent: UUID
    child: UUID
    relation: Literal["made", "restored", "again"]
    op: str | None
    offer: str | None
    cost: int | None


class TotalOut(BaseModel):
    """What it took to come to this asset, from its first words on: `cost` is what it and all that it came from bear,
    `whole` what their runs took, with all else that they made. `least`: it may be more, because something is not
    settled, was erased, or lies too far back."""

    cost: int
    whole: int
    least: bool


class LineageOut(BaseModel):
    """The tree about one asset. A node with more `children` or `parents` than edges has more than is shown: ask for
    its own lineage, or for a wider `fan`."""

    asset: UUID
    nodes: list[NodeOut]
    edges: list[EdgeOut]
    total: TotalOut
    before: int = Field(description="How many assets it came from, over all generations.")


@router.get("/{asset_id}/lineage")
async def lineage(
    asset_id: UUID,
    desk: AtDesk,
    fan: Annotated[int, Query(ge=1, le=WIDEST, description="The most children of each that are shown.")] = library.FAN,
) -> LineageOut:
    """Where an asset came from, and the newest of what came of it, generation by generation; with what each cost, and
    what the same recipe made again."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        asset = await library.get(work, asset_id)
        run = await runs.get(work, asset.run_id) if asset.run_id else None
        again = await runs.costs.again(work, run) if run else ()
        found = await library.tree(work, asset_id, also=[each.id for each in again], fan=fan)
        costs = await runs.costs.costs(work, found.assets)
        offers = await runs.costs.offers(work, {each.run_id for each in found.assets if each.run_id})
        total = await runs.costs.total(work, found.before, whole=found.whole)
    nodes = {each.id: _node(each, found, costs[each.id], offers) for each in found.assets}
    edges = [_edge(parent, nodes[child]) for parent, child in found.edges]
    edges += [_sibling(asset_id, nodes[each.id]) for each in again]
    return LineageOut(
        asset=asset_id,
        nodes=list(nodes.values()),
        edges=edges,
        total=TotalOut(cost=total.part, whole=total.whole, least=total.least),
        before=len(found.before) - 1,
    )


def _node(asset: Asset, tree: Tree, cost: Cost, offers: dict[UUID, str]) -> NodeOut:
    erased = asset.erased_at is not None
    return NodeOut(
        id=asset.id,
        state="erased" if erased else "here" if asset.deleted_at is None else "trash",
        kind=asset.kind,
        purpose=asset.purpose,
        title=asset.title,
        op=asset.op,
        run=asset.run_id,
        offer=offers.get(asset.run_id) if asset.run_id else None,
        version_of=asset.version_of,
        restored="restored" in asset.facts,
        width=asset.width,
        height=asset.height,
        created_at=asset.created_at,
        cost=cost.part,
        whole=cost.whole,
        outputs=cost.outputs,
        told=cost.told,
        parents=tree.parents.get(asset.id, 0),
        children=tree.children.get(asset.id, 0),
        thumbnail=None if erased else f"/api/assets/{asset.id}/thumbnail",
    )


def _edge(parent: UUID, child: NodeOut) -> EdgeOut:
    relation: Literal["made", "restored"] = "restored" if child.restored else "made"
    return EdgeOut(parent=parent, child=child.id, relation=relation, op=child.op, offer=child.offer, cost=child.cost)


def _sibling(of: UUID, sibling: NodeOut) -> EdgeOut:
    """From the older to the newer."""
    parent, child = sorted((of, sibling.id))
    return EdgeOut(parent=parent, child=child, relation="again", op=sibling.op, offer=sibling.offer, cost=sibling.cost)
