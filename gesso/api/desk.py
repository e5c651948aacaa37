"""Who asks, and with what: the one dependency of every route that needs an actor."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from starlette.requests import HTTPConnection

from gesso import accounts
from gesso.db import Work
from gesso.kit.actor import Actor
from gesso.kit.errors import Denied, SignedOut
from gesso.studio import Studio

COOKIE = "gesso_visit"
BODY_BYTES = 1 << 20
"""The most JSON that a route reads: it lies in memory before anybody is asked who they are."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_bearer = HTTPBearer(auto_error=False, description="An API token: `gesso token create NAME`.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="A signed-in browser.")


@dataclass(frozen=True, slots=True)
class Desk:
    """The studio, and who sits at it. `work` is one transaction; what it did is committed when its block ends."""

    studio: Studio
    actor: Actor

    def work(self) -> AbstractAsyncContextManager[Work]:
        return self.studio.db.work(self.actor)

    def read(self) -> AbstractAsyncContextManager[Work]:
        return self.studio.db.work(self.actor, read_only=True)


def the_studio(connection: HTTPConnection) -> Studio:
    found: Studio = connection.app.state.studio
    return found


TheStudio = Annotated[Studio, Depends(the_studio)]


async def desk(
    connection: HTTPConnection,
    studio: TheStudio,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    visit: Annotated[str | None, Security(_cookie)],
) -> Desk:
    return Desk(studio, await _actor(studio, connection, bearer.credentials if bearer else None, visit))


async def seated(connection: HTTPConnection, studio: Studio) -> Desk:
    """The same where no dependency can ask: on a WebSocket, and again after a while. SignedOut or Denied, as there."""
    scheme, token = get_authorization_scheme_param(connection.headers.get("authorization"))
    told = token if scheme.lower() == "bearer" else ""
    return Desk(studio, await _actor(studio, connection, told or None, connection.cookies.get(COOKIE)))


async def _actor(studio: Studio, connection: HTTPConnection, token: str | None, visit: str | None) -> Actor:
    async with studio.db.session(read_only=True) as session:
        if token is not None:
            return await accounts.by_token(session, token)
        if visit is not None:
            if connection.scope.get("method") not in SAFE:
                same_site(connection)
            return await accounts.by_session(session, visit)
    raise SignedOut("Sign in, or send a token: “Authorization: Bearer ...”.")


def same_site(connection: HTTPConnection) -> None:
    """A cookie travels also with what another site makes the browser send. Browsers say where a request comes from
    (Sec-Fetch-Site, Origin) and no page can forge that; so a cookie alone changes nothing without it, and opens no
    WebSocket, which any page may try and which has no method."""
    if connection.headers.get("sec-fetch-site") == "same-origin":
        return
    origin = connection.headers.get("origin")
    if origin is not None and origin.partition("://")[2] == connection.headers.get("host"):
        return
    raise Denied("This request did not come from our own page. Scripts use a token instead of the cookie.")


AtDesk = Annotated[Desk, Depends(desk)]

__all__ = ["BODY_BYTES", "COOKIE", "AtDesk", "Desk", "TheStudio", "same_site", "seated", "the_studio"]
