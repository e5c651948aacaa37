"""Webhooks: addresses that are told what happens in the team."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso import accounts, webhooks
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.api.shapes import PageOut
from gesso.db import Work
from gesso.kit.errors import Invalid, OffLimits, Unreached
from gesso.webhooks import TYPES, Delivery, Standing, State, Webhook

router = APIRouter(prefix="/webhooks", tags=["webhooks"], max_body_size=BODY_BYTES)

Url = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Name = Annotated[str, StringConstraints(max_length=200)]
Types = Annotated[list[str], Field(max_length=100)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WebhookIn(In):
    """`events` are types of `/api/webhooks/events`, or `*` for all, also those that are still to come."""

    url: Url
    name: Name = ""
    events: Types = ["*"]


class WebhookChange(In):
    """What is not named stays. Switched off, what waits is dropped."""

    url: Url | None = None
    name: Name | None = None
    events: Types | None = None
    enabled: bool | None = None


class EventOut(BaseModel):
    """A type, what it means, and what it is of."""

    type: str
    group: str
    text: str


class TryOut(BaseModel):
    """One try: the status of the answer (null: there was none), and what was wrong."""

    at: datetime
    status: int | None
    error: str | None
    seconds: float


class DeliveryOut(BaseModel):
    """A message and what came of it. `message` is its id (`webhook-id`), the same over all tries; `state` is queued,
    delivered, failed, or dropped (the webhook was switched off before). `answer` is the first kilobyte of what the
    receiver said the last time."""

    id: UUID
    message: str
    type: str
    created_at: datetime
    state: State
    tries: int
    next_at: datetime | None
    status: int | None
    error: str | None
    seconds: float | None
    ended_at: datetime | None
    answer: str | None
    payload: str = Field(description="JSON, as it is sent.")
    attempts: list[TryOut]


class WebhookOut(BaseModel):
    """A webhook, without its secret. `plain`: its address is not encrypted on the way (http). `failing_since`: nothing
    has arrived since then. `off_because`: why it was switched off by itself. Until `previous_until` the secret before
    signs, too."""

    id: UUID
    name: str
    url: str
    events: list[str]
    enabled: bool
    plain: bool
    by: str
    created_at: datetime
    previous_until: datetime | None
    failing_since: datetime | None
    off_because: str
    waiting: int
    last: DeliveryOut | None


class NewWebhook(WebhookOut):
    """`secret` is shown this once."""

    secret: str


@router.get("/events")
async def types(desk: AtDesk) -> list[EventOut]:
    """What may be subscribed to."""
    desk.actor.require("webhooks.manage")
    return [EventOut(type=type, group=type.partition(".")[0], text=text) for type, text in TYPES.items()]


@router.get("")
async def every(desk: AtDesk) -> list[WebhookOut]:
    """The team's webhooks, the oldest first."""
    async with desk.read() as work:
        return await _outs(work, await webhooks.listed(work))


@router.post("", status_code=201)
async def create(said: WebhookIn, desk: AtDesk) -> NewWebhook:
    """A new webhook. Its secret is in this answer and in no other."""
    desk.actor.require("webhooks.manage")
    await _look(desk, said.url)
    async with desk.work() as work:
        made, secret = await webhooks.create(work, desk.studio.secret, url=said.url, name=said.name, types=said.events)
        await work.session.flush()
        return NewWebhook(**await _fields(work, await webhooks.standing(work, made)), secret=secret)


@router.get("/{webhook_id}")
async def get(webhook_id: UUID, desk: AtDesk) -> WebhookOut:
    """A webhook, with the last thing that it was sent."""
    async with desk.read() as work:
        return await _out(work, await webhooks.find(work, webhook_id))


@router.patch("/{webhook_id}")
async def change(webhook_id: UUID, said: WebhookChange, desk: AtDesk) -> WebhookOut:
    """Another address or name, other events, on or off."""
    async with desk.read() as work:
        await webhooks.find(work, webhook_id)
    if said.url is not None:
        await _look(desk, said.url)
    async with desk.work() as work:
        changed = await webhooks.change(
            work, webhook_id, url=said.url, name=said.name, types=said.events, enabled=said.enabled
        )
        return await _out(work, changed)


