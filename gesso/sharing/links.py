"""Links: a board for whoever has the secret, until it is revoked, has expired, or the board is gone.

The secret leads to the page, and the page is given a pass, which a browser keeps as a cookie of this one link. A pass
says no more than which link it is of: what that link still holds is read anew for each picture, each thumbnail, each
word. So what is revoked is gone at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gesso import accounts
from gesso.db import Work
from gesso.kit import ids, sign
from gesso.kit.actor import Actor
from gesso.kit.errors import Conflict, Denied, Invalid, NotFound, SignedOut
from gesso.kit.text import one_line
from gesso.kit.time import now
from gesso.sharing.boards import RANK, find, own, told
from gesso.sharing.tables import Board, Link, Role

MOST: Final = 200
"""Links of a board that hold at once."""
PASSWORD: Final = (4, 200)
TICKET_HOLDS: Final = 12 * 3600
PASS_HOLDS: Final = 30 * 24 * 3600
VISIT: Final = 3600
"""Seconds. Who comes back later than that has opened the board once more."""
FIRST: Final = "Open this board by its link first."
GONE: Final = "This link does not hold, or no longer. Ask whoever sent it for a new one."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a link is for. None in a change: as it was."""

    name: str | None = None
    role: Role | None = None
    expires_at: datetime | Literal["never"] | None = None
    password: str | None = None
    """As `locked` gives it. An empty one takes it away."""
    downloads: bool | None = None
    watermark: str | None = None
    names: bool | None = None
    recipes: bool | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """Who came by a link. They act for its team and may nothing by themselves; `key` is which browser it is."""

    link: Link
    board: Board
    actor: Actor
    key: str

    def require(self, role: Role) -> None:
        if RANK[self.link.role] < RANK[role]:
            raise Denied(f"This link is for a {self.link.role}; this needs a {role}'s.")


async def locked(password: str) -> str:
    """A link's password as it may be kept: slow by design, and so not a thing for a transaction."""
    least, most = PASSWORD
    if password and not least <= len(password) <= most:
        raise Invalid(f"A link's password has {least} to {most} characters.", fields=[{"field": "password"}])
    return await accounts.hashed(password) if password else ""


async def make(work: Work, board_id: UUID, terms: Terms) -> tuple[Link, str]:
    """A new link and its secret, which cannot be had again."""
    board = await find(work, board_id, "editor")
    _fits(board, terms)
    holding = [link for link in await listed(work, board_id) if link.revoked_at is None]
    if len(holding) >= MOST:
        raise Conflict(f"A board has {MOST} links at most. Revoke one first.")
    secret = ids.secret("board")
    link = Link(
        id=ids.uuid7(),
        team_id=board.team_id,
        user_id=work.actor.user_id,
        board_id=board.id,
        name="",
        role="viewer",
        sha256=accounts.digest(secret),
        downloads=False,
        watermark="",
        names=False,
        recipes=False,
        views=0,
    )
    _apply(link, terms)
    work.session.add(link)
    told(work, board.id)
    return link, secret


async def change(work: Work, board_id: UUID, link_id: UUID, terms: Terms) -> Link:
    """Other terms for a link. Another password, and whoever is in is asked for it."""
    link = await _of(work, board_id, link_id)
    _fits(await find(work, board_id), terms)
    if link.revoked_at is not None:
        raise Conflict("This link was revoked; make a new one.")
    _apply(link, terms)
    told(work, board_id)
    return link


async def revoke(work: Work, board_id: UUID, link_id: UUID) -> Link:
    """From now on it opens nothing. Twice is once."""
    link = await _of(work, board_id, link_id)
    if link.revoked_at is None:
        link.revoked_at = now()
        told(work, board_id)
    return link


async def listed(work: Work, board_id: UUID) -> Sequence[Link]:
    """The links of a board, the newest first, those too that no longer hold."""
    await find(work, board_id)
    found = await work.session.scalars(
        Link.visible_to(work.actor).where(Link.board_id == board_id).order_by(Link.id.desc())
    )
    return found.all()


