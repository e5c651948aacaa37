"""Boards: pictures in an order that are shown to others, what is said of them, and the links for who is not here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gesso import accounts, sharing
from gesso.api.assets import Since
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.api.shapes import AssetOut, PageOut, assets_out
from gesso.db import Work
from gesso.sharing import Board, Link, Remark, Role, State, Terms, Verdict, boards, links, remarks
from gesso.sharing.boards import MOST_ITEMS, Placed, Standing

router = APIRouter(prefix="/boards", tags=["boards"], max_body_size=BODY_BYTES)
pictures = APIRouter(prefix="/assets", tags=["boards"], max_body_size=BODY_BYTES)

Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(max_length=2000)]
Said = Annotated[str, StringConstraints(max_length=4000)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=MOST_ITEMS)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BoardIn(In):
    """A board with these assets on it, in this order. `everybody` is what all of the team may do with it, as far as
    they may do such things at all: viewer, commenter, uploader; null: only those who are named see it, and admins."""

    title: Title
    words: Words = ""
    everybody: Role | None = "commenter"
    assets: Annotated[list[UUID], Field(max_length=MOST_ITEMS)] = []
    collection: UUID | None = Field(None, description="Instead of assets: whatever is in it, live, in its order.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.assets and self.collection is not None:
            raise ValueError("name either “assets” or “collection”")
        return self


class BoardChange(In):
    """What is not named stays."""

    title: Title | None = None
    words: Words | None = None
    everybody: Role | Literal["nobody"] | None = Field(None, description="nobody: only those who are named.")
    cover: UUID | None = Field(None, description="An asset on the board.")


class Chosen(In):
    assets: Ids


class Added(Chosen):
    """Assets, and the one on the board before which they go; without it they go to its end."""

    before: UUID | None = None


class Moved(BaseModel):
    """Which assets that concerned: those that were so already are not among them."""

    assets: list[UUID]


class Sharing(In):
    role: Role | None = Field(description="null: no longer.")


class LinkIn(In):
    """What a link is for: a viewer looks; a commenter sees what is said, too, comments, approves and asks for changes;
    an uploader also brings pictures, which wait until the team takes them in."""

    name: Annotated[str, StringConstraints(max_length=200)] = Field("", description="What you call it.")
    role: Role = "viewer"
    expires_at: Since | None = Field(None, description="A time, or a date; UTC unless it says otherwise.")
    password: Annotated[str, StringConstraints(max_length=200)] = ""
    downloads: bool = Field(False, description="Whether the originals may be had.")
    watermark: Annotated[str, StringConstraints(max_length=60)] = Field(
        "", description="Words over every picture. With them no original is ever sent."
    )
    names: bool = Field(False, description="Whether titles are shown; those of made pictures are often their prompts.")
    recipes: bool = Field(False, description="Whether prompts and models are shown, and left in what is downloaded.")


class LinkChange(In):
    """What is not named stays. An empty password takes it away."""

    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    role: Role | None = None
    expires_at: Since | Literal["never"] | None = None
    password: Annotated[str, StringConstraints(max_length=200)] | None = None
    downloads: bool | None = None
    watermark: Annotated[str, StringConstraints(max_length=60)] | None = None
    names: bool | None = None
    recipes: bool | None = None


class LinkOut(BaseModel):
    """A link, without its secret. `by` is who made it; `state` is open, expired or revoked."""

    id: UUID
    name: str
    role: Role
    by: str
    created_at: datetime
    expires_at: datetime | None
    has_password: bool
    downloads: bool
    watermark: str
    names: bool
    recipes: bool
    views: int
    opened_at: datetime | None
    revoked_at: datetime | None


class NewLink(LinkOut):
    """`url` is shown this once."""

    url: str


class PersonOut(BaseModel):
    """Somebody of the team; `role` is what they are named for on this board, `team_role` what they are in the team."""

    id: UUID
    name: str
    team_role: str
    role: Role | None


class BoardOut(BaseModel):
    """`standing` is what you may do with it: viewer, commenter, uploader, editor. `count` pictures are on it, of which
    `waiting` were brought by guests and wait. `covers` are assets, the first of which stands for it."""

    id: UUID
    title: str
    words: str
    by: str
    created_at: datetime
    collection: UUID | None = Field(description="What it shows, live; null: pictures of its own.")
    everybody: Role | None
    standing: Standing
    count: int
    waiting: int
    covers: list[UUID]
    links: int = Field(description="That hold.")


class VerdictOut(BaseModel):
    """What was decided, by whom; `guest` says that this is a name that somebody gave who came by a link."""

    state: State
    by: str
    guest: bool
    words: str
    at: datetime
    board: UUID


class RemarkOut(BaseModel):
    """`thread` is what it answers. `mine` may be said otherwise or taken away by you. One that was deleted and answered
    has no words."""

    id: UUID
    asset: UUID
    thread: UUID | None
    x: float | None
    y: float | None
    words: str
    by: str
    guest: bool
    mine: bool
    at: datetime
    edited_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str
    deleted: bool


class ItemOut(BaseModel):
    """An asset on a board. `waiting`: a guest brought it, by the name `guest`, and nobody has taken it in yet."""

    asset: AssetOut
    waiting: bool
    guest: str
    threads: int
    unresolved: int
    verdict: VerdictOut | None


class RemarkIn(In):
    """What is said of an asset; `x` and `y` are shares of its width and height."""

    asset: UUID
    words: Said
    x: Share | None = None
    y: Share | None = None
    thread: UUID | None = None

    def point(self) -> tuple[float, float] | None:
        return (self.x, self.y) if self.x is not None and self.y is not None else None


class RemarkChange(In):
    words: Said | None = None
    resolved: bool | None = None


class VerdictIn(In):
    """approved, changes (then say which), or open: what was decided is taken back."""

    asset: UUID
    state: State
    words: Said = ""


class ReviewOut(BaseModel):
    """All that was decided of an asset, the newest first, and the boards that it is on."""

    verdicts: list[VerdictOut]
    boards: list[BoardOut]


@router.get("")
async def every(
    desk: AtDesk, after: UUID | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> PageOut[BoardOut]:
    """The boards that you may see, the newest first."""
    async with desk.read() as work:
        page = await boards.listed(work, after=after, limit=limit)
        return PageOut(items=await _boards(work, page.items), next=page.next)


@router.post("", status_code=201)
async def create(said: BoardIn, desk: AtDesk) -> BoardOut:
    """Makes a board. It is yours; you and the team's admins edit it."""
    async with desk.work() as work:
        board = await boards.create(
            work, said.title, words=said.words, everybody=said.everybody, collection=said.collection, among=said.assets
        )
        return await _board(work, board)


