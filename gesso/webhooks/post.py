"""Sends what is due: each message again and again, at growing distances, until it is taken or a day is over."""

import asyncio
import random
import time
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gesso import events
from gesso.db import Database, Work
from gesso.kit import ids
from gesso.kit.actor import Actor
from gesso.kit.errors import GessoError
from gesso.kit.fetch import REDIRECTS, Answer, Fetcher
from gesso.kit.time import now
from gesso.webhooks import hooks, signing
from gesso.webhooks.public import TEST
from gesso.webhooks.reader import Reader, stamp
from gesso.webhooks.tables import Delivery, Heard, State, Webhook

NOBODY: Final = UUID(int=0)
AFTER: Final = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800)
"""Seconds from one try to the next: together 23 h 43 min."""
EARLIER: Final = 0.1
"""Up to this share of the pause it is tried earlier, by chance: what failed together does not come back together."""
TRIED_FOR: Final = timedelta(hours=24)
FAILS_FOR: Final = timedelta(days=3)
"""A webhook at which nothing arrived for so long is switched off."""
KEPT: Final = timedelta(days=30)
SECONDS: Final = 15.0
"""The longest that a receiver may take."""
LEASE: Final = timedelta(seconds=60)
"""How long a worker has a delivery before others take it for dead."""
AT_ONCE, EACH_AT_ONCE = 64, 4
"""The most that are on their way from one worker; and to one webhook, from all of them: a slow one keeps no other
waiting."""
TEAM_AT_ONCE: Final = AT_ONCE // 4
"""Of one worker's: the slow ones of one team keep no other team waiting."""
ANSWER: Final = 1024
"""Bytes of an answer that are read."""
ANSWER_SECONDS: Final = 2.0
TRIES_KEPT: Final = 20
TURN: Final = 1.0
"""Seconds."""

MOVED: Final = "It answered {status}: it lies elsewhere. Nobody follows from here; enter the address that it leads to."
GONE: Final = "It answered 410 (gone): its owner wants no more of it."
SLOW: Final = f"It took longer than {SECONDS:g} seconds to answer."
SILENT: Final = f"Nothing has arrived there for {FAILS_FOR.days} days."
ANSWERED: Final = "It answered {status}."
TORN: Final = "The delivery itself went wrong. The log of the studio has the reason."

SAYS: Final = (ANSWERED, MOVED, GONE, SLOW, SILENT, TORN)
"""What is shown of a delivery, beside what the fetcher says."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one try. `wait` is for how many seconds the receiver asked to be left alone."""

    at: datetime
    seconds: float
    status: int | None = None
    answer: str | None = None
    error: str | None = None
    wait: float | None = None


