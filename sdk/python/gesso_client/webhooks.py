"""Webhooks: addresses that are told what happens in the team, and the log of what they were told."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gesso_client.client import Client

State = Literal["queued", "delivered", "failed", "dropped"]


class Webhooks:
    """`client.webhooks`. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def events(self) -> builtins.list[dict[str, Any]]:
        """What may be subscribed to: `type`, `group` and `text` of each."""
        return [dict(each) for each in await self._client._get("/api/webhooks/events")]

    async def list(self) -> builtins.list[dict[str, Any]]:
        """The team's, the oldest first."""
        return [dict(each) for each in await self._client._get("/api/webhooks")]

    async def create(self, url: str, events: Iterable[str] = ("*",), *, name: str = "") -> dict[str, Any]:
        """A new one, whose `secret` is told this once."""
        body = {"url": url, "events": [*events], "name": name}
        return dict(await self._client._ask("POST", "/api/webhooks", json=body))

    async def get(self, id: str) -> dict[str, Any]:
        return dict(await self._client._get(f"/api/webhooks/{id}"))

    async def change(self, id: str, **said: Any) -> dict[str, Any]:
        """Another `url`, `name`, `events`, or `enabled`. What is left out stays."""
        return dict(await self._client._ask("PATCH", f"/api/webhooks/{id}", json=said))

    async def remove(self, id: str) -> None:
        """It is gone, with its secret and its log."""
        await self._client._ask("DELETE", f"/api/webhooks/{id}", again=True)

    async def rotate(self, id: str) -> dict[str, Any]:
        """Another `secret`, told this once. For 24 hours the one before signs, too."""
        return dict(await self._client._ask("POST", f"/api/webhooks/{id}/rotate"))

    async def test(self, id: str) -> dict[str, Any]:
        """Sends `webhook.test` at once; the delivery, and what came of it."""
        return dict(await self._client._ask("POST", f"/api/webhooks/{id}/test"))

    async def deliveries(
        self, id: str, *, state: State | None = None, limit: int = 50
    ) -> builtins.list[dict[str, Any]]:
        """What it was sent, the newest first: `limit` of them."""
        found: builtins.list[dict[str, Any]] = []
        asked: dict[str, Any] = {} if state is None else {"state": state}
        while len(found) < limit:
            asked["limit"] = min(200, limit - len(found))
            page = await self._client._get(f"/api/webhooks/{id}/deliveries", params=asked)
            found += map(dict, page["items"])
            if page["next"] is None:
                break
            asked["after"] = page["next"]
        return found

    async def replay(self, id: str, delivery: str) -> dict[str, Any]:
        """Sends a message once more, with the same id."""
        return dict(await self._client._ask("POST", f"/api/webhooks/{id}/deliveries/{delivery}/replay"))
