"""Searches that are kept: collections that fill themselves."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gesso_client.client import Client


class Searches:
    """Queries with a name, one's own and the team's. `client.searches`. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(self) -> builtins.list[dict[str, Any]]:
        """Each with its `name`, its query `q`, whether it is `shared` and `mine`, and the `count` of what it finds."""
        return list(await self._client._get("/api/searches"))

    async def save(self, name: str, q: str, *, shared: bool = False) -> dict[str, Any]:
        """Keeps a query under a name. Problem where it cannot be read."""
        return dict(await self._client._ask("POST", "/api/searches", json={"name": name, "q": q, "shared": shared}))

    async def change(
        self, search_id: str, *, name: str | None = None, q: str | None = None, shared: bool | None = None
    ) -> dict[str, Any]:
        """Another name or query, or shared or no longer. What is not named stays."""
        body = {key: value for key, value in (("name", name), ("q", q), ("shared", shared)) if value is not None}
        return dict(await self._client._ask("PATCH", f"/api/searches/{search_id}", again=True, json=body))

    async def delete(self, search_id: str) -> None:
        """The search, not what it finds."""
        await self._client._ask("DELETE", f"/api/searches/{search_id}")
