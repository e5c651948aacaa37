"""What happens in the team, as it happens, for a page: one WebSocket for each tab, resumable at any event.

The server speaks, in JSON: `hello` first, then each `event`, and a `beat` now and then. `resync` takes the place of
events that are too many or no longer known: the page then asks for everything again. The client has nothing to say
but `{"type": "beat"}`.
"""

import asyncio
import json
from contextlib import suppress
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from gesso import events
from gesso.api.desk import Desk, TheStudio, seated
from gesso.api.events import NUMBER, relay
from gesso.kit.errors import Denied, SignedOut

router = APIRouter(tags=["events"])

MOST_BEHIND: Final = 500
LONGEST_WORD: Final = 4096
STALLED_SECONDS = 30.0
"""A client that takes nothing for so long is given up. Until then at most one reading of events waits for it."""

UNWANTED, RESTART, SIGNED_OUT, DENIED = 1008, 1012, 4401, 4403


@router.websocket("/ws")
async def live(socket: WebSocket, studio: TheStudio, since: Annotated[str | None, Query()] = None) -> None:
    """The team's events from now on, or from after the one named. A browser can only be told why it is turned away
    once it was let in, so it is; nothing but the code is said then."""
    await socket.accept()
    try:
        desk = await seated(socket, studio)
        desk.actor.require("events.read")
    except (SignedOut, Denied) as error:
        return await _close(socket, SIGNED_OUT if isinstance(error, SignedOut) else DENIED)
    ends = [asyncio.create_task(_tell(socket, desk, since)), asyncio.create_task(_hear(socket))]
    try:
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
        await asyncio.wait(ends)
    code = done.pop().result()
    if code is not None:
        await _close(socket, code)


async def _tell(socket: WebSocket, desk: Desk, since: str | None) -> int | None:
    """Says what happens. Returns the code to close with, None when nobody takes it."""
    async with desk.read() as work:
        seq = await events.newest(work)
        known = NUMBER.fullmatch(since or "") and await events.resumable(work, int(since or 0), MOST_BEHIND)
    if known:
        seq = int(since or 0)
    try:
        await _say(socket, type="hello", seq=seq)
        if since is not None and not known:
            await _say(socket, type="resync", seq=seq)
        async for event in relay(desk, socket, seq):
            if event is None:
                await _say(socket, type="beat")
            else:
                at = event.created_at.isoformat()
                await _say(socket, type="event", seq=event.seq, name=event.type, at=at, data=event.data)
    except (TimeoutError, WebSocketDisconnect):
        return None
    return RESTART if desk.studio.bell.closed else SIGNED_OUT


async def _say(socket: WebSocket, **said: Any) -> None:
    """TimeoutError when the client takes nothing any more."""
    async with asyncio.timeout(STALLED_SECONDS):
        await socket.send_text(json.dumps(said, separators=(",", ":")))


async def _hear(socket: WebSocket) -> int | None:
    """Listens until the client leaves (None) or says what is not for it to say (the code to close with)."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        if not _beats(message.get("text")):
            return UNWANTED


def _beats(text: str | None) -> bool:
    try:
        return text is not None and len(text) <= LONGEST_WORD and bool(json.loads(text) == {"type": "beat"})
    except (ValueError, RecursionError):
        return False


async def _close(socket: WebSocket, code: int) -> None:
    with suppress(TimeoutError, WebSocketDisconnect):
        async with asyncio.timeout(STALLED_SECONDS):
            await socket.close(code)
