"""The queue: what waits, who works on it, and a hand for what is stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gesso_client.client import Client


class Queue:
    """`client.queue`, for admins. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def show(self) -> dict[str, Any]:
        """`lanes` (depth, age, rate), `workers` (and what each holds), `stuck` (and why)."""
        return dict(await self._client._get("/api/queue"))

    async def resume(self, job: str) -> None:
        """Has a job taken up again at once, whoever holds it."""
        await self._client._ask("POST", f"/api/queue/{job}/resume", again=True)

    async def cancel(self, job: str) -> None:
        """Stops what a job is about, also where its worker no longer can."""
        await self._client._ask("POST", f"/api/queue/{job}/cancel", again=True)