async def holding(work: Work, board_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many links of each board open it now."""
    rows = await work.session.execute(
        Link.visible_to(work.actor)
        .where(
            Link.board_id.in_(board_ids),
            Link.revoked_at.is_(None),
            Link.expires_at.is_(None) | (Link.expires_at > now()),
        )
        .with_only_columns(Link.board_id, func.count(Link.id))
        .group_by(Link.board_id)
    )
    return {row[0]: row[1] for row in rows}


# --- for whoever comes by one


async def by_secret(session: AsyncSession, secret: str) -> tuple[Link, Board]:
    """NotFound, in one and the same sentence, for what never was, has expired, or was revoked."""
    return _holding(
        (
            await session.execute(
                select(Link, Board).join(Board, Board.id == Link.board_id).where(Link.sha256 == accounts.digest(secret))
            )
        ).first()
    )


async def by_id(session: AsyncSession, link_id: UUID) -> tuple[Link, Board]:
    return _holding(
        (
            await session.execute(select(Link, Board).join(Board, Board.id == Link.board_id).where(Link.id == link_id))
        ).first()
    )


def ticket(key: bytes, link: Link) -> str:
    """Says that its bearer had the secret."""
    return sign.seal(key, {"ticket": str(link.id)}, TICKET_HOLDS)


def has_ticket(key: bytes, link: Link, said: str | None) -> bool:
    return _claim(key, said).get("ticket") == str(link.id)


def pass_for(key: bytes, link: Link, guest: str | None = None) -> str:
    """Says that its bearer had the password, too, where there is one."""
    claim = {"pass": str(link.id), "guest": guest or uuid4().hex, "lock": _kept(link), "at": int(now().timestamp())}
    return sign.seal(key, claim, PASS_HOLDS)


def admitted(key: bytes, link: Link, board: Board, said: str | None) -> Guest:
    """SignedOut for who has no pass, or one from before the password was another."""
    claim = _claim(key, said)
    if claim.get("pass") != str(link.id) or claim.get("lock") != _kept(link):
        raise SignedOut(FIRST)
    return Guest(link, board, actor(link), str(claim["guest"]))


def actor(link: Link) -> Actor:
    """As whom a guest acts: for the team, and with no right of their own."""
    return Actor(link.user_id, link.team_id, "guest", frozenset())


def of(key: bytes, said: str | None) -> str:
    """Of which link a pass is; SignedOut for what is none."""
    found = str(_claim(key, said).get("pass", ""))
    if not found:
        raise SignedOut(FIRST)
    return found


def lately(key: bytes, said: str | None) -> bool:
    """Whether a pass is of this same visit."""
    return now().timestamp() - float(_claim(key, said).get("at", 0)) < VISIT


async def opened(session: AsyncSession, link: Link) -> None:
    """It was opened once more."""
    await session.execute(update(Link).where(Link.id == link.id).values(views=Link.views + 1, opened_at=now()))


def _holding(found: Any) -> tuple[Link, Board]:
    if found is not None:
        link, board = found
        expired = link.expires_at is not None and link.expires_at <= now()
        if link.revoked_at is None and not expired and board.deleted_at is None:
            return link, board
    raise NotFound(GONE)


def _kept(link: Link) -> str:
    """Another one with each password."""
    return sha256(link.password.encode()).hexdigest()[:16] if link.password else ""


def _claim(key: bytes, said: str | None) -> Mapping[str, Any]:
    try:
        return sign.unseal(key, said or "")
    except NotFound:
        return {}


async def _of(work: Work, board_id: UUID, link_id: UUID) -> Link:
    await find(work, board_id, "editor")
    link = await work.find(Link, link_id)
    if link.board_id != board_id:
        raise NotFound("There is no such link.")
    return link


def _fits(board: Board, terms: Terms) -> None:
    if terms.role == "uploader":
        own(board)


def _apply(link: Link, terms: Terms) -> None:
    if terms.name is not None:
        link.name = one_line(terms.name)[:200]
    if terms.role is not None:
        link.role = terms.role
    if terms.expires_at is not None:
        if terms.expires_at != "never" and terms.expires_at <= now():
            raise Invalid("The link would have expired already.", fields=[{"field": "expires_at"}])
        link.expires_at = None if terms.expires_at == "never" else terms.expires_at
    if terms.password is not None:
        link.password = terms.password or None
    if terms.watermark is not None:
        link.watermark = one_line(terms.watermark)[:60]
    for name in ("downloads", "names", "recipes"):
        if (wanted := getattr(terms, name)) is not None:
            setattr(link, name, wanted)
