"""Schedules: what is begun at its time, by itself."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gesso_client.client import Client


class Schedules:
    """`client.schedules`. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(self) -> builtins.list[dict[str, Any]]:
        """All of the team's, the newest first."""
        found: builtins.list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = await self._client._get(
                "/api/schedules", params={"limit": 200} | ({"after": after} if after else {})
            )
            found += map(dict, page["items"])
            after = page["next"]
            if after is None:
                return found

    async def create(self, title: str, when: Mapping[str, Any], **said: Any) -> dict[str, Any]:
        """A schedule: `when` as {"kind": "daily", "time": "09:00", "timezone": "Europe/Berlin"} (or once, hourly,
        weekly, monthly, cron). `run` is what is run; or `batch` is what is done with `rows`, or with what is new in
        what it is to `watch`. Limits: `missed`, `grace`, `until`, `most`, `cap`."""
        body = {"title": title, "when": dict(when), **said}
        return dict(await self._client._ask("POST", "/api/schedules", json=body))

    async def get(self, id: str) -> dict[str, Any]:
        """With its `next` five moments and its latest `ticks`."""
        return dict(await self._client._get(f"/api/schedules/{id}"))

    async def change(self, id: str, title: str, when: Mapping[str, Any], **said: Any) -> dict[str, Any]:
        """Another plan for it, all of it."""
        body = {"title": title, "when": dict(when), **said}
        return dict(await self._client._ask("PUT", f"/api/schedules/{id}", json=body))

    async def preview(self, when: Mapping[str, Any], **said: Any) -> dict[str, Any]:
        """The `next` moments of a rule, its `words`, and the `price` of what is said to be done."""
        return dict(
            await self._client._ask("POST", "/api/schedules/preview", again=True, json={"when": dict(when), **said})
        )

    async def pause(self, id: str) -> dict[str, Any]:
        return dict(await self._client._ask("POST", f"/api/schedules/{id}/pause", again=True))

    async def resume(self, id: str) -> dict[str, Any]:
        return dict(await self._client._ask("POST", f"/api/schedules/{id}/resume", again=True))

    async def run(self, id: str, *, key: str | None = None) -> dict[str, Any]:
        """Does it now, besides its moments. The same `key` is the same time."""
        headers = {"Idempotency-Key": key} if key else {}
        return dict(await self._client._ask("POST", f"/api/schedules/{id}/run", again=key is not None, headers=headers))

    async def remove(self, id: str) -> None:
        """Forgets it. What it began stays."""
        await self._client._ask("DELETE", f"/api/schedules/{id}", again=True)
