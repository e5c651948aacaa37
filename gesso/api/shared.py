"""A board for whoever has its link: the page without a door, and what it asks for.

The page lies at /s/SECRET and gives a ticket for one link, as a cookie that is sent to no other address. With it, and
with the password where there is one, the page gets a pass. The secret itself is in no other address, is sent to
nobody (`Referrer-Policy: no-referrer`), and is logged nowhere, as no address is.
"""

import asyncio
import html
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import StreamingResponse

from gesso import accounts, library, runs
from gesso.api.assets import UPLOAD, attached, received, span, spooled, stem
from gesso.api.boards import (
    In,
    RemarkChange,
    RemarkIn,
    RemarkOut,
    VerdictIn,
    VerdictOut,
    remarks_out,
    verdicts_out,
)
from gesso.api.desk import BODY_BYTES, Desk, TheStudio, same_site
from gesso.api.page import POLICY
from gesso.db import Work
from gesso.imaging import bare, tags
from gesso.imaging.picture import HEAD, sniff
from gesso.kit.errors import Denied, NoRoom, NotFound, SignedOut
from gesso.kit.media import extension, kind
from gesso.library import Asset
from gesso.sharing import Board, Guest, Link, Role, Speaker, boards, links, remarks
from gesso.sharing.archive import File, archive
from gesso.sharing.views import Size
from gesso.studio import Studio

router = APIRouter(prefix="/shared/{link_id}", tags=["shared"])
doors = APIRouter(prefix="/s", include_in_schema=False)

TICKET, PASS = "gesso_ticket", "gesso_pass"
MOST_PACKED: Final = boards.MOST_ITEMS
WRONG: Final = "This is not the password. Ask whoever sent you the link."
FULL: Final = "There is no room for more here. Tell whoever sent you the link."
AHEAD: Final = "gesso-ahead"
UNSEEN: Final = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}
"""Robots keep nothing of it, and no address of it is told to others."""
KEPT: Final = "private, no-cache"
"""A browser may keep a picture, but asks each time whether it still may show it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The studio, and who came by a link."""

    studio: Studio
    guest: Guest

    @property
    def link(self) -> Link:
        return self.guest.link

    @property
    def board(self) -> Board:
        return self.guest.board

    def read(self) -> AbstractAsyncContextManager[Work]:
        return self.studio.db.work(self.guest.actor, read_only=True)

    def work(self) -> AbstractAsyncContextManager[Work]:
        return self.studio.db.work(self.guest.actor)

    @property
    def desk(self) -> Desk:
        """As which they bring something: for the team, with no rights of their own."""
        return Desk(self.studio, self.guest.actor)


async def visit(link_id: UUID, request: Request, studio: TheStudio) -> Visit:
    """No actor of their own: the pass is the permission, for one board, for as long as its link holds."""
    said = request.cookies.get(PASS)
    if links.of(studio.secret, said) != str(link_id):
        raise SignedOut(links.FIRST)
    if request.method not in ("GET", "HEAD"):
        same_site(request)
    async with studio.db.session(read_only=True) as session:
        link, board = await links.by_id(session, link_id)
    return Visit(studio, links.admitted(studio.secret, link, board, said))


ByLink = Annotated[Visit, Depends(visit)]


class Opening(In):
    password: str = Field("", max_length=200)


class SharedOut(BaseModel):
    """What a link shows, and what may be done there. `films`: whether films and sounds are played."""

    title: str
    words: str
    team: str
    count: int
    role: Role
    downloads: bool
    names: bool
    recipes: bool
    watermark: bool
    films: bool
    expires_at: datetime | None


class RecipeOut(BaseModel):
    prompt: str
    model: str
    operation: str


class PictureOut(BaseModel):
    """One asset of a board, as far as its link shows it."""

    id: UUID
    kind: str
    type: str
    width: int
    height: int
    alt: str
    title: str
    colour: str
    thumbhash: str
    threads: int
    unresolved: int
    verdict: VerdictOut | None
    recipe: RecipeOut | None


class PicturesOut(BaseModel):
    items: list[PictureOut]
    next: UUID | None


class GuestRemark(RemarkIn):
    name: str = Field(max_length=60, description="What you are called.")


class GuestRemarkChange(RemarkChange):
    name: str = Field("", max_length=60)


class GuestVerdict(VerdictIn):
    name: str = Field(max_length=60)


class Delivered(BaseModel):
    """It is there, and waits until the team takes it in."""

    id: UUID
    waiting: bool


