"""What happens in the team, as it happens (server-sent events), resumable at any event."""

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse

from gesso import events
from gesso.api.desk import AtDesk, Desk, still_welcome

router = APIRouter(prefix="/events", tags=["events"])

HEARTBEAT_SECONDS = 15.0
NUMBER = re.compile("[0-9]{1,18}")


@router.get("", response_class=StreamingResponse)
async def stream(
    request: Request,
    desk: AtDesk,
    last_event_id: Annotated[str | None, Header(description="The number of the last event you have.")] = None,
    after: Annotated[
        int | None, Query(ge=0, lt=10**18, description="The same, for clients that cannot set headers.")
    ] = None,
) -> StreamingResponse:
    """The team's events from now on, or from after the one named, without a gap."""
    desk.actor.require("events.read")
    if NUMBER.fullmatch(last_event_id or ""):
        after = int(last_event_id or 0)
    if after is None:
        async with desk.read() as work:
            after = await events.newest(work)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_relay(desk, request, after), media_type="text/event-stream", headers=headers)


async def _relay(desk: Desk, request: Request, seq: int) -> AsyncIterator[str]:
    yield f"retry: 2000\nid: {seq}\n\n"
    spoke = asked = time.monotonic()
    while not await request.is_disconnected() and not desk.studio.bell.closed:
        if time.monotonic() - asked > HEARTBEAT_SECONDS:
            if not await still_welcome(request, desk.studio):
                return
            asked = time.monotonic()
        found = await _after(desk, seq)
        for event in found:
            body = json.dumps({**event.data, "at": event.created_at.isoformat()}, separators=(",", ":"))
            yield f"id: {event.seq}\nevent: {event.type}\ndata: {body}\n\n"
            seq, spoke = event.seq, time.monotonic()
        if time.monotonic() - spoke > HEARTBEAT_SECONDS:
            yield ": still here\n\n"
            spoke = time.monotonic()
        if not found:
            await desk.studio.bell.wait(str(desk.actor.team_id), 1.0)


async def _after(desk: Desk, seq: int) -> list[events.Event]:
    async with desk.read() as work:
        return list(await events.after(work, seq))