class Webhooks:
    """One in each process. `turn` is called about once a second by those that work."""

    def __init__(self, db: Database, fetcher: Fetcher, secret: bytes, public_url: str) -> None:
        self.fetcher = fetcher
        self._db = db
        self._secret = secret
        self._reader = Reader(public_url)
        self._going: dict[asyncio.Task[None], UUID] = {}
        """What is on its way, with whose team it is of."""

    @property
    def under_way(self) -> int:
        """How many this process is sending at present."""
        return len(self._going)

    async def turn(self) -> None:
        """Reads what happened, and sends what is due for about a second; what is slow goes on after that."""
        try:
            await events.read(self._db, hooks.READER, (), self._reader.take)
        except Exception:
            # What waits to be sent has nothing to do with it.
            log.exception("what happened could not be read for webhooks, and will be")
        end = time.monotonic() + TURN
        while await self._begin() or self._going:
            left = end - time.monotonic()
            if left <= 0:
                return
            if self._going:
                await asyncio.wait(self._going, timeout=left, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        """What is on its way is given up; it goes out again, with the same id, when its lease is over."""
        for task in self._going:
            task.cancel()
        await asyncio.gather(*self._going, return_exceptions=True)

    async def test(self, actor: Actor, webhook_id: UUID) -> Delivery:
        """Sends `webhook.test` at once, also to one that is switched off, and only this once."""
        async with self._db.work(actor) as work:
            webhook = await hooks.find(work, webhook_id)
            at = now()
            said = f'{{"type":"{TEST}","timestamp":"{stamp(at)}","data":{{"webhook":"{webhook.id}"}}}}'
            # It has no time at which it is due: whatever happens here, nobody sends it again.
            sent = Delivery(
                id=ids.uuid7(), team_id=webhook.team_id, webhook_id=webhook.id, type=TEST, payload=said, next_at=None
            )
            sent.attempts = []
            work.session.add(sent)
        came = await self._send(webhook, sent)
        async with self._db.work(actor) as work:
            sent = await work.find(Delivery, sent.id, lock=True)
            _note(sent, came)
            _end(sent, "failed" if came.error else "delivered")
            hooks.told(work, webhook)
        return sent

    # --- taking what is due

    async def _begin(self) -> int:
        """Begins what is due and has room; how many that are."""
        room = AT_ONCE - len(self._going)
        if room <= 0:
            return 0
        async with self._db.session(read_only=True) as session:
            due = await session.execute(
                _due(select(Delivery.webhook_id, Delivery.team_id))
                .group_by(Delivery.webhook_id, Delivery.team_id)
                .order_by(func.min(Delivery.next_at))
            )
            waiting = due.all()
        begun = 0
        for webhook_id, team_id in waiting:
            if begun >= room:
                break
            most = min(EACH_AT_ONCE, room - begun, TEAM_AT_ONCE - Counter(self._going.values())[team_id])
            if most <= 0:
                continue
            async with self._db.session() as session:
                taken = await self._claim(session, webhook_id, most)
            for webhook, delivery in taken:
                task = asyncio.create_task(self._deliver(team_id, webhook, delivery))
                self._going[task] = team_id
                task.add_done_callback(self._going.pop)
            begun += len(taken)
        return begun

    async def _claim(self, session: AsyncSession, webhook_id: UUID, most: int) -> list[tuple[Webhook, Delivery]]:
        """Takes what is due for one webhook, where not enough is on its way to it. Two workers do that one after the
        other: whoever comes second finds the row locked and lets it be."""
        webhook = await session.scalar(
            select(Webhook).where(Webhook.id == webhook_id).with_for_update(skip_locked=True)
        )
        if webhook is None:
            return []
        if not webhook.enabled:
            # It was written down in the moment in which that was switched off.
            await hooks.drop(session, webhook)
            return []
        at = now()
        out = await session.scalar(
            select(func.count(Delivery.id)).where(
                Delivery.webhook_id == webhook_id, Delivery.state == "queued", Delivery.leased_until > at
            )
        )
        rows = await session.scalars(
            _due(select(Delivery))
            .where(Delivery.webhook_id == webhook_id)
            .order_by(Delivery.next_at)
            .limit(max(0, min(most, EACH_AT_ONCE - (out or 0))))
            .with_for_update(skip_locked=True)
        )
        taken = rows.all()
        for row in taken:
            row.leased_until = at + LEASE
        return [(webhook, row) for row in taken]

    # --- sending

    async def _deliver(self, team_id: UUID, webhook: Webhook, delivery: Delivery) -> None:
        try:
            came = await self._send(webhook, delivery)
            async with self._db.work(Actor(NOBODY, team_id, "nobody", frozenset())) as work:
                await self._settle(work, webhook.id, delivery.id, came)
        except Exception:
            # Its lease will be over, and it is tried again.
            log.exception("a delivery went wrong", delivery=str(delivery.id))

    async def _send(self, webhook: Webhook, delivery: Delivery) -> Came:
        """One try. Nothing that a receiver does makes it raise."""
        at, began = now(), time.monotonic()
        came = partial(Came, at)
        status, answer, wait, error = None, None, None, None
        try:
            keys = hooks.keys(self._secret, webhook, at)
            body = delivery.payload.encode()
            headers = signing.headers(keys, delivery.message, int(at.timestamp()), body)
            async with (
                asyncio.timeout(SECONDS),
                self.fetcher.asked(webhook.url, "POST", headers=headers, body=body) as answered,
            ):
                status = answered.status
                wait = _wanted_wait(answered, at) if status in (429, 503) else None
                # Of a server within, nobody is shown what it says: it may be meant for nobody outside.
                answer = await _read(answered) if answered.public else None
        except TimeoutError:
            error = SLOW
        except GessoError as trouble:
            error = str(trouble)
        except Exception:
            log.exception("a delivery went wrong", delivery=str(delivery.id))
            error = TORN
        if status is not None:
            # Whatever became of the body: the status was heard, and it is what counts.
            error = _wrong(status)
        return came(time.monotonic() - began, status, answer, error, wait)

    async def _settle(self, work: Work, webhook_id: UUID, delivery_id: UUID, came: Came) -> None:
        """Writes down what came of a try, and when the next one is."""
        # In this order, as whoever switches it off has them.
        webhook = await work.session.get(Webhook, webhook_id, with_for_update=True)
        delivery = await work.session.get(Delivery, delivery_id, with_for_update=True)
        if webhook is None or delivery is None:
            return
        _note(delivery, came)
        if delivery.state == "queued":
            delivery.tries += 1
            if came.error is None:
                _end(delivery, "delivered")
            elif came.status == 410 or (again := _next(delivery, came)) is None:
                _end(delivery, "failed")
            else:
                delivery.next_at = again
        since = webhook.failing_since or came.at
        webhook.failing_since = since if came.error else None
        if webhook.enabled and came.status == 410:
            await hooks.switch_off(work, webhook, GONE)
        elif webhook.enabled and came.error and came.at - since > FAILS_FOR:
            await hooks.switch_off(work, webhook, SILENT)
        hooks.told(work, webhook)


async def sweep(db: Database) -> None:
    """Forgets what was sent, and heard, longer ago than `KEPT`."""
    before = now() - KEPT
    async with db.session() as session:
        await session.execute(delete(Delivery).where(Delivery.created_at < before, Delivery.state != "queued"))
        await session.execute(
            update(Delivery)
            .where(Delivery.state == "queued", Delivery.next_at.is_(None), Delivery.created_at < now() - TRIED_FOR)
            .values(state="failed", ended_at=now())
        )
        await session.execute(delete(Heard).where(Heard.at < before))


def _due(query: Any) -> Any:
    at = now()
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until <= at)
    return query.where(Delivery.state == "queued", Delivery.next_at <= at, free)