# --- the page


@doors.get("/{secret}")
async def page(secret: str, studio: TheStudio, request: Request) -> Response:
    """No actor: the secret is the proof. The page itself says no more than a preview of a link may."""
    headers = {**UNSEEN, **POLICY, "Cache-Control": "no-store"}
    text: str = request.app.state.shared_page
    try:
        async with studio.db.session(read_only=True) as session:
            link, board = await links.by_secret(session, secret)
            many = 0 if link.password else await _many(session, link, board)
    except NotFound as error:
        head = f'<title>Gesso</title><meta name="gesso-gone" content="{html.escape(str(error))}" />'
        return Response(_headed(text, head), 404, headers, media_type="text/html")
    base = studio.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    answer = Response(
        _headed(text, _head(link, board, many, f"{base}/s/{secret}")), headers=headers, media_type="text/html"
    )
    _remember(answer, request, TICKET, link, links.ticket(studio.secret, link), links.TICKET_HOLDS)
    return answer


@doors.get("/{secret}/picture")
async def picture(secret: str, studio: TheStudio, request: Request) -> Response:
    """What stands for a board where its link is pasted; nothing of one that has a password."""
    async with studio.db.session(read_only=True) as session:
        link, board = await links.by_secret(session, secret)
        if link.password:
            raise NotFound(links.GONE)
        work = Work(session, links.actor(link))
        (ids,) = (await boards.covers(work, [board], 1)).values()
        found = await boards.on(work, board, ids, waiting=False)
    if not found:
        raise NotFound("There is no picture on this board.")
    return await _view(studio, link, next(iter(found.values())), "512", request)


# --- what it asks for


@router.post("/open", max_body_size=BODY_BYTES)
async def open(link_id: UUID, said: Opening, studio: TheStudio, request: Request, response: Response) -> SharedOut:
    """Lets in whoever came by the link, and knows its password, where it has one. No actor: the ticket that the page
    gave is the proof. Ten wrong passwords from an address, and the link rests for some minutes."""
    same_site(request)
    async with studio.db.session(read_only=True) as session:
        link, board = await links.by_id(session, link_id)
    before = request.cookies.get(PASS)
    guest: str | None = None
    try:
        guest = links.admitted(studio.secret, link, board, before).key
    except SignedOut:
        if not links.has_ticket(studio.secret, link, request.cookies.get(TICKET)):
            raise NotFound(links.GONE) from None
        if link.password:
            await _unlock(link, said.password, request)
    if guest is None or not links.lately(studio.secret, before):
        said_so = links.pass_for(studio.secret, link, guest)
        async with studio.db.session() as session:
            await links.opened(session, link)
        _remember(response, request, PASS, link, said_so, links.PASS_HOLDS)
    response.headers["Cache-Control"] = "no-store"
    async with studio.db.session(read_only=True) as session:
        card = await accounts.team_name(session, link.team_id)
        return SharedOut(
            title=board.title,
            words=board.words,
            team=card,
            count=await _many(session, link, board),
            role=link.role,
            downloads=link.downloads,
            names=link.names,
            recipes=link.recipes,
            watermark=bool(link.watermark),
            films=not link.watermark,
            expires_at=link.expires_at,
        )


@router.get("/items")
async def items(
    visit: ByLink, after: UUID | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 100
) -> PicturesOut:
    """The pictures of the board in their order, those that the team has taken in."""
    async with visit.read() as work:
        page = await boards.items(work, visit.board, after=after, limit=limit, waiting=False)
        shown = await _pictures(work, visit.guest, [each.asset for each in page.items])
    return PicturesOut(items=shown, next=page.next)


@router.head("/assets/{asset_id}/thumbnail", include_in_schema=False)
@router.get("/assets/{asset_id}/thumbnail", response_class=Response)
async def thumbnail(asset_id: UUID, visit: ByLink, request: Request, size: Literal["256", "512"] = "512") -> Response:
    """At most 256 or 512 pixels a side."""
    return await _view(visit.studio, visit.link, await _asset(visit, asset_id), size, request)


@router.head("/assets/{asset_id}/preview", include_in_schema=False)
@router.get("/assets/{asset_id}/preview", response_class=Response)
async def preview(asset_id: UUID, visit: ByLink, request: Request) -> Response:
    """At most 2048 pixels a side. What a page fetches ahead, and says so (`Gesso-Ahead`), is not looked at yet."""
    asset = await _asset(visit, asset_id)
    if request.method == "GET" and AHEAD not in request.headers:
        _count(visit, asset, "views")
    return await _view(visit.studio, visit.link, asset, "preview", request)


