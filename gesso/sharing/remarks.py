"""What is said of the pictures on a board, pinned to a point of them or not, and what is decided of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from gesso import accounts, events
from gesso.db import Work
from gesso.kit.errors import Conflict, Denied, Invalid, NotFound
from gesso.kit.ids import uuid7
from gesso.kit.text import lines, one_line
from gesso.kit.time import now
from gesso.sharing.boards import one, told
from gesso.sharing.tables import Board, Link, Remark, State, Verdict

MOST: Final = 5_000
"""Remarks of a board."""
LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something: a person of the team, or a guest by the name that they give. `edits`: they may do with what
    others said what they may with their own."""

    user_id: UUID | None
    name: str
    link: Link | None = None
    key: str = ""
    edits: bool = False

    @classmethod
    def guest(cls, link: Link, key: str, name: str) -> "Speaker":
        called = one_line(name)[:60].strip()
        if not called:
            raise Invalid("Say what you are called, so that the team knows who it was.", fields=[{"field": "name"}])
        return cls(None, called, link, key)

    def said(self, remark: Remark) -> bool:
        """Whether it was them."""
        if self.user_id is not None:
            return remark.user_id == self.user_id
        return bool(self.key) and remark.guest_key == self.key


async def of_person(work: Work, *, edits: bool = False) -> Speaker:
    id = work.actor.user_id
    return Speaker(id, (await accounts.names(work.session, [id])).get(id, ""), edits=edits)


async def listed(work: Work, board: Board, asset_id: UUID | None = None) -> Sequence[Remark]:
    """All of a board, or of one picture on it, the oldest first. What was deleted is only there while it has been
    answered."""
    answer = aliased(Remark)
    answered = select(answer.id).where(answer.thread_id == Remark.id, answer.deleted_at.is_(None)).exists()
    query = Remark.visible_to(work.actor).where(Remark.board_id == board.id, Remark.deleted_at.is_(None) | answered)
    if asset_id is not None:
        query = query.where(Remark.asset_id == asset_id)
    return (await work.session.scalars(query.order_by(Remark.id).limit(MOST))).all()


async def say(
    work: Work,
    board: Board,
    who: Speaker,
    asset_id: UUID,
    words: str,
    *,
    at: tuple[float, float] | None = None,
    thread: UUID | None = None,
    waiting: bool = True,
) -> Remark:
    """A remark on a picture; `at` is a point of it in shares of its sides, `thread` what it answers."""
    await one(work, board, asset_id, waiting=waiting)
    if thread is not None:
        first = await find(work, board, thread)
        if first.asset_id != asset_id or first.thread_id is not None:
            raise NotFound("There is no such thread on this picture.")
    query = Remark.visible_to(work.actor).where(Remark.board_id == board.id)
    if (await work.session.scalar(query.with_only_columns(func.count(Remark.id))) or 0) >= MOST:
        raise Conflict(f"{MOST:,} remarks were made on this board, and it takes no more.")
    x, y = at if at is not None and thread is None else (None, None)
    remark = Remark(id=uuid7(), **_by(work, board, who, asset_id), words=_said(words), thread_id=thread, x=x, y=y)
    work.session.add(remark)
    _heard(work, board, asset_id)
    return remark


async def find(work: Work, board: Board, remark_id: UUID) -> Remark:
    remark = await work.find(Remark, remark_id)
    if remark.board_id != board.id or remark.deleted_at is not None:
        raise NotFound("There is no such remark.")
    return remark


async def change(
    work: Work,
    board: Board,
    who: Speaker,
    remark_id: UUID,
    *,
    words: str | None = None,
    resolved: bool | None = None,
) -> Remark:
    """Other words, by who said it alone; or that a thread is settled or is not, by whoever may comment."""
    remark = await find(work, board, remark_id)
    if words is not None:
        if not who.said(remark):
            raise Denied("Only who said it can say it otherwise.")
        remark.words, remark.edited_at = _said(words), now()
    if resolved is not None:
        if remark.thread_id is not None:
            raise Invalid("A thread is resolved as a whole.", fields=[{"field": "resolved"}])
        remark.resolved_at, remark.resolved_by = (now(), who.name) if resolved else (None, "")
    _heard(work, board, remark.asset_id)
    return remark


