"""What you are told of, and how you want to be told."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gesso_client.client import Client


class Notifications:
    """`client.notifications`. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(self, *, unread: bool = False, most: int = 200) -> builtins.list[dict[str, Any]]:
        """The newest first: what happened, where it is, and whether you have read it."""
        found: builtins.list[dict[str, Any]] = []
        after: str | None = None
        while len(found) < most:
            params: dict[str, Any] = {"limit": min(200, most - len(found)), "unread": unread}
            page = await self._client._get("/api/notifications", params=params | ({"after": after} if after else {}))
            found += map(dict, page["items"])
            after = page["next"]
            if after is None:
                break
        return found

    async def unread(self) -> int:
        page = await self._client._get("/api/notifications", params={"limit": 1, "unread": True})
        return int(page["unread"])

    async def read(self, id: str) -> int:
        """Marks one as read; how many are left."""
        return int((await self._client._ask("POST", f"/api/notifications/{id}/read", again=True))["unread"])

    async def read_all(self, until: str | None = None) -> int:
        """Marks all as read, or all up to that one; how many are left."""
        told = await self._client._ask("POST", "/api/notifications/read", again=True, json={"until": until})
        return int(told["unread"])

    async def remove(self, id: str) -> None:
        await self._client._ask("DELETE", f"/api/notifications/{id}")

    async def preferences(self) -> dict[str, Any]:
        return dict(await self._client._get("/api/notifications/preferences"))

    async def prefer(
        self,
        kinds: Mapping[str, Mapping[str, bool]] | None = None,
        *,
        digest: Literal["once", "hourly", "daily"] | None = None,
        hour: int | None = None,
        zone: str | None = None,
    ) -> dict[str, Any]:
        """What is left out stays. `kinds`: `{"batch.ended": {"email": False}}`."""
        body = {"kinds": kinds or {}, "digest": digest, "hour": hour, "zone": zone}
        return dict(await self._client._ask("PUT", "/api/notifications/preferences", again=True, json=body))

    async def email(self, address: str) -> dict[str, Any]:
        """Where you want to be mailed to: a code is sent there, for `verify`."""
        return dict(await self._client._ask("PUT", "/api/notifications/email", json={"email": address}))

    async def verify(self, code: str) -> dict[str, Any]:
        return dict(await self._client._ask("POST", "/api/notifications/email/verify", json={"code": code}))
