"""The same request side by side: `client.comparisons`."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gesso_client.shapes import Comparison, Page, Run

if TYPE_CHECKING:
    from gesso_client.client import Client, Prefer

POLL_SECONDS = 0.5


class Comparisons:
    """An axis is a mapping: `field` (or "offer"), `values` as a list or as text ("1-9/2", "all"), and `find`, where
    words in the field are to be replaced by each value. There are one or two; the first runs across."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def estimate(
        self,
        op: str,
        input: Mapping[str, Any],
        axes: Iterable[Mapping[str, Any]],
        *,
        offer: str | None = None,
        prefer: "Prefer" = "price",
    ) -> dict[str, Any]:
        """What it would cost: `price` in thousandths of a credit (None while that cannot be known), `seconds`, `cells`,
        how many are `possible`, and of how many the price `fits`. Nothing is promised, nothing is spent."""
        body = _body(op, input, axes, offer, prefer)
        return dict(await self._client._ask("POST", "/api/comparisons/estimate", again=True, json=body))

    async def begin(
        self,
        op: str,
        input: Mapping[str, Any],
        axes: Iterable[Mapping[str, Any]],
        *,
        offer: str | None = None,
        prefer: "Prefer" = "price",
        key: str | None = None,
    ) -> Comparison:
        """Promises every cell as a run of its own, all or none, and does not wait for them."""
        return Comparison.of(await self._client._buy("/api/comparisons", _body(op, input, axes, offer, prefer), key))

    async def get(self, id: str) -> Comparison:
        return Comparison.of(await self._client._get(f"/api/comparisons/{id}"))

    async def list(self, *, deleted: bool = False, after: str | None = None, limit: int = 20) -> Page[Comparison]:
        """A page of at most `limit` (1..50), the newest first; those in the trash with `deleted`."""
        params: dict[str, Any] = {"limit": limit, "deleted": deleted} | ({} if after is None else {"after": after})
        told = await self._client._get("/api/comparisons", params=params)
        return Page(tuple(map(Comparison.of, told["items"])), told.get("next"))

    async def wait(self, id: str, *, on_progress: Callable[[Comparison], None] | None = None) -> Comparison:
        """The comparison, when nothing of it goes on any more."""
        while True:
            found = await self.get(id)
            if on_progress is not None:
                on_progress(found)
            if found.over:
                return found
            await asyncio.sleep(POLL_SECONDS)

    async def cancel(self, id: str) -> Comparison:
        """Stops all that is not over. What was delivered stays; the rest is not charged."""
        return Comparison.of(await self._client._ask("POST", f"/api/comparisons/{id}/cancel", again=True))

    async def rename(self, id: str, title: str) -> Comparison:
        told = await self._client._ask("PATCH", f"/api/comparisons/{id}", again=True, json={"title": title})
        return Comparison.of(told)

    async def remove(self, id: str) -> Comparison:
        """Into the trash. What its runs made stays."""
        return Comparison.of(await self._client._ask("DELETE", f"/api/comparisons/{id}", again=True))

    async def restore(self, id: str) -> Comparison:
        """Out of the trash again."""
        return Comparison.of(await self._client._ask("POST", f"/api/comparisons/{id}/restore", again=True))

    async def retry(self, id: str, place: int, *, key: str | None = None) -> Comparison:
        """A cell that failed or was stopped, once more."""
        return Comparison.of(await self._client._buy(f"/api/comparisons/{id}/cells/{place}/retry", {}, key))

    async def accept(self, id: str, place: int, accepted: bool = True) -> Comparison:
        """Marks a cell as good enough to be used."""
        path = f"/api/comparisons/{id}/cells/{place}"
        return Comparison.of(await self._client._ask("PATCH", path, again=True, json={"accepted": accepted}))

    async def vote(self, id: str, winner: int, loser: int | None = None) -> Comparison:
        """The better of two cells, or the best of all."""
        body = {"winner": winner, "loser": loser}
        return Comparison.of(await self._client._ask("POST", f"/api/comparisons/{id}/votes", json=body))

    async def image(self, id: str, *, key: str | None = None) -> Run:
        """All cells as one picture with their labels, in the library; waits for it."""
        promised = Run.of(await self._client._buy(f"/api/comparisons/{id}/image", {}, key))
        return await self._client.wait(promised.id)


def _body(
    op: str, input: Mapping[str, Any], axes: Iterable[Mapping[str, Any]], offer: str | None, prefer: str
) -> dict[str, Any]:
    return {"op": op, "input": dict(input), "axes": [dict(axis) for axis in axes], "offer": offer, "prefer": prefer}
