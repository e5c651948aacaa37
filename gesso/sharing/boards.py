"""Boards: chosen pictures in an order, and who of the team may do what with them."""

from collections.abc import Collection as Collection_
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, delete, false, func, or_, select, true, tuple_, update

from gesso import accounts, events, library
from gesso.db import Work
from gesso.kit.actor import Actor
from gesso.kit.errors import Conflict, Denied, Invalid, NotFound
from gesso.kit.ids import uuid7
from gesso.kit.page import Page
from gesso.kit.text import lines, one_line
from gesso.kit.time import now
from gesso.library import Asset, Collection, CollectionAsset
from gesso.sharing.tables import Board, Item, Link, Role, Sharer

Standing = Literal["viewer", "commenter", "uploader", "editor"]

RANK: Final[dict[str | None, int]] = {None: 0, "viewer": 1, "commenter": 2, "uploader": 3, "editor": 4}
NEEDS: Final[dict[Role, str]] = {
    "uploader": "library.write",
    "commenter": "comments.write",
    "viewer": "library.read",
}
"""What somebody may do in the team who may do this with a board that everybody shares."""
MOST_ITEMS: Final = 5_000
MOST_BOARDS: Final = 5_000
MOST_WAITING: Final = 200
"""That guests have brought and nobody has looked at yet."""
OFF: Final = "This picture is not on the board."
GAP: Final = 1 << 20
"""Between the places of two neighbours."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An asset where it stands on a board."""

    asset: Asset
    waiting: bool = False
    guest: str = ""


async def create(
    work: Work,
    title: str,
    *,
    words: str = "",
    everybody: Role | None = "commenter",
    collection: UUID | None = None,
    among: Iterable[UUID] = (),
) -> Board:
    """A new board with these pictures on it, in this order."""
    work.actor.require("library.write")
    known = await work.session.scalar(
        Board.visible_to(work.actor)
        .where(Board.deleted_at.is_(None))
        .order_by(None)
        .with_only_columns(func.count(Board.id))
    )
    if (known or 0) >= MOST_BOARDS:
        raise Conflict(f"A team has {MOST_BOARDS:,} boards at most. Delete one first.")
    board = Board(
        id=uuid7(),
        team_id=work.actor.team_id,
        user_id=work.actor.user_id,
        title=_title(title),
        words=_words(words),
        everybody=everybody,
        collection_id=collection,
    )
    work.session.add(board)
    await work.session.flush()
    if collection is not None:
        found = await work.find(Collection, collection)
        if found.deleted_at is not None:
            raise NotFound("There is no such collection.")
    if among:
        await add(work, board.id, among)
    told(work, board.id)
    return board


async def find(work: Work, board_id: UUID, needed: Standing = "viewer", *, deleted: bool = False) -> Board:
    """The board; NotFound where the actor may not see it, Denied where they may do less than is `needed`."""
    work.actor.require("library.read")
    board = await work.find(Board, board_id)
    named = await work.session.scalar(
        select(Sharer.role).where(Sharer.board_id == board_id, Sharer.user_id == work.actor.user_id)
    )
    has = standing(work.actor, board, named)
    if has is None or (board.deleted_at is not None and not deleted):
        raise NotFound("There is no such board.")
    if RANK[has] < RANK[needed]:
        raise Denied(f"You are {'an' if has[0] in 'aeu' else 'a'} {has} of this board; this needs more: {needed}.")
    return board


def standing(actor: Actor, board: Board, named: Role | None) -> Standing | None:
    """What the actor may do with a board: all of it where they made it or see to the people of the team; else what they
    are named for, or what everybody may. A narrowed token does no more than it may elsewhere."""
    mine = board.user_id == actor.user_id or actor.may("people.manage")
    if mine and actor.may("library.write"):
        return "editor"
    may = next((role for role, permission in NEEDS.items() if actor.may(permission)), None)
    shared: Role | None = "uploader" if mine else board.everybody
    least = min(shared, may, key=RANK.__getitem__)
    if named is None:
        return least
    whole = actor.permissions == accounts.ROLES.get(actor.role)
    return max(least, named if whole else min(named, may, key=RANK.__getitem__), key=RANK.__getitem__)


