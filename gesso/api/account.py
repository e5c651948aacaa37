"""The ways in and out, and what the team may spend."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Cookie, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from gesso import accounts, credits
from gesso.api.desk import BODY_BYTES, COOKIE, AtDesk, TheStudio
from gesso.kit.errors import SignedOut
from gesso.kit.money import Credits

router = APIRouter(tags=["account"], max_body_size=BODY_BYTES)
doors = APIRouter(tags=["account"])


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class Password(BaseModel):
    model_config = ConfigDict(extra="forbid")

    password: str = Field(max_length=1000)


class Me(BaseModel):
    """`user` and `team` are ids, `name` and `team_name` what people call them."""

    user: UUID
    name: str
    team: UUID
    team_name: str
    role: str
    permissions: list[str]
    has_password: bool


class TokenIn(BaseModel):
    """Without scopes, a token may do what its person may."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    scopes: list[str] = []


class TokenOut(BaseModel):
    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime


class NewToken(BaseModel):
    """`token` is shown this once."""

    token: str


class CreditsOut(BaseModel):
    """Thousandths of a credit. `reserved` is what runs hold at present."""

    balance: int
    reserved: int
    unlimited: bool


class Limit(BaseModel):
    model_config = ConfigDict(extra="forbid")

    balance: int = Field(ge=0, le=10**15, description="Thousandths of a credit.")


@doors.get("/sign-in", include_in_schema=False)
async def by_link(code: str, studio: TheStudio, request: Request) -> Response:
    """No actor: the one-time code is the proof. Where it is none, the page says so and shows the other ways in."""
    async with studio.db.session() as session:
        try:
            key = accounts.sign_in(session, await accounts.by_code(session, code))
        except SignedOut:
            return RedirectResponse("/welcome?used=1", 303)
    answer = RedirectResponse("/", 303)
    _remember(answer, request, key)
    return answer


@router.post("/session", status_code=204)
async def sign_in(who: SignIn, studio: TheStudio, request: Request, response: Response) -> None:
    """Signs in by name and password. No actor: this is how one becomes one. Ten wrong tries with a name, and it must
    rest for some minutes."""
    tries: accounts.Tries = request.app.state.tries
    address = request.client.host if request.client else ""
    tries.count(who.name, address)
    actor = await accounts.by_password(studio.db, who.name, who.password)
    tries.forget(who.name, address)
    async with studio.db.session() as session:
        key = accounts.sign_in(session, actor)
    _remember(response, request, key)


@router.delete("/session", status_code=204)
async def sign_out(desk: AtDesk, response: Response, visit: Annotated[str | None, Cookie(alias=COOKIE)] = None) -> None:
    """Ends this visit."""
    if visit is not None:
        async with desk.work() as work:
            await accounts.sign_out(work.session, visit)
    response.delete_cookie(COOKIE)


@router.get("/me")
async def me(desk: AtDesk) -> Me:
    """Who you are, in which team, and what you may do there."""
    actor = desk.actor
    async with desk.read() as work:
        card = await accounts.card(work.session, actor)
    return Me(
        user=actor.user_id,
        name=card.name,
        team=actor.team_id,
        team_name=card.team,
        role=actor.role,
        permissions=sorted(actor.permissions),
        has_password=card.has_password,
    )


@router.put("/me/password", status_code=204)
async def password(wanted: Password, desk: AtDesk) -> None:
    """Sets your password and ends your visits everywhere. Whoever can do this can do all that you can, so a token
    that may do less than you may not."""
    accounts.require_whole(desk.actor)
    await accounts.set_password(desk.studio.db, desk.actor.user_id, wanted.password)


@router.get("/tokens")
async def tokens(desk: AtDesk) -> list[TokenOut]:
    """Your own tokens; what they are is not kept."""
    async with desk.read() as work:
        return [
            TokenOut(id=token.id, name=token.name, scopes=token.scopes, created_at=token.created_at)
            for token in await accounts.tokens(work)
        ]


@router.post("/tokens", status_code=201)
async def create_token(wanted: TokenIn, desk: AtDesk) -> NewToken:
    """A token can do no more than the actor who makes it."""
    if not wanted.scopes:
        accounts.require_whole(desk.actor)
    scopes = set(wanted.scopes)
    for scope in scopes:
        desk.actor.require(scope)
    async with desk.work() as work:
        return NewToken(token=await accounts.create_token(work.session, desk.actor, wanted.name, scopes))


@router.delete("/tokens/{token_id}", status_code=204)
async def revoke_token(token_id: UUID, desk: AtDesk) -> None:
    """Ends a token at once: your own, or with `tokens.manage` anyone's in the team."""
    async with desk.work() as work:
        await accounts.revoke_token(work, token_id)


@router.get("/credits")
async def balance(desk: AtDesk) -> CreditsOut:
    """What the team may still spend."""
    desk.actor.require("credits.read")
    async with desk.read() as work:
        return _credits(await credits.balance(work))


@router.post("/credits/limit")
async def limit(wanted: Limit, desk: AtDesk) -> CreditsOut:
    """From now on the team may spend this much and no more. For owners."""
    desk.actor.require("credits.manage")
    async with desk.work() as work:
        await credits.limit(work, Credits(wanted.balance))
        return _credits(await credits.balance(work))


@router.delete("/credits/limit")
async def unlimit(desk: AtDesk) -> CreditsOut:
    """Takes the limit away. For owners."""
    desk.actor.require("credits.manage")
    async with desk.work() as work:
        await credits.unlimit(work)
        return _credits(await credits.balance(work))


def _credits(found: credits.Balance) -> CreditsOut:
    return CreditsOut(balance=found.balance, reserved=found.reserved, unlimited=found.unlimited)


def _remember(response: Any, request: Request, key: str) -> None:
    response.set_cookie(
        COOKIE,
        key,
        max_age=int(accounts.VISIT_HOLDS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
