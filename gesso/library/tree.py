"""Where an asset came from and what came of it, over all generations: a part of the whole that a page can show.

From the asset upwards all is followed. Downwards each generation shows the newest of its children and says how many
more there are, so that a picture of which ten thousand were made costs no more than one of which ten were.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Uuid, func, literal, select
from sqlalchemy.orm import aliased

from gesso.db import Work
from gesso.library.assets import get
from gesso.library.tables import Asset, Parent

FAN: Final = 8
"""Children of one asset that are shown if nobody asks for more."""
NODES: Final = 240
"""The most assets that one answer shows, either way."""
DEEP: Final = 200
"""Generations."""
FOLLOWED: Final = 1_000
"""Steps upwards that are followed for what all of it cost."""

_LEAST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Tree:
    """`assets` are those that are shown, the oldest first, also those in the trash and those of which only the row is
    left; `edges` join two of them, parent and child. `children` and `parents` count all that each has, shown or not.

    `before` is all that the asset came from, shown or not; `whole` says whether that is really all of it."""

    asset: Asset
    assets: Sequence[Asset]
    edges: Sequence[tuple[UUID, UUID]]
    children: Mapping[UUID, int]
    parents: Mapping[UUID, int]
    before: Collection[UUID]
    whole: bool


async def tree(work: Work, asset_id: UUID, *, also: Collection[UUID] = (), fan: int = FAN, most: int = NODES) -> Tree:
    """NotFound when the actor may not see it. `also` are shown beside it, where the actor may see them."""
    asset = await get(work, asset_id)
    up = await _up(work, asset_id)
    down = await _down(work, asset_id, fan, most)
    shown = list(dict.fromkeys([*up[: most // 2], *down, *also]))[: most + len(also)]
    query = Asset.known_to(work.actor).where(Asset.id.in_(shown)).order_by(Asset.id)
    assets = (await work.session.scalars(query)).all()
    ids = {each.id for each in assets}
    joins = select(Parent.parent_id, Parent.child_id).where(Parent.child_id.in_(ids))
    edges = (await work.session.execute(joins.order_by(Parent.child_id, Parent.parent_id))).all()
    fans = select(Parent.parent_id, func.count()).where(Parent.parent_id.in_(ids)).group_by(Parent.parent_id)
    return Tree(
        asset,
        assets,
        [(edge.parent_id, edge.child_id) for edge in edges if edge.parent_id in ids],
        {row[0]: row[1] for row in await work.session.execute(fans)},
        Counter(edge.child_id for edge in edges),
        up,
        len(up) < FOLLOWED,
    )


async def _up(work: Work, asset_id: UUID) -> list[UUID]:
    """The asset and what it came from, the nearest first."""
    up = select(literal(asset_id, Uuid).label("id"), literal(0, Integer).label("depth")).cte("up", recursive=True)
    up = up.union(
        select(Parent.parent_id, up.c.depth + 1).join(up, Parent.child_id == up.c.id).where(up.c.depth < DEEP)
    )
    return await _nearest(work, up, FOLLOWED, FOLLOWED)


async def _down(work: Work, asset_id: UUID, fan: int, most: int) -> list[UUID]:
    """The asset and the newest of what came of it, the nearest first. Each row says below which child its fan ends, so
    that of ten thousand children only those that are shown are looked at."""
    other = aliased(Parent)

    def ends(of: Any) -> Any:
        newest = select(other.child_id).where(other.parent_id == of).order_by(other.child_id.desc())
        return newest.offset(fan - 1).limit(1).scalar_subquery()

    least = func.coalesce(ends(literal(asset_id, Uuid)), literal(_LEAST, Uuid), type_=Uuid())
    first = select(literal(asset_id, Uuid).label("id"), literal(0, Integer).label("depth"), least.label("least"))
    down = first.cte("down", recursive=True)
    least = func.coalesce(ends(Parent.child_id), literal(_LEAST, Uuid), type_=Uuid())
    down = down.union(
        select(Parent.child_id, down.c.depth + 1, least)
        .join(down, (Parent.parent_id == down.c.id) & (Parent.child_id >= down.c.least))
        .where(down.c.depth < DEEP)
    )
    # A generation that is cut here lies beyond what is shown: it is the same on every database.
    return await _nearest(work, down, most * (fan + 2), most)


async def _nearest(work: Work, found: Any, steps: int, most: int) -> list[UUID]:
    """Each once, by the shortest way. The recursion ends with the steps that are asked of it."""
    walked = select(found.c.id, found.c.depth).limit(steps).subquery()
    depth = func.min(walked.c.depth)
    query = select(walked.c.id).group_by(walked.c.id).order_by(depth, walked.c.id.desc()).limit(most)
    return list((await work.session.scalars(query)).all())