@router.head("/assets/{asset_id}/play", include_in_schema=False)
@router.get("/assets/{asset_id}/play", response_class=Response)
async def play(asset_id: UUID, visit: ByLink, request: Request) -> Response:
    """A film or a sound, to be played where it stands. Under a watermark none is."""
    asset = await _asset(visit, asset_id)
    if visit.link.watermark or asset.kind not in ("video", "audio"):
        raise Denied("This link shows pictures alone.")
    return await span(visit.studio.store, request, asset.key, _headers(asset, asset.type, "file"))


@router.get("/assets/{asset_id}/file", response_class=Response)
async def file(asset_id: UUID, visit: ByLink, request: Request) -> Response:
    """The picture to be kept: the original without what its file says besides, or what is shown, where the link puts a
    watermark on it."""
    asset = await _asset(visit, asset_id)
    _may_have(visit.link)
    found = await _file(visit, asset)
    _count(visit, asset, "downloads")
    headers = _headers(asset, found.type, "file")
    headers["Content-Disposition"] = attached(found.title, extension(found.type))
    if found.data is None:
        return await span(visit.studio.store, request, asset.key, headers)
    del headers["ETag"]
    return Response(found.data, headers=headers)


@router.get("/zip", response_class=StreamingResponse)
async def pack(visit: ByLink, request: Request) -> StreamingResponse:
    """All of the board as one ZIP."""
    _patient(request, visit.link)
    _may_have(visit.link)
    headers = UNSEEN | {"Content-Disposition": attached(visit.board.title, "zip"), "Cache-Control": "no-store"}
    return StreamingResponse(archive(visit.studio.store, _files(visit)), media_type="application/zip", headers=headers)


@router.get("/remarks")
async def remarked(visit: ByLink) -> list[RemarkOut]:
    """What is said of its pictures, for who may comment."""
    visit.guest.require("commenter")
    async with visit.read() as work:
        there = {
            each.asset.id for each in (await boards.items(work, visit.board, limit=MOST_PACKED, waiting=False)).items
        }
        said = [each for each in await remarks.listed(work, visit.board) if each.asset_id in there]
        return await remarks_out(work, said, _who(visit))


@router.post("/remarks", status_code=201, max_body_size=BODY_BYTES)
async def remark(said: GuestRemark, visit: ByLink, request: Request) -> RemarkOut:
    """Says something of a picture."""
    visit.guest.require("commenter")
    _patient(request, visit.link)
    who = Speaker.guest(visit.link, visit.guest.key, said.name)
    async with visit.work() as work:
        made = await remarks.say(
            work, visit.board, who, said.asset, said.words, at=said.point(), thread=said.thread, waiting=False
        )
        return (await remarks_out(work, [made], who))[0]


@router.patch("/remarks/{remark_id}", max_body_size=BODY_BYTES)
async def reword(remark_id: UUID, said: GuestRemarkChange, visit: ByLink, request: Request) -> RemarkOut:
    """Other words for one's own, or that a thread is resolved or is not."""
    visit.guest.require("commenter")
    _patient(request, visit.link)
    who = _who(visit) if said.resolved is None else Speaker.guest(visit.link, visit.guest.key, said.name)
    async with visit.work() as work:
        await _seen(work, visit, remark_id)
        changed = await remarks.change(work, visit.board, who, remark_id, words=said.words, resolved=said.resolved)
        return (await remarks_out(work, [changed], who))[0]


@router.delete("/remarks/{remark_id}", status_code=204)
async def unsay(remark_id: UUID, visit: ByLink) -> None:
    """Takes one's own away."""
    visit.guest.require("commenter")
    async with visit.work() as work:
        await _seen(work, visit, remark_id)
        await remarks.remove(work, visit.board, _who(visit), remark_id)


@router.post("/verdicts", status_code=201, max_body_size=BODY_BYTES)
async def decide(said: GuestVerdict, visit: ByLink, request: Request) -> VerdictOut:
    """Approves a picture, or asks for changes."""
    visit.guest.require("commenter")
    _patient(request, visit.link)
    who = Speaker.guest(visit.link, visit.guest.key, said.name)
    async with visit.work() as work:
        made = await remarks.decide(work, visit.board, who, said.asset, said.state, said.words, waiting=False)
        return (await verdicts_out(work, [made]))[0]