@router.delete("/{webhook_id}", status_code=204)
async def remove(webhook_id: UUID, desk: AtDesk) -> None:
    """It is gone, with its secret and its log."""
    async with desk.work() as work:
        await webhooks.remove(work, webhook_id)


@router.post("/{webhook_id}/rotate")
async def rotate(webhook_id: UUID, desk: AtDesk) -> NewWebhook:
    """Another secret, which is in this answer and in no other. For 24 hours the one before signs, too."""
    async with desk.work() as work:
        rotated, secret = await webhooks.rotate(work, desk.studio.secret, webhook_id)
        return NewWebhook(**await _fields(work, await webhooks.standing(work, rotated)), secret=secret)


@router.post("/{webhook_id}/test")
async def test(webhook_id: UUID, desk: AtDesk) -> DeliveryOut:
    """Sends `webhook.test`, at once and only once, and says what came of it."""
    return _delivery(await desk.studio.webhooks.test(desk.actor, webhook_id))


@router.get("/{webhook_id}/deliveries")
async def deliveries(
    webhook_id: UUID,
    desk: AtDesk,
    state: State | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PageOut[DeliveryOut]:
    """What it was sent in the last 30 days, the newest first."""
    async with desk.read() as work:
        page = await webhooks.log(work, webhook_id, state=state, after=after, limit=limit)
    return PageOut(items=[_delivery(each) for each in page.items], next=page.next)


@router.post("/{webhook_id}/deliveries/{delivery_id}/replay")
async def replay(webhook_id: UUID, delivery_id: UUID, desk: AtDesk) -> DeliveryOut:
    """Sends a message once more, with the same id, and again as often as any other."""
    async with desk.work() as work:
        return _delivery(await webhooks.replay(work, webhook_id, delivery_id))


async def _look(desk: Desk, url: str) -> None:
    """The address is one that may be asked. It is looked at again with each delivery."""
    try:
        await desk.studio.webhooks.fetcher.look(url.strip())
    except (Invalid, Unreached) as trouble:
        kind = OffLimits if isinstance(trouble, OffLimits) else Invalid
        raise kind(str(trouble), fields=[{"field": "url", "message": str(trouble)}]) from None


async def _out(work: Work, webhook: Webhook) -> WebhookOut:
    (found,) = await _outs(work, [await webhooks.standing(work, webhook)])
    return found


async def _outs(work: Work, found: Sequence[Standing]) -> list[WebhookOut]:
    names = await accounts.names(work.session, {each.webhook.user_id for each in found})
    return [WebhookOut(**_told(each, names.get(each.webhook.user_id, ""))) for each in found]


async def _fields(work: Work, found: Standing) -> dict[str, Any]:
    names = await accounts.names(work.session, [found.webhook.user_id])
    return _told(found, names.get(found.webhook.user_id, ""))


def _told(found: Standing, by: str) -> dict[str, Any]:
    webhook = found.webhook
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": webhook.events,
        "enabled": webhook.enabled,
        "plain": webhook.url.lower().startswith("http:"),
        "by": by,
        "created_at": webhook.created_at,
        "previous_until": webhook.previous_until,
        "failing_since": webhook.failing_since,
        "off_because": webhook.off_because,
        "waiting": found.waiting,
        "last": _delivery(found.last) if found.last else None,
    }


def _delivery(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=delivery.id,
        message=delivery.message,
        type=delivery.type,
        created_at=delivery.created_at,
        state=delivery.state,
        tries=len(delivery.attempts),
        next_at=delivery.next_at,
        status=delivery.status,
        error=delivery.error,
        seconds=delivery.seconds,
        ended_at=delivery.ended_at,
        answer=delivery.answer,
        payload=delivery.payload,
        attempts=[TryOut(**each) for each in delivery.attempts],
    )