@router.get("/{board_id}")
async def get(board_id: UUID, desk: AtDesk) -> BoardOut:
    """A board; its pictures are its `items`."""
    async with desk.read() as work:
        return await _board(work, await boards.find(work, board_id))


@router.patch("/{board_id}")
async def change(board_id: UUID, said: BoardChange, desk: AtDesk) -> BoardOut:
    """Another title, words, cover, or who shares it."""
    async with desk.work() as work:
        board = await boards.change(
            work, board_id, title=said.title, words=said.words, everybody=said.everybody, cover=said.cover
        )
        return await _board(work, board)


@router.delete("/{board_id}", status_code=204)
async def discard(board_id: UUID, desk: AtDesk) -> None:
    """Away with the board and all its links, at once. Its pictures stay in the library. `restore` brings it back."""
    async with desk.work() as work:
        await boards.discard(work, board_id)


@router.post("/{board_id}/restore")
async def restore(board_id: UUID, desk: AtDesk) -> BoardOut:
    """The board again, with its links as they were."""
    async with desk.work() as work:
        return await _board(work, await boards.restore(work, board_id))


# --- its pictures


@router.get("/{board_id}/items")
async def items(
    board_id: UUID, desk: AtDesk, after: UUID | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 100
) -> PageOut[ItemOut]:
    """Its pictures in their order, with what was decided and how much was said of each."""
    async with desk.read() as work:
        board = await boards.find(work, board_id)
        page = await boards.items(work, board, after=after, limit=limit)
        return PageOut(items=await _items(work, board, page.items), next=page.next)


@router.post("/{board_id}/items")
async def add(board_id: UUID, said: Added, desk: AtDesk) -> Moved:
    """Puts assets on it."""
    async with desk.work() as work:
        added = await boards.add(work, board_id, said.assets, said.before)
        await _shared(desk, work, board_id, added)
    return Moved(assets=added)


@router.post("/{board_id}/items/move")
async def move(board_id: UUID, said: Added, desk: AtDesk) -> Moved:
    """Puts some of its pictures, in this order, before another."""
    async with desk.work() as work:
        await boards.move(work, board_id, said.assets, said.before)
    return Moved(assets=said.assets)


@router.post("/{board_id}/items/remove")
async def take_off(board_id: UUID, said: Chosen, desk: AtDesk) -> Moved:
    """Takes some off it. They stay in the library; what a guest brought and nobody took in goes into the trash."""
    async with desk.work() as work:
        return Moved(assets=await boards.take_off(work, board_id, said.assets))


