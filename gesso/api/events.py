"""What happens in the team, as it happens (server-sent events), resumable at any event."""

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from starlette.requests import HTTPConnection
from starlette.responses import StreamingResponse

from gesso import events
from gesso.api.desk import AtDesk, Desk, seated
from gesso.kit.errors import Denied, SignedOut

router = APIRouter(prefix="/events", tags=["events"])

HEARTBEAT_SECONDS = 15.0
NUMBER: Final = re.compile("[0-9]{1,18}")


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
    return StreamingResponse(_lines(desk, request, after), media_type="text/event-stream", headers=headers)


async def _lines(desk: Desk, request: Request, seq: int) -> AsyncIterator[str]:
    yield f"retry: 2000\nid: {seq}\n\n"
    async for event in relay(desk, request, seq):
        if event is None:
            yield ": still here\n\n"
        else:
            body = json.dumps({**event.data, "at": event.created_at.isoformat()}, separators=(",", ":"))
            yield f"id: {event.seq}\nevent: {event.type}\ndata: {body}\n\n"


async def relay(desk: Desk, connection: HTTPConnection, seq: int) -> AsyncIterator[events.Event | None]:
    """The team's events after number `seq`, in order and without a gap; None every HEARTBEAT_SECONDS, once it is
    known that whoever listens still may. Ends when they may no longer, and when the studio stops."""
    asked = time.monotonic()
    while not desk.studio.bell.closed:
        if time.monotonic() - asked > HEARTBEAT_SECONDS:
            if not await _still_welcome(desk, connection):
                return
            asked = time.monotonic()
            yield None
        async with desk.read() as work:
            found = await events.after(work, seq)
        for event in found:
            seq = event.seq
            yield event
        if not found:
            await desk.studio.bell.wait(str(desk.actor.team_id), 1.0)


async def _still_welcome(desk: Desk, connection: HTTPConnection) -> bool:
    """Whether who asked hours ago would be let in now."""
    try:
        (await seated(connection, desk.studio)).actor.require("events.read")
    except (SignedOut, Denied):
        return False
    return True
