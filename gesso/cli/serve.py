"""`gesso serve` and `gesso worker`: the processes that stay."""

import asyncio
import errno
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from gesso.cli import ends, logs, say
from gesso.cli.door import address
from gesso.kit.errors import Conflict, Invalid

if TYPE_CHECKING:
    from fastapi import FastAPI

    from gesso.settings import Settings
    from gesso.studio import Studio

GRACE_SECONDS = 3
LONGEST_MESSAGE = 1 << 16
"""Bytes of one WebSocket message. What is longer is never held in memory."""


def serve(
    *,
    host: Annotated[str | None, Parameter(help="The address to listen on. [GESSO_HOST]")] = None,
    port: Annotated[int | None, Parameter(help="The port; 0 takes a free one. [GESSO_PORT]")] = None,
    reload: Annotated[bool, Parameter(negative="", help="Start again whenever the code changes.")] = False,
) -> int:
    """Start the studio, and print a link that signs its owner in once.

    Stops at Ctrl-C or SIGTERM: what is in flight goes back to the queue. A second Ctrl-C stops at once.
    """
    from gesso.settings import Settings

    told: dict[str, Any] = {"host": host, "port": port}
    settings = Settings(**{name: value for name, value in told.items() if value is not None})
    listener = _bind(settings.host, settings.port)
    url = address(settings, settings.host, listener.getsockname()[1])
    logs.listen(settings.log)
    _prepare(settings)
    return _reloading(settings, listener, url) if reload else _serving(settings, listener, url)


def worker(
    *,
    lanes: Annotated[
        str | None,
        Parameter(help="The lanes it takes runs from, and how many of each at once: remote:64,cpu:8. [GESSO_LANES]"),
    ] = None,
    processes: Annotated[
        int | None, Parameter(help="Processes for pixel work; 0: one per core. [GESSO_PROCESSES]")
    ] = None,
) -> int:
    """Only work on runs, beside servers and other workers on the same PostgreSQL and store.

    Start and stop as many as you like, whenever you like. At Ctrl-C or SIGTERM it takes nothing new, finishes what ends
    within five seconds, and gives the rest back to the queue.
    """
    from gesso.settings import Settings

    told: dict[str, Any] = {"lanes": lanes, "processes": processes}
    settings = Settings(**{name: value for name, value in told.items() if value is not None})
    if settings.database.startswith("sqlite"):
        raise Invalid("Workers of their own need PostgreSQL (GESSO_DATABASE_URL). On SQLite, `gesso serve` does it.")
    from gesso import worker as only

    logs.listen(settings.log)
    _prepare(settings)
    asyncio.run(only.work(settings))
    return ends.OK


def fresh() -> "FastAPI":
    """The application of a server that starts again whenever the code changes."""
    from gesso.app import create_app
    from gesso.settings import Settings

    settings = Settings()
    logs.listen(settings.log)
    return create_app(settings)


def _serving(settings: "Settings", listener: socket.socket, url: str) -> int:
    import uvicorn

    from gesso.app import create_app

    app = create_app(settings)
    studio: Studio = app.state.studio

    class Server(uvicorn.Server):
        """Prints the link once it answers; ends with our exit code, and waits for no idle listener."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            await _greet(studio, url)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Event streams never end by themselves: the bell sends them home.
            studio.bell.close()
            await super().shutdown(sockets)

        def handle_exit(self, sig: int, frame: Any) -> None:
            if self.should_exit:
                # The queue survives a process that dies, so nothing is lost.
                os._exit(ends.INTERRUPTED)
            say.note("Stopping ... (once more to stop at once)")
            self.should_exit = True

    Server(_config(app)).run([listener])
    return ends.OK


def _reloading(settings: "Settings", listener: socket.socket, url: str) -> int:
    import uvicorn
    from uvicorn.supervisors import ChangeReload

    async def greet() -> None:
        from gesso.studio import Studio

        studio = Studio.build(settings)
        await _greet(studio, url)
        await studio.db.close()

    asyncio.run(greet())
    config = _config("gesso.cli.serve:fresh", factory=True, reload=True, reload_dirs=[str(_code())])
    ChangeReload(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
    return ends.OK


def _config(app: Any, **more: Any) -> Any:
    """No access log: the query of a sign-in link is a secret."""
    import uvicorn

    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws_max_size=LONGEST_MESSAGE,
        # Messages are short, and each connection's compressor would hold more memory than it saves.
        ws_per_message_deflate=False,
        **more,
    )


async def _greet(studio: "Studio", url: str) -> None:
    from gesso import accounts
    from gesso.studio import found

    owner = await found(studio.db)
    async with studio.db.session() as session:
        await accounts.sweep(session)
        code = accounts.invite(session, owner)
    say.note(f"Gesso is at {url}. This link signs you in, once, within a day; `gesso link` prints another.")
    say.result(f"{url}/sign-in?code={code}")
    say.flush()


def _prepare(settings: "Settings") -> None:
    """The folder, and the database in its newest shape."""
    from gesso import migrations
    from gesso.db import Database

    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrations.bring_up(Database(settings.database))


def _bind(host: str, port: int) -> socket.socket:
    """Listens before anything slow begins: a port that is taken is told at once, an early visitor waits."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise Invalid(f"There is no address “{host}” on this machine.") from None
    listener = socket.socket(family[0], socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(family[4])
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Conflict(
                f"Port {port} is in use. If that is Gesso already, `gesso link` prints a link to sign in; "
                "else take another port: gesso serve --port 0."
            ) from None
        raise Invalid(f"Cannot listen on {host}, port {port}: {error.strerror}.") from None
    return listener


def _code() -> Path:
    return Path(__file__).parents[1]