@router.post("/assets", status_code=201, openapi_extra=UPLOAD)
async def bring(visit: ByLink, request: Request) -> Delivered:
    """Brings a picture: multipart fields `file` and `name`, which says who it is from. It is checked as every upload
    is, and waits on the board until the team takes it in."""
    visit.guest.require("uploader")
    _patient(request, visit.link)
    studio, team = visit.studio, visit.link.team_id
    # Before a byte of it rests; and once more with it, since others bring things too.
    async with visit.read() as work:
        await boards.require_place(work, visit.board, guests=True)
        if (await library.room(work, studio.limits.ceiling)).full:
            raise NoRoom(FULL)
    async with received(request, visit.desk) as (form, sent, path):
        called = form.get("name")
        who = Speaker.guest(visit.link, visit.guest.key, called if isinstance(called, str) else "")
        title = stem(sent.filename or "")
        await asyncio.to_thread(spooled, sent, path)
        kept = await library.take_in(studio.pool, studio.store, team, path, studio.limits, name=sent.filename or "")
    kept = replace(kept, facts={**kept.facts, "guest": who.name})
    try:
        async with visit.work() as work:
            asset = await library.add(work, kept, studio.store, title=title, purpose="trial")
            await boards.deliver(work, visit.board, asset, link=visit.link, guest=who.name)
    except NoRoom:
        # How much the team keeps is nobody else's business.
        raise NoRoom(FULL) from None
    return Delivered(id=asset.id, waiting=True)


# --- how


async def _unlock(link: Link, password: str, request: Request) -> None:
    """SignedOut for a wrong password, TooOften for one try too many; an empty one is only a question."""
    if not password:
        raise SignedOut("This board has a password.")
    assert link.password is not None
    tries: accounts.Tries = request.app.state.link_tries
    address = request.client.host if request.client else ""
    tries.count(str(link.id), address)
    # And by whom ever: who has many addresses has no more tries.
    request.app.state.link_guesses.count(str(link.id), "")
    if not await accounts.confirmed(link.password, password):
        raise SignedOut(WRONG)
    tries.forget(str(link.id), address)


def _patient(request: Request, link: Link) -> None:
    """Nobody comments or brings things without end."""
    calls: accounts.Tries = request.app.state.link_calls
    calls.count(str(link.id), request.client.host if request.client else "")


def _count(visit: Visit, asset: Asset, what: Literal["views", "downloads"]) -> None:
    """Once a day for each browser."""
    visit.studio.uses.count(visit.link.team_id, [asset.id], what, visit.guest.key)


