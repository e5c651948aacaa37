"""Files that come in together or from elsewhere: `client.imports`, `client.stock`."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gesso_client.shapes import Asset

if TYPE_CHECKING:
    from gesso_client.client import Client

POLL_SECONDS = 0.5


class Imports:
    """An import is a mapping as the studio tells it: `id`, `state`, `total`, `kept`, `twins`, `refused`, `error`."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def zip(
        self, path: str | os.PathLike[str], *, folders: str = "none", tags: Iterable[str] = ()
    ) -> dict[str, Any]:
        """Hands an archive over; the studio takes in what is in it, each file once. Its `folders` become "none", "tags"
        of each file, or "collections". Does not wait for it."""
        source = Path(path)
        file = await asyncio.to_thread(source.open, "rb")
        with file:
            told: dict[str, Any] = await self._client._ask(
                "POST",
                "/api/imports/zip",
                files={"file": (source.name, file)},
                data={"folders": folders, "tags": ",".join(tags)},
                timeout=3600,
            )
        return told

    async def urls(self, urls: Iterable[str], *, tags: Iterable[str] = ()) -> dict[str, Any]:
        """Has the studio fetch what lies at these addresses. Does not wait for it."""
        body = {"urls": [*urls], "tags": [*tags]}
        told: dict[str, Any] = await self._client._ask("POST", "/api/imports/urls", json=body)
        return told

    async def get(self, id: str) -> dict[str, Any]:
        """How it stands."""
        told: dict[str, Any] = await self._client._get(f"/api/imports/{id}")
        return told

    async def wait(self, id: str, *, on_progress: Callable[[Mapping[str, Any]], None] | None = None) -> dict[str, Any]:
        """The import, at its end."""
        last: dict[str, Any] | None = None
        while True:
            told = await self.get(id)
            if on_progress is not None and told != last:
                on_progress(told)
            if told["ended_at"] is not None:
                return told
            last = told
            await asyncio.sleep(POLL_SECONDS)

    async def files(self, id: str, *, state: str | None = None) -> list[dict[str, Any]]:
        """What became of each file: `name`, `state` (kept, twin, refused), `asset`, and `why` not."""
        found: list[dict[str, Any]] = []
        while True:
            asked = {"limit": 500, "after": found[-1]["place"] if found else -1} | ({"state": state} if state else {})
            some = await self._client._get(f"/api/imports/{id}/files", params=asked)
            found += some
            if len(some) < 500:
                return found

    async def cancel(self, id: str) -> dict[str, Any]:
        """Stops it. What has come in stays."""
        told: dict[str, Any] = await self._client._ask("POST", f"/api/imports/{id}/cancel", again=True)
        return told


class Stock:
    """Photographs of others. A photograph is a mapping: `id`, `title`, `photographer`, `page`, `credit`, ..."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def sources(self) -> list[dict[str, Any]]:
        """Where they can be searched, and what still needs a key."""
        told: list[dict[str, Any]] = await self._client._get("/api/stock")
        return told

    async def tell(self, source: str, key: str) -> dict[str, Any]:
        """Tells a source the team's key. For admins."""
        told: dict[str, Any] = await self._client._ask("PUT", f"/api/stock/{source}", json={"key": key})
        return told

    async def search(self, source: str, words: str, *, page: int = 1, orientation: str | None = None) -> dict[str, Any]:
        """A page of what answers the words: `items`, `total`, `pages`."""
        asked = {"q": words, "page": page} | ({"orientation": orientation} if orientation else {})
        told: dict[str, Any] = await self._client._get(f"/api/stock/{source}/photos", params=asked)
        return told

    async def take(self, source: str, id: str) -> Asset:
        """Takes a photograph in, with whose it is (`facts["stock"]`)."""
        return Asset.of(await self._client._ask("POST", f"/api/stock/{source}/photos/{id}", timeout=180))