async def listed(work: Work, *, after: UUID | None, limit: int) -> Page[tuple[Board, Standing]]:
    """Those that the actor may see, the newest first, with what they may do with each."""
    work.actor.require("library.read")
    found = await _seen(work, Board.id < after if after is not None else true(), limit + 1)
    return Page.cut(found, limit, lambda each: each[0].id)


async def _seen(work: Work, which: ColumnElement[bool], most: int) -> Sequence[tuple[Board, Standing]]:
    query = (
        Board.visible_to(work.actor)
        .where(Board.deleted_at.is_(None), which)
        .outerjoin(Sharer, (Sharer.board_id == Board.id) & (Sharer.user_id == work.actor.user_id))
        .add_columns(Sharer.role)
        .order_by(Board.id.desc())
        .limit(most)
    )
    if not work.actor.may("people.manage"):
        query = query.where(
            or_(Board.everybody.is_not(None), Board.user_id == work.actor.user_id, Sharer.role.is_not(None))
        )
    rows = (await work.session.execute(query)).all()
    return [(board, has) for board, named in rows if (has := standing(work.actor, board, named)) is not None]


async def of_asset(work: Work, asset_id: UUID) -> Sequence[tuple[Board, Standing]]:
    """The boards that an asset is on and that the actor may see, the newest first."""
    await library.get(work, asset_id)
    chosen = select(Item.board_id).where(Item.asset_id == asset_id)
    collected = select(CollectionAsset.collection_id).where(CollectionAsset.asset_id == asset_id)
    return await _seen(work, or_(Board.id.in_(chosen), Board.collection_id.in_(collected)), MOST_BOARDS)


async def change(
    work: Work,
    board_id: UUID,
    *,
    title: str | None = None,
    words: str | None = None,
    everybody: Role | Literal["nobody"] | None = None,
    cover: UUID | None = None,
) -> Board:
    """What is None stays; "nobody" shares it with those alone who are named."""
    board = await find(work, board_id, "editor")
    if title is not None:
        board.title = _title(title)
    if words is not None:
        board.words = _words(words)
    if everybody is not None:
        board.everybody = None if everybody == "nobody" else everybody
    if cover is not None:
        if not await on(work, board, [cover]):
            raise NotFound(OFF)
        board.cover_id = cover
    told(work, board.id)
    return board


async def discard(work: Work, board_id: UUID) -> None:
    """Away with the board, and with all its links at once; its pictures stay in the library. Twice is once."""
    board = await find(work, board_id, "editor", deleted=True)
    if board.deleted_at is None:
        board.deleted_at = now()
        told(work, board.id)


async def restore(work: Work, board_id: UUID) -> Board:
    """The board again, and its links as they were."""
    board = await find(work, board_id, "editor", deleted=True)
    board.deleted_at = None
    told(work, board.id)
    return board


# --- what is on it


def _on(actor: Actor, kind: type[Item] | type[CollectionAsset]) -> Select[Any]:
    """The assets on boards of one kind, with the boards: those that have items of their own, or show a collection. None
    that is in the trash."""
    query = Asset.visible_to(actor).join(kind, kind.asset_id == Asset.id).where(Asset.deleted_at.is_(None))
    if kind is Item:
        return query.join(Board, Board.id == Item.board_id)
    return query.join(
        Collection, (Collection.id == CollectionAsset.collection_id) & Collection.deleted_at.is_(None)
    ).join(Board, Board.collection_id == Collection.id)


def _order(kind: type[Item] | type[CollectionAsset]) -> tuple[ColumnElement[Any], ColumnElement[UUID]]:
    place = Item.place if kind is Item else CollectionAsset.position
    return place.expression, kind.asset_id.expression