def _note(delivery: Delivery, came: Came) -> None:
    delivery.leased_until = None
    delivery.status, delivery.answer, delivery.error = came.status, came.answer, came.error
    delivery.seconds = round(came.seconds, 3)
    tried = {"at": came.at.isoformat(), "status": came.status, "error": came.error, "seconds": delivery.seconds}
    delivery.attempts = [*delivery.attempts, tried][-TRIES_KEPT:]


def _end(delivery: Delivery, state: State) -> None:
    delivery.state, delivery.next_at, delivery.ended_at = state, None, now()


def _next(delivery: Delivery, came: Came) -> datetime | None:
    """When it is tried again; None where its day is over. Who asks for more time gets it, within that day."""
    if delivery.tries > len(AFTER):
        return None
    end = delivery.begun_at + TRIED_FOR
    pause = AFTER[delivery.tries - 1] * random.uniform(1 - EARLIER, 1)
    at = now() + timedelta(seconds=max(pause, min(came.wait or 0, TRIED_FOR.total_seconds())))
    if came.wait is not None and at > end > now():
        return end
    return at if at <= end else None


def _wrong(status: int) -> str | None:
    """What to say of a status; None where it says that the message was taken."""
    if 200 <= status < 300:
        return None
    if status in REDIRECTS:
        return MOVED.format(status=status)
    return GONE if status == 410 else ANSWERED.format(status=status)


async def _read(answer: Answer) -> str | None:
    """The first of what it says, as text: whatever it is, however long it would go on, however slowly it comes."""
    came = b""
    try:
        async with asyncio.timeout(ANSWER_SECONDS), aclosing(answer.pieces(1 << 20)) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                came += piece
                if len(came) >= ANSWER:
                    break
    except Exception as trouble:
        log.debug("an answer broke off", error=type(trouble).__name__)
    # PostgreSQL takes no text with a zero in it.
    return came[:ANSWER].decode(errors="replace").replace("\0", "\ufffd") or None


def _wanted_wait(answer: Answer, at: datetime) -> float | None:
    """For how many seconds it wants to be left alone: `Retry-After` has seconds, or a date."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - at).total_seconds())


__all__ = ["AFTER", "FAILS_FOR", "KEPT", "LEASE", "TRIED_FOR", "Webhooks", "sweep"]
