"""The two ways in: the client, to a server or in this process; and the machine's own hands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from gesso.kit.errors import Invalid

if TYPE_CHECKING:
    from gesso_client import Client

    from gesso.db import Database
    from gesso.kit.actor import Actor
    from gesso.settings import Settings

_GROUP = Group("Which studio", sort_key=90)


@Parameter(name="*", group=_GROUP)
@dataclass(frozen=True)
class Where:
    """Which studio a command speaks to."""

    server: Annotated[
        str | None,
        Parameter(help="The studio at this address, instead of the one on this machine. [GESSO_SERVER]"),
    ] = None
    token: Annotated[str | None, Parameter(help="An API token of that studio. [GESSO_TOKEN]")] = None

    def told(self) -> tuple[str, str]:
        """(address, token), from the flags or the settings; an empty address means this machine."""
        from gesso.settings import ClientSettings

        settings = ClientSettings()
        server = self.server if self.server is not None else settings.server
        if server and "://" not in server:
            server = f"http://{server}"
        return server, self.token if self.token is not None else settings.token.get_secret_value()

    @property
    def is_here(self) -> bool:
        return not self.told()[0]


HERE = Where()


@asynccontextmanager
async def client(where: Where, *, work: bool = False) -> "AsyncIterator[Client]":
    """The studio that was asked for; without a server, in this process, which then may `work` on runs."""
    from gesso_client import Client

    server, token = where.told()
    if server:
        async with Client(server, token or None) as gesso:
            yield gesso
        return
    from gesso.cli import logs

    logs.listen("error")
    async with Client.here(work=work) as gesso:
        yield gesso


@dataclass(frozen=True)
class Machine:
    """This machine's own studio, below the HTTP surface, for what only its administrator may do."""

    settings: "Settings"
    db: "Database"
    owner: "Actor"

    @property
    def url(self) -> str:
        return address(self.settings, self.settings.host, self.settings.port)


@asynccontextmanager
async def machine() -> AsyncIterator[Machine]:
    """Makes the data folder and its owner when they are not there yet."""
    import asyncio

    from gesso import migrations
    from gesso.cli import logs
    from gesso.db import Database
    from gesso.settings import Settings
    from gesso.studio import found

    logs.listen("error")
    settings = Settings()
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    db = Database(settings.database)
    await asyncio.to_thread(migrations.bring_up, db)
    try:
        yield Machine(settings, db, await found(db))
    finally:
        await db.close()


def only_here(where: Where, what: str) -> None:
    """Raises Invalid when a server was named for what no server does."""
    if not where.is_here:
        raise Invalid(f"{what} works on the machine of the studio itself: without --server and GESSO_SERVER.")


def address(settings: "Settings", host: str, port: int) -> str:
    """The address that a browser reaches a server at, which listens on `host` and `port`."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
