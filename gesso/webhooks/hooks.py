"""The webhooks of a team: made, changed, switched off, and their secrets exchanged."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gesso import events, vault
from gesso.db import Work
from gesso.kit import ids
from gesso.kit.errors import Conflict, Invalid, NotFound, Unavailable
from gesso.kit.page import Page
from gesso.kit.text import one_line
from gesso.kit.time import now
from gesso.webhooks import signing
from gesso.webhooks.public import TYPES
from gesso.webhooks.tables import Delivery, State, Webhook

READER: Final = "webhooks"
MOST: Final = 20
"""Webhooks of a team."""
BOTH_SIGN: Final = timedelta(hours=24)
"""After a rotation, for so long the secret before signs beside the new one."""
ALL: Final = "*"
LOST: Final = "Its secret was sealed with another secret of the studio. Rotate it."
NONE_CHOSEN: Final = "Choose at least one event."


@dataclass(frozen=True, slots=True)
class Standing:
    """A webhook, the newest thing that it was sent, and how many of its deliveries still wait."""

    webhook: Webhook
    last: Delivery | None
    waiting: int


async def listed(work: Work) -> list[Standing]:
    """The team's, the oldest first."""
    work.actor.require("webhooks.manage")
    found = await work.session.scalars(Webhook.visible_to(work.actor).order_by(Webhook.id))
    return await _standing(work, found.all())


async def find(work: Work, webhook_id: UUID, *, lock: bool = False) -> Webhook:
    work.actor.require("webhooks.manage")
    return await work.find(Webhook, webhook_id, lock=lock)


async def standing(work: Work, webhook: Webhook) -> Standing:
    (found,) = await _standing(work, [webhook])
    return found


