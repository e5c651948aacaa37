"""All that was made from an asset, and from that, and so on: looked at, thrown away and erased as one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import select

from gesso.db import Work
from gesso.kit.errors import Conflict, TooLarge
from gesso.library.bulk import change
from gesso.library.erase import erase
from gesso.library.tables import Asset, Parent
from gesso.library.uses import shared
from gesso.library.wanted import Selection

MOST: Final = 10_000
"""Assets of one tree; an undo names them all."""
AT_ONCE: Final = 500
SHOWN: Final = 200

Where = Literal["kept", "trash"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One asset of the tree, `depth` steps from its root, and what it was reached by."""

    asset: Asset
    depth: int
    parent: UUID | None


@dataclass(frozen=True, slots=True)
class Tree:
    """What would go, the root first and then by depth: all that is kept, or all that is in the trash (`where`).

    `held` are those under a legal hold (then nothing goes), `shared` those that somebody has made a link to, `mixed`
    those that were made from other pictures as well, `favourites` those that somebody likes, `elsewhere` how many of
    the tree are where this does not reach."""

    where: Where
    leaves: Sequence[Leaf]
    kinds: dict[str, int]
    bytes: int
    held: int
    shared: int
    mixed: int
    favourites: int
    elsewhere: int


async def derived(work: Work, root_id: UUID, where: Where, *, itself: bool = True) -> Tree:
    """The tree under an asset, without it unless `itself`. NotFound when the actor may not see it; TooLarge beyond
    `MOST`."""
    root = await work.find(Asset, root_id)
    found = {root.id: Leaf(root, 0, None)}
    level: list[UUID] = [root.id]
    depth = 0
    while level:
        depth += 1
        reached: dict[UUID, UUID] = {}
        for start in range(0, len(level), AT_ONCE):
            some = level[start : start + AT_ONCE]
            made = select(Parent.child_id, Parent.parent_id).where(Parent.parent_id.in_(some))
            # Where something between was erased, an edit still says of what it is a version.
            edits = Asset.visible_to(work.actor).where(Asset.version_of.in_(some))
            for query in (made, edits.with_only_columns(Asset.id, Asset.version_of)):
                for child, parent in await work.session.execute(query):
                    if child not in found and parent is not None:
                        reached.setdefault(child, parent)
        level = []
        ids = sorted(reached)
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            seen = Asset.visible_to(work.actor).where(Asset.id.in_(some)).order_by(Asset.id)
            for asset in await work.session.scalars(seen):
                found[asset.id] = Leaf(asset, depth, reached[asset.id])
                level.append(asset.id)
        if len(found) > MOST:
            raise TooLarge(f"More than {MOST:,} assets come from this. Begin further down the tree.", limit=MOST)
    every = [leaf for leaf in found.values() if itself or leaf.asset.id != root.id]
    leaves = [leaf for leaf in every if (leaf.asset.deleted_at is not None) == (where == "trash")]
    ids = [leaf.asset.id for leaf in leaves]
    sizes = {leaf.asset.key: leaf.asset.bytes for leaf in leaves}
    return Tree(
        where,
        leaves,
        dict(Counter(leaf.asset.kind for leaf in leaves)),
        sum(sizes.values()),
        sum(leaf.asset.held for leaf in leaves),
        len(await shared(work, ids)),
        await _mixed(work, ids, set(found), root.id),
        sum(leaf.asset.favorite for leaf in leaves),
        len(every) - len(leaves),
    )


async def go(work: Work, root_id: UUID, where: Where, *, itself: bool, expected: int) -> list[UUID]:
    """Throws the tree away as one step, or, from the trash, erases it for good, which is for admins. Conflict when it
    is no longer as large as somebody was shown, or when one of it is held: then nothing goes."""
    if where == "trash":
        work.actor.require("library.manage")
    tree = await derived(work, root_id, where, itself=itself)
    if len(tree.leaves) != expected:
        raise Conflict(f"There are {len(tree.leaves)} now, not {expected}: the tree has changed. Look at it again.")
    selection = Selection([leaf.asset.id for leaf in tree.leaves])
    return await (erase(work, selection) if where == "trash" else change(work, selection, "deleted", True))


async def _mixed(work: Work, ids: Sequence[UUID], tree: set[UUID], root: UUID) -> int:
    """How many, but for its root, have a parent outside of the tree, too."""
    mixed = set[UUID]()
    for start in range(0, len(ids), AT_ONCE):
        query = select(Parent.child_id, Parent.parent_id).where(Parent.child_id.in_(ids[start : start + AT_ONCE]))
        mixed |= {child for child, parent in await work.session.execute(query) if parent not in tree}
    return len(mixed - {root})