@router.post("/{board_id}/items/accept")
async def accept(board_id: UUID, said: Chosen, desk: AtDesk) -> Moved:
    """Takes in what guests have brought: it is in the library then, and everybody sees it on the board."""
    async with desk.work() as work:
        taken = await boards.accept(work, board_id, said.assets)
        await _shared(desk, work, board_id, taken)
    return Moved(assets=taken)


# --- who shares it


@router.get("/{board_id}/people")
async def people(board_id: UUID, desk: AtDesk) -> list[PersonOut]:
    """Everybody of the team, with what they are named for on this board."""
    async with desk.read() as work:
        board = await boards.find(work, board_id)
        named = await boards.people(work, board)
        return [
            PersonOut(id=id, name=name, team_role=role, role=named.get(id))
            for id, name, role in await accounts.members(work.session, work.actor)
        ]


@router.put("/{board_id}/people/{user_id}", status_code=204)
async def share(board_id: UUID, user_id: UUID, said: Sharing, desk: AtDesk) -> None:
    """Names somebody of the team for it."""
    async with desk.work() as work:
        await boards.share(work, board_id, user_id, said.role)


# --- its links


@router.get("/{board_id}/links")
async def listed(board_id: UUID, desk: AtDesk) -> list[LinkOut]:
    """Its links with who made them and when they were last opened, the newest first; their secrets are not kept."""
    async with desk.read() as work:
        return await _links(work, await links.listed(work, board_id))


@router.post("/{board_id}/links", status_code=201)
async def make(board_id: UUID, said: LinkIn, desk: AtDesk, request: Request) -> NewLink:
    """Makes a link. Its address is in this answer and nowhere else."""
    terms = await _terms(said)
    async with desk.work() as work:
        link, secret = await links.make(work, board_id, terms)
        (out,) = await _links(work, [link])
        await _shared(desk, work, board_id, await boards.ids(work, await boards.find(work, board_id)))
    base = desk.studio.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return NewLink(**out.model_dump(), url=f"{base}/s/{secret}")


@router.patch("/{board_id}/links/{link_id}")
async def retell(board_id: UUID, link_id: UUID, said: LinkChange, desk: AtDesk) -> LinkOut:
    """Other terms for a link, at once. With another password everybody is asked for it again."""
    terms = await _terms(said)
    async with desk.work() as work:
        (out,) = await _links(work, [await links.change(work, board_id, link_id, terms)])
    return out


@router.delete("/{board_id}/links/{link_id}")
async def revoke(board_id: UUID, link_id: UUID, desk: AtDesk) -> LinkOut:
    """From now on it opens nothing: no page, no picture, no archive."""
    async with desk.work() as work:
        (out,) = await _links(work, [await links.revoke(work, board_id, link_id)])
    return out


# --- what is said and decided


@router.get("/{board_id}/remarks")
async def remarked(board_id: UUID, desk: AtDesk, asset: UUID | None = None) -> list[RemarkOut]:
    """What is said of its pictures, or of one, the oldest first."""
    async with desk.read() as work:
        board = await boards.find(work, board_id)
        return await remarks_out(work, await remarks.listed(work, board, asset), await _speaker(work, board))


@router.post("/{board_id}/remarks", status_code=201)
async def remark(board_id: UUID, said: RemarkIn, desk: AtDesk) -> RemarkOut:
    """Says something of a picture, pinned to a point of it or not, or answers."""
    async with desk.work() as work:
        board = await boards.find(work, board_id, "commenter")
        who = await _speaker(work, board)
        made = await remarks.say(work, board, who, said.asset, said.words, at=said.point(), thread=said.thread)
        return (await remarks_out(work, [made], who))[0]


@router.patch("/{board_id}/remarks/{remark_id}")
async def reword(board_id: UUID, remark_id: UUID, said: RemarkChange, desk: AtDesk) -> RemarkOut:
    """Other words for one's own, or that a thread is resolved or is not."""
    async with desk.work() as work:
        board = await boards.find(work, board_id, "commenter")
        who = await _speaker(work, board)
        changed = await remarks.change(work, board, who, remark_id, words=said.words, resolved=said.resolved)
        return (await remarks_out(work, [changed], who))[0]


@router.delete("/{board_id}/remarks/{remark_id}", status_code=204)
async def unsay(board_id: UUID, remark_id: UUID, desk: AtDesk) -> None:
    """Takes one's own away; who edits the board, anybody's."""
    async with desk.work() as work:
        board = await boards.find(work, board_id, "commenter")
        await remarks.remove(work, board, await _speaker(work, board), remark_id)


@router.post("/{board_id}/verdicts", status_code=201)
async def decide(board_id: UUID, said: VerdictIn, desk: AtDesk) -> VerdictOut:
    """Approves a picture, or asks for changes. The library shows it, and what was decided before is kept."""
    async with desk.work() as work:
        board = await boards.find(work, board_id, "commenter")
        made = await remarks.decide(work, board, await _speaker(work, board), said.asset, said.state, said.words)
        return (await verdicts_out(work, [made]))[0]