async def create(work: Work, secret: bytes, *, url: str, name: str, types: Iterable[str]) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is shown this once. `secret` is the studio's, under which that is sealed.
    Whoever calls this has looked at the address."""
    work.actor.require("webhooks.manage")
    mine = Webhook.visible_to(work.actor).with_only_columns(func.count(Webhook.id))
    if (await work.session.scalar(mine) or 0) >= MOST:
        raise Conflict(f"A team has {MOST} webhooks at most. Delete one first.")
    key, id = signing.fresh(), ids.uuid7()
    webhook = Webhook(
        id=id,
        team_id=work.actor.team_id,
        user_id=work.actor.user_id,
        name=one_line(name)[:200],
        url=url.strip(),
        events=chosen(types),
        enabled=True,
        sealed=_sealed(secret, work.actor.team_id, id, key),
        off_because="",
    )
    work.session.add(webhook)
    await events.begin(work, READER)
    told(work, webhook)
    return webhook, key


async def change(
    work: Work,
    webhook_id: UUID,
    *,
    url: str | None = None,
    name: str | None = None,
    types: Iterable[str] | None = None,
    enabled: bool | None = None,
) -> Webhook:
    """None leaves as it is. Switched off, what waits is dropped; switched on, it has a clean slate."""
    webhook = await find(work, webhook_id, lock=True)
    if url is not None and url.strip() != webhook.url:
        # What failed at the old address says nothing of the new one.
        webhook.url, webhook.failing_since = url.strip(), None
    if name is not None:
        webhook.name = one_line(name)[:200]
    if types is not None:
        webhook.events = chosen(types)
    if enabled is not None and enabled != webhook.enabled:
        if enabled:
            webhook.enabled, webhook.off_because, webhook.failing_since = True, "", None
        else:
            await switch_off(work, webhook, "")
    told(work, webhook)
    return webhook


async def remove(work: Work, webhook_id: UUID) -> None:
    """It is gone, with its secret and its log."""
    webhook = await find(work, webhook_id, lock=True)
    await work.session.execute(delete(Delivery).where(Delivery.webhook_id == webhook.id))
    await work.session.delete(webhook)
    told(work, webhook)


async def rotate(work: Work, secret: bytes, webhook_id: UUID) -> tuple[Webhook, str]:
    """Another secret, shown this once. The one before signs, too, for BOTH_SIGN; one before that no longer."""
    webhook = await find(work, webhook_id, lock=True)
    key = signing.fresh()
    webhook.previous, webhook.previous_until = webhook.sealed, now() + BOTH_SIGN
    webhook.sealed = _sealed(secret, webhook.team_id, webhook.id, key)
    told(work, webhook)
    return webhook, key


async def log(
    work: Work, webhook_id: UUID, *, state: State | None = None, after: UUID | None = None, limit: int = 50
) -> Page[Delivery]:
    """What it was sent, the newest first."""
    await find(work, webhook_id)
    query = Delivery.visible_to(work.actor).where(Delivery.webhook_id == webhook_id)
    if state is not None:
        query = query.where(Delivery.state == state)
    if after is not None:
        query = query.where(Delivery.id < after)
    found = (await work.session.scalars(query.order_by(Delivery.id.desc()).limit(limit + 1))).all()
    return Page.cut(found, limit, lambda delivery: delivery.id)


async def replay(work: Work, webhook_id: UUID, delivery_id: UUID) -> Delivery:
    """Sends a message once more, at once and as if for the first time. Its id stays, so a receiver that has it already
    can see that."""
    webhook = await find(work, webhook_id)
    again = await work.find(Delivery, delivery_id, lock=True)
    if again.webhook_id != webhook_id:
        raise NotFound("There is no such delivery.")
    if not webhook.enabled:
        raise Conflict("This webhook is switched off. Switch it on first.")
    again.state, again.begun_at, again.next_at, again.tries, again.ended_at = "queued", now(), now(), 0, None
    told(work, webhook)
    return again


async def switch_off(work: Work, webhook: Webhook, why: str) -> None:
    """Nothing is sent any more, and what waits is dropped. `why` is empty where a person wants that."""
    webhook.enabled, webhook.off_because = False, why
    await work.session.flush()
    await drop(work.session, webhook)
    if why:
        events.emit(
            work,
            "webhook.disabled",
            webhook=str(webhook.id),
            name=webhook.name,
            reason=why,
            user=str(webhook.user_id),
        )


async def drop(session: AsyncSession, webhook: Webhook) -> None:
    """What waits for it is sent no more."""
    await session.execute(
        update(Delivery)
        .where(Delivery.webhook_id == webhook.id, Delivery.state == "queued")
        .values(state="dropped", next_at=None, ended_at=now())
        .execution_options(synchronize_session=False)
    )


def chosen(types: Iterable[str]) -> list[str]:
    """Types as they are kept: all of them as `*`, else each once and in order. Invalid for one that there is not, and
    for none at all."""
    wanted = set(types)
    unknown = sorted(wanted - TYPES.keys() - {ALL})
    if unknown:
        raise Invalid(f"There is no event “{unknown[0][:100]}”.", fields=[{"field": "events"}])
    if not wanted:
        raise Invalid(NONE_CHOSEN, fields=[{"field": "events"}])
    return [ALL] if ALL in wanted else [type for type in TYPES if type in wanted]


def wants(webhook: Webhook, type: str) -> bool:
    return ALL in webhook.events or type in webhook.events


def keys(secret: bytes, webhook: Webhook, at: datetime) -> list[str]:
    """The secrets that sign at a time, the newest first. Unavailable where none can be opened any more."""
    sealed = [webhook.sealed]
    if webhook.previous is not None and webhook.previous_until is not None and at < webhook.previous_until:
        sealed.append(webhook.previous)
    found: list[str] = []
    for each in sealed:
        with suppress(Unavailable):
            found.append(str(vault.opened(secret, webhook.team_id, _bound(webhook.id), each)["secret"]))
    if not found:
        raise Unavailable(LOST)
    return found


def told(work: Work, webhook: Webhook) -> None:
    events.emit(work, "webhook.changed", webhook=str(webhook.id))


def _sealed(secret: bytes, team: UUID, id: UUID, key: str) -> bytes:
    return vault.sealed(secret, team, _bound(id), {"secret": key})


def _bound(id: UUID) -> str:
    return f"webhook {id}"


async def _standing(work: Work, found: Sequence[Webhook]) -> list[Standing]:
    ids = [webhook.id for webhook in found]
    theirs = Delivery.visible_to(work.actor).where(Delivery.webhook_id.in_(ids))
    newest = (
        select(Delivery.id)
        .where(Delivery.webhook_id == Webhook.id)
        .order_by(Delivery.id.desc())
        .limit(1)
        .correlate(Webhook)
        .scalar_subquery()
    )
    lasts = Delivery.visible_to(work.actor).where(
        Delivery.id.in_(select(newest).select_from(Webhook).where(Webhook.id.in_(ids)))
    )
    last = {each.webhook_id: each for each in await work.session.scalars(lasts)}
    counted: Any = await work.session.execute(
        theirs.where(Delivery.state == "queued")
        .with_only_columns(Delivery.webhook_id, func.count(Delivery.id))
        .group_by(Delivery.webhook_id)
    )
    waiting = {row[0]: int(row[1]) for row in counted}
    return [Standing(each, last.get(each.id), waiting.get(each.id, 0)) for each in found]
