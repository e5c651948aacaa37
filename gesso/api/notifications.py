"""What you are told of: the inbox, how you want to be told, your address, your browsers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso import accounts
from gesso.api.desk import BODY_BYTES, AtDesk, TheStudio
from gesso.kit.errors import Conflict, Unavailable
from gesso.notify import CHANNELS, KINDS, Browser, Channel, Courier, Notice, Wish, browsers, inbox, wishes, words
from gesso.notify.wishes import Digest

router = APIRouter(prefix="/notifications", tags=["notifications"], max_body_size=BODY_BYTES)

Key = Annotated[str, StringConstraints(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_=-]+$")]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NoticeOut(BaseModel):
    """`kind` and `data` say what happened, for whoever has words of their own; `title` and `text` are English. `about`
    is where in the page it is, `assets` are pictures that show it, four at most."""

    id: UUID
    kind: str
    title: str
    text: str
    data: dict[str, Any]
    about: str
    assets: list[UUID]
    read_at: datetime | None
    created_at: datetime


class InboxOut(BaseModel):
    """A page of them, the newest first. `unread` is how many of all of them are not read."""

    items: list[NoticeOut]
    next: UUID | None
    unread: int


class ReadIn(In):
    until: UUID | None = Field(None, description="The newest that was seen; without it, all are marked.")


class UnreadOut(BaseModel):
    unread: int


class KindOut(BaseModel):
    """A kind of thing that people are told of, and by which ways you are."""

    kind: str
    title: str
    inbox: bool
    email: bool
    push: bool


class Preferences(BaseModel):
    """`digest`: mails come once for each thing, or gathered hourly or daily, at the full hour `hour` in the time zone
    `zone`. `confirmed` says that the code came back from `email`; `failing` what it was refused with since. `mails`:
    whether this studio can send any."""

    kinds: list[KindOut]
    digest: Digest
    hour: int
    zone: str
    email: str
    confirmed: bool
    failing: str
    mails: bool


class PreferencesIn(In):
    """By kind and way (inbox, email, push), whether you are told. What is not named stays."""

    kinds: dict[str, dict[Channel, bool]] = Field({}, max_length=50)
    digest: Digest | None = None
    hour: int | None = Field(None, ge=0, le=23)
    zone: str | None = Field(None, max_length=64)


class AddressIn(In):
    email: str = Field(max_length=320)


class CodeIn(In):
    code: str = Field(max_length=20)


class BrowserOut(BaseModel):
    """`sha256` is of the address at its push service: by that a browser knows itself."""

    id: UUID
    name: str
    sha256: str
    created_at: datetime


class PushOut(BaseModel):
    """`key` is what a browser subscribes with (`applicationServerKey`)."""

    key: str
    browsers: list[BrowserOut]


class KeysIn(In):
    p256dh: Key
    auth: Key


class BrowserIn(In):
    """As `PushSubscription.toJSON()` has it, and what to call the browser."""

    endpoint: str = Field(max_length=2000)
    keys: KeysIn
    name: str = Field("", max_length=200)


class SentOut(BaseModel):
    sent: int


@router.get("")
async def every(
    desk: AtDesk,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 30,
    unread: bool = False,
) -> InboxOut:
    """What you are told of in this team, the newest first; what becomes of the same thing takes its place."""
    async with desk.read() as work:
        page = await inbox.listed(work, after=after, limit=limit, unread=unread)
        seen = await inbox.pictures(work, page.items)
        return InboxOut(
            items=[_notice(each, seen) for each in page.items], next=page.next, unread=await inbox.unread(work)
        )


@router.post("/read")
async def read_all(said: ReadIn, desk: AtDesk) -> UnreadOut:
    """Marks all as read, or all up to the one that was the newest when you looked."""
    async with desk.work() as work:
        await inbox.read_all(work, said.until)
        return UnreadOut(unread=await inbox.unread(work))


# --- how


@router.get("/preferences")
async def preferences(desk: AtDesk) -> Preferences:
    """How you are told."""
    desk.actor.require("events.read")
    async with desk.read() as work:
        return _preferences(await wishes.mine(work), desk.studio.courier)


@router.put("/preferences")
async def settle(said: PreferencesIn, desk: AtDesk) -> Preferences:
    """How you want to be told."""
    accounts.require_whole(desk.actor)
    async with desk.work() as work:
        wish = await wishes.settle(work, said.kinds, digest=said.digest, hour=said.hour, zone=said.zone)
        return _preferences(wish, desk.studio.courier)


@router.put("/email")
async def address(said: AddressIn, desk: AtDesk) -> Preferences:
    """Where you want to be mailed to. A code is sent there, and nothing else until it was said here."""
    accounts.require_whole(desk.actor)
    courier = desk.studio.courier
    if not courier.mails:
        raise Unavailable("This studio sends no mail. Whoever runs it has to name a mail server: GESSO_SMTP_URL.")
    async with desk.work() as work:
        return _preferences(await wishes.ask(work, desk.studio.secret, said.email), courier)


@router.post("/email/verify")
async def verify(said: CodeIn, desk: AtDesk) -> Preferences:
    """The code that came by mail: the address is yours now."""
    accounts.require_whole(desk.actor)
    async with desk.work() as work:
        wish, right = await wishes.confirm(work, desk.studio.secret, said.code)
    if not right:
        raise Conflict("This is not the code. After five wrong ones it holds no longer.")
    return _preferences(wish, desk.studio.courier)


@router.delete("/email")
async def forget(desk: AtDesk) -> Preferences:
    """Nothing is mailed any more; the address is forgotten."""
    accounts.require_whole(desk.actor)
    async with desk.work() as work:
        return _preferences(await wishes.forget_address(work), desk.studio.courier)


# --- browsers


@router.get("/push")
async def pushed(desk: AtDesk) -> PushOut:
    """What a browser needs to be pushed to, and which of yours are."""
    desk.actor.require("events.read")
    async with desk.read() as work:
        return PushOut(key=desk.studio.courier.key, browsers=list(map(_browser, await browsers.listed(work))))


@router.post("/push", status_code=201)
async def subscribe(said: BrowserIn, desk: AtDesk) -> BrowserOut:
    """Has a browser pushed to. The same one twice is once."""
    accounts.require_whole(desk.actor)
    async with desk.work() as work:
        return _browser(await browsers.add(work, said.endpoint, said.keys.p256dh, said.keys.auth, said.name))


@router.post("/push/test")
async def test(desk: AtDesk) -> SentOut:
    """Pushes a word to each of your browsers, to see whether it comes."""
    accounts.require_whole(desk.actor)
    async with desk.work() as work:
        return SentOut(sent=await browsers.test(work))


@router.delete("/push/{browser_id}", status_code=204)
async def unsubscribe(browser_id: UUID, desk: AtDesk) -> None:
    """Pushes there no longer."""
    async with desk.work() as work:
        await browsers.remove(work, browser_id)


# --- one of them; below what has names, or “email” would be taken for an id


@router.post("/{notice_id}/read")
async def read(notice_id: UUID, desk: AtDesk) -> UnreadOut:
    """Marks one as read."""
    async with desk.work() as work:
        await inbox.read(work, notice_id)
        return UnreadOut(unread=await inbox.unread(work))


@router.delete("/{notice_id}", status_code=204)
async def remove(notice_id: UUID, desk: AtDesk) -> None:
    """Takes one out of the list."""
    async with desk.work() as work:
        await inbox.remove(work, notice_id)


# --- out of a mail


@router.get("/off/{token}", response_class=Response)
async def off_page(token: str, studio: TheStudio) -> Response:
    """No actor: the link in a mail is the proof. It only asks, because programs that look through mails open all links
    in them."""
    studio.courier.claimed(token)
    ask = '<form method="post"><button>No more mails like this</button></form>'
    return _page("Mails from the studio", f"<p>Do you want no more mails of this kind?</p>{ask}")


@router.post("/off/{token}", response_class=Response)
async def off(token: str, studio: TheStudio) -> Response:
    """Ends mails of the kind that this link was made for, as a reader of mail does with one click (RFC 8058). No actor:
    the link is the proof."""
    await studio.courier.silenced(token)
    return _page("No more mails like this", "<p>Done. In the settings of the studio you can have them again.</p>")


def _page(title: str, inner: str) -> Response:
    head = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title>"
    )
    look = (
        "<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:32rem;margin:15vh auto;"
        "padding:0 1rem}button{font:inherit;padding:.5rem 1rem}</style>"
    )
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(f"{head}{look}<h1>{title}</h1>{inner}", media_type="text/html; charset=utf-8", headers=headers)


def _notice(notice: Notice, seen: set[UUID]) -> NoticeOut:
    title, text = words(notice.kind, notice.data)
    return NoticeOut(
        id=notice.id,
        kind=notice.kind,
        title=title,
        text=text,
        data=notice.data,
        about=notice.about,
        assets=[id for id in map(UUID, notice.assets) if id in seen],
        read_at=notice.read_at,
        created_at=notice.created_at,
    )


def _preferences(wish: Wish, courier: Courier) -> Preferences:
    return Preferences(
        kinds=[
            KindOut(kind=name, title=kind.title, **{way: wishes.wants(wish, name, way) for way in CHANNELS})
            for name, kind in KINDS.items()
        ],
        digest=_digest(wish.digest),
        hour=wish.hour,
        zone=wish.zone,
        email=wish.email,
        confirmed=wish.confirmed_at is not None,
        failing=wish.failing,
        mails=courier.mails,
    )


def _digest(said: str) -> Literal["once", "hourly", "daily"]:
    return "hourly" if said == "hourly" else "daily" if said == "daily" else "once"


def _browser(browser: Browser) -> BrowserOut:
    return BrowserOut(id=browser.id, name=browser.name, sha256=browser.sha256, created_at=browser.created_at)