def _kind(board: Board) -> type[Item] | type[CollectionAsset]:
    return Item if board.collection_id is None else CollectionAsset


def shown(actor: Actor, board: Board, *, waiting: bool) -> Select[Any]:
    """The assets on a board; without `waiting` only what the team has taken in."""
    query = _on(actor, _kind(board)).where(Board.id == board.id)
    return query.where(Item.waiting.is_(False)) if board.collection_id is None and not waiting else query


async def items(
    work: Work, board: Board, *, after: UUID | None = None, limit: int, waiting: bool = True
) -> Page[Placed]:
    """A page of what is on a board, in its order."""
    kind = _kind(board)
    order = _order(kind)
    query = shown(work.actor, board, waiting=waiting).order_by(*order).limit(limit + 1)
    if after is not None:
        last = (
            await work.session.execute(
                _on(work.actor, kind)
                .where(Board.id == board.id, Asset.id == after)
                .with_only_columns(*order)
                .execution_options(populate_existing=True)
            )
        ).first()
        if last is None:
            raise NotFound(OFF)
        query = query.where(tuple_(*order) > tuple(last))
    if kind is Item:
        query = query.add_columns(Item.waiting, Item.guest)
    found = [Placed(*row) for row in await work.session.execute(query)]
    return Page.cut(found, limit, lambda placed: placed.asset.id)


async def on(work: Work, board: Board, asset_ids: Collection_[UUID], *, waiting: bool = True) -> dict[UUID, Asset]:
    """Those of the assets that are on the board."""
    query = shown(work.actor, board, waiting=waiting).where(Asset.id.in_(asset_ids))
    return {asset.id: asset for asset in await work.session.scalars(query)}


async def ids(work: Work, board: Board) -> Sequence[UUID]:
    """All that is on it, but for what waits."""
    query = shown(work.actor, board, waiting=False).with_only_columns(Asset.id).limit(MOST_ITEMS)
    return (await work.session.scalars(query)).all()


async def one(work: Work, board: Board, asset_id: UUID, *, waiting: bool = True) -> Asset:
    found = await on(work, board, [asset_id], waiting=waiting)
    if asset_id not in found:
        raise NotFound(OFF)
    return found[asset_id]