async def remove(work: Work, board: Board, who: Speaker, remark_id: UUID) -> None:
    """One's own; by who edits the board, anybody's."""
    remark = await find(work, board, remark_id)
    if not (who.said(remark) or who.edits):
        raise Denied("Only who said it, or who may edit the board, can take it away.")
    remark.deleted_at, remark.words = now(), ""
    _heard(work, board, remark.asset_id)


async def open_threads(work: Work, board: Board, asset_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """For each picture how many threads there are, and how many of them are not resolved."""
    rows = await work.session.execute(
        Remark.visible_to(work.actor)
        .where(
            Remark.board_id == board.id,
            Remark.asset_id.in_(asset_ids),
            Remark.thread_id.is_(None),
            Remark.deleted_at.is_(None),
        )
        .with_only_columns(Remark.asset_id, func.count(Remark.id), func.count(Remark.resolved_at))
        .group_by(Remark.asset_id)
    )
    return {asset_id: (many, many - settled) for asset_id, many, settled in rows}


# --- what is decided


async def decide(
    work: Work, board: Board, who: Speaker, asset_id: UUID, state: State, words: str = "", *, waiting: bool = True
) -> Verdict:
    """Approves a picture, asks for changes, or takes either back. The newest word counts, also in the library; those
    before it are kept."""
    asset = await one(work, board, asset_id, waiting=waiting)
    said = lines(words)[:LONGEST]
    if state == "changes" and not said:
        raise Invalid("Say what is to be changed.", fields=[{"field": "words"}])
    verdict = Verdict(id=uuid7(), **_by(work, board, who, asset_id), words=said, state=state)
    work.session.add(verdict)
    asset.review = None if state == "open" else state
    events.emit(work, "asset.changed", asset=str(asset_id))
    _heard(work, board, asset_id)
    return verdict


async def verdicts(work: Work, board: Board, asset_ids: Collection[UUID]) -> dict[UUID, Verdict]:
    """The newest of each picture on this board."""
    nth = func.row_number().over(partition_by=Verdict.asset_id, order_by=Verdict.id.desc()).label("nth")
    ranked = (
        Verdict.visible_to(work.actor)
        .where(Verdict.board_id == board.id, Verdict.asset_id.in_(asset_ids))
        .with_only_columns(Verdict.id, nth)
        .subquery()
    )
    found = await work.session.scalars(
        Verdict.visible_to(work.actor).join(ranked, ranked.c.id == Verdict.id).where(ranked.c.nth == 1)
    )
    return {verdict.asset_id: verdict for verdict in found}


async def history(work: Work, asset_id: UUID, boards: Collection[UUID]) -> Sequence[Verdict]:
    """All that was decided of a picture on these boards, the newest first."""
    found = await work.session.scalars(
        Verdict.visible_to(work.actor)
        .where(Verdict.asset_id == asset_id, Verdict.board_id.in_(boards))
        .order_by(Verdict.id.desc())
        .limit(500)
    )
    return found.all()


async def named(work: Work, said: Sequence[Remark | Verdict]) -> dict[UUID, str]:
    """What the people of the team are called who said these."""
    return await accounts.names(work.session, {each.user_id for each in said if each.user_id is not None})


def _by(work: Work, board: Board, who: Speaker, asset_id: UUID) -> dict[str, object]:
    return {
        "team_id": work.actor.team_id,
        "board_id": board.id,
        "asset_id": asset_id,
        "user_id": who.user_id,
        "link_id": who.link.id if who.link is not None else None,
        "guest": who.name if who.user_id is None else "",
        "guest_key": who.key,
    }


def _said(words: str) -> str:
    said = lines(words)[:LONGEST]
    if not said:
        raise Invalid("There is nothing said.", fields=[{"field": "words"}])
    return said


def _heard(work: Work, board: Board, asset_id: UUID) -> None:
    told(work, board.id, asset=str(asset_id))