@pictures.get("/{asset_id}/reviews")
async def reviews(asset_id: UUID, desk: AtDesk) -> ReviewOut:
    """What was decided of an asset, by whom and when, on the boards that you may see."""
    async with desk.read() as work:
        page = await boards.listed(work, after=None, limit=boards.MOST_BOARDS)
        on = await boards.of_asset(work, asset_id)
        said = await remarks.history(work, asset_id, [board.id for board, _ in page.items])
        return ReviewOut(verdicts=await verdicts_out(work, said), boards=await _boards(work, on))


async def _shared(desk: Desk, work: Work, board_id: UUID, assets: Sequence[UUID]) -> None:
    """Counts what a link shows from now on."""
    if assets and await links.holding(work, [board_id]):
        desk.studio.uses.count(desk.actor.team_id, assets, "shares")


async def _terms(said: LinkIn | LinkChange) -> Terms:
    told = said.model_dump()
    if said.password is not None:
        told["password"] = await links.locked(said.password)
    return Terms(**told)


async def _speaker(work: Work, board: Board) -> sharing.Speaker:
    named = (await boards.people(work, board)).get(work.actor.user_id)
    return await remarks.of_person(work, edits=boards.standing(work.actor, board, named) == "editor")


async def _board(work: Work, board: Board) -> BoardOut:
    named = (await boards.people(work, board)).get(work.actor.user_id)
    has = boards.standing(work.actor, board, named)
    assert has is not None
    return (await _boards(work, [(board, has)]))[0]


async def _boards(work: Work, found: Sequence[tuple[Board, Standing]]) -> list[BoardOut]:
    every = [board for board, _ in found]
    ids = [board.id for board in every]
    many, covers, open = await boards.count(work, ids), await boards.covers(work, every), await links.holding(work, ids)
    names = await accounts.names(work.session, [board.user_id for board in every])
    return [
        BoardOut(
            id=board.id,
            title=board.title,
            words=board.words,
            by=names.get(board.user_id, ""),
            created_at=board.created_at,
            collection=board.collection_id,
            everybody=board.everybody,
            standing=has,
            count=many[board.id][0],
            waiting=many[board.id][1],
            covers=covers[board.id],
            links=open.get(board.id, 0),
        )
        for board, has in found
    ]


async def _items(work: Work, board: Board, placed: Sequence[Placed]) -> list[ItemOut]:
    ids = [each.asset.id for each in placed]
    out = await assets_out(work, [each.asset for each in placed])
    threads, decided = await remarks.open_threads(work, board, ids), await remarks.verdicts(work, board, ids)
    said = dict(zip(decided, await verdicts_out(work, list(decided.values())), strict=True))
    return [
        ItemOut(
            asset=asset,
            waiting=each.waiting,
            guest=each.guest,
            threads=threads.get(asset.id, (0, 0))[0],
            unresolved=threads.get(asset.id, (0, 0))[1],
            verdict=said.get(asset.id),
        )
        for each, asset in zip(placed, out, strict=True)
    ]


async def _links(work: Work, found: Sequence[Link]) -> list[LinkOut]:
    names = await accounts.names(work.session, [link.user_id for link in found])
    return [
        LinkOut(
            **{name: getattr(link, name) for name in LinkOut.model_fields if name not in ("by", "has_password")},
            by=names.get(link.user_id, ""),
            has_password=link.password is not None,
        )
        for link in found
    ]


async def verdicts_out(work: Work, found: Sequence[Verdict]) -> list[VerdictOut]:
    names = await remarks.named(work, found)
    return [
        VerdictOut(state=each.state, words=each.words, at=each.created_at, board=each.board_id, **_by(each, names))
        for each in found
    ]


async def remarks_out(work: Work, found: Sequence[Remark], who: sharing.Speaker) -> list[RemarkOut]:
    names = await remarks.named(work, found)
    return [
        RemarkOut(
            id=each.id,
            asset=each.asset_id,
            thread=each.thread_id,
            x=each.x,
            y=each.y,
            words=each.words,
            mine=who.said(each),
            at=each.created_at,
            edited_at=each.edited_at,
            resolved_at=each.resolved_at,
            resolved_by=each.resolved_by,
            deleted=each.deleted_at is not None,
            **_by(each, names),
        )
        for each in found
    ]


def _by(said: Remark | Verdict, names: Mapping[UUID, str]) -> dict[str, Any]:
    guest = said.user_id is None
    return {"by": said.guest if said.user_id is None else names.get(said.user_id, ""), "guest": guest}