async def count(work: Work, board_ids: Collection_[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many pictures are on each board, and how many of them wait."""
    found: dict[UUID, tuple[int, int]] = dict.fromkeys(board_ids, (0, 0))
    for kind in (Item, CollectionAsset):
        waits = Item.waiting if kind is Item else false()
        rows = await work.session.execute(
            _on(work.actor, kind)
            .where(Board.id.in_(board_ids))
            .with_only_columns(Board.id, func.count(Asset.id), func.sum(case((waits, 1), else_=0)))
            .group_by(Board.id)
        )
        found |= {id: (many, int(waiting)) for id, many, waiting in rows}
    return found


async def covers(work: Work, boards: Collection_[Board], most: int = 4) -> dict[UUID, list[UUID]]:
    """The pictures that stand for each board: its cover, if it has one, then the first on it."""
    found: dict[UUID, list[UUID]] = {board.id: [] for board in boards}
    cover = {board.id: board.cover_id for board in boards}
    for kind in (Item, CollectionAsset):
        nth = func.row_number().over(partition_by=Board.id, order_by=_order(kind)).label("nth")
        query = _on(work.actor, kind).where(Board.id.in_(found))
        if kind is Item:
            query = query.where(Item.waiting.is_(False))
        ranked = query.with_only_columns(Board.id.label("board"), Asset.id.label("asset"), nth).subquery()
        rows = await work.session.execute(
            select(ranked.c.board, ranked.c.asset)
            .where(or_(ranked.c.nth <= most, ranked.c.asset.in_([id for id in cover.values() if id is not None])))
            .order_by(ranked.c.board, ranked.c.nth)
        )
        for board_id, asset_id in rows:
            own = found[board_id]
            if asset_id == cover[board_id]:
                own.insert(0, asset_id)
            elif len(own) < most:
                own.append(asset_id)
    return {board_id: ids[:most] for board_id, ids in found.items()}


async def add(work: Work, board_id: UUID, asset_ids: Iterable[UUID], before: UUID | None = None) -> list[UUID]:
    """Puts assets of the library on the board, at its end or before one of it; those that were not on it."""
    board = await find(work, board_id, "uploader")
    own(board)
    await _held(work, board)
    wanted = list(dict.fromkeys(asset_ids))
    known = {asset.id for asset in await library.several(work, wanted) if asset.deleted_at is None}
    if missing := [id for id in wanted if id not in known]:
        raise NotFound(f"There is no such asset: {missing[0]}.")
    there = set(await work.session.scalars(select(Item.asset_id).where(Item.board_id == board.id)))
    fresh = [id for id in wanted if id not in there]
    await _room(work, board, len(fresh), len(there))
    places = await _places(work, board, len(fresh), before)
    work.session.add_all(
        Item(board_id=board.id, asset_id=id, place=place, waiting=False, user_id=work.actor.user_id, guest="")
        for id, place in zip(fresh, places, strict=True)
    )
    if fresh:
        told(work, board.id)
    return fresh


async def deliver(work: Work, board: Board, asset: Asset, *, link: Link | None, guest: str) -> None:
    """Puts what was just brought at the end of the board. What a guest brings waits."""
    await _held(work, board)
    await require_place(work, board, guests=link is not None)
    (place,) = await _places(work, board, 1, None)
    work.session.add(
        Item(
            board_id=board.id,
            asset_id=asset.id,
            place=place,
            waiting=link is not None,
            user_id=work.actor.user_id,
            link_id=link.id if link is not None else None,
            guest=guest,
        )
    )
    told(work, board.id)


async def require_place(work: Work, board: Board, *, guests: bool) -> None:
    """Conflict where one more picture has no place on the board, or too many of guests wait."""
    own(board)
    rows = await work.session.execute(
        select(Item.waiting, func.count()).where(Item.board_id == board.id).group_by(Item.waiting)
    )
    many = {row[0]: row[1] for row in rows}
    if guests and many.get(True, 0) >= MOST_WAITING:
        raise Conflict(f"{MOST_WAITING} pictures wait already; the team looks at them before more can be sent.")
    await _room(work, board, 1, sum(many.values()))


async def move(work: Work, board_id: UUID, asset_ids: Sequence[UUID], before: UUID | None) -> None:
    """Puts these, in this order, before another one of the board; None: at its end."""
    board = await find(work, board_id, "editor")
    own(board)
    await _held(work, board)
    moved = list(dict.fromkeys(asset_ids))
    if before in moved:
        raise Invalid("A picture cannot be put before itself.", fields=[{"field": "before"}])
    found = {
        item.asset_id: item
        for item in await work.session.scalars(
            select(Item).where(Item.board_id == board.id, Item.asset_id.in_([*moved, *([before] if before else [])]))
        )
    }
    if missing := [id for id in (*moved, before) if id is not None and id not in found]:
        raise NotFound(f"This picture is not on the board: {missing[0]}.")
    for id, place in zip(moved, await _places(work, board, len(moved), before, but=moved), strict=True):
        found[id].place = place
    told(work, board.id)


async def take_off(work: Work, board_id: UUID, asset_ids: Collection_[UUID]) -> list[UUID]:
    """Takes these off the board; those that were on it. They stay in the library, but for what a guest brought and
    nobody took in: that goes into the trash."""
    board = await find(work, board_id, "editor")
    own(board)
    rows = (
        await work.session.execute(
            delete(Item)
            .where(Item.board_id == board.id, Item.asset_id.in_(asset_ids))
            .returning(Item.asset_id, Item.waiting)
        )
    ).all()
    for row in rows:
        if row.waiting:
            await library.remove(work, row.asset_id)
    if board.cover_id in {row.asset_id for row in rows}:
        board.cover_id = None
    if rows:
        told(work, board.id)
    return [row.asset_id for row in rows]


async def accept(work: Work, board_id: UUID, asset_ids: Collection_[UUID]) -> list[UUID]:
    """Takes in what guests have brought: from now on it is in the library, and everybody sees it on the board."""
    board = await find(work, board_id, "editor")
    taken = (
        await work.session.scalars(
            update(Item)
            .where(Item.board_id == board.id, Item.asset_id.in_(asset_ids), Item.waiting)
            .values(waiting=False)
            .returning(Item.asset_id)
            .execution_options(synchronize_session=False)
        )
    ).all()
    for asset in await library.several(work, taken):
        asset.purpose = "picture"
        events.emit(work, "asset.changed", asset=str(asset.id))
    if taken:
        told(work, board.id)
    return list(taken)


# --- who shares it


async def people(work: Work, board: Board) -> dict[UUID, Role]:
    rows = await work.session.execute(select(Sharer.user_id, Sharer.role).where(Sharer.board_id == board.id))
    return {row.user_id: row.role for row in rows}


async def share(work: Work, board_id: UUID, user_id: UUID, role: Role | None) -> None:
    """Names somebody of the team for a board; None: no longer."""
    board = await find(work, board_id, "editor")
    if user_id not in {id for id, _, _ in await accounts.members(work.session, work.actor)}:
        raise NotFound("Nobody of this team is meant by that.")
    await work.session.execute(delete(Sharer).where(Sharer.board_id == board.id, Sharer.user_id == user_id))
    if role is not None:
        work.session.add(Sharer(board_id=board.id, user_id=user_id, role=role))
    told(work, board.id)


def told(work: Work, board_id: UUID, **more: str) -> None:
    """Tells the team that something of a board is another."""
    events.emit(work, "board.changed", board=str(board_id), **more)


def own(board: Board) -> None:
    """Conflict where what is on a board is not its own."""
    if board.collection_id is not None:
        raise Conflict("This board shows a collection: what is in that is on it.")


async def _held(work: Work, board: Board) -> None:
    """Whoever else puts something on this board waits until this is done."""
    await work.find(Board, board.id, lock=True)


async def _room(work: Work, board: Board, more: int, there: int) -> None:
    if there + more > MOST_ITEMS:
        raise Conflict(f"A board takes {MOST_ITEMS:,} pictures at most.")


async def _places(
    work: Work, board: Board, many: int, before: UUID | None, but: Collection_[UUID] = ()
) -> Sequence[int]:
    """Places for so many in a row. Where there is no room between two neighbours, all are numbered anew."""
    placed = select(Item.place).where(Item.board_id == board.id, Item.asset_id.not_in(but))
    if before is None:
        last = await work.session.scalar(placed.order_by(Item.place.desc()).limit(1)) or 0
        return [last + GAP * (nth + 1) for nth in range(many)]
    for _ in range(2):
        next_ = await work.session.scalar(placed.where(Item.asset_id == before))
        if next_ is None:
            raise NotFound(OFF)
        last = await work.session.scalar(placed.where(Item.place < next_).order_by(Item.place.desc()).limit(1)) or 0
        step = (next_ - last) // (many + 1)
        if step > 0:
            return [last + step * (nth + 1) for nth in range(many)]
        every = await work.session.scalars(
            select(Item).where(Item.board_id == board.id).order_by(Item.place, Item.asset_id)
        )
        for nth, item in enumerate(every):
            item.place = GAP * (many + 1) * (nth + 1)
        await work.session.flush()
    raise AssertionError("there is room now")


def _title(text: str) -> str:
    title = one_line(text)[:200].strip()
    if not title:
        raise Invalid("A board has a title.", fields=[{"field": "title"}])
    return title


def _words(text: str) -> str:
    return lines(text)[:2000]