def _remember(response: Response, request: Request, name: str, link: Link, said: str, seconds: int) -> None:
    response.set_cookie(
        name,
        said,
        max_age=seconds,
        path=f"/api/shared/{link.id}",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _who(visit: Visit) -> Speaker:
    return Speaker(None, "", visit.link, visit.guest.key)


async def _many(session: AsyncSession, link: Link, board: Board) -> int:
    there, waiting = (await boards.count(Work(session, links.actor(link)), [board.id]))[board.id]
    return there - waiting


async def _asset(visit: Visit, asset_id: UUID) -> Asset:
    """One of the board's; NotFound for any other, whether or not it exists."""
    async with visit.read() as work:
        found: Asset = await boards.one(work, visit.board, asset_id, waiting=False)
        return found


async def _seen(work: Work, visit: Visit, remark_id: UUID) -> None:
    """NotFound for a remark on what the guest does not see."""
    found = await remarks.find(work, visit.board, remark_id)
    await boards.one(work, visit.board, found.asset_id, waiting=False)


async def _pictures(work: Work, guest: Guest, found: list[Asset]) -> list[PictureOut]:
    link, ids = guest.link, [asset.id for asset in found]
    talks = link.role != "viewer"
    threads = await remarks.open_threads(work, guest.board, ids) if talks else {}
    decided = await remarks.verdicts(work, guest.board, ids) if talks else {}
    said = dict(zip(decided, await verdicts_out(work, list(decided.values())), strict=True))
    asked = {asset.run_id for asset in found if asset.run_id} if link.recipes else set()
    how = await runs.recipes(work, asked) if asked else {}
    return [
        PictureOut(
            id=asset.id,
            kind=asset.kind,
            type=asset.type,
            width=asset.width,
            height=asset.height,
            alt=_alt(asset, link),
            title=asset.title if link.names else "",
            colour=str(asset.facts.get("colour") or ""),
            thumbhash=str(asset.facts.get("thumbhash") or ""),
            threads=threads.get(asset.id, (0, 0))[0],
            unresolved=threads.get(asset.id, (0, 0))[1],
            verdict=said.get(asset.id),
            recipe=_recipe(asset, how.get(asset.run_id)) if asset.run_id in how else None,
        )
        for asset in found
    ]


def _alt(asset: Asset, link: Link) -> str:
    """What a person has said that it shows; else nothing that would tell of the prompt."""
    told = asset.facts.get("described") or {}
    return str(told.get("alt") or told.get("caption") or (asset.title if link.names else ""))


def _recipe(asset: Asset, input: Any) -> RecipeOut:
    return RecipeOut(
        prompt=str((input or {}).get("prompt") or ""),
        model=str(asset.facts.get("model") or ""),
        operation=asset.op or "",
    )


async def _view(studio: Studio, link: Link, asset: Asset, size: Size, request: Request) -> Response:
    view = await studio.views.of(asset, size, link.watermark)
    headers = _headers(asset, view.type, f"{size}-{view.key.rpartition('/')[2]}")
    return await span(studio.store, request, view.key, headers)


def _headers(asset: Asset, type: str, which: str) -> dict[str, str]:
    return UNSEEN | {
        "ETag": f'"{asset.sha256[:32]}-{which}"',
        # As everywhere: a text is shown as its letters.
        "Content-Type": "text/plain; charset=utf-8" if kind(type) == "text" else type,
        "Cache-Control": KEPT,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": "inline",
    }


def _may_have(link: Link) -> None:
    if not link.downloads:
        raise Denied("This link shows its pictures and hands none out. Ask whoever sent it.")


async def _file(visit: Visit, asset: Asset) -> File:
    """An asset as the link hands it out."""
    link, studio = visit.link, visit.studio
    title = asset.title if link.names else visit.board.title
    if link.watermark:
        view = await studio.views.of(asset, "preview", link.watermark)
        return File(title, view.type, await studio.store.get(view.key))
    if asset.kind != "image":
        return File(title, asset.type)
    plain = await studio.pool.run(bare.bared, await studio.store.get(asset.key))
    if link.recipes:
        async with visit.read() as work:
            text = await runs.inscription(work, asset)
        laid = await asyncio.to_thread(tags.inscribed, plain, text) if text is not None else None
        plain = laid or plain
    return File(title, sniff(plain[:HEAD]) or asset.type, plain)


async def _files(visit: Visit) -> AsyncIterator[tuple[Asset, File]]:
    """Every picture of the board. Whether the link still holds is asked before each: an archive that is under way when
    it is revoked ends there."""
    after: UUID | None = None
    while True:
        async with visit.read() as work:
            page = await boards.items(work, visit.board, after=after, limit=50, waiting=False)
        for each in page.items:
            try:
                async with visit.studio.db.session(read_only=True) as session:
                    await links.by_id(session, visit.link.id)
            except NotFound:
                return
            try:
                file = await _file(visit, each.asset)
            except NotFound:
                continue
            _count(visit, each.asset, "downloads")
            yield each.asset, file
        if (after := page.next) is None:
            return


def _headed(text: str, head: str) -> str:
    return text.replace('<meta name="gesso-head" content="" />', head, 1)


def _head(link: Link, board: Board, many: int, address: str) -> str:
    """What a page says of itself before any script: its title, and what is shown where its link is pasted. Of a board
    with a password, no more than that it has one."""
    locked = link.password is not None
    title = "A board with a password" if locked else board.title
    words = "" if locked else board.words or f"{many} picture{'' if many == 1 else 's'}"
    told = [
        f"<title>{html.escape(title)}</title>",
        f'<meta name="gesso-link" content="{link.id}" />',
        f'<meta name="description" content="{html.escape(words)}" />',
        '<meta name="robots" content="noindex, nofollow, noarchive" />',
        '<meta property="og:type" content="website" />',
        f'<meta property="og:title" content="{html.escape(title)}" />',
        f'<meta property="og:description" content="{html.escape(words)}" />',
    ]
    if many:
        told += [
            f'<meta property="og:image" content="{html.escape(address)}/picture" />',
            '<meta name="twitter:card" content="summary_large_image" />',
        ]
    return "\n    ".join(told)
