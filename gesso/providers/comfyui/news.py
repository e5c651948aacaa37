"""What a server tells by itself of a job while it works, over its WebSocket.

It is never relied on: what was told while nobody listened is not told again, so the job itself is always looked for in
the history and the queue, and more often while nothing is told. A server tells only the client that the job was sent
in the name of: its id is the job's own, so that whoever takes a run over is heard in the place of who died.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from gesso.catalog.wire import Wire
from gesso.imaging import picture
from gesso.providers.comfyui.graph import Nodes

OPENING: Final = 5.0
"""Seconds that are waited for the connection before a job is sent without it."""
LARGEST: Final = 32 << 20
SLOWEST: Final = 30.0
PREVIEW, PREVIEW_TOLD = 1, 4
ENDS: Final = frozenset({"execution_success", "execution_error", "execution_interrupted"})
HELLO: Final = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}})


class Straight(connect):
    """Goes where it was told to go and nowhere else, as all calls of the studio do."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


@dataclass
class News:
    """`telling` while the server speaks of this job; `woken` when it is time to look for it. `fraction` is of the whole
    graph, where each node counts as much as it takes steps."""

    ticket: str
    nodes: Nodes
    telling: bool = False
    woken: bool = False
    fraction: float = 0.0
    preview: bytes = b""
    tried: asyncio.Event = field(default_factory=asyncio.Event)
    done: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.most = {name: _steps(node) for name, node in self.nodes.items()}

    def hear(self, message: str | bytes) -> None:
        """Takes in one message; what is no message of this protocol is passed over."""
        try:
            if isinstance(message, bytes):
                self._see(message)
            else:
                told = json.loads(message)
                self._know(told["type"], told["data"])
        except (ValueError, KeyError, TypeError, AttributeError):
            pass

    def lost(self) -> None:
        self.telling, self.woken = False, True
        self.tried.set()

    def _know(self, event: str, told: Mapping[str, Any]) -> None:
        if told.get("prompt_id") != self.ticket:
            return
        self.telling = True
        match event:
            case "execution_cached":
                for node in told["nodes"]:
                    self._reached(node, 1, 1)
            case "progress_state":
                for node, state in told["nodes"].items():
                    self._reached(node, state["value"], state["max"])
            case "progress":
                self._reached(told["node"], told["value"], told["max"])
            case "executing" if told["node"] is None:
                self.woken = True
            case _ if event in ENDS:
                self.woken = True

    def _reached(self, node: str, value: float, most: float) -> None:
        if node not in self.most or most <= 0:
            return
        self.most[node] = max(self.most[node], most)
        self.done[node] = max(self.done.get(node, 0.0), min(1.0, value / most))
        reached = sum(self.most[name] * share for name, share in self.done.items()) / sum(self.most.values())
        self.fraction = max(self.fraction, reached)

    def _see(self, message: bytes) -> None:
        kind, rest = int.from_bytes(message[:4]), message[8:]
        if kind == PREVIEW_TOLD:
            length = int.from_bytes(message[4:8])
            if json.loads(rest[:length])["prompt_id"] != self.ticket:
                return
            rest = rest[length:]
        elif kind != PREVIEW:
            return
        if (picture.sniff(rest[:64]) or "").startswith("image/"):
            self.preview = rest


def _steps(node: Mapping[str, Any]) -> float:
    steps = node["inputs"].get("steps", 1)
    return float(steps) if isinstance(steps, int) and steps > 0 else 1.0


@asynccontextmanager
async def listening(line: Wire, ticket: str, nodes: Nodes) -> AsyncIterator[News]:
    """Listens in the background, and again whenever the connection is lost."""
    news = News(ticket, nodes)
    task = asyncio.create_task(_listen(line, news))
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(news.tried.wait(), OPENING)
        yield news
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _listen(line: Wire, news: News) -> None:
    place = f"ws{line.base.rstrip('/').removeprefix('http')}/ws?clientId={news.ticket}"
    pause = line.pause
    while True:
        try:
            async with Straight(place, open_timeout=SLOWEST, close_timeout=1, max_size=LARGEST) as socket:
                pause = line.pause
                await socket.send(HELLO)
                news.tried.set()
                async for message in socket:
                    news.hear(message)
        except InvalidHandshake:
            # It answers, and not with a WebSocket: a proxy that lets none through, say.
            pause = SLOWEST
        except (OSError, WebSocketException):
            pass
        news.lost()
        await asyncio.sleep(pause)
        pause = min(SLOWEST, pause * 2)
