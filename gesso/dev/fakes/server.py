"""What every fake has in common: a real HTTP server whose connections die where a test wants them to."""

import contextlib
import json
import re
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire; names of headers are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def parts(self) -> list[Message]:
        """The parts of a multipart body."""
        head = f"content-type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        return list(BytesParser(policy=HTTP).parsebytes(head + self.body).iter_parts())


@dataclass
class Answered:
    """What goes back."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, told: Any, **headers: str) -> Self:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, json.dumps(told).encode(), {"content-type": "application/json", **named})


class Fake(ABC):
    """A provider's server. `plan` says what happens to the next orders, "" or nothing left being as usual; `looks`
    the same for what costs nothing. `orders` are those that were accepted and are charged, `seen` all that came,
    `wrong` what broke the rules of the wire. Every fake knows "cut before", "cut half" (of the request), "cut after",
    "cut answer" (half of it), "slow" and "hold": what was taken in is answered when somebody says `free`. `held` are
    those that wait for that. `at` has a plan for what is asked for at certain paths (regular expressions). `tells` gets
    a line for each request, and what was wrong with it."""

    def __init__(self) -> None:
        self.plan: list[str] = []
        self.looks: list[str] = []
        self.at: dict[str, list[str]] = {}
        self.orders: list[Any] = []
        self.seen: list[Asked] = []
        self.wrong: list[str] = []
        self.counts: Counter[str] = Counter()
        self.held = 0
        self.gate = threading.Event()
        self.tells: Callable[[str], None] = lambda line: None
        self.url = ""
        self.over = False

    @abstractmethod
    def answer(self, asked: Asked, way: str) -> Answered:
        """What this request is answered with, where `way` is what the plan says."""

    def costs(self, asked: Asked) -> bool:
        """Whether a request is an order, which takes its turn of the plan."""
        return asked.method == "POST"

    def turn(self, asked: Asked) -> str:
        there = next((ways for place, ways in self.at.items() if ways and re.search(place, asked.path)), None)
        left = there or (self.plan if self.costs(asked) else self.looks)
        return left.pop(0) if left else ""

    def free(self) -> None:
        self.held, gate, self.gate = 0, self.gate, threading.Event()
        gate.set()

    def upgraded(self, asked: Asked, line: socket.socket) -> bool:
        """Speaks WebSocket over this connection until its end; False where there is none to be had."""
        return False

    @contextmanager
    def running(self, port: int = 0) -> Iterator[Self]:
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.free()
            # Connections outlive the server that listened for them.
            self.over = True
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(fake: Fake) -> Callable[..., BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            path, _, query = self.path.partition("?")
            asked = Asked(self.command, path, query, {k.lower(): v for k, v in self.headers.items()}, b"")
            if fake.over:
                return self._cut()
            if asked.headers.get("upgrade", "").lower() == "websocket" and fake.upgraded(asked, self.connection):
                self.close_connection = True
                return
            with lock:
                way = fake.turn(asked)
            if way == "cut before":
                return self._cut()
            if way == "cut half":
                self.rfile.read(length // 2)
                return self._cut()
            asked = Asked(self.command, path, query, asked.headers, self.rfile.read(length))
            with lock:
                fake.seen.append(asked)
                faults = len(fake.wrong)
                answered = fake.answer(asked, way)
                fake.tells(" ".join([asked.method, path, str(answered.status), *fake.wrong[faults:]]))
                gate = fake.gate
                fake.held += way == "hold"
            if way == "hold":
                gate.wait()
            if way == "slow":
                time.sleep(1.0)
            if way == "cut after":
                return self._cut()
            with contextlib.suppress(ConnectionError):
                self.send_response(answered.status)
                for name, value in answered.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answered.body)))
                self.end_headers()
                if way == "cut answer":
                    self.wfile.write(answered.body[: len(answered.body) // 2])
                    return self._cut()
                self.wfile.write(answered.body)

        do_GET = do_PUT = do_DELETE = do_POST

        def _cut(self) -> None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
