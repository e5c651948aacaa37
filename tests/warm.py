"""Real processes of Gesso that start warm: a start imports for two seconds of CPU, and the tests start hundreds.

One process has imported what a start imports, and does nothing but fork. What it forks becomes `python -m MODULE` with
an environment, a folder and streams of its own: it ends as Python ends, and can be killed as any process can.
`python -m tests.warm FD` is that one; it lives as long as the tests hold the other end of its socket.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import configure_mappers

from gesso import catalog

ROOT = Path(__file__).parents[1]
IMPORTED = (
    "alembic.command",
    "gesso.api.desk",
    "gesso.app",
    "gesso.cli.serve",
    "gesso.migrations",
    "gesso.worker",
    "gesso_client.here",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""By a server, a worker and a command, each in its own time; and every operation and provider."""


class Process:
    """As much of a `subprocess.Popen` as the tests need. `stdout` is there where no file was given for it."""

    def __init__(self, told: IO[bytes], stdout: IO[str] | None) -> None:
        self._told = told
        self.stdout = stdout
        self.pid = int(told.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status once it has ended: negative, the signal that it died of."""
        if self.returncode is None and _readable(self._told, 0):
            self._end()
        return self.returncode

    def wait(self, seconds: float) -> int:
        """The exit status. Raises subprocess.TimeoutExpired, and leaves the process alone."""
        if self.returncode is None and not _readable(self._told, seconds):
            raise subprocess.TimeoutExpired(f"process {self.pid}", seconds)
        return self._end() if self.returncode is None else self.returncode

    def send_signal(self, how: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, how)

    def _end(self) -> int:
        with self._told:
            self.returncode = os.waitstatus_to_exitcode(int(self._told.readline()))
        return self.returncode


def start(
    module: str,
    *words: str,
    env: Mapping[str, str],
    cwd: Path = ROOT,
    stdin: IO[str] | None = None,
    stdout: IO[str] | None = None,
    stderr: IO[str] | None = None,
) -> Process:
    """`python -m module words`. Without files of its own it reads nothing, answers to a pipe, and complains where the
    tests do."""
    told, tells = os.pipe()
    reading, writing = os.pipe() if stdout is None else (None, os.dup(stdout.fileno()))
    with open(os.devnull) as nothing:
        given = (stdin or nothing).fileno()
        files = [given, writing, 2 if stderr is None else stderr.fileno(), tells]
        order = json.dumps({"module": module, "words": words, "env": dict(env), "cwd": str(cwd)}).encode()
        socket.send_fds(_line(), [len(order).to_bytes(8, "big")], files)
        _line().sendall(order)
    os.close(tells)
    os.close(writing)
    # Unbuffered: what has been read ahead would hide from `_readable`.
    return Process(os.fdopen(told, "rb", buffering=0), None if reading is None else os.fdopen(reading))


def run(module: str, *words: str, env: Mapping[str, str], input: str = "") -> subprocess.CompletedProcess[str]:
    """The same to its end, and what it said."""
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile("w+") as said,
        tempfile.TemporaryFile("w+") as noted,
    ):
        given.write(input)
        given.seek(0)
        process = start(module, *words, env=env, stdin=given, stdout=said, stderr=noted)
        try:
            code = process.wait(120)
        finally:
            process.send_signal(signal.SIGKILL)
        said.seek(0)
        noted.seek(0)
        return subprocess.CompletedProcess([module, *words], code, said.read(), noted.read())


@functools.cache
def _line() -> socket.socket:
    """The socket to the one that forks, which is started when first needed."""
    ours, theirs = socket.socketpair()
    with theirs:
        warm = subprocess.Popen(
            [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the tests, which stop what they have started
        )

    def end() -> None:
        ours.close()
        warm.wait()

    atexit.register(end)
    return ours


def _readable(file: IO[bytes], seconds: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(file, selectors.EVENT_READ)
        return bool(selector.select(seconds))


# --- In the process that forks ------------------------------------------------------------------------------------


def _warm() -> None:
    for name in IMPORTED:
        importlib.import_module(name)
    catalog.load({}, Path())
    configure_mappers()
    gc.collect()
    gc.freeze()


def _fork(line: socket.socket) -> dict[str, Any]:
    """Returns in each process that is forked, with what it shall become."""
    kept: set[int] = set()
    while True:
        length, files, _, _ = socket.recv_fds(line, 8, 4)
        kept = {keeper for keeper in kept if os.waitpid(keeper, os.WNOHANG)[0] == 0}
        if not length:
            sys.exit()
        order = b""
        while missing := int.from_bytes(length, "big") - len(order):
            order += line.recv(missing)
        kept.add(keeper := os.fork())
        if keeper == 0:
            line.close()
            *streams, tells = files
            if child := os.fork():
                _keep(child, streams, tells)
            os.close(tells)
            for stream, file in enumerate(streams):
                os.dup2(file, stream)
                os.close(file)
            found: dict[str, Any] = json.loads(order)
            return found
        for file in files:
            os.close(file)


def _keep(child: int, streams: list[int], tells: int) -> None:
    """The one between tells the child's number, waits, and tells how it ended."""
    for file in streams:
        os.close(file)
    os.write(tells, b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    os.write(tells, b"%d\n" % status)
    os._exit(0)


def _become(order: dict[str, Any]) -> None:
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.path[0] = order["cwd"]
    sys.path[1:1] = [path for path in order["env"].get("PYTHONPATH", "").split(os.pathsep) if path not in sys.path]
    sys.argv[1:] = order["words"]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _warm()
    _become(_fork(socket.socket(fileno=int(sys.argv[1]))))
